"""What a user gets from a USSD code."""

import asyncio

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.ussd import parse_ussd
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayRefusedError,
    GatewayTimeoutError,
    MessageError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.sms.ussd import UssdStatus
from simulator.faults import Fault, FaultKind, Position
from simulator.profiles import PROFILES
from simulator.ussd import UssdAnswer as Said

from .lab import Lab, settle

# Modules for data alone.
WITHOUT = {"bg96", "sara-r4"}

BALANCE = "Your balance is 12.34 EUR."
MENU = Said("What now?\n1. Balance\n2. Nothing", {"1": Said(BALANCE)})


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - WITHOUT))
async def test_a_code_is_answered(lab: Lab, profile: str) -> None:
    """By every modem, however it wants the code and writes the answer."""
    _, gateway = await lab.connected(profile)
    answer = await gateway.send_ussd("1", "*100#", timeout=5)
    assert (answer.text, answer.status) == (BALANCE, UssdStatus.NO_FURTHER_ACTION)
    assert not answer.more
    assert BALANCE not in repr(answer)


@pytest.mark.parametrize("profile", sorted(WITHOUT))
async def test_a_modem_without_ussd_says_so(lab: Lab, profile: str) -> None:
    """Before anybody tries."""
    _, gateway = await lab.connected(profile)
    assert not gateway.capabilities.ussd
    with pytest.raises(UnsupportedError):
        await gateway.send_ussd("1", "*100#", timeout=5)
    with pytest.raises(UnsupportedError):
        await gateway.cancel_ussd("1")


async def test_a_menu_of_several_lines(lab: Lab) -> None:
    """Its answer goes the same way; messages go on meanwhile."""
    _, gateway = await lab.connected()
    lab.network.ussd["*101#"] = MENU
    menu = await gateway.send_ussd("1", "*101#", timeout=5)
    assert menu.text == MENU.text
    assert menu.more
    await lab.text("in between")
    await lab.inbox.wait_gone()
    assert (await gateway.send_ussd("1", "1", timeout=5)).text == BALANCE


async def test_the_answer_may_come_before_the_ok(lab: Lab) -> None:
    """Of some modems it does."""
    _, gateway = await lab.connected()
    lab.network.ussd["*101#"] = Said(BALANCE, before_ok=True)
    assert (await gateway.send_ussd("1", "*101#", timeout=5)).text == BALANCE


async def test_the_last_word_counts(lab: Lab) -> None:
    """A session may be released before the text comes (python-gsmmodem, test_modem.py)."""
    _, gateway = await lab.connected()
    lines = ('+CUSD: 2,"Initiating Release",15', '+CUSD: 0,"Wrong order test message",15')
    lab.network.ussd["*101#"] = Said("x", lines=lines)
    answer = await gateway.send_ussd("1", "*101#", timeout=5)
    assert answer.text == "Wrong order test message"


async def test_an_unknown_code(lab: Lab) -> None:
    """The network says so, which is an answer too."""
    _, gateway = await lab.connected()
    answer = await gateway.send_ussd("1", "*999#", timeout=5)
    assert answer.status is UssdStatus.NOT_SUPPORTED


async def test_a_dialect_that_is_refused_is_given_up(lab: Lab) -> None:
    """And not tried again."""
    modem, gateway = await lab.connected()
    refusal = Fault(FaultKind.ERROR, "+CUSD=1", Position.COMMAND, text="ERROR")
    modem.faults.add(refusal)
    lab.network.ussd["AA180C3602"] = Said(BALANCE)
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text == BALANCE
    assert refusal not in modem.faults.active


async def test_the_last_dialect_is_another_character_set(lab: Lab) -> None:
    """Which is put back at once."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.ERROR, "+CUSD=1", Position.COMMAND, 2, text="ERROR"))
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text == BALANCE
    await gateway.poll()
    assert modem.settings.character_set == "IRA"


async def test_no_answer_is_a_time_out_and_no_more(lab: Lab) -> None:
    """What comes too late is told as the network's own word, not as the next answer."""
    modem, gateway = await lab.connected()
    lab.network.ussd["*101#"] = Said("x", silent=True)
    with pytest.raises(GatewayTimeoutError):
        await gateway.send_ussd("1", "*101#", timeout=0.3)
    await gateway.poll()
    modem.urc('+CUSD: 0,"too late",15')
    await lab.listener.until(lambda: bool(lab.listener.answers))
    assert [answer.text for answer in lab.listener.answers] == ["too late"]
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text == BALANCE


async def test_a_session_can_be_cancelled(lab: Lab) -> None:
    """Who waits in it hears that, and the next one works."""
    modem, gateway = await lab.connected()
    lab.network.ussd["*101#"] = Said("x", silent=True)
    waiting = asyncio.create_task(gateway.send_ussd("1", "*101#", timeout=5))
    await lab.strikes(modem, "+CUSD", 1)
    await gateway.cancel_ussd("1")
    with pytest.raises(GatewayRefusedError) as raised:
        await waiting
    assert raised.value.reason is Reason.CANCELLED
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text == BALANCE


async def test_a_caller_that_gives_up_leaves_no_session(lab: Lab) -> None:
    """The menu is closed for it."""
    modem, gateway = await lab.connected()
    lab.network.ussd["*101#"] = Said("x", silent=True)
    waiting = asyncio.create_task(gateway.send_ussd("1", "*101#", timeout=5))
    await settle()
    closing = Fault(FaultKind.LATE, "+CUSD=2", Position.ANSWER)
    modem.faults.add(closing)
    waiting.cancel()
    await lab.eventually(lambda: closing not in modem.faults.active)
    assert (await gateway.send_ussd("1", "*100#", timeout=5)).text == BALANCE


async def test_a_lost_link_ends_the_wait(lab: Lab) -> None:
    """At once."""
    modem, gateway = await lab.connected()
    lab.network.ussd["*101#"] = Said("x", silent=True)
    waiting = asyncio.create_task(gateway.send_ussd("1", "*101#", timeout=30))
    await lab.strikes(modem, "+CUSD", 1)
    modem.unplug()
    with pytest.raises(GatewayConnectionError):
        await waiting


@pytest.mark.parametrize(
    ("port", "text", "error"),
    [("2", "*100#", UnsupportedError), ("1", "", MessageError), ("1", "1\r2", MessageError)],
)
async def test_what_is_no_request(lab: Lab, port: str, text: str, error: type[Exception]) -> None:
    """Nothing is sent."""
    _, gateway = await lab.connected()
    with pytest.raises(error):
        await gateway.send_ussd(port, text, timeout=1)


@pytest.mark.parametrize(
    ("line", "status", "text"),
    [
        ("+CUSD: 2", 2, ""),
        ('+CUSD: 0,"Saldo: 5 \\ ok",15', 0, "Saldo: 5 \\ ok"),
        # An E160 in gammu's tests, without quotes.
        ("+CUSD: 0, C8329BFD06,15", 0, "Hello"),
        ('+CUSD: 1,"a\nb', 1, "a\nb"),
        ('+CUSD: 1,"He said "no"",15', 1, 'He said "no"'),
    ],
)
def test_lines(line: str, status: int, text: str) -> None:
    """As modems write them."""
    report = parse_ussd(line)
    assert report is not None
    assert (report.status, report.text) == (status, text)


@pytest.mark.parametrize("line", ["+CUSD:", "+CUSD: 9", '+CUSD: x,"y"', "OK"])
def test_nonsense(line: str) -> None:
    """Says nothing."""
    assert parse_ussd(line) is None


async def test_a_text_that_never_ends_hides_nothing(lab: Lab) -> None:
    """What comes after it is read as ever."""
    modem, gateway = await lab.connected()
    modem.urc('+CUSD: 0,"begun and')
    await lab.text("still here")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["still here"]
    await gateway.poll()
    assert [answer.text for answer in lab.listener.answers] == ["begun and"]

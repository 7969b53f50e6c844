"""What a person sees and does in the storages of a modem, and by commands of his own."""

import asyncio

import pytest

from custom_components.cellular_gateway.gateways.at_modem import gateway as gateway_module
from custom_components.cellular_gateway.gateways.at_modem.codec.messages import StoredMessage
from custom_components.cellular_gateway.gateways.at_modem.stored import show_messages
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import SendStatus, SmsKind, StoredStatus
from simulator.at_modem import AtModem
from simulator.faults import Fault, FaultKind, Position

from .lab import PEER, Lab, to_peer

# A SUBMIT to +46708251358 with the text "hellohello".
DRAFT = "0011000B916407281553F80000AA0AE8329BFD4697D9EC37"


def used(modem: AtModem) -> int:
    """Return how many messages lie on the SIM."""
    assert modem.sim is not None
    return modem.sim.storage.used


async def test_what_lies_in_the_storages(lab: Lab) -> None:
    """Received ones with their senders, and drafts with their recipients."""
    _, gateway = await lab.connected(delete_after_receipt=False)
    await lab.text("one")
    await lab.text("two")
    await lab.inbox.wait_new(2)
    await gateway.send_at_command("1", 'AT+CPMS="SM","SM"', timeout=2)
    stored = await gateway.list_messages("1")
    assert [(sms.text, sms.number, sms.kind) for sms in stored] == [
        ("one", PEER, SmsKind.TEXT),
        ("two", PEER, SmsKind.TEXT),
    ]
    assert {sms.status for sms in stored} <= {
        StoredStatus.RECEIVED_READ,
        StoredStatus.RECEIVED_UNREAD,
    }
    assert all(sms.sent_at for sms in stored)
    assert PEER not in repr(stored)


def test_drafts_and_nonsense(lab: Lab) -> None:
    """A draft has a recipient and no time; what cannot be read is shown as that.

    Some modems have states that the standard does not know.
    """
    draft, nonsense, strange = show_messages(
        "SM",
        [
            StoredMessage(1, 2, None, DRAFT),
            StoredMessage(2, 1, None, "07914917"),
            StoredMessage(None, 1, None, DRAFT),
            StoredMessage(3, 7, None, DRAFT),
        ],
        lab.settings("unused"),
    )
    assert strange.status is None
    assert (draft.index, draft.status, draft.kind) == (1, StoredStatus.UNSENT, SmsKind.TEXT)
    assert (draft.number, draft.text, draft.sent_at) == ("+46708251358", "hellohello", None)
    assert (nonsense.index, nonsense.kind, nonsense.text) == (2, SmsKind.UNREADABLE, "")


async def test_only_what_is_named_is_deleted(lab: Lab) -> None:
    """And the journal hears of it; an empty place is no error."""
    _, gateway = await lab.connected(delete_after_receipt=False)
    for text in ("one", "two", "three"):
        await lab.text(text)
    await lab.inbox.wait_new(3)
    _, two, _ = await gateway.list_messages("1")
    place = (two.storage, two.index)
    await gateway.delete_messages("1", [place])
    await gateway.delete_messages("1", [place])
    assert [sms.text for sms in await gateway.list_messages("1")] == ["one", "three"]
    assert [part.text for part in lab.inbox.gone] == ["two"]


async def test_what_was_not_kept_is_not_deleted(lab: Lab) -> None:
    """A message may have come to the place meanwhile."""
    modem, gateway = await lab.connected()
    lab.inbox.failure = NotKeptError("disk full")
    await lab.text("new")
    await lab.inbox.until(lambda: lab.inbox.failures >= 1)
    (sms,) = await gateway.list_messages("1")
    with pytest.raises(GatewayRefusedError):
        await gateway.delete_messages("1", [(sms.storage, sms.index)])
    assert used(modem) + modem.storage("ME").used == 1
    lab.inbox.failure = None
    await gateway.delete_messages("1", [(sms.storage, sms.index)])
    assert lab.inbox.texts == ["new"]


async def test_a_deletion_that_fails_is_told(lab: Lab) -> None:
    """It lies there still."""
    modem, gateway = await lab.connected(delete_after_receipt=False)
    await lab.text("one")
    await lab.inbox.wait_new()
    (sms,) = await gateway.list_messages("1")
    modem.faults.add(Fault(FaultKind.ERROR, "+CMGD", Position.COMMAND, text="+CMS ERROR: 500"))
    with pytest.raises(GatewayRefusedError):
        await gateway.delete_messages("1", [(sms.storage, sms.index)])
    assert len(await gateway.list_messages("1")) == 1


async def test_a_lost_link_ends_a_list(lab: Lab) -> None:
    """With an error of the seam."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.UNPLUG, "+CMGL", Position.ANSWER))
    with pytest.raises(GatewayError):
        await gateway.list_messages("1")
    with pytest.raises(GatewayConnectionError):
        await gateway.list_messages("1")


async def test_a_mistake_of_ours_in_a_list(
    lab: Lab, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked hears of it, and the link stays."""
    _, gateway = await lab.connected()

    async def mistaken(*_: object) -> None:
        raise IndexError("a mistake")

    monkeypatch.setattr(gateway_module, "list_stored", mistaken)
    with pytest.raises(IndexError):
        await gateway.list_messages("1")
    await lab.text("one")
    await lab.inbox.wait_gone()
    assert not lab.watcher.losses
    assert "Unexpected error" not in caplog.text


async def test_a_list_that_nobody_waits_for(lab: Lab) -> None:
    """Hinders no message."""
    _, gateway = await lab.connected()
    listing = asyncio.create_task(gateway.list_messages("1"))
    await asyncio.sleep(0)
    listing.cancel()
    await asyncio.wait([listing])
    await lab.text("one")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["one"]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("AT+CSQ", ("+CSQ: ",)),
        ("at+csq", ("+CSQ: ",)),
        ("AT+CICCID", ("+ICCID: ",)),
        ("AT+CREG?", ("+CREG: 2,1",)),
        ("AT", ()),
    ],
)
async def test_a_command_of_a_person(lab: Lab, command: str, answer: tuple[str, ...]) -> None:
    """Its lines, without the result; what comes unsolicited meanwhile is no part of them."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.INTERLEAVE, command[2:].upper(), Position.ANSWER, text="RING"))
    lines = await gateway.send_at_command("1", command, timeout=2)
    assert len(lines) == len(answer)
    assert all(line.startswith(start) for line, start in zip(lines, answer, strict=True))


async def test_a_refusal_in_words(lab: Lab) -> None:
    """As the standard has them."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.ERROR, "+CSQ", Position.COMMAND, text="+CME ERROR: 30"))
    with pytest.raises(GatewayRefusedError) as raised:
        await gateway.send_at_command("1", "AT+CSQ", timeout=2)
    assert (raised.value.code, raised.value.meaning) == ("+CME ERROR: 30", "no network service")


@pytest.mark.parametrize(
    "command",
    [
        "",
        "CSQ",
        "AT+CSQ\rAT+CFUN=0",
        "AT+CSQ\n",
        "AT\x1a",
        "AT\x1b",
        "AT+CMGS=20",
        'AT+CSCS="IRA";+CMGW=20',
        "ATV0",
        "ATE0Q1",
        "ATD+491701234567",
        "AT" + "x" * 600,
        "ATé",
    ],
)
async def test_what_is_no_command_for_a_person(lab: Lab, command: str) -> None:
    """More than one line, a prompt, or what would make the modem unreadable."""
    _, gateway = await lab.connected()
    with pytest.raises(UnsupportedError) as raised:
        await gateway.send_at_command("1", command, timeout=1)
    assert raised.value.reason is Reason.INVALID_COMMAND


async def test_what_a_person_has_set_is_set_right_again(lab: Lab) -> None:
    """Text mode and echo would keep messages from being sent and received."""
    modem, gateway = await lab.connected()
    await gateway.send_at_command("1", "ATE1", timeout=2)
    await gateway.send_at_command("1", "AT+CNMI=0,0,0,0,0", timeout=2)
    await gateway.send_at_command("1", "AT+CMGF=1", timeout=2)
    await lab.eventually(lambda: modem.settings.indications[1] != 0)
    await lab.text("as ever")
    await lab.inbox.wait_gone()
    assert (await gateway.send_sms(to_peer("as ever"))).status is SendStatus.SENT


async def test_setting_right_goes_on_after_silence(lab: Lab) -> None:
    """A modem that leaves a command without an answer is set up to the end all the same."""
    modem, gateway = await lab.connected()
    modem.faults.mute("+CMGF=0", times=3)
    await gateway.send_at_command("1", "AT+CMGF=1;+CNMI=0,0,0,0,0", timeout=2)
    await lab.eventually(lambda: modem.settings.indications[1] != 0)
    await lab.text("as ever")
    await lab.inbox.wait_gone()
    assert not lab.watcher.losses


async def test_a_command_without_an_answer(lab: Lab) -> None:
    """A prompt that we do not know is left again."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.MUTE, "+CSQ", Position.ANSWER))
    with pytest.raises(GatewayTimeoutError):
        await gateway.send_at_command("1", "AT+CSQ", timeout=0.3)
    assert (await gateway.send_sms(to_peer("next"))).status is SendStatus.SENT
    assert not lab.watcher.losses

"""What a user learns of calls, and what becomes of those that the gateway makes."""

import asyncio

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.calls import (
    CallEvent,
    CallStage,
    call_event,
    parse_caller,
    parse_own_calls,
)
from custom_components.cellular_gateway.gateways.calls import CallState, DialOutcome
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    MessageError,
    Reason,
    UnsupportedError,
)
from simulator.at_modem import AtModem
from simulator.calls import CallOutcome, Ending, Outcome
from simulator.faults import Fault, FaultKind, Position

from .lab import PEER, Lab, to_peer

VOICE = ["sim800l", "sim7600", "ec25", "e173"]


def states(lab: Lab) -> list[CallState]:
    """Return what was told of calls, in order."""
    return [call.state for call in lab.listener.calls]


@pytest.mark.parametrize("profile", VOICE)
async def test_a_missed_call(lab: Lab, profile: str) -> None:
    """Who called, when it began, when it ended; messages come and go meanwhile."""
    modem, gateway = await lab.connected(profile)
    assert gateway.capabilities.incoming_calls
    assert modem.ring(PEER, 0.2)
    await lab.text("while it rings")
    await gateway.send_sms(to_peer("me too"))
    await lab.listener.until(lambda: len(lab.listener.calls) == 2)
    begun, over = lab.listener.calls
    assert (begun.number, begun.state, begun.port, begun.ended_at) == (
        PEER,
        CallState.RINGING,
        "1",
        None,
    )
    assert (over.number, over.state, over.started_at) == (PEER, CallState.MISSED, begun.started_at)
    assert over.ended_at is not None
    assert PEER not in repr(over)
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["while it rings"]


async def test_a_call_without_a_number(lab: Lab) -> None:
    """Withheld, or no +CLIP at all; it may also cease without a word."""
    modem, _ = await lab.connected()
    modem.urc("RING")
    await lab.listener.until(lambda: len(lab.listener.calls) == 2)
    assert [(call.number, call.state) for call in lab.listener.calls] == [
        (None, CallState.RINGING),
        (None, CallState.MISSED),
    ]


async def test_a_call_that_somebody_answers_is_not_missed(lab: Lab) -> None:
    """It is told when it is over, too."""
    modem, _ = await lab.connected()
    modem.urc("RING")
    modem.urc(f'+CLIP: "{PEER}",145,,,,0')
    modem.urc("VOICE CALL: BEGIN")
    modem.urc("VOICE CALL: END: 000017")
    modem.urc("NO CARRIER")
    await lab.listener.until(lambda: len(lab.listener.calls) == 3)
    assert states(lab) == [CallState.RINGING, CallState.ANSWERED, CallState.ANSWERED]
    assert lab.listener.calls[-1].ended_at is not None


@pytest.mark.parametrize("profile", VOICE)
async def test_calls_are_hung_up_when_that_is_wanted(lab: Lab, profile: str) -> None:
    """At once, and told as rejected."""
    modem, _ = await lab.connected(profile, hang_up_calls=True)
    modem.ring(PEER, 30)
    await lab.listener.until(lambda: len(lab.listener.calls) == 2)
    assert states(lab) == [CallState.RINGING, CallState.REJECTED]
    assert [call.ending for call in lab.network.calls] == [Ending.HUNG_UP]


async def test_a_lost_link_ends_a_call(lab: Lab) -> None:
    """Nobody would tell its end otherwise."""
    modem, _ = await lab.connected()
    modem.ring(PEER, 30)
    await lab.listener.until(lambda: len(lab.listener.calls) == 1)
    modem.unplug()
    await lab.listener.until(lambda: len(lab.listener.calls) == 2)
    assert states(lab)[-1] is CallState.MISSED


@pytest.mark.parametrize("profile", VOICE)
@pytest.mark.parametrize(
    ("planned", "outcome"),
    [
        (CallOutcome(Outcome.ANSWERED), DialOutcome.ANSWERED),
        (CallOutcome(Outcome.BUSY), DialOutcome.BUSY),
        (CallOutcome(Outcome.NO_CARRIER), DialOutcome.NO_CARRIER),
        (CallOutcome(Outcome.ANSWERED, after=60), DialOutcome.NO_ANSWER),
    ],
)
async def test_a_call_of_ours(
    lab: Lab, profile: str, planned: CallOutcome, outcome: DialOutcome
) -> None:
    """Whatever comes of it, it is over in the end, and the line is free for messages."""
    modem, gateway = await lab.connected(profile)
    lab.network.plan_call(PEER, planned)
    assert await gateway.dial("1", PEER, 1.0) is outcome
    assert modem.calls.current is None
    assert len(lab.network.calls) == 1
    assert (await gateway.send_sms(to_peer("after"))).status == "sent"


async def ringing(lab: Lab, modem: AtModem) -> None:
    """Wait until the modem calls."""
    await lab.eventually(lambda: modem.calls.current is not None)


async def test_a_call_of_a_caller_that_gives_up(lab: Lab) -> None:
    """Is hung up all the same."""
    modem, gateway = await lab.connected()
    lab.network.plan_call(PEER, CallOutcome(Outcome.ANSWERED, after=60))
    dialling = asyncio.create_task(gateway.dial("1", PEER, 60))
    await ringing(lab, modem)
    dialling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dialling
    await lab.eventually(lambda: modem.calls.current is None)


async def test_closing_hangs_up(lab: Lab) -> None:
    """Home Assistant may stop while a telephone rings."""
    modem, gateway = await lab.connected()
    lab.network.plan_call(PEER, CallOutcome(Outcome.ANSWERED, after=60))
    dialling = asyncio.create_task(gateway.dial("1", PEER, 60))
    await ringing(lab, modem)
    await gateway.close()
    with pytest.raises(GatewayConnectionError):
        await dialling
    assert modem.calls.current is None


async def test_one_call_at_a_time(lab: Lab) -> None:
    """Neither two of ours, nor one while another comes in."""
    modem, gateway = await lab.connected()
    modem.ring(PEER, 0.3)
    await lab.listener.until(lambda: len(lab.listener.calls) == 1)
    with pytest.raises(GatewayRefusedError) as raised:
        await gateway.dial("1", PEER, 1)
    assert (raised.value.reason, raised.value.temporary) == (Reason.CALL_IN_PROGRESS, True)
    await lab.listener.until(lambda: len(lab.listener.calls) == 2)
    assert await gateway.dial("1", PEER, 5) is DialOutcome.ANSWERED


async def test_a_call_that_the_modem_refuses(lab: Lab) -> None:
    """Is no outcome but an error with its words."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.ERROR, "D", Position.COMMAND, text="+CME ERROR: 30"))
    with pytest.raises(GatewayRefusedError) as raised:
        await gateway.dial("1", PEER, 5)
    assert raised.value.code == "+CME ERROR: 30"


async def test_a_link_that_is_lost_while_it_rings(lab: Lab) -> None:
    """Raises, and does not wait for the end."""
    modem, gateway = await lab.connected()
    lab.network.plan_call(PEER, CallOutcome(Outcome.ANSWERED, after=60))
    dialling = asyncio.create_task(gateway.dial("1", PEER, 60))
    await ringing(lab, modem)
    modem.unplug()
    with pytest.raises(GatewayError):
        await dialling


@pytest.mark.parametrize("number", ["", "12;AT", "*100#", "+49 170", "1\r2", "Anna"])
async def test_what_cannot_be_called(lab: Lab, number: str) -> None:
    """Nothing reaches the modem."""
    modem, gateway = await lab.connected()
    with pytest.raises(MessageError):
        await gateway.dial("1", number, 1)
    with pytest.raises(UnsupportedError):
        await gateway.dial("2", PEER, 1)
    assert modem.calls.current is None


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("RING", CallEvent.RING),
        ("+CRING: VOICE", CallEvent.RING),
        ("NO CARRIER", CallEvent.ENDED),
        ("MISSED_CALL: 08:13PM 10086", CallEvent.ENDED),
        ("VOICE CALL: BEGIN", CallEvent.ANSWERED),
        ("VOICE CALL: END: 000017", CallEvent.ENDED),
        ("^CONN:1,0", CallEvent.ANSWERED),
        ("^CEND:1,0,104,17", CallEvent.BUSY),
        ("^CEND:1,12,29,16", CallEvent.ENDED),
        ("^CEND:nonsense", CallEvent.ENDED),
        ("NO DIAL TONE", CallEvent.NO_DIALTONE),
        ("NO ANSWER", CallEvent.NO_ANSWER),
        ("RINGTONE", None),
        ("+CMTI: x", None),
    ],
)
def test_words(line: str, event: CallEvent | None) -> None:
    """Of all dialects."""
    assert call_event(line) is event


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ('+CLIP: "123456789",129,,,,0', "123456789"),
        ('+CLIP: "49170123",145', "+49170123"),
        ('+CLIP: "+49170123",145,"",,"",0', "+49170123"),
        ('+CLIP: "",128,,,,1', ""),
        ("+CLIP:", ""),
        ("RING", None),
    ],
)
def test_callers(line: str, number: str | None) -> None:
    """As modems write them."""
    assert parse_caller(line) == number


def test_own_calls() -> None:
    """Calls that come in, data calls and nonsense are left out."""
    lines = [
        "+CLCC: 1,0,3,0,0",
        '+CLCC: 2,1,4,0,0,"123456789",129',
        "+CLCC: 3,0,0,1,0",
        "+CLCC: 4,0,9,0,0",
        "+CLCC: ",
        '+CLCC: 5,0,0,0,0,"123456789",129',
    ]
    assert parse_own_calls(lines) == [CallStage.ALERTING, CallStage.ACTIVE]

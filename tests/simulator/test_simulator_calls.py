"""Voice calls in and out, in every dialect."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator.at_modem import AtModem
from simulator.at_modem.calls import RING_INTERVAL
from simulator.calls import CallOutcome, Ending, Outcome
from simulator.clock import ManualClock
from simulator.network import Network

from .conftest import Connect, MakeModem
from .host import Host

PEER = "+4917139200042"
CLIP = f'+CLIP: "{PEER}",145,,,,0'


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """Return a network whose clock stands still."""
    network = Network(clock=ManualClock())
    yield network
    await network.close()


async def advance(network: Network, seconds: float) -> None:
    """Move the clock on once all that waits for it does."""
    assert isinstance(network.clock, ManualClock)
    await asyncio.sleep(0.01)
    network.clock.advance(seconds)


async def lines(host: Host, count: int) -> list[str]:
    """Return the next lines."""
    return [await host.line() for _ in range(count)]


async def test_call_rings_until_it_is_answered(
    network: Network, modem: AtModem, host: Host
) -> None:
    """RING comes again and again with the number, until the host answers and hangs up."""
    await host.command("AT+CLIP=1")
    assert modem.ring(PEER)
    assert not modem.ring("+4917139200043")
    assert await lines(host, 2) == ["RING", CLIP]
    await advance(network, RING_INTERVAL)
    assert await lines(host, 2) == ["RING", CLIP]
    assert await host.command("AT+CLCC") == [f'+CLCC: 1,1,4,0,0,"{PEER}",145', "OK"]
    assert await host.command("AT+CPAS") == ["+CPAS: 3", "OK"]
    assert await host.command("ATA") == ["VOICE CALL: BEGIN", "OK"]
    assert await host.command("AT+CPAS") == ["+CPAS: 4", "OK"]
    await advance(network, 7)
    assert await host.silent(0.03)
    assert await host.command("AT+CHUP") == ["VOICE CALL: END: 000007", "OK"]
    assert await host.command("AT+CLCC;+CPAS") == ["+CPAS: 0", "OK"]
    (record,) = network.calls
    assert (record.incoming, record.answered, record.seconds) == (True, True, 7)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("sim7600", [f"MISSED_CALL: 01:00PM {PEER}"]),
        ("sim800l", ["NO CARRIER"]),
        ("ec25", ["NO CARRIER"]),
        ("e173", ["^CEND:1,0,25,16"]),
        ("zte-mf190", ["HANGUP: 1"]),
    ],
)
async def test_caller_gives_up(
    network: Network, make_modem: MakeModem, connect: Connect, profile: str, expected: list[str]
) -> None:
    """A call that nobody answers ends in the words of the model."""
    modem = make_modem(profile)
    host = await connect(modem)
    await host.command("AT+CPMS?")
    await host.command("AT+CRC=1")
    modem.ring(PEER, 3)
    assert await host.line() == "+CRING: VOICE"
    await advance(network, 3)
    assert await lines(host, len(expected)) == expected
    assert network.calls[0].ending is Ending.MISSED
    assert await host.command("AT+CLCC") == ["OK"]


async def test_withheld_number(modem: AtModem, host: Host) -> None:
    """Who does not want to be known calls without a number."""
    await host.command("AT+CLIP=1")
    modem.ring("")
    assert await lines(host, 2) == ["RING", '+CLIP: "",128,,,,1']


@pytest.mark.parametrize("profile", ["ec25", "sim7600"])
async def test_hanging_up_by_h(
    network: Network, make_modem: MakeModem, connect: Connect, profile: str
) -> None:
    """ATH ends a call; on a SIM7600 only after +CVHU=0."""
    modem = make_modem(profile)
    host = await connect(modem)
    modem.ring(PEER)
    await host.line()
    assert await host.command("ATH") == ["OK"]
    assert (modem.calls.current is None) is (profile == "ec25")
    await host.command("AT+CVHU=0")
    await host.command("ATH")
    assert network.calls[0].ending is Ending.HUNG_UP
    assert await host.command("ATA") == ["NO CARRIER"]


@pytest.mark.parametrize(
    ("profile", "begun", "connected", "ended"),
    [
        ("ec25", [], [], ["NO CARRIER"]),
        ("sim800l", [], [], ["NO CARRIER"]),
        ("sim7600", [], ["VOICE CALL: BEGIN"], ["VOICE CALL: END: 000009", "NO CARRIER"]),
        ("e173", ["^ORIG:1,0", "^CONF:1"], ["^CONN:1,0"], ["^CEND:1,9,25,16", "NO CARRIER"]),
    ],
)
async def test_far_end_answers_and_hangs_up(
    network: Network,
    make_modem: MakeModem,
    connect: Connect,
    profile: str,
    begun: list[str],
    connected: list[str],
    ended: list[str],
) -> None:
    """A call is dialled, alerts, is answered after a time, and ends from the far side."""
    network.plan_call(PEER, CallOutcome(Outcome.ANSWERED, after=4, lasts=9))
    host = await connect(make_modem(profile))
    assert await host.command(f"ATD{PEER};") == ["OK"]
    assert await lines(host, len(begun)) == begun
    assert await host.command("AT+CLCC") == [f'+CLCC: 1,0,3,0,0,"{PEER}",145', "OK"]
    await advance(network, 4)
    assert await lines(host, len(connected)) == connected
    assert await host.command("AT+CLCC") == [f'+CLCC: 1,0,0,0,0,"{PEER}",145', "OK"]
    await advance(network, 9)
    assert await lines(host, len(ended)) == ended
    (record,) = network.calls
    assert (record.ending, record.seconds, record.number) == (Ending.FAR_END, 9, PEER)


@pytest.mark.parametrize(
    ("outcome", "result", "huawei"),
    [
        (Outcome.BUSY, "BUSY", "^CEND:1,0,104,17"),
        (Outcome.NO_ANSWER, "NO ANSWER", "^CEND:1,0,104,19"),
        (Outcome.NO_CARRIER, "NO CARRIER", "^CEND:1,0,104,3"),
        (Outcome.NO_DIALTONE, "NO DIALTONE", "^CEND:1,0,104,27"),
    ],
)
async def test_call_that_is_not_answered(
    network: Network,
    make_modem: MakeModem,
    connect: Connect,
    outcome: Outcome,
    result: str,
    huawei: str,
) -> None:
    """The result of a call comes after its time: unsolicited, or as the result of ATD."""
    network.plan_call("", CallOutcome(outcome, after=2))
    host = await connect(make_modem("sim7600"))
    assert await host.command(f"ATD{PEER};") == ["OK"]
    assert await host.command(f"ATD{PEER};") == ["ERROR"]
    await advance(network, 2)
    assert await host.line() == result
    zte = await connect(make_modem("zte-mf190"))
    await zte.command("AT+CPMS?")
    zte.write(f"ATD{PEER};\r")
    await advance(network, 2)
    assert await zte.line() == result
    stick = await connect(make_modem("e3372"))
    await stick.command(f"ATD{PEER};")
    await advance(network, 2)
    told = (await stick.until(f"{result}\r\n")).split()
    assert huawei in told
    assert {record.ending for record in network.calls} == {Ending.REFUSED}


async def test_dialling_until_the_answer(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """+COLP=1 delays the OK until the far end answers; a key that is typed ends the call."""
    network.plan_call(PEER, CallOutcome(Outcome.ANSWERED, after=5))
    modem = make_modem("sim800l")
    host = await connect(modem)
    assert await host.command("AT+COLP=1;+COLP?") == ["+COLP: 1,1", "OK"]
    host.write(f"ATD{PEER};\r\n")
    await advance(network, 5)
    assert await lines(host, 2) == [f'+COLP: "{PEER}",145', "OK"]
    assert await host.command("ATH") == ["OK"]
    host.write(f"ATD{PEER};\r")
    assert await host.silent(0.03)
    host.write("AT+CSQ\r")
    assert await lines(host, 3) == ["NO CARRIER", "+CSQ: 20,99", "OK"]
    assert modem.calls.current is None


async def test_zte_connects(network: Network, make_modem: MakeModem, connect: Connect) -> None:
    """A ZTE stick answers ATD with CONNECT, and tells the end in its own word."""
    modem = make_modem("zte-mf190")
    host = await connect(modem)
    await host.command("AT+CPMS?")
    host.write(f"ATD{PEER};\r")
    assert await host.line() == "CONNECT"
    assert modem.calls.far_end_hangs_up()
    assert await host.line() == "HANGUP: 1"


async def test_progress_reports(network: Network, make_modem: MakeModem, connect: Connect) -> None:
    """SIMCom tells every change by +CLCC, and a SIM800 the progress by +MORING."""
    host = await connect(make_modem("sim800l"))
    await host.command("AT+CLCC=1;+MORING=1")
    assert await host.command("AT+CLCC?") == ["+CLCC: 1", "OK"]
    host.write("ATD123;\r")
    told = [line for line in (await host.until("MO CONNECTED\r\n")).split("\r\n") if line]
    assert told == [
        *('+CLCC: 1,0,2,0,0,"123",129', "OK", '+CLCC: 1,0,3,0,0,"123",129', "MO RING"),
        *('+CLCC: 1,0,0,0,0,"123",129', "MO CONNECTED"),
    ]
    await host.command("ATH")
    other = await connect(make_modem("ec25"))
    assert await other.command("AT+MORING=1") == ["ERROR"]


async def test_call_ends_with_the_power(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """A modem that restarts loses its call and is ready for the next."""
    modem = make_modem("sim800l")
    host = await connect(modem)
    modem.ring(PEER)
    await host.line()
    modem.power_off()
    modem.power_on()
    assert network.calls[0].ending is Ending.LOST
    assert await host.command("AT+CPAS") and modem.calls.current is None


async def test_modem_without_voice_or_network(make_modem: MakeModem, connect: Connect) -> None:
    """A module without voice cannot be called, and neither can one without a network."""
    module = make_modem("bg96")
    host = await connect(module)
    assert not module.ring(PEER)
    assert await host.command("ATD123;") == ["ERROR"]
    lost = make_modem()
    await connect(lost)
    lost.set_registration(2)
    assert not lost.ring(PEER)
    assert not lost.calls.far_end_hangs_up()

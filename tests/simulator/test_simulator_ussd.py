"""USSD: codes, menus, time-outs and the ways that modems write strings."""

from collections.abc import AsyncIterator

import pytest

from simulator.clock import ManualClock
from simulator.network import Network
from simulator.ussd import UssdAnswer, UssdCoding, UssdStatus, decode_code, pack

from .conftest import Connect, MakeModem
from .host import Host

BALANCE = UssdAnswer("Balance: 5 EUR")
MENU = UssdAnswer("1 Balance 2 More", {"1": BALANCE, "2": UssdAnswer("1 Back", {"1": BALANCE})})


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """Return a network with a menu, whose clock stands still."""
    network = Network(clock=ManualClock())
    network.ussd["*101#"] = MENU
    yield network
    await network.close()


def clock_of(network: Network) -> ManualClock:
    """Return the clock that the test moves."""
    assert isinstance(network.clock, ManualClock)
    return network.clock


async def code(host: Host, text: str) -> str:
    """Send a code and return what comes unsolicited."""
    assert await host.command(f'AT+CUSD=1,"{text}",15') == ["OK"]
    return await host.line()


async def test_answer_and_unknown_code(host: Host) -> None:
    """A code is answered after its OK; one that the network does not know is not supported."""
    assert await code(host, "*100#") == '+CUSD: 0,"Your balance is 12.34 EUR.",15'
    assert await code(host, "*999#") == "+CUSD: 4"
    assert await host.command("AT+CUSD?") == ["+CUSD: 1", "OK"]


async def test_menus_lead_on(host: Host) -> None:
    """A menu wants an answer, and so does the next; a wrong one ends the session."""
    assert await code(host, "*101#") == '+CUSD: 1,"1 Balance 2 More",15'
    assert await code(host, "2") == '+CUSD: 1,"1 Back",15'
    assert await code(host, "1") == '+CUSD: 0,"Balance: 5 EUR",15'


async def test_wrong_answer_ends_the_session(host: Host) -> None:
    """What a menu does not offer is answered with a release, and the next code is a new one."""
    await code(host, "*101#")
    assert await code(host, "9") == "+CUSD: 2"
    assert await code(host, "*101#") == '+CUSD: 1,"1 Balance 2 More",15'


async def test_session_is_cancelled(host: Host) -> None:
    """+CUSD=2 ends an open session; the next string is a code again."""
    await code(host, "*101#")
    assert await host.command("AT+CUSD=2") == ["OK"]
    assert await code(host, "1") == "+CUSD: 4"


async def test_menu_times_out(host: Host, network: Network) -> None:
    """A menu that nobody answers ends with a time-out."""
    network.ussd["*102#"] = UssdAnswer("1 Go", {"1": BALANCE}, time_out=30)
    await code(host, "*102#")
    clock_of(network).advance(29)
    assert await host.silent(0.03)
    clock_of(network).advance(1)
    assert await host.line() == "+CUSD: 5"


async def test_late_and_silent_answers(host: Host, network: Network) -> None:
    """An answer is late or never comes; until then no other code goes, unless cancelled."""
    network.ussd["*103#"] = UssdAnswer("late", delay=20)
    network.ussd["*104#"] = UssdAnswer(silent=True)
    assert await host.command('AT+CUSD=1,"*103#",15') == ["OK"]
    assert await host.command('AT+CUSD=1,"*100#",15') == ["+CME ERROR: 3"]
    clock_of(network).advance(20)
    assert await host.line() == '+CUSD: 0,"late",15'
    assert await host.command('AT+CUSD=1,"*104#",15') == ["OK"]
    clock_of(network).advance(600)
    assert await host.silent(0.03)
    assert await host.command("AT+CUSD=2") == ["OK"]
    assert await code(host, "*999#") == "+CUSD: 4"


async def test_answer_before_the_ok(host: Host, network: Network) -> None:
    """Some networks are faster than the OK, and some modems add lines of their own."""
    network.ussd["*105#"] = UssdAnswer("first", before_ok=True)
    network.ussd["*106#"] = UssdAnswer(lines=('+CUSD: 2,"Release",15', '+CUSD: 0,"Late",15'))
    answer = await host.command('AT+CUSD=1,"*105#",15')
    assert answer == ['+CUSD: 0,"first",15', "OK"]
    assert await code(host, "*106#") == '+CUSD: 2,"Release",15'
    assert await host.line() == '+CUSD: 0,"Late",15'


async def test_answer_that_is_not_wanted(host: Host) -> None:
    """With reports off the answer is not shown."""
    assert await host.command('AT+CUSD=0,"*100#",15') == ["OK"]
    assert await host.silent(0.03)


@pytest.mark.parametrize(
    ("profile", "setup", "text", "line"),
    [
        ("sim800l", 'AT+CSCS="UCS2"', "Hi", '+CUSD: 0,"00480069",15'),
        ("ec25", 'AT+CSCS="GSM"', "wähl", '+CUSD: 0,"w{hl",15'),
        ("sim7600", 'AT+CSCS="IRA"', "Счёт", '+CUSD: 0,"0421044704510442",72'),
        ("e173", "AT", "Hi", '+CUSD: 0,"C834",15'),
        ("e173", "AT", "Счёт", '+CUSD: 0,"0421044704510442",72'),
        ("e3372", "AT^USSDMODE=0", "Hi", '+CUSD: 0,"Hi",15'),
    ],
)
async def test_dialects(
    network: Network,
    make_modem: MakeModem,
    connect: Connect,
    profile: str,
    setup: str,
    text: str,
    line: str,
) -> None:
    """Strings are plain, packed or UCS2, by the model and its settings."""
    modem = make_modem(profile)
    network.ussd["*1#"] = UssdAnswer(text)
    host = await connect(modem)
    await host.command(setup)
    string = modem.settings.encode("*1#") if not modem.packed_ussd else pack("*1#")
    assert await code(host, string) == line
    assert modem.ussd.codes == ["*1#"]


async def test_packed_modem_takes_nothing_plain(make_modem: MakeModem, connect: Connect) -> None:
    """A Huawei stick refuses a plain code, until it is told to take such."""
    host = await connect(make_modem("e173"))
    assert await host.command('AT+CUSD=1,"*100#",15') == ["ERROR"]
    await host.command("AT^USSDMODE=0")
    assert (await code(host, "*100#")).startswith('+CUSD: 0,"Your balance')


async def test_model_without_ussd(make_modem: MakeModem, connect: Connect) -> None:
    """An LTE-M module does not know the command."""
    host = await connect(make_modem("bg96"))
    assert await host.command('AT+CUSD=1,"*100#",15') == ["ERROR"]


async def test_ussd_needs_a_network(make_modem: MakeModem, connect: Connect) -> None:
    """Without registration a code is refused."""
    modem = make_modem()
    other = await connect(modem)
    await other.command("AT+CMEE=1")
    modem.set_registration(2)
    assert await other.command('AT+CUSD=1,"*100#",15') == ["+CME ERROR: 30"]


@pytest.mark.parametrize("text", ["*100#", "1", "*100*12#", "1234567", "12345678", "@"])
def test_packed_codes(text: str) -> None:
    """Packing and unpacking a code gives the same; seven septets are padded."""
    assert decode_code(pack(text), packed=True) == text


def test_packing_as_captured() -> None:
    """A Huawei E160 wrote this answer (gammu tests/at-ussd/02-E160.dump), padding included."""
    assert pack("Ihr Guthaben für die Nr.4915783647410 beträgt 5.78 Euro") == (
        "49B41C74ACD3D16171D90D32FBE52072BA0C72CA5DB45CAC76C3CD6CB41B2D060389CB74F9FE4C07D55C37"
        "1CA85897BF1B"
    )


def test_answer_from_json() -> None:
    """An answer is built from its fields; what does not fit is refused."""
    answer = UssdAnswer.from_json(
        {
            "text": "menu",
            "answers": {"1": "done", "2": {"text": "x", "status": 2, "coding": "packed"}},
            "time_out": 5,
        }
    )
    assert answer.open and answer.answers["1"].text == "done"
    assert answer.answers["2"].shown_status is UssdStatus.TERMINATED
    assert answer.answers["2"].coding is UssdCoding.PACKED
    wrongs: list[object] = [{"status": 9}, {"delay": "x"}, {"x": 1}, {"lines": "x"}, 5]
    for wrong in [*wrongs, {"silent": 1}, {"delay": -1}, {"answers": []}]:
        with pytest.raises((ValueError, TypeError)):
            UssdAnswer.from_json(wrong)

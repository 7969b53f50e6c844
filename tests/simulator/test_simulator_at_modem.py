"""The modem as a host sees it (3GPP TS 27.007 and TS 27.005)."""

import pytest

from simulator.at_modem import AtModem, Sim
from simulator.network import Network
from simulator.plans import Operator
from simulator.profiles import PROFILES

from .conftest import Connect, MakeModem
from .host import Host

PEER = "+4917139200042"
OWN = Sim().number
SMSC_OCTETS = "0791947101670000"
HELLO = "0001000D91947131290040F200000AE8329BFD4697D9EC37"
HELLO_LENGTH = len(HELLO) // 2 - 1


@pytest.mark.parametrize("name", PROFILES)
async def test_every_profile_starts_up_receives_and_sends(
    network: Network, make_modem: MakeModem, connect: Connect, name: str
) -> None:
    """The usual start-up passes, a message comes in and one goes out."""
    modem = make_modem(name)
    host = await connect(modem)
    profile = modem.profile
    assert await host.command("AT+CGMI") == [profile.manufacturer, "OK"]
    assert (await host.command("ATI"))[-1] == "OK"
    assert await host.command("AT+CGSN") == [modem.imei, "OK"]
    assert await host.command("AT+CIMI") == ["001010123456789", "OK"]
    assert (await host.command("AT+CSCA?"))[0] == '+CSCA: "+491710760000",145'
    assert await host.command("AT+CMGF=0") == ["OK"]
    assert (await host.command("AT+CPMS?"))[-1] == "OK"
    assert await host.command("AT+CNMI=2,1,0,0,0") == ["OK"]
    await network.send(PEER, OWN, "Hello")
    head, index = (await host.line()).split(",")
    assert head.startswith("+CMTI: ")
    assert int(index) == profile.first_index
    header, pdu, result = await host.command(f"AT+CMGR={index}")
    assert header == f"+CMGR: 0,{profile.alpha},{len(pdu) // 2 - 8}"
    assert result == "OK"
    assert await host.command(f"AT+CMGD={index}") == ["OK"]
    assert await host.send(HELLO, HELLO_LENGTH) == ["+CMGS: 1", "OK"]
    assert network.sent[0].text == "hellohello"
    assert network.sent[0].recipient == PEER
    unknown = (await host.command("AT+NOSUCH"))[-1]
    assert unknown == ("COMMAND NOT SUPPORT" if name == "e173" else "ERROR")


@pytest.mark.parametrize(
    ("name", "command", "answer"),
    [
        ("sim800l", "AT+CCID", "89490200001234567892"),
        ("sim7600", "AT+CICCID", "+ICCID: 89490200001234567892"),
        ("ec25", "AT+QCCID", "+QCCID: 89490200001234567892"),
        ("e173", "AT^ICCID?", "^ICCID: 98942000002143658729"),
        ("e3372", "AT^ICCID?", "^ICCID: 89490200001234567892"),
        ("sara-r4", "AT+CCID", "+CCID: 89490200001234567892"),
        ("zte-mf190", "AT+CRSM=176,12258,0,0,10", '+CRSM: 144,0,"98942000002143658729"'),
    ],
)
async def test_iccid_in_every_dialect(
    make_modem: MakeModem, connect: Connect, name: str, command: str, answer: str
) -> None:
    """The ICCID is given as the vendor gives it."""
    host = await connect(make_modem(name))
    assert await host.command(command) == [answer, "OK"]


async def test_pin_is_wanted_and_opens_the_card(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """A locked card answers +CPIN? and its ICCID only; the PIN opens it and it registers."""
    modem = make_modem(sim=Sim(pin="1234"))
    host = await connect(modem)
    await host.command("AT+CMEE=1")
    await host.command("AT+CREG=1")
    assert await host.command("AT+CPIN?") == ["+CPIN: SIM PIN", "OK"]
    assert await host.command("AT+CIMI") == ["+CME ERROR: 11"]
    assert await host.command("AT+CMGL=4") == ["+CMS ERROR: 311"]
    assert (await host.command("AT+CICCID"))[-1] == "OK"
    assert await host.command("AT+CREG?") == ["+CREG: 1,0", "OK"]
    await network.send(PEER, OWN, "waits")
    assert await host.command('AT+CPIN="1234"') == ["OK"]
    lines = [await host.line() for _ in range(4)]
    assert lines == ["+CPIN: READY", "SMS DONE", "PB DONE", "+CREG: 1"]
    assert await host.command("AT+CPIN=1234") == ["+CME ERROR: 3"]


async def test_wrong_pins_lead_to_puk(make_modem: MakeModem, connect: Connect) -> None:
    """Each wrong PIN costs a try, the third locks, the PUK sets a new PIN."""
    sim = Sim(pin="1234")
    modem = make_modem("sim7600", sim=sim)
    host = await connect(modem)
    await host.command("AT+CMEE=1")
    for left in (2, 1, 0):
        assert await host.command("AT+CPIN=0000") == ["+CME ERROR: 16"]
        assert await host.command("AT+SPIC") == [f"+SPIC: {left},10,0,10", "OK"]
    assert await host.command("AT+CPIN?") == ["+CPIN: SIM PUK", "OK"]
    assert await host.command("AT+CIMI") == ["+CME ERROR: 12"]
    assert await host.command("AT+CPIN=1234") == ["+CME ERROR: 12"]
    assert await host.command('AT+CPIN="00000000","4321"') == ["+CME ERROR: 16"]
    assert await host.command('AT+CPIN="12345678","4321"') == ["OK"]
    assert sim.pin == "4321"
    modem.unplug()
    await modem.plug()
    assert sim.state == "SIM PIN"


@pytest.mark.parametrize(
    ("name", "command", "locked"),
    [
        ("sim800l", "AT+SPIC", ["+SPIC: 3,10,3,10"]),
        ("ec25", "AT+QPINC?", ['+QPINC: "SC",3,10', '+QPINC: "P2",3,10']),
        ("e173", "AT^CPIN?", ["^CPIN: SIM PIN,3,10,3,10,3"]),
        ("sara-r4", "AT+UPINCNT", ["+UPINCNT: 3,3,10,10"]),
        ("zte-mf190", "AT+SPIC", ["ERROR"]),
    ],
)
async def test_pin_tries_in_every_dialect(
    make_modem: MakeModem, connect: Connect, name: str, command: str, locked: list[str]
) -> None:
    """Counters are readable while the card is locked, where the vendor has one."""
    host = await connect(make_modem(name, sim=Sim(pin="1234")))
    assert (await host.command(command))[: len(locked)] == locked


async def test_missing_card(make_modem: MakeModem, connect: Connect) -> None:
    """Without a card the errors say so; putting one in makes the modem ready."""
    modem = make_modem(sim=None)
    host = await connect(modem)
    await host.command("AT+CMEE=1")
    assert await host.command("AT+CPIN?") == ["+CME ERROR: 10"]
    assert await host.command("AT+CMGL=4") == ["+CMS ERROR: 310"]
    modem.insert_sim(Sim())
    assert await host.line() == "+CPIN: READY"
    modem.remove_sim()
    assert [await host.line() for _ in range(3)][-1] == "+CPIN: NOT INSERTED"


@pytest.mark.parametrize(
    ("verbosity", "answer"),
    [(0, "ERROR"), (1, "+CME ERROR: 10"), (2, "+CME ERROR: SIM not inserted")],
)
async def test_error_verbosity(
    make_modem: MakeModem, connect: Connect, verbosity: int, answer: str
) -> None:
    """+CMEE rules how errors are told."""
    host = await connect(make_modem(sim=None))
    await host.command(f"AT+CMEE={verbosity}")
    assert await host.command("AT+CIMI") == [answer]


async def test_registration_is_reported_as_asked(modem: AtModem, host: Host) -> None:
    """+CREG=1 reports the state, +CREG=2 with the cell; other domains stay silent."""
    await host.command("AT+CREG=1")
    modem.set_registration(2)
    assert await host.line() == "+CREG: 2"
    assert await host.command("AT+COPS?") == ["+COPS: 0", "OK"]
    await host.command("AT+CREG=2")
    await host.command("AT+CEREG=1")
    modem.set_registration(5)
    assert await host.line() == "+CREG: 5,1A2B,C3D4E5"
    assert await host.line() == "+CEREG: 5"
    assert await host.command("AT+CREG?") == ["+CREG: 2,5,1A2B,C3D4E5", "OK"]
    modem.set_cell(0x00FF, 0x1)
    assert await host.line() == "+CREG: 5,00FF,1"


async def test_cell_with_access_technology(make_modem: MakeModem, connect: Connect) -> None:
    """The EC25 quotes area and cell and adds the access technology."""
    host = await connect(make_modem("ec25"))
    await host.command("AT+CREG=2")
    assert await host.command("AT+CREG?") == ['+CREG: 2,1,"1A2B","C3D4E5",7', "OK"]


async def test_operator_in_every_format(modem: AtModem, host: Host) -> None:
    """+COPS=3 chooses the name; +CSCS=UCS2 gives it in hex."""
    modem.radio.operator = Operator("Öst Net", "Öst", "23201")
    for form, name in enumerate(("Öst Net", "Öst", "23201")):
        await host.command(f"AT+COPS=3,{form}")
        assert await host.command("AT+COPS?") == [f'+COPS: 0,{form},"{name}",7', "OK"]
    await host.command("AT+COPS=3,1")
    await host.command('AT+CSCS="UCS2"')
    assert await host.command("AT+COPS?") == ['+COPS: 0,1,"00D600730074",7', "OK"]
    assert (await host.command("AT+COPS=?"))[0].startswith('+COPS: (2,"Öst Net"')


async def test_signal(make_modem: MakeModem, connect: Connect) -> None:
    """+CSQ and +CESQ give the figures; a Huawei stick tells a change by itself."""
    lte = make_modem()
    host = await connect(lte)
    assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]
    assert await host.command("AT+CESQ") == ["+CESQ: 99,99,255,255,22,55", "OK"]
    stick = make_modem("e173")
    host = await connect(stick)
    signal = stick.radio.signal
    signal.rssi = 7
    stick.set_signal(signal)
    assert await host.line() == "^RSSI:7"
    assert await host.command("AT+CESQ") == ["COMMAND NOT SUPPORT"]


async def test_radio_off_and_restart(modem: AtModem, host: Host) -> None:
    """+CFUN=4 deregisters, +CFUN=1 registers, +CFUN=1,1 makes a USB modem leave the bus."""
    await host.command("AT+CREG=1")
    assert await host.command("AT+CFUN=4") == ["OK"]
    assert await host.line() == "+CREG: 0"
    assert await host.send(HELLO, HELLO_LENGTH) == ["+CMS ERROR: 331"]
    assert await host.command("AT+CFUN=1") == ["OK"]
    assert await host.line() == "+CREG: 1"
    assert await host.command("AT+CFUN=1,1") == ["OK"]
    with pytest.raises(EOFError):
        await host.line()


async def test_restart_on_a_uart_prints_boot_lines(make_modem: MakeModem, connect: Connect) -> None:
    """A modem on a UART keeps the line, forgets its settings and prints what it does."""
    host = await connect(make_modem("sim800l"))
    await host.command("AT+CNMI=2,2,0,0,0")
    assert await host.command("AT+CFUN=1,1") == ["OK"]
    lines = [await host.line() for _ in range(5)]
    assert lines == ["RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"]
    assert (await host.command("AT+CNMI?"))[0] == "+CNMI: 2,1,0,0,0"


async def test_several_commands_in_a_line_and_in_one_write(host: Host) -> None:
    """Commands are joined by semicolons; several lines in one write are answered in turn."""
    assert await host.command("ATE0V1;+CSQ;+CREG?") == ["+CSQ: 20,99", "+CREG: 0,1", "OK"]
    assert await host.command("AT+CSQ;+NOSUCH;+CREG?") == ["+CSQ: 20,99", "ERROR"]
    host.write("AT+CSQ\rAT+CREG?\r\n")
    assert [await host.line() for _ in range(4)] == ["+CSQ: 20,99", "OK", "+CREG: 0,1", "OK"]
    host.write(b"\x00\xff\xfeAT\r")
    assert await host.line() == "OK"


async def test_results_as_numbers_and_echo(host: Host) -> None:
    """V0 and E1 change how answers look."""
    host.write("ATV0\r")
    assert await host.until("\r") == "0\r"
    host.write("AT+NOSUCH\r")
    assert await host.until("\r") == "4\r"
    host.write("ATE1V1\r")
    assert await host.until("OK\r\n") == "\r\nOK\r\n"
    host.write("AT+CSQ\r")
    assert await host.until("OK\r\n") == "AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n"


async def test_clock(host: Host) -> None:
    """The clock is read and set with its zone in quarter hours."""
    assert await host.command('AT+CCLK="26/10/01,12:30:00-14"') == ["OK"]
    (answer, _) = await host.command("AT+CCLK?")
    # Shown in the zone of the network, one hour: 12:30 at -3:30 is 17:00.
    assert answer.startswith('+CCLK: "26/10/01,17:00:0') and answer.endswith('+04"')
    assert await host.command('AT+CCLK="26/13/01,12:30:00"') == ["+CME ERROR: 50"]


async def test_network_time_is_told_on_registration(modem: AtModem, host: Host) -> None:
    """+CTZR=1 makes the modem tell the zone when it registers."""
    await host.command("AT+CTZR=1")
    modem.set_registration(2)
    modem.set_registration(1)
    assert await host.line() == "+CTZV: +04"


async def test_pace_makes_the_card_busy(
    network: Network, make_modem: MakeModem, connect: Connect
) -> None:
    """At a pace the card is busy at first, and ready after its time."""
    host = await connect(make_modem("sim800l", pace=0.03))
    await host.command("AT+CMEE=1")
    assert await host.command("AT+CPIN?") == ["+CME ERROR: 14"]
    assert await host.command("AT+CMGL=4") == ["+CMS ERROR: 314"]
    assert [await host.line() for _ in range(3)] == ["+CPIN: READY", "Call Ready", "SMS Ready"]
    assert await host.command("AT+CPIN?") == ["+CPIN: READY", "OK"]


async def test_zte_nags_until_the_storage_is_asked(
    make_modem: MakeModem, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """+ZUSIMR:2 comes again and again until +CPMS."""
    monkeypatch.setattr("simulator.at_modem.modem.NAG_INTERVAL", 0.01)
    host = await connect(make_modem("zte-mf190"))
    assert [await host.line() for _ in range(3)] == ["+ZUSIMR:2"] * 3
    answer = await host.command("AT+CPMS?")
    assert answer[-1] == "OK"
    assert await host.silent(0.05)


@pytest.mark.parametrize(
    "line",
    [
        "AT+",
        "AT+=",
        "AT=",
        "AT?",
        "AT,,",
        'AT+CPMS="',
        "AT+CMGL=²",
        "AT+CMGR",
        "AT+CMGS=x",
        "AT+CNMI=,,,,,,9",
    ],
)
async def test_nonsense_is_answered_and_the_next_command_works(host: Host, line: str) -> None:
    """A line that is no command ends in an error, never in silence."""
    host.write(line.encode("latin-1") + b"\r")
    result = await host.line()
    assert "ERROR" in result or result == "OK"
    assert await host.command("AT+CSQ") == ["+CSQ: 20,99", "OK"]

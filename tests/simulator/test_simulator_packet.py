"""Data settings: contexts, vendor settings, power saving."""

import pytest

from simulator.at_modem import AtModem
from simulator.network import Network

from .conftest import Connect, MakeModem
from .host import Host

TAU, ACTIVE = "01001110", "00000101"


@pytest.fixture
def profile() -> str:
    """Return the profile of the modem; a parameter of the tests."""
    return "sim7600"


@pytest.fixture
def modem(make_modem: MakeModem, profile: str) -> AtModem:
    """Return a modem of the profile."""
    return make_modem(profile)


@pytest.mark.parametrize(
    ("profile", "command", "answer"),
    [
        ("sim7600", "AT+CGDCONT?", ['+CGDCONT: 1,"IP","","0.0.0.0",0,0', "OK"]),
        ("ec25", "AT+CGDCONT?", ['+CGDCONT: 1,"IPV4V6","","0.0.0.0",0,0', "OK"]),
        ("sim7600", 'AT+CGDCONT=17,"IP","em"', ["+CME ERROR: 50"]),
        ("sim800l", 'AT+CGDCONT=4,"IP","em"', ["+CME ERROR: 50"]),
        ("sim7600", 'AT+CGDCONT=1,"X25","em"', ["+CME ERROR: 50"]),
        ("sim7600", 'AT+CGDCONT=1,"IP","an apn"', ["+CME ERROR: 50"]),
        ("sim7600", "AT+CGDCONT=1;+CGDCONT?", ["OK"]),
        ("sim7600", "AT+CGATT?", ["+CGATT: 1", "OK"]),
        ("sim7600", "AT+CGATT=0;+CGATT?", ["+CGATT: 0", "OK"]),
        ("sim7600", "AT+CGATT=2", ["+CME ERROR: 50"]),
        ("sim7600", "AT+CGACT=1,1;+CGACT?", ["+CGACT: 1,1", "OK"]),
        ("sim7600", "AT+CGACT=1,2", ["+CME ERROR: 50"]),
        ("sim7600", "AT+CGACT=1,1;+CGATT=0;+CGACT?", ["+CGACT: 1,0", "OK"]),
        ("sim7600", "AT+CGATT=0;+CGACT=1,1", ["+CME ERROR: 30"]),
        ("sim7600", "AT+QICSGP=1", ["ERROR"]),
        ("sim7600", "AT+CPSMS?", ["ERROR"]),
        ("ec25", "AT+QICSGP=1", ['+QICSGP: 3,"","","",0', "OK"]),
        ("ec25", 'AT+QICSGP=1,4,"em"', ["+CME ERROR: 50"]),
        ("ec25", 'AT+QCFG="roamservice"', ['+QCFG: "roamservice",1', "OK"]),
        ("ec25", 'AT+QCFG="roamservice",3,1', ["+CME ERROR: 50"]),
        ("ec25", 'AT+QCFG="psm/enter",1', ["+CME ERROR: 50"]),
        ("ec25", "AT+QPSMS?", ["ERROR"]),
        ("bg96", 'AT+QCFG="psm/enter",1;+QCFG="psm/enter"', ['+QCFG: "psm/enter",1', "OK"]),
        ("bg96", "AT+QPSMEXTCFG=10,2;+QPSMEXTCFG?", ["+QPSMEXTCFG: 10,2,0,5,0,0", "OK"]),
        ("bg96", "AT+QPSMEXTCFG=16", ["+CME ERROR: 50"]),
        ("bg96", "AT+CPSMS=1,,,0100111,00000101", ["+CME ERROR: 50"]),
        ("bg96", "AT+CPSMS", ["+CME ERROR: 50"]),
        ("bg96", "AT+CEREG=?", ["+CEREG: (0-2,4)", "OK"]),
        ("bg96", 'AT+CEDRXS=1,2,"0101"', ["+CME ERROR: 50"]),
        ("bg96", 'AT+CEDRXS=1,4,"01"', ["+CME ERROR: 50"]),
        ("bg96", "AT+CEDRXRDP", ["+CEDRXRDP: 0", "OK"]),
        ("sara-r4", "AT+UDCONF=20,2;+UDCONF=20", ["+UDCONF: 20,2", "OK"]),
        ("sara-r4", "AT+UDCONF=20,3", ["+CME ERROR: 50"]),
        ("sara-r4", "AT+UDCONF=1,1", ["+CME ERROR: 4"]),
        ("sara-r4", "AT+QCFG=1", ["+CME ERROR: 100"]),
        ("sara-r4", 'AT+UCGDFLT=1,"IP","em";+UCGDFLT?', ['+UCGDFLT: "IP","em"', "OK"]),
        ("sara-r4", 'AT+UCGDFLT=2,"IP","em"', ["+CME ERROR: 50"]),
    ],
)
async def test_settings_and_their_ranges(host: Host, command: str, answer: list[str]) -> None:
    """Each model knows its own settings, and refuses what is out of range."""
    assert await host.command(command) == answer


@pytest.mark.parametrize("profile", ["ec25"])
async def test_context_outlives_a_restart(modem: AtModem, host: Host) -> None:
    """The APN is kept; tests and the control interface can read it."""
    assert await host.command('AT+CGDCONT=1,"IP","em",,') == ["OK"]
    assert await host.command('AT+QICSGP=2,1,"em2","user","secret",1') == ["OK"]
    assert await host.command('AT+QCFG="roamservice",2,1') == ["OK"]
    modem.power_off()
    modem.power_on()
    await host.until("PB DONE\r\n")
    await host.command("ATE0")
    assert await host.command("AT+QICSGP=2") == ['+QICSGP: 1,"em2","user","secret",1', "OK"]
    assert '+CGDCONT: 1,"IP","em","0.0.0.0",0,0' in await host.command("AT+CGDCONT?")
    values = modem.packet.as_json()
    assert values["contexts"] == {
        "1": {"type": "IP", "apn": "em", "active": False},
        "2": {"type": "IP", "apn": "em2", "active": False},
    }
    assert values["configuration"] == {"roamservice": 2}
    assert "secret" not in str(values)


@pytest.mark.parametrize("profile", ["bg96"])
async def test_timers_are_granted_otherwise(network: Network, host: Host) -> None:
    """What the network granted is read back in seconds, and as bits by +CEREG=4."""
    assert await host.command(f"AT+CPSMS=1,,,{TAU},{ACTIVE}") == ["OK"]
    assert await host.command("AT+CPSMS?") == [f'+CPSMS: 1,,,"{TAU}","{ACTIVE}"', "OK"]
    # 14 times ten hours, and five times two seconds.
    assert await host.command("AT+QPSMS?") == ['+QPSMS: 1,,,"504000","10"', "OK"]
    network.power_saving.periodic_update, network.power_saving.active_time = "00100110", "00100001"
    assert await host.command("AT+QPSMS?") == ['+QPSMS: 1,,,"21600","60"', "OK"]
    (line, _) = await host.command("AT+CEREG=4;+CEREG?")
    assert line == '+CEREG: 4,1,"1A2B","C3D4E5",8,,,"00100001","00100110"'
    network.power_saving.periodic_update = network.power_saving.active_time = ""
    assert await host.command("AT+QPSMS?") == ["+QPSMS: 1,,,,", "OK"]
    assert await host.command("AT+CPSMS=") == ["OK"]
    assert await host.command("AT+CPSMS?") == ['+CPSMS: 0,,,"",""', "OK"]


@pytest.mark.parametrize(("profile", "access"), [("bg96", 4), ("sara-r4", 4)])
async def test_cycle_is_granted_otherwise(network: Network, host: Host, access: int) -> None:
    """The eDRX cycle that was granted is read back, and told with mode 2."""
    assert await host.command(f'AT+CEDRXS=1,{access},"0101"') == ["OK"]
    assert await host.command("AT+CEDRXS?") == [f'+CEDRXS: {access},"0101"', "OK"]
    assert (await host.command("AT+CEDRXRDP"))[0] == f'+CEDRXRDP: {access},"0101","0101","0011"'
    network.power_saving.cycle = "0010"
    assert await host.command(f'AT+CEDRXS=2,{access},"1001"') == ["OK"]
    assert await host.line() == f'+CEDRXP: {access},"1001","0010","0011"'
    network.power_saving.cycle = ""
    assert await host.command("AT+CEDRXRDP") == ["+CEDRXRDP: 0", "OK"]
    assert await host.command(f"AT+CEDRXS=0,{access}") == ["OK"]
    assert await host.command("AT+CEDRXS?") == ["OK"]


async def test_operators_are_found_and_chosen(
    network: Network, modem: AtModem, connect: Connect
) -> None:
    """A scan shows the networks; one is chosen, roams, and the modem goes home again."""
    host = await connect(modem)
    await host.command("AT+CMEE=1")
    (found, _) = await host.command("AT+COPS=?")
    assert found == (
        '+COPS: (2,"Simulated Mobile","SimMob","00101",7),(1,"Other Mobile","Other","00102",7),'
        '(3,"Closed Mobile","Closed","00103",7),,(0-4),(0-2)'
    )
    await host.command("AT+CREG=1")
    assert await host.command('AT+COPS=1,2,"00102"') == ["+CREG: 5", "OK"]
    assert await host.command("AT+COPS=3,2;+COPS?") == ['+COPS: 1,2,"00102",7', "OK"]
    assert await host.command("AT+COPS=0") == ["+CREG: 1", "OK"]
    assert await host.command("AT+COPS?") == ['+COPS: 0,2,"00101",7', "OK"]


@pytest.mark.parametrize(
    ("command", "answer", "shown"),
    [
        ('AT+COPS=1,2,"00103"', "+CME ERROR: 32", "+COPS: 1"),
        ('AT+COPS=1,2,"99999"', "+CME ERROR: 30", "+COPS: 1"),
        ('AT+COPS=4,2,"00103"', "OK", '+COPS: 0,0,"Simulated Mobile",7'),
        ('AT+COPS=4,0,"Other Mobile"', "OK", '+COPS: 1,0,"Other Mobile",7'),
        ("AT+COPS=2", "OK", "+COPS: 2"),
        ('AT+COPS=1,3,"x"', "+CME ERROR: 50", '+COPS: 0,0,"Simulated Mobile",7'),
        ("AT+COPS=5", "+CME ERROR: 50", '+COPS: 0,0,"Simulated Mobile",7'),
    ],
)
async def test_operator_that_cannot_be_had(
    host: Host, command: str, answer: str, shown: str
) -> None:
    """A forbidden or unknown network leaves the modem without one, unless mode 4; 0 heals."""
    assert (await host.command(command))[-1] == answer
    assert (await host.command("AT+COPS?"))[0] == shown
    await host.command("AT+COPS=0")
    assert (await host.command("AT+COPS?"))[0] == '+COPS: 0,0,"Simulated Mobile",7'

"""What a module's own data settings become, and what a user is told of them."""

from datetime import timedelta

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.network import (
    parse_access_point,
    parse_found_operators,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.power_saving import (
    ACTIVE_TIME,
    PERIODIC_UPDATE,
    Units,
    decode_cycle,
    decode_timer,
    encode_cycle,
    encode_timer,
    parse_granted_cycles,
    parse_granted_timers,
)
from custom_components.cellular_gateway.gateways.errors import (
    GatewayRefusedError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import AccessTechnology, Registration
from custom_components.cellular_gateway.gateways.network_settings import (
    AccessPoint,
    EdrxAccess,
    IpType,
    OperatorStatus,
    PowerSaving,
)
from simulator.faults import Fault, FaultKind, Position
from simulator.plans import PowerSaving as Granted

from .lab import Lab, port_of

EM = AccessPoint(name="em", user="me", password="secret")
HOURS_140 = timedelta(hours=140)


@pytest.mark.parametrize("profile", ["sim7600", "ec25", "sara-r4", "e3372"])
async def test_an_access_point(lab: Lab, profile: str) -> None:
    """In the standard's way and in the maker's, read back without the login."""
    modem, gateway = await lab.connected(profile)
    assert gateway.capabilities.apn
    point = EM if profile == "ec25" else AccessPoint(name="em")
    roaming = True if profile in ("ec25", "sara-r4") else None
    assert await gateway.configure_apn("1", point, roaming=roaming) == AccessPoint(name="em")
    packet = modem.packet
    assert packet.contexts[1].apn == "em"
    if profile == "ec25":
        assert (packet.contexts[1].user, packet.contexts[1].password) == ("me", "secret")
        assert packet.configuration == {"roamservice": 2}
    if profile == "sara-r4":
        assert packet.default_context is not None
        assert packet.default_context.apn == "em"
        assert packet.configuration == {"20": 2}
    assert "secret" not in repr(EM)


@pytest.mark.parametrize(
    ("profile", "point", "roaming"),
    [
        ("sim7600", EM, None),
        ("sara-r4", AccessPoint(name="em", password="secret"), None),
        ("sim7600", AccessPoint(name="em"), True),
        ("sara-r4", AccessPoint(name="em"), False),
    ],
)
async def test_what_a_module_cannot_be_told(
    lab: Lab, profile: str, point: AccessPoint, roaming: bool | None
) -> None:
    """Is not left out silently: nothing is set."""
    modem, gateway = await lab.connected(profile)
    before = dict(modem.packet.contexts)
    with pytest.raises(UnsupportedError):
        await gateway.configure_apn("1", point, roaming=roaming)
    assert modem.packet.contexts == before


@pytest.mark.parametrize(
    ("command", "point", "roaming"),
    [("+QICSGP=", EM, None), ("+QCFG=", AccessPoint(name="em"), True)],
)
async def test_what_a_model_cannot_be_told(
    lab: Lab, command: str, point: AccessPoint, roaming: bool | None
) -> None:
    """Not all models know their maker's commands."""
    modem, gateway = await lab.connected("ec25")
    modem.faults.add(Fault(FaultKind.ERROR, command, Position.COMMAND, text="ERROR"))
    with pytest.raises(UnsupportedError):
        await gateway.configure_apn("1", point, roaming=roaming)


async def test_an_access_point_for_both_protocols(lab: Lab) -> None:
    """Where the module has that."""
    _, gateway = await lab.connected("ec25")
    point = AccessPoint(name="iot.example.net", ip_type=IpType.IPV4V6)
    assert await gateway.configure_apn("1", point) == point


@pytest.mark.parametrize("point", ["", 'x"', "a b", "x" * 101, "é"])
async def test_what_is_no_access_point(lab: Lab, point: str) -> None:
    """Nothing is sent."""
    _, gateway = await lab.connected()
    with pytest.raises(UnsupportedError) as raised:
        await gateway.configure_apn("1", AccessPoint(name=point))
    assert raised.value.reason is Reason.INVALID_VALUE


async def test_an_access_point_that_is_refused(lab: Lab) -> None:
    """In the modem's words."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.ERROR, "+CGDCONT=", Position.COMMAND, text="+CME ERROR: 149"))
    with pytest.raises(GatewayRefusedError):
        await gateway.configure_apn("1", AccessPoint(name="em"))


@pytest.mark.parametrize("profile", ["bg96", "sara-r4"])
async def test_power_saving(lab: Lab, profile: str) -> None:
    """What the network grants may differ from what was asked for."""
    modem, gateway = await lab.connected(profile)
    assert gateway.capabilities.power_saving
    lab.network.power_saving = Granted(periodic_update="00100110", cycle="0101")
    wanted = PowerSaving(
        enabled=True,
        periodic_update=HOURS_140,
        active_time=timedelta(seconds=10),
        edrx_cycles={EdrxAccess.LTE_M: 143.36},
    )
    granted = await gateway.configure_power_saving("1", wanted)
    assert (modem.packet.power_saving.periodic_update, modem.packet.power_saving.active_time) == (
        "01001110",
        "00000101",
    )
    assert modem.packet.cycles == {4: "1000"}
    assert granted.enabled
    assert granted.periodic_update == timedelta(hours=6)
    assert granted.active_time == timedelta(seconds=10)
    assert granted.edrx_cycles == {EdrxAccess.LTE_M: 81.92}
    off = await gateway.configure_power_saving("1", PowerSaving(enabled=False, edrx_cycles={}))
    assert (off.enabled, off.active_time, off.edrx_cycles) == (False, None, {})
    assert not modem.packet.power_saving.on
    assert port_of(gateway).registration is Registration.HOME


async def test_power_saving_that_cannot_be(lab: Lab) -> None:
    """Too long, or on a modem that knows nothing of it."""
    _, gateway = await lab.connected("bg96")
    for wanted in (
        PowerSaving(enabled=True, periodic_update=timedelta(days=500)),
        PowerSaving(enabled=True, active_time=timedelta(hours=4)),
        PowerSaving(enabled=True, edrx_cycles={EdrxAccess.NB_IOT: 20000}),
    ):
        with pytest.raises(UnsupportedError) as raised:
            await gateway.configure_power_saving("1", wanted)
        assert raised.value.reason is Reason.INVALID_VALUE
    _, gateway = await lab.connected("sim800l")
    assert not gateway.capabilities.power_saving
    with pytest.raises(UnsupportedError):
        await gateway.configure_power_saving("1", PowerSaving(enabled=False))


@pytest.mark.parametrize(
    ("units", "period", "bits", "is_exact"),
    [
        (PERIODIC_UPDATE, HOURS_140, "01001110", True),
        (PERIODIC_UPDATE, timedelta(0), "00000000", True),
        (PERIODIC_UPDATE, timedelta(seconds=62), "01111111", True),
        (PERIODIC_UPDATE, timedelta(seconds=63), "10000011", False),
        (PERIODIC_UPDATE, timedelta(hours=31), "00111111", True),
        (PERIODIC_UPDATE, timedelta(hours=32), "01000100", False),
        (PERIODIC_UPDATE, timedelta(hours=9920), "11011111", True),
        (ACTIVE_TIME, timedelta(seconds=10), "00000101", True),
        (ACTIVE_TIME, timedelta(minutes=31), "00111111", True),
        (ACTIVE_TIME, timedelta(minutes=186), "01011111", True),
    ],
)
def test_timers(units: Units, period: timedelta, bits: str, is_exact: bool) -> None:
    """The values of TS 24.008, longer when there is none that fits."""
    assert encode_timer(period, units) == bits
    decoded = decode_timer(bits, units)
    assert decoded is not None
    assert decoded == period if is_exact else decoded > period


@pytest.mark.parametrize("bits", ["", "111", "11100000", "0000010x"])
def test_no_timer(bits: str) -> None:
    """Deactivated, or none."""
    assert decode_timer(bits, ACTIVE_TIME) is None


@pytest.mark.parametrize(
    ("access", "seconds", "bits"),
    [
        (EdrxAccess.LTE_M, 143.36, "1000"),
        (EdrxAccess.LTE_M, 10.24, "0001"),
        (EdrxAccess.LTE_M, 21, "0011"),
        (EdrxAccess.LTE_M, 2621.44, "1101"),
        (EdrxAccess.LTE_M, 5000, None),
        (EdrxAccess.NB_IOT, 5.12, "0010"),
        (EdrxAccess.NB_IOT, 143.36, "1001"),
        (EdrxAccess.NB_IOT, 10485.76, "1111"),
        (EdrxAccess.GSM, 1.88, "0000"),
        (EdrxAccess.EC_GSM_IOT, 3133.44, "1011"),
        (EdrxAccess.UTRAN, 2621.44, "1001"),
        (EdrxAccess.UTRAN, 2621.45, None),
        (EdrxAccess.LTE_M, 0, None),
    ],
)
def test_cycles(access: EdrxAccess, seconds: float, bits: str | None) -> None:
    """The values of TS 24.008 table 10.5.5.32."""
    assert encode_cycle(access, seconds) == bits
    if bits is not None:
        assert (decode_cycle(access, bits) or 0) >= seconds


def test_what_was_granted() -> None:
    """Nonsense is nothing."""
    line = '+CEREG: 4,1,"1A2B","01234567",7,,,"00000101","01001110"'
    assert parse_granted_timers(line) == (HOURS_140, timedelta(seconds=10))
    assert parse_granted_timers("+CEREG: 4,1") == (None, None)
    lines = ['+CEDRXRDP: 4,"1000","0101","0011"', "+CEDRXRDP: 0", "+CEDRXRDP: 9,x,y", "+CEDRXRDP:"]
    assert parse_granted_cycles(lines) == {EdrxAccess.LTE_M: 81.92}
    assert parse_granted_cycles(['+CEDRXRDP: 3,"1000","1111"']) == {}


async def test_a_network_is_chosen(lab: Lab) -> None:
    """By hand, and by the module again."""
    _, gateway = await lab.connected()
    assert gateway.capabilities.select_operator
    chosen = await gateway.set_operator("1", "00102")
    assert (chosen.automatic, chosen.code, chosen.name) == (False, "00102", "Other Mobile")
    again = await gateway.set_operator("1", None)
    assert (again.automatic, again.code) == (True, "00101")


async def test_a_network_that_cannot_be_had(lab: Lab) -> None:
    """The reason is the network's."""
    _, gateway = await lab.connected()
    with pytest.raises(GatewayRefusedError) as raised:
        await gateway.set_operator("1", "00103")
    assert raised.value.code == "+CME ERROR: 32"
    with pytest.raises(UnsupportedError):
        await gateway.set_operator("1", '1"')


async def test_networks_are_found(lab: Lab) -> None:
    """With what may be done with them; messages go on afterwards."""
    _, gateway = await lab.connected()
    found = await gateway.scan_operators("1")
    assert [(each.code, each.status) for each in found] == [
        ("00101", OperatorStatus.CURRENT),
        ("00102", OperatorStatus.AVAILABLE),
        ("00103", OperatorStatus.FORBIDDEN),
    ]
    assert found[1].name == "Other Mobile"
    assert found[1].access_technology is AccessTechnology.LTE
    await lab.text("after")
    await lab.inbox.wait_gone()


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        # Lines of real modems, as ModemManager's tests have them.
        ('+COPS: (2,"","T-Mobile","31026",0),(1,"AT&T","AT&T","310410"),', ["31026", "310410"]),
        ("+COPS: (0,1,2,3,4),(1,2,3,4,5)", []),
        ("+COPS:", []),
    ],
)
def test_scans(line: str, codes: list[str]) -> None:
    """Of all dialects."""
    assert [each.code for each in parse_found_operators(line)] == codes


def test_contexts() -> None:
    """Of another number, type or form are none."""
    assert parse_access_point('+CGDCONT: 1,"IPV6","em","::",0,0', 1) == AccessPoint(
        name="em", ip_type=IpType.IPV6
    )
    for line in ('+CGDCONT: 2,"IP","em"', '+CGDCONT: 1,"PPP","em"', "+CGDCONT: ", "OK"):
        assert parse_access_point(line, 1) is None

"""Power saving as Quectel's modules want it, octet by octet."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.power_saving import (
    parse_timers,
    parse_window,
    with_window,
)
from custom_components.cellular_gateway.gateways.errors import Reason, UnsupportedError
from custom_components.cellular_gateway.gateways.network_settings import PowerSaving
from simulator.at_modem import AtModem
from simulator.faults import Fault, FaultKind, Position
from simulator.plans import PowerSaving as Granted

from .lab import Lab

WANTED = PowerSaving(
    enabled=True,
    periodic_update=timedelta(hours=140),
    active_time=timedelta(seconds=10),
    at_once=True,
    randomization_window=timedelta(seconds=60),
)
TIMERS = '1,,,"01001110","00000101"'


def overheard(modem: AtModem) -> Callable[[], list[str]]:
    """Listen to the line; return what reads the commands so far that concern power saving."""
    link = modem.terminals[0].link
    received, octets = link.received, bytearray()

    def listen(data: bytes) -> None:
        octets.extend(data)
        received(data)

    link.received = listen
    words = ("PSM", "psm")
    return lambda: [
        line
        for line in octets.decode().split("\r")
        if any(word in line for word in words) and line != "AT+CPSMS?"
    ]


def refuse(modem: AtModem, command: str, times: int | None = None) -> None:
    """Have the modem not know a command."""
    modem.faults.add(Fault(FaultKind.ERROR, command, Position.COMMAND, times, text="ERROR"))


async def test_what_a_quectel_hears(lab: Lab) -> None:
    """The standard's command, and its own where it knows them; the other numbers are left."""
    modem, gateway = await lab.connected("bg96")
    heard = overheard(modem)
    granted = await gateway.configure_power_saving("1", WANTED)
    assert heard() == [
        f"AT+CPSMS={TIMERS}",
        "AT+QPSMS=?",
        f"AT+QPSMS={TIMERS}",
        'AT+QCFG="psm/enter",1',
        "AT+QPSMEXTCFG?",
        "AT+QPSMEXTCFG=?",
        "AT+QPSMEXTCFG=15,0,0,60,0,0",
        "AT+QPSMEXTCFG?",
    ]
    assert modem.packet.extension == [15, 0, 0, 60, 0, 0]
    assert modem.packet.configuration["psm/enter"] == 1
    assert (granted.randomization_window, granted.at_once) == (timedelta(seconds=60), True)
    assert granted.active_time == timedelta(seconds=10)


async def test_what_a_quectel_hears_to_stop(lab: Lab) -> None:
    """All that makes it sleep is taken back; the window stays."""
    modem, gateway = await lab.connected("bg96")
    await gateway.configure_power_saving("1", WANTED)
    heard = overheard(modem)
    granted = await gateway.configure_power_saving("1", PowerSaving(enabled=False))
    assert heard()[:4] == ["AT+CPSMS=0", "AT+QPSMS=?", "AT+QPSMS=0", 'AT+QCFG="psm/enter",0']
    assert not modem.packet.power_saving.on
    assert (granted.enabled, granted.active_time, granted.at_once) == (False, None, False)
    assert modem.packet.extension[3] == 60


async def test_what_a_module_of_another_maker_hears(lab: Lab) -> None:
    """Nothing of Quectel's, and the answer says what was not to be had."""
    modem, gateway = await lab.connected("sara-r4")
    heard = overheard(modem)
    granted = await gateway.configure_power_saving("1", WANTED)
    assert heard() == [f"AT+CPSMS={TIMERS}"]
    assert (granted.at_once, granted.randomization_window) == (False, None)
    assert granted.enabled


async def test_what_a_quectel_lacks_is_no_failure(lab: Lab) -> None:
    """The rest is done all the same."""
    modem, gateway = await lab.connected("bg96")
    for command in ("+QPSMS", "+QPSMEXTCFG", "+QCFG"):
        refuse(modem, command)
    granted = await gateway.configure_power_saving("1", WANTED)
    assert modem.packet.power_saving.on
    assert granted.enabled
    assert (granted.at_once, granted.randomization_window) == (False, None)
    assert modem.packet.extension[3] != 60


async def test_timers_that_the_registration_does_not_tell(lab: Lab) -> None:
    """Are read in seconds."""
    modem, gateway = await lab.connected("bg96")
    lab.network.power_saving = Granted(periodic_update="00100110", active_time="00100001")
    refuse(modem, "+CEREG=4")
    granted = await gateway.configure_power_saving("1", WANTED)
    assert (granted.periodic_update, granted.active_time) == (
        timedelta(hours=6),
        timedelta(minutes=1),
    )


@pytest.mark.parametrize("seconds", [0.5, 1001])
async def test_a_window_that_cannot_be(lab: Lab, seconds: float) -> None:
    """Is refused before anything is set."""
    modem, gateway = await lab.connected("bg96")
    wanted = PowerSaving(enabled=True, randomization_window=timedelta(seconds=seconds))
    with pytest.raises(UnsupportedError) as raised:
        await gateway.configure_power_saving("1", wanted)
    assert raised.value.reason is Reason.INVALID_VALUE
    assert not modem.packet.power_saving.on


@pytest.mark.parametrize(
    ("line", "update", "active"),
    [
        # As captured from a BG96 on the public net.
        ('+QPSMS: 1,,,"6000","20"', timedelta(seconds=6000), timedelta(seconds=20)),
        ('+QPSMS: 1,,,"00100110","00000101"', timedelta(hours=6), timedelta(seconds=10)),
        ('+QPSMS: 0,,,"6000","20"', None, None),
        ("+QPSMS: 1,,,,", None, None),
        ('+QPSMS: 1,,,"x","99999999999"', None, None),
        ("+QPSMS: 1", None, None),
        ("OK", None, None),
    ],
)
def test_timers_in_seconds(line: str, update: timedelta | None, active: timedelta | None) -> None:
    """Or in bits, as some firmware has them; nonsense is nothing."""
    assert parse_timers(line, "+QPSMS:") == (update, active)


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("+QPSMEXTCFG: 10,2,4294967295,5,10,3", "10,2,4294967295,60,10,3"),
        ("+QPSMEXTCFG: 10,2,120,5", None),
        ("+QPSMEXTCFG: 10,2,120,x,10,3", None),
        ("OK", None),
    ],
)
def test_the_window_among_six_numbers(line: str, changed: str | None) -> None:
    """Another shape is not guessed at."""
    window = timedelta(seconds=60)
    assert with_window(line, "+QPSMEXTCFG:", window) == changed
    assert (parse_window(line, "+QPSMEXTCFG:") is None) is (changed is None)

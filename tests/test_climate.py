"""A thermostat that is reached by SMS."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator.devices import Device
from simulator.network import Network

from .far_end import Install, UnhurriedClock, far, press, tracked, until_logged
from .house import MODEM_NUMBER
from .waiting import shown, until_state

HOME = "climate.home"
EVENT = "event.home_message"


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A radio network that takes its time."""
    network = Network(clock=UnhurriedClock())
    yield network
    await network.close()


@pytest.fixture
async def thermostat(network: Network, install: Install) -> Device:
    """A thermostat at the far end, with its entity."""
    device = far(network, "vimar_01913")
    await install(tracked("Home", "vimar_01913"))
    return device


async def want(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Ask the entity for something."""
    call = {"entity_id": HOME, **data}
    await hass.services.async_call("climate", action, call, blocking=True)


def shows(hass: HomeAssistant) -> tuple[str, str, float | None]:
    """Return mode, preset and target as they are shown."""
    state = shown(hass, HOME)
    return state.state, state.attributes["preset_mode"], state.attributes["temperature"]


async def settle(hass: HomeAssistant, device: Device, count: int) -> str | None:
    """Let five seconds pass, and return the last of so many texts that the device has heard."""
    heard = shown(hass, EVENT).state
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await device.network.wait_sent(count)
    await until_state(hass, EVENT, lambda state: state.state != heard)
    assert len(device.texts) == count
    return device.texts[-1]


async def test_modes(hass: HomeAssistant, thermostat: Device) -> None:
    """Each mode and preset is one SMS, and shows once it is confirmed."""
    assert shows(hass) == ("unknown", "none", None)
    steps: list[tuple[str, dict[str, Any], str, tuple[str, str]]] = [
        ("set_hvac_mode", {"hvac_mode": "off"}, "1234.C1.OFF", ("off", "none")),
        ("turn_on", {}, "1234.C1.AUTO", ("auto", "none")),
        ("set_temperature", {"temperature": 22.5}, "1234.C1.MAN.22,5", ("heat", "none")),
        (
            "set_preset_mode",
            {"preset_mode": "antifreeze"},
            "1234.C1.ANTIGELO.8",
            ("heat", "antifreeze"),
        ),
        (
            "set_preset_mode",
            {"preset_mode": "timed_off"},
            "1234.C1.OFFTEMP.12",
            ("off", "timed_off"),
        ),
        ("set_hvac_mode", {"hvac_mode": "heat"}, "1234.C1.MAN.8", ("heat", "none")),
        (
            "set_preset_mode",
            {"preset_mode": "timed_manual"},
            "1234.C1.MANTEMP.8.12",
            ("heat", "timed_manual"),
        ),
        ("set_preset_mode", {"preset_mode": "none"}, "1234.C1.AUTO", ("auto", "none")),
        (
            "set_temperature",
            {"temperature": 20, "hvac_mode": "auto"},
            "1234.C1.AUTO",
            ("auto", "none"),
        ),
        ("turn_off", {}, "1234.C1.OFF", ("off", "none")),
    ]
    for count, (action, data, text, state) in enumerate(steps, 1):
        before = shows(hass)
        await want(hass, action, **data)
        assert shows(hass) == before
        assert await settle(hass, thermostat, count) == text
        assert shows(hass)[:2] == state
    await press(hass, "button.home_request_status")
    await until_state(hass, HOME, lambda state: state.attributes["current_temperature"] is not None)
    assert shown(hass, "sensor.home_temperature").state == str(
        shown(hass, HOME).attributes["current_temperature"]
    )


async def test_changes_become_one_sms(hass: HomeAssistant, thermostat: Device) -> None:
    """What is changed within five seconds leaves together, and what comes later by itself."""
    await want(hass, "set_hvac_mode", hvac_mode="auto")
    for temperature in (19, 20, 21.5):
        await want(hass, "set_temperature", temperature=temperature)
    assert thermostat.texts == []
    assert await settle(hass, thermostat, 1) == "1234.C1.MAN.21,5"
    # The last wish counts: the program, not the temperature before it.
    await want(hass, "set_temperature", temperature=25)
    await want(hass, "set_hvac_mode", hvac_mode="auto")
    assert await settle(hass, thermostat, 2) == "1234.C1.AUTO"
    await want(hass, "set_preset_mode", preset_mode="antifreeze")
    await want(hass, "set_temperature", temperature=7)
    assert await settle(hass, thermostat, 3) == "1234.C1.ANTIGELO.7"


async def test_summer(hass: HomeAssistant, network: Network, thermostat: Device) -> None:
    """By hand it cools when the device has told that it is summer."""
    assert shown(hass, HOME).attributes["hvac_modes"] == ["off", "auto", "heat"]
    await network.send(thermostat.number, MODEM_NUMBER, "GSM-01913 1/1\nC1 AIR-CONDITIONING")
    await until_state(
        hass, HOME, lambda state: state.attributes["hvac_modes"] == ["off", "auto", "cool"]
    )
    await want(hass, "set_hvac_mode", hvac_mode="cool")
    assert await settle(hass, thermostat, 1) == "1234.C1.MAN.20"
    assert shows(hass) == ("cool", "none", 20.0)


async def test_what_cannot_be_said_is_told_at_once(hass: HomeAssistant, thermostat: Device) -> None:
    """It spoils no wish that came before."""
    await want(hass, "set_temperature", temperature=21)
    with pytest.raises((ServiceValidationError, HomeAssistantError)):
        await want(hass, "set_temperature", temperature=45)
    with pytest.raises(ServiceValidationError):
        await want(hass, "set_hvac_mode", hvac_mode="cool")
    assert await settle(hass, thermostat, 1) == "1234.C1.MAN.21"


async def test_fahrenheit(hass: HomeAssistant, thermostat: Device) -> None:
    """The device takes one decimal of a degree Celsius."""
    hass.config.units = US_CUSTOMARY_SYSTEM
    await want(hass, "set_temperature", temperature=70)
    assert await settle(hass, thermostat, 1) == "1234.C1.MAN.21,1"


async def test_failure_is_told(
    hass: HomeAssistant,
    network: Network,
    thermostat: Device,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing was confirmed, so nothing is shown; the log says why, without the code."""
    network.refuse(1)
    await want(hass, "turn_off")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await until_logged(caplog, "could not be asked for another mode")
    assert "1234" not in caplog.text
    assert (shows(hass)[0], thermostat.texts) == ("unknown", [])


async def test_unload_with_a_wish(
    hass: HomeAssistant, thermostat: Device, network: Network
) -> None:
    """What was not sent yet is not sent when the entity is gone."""
    await want(hass, "turn_off")
    (entry,) = hass.config_entries.async_entries("cellular_gateway")
    await hass.config_entries.async_unload(entry.entry_id)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await hass.async_block_till_done()
    assert network.sent == []

"""Conditions of the automation editor, by automations that run in Home Assistant."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.condition import (
    async_get_all_descriptions,
    async_validate_condition_config,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.cellular_gateway.condition import CONDITIONS
from custom_components.cellular_gateway.const import DOMAIN
from simulator.at_modem import AtModem
from simulator.at_modem.radio import Signal

from .automations import Runs
from .waiting import shown, until_state

REGISTERED = f"{DOMAIN}.is_registered"
SIGNAL = f"{DOMAIN}.signal_above"
REGISTRATION_SENSOR = "sensor.boat_registration"
SIGNAL_SENSOR = "sensor.boat_signal"

HOME, SEARCHING, DENIED, ROAMING = 1, 2, 3, 5


def is_now(value: str) -> Callable[[State], bool]:
    """Return the condition that a state has this value."""
    return lambda state: state.state == value


def registered(target: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Return the condition of being registered."""
    return {"condition": REGISTERED, "target": dict(target), "options": options}


def signal_above(target: Mapping[str, Any], threshold: float, **options: Any) -> dict[str, Any]:
    """Return the condition of a signal above a value in dBm."""
    return {
        "condition": SIGNAL,
        "target": dict(target),
        "options": {"threshold": threshold, **options},
    }


@pytest.fixture
def runs(hass: HomeAssistant) -> Runs:
    """The runs of automations."""
    return Runs(hass)


@pytest.fixture
def device_target(
    hass: HomeAssistant, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> dict[str, Any]:
    """The modem's device, which has many sensors, as a target."""
    modem, _ = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    return {"device_id": modem.id}


@pytest.fixture
def area_target(
    hass: HomeAssistant, device_target: dict[str, Any], device_registry: dr.DeviceRegistry
) -> dict[str, Any]:
    """The area in which the modem is, as a target."""
    area = ar.async_get(hass).async_create("Harbour")
    device_registry.async_update_device(device_target["device_id"], area_id=area.id)
    return {"area_id": area.id}


@pytest.fixture
def lost(hass: HomeAssistant) -> str:
    """The registration of another gateway, which is not available."""
    away = MockConfigEntry(domain=DOMAIN, title="Away")
    away.add_to_hass(hass)
    entity = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "away", config_entry=away, translation_key="registration"
    )
    hass.states.async_set(entity.entity_id, STATE_UNAVAILABLE)
    return entity.entity_id


async def test_registered(
    hass: HomeAssistant,
    modem: AtModem,
    runs: Runs,
    device_target: dict[str, Any],
    area_target: dict[str, Any],
) -> None:
    """It passes at home and roaming, and of a device or an area only the registration counts."""
    await runs.set_up_conditions(
        {
            "area": registered(area_target),
            "device": registered(device_target, behavior="all"),
            "entity": registered({"entity_id": REGISTRATION_SENSOR}),
        }
    )
    for number, state, passes in (
        (ROAMING, "roaming", True),
        (SEARCHING, "searching", False),
        (HOME, "home", True),
        (DENIED, "denied", False),
        (HOME, "home", True),
    ):
        modem.set_registration(number)
        await until_state(hass, REGISTRATION_SENSOR, is_now(state))
        assert await runs.passing() == (["area", "device", "entity"] if passes else [])
    modem.unplug()
    await until_state(hass, REGISTRATION_SENSOR, is_now(STATE_UNAVAILABLE))
    assert await runs.passing() == []


@pytest.mark.usefixtures("loaded")
async def test_registered_for_a_while(runs: Runs) -> None:
    """It can be asked for how long."""
    target = {"entity_id": REGISTRATION_SENSOR}
    await runs.set_up_conditions(
        {
            "a moment": registered(target, **{"for": {"milliseconds": 1}}),
            "an hour": registered(target, **{"for": {"hours": 1}}),
        }
    )
    assert await runs.passing() == ["a moment"]


@pytest.mark.usefixtures("loaded")
async def test_one_port_or_all(runs: Runs, lost: str) -> None:
    """A port that is not available does not pass."""
    both = {"entity_id": [REGISTRATION_SENSOR, lost]}
    await runs.set_up_conditions(
        {
            "all": registered(both, behavior="all"),
            "any": registered(both, behavior="any"),
            "lost": registered({"entity_id": lost}),
        }
    )
    assert await runs.passing() == ["any"]


async def test_a_target_without_any_port(
    runs: Runs, loaded: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    """Nothing at all is not registered, also where all have to be."""
    _, ann = dr.async_entries_for_config_entry(device_registry, loaded.entry_id)
    nothing = {"device_id": ann.id}
    await runs.set_up_conditions(
        {
            "all": registered(nothing, behavior="all"),
            "any": registered(nothing),
            "signal": signal_above(nothing, -140, behavior="all"),
        }
    )
    assert await runs.passing() == []


async def test_signal(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    modem: AtModem,
    runs: Runs,
    device_target: dict[str, Any],
    area_target: dict[str, Any],
) -> None:
    """It passes above the threshold, and of a device or an area only the signal counts."""
    signal = float(shown(hass, SIGNAL_SENSOR).state)
    await runs.set_up_conditions(
        {
            "above": signal_above({"entity_id": SIGNAL_SENSOR}, signal - 1),
            "area": signal_above(area_target, signal - 1),
            "device": signal_above(device_target, signal - 1, behavior="all"),
            "equal": signal_above(device_target, signal),
        }
    )
    assert await runs.passing() == ["above", "area", "device"]
    # 99 is "not known" (3GPP TS 27.007 clause 8.5).
    for rssi, state in ((0, "-113"), (99, STATE_UNKNOWN)):
        modem.set_signal(Signal(rssi=rssi))
        await loaded.runtime_data.coordinator.async_refresh()
        await until_state(hass, SIGNAL_SENSOR, is_now(state))
        assert await runs.passing() == []


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (registered({"entity_id": SIGNAL_SENSOR}), "sensor.boat_signal is not the registration"),
        (registered({"entity_id": "event.boat_sms"}), "event.boat_sms is not"),
        (signal_above({"entity_id": "sensor.boat_rsrp"}, -90), "is not the signal sensor"),
        (signal_above({"entity_id": SIGNAL_SENSOR}, 5), "threshold"),
        ({"condition": SIGNAL, "target": {"entity_id": SIGNAL_SENSOR}}, "options"),
        ({"condition": REGISTERED}, "target"),
    ],
)
async def test_what_never_passes_is_refused(
    hass: HomeAssistant, condition: dict[str, Any], message: str
) -> None:
    """The editor says why a condition cannot be."""
    with pytest.raises(vol.Invalid, match=message):
        await async_validate_condition_config(hass, condition)


async def test_editor_knows_all_conditions(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant accepts the description, and each field is one that the condition takes."""
    assert await async_setup_component(hass, "automation", {})
    target = {"entity_id": ["sensor.not_there_yet"]}
    await async_validate_condition_config(hass, registered(target))
    described = await async_get_all_descriptions(hass)
    options: dict[str, dict[str, Any]] = {
        "is_registered": {"behavior": "any", "for": {"hours": 1}},
        "signal_above": {"behavior": "all", "for": {"hours": 1}, "threshold": -95},
    }
    assert options.keys() == CONDITIONS.keys()
    for key, accepted in options.items():
        description = described[f"{DOMAIN}.{key}"]
        assert description is not None
        assert description["fields"].keys() == accepted.keys()
        await CONDITIONS[key].async_validate_config(hass, {"target": target, "options": accepted})
    assert "conditions.yaml" not in caplog.text

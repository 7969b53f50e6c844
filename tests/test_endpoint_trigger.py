"""The trigger on events of endpoints, by automations that run in Home Assistant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.trigger import async_validate_trigger_config
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.cellular_gateway import endpoints
from custom_components.cellular_gateway.const import DOMAIN
from simulator.emnify import Cloud, Device

from .automations import Runs
from .waiting import until_state

TRIGGER = f"{DOMAIN}.endpoint_event"
EVENT = "event.tracker_network_event"


pytestmark = pytest.mark.usefixtures("buoy")


@pytest.fixture
def buoy(cloud: Cloud) -> Device:
    """Another endpoint, which was there before the account was set up."""
    return cloud.add_device("Buoy")


@pytest.fixture
def runs(hass: HomeAssistant, cloud_loaded: MockConfigEntry) -> Runs:
    """The runs of automations."""
    return Runs(hass)


def tracker(hass: HomeAssistant, entry: MockConfigEntry, device: Device) -> dr.DeviceEntry:
    """Return the device of the first endpoint."""
    found = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.entry_id}_endpoint_{device.id}"), entry.entry_id
    )
    assert found is not None
    return found


async def go_online(hass: HomeAssistant, cloud: Cloud, device: Device) -> None:
    """Begin a data session, and wait until all that it sets off is done."""
    cloud.go_online(device)
    await until_state(
        hass, EVENT, lambda state: state.attributes.get("event_type") == "create_pdp_context"
    )
    await hass.async_block_till_done()


async def test_options(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
    runs: Runs,
) -> None:
    """Types and rejections let pass what fits them, and nothing else."""
    await runs.set_up(
        TRIGGER,
        {
            "everything": {},
            "type": {"event_types": "create_pdp_context"},
            "other type": {"event_types": ["delete_pdp_context", "sim_suspended"]},
            "rejected": {"rejected": True},
            "gateway": {"config_entry_id": cloud_loaded.entry_id},
        },
    )
    await go_online(hass, cloud, cloud_device)
    assert runs.names == ["everything", "gateway", "type"]
    runs.told.clear()
    cloud.reject(cloud_device, 1, "Roaming not allowed")
    await runs.until(3)
    assert runs.names == ["everything", "gateway", "rejected"]


async def test_what_the_automation_is_told(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
    runs: Runs,
) -> None:
    """The event, and whose it is; a name that a person gave counts."""
    device = tracker(hass, cloud_loaded, cloud_device)
    dr.async_get(hass).async_update_device(device.id, name_by_user="The boat")
    await runs.set_up(TRIGGER, {"told": {"event_types": "delete_pdp_context"}})
    await go_online(hass, cloud, cloud_device)
    cloud.end_session(cloud_device, rx=2.5, tx=1.0)
    await runs.until(1)
    ((_, told),) = runs.told
    expected: Mapping[str, Any] = {
        "platform": TRIGGER,
        "config_entry_id": cloud_loaded.entry_id,
        "endpoint": str(cloud_device.id),
        "device_id": device.id,
        "name": "The boat",
        "type": "delete_pdp_context",
        "rejected": False,
        "severity": "info",
        "description": "PDP context deleted",
        "data_rx": 2.5,
        "data_tx": 1.0,
    }
    assert {key: told[key] for key in expected} == expected
    ended_at = datetime.fromisoformat(cloud.events[-1]["timestamp"])
    assert datetime.fromisoformat(told["at"]) == ended_at


async def test_targets(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
    runs: Runs,
) -> None:
    """Entity, device, area, floor and label, as they are when it happens."""
    floor = fr.async_get(hass).async_create("Harbour")
    area = ar.async_get(hass).async_create("Jetty", floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Boats")
    device = tracker(hass, cloud_loaded, cloud_device)
    dr.async_get(hass).async_update_device(device.id, area_id=area.id)
    targets = {
        "entity": {"entity_id": EVENT},
        "device": {"device_id": device.id},
        "area": {"area_id": [area.id]},
        "floor": {"floor_id": floor.floor_id},
        "label": {"label_id": label.label_id},
        "another entity": {"entity_id": "event.buoy_network_event"},
        "another device": {"device_id": "0123"},
    }
    await runs.set_up_triggers(
        {
            name: {
                "trigger": TRIGGER,
                "target": target,
                "options": {"event_types": "create_pdp_context"},
            }
            for name, target in targets.items()
        }
    )
    er.async_get(hass).async_update_entity(EVENT, labels={label.label_id})
    await go_online(hass, cloud, cloud_device)
    assert runs.names == ["area", "device", "entity", "floor", "label"]


async def test_target_that_is_none(hass: HomeAssistant, runs: Runs) -> None:
    """The editor says that it can never trigger."""
    with pytest.raises(vol.Invalid, match="is not the event entity of an endpoint"):
        await async_validate_trigger_config(
            hass, [{"platform": TRIGGER, "target": {"entity_id": "event.fleet_sms"}}]
        )


@pytest.mark.parametrize("room", [9000, 0], ids=["event entity", "event entity disabled"])
async def test_the_first_events_of_an_endpoint(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_loaded: MockConfigEntry,
    runs: Runs,
    monkeypatch: pytest.MonkeyPatch,
    room: int,
) -> None:
    """They are told once its device and entities are there, of which most may be disabled."""
    monkeypatch.setattr(endpoints, "_MOST_ENABLED", room)
    await runs.set_up(TRIGGER, {"all": {}})
    raft = cloud.add_device("Raft")
    cloud.reject(raft, 3, "APN not allowed")
    await cloud_loaded.runtime_data.coordinator.async_refresh()
    await cloud_loaded.runtime_data.gateway.list_endpoints()
    await runs.until(2)
    device = tracker(hass, cloud_loaded, raft)
    assert [(told["type"], told["device_id"], told["name"]) for _, told in runs.told] == [
        ("sim_assigned", device.id, "Raft"),
        ("create_pdp_context", device.id, "Raft"),
    ]
    state = hass.states.get("event.raft_network_event")
    if room:
        assert state is not None
        assert state.attributes["event_type"] == "create_pdp_context"
        assert state.attributes["description"] == "APN not allowed"
    else:
        assert state is None


async def test_what_happened_before_home_assistant_had_started(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
    runs: Runs,
) -> None:
    """It is told after the start, once: no automation would have heard it earlier.

    Also where the entry is set up once more before.
    """
    await runs.set_up(TRIGGER, {"all": {"event_types": ["create_pdp_context", "purge_location"]}})
    await hass.config_entries.async_unload(cloud_loaded.entry_id)
    cloud.webhooks.stream_url = None
    cloud.go_online(cloud_device)
    hass.set_state(CoreState.starting)
    assert await hass.config_entries.async_setup(cloud_loaded.entry_id)
    for _ in range(2):
        await until_state(
            hass, "sensor.tracker_connectivity", lambda state: state.state == "online"
        )
        await cloud_loaded.runtime_data.coordinator.async_refresh()
        assert not runs.told
        assert await hass.config_entries.async_reload(cloud_loaded.entry_id)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await runs.until(1)
    cloud.detach(cloud_device)
    await runs.until(2)
    assert [told["type"] for _, told in runs.told] == ["create_pdp_context", "purge_location"]

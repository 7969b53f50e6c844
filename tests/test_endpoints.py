"""The endpoints of an account in Home Assistant: devices, entities, and what a change costs."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.const import (
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    EntityCategory,
)
from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway import endpoints
from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.errors import GatewayError
from simulator.emnify import Cloud, CloudServer, Device, Quota

from .waiting import shown, until_state

CONNECTIVITY = "sensor.tracker_connectivity"
EVENT = "event.tracker_network_event"
DIAGNOSIS = "sensor.tracker_diagnosis"


def _is(event_type: str) -> Callable[[State], bool]:
    """Return a condition for the last type of an event entity."""
    return lambda state: state.attributes.get("event_type") == event_type


def _shows(value: str) -> Callable[[State], bool]:
    """Return a condition for a state."""
    return lambda state: state.state == value


def devices(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str | None, dr.DeviceEntry]:
    """Return the devices of an entry by name, without the gateway's own."""
    found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.name: device for device in found if device.via_device_id is not None}


async def until_devices(hass: HomeAssistant, entry: MockConfigEntry, *names: str) -> None:
    """Ask the gateway for its inventory, and look which endpoints have devices."""
    await entry.runtime_data.gateway.list_endpoints()
    await hass.async_block_till_done()
    assert sorted(map(str, devices(hass, entry))) == sorted(names)


async def call(hass: HomeAssistant, domain: str, action: str, entity_id: str) -> None:
    """Do something with an entity."""
    await hass.services.async_call(domain, action, {"entity_id": entity_id}, blocking=True)


async def test_device(
    hass: HomeAssistant, cloud_loaded: MockConfigEntry, cloud_device: Device
) -> None:
    """An endpoint is a device behind the account, by ids that its name and SIM do not change."""
    (device,) = devices(hass, cloud_loaded).values()
    key = f"{cloud_loaded.entry_id}_endpoint_{cloud_device.id}"
    assert (device.name, device.serial_number) == ("Tracker", cloud_device.imei)
    assert device.identifiers == {(DOMAIN, key)}
    gateway = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, cloud_loaded.entry_id), cloud_loaded.entry_id
    )
    assert gateway is not None
    assert device.via_device_id == gateway.id
    for entity in er.async_entries_for_device(er.async_get(hass), device.id):
        assert entity.unique_id.startswith(f"{key}_")


TOLD = {
    "sensor.tracker_access_technology": ("lte", None),
    "sensor.tracker_connectivity": ("online", None),
    "sensor.tracker_country": ("Germany", None),
    "sensor.tracker_data_quota": ("active", None),
    "sensor.tracker_data_quota_expires": ("2026-12-01T00:00:00+00:00", None),
    "sensor.tracker_data_quota_left": ("12.5", "MB"),
    "sensor.tracker_data_received_tx_this_month": ("7.25", "MB"),
    "sensor.tracker_data_sent_rx_this_month": ("3.5", "MB"),
    "sensor.tracker_diagnosis": ("nothing_wrong", None),
    "sensor.tracker_operator": ("Telekom", None),
    "sensor.tracker_sim_status": ("activated", None),
    "sensor.tracker_sms_quota": ("exhausted", None),
    "sensor.tracker_sms_quota_left": ("0.0", "messages"),
    "sensor.tracker_sms_received_mt_this_month": ("5", "messages"),
    "sensor.tracker_sms_sent_mo_this_month": ("2", "messages"),
    "binary_sensor.tracker_imei_lock": (STATE_ON, None),
    "button.tracker_reset_connectivity": (STATE_UNKNOWN, None),
    "switch.tracker_enabled": (STATE_ON, None),
    "switch.tracker_sim_active": (STATE_ON, None),
}


def use(cloud: Cloud, device: Device) -> None:
    """Have an endpoint use its services, and have quotas for them."""
    cloud.go_online(device)
    device.imei_lock = True
    device.usage.data_rx, device.usage.data_tx = 3.5, 7.25
    device.usage.sms_rx, device.usage.sms_tx = 2, 5
    device.usage.last_hour = [0.5, 0.5]
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    device.quotas = {
        "data": Quota(volume=12.5, expires_at=ends),
        "sms": Quota(volume=0, expires_at=ends, status=2),
    }


@pytest.fixture
def used(cloud: Cloud, cloud_device: Device) -> Device:
    """An endpoint that is used, before the account is set up."""
    use(cloud, cloud_device)
    return cloud_device


async def test_what_an_endpoint_tells(
    hass: HomeAssistant, used: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Units and words are those of the operator's glossary: RX was sent by the device."""
    for entity_id, (value, unit) in TOLD.items():
        state = await until_state(hass, entity_id, _shows(value))
        assert state.attributes.get("unit_of_measurement") == unit, entity_id
    assert used.session is not None
    since = shown(hass, "sensor.tracker_data_session_since").state
    assert abs(datetime.fromisoformat(since) - used.session.created_at) < timedelta(seconds=1)


async def test_identity_is_off_by_default(
    hass: HomeAssistant, cloud_loaded: MockConfigEntry
) -> None:
    """Who an endpoint is shows only where a person wants it."""
    (device,) = devices(hass, cloud_loaded).values()
    found = er.async_entries_for_device(
        er.async_get(hass), device.id, include_disabled_entities=True
    )
    off = {entity.translation_key for entity in found if entity.disabled_by}
    assert off >= {"imei", "iccid", "imsi", "msisdn", "ip_address", "connectivity_at"}
    assert {entity.entity_category for entity in found if entity.disabled_by} == {
        EntityCategory.DIAGNOSTIC
    }


async def test_events_as_they_are_pushed(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Each step of the flow fires, a rejected one with its reason, and the state follows."""
    cloud.go_online(cloud_device)
    await until_state(hass, EVENT, _is("create_pdp_context"))
    await until_state(hass, CONNECTIVITY, lambda state: state.state == "online")
    cloud.end_session(cloud_device, rx=1.5, tx=0.25)
    state = await until_state(hass, EVENT, _is("delete_pdp_context"))
    assert (state.attributes["data_rx"], state.attributes["data_tx"]) == (1.5, 0.25)
    cloud.reject(cloud_device, 3, "PDP context request rejected, because the APN is unknown")
    state = await until_state(hass, EVENT, lambda state: bool(state.attributes.get("rejected")))
    assert state.attributes["event_type"] == "create_pdp_context"
    assert "the APN is unknown" in state.attributes["description"]
    last = await until_state(
        hass, "sensor.tracker_last_event", lambda state: bool(state.attributes.get("rejected"))
    )
    assert (last.state, last.attributes["severity"]) == ("create_pdp_context", "warning")


async def test_diagnosis(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """It says what to check; the words of that are those of the troubleshooting guide."""
    await until_state(hass, DIAGNOSIS, lambda state: state.state == "attached_without_data")
    cloud.reject(cloud_device, 3, "PDP context request rejected")
    state = await until_state(hass, DIAGNOSIS, lambda state: state.state == "attached_rejected")
    assert state.attributes["check"] == "attached_rejected"
    cloud.detach(cloud_device)
    await until_state(hass, DIAGNOSIS, lambda state: state.state == "offline_rejected")


async def test_last_sms(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Each endpoint shows its own, the account those of all."""
    other = cloud.add_device("Buoy")
    await until_devices(hass, cloud_loaded, "Buoy", "Tracker")
    cloud.text(cloud_device, "from the tracker")
    await until_state(hass, "sensor.tracker_last_sms", lambda state: "tracker" in state.state)
    cloud.text(other, "from the buoy")
    state = await until_state(hass, "sensor.buoy_last_sms", lambda state: "buoy" in state.state)
    assert state.attributes["endpoint"] == str(other.id)
    assert shown(hass, "sensor.tracker_last_sms").state == "from the tracker"
    assert shown(hass, "sensor.fleet_last_sms").state == "from the buoy"


@pytest.mark.parametrize("cloud_options", [{"push": {"local_only": True}, "show_texts": False}])
async def test_texts_that_are_not_shown(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """The choice of the entry counts here too."""
    cloud.text(cloud_device, "secret")
    state = await until_state(
        hass, "sensor.tracker_last_sms", lambda state: "received_at" in state.attributes
    )
    assert (state.state, "text" in state.attributes) == ("•••", False)


async def test_switches(
    hass: HomeAssistant, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """They disable the endpoint and suspend its SIM, and show what it is then."""
    assert cloud_device.sim is not None
    for entity_id in ("switch.tracker_enabled", "switch.tracker_sim_active"):
        await call(hass, "switch", "turn_off", entity_id)
        await until_state(hass, entity_id, lambda state: state.state == STATE_OFF)
    assert (cloud_device.status, cloud_device.sim.status) == (1, 2)
    assert shown(hass, "sensor.tracker_sim_status").state == "suspended"
    assert shown(hass, DIAGNOSIS).state == "disabled"
    for entity_id in ("switch.tracker_enabled", "switch.tracker_sim_active"):
        await call(hass, "switch", "turn_on", entity_id)
        await until_state(hass, entity_id, lambda state: state.state == STATE_ON)
    assert (cloud_device.status, cloud_device.sim.status) == (0, 1)


async def test_reset_connectivity(
    hass: HomeAssistant, cloud: Cloud, used: Device, cloud_loaded: MockConfigEntry
) -> None:
    """The network forgets the device, which attaches anew later."""
    await until_state(hass, CONNECTIVITY, lambda state: state.state == "online")
    await call(hass, "button", "press", "button.tracker_reset_connectivity")
    await until_state(hass, CONNECTIVITY, lambda state: state.state == "offline")
    assert used.session is None


async def test_refusals_are_told(
    hass: HomeAssistant, cloud_server: CloudServer, cloud_loaded: MockConfigEntry
) -> None:
    """What the account refuses is said in words, and nothing is shown that is not so."""
    route = "PATCH /endpoint/{endpoint}"
    before = cloud_server.calls[route]
    cloud_server.faults.extend([422] * 8)
    with pytest.raises(HomeAssistantError) as raised:
        await call(hass, "switch", "turn_off", "switch.tracker_enabled")
    cloud_server.faults.clear()
    assert raised.value.translation_domain == DOMAIN
    assert cloud_server.calls[route] <= before + 1
    assert shown(hass, "switch.tracker_enabled").state == STATE_ON


async def test_endpoints_come_and_go(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """A new one has its device and entities at once; one without a SIM loses them."""
    buoy = cloud.add_device("Buoy")
    await until_devices(hass, cloud_loaded, "Buoy", "Tracker")
    await until_state(hass, "sensor.buoy_connectivity", lambda state: state.state == "offline")
    cloud.assign(cloud_device, None)
    await until_devices(hass, cloud_loaded, "Buoy")
    assert hass.states.get(CONNECTIVITY) is None
    cloud.assign(cloud_device, cloud.add_sim())
    await until_devices(hass, cloud_loaded, "Buoy", "Tracker")
    cloud.attach(cloud_device)
    await until_state(hass, CONNECTIVITY, lambda state: state.state == "attached")
    cloud.remove(buoy)
    await until_devices(hass, cloud_loaded, "Tracker")


async def test_renamed(
    hass: HomeAssistant, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """The device is called what the endpoint is called, its entities stay."""
    cloud_device.name, cloud_device.imei = "Dinghy", "352014000000099"
    await until_devices(hass, cloud_loaded, "Dinghy")
    assert devices(hass, cloud_loaded)["Dinghy"].serial_number == "352014000000099"
    assert hass.states.get(CONNECTIVITY) is not None


async def test_nothing_goes_because_something_failed(
    hass: HomeAssistant,
    cloud_server: CloudServer,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
) -> None:
    """A link that is lost makes values unavailable, takes no device, and all comes back."""
    await until_state(hass, CONNECTIVITY, lambda state: state.state == "attached")
    cloud_server.down = True
    await until_state(hass, CONNECTIVITY, lambda state: state.state == STATE_UNAVAILABLE)
    assert list(devices(hass, cloud_loaded)) == ["Tracker"]
    available = {
        state.entity_id
        for state in hass.states.async_all()
        if "tracker" in state.entity_id and state.state != STATE_UNAVAILABLE
    }
    assert available == {EVENT, "sensor.tracker_last_event", "sensor.tracker_last_sms"}
    cloud_server.down = False
    await until_state(hass, CONNECTIVITY, lambda state: state.state == "attached")
    assert list(devices(hass, cloud_loaded)) == ["Tracker"]


async def test_a_list_that_is_none_takes_no_device(
    hass: HomeAssistant, cloud_server: CloudServer, cloud_loaded: MockConfigEntry
) -> None:
    """What a proxy answers in place of the list does not mean that there are no endpoints."""
    cloud_server.nonsense.append("<html>")
    with pytest.raises(GatewayError):
        await cloud_loaded.runtime_data.gateway.list_endpoints()
    await until_devices(hass, cloud_loaded, "Tracker")


async def test_no_longer_chosen(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """With other tags in the options other endpoints have devices."""
    cloud.add_device("Buoy", tags="harbour")
    await until_devices(hass, cloud_loaded, "Buoy", "Tracker")
    options = {**cloud_loaded.options, "tags": ["harbour"]}
    hass.config_entries.async_update_entry(cloud_loaded, options=options)
    await hass.async_block_till_done()
    await until_devices(hass, cloud_loaded, "Buoy")
    assert hass.states.get(CONNECTIVITY) is None


async def test_reload_keeps_what_was_told(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Last event and last SMS are there again: they are told once."""
    cloud.go_online(cloud_device)
    await until_state(hass, EVENT, _is("create_pdp_context"))
    cloud.text(cloud_device, "hello")
    await until_state(hass, "sensor.tracker_last_sms", lambda state: state.state == "hello")
    assert await hass.config_entries.async_reload(cloud_loaded.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.tracker_last_event").state == "create_pdp_context"
    assert shown(hass, "sensor.tracker_last_sms").state == "hello"
    assert shown(hass, EVENT).attributes["event_type"] == "create_pdp_context"


@pytest.mark.usefixtures("all_enabled")
async def test_a_change_costs_only_its_endpoint(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """No state of another endpoint is written, not even the same once more."""
    cloud.add_device("Buoy")
    await until_devices(hass, cloud_loaded, "Buoy", "Tracker")
    await cloud_loaded.runtime_data.gateway.close()
    coordinator = cloud_loaded.runtime_data.coordinator
    state = coordinator.gateway.state
    coordinator.state_changed(state)
    written: Counter[str] = Counter()

    @callback
    def note(event: Event[Any]) -> None:
        written[event.data["entity_id"]] += 1

    @callback
    def every(_: object) -> bool:
        return True

    for kind in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
        hass.bus.async_listen(str(kind), note, event_filter=every)
    known = dict(state.endpoints)
    (key,) = (key for key, endpoint in known.items() if endpoint.name == "Tracker")

    def push(**changes: Any) -> None:
        known[key] = replace(known[key], **changes)
        coordinator.state_changed(replace(state, endpoints=dict(known)))

    push(operator="Swisscom")
    assert shown(hass, "sensor.tracker_operator").state == "Swisscom"
    of_endpoints = {name for name in written if "tracker" in name or "buoy" in name}
    assert of_endpoints
    assert not any("buoy" in name for name in of_endpoints)
    written.clear()
    push(usage_at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    of_endpoints = {name for name in written if "tracker" in name or "buoy" in name}
    assert of_endpoints == {
        f"sensor.tracker_{name}_read"
        for name in ("connectivity", "data_quota", "inventory", "sms_quota", "usage")
    }


async def test_very_many(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    cloud: Cloud,
    cloud_device: Device,
    cloud_entry: MockConfigEntry,
) -> None:
    """Where there is no room for all entities, each endpoint has the most important ones.

    What a person has enabled stays when there is even less room.
    """
    monkeypatch.setattr(endpoints, "_MOST_ENABLED", 9)
    monkeypatch.setattr(endpoints, "_MOST_REGISTERED", 45)
    for _ in range(8):
        cloud.add_device()
    assert await hass.config_entries.async_setup(cloud_entry.entry_id)
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    found = devices(hass, cloud_entry).values()
    assert len(found) == 9
    for device in found:
        entities = er.async_entries_for_device(registry, device.id, include_disabled_entities=True)
        keys = {entity.translation_key: entity.disabled_by is None for entity in entities}
        assert keys == {
            "connectivity": True,
            "diagnosis": False,
            "endpoint": False,
            "endpoint_enabled": False,
            "last_sms": False,
        }
    entity_id = "sensor.tracker_diagnosis"
    registry.async_update_entity(entity_id, disabled_by=None)
    monkeypatch.setattr(endpoints, "_MOST_REGISTERED", 9)
    assert await hass.config_entries.async_reload(cloud_entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, entity_id).state != STATE_UNAVAILABLE
    await hass.config_entries.async_unload(cloud_entry.entry_id)

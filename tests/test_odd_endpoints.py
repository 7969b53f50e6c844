"""Endpoints and messages that are out of the ordinary, in Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.emnify import Cloud, Device

from .ears import Ear
from .waiting import shown, until_state


@pytest.mark.usefixtures("all_enabled")
async def test_odd_endpoints(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """Two of one name, one without any, odd letters, no number, very many tags, a deleted SIM."""
    twins = [cloud.add_device("Buoy 🛟 <b>&\ud800"), cloud.add_device("Buoy 🛟 <b>&\ud800")]
    nameless = cloud.add_device("  ", tags=", ".join(f"harbour {n}" for n in range(60)))
    for device in (*twins, nameless):
        assert device.sim is not None
        device.sim.msisdn, device.sim.status = "", 3
    await cloud_loaded.runtime_data.gateway.list_endpoints()
    await hass.async_block_till_done()
    found = dr.async_entries_for_config_entry(dr.async_get(hass), cloud_loaded.entry_id)
    names = [device.name for device in found if device.via_device_id is not None]
    assert names == ["Tracker", *["Buoy 🛟 <b>&\ufffd"] * 2, str(nameless.id)]
    for device in (*twins, nameless):
        unique_id = f"{cloud_loaded.entry_id}_endpoint_{device.id}_sim_status"
        entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
        assert entity_id is not None
        assert shown(hass, entity_id).state == "deleted"
    tags = shown(hass, f"sensor.{nameless.id}_tags").state
    assert tags.startswith("harbour 0, harbour 1")
    assert len(tags) == 255


async def test_nothing_is_lost_and_nothing_comes_twice(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Pushed while the list is read, equal ones within a second, and some over a reload."""
    ear = Ear(hass, "event.fleet_sms")
    for _ in range(2):
        cloud.text(cloud_device, "SOS")
        cloud.text(cloud_device, "SOS")
        await hass.config_entries.async_unload(cloud_loaded.entry_id)
        cloud.text(cloud_device, "SOS")
        assert await hass.config_entries.async_setup(cloud_loaded.entry_id)
        cloud.text(cloud_device, "SOS")
        await cloud_loaded.runtime_data.gateway.poll()
    cloud.text(cloud_device, "the end")
    heard = [(await ear.next())["text"] for _ in range(9)]
    ear.stop()
    assert sorted(heard) == ["SOS"] * 8 + ["the end"]
    await until_state(hass, "sensor.fleet_sms_received_total", lambda state: state.state == "9")

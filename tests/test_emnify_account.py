"""An EMnify account as a gateway in Home Assistant, beside its endpoints."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.emnify import Cloud, Device

from .ears import Ear
from .waiting import until_state


@pytest.mark.usefixtures("all_enabled")
async def test_entities(hass: HomeAssistant, cloud_loaded: MockConfigEntry) -> None:
    """Only what makes sense for an account, which has no radio of its own."""
    registry = dr.async_get(hass)
    identifier = (DOMAIN, cloud_loaded.entry_id)
    account = registry.async_get_device_by_identifier(identifier, cloud_loaded.entry_id)
    assert account is not None
    found = er.async_entries_for_device(er.async_get(hass), account.id)
    assert {entity.entity_id for entity in found} == {
        "binary_sensor.fleet_connected",
        "event.fleet_sms",
        "sensor.fleet_last_sms",
        "sensor.fleet_sms_failed_today",
        "sensor.fleet_sms_failed_total",
        "sensor.fleet_sms_received_today",
        "sensor.fleet_sms_received_total",
        "sensor.fleet_sms_sent_today",
        "sensor.fleet_sms_sent_total",
    }


async def test_texts_are_counted(
    hass: HomeAssistant, cloud_loaded: MockConfigEntry, cloud: Cloud, cloud_device: Device
) -> None:
    """Those of all endpoints together; one for nobody has failed."""
    ear = Ear(hass, "event.fleet_sms")
    cloud.text(cloud_device, "Position: 50.85, 4.35")
    assert (await ear.next())["text"] == "Position: 50.85, 4.35"
    ear.stop()
    data = {"numbers": ["+423663920000017", "+32470000001"], "text": "Hello"}
    answer: Any = await hass.services.async_call(
        DOMAIN, "send_sms", data, blocking=True, return_response=True
    )
    assert [receipt["status"] for receipt in answer["receipts"]] == ["sent", "failed"]
    for name in ("sent", "received", "failed"):
        entity_id = f"sensor.fleet_sms_{name}_today"
        await until_state(hass, entity_id, lambda state: state.state == "1")

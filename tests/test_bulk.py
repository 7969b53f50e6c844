"""One command to many tracked devices: each once, at a pace, with a result of its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
    label_registry as lr,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.cellular_gateway.gateways.emnify.gateway import EmnifyGateway
from custom_components.cellular_gateway.gateways.models import (
    OutgoingSms,
    PartReceipt,
    Receipt,
    SendStatus,
)
from custom_components.cellular_gateway.tracked_device.broadcast import AT_ONCE
from simulator.emnify import Cloud, Device

from .far_end import act, id_of
from .waiting import shown, until_state

MANY = 100
PROGRESS = "sensor.fleet_progress_of_commands"
HELLO = {"command": "custom", "parameters": {"text": "Hello"}}


@pytest.fixture
def count() -> int:
    """How many endpoints there are."""
    return MANY


@pytest.fixture
async def fleet(cloud: Cloud, count: int) -> list[Device]:
    """Endpoints that are attached to a network."""
    devices = [cloud.add_device(f"Boat {number}") for number in range(count)]
    for device in devices:
        cloud.attach(device)
    return devices


@pytest.fixture
async def many(
    hass: HomeAssistant, cloud_entry: MockConfigEntry, fleet: list[Device]
) -> AsyncIterator[MockConfigEntry]:
    """The account, with each endpoint as a tracked device that has the label."""
    for number, device in enumerate(fleet):
        data = {"family": "generic", "endpoint": str(device.id)}
        subentry = ConfigSubentry(
            subentry_id=f"boat{number}",
            subentry_type="tracked_device",
            title=f"Boat{number}",
            unique_id=f"endpoint {device.id}",
            data=MappingProxyType(data),
        )
        hass.config_entries.async_add_subentry(cloud_entry, subentry)
    assert await hass.config_entries.async_setup(cloud_entry.entry_id)
    await hass.async_block_till_done()
    label = lr.async_get(hass).async_create("Fleet")
    registry = dr.async_get(hass)
    for entry in dr.async_entries_for_config_entry(registry, cloud_entry.entry_id):
        registry.async_update_device(entry.id, labels={label.label_id})
    yield cloud_entry
    if cloud_entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(cloud_entry.entry_id)


async def test_a_hundred_by_their_label(
    hass: HomeAssistant, cloud: Cloud, fleet: list[Device], many: MockConfigEntry
) -> None:
    """Each gets it once, also one that is named too; a released one keeps no other back."""
    gone = fleet[7]
    del cloud.devices[gone.id]
    steps = async_capture_events(hass, "state_changed")
    at_once = most = 0
    real = EmnifyGateway.send_sms

    async def send_sms(gateway: EmnifyGateway, message: OutgoingSms) -> Receipt:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            return await real(gateway, message)
        finally:
            at_once -= 1

    call = HELLO | {"label_id": "fleet", "device_id": id_of(hass, many, "Boat3")}
    with patch.object(EmnifyGateway, "send_sms", send_sms):
        results = (await act(hass, "send_config_sms", call))["devices"]
    assert results[0]["name"] == "Boat3"
    assert sorted(result["name"] for result in results) == sorted(
        f"Boat{number}" for number in range(MANY)
    )
    errors = {result["name"]: result["error"] for result in results if result["error"]}
    assert errors == {"Boat7": "unknown_endpoint"}
    assert Counter(message.device for message in cloud.sent) == {
        device.id: 1 for device in fleet if device is not gone
    }
    assert 1 < most <= AT_ONCE
    await hass.async_block_till_done()
    told = [
        int(event.data["new_state"].state) for event in steps if event.data["entity_id"] == PROGRESS
    ]
    assert told == sorted(told)
    assert len(set(told)) == MANY + 1
    attributes = shown(hass, PROGRESS).attributes
    found = {key: attributes[key] for key in ("devices", "done", "failed", "cancelled")}
    assert found == {"devices": MANY, "done": MANY - 1, "failed": 1, "cancelled": 0}


@pytest.mark.parametrize("count", [20])
async def test_who_is_cut_off(
    hass: HomeAssistant, cloud: Cloud, many: MockConfigEntry, count: int
) -> None:
    """Nothing more is sent; the unknown outcomes are told, and how many were left out."""
    goes_on = asyncio.Event()
    real, calls = EmnifyGateway.send_sms, 0

    async def send_sms(gateway: EmnifyGateway, message: OutgoingSms) -> Receipt:
        nonlocal calls
        calls += 1
        if calls <= 3:
            return await real(gateway, message)
        await goes_on.wait()
        part = PartReceipt(number=1, status=SendStatus.UNKNOWN, reason="no_answer")
        return Receipt(port="1", encoding="gsm7", parts=(part,))

    with patch.object(EmnifyGateway, "send_sms", send_sms):
        call = HELLO | {"label_id": "fleet"}
        calling = asyncio.create_task(act(hass, "send_config_sms", call))
        await until_state(hass, PROGRESS, lambda state: state.attributes["done"] == 3)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        goes_on.set()
        await until_state(
            hass,
            "event.fleet_sms",
            lambda state: state.attributes.get("event_type") == "outcome_unknown",
        )
    assert calls <= 3 + AT_ONCE
    attributes = shown(hass, PROGRESS).attributes
    assert attributes["done"] == 3
    assert attributes["cancelled"] == count - 3
    alone = HELLO | {"device_id": id_of(hass, many, "Boat9")}
    (result,) = (await act(hass, "send_config_sms", alone))["devices"]
    assert result["error"] is None


@pytest.mark.parametrize("count", [3])
async def test_areas_and_floors(
    hass: HomeAssistant, cloud: Cloud, fleet: list[Device], many: MockConfigEntry
) -> None:
    """What lies there gets it, but for what is no tracked device."""
    floor = fr.async_get(hass).async_create("Deck")
    area = ar.async_get(hass).async_create("Bow", floor_id=floor.floor_id)
    registry = dr.async_get(hass)
    for title in ("Boat0", "Boat2"):
        registry.async_update_device(id_of(hass, many, title), area_id=area.id)
    (gateway,) = [
        device
        for device in dr.async_entries_for_config_entry(registry, many.entry_id)
        if ("cellular_gateway", many.entry_id) in device.identifiers
    ]
    registry.async_update_device(gateway.id, area_id=area.id)
    for where in ({"area_id": area.id}, {"floor_id": floor.floor_id}):
        results = (await act(hass, "send_config_sms", HELLO | where))["devices"]
        assert [result["name"] for result in results] == ["Boat0", "Boat2"]
    assert Counter(message.device for message in cloud.sent) == {fleet[0].id: 2, fleet[2].id: 2}


@pytest.mark.parametrize("count", [2])
@pytest.mark.parametrize("where", [{"label_id": "nothing"}, {"area_id": "nowhere"}])
async def test_nobody_is_meant(
    hass: HomeAssistant, many: MockConfigEntry, where: dict[str, Any]
) -> None:
    """A label that nothing has is an error, and no success without devices."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", HELLO | where)
    assert caught.value.translation_key == "no_tracked_device"


@pytest.mark.parametrize("count", [3])
async def test_waiting_for_all(
    hass: HomeAssistant, cloud: Cloud, fleet: list[Device], many: MockConfigEntry
) -> None:
    """Each answer finds its device; who is silent is told among the results."""
    call = HELLO | {"label_id": "fleet", "wait_for_reply": True, "timeout": 5}
    calling = asyncio.create_task(act(hass, "send_config_sms", call))
    await cloud.wait_sent(3)
    for device in fleet[:2]:
        cloud.text(device, f"I am {device.id}")
    results = (await calling)["devices"]
    assert [result["reply"] and result["reply"]["raw"] for result in results] == [
        f"I am {fleet[0].id}",
        f"I am {fleet[1].id}",
        None,
    ]
    assert [result["error"] for result in results] == [None, None, "no_reply"]


@pytest.mark.parametrize("count", [3])
async def test_without_a_response(
    hass: HomeAssistant, cloud: Cloud, fleet: list[Device], many: MockConfigEntry
) -> None:
    """The error counts who was not reached; the others were."""
    del cloud.devices[fleet[1].id]
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "send_config_sms", HELLO | {"label_id": "fleet"}, response=False)
    assert caught.value.translation_key == "not_sent"
    assert caught.value.translation_placeholders == {"total": "3", "failed": "1", "unknown": "0"}
    assert {message.device for message in cloud.sent} == {fleet[0].id, fleet[2].id}

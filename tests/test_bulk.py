"""One command to many tracked devices: each once, at a pace, with a result of its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
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
from simulator.smsc import Smsc

from .actions import act
from .far_end import id_of
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


@pytest.mark.parametrize("count", [20])
@pytest.mark.parametrize("end", ["unload", "stop"])
@pytest.mark.parametrize("status", [SendStatus.SENT, SendStatus.UNKNOWN])
async def test_the_account_is_closed_meanwhile(
    hass: HomeAssistant,
    cloud: Cloud,
    many: MockConfigEntry,
    count: int,
    end: str,
    status: SendStatus,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who waits hears that it is closed, what left has its receipt, and nothing more is tried."""
    full, closing = asyncio.Event(), asyncio.Event()
    real_send, real_close, calls = EmnifyGateway.send_sms, EmnifyGateway.close, 0

    async def send_sms(gateway: EmnifyGateway, message: OutgoingSms) -> Receipt:
        nonlocal calls
        calls += 1
        if calls <= 3:
            return await real_send(gateway, message)
        if calls == 3 + AT_ONCE:
            full.set()
        await closing.wait()
        part = PartReceipt(number=1, status=status)
        return Receipt(port="1", encoding="gsm7", parts=(part,))

    async def close(gateway: EmnifyGateway) -> None:
        closing.set()
        await real_close(gateway)

    call = HELLO | {"label_id": "fleet", "wait_for_reply": True, "timeout": 1800}
    with (
        patch.object(EmnifyGateway, "send_sms", send_sms),
        patch.object(EmnifyGateway, "close", close),
    ):
        calling = asyncio.create_task(act(hass, "send_config_sms", call))
        await full.wait()
        if end == "unload":
            assert await hass.config_entries.async_unload(many.entry_id)
        else:
            hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        async with asyncio.timeout(10):
            results = (await calling)["devices"]
        await hass.async_block_till_done()
    assert calls == 3 + AT_ONCE
    unknown = AT_ONCE if status is SendStatus.UNKNOWN else 0
    errors = Counter(result["error"] for result in results)
    assert errors == Counter(closed=count - unknown, outcome_unknown=unknown)
    statuses = [result["receipts"][0]["status"] for result in results if result["receipts"]]
    assert sorted(statuses) == ["sent"] * 3 + [status] * AT_ONCE
    assert "could not" not in caplog.text


@pytest.mark.parametrize("count", [20])
async def test_a_text_for_many_while_the_account_is_closed(
    hass: HomeAssistant, many: MockConfigEntry, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The text on its way has its outcome; for the others nothing is begun any more."""
    started, closing = asyncio.Event(), asyncio.Event()
    real_close, calls = EmnifyGateway.close, 0

    async def send_sms(gateway: EmnifyGateway, message: OutgoingSms) -> Receipt:
        nonlocal calls
        calls += 1
        started.set()
        await closing.wait()
        part = PartReceipt(number=1, status=SendStatus.UNKNOWN, reason="closed")
        return Receipt(port="1", encoding="gsm7", parts=(part,))

    async def close(gateway: EmnifyGateway) -> None:
        await real_close(gateway)
        closing.set()

    recipients = [f"notify.boat{number}_text" for number in range(count)]
    with (
        patch.object(EmnifyGateway, "send_sms", send_sms),
        patch.object(EmnifyGateway, "close", close),
    ):
        call = {"recipients": recipients, "text": "Hello"}
        calling = asyncio.create_task(act(hass, "send_sms", call))
        await started.wait()
        assert await hass.config_entries.async_unload(many.entry_id)
        receipts = (await calling)["receipts"]
    found = Counter((receipt["status"], receipt.get("reason")) for receipt in receipts)
    assert found == {("unknown", None): 1, ("failed", "closed"): count - 1}
    assert calls == 1
    assert "could not" not in caplog.text


@pytest.mark.parametrize("count", [2])
async def test_two_gateways(
    hass: HomeAssistant,
    cloud: Cloud,
    many: MockConfigEntry,
    centre: Smsc,
    centre_entry: MockConfigEntry,
) -> None:
    """One label may be for both; who is behind one that is not set up is told, and not left out."""
    car = ConfigSubentry(
        subentry_id="car",
        subentry_type="tracked_device",
        title="Car",
        unique_id="+491701234567",
        data=MappingProxyType({"family": "generic", "number": "+491701234567"}),
    )
    hass.config_entries.async_add_subentry(centre_entry, car)
    assert await hass.config_entries.async_setup(centre_entry.entry_id)
    await hass.async_block_till_done()
    car_id = id_of(hass, centre_entry, "Car")
    dr.async_get(hass).async_update_device(car_id, labels={"fleet"})
    call = HELLO | {"label_id": "fleet"}
    results = (await act(hass, "send_config_sms", call))["devices"]
    found = [(result["name"], result["error"]) for result in results]
    assert found == [("Boat0", None), ("Boat1", None), ("Car", None)]
    assert (len(cloud.sent), len(centre.account.submitted)) == (2, 1)
    await hass.config_entries.async_unload(centre_entry.entry_id)
    results = (await act(hass, "send_config_sms", call))["devices"]
    found = [(result["name"], result["error"]) for result in results]
    assert found == [("Boat0", None), ("Boat1", None), ("Car", "not_connected")]
    for action, alone in (("send_config_sms", HELLO), ("connect", {})):
        with pytest.raises(HomeAssistantError) as caught:
            await act(hass, action, alone | {"device_id": car_id})
        assert caught.value.translation_key == "not_connected"


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


async def test_waiting_for_all(
    hass: HomeAssistant, cloud: Cloud, fleet: list[Device], many: MockConfigEntry
) -> None:
    """Each answer finds its device, in whatever order; who is silent is told among the results."""
    call = HELLO | {"label_id": "fleet", "wait_for_reply": True, "timeout": 10}
    calling = asyncio.create_task(act(hass, "send_config_sms", call))
    await cloud.wait_sent(MANY)
    silent = fleet[2]
    for device in reversed(fleet):
        if device is not silent:
            cloud.text(device, f"I am {device.name}")
    results = (await calling)["devices"]
    replies = {result["name"]: result["reply"] and result["reply"]["raw"] for result in results}
    expected: dict[str, str | None] = {
        device.name.replace(" ", ""): f"I am {device.name}" for device in fleet
    }
    assert replies == expected | {"Boat2": None}
    errors = {result["name"]: result["error"] for result in results if result["error"]}
    assert errors == {"Boat2": "no_reply"}


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

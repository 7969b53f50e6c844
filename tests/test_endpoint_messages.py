"""Texts to and from endpoints: by action, by notify entity, and as tracked devices."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.cellular_gateway.const import DOMAIN
from simulator.emnify import Cloud, Device
from simulator.smsc import Smsc

from .actions import act
from .far_end import id_of, until
from .issues import until_issues
from .waiting import shown, until_state

NUMBER = "+423663920000017"
SMS = "event.fleet_sms"
LOCAL: dict[str, Any] = {"push": {"local_only": True}}

type Loaded = Callable[..., Awaitable[MockConfigEntry]]


def endpoint_id(hass: HomeAssistant, entry: MockConfigEntry, device: Device) -> str:
    """Return the id of the device of an endpoint."""
    name = (DOMAIN, f"{entry.entry_id}_endpoint_{device.id}")
    found = dr.async_get_device_id_by_identifier(hass, name, config_entry_id=entry.entry_id)
    assert found is not None
    return found


def is_delivered(state: State) -> bool:
    """Whether an event tells of a text that arrived."""
    return state.attributes.get("event_type") == "delivered"


def is_from(device: Device) -> Callable[[State], bool]:
    """Return what tells whether an event is about a text from an endpoint."""
    return lambda state: state.attributes.get("endpoint") == str(device.id)


def subentry(title: str, kind: str = "tracked_device", **data: Any) -> ConfigSubentry:
    """Describe a subentry; its id is its title in lower case."""
    return ConfigSubentry(
        subentry_id=title.lower(),
        subentry_type=kind,
        title=title,
        unique_id=title,
        data=MappingProxyType(data),
    )


@pytest.fixture
async def load(
    hass: HomeAssistant, cloud_entry: MockConfigEntry, cloud_device: Device
) -> AsyncIterator[Loaded]:
    """Set the account up with subentries."""

    async def set_up(*subentries: ConfigSubentry) -> MockConfigEntry:
        for each in subentries:
            hass.config_entries.async_add_subentry(cloud_entry, each)
        assert await hass.config_entries.async_setup(cloud_entry.entry_id)
        await hass.async_block_till_done()
        return cloud_entry

    yield set_up
    if cloud_entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(cloud_entry.entry_id)


async def test_an_endpoint_by_its_device(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """It gets the text once, however it is named, and its reports come as everybody's."""
    device_id = endpoint_id(hass, cloud_loaded, cloud_device)
    call = {"endpoints": [device_id, device_id], "numbers": NUMBER, "text": "Hello"}
    (receipt,) = (await act(hass, "send_sms", call | {"delivery_report": True}))["receipts"]
    assert (receipt["number"], receipt["status"]) == (NUMBER, "sent")
    (message,) = cloud.sent
    assert (message.device, message.payload) == (cloud_device.id, "Hello")
    state = await until_state(hass, SMS, is_delivered)
    told = {key: state.attributes[key] for key in ("id", "number", "endpoint", "matched")}
    assert told == {
        "id": receipt["id"],
        "number": NUMBER,
        "endpoint": str(cloud_device.id),
        "matched": True,
    }


async def test_two_endpoints_with_one_number(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """Each gets the text, once; what they send is told apart."""
    other = cloud.add_device("Other", msisdn=NUMBER.removeprefix("+"))
    cloud.attach(other)
    entry = await load(
        subentry("Car", family="generic", endpoint=str(cloud_device.id)),
        subentry("Van", family="generic", endpoint=str(other.id)),
        subentry("Ann", "recipient", endpoint=str(other.id)),
    )
    both = [endpoint_id(hass, entry, device) for device in (cloud_device, other)]
    call = {"endpoints": both, "numbers": NUMBER, "recipients": "notify.ann", "text": "Hello"}
    receipts = (await act(hass, "send_sms", call))["receipts"]
    assert [receipt["status"] for receipt in receipts] == ["sent"] * 2
    assert {message.device for message in cloud.sent} == {cloud_device.id, other.id}
    assert len(cloud.sent) == 2
    ask = {"command": "custom", "parameters": {"text": "Who?"}, "wait_for_reply": True}
    devices = [id_of(hass, entry, title) for title in ("Car", "Van")]
    asking = asyncio.create_task(act(hass, "send_config_sms", ask | {"device_id": devices}))
    await cloud.wait_sent(4)
    cloud.text(other, "Van")
    cloud.text(cloud_device, "Car")
    replies = [result["reply"]["raw"] for result in (await asking)["devices"]]
    assert replies == ["Car", "Van"]


async def test_an_endpoint_without_a_number(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """It goes by its key, in receipts, reports and what it says."""
    assert cloud_device.sim is not None
    cloud_device.sim.msisdn = ""
    entry = await load()
    key = str(cloud_device.id)
    call = {"endpoints": endpoint_id(hass, entry, cloud_device), "text": "Hello"}
    (receipt,) = (await act(hass, "send_sms", call | {"delivery_report": True}))["receipts"]
    assert (receipt["number"], receipt["status"]) == (key, "sent")
    state = await until_state(hass, SMS, is_delivered)
    assert (state.attributes["number"], state.attributes["matched"]) == (key, True)
    cloud.text(cloud_device, "Hello")
    state = await until_state(hass, SMS, lambda state: state.attributes.get("text") == "Hello")
    assert (state.attributes["sender"], state.attributes["endpoint"]) == (key, key)


@pytest.mark.parametrize(
    ("fields", "source", "kind"),
    [
        ({}, "12345", 161),
        ({"source_address": 54321}, "54321", 161),
        ({"source_address": "+32470000001"}, "32470000001", 145),
        ({"source_address": 32470000001}, "32470000001", 145),
        ({"source_address": "Boat"}, "Boat", 208),
        ({"source_address": "54321", "source_address_type": "alphanumeric"}, "54321", 208),
    ],
)
async def test_the_sender_of_a_call(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
    fields: dict[str, Any],
    source: str,
    kind: int,
) -> None:
    """Its type is told by how it is written, unless it is given."""
    call = {"numbers": NUMBER, "text": "Hello"} | fields
    await act(hass, "send_sms", call)
    (message,) = cloud.sent
    assert (message.source_address, message.source_type) == (source, kind)


@pytest.mark.parametrize(
    "fields",
    [
        {"source_address": "*100#"},
        {"source_address": "much too long a name"},
        {"source_address": "Boat", "source_address_type": "international"},
        {"source_address_type": "national"},
    ],
)
async def test_a_sender_that_is_none(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry, fields: dict[str, Any]
) -> None:
    """Nothing is sent, and the sender is what is wrong."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_sms", {"numbers": NUMBER, "text": "Hello"} | fields, response=False)
    assert caught.value.translation_key == "invalid_source_address"
    assert cloud.sent == []


async def test_a_gateway_with_one_sender(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """A modem sends from its own number: another one is refused, not left out."""
    call = {"numbers": "+32470000009", "text": "Hello", "source_address": "12345"}
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_sms", call, response=False)
    assert caught.value.translation_key == "sender_fixed"


@pytest.mark.parametrize("centre_options", [{"country": "DE", "source_address": "777"}])
async def test_the_sender_through_a_service_centre(
    hass: HomeAssistant, centre: Smsc, centre_entry: MockConfigEntry
) -> None:
    """It is chosen by account, device and call; a name is one-way there too."""
    car = subentry("Car", family="generic", number="+491701234567", source_address="888")
    hass.config_entries.async_add_subentry(centre_entry, car)
    assert await hass.config_entries.async_setup(centre_entry.entry_id)
    await hass.async_block_till_done()
    command = {"command": "custom", "parameters": {"text": "Hello"}}
    call = {"device_id": id_of(hass, centre_entry, "Car")} | command
    await act(hass, "send_sms", {"numbers": "+491701234567", "text": "Hello"})
    await act(hass, "send_config_sms", call)
    await act(hass, "send_config_sms", call | {"source_address": "Boat"})
    with pytest.raises(ServiceValidationError) as caught:
        await act(
            hass, "send_config_sms", call | {"source_address": "Boat", "wait_for_reply": True}
        )
    assert caught.value.translation_key == "no_reply_possible"
    sent = [each.message.source for each in centre.account.submitted]
    assert sent == ["777", "888", "Boat"]
    await hass.config_entries.async_unload(centre_entry.entry_id)


async def test_validity(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """The service tries as long as the call says."""
    entry = await load(subentry("Car", family="generic", endpoint=str(cloud_device.id)))
    validity = {"validity": {"minutes": 30}}
    await act(hass, "send_sms", {"numbers": NUMBER, "text": "Hello"} | validity)
    call = {"command": "custom", "parameters": {"text": "Hello"}} | validity
    await act(hass, "send_config_sms", {"device_id": id_of(hass, entry, "Car")} | call)
    for message in cloud.sent:
        assert message.expires_at is not None
        lasts = message.expires_at - message.submitted_at
        assert abs(lasts - timedelta(minutes=30)) < timedelta(minutes=1)
    assert len(cloud.sent) == 2


async def test_another_device(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """The account is no endpoint, and neither is what there is not."""
    account = dr.async_get_device_id_by_identifier(
        hass, (DOMAIN, cloud_loaded.entry_id), config_entry_id=cloud_loaded.entry_id
    )
    for device_id in (account, "no-such-device"):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "send_sms", {"endpoints": device_id, "text": "Hello"})
        assert caught.value.translation_key == "not_an_endpoint"


async def test_an_account_that_is_not_set_up(
    hass: HomeAssistant, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Its endpoints cannot be reached, which is the outcome of each and no crash."""
    device_id = endpoint_id(hass, cloud_loaded, cloud_device)
    await hass.config_entries.async_unload(cloud_loaded.entry_id)
    response = await act(hass, "send_sms", {"endpoints": device_id, "text": "Hello"})
    (receipt,) = response["receipts"]
    assert (receipt["status"], receipt["reason"]) == ("failed", "not_connected")


async def test_a_tracked_device_by_its_endpoint(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    load: Loaded,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It stands behind the endpoint, is asked by it, and its answer is found by it."""
    assert cloud_device.sim is not None
    cloud_device.sim.msisdn = ""
    entry = await load(
        subentry(
            "Car", family="coban", endpoint=str(cloud_device.id), credentials={"password": "123456"}
        )
    )
    registry = dr.async_get(hass)
    car = registry.async_get(id_of(hass, entry, "Car"))
    assert isinstance(car, dr.DeviceEntry)
    assert car.via_device_id == endpoint_id(hass, entry, cloud_device)
    call = {"device_id": car.id, "command": "request_status", "wait_for_reply": True}
    asking = asyncio.create_task(act(hass, "send_config_sms", call))
    (message,) = await cloud.wait_sent(1)
    assert (message.source_address, message.payload) == ("12345", "check123456")
    cloud.text(cloud_device, "Power: ON\nBattery: 55%\nGPRS: OFF\nGPS: OFF\nACC: OFF\nGSM: 17")
    (result,) = (await asking)["devices"]
    assert (result["error"], result["reply"]["values"]["battery"]) == (None, 55)
    await until(hass, "sensor.car_contact", "answered")
    assert shown(hass, SMS).attributes["recipient"] == "Car"
    everything = [*map(str, hass.states.async_all()), str(result), caplog.text]
    assert not any("123456" in each for each in everything)


async def test_other_endpoints_are_not_meant(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """A text from another endpoint with the very same number is not the device's."""
    other = cloud.add_device("Other", msisdn=NUMBER.removeprefix("+"))
    await load(subentry("Car", family="generic", endpoint=str(cloud_device.id)))
    cloud.text(other, "Hello")
    state = await until_state(hass, SMS, lambda state: state.attributes.get("text") == "Hello")
    assert (state.attributes["recipient"], state.attributes["endpoint"]) == (None, str(other.id))


async def test_a_released_endpoint(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    load: Loaded,
) -> None:
    """What is left of the device says so; another endpoint brings it back to work."""
    other = cloud.add_device("Other")
    cloud.attach(other)
    entry = await load(subentry("Car", family="generic", endpoint=str(cloud_device.id)))
    car = id_of(hass, entry, "Car")
    cloud.remove(cloud_device)
    await hass.config_entries.async_reload(entry.entry_id)
    call = {"device_id": car, "command": "custom", "parameters": {"text": "Hello"}}
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "send_config_sms", call, response=False)
    assert caught.value.translation_key == "unknown_endpoint"
    hass.config_entries.async_update_subentry(
        entry, entry.subentries["car"], data={"family": "generic", "endpoint": str(other.id)}
    )
    await hass.async_block_till_done()
    await act(hass, "send_config_sms", call, response=False)
    assert [message.device for message in cloud.sent] == [other.id]
    device = dr.async_get(hass).async_get(car)
    assert isinstance(device, dr.DeviceEntry)
    assert device.via_device_id == endpoint_id(hass, entry, other)


@pytest.mark.parametrize(
    ("cloud_options", "device", "source"),
    [
        (LOCAL | {"source_address": "+32470000001"}, {}, ("32470000001", 145)),
        (
            LOCAL | {"source_address": "32470000001", "source_address_type": "national"},
            {},
            ("32470000001", 161),
        ),
        (LOCAL, {"source_address": "+32470000001"}, ("32470000001", 145)),
        (LOCAL | {"source_address": "+32470000001"}, {"source_address": "777"}, ("777", 161)),
    ],
)
async def test_a_device_that_knows_a_number(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    load: Loaded,
    device: dict[str, str],
    source: tuple[str, int],
) -> None:
    """It gets its commands from the number that was chosen, and is told that one as its master."""
    key = str(cloud_device.id)
    entry = await load(subentry("Car", family="coban", endpoint=key, **device))
    call = {"device_id": id_of(hass, entry, "Car")}
    await act(hass, "send_config_sms", call | {"command": "bind_number"}, response=False)
    (message,) = cloud.sent
    assert (message.source_address, message.source_type) == source
    assert message.payload.split()[1].lstrip("+") == source[0]
    if len(source[0]) > 7:
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "send_config_sms", call | {"command": "reboot", "wait_for_reply": True})
        assert caught.value.translation_key == "no_reply_possible"
    assert len(cloud.sent) == 1


async def test_one_way_senders(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """Under a name a device can be told something, but not asked: that is refused before."""
    key = str(cloud_device.id)
    entry = await load(subentry("Car", family="generic", endpoint=key, source_address="Boat"))
    command = {"command": "custom", "parameters": {"text": "Hello"}}
    call = {"device_id": id_of(hass, entry, "Car")} | command
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "send_config_sms", call | {"wait_for_reply": True})
    assert caught.value.translation_key == "no_reply_possible"
    assert cloud.sent == []
    await act(hass, "send_config_sms", call, response=False)
    await act(hass, "send_config_sms", call | {"source_address": "777"}, response=False)
    sent = [(message.source_address, message.source_type) for message in cloud.sent]
    assert sent == [("Boat", 208), ("777", 161)]


async def test_silence_after_one_way_senders(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """A device that cannot answer is not shown as one that does not."""
    key = str(cloud_device.id)
    entry = await load(subentry("Car", family="coban", endpoint=key, source_address="Boat"))
    call = {"device_id": id_of(hass, entry, "Car"), "command": "request_status"}
    await act(hass, "send_config_sms", call)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.car_contact").state == "never_heard"
    await act(hass, "send_config_sms", call | {"source_address": "777"})
    await until(hass, "sensor.car_contact", "waiting")


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({}, ("888", 161)),
        ({"source_address": "999"}, ("999", 161)),
        ({"source_address_type": "international"}, ("888", 145)),
    ],
)
async def test_the_sender_of_a_device(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    load: Loaded,
    fields: dict[str, str],
    sent: tuple[str, int],
) -> None:
    """It is that of all texts to it, also by its notify entity and as one of several recipients."""
    key = str(cloud_device.id)
    entry = await load(subentry("Car", family="generic", endpoint=key, source_address="888"))
    call = {"device_id": id_of(hass, entry, "Car"), "command": "custom"}
    await act(hass, "send_config_sms", call | {"parameters": {"text": "Hello"}} | fields)
    await act(hass, "send_sms", {"recipients": "notify.car_text", "text": "Hello"} | fields)
    found = [(message.source_address, message.source_type) for message in cloud.sent]
    assert found == [sent, sent]


@pytest.mark.parametrize("cloud_options", [LOCAL | {"source_address": "Boat"}])
async def test_a_name_for_people(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """The name of an account is for people: its tracked devices still get the short code."""
    key = str(cloud_device.id)
    entry = await load(
        subentry("Car", family="generic", endpoint=key),
        subentry("Ann", "recipient", endpoint=key),
    )
    await act(hass, "send_sms", {"recipients": "notify.ann", "text": "Hello"})
    call = {"device_id": id_of(hass, entry, "Car"), "command": "custom"}
    await act(hass, "send_config_sms", call | {"parameters": {"text": "Hello"}})
    await act(hass, "send_sms", {"recipients": "notify.car_text", "text": "Hello"})
    assert [message.source_address for message in cloud.sent] == ["Boat", "12345", "12345"]


async def test_a_recipient_by_its_endpoint(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, load: Loaded
) -> None:
    """Its notify entity sends there."""
    await load(subentry("Ann", "recipient", endpoint=str(cloud_device.id)))
    call = {"entity_id": "notify.ann", "message": "Hello"}
    await hass.services.async_call("notify", "send_message", call, blocking=True)
    (message,) = cloud.sent
    assert (message.device, message.payload) == (cloud_device.id, "Hello")


async def test_a_stranger_with_an_endpoint(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    cloud: Cloud,
    cloud_device: Device,
    cloud_loaded: MockConfigEntry,
) -> None:
    """A device that was found is added with its endpoint, which it is reached by from then on."""
    assert await async_setup_component(hass, "repairs", {})
    cloud.text(cloud_device, "Power: ON\nBattery: 55%\nGPRS: OFF\nGPS: OFF\nACC: OFF\nGSM: 17")
    await until_issues(hass, "device_found")
    (issue_id,) = [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN]
    client, url = await hass_client(), "/api/repairs/issues/fix"
    form = await client.post(url, json={"handler": DOMAIN, "issue_id": issue_id})
    flow_id = (await form.json())["flow_id"]
    await client.post(f"{url}/{flow_id}", json={"name": "Car"})
    await hass.async_block_till_done()
    (added,) = cloud_loaded.subentries.values()
    assert dict(added.data) == {"endpoint": str(cloud_device.id), "family": "coban"}


async def test_two_strangers_with_one_number(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device, cloud_loaded: MockConfigEntry
) -> None:
    """Each is offered by itself, with its own endpoint."""
    other = cloud.add_device("Other", msisdn=NUMBER.removeprefix("+"))
    report = "Power: ON\nBattery: 55%\nGPRS: OFF\nGPS: OFF\nACC: OFF\nGSM: 17"
    for device in (cloud_device, other):
        cloud.text(device, report)
        await until_state(hass, SMS, is_from(device))
    issues = ir.async_get(hass).issues.values()
    offered = {issue.data["endpoint"] for issue in issues if issue.domain == DOMAIN and issue.data}
    assert offered == {str(cloud_device.id), str(other.id)}


@pytest.mark.parametrize(
    ("fields", "own"),
    [({}, "12345"), ({"source_address": "777"}, "777")],
)
async def test_the_number_that_a_device_is_told(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    load: Loaded,
    fields: dict[str, str],
    own: str,
) -> None:
    """A device that learns whom to answer learns the sender that it sees."""
    key = str(cloud_device.id)
    entry = await load(
        subentry("Car", family="reachfar", endpoint=key, credentials={"password": "123456"})
    )
    call = {"device_id": id_of(hass, entry, "Car"), "command": "bind_number"} | fields
    await act(hass, "send_config_sms", call)
    (message,) = cloud.sent
    assert (message.source_address, message.payload) == (own, f"123456,sos1,{own}#")

"""What a person does to the endpoints of an account, and what he is told."""

from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.emnify import Cloud, Device
from simulator.emnify.device import ACTIVATED, BUFFERED, CANCELED, DISABLED, ISSUED, SUSPENDED

from .actions import act, refusal
from .ears import Ear

pytestmark = pytest.mark.usefixtures("cloud_loaded")

PAID: tuple[tuple[str, dict[str, str]], ...] = (
    ("register_sims", {"bic": "1234-567"}),
    ("create_endpoint", {"name": "x", "service_policy": "1", "coverage_policy": "1"}),
    ("assign_sim", {"sim": "1"}),
    ("release_sim", {}),
    ("block_operator", {"operator": "Vodafone"}),
    ("unblock_operator", {"operator": "Vodafone"}),
)


def device_of(hass: HomeAssistant, entry: MockConfigEntry, device: Device) -> str:
    """Return the id of the device that Home Assistant has for an endpoint."""
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{entry.entry_id}_endpoint_{device.id}")
    found = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    assert found is not None
    return found.id


async def test_from_the_card_to_the_device_and_back(
    hass: HomeAssistant, cloud: Cloud, cloud_loaded: MockConfigEntry
) -> None:
    """Register by the code on the card, make an endpoint, take its SIM out, put it in again."""
    card = cloud.add_sim(status=ISSUED, batch="1234-567")
    answer = await act(hass, "register_sims", bic=" 1234-567 ")
    key = str(card.id)
    assert [sim["sim"] for sim in answer["sims"]] == [key]
    answer = await act(hass, "list_sims", unassigned=True)
    assert answer["sims"] == [
        {"sim": key, "iccid": card.iccid, "status": "registered", "endpoint": None}
    ]
    answer = await act(
        hass,
        "create_endpoint",
        name="Boat",
        service_policy="default",
        coverage_policy=2,
        sim=int(card.iccid),
        tags=["a", "b"],
    )
    boat = cloud.devices[int(answer["endpoint"])]
    assert (boat.name, boat.tags, boat.tariff_profile, boat.sim) == ("Boat", "a,b", 2, card)
    assert card.status == ACTIVATED
    await hass.async_block_till_done()
    device_id = device_of(hass, cloud_loaded, boat)
    await act(hass, "release_sim", device_id=device_id, response=False)
    assert (boat.sim, boat.status, card.status) == (None, DISABLED, SUSPENDED)
    await hass.async_block_till_done()
    assert dr.async_get(hass).async_get(device_id) is None
    listed = await act(hass, "list_endpoints")
    assert {
        "endpoint": str(boat.id),
        "name": "Boat",
        "enabled": False,
        "tags": ["a", "b"],
        "service_policy": "Default",
        "coverage_policy": "Europe only",
        "sim": None,
        "iccid": None,
        "msisdn": None,
    } in listed["endpoints"]
    await act(hass, "assign_sim", endpoint=boat.id, sim=card.id, response=False)
    assert boat.sim is card
    await hass.async_block_till_done()
    device_of(hass, cloud_loaded, boat)


async def test_an_endpoint_without_a_sim(hass: HomeAssistant, cloud: Cloud) -> None:
    """Is made in the account, and is no device here until it has one."""
    answer = await act(
        hass,
        "create_endpoint",
        name="Later",
        service_policy="Default",
        coverage_policy="Default",
        enabled=False,
    )
    later = cloud.devices[int(answer["endpoint"])]
    assert (later.sim, later.status) == (None, DISABLED)
    error = await refusal(hass, "release_sim", endpoint=answer["endpoint"])
    assert error.translation_key == "sim_missing"


async def test_policies(hass: HomeAssistant) -> None:
    """Both sorts, by key and name."""
    policies = [{"policy": "1", "name": "Default"}, {"policy": "2", "name": "Europe only"}]
    answer = await act(hass, "list_policies")
    assert answer == {"service_policies": policies, "coverage_policies": policies}


async def test_sims(hass: HomeAssistant, cloud_device: Device) -> None:
    """All of them, and where each is."""
    (sim,) = (await act(hass, "list_sims"))["sims"]
    assert (sim["status"], sim["endpoint"]) == ("activated", str(cloud_device.id))
    assert not (await act(hass, "list_sims", unassigned=True))["sims"]


async def test_operators(
    hass: HomeAssistant, cloud_loaded: MockConfigEntry, cloud_device: Device
) -> None:
    """One is blocked for an endpoint, shown as such, and let in again."""
    device_id = device_of(hass, cloud_loaded, cloud_device)
    await act(hass, "block_operator", device_id=device_id, operator="vodafone", response=False)
    assert cloud_device.blacklist == {4}
    answer = await act(hass, "list_operators", device_id=device_id)
    assert {each["name"]: each["blocked"] for each in answer["operators"]} == {
        "Telekom": False,
        "Vodafone": True,
        "Proximus": False,
    }
    error = await refusal(hass, "block_operator", device_id=device_id, operator=4)
    assert error.translation_key == "refused"
    assert "already in blacklist" in str(error)
    await act(hass, "unblock_operator", device_id=device_id, operator=4, response=False)
    assert not cloud_device.blacklist
    answer = await act(hass, "list_operators")
    assert answer["operators"][0] == {
        "operator": "3",
        "name": "Telekom",
        "country": "Germany",
        "blocked": None,
    }


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("release_sim", {}, "endpoint_needed"),
        ("release_sim", {"endpoint": "7"}, "unknown_endpoint"),
        ("release_sim", {"device_id": "7"}, "not_an_endpoint"),
        ("assign_sim", {"endpoint": "TRACKER", "sim": "nothing"}, "unknown_choice"),
        ("block_operator", {"endpoint": "TRACKER", "operator": "Nobody"}, "unknown_choice"),
        ("register_sims", {"bic": "../endpoint"}, "invalid_value"),
        ("register_sims", {"bic": "999"}, "refused"),
        (
            "create_endpoint",
            {"name": "x", "service_policy": "Nothing", "coverage_policy": "1"},
            "unknown_choice",
        ),
    ],
)
async def test_what_is_refused(
    hass: HomeAssistant,
    cloud: Cloud,
    cloud_device: Device,
    action: str,
    data: dict[str, str],
    key: str,
) -> None:
    """In words, and nothing is changed."""
    named = {name: value.replace("TRACKER", str(cloud_device.id)) for name, value in data.items()}
    assert (await refusal(hass, action, **named)).translation_key == key
    assert list(cloud.devices.values()) == [cloud_device]
    assert cloud_device.sim is not None


async def test_the_gateway_itself_is_no_endpoint(
    hass: HomeAssistant, cloud_loaded: MockConfigEntry
) -> None:
    """Nor is any other device."""
    registry = dr.async_get(hass)
    identifier = (DOMAIN, cloud_loaded.entry_id)
    account = registry.async_get_device_by_identifier(identifier, cloud_loaded.entry_id)
    assert account is not None
    error = await refusal(hass, "release_sim", device_id=account.id)
    assert error.translation_key == "not_an_endpoint"


@pytest.mark.parametrize(("action", "data"), PAID)
async def test_only_for_administrators(
    hass: HomeAssistant,
    hass_read_only_user: User,
    cloud_device: Device,
    action: str,
    data: dict[str, str],
) -> None:
    """What costs money or takes something away."""
    needs_endpoint = action.endswith(("_sim", "_operator"))
    endpoint = {"endpoint": str(cloud_device.id)} if needs_endpoint else {}
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            action,
            data | endpoint,
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )


async def test_the_only_account_need_not_be_named(
    hass: HomeAssistant, bound_centre: MockConfigEntry, cloud_loaded: MockConfigEntry
) -> None:
    """Beside another gateway that has no endpoints; that one is refused when it is named."""
    assert (await act(hass, "list_policies"))["service_policies"]
    error = await refusal(
        hass, "register_sims", bic="1234-567", config_entry_id=bound_centre.entry_id
    )
    assert error.translation_key == "unsupported"
    error = await refusal(
        hass, "cancel_sms", message_id="0A0B0C", config_entry_id=bound_centre.entry_id
    )
    assert error.translation_key == "unsupported"


async def sent(hass: HomeAssistant, device: Device, text: str, **data: Any) -> list[str]:
    """Send a text to an endpoint by its number, and return the ids of its parts."""
    assert device.sim is not None
    answer = await act(hass, "send_sms", numbers=f"+{device.sim.msisdn}", text=text, **data)
    (receipt,) = answer["receipts"]
    assert receipt["status"] == "sent"
    return [part["message_id"] for part in receipt["parts"]]


async def test_a_message_that_waits_is_cancelled(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device
) -> None:
    """By the ids that its receipt gave; its report says that it will not arrive."""
    cloud.detach(cloud_device)
    ear = Ear(hass, "event.fleet_sms")
    ids = await sent(hass, cloud_device, "word " * 60, delivery_report=True)
    assert len(ids) == 2
    assert {message.status for message in cloud.sent} == {BUFFERED}
    answer = await act(hass, "cancel_sms", message_id=ids)
    assert answer["messages"] == [
        {"message_id": each, "cancelled": True, "reason": None, "code": None, "meaning": None}
        for each in ids
    ]
    assert {message.status for message in cloud.sent} == {CANCELED}
    event = await ear.next()
    while event["event_type"] == "delivery_pending":
        event = await ear.next()
    assert (event["event_type"], event["matched"]) == ("undelivered", True)
    ear.stop()


async def test_what_was_delivered_cannot_be_cancelled(
    hass: HomeAssistant, cloud: Cloud, cloud_device: Device
) -> None:
    """It is told in words; what waits beside it is cancelled all the same."""
    (arrived,) = await sent(hass, cloud_device, "It arrives")
    cloud.detach(cloud_device)
    (waits,) = await sent(hass, cloud_device, "It waits")
    error = await refusal(hass, "cancel_sms", message_id=[arrived, waits])
    assert error.translation_key == "refused"
    assert "not buffered" in str(error)
    assert cloud.sent[1].status == CANCELED
    answer = await act(hass, "cancel_sms", message_id=[arrived, "nonsense"])
    assert [(each["cancelled"], each["reason"]) for each in answer["messages"]] == [
        (False, "refused"),
        (False, "unknown_choice"),
    ]

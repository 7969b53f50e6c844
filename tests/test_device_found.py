"""An unknown sender that writes as a device does is offered, and added only by a person."""

from collections.abc import AsyncIterator
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN, SUBENTRY_TRACKED_DEVICE
from custom_components.cellular_gateway.tracked_device import DEVICE_FOUND
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .issues import issues, until_issues
from .waiting import until_state

TRACKER = "+32470000777"
REPORT = (
    "lat: 48.071676 long: 007.347595 speed: 000.0 05/02/14 10:17 \n"
    "bat:F signal:F imei:012345678901234"
)


@pytest.fixture
async def fix(hass: HomeAssistant, loaded: MockConfigEntry, hass_client: Any) -> AsyncIterator[Any]:
    """Open the only repair, and answer its form."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    url = "/api/repairs/issues/fix"

    async def run(**values: Any) -> dict[str, Any]:
        (issue_id,) = [name for name in issue_ids(hass) if name.startswith(DEVICE_FOUND)]
        opened = await client.post(url, json={"handler": DOMAIN, "issue_id": issue_id})
        flow = await opened.json()
        if "flow_id" not in flow or not values:
            return dict(flow)
        return dict(await (await client.post(f"{url}/{flow['flow_id']}", json=values)).json())

    yield run
    await hass.async_block_till_done()
    if loaded.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(loaded.entry_id)


def issue_ids(hass: HomeAssistant) -> list[str]:
    """Name the issues that are open."""
    return [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN]


async def test_a_device_is_offered_and_added(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, fix: Any
) -> None:
    """The repair names family and number, and adds the device under the name that is given."""
    await network.send(TRACKER, MODEM_NUMBER, REPORT)
    await until_issues(hass, DEVICE_FOUND)
    form = await fix()
    assert form["description_placeholders"] == {
        "family": "Coban",
        "number": TRACKER,
        "title": "Boat",
    }
    await fix(name="Dinghy")
    await hass.async_block_till_done()
    (subentry,) = loaded.get_subentries_of_type(SUBENTRY_TRACKED_DEVICE)
    assert (subentry.title, subentry.data["family"]) == ("Dinghy", "coban")
    assert issues(hass) == set()
    # The very same text, within the same second, would be the same PDU again.
    await network.send(TRACKER, MODEM_NUMBER, REPORT.replace("10:17", "10:18"))
    await until_state(
        hass, "device_tracker.dinghy", lambda state: state.attributes.get("latitude") == 48.071676
    )
    assert issues(hass) == set()


@pytest.mark.parametrize(
    ("sender", "text"),
    [(TRACKER, "Hello, shall we sail?"), (ANN, REPORT), ("MyTracker", REPORT)],
    ids=["words", "recipient", "name"],
)
async def test_others_are_not_offered(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, sender: str, text: str
) -> None:
    """Neither what anybody writes, nor a known person, nor a name that cannot be written to."""
    await network.send(sender, MODEM_NUMBER, text)
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    assert issues(hass) == set()


async def test_not_more_than_five_are_offered(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """Who sends with many numbers does not fill the list of repairs."""
    for number in range(8):
        await network.send(f"+3247000088{number}", MODEM_NUMBER, REPORT)
    await until_state(
        hass,
        "event.boat_sms",
        lambda state: state.attributes.get("sender") == "+32470000887",
    )
    assert len(issue_ids(hass)) == 5
    await hass.config_entries.async_unload(loaded.entry_id)
    assert issues(hass) == set()


async def test_a_number_that_has_become_a_sender(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, fix: Any
) -> None:
    """It is not offered any more once a person gave it to a device."""
    await network.send(TRACKER, MODEM_NUMBER, REPORT)
    await until_issues(hass, DEVICE_FOUND)
    subentry = ConfigSubentry(
        data=MappingProxyType({"family": "coban", "number": "+32470000778", "sender": TRACKER}),
        subentry_type=SUBENTRY_TRACKED_DEVICE,
        title="Dinghy",
        unique_id="+32470000778",
    )
    with patch.object(hass.config_entries, "async_schedule_reload"):
        hass.config_entries.async_add_subentry(loaded, subentry)
        await hass.async_block_till_done()
        assert (await fix())["reason"] == "already_configured"

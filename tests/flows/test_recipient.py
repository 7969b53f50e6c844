"""A person adds recipients to a gateway."""

from typing import Any

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .desk import Desk, entry_for, offered, runtime_with, set_up

ANN = "+32470000001"


@pytest.fixture
def entry(hass: HomeAssistant, desk: Desk) -> MockConfigEntry:
    """A gateway in Belgium that is not set up."""
    entry = entry_for(hass, "/dev/no-such-port")
    hass.config_entries.async_update_entry(entry, options={"country": "BE"})
    return entry


async def add(hass: HomeAssistant, entry: MockConfigEntry, **values: Any) -> SubentryFlowResult:
    """Open the form for a new recipient and submit it."""
    flows = hass.config_entries.subentries
    result = await flows.async_init((entry.entry_id, "recipient"), context={"source": SOURCE_USER})
    assert result["step_id"] == "user"
    return await flows.async_configure(result["flow_id"], values)


async def change(hass: HomeAssistant, entry: MockConfigEntry, **values: Any) -> SubentryFlowResult:
    """Open the form of the only recipient and submit it."""
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    assert result["step_id"] == "reconfigure"
    return await hass.config_entries.subentries.async_configure(result["flow_id"], values)


def only(entry: MockConfigEntry) -> ConfigSubentry:
    """Return the one recipient of an entry."""
    subentry: ConfigSubentry
    (subentry,) = entry.subentries.values()
    return subentry


@pytest.mark.parametrize(
    ("typed", "number"),
    [("0470 00 00 01", ANN), ("+49 171 5550123", "+491715550123"), ("8850", "8850")],
)
async def test_add(hass: HomeAssistant, entry: MockConfigEntry, typed: str, number: str) -> None:
    """The number is kept in its normal form, with the gateway's country."""
    result = await add(hass, entry, name="Ann", number=typed)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    recipient = only(entry)
    assert recipient.title == "Ann"
    assert recipient.data == {"number": number}
    assert recipient.unique_id == number


@pytest.mark.parametrize("typed", ["", "Ann", "*100#", "+1", "+32 470 00 00 01 ext"])
async def test_no_number(hass: HomeAssistant, entry: MockConfigEntry, typed: str) -> None:
    """What no message can be sent to is refused, and stays in the form."""
    result = await add(hass, entry, name="Ann", number=typed)
    assert result["errors"] == {"number": "invalid_number"}
    assert offered(result)["number"] == typed
    assert not entry.subentries


async def test_a_number_without_a_country(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Where no country is known, a number needs its country code."""
    hass.config_entries.async_update_entry(entry, options={})
    hass.config.country = None
    result = await add(hass, entry, name="Ann", number="0470 00 00 01")
    assert result["errors"] == {"number": "invalid_number"}
    hass.config.country = "BE"
    result = await add(hass, entry, name="Ann", number="0470 00 00 01")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_number_twice(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A number belongs to one recipient of a gateway."""
    await add(hass, entry, name="Ann", number=ANN)
    result = await add(hass, entry, name="Bob", number="0470 00 00 01")
    assert result["reason"] == "already_configured"


async def test_change(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Name and number can be changed; it stays the same recipient."""
    await add(hass, entry, name="Ann", number=ANN)
    before = only(entry).subentry_id
    result = await change(hass, entry, name="Anna", number="Ann")
    assert result["errors"] == {"number": "invalid_number"}
    result = await change(hass, entry, name="Anna", number="+32470000002")
    assert result["reason"] == "reconfigure_successful"
    assert only(entry).subentry_id == before
    assert only(entry).title == "Anna"
    assert only(entry).data == {"number": "+32470000002"}
    assert only(entry).unique_id == "+32470000002"


async def test_the_form_shows_what_is(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A recipient is changed from what it is."""
    await add(hass, entry, name="Ann", number=ANN)
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    assert offered(result) == {"name": "Ann", "number": ANN}


async def test_one_port_is_no_choice(hass: HomeAssistant, desk: Desk) -> None:
    """A gateway with one port does not ask which, and takes a new recipient up at once."""
    _, device = await desk.modem()
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    assert list(entry.runtime_data.ports) == ["1"]
    flows = hass.config_entries.subentries
    result = await flows.async_init((entry.entry_id, "recipient"), context={"source": SOURCE_USER})
    assert offered(result) == {"name": None, "number": None}
    await flows.async_configure(result["flow_id"], {"name": "Ann", "number": ANN})
    await hass.async_block_till_done()
    assert hass.states.get("notify.ann") is not None


async def test_several_ports(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A gateway with several ports asks which; a choice can be taken back, and outlives a stop."""
    entry.runtime_data = runtime_with("1A", "2A")
    entry.mock_state(hass, ConfigEntryState.LOADED)
    await add(hass, entry, name="Ann", number=ANN, port="2A")
    assert only(entry).data == {"number": ANN, "port": "2A"}
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
    result = await entry.start_subentry_reconfigure_flow(hass, only(entry).subentry_id)
    assert offered(result) == {"name": "Ann", "number": ANN, "port": "2A"}
    await change(hass, entry, name="Ann", number=ANN)
    assert only(entry).data == {"number": ANN}

"""A login that SMPP has no letters or no room for by its specification, but that works."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator.smsc import Account, Smsc

from .desk import answer, outcome, start_change, state_of

LONG, ACCENTED = "my-company-smpp-1", "größer"


@pytest.fixture
async def accented(
    hass: HomeAssistant, usb: None, centre: Smsc, centre_entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    """An account with such a login, which works."""
    centre.add(Account(system_id=LONG, number="20408", password=ACCENTED))
    data = {**centre_entry.data, "username": LONG, "password": ACCENTED}
    hass.config_entries.async_update_entry(centre_entry, data=data)
    await hass.config_entries.async_setup(centre_entry.entry_id)
    assert state_of(centre_entry) is ConfigEntryState.LOADED
    yield centre_entry
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(centre_entry.entry_id)


async def test_it_can_be_changed(
    hass: HomeAssistant, accented: MockConfigEntry, centre_data: dict[str, Any]
) -> None:
    """Its name stays as it is; another one keeps to the specification."""
    typed = {key: value for key, value in centre_data.items() if key != "kind"}
    typed["password"] = ACCENTED
    result = await start_change(hass, accented)
    result = await answer(hass, result, **typed | {"username": f"{LONG}0"})
    assert outcome(result) == "smpp_account:username_invalid"
    result = await answer(hass, result, **typed | {"username": LONG})
    assert outcome(result) == "reconfigure_successful"


async def test_its_password_can_be_given_anew(
    hass: HomeAssistant, centre: Smsc, accented: MockConfigEntry
) -> None:
    """With all the letters that the wire has, and no others."""
    centre.accounts[LONG].password = "Straßenbahnübergang"
    result = await start_change(hass, accented, "reauth")
    result = await answer(hass, result, password="Łódź")
    assert outcome(result) == "smpp_password:password_invalid"
    result = await answer(hass, result, password="Straßenbahnübergang")
    assert outcome(result) == "reauth_successful"

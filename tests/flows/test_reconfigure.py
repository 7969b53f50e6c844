"""A person gives an entry another port, or another modem."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from .desk import (
    ICCID,
    IMEI,
    OTHER_IMEI,
    Desk,
    answer,
    entry_for,
    offered,
    outcome,
    placeholders,
    set_up,
    start_change,
    state_of,
)

PIN = {"pin": "4711", "pin_sim": ICCID, "pin_given": "2026-01-01T00:00:00+00:00"}


async def test_the_port_that_the_entry_holds(hass: HomeAssistant, desk: Desk) -> None:
    """The entry lets go of its port while the modem is looked at, and takes it again."""
    _, device = await desk.modem()
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    result = await start_change(hass, entry)
    assert outcome(result) == "at_modem"
    assert offered(result) == {"device": device, "baudrate": None}
    assert outcome(await answer(hass, result, device=device)) == "reconfigure_successful"
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_another_port(hass: HomeAssistant, desk: Desk) -> None:
    """An entry whose port is gone gets the new one, and keeps its PIN."""
    _, device = await desk.modem()
    entry = entry_for(hass, "/dev/no-such-port", **PIN)
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    result = await answer(hass, await start_change(hass, entry), device=device)
    assert outcome(result) == "reconfigure_successful"
    assert entry.data == {"kind": "at_modem", "device": device, "baudrate": 115200, **PIN}
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_nothing_there(hass: HomeAssistant, desk: Desk) -> None:
    """After a mistake the entry goes on as it was, and the form comes back."""
    _, device = await desk.modem()
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    result = await answer(hass, await start_change(hass, entry), device="/dev/no-such-port")
    assert outcome(result) == "at_modem:not_found"
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["device"] == device


async def test_another_modem(hass: HomeAssistant, desk: Desk) -> None:
    """A new modem takes the place of the old one, and the entities stay what they are."""
    old, device = await desk.modem()
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    before = {(entity.entity_id, entity.unique_id) for entity in entities}
    old.unplug()
    new, other = await desk.modem("sim7600", imei=OTHER_IMEI)
    result = await answer(hass, await start_change(hass, entry), device=other)
    assert outcome(result) == "replace_modem"
    assert placeholders(result) == {"old": "Boat", "new": new.profile.model}
    assert entry.unique_id == IMEI
    result = await answer(hass, result)
    assert outcome(result) == "reconfigure_successful"
    assert entry.unique_id == OTHER_IMEI
    assert entry.data["device"] == other
    assert state_of(entry) is ConfigEntryState.LOADED
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert {(entity.entity_id, entity.unique_id) for entity in entities} == before


async def test_the_modem_of_another_entry(hass: HomeAssistant, desk: Desk) -> None:
    """Two entries cannot share a modem, whatever its port is called."""
    _, device = await desk.modem()
    _, mine = await desk.modem(imei=OTHER_IMEI)
    entry_for(hass, "/dev/null", unique_id=IMEI)
    entry = entry_for(hass, mine, unique_id=OTHER_IMEI)
    await set_up(hass, entry)
    result = await answer(hass, await start_change(hass, entry), device=device)
    assert outcome(result) == "already_configured"
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["device"] == mine


async def test_the_port_of_another_entry(hass: HomeAssistant, desk: Desk) -> None:
    """A port that another entry has is not touched."""
    entry_for(hass, "/dev/no-such-port", unique_id=OTHER_IMEI)
    entry = entry_for(hass, "/dev/null")
    result = await answer(hass, await start_change(hass, entry), device="/dev/no-such-port")
    assert outcome(result) == "already_configured"


@pytest.mark.parametrize(("owner", "kept"), [(ICCID, True), ("89490200009999999999", False)])
async def test_the_pin_of_another_sim(
    hass: HomeAssistant, desk: Desk, owner: str, kept: bool
) -> None:
    """The PIN of a SIM that is no longer there is forgotten, and so never tried on the new one."""
    _, device = await desk.modem()
    entry = entry_for(hass, device, **PIN | {"pin_sim": owner})
    result = await answer(hass, await start_change(hass, entry), device=device)
    assert outcome(result) == "reconfigure_successful"
    assert ("pin" in entry.data) is kept


async def test_without_a_sim(hass: HomeAssistant, desk: Desk) -> None:
    """Going on without a SIM ends the reconfiguration too."""
    modem, device = await desk.modem()
    entry = entry_for(hass, device)
    modem.remove_sim()
    result = await answer(hass, await start_change(hass, entry), device=device)
    assert outcome(result) == "sim_missing"
    result = await answer(hass, result, next_step_id="sim_skip")
    assert outcome(result) == "reconfigure_successful"
    assert state_of(entry) is ConfigEntryState.LOADED


@pytest.mark.parametrize("state", [ConfigEntryState.FAILED_UNLOAD, ConfigEntryState.LOADED])
async def test_an_entry_that_cannot_be_stopped(
    hass: HomeAssistant, desk: Desk, monkeypatch: pytest.MonkeyPatch, state: ConfigEntryState
) -> None:
    """A port that is not let go of is not probed."""
    _, device = await desk.modem()
    entry = entry_for(hass, device)
    await set_up(hass, entry)

    async def refuse(*_: Any) -> bool:
        return False

    unload = "custom_components.cellular_gateway.async_unload_entry"
    with monkeypatch.context() as patched:
        patched.setattr(unload, refuse)
        if state is ConfigEntryState.FAILED_UNLOAD:
            await hass.config_entries.async_unload(entry.entry_id)
            assert state_of(entry) is state
        result = await answer(hass, await start_change(hass, entry), device=device)
    assert outcome(result) == "unload_failed"
    await entry.runtime_data.gateway.close()
    await entry.runtime_data.journal.close()

"""An entry set up, stopped, changed and removed."""

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import (
    CONF_DEVICE,
    CONF_PIN,
    CONF_PIN_GIVEN,
    CONF_PIN_SIM,
    DOMAIN,
)
from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError
from simulator.at_modem import AtModem
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .waiting import shown, until_state

pytestmark = pytest.mark.usefixtures("usb")


def journal_path(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    """Where the journal of the entry lies."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}.db"))


async def test_nothing_at_the_port(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Without a modem it is tried again later, and the reason is in words."""
    data = {**entry.data, CONF_DEVICE: "/dev/does-not-exist"}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "not_found"


async def test_a_wrong_pin_asks_for_another(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """It is entered once, and never by itself again, over any number of restarts."""
    assert modem.sim is not None
    modem.sim.pin = "4321"
    modem.sim.power_up()
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PIN: "1234"})
    for key in ("pin_wrong", "pin_required", "pin_required"):
        await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_ERROR
        assert entry.error_reason_translation_key == key
        await hass.config_entries.async_unload(entry.entry_id)
    assert modem.sim.pin_tries == 2
    assert any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))


async def test_a_pin_that_was_accepted_is_entered_after_every_power_cut(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """A power cut must not silence an alarm."""
    assert modem.sim is not None
    modem.sim.pin = "4321"
    data = {
        **entry.data,
        CONF_PIN: "4321",
        CONF_PIN_SIM: modem.sim.iccid,
        CONF_PIN_GIVEN: "2026-11-21T12:00:00+00:00",
    }
    hass.config_entries.async_update_entry(entry, data=data)
    for _ in range(4):
        modem.power_off()
        modem.power_on()
        await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.LOADED
        await hass.config_entries.async_unload(entry.entry_id)
    assert modem.sim.pin_tries == 3


async def test_a_missing_sim_loads(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """The entry is there, and tells what is missing."""
    modem.remove_sim()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert shown(hass, "sensor.boat_sim_state").state == "missing"


async def test_an_unusable_journal_acknowledges_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """The modem is not even opened: what it holds stays there."""
    path = journal_path(hass, entry)
    await hass.async_add_executor_job(path.parent.mkdir, 0o777, True, True)
    await hass.async_add_executor_job(path.write_bytes, b"no database at all " * 99)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "journal_unusable"


async def test_removal_takes_the_journal_along(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Nothing of the messages stays behind."""
    path = journal_path(hass, loaded)
    assert await hass.async_add_executor_job(path.exists)
    await hass.config_entries.async_remove(loaded.entry_id)
    assert not await hass.async_add_executor_job(list, path.parent.glob(f"{path.name}*"))


async def test_stopping_home_assistant_closes_the_link(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """After the stop nothing is taken from the modem any more."""
    gateway = loaded.runtime_data.gateway
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    with pytest.raises(GatewayConnectionError, match="closed"):
        await gateway.poll()


async def test_a_new_title_reloads_nothing_and_a_new_option_does(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Renaming does not break the link."""
    runtime = loaded.runtime_data
    hass.config_entries.async_update_entry(loaded, title="Yacht")
    await hass.async_block_till_done()
    assert loaded.runtime_data is runtime
    hass.config_entries.async_update_entry(loaded, options={"show_texts": False})
    await hass.async_block_till_done()
    assert loaded.runtime_data is not runtime
    assert loaded.state is ConfigEntryState.LOADED


async def test_diagnostics_tell_no_secrets(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, hass_client: Any
) -> None:
    """They can be posted: no number, text, name, PIN or serial number is in them."""
    await network.send(ANN, MODEM_NUMBER, "a secret of mine")
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    assert await async_setup_component(hass, "diagnostics", {})
    client = await hass_client()
    response = await client.get(f"/api/diagnostics/config_entry/{loaded.entry_id}")
    diagnostics = await response.json()
    assert diagnostics["data"]["connected"] is True
    assert diagnostics["data"]["journal"] == {"text done": 1}
    assert diagnostics["data"]["ports"][0]["registration"] == "home"
    text = str(diagnostics["data"])
    state = loaded.runtime_data.gateway.state.ports["1"]
    for secret in (ANN[1:], MODEM_NUMBER[1:], "secret", "Ann", state.imei, state.iccid, state.imsi):
        assert secret not in text


async def test_diagnostics_with_a_journal_that_fails(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """They are wanted most when something is wrong."""
    await loaded.runtime_data.journal.close()
    diagnostics = await async_get_config_entry_diagnostics(hass, loaded)
    assert diagnostics["journal"] == {"error": "journal: closed"}


async def test_an_action_during_unload_is_refused(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Unloading waits for the transaction on the wire and takes no more."""
    send = asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "send_sms",
            {"numbers": ["1234"], "text": "Alarm"},
            blocking=True,
            return_response=True,
        )
    )
    await asyncio.sleep(0)
    await hass.config_entries.async_unload(loaded.entry_id)
    response: Any = await send
    assert response["receipts"][0]["status"] in ("sent", "failed", "unknown")

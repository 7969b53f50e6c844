"""What the page about the system's health shows."""

from typing import Any

from homeassistant.components.system_health import get_info
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.at_modem import AtModem
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .sources import read_json, words
from .waiting import until_state

LONG = "a text that needs more than one short message, " * 4


@pytest.fixture
async def system_health(hass: HomeAssistant) -> None:
    """The integration that shows the health of all others."""
    assert await async_setup_component(hass, "system_health", {})


async def shown_health(hass: HomeAssistant) -> Any:
    """Return what is shown about us."""
    return (await get_info(hass))[DOMAIN]


@pytest.mark.usefixtures("system_health")
async def test_health_of_a_gateway_that_works(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """One gateway is there, connected and in its network; each value has its words."""
    health = await shown_health(hass)
    assert health.pop("serialx_version").count(".") == 2
    assert health == {
        "gateways": 1,
        "gateways_connected": 1,
        "ports_registered": 1,
        "messages_waiting": 0,
        "version": read_json("manifest.json")["version"],
    }
    assert {*health, "serialx_version"} == words()["system_health"]["info"].keys()


@pytest.mark.usefixtures("system_health")
async def test_health_of_a_gateway_that_is_gone(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """What an unplugged modem said last is not told as if it was so still."""
    modem.unplug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "off")
    health = await shown_health(hass)
    assert (health["gateways"], health["gateways_connected"]) == (1, 0)
    assert health["ports_registered"] == 0


@pytest.mark.usefixtures("system_health")
async def test_messages_that_wait_are_counted(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """Parts of a text of which one is missing wait for it."""
    await network.send(ANN, MODEM_NUMBER, LONG, order=[1])
    await network.send(ANN, MODEM_NUMBER, "short")
    await until_state(hass, "event.boat_sms", lambda state: state.attributes.get("text") == "short")
    assert (await shown_health(hass))["messages_waiting"] == 1


@pytest.mark.usefixtures("system_health")
async def test_health_with_a_journal_that_fails(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """It is told, and the rest with it."""
    await loaded.runtime_data.journal.close()
    health = await shown_health(hass)
    assert health["messages_waiting"] == "Failed: journal: closed"
    assert health["gateways_connected"] == 1


@pytest.mark.usefixtures("system_health")
async def test_health_without_a_loaded_entry(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """A gateway that was unloaded is still one that is set up."""
    await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    health = await shown_health(hass)
    assert (health["gateways"], health["gateways_connected"]) == (1, 0)
    assert health["messages_waiting"] == 0

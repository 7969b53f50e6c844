"""A config entry in Home Assistant, connected to a simulated modem in a simulated network."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.cellular_gateway.const import (
    CONF_BAUDRATE,
    CONF_COUNTRY,
    CONF_DEVICE,
    CONF_KIND,
    CONF_NUMBER,
    DOMAIN,
    SUBENTRY_RECIPIENT,
)
from simulator.at_modem import AtModem, Sim
from simulator.network import Network

MODEM_NUMBER = "+32470000100"
ANN = "+32470000001"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """A configuration folder of the test's own: journals are real files."""
    return hass_tmp_config_dir


@pytest.fixture
def usb_ports() -> list[Any]:
    """What Home Assistant finds when it looks for serial ports."""
    return []


@pytest.fixture
def usb(usb_ports: list[Any]) -> Iterator[None]:
    """Home Assistant's `usb` integration without the USB of this machine."""
    with (
        patch("homeassistant.components.usb.USBDiscovery.async_setup"),
        patch("homeassistant.components.usb.scan_serial_ports", side_effect=lambda: usb_ports),
    ):
        yield


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A simulated radio network."""
    network = Network()
    yield network
    await network.close()


@pytest.fixture
async def modem(network: Network) -> AsyncIterator[AtModem]:
    """A simulated modem with a SIM in the network."""
    modem = AtModem("sim7600", network, sim=Sim(MODEM_NUMBER))
    yield modem
    await modem.close()


@pytest.fixture
async def device(modem: AtModem, tmp_path: Path) -> str:
    """The serial port of the modem, by a name that nothing else gets when it is pulled out."""
    return await modem.serve_pty(tmp_path / "ttyUSB0")


@pytest.fixture
def options() -> dict[str, Any]:
    """The options of the config entry."""
    return {CONF_COUNTRY: "BE"}


@pytest.fixture
def entry(hass: HomeAssistant, device: str, options: dict[str, Any]) -> MockConfigEntry:
    """A config entry for the simulated modem, with one recipient; not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        unique_id="modem",
        data={CONF_KIND: "at_modem", CONF_DEVICE: device, CONF_BAUDRATE: 115200},
        options=options,
        subentries_data=[
            ConfigSubentryData(
                subentry_type=SUBENTRY_RECIPIENT,
                title="Ann",
                unique_id=ANN,
                data={CONF_NUMBER: ANN},
            )
        ],
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded(
    hass: HomeAssistant, usb: None, entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    """The config entry, set up and connected to the simulated modem."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    if entry.state is ConfigEntryState.LOADED and entry in hass.config_entries.async_entries():
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def home_url(
    hass: HomeAssistant,
    usb: None,
    socket_enabled: None,
    hass_client_no_auth: ClientSessionGenerator,
) -> str:
    """Home Assistant's web server on loopback, as what it takes for its own address."""
    # Once the server runs, no integration can add a page to it.
    for domain in (DOMAIN, "repairs"):
        assert await async_setup_component(hass, domain, {})
    client = await hass_client_no_auth()
    url = str(client.make_url("")).rstrip("/")
    hass.config.internal_url = url
    return url


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable the entities too that are off by default."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default", return_value=True
    ):
        yield

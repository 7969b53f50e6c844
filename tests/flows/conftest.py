"""Modems to set up, and a Home Assistant to set them up in."""

from collections.abc import AsyncIterator
import functools
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.at_modem.exchange import Limits
from custom_components.cellular_gateway.gateways.at_modem.settings import AtModemSettings
from custom_components.cellular_gateway.kinds import at_modem
from simulator.network import Network

from .desk import Desk


@pytest.fixture
async def desk(
    hass: HomeAssistant, usb: None, network: Network, tmp_path: Path
) -> AsyncIterator[Desk]:
    """A place where modems are plugged in; they are let go before they are unplugged."""
    desk = Desk(network, tmp_path)
    yield desk
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state.recoverable:
            await hass.config_entries.async_unload(entry.entry_id)
    await desk.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for ports that are silent no longer than a test may take."""
    limits = Limits(greeting=0.05, command=0.5, sim=1.0, late=0.1, alone=0.2, quiet=0.02)
    settings = functools.partial(AtModemSettings, limits=limits)
    monkeypatch.setattr(at_modem, "AtModemSettings", settings)

"""An Ejoin gateway in Home Assistant, over its own HTTP."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.ejoin import Api, Box

MAC = "00:30:f1:00:6d:b1"
HOOK = "7f3a9c"


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """A gateway with a few ports that reports received messages."""
    box = Box(ports=4, slots=2)
    box.switches.received_sms = True
    yield box
    await box.close()


@pytest.fixture
async def box_url(box: Box, socket_enabled: None) -> AsyncIterator[str]:
    """Where its web pages are."""
    api = Api(box)
    yield await api.serve()
    await api.stop()


async def _set_up(
    hass: HomeAssistant, data: dict[str, Any], push: dict[str, Any]
) -> AsyncIterator[MockConfigEntry]:
    """Set an entry for the gateway up, and unload it at the end."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Box",
        unique_id=MAC,
        data={"kind": "ejoin", "webhook_id": HOOK, **data},
        options={"country": "DE", "push": {"local_only": True, **push}},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def asked_box(
    hass: HomeAssistant, home_url: str, box_url: str
) -> AsyncIterator[MockConfigEntry]:
    """An entry with the login of the gateway, which was told to push to us."""
    data = {"url": box_url, "username": "root", "password": "root"}
    push = {"configure": True, "period": 60, "currency": "EUR"}
    async for entry in _set_up(hass, data, push):
        yield entry


@pytest.fixture
async def pushing_box(
    hass: HomeAssistant, home_url: str, box: Box
) -> AsyncIterator[MockConfigEntry]:
    """An entry without the login, for a gateway in which our address was typed in."""
    box.push_url = f"{home_url}/api/webhook/{HOOK}"
    async for entry in _set_up(hass, {}, {}):
        yield entry

"""An Ejoin gateway in Home Assistant, over its own HTTP."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from simulator.ejoin import Api, Box

MAC = "00:30:f1:00:6d:b1"
HOOK = "7f3a9c"


@pytest.fixture
def box_size() -> tuple[int, int]:
    """How many ports the gateway has, and slots each of them."""
    return (4, 2)


@pytest.fixture
async def box(box_size: tuple[int, int]) -> AsyncIterator[Box]:
    """A gateway that reports received messages."""
    ports, slots = box_size
    box = Box(ports=ports, slots=slots)
    box.switches.received_sms = True
    yield box
    await box.close()


@pytest.fixture
async def box_url(box: Box, socket_enabled: None) -> AsyncIterator[str]:
    """Where its web pages are."""
    api = Api(box)
    yield await api.serve()
    await api.stop()


@pytest.fixture
def subentries() -> list[ConfigSubentryDataWithId]:
    """The recipients and tracked devices of the entry."""
    return []


async def _set_up(
    hass: HomeAssistant,
    data: dict[str, Any],
    options: dict[str, Any],
    subentries: Sequence[ConfigSubentryDataWithId],
    **push: Any,
) -> AsyncIterator[MockConfigEntry]:
    """Set an entry for the gateway up, and unload it at the end."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Box",
        unique_id=MAC,
        data={"kind": "ejoin", "webhook_id": HOOK, **data},
        options={**options, "country": "DE", "push": {"local_only": True, **push}},
        subentries_data=subentries,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def asked_box(
    hass: HomeAssistant,
    home_url: str,
    box_url: str,
    options: dict[str, Any],
    subentries: list[ConfigSubentryDataWithId],
) -> AsyncIterator[MockConfigEntry]:
    """An entry with the login of the gateway, which was told to push to us."""
    data = {"url": box_url, "username": "root", "password": "root"}
    push = {"configure": True, "period": 60, "currency": "EUR"}
    async for entry in _set_up(hass, data, options, subentries, **push):
        yield entry


@pytest.fixture
async def pushing_box(
    hass: HomeAssistant, home_url: str, box: Box
) -> AsyncIterator[MockConfigEntry]:
    """An entry without the login, for a gateway in which our address was typed in."""
    box.push_url = f"{home_url}/api/webhook/{HOOK}"
    async for entry in _set_up(hass, {}, {}, []):
        yield entry

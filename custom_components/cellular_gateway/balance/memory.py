"""What the journal remembers of a balance, and how it is forgotten."""

import json
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN, LOGGER
from ..gateways.errors import NotKeptError
from ..messages.journal import Journal

# The keys of the entities that a port has only while it is known how to ask; the balance itself
# may be reported too.
BALANCE_KEY: Final = "balance"
BALANCE_KEYS: Final = {
    BALANCE_KEY: "sensor",
    "balance_expiry": "sensor",
    "request_balance": "button",
}


async def read_memory(journal: Journal, port: str) -> dict[str, Any]:
    """Return what the journal remembers of a port's balance."""
    try:
        memory: dict[str, Any] = json.loads(await journal.get(_memory_key(port)) or "{}")
    except NotKeptError as err:
        LOGGER.error("The journal does not tell the balance: %s", err)
        return {}
    return memory


async def write_memory(journal: Journal, port: str, memory: dict[str, str | None]) -> None:
    """Keep what is known of a balance; without a journal it is known until the next start."""
    try:
        await journal.set(_memory_key(port), json.dumps(memory))
    except NotKeptError as err:
        LOGGER.error("The journal could not note the balance: %s", err)


async def async_forget_balance(
    hass: HomeAssistant, entry: ConfigEntry, journal: Journal, port: str, *, reported: bool
) -> None:
    """Remove what is left of a balance that is no longer asked for; `reported` keeps the sensor."""
    registry = er.async_get(hass)
    for key, platform in BALANCE_KEYS.items():
        if reported and key == BALANCE_KEY:
            continue
        unique_id = f"{entry.entry_id}_{port}_{key}"
        if entity_id := registry.async_get_entity_id(platform, DOMAIN, unique_id):
            registry.async_remove(entity_id)
    if await read_memory(journal, port):
        await write_memory(journal, port, {})


def _memory_key(port: str) -> str:
    """Name what the journal remembers of a port's balance."""
    return f"balance_{port}"

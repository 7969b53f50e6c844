"""Backups: the journal's file is made whole before it is copied, and stays so meanwhile."""

from collections.abc import Awaitable, Callable

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .const import DATA_COPIED, DOMAIN, LOGGER
from .coordinator import GatewayConfigEntry
from .gateways.errors import NotKeptError


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Move what was committed lately into the journals themselves."""
    hass.data[DATA_COPIED] = True
    await _each_journal(hass, lambda entry: entry.runtime_data.journal.begin_copy())


async def async_post_backup(hass: HomeAssistant) -> None:
    """Let the journals go on as ever; they were never stopped."""
    hass.data.pop(DATA_COPIED, None)
    await _each_journal(hass, lambda entry: entry.runtime_data.journal.end_copy())


async def _each_journal(
    hass: HomeAssistant, work: Callable[[GatewayConfigEntry], Awaitable[None]]
) -> None:
    """Do something with every journal, also with one whose entry is being set up.

    One that fails must not keep the rest from being backed up.
    """
    entries: list[GatewayConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    for entry in entries:
        async with entry.setup_lock:
            if entry.state is not ConfigEntryState.LOADED:
                continue
            try:
                await work(entry)
            except NotKeptError as err:
                LOGGER.warning("The message journal may not be whole in this backup: %s", err)

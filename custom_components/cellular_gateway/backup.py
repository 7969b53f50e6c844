"""Backups: the journal's file is made whole before it is copied."""

from homeassistant.core import HomeAssistant

from .const import DOMAIN, LOGGER
from .coordinator import GatewayConfigEntry
from .gateways.errors import NotKeptError


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Move what was committed lately into the journals themselves.

    A journal that fails must not keep the rest from being backed up.
    """
    entries: list[GatewayConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        try:
            await entry.runtime_data.journal.checkpoint()
        except NotKeptError as err:
            LOGGER.warning("The message journal is not whole in this backup: %s", err)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Do nothing: the journal was never stopped."""

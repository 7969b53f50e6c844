"""Free what an entry holds while a form looks at its gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from homeassistant.config_entries import ConfigEntry, OperationNotAllowed
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow

from ..const import LOGGER


@asynccontextmanager
async def entry_stopped(hass: HomeAssistant, entry: ConfigEntry) -> AsyncIterator[None]:
    """Free the port or session that an entry holds; it is started again whatever comes of it.

    What is changed in here is taken up by that start, so no update listener is needed: after a
    set-up that failed there is none.
    """
    async with entry.setup_lock:
        LOGGER.debug("No set-up of %s is under way", entry.title)
    try:
        stopped = await hass.config_entries.async_unload(entry.entry_id)
    except OperationNotAllowed:
        stopped = False
    if not stopped:
        raise AbortFlow("unload_failed")
    try:
        yield
    finally:
        hass.async_create_task(_start(hass, entry), f"start {entry.title} again")


async def _start(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Set the entry up, unless somebody has meanwhile; a reload would end this very flow."""
    with suppress(OperationNotAllowed):
        await hass.config_entries.async_setup(entry.entry_id)

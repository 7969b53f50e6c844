"""Tracked devices: far-end things reached by SMS, each a subentry of its gateway."""

from collections.abc import Callable, Sequence
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import CONF_PORT, CONF_SCHEDULE, LOGGER, signal_device_sms
from ..gateways.errors import NotKeptError
from ..messages.journal import Journal
from ..messages.outbox import Outbox
from ..messages.routing import Correspondent
from .broadcast import Broadcast
from .device import DeviceReport, TrackedDevice
from .memory import MEMORY, schedule_key, state_key
from .request import PLAIN, Answered, Manner
from .schedule import Schedule
from .state import Contact, DeviceState
from .stranger import ATTR_GATEWAY, DEVICE_FOUND, async_watch_strangers

__all__ = [
    "ATTR_GATEWAY",
    "DEVICE_FOUND",
    "PLAIN",
    "Answered",
    "Broadcast",
    "Contact",
    "DeviceReport",
    "DeviceState",
    "Manner",
    "TrackedDevice",
    "async_start_devices",
]


async def async_start_devices(
    hass: HomeAssistant,
    entry: ConfigEntry,
    correspondents: Sequence[Correspondent],
    *,
    journal: Journal,
    outbox: Outbox,
    own_number: Callable[[str | None], str | None],
) -> dict[str, TrackedDevice]:
    """Make the tracked devices of an entry, by the ids of their subentries, and let them hear.

    `own_number` tells the number of a port, or of the only one.
    """
    devices: dict[str, TrackedDevice] = {}
    await _forget_others(journal, correspondents)
    for correspondent in correspondents:
        subentry = correspondent.subentry
        device = TrackedDevice(
            hass,
            entry,
            correspondent,
            own_number=partial(own_number, subentry.data.get(CONF_PORT)),
            journal=journal,
            outbox=outbox,
        )
        await device.restore()
        entry.async_on_unload(device.close)
        entry.async_on_unload(
            async_dispatcher_connect(hass, signal_device_sms(subentry.subentry_id), device.hear)
        )
        if CONF_SCHEDULE in subentry.data:
            await Schedule(hass, device, journal).start()
        devices[subentry.subentry_id] = device
    async_watch_strangers(hass, entry)
    return devices


async def _forget_others(journal: Journal, correspondents: Sequence[Correspondent]) -> None:
    """Forget devices that were removed, and when schedules were last due that are no more."""
    kept = set()
    for correspondent in correspondents:
        subentry = correspondent.subentry
        kept.add(state_key(subentry.subentry_id))
        if CONF_SCHEDULE in subentry.data:
            kept.add(schedule_key(subentry.subentry_id))
    try:
        await journal.forget(MEMORY, kept)
    except NotKeptError as err:
        LOGGER.error("Tracked devices that were removed could not be forgotten: %s", err)

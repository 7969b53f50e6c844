"""What a tracked device is asked by itself, where a person wants it: one command on a schedule."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import CONF_SCHEDULE, CONF_SCHEDULE_COMMAND, CONF_SCHEDULE_HOURS, LOGGER
from ..devices.vocabulary import Command
from ..gateways.errors import NotKeptError
from ..messages.journal import Journal
from .device import TrackedDevice
from .memory import schedule_key

# How exact the hours are; a look costs nothing.
_LOOK: Final = timedelta(minutes=1)


class Schedule:
    """Sends one command to one device, so many hours after the last time.

    The time is committed before the command leaves: a restart never sends it twice, and what
    could not be sent is sent the next time only.
    """

    def __init__(self, hass: HomeAssistant, device: TrackedDevice, journal: Journal) -> None:
        """Read from the subentry what is wanted."""
        wanted = device.subentry.data[CONF_SCHEDULE]
        self._hass = hass
        self._device = device
        self._journal = journal
        self._command = Command(wanted[CONF_SCHEDULE_COMMAND])
        self._interval = timedelta(hours=wanted[CONF_SCHEDULE_HOURS])
        self._memory = schedule_key(device.subentry.subentry_id)
        self._last: datetime | None = None

    async def start(self) -> None:
        """Begin to look at the clock; the first time is one interval from now.

        What the device no longer takes, because it was changed, is not sent.
        """
        if self._command not in self._device.commands:
            return
        try:
            stored = await self._journal.get(self._memory)
        except NotKeptError:
            stored = None
        self._last = datetime.fromisoformat(stored) if stored else None
        if self._last is None:
            await self._note(dt_util.utcnow())
        self._device.config_entry.async_on_unload(
            async_track_time_interval(self._hass, self._look, _LOOK, cancel_on_shutdown=True)
        )

    async def _note(self, now: datetime) -> bool:
        """Commit the time; without it nothing is sent, as it might be sent again and again."""
        self._last = now
        try:
            await self._journal.set(self._memory, now.isoformat())
        except NotKeptError as err:
            LOGGER.error("The schedule of %s could not be kept: %s", self._device.name, err)
            return False
        return True

    @callback
    def _look(self, now: datetime) -> None:
        """Send when it is time."""
        if self._last is None or now - self._last >= self._interval:
            self._device.config_entry.async_create_background_task(
                self._hass, self._send(now), f"{self._device.name} schedule"
            )

    async def _send(self, now: datetime) -> None:
        """Send once."""
        if not await self._note(now):
            return
        try:
            await self._device.send(self._command)
        except HomeAssistantError as err:
            LOGGER.warning("%s could not be asked as scheduled: %s", self._device.name, err)

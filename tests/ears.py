"""Hearing what an event entity fires."""

import asyncio
from typing import Any

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from .waiting import LIMIT


class Ear:
    """Hears every event of an entity, in order."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Listen."""
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._last = ""
        self.stop = async_track_state_change_event(hass, entity_id, self._changed)

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        """Note an event that is new: a reload shows the last one again."""
        state = event.data["new_state"]
        if state is not None and state.attributes.get("event_type") and state.state > self._last:
            self._last = state.state
            self._heard.put_nowait(dict(state.attributes))

    async def next(self) -> dict[str, Any]:
        """Wait for the next event."""
        async with asyncio.timeout(LIMIT):
            return await self._heard.get()

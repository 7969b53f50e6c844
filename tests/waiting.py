"""Waiting for what Home Assistant shows, and for what nobody tells."""

import asyncio
from collections.abc import Callable

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event

LIMIT = 20.0


def shown(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity that must be there."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


async def eventually(condition: Callable[[], object], limit: float = LIMIT) -> None:
    """Wait for what nobody tells when it changes, such as something in a simulator."""
    async with asyncio.timeout(limit):
        while not condition():
            await asyncio.sleep(0.005)


async def until_state(
    hass: HomeAssistant, entity_id: str, condition: Callable[[State], bool]
) -> State:
    """Wait until the entity's state fulfils the condition, and return it."""
    found: asyncio.Future[State] = asyncio.get_running_loop().create_future()

    @callback
    def look(state: State | None) -> None:
        if state is not None and condition(state) and not found.done():
            found.set_result(state)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        look(event.data["new_state"])

    stop = async_track_state_change_event(hass, entity_id, changed)
    try:
        look(hass.states.get(entity_id))
        async with asyncio.timeout(LIMIT):
            return await found
    finally:
        stop()

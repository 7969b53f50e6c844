"""Writes down every event that an event entity shows, in a file that survives a kill -9.

Development only: the witness of tests that kill Home Assistant. Each event is one line of JSON, on
the disk before the state machine's write returns: what is missing there was never seen by anybody.
"""

import json
import os
from typing import Final
import uuid

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

DOMAIN: Final = "event_log"

CONFIG_SCHEMA: Final = vol.Schema(
    {DOMAIN: vol.Schema({vol.Required("path"): cv.string})}, extra=vol.ALLOW_EXTRA
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Open the file and watch all event entities until the process ends."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    path = config[DOMAIN]["path"]
    descriptor = await hass.async_add_executor_job(os.open, path, flags, 0o600)
    run = uuid.uuid4().hex

    @callback
    def write(event: Event[EventStateChangedData]) -> None:
        """Write the event down, in the event loop on purpose: nobody may see it earlier."""
        if not _is_news(event.data):
            return
        state = event.data["new_state"]
        line = {"run": run, **(state.as_dict() if state else {})}
        os.write(descriptor, json.dumps(line, default=str).encode() + b"\n")
        os.fsync(descriptor)

    hass.bus.async_listen(EVENT_STATE_CHANGED, write)
    return True


def _is_news(change: EventStateChangedData) -> bool:
    """Tell an event from a restored or unavailable state, as the trigger `event.received` does."""
    old, new = change["old_state"], change["new_state"]
    return (
        old is not None
        and new is not None
        and new.domain == "event"
        and STATE_UNAVAILABLE not in (old.state, new.state)
        and new.state not in (old.state, STATE_UNKNOWN)
    )

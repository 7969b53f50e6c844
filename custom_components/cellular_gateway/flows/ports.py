"""The ports that a form lets a person choose from."""

import math

from homeassistant.config_entries import ConfigEntry, ConfigEntryState


def ports_of(entry: ConfigEntry) -> list[str]:
    """Return the ports of an entry in the order of their numbers, none while it is not set up."""
    if entry.state is not ConfigEntryState.LOADED:
        return []
    return sorted(entry.runtime_data.ports, key=_order)


def _order(port: str) -> tuple[float, str]:
    """Order by number, and what is none behind."""
    return (int(port) if port.isdecimal() else math.inf, port)

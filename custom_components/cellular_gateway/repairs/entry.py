"""The gateway that an issue is about."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..coordinator import GatewayConfigEntry


def connected_entry(hass: HomeAssistant, entry_id: str) -> GatewayConfigEntry | None:
    """Return an entry, None when its gateway cannot be spoken to at the moment."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry if entry.runtime_data.coordinator.connected else None

"""The event entity that fires for every received SMS."""

from typing import Any

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .entity import SmsEntity

PARALLEL_UPDATES = 0

EVENT_RECEIVED = "received"

SMS = EventEntityDescription(key="sms", translation_key="sms", event_types=[EVENT_RECEIVED])


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of every port."""
    async_add_entities(SmsEvent(entry, port, SMS) for port in entry.runtime_data.ports.values())


class SmsEvent(SmsEntity, EventEntity):
    """Fires `received` for each SMS."""

    _unrecorded_attributes = frozenset({"text"})

    @callback
    def _show(self, attributes: dict[str, Any]) -> None:
        """Fire."""
        self._trigger_event(EVENT_RECEIVED, attributes)

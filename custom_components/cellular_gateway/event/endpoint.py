"""The event entity of an endpoint."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import signal_event_of_endpoint
from ..endpoints import EVENT_KEY, EVENT_TRANSLATION_KEY, event_attributes
from ..entity import EndpointEntity
from ..gateways.endpoints import EndpointEvent, EndpointEventType

ENDPOINT: Final = EventEntityDescription(
    key=EVENT_KEY,
    translation_key=EVENT_TRANSLATION_KEY,
    event_types=[kind.value for kind in EndpointEventType],
)


class EndpointEventEntity(EndpointEntity, EventEntity):
    """Fires for what the operator's log says of an endpoint, with the reason of a rejection.

    Always available, else the first after an outage would be missed.
    """

    @property
    @override
    def available(self) -> bool:
        """Always."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of events."""
        await super().async_added_to_hass()
        entry_id = self.coordinator.config_entry.entry_id
        signal = signal_event_of_endpoint(entry_id, self.endpoint)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._happened))
        self.coordinator.hears_events = True

    @callback
    @override
    def add_to_platform_abort(self) -> None:
        """Keep nobody waiting for an entity that is disabled."""
        super().add_to_platform_abort()
        self.coordinator.hears_events = True

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Leave the state alone: nothing has happened by that."""

    @callback
    def _happened(self, event: EndpointEvent) -> None:
        """Fire."""
        self._trigger_event(event.type.value, event_attributes(event))
        self.async_write_ha_state()

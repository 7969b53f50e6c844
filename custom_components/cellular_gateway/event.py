"""The event entity that fires for every received SMS."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription, EventExtraStoredData
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import signal_send_interrupted, signal_sms
from .coordinator import GatewayConfigEntry
from .entity import SmsEntity

if TYPE_CHECKING:
    from .messages.inbox import Interruption

PARALLEL_UPDATES = 0

EVENT_RECEIVED = "received"
EVENT_OUTCOME_UNKNOWN = "outcome_unknown"

SMS = EventEntityDescription(
    key="sms", translation_key="sms", event_types=[EVENT_RECEIVED, EVENT_OUTCOME_UNKNOWN]
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of every port."""
    async_add_entities(SmsEvent(entry, port, SMS) for port in entry.runtime_data.ports.values())


class SmsEvent(SmsEntity, EventEntity):
    """Fires `received` for each SMS, and `outcome_unknown` for a send that was cut off."""

    _signal_name = staticmethod(signal_sms)
    _unrecorded_attributes = frozenset({"text"})

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Restore the last event without a text that is no longer to be shown."""
        data = await super().async_get_last_event_data()
        if data is None or self._show_texts:
            return data
        attributes = data.last_event_attributes or {}
        return replace(
            data,
            last_event_attributes={
                key: value for key, value in attributes.items() if key != "text"
            },
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of interrupted sends too."""
        await super().async_added_to_hass()
        signal = signal_send_interrupted(self.coordinator.config_entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._interrupted))

    @callback
    def _interrupted(self, interruption: Interruption) -> None:
        """Fire for a send by this port, or by whichever the gateway had chosen."""
        if interruption.port in (None, self.port):
            self._trigger_event(EVENT_OUTCOME_UNKNOWN, interruption.attributes())
            self.async_write_ha_state()

    @callback
    def _show(self, attributes: dict[str, Any]) -> None:
        """Fire."""
        self._trigger_event(EVENT_RECEIVED, attributes)

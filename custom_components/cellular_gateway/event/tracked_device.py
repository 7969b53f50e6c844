"""The event entity of a tracked device."""

from typing import Any, Final, override

from homeassistant.components.event import EventEntityDescription
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import signal_device_heard
from ..coordinator import GatewayConfigEntry, texts_shown
from ..devices.reading import ReadingKind
from ..devices.storage import plain
from ..entity import TrackedDeviceEntity
from ..tracked_device import DeviceReport, TrackedDevice
from .texts import TextEvent

MESSAGE: Final = EventEntityDescription(
    key="message",
    translation_key="device_message",
    event_types=[kind.value for kind in ReadingKind],
)


class DeviceEvent(TrackedDeviceEntity, TextEvent):
    """Fires for every message of a device: a reply, an alarm, a position, or another one."""

    _unrecorded_attributes = frozenset({"text", "values"})

    def __init__(self, entry: GatewayConfigEntry, device: TrackedDevice) -> None:
        """Show texts as the entry's options say."""
        super().__init__(entry, device, MESSAGE)
        self._show_texts = texts_shown(entry)

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of messages."""
        await super().async_added_to_hass()
        signal = signal_device_heard(self.coordinator.subentry.subentry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._heard))

    @callback
    def _heard(self, report: DeviceReport) -> None:
        """Fire."""
        heard = report.heard
        attributes: dict[str, Any] = {
            "command": heard.exchange.command.value if heard.exchange else None,
            "late": heard.late,
            "error": heard.reading.error.value if heard.reading and heard.reading.error else None,
            "values": plain(heard.values),
            "received_at": report.message.received_at.isoformat(),
        }
        if self._show_texts:
            attributes["text"] = heard.text
        self._trigger_event(heard.kind.value, attributes)
        self.async_write_ha_state()

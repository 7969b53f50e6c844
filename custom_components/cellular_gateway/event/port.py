"""The event entities of a port: SMS, calls, and what the network says by itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import EntityDescription

from ..const import (
    signal_call,
    signal_delivery,
    signal_send_interrupted,
    signal_sms,
    signal_sms_sent,
    signal_ussd,
)
from ..coordinator import GatewayConfigEntry, texts_shown
from ..entity import PortEntity, SmsEntity, recipient_name
from ..gateways.calls import CallState, IncomingCall
from ..gateways.models import UssdAnswer
from ..gateways.sent import SentSms
from ..ports import PortCoordinator
from .texts import TextEvent

if TYPE_CHECKING:
    from ..messages.inbox import Interruption
    from ..messages.reports import Delivery

EVENT_RECEIVED = "received"
EVENT_OUTCOME_UNKNOWN = "outcome_unknown"
EVENT_OUTCOME_KNOWN = "outcome_known"
EVENT_SENT_BY_OTHERS = "sent_by_others"
# A call that was answered is over.
EVENT_ENDED = "ended"
# By the status of a `Delivery`.
EVENTS_OF_DELIVERY = {
    "delivered": "delivered",
    "undelivered": "undelivered",
    "pending": "delivery_pending",
}

SMS = EventEntityDescription(
    key="sms",
    translation_key="sms",
    event_types=[
        EVENT_RECEIVED,
        EVENT_OUTCOME_UNKNOWN,
        EVENT_OUTCOME_KNOWN,
        EVENT_SENT_BY_OTHERS,
        *EVENTS_OF_DELIVERY.values(),
    ],
)
CALL = EventEntityDescription(
    key="call",
    translation_key="call",
    event_types=[*(state.value for state in CallState), EVENT_ENDED],
)
USSD = EventEntityDescription(key="ussd", translation_key="ussd", event_types=[EVENT_RECEIVED])


@callback
def _catch_up[News](entity: PortEntity, kind: type[News], heard: Callable[[News], None]) -> None:
    """Tell an entity what came just before it was there.

    That nothing had come is shown before: a change from no state at all runs no automation.
    """
    if unheard := entity.coordinator.take_unheard(kind):
        entity.async_write_ha_state()
    for news in unheard:
        heard(news)


class SmsEvent(SmsEntity, TextEvent):
    """Fires `received` for each SMS, and for what becomes of those that were sent.

    That is `outcome_unknown` for a send that was cut off, and the events of delivery reports. Where
    the gateway tells of more than was asked, a text of others is `sent_by_others`, and one of ours
    of which nobody knew what came of it `outcome_known`.
    """

    _signal_name = staticmethod(signal_sms)
    _unrecorded_attributes = frozenset({"endpoint", "number", "recipient", "sender", "text"})

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of interrupted sends, of delivery reports and of others' texts too."""
        await super().async_added_to_hass()
        entry_id = self.coordinator.config_entry.entry_id
        for signal, heard in (
            (signal_send_interrupted(entry_id), self._interrupted),
            (signal_delivery(entry_id), self._reported),
            (signal_sms_sent(entry_id), self._sent),
        ):
            self.async_on_remove(async_dispatcher_connect(self.hass, signal, heard))
        _catch_up(self, SentSms, self._sent)

    def _is_of(self, port: str | None) -> bool:
        """Whether a send was by this port; where nobody knows which it was, the first one fires."""
        ports = self.coordinator.config_entry.runtime_data.ports
        return self.port == (port or next(iter(ports)))

    @callback
    def _interrupted(self, interruption: Interruption) -> None:
        """Fire for a send by this port."""
        if self._is_of(interruption.port):
            self._trigger_event(EVENT_OUTCOME_UNKNOWN, interruption.attributes())
            self.async_write_ha_state()

    @callback
    def _reported(self, delivery: Delivery) -> None:
        """Fire for a text that this port sent, or for a report that it received."""
        if delivery.port == self.port:
            self._trigger_event(EVENTS_OF_DELIVERY[delivery.status], delivery.attributes())
            self.async_write_ha_state()

    @callback
    def _sent(self, sms: SentSms) -> None:
        """Fire for a text that was sent by this port and that nobody waits for."""
        if not self._is_of(sms.port):
            return
        attributes: dict[str, Any] = {
            "number": sms.number,
            "recipient": recipient_name(self.coordinator.config_entry, sms.number),
            "sent_at": sms.sent_at.isoformat(),
            "status": sms.status.value,
            "reason": sms.meaning,
            "port": sms.port,
        }
        if self._show_texts and sms.text:
            attributes["text"] = sms.text
        kind = EVENT_OUTCOME_KNOWN if sms.is_ours else EVENT_SENT_BY_OTHERS
        self._trigger_event(kind, attributes)
        self.async_write_ha_state()

    @callback
    @override
    def _show(self, attributes: dict[str, Any]) -> None:
        """Fire."""
        self._trigger_event(EVENT_RECEIVED, attributes)


class PortEvent(PortEntity, EventEntity):
    """An event of a port; always available, else the first after an outage would be missed."""

    @property
    @override
    def available(self) -> bool:
        """Always."""
        return True


class CallEvent(PortEvent):
    """Fires when a call begins, and for what becomes of it; most gateways tell of those to us."""

    _unrecorded_attributes = frozenset({"number", "recipient"})

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of calls."""
        await super().async_added_to_hass()
        signal = signal_call(self.coordinator.config_entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._changed))
        _catch_up(self, IncomingCall, self._changed)

    @callback
    def _changed(self, call: IncomingCall) -> None:
        """Fire for a call to this port; the end of one that was answered has a type of its own."""
        if call.port != self.port:
            return
        is_over = call.state is CallState.ANSWERED and call.ended_at is not None
        attributes = {
            "number": call.number,
            "recipient": recipient_name(self.coordinator.config_entry, call.number),
            "started_at": call.started_at.isoformat(),
            "ended_at": call.ended_at.isoformat() if call.ended_at else None,
            "direction": call.direction.value,
            "port": call.port,
        }
        told = {
            "alerted_at": call.alerted_at.isoformat() if call.alerted_at else None,
            "answered_at": call.answered_at.isoformat() if call.answered_at else None,
            "reason": call.reason,
            "network_reason": call.network_reason,
        }
        attributes |= {key: value for key, value in told.items() if value is not None}
        self._trigger_event(EVENT_ENDED if is_over else call.state.value, attributes)
        self.async_write_ha_state()


class UssdEvent(PortEvent, TextEvent):
    """Fires for what the network says by itself, such as the balance after a call."""

    _unrecorded_attributes = frozenset({"text"})

    def __init__(
        self, entry: GatewayConfigEntry, port: PortCoordinator, description: EntityDescription
    ) -> None:
        """Show texts as the entry's options say."""
        super().__init__(entry, port, description)
        self._show_texts = texts_shown(entry)

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of what the network says."""
        await super().async_added_to_hass()
        signal = signal_ussd(self.coordinator.config_entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._received))

    @callback
    def _received(self, port: str, answer: UssdAnswer) -> None:
        """Fire for a text of this port; that a session has ended says nothing to anybody."""
        if port != self.port or not answer.text:
            return
        attributes = {"more": answer.more, "port": port}
        if self._show_texts:
            attributes["text"] = answer.text
        self._trigger_event(EVENT_RECEIVED, attributes)
        self.async_write_ha_state()

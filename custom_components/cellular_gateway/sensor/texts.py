"""Sensors of the texts of a port: the last one, and how many."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, override

from homeassistant.components.sensor import RestoreSensor, SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorStateClass
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import signal_counted
from ..entity import HIDDEN_TEXT, MAX_STATE, PortEntity, SmsEntity
from ..gateways.capabilities import Capabilities
from ..offers import Offer

SMS_ATTRIBUTES = frozenset(
    {
        "age",
        "completes_partial",
        "endpoint",
        "flash",
        "parts",
        "partial",
        "port",
        "received_at",
        "recipient",
        "sender",
        "sent_at",
        "text",
    }
)


@dataclass(frozen=True, kw_only=True)
class CounterDescription(SensorEntityDescription):
    """A sensor that counts the texts of a port: on this day, or in all."""

    counted: Literal["received", "sent", "failed"]
    today: bool


_COUNTED: tuple[Literal["received", "sent", "failed"], ...] = ("received", "sent", "failed")

COUNTERS: tuple[CounterDescription, ...] = tuple(
    CounterDescription(
        key=f"sms_{counted}_{period}",
        translation_key=f"sms_{counted}_{period}",
        state_class=SensorStateClass.TOTAL_INCREASING,
        counted=counted,
        today=period == "today",
    )
    for counted in _COUNTED
    for period in ("today", "total")
)

LAST_SMS = SensorEntityDescription(key="last_sms", translation_key="last_sms")


def text_sensors(can: Capabilities) -> Iterator[Offer]:
    """Offer the last text and the counts, each where texts go that way."""
    if can.receive_sms:
        yield LAST_SMS, LastSmsSensor
    for description in COUNTERS:
        if can.receive_sms if description.counted == "received" else can.send_sms:
            yield description, CounterSensor


class ShownSms(RestoreSensor):
    """A sensor that shows the last SMS, also after a restart."""

    _show_texts: bool
    _unrecorded_attributes = SMS_ATTRIBUTES

    @override
    async def async_added_to_hass(self) -> None:
        """Restore what was shown before, without a text that is no longer to be shown."""
        await super().async_added_to_hass()
        state = await self.async_get_last_state()
        if state is None or "received_at" not in state.attributes:
            return
        names = SMS_ATTRIBUTES if self._show_texts else SMS_ATTRIBUTES - {"text"}
        self._show({key: state.attributes[key] for key in names if key in state.attributes})

    @callback
    def _show(self, attributes: dict[str, Any]) -> None:
        """Show as much of the text as a state can hold."""
        self._attr_native_value = attributes.get("text", HIDDEN_TEXT)[:MAX_STATE]
        self._attr_extra_state_attributes = attributes


class LastSmsSensor(ShownSms, SmsEntity):
    """The last SMS that a port received; it stays true while the link is down."""


class CounterSensor(PortEntity, SensorEntity):
    """How many texts a port sent, could not send, or received, however many parts each has.

    The journal counts, so that nothing is lost while this entity is not there.
    """

    entity_description: CounterDescription

    @property
    @override
    def available(self) -> bool:
        """Always."""
        return True

    @property
    @override
    def native_value(self) -> int:
        """The count as of now."""
        counters = self.coordinator.config_entry.runtime_data.journal.counters
        counted = self.entity_description.counted
        if self.entity_description.today:
            return counters.today(self.port, counted)
        return counters.total(self.port, counted)

    @override
    async def async_added_to_hass(self) -> None:
        """Hear when the counts differ."""
        await super().async_added_to_hass()
        signal = signal_counted(self.coordinator.config_entry.entry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self.async_write_ha_state))

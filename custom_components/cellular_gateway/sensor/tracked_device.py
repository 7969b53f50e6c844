"""Sensors of a tracked device: what its answers told, and how it stands with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, override

from homeassistant.components.sensor import RestoreSensor, SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfElectricPotential,
    UnitOfSpeed,
    UnitOfTemperature,
)
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import StateType

from ..const import signal_device_heard
from ..coordinator import GatewayConfigEntry, texts_shown
from ..devices.reading import Registration
from ..entity import HIDDEN_TEXT, MAX_STATE, TrackedDeviceEntity
from ..tracked_device import Contact, DeviceReport, DeviceState, TrackedDevice

type Value = StateType | date | datetime | Decimal


@dataclass(frozen=True, kw_only=True)
class DeviceSensorDescription(SensorEntityDescription):
    """A sensor that exists where the family can tell the field; None is for every device."""

    value_fn: Callable[[DeviceState], Value]
    field: str | None = None
    unit_fn: Callable[[DeviceState], str | None] | None = None


def _signal(state: DeviceState) -> Value:
    """Return the signal on the family's own scale."""
    return state.values.signal.value if state.values.signal else None


def _percent(state: DeviceState) -> Value:
    """Return the signal in percent, where the scale has an end."""
    return state.values.signal.percent if state.values.signal else None


def _balance(state: DeviceState) -> Value:
    """Return the credit of the device's SIM."""
    return state.values.balance.amount if state.values.balance else None


def _currency(state: DeviceState) -> str | None:
    """Return the currency of the credit."""
    return state.values.balance.currency if state.values.balance else None


def _expiry(state: DeviceState) -> Value:
    """Return until when the credit can be used."""
    return state.values.balance.expiry if state.values.balance else None


SENSORS: Final = (
    DeviceSensorDescription(
        key="contact",
        translation_key="contact",
        device_class=SensorDeviceClass.ENUM,
        options=[contact.value for contact in Contact],
        value_fn=lambda state: state.contact.value,
    ),
    DeviceSensorDescription(
        key="last_contact",
        translation_key="last_contact",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.last_contact,
    ),
    DeviceSensorDescription(
        key="connected_until",
        translation_key="connected_until",
        device_class=SensorDeviceClass.TIMESTAMP,
        field="cloud",
        value_fn=lambda state: state.connected_until,
    ),
    DeviceSensorDescription(
        key="cloud_address",
        translation_key="cloud_address",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="cloud",
        value_fn=lambda state: (
            f"{state.values.cloud.address}:{state.values.cloud.port}"
            if state.values.cloud
            else None
        ),
    ),
    DeviceSensorDescription(
        key="cloud_identifier",
        translation_key="cloud_identifier",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="cloud",
        value_fn=lambda state: state.values.cloud.identifier if state.values.cloud else None,
    ),
    DeviceSensorDescription(
        key="battery",
        device_class=SensorDeviceClass.BATTERY,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        field="battery",
        value_fn=lambda state: state.values.battery,
    ),
    DeviceSensorDescription(
        key="battery_voltage",
        translation_key="battery_voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        field="battery_voltage",
        value_fn=lambda state: state.values.battery_voltage,
    ),
    DeviceSensorDescription(
        key="voltage",
        translation_key="supply_voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        state_class=SensorStateClass.MEASUREMENT,
        field="voltage",
        value_fn=lambda state: state.values.voltage,
    ),
    DeviceSensorDescription(
        key="signal",
        translation_key="device_signal",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="signal",
        value_fn=_signal,
    ),
    DeviceSensorDescription(
        key="signal_percent",
        translation_key="device_signal_percent",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        field="signal",
        value_fn=_percent,
    ),
    DeviceSensorDescription(
        key="registration",
        translation_key="device_registration",
        device_class=SensorDeviceClass.ENUM,
        options=[registration.value for registration in Registration],
        entity_category=EntityCategory.DIAGNOSTIC,
        field="registration",
        value_fn=lambda state: (
            state.values.registration.value if state.values.registration else None
        ),
    ),
    DeviceSensorDescription(
        key="operator",
        translation_key="operator",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="operator",
        value_fn=lambda state: state.values.operator,
    ),
    DeviceSensorDescription(
        key="apn",
        translation_key="apn",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="apn",
        value_fn=lambda state: state.values.apn,
    ),
    DeviceSensorDescription(
        key="firmware",
        translation_key="firmware",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="firmware",
        value_fn=lambda state: state.values.firmware,
    ),
    DeviceSensorDescription(
        key="imei",
        translation_key="imei",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        field="imei",
        value_fn=lambda state: state.values.imei,
    ),
    DeviceSensorDescription(
        key="iccid",
        translation_key="iccid",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        field="iccid",
        value_fn=lambda state: state.values.iccid,
    ),
    DeviceSensorDescription(
        key="speed",
        device_class=SensorDeviceClass.SPEED,
        native_unit_of_measurement=UnitOfSpeed.KILOMETERS_PER_HOUR,
        state_class=SensorStateClass.MEASUREMENT,
        field="speed",
        value_fn=lambda state: state.values.speed,
    ),
    DeviceSensorDescription(
        key="balance",
        translation_key="balance",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        field="balance",
        value_fn=_balance,
        unit_fn=_currency,
    ),
    DeviceSensorDescription(
        key="balance_expiry",
        translation_key="balance_expiry",
        device_class=SensorDeviceClass.DATE,
        field="balance",
        value_fn=_expiry,
    ),
    DeviceSensorDescription(
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        field="thermostat",
        value_fn=lambda state: (
            state.values.thermostat.measured if state.values.thermostat else None
        ),
    ),
)

LAST_SMS: Final = SensorEntityDescription(key="last_sms", translation_key="last_sms")


def device_sensors(
    entry: GatewayConfigEntry, device: TrackedDevice
) -> list[DeviceSensor | DeviceLastSms]:
    """Return the sensors of a device, by what its family can tell."""
    found: list[DeviceSensor | DeviceLastSms] = [
        DeviceSensor(entry, device, description)
        for description in SENSORS
        if description.field is None or description.field in device.family.yields
    ]
    return [*found, DeviceLastSms(entry, device, LAST_SMS)]


class DeviceSensor(TrackedDeviceEntity, SensorEntity):
    """One field of what is known of a device."""

    entity_description: DeviceSensorDescription

    @property
    @override
    def native_value(self) -> Value:
        """The field as it was last told."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The unit, which an answer itself may tell."""
        unit_fn = self.entity_description.unit_fn
        if unit_fn is not None:
            return unit_fn(self.coordinator.data)
        return self.entity_description.native_unit_of_measurement


class DeviceLastSms(TrackedDeviceEntity, RestoreSensor):
    """The last SMS of a device, without its secrets."""

    _unrecorded_attributes = frozenset({"text", "received_at", "sent_at"})

    def __init__(
        self,
        entry: GatewayConfigEntry,
        device: TrackedDevice,
        description: SensorEntityDescription,
    ) -> None:
        """Show texts as the entry's options say."""
        super().__init__(entry, device, description)
        self._show_texts = texts_shown(entry)

    @override
    async def async_added_to_hass(self) -> None:
        """Restore what was shown, and hear of messages."""
        await super().async_added_to_hass()
        state = await self.async_get_last_state()
        if state is not None and "received_at" in state.attributes:
            text = state.attributes.get("text") if self._show_texts else None
            self._show(text, state.attributes["received_at"], state.attributes.get("sent_at"))
        signal = signal_device_heard(self.coordinator.subentry.subentry_id)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._heard))

    @callback
    def _heard(self, report: DeviceReport) -> None:
        """Show a message."""
        text = report.heard.text if self._show_texts else None
        sent_at = report.message.sent_at
        self._show(
            text,
            report.message.received_at.isoformat(),
            sent_at.isoformat() if sent_at else None,
        )
        self.async_write_ha_state()

    def _show(self, text: str | None, received_at: str, sent_at: str | None) -> None:
        """Show as much of the text as a state can hold."""
        self._attr_native_value = (HIDDEN_TEXT if text is None else text)[:MAX_STATE]
        attributes = {"received_at": received_at, "sent_at": sent_at}
        shown = {} if text is None else {"text": text}
        self._attr_extra_state_attributes = {**shown, **attributes}

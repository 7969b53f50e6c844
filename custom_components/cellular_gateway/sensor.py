"""Sensors of a port: radio, SIM and the last SMS."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    SIGNAL_STRENGTH_DECIBELS,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .coordinator import GatewayConfigEntry
from .entity import PortEntity, SmsEntity
from .gateways.capabilities import Capabilities
from .gateways.models import AccessTechnology, PortState, Registration, SimState

PARALLEL_UPDATES = 0

# The longest state that Home Assistant keeps.
MAX_STATE = 255
HIDDEN_TEXT = "•••"
SMS_ATTRIBUTES = frozenset(
    {
        "age",
        "completes_partial",
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
class PortSensorDescription(SensorEntityDescription):
    """A sensor that reads one field of a port, where the gateway can tell it at all."""

    value_fn: Callable[[PortState], StateType]
    has_fn: Callable[[Capabilities], bool] = lambda _: True
    attributes_fn: Callable[[PortState], Mapping[str, Any]] | None = None


SENSORS: tuple[PortSensorDescription, ...] = (
    PortSensorDescription(
        key="signal",
        translation_key="signal",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.signal,
        has_fn=lambda can: can.signal,
    ),
    PortSensorDescription(
        key="rsrp",
        translation_key="rsrp",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.rsrp,
        has_fn=lambda can: can.extended_signal,
    ),
    PortSensorDescription(
        key="rsrq",
        translation_key="rsrq",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.rsrq,
        has_fn=lambda can: can.extended_signal,
    ),
    PortSensorDescription(
        key="registration",
        translation_key="registration",
        device_class=SensorDeviceClass.ENUM,
        options=[value.value for value in Registration],
        value_fn=lambda port: port.registration,
    ),
    PortSensorDescription(
        key="operator",
        translation_key="operator",
        value_fn=lambda port: port.operator_name or port.operator_code,
        has_fn=lambda can: can.operator,
    ),
    PortSensorDescription(
        key="operator_code",
        translation_key="operator_code",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.operator_code,
        has_fn=lambda can: can.operator,
    ),
    PortSensorDescription(
        key="access_technology",
        translation_key="access_technology",
        device_class=SensorDeviceClass.ENUM,
        options=[value.value for value in AccessTechnology],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.access_technology,
        has_fn=lambda can: can.access_technology,
    ),
    PortSensorDescription(
        key="sim_state",
        translation_key="sim_state",
        device_class=SensorDeviceClass.ENUM,
        options=[value.value for value in SimState],
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.sim_state,
        has_fn=lambda can: can.sim_state,
    ),
    PortSensorDescription(
        key="sim_storage",
        translation_key="sim_storage",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.storage_used,
        has_fn=lambda can: can.storage,
        attributes_fn=lambda port: {"total": port.storage_total},
    ),
    PortSensorDescription(
        key="imei",
        translation_key="imei",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.imei,
    ),
    PortSensorDescription(
        key="imsi",
        translation_key="imsi",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.imsi,
    ),
    PortSensorDescription(
        key="iccid",
        translation_key="iccid",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.iccid,
    ),
    PortSensorDescription(
        key="own_number",
        translation_key="own_number",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.own_number,
        has_fn=lambda can: can.own_number,
    ),
    PortSensorDescription(
        key="smsc",
        translation_key="smsc",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.smsc,
        has_fn=lambda can: can.smsc,
    ),
    PortSensorDescription(
        key="cell",
        translation_key="cell",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.cell_id,
        has_fn=lambda can: can.cell,
        attributes_fn=lambda port: {"area_code": port.area_code},
    ),
)

LAST_SMS = SensorEntityDescription(key="last_sms", translation_key="last_sms")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of every port."""
    runtime = entry.runtime_data
    for port in runtime.ports.values():
        async_add_entities(
            PortSensor(entry, port, description)
            for description in SENSORS
            if description.has_fn(runtime.gateway.capabilities)
        )
        async_add_entities([LastSmsSensor(entry, port, LAST_SMS)])


class PortSensor(PortEntity, SensorEntity):
    """One field of a port's state."""

    entity_description: PortSensorDescription

    @property
    def native_value(self) -> StateType:
        """The field as it is now."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to the field."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.coordinator.data)


class LastSmsSensor(SmsEntity, RestoreSensor):
    """The last SMS that a port received; it stays true while the link is down."""

    _unrecorded_attributes = SMS_ATTRIBUTES

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

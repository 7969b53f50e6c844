"""Sensors that each read one field of a port's state: radio and SIM."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    SIGNAL_STRENGTH_DECIBELS,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfInformation,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.helpers.typing import StateType

from ..entity import PortEntity
from ..gateways.capabilities import Capabilities
from ..gateways.models import AccessTechnology, PortState, Registration, SimState


@dataclass(frozen=True, kw_only=True)
class PortSensorDescription(SensorEntityDescription):
    """A sensor that reads one field of a port, where the gateway can tell it at all.

    What may never be told comes with `when_told`, and then exists once it was.
    """

    value_fn: Callable[[PortState], StateType | Decimal]
    has_fn: Callable[[Capabilities], bool] = lambda _: True
    when_told: bool = False
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
        key="sinr",
        translation_key="sinr",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.sinr,
        has_fn=lambda can: can.sinr,
    ),
    PortSensorDescription(
        key="registration",
        translation_key="registration",
        device_class=SensorDeviceClass.ENUM,
        options=[value.value for value in Registration],
        value_fn=lambda port: port.registration,
        has_fn=lambda can: can.registration,
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
        key="queue_length",
        translation_key="queue_length",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.queue_length,
        has_fn=lambda can: can.queue,
    ),
    PortSensorDescription(
        key="network_time_offset",
        translation_key="network_time_offset",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.network_time_offset,
        has_fn=lambda can: can.network_time,
    ),
    PortSensorDescription(
        key="imei",
        translation_key="imei",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.imei,
        when_told=True,
    ),
    PortSensorDescription(
        key="imsi",
        translation_key="imsi",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.imsi,
        when_told=True,
    ),
    PortSensorDescription(
        key="iccid",
        translation_key="iccid",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.iccid,
        when_told=True,
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
    PortSensorDescription(
        key="temperature",
        translation_key="modem_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.temperature,
        has_fn=lambda can: can.temperature,
    ),
    PortSensorDescription(
        key="data_sent",
        translation_key="data_sent",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.MEGABYTES,
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.data_sent,
        has_fn=lambda can: can.data_usage,
    ),
    PortSensorDescription(
        key="data_received",
        translation_key="data_received",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        suggested_unit_of_measurement=UnitOfInformation.MEGABYTES,
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.data_received,
        has_fn=lambda can: can.data_usage,
    ),
)


def told(
    descriptions: Iterable[PortSensorDescription], can: Capabilities, port: PortState
) -> Iterator[PortSensorDescription]:
    """Choose what a gateway can tell of a port, and has told where that is not known before."""
    for description in descriptions:
        is_awaited = description.when_told or can.reports_vary
        if description.has_fn(can) and not (is_awaited and description.value_fn(port) is None):
            yield description


class PortSensor(PortEntity, SensorEntity):
    """One field of a port's state."""

    entity_description: PortSensorDescription

    @property
    @override
    def native_value(self) -> StateType | Decimal:
        """The field as it is now."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to the field."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.coordinator.data)

"""Sensors of a gateway as a whole."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory
from homeassistant.helpers.typing import StateType

from ..entity import GatewayEntity
from ..gateways.models import GatewayState
from ..offers import Offer


@dataclass(frozen=True, kw_only=True)
class GatewaySensorDescription(SensorEntityDescription):
    """A sensor that reads one field of a gateway, and exists once that was told.

    What is `measured` is not true any more while there is no link.
    """

    value_fn: Callable[[GatewayState], StateType | datetime]
    measured: bool = False
    attributes_fn: Callable[[GatewayState], Mapping[str, Any]] | None = None


SENSORS: Final = (
    GatewaySensorDescription(
        key="ports_registered",
        translation_key="ports_registered",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda state: state.ports_registered,
        measured=True,
        attributes_fn=lambda state: {"total": state.ports_total},
    ),
    GatewaySensorDescription(
        key="last_report",
        translation_key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.last_report,
    ),
    GatewaySensorDescription(
        key="firmware",
        translation_key="firmware",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.firmware,
    ),
    GatewaySensorDescription(
        key="ip_address",
        translation_key="ip_address",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda state: state.ip_address,
    ),
)


def gateway_sensors(state: GatewayState) -> Iterator[Offer]:
    """Offer what is told."""
    for description in SENSORS:
        if description.value_fn(state) is not None:
            yield description, GatewaySensor


class GatewaySensor(GatewayEntity, SensorEntity):
    """One field of a gateway's state."""

    entity_description: GatewaySensorDescription

    @property
    @override
    def available(self) -> bool:
        """Whether it is true now."""
        return self.coordinator.connected or not self.entity_description.measured

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The field as it is now."""
        return self.entity_description.value_fn(self.coordinator.data)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What belongs to the field."""
        attributes_fn = self.entity_description.attributes_fn
        return None if attributes_fn is None else attributes_fn(self.coordinator.data)

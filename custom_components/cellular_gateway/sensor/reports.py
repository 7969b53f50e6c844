"""Sensors of what a gateway of many ports reports of each: status, allowances, traffic, slots."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfInformation, UnitOfTime
from homeassistant.helpers.typing import StateType

from ..coordinator import GatewayConfigEntry
from ..entity import MAX_STATE, PortEntity
from ..gateways.models import PortState
from ..gateways.port_reports import Period, PortStatus, SlotState, TrafficPeriod, UsageKind
from ..offers import Offer
from ..ports import PortCoordinator
from .balance import BALANCE, reported_currency
from .port import PortSensorDescription

_STATUSES: Final = [status.value for status in PortStatus]

# A port tells what the SIM in use has counted. Taken for a total, another SIM with a smaller count
# would be one that began anew, and all that the first one had counted be added on the way back.
_OF_SIM: Final = SensorStateClass.MEASUREMENT

# What counts against an allowance is looked at by the month; the rest is there for whoever wants.
_SHOWN_PERIODS: Final = frozenset({Period.MONTH})
_SHOWN_TRAFFIC: Final = frozenset({TrafficPeriod.TOTAL})


def _usage(kind: UsageKind, period: Period) -> PortSensorDescription:
    """Describe what a gateway counts; how much is allowed is an attribute."""
    is_time = kind is UsageKind.CALL_MINUTES

    def allowed(port: PortState) -> dict[str, int | None]:
        usage = port.usage.get((kind, period))
        return {"allowed": usage.allowed if usage else None}

    return PortSensorDescription(
        key=f"{kind}_{period}",
        translation_key=f"{kind}_{period}",
        device_class=SensorDeviceClass.DURATION if is_time else None,
        native_unit_of_measurement=UnitOfTime.MINUTES if is_time else None,
        state_class=_OF_SIM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=period in _SHOWN_PERIODS,
        value_fn=lambda port: usage.used if (usage := port.usage.get((kind, period))) else None,
        when_told=True,
        attributes_fn=allowed,
    )


def _traffic(period: TrafficPeriod) -> PortSensorDescription:
    """Describe the mobile data of a period."""
    return PortSensorDescription(
        key=f"traffic_{period}",
        translation_key=f"traffic_{period}",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.MEGABYTES,
        state_class=_OF_SIM,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=period in _SHOWN_TRAFFIC,
        value_fn=lambda port: port.traffic.get(period),
        when_told=True,
    )


REPORTS: Final = (
    PortSensorDescription(
        key="status",
        translation_key="port_status",
        device_class=SensorDeviceClass.ENUM,
        options=_STATUSES,
        value_fn=lambda port: port.status,
        when_told=True,
        attributes_fn=lambda port: {"remote_sim": port.remote_sim},
    ),
    PortSensorDescription(
        key="active_slot",
        translation_key="active_slot",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda port: port.active_slot,
        has_fn=lambda can: not can.select_slot,
        when_told=True,
    ),
    PortSensorDescription(
        key="last_url",
        translation_key="last_url",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda port: port.last_url[:MAX_STATE] if port.last_url else None,
        when_told=True,
    ),
    *(_usage(kind, period) for kind in UsageKind for period in Period),
    *(_traffic(period) for period in TrafficPeriod),
)


@dataclass(frozen=True, kw_only=True)
class SlotSensorDescription(SensorEntityDescription):
    """A sensor of the SIM in one of the slots of a port."""

    value_fn: Callable[[SlotState], StateType | Decimal]


SLOT_SENSORS: Final = (
    SlotSensorDescription(
        key="slot_status",
        translation_key="slot_status",
        device_class=SensorDeviceClass.ENUM,
        options=_STATUSES,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda slot: slot.status,
    ),
    SlotSensorDescription(
        key="slot_balance",
        translation_key="slot_balance",
        device_class=SensorDeviceClass.MONETARY,
        state_class=SensorStateClass.TOTAL,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda slot: slot.balance,
    ),
)


def reported(port: PortState, *, asked: bool) -> Iterator[Offer]:
    """Offer what is told of the balance of a port, and of the SIMs in its slots.

    Where the operator is `asked` for the balance, that sensor shows the reported one too.
    """
    if port.balance is not None and not asked:
        yield BALANCE, ReportedBalanceSensor
    for number, slot in port.slots.items():
        for description in SLOT_SENSORS:
            if description.value_fn(slot) is not None:
                key = f"slot_{number}_{description.key.removeprefix('slot_')}"
                yield replace(description, key=key), partial(SlotSensor, number)


class _MoneySensor(PortEntity, SensorEntity):
    """A sensor that may show an amount, in the currency that a person has named."""

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """The currency of the SIMs; the gateway tells an amount and no currency."""
        if self.device_class is not SensorDeviceClass.MONETARY:
            return None
        return reported_currency(self.coordinator.config_entry)


class ReportedBalanceSensor(_MoneySensor):
    """The credit of the SIM in use, as the gateway reports it."""

    @property
    @override
    def native_value(self) -> Decimal | None:
        """The amount."""
        return self.coordinator.data.balance


class SlotSensor(_MoneySensor):
    """One field of the SIM in a slot."""

    entity_description: SlotSensorDescription

    def __init__(
        self,
        number: int,
        entry: GatewayConfigEntry,
        port: PortCoordinator,
        description: SlotSensorDescription,
    ) -> None:
        """Stand for the slot with this number."""
        super().__init__(entry, port, description)
        self._attr_translation_placeholders = {"slot": str(number)}
        self._number = number

    @property
    @override
    def native_value(self) -> StateType | Decimal:
        """The field as it is now."""
        slot = self.coordinator.data.slots.get(self._number)
        return None if slot is None else self.entity_description.value_fn(slot)

"""Binary sensors of a tracked device."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from ..coordinator import GatewayConfigEntry
from ..devices.reading import Alarm
from ..devices.vocabulary import Command
from ..entity import TrackedDeviceEntity
from ..tracked_device import TrackedDevice


@dataclass(frozen=True, kw_only=True)
class DeviceBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor that exists where the family can tell the field."""

    field: str
    value_fn: Callable[[TrackedDevice], bool | None]


def _connected(device: TrackedDevice) -> bool | None:
    """Tell whether it is assumed to be connected; unknown where it was never asked to."""
    return None if device.always_connected else device.data.connected_until is not None


SENSORS: Final = (
    DeviceBinarySensorDescription(
        key="connected",
        translation_key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        field="cloud",
        value_fn=_connected,
    ),
    DeviceBinarySensorDescription(
        key="data_connected",
        translation_key="data_connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        field="data_connected",
        value_fn=lambda device: device.data.values.data_connected,
    ),
    DeviceBinarySensorDescription(
        key="gps_fix",
        translation_key="gps_fix",
        entity_category=EntityCategory.DIAGNOSTIC,
        field="gps_fix",
        value_fn=lambda device: device.data.values.gps_fix,
    ),
    DeviceBinarySensorDescription(
        key="ignition",
        translation_key="ignition",
        device_class=BinarySensorDeviceClass.RUNNING,
        field="ignition",
        value_fn=lambda device: device.data.values.ignition,
    ),
    DeviceBinarySensorDescription(
        key="charging",
        device_class=BinarySensorDeviceClass.BATTERY_CHARGING,
        entity_category=EntityCategory.DIAGNOSTIC,
        field="charging",
        value_fn=lambda device: device.data.values.charging,
    ),
    DeviceBinarySensorDescription(
        key="external_power",
        translation_key="external_power",
        device_class=BinarySensorDeviceClass.POWER,
        entity_category=EntityCategory.DIAGNOSTIC,
        field="external_power",
        value_fn=lambda device: device.data.values.external_power,
    ),
)

INPUT: Final = BinarySensorEntityDescription(key="input", translation_key="input")
RELAY: Final = BinarySensorEntityDescription(key="relay", translation_key="relay")

_ALARM_CLASSES: Final = {
    Alarm.DOOR: BinarySensorDeviceClass.DOOR,
    Alarm.MOVEMENT: BinarySensorDeviceClass.MOVING,
    Alarm.SHOCK: BinarySensorDeviceClass.VIBRATION,
}
ALARMS: Final = {
    alarm: BinarySensorEntityDescription(
        key=f"alarm_{alarm}",
        translation_key=f"alarm_{alarm}",
        device_class=_ALARM_CLASSES.get(alarm, BinarySensorDeviceClass.PROBLEM),
    )
    for alarm in Alarm
}


def device_binary_sensors(
    entry: GatewayConfigEntry, device: TrackedDevice
) -> list[DeviceBinarySensor | DeviceAlarmSensor | DeviceInputSensor | DeviceRelaySensor]:
    """Return the binary sensors of a device, by what its family can tell."""
    family, variant = device.family, device.family.variant(device.settings.variant)
    found: list[DeviceBinarySensor | DeviceAlarmSensor | DeviceInputSensor | DeviceRelaySensor] = [
        DeviceBinarySensor(entry, device, description)
        for description in SENSORS
        if description.field in family.yields
    ]
    found += [DeviceAlarmSensor(entry, device, alarm) for alarm in sorted(family.alarms)]
    found += [DeviceInputSensor(entry, device, number + 1) for number in range(variant.inputs)]
    if Command.SWITCH_RELAY not in variant.commands:
        found += [DeviceRelaySensor(entry, device, number + 1) for number in range(variant.relays)]
    return found


class DeviceBinarySensor(TrackedDeviceEntity, BinarySensorEntity):
    """One field of what is known of a device."""

    entity_description: DeviceBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """The field as it was last told."""
        return self.entity_description.value_fn(self.coordinator)


class DeviceAlarmSensor(TrackedDeviceEntity, BinarySensorEntity):
    """An alarm: on when its SMS comes, for ten minutes, as no device tells that it is over."""

    def __init__(self, entry: GatewayConfigEntry, device: TrackedDevice, alarm: Alarm) -> None:
        """Stand for one sort of alarm."""
        super().__init__(entry, device, ALARMS[alarm])
        self._alarm = alarm

    @property
    @override
    def is_on(self) -> bool:
        """Whether it was raised of late."""
        return self._alarm in self.coordinator.data.alarms


class DeviceInputSensor(TrackedDeviceEntity, BinarySensorEntity):
    """An input: on when the device has told that it is in alarm."""

    def __init__(self, entry: GatewayConfigEntry, device: TrackedDevice, number: int) -> None:
        """Stand for the input with this number."""
        description = replace(INPUT, key=f"input_{number}")
        super().__init__(entry, device, description)
        self._attr_translation_placeholders = {"number": str(number)}
        self._number = number

    @property
    @override
    def is_on(self) -> bool | None:
        """What the device has told."""
        told = (self.coordinator.data.values.inputs or {}).get(self._number)
        return told.alarm if told else None


class DeviceRelaySensor(TrackedDeviceEntity, BinarySensorEntity):
    """A relay that cannot be switched by SMS, as the device has told it."""

    def __init__(self, entry: GatewayConfigEntry, device: TrackedDevice, number: int) -> None:
        """Stand for the relay with this number."""
        super().__init__(entry, device, replace(RELAY, key=f"relay_{number}"))
        self._attr_translation_placeholders = {"number": str(number)}
        self._number = number

    @property
    @override
    def is_on(self) -> bool | None:
        """What the device has told."""
        return (self.coordinator.data.values.relays or {}).get(self._number)

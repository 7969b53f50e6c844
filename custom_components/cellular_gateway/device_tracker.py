"""Where tracked devices are, by the last answer that told a place."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.components.device_tracker.entity import TrackerEntity, TrackerEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .devices.reading import Position
from .entity import TrackedDeviceEntity
from .offers import async_add_of_devices

PARALLEL_UPDATES = 0

POSITION: Final = TrackerEntityDescription(key="position", translation_key="position")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a tracker for every device whose family tells places."""
    async_add_of_devices(
        entry,
        async_add_entities,
        Platform.DEVICE_TRACKER,
        lambda device: (
            [DevicePosition(entry, device, POSITION)] if "position" in device.family.yields else []
        ),
    )


class DevicePosition(TrackedDeviceEntity, TrackerEntity):
    """The last fix; an answer without one never moves it."""

    _attr_name = None

    @property
    @override
    def force_update(self) -> bool:
        """Not written again by what tells no new fix."""
        return False

    @property
    def _position(self) -> Position | None:
        """The last fix."""
        return self.coordinator.data.values.position

    @property
    @override
    def latitude(self) -> float | None:
        """Degrees, WGS 84."""
        return self._position.latitude if self._position else None

    @property
    @override
    def longitude(self) -> float | None:
        """Degrees, WGS 84."""
        return self._position.longitude if self._position else None

    @property
    @override
    def location_accuracy(self) -> float:
        """Metres; 0 where the device reports none."""
        position = self._position
        return position.accuracy if position and position.accuracy is not None else 0

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """What else the fix told."""
        if (position := self._position) is None:
            return None
        return {
            "fix_time": position.time.isoformat() if position.time else None,
            "altitude": position.altitude,
            "course": position.course,
            "satellites": position.satellites,
        }

"""Alarm controllers reached by SMS: armed is what the device has confirmed."""

from typing import Final, override

from homeassistant.components.alarm_control_panel import (
    AlarmControlPanelEntity,
    AlarmControlPanelEntityDescription,
)
from homeassistant.components.alarm_control_panel.const import (
    AlarmControlPanelEntityFeature,
    AlarmControlPanelState,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .devices.vocabulary import Command
from .entity import TrackedDeviceEntity
from .offers import async_add_of_devices

PARALLEL_UPDATES = 0

ALARM: Final = AlarmControlPanelEntityDescription(key="alarm", name=None)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add every device that can be armed."""
    async_add_of_devices(
        entry,
        async_add_entities,
        Platform.ALARM_CONTROL_PANEL,
        lambda device: (
            [DeviceAlarm(entry, device, ALARM)] if Command.ARM in device.commands else []
        ),
    )


class DeviceAlarm(TrackedDeviceEntity, AlarmControlPanelEntity):
    """An alarm controller; the device has its own password, so no code is asked for."""

    _attr_code_arm_required = False
    _attr_supported_features = AlarmControlPanelEntityFeature.ARM_AWAY

    @property
    @override
    def alarm_state(self) -> AlarmControlPanelState | None:
        """What the device has confirmed; unknown until it has told."""
        armed = self.coordinator.data.values.armed
        if armed is None:
            return None
        if armed:
            return AlarmControlPanelState.ARMED_AWAY
        return AlarmControlPanelState.DISARMED

    @override
    async def async_alarm_arm_away(self, code: str | None = None) -> None:
        """Ask the device to arm."""
        await self.coordinator.send(Command.ARM)

    @override
    async def async_alarm_disarm(self, code: str | None = None) -> None:
        """Ask the device to disarm."""
        await self.coordinator.send(Command.DISARM)

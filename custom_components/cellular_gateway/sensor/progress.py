"""How far a gateway is with telling many tracked devices something."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import PERCENTAGE, EntityCategory

from ..coordinator import GatewayConfigEntry
from ..entity import GatewayEntity
from ..offers import Offer

PROGRESS: Final = SensorEntityDescription(
    key="commands_progress",
    translation_key="commands_progress",
    native_unit_of_measurement=PERCENTAGE,
    entity_category=EntityCategory.DIAGNOSTIC,
)


def progress_sensors(entry: GatewayConfigEntry) -> Iterator[Offer]:
    """Offer the progress where there are several devices to be told something."""
    if len(entry.runtime_data.devices) > 1:
        yield PROGRESS, ProgressSensor


class ProgressSensor(GatewayEntity, SensorEntity):
    """The part of the devices that were tried, of the last action that was for several."""

    @override
    async def async_added_to_hass(self) -> None:
        """Show each step."""
        await super().async_added_to_hass()
        broadcast = self.coordinator.config_entry.runtime_data.broadcast
        self.async_on_remove(broadcast.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def native_value(self) -> int | None:
        """The part in percent; unknown until there was such an action."""
        return self.coordinator.config_entry.runtime_data.broadcast.progress.percentage

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """How many devices there are, and how many went well, failed or were given up."""
        return asdict(self.coordinator.config_entry.runtime_data.broadcast.progress)

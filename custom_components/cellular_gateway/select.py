"""Selects: which SIM a port uses."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .entity import PortEntity
from .errors import translated
from .gateways.models import PortState
from .offers import Offer, async_add_of_ports

PARALLEL_UPDATES = 0

SLOT: Final = SelectEntityDescription(
    key="slot", translation_key="slot", entity_category=EntityCategory.CONFIG
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a select for every port that has a choice of slots."""
    can = entry.runtime_data.gateway.capabilities

    def of_port(port: PortState) -> Iterator[Offer]:
        if can.select_slot and len(port.slots) > 1:
            yield SLOT, SlotSelect

    async_add_of_ports(entry, async_add_entities, of_port)


class SlotSelect(PortEntity, SelectEntity):
    """The slot whose SIM a port uses."""

    @property
    @override
    def options(self) -> list[str]:
        """The slots by their numbers."""
        return [str(number) for number in sorted(self.coordinator.data.slots)]

    @property
    @override
    def current_option(self) -> str | None:
        """The slot in use; None too while a SIM from elsewhere is used."""
        slot = self.coordinator.data.active_slot
        return None if slot is None else str(slot)

    @override
    async def async_select_option(self, option: str) -> None:
        """Use another slot, or tell why that cannot be done; then ask what has become of it."""
        runtime = self.coordinator.config_entry.runtime_data
        with translated():
            await runtime.gateway.select_slot(self.port, int(option))
        await runtime.coordinator.async_request_refresh()

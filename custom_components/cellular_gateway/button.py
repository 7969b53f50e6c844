"""The button that restarts a modem."""

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.button.const import ButtonDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .entity import PortEntity
from .errors import action_error
from .gateways.errors import GatewayError

PARALLEL_UPDATES = 1

RESTART = ButtonEntityDescription(
    key="restart",
    translation_key="restart",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a restart button to every port of a gateway that can restart them."""
    runtime = entry.runtime_data
    if runtime.gateway.capabilities.restart_port:
        async_add_entities(RestartButton(entry, port, RESTART) for port in runtime.ports.values())


class RestartButton(PortEntity, ButtonEntity):
    """Restarts the radio of a port; available above all when something is wrong."""

    @property
    def available(self) -> bool:
        """Always."""
        return True

    async def async_press(self) -> None:
        """Restart, or tell why that cannot be done."""
        try:
            await self.coordinator.config_entry.runtime_data.gateway.restart_port(self.port)
        except GatewayError as err:
            raise action_error(err) from err

"""Binary sensors: is the gateway connected, is a port roaming."""

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .entity import GatewayEntity, PortEntity
from .gateways.models import Registration

PARALLEL_UPDATES = 0

CONNECTED = BinarySensorEntityDescription(
    key="connected",
    translation_key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
ROAMING = BinarySensorEntityDescription(
    key="roaming", translation_key="roaming", entity_category=EntityCategory.DIAGNOSTIC
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of the gateway and of every port."""
    ports = entry.runtime_data.ports.values()
    async_add_entities([ConnectedSensor(entry, CONNECTED)])
    async_add_entities(RoamingSensor(entry, port, ROAMING) for port in ports)


class ConnectedSensor(GatewayEntity, BinarySensorEntity):
    """Whether the link to the gateway stands."""

    @property
    def is_on(self) -> bool:
        """The link as it is now."""
        return self.coordinator.connected


class RoamingSensor(PortEntity, BinarySensorEntity):
    """Whether the port is registered in a foreign network; unknown while in none."""

    @property
    def is_on(self) -> bool | None:
        """Roaming as the registration tells it."""
        registration: Registration | None = self.coordinator.data.registration
        if registration is None or not registration.registered:
            return None
        return registration.roaming

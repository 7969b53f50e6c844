"""What all entities share: unique ids, devices and availability."""

from abc import abstractmethod
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN, signal_sms_shown
from .coordinator import GatewayConfigEntry, GatewayCoordinator, PortCoordinator, texts_shown
from .messages.inbox import Announcement


def gateway_identifier(entry: GatewayConfigEntry) -> tuple[str, str]:
    """Identify the device of a gateway."""
    return (DOMAIN, entry.entry_id)


class GatewayEntity(CoordinatorEntity[GatewayCoordinator]):
    """An entity of the gateway as a whole; it stays available while the link is down."""

    _attr_has_entity_name = True

    def __init__(self, entry: GatewayConfigEntry, description: EntityDescription) -> None:
        """Belong to the gateway's device."""
        super().__init__(entry.runtime_data.coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={gateway_identifier(entry)})

    @property
    def available(self) -> bool:
        """Always: what it tells is true without a link too."""
        return True


class PortEntity(CoordinatorEntity[PortCoordinator]):
    """An entity of one port; unavailable while the link is down.

    The port of a gateway that has just one is the gateway's own device.
    """

    _attr_has_entity_name = True

    def __init__(
        self, entry: GatewayConfigEntry, port: PortCoordinator, description: EntityDescription
    ) -> None:
        """Belong to the port."""
        super().__init__(port)
        self.entity_description = description
        self.port = port.data.key
        self._attr_unique_id = f"{entry.entry_id}_{self.port}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={gateway_identifier(entry)})


class SmsEntity(PortEntity):
    """An entity that shows the messages of a port; always available, else it would miss one.

    A state change away from `unavailable` runs no automation on an event.
    """

    _signal_name = staticmethod(signal_sms_shown)

    def __init__(
        self, entry: GatewayConfigEntry, port: PortCoordinator, description: EntityDescription
    ) -> None:
        """Show texts as the entry's options say."""
        super().__init__(entry, port, description)
        self._signal = self._signal_name(entry.entry_id)
        self._show_texts = texts_shown(entry)

    @property
    def available(self) -> bool:
        """Always."""
        return True

    async def async_added_to_hass(self) -> None:
        """Hear of messages."""
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, self._signal, self._announced))

    @callback
    def _announced(self, announcement: Announcement) -> None:
        """Show a message of this port."""
        if announcement.message.port == self.port:
            attributes = announcement.attributes()
            if not self._show_texts:
                del attributes["text"]
            self._show(attributes)
            self.async_write_ha_state()

    @abstractmethod
    def _show(self, attributes: dict[str, Any]) -> None:
        """Take the attributes of a message; without `text` the user wants none shown."""


class SubentryEntity(Entity):
    """An entity of a subentry, which is a device behind its gateway."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: GatewayConfigEntry, subentry: ConfigSubentry, key: str) -> None:
        """Belong to the subentry's device; a changed number changes no id."""
        self.entry = entry
        self.subentry = subentry
        self._attr_unique_id = f"{entry.entry_id}_{subentry.subentry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            via_device_id=dr.async_get_device_id_by_identifier(
                entry.runtime_data.coordinator.hass,
                gateway_identifier(entry),
                config_entry_id=entry.entry_id,
            ),
        )

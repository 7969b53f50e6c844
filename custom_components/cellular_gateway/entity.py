"""What all entities share: unique ids, devices and availability."""

from abc import abstractmethod
from typing import Any, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import CONF_ENDPOINT, DOMAIN, signal_sms_shown
from .coordinator import GatewayConfigEntry, GatewayCoordinator, texts_shown
from .endpoints import EndpointCoordinator, endpoint_identifier, endpoint_unique_id
from .gateways.models import OutgoingSms
from .messages.inbox import Announcement
from .messages.routing import outgoing, recipient_names, whose
from .ports import PortCoordinator, port_identifier
from .tracked_device import TrackedDevice

# The longest state that Home Assistant keeps.
MAX_STATE = 255
HIDDEN_TEXT = "•••"


def gateway_identifier(entry: GatewayConfigEntry) -> tuple[str, str]:
    """Identify the device of a gateway."""
    return (DOMAIN, entry.entry_id)


def _gateway_device(entry: GatewayConfigEntry) -> str:
    """Return the id of the device of a gateway, which others stand behind."""
    return dr.async_get_device_id_by_identifier(
        entry.runtime_data.coordinator.hass,
        gateway_identifier(entry),
        config_entry_id=entry.entry_id,
    )


def _port_device(entry: GatewayConfigEntry, port: str) -> DeviceInfo:
    """Describe the device of a port, which is the gateway's own where that has just one."""
    coordinator = entry.runtime_data.coordinator
    if not coordinator.has_port_devices:
        return DeviceInfo(identifiers={gateway_identifier(entry)})
    return DeviceInfo(
        identifiers={port_identifier(entry, port)},
        translation_key="port",
        translation_placeholders={"title": entry.title, "port": port},
        via_device_id=_gateway_device(entry),
    )


def _stands_behind(entry: GatewayConfigEntry, subentry: ConfigSubentry) -> str:
    """Return the id of the device that a subentry stands behind: its endpoint's, or the gateway's.

    The endpoint's entities may come later than those of what stands behind it.
    """
    gateway = _gateway_device(entry)
    endpoints = entry.runtime_data.gateway.state.endpoints or {}
    if (state := endpoints.get(subentry.data.get(CONF_ENDPOINT, ""))) is None:
        return gateway
    registry = dr.async_get(entry.runtime_data.coordinator.hass)
    identifier = endpoint_identifier(entry, state.key)
    device = registry.async_get_device_by_identifier(identifier, entry.entry_id)
    if device is None:
        device = registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={identifier},
            name=state.name,
            via_device_id=gateway,
        )
    return device.id


def recipient_name(entry: GatewayConfigEntry, number: str | None) -> str | None:
    """Name the recipient whose number it is, None when it is nobody's."""
    names = recipient_names(entry, entry.runtime_data.outbox.country)
    return whose(names, number, None) if number else None


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
    @override
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
        self._attr_device_info = _port_device(entry, self.port)


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
    @override
    def available(self) -> bool:
        """Always."""
        return True

    @override
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


class EndpointEntity(CoordinatorEntity[EndpointCoordinator]):
    """An entity of one endpoint, which is a device behind its gateway; unavailable as a port's."""

    _attr_has_entity_name = True

    def __init__(
        self,
        entry: GatewayConfigEntry,
        endpoint: EndpointCoordinator,
        description: EntityDescription,
    ) -> None:
        """Belong to the endpoint; another name or SIM changes no id."""
        super().__init__(endpoint)
        state = endpoint.data
        self.entity_description = description
        self.endpoint = state.key
        self._attr_entity_registry_enabled_default = endpoint.is_enabled(description.key)
        self._attr_unique_id = endpoint_unique_id(entry, state.key, description.key)
        self._attr_device_info = DeviceInfo(
            identifiers={endpoint_identifier(entry, state.key)},
            name=state.name,
            serial_number=state.imei,
            via_device_id=_gateway_device(entry),
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state, unless the same was only learnt once more."""
        if self.coordinator.differs:
            super()._handle_coordinator_update()


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
            via_device_id=_stands_behind(entry, subentry),
        )

    def outgoing(self, text: str) -> OutgoingSms:
        """Address a text to whom the subentry is about."""
        return outgoing(self.subentry, text)


class TrackedDeviceEntity(CoordinatorEntity[TrackedDevice]):
    """An entity of a tracked device: what its last answer told, whatever the link does now."""

    _attr_has_entity_name = True

    def __init__(
        self, entry: GatewayConfigEntry, device: TrackedDevice, description: EntityDescription
    ) -> None:
        """Belong to the device, which stands behind its gateway."""
        super().__init__(device)
        subentry_id = device.subentry.subentry_id
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{subentry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry_id)},
            name=device.subentry.title,
            manufacturer=device.family.name,
            model=device.settings.model,
            via_device_id=_stands_behind(entry, device.subentry),
        )

    @property
    @override
    def available(self) -> bool:
        """Always: an answer stays true until the next."""
        return True

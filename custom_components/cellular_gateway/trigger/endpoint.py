"""The trigger on what happens to endpoints."""

from collections.abc import Mapping
from typing import Any, ClassVar, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, ATTR_NAME, CONF_TARGET, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.trigger import TriggerConfig
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..const import CONF_ENDPOINT, DOMAIN, signal_endpoint_event
from ..endpoints import (
    EVENT_TRANSLATION_KEY,
    endpoint_identifier,
    event_attributes,
    event_unique_id,
)
from ..gateways.endpoints import EndpointEvent, EndpointEventType
from .base import GatewayTrigger

ATTR_EVENT_TYPES = "event_types"
ATTR_REJECTED = "rejected"
ATTR_TYPE = "type"


class EndpointEventOccurred(GatewayTrigger[EndpointEvent]):
    """Fires for each event in the log of the endpoints in question; without a target, of all."""

    _signal = staticmethod(signal_endpoint_event)
    _description = "endpoint event"
    _beside: ClassVar[Mapping[vol.Marker, Any]] = {vol.Optional(CONF_TARGET): cv.TARGET_FIELDS}
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_EVENT_TYPES, default=list): vol.All(
            cv.ensure_list, [vol.In([*EndpointEventType])]
        ),
        vol.Optional(ATTR_REJECTED, default=False): cv.boolean,
    }

    @override
    @classmethod
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Look at the target too."""
        checked = await super().async_validate_config(hass, config)
        registry = er.async_get(hass)
        for entity_id in checked.get(CONF_TARGET, {}).get(ATTR_ENTITY_ID, ()):
            registered = registry.async_get(entity_id)
            # One that is not there yet may come.
            if registered is not None and not _is_event(registered):
                raise vol.Invalid(
                    f"{entity_id} is not the event entity of an endpoint",
                    [CONF_TARGET, ATTR_ENTITY_ID],
                )
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the target too."""
        super().__init__(hass, config)
        self._target = TargetSelection(config.target or {})

    @override
    def _attributes(self, entry: ConfigEntry, told: EndpointEvent) -> dict[str, Any]:
        """Return the event, and whose it is."""
        device = _device(self._hass, entry, told.endpoint)
        return {
            CONF_ENDPOINT: told.endpoint,
            ATTR_DEVICE_ID: device.id if device else None,
            ATTR_NAME: (device.name_by_user or device.name) if device else None,
            ATTR_TYPE: told.type.value,
            **event_attributes(told),
        }

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the type, at the rejection, and last at the target."""
        if attributes[ATTR_TYPE] not in (self._options[ATTR_EVENT_TYPES] or EndpointEventType):
            return False
        if self._options[ATTR_REJECTED] and not attributes[ATTR_REJECTED]:
            return False
        return not self._target.has_any_target or self._is_meant(entry, attributes[CONF_ENDPOINT])

    def _is_meant(self, entry: ConfigEntry, endpoint: str) -> bool:
        """Tell whether the target holds an endpoint, as areas and labels are now.

        Home Assistant would list all entities of the target for that, of thousands of endpoints
        for each event.
        """
        target, registry = self._target, er.async_get(self._hass)
        entity_id = registry.async_get_entity_id(
            Platform.EVENT, DOMAIN, event_unique_id(entry, endpoint)
        )
        entity = registry.async_get(entity_id) if entity_id else None
        device = _device(self._hass, entry, endpoint)
        area_id = (entity and entity.area_id) or (device and device.area_id)
        area = ar.async_get(self._hass).async_get_area(area_id) if area_id else None
        labels = {label for found in (entity, device, area) if found for label in found.labels}
        return (
            entity_id in target.entity_ids
            or (device is not None and device.id in target.device_ids)
            or area_id in target.area_ids
            or (area is not None and area.floor_id in target.floor_ids)
            or not labels.isdisjoint(target.label_ids)
        )


def _is_event(entity: er.RegistryEntry) -> bool:
    """Tell whether an entity is the event entity of an endpoint."""
    return (
        entity.platform == DOMAIN
        and entity.domain == Platform.EVENT
        and entity.translation_key == EVENT_TRANSLATION_KEY
    )


def _device(hass: HomeAssistant, entry: ConfigEntry, endpoint: str) -> dr.DeviceEntry | None:
    """Find the device of an endpoint."""
    identifier = endpoint_identifier(entry, endpoint)
    return dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)

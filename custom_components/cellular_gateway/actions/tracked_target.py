"""Which tracked devices an action is for: named, or found by their labels, areas and floors."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, target

from ..const import DOMAIN, SUBENTRY_TRACKED_DEVICE
from ..coordinator import GatewayConfigEntry
from ..errors import action_error
from ..gateways.errors import GatewayConnectionError, Reason
from ..tracked_device import TrackedDevice


@dataclass(frozen=True, slots=True)
class Targets:
    """The tracked devices that are meant, by their device ids.

    `away` are the names of those whose gateway is not set up at the moment.
    """

    devices: dict[str, TrackedDevice]
    away: dict[str, str]


def async_tracked_device(hass: HomeAssistant, device_id: str) -> TrackedDevice:
    """Return the tracked device of a device.

    Raises `ServiceValidationError` where it is none, and `HomeAssistantError` while its gateway is
    not set up.
    """
    if (found := _find(hass, device_id)) is None:
        if _name_of_away(hass, device_id) is not None:
            raise action_error(GatewayConnectionError(Reason.NOT_CONNECTED))
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_tracked_device"
        )
    return found


def async_tracked_devices(call: ServiceCall) -> Targets:
    """Return the tracked devices that are meant, each once.

    Those that are named come first, in that order, then the others by name. Raises
    `ServiceValidationError` for a device that is named and is none, and where there are none at
    all; what else has a label or lies in an area is not meant.
    """
    selected = target.async_extract_referenced_entity_ids(
        call.hass, target.TargetSelection(dict(call.data))
    )
    named = list(dict.fromkeys([*_named(call), *_of_entities(call.hass, selected.referenced)]))
    away = {
        device_id: name
        for device_id in (*named, *sorted(selected.referenced_devices))
        if (name := _name_of_away(call.hass, device_id)) is not None
    }
    found = {
        device_id: async_tracked_device(call.hass, device_id)
        for device_id in named
        if device_id not in away
        and (device_id in selected.referenced_devices or selected.referenced)
    }
    others = {
        device_id: device
        for device_id in selected.referenced_devices - found.keys()
        if (device := _find(call.hass, device_id)) is not None
    }
    found |= dict(sorted(others.items(), key=lambda item: (item[1].subentry.title, item[0])))
    if not (found or away):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_tracked_device")
    return Targets(found, away)


def _named(call: ServiceCall) -> list[str]:
    """Return the devices that are named; one word means none of them."""
    ids = call.data.get(ATTR_DEVICE_ID, [])
    return ids if isinstance(ids, list) else []


def _of_entities(hass: HomeAssistant, entity_ids: set[str]) -> Iterator[str]:
    """Name the devices of entities that are named."""
    registry = er.async_get(hass)
    for entity_id in sorted(entity_ids):
        entity = registry.async_get(entity_id)
        yield (entity.device_id if entity else None) or entity_id


def _find(hass: HomeAssistant, device_id: str) -> TrackedDevice | None:
    """Look a tracked device up; there is none while its gateway is not set up."""
    names = _identifiers(hass, device_id)
    entries: list[GatewayConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        for name in names & entry.runtime_data.devices.keys():
            return entry.runtime_data.devices[name]
    return None


def _name_of_away(hass: HomeAssistant, device_id: str) -> str | None:
    """Return the name of a tracked device whose gateway is wanted, but not set up."""
    names = _identifiers(hass, device_id)
    for entry in hass.config_entries.async_entries(DOMAIN, include_disabled=False):
        if entry.state is ConfigEntryState.LOADED:
            continue
        for subentry in entry.get_subentries_of_type(SUBENTRY_TRACKED_DEVICE):
            if subentry.subentry_id in names:
                return subentry.title
    return None


def _identifiers(hass: HomeAssistant, device_id: str) -> set[str]:
    """Return what we call a device."""
    device = dr.async_get(hass).async_get(device_id)
    return {name for domain, name in device.identifiers if domain == DOMAIN} if device else set()

"""Which tracked devices an action is for: named, or found by their labels, areas and floors."""

from collections.abc import Iterator

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, target

from ..const import DOMAIN
from ..coordinator import GatewayConfigEntry
from ..tracked_device import TrackedDevice


def async_tracked_device(hass: HomeAssistant, device_id: str) -> TrackedDevice:
    """Return the tracked device of a device; raises `ServiceValidationError` where it is none."""
    if (found := _find(hass, device_id)) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_tracked_device"
        )
    return found


def async_tracked_devices(call: ServiceCall) -> dict[str, TrackedDevice]:
    """Return the tracked devices that are meant by their device ids, each once.

    Those that are named come first, in that order, then the others by name. Raises
    `ServiceValidationError` for a device that is named and is none, and where there are none at
    all; what else has a label or lies in an area is not meant.
    """
    selected = target.async_extract_referenced_entity_ids(
        call.hass, target.TargetSelection(dict(call.data))
    )
    named = list(dict.fromkeys([*_named(call), *_of_entities(call.hass, selected.referenced)]))
    found = {
        device_id: async_tracked_device(call.hass, device_id)
        for device_id in named
        if device_id in selected.referenced_devices or selected.referenced
    }
    others = {
        device_id: device
        for device_id in selected.referenced_devices - found.keys()
        if (device := _find(call.hass, device_id)) is not None
    }
    found |= dict(sorted(others.items(), key=lambda item: (item[1].subentry.title, item[0])))
    if not found:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_tracked_device")
    return found


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
    device = dr.async_get(hass).async_get(device_id)
    entries: list[GatewayConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    names = {name for domain, name in device.identifiers if domain == DOMAIN} if device else set()
    for entry in entries:
        for name in names & entry.runtime_data.devices.keys():
            return entry.runtime_data.devices[name]
    return None

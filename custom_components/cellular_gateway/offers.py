"""How platforms add their entities: each when there is something that it can tell."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .coordinator import GatewayConfigEntry
from .endpoints import EndpointCoordinator
from .gateways.endpoints import EndpointState
from .gateways.models import GatewayState, PortState
from .ports import PortCoordinator
from .tracked_device import TrackedDevice

# What an entity is about, and the class of the entity.
type Offer = tuple[EntityDescription, Callable[..., Entity]]

# Thousands of endpoints are added in pieces that keep nobody waiting.
_AT_ONCE = 20


@callback
def async_add_of_devices(
    entry: GatewayConfigEntry,
    add: AddConfigEntryEntitiesCallback,
    platform: Platform,
    entities_of: Callable[[TrackedDevice], Iterable[Entity]],
) -> None:
    """Add the entities that every tracked device has on a platform.

    What a device had before its family or model was changed is forgotten.
    """
    devices = entry.runtime_data.devices
    entities = {subentry_id: list(entities_of(device)) for subentry_id, device in devices.items()}
    known = {entity.unique_id for found in entities.values() for entity in found}
    registry = er.async_get(entry.runtime_data.coordinator.hass)
    for registered in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (
            registered.config_subentry_id in devices
            and registered.domain == platform
            and registered.unique_id not in known
        ):
            registry.async_remove(registered.entity_id)
    for subentry_id, found in entities.items():
        add(found, config_subentry_id=subentry_id)


@callback
def async_add_of_gateway(
    entry: GatewayConfigEntry,
    add: AddConfigEntryEntitiesCallback,
    offers: Callable[[GatewayState], Iterable[Offer]],
) -> None:
    """Add the entities of the gateway as a whole, each once there is something that it can tell."""
    coordinator = entry.runtime_data.coordinator

    def make(description: EntityDescription, kind: Callable[..., Entity]) -> Entity:
        return kind(entry, description)

    _add_when_offered(entry, coordinator, add, offers, make)


@callback
def async_add_of_ports(
    entry: GatewayConfigEntry,
    add: AddConfigEntryEntitiesCallback,
    offers: Callable[[PortState], Iterable[Offer]],
) -> None:
    """Add the entities of every port, also of those that appear later, as with the gateway's."""

    @callback
    def follow(port: PortCoordinator) -> None:
        def make(description: EntityDescription, kind: Callable[..., Entity]) -> Entity:
            return kind(entry, port, description)

        _add_when_offered(entry, port, add, offers, make)

    coordinator = entry.runtime_data.coordinator
    for port in list(coordinator.ports.values()):
        follow(port)
    entry.async_on_unload(coordinator.async_add_port_listener(follow))


async def async_add_of_endpoints(
    entry: GatewayConfigEntry,
    add: AddConfigEntryEntitiesCallback,
    platform: Platform,
    offers: Callable[[EndpointState], Iterable[Offer]],
) -> None:
    """Add the entities of every endpoint, also of those that appear later, as with the ports'.

    Of very many endpoints only the most important entities are there.
    """

    @callback
    def follow(endpoint: EndpointCoordinator) -> None:
        def make(description: EntityDescription, kind: Callable[..., Entity]) -> Entity:
            return kind(entry, endpoint, description)

        def offered(state: EndpointState) -> Iterator[Offer]:
            for offer in offers(state):
                if endpoint.has_entity(platform, offer[0].key):
                    yield offer

        _add_when_offered(entry, endpoint, add, offered, make)

    endpoints = entry.runtime_data.coordinator.endpoints
    known = list(endpoints.items())
    entry.async_on_unload(endpoints.async_add_listener(follow))
    for number, (key, endpoint) in enumerate(known, 1):
        if endpoints.get(key) is endpoint:
            follow(endpoint)
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)


def _add_when_offered[State](
    entry: GatewayConfigEntry,
    coordinator: DataUpdateCoordinator[State],
    add: AddConfigEntryEntitiesCallback,
    offers: Callable[[State], Iterable[Offer]],
    make: Callable[[EntityDescription, Callable[..., Entity]], Entity],
) -> None:
    """Add what is offered of a state, now and whenever more is."""
    added: set[str] = set()

    @callback
    def look() -> None:
        new = [offer for offer in offers(coordinator.data) if offer[0].key not in added]
        added.update(description.key for description, _ in new)
        if new:
            add([make(description, kind) for description, kind in new])

    look()
    entry.async_on_unload(coordinator.async_add_listener(look))

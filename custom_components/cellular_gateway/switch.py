"""Relays of tracked devices, the locks of SIMs, and what endpoints may do.

They show what was confirmed, never what was merely asked.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .devices.vocabulary import Command
from .entity import EndpointEntity, PortEntity, TrackedDeviceEntity
from .errors import translated
from .gateways.base import Gateway
from .gateways.endpoints import EndpointState, SimStatus
from .gateways.models import PortState
from .gateways.port_reports import PortStatus
from .offers import Offer, async_add_of_devices, async_add_of_endpoints, async_add_of_ports
from .tracked_device import TrackedDevice

PARALLEL_UPDATES = 0

RELAY: Final = SwitchEntityDescription(key="relay", translation_key="relay")
LOCK: Final = SwitchEntityDescription(
    key="sim_locked", translation_key="sim_locked", entity_category=EntityCategory.CONFIG
)


@dataclass(frozen=True, kw_only=True)
class EndpointSwitchDescription(SwitchEntityDescription):
    """What can be switched of an endpoint: how it is, and how it is done by the endpoint's key."""

    is_on_fn: Callable[[EndpointState], bool | None]
    switch_fn: Callable[[Gateway, str, bool], Awaitable[None]]


def _sim_active(state: EndpointState) -> bool | None:
    """Tell whether the SIM is activated, and so paid for."""
    return None if state.sim_status is None else state.sim_status is SimStatus.ACTIVATED


ENDPOINT_SWITCHES: Final = (
    EndpointSwitchDescription(
        key="enabled",
        translation_key="endpoint_enabled",
        entity_category=EntityCategory.CONFIG,
        is_on_fn=lambda state: state.enabled,
        switch_fn=lambda gateway, key, on: gateway.set_endpoint_enabled(key, enabled=on),
    ),
    EndpointSwitchDescription(
        key="sim_active",
        translation_key="sim_active",
        entity_category=EntityCategory.CONFIG,
        is_on_fn=_sim_active,
        switch_fn=lambda gateway, key, on: gateway.set_sim_active(key, active=on),
    ),
)

_LOCKED: Final = frozenset({PortStatus.LOCKED_BY_GATEWAY, PortStatus.LOCKED_BY_USER})


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add a switch for every relay, every SIM that can be locked, and two for every endpoint."""
    can = entry.runtime_data.gateway.capabilities

    def of_port(_: PortState) -> Iterator[Offer]:
        if can.lock_port:
            yield LOCK, LockSwitch

    def of_endpoint(_: EndpointState) -> Iterator[Offer]:
        yield from ((description, EndpointSwitch) for description in ENDPOINT_SWITCHES)

    async_add_of_ports(entry, async_add_entities, of_port)
    await async_add_of_endpoints(entry, async_add_entities, Platform.SWITCH, of_endpoint)
    async_add_of_devices(
        entry, async_add_entities, Platform.SWITCH, lambda device: _relays(entry, device)
    )


def _relays(entry: GatewayConfigEntry, device: TrackedDevice) -> list[DeviceRelay]:
    """Return a switch for every relay that can be switched."""
    if Command.SWITCH_RELAY not in device.commands:
        return []
    relays = device.family.variant(device.settings.variant).relays
    return [DeviceRelay(entry, device, number + 1) for number in range(relays)]


class DeviceRelay(TrackedDeviceEntity, SwitchEntity):
    """One relay; unknown until the device has told."""

    def __init__(self, entry: GatewayConfigEntry, device: TrackedDevice, number: int) -> None:
        """Stand for the relay with this number."""
        super().__init__(entry, device, replace(RELAY, key=f"relay_{number}"))
        self._attr_translation_placeholders = {"number": str(number)}
        self._number: Final = number

    @property
    @override
    def is_on(self) -> bool | None:
        """What the device has confirmed."""
        return (self.coordinator.data.values.relays or {}).get(self._number)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Ask the device to switch on."""
        await self._switch("true")

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Ask the device to switch off."""
        await self._switch("false")

    async def _switch(self, on: str) -> None:
        """Send the command; a device with one relay does not number it."""
        spec = self.coordinator.commands[Command.SWITCH_RELAY]
        parameters = {"on": on, "relay": str(self._number)}
        known = {parameter.key for parameter in spec.parameters}
        await self.coordinator.send(
            Command.SWITCH_RELAY, {key: value for key, value in parameters.items() if key in known}
        )


class LockSwitch(PortEntity, SwitchEntity):
    """Whether the SIM of a port is kept from the network."""

    @property
    @override
    def is_on(self) -> bool | None:
        """What the gateway tells of the port."""
        status = self.coordinator.data.status
        return None if status is None else status in _LOCKED

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Lock the SIM."""
        await self._lock(locked=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Let the SIM go to the network again."""
        await self._lock(locked=False)

    async def _lock(self, *, locked: bool) -> None:
        """Do it, or tell why that cannot be done; then ask what has become of it."""
        runtime = self.coordinator.config_entry.runtime_data
        with translated():
            await runtime.gateway.lock_port(self.port, locked=locked)
        await runtime.coordinator.async_request_refresh()


class EndpointSwitch(EndpointEntity, SwitchEntity):
    """Whether an endpoint may use its services, or whether its SIM is active."""

    entity_description: EndpointSwitchDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """What the gateway tells of the endpoint."""
        return self.entity_description.is_on_fn(self.coordinator.data)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Enable or activate."""
        await self._switch(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Disable or suspend."""
        await self._switch(on=False)

    async def _switch(self, *, on: bool) -> None:
        """Do it, or tell why that cannot be done; the gateway shows what it is then."""
        gateway = self.coordinator.config_entry.runtime_data.gateway
        with translated():
            await self.entity_description.switch_fn(gateway, self.endpoint, on)

"""Buttons: restart a gateway or a port, reset an endpoint, ask for a balance, command a device."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.button.const import ButtonDeviceClass
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import GatewayConfigEntry
from .devices import FAMILIES
from .devices.base import CommandSpec
from .devices.vocabulary import Command
from .entity import EndpointEntity, GatewayEntity, PortEntity, TrackedDeviceEntity
from .errors import translated
from .gateways.base import Gateway
from .gateways.models import PortState
from .offers import Offer, async_add_of_devices, async_add_of_endpoints, async_add_of_ports
from .tracked_device import TrackedDevice

# An answer about the balance may take minutes, in which a modem can be restarted.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class GatewayButtonDescription(ButtonEntityDescription):
    """What a press does with the gateway as a whole."""

    press_fn: Callable[[Gateway], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class PartButtonDescription(ButtonEntityDescription):
    """What a press does with a port or an endpoint, by its key, and whether it needs the link."""

    press_fn: Callable[[Gateway, str], Awaitable[None]]
    needs_link: bool = True


# What is above all of use when something is wrong.
RESTART: Final = PartButtonDescription(
    key="restart",
    translation_key="restart",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
    press_fn=lambda gateway, port: gateway.restart_port(port),
    needs_link=False,
)
# The port leaves the network and comes back.
RESTART_CONNECTION: Final = PartButtonDescription(
    key="restart_connection",
    translation_key="restart_connection",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
    press_fn=lambda gateway, port: gateway.restart_connection(port),
)
RESTART_GATEWAY: Final = GatewayButtonDescription(
    key="restart_gateway",
    translation_key="restart_gateway",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
    press_fn=lambda gateway: gateway.restart_gateway(),
)
# The network forgets where the endpoint is, so that it attaches anew.
RESET_CONNECTIVITY: Final = PartButtonDescription(
    key="reset_connectivity",
    translation_key="reset_connectivity",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
    press_fn=lambda gateway, endpoint: gateway.reset_connectivity(endpoint),
)
REQUEST_BALANCE: Final = ButtonEntityDescription(
    key="request_balance", translation_key="request_balance"
)

# What has an entity of another sort.
_ELSEWHERE: Final = frozenset({Command.ARM, Command.CUSTOM, Command.DISARM})
# What changes a device and is not asked for every day.
_CONFIGURATION: Final = frozenset(
    {
        Command.BIND_NUMBER,
        Command.DELETE_CREDIT_REQUEST,
        Command.REBOOT,
        Command.SET_CLOCK,
        Command.SET_ROAMING,
    }
)


def _needs_nothing(command: Command, spec: CommandSpec) -> bool:
    """Tell whether a press says all: a number to be bound is that of the port which sends."""
    return not spec.parameters or (
        command is Command.BIND_NUMBER and not any(item.required for item in spec.parameters)
    )


COMMANDS: Final = {
    command: ButtonEntityDescription(
        key=command.value,
        translation_key=f"device_{command}",
        device_class=ButtonDeviceClass.RESTART if command is Command.REBOOT else None,
        entity_category=EntityCategory.CONFIG if command in _CONFIGURATION else None,
    )
    for family in FAMILIES.values()
    for variant in family.variants
    for command, spec in variant.commands.items()
    if command not in _ELSEWHERE and _needs_nothing(command, spec)
}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: GatewayConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons that the gateway, and the options of each port, have a use for."""
    runtime = entry.runtime_data
    can = runtime.gateway.capabilities

    def of_port(port: PortState) -> Iterator[Offer]:
        if can.restart_port:
            yield RESTART, PortButton
        if can.restart_connection:
            yield RESTART_CONNECTION, PortButton
        if port.key in runtime.balances:
            yield REQUEST_BALANCE, RequestBalanceButton

    if can.restart_gateway:
        async_add_entities([GatewayButton(entry, RESTART_GATEWAY)])
    async_add_of_ports(entry, async_add_entities, of_port)
    await async_add_of_endpoints(
        entry,
        async_add_entities,
        Platform.BUTTON,
        lambda _: [(RESET_CONNECTIVITY, EndpointButton)],
    )
    async_add_of_devices(
        entry, async_add_entities, Platform.BUTTON, lambda device: device_buttons(entry, device)
    )


class GatewayButton(GatewayEntity, ButtonEntity):
    """Acts on a gateway as a whole; always available, to tell why that cannot be done."""

    entity_description: GatewayButtonDescription

    @override
    async def async_press(self) -> None:
        """Do it, or tell why that cannot be done."""
        with translated():
            await self.entity_description.press_fn(self.coordinator.gateway)


class PortButton(PortEntity, ButtonEntity):
    """Acts on a port."""

    entity_description: PartButtonDescription

    @property
    @override
    def available(self) -> bool:
        """Without a link what does not need it."""
        return not self.entity_description.needs_link or super().available

    @override
    async def async_press(self) -> None:
        """Do it, or tell why that cannot be done."""
        gateway = self.coordinator.config_entry.runtime_data.gateway
        with translated():
            await self.entity_description.press_fn(gateway, self.port)


class EndpointButton(EndpointEntity, ButtonEntity):
    """Acts on an endpoint."""

    entity_description: PartButtonDescription

    @override
    async def async_press(self) -> None:
        """Do it, or tell why that cannot be done."""
        gateway = self.coordinator.config_entry.runtime_data.gateway
        with translated():
            await self.entity_description.press_fn(gateway, self.endpoint)


class RequestBalanceButton(PortEntity, ButtonEntity):
    """Asks the operator for the balance; the press ends with the answer, or with why none came."""

    @property
    @override
    def available(self) -> bool:
        """Always: without a link it tells so."""
        return True

    @override
    async def async_press(self) -> None:
        """Ask, and wait for the answer."""
        await self.coordinator.config_entry.runtime_data.balances[self.port].request()


def device_buttons(entry: GatewayConfigEntry, device: TrackedDevice) -> list[DeviceButton]:
    """Return a button for every command that needs no parameter, and may be of use."""
    return [
        DeviceButton(entry, device, COMMANDS[command])
        for command, spec in device.commands.items()
        if command in COMMANDS
        and _needs_nothing(command, spec)
        and not (command is Command.CONNECT and device.always_connected)
    ]


class DeviceButton(TrackedDeviceEntity, ButtonEntity):
    """Sends one command; what the device answers is shown when it comes."""

    @override
    async def async_press(self) -> None:
        """Send."""
        await self.coordinator.send(Command(self.entity_description.key))

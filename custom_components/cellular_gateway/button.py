"""Buttons: restart a gateway or a port, reset an endpoint, ask for a balance, command a device."""

from collections.abc import Iterator
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
from .entity import (
    EndpointEntity,
    GatewayEntity,
    Offer,
    PortEntity,
    TrackedDeviceEntity,
    async_add_of_devices,
    async_add_of_endpoints,
    async_add_of_ports,
)
from .errors import action_error
from .gateways.errors import GatewayError
from .gateways.models import PortState
from .tracked_device import TrackedDevice

# An answer about the balance may take minutes, in which a modem can be restarted.
PARALLEL_UPDATES = 0

RESTART = ButtonEntityDescription(
    key="restart",
    translation_key="restart",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)
RESTART_CONNECTION = ButtonEntityDescription(
    key="restart_connection",
    translation_key="restart_connection",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)
RESTART_GATEWAY = ButtonEntityDescription(
    key="restart_gateway",
    translation_key="restart_gateway",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)
RESET_CONNECTIVITY = ButtonEntityDescription(
    key="reset_connectivity",
    translation_key="reset_connectivity",
    device_class=ButtonDeviceClass.RESTART,
    entity_category=EntityCategory.CONFIG,
)
REQUEST_BALANCE = ButtonEntityDescription(key="request_balance", translation_key="request_balance")

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
            yield RESTART, RestartButton
        if can.restart_connection:
            yield RESTART_CONNECTION, RestartConnectionButton
        if port.key in runtime.balances:
            yield REQUEST_BALANCE, RequestBalanceButton

    if can.restart_gateway:
        async_add_entities([RestartGatewayButton(entry, RESTART_GATEWAY)])
    async_add_of_ports(entry, async_add_entities, of_port)
    await async_add_of_endpoints(
        entry,
        async_add_entities,
        Platform.BUTTON,
        lambda _: [(RESET_CONNECTIVITY, ResetConnectivityButton)],
    )
    async_add_of_devices(
        entry, async_add_entities, Platform.BUTTON, lambda device: device_buttons(entry, device)
    )


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


class RestartConnectionButton(PortEntity, ButtonEntity):
    """Has a port leave the network and come back; there has to be a link for that."""

    async def async_press(self) -> None:
        """Restart, or tell why that cannot be done."""
        try:
            await self.coordinator.config_entry.runtime_data.gateway.restart_connection(self.port)
        except GatewayError as err:
            raise action_error(err) from err


class RestartGatewayButton(GatewayEntity, ButtonEntity):
    """Starts all of a gateway anew; always available, to tell why that cannot be done."""

    async def async_press(self) -> None:
        """Restart, or tell why that cannot be done."""
        try:
            await self.coordinator.gateway.restart_gateway()
        except GatewayError as err:
            raise action_error(err) from err


class ResetConnectivityButton(EndpointEntity, ButtonEntity):
    """Has the network forget where an endpoint is, so that it attaches anew."""

    async def async_press(self) -> None:
        """Reset, or tell why that cannot be done."""
        gateway = self.coordinator.config_entry.runtime_data.gateway
        try:
            await gateway.reset_connectivity(self.endpoint)
        except GatewayError as err:
            raise action_error(err) from err


class RequestBalanceButton(PortEntity, ButtonEntity):
    """Asks the operator for the balance; the press ends with the answer, or with why none came."""

    @property
    def available(self) -> bool:
        """Always: without a link it tells so."""
        return True

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

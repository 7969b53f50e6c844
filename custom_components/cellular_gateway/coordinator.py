"""The state of a gateway and of its ports, and the link kept alive."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.components import usb
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import (
    CONF_SHOW_TEXTS,
    LOGGER,
    POLL_INTERVAL,
    RECONNECT_DELAYS,
    signal_call,
    signal_ussd,
)
from .errors import poll_error, setup_error
from .gateways.base import Gateway
from .gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    Reason,
)
from .gateways.models import GatewayInfo, GatewayState, IncomingCall, PortState, UssdAnswer
from .messages.inbox import Announcer
from .messages.journal import Journal
from .messages.outbox import Outbox

type GatewayConfigEntry = ConfigEntry[RuntimeData]


@dataclass(slots=True, kw_only=True)
class RuntimeData:
    """What a loaded entry consists of."""

    gateway: Gateway
    info: GatewayInfo
    coordinator: GatewayCoordinator
    journal: Journal
    announcer: Announcer
    outbox: Outbox

    @property
    def ports(self) -> dict[str, PortCoordinator]:
        """The ports of the gateway by their keys."""
        return self.coordinator.ports


def texts_shown(entry: ConfigEntry) -> bool:
    """Whether the user wants the texts of messages in states and attributes."""
    return bool(entry.options.get(CONF_SHOW_TEXTS, True))


class PortCoordinator(DataUpdateCoordinator[PortState]):
    """One port; it is only ever pushed to."""

    config_entry: GatewayConfigEntry

    def __init__(self, hass: HomeAssistant, entry: GatewayConfigEntry, state: PortState) -> None:
        """Start with the port's first state."""
        super().__init__(
            hass, LOGGER, config_entry=entry, name=f"{entry.title} {state.key}", always_update=False
        )
        self.data = state

    @callback
    def push(self, state: PortState, *, connected: bool) -> None:
        """Tell the entities, but only where something differs."""
        if state != self.data or connected != self.last_update_success:
            self.data = state
            self.last_update_success = connected
            self.async_update_listeners()


class GatewayCoordinator(DataUpdateCoordinator[GatewayState]):
    """One gateway: polls what no push brings, and connects anew when the link was lost."""

    config_entry: GatewayConfigEntry

    def __init__(self, hass: HomeAssistant, entry: GatewayConfigEntry, gateway: Gateway) -> None:
        """Coordinate the gateway of the entry."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=POLL_INTERVAL,
            always_update=False,
        )
        self.gateway = gateway
        self.connected = False
        self.ports: dict[str, PortCoordinator] = {}
        self._retry_now = asyncio.Event()
        self._reconnecting: asyncio.Task[None] | None = None

    async def async_connect(self) -> GatewayInfo:
        """Connect for the first time.

        Raises `ConfigEntryNotReady`, `ConfigEntryError` or `ConfigEntryAuthFailed`.
        """
        try:
            info = await self.gateway.connect()
        except GatewayError as err:
            raise setup_error(err) from err
        self.connected = True
        self.state_changed(self.gateway.state)
        return info

    async def _async_update_data(self) -> GatewayState:
        """Ask the gateway, unless the link is down: then another task makes it again."""
        if not self.connected:
            raise poll_error(GatewayConnectionError(Reason.NOT_CONNECTED))
        try:
            state = await self.gateway.poll()
        except GatewayError as err:
            raise poll_error(err) from err
        self._push_ports(state)
        return state

    @callback
    def state_changed(self, state: GatewayState) -> None:
        """Take the state of all ports."""
        self.data = state
        self.last_update_success = self.connected
        self._push_ports(state)
        self.async_update_listeners()

    @callback
    def call_changed(self, call: IncomingCall) -> None:
        """Tell the entities of a call."""
        async_dispatcher_send(self.hass, signal_call(self.config_entry.entry_id), call)

    @callback
    def ussd_received(self, port: str, answer: UssdAnswer) -> None:
        """Tell the entities what the network said by itself."""
        async_dispatcher_send(self.hass, signal_ussd(self.config_entry.entry_id), port, answer)

    @callback
    def link_lost(self, error: GatewayError) -> None:
        """Show the loss, and start to connect again; while connecting, `connect` tells it."""
        if not self.connected or self._shutdown_requested:
            return
        self.connected = False
        LOGGER.warning("The connection to %s was lost: %s", self.name, error.reason)
        self.last_update_success = False
        self.last_exception = poll_error(error)
        self._push_ports(self.data)
        self.async_update_listeners()
        self._reconnecting = self.config_entry.async_create_background_task(
            self.hass, self._reconnect(), f"{self.name} reconnect"
        )

    async def async_shutdown(self) -> None:
        """Poll no more, and give up a link that is being made."""
        await super().async_shutdown()
        if self._reconnecting is not None:
            self._reconnecting.cancel()
            await asyncio.wait([self._reconnecting])

    @callback
    def watch_ports(self) -> Callable[[], None]:
        """Connect at once when a serial port appears."""
        return usb.async_register_port_event_callback(self.hass, self._ports_changed)

    @callback
    def _ports_changed(self, added: set[usb.USBDevice], removed: set[usb.USBDevice]) -> None:
        """Cut the wait of `_reconnect` short."""
        if added:
            self._retry_now.set()

    @callback
    def _push_ports(self, state: GatewayState) -> None:
        """Hand each port its own state."""
        for key, port in state.ports.items():
            if key in self.ports:
                self.ports[key].push(port, connected=self.connected)
            else:
                self.ports[key] = PortCoordinator(self.hass, self.config_entry, port)

    async def _reconnect(self) -> None:
        """Try to connect until it works or a person has to help.

        A port that appears begins the delays anew: its modem may need some seconds to answer.
        """
        self._retry_now.clear()
        delays = iter(RECONNECT_DELAYS)
        while True:
            try:
                async with asyncio.timeout(next(delays, RECONNECT_DELAYS[-1])):
                    await self._retry_now.wait()
                delays = iter(RECONNECT_DELAYS)
            except TimeoutError:
                LOGGER.debug("%s: connecting again", self.name)
            self._retry_now.clear()
            try:
                await self.gateway.connect()
            except GatewayAuthenticationError as err:
                LOGGER.warning("%s needs a person's help: %s", self.name, err.reason)
                self.config_entry.async_start_reauth(self.hass)
                return
            except GatewayError as err:
                LOGGER.debug("%s: %s", self.name, err)
                continue
            self.connected = True
            LOGGER.info("The connection to %s is back", self.name)
            self.state_changed(self.gateway.state)
            return

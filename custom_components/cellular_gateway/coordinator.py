"""The state of a gateway and of its ports, and the link kept alive."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, override

from homeassistant.components import usb
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util.hass_dict import HassKey

from .balance import BalanceKeeper
from .const import (
    CONF_DEVICE,
    CONF_OWN_NUMBER,
    CONF_SHOW_TEXTS,
    DOMAIN,
    LOGGER,
    POLL_INTERVAL,
    RECONNECT_DELAYS,
    REFUSED_LOGIN_DELAY,
    STEADY_LINK,
    signal_call,
    signal_sms_sent,
    signal_ussd,
)
from .endpoints import Endpoints
from .errors import poll_error, setup_error
from .gateways.base import Gateway
from .gateways.calls import IncomingCall
from .gateways.endpoints import EndpointEvent
from .gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    Reason,
)
from .gateways.models import GatewayInfo, GatewayState, PortState, UssdAnswer
from .gateways.sent import SentSms
from .messages.inbox import Announcer
from .messages.journal import Journal
from .messages.outbox import Outbox
from .ports import PortCoordinator, remembered_ports
from .serial_ports import async_candidates, async_is_anothers, async_note_away, port_data
from .tracked_device import Broadcast, TrackedDevice

type GatewayConfigEntry = ConfigEntry[RuntimeData]

# The gateway may have been plugged in elsewhere.
_ELSEWHERE: Final = frozenset({Reason.NOT_FOUND, Reason.OTHER_MODEM})
_NEWS: Final[HassKey[dict[str, deque[IncomingCall | SentSms]]]] = HassKey(f"{DOMAIN}_news")
# What only a person changes, here or at the gateway.
_LOGIN_REFUSED: Final = frozenset(
    {Reason.LOGIN_WRONG, Reason.ROUTER_LOGIN_WRONG, Reason.TOKEN_REFUSED}
)


@dataclass(slots=True, kw_only=True)
class RuntimeData:
    """What a loaded entry consists of."""

    gateway: Gateway
    info: GatewayInfo
    coordinator: GatewayCoordinator
    journal: Journal
    announcer: Announcer
    outbox: Outbox
    balances: dict[str, BalanceKeeper] = field(default_factory=dict)
    devices: dict[str, TrackedDevice] = field(default_factory=dict)
    broadcast: Broadcast = field(default_factory=Broadcast)

    @property
    def ports(self) -> dict[str, PortCoordinator]:
        """The ports of the gateway by their keys."""
        return self.coordinator.ports

    def own_number(self, port: str | None) -> str | None:
        """Return the number of a port, or of the only one: the SIM's, else what a person gave."""
        if port is None and len(self.ports) == 1:
            (port,) = self.ports
        if port not in self.ports:
            return None
        told = self.ports[port].data.own_number
        given: str | None = self.coordinator.config_entry.options.get(CONF_OWN_NUMBER)
        return told or (given if len(self.ports) == 1 else None)


def texts_shown(entry: ConfigEntry) -> bool:
    """Whether the user wants the texts of messages in states and attributes."""
    return bool(entry.options.get(CONF_SHOW_TEXTS, True))


class GatewayCoordinator(DataUpdateCoordinator[GatewayState]):
    """One gateway: polls what no push brings, and connects anew when the link was lost.

    `failure` is why the last try to connect failed, None once one has not; `asks_person` whether a
    person is asked for the PIN, login or token that this takes. `info` is who the gateway was when
    it was connected last.
    """

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
        self.failure: Reason | None = None
        self.asks_person = False
        self.info = GatewayInfo()
        self.ports = {
            key: PortCoordinator(hass, entry, PortState(key=key), connected=False)
            for key in remembered_ports(hass, entry)
        }
        self.endpoints = Endpoints(hass, entry)
        # What nobody has heard yet outlives a reload.
        self._news = hass.data.setdefault(_NEWS, {}).setdefault(entry.entry_id, deque())
        self._tells_news = False
        self._port_listeners: list[Callable[[PortCoordinator], None]] = []
        self._retry_now = asyncio.Event()
        self._added: set[usb.USBDevice] = set()
        self._reconnecting: asyncio.Task[None] | None = None
        self._connected_at = 0.0
        self._delays: Iterator[float] | None = None

    @property
    def has_port_devices(self) -> bool:
        """Whether each port is a device behind the gateway; the only one of a modem is none."""
        return len(self.ports) > 1 or self.gateway.state.ports_total is not None

    @callback
    def async_add_port_listener(
        self, listener: Callable[[PortCoordinator], None]
    ) -> Callable[[], None]:
        """Tell the listener of each port that appears, until the returned function is called."""
        self._port_listeners.append(listener)
        return lambda: self._port_listeners.remove(listener)

    async def async_connect(self) -> GatewayInfo:
        """Connect for the first time.

        Raises `ConfigEntryNotReady`, `ConfigEntryError` or `ConfigEntryAuthFailed`.
        """
        try:
            await self._connect()
        except GatewayError as err:
            raise setup_error(err) from err
        return self.info

    @callback
    def relocate(self, device: str) -> None:
        """Use another path or URL from now on, and at once if the link is down."""
        self.gateway.relocate(device)
        self._retry_now.set()

    async def _connect(self) -> None:
        """Connect, elsewhere if the gateway was plugged in there; remember why if that fails."""
        try:
            try:
                await self._make_link()
            except GatewayConnectionError as err:
                if not await self._may_be_elsewhere(err.reason) or not await self._find():
                    raise
                await self._make_link()
        except GatewayError as err:
            self.failure = err.reason
            self.asks_person = isinstance(err, GatewayAuthenticationError)
            self.async_update_listeners()
            raise
        self.connected, self.failure, self.asks_person = True, None, False
        self._connected_at = self.hass.loop.time()
        self._added.clear()
        self.state_changed(self.gateway.state)

    async def _make_link(self) -> None:
        """Have the gateway connect; its port is taken unless another modem or none is there."""
        async_note_away(self.hass, self.config_entry, away=False)
        try:
            self.info = await self.gateway.connect()
        except GatewayError as err:
            is_away = err.reason in _ELSEWHERE
            async_note_away(self.hass, self.config_entry, away=is_away)
            raise

    async def _may_be_elsewhere(self, reason: Reason) -> bool:
        """Whether the gateway may have been plugged in elsewhere, or another into its place."""
        if reason is Reason.BUSY:
            return await async_is_anothers(self.hass, self.config_entry)
        return reason in _ELSEWHERE

    async def _find(self) -> bool:
        """Look for the gateway at other ports; where it answers, its entry follows it."""
        entry = self.config_entry
        for port in await async_candidates(self.hass, entry, self._added):
            if await self.gateway.is_at(port.device):
                LOGGER.info("%s was found at another port", self.name)
                self.gateway.relocate(port.device)
                data = {**entry.data, CONF_DEVICE: port.device, **port_data(port)}
                self.hass.config_entries.async_update_entry(entry, data=data)
                return True
        return False

    @override
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
        """Tell the entities of a call, also of one that goes out, once somebody hears it."""
        self._news.append(call)
        if self._tells_news:
            self.tell_news()

    @callback
    def sms_sent(self, sms: SentSms) -> None:
        """Tell the entities of a text that the gateway sent and that nobody waits for."""
        self._news.append(sms)
        if self._tells_news:
            self.tell_news()

    @callback
    def tell_news(self) -> None:
        """Tell of calls and sent texts from now on: Home Assistant has started, so they are heard.

        That a send was cut off has been told before what came of it.
        """
        self._tells_news = True
        entry_id = self.config_entry.entry_id
        while self._news:
            news = self._news.popleft()
            is_call = isinstance(news, IncomingCall)
            signal = signal_call(entry_id) if is_call else signal_sms_sent(entry_id)
            async_dispatcher_send(self.hass, signal, news)
            port = news.port or next(iter(self.ports), "")
            if port in self.ports:
                self.ports[port].note_unheard(news)

    @property
    def hears_endpoints(self) -> bool:
        """Whether Home Assistant has started, so that events of endpoints find their triggers."""
        return self.endpoints.hears

    @callback
    def hears_endpoint(self, key: str) -> bool:
        """Whether the entities of an endpoint are there, so that they hear what happens to it."""
        return self.endpoints.hears_endpoint(key)

    @callback
    def endpoint_event(self, event: EndpointEvent) -> None:
        """Tell the entities what happened to an endpoint."""
        self.endpoints.event(event)

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

    @callback
    def reachable(self) -> None:
        """Cut the wait of `_reconnect` short."""
        if not self.connected:
            self._retry_now.set()

    @override
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
        self._added = (self._added | added) - removed
        if added:
            self._retry_now.set()

    @callback
    def _push_ports(self, state: GatewayState) -> None:
        """Hand each port its own state; of one that is gone nothing is known any more."""
        self.endpoints.push(state.endpoints, connected=self.connected)
        appeared = []
        for key, port in state.ports.items():
            if key in self.ports:
                self.ports[key].push(port, connected=self.connected)
            else:
                self.ports[key] = PortCoordinator(self.hass, self.config_entry, port)
                appeared.append(self.ports[key])
        for key in self.ports.keys() - state.ports.keys():
            self.ports[key].push(PortState(key=key), connected=False)
        for coordinator in appeared:
            for listener in self._port_listeners:
                listener(coordinator)

    async def _wait_to_retry(self, delays: Iterator[float]) -> None:
        """Wait until it is time to connect again, or there is reason to think that it works now.

        A gateway that can be reached has not for that another login.
        """
        if self.failure in _LOGIN_REFUSED:
            await asyncio.sleep(REFUSED_LOGIN_DELAY)
        else:
            try:
                async with asyncio.timeout(next(delays, RECONNECT_DELAYS[-1])):
                    await self._retry_now.wait()
                self._delays = iter(RECONNECT_DELAYS)
            except TimeoutError:
                LOGGER.debug("%s: connecting again", self.name)
        self._retry_now.clear()

    async def _reconnect(self) -> None:
        """Try to connect until it works, also while a person is asked for help.

        A port that appears begins the delays anew: its modem may need some seconds to answer. After
        a link that did not last they go on.
        """
        has_asked = has_logged = False
        self._retry_now.clear()
        lasted = self.hass.loop.time() - self._connected_at
        if self._delays is None or lasted >= STEADY_LINK:
            self._delays = iter(RECONNECT_DELAYS)
        while True:
            await self._wait_to_retry(self._delays)
            try:
                await self._connect()
            except GatewayAuthenticationError as err:
                # A SIM that is exchanged or unlocked meanwhile needs no help any more; nothing is
                # entered in these tries that a person did not allow.
                if not has_asked:
                    LOGGER.warning("%s needs a person's help: %s", self.name, err.reason)
                    self.config_entry.async_start_reauth(self.hass)
                has_asked = True
            except GatewayError as err:
                LOGGER.debug("%s: %s", self.name, err)
            except Exception:  # noqa: BLE001
                # The last resort: whatever nobody thought of must not end the healing for good.
                if not has_logged:
                    LOGGER.exception("%s: unexpected error while connecting", self.name)
                has_logged = True
            if self.connected:
                LOGGER.info("The connection to %s is back", self.name)
                self._ask_no_more()
                return

    @callback
    def _ask_no_more(self) -> None:
        """Take the questions back that a person need not answer any more."""
        for flow in self.config_entry.async_get_active_flows(self.hass, {SOURCE_REAUTH}):
            self.hass.config_entries.flow.async_abort(flow["flow_id"])

"""A router as the gateway sees it, over either of its interfaces."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
import logging
from typing import override

import aiohttp

from ..capabilities import Capabilities
from ..errors import GatewayRefusedError, UnsupportedError
from ..models import GatewayInfo, OutgoingSms, PortState
from .client.http import Http
from .client.post_get import PostGetClient
from .client.rest import RestClient
from .client.ubus import UbusClient
from .codec import rest
from .codec.messages import RouterSms
from .codec.status import ModemReport, parse_modem, with_slots, with_storage
from .codec.ubus import slot_count
from .settings import PRIMARY, Api, TeltonikaSettings

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the router is; `mac` is twelve hexadecimal digits in lower case."""

    info: GatewayInfo
    mac: str | None = field(default=None, repr=False)


class Router(ABC):
    """What the gateway asks of a router. All methods raise GatewayError.

    `modem` is a name of the wire, as `modems` tells them.
    """

    @abstractmethod
    def capabilities(self, modems: list[ModemReport]) -> Capabilities:
        """Tell what it can do with these modems."""

    @abstractmethod
    async def identify(self) -> Identity:
        """Log in, and ask who it is."""

    @abstractmethod
    async def modems(self) -> list[ModemReport]:
        """Ask for the state of every modem."""

    @abstractmethod
    async def list_messages(self) -> list[RouterSms]:
        """List what is stored."""

    @abstractmethod
    async def is_stored(self, message: RouterSms) -> bool:
        """Make sure that this very message still lies at its index."""

    @abstractmethod
    async def delete(self, message: RouterSms) -> None:
        """Delete what lies at the index of a message."""

    @abstractmethod
    async def send(self, modem: str, message: OutgoingSms) -> None:
        """Send a text; GatewayTimeoutError and a lost connection leave open whether it was."""

    @abstractmethod
    async def restart_modem(self, modem: str) -> None:
        """Start a modem anew."""

    @abstractmethod
    async def restart_connection(self, modem: str) -> None:
        """Have a modem leave the network and come back."""

    async def switch_sim(self, modem: str) -> None:
        """Use the SIM in the next slot of a modem."""
        raise UnsupportedError(detail="choose the SIM slot")


class PostGetRouter(Router):
    """SMS Post/Get, which knows one modem and nothing of its state; JSON-RPC adds that."""

    def __init__(self, client: PostGetClient, ubus: UbusClient | None) -> None:
        """Use JSON-RPC where the router's own login is known."""
        self._client = client
        self._ubus = ubus
        self._slots = 1

    @override
    def capabilities(self, modems: list[ModemReport]) -> Capabilities:
        has_ubus = self._ubus is not None
        has_lte = any(modem.state.rsrp is not None for modem in modems)
        return Capabilities(
            send_sms=True,
            groups=True,
            push=True,
            storage=True,
            stored_messages=True,
            registration=has_ubus,
            signal=has_ubus,
            extended_signal=has_lte,
            sinr=has_lte,
            temperature=has_ubus,
            data_usage=has_ubus,
            operator=has_ubus,
            access_technology=has_ubus,
            sim_state=has_ubus,
            restart_port=has_ubus,
            restart_connection=has_ubus,
            select_slot=any(modem.slots > 1 for modem in modems),
        )

    @override
    async def identify(self) -> Identity:
        await self._client.total()
        if self._ubus is None:
            return Identity(info=GatewayInfo(manufacturer="Teltonika"))
        info, mac = await self._ubus.info()
        self._slots = slot_count(info.model)
        return Identity(info=info, mac=mac)

    @override
    async def modems(self) -> list[ModemReport]:
        state = await self._state()
        report = ModemReport(modem="", state=state, slots=self._slots, is_primary=True)
        try:
            used, total = await self._client.total()
        except GatewayRefusedError as error:
            if not error.temporary:
                raise
            return [report]
        return [with_storage(report, used, total)]

    async def _state(self) -> PortState:
        """Ask JSON-RPC for the modem's state, of which nothing is known otherwise."""
        if self._ubus is not None:
            try:
                return with_slots(await self._ubus.status(), self._slots)
            except GatewayRefusedError as error:
                _LOGGER.debug("The router does not tell of its modem: %s", error)
        return PortState(key="")

    @override
    async def list_messages(self) -> list[RouterSms]:
        return await self._client.list_messages()

    @override
    async def is_stored(self, message: RouterSms) -> bool:
        if message.index is None:
            return False
        return message.is_same(await self._client.read_message(message.index))

    @override
    async def delete(self, message: RouterSms) -> None:
        if message.index is not None:
            await self._client.delete(message.index)

    @override
    async def send(self, modem: str, message: OutgoingSms) -> None:
        await self._client.send(number=message.number, group=message.group, text=message.text)

    def _with_ubus(self, detail: str) -> UbusClient:
        """Return the client of JSON-RPC; UnsupportedError without its login."""
        if self._ubus is None:
            raise UnsupportedError(detail=detail)
        return self._ubus

    @override
    async def restart_modem(self, modem: str) -> None:
        await self._with_ubus("restart the modem").restart_modem()

    @override
    async def restart_connection(self, modem: str) -> None:
        await self._with_ubus("restart the connection").restart_connection()

    @override
    async def switch_sim(self, modem: str) -> None:
        await self._with_ubus("choose the SIM slot").switch_sim()


class RestRouter(Router):
    """The API of RutOS 7."""

    def __init__(self, client: RestClient) -> None:
        """Use a client that logs in by itself."""
        self._client = client

    @override
    def capabilities(self, modems: list[ModemReport]) -> Capabilities:
        return Capabilities(
            send_sms=True,
            push=True,
            storage=True,
            stored_messages=True,
            signal=True,
            extended_signal=True,
            sinr=True,
            temperature=True,
            data_usage=True,
            operator=True,
            access_technology=True,
            cell=True,
            sim_state=True,
            restart_port=True,
            restart_connection=True,
            select_slot=any(modem.slots > 1 for modem in modems),
        )

    @override
    async def identify(self) -> Identity:
        public = await self._client.public_status()
        try:
            device = await self._client.get("/system/device/status")
        except GatewayRefusedError:
            # A user with fewer rights may still read and send messages.
            device = None
        return Identity(info=rest.parse_info(device, public), mac=rest.parse_mac(device))

    @override
    async def modems(self) -> list[ModemReport]:
        found = rest.parse_modem_list(await self._client.get("/modems/status"))
        reports = [parse_modem(modem) for modem in found]
        try:
            storage = rest.parse_storage(await self._client.get("/messages/storage/status"))
        except GatewayRefusedError:
            storage = {}
        return [
            with_storage(report, *storage.get(report.modem, (None, None))) for report in reports
        ]

    @override
    async def list_messages(self) -> list[RouterSms]:
        return await self._client.list_messages()

    @override
    async def is_stored(self, message: RouterSms) -> bool:
        return any(message.is_same(each) for each in await self.list_messages())

    @override
    async def delete(self, message: RouterSms) -> None:
        if message.index is not None:
            await self._client.delete(message.modem, message.index)

    @override
    async def send(self, modem: str, message: OutgoingSms) -> None:
        if message.group is not None:
            raise UnsupportedError(detail="send to a group")
        await self._client.send(modem, message.number, message.text)

    @override
    async def restart_modem(self, modem: str) -> None:
        await self._client.act(modem, "reboot")

    @override
    async def restart_connection(self, modem: str) -> None:
        await self._client.act(modem, "restart_connection")

    @override
    async def switch_sim(self, modem: str) -> None:
        await self._client.act(modem, "switch_sim")


def make_router(settings: TeltonikaSettings, session: aiohttp.ClientSession) -> Router:
    """Speak to a router as the settings say; nothing is sent yet."""
    clocks = settings.clocks
    http = Http(session, settings.url, verify_tls=settings.verify_tls, connect=clocks.connect)
    if settings.api is Api.REST:
        return RestRouter(RestClient(http, settings.login, clocks))
    login = settings.router_login
    ubus = UbusClient(http, login, clocks) if login is not None else None
    return PostGetRouter(PostGetClient(http, settings.login, clocks), ubus)


def with_keys(modems: list[ModemReport], primary: str | None = None) -> dict[str, ModemReport]:
    """Give every modem its port: the primary one's is the same whatever API tells of it.

    `primary` is the name of the one that was it. While that is not listed no other takes its port,
    unless the router calls it primary.
    """
    chosen = next((modem for modem in modems if modem.is_primary), None)
    if chosen is None and primary is not None:
        chosen = next((modem for modem in modems if modem.modem == primary), None)
    elif chosen is None:
        chosen = min(modems, key=lambda modem: modem.modem, default=None)
    keys = [PRIMARY if modem is chosen else modem.modem for modem in modems]
    return {
        key: replace(modem, state=replace(modem.state, key=key))
        for key, modem in zip(keys, modems, strict=True)
    }

"""What one row of the table of kinds consists of, and what the builders share."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
import socket
from typing import Any, Final, cast, override

from aiohttp import ClientSession, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.hdrs import USER_AGENT
from homeassistant.const import CONF_VERIFY_SSL, EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import (
    SERVER_SOFTWARE,
    HomeAssistantTCPConnector,
    async_get_clientsession,
)
from homeassistant.helpers.json import json_dumps
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ssl import get_default_context

from ..const import DOMAIN
from ..gateways.base import Gateway
from ..gateways.consumers import Memory, PinGuard

type Data = Mapping[str, Any]

_CLOSING_SESSION: Final[HassKey[ClientSession]] = HassKey(f"{DOMAIN}_closing_session")


def _nothing(_: Data) -> None:
    """Say that no messages lie in a gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of gateway.

    `name` is what a gateway is called that tells neither maker nor model. `build` makes the gateway
    of an entry from its unique id, data and options. `deletes` tells of a gateway with such data
    whether messages are deleted from it unless a person says otherwise, None where none can be.
    `cancel_push` tells a gateway
    whose entry is removed to push no more, if it was us who told it to; raises GatewayError.
    """

    name: str
    build: Callable[[HomeAssistant, str | None, Data, PinGuard, Memory], Gateway]
    deletes: Callable[[Data], bool | None] = _nothing
    cancel_push: Callable[[HomeAssistant, Data], Awaitable[None]] | None = None


def http_session(hass: HomeAssistant, data: Data) -> ClientSession:
    """Return Home Assistant's HTTP session, which trusts any certificate where one chose so."""
    return async_get_clientsession(hass, verify_ssl=data.get(CONF_VERIFY_SSL, True))


class _Resolver(AbstractResolver):
    """Looks names up as Home Assistant does, those of the network at home too."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Ask by Home Assistant's own connector."""
        self._hass = hass

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        connector = cast(HomeAssistantTCPConnector, async_get_clientsession(self._hass).connector)
        return [{**found, "port": port} for found in await connector.async_resolve_host(host)]

    @override
    async def close(self) -> None:
        """Leave it to Home Assistant."""


@callback
def closing_session(hass: HomeAssistant) -> ClientSession:
    """Return an HTTP session that closes each connection after one request, for small web servers.

    In Home Assistant's own sessions a request may go over a connection that the server has just
    closed, unsaid, and nobody could say whether it arrived. Each request tells whether any
    certificate is trusted.
    """
    if (known := hass.data.get(_CLOSING_SESSION)) is not None:
        return known
    session = hass.data[_CLOSING_SESSION] = ClientSession(
        connector=TCPConnector(
            force_close=True, ssl=get_default_context(), resolver=_Resolver(hass)
        ),
        json_serialize=json_dumps,
        headers={USER_AGENT: SERVER_SOFTWARE},
    )

    async def close(_: Event) -> None:
        await session.close()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
    return session

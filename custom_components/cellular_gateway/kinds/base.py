"""What one row of the table of kinds consists of, and what the builders share."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from homeassistant.const import CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..gateways.base import Gateway
from ..gateways.consumers import Memory, PinGuard

type Data = Mapping[str, Any]


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

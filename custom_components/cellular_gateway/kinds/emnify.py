"""EMnify accounts: how one is told apart and built."""

from typing import Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant

from ..const import (
    CONF_CALLS,
    CONF_SEARCH,
    CONF_SECRET,
    CONF_SOURCE_ADDRESS,
    CONF_SOURCE_ADDRESS_TYPE,
    CONF_TAGS,
)
from ..gateways.base import Gateway
from ..gateways.consumers import Memory, PinGuard
from ..gateways.emnify.gateway import (
    BASE_URL,
    EmnifyGateway,
    EmnifySettings,
    ProbeResult as EmnifyProbe,
    probe,
)
from ..gateways.emnify.settings import CALLS, LEAST_CALLS, MOST_CALLS, SOURCE_ADDRESS
from ..gateways.emnify.signature import SECRET_PARAMETER
from ..gateways.source_address import SourceAddressType
from ..webhook import async_give_up_public_url
from .base import Data, Kind, http_session

__all__ = [
    "BASE_URL",
    "CALLS",
    "EMNIFY",
    "KIND",
    "LEAST_CALLS",
    "MOST_CALLS",
    "SECRET_PARAMETER",
    "SOURCE_ADDRESS",
    "EmnifyProbe",
    "SourceAddressType",
    "probe_account",
]

EMNIFY: Final = "emnify"


def _emnify_settings(data: Data) -> EmnifySettings:
    """Read the settings of an account out of an entry's data and options, merged."""
    source_type = data.get(CONF_SOURCE_ADDRESS_TYPE)
    return EmnifySettings(
        token=data[CONF_TOKEN],
        base_url=data.get(CONF_URL) or BASE_URL,
        tags=frozenset(data.get(CONF_TAGS, ())),
        search=data.get(CONF_SEARCH, ""),
        calls=int(data.get(CONF_CALLS, CALLS)),
        source_address=data.get(CONF_SOURCE_ADDRESS) or SOURCE_ADDRESS,
        source_address_type=SourceAddressType(source_type) if source_type else None,
        webhook_secret=data.get(CONF_SECRET),
    )


def _build_emnify(
    hass: HomeAssistant, identity: str | None, data: Data, pin_guard: PinGuard, memory: Memory
) -> Gateway:
    """Build the gateway of an account; nothing is asked yet."""
    return EmnifyGateway(_emnify_settings(data), session=http_session(hass, data), memory=memory)


async def probe_account(hass: HomeAssistant, data: Data) -> EmnifyProbe:
    """Log in with a token and see whose account it is. Raises GatewayError."""
    return await probe(_emnify_settings(data), session=http_session(hass, data))


async def _cancel_emnify_push(hass: HomeAssistant, data: Data) -> None:
    """Let go of the address in the cloud that the account was told."""
    await async_give_up_public_url(hass, data[CONF_WEBHOOK_ID])


KIND: Final = Kind(name="EMnify account", build=_build_emnify, cancel_push=_cancel_emnify_push)

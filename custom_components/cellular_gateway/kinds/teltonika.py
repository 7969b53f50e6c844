"""Teltonika routers: how one is found, told apart and built."""

from datetime import tzinfo
from functools import partial
from typing import Final

from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_API,
    CONF_BASE64,
    CONF_COUNTRY,
    CONF_DELETE_AFTER_RECEIPT,
    CONF_EXTRA,
    CONF_FORWARD,
    CONF_NUMBER_NAME,
    CONF_PUSH,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_TEXT_NAME,
    CONF_TIME_ZONE,
)
from ..gateways.base import Gateway
from ..gateways.consumers import Memory, PinGuard
from ..gateways.teltonika.gateway import (
    Api,
    Forwarding,
    Login,
    ProbeResult as TeltonikaProbe,
    TeltonikaGateway,
    TeltonikaSettings,
    find_api,
    probe,
)
from ..gateways.teltonika.probe import FoundRouter
from ..gateways.teltonika.settings import (
    DEFAULT_POST_GET_LOGIN,
    DEFAULT_UBUS_USERNAME,
    DEFAULT_USERNAME,
)
from .base import Data, Kind, closing_session

__all__ = [
    "DEFAULT_FORWARDING",
    "DEFAULT_POST_GET_LOGIN",
    "DEFAULT_UBUS_USERNAME",
    "DEFAULT_USERNAME",
    "EXTRA_PAIRS",
    "KIND",
    "TELTONIKA",
    "Api",
    "FoundRouter",
    "TeltonikaProbe",
    "find_router",
    "probe_router",
]

TELTONIKA: Final = "teltonika"

DEFAULT_FORWARDING: Final = Forwarding()
# The names and values of the extra data pairs that a router's SMS forwarding has.
EXTRA_PAIRS: Final = (("extra_1_name", "extra_1_value"), ("extra_2_name", "extra_2_value"))


def _deletes(_: Data) -> bool:
    """Messages stay in the router, where others may want to read them."""
    return False


def _teltonika_settings(hass: HomeAssistant, data: Data) -> TeltonikaSettings:
    """Read the settings of a router out of an entry's data and options, merged."""
    router_login = None
    if password := data.get(CONF_ROUTER_PASSWORD):
        router_login = Login(data.get(CONF_ROUTER_USERNAME) or DEFAULT_UBUS_USERNAME, password)
    return TeltonikaSettings(
        url=data[CONF_URL],
        api=Api(data[CONF_API]),
        login=Login(data[CONF_USERNAME], data[CONF_PASSWORD]),
        router_login=router_login,
        verify_tls=data.get(CONF_VERIFY_SSL, True),
        forwarding=_forwarding(data.get(CONF_PUSH, {})),
        delete_after_receipt=data.get(CONF_DELETE_AFTER_RECEIPT, _deletes(data)),
        time_zone=partial(_time_zone, data.get(CONF_TIME_ZONE)),
        country=data.get(CONF_COUNTRY) or hass.config.country,
    )


async def _time_zone(name: str | None) -> tzinfo:
    """Return the zone of a router's clock: the one that a person named, else Home Assistant's."""
    zone = await dt_util.async_get_time_zone(name) if name else None
    return zone or dt_util.get_default_time_zone()


def _forwarding(push: Data) -> Forwarding | None:
    """Read how a router forwards to us, None where it does not."""
    if not push.get(CONF_FORWARD):
        return None
    extra = push.get(CONF_EXTRA, {})
    return Forwarding(
        number_name=push[CONF_NUMBER_NAME],
        text_name=push[CONF_TEXT_NAME],
        extra=tuple(
            (extra[name], extra.get(value, "")) for name, value in EXTRA_PAIRS if extra.get(name)
        ),
        base64=push[CONF_BASE64],
    )


def _build_teltonika(
    hass: HomeAssistant, identity: str | None, data: Data, pin_guard: PinGuard, memory: Memory
) -> Gateway:
    """Build the gateway of a router; nothing is sent yet."""
    settings = _teltonika_settings(hass, data)
    return TeltonikaGateway(settings, session=closing_session(hass), memory=memory)


async def find_router(hass: HomeAssistant, address: str, *, verify_tls: bool) -> FoundRouter:
    """Find out, without a login, which API a router speaks. Raises GatewayError."""
    return await find_api(address, closing_session(hass), verify_tls=verify_tls)


async def probe_router(hass: HomeAssistant, data: Data) -> TeltonikaProbe:
    """Log in to a router, once, and see who it is. Raises GatewayError."""
    return await probe(_teltonika_settings(hass, data), closing_session(hass))


KIND: Final = Kind(name="Teltonika router", build=_build_teltonika, deletes=_deletes)

"""The table of gateway kinds: how each is probed, told apart and built.

This is the only file that names a kind's package. It injects what comes from Home Assistant, so
that nothing below the seam knows it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import ClientSession
from homeassistant.const import (
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
import serialx

from .const import (
    CONF_API,
    CONF_BASE64,
    CONF_BAUDRATE,
    CONF_CONFIGURE,
    CONF_COUNTRY,
    CONF_DELETE_AFTER_RECEIPT,
    CONF_DEVICE,
    CONF_EXTRA,
    CONF_FORWARD,
    CONF_HANG_UP_CALLS,
    CONF_KIND,
    CONF_NATIONAL_LANGUAGES,
    CONF_NUMBER_NAME,
    CONF_PERIOD,
    CONF_PIN,
    CONF_PUSH,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_SMSC,
    CONF_TEXT_NAME,
    CONF_USB_PID,
    CONF_USB_SERIAL,
    CONF_USB_VID,
)
from .gateways.at_modem.gateway import AtModemGateway, AtModemSettings, ProbeResult, probe
from .gateways.base import Gateway
from .gateways.consumers import Memory, PinGuard
from .gateways.ejoin.codec.notifications import parse_request
from .gateways.ejoin.gateway import EjoinGateway, EjoinProbe, EjoinSettings, probe as probe_ejoin
from .gateways.ejoin.settings import LEAST_PERIOD
from .gateways.ejoin.state import StateBook
from .gateways.ejoin.unknown import Unknown
from .gateways.errors import GatewayConnectionError, Reason
from .gateways.push import Push
from .gateways.teltonika.gateway import (
    Api,
    Forwarding,
    Login,
    ProbeResult as TeltonikaProbe,
    TeltonikaGateway,
    TeltonikaSettings,
    find_api,
    probe as probe_teltonika,
)
from .gateways.teltonika.probe import FoundRouter
from .gateways.teltonika.settings import (
    DEFAULT_POST_GET_LOGIN,
    DEFAULT_UBUS_USERNAME,
    DEFAULT_USERNAME,
)
from .webhook import push_url

__all__ = [
    "AT_MODEM",
    "DEFAULT_FORWARDING",
    "DEFAULT_POST_GET_LOGIN",
    "DEFAULT_UBUS_USERNAME",
    "DEFAULT_USERNAME",
    "EJOIN",
    "EXTRA_PAIRS",
    "KINDS",
    "LEAST_PERIOD",
    "TELTONIKA",
    "Api",
    "EjoinProbe",
    "FoundRouter",
    "Kind",
    "ModemProbe",
    "TeltonikaProbe",
    "can_delete",
    "find_router",
    "modem_unique_id",
    "open_serial",
    "probe_box",
    "probe_modem",
    "probe_pushed",
    "probe_router",
    "sim_names",
    "usb_identity",
]

AT_MODEM: Final = "at_modem"
EJOIN: Final = "ejoin"
TELTONIKA: Final = "teltonika"

DEFAULT_FORWARDING: Final = Forwarding()
# The names and values of the extra data pairs that a router's SMS forwarding has.
EXTRA_PAIRS: Final = (("extra_1_name", "extra_1_value"), ("extra_2_name", "extra_2_value"))

type Data = Mapping[str, Any]
type ModemProbe = ProbeResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of gateway.

    `name` is what a gateway is called that tells neither maker nor model. `build` makes the gateway
    of an entry from its unique id, data and options. `deletes` is whether messages are deleted from
    it unless a person says otherwise. `cancel_push` tells a gateway whose entry is removed to push
    no more, if it was us who told it to; raises GatewayError.
    """

    name: str
    build: Callable[[HomeAssistant, str | None, Data, PinGuard, Memory], Gateway]
    deletes: bool = False
    cancel_push: Callable[[HomeAssistant, Data], Awaitable[None]] | None = None


async def open_serial(url: str, baudrate: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a serial port by path or URL.

    `esphome-hass://` ports are served by another integration; until that one runs, Home Assistant
    raises an error of its own from within serialx.
    """
    try:
        return await serialx.open_serial_connection(url, baudrate=baudrate)
    except HomeAssistantError as err:
        raise GatewayConnectionError(Reason.PROXY_NOT_READY, type(err).__name__) from err


def _at_modem_settings(hass: HomeAssistant, data: Data) -> AtModemSettings:
    """Read the settings of an AT modem out of an entry's data and options, merged."""
    languages = data.get(CONF_NATIONAL_LANGUAGES)
    return AtModemSettings(
        device=data[CONF_DEVICE],
        baudrate=data.get(CONF_BAUDRATE),
        pin=data.get(CONF_PIN),
        smsc=data.get(CONF_SMSC),
        delete_after_receipt=data.get(CONF_DELETE_AFTER_RECEIPT, True),
        hang_up_calls=data.get(CONF_HANG_UP_CALLS, False),
        national_languages=frozenset(languages) if languages else None,
        country=data.get(CONF_COUNTRY) or hass.config.country,
    )


def _build_at_modem(
    hass: HomeAssistant, identity: str | None, data: Data, pin_guard: PinGuard, memory: Memory
) -> Gateway:
    """Build the gateway of an AT modem; nothing is opened yet."""
    settings = replace(_at_modem_settings(hass, data), identity=identity)
    return AtModemGateway(settings, open_serial=open_serial, pin_guard=pin_guard, memory=memory)


async def probe_modem(
    hass: HomeAssistant, data: Data, *, pin: str | None = None, consented: bool = False
) -> ModemProbe:
    """Ask who is at the port; enter the PIN, once, only where one is given. Raises GatewayError."""
    settings = _at_modem_settings(hass, data)
    return await probe(settings, open_serial=open_serial, pin=pin, consented=consented)


def usb_identity(data: Data) -> str | None:
    """Return `vid:pid:serial` of the USB stick that the data name, None without a serial."""
    if not (serial := data.get(CONF_USB_SERIAL)):
        return None
    return f"{data[CONF_USB_VID]}:{data[CONF_USB_PID]}:{serial}"


def sim_names(result: ModemProbe) -> tuple[str, ...]:
    """Name the SIM as the PIN guard may be asked for it: by its ICCID, else by its modem.

    Of a locked SIM the first is the one, as the gateway can read no more of it either.
    """
    by_modem = f"modem:{result.info.serial_number or ''}"
    return (result.iccid, by_modem) if result.iccid else (by_modem,)


def modem_unique_id(data: Data, result: ModemProbe) -> str:
    """Identify a modem by its IMEI, else its USB serial, else its path."""
    return result.imei or usb_identity(data) or str(data[CONF_DEVICE])


def _session(hass: HomeAssistant, data: Data) -> ClientSession:
    """Return Home Assistant's HTTP session, which trusts any certificate where one chose so."""
    return async_get_clientsession(hass, verify_ssl=data.get(CONF_VERIFY_SSL, True))


def _teltonika_settings(hass: HomeAssistant, data: Data) -> TeltonikaSettings:
    """Read the settings of a router out of an entry's data and options, merged.

    The routers' times name no zone; theirs is taken for that of Home Assistant.
    """
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
        delete_after_receipt=data.get(CONF_DELETE_AFTER_RECEIPT, False),
        time_zone=dt_util.get_default_time_zone(),
        country=data.get(CONF_COUNTRY) or hass.config.country,
    )


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
    return TeltonikaGateway(settings, session=_session(hass, data), memory=memory)


async def find_router(hass: HomeAssistant, address: str, *, verify_tls: bool) -> FoundRouter:
    """Find out, without a login, which API a router speaks. Raises GatewayError."""
    session = async_get_clientsession(hass, verify_ssl=verify_tls)
    return await find_api(address, session, verify_tls=verify_tls)


async def probe_router(hass: HomeAssistant, data: Data) -> TeltonikaProbe:
    """Log in to a router, once, and see who it is. Raises GatewayError."""
    return await probe_teltonika(_teltonika_settings(hass, data), _session(hass, data))


def _ejoin_settings(hass: HomeAssistant, identity: str | None, data: Data) -> EjoinSettings:
    """Read the settings of an Ejoin gateway out of an entry's data and options, merged."""
    push = data.get(CONF_PUSH, {})
    configures = push.get(CONF_CONFIGURE, False)
    return EjoinSettings(
        url=data.get(CONF_URL),
        username=data.get(CONF_USERNAME, ""),
        password=data.get(CONF_PASSWORD, ""),
        identity=identity,
        push_url=push_url(hass, data[CONF_WEBHOOK_ID]) if configures else None,
        period=int(push.get(CONF_PERIOD, LEAST_PERIOD)),
        verify_tls=data.get(CONF_VERIFY_SSL, True),
        delete_after_receipt=data.get(CONF_DELETE_AFTER_RECEIPT, False),
        country=data.get(CONF_COUNTRY) or hass.config.country,
    )


def _build_ejoin(
    hass: HomeAssistant, identity: str | None, data: Data, pin_guard: PinGuard, memory: Memory
) -> Gateway:
    """Build an Ejoin gateway; nothing is asked yet."""
    settings = _ejoin_settings(hass, identity, data)
    return EjoinGateway(settings, session=_session(hass, data), memory=memory)


async def probe_box(hass: HomeAssistant, data: Data) -> EjoinProbe:
    """Ask an Ejoin gateway who it is. Raises GatewayError."""
    return await probe_ejoin(_ejoin_settings(hass, None, data), _session(hass, data))


def probe_pushed(push: Push) -> EjoinProbe | None:
    """See by a report which Ejoin gateway pushes, None where it does not tell."""
    reports = parse_request(push.query, push.headers, push.body).devices
    report = next((report for report in reports if report.mac), None)
    if report is None:
        return None
    book = StateBook(Unknown())
    book.take_device(report)
    return EjoinProbe(info=book.info, mac=report.mac, ports=book.state.ports_total or 0)


class _NoMemory:
    """The memory of a gateway that is asked for one thing and then forgotten."""

    async def get(self, key: str) -> str | None:
        """Know nothing."""
        return None

    async def set(self, key: str, value: str) -> None:
        """Keep nothing."""


async def _cancel_ejoin_push(hass: HomeAssistant, data: Data) -> None:
    """Have an Ejoin gateway forget our address, if we gave it that."""
    settings = _ejoin_settings(hass, None, data)
    if data.get(CONF_PUSH, {}).get(CONF_CONFIGURE) and settings.url is not None:
        gateway = EjoinGateway(settings, session=_session(hass, data), memory=_NoMemory())
        await gateway.configure_push(None)


def can_delete(data: Data) -> bool:
    """Whether messages can be deleted from the gateway of an entry."""
    return data[CONF_KIND] != EJOIN or CONF_URL in data


KINDS: Final[Mapping[str, Kind]] = {
    AT_MODEM: Kind(name="AT modem", build=_build_at_modem, deletes=True),
    EJOIN: Kind(name="Ejoin gateway", build=_build_ejoin, cancel_push=_cancel_ejoin_push),
    TELTONIKA: Kind(name="Teltonika router", build=_build_teltonika),
}

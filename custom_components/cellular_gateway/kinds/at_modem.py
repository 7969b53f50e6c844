"""AT modems: how one is probed, told apart and built."""

import asyncio
from dataclasses import replace
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import serialx

from ..const import (
    CONF_BAUDRATE,
    CONF_COUNTRY,
    CONF_DELETE_AFTER_RECEIPT,
    CONF_DEVICE,
    CONF_HANG_UP_CALLS,
    CONF_NATIONAL_LANGUAGES,
    CONF_PIN,
    CONF_SMSC,
    CONF_USB_PID,
    CONF_USB_SERIAL,
    CONF_USB_VID,
)
from ..gateways.at_modem.gateway import AtModemGateway, AtModemSettings, ProbeResult, probe
from ..gateways.base import Gateway
from ..gateways.consumers import Memory, PinGuard
from ..gateways.errors import GatewayConnectionError, Reason
from .base import Data, Kind

AT_MODEM: Final = "at_modem"

type ModemProbe = ProbeResult


async def open_serial(url: str, baudrate: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a serial port by path or URL.

    `esphome-hass://` ports are served by another integration; until that one runs, Home Assistant
    raises an error of its own from within serialx.
    """
    try:
        return await serialx.open_serial_connection(url, baudrate=baudrate)
    except HomeAssistantError as err:
        raise GatewayConnectionError(Reason.PROXY_NOT_READY, type(err).__name__) from err


def _deletes(_: Data) -> bool:
    """Messages are deleted: a modem has room for few, and takes no more when it is full."""
    return True


def _at_modem_settings(hass: HomeAssistant, data: Data) -> AtModemSettings:
    """Read the settings of an AT modem out of an entry's data and options, merged."""
    languages = data.get(CONF_NATIONAL_LANGUAGES)
    return AtModemSettings(
        device=data[CONF_DEVICE],
        baudrate=data.get(CONF_BAUDRATE),
        pin=data.get(CONF_PIN),
        smsc=data.get(CONF_SMSC),
        delete_after_receipt=data.get(CONF_DELETE_AFTER_RECEIPT, _deletes(data)),
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


KIND: Final = Kind(name="AT modem", build=_build_at_modem, deletes=_deletes)

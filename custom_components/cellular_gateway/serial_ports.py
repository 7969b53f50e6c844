"""The serial ports of the system: which there are, whose they are, and where a modem may be now."""

from collections.abc import Iterator, Mapping, Sequence, Set as AbstractSet
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.components import usb
from homeassistant.components.usb import SerialDevice, USBDevice
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import (
    CONF_DEVICE,
    CONF_USB_INTERFACE,
    CONF_USB_PID,
    CONF_USB_SERIAL,
    CONF_USB_VID,
    DOMAIN,
    LOGGER,
)

# What an entry keeps of where its gateway is plugged in; it may change while the entry is loaded.
LOCATION_KEYS: Final = (
    CONF_DEVICE,
    CONF_USB_VID,
    CONF_USB_PID,
    CONF_USB_SERIAL,
    CONF_USB_INTERFACE,
)

_LIKELY: Final = re.compile(r"\b(at|pc ?ui|modem)\b", re.IGNORECASE)
_UNLIKELY: Final = re.compile(r"diag|nmea|gps|gnss|debug|log|audio|voice", re.IGNORECASE)

# Quectel and SIMCom have diagnostics and satellite positions on the interfaces 0 and 1, and the
# primary AT port on 2; the other makers answer AT on more than one.
_PRIMARY_INTERFACE: Final = 2

# An entry in another state holds no port.
_ACTIVE: Final = frozenset(set(ConfigEntryState) - {ConfigEntryState.NOT_LOADED})

# Our entries at whose port there was another modem or none: two sticks may have changed places, and
# each is then where the other entry looks in vain.
_AWAY: Final[HassKey[set[str]]] = HassKey(f"{DOMAIN}_away")


def port_data(port: SerialDevice | None) -> dict[str, Any]:
    """Return what an entry keeps so that the stick of a port is known again."""
    if not isinstance(port, USBDevice):
        return {}
    return {
        CONF_USB_VID: port.vid,
        CONF_USB_PID: port.pid,
        CONF_USB_SERIAL: port.serial_number,
        CONF_USB_INTERFACE: port.interface_num,
    }


async def async_scan(hass: HomeAssistant) -> Sequence[SerialDevice]:
    """List the serial ports of the system."""
    try:
        return await usb.async_scan_serial_ports(hass)
    except OSError as err:
        LOGGER.debug("The serial ports cannot be listed: %s", err)
        return ()


def is_same_stick(data: Mapping[str, Any], port: SerialDevice) -> bool:
    """Tell whether an entry's stick and a port's have the same descriptors."""
    ids = (CONF_USB_VID, CONF_USB_PID, CONF_USB_SERIAL)
    return isinstance(port, USBDevice) and [data.get(key) for key in ids] == [
        port.vid,
        port.pid,
        port.serial_number,
    ]


def look_up(ports: Sequence[SerialDevice], device: str) -> tuple[SerialDevice | None, bool]:
    """Return the listed port that a path leads to, and whether there is anything at the path."""
    real = str(Path(device).resolve()) if device.startswith("/") else device
    for port in ports:
        names = {port.device, port.resolved_device}
        if device in names or real in names:
            return port, True
    return None, Path(device).exists()


def likelihood(port: USBDevice) -> tuple[int, bool, int]:
    """Sort the ports of a stick, the likeliest to speak AT first."""
    text = port.interface_description or ""
    rank = 2 if _UNLIKELY.search(text) else 0 if _LIKELY.search(text) else 1
    interface = -1 if port.interface_num is None else port.interface_num
    return rank, interface != _PRIMARY_INTERFACE, interface


async def async_candidates(
    hass: HomeAssistant, entry: ConfigEntry, added: AbstractSet[SerialDevice]
) -> list[SerialDevice]:
    """List the ports at which the modem of an entry may be now, the likeliest first.

    These are the free ones of a stick like the entry's; of an entry that knows of no stick those
    in `added`, which came since it was seen last. What is in the network is never looked for.
    """
    device = str(entry.data.get(CONF_DEVICE, ""))
    if not device.startswith("/"):
        return []
    ports = await async_scan(hass)
    free = await hass.async_add_executor_job(_without, ports, {device, *_taken(hass, entry)})
    found = [port for port in free if _may_be(entry.data, port, added)]
    return sorted(found, key=lambda port: _distance(entry.data, port))


async def async_is_anothers(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Tell whether another entry holds the port at which the modem of an entry was last."""
    device, taken = str(entry.data.get(CONF_DEVICE, "")), _taken(hass, entry)

    def is_one_of_them() -> bool:
        real = Path(device).resolve()
        return any(Path(path).resolve() == real for path in taken)

    return device.startswith("/") and await hass.async_add_executor_job(is_one_of_them)


@callback
def async_note_away(hass: HomeAssistant, entry: ConfigEntry, *, away: bool) -> None:
    """Note whether the gateway of an entry is not at its port, which it does not hold then."""
    entries = hass.data.setdefault(_AWAY, set())
    if away:
        entries.add(entry.entry_id)
    else:
        entries.discard(entry.entry_id)


def _taken(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
    """Name the paths that other entries hold, of whatever integration."""
    away = hass.data.get(_AWAY, set())
    return {
        path
        for other in hass.config_entries.async_entries()
        if other is not entry and other.state in _ACTIVE
        if other.entry_id not in away
        for path in _paths(other.data)
    }


def _paths(data: Mapping[str, Any]) -> Iterator[str]:
    """Name the paths in the data of an entry, of whatever integration."""
    for value in data.values():
        if isinstance(value, Mapping):
            yield from _paths(value)
        elif isinstance(value, str) and value.startswith("/"):
            yield value


def _without(ports: Sequence[SerialDevice], taken: set[str]) -> list[SerialDevice]:
    """Leave out the ports that any of the paths leads to."""
    names = taken | {str(Path(path).resolve()) for path in taken}
    return [port for port in ports if not {port.device, port.resolved_device} & names]


def _may_be(data: Mapping[str, Any], port: SerialDevice, added: AbstractSet[SerialDevice]) -> bool:
    """Tell whether the modem of an entry may be at a port."""
    if not port.device.startswith("/"):
        return False
    if (vid := data.get(CONF_USB_VID)) is None:
        return port in added
    return isinstance(port, USBDevice) and (port.vid, port.pid) == (vid, data.get(CONF_USB_PID))


def _distance(data: Mapping[str, Any], port: SerialDevice) -> tuple[Any, ...]:
    """Sort ports by how much they are like the one that an entry had."""
    if not isinstance(port, USBDevice):
        return (True, True)
    interface = data.get(CONF_USB_INTERFACE)
    return (not is_same_stick(data, port), port.interface_num != interface, likelihood(port))

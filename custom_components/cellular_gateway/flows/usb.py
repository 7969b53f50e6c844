"""USB sticks: one device, several serial ports, of which some speak AT.

The product ids of the manifest's matchers are those that Linux (`drivers/usb/serial/option.c`) and
ModemManager (`77-mm-*-port-types.rules`) know as modems. A maker's whole vendor id is named only
where the maker makes nothing but modems.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.components.usb import SerialDevice, USBDevice
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..const import CONF_DEVICE, CONF_USB_INTERFACE
from ..serial_ports import LOCATION_KEYS, async_scan, is_same_stick, likelihood, look_up, port_data

SYSFS_TTYS: Final = Path("/sys/class/tty")

# The folder of a USB device in sysfs: bus, then the ports of the hubs on the way.
_LOCATION: Final = re.compile(r"\d+-\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Stick:
    """A USB modem: what its descriptors say, where it is plugged in, and its serial ports.

    `location` is bus and port (`1-1.2`), None where the system does not tell; `ports` begin with
    the likeliest to speak AT.
    """

    vid: str
    pid: str
    serial: str | None
    location: str | None
    ports: tuple[USBDevice, ...]

    @property
    def unique_id(self) -> str:
        """The same for all ports of a stick, and at every start."""
        return f"usb:{self.vid}:{self.pid}:{self.serial or self.location or ''}"

    @property
    def name(self) -> str:
        """What a person calls it; behind the dash of a description stands the interface."""
        port = self.ports[0]
        product = (port.description or "").partition(" - ")[0]
        maker = "" if port.manufacturer and port.manufacturer in product else port.manufacturer
        return f"{maker or ''} {product}".strip() or f"{self.vid}:{self.pid}"


async def async_find_port(hass: HomeAssistant, device: str) -> SerialDevice | None:
    """Return the port that a path leads to, None when it is not listed or a URL."""
    ports = await async_scan(hass)
    port, _ = await hass.async_add_executor_job(look_up, ports, device)
    return port


async def async_stick(hass: HomeAssistant, port: USBDevice) -> Stick:
    """Return the stick that a port belongs to."""
    ports = await async_scan(hass)
    return await hass.async_add_executor_job(_stick, ports, port)


async def async_known_entry(
    hass: HomeAssistant, entries: Iterable[ConfigEntry], stick: Stick
) -> ConfigEntry | None:
    """Return the entry that the stick is set up in; where its path has changed, it follows."""
    ports = await async_scan(hass)
    for entry in entries:
        device = entry.data.get(CONF_DEVICE, "")
        holder, exists = await hass.async_add_executor_job(look_up, ports, device)
        if holder in stick.ports:
            return entry
        if not is_same_stick(entry.data, stick.ports[0]):
            continue
        # Sticks of one make may have the same serial number, or none: the path tells them apart.
        moved = not exists if holder is None else not is_same_stick(entry.data, holder)
        if moved:
            follow(hass, entry, _port_of(entry.data, stick.ports))
            return entry
    return None


async def async_follow(hass: HomeAssistant, entry: ConfigEntry, data: Mapping[str, Any]) -> None:
    """Let an entry whose port is gone follow its modem, which was found at the port of the data."""
    device = entry.data.get(CONF_DEVICE, "")
    _, exists = await hass.async_add_executor_job(look_up, (), device)
    if device.startswith("/") and not exists:
        follow(hass, entry, data)


def follow(hass: HomeAssistant, entry: ConfigEntry, data: Mapping[str, Any]) -> None:
    """Give an entry its modem's new path; an entry that is not loaded has no listener."""
    moved = {key: data[key] for key in LOCATION_KEYS if key in data}
    hass.config_entries.async_update_entry(entry, data={**entry.data, **moved})
    if not entry.update_listeners:
        hass.config_entries.async_schedule_reload(entry.entry_id)


def _port_of(data: Mapping[str, Any], ports: Sequence[USBDevice]) -> dict[str, Any]:
    """Return the data of the port with the entry's interface, else of the likeliest."""
    interface = data.get(CONF_USB_INTERFACE)
    port = next((port for port in ports if port.interface_num == interface), ports[0])
    return {CONF_DEVICE: port.device, **port_data(port)}


def _stick(ports: Sequence[SerialDevice], port: USBDevice) -> Stick:
    """Gather the ports with the same descriptors that are plugged in at the same place."""
    location = _location(port)
    others = [
        other
        for other in ports
        if isinstance(other, USBDevice)
        and (other.vid, other.pid, other.serial_number) == (port.vid, port.pid, port.serial_number)
        and _location(other) == location
    ]
    return Stick(
        vid=port.vid,
        pid=port.pid,
        serial=port.serial_number,
        location=location,
        ports=tuple(sorted(others or [port], key=likelihood)),
    )


def _location(port: SerialDevice) -> str | None:
    """Return bus and port of the USB device that a serial port belongs to."""
    name = Path(port.resolved_device or port.device).resolve().name
    folders = (SYSFS_TTYS / name / "device").resolve().parts
    return next((part for part in reversed(folders) if _LOCATION.fullmatch(part)), None)

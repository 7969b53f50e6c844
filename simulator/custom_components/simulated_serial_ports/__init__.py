"""Shows the simulator's pseudo-terminals to Home Assistant as USB serial ports.

Development only. Each port is described in `configuration.yaml` as the USB descriptors of the
simulated stick would describe it, and is listed while its path exists: the serial port selector
offers it, and the USB discovery starts flows for it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from homeassistant.components.usb import SerialDevice, USBDevice, async_register_serial_port_scanner
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

DOMAIN: Final = "simulated_serial_ports"

_USB_ID = vol.Match(r"^[0-9A-F]{4}$")

PORT_SCHEMA: Final = vol.Schema(
    {
        vol.Required("device"): cv.string,
        vol.Required("vid"): _USB_ID,
        vol.Required("pid"): _USB_ID,
        vol.Optional("serial_number", default=None): vol.Maybe(cv.string),
        vol.Optional("manufacturer", default=None): vol.Maybe(cv.string),
        vol.Optional("description", default=None): vol.Maybe(cv.string),
        vol.Optional("interface_num", default=None): vol.Maybe(cv.positive_int),
    }
)

CONFIG_SCHEMA: Final = vol.Schema(
    {DOMAIN: vol.All(cv.ensure_list, [PORT_SCHEMA])}, extra=vol.ALLOW_EXTRA
)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Add the configured ports to every scan of the `usb` integration."""
    devices = [USBDevice(**port) for port in config[DOMAIN]]

    @callback
    def present(_: HomeAssistant) -> Sequence[USBDevice | SerialDevice]:
        """Return the ports whose modem is plugged in; a look at an in-memory file system."""
        return [device for device in devices if Path(device.device).exists()]

    async_register_serial_port_scanner(hass, present)
    return True

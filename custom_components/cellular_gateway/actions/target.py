"""Which gateway and which of its ports or endpoints an action is for."""

from dataclasses import dataclass

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.service import async_get_config_entry
import voluptuous as vol

from ..const import ATTR_PORT, DOMAIN
from ..coordinator import GatewayConfigEntry
from ..endpoints import endpoint_of_device
from ..gateways.base import Gateway

# Both may be left out where there is just one.
TARGET_FIELDS = {
    vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
    vol.Optional(ATTR_PORT): cv.string,
}


@dataclass(frozen=True, slots=True)
class Target:
    """One port of a gateway that is set up."""

    entry: GatewayConfigEntry
    port: str

    @property
    def gateway(self) -> Gateway:
        """The gateway of the port."""
        return self.entry.runtime_data.gateway


def async_target(call: ServiceCall) -> Target:
    """Return the port that is named, or the only one there is.

    Raises `ServiceValidationError` for a gateway that is unknown, not set up or has to be named,
    and for a port that is unknown or has to be named.
    """
    entry: GatewayConfigEntry = async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID)
    )
    ports = entry.runtime_data.ports
    port = call.data.get(ATTR_PORT)
    if port is None and len(ports) == 1:
        (port,) = ports
    if port is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="port_needed")
    if port not in ports:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="unknown_port")
    return Target(entry, port)


def async_endpoint(hass: HomeAssistant, device_id: str) -> tuple[GatewayConfigEntry, str]:
    """Return the gateway and the key of the endpoint that a device stands for.

    The gateway may not be set up at the moment. Raises `ServiceValidationError` for another device.
    """
    if (device := dr.async_get(hass).async_get(device_id)) is not None:
        for entry in hass.config_entries.async_entries(DOMAIN):
            if (key := endpoint_of_device(entry, device)) is not None:
                return entry, key
    raise ServiceValidationError(translation_domain=DOMAIN, translation_key="not_an_endpoint")

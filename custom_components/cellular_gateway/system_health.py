"""System health: how many gateways and ports work, and with which versions."""

from importlib.metadata import version
from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback
from homeassistant.loader import async_get_integration

from .const import DOMAIN
from .coordinator import GatewayConfigEntry
from .gateways.errors import NotKeptError


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer what there is to tell."""
    register.async_register_info(system_health_info)


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return counts over all gateways, and versions; no gateway is asked anything."""
    loaded: list[GatewayConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    connected = [entry.runtime_data for entry in loaded if entry.runtime_data.coordinator.connected]
    ports = [port for runtime in connected for port in runtime.gateway.state.ports.values()]
    integration = await async_get_integration(hass, DOMAIN)
    return {
        "gateways": len(hass.config_entries.async_entries(DOMAIN)),
        "gateways_connected": len(connected),
        "ports_registered": sum(
            port.registration is not None and port.registration.registered for port in ports
        ),
        "messages_waiting": await _waiting(loaded),
        "version": str(integration.version),
        "serialx_version": await hass.async_add_executor_job(version, "serialx"),
    }


async def _waiting(entries: list[GatewayConfigEntry]) -> int | dict[str, str]:
    """Count the messages that are kept and not announced in full, or tell that this failed."""
    try:
        counts = [await entry.runtime_data.journal.counts() for entry in entries]
    except NotKeptError as err:
        return {"type": "failed", "error": str(err)}
    return sum(
        count
        for journal in counts
        for kind_and_progress, count in journal.items()
        if not kind_and_progress.endswith(" done")
    )

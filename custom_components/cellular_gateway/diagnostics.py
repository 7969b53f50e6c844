"""Diagnostics: all that helps to find a fault, nothing that tells who writes to whom."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .const import CONF_DEVICE, CONF_NUMBER, CONF_PIN, CONF_PIN_SIM, CONF_SMSC, CONF_USB_SERIAL
from .coordinator import GatewayConfigEntry, RuntimeData
from .gateways.errors import NotKeptError

REDACTED_KEYS = {
    CONF_NUMBER,
    CONF_PIN,
    CONF_PIN_SIM,
    CONF_SMSC,
    CONF_USB_SERIAL,
    "area_code",
    "cell_id",
    "iccid",
    "imei",
    "imsi",
    "own_number",
    "serial_number",
    "smsc",
    "title",
    "unique_id",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: GatewayConfigEntry
) -> dict[str, Any]:
    """Return the settings, the state and the counts of an entry, redacted."""
    runtime = entry.runtime_data
    diagnostics = {
        "entry": {**entry.data, CONF_DEVICE: _where(str(entry.data.get(CONF_DEVICE, "")))},
        "options": dict(entry.options),
        "subentries": [
            {"type": subentry.subentry_type, "title": subentry.title, **subentry.data}
            for subentry in entry.subentries.values()
        ],
        "info": asdict(runtime.info),
        "capabilities": asdict(runtime.gateway.capabilities),
        "connected": runtime.coordinator.connected,
        "ports": [asdict(port) for port in runtime.gateway.state.ports.values()],
        "journal": await _counts(runtime),
    }
    return async_redact_data(diagnostics, REDACTED_KEYS)


async def _counts(runtime: RuntimeData) -> dict[str, int | str]:
    """Count what the journal holds, or tell what is wrong with it."""
    try:
        return {**await runtime.journal.counts()}
    except NotKeptError as err:
        return {"error": str(err)}


def _where(device: str) -> str:
    """Leave of a path or URL its folder or scheme: the rest holds serial numbers and hosts."""
    return device.partition("://")[0] if "://" in device else device.rpartition("/")[0]

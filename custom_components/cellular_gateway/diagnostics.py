"""Diagnostics: all that helps to find a fault, nothing that tells who writes to whom."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant

from .const import (
    CONF_CREDENTIALS,
    CONF_DEVICE,
    CONF_EXTRA,
    CONF_NUMBER,
    CONF_PATTERN,
    CONF_PIN,
    CONF_PIN_SIM,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_SENDER,
    CONF_SMSC,
    CONF_TEXT,
    CONF_USB_SERIAL,
)
from .coordinator import GatewayConfigEntry, RuntimeData
from .gateways.errors import NotKeptError

REDACTED_KEYS = {
    CONF_CREDENTIALS,
    CONF_EXTRA,
    CONF_NUMBER,
    CONF_PASSWORD,
    CONF_PATTERN,
    CONF_PIN,
    CONF_PIN_SIM,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_SENDER,
    CONF_SMSC,
    CONF_TEXT,
    CONF_URL,
    CONF_USB_SERIAL,
    CONF_USERNAME,
    CONF_WEBHOOK_ID,
    "area_code",
    "cell_id",
    "iccid",
    "imei",
    "imsi",
    "ip_address",
    "last_url",
    "own_number",
    "serial_number",
    "smsc",
    "title",
    "unique_id",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: GatewayConfigEntry
) -> dict[str, Any]:
    """Return the settings of an entry and, once it is loaded, what it knows, redacted."""
    diagnostics: dict[str, Any] = {
        "entry": {**entry.data, CONF_DEVICE: _where(str(entry.data.get(CONF_DEVICE, "")))},
        "options": dict(entry.options),
        "subentries": [
            {"type": subentry.subentry_type, "title": subentry.title, **subentry.data}
            for subentry in entry.subentries.values()
        ],
        "state": entry.state.value,
        "reason": entry.error_reason_translation_key or entry.reason,
    }
    if entry.state is ConfigEntryState.LOADED:
        diagnostics |= await _known(entry.runtime_data)
    return async_redact_data(diagnostics, REDACTED_KEYS)


async def _known(runtime: RuntimeData) -> dict[str, Any]:
    """Return the state and the counts of a gateway that is loaded."""
    return {
        "info": asdict(runtime.info),
        "capabilities": asdict(runtime.gateway.capabilities),
        "connected": runtime.coordinator.connected,
        "ports": [_plain(asdict(port)) for port in runtime.gateway.state.ports.values()],
        "gateway": dict(runtime.gateway.diagnostics()),
        "journal": await _counts(runtime),
        "counters": runtime.journal.counters.totals(),
    }


async def _counts(runtime: RuntimeData) -> dict[str, int | str]:
    """Count what the journal holds, or tell what is wrong with it."""
    try:
        return {**await runtime.journal.counts()}
    except NotKeptError as err:
        return {"error": str(err)}


def _plain(value: Any) -> Any:
    """Return a value whose mappings have names for keys, as a file needs them."""
    if not isinstance(value, Mapping):
        return value
    return {
        " ".join(key) if isinstance(key, tuple) else str(key): _plain(each)
        for key, each in value.items()
    }


def _where(device: str) -> str:
    """Leave of a path or URL its folder or scheme: the rest holds serial numbers and hosts."""
    return device.partition("://")[0] if "://" in device else device.rpartition("/")[0]

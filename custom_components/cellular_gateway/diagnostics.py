"""Diagnostics: all that helps to find a fault, nothing that tells who writes to whom."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_URL,
    CONF_USERNAME,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import HomeAssistant

from .const import (
    CONF_ADDRESS_RANGE,
    CONF_CREDENTIALS,
    CONF_DEVICE,
    CONF_EXTRA,
    CONF_GROUP,
    CONF_NUMBER,
    CONF_PATTERN,
    CONF_PIN,
    CONF_PIN_SIM,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_SEARCH,
    CONF_SECRET,
    CONF_SENDER,
    CONF_SMSC,
    CONF_SOURCE_ADDRESS,
    CONF_SYSTEM_TYPE,
    CONF_TAGS,
    CONF_TEXT,
    CONF_USB_SERIAL,
)
from .coordinator import GatewayConfigEntry, RuntimeData
from .gateways.endpoints import EndpointState
from .gateways.errors import NotKeptError

REDACTED_KEYS = {
    CONF_ADDRESS_RANGE,
    CONF_CREDENTIALS,
    CONF_EXTRA,
    CONF_GROUP,
    CONF_HOST,
    CONF_NUMBER,
    CONF_PASSWORD,
    CONF_PATTERN,
    CONF_PIN,
    CONF_PIN_SIM,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_SEARCH,
    CONF_SECRET,
    CONF_SENDER,
    CONF_SMSC,
    CONF_SOURCE_ADDRESS,
    CONF_SYSTEM_TYPE,
    CONF_TAGS,
    CONF_TEXT,
    CONF_TOKEN,
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
    "msisdn",
    "own_number",
    "serial_number",
    "smsc",
    "title",
    "unique_id",
}
# What a person or the operator calls an endpoint, and what happened to it in words.
_ENDPOINT_KEYS: Final = {
    "coverage_policy",
    "description",
    "endpoint",
    "identity",
    "key",
    "name",
    "service_policy",
    "sim",
}
# Enough of thousands to see what they are like.
_MOST_ENDPOINTS: Final = 20


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
        "endpoints": _endpoints(runtime.gateway.state.endpoints),
        "gateway": dict(runtime.gateway.diagnostics()),
        "journal": await _counts(runtime),
        "counters": runtime.journal.counters.totals(),
    }


def _endpoints(endpoints: Mapping[str, EndpointState] | None) -> dict[str, Any] | None:
    """Count the endpoints of a gateway, and show some of them."""
    if endpoints is None:
        return None
    states = endpoints.values()
    return {
        "count": len(states),
        "connectivity": Counter(str(state.connectivity) for state in states),
        "sim_status": Counter(str(state.sim_status) for state in states),
        "some": [
            async_redact_data(asdict(state), _ENDPOINT_KEYS)
            for state in islice(states, _MOST_ENDPOINTS)
        ],
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

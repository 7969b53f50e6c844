"""Whom a subentry is for where the gateway sees its far ends itself: an endpoint in a form."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..const import CONF_ENDPOINT, CONF_SOURCE_ADDRESS, CONF_SOURCE_ADDRESS_TYPE
from ..gateways.endpoints import EndpointState
from ..gateways.source_address import SourceAddressType, check_source_address
from ..sms.errors import MessageError

_TYPES: Final = SelectSelector(
    SelectSelectorConfig(
        options=[kind.value for kind in SourceAddressType],
        mode=SelectSelectorMode.DROPDOWN,
        translation_key="source_address_type",
    )
)


def endpoints_of(entry: ConfigEntry) -> Mapping[str, EndpointState]:
    """Return the endpoints of a gateway, none while it is not set up."""
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    endpoints: Mapping[str, EndpointState] | None = entry.runtime_data.gateway.state.endpoints
    return endpoints or {}


def endpoint_field(
    entry: ConfigEntry, values: Mapping[str, Any]
) -> dict[vol.Marker, SelectSelector]:
    """Return the field in which to choose an endpoint, only where there are some.

    One that was chosen stays to be seen when it is gone. There may be thousands, so that one can
    type: also a name, a number or an ICCID.
    """
    endpoints = endpoints_of(entry)
    labels = {key: _label(state) for key, state in endpoints.items()}
    if chosen := values.get(CONF_ENDPOINT):
        labels.setdefault(chosen, chosen)
    if not labels:
        return {}
    options = [
        SelectOptionDict(value=key, label=label)
        for key, label in sorted(labels.items(), key=lambda item: item[1].casefold())
    ]
    return {
        vol.Optional(CONF_ENDPOINT): SelectSelector(
            SelectSelectorConfig(
                options=options, mode=SelectSelectorMode.DROPDOWN, custom_value=True
            )
        )
    }


def find_endpoint(entry: ConfigEntry, typed: str) -> str | None:
    """Return the endpoint that was chosen or typed, None where none or several are called so."""
    endpoints, wanted = endpoints_of(entry), typed.strip()
    if wanted in endpoints:
        return wanted
    found = [key for key, state in endpoints.items() if wanted.casefold() in _names(state)]
    return found[0] if len(found) == 1 else None


def source_fields(entry: ConfigEntry, values: Mapping[str, Any]) -> dict[vol.Marker, Any]:
    """Return the fields for the sender of what is sent, only where it can be chosen."""
    can = (
        entry.state is ConfigEntryState.LOADED
        and entry.runtime_data.gateway.capabilities.source_address
    )
    if not can and not values.get(CONF_SOURCE_ADDRESS):
        return {}
    return {
        vol.Optional(CONF_SOURCE_ADDRESS): TextSelector(),
        vol.Optional(CONF_SOURCE_ADDRESS_TYPE): _TYPES,
    }


def can_be_source(address: str, kind: str | None) -> bool:
    """Whether there can be such a sender."""
    try:
        check_source_address(address, SourceAddressType(kind) if kind else None)
    except MessageError:
        return False
    return True


def _label(state: EndpointState) -> str:
    """Show an endpoint by its name, with its tags and its number."""
    name = state.name or state.key
    return " · ".join(filter(None, (name, ", ".join(state.tags), state.msisdn)))


def _names(state: EndpointState) -> Iterator[str]:
    """Return what a person may call an endpoint."""
    names = (state.name, _label(state), state.msisdn, state.iccid, state.imei)
    return (name.casefold() for name in names if name)

"""What the forms of all subentries share: whom to reach, by number or endpoint, and a port."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigSubentryFlow
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import CONF_COUNTRY, CONF_ENDPOINT, CONF_NUMBER, CONF_PORT, CONF_SENDER
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind
from .endpoints import endpoint_field, find_endpoint
from .numbers import read_number
from .ports import ports_of

# A number without the country that it belongs to would match no sender.
_REACHABLE: Final = frozenset({NumberKind.INTERNATIONAL, NumberKind.SHORT})

_NAME: Final = TextSelector(TextSelectorConfig(autocomplete="name"))
_NUMBER: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.TEL, autocomplete="tel"))


class NumberFlow(ConfigSubentryFlow):
    """A flow for something that has a name, and a number or an endpoint."""

    @property
    def country(self) -> str | None:
        """The country that national numbers belong to."""
        return self._get_entry().options.get(CONF_COUNTRY) or self.hass.config.country

    def number(self, user_input: Mapping[str, Any]) -> str | None:
        """Return the number as E.164 or short code, None when it is neither."""
        try:
            number = user_input.get(CONF_NUMBER, "")
            return read_number(number, self.country, allowed=_REACHABLE)
        except MessageError:
            return None

    def name_and_address(self, values: Mapping[str, Any]) -> dict[vol.Marker, Any]:
        """Return the fields for the name and for whom to reach."""
        if endpoint := endpoint_field(self._get_entry(), values):
            return {vol.Required(CONF_NAME): _NAME, **endpoint, vol.Optional(CONF_NUMBER): _NUMBER}
        return {vol.Required(CONF_NAME): _NAME, vol.Required(CONF_NUMBER): _NUMBER}

    def address(self, user_input: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
        """Return whom to reach, as a subentry keeps it, or say what is wrong.

        An endpoint that is gone, or not known while the gateway is not set up, may stay.
        """
        typed = user_input.get(CONF_ENDPOINT)
        can_choose = bool(endpoint_field(self._get_entry(), user_input))
        if typed and user_input.get(CONF_NUMBER):
            errors[CONF_NUMBER] = "endpoint_and_number"
        elif typed:
            endpoint = find_endpoint(self._get_entry(), typed)
            if endpoint is None and self.source == SOURCE_RECONFIGURE:
                kept = self._get_reconfigure_subentry().data.get(CONF_ENDPOINT)
                endpoint = kept if kept == typed else None
            if endpoint is not None:
                return {CONF_ENDPOINT: endpoint}
            errors[CONF_ENDPOINT] = "unknown_endpoint"
        elif can_choose and not user_input.get(CONF_NUMBER):
            errors["base"] = "endpoint_or_number"
        elif (number := self.number(user_input)) is None:
            errors[CONF_NUMBER] = "invalid_number"
        elif self.is_used(number, CONF_SENDER):
            errors[CONF_NUMBER] = "number_used"
        else:
            return {CONF_NUMBER: number}
        return {}

    def is_used(self, address: str, *keys: str) -> bool:
        """Whether another subentry keeps an address under one of the keys."""
        own = self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None
        return any(
            subentry is not own and address in (subentry.data.get(key) for key in keys)
            for subentry in self._get_entry().subentries.values()
        )

    def port_field(self, values: Mapping[str, Any]) -> dict[vol.Marker, SelectSelector]:
        """Return the field in which to choose a port, only where there is a choice.

        A port that was chosen stays to be seen while the gateway does not tell of its ports.
        """
        ports = ports_of(self._get_entry())
        if (chosen := values.get(CONF_PORT)) and chosen not in ports:
            ports.append(chosen)
        if len(ports) < 2 and not chosen:
            return {}
        selector = SelectSelector(
            SelectSelectorConfig(options=ports, mode=SelectSelectorMode.DROPDOWN)
        )
        return {vol.Optional(CONF_PORT): selector}

"""What the forms of all subentries share: a number that can be reached, and a port."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow
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

from ..const import CONF_COUNTRY, CONF_NUMBER, CONF_PORT
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind
from .numbers import read_number

# A number without the country that it belongs to would match no sender.
_REACHABLE: Final = frozenset({NumberKind.INTERNATIONAL, NumberKind.SHORT})

NAME_AND_NUMBER: Final = {
    vol.Required(CONF_NAME): TextSelector(TextSelectorConfig(autocomplete="name")),
    vol.Required(CONF_NUMBER): TextSelector(
        TextSelectorConfig(type=TextSelectorType.TEL, autocomplete="tel")
    ),
}


class NumberFlow(ConfigSubentryFlow):
    """A flow for something that has a name and a number."""

    @property
    def country(self) -> str | None:
        """The country that national numbers belong to."""
        return self._get_entry().options.get(CONF_COUNTRY) or self.hass.config.country

    def number(self, user_input: Mapping[str, Any]) -> str | None:
        """Return the number as E.164 or short code, None when it is neither."""
        try:
            return read_number(user_input[CONF_NUMBER], self.country, allowed=_REACHABLE)
        except MessageError:
            return None

    def port_field(self, values: Mapping[str, Any]) -> dict[vol.Marker, SelectSelector]:
        """Return the field in which to choose a port, only where there is a choice.

        A port that was chosen stays to be seen while the gateway does not tell of its ports.
        """
        entry = self._get_entry()
        loaded = entry.state is ConfigEntryState.LOADED
        ports = list(entry.runtime_data.ports) if loaded else []
        if (chosen := values.get(CONF_PORT)) and chosen not in ports:
            ports.append(chosen)
        if len(ports) < 2 and not chosen:
            return {}
        selector = SelectSelector(
            SelectSelectorConfig(options=ports, mode=SelectSelectorMode.DROPDOWN)
        )
        return {vol.Optional(CONF_PORT): selector}

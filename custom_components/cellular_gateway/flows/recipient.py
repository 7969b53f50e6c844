"""A recipient: a person's number, and the name that it has in Home Assistant."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryFlow, SubentryFlowResult
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

SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(TextSelectorConfig(autocomplete="name")),
        vol.Required(CONF_NUMBER): TextSelector(
            TextSelectorConfig(type=TextSelectorType.TEL, autocomplete="tel")
        ),
    }
)


class RecipientFlow(ConfigSubentryFlow):
    """Add a recipient, or change one; the entry's update listener takes it up."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a recipient."""
        if user_input is None:
            return self._show("user", {})
        if (number := self._number(user_input)) is None:
            return self._show("user", user_input, {CONF_NUMBER: "invalid_number"})
        return self.async_create_entry(
            title=user_input[CONF_NAME], data=_data(user_input, number), unique_id=number
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a recipient."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            return self._show("reconfigure", {CONF_NAME: subentry.title, **subentry.data})
        if (number := self._number(user_input)) is None:
            return self._show("reconfigure", user_input, {CONF_NUMBER: "invalid_number"})
        return self.async_update_and_abort(
            self._get_entry(),
            subentry,
            title=user_input[CONF_NAME],
            data=_data(user_input, number),
            unique_id=number,
        )

    def _number(self, user_input: Mapping[str, Any]) -> str | None:
        """Return the number as E.164 or short code, None when it is neither."""
        country = self._get_entry().options.get(CONF_COUNTRY) or self.hass.config.country
        try:
            return read_number(user_input[CONF_NUMBER], country, allowed=_REACHABLE)
        except MessageError:
            return None

    def _show(
        self, step_id: str, values: Mapping[str, Any], errors: dict[str, str] | None = None
    ) -> SubentryFlowResult:
        """Show the form; a port is asked for only where there is a choice."""
        entry = self._get_entry()
        loaded = entry.state is ConfigEntryState.LOADED
        ports = list(entry.runtime_data.ports) if loaded else []
        # A port that was chosen stays to be seen while the gateway does not tell of its ports.
        if (chosen := values.get(CONF_PORT)) and chosen not in ports:
            ports.append(chosen)
        schema = SCHEMA.extend(_port_field(ports)) if len(ports) > 1 or chosen else SCHEMA
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )


def _port_field(ports: list[str]) -> dict[vol.Marker, SelectSelector]:
    """Return the field in which to choose one of the ports, or none."""
    selector = SelectSelector(SelectSelectorConfig(options=ports, mode=SelectSelectorMode.DROPDOWN))
    return {vol.Optional(CONF_PORT): selector}


def _data(user_input: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Return what the subentry keeps; its title is the name."""
    data = {CONF_NUMBER: number}
    if port := user_input.get(CONF_PORT):
        data[CONF_PORT] = port
    return data

"""A recipient: a person's number, and the name that it has in Home Assistant."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME
import voluptuous as vol

from ..const import CONF_NUMBER, CONF_PORT
from .subentry import NAME_AND_NUMBER, NumberFlow


class RecipientFlow(NumberFlow):
    """Add a recipient, or change one; the entry's update listener takes it up."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a recipient."""
        if user_input is None:
            return self._show("user", {})
        if (number := self.number(user_input)) is None:
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
        if (number := self.number(user_input)) is None:
            return self._show("reconfigure", user_input, {CONF_NUMBER: "invalid_number"})
        return self.async_update_and_abort(
            self._get_entry(),
            subentry,
            title=user_input[CONF_NAME],
            data=_data(user_input, number),
            unique_id=number,
        )

    def _show(
        self, step_id: str, values: Mapping[str, Any], errors: dict[str, str] | None = None
    ) -> SubentryFlowResult:
        """Show the form."""
        schema = vol.Schema({**NAME_AND_NUMBER, **self.port_field(values)})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )


def _data(user_input: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Return what the subentry keeps; its title is the name."""
    data = {CONF_NUMBER: number}
    if port := user_input.get(CONF_PORT):
        data[CONF_PORT] = port
    return data

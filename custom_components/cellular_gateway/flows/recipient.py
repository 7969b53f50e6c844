"""A recipient: whose number or endpoint it is, or which group, by its name in Home Assistant."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector
import voluptuous as vol

from ..const import CONF_GROUP, CONF_NUMBER, CONF_PORT, address_id
from .subentry import NumberFlow


class RecipientFlow(NumberFlow):
    """Add a recipient, or change one; the entry's update listener takes it up."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a recipient."""
        if user_input is None:
            return self._show("user", {})
        errors: dict[str, str] = {}
        if not (address := self.address(user_input, errors)):
            return self._show("user", user_input, errors)
        return self.async_create_entry(
            title=user_input[CONF_NAME],
            data=_data(user_input, address),
            unique_id=address_id(address),
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a recipient."""
        subentry = self._get_reconfigure_subentry()
        if user_input is None:
            return self._show("reconfigure", {CONF_NAME: subentry.title, **subentry.data})
        errors: dict[str, str] = {}
        if not (address := self.address(user_input, errors)):
            return self._show("reconfigure", user_input, errors)
        return self.async_update_and_abort(
            self._get_entry(),
            subentry,
            title=user_input[CONF_NAME],
            data=_data(user_input, address),
            unique_id=address_id(address),
        )

    @override
    def name_and_address(self, values: Mapping[str, Any]) -> dict[vol.Marker, Any]:
        """Return the fields for the name and for whom to reach, a group too where there are such.

        A group that was chosen stays to be seen while the gateway is not set up.
        """
        fields = super().name_and_address(values)
        if not (self._has_groups or values.get(CONF_GROUP)):
            return fields
        number = vol.Optional(CONF_NUMBER)
        fields = {number if field == number else field: kind for field, kind in fields.items()}
        return {**fields, vol.Optional(CONF_GROUP): TextSelector()}

    @override
    def address(self, user_input: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
        """Return whom to reach, as a subentry keeps it, or say what is wrong."""
        group = user_input.get(CONF_GROUP, "").strip()
        number = user_input.get(CONF_NUMBER)
        if group and not number:
            return {CONF_GROUP: group}
        if group:
            errors[CONF_GROUP] = "group_and_number"
        elif not number and self._has_groups:
            errors["base"] = "group_or_number"
        else:
            return super().address(user_input, errors)
        return {}

    @property
    def _has_groups(self) -> bool:
        """Whether the gateway keeps lists of numbers that it sends to by their names."""
        entry = self._get_entry()
        is_loaded = entry.state is ConfigEntryState.LOADED
        return is_loaded and entry.runtime_data.gateway.capabilities.groups

    def _show(
        self, step_id: str, values: Mapping[str, Any], errors: dict[str, str] | None = None
    ) -> SubentryFlowResult:
        """Show the form."""
        schema = vol.Schema({**self.name_and_address(values), **self.port_field(values)})
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
        )


def _data(user_input: Mapping[str, Any], address: Mapping[str, str]) -> dict[str, Any]:
    """Return what the subentry keeps; its title is the name."""
    data = dict(address)
    if port := user_input.get(CONF_PORT):
        data[CONF_PORT] = port
    return data

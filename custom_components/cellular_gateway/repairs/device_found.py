"""A device that has written and is not known yet: a person may add it."""

from types import MappingProxyType
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_NAME
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import TextSelector
import voluptuous as vol

from ..const import (
    CONF_ENDPOINT,
    CONF_FAMILY,
    CONF_NUMBER,
    CONF_SENDER,
    SUBENTRY_TRACKED_DEVICE,
    address_id,
)
from ..devices import FAMILIES
from ..tracked_device import ATTR_GATEWAY


class DeviceFoundFlow(RepairsFlow):
    """Adds the device with the credentials of the works, which Reconfigure can change."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the form."""
        return await self.async_step_add()

    async def async_step_add(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask for its name, and add it."""
        data = self.data or {}
        family, number = FAMILIES[str(data[CONF_FAMILY])], str(data[CONF_NUMBER])
        endpoint = data.get(CONF_ENDPOINT)
        address = {CONF_ENDPOINT: endpoint} if endpoint else {CONF_NUMBER: number}
        entry = self.hass.config_entries.async_get_entry(str(data[ATTR_GATEWAY]))
        if entry is None:
            return self.async_abort(reason="gateway_removed")
        if any(other.data.get(CONF_SENDER) == number for other in entry.subentries.values()):
            return self.async_abort(reason="already_configured")
        if user_input is None:
            return self.async_show_form(
                step_id="add",
                data_schema=vol.Schema(
                    {vol.Required(CONF_NAME, default=family.name): TextSelector()}
                ),
                description_placeholders={
                    "number": number,
                    "family": family.name,
                    "title": entry.title,
                },
            )
        subentry = ConfigSubentry(
            data=MappingProxyType({**address, CONF_FAMILY: family.key}),
            subentry_type=SUBENTRY_TRACKED_DEVICE,
            title=user_input[CONF_NAME],
            unique_id=address_id(address),
        )
        try:
            self.hass.config_entries.async_add_subentry(entry, subentry)
        except AbortFlow:
            return self.async_abort(reason="already_configured")
        return self.async_create_entry(data={})

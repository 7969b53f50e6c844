"""What the forms about pushes share, in a new entry and in the options of an old one."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.webhook import async_generate_path
from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.helpers.selector import BooleanSelector
import voluptuous as vol

from ..const import CONF_LOCAL_ONLY
from ..webhook import push_url

# The host name and the port of Home Assistant as it is installed.
_USUAL_URL: Final = "http://homeassistant.local:8123"

LOCAL_ONLY: Final = {vol.Required(CONF_LOCAL_ONLY, default=True): BooleanSelector()}


class PushFlow(ConfigEntryBaseFlow):
    """A flow that asks about pushes."""

    @property
    @abstractmethod
    def gateway_data(self) -> Mapping[str, Any]:
        """The data of the entry, with the id of its webhook."""

    @property
    @abstractmethod
    def push(self) -> Mapping[str, Any]:
        """What was chosen before."""

    @abstractmethod
    async def async_keep_push(self, push: dict[str, Any]) -> ConfigFlowResult:
        """Keep what was chosen, and go on."""

    def push_placeholders(self) -> dict[str, str]:
        """Return what a form shows of the address that the gateway is to push to.

        `address` is the same without its scheme, as older routers want it. Where Home Assistant
        does not know its own, it is the one that it has in most homes.
        """
        webhook_id = self.gateway_data[CONF_WEBHOOK_ID]
        url = push_url(self.hass, webhook_id) or f"{_USUAL_URL}{async_generate_path(webhook_id)}"
        return {"url": url, "address": url.partition("://")[2]}

    def push_form(self, schema: vol.Schema, user_input: dict[str, Any] | None) -> vol.Schema:
        """Return a form with what was typed in, or chosen before."""
        return self.add_suggested_values_to_schema(schema, user_input or self.push)

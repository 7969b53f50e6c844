"""The forms about what a gateway pushes to us, in a new entry and in the options of an old one."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.components.webhook import async_generate_path
from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult
from homeassistant.const import CONF_URL, CONF_WEBHOOK_ID
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..const import (
    CONF_BASE64,
    CONF_CONFIGURE,
    CONF_CURRENCY,
    CONF_EXTRA,
    CONF_FORWARD,
    CONF_LOCAL_ONLY,
    CONF_NUMBER_NAME,
    CONF_PERIOD,
    CONF_TEXT_NAME,
)
from ..kinds.ejoin import LEAST_PERIOD
from ..kinds.teltonika import DEFAULT_FORWARDING, EXTRA_PAIRS
from ..sms.balance.currencies import CODES
from ..webhook import push_url

# The host name and the port of Home Assistant as it is installed.
_USUAL_URL: Final = "http://homeassistant.local:8123"

_LOCAL_ONLY: Final = {vol.Required(CONF_LOCAL_ONLY, default=True): BooleanSelector()}

PUSH_SCHEMA: Final = vol.Schema(
    {
        **_LOCAL_ONLY,
        vol.Optional(CONF_CURRENCY): SelectSelector(
            SelectSelectorConfig(options=sorted(CODES), mode=SelectSelectorMode.DROPDOWN)
        ),
    }
)

_FORWARDING_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_FORWARD, default=False): BooleanSelector(),
        vol.Required(CONF_NUMBER_NAME, default=DEFAULT_FORWARDING.number_name): TextSelector(),
        vol.Required(CONF_TEXT_NAME, default=DEFAULT_FORWARDING.text_name): TextSelector(),
        vol.Required(CONF_BASE64, default=DEFAULT_FORWARDING.base64): BooleanSelector(),
        **_LOCAL_ONLY,
        vol.Optional(CONF_EXTRA): section(
            vol.Schema(
                {vol.Optional(name): TextSelector() for pair in EXTRA_PAIRS for name in pair}
            ),
            {"collapsed": True},
        ),
    }
)
_NOTIFICATION_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_CONFIGURE, default=True): BooleanSelector(),
        vol.Required(CONF_PERIOD, default=LEAST_PERIOD): NumberSelector(
            NumberSelectorConfig(
                min=LEAST_PERIOD, max=3600, mode=NumberSelectorMode.BOX, unit_of_measurement="s"
            )
        ),
        **PUSH_SCHEMA.schema,
    }
)


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

    async def async_step_forwarding(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what to enter in a router so that it forwards messages to us."""
        errors: dict[str, str] = {}
        if user_input is not None:
            extra = user_input.get(CONF_EXTRA, {})
            names = [user_input[CONF_NUMBER_NAME], user_input[CONF_TEXT_NAME]]
            names += [extra[name] for name, _ in EXTRA_PAIRS if extra.get(name)]
            if any(bool(extra.get(name)) != bool(extra.get(value)) for name, value in EXTRA_PAIRS):
                errors["base"] = "pair_incomplete"
            elif len(set(names)) < len(names):
                errors["base"] = "names_equal"
            else:
                return await self.async_keep_push(user_input)
        return self.async_show_form(
            step_id="forwarding",
            data_schema=self._with_values(_FORWARDING_SCHEMA, user_input),
            errors=errors,
            description_placeholders=self.push_placeholders(),
        )

    async def async_step_notification(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what to switch on in a gateway so that it reports, and do for it what we may."""
        errors: dict[str, str] = {}
        if user_input is not None:
            url = push_url(self.hass, self.gateway_data[CONF_WEBHOOK_ID])
            if not user_input.get(CONF_CONFIGURE) or url is not None:
                return await self.async_keep_push(user_input)
            errors["base"] = "no_url"
        schema = _NOTIFICATION_SCHEMA if CONF_URL in self.gateway_data else PUSH_SCHEMA
        return self.async_show_form(
            step_id="notification",
            data_schema=self._with_values(schema, user_input),
            errors=errors,
            description_placeholders=self.push_placeholders(),
        )

    def push_placeholders(self) -> dict[str, str]:
        """Return what a form shows of the address that the gateway is to push to.

        `address` is the same without its scheme, as older routers want it. Where Home Assistant
        does not know its own, it is the one that it has in most homes.
        """
        webhook_id = self.gateway_data[CONF_WEBHOOK_ID]
        url = push_url(self.hass, webhook_id) or f"{_USUAL_URL}{async_generate_path(webhook_id)}"
        return {"url": url, "address": url.partition("://")[2]}

    def _with_values(self, schema: vol.Schema, user_input: dict[str, Any] | None) -> vol.Schema:
        """Return a form with what was typed in, or chosen before."""
        return self.add_suggested_values_to_schema(schema, user_input or self.push)

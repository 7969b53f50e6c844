"""What may be changed about a gateway at any time."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
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
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import (
    CONF_BALANCE,
    CONF_COUNTRY,
    CONF_DELIVERY_REPORTS,
    CONF_HANG_UP_CALLS,
    CONF_JOURNAL_COUNT,
    CONF_JOURNAL_DAYS,
    CONF_JOURNAL_TEXTS,
    CONF_KIND,
    CONF_NATIONAL_LANGUAGES,
    CONF_OWN_NUMBER,
    CONF_PUSH,
    CONF_SMSC,
    JOURNAL_COUNT,
    JOURNAL_DAYS,
    SECTION_JOURNAL,
    SECTION_SENDING,
    JournalTexts,
)
from ..gateways.capabilities import Capabilities
from ..kinds import EJOIN, TELTONIKA
from ..sms.alphabet import NationalLanguage
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind
from .balance import BalanceFlow
from .base import preferences_schema
from .numbers import read_number
from .push import PushFlow

LANGUAGES: Final = [
    language.name.lower() for language in NationalLanguage if language != NationalLanguage.DEFAULT
]

# Some operators give the number of their service centre without a country code.
_NUMBERS: Final = {
    CONF_SMSC: frozenset({NumberKind.INTERNATIONAL, NumberKind.NATIONAL}),
    CONF_OWN_NUMBER: frozenset({NumberKind.INTERNATIONAL}),
}

_SENDING_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_DELIVERY_REPORTS): BooleanSelector(),
        vol.Optional(CONF_SMSC): TextSelector(TextSelectorConfig(type=TextSelectorType.TEL)),
        vol.Optional(CONF_OWN_NUMBER): TextSelector(TextSelectorConfig(type=TextSelectorType.TEL)),
        vol.Optional(CONF_NATIONAL_LANGUAGES, default=[]): SelectSelector(
            SelectSelectorConfig(
                options=LANGUAGES,
                multiple=True,
                mode=SelectSelectorMode.DROPDOWN,
                translation_key="national_languages",
                sort=True,
            )
        ),
    }
)
_JOURNAL_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_JOURNAL_TEXTS, default=JournalTexts.KEEP.value): SelectSelector(
            SelectSelectorConfig(
                options=[texts.value for texts in JournalTexts],
                mode=SelectSelectorMode.DROPDOWN,
                translation_key="journal_texts",
            )
        ),
        vol.Optional(CONF_JOURNAL_DAYS, default=JOURNAL_DAYS): NumberSelector(
            NumberSelectorConfig(
                min=7, max=3650, mode=NumberSelectorMode.BOX, unit_of_measurement="d"
            )
        ),
        vol.Optional(CONF_JOURNAL_COUNT, default=JOURNAL_COUNT): NumberSelector(
            NumberSelectorConfig(min=100, max=1_000_000, mode=NumberSelectorMode.BOX)
        ),
    }
)
_SECTIONS: Final = {SECTION_SENDING: _SENDING_SCHEMA, SECTION_JOURNAL: _JOURNAL_SCHEMA}
_SECTION_FIELDS: Final = {
    vol.Optional(name): section(schema, {"collapsed": True}) for name, schema in _SECTIONS.items()
}
# What a settings form neither shows nor forgets.
_OF_OTHER_STEPS: Final = (CONF_BALANCE, CONF_PUSH)
# The step about what a gateway pushes, of those that do.
_PUSH_STEPS: Final = {EJOIN: "notification", TELTONIKA: "forwarding"}
_CALLS_SCHEMA: Final = vol.Schema({vol.Optional(CONF_HANG_UP_CALLS): BooleanSelector()})


class GatewayOptionsFlow(BalanceFlow, PushFlow):
    """The options of a gateway; the entry's update listener takes them up."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be changed, where there is a choice."""
        choices = ["settings"]
        if self.balance_methods:
            choices.append("balance")
        if push := _PUSH_STEPS.get(self.config_entry.data[CONF_KIND]):
            choices.append(push)
        if len(choices) == 1:
            return await self.async_step_settings()
        return self.async_show_menu(step_id="init", menu_options=choices)

    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the options, and keep what was chosen; balance and push have their own steps."""
        errors: dict[str, str] = {}
        options = self.config_entry.options
        if user_input is not None:
            data = _flat(user_input)
            if not (errors := self._read_numbers(data)):
                data |= {key: options[key] for key in _OF_OTHER_STEPS if key in options}
                return self.async_create_entry(data=data)
        sections = {
            name: {key: options[key] for key in schema.schema if key in options}
            for name, schema in _SECTIONS.items()
        }
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(
                _schema(self.config_entry), user_input or {**options, **sections}
            ),
            errors=errors,
        )

    @property
    def gateway_data(self) -> Mapping[str, Any]:
        """The data of the entry."""
        return self.config_entry.data

    @property
    def push(self) -> Mapping[str, Any]:
        """What was chosen about pushes."""
        chosen: Mapping[str, Any] = self.config_entry.options.get(CONF_PUSH, {})
        return chosen

    async def async_keep_push(self, push: dict[str, Any]) -> ConfigFlowResult:
        """Keep what was chosen about pushes, beside the other options."""
        return self.async_create_entry(data={**self.config_entry.options, CONF_PUSH: push})

    def _read_numbers(self, options: dict[str, Any]) -> dict[str, str]:
        """Bring the numbers among the options into form; return the error for one that is none."""
        country = options.get(CONF_COUNTRY) or self.hass.config.country
        errors: dict[str, str] = {}
        for key, allowed in _NUMBERS.items():
            try:
                if key in options:
                    options[key] = read_number(options[key], country, allowed=allowed)
            except MessageError:
                errors["base"] = "smsc_invalid" if key == CONF_SMSC else "own_number_invalid"
        return errors


def _schema(entry: ConfigEntry) -> vol.Schema:
    """Return the form; with what is about calls unless it is known that none can be hung up."""
    schema = preferences_schema(entry.data)
    can: Capabilities | None = None
    if entry.state is ConfigEntryState.LOADED:
        can = entry.runtime_data.gateway.capabilities
    # Who can call can hang up; some gateways only tell of calls.
    if can is None or (can.incoming_calls and can.dial):
        schema = schema.extend(_CALLS_SCHEMA.schema)
    return schema.extend(_SECTION_FIELDS)


def _flat(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return the options out of their sections, without what was left empty."""
    options = {key: value for key, value in user_input.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        options |= {key: value for key, value in user_input.get(name, {}).items() if value}
    return options

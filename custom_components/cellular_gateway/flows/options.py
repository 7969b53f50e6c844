"""What may be changed about a gateway at any time."""

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
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
    CONF_COUNTRY,
    CONF_DELIVERY_REPORTS,
    CONF_HANG_UP_CALLS,
    CONF_JOURNAL_COUNT,
    CONF_JOURNAL_DAYS,
    CONF_JOURNAL_TEXTS,
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
from ..sms.alphabet import NationalLanguage
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind
from .balance import BalanceFlow
from .base import preferences_schema
from .choices import with_choices
from .ejoin import EjoinChoices
from .emnify import EmnifyOptions
from .numbers import read_number
from .ports import ports_of
from .smpp_choices import SmppChoices
from .stopping import entry_stopped
from .teltonika import TeltonikaChoices

LANGUAGES: Final = [
    language.name.lower() for language in NationalLanguage if language != NationalLanguage.DEFAULT
]

# Some operators give the number of their service centre without a country code.
_NUMBERS: Final = {
    CONF_SMSC: frozenset({NumberKind.INTERNATIONAL, NumberKind.NATIONAL}),
    CONF_OWN_NUMBER: frozenset({NumberKind.INTERNATIONAL}),
}

_TELEPHONE: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.TEL))
_LANGUAGES: Final = SelectSelector(
    SelectSelectorConfig(
        options=LANGUAGES,
        multiple=True,
        mode=SelectSelectorMode.DROPDOWN,
        translation_key="national_languages",
        sort=True,
    )
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
_SECTIONS: Final = (SECTION_SENDING, SECTION_JOURNAL)


class GatewayOptionsFlow(BalanceFlow, EjoinChoices, TeltonikaChoices, EmnifyOptions, SmppChoices):
    """The options of a gateway; the entry's update listener takes them up."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be changed, where there is a choice."""
        choices = ["settings"]
        if self.balance_methods:
            choices.append("balance")
        choices += self.own_steps()
        if len(choices) == 1:
            return await self.async_step_settings()
        return self.async_show_menu(step_id="init", menu_options=choices)

    async def async_step_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the options, and keep what was chosen; balance and push have their own steps."""
        errors: dict[str, str] = {}
        options = self.config_entry.options
        schema, sections = self._fields(), self._sections()
        if user_input is not None:
            data = _flat(user_input)
            if not (errors := self._read_numbers(data)):
                # What this form does not show belongs to other steps, or had a use once.
                shown = {str(key) for fields in (schema, *sections.values()) for key in fields}
                data |= {key: value for key, value in options.items() if key not in shown}
                return self.async_create_entry(data=data)
        chosen = {
            name: {str(key): options[str(key)] for key in fields if str(key) in options}
            for name, fields in sections.items()
        }
        form = schema | {
            vol.Optional(name): section(vol.Schema(fields), {"collapsed": True})
            for name, fields in sections.items()
        }
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema(form), user_input or {**options, **chosen}
            ),
            errors=errors,
        )

    @property
    def _can(self) -> Capabilities | None:
        """What the gateway can do; None while that is not known."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return None
        can: Capabilities = self.config_entry.runtime_data.gateway.capabilities
        return can

    def _fields(self) -> dict[vol.Marker, Any]:
        """Return the fields of the form that are in no section."""
        fields = dict(preferences_schema(self.config_entry.data).schema)
        can = self._can
        # Who can call can hang up; some gateways only tell of calls.
        if can is None or (can.incoming_calls and can.dial):
            fields[vol.Optional(CONF_HANG_UP_CALLS)] = BooleanSelector()
        return fields

    def _sections(self) -> dict[str, dict[vol.Marker, Any]]:
        """Return the fields of the sections, of sending what the gateway has a use for.

        Everything is shown while that is not known.
        """
        can = self._can
        fields: dict[vol.Marker, Any] = {}
        if can is None or can.delivery_reports:
            fields[vol.Optional(CONF_DELIVERY_REPORTS)] = BooleanSelector()
        if can is None or can.choose_smsc:
            fields[vol.Optional(CONF_SMSC)] = _TELEPHONE
        # Of several ports each has a number of its own.
        if can is None or len(ports_of(self.config_entry)) == 1:
            fields[vol.Optional(CONF_OWN_NUMBER)] = _TELEPHONE
        if can is None or can.national_languages:
            fields[vol.Optional(CONF_NATIONAL_LANGUAGES, default=[])] = _LANGUAGES
        sending = {SECTION_SENDING: fields} if fields else {}
        return sending | {SECTION_JOURNAL: dict(_JOURNAL_SCHEMA.schema)}

    @property
    @override
    def gateway_data(self) -> Mapping[str, Any]:
        """The data of the entry."""
        return self.config_entry.data

    @property
    @override
    def choices(self) -> Mapping[str, Any]:
        """The options as they are."""
        return self.config_entry.options

    @override
    async def async_keep_choices(
        self, fields: Collection[str], chosen: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Keep what was chosen in place of what those fields had, beside the other options."""
        return self.async_create_entry(data=with_choices(self.choices, fields, chosen))

    @override
    def entry_stopped(self) -> AbstractAsyncContextManager[None]:
        """Free what the entry holds."""
        return entry_stopped(self.hass, self.config_entry)

    @property
    @override
    def push(self) -> Mapping[str, Any]:
        """What was chosen about pushes."""
        chosen: Mapping[str, Any] = self.config_entry.options.get(CONF_PUSH, {})
        return chosen

    @override
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


def _flat(user_input: dict[str, Any]) -> dict[str, Any]:
    """Return the options out of their sections, without what was left empty."""
    options = {key: value for key, value in user_input.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        options |= {key: value for key, value in user_input.get(name, {}).items() if value}
    return options

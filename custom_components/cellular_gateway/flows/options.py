"""What may be changed about a gateway at any time."""

from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
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
    CONF_JOURNAL_COUNT,
    CONF_JOURNAL_DAYS,
    CONF_JOURNAL_TEXTS,
    CONF_NATIONAL_LANGUAGES,
    CONF_SMSC,
    JOURNAL_COUNT,
    JOURNAL_DAYS,
    SECTION_JOURNAL,
    SECTION_SENDING,
    JournalTexts,
)
from ..sms.alphabet import NationalLanguage
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind
from .base import PREFERENCES_SCHEMA
from .numbers import read_number

LANGUAGES: Final = [
    language.name.lower() for language in NationalLanguage if language != NationalLanguage.DEFAULT
]

# Some operators give the number of their service centre without a country code.
_SERVICE_CENTRE: Final = frozenset({NumberKind.INTERNATIONAL, NumberKind.NATIONAL})

_SENDING_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_SMSC): TextSelector(TextSelectorConfig(type=TextSelectorType.TEL)),
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
OPTIONS_SCHEMA: Final = PREFERENCES_SCHEMA.extend(
    {vol.Optional(name): section(schema, {"collapsed": True}) for name, schema in _SECTIONS.items()}
)


class GatewayOptionsFlow(OptionsFlow):
    """The options of a gateway; the entry's update listener takes them up."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options, and keep what was chosen."""
        errors: dict[str, str] = {}
        options = self.config_entry.options
        if user_input is not None:
            try:
                return self.async_create_entry(data=_flat(user_input, self.hass.config.country))
            except MessageError:
                errors["base"] = "smsc_invalid"
        sections = {
            name: {key: options[key] for key in schema.schema if key in options}
            for name, schema in _SECTIONS.items()
        }
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, user_input or {**options, **sections}
            ),
            errors=errors,
        )


def _flat(user_input: dict[str, Any], home: str | None) -> dict[str, Any]:
    """Return the options out of their sections, without what was left empty.

    Raises MessageError when the service centre is not a telephone number.
    """
    options = {key: value for key, value in user_input.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        options |= {key: value for key, value in user_input.get(name, {}).items() if value}
    if smsc := options.get(CONF_SMSC):
        country = options.get(CONF_COUNTRY) or home
        options[CONF_SMSC] = read_number(smsc, country, allowed=_SERVICE_CENTRE)
    return options

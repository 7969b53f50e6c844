"""The steps about how an SMPP account sends: its addresses, its alphabet, and a text for trial."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
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
    CONF_ADDRESS_RANGE,
    CONF_COUNTRY,
    CONF_DEFAULT_ALPHABET,
    CONF_DESTINATION_NPI,
    CONF_DESTINATION_TON,
    CONF_KIND,
    CONF_LONG_TEXT,
    CONF_MODE,
    CONF_NUMBER,
    CONF_RECEIPT_IDS,
    CONF_SERVICE_TYPE,
    CONF_SOURCE_ADDRESS,
    CONF_SOURCE_NPI,
    CONF_SOURCE_TON,
    CONF_SYSTEM_TYPE,
    CONF_WINDOW,
    SECTION_ADVANCED,
)
from ..gateways.errors import GatewayAuthenticationError, GatewayError
from ..gateways.models import OutgoingSms, PartReceipt, SendStatus
from ..gateways.source_address import check_source_address
from ..kinds.smpp import (
    SMPP,
    TEST_TEXT,
    WINDOW,
    BindMode,
    DefaultAlphabet,
    LongText,
    NumberingPlan,
    ReceiptIds,
    TypeOfNumber,
    probe_centre,
)
from ..sms.errors import MessageError, MessageErrorReason
from ..sms.numbers import NumberKind, normalize_number
from .base import NOTHING_SAID, probe_error, refusal
from .choices import ChoicesFlow
from .numbers import read_number

_TRIAL_NUMBERS: Final = frozenset({NumberKind.INTERNATIONAL, NumberKind.NATIONAL})
# As many as a service centre may be asked to answer at once.
_MOST_WAITING: Final = 100


# How many characters SMPP 3.4 has room for (clauses 4.1.1 and 4.4.1). A password may have 8, but
# many service centres take longer ones.
_LONGEST: Final[Mapping[str, int | None]] = {
    CONF_USERNAME: 15,
    CONF_PASSWORD: None,
    CONF_SYSTEM_TYPE: 12,
    CONF_ADDRESS_RANGE: 40,
    CONF_SERVICE_TYPE: 5,
}


def is_sendable(typed: Mapping[str, Any], name: str, kept: Mapping[str, Any]) -> bool:
    """Tell whether SMPP can say what was typed into a field, if anything was.

    The specification has ASCII, the wire Latin-1. What is `kept` already may be too long: there are
    service centres that take it.
    """
    text, longest = typed.get(name) or "", _LONGEST[name]
    is_short = longest is None or len(text) <= longest or text == kept.get(name)
    return is_short and all(character <= "\xff" for character in text)


def choice(kinds: type[Enum], key: str) -> SelectSelector:
    """Return a selector for the members of an enumeration, with the words under `key`."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[kind.name.lower() for kind in kinds],
            mode=SelectSelectorMode.DROPDOWN,
            translation_key=key,
        )
    )


TYPE_OF_NUMBER: Final = choice(TypeOfNumber, "type_of_number")
NUMBERING_PLAN: Final = choice(NumberingPlan, "numbering_plan")

_ADVANCED: Final = vol.Schema(
    {
        vol.Optional(CONF_SOURCE_TON): TYPE_OF_NUMBER,
        vol.Optional(CONF_SOURCE_NPI): NUMBERING_PLAN,
        vol.Optional(CONF_DESTINATION_TON): TYPE_OF_NUMBER,
        vol.Optional(CONF_DESTINATION_NPI): NUMBERING_PLAN,
        vol.Optional(CONF_SERVICE_TYPE): TextSelector(),
        vol.Required(CONF_LONG_TEXT, default=LongText.UDH.value): choice(LongText, "long_text"),
        vol.Required(CONF_RECEIPT_IDS, default=ReceiptIds.SAME.value): choice(
            ReceiptIds, "receipt_ids"
        ),
        vol.Required(CONF_WINDOW, default=WINDOW): NumberSelector(
            NumberSelectorConfig(min=1, max=_MOST_WAITING, mode=NumberSelectorMode.BOX)
        ),
    }
)
_ALPHABET: Final = choice(DefaultAlphabet, "default_alphabet")
_SETTINGS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_SOURCE_ADDRESS): TextSelector(),
        vol.Required(CONF_DEFAULT_ALPHABET, default=DefaultAlphabet.GSM7.value): _ALPHABET,
        vol.Optional(SECTION_ADVANCED): section(_ADVANCED, {"collapsed": True}),
    }
)
_SETTINGS: Final = (
    CONF_SOURCE_ADDRESS,
    CONF_DEFAULT_ALPHABET,
    *(str(marker) for marker in _ADVANCED.schema),
)
_TRIAL_SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_NUMBER): TextSelector(TextSelectorConfig(type=TextSelectorType.TEL))}
)
_SEEN_SCHEMA: Final = vol.Schema(
    {vol.Optional(CONF_DEFAULT_ALPHABET): choice(DefaultAlphabet, "text_for_trial")}
)


class SmppChoices(ChoicesFlow):
    """The steps about what can be chosen of an account at any time."""

    @property
    def sends(self) -> bool:
        """Whether the account sends texts."""
        return BindMode(self.gateway_data.get(CONF_MODE) or BindMode.TRANSCEIVER).sends

    @override
    def own_steps(self) -> tuple[str, ...]:
        """Offer the choice of how texts are sent, where any are."""
        if self.gateway_data[CONF_KIND] != SMPP:
            return super().own_steps()
        return ("smpp_settings", "smpp_trial") if self.sends else ()

    async def async_step_smpp_settings(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how texts are sent."""
        errors: dict[str, str] = {}
        chosen = self.choices
        if user_input is not None:
            chosen = flat(user_input, SECTION_ADVANCED)
            if not is_sendable(chosen, CONF_SERVICE_TYPE, self.choices):
                errors[SECTION_ADVANCED] = "service_type_invalid"
            try:
                settings = _settings(chosen)
            except MessageError:
                errors[CONF_SOURCE_ADDRESS] = "source_address_invalid"
            if not errors:
                return await self.async_keep_choices(_SETTINGS, settings)
        return self.async_show_form(
            step_id="smpp_settings",
            data_schema=self.add_suggested_values_to_schema(
                _SETTINGS_SCHEMA, {**chosen, SECTION_ADVANCED: chosen}
            ),
            errors=errors,
        )

    async def async_step_smpp_trial(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a number, and send it the same text in each alphabet that there may be."""
        errors: dict[str, str] = {}
        said = NOTHING_SAID
        if user_input is not None:
            country = self.choices.get(CONF_COUNTRY) or self.hass.config.country
            try:
                number = read_number(user_input[CONF_NUMBER], country, allowed=_TRIAL_NUMBERS)
                failed = await self._send_trial(number)
            except MessageError:
                errors["base"] = "number_invalid"
            except GatewayError as err:
                errors["base"], said = probe_error(err), refusal(err)
            else:
                if failed is None:
                    return await self.async_step_smpp_seen()
                errors["base"] = "refused_because" if failed.meaning else "trial_not_sent"
                said = {"code": failed.code or "", "meaning": failed.meaning or ""}
        return self.async_show_form(
            step_id="smpp_trial",
            data_schema=self.add_suggested_values_to_schema(_TRIAL_SCHEMA, user_input),
            errors=errors,
            description_placeholders={"text": TEST_TEXT, **said},
        )

    async def async_step_smpp_seen(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which of the texts arrived as they should, and use its alphabet."""
        if user_input is not None:
            fields = [CONF_DEFAULT_ALPHABET] if user_input.get(CONF_DEFAULT_ALPHABET) else []
            return await self.async_keep_choices(fields, user_input)
        return self.async_show_form(
            step_id="smpp_seen",
            data_schema=_SEEN_SCHEMA,
            description_placeholders={
                "text": TEST_TEXT,
                "characters": ", ".join(f"`{character}`" for character in TEST_TEXT.split()[1:]),
            },
        )

    async def _send_trial(self, number: str) -> PartReceipt | None:
        """Send the text in each alphabet; return why none was sent, None when at least one was.

        Not every service centre takes each of them, or lets us in so often. Raises GatewayError,
        MessageError.
        """
        parts: list[PartReceipt] = []
        failures: list[GatewayError] = []
        async with self.entry_stopped():
            for place, alphabet in enumerate(DefaultAlphabet, 1):
                data = {**self.gateway_data, **self.choices, CONF_DEFAULT_ALPHABET: alphabet.value}
                text = OutgoingSms(number=number, text=f"{place} {TEST_TEXT}")
                try:
                    result = await probe_centre(self.hass, data, message=text)
                except GatewayError as err:
                    failures.append(err)
                    if isinstance(err, GatewayAuthenticationError):
                        break
                else:
                    parts += () if result.receipt is None else result.receipt.parts
        if any(part.status is SendStatus.SENT for part in parts):
            return None
        if failures and all(part.status is SendStatus.FAILED for part in parts):
            raise failures[0]
        return parts[0]


def flat(user_input: Mapping[str, Any], section_name: str) -> dict[str, Any]:
    """Return the fields of a form out of their section."""
    fields = {key: value for key, value in user_input.items() if key != section_name}
    inner: dict[str, Any] = user_input.get(section_name, {})
    return fields | inner


def _settings(typed: dict[str, Any]) -> dict[str, Any]:
    """Return how texts are sent, as it is kept; raises MessageError for what can be no sender."""
    address = typed.get(CONF_SOURCE_ADDRESS, "").strip()
    if address:
        check_source_address(address, None)
        if any(character > "\xff" for character in address):
            raise MessageError(
                MessageErrorReason.INVALID_SOURCE_ADDRESS, "letters that SMPP does not have"
            )
        address = normalize_number(address, None)
    settings = {**typed, CONF_SOURCE_ADDRESS: address}
    if CONF_WINDOW in typed:
        settings[CONF_WINDOW] = int(typed[CONF_WINDOW])
    return settings

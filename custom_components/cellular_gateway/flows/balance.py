"""How the balance of a port's own SIM is asked for: an operator's preset, or one's own way."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
import voluptuous as vol

from ..const import (
    CONF_BALANCE,
    CONF_COUNTRY,
    CONF_CURRENCY,
    CONF_INTERVAL,
    CONF_METHOD,
    CONF_NUMBER,
    CONF_PATTERN,
    CONF_PORT,
    CONF_SENDER,
    CONF_TEXT,
)
from ..gateways.capabilities import Capabilities
from ..sms.balance import CARRIERS, Balance, BalanceMethod, check_pattern, find_balance
from ..sms.balance.currencies import CODES
from ..sms.errors import MessageError
from ..sms.numbers import NumberKind, named_sender
from .numbers import read_number
from .ports import ports_of

CONF_ANSWER: Final = "answer"
CONF_CARRIER: Final = "carrier"

PRESETS: Final = {f"{carrier.name}_{carrier.country}".lower(): carrier for carrier in CARRIERS}
OTHER_CARRIER: Final = "other"
CARRIER_CHOICES: Final = [*PRESETS, OTHER_CARRIER]

# A number with "*" or "#" in it is a code; dialled as a call it would be one too (3GPP TS 22.030).
_NUMBERS: Final = frozenset({NumberKind.INTERNATIONAL, NumberKind.NATIONAL, NumberKind.SHORT})
_TO_ASK: Final = {
    BalanceMethod.USSD: frozenset({NumberKind.SERVICE, NumberKind.SHORT}),
    BalanceMethod.SMS: _NUMBERS,
    BalanceMethod.CALL: _NUMBERS,
}
_MAX_HOURS: Final = 24 * 366
_NOT_TOLD: Final = "–"


class BalanceFlow(OptionsFlow):
    """The steps of the options flow that are about the balance, one port at a time.

    `_values` is what the form shows, `_settings` what of it is kept, `_found` what a pasted answer
    told.
    """

    _methods: list[str]
    _port: str
    _values: dict[str, Any]
    _settings: dict[str, Any]
    _found: Balance

    @property
    def balance_methods(self) -> list[str]:
        """The ways to ask that the gateway has; none are known while it is not set up."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return []
        can: Capabilities = self.config_entry.runtime_data.gateway.capabilities
        able = {
            BalanceMethod.USSD: can.ussd,
            # Endpoints are no operators, and who cannot be answered hears nothing.
            BalanceMethod.SMS: can.send_sms and can.receive_sms and not can.endpoints,
            BalanceMethod.CALL: can.dial,
        }
        return [method.value for method in BalanceMethod if able[method]]

    async def async_step_balance(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the port where there is a choice."""
        self._methods = self.balance_methods
        ports = ports_of(self.config_entry) if self._methods else []
        if not ports:
            return self.async_abort(reason="not_set_up")
        if user_input is None and len(ports) > 1:
            schema = vol.Schema({vol.Required(CONF_PORT): _select(ports)})
            return self.async_show_form(step_id="balance", data_schema=schema)
        self._port = user_input[CONF_PORT] if user_input else ports[0]
        self._values = dict(self._all_settings().get(self._port, {}))
        if self._values:
            return await self.async_step_balance_configured()
        return await self.async_step_balance_carrier()

    async def async_step_balance_configured(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is to become of what is set up already."""
        return self.async_show_menu(
            step_id="balance_configured",
            menu_options=["balance_request", "balance_carrier", "balance_remove"],
        )

    async def async_step_balance_carrier(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer the operators that the gateway can ask."""
        if user_input is not None:
            self._values = _preset(user_input[CONF_CARRIER])
            return await self.async_step_balance_request()
        choices = [
            name
            for name in CARRIER_CHOICES
            if name == OTHER_CARRIER or PRESETS[name].method in self._methods
        ]
        key = vol.Required(CONF_CARRIER, default=OTHER_CARRIER)
        return self.async_show_form(
            step_id="balance_carrier", data_schema=vol.Schema({key: _select(choices, "carrier")})
        )

    async def async_step_balance_request(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how the operator is asked; an answer that is pasted in is tried out."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._values = user_input
            errors = self._read()
            if not errors and user_input.get(CONF_ANSWER):
                return await self.async_step_balance_found()
            if not errors:
                return await self.async_step_balance_save()
        schema = _request_schema(self._methods)
        return self.async_show_form(
            step_id="balance_request",
            data_schema=self.add_suggested_values_to_schema(schema, self._values),
            errors=errors,
        )

    async def async_step_balance_found(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what was found in the answer, to be saved or changed."""
        found = self._found
        return self.async_show_menu(
            step_id="balance_found",
            menu_options=["balance_save", "balance_request"],
            description_placeholders={
                "amount": str(found.amount),
                "currency": found.currency or _NOT_TOLD,
                "expiry": found.expiry.isoformat() if found.expiry else _NOT_TOLD,
            },
        )

    async def async_step_balance_save(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep how this port's operator is asked."""
        return self._keep({**self._all_settings(), self._port: self._settings})

    async def async_step_balance_remove(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Forget how this port's operator is asked."""
        rest = self._all_settings()
        return self._keep({port: rest[port] for port in rest if port != self._port})

    def _all_settings(self) -> dict[str, dict[str, Any]]:
        """Return what is kept about the balances of all ports."""
        return dict(self.config_entry.options.get(CONF_BALANCE, {}))

    def _keep(self, balances: dict[str, dict[str, Any]]) -> ConfigFlowResult:
        """End the flow with these settings among the other options."""
        options = dict(self.config_entry.options)
        options[CONF_BALANCE] = balances
        if not balances:
            del options[CONF_BALANCE]
        return self.async_create_entry(data=options)

    def _read(self) -> dict[str, str]:
        """Bring what was entered into form and try it out; return what is wrong by field."""
        errors: dict[str, str] = {}
        values = {key: value for key, value in self._values.items() if value}
        method = BalanceMethod(values[CONF_METHOD])
        answer = values.pop(CONF_ANSWER, None)
        country = self.config_entry.options.get(CONF_COUNTRY) or self.hass.config.country
        try:
            values[CONF_NUMBER] = read_number(
                values.get(CONF_NUMBER, ""), country, allowed=_TO_ASK[method]
            )
        except MessageError:
            errors[CONF_NUMBER] = "balance_number_invalid"
        try:
            if sender := values.get(CONF_SENDER):
                values[CONF_SENDER] = named_sender(sender, country)
        except MessageError:
            errors[CONF_SENDER] = "balance_sender_invalid"
        if method is not BalanceMethod.SMS:
            values.pop(CONF_TEXT, None)
        elif CONF_TEXT not in values:
            errors[CONF_TEXT] = "balance_text_missing"
        if hours := values.get(CONF_INTERVAL):
            values[CONF_INTERVAL] = int(hours)
        self._settings = values
        return errors | self._try_out(answer)

    def _try_out(self, answer: str | None) -> dict[str, str]:
        """Check the pattern, and find the balance in the answer if there is one."""
        errors: dict[str, str] = {}
        pattern, currency = (self._settings.get(key) for key in (CONF_PATTERN, CONF_CURRENCY))
        try:
            if pattern:
                check_pattern(pattern)
            if answer:
                found = find_balance(answer, pattern, default_currency=currency)
                if found is None:
                    errors[CONF_ANSWER] = "balance_not_found"
                else:
                    self._found = found
        except MessageError:
            errors[CONF_PATTERN] = "balance_pattern_invalid"
        return errors


def _preset(name: str) -> dict[str, Any]:
    """Return what the form begins with for an operator, nothing for another one."""
    carrier = PRESETS.get(name)
    if carrier is None:
        return {}
    preset = {
        CONF_METHOD: carrier.method.value,
        CONF_NUMBER: carrier.number,
        CONF_TEXT: carrier.text,
        CONF_CURRENCY: carrier.currency,
        CONF_PATTERN: carrier.pattern,
    }
    return {key: value for key, value in preset.items() if value}


def _request_schema(methods: list[str]) -> vol.Schema:
    """Return the form of a request for a gateway that can ask in these ways."""
    return vol.Schema(
        {
            vol.Required(CONF_METHOD, default=methods[0]): _select(methods, "balance_method"),
            vol.Required(CONF_NUMBER): TextSelector(),
            vol.Optional(CONF_TEXT): TextSelector(),
            vol.Optional(CONF_SENDER): TextSelector(),
            vol.Optional(CONF_CURRENCY): _select(sorted(CODES)),
            vol.Optional(CONF_INTERVAL): NumberSelector(
                NumberSelectorConfig(
                    min=1,
                    max=_MAX_HOURS,
                    mode=NumberSelectorMode.BOX,
                    unit_of_measurement=UnitOfTime.HOURS,
                )
            ),
            vol.Optional(CONF_PATTERN): TextSelector(),
            vol.Optional(CONF_ANSWER): TextSelector(TextSelectorConfig(multiline=True)),
        }
    )


def _select(options: list[str], translation_key: str = "") -> SelectSelector:
    """Return a list to choose one of."""
    config = SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
    if translation_key:
        config["translation_key"] = translation_key
    return SelectSelector(config)

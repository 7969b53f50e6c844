"""The forms of an SMPP account: its login, how texts are sent, and a text for trial."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..const import (
    CONF_ADDRESS_NPI,
    CONF_ADDRESS_RANGE,
    CONF_ADDRESS_TON,
    CONF_KIND,
    CONF_MODE,
    CONF_SYSTEM_TYPE,
    CONF_TLS,
    SECTION_ADVANCED,
)
from ..gateways.errors import GatewayError
from ..kinds.smpp import DEFAULT_PORT, PRESETS, SMPP, BindMode, SmppProbe, probe_centre
from .base import NOTHING_SAID, PASSWORD, USERNAME, GatewayFlow, probe_error, refusal
from .smpp_choices import NUMBERING_PLAN, TYPE_OF_NUMBER, SmppChoices, choice, flat, is_sendable

_ADVANCED: Final = vol.Schema(
    {
        vol.Optional(CONF_SYSTEM_TYPE): TextSelector(),
        vol.Optional(CONF_ADDRESS_RANGE): TextSelector(),
        vol.Optional(CONF_ADDRESS_TON): TYPE_OF_NUMBER,
        vol.Optional(CONF_ADDRESS_NPI): NUMBERING_PLAN,
    }
)
_ACCOUNT_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=DEFAULT_PORT): NumberSelector(
            NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)
        ),
        vol.Required(CONF_USERNAME): USERNAME,
        vol.Required(CONF_PASSWORD): PASSWORD,
        vol.Required(CONF_TLS, default=False): BooleanSelector(),
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
        vol.Required(CONF_MODE, default=BindMode.TRANSCEIVER.value): choice(BindMode, "bind_mode"),
        vol.Optional(SECTION_ADVANCED): section(_ADVANCED, {"collapsed": True}),
    }
)
_PASSWORD_SCHEMA: Final = vol.Schema({vol.Required(CONF_PASSWORD): PASSWORD})
_RUT: Final = PRESETS["teltonika_rut"]
# What a bind tells in letters.
_TOLD: Final = (CONF_USERNAME, CONF_PASSWORD, CONF_SYSTEM_TYPE, CONF_ADDRESS_RANGE)


class SmppFlow(SmppChoices, GatewayFlow):
    """The steps of an SMPP account, in a new entry and in a changed one."""

    async def async_step_smpp(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what kind of service centre it is; some come with a login."""
        self.data[CONF_KIND] = SMPP
        if self.entry is not None:
            return self._show_account_form({}, _without_password(self.data))
        return self.async_show_menu(step_id="smpp", menu_options=["smpp_router", "smpp_account"])

    async def async_step_smpp_router(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Begin with what Teltonika's routers come with."""
        login = {CONF_USERNAME: _RUT.system_id, CONF_PASSWORD: _RUT.password}
        return self._show_account_form({}, {CONF_PORT: _RUT.port, **login})

    async def async_step_smpp_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address and the login, and log in once."""
        if user_input is None:
            return self._show_account_form({}, {})
        typed = flat(user_input, SECTION_ADVANCED)
        typed[CONF_HOST], typed[CONF_PORT] = typed[CONF_HOST].strip(), int(typed[CONF_PORT])
        if errors := self._unsendable(typed):
            return self._show_account_form(errors, _without_password(typed))
        names = (CONF_HOST, CONF_PORT, CONF_USERNAME, CONF_MODE)
        self._async_abort_entries_match({name: typed[name] for name in names})
        self.data = {CONF_KIND: SMPP, **typed}
        async with self.entry_stopped():
            try:
                result = await probe_centre(self.hass, self.data)
            except GatewayError as err:
                shown = _without_password(typed)
                return self._show_account_form({"base": probe_error(err)}, shown, refusal(err))
            return await self._centre_found(result)

    async def async_reauth_smpp(self) -> ConfigFlowResult:
        """Ask for another password."""
        return self._show_password_form({})

    async def async_step_smpp_password(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the password, and log in once."""
        if user_input is None:
            return self._show_password_form({})
        if errors := self._unsendable(user_input):
            return self._show_password_form(errors)
        self.data |= user_input
        async with self.entry_stopped():
            try:
                result = await probe_centre(self.hass, self.data)
            except GatewayError as err:
                return self._show_password_form({"base": probe_error(err)}, refusal(err))
            return await self._centre_found(result)

    async def async_step_smpp_ready(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to go on, or first to look at how texts are sent."""
        choices = ["preferences", *self.own_steps()]
        return self.async_show_menu(step_id="smpp_ready", menu_options=choices)

    def _unsendable(self, typed: Mapping[str, Any]) -> dict[str, str]:
        """Return the errors of what no bind can say; those of a section are shown at that."""
        kept = {} if self.entry is None else self.entry.data
        unsendable = {name for name in _TOLD if not is_sendable(typed, name, kept)}
        errors: dict[str, str] = {}
        if CONF_USERNAME in unsendable:
            errors[CONF_USERNAME] = "username_invalid"
        if CONF_PASSWORD in unsendable:
            errors[CONF_PASSWORD] = "password_invalid"
        if CONF_SYSTEM_TYPE in unsendable:
            errors[SECTION_ADVANCED] = "system_type_invalid"
        elif CONF_ADDRESS_RANGE in unsendable:
            errors[SECTION_ADVANCED] = "address_range_invalid"
        return errors

    async def _centre_found(self, result: SmppProbe) -> ConfigFlowResult:
        """Go on with the account; wherever its service centre is now, it is the same one.

        Where there is no transceiver, an account has two sessions, each of which is a gateway.
        """
        host, user = self.data[CONF_HOST], self.data[CONF_USERNAME]
        mode = BindMode(self.data.get(CONF_MODE) or BindMode.TRANSCEIVER)
        session = "" if mode is BindMode.TRANSCEIVER else f":{mode}"
        self.info = result.info
        self.after_choices = self.async_step_smpp_ready
        is_same = self.entry is not None and self.entry.data[CONF_USERNAME] == user
        return await self.async_identified(
            f"{host.casefold()}:{self.data[CONF_PORT]}:{user}{session}",
            result.info,
            following=self.async_step_smpp_ready,
            is_same=is_same,
        )

    @property
    @override
    def name(self) -> str:
        """What to call the account: service centres call themselves alike."""
        return f"SMPP {self.data[CONF_HOST]}" if self.data[CONF_KIND] == SMPP else super().name

    def _show_account_form(
        self,
        errors: dict[str, str],
        shown: Mapping[str, Any],
        said: Mapping[str, str] = NOTHING_SAID,
    ) -> ConfigFlowResult:
        """Show the form for the account, with what is given."""
        values = {**shown, SECTION_ADVANCED: shown}
        return self.async_show_form(
            step_id="smpp_account",
            data_schema=self.add_suggested_values_to_schema(_ACCOUNT_SCHEMA, values),
            errors=errors,
            description_placeholders={"example": "192.168.1.1", **said},
        )

    def _show_password_form(
        self, errors: dict[str, str], said: Mapping[str, str] = NOTHING_SAID
    ) -> ConfigFlowResult:
        """Show the form for the password of the account."""
        return self.async_show_form(
            step_id="smpp_password",
            data_schema=_PASSWORD_SCHEMA,
            errors=errors,
            description_placeholders={
                "host": self.data[CONF_HOST],
                "username": self.data[CONF_USERNAME],
                **said,
            },
        )


def _without_password(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be shown of the data of an account."""
    return {key: value for key, value in data.items() if key != CONF_PASSWORD}

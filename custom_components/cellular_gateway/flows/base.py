"""What the config flows of all kinds share: probing, and how a flow ends."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    CountrySelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import (
    CONF_COUNTRY,
    CONF_DELETE_AFTER_RECEIPT,
    CONF_KIND,
    CONF_PUSH,
    CONF_SHOW_TEXTS,
    LOGGER,
)
from ..gateways.errors import GatewayError, GatewayRefusedError, Reason
from ..gateways.models import GatewayInfo
from ..kinds import KINDS
from .choices import ChoicesFlow, with_choices
from .push import PushFlow
from .stopping import entry_stopped

type Step = Callable[[], Awaitable[ConfigFlowResult]]

# Each has its words under `config.error`; another one would be a bug of ours or news to us.
_REASONS: Final = frozenset(
    {
        Reason.BUSY,
        Reason.CERTIFICATE_UNTRUSTED,
        Reason.CONNECTION_LOST,
        Reason.CONNECTION_REFUSED,
        Reason.HOST_UNREACHABLE,
        Reason.INVALID_DEVICE,
        Reason.LOGIN_WRONG,
        Reason.NO_ANSWER,
        Reason.NO_PERMISSION,
        Reason.NOT_A_MODEM,
        Reason.NOT_A_ROUTER,
        Reason.NOT_AN_SMS_MODEM,
        Reason.NOT_FOUND,
        Reason.OTHER_GATEWAY,
        Reason.PROXY_NOT_READY,
        Reason.RATE_LIMITED,
        Reason.REFUSED,
        Reason.ROUTER_LOGIN_WRONG,
        Reason.SERVICE_DISABLED,
        Reason.TOKEN_REFUSED,
        Reason.WRONG_SPEED,
    }
)


# What a form with `probe_error` has in its words, as long as there is no refusal.
NOTHING_SAID: Final[Mapping[str, str]] = {"code": "", "meaning": ""}

USERNAME: Final = TextSelector(TextSelectorConfig(autocomplete="off"))
PASSWORD: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)

ADDRESS_FIELDS: Final = {
    vol.Required(CONF_URL): TextSelector(),
    vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
}
LOGIN_FIELDS: Final = {
    vol.Required(CONF_USERNAME): USERNAME,
    vol.Required(CONF_PASSWORD): PASSWORD,
}


def preferences_schema(data: Mapping[str, Any]) -> vol.Schema:
    """Return the fields of what a person prefers about a gateway with this data."""
    fields: dict[vol.Marker, Any] = {
        vol.Required(CONF_SHOW_TEXTS, default=True): BooleanSelector(),
        vol.Optional(CONF_COUNTRY): CountrySelector(),
    }
    if (deletes := KINDS[data[CONF_KIND]].deletes(data)) is not None:
        fields[vol.Required(CONF_DELETE_AFTER_RECEIPT, default=deletes)] = BooleanSelector()
    return vol.Schema(fields)


def form_error(err: GatewayError) -> str:
    """Return the key of the words that a form shows for an error."""
    LOGGER.debug("Probing failed: %s", err)
    return str(err.reason) if err.reason in _REASONS else "unknown"


def probe_error(err: GatewayError) -> str:
    """Return the key of the words for an error of a service, which may say itself what it is."""
    return "refused_because" if err.reason is Reason.REFUSED else form_error(err)


def refusal(err: GatewayError) -> Mapping[str, str]:
    """Return what stands in those words."""
    if isinstance(err, GatewayRefusedError):
        return {"code": err.code, "meaning": err.meaning}
    return NOTHING_SAID


def gateway_name(info: GatewayInfo, otherwise: str) -> str:
    """Call a gateway by its maker and model; many modems repeat the maker in the model."""
    maker, model = info.manufacturer or "", info.model or ""
    brand = next(iter(maker.replace("_", " ").split()), "")
    if brand and model.casefold().startswith(brand.casefold()):
        maker = ""
    return f"{maker} {model}".strip() or otherwise


class GatewayFlow(ChoicesFlow, PushFlow, ConfigFlow):
    """A config flow that probes a gateway; the forms of each kind build on it.

    `data` and `options` become those of the entry; `info` is who the gateway is. `after_choices`
    is the step after one that asks for options.
    """

    info: GatewayInfo
    after_choices: Step

    def __init__(self) -> None:
        """Start with nothing known."""
        self.data: dict[str, Any] = {}
        self.options: dict[str, Any] = {}
        self._entry_is_stopped = False

    @property
    def entry(self) -> ConfigEntry | None:
        """The entry that this flow changes, None when it makes a new one."""
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return self._get_reauth_entry() if self.source == SOURCE_REAUTH else None

    @property
    @override
    def gateway_data(self) -> Mapping[str, Any]:
        """The data of the entry."""
        return self.data

    @property
    @override
    def push(self) -> Mapping[str, Any]:
        """What was chosen about pushes, a step before or when the entry was made."""
        kept = {} if self.entry is None else self.entry.options
        chosen: Mapping[str, Any] = {**kept, **self.options}.get(CONF_PUSH, {})
        return chosen

    @property
    @override
    def choices(self) -> Mapping[str, Any]:
        """The options, as far as they were chosen in steps before."""
        return self.options

    @override
    async def async_keep_choices(
        self, fields: Collection[str], chosen: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Keep what was chosen in place of what those fields had, and go on."""
        self.options = with_choices(self.options, fields, chosen)
        return await self.after_choices()

    @override
    async def async_keep_push(self, push: dict[str, Any]) -> ConfigFlowResult:
        """Keep what was chosen about pushes, and go on."""
        self.options[CONF_PUSH] = push
        return await self.async_step_preferences()

    @asynccontextmanager
    @override
    async def entry_stopped(self) -> AsyncIterator[None]:
        """Free what the entry holds, if there is one; may be nested."""
        entry = self.entry
        if entry is None or self._entry_is_stopped:
            yield
            return
        async with entry_stopped(self.hass, entry):
            self._entry_is_stopped = True
            try:
                yield
            finally:
                self._entry_is_stopped = False

    @property
    def name(self) -> str:
        """What to call the gateway."""
        return gateway_name(self.info, KINDS[self.data[CONF_KIND]].name)

    async def async_identified(
        self,
        unique_id: str,
        info: GatewayInfo,
        *,
        following: Step | None = None,
        found_again: Callable[[ConfigEntry], Awaitable[None]] | None = None,
        is_same: bool = False,
    ) -> ConfigFlowResult:
        """Go on, now that it is known which gateway it is.

        A new entry goes on to the step `following`, or at once to the preferences. `found_again` is
        called with the entry that has the gateway already. `is_same` says of an entry that is
        reconfigured that its gateway has got another name, and was not replaced.
        """
        self.info = info
        entry = self.entry
        if entry is not None and self.source == SOURCE_REAUTH:
            return await self._async_update(entry)
        # A flow that somebody left open elsewhere must not keep the gateway from being set up.
        known = await self.async_set_unique_id(unique_id, raise_on_progress=False)
        if known is not None and known is not entry and known.source != SOURCE_IGNORE:
            if found_again is not None:
                await found_again(known)
            return self.async_abort(reason="already_configured")
        if entry is None:
            return await (following or self.async_step_preferences)()
        if entry.unique_id != unique_id and not is_same:
            return await self.async_step_replace_modem()
        return await self._async_update(entry)

    async def async_step_preferences(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the person prefers, and create the entry."""
        if user_input is not None:
            self._abort_if_unique_id_configured(reload_on_update=False)
            return self.async_create_entry(
                title=self.name, data=self.data, options=user_input | self.options
            )
        return self.async_show_form(
            step_id="preferences",
            data_schema=self.add_suggested_values_to_schema(
                preferences_schema(self.data), {CONF_COUNTRY: self.hass.config.country}
            ),
        )

    async def async_step_replace_modem(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the person confirm that another gateway takes the place of the old one."""
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            return await self._async_update(entry)
        return self.async_show_form(
            step_id="replace_modem",
            data_schema=vol.Schema({}),
            description_placeholders={"old": entry.title, "new": self.name},
        )

    async def _async_update(self, entry: ConfigEntry) -> ConfigFlowResult:
        """Give the entry its new data and options and, when it was reconfigured, identity."""
        unique_id = self.unique_id if self.source == SOURCE_RECONFIGURE else entry.unique_id
        async with self.entry_stopped():
            return self.async_update_and_abort(
                entry,
                unique_id=unique_id,
                data=self.data,
                options={**entry.options, **self.options},
            )

"""The forms of an EMnify account: its token, which endpoints, what it pushes, and who sends."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_urlsafe
from typing import Any, Final, override

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import (
    SOURCE_REAUTH,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import callback
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
    CONF_CALLS,
    CONF_KIND,
    CONF_LOCAL_ONLY,
    CONF_SEARCH,
    CONF_SECRET,
    CONF_SOURCE_ADDRESS,
    CONF_SOURCE_ADDRESS_TYPE,
    CONF_TAGS,
    LOGGER,
    SECTION_ADVANCED,
)
from ..gateways.errors import GatewayError, Reason
from ..gateways.source_address import SourceAddressType, source_address_type
from ..kinds.emnify import (
    BASE_URL,
    CALLS,
    EMNIFY,
    LEAST_CALLS,
    MOST_CALLS,
    SECRET_PARAMETER,
    SOURCE_ADDRESS,
    EmnifyProbe,
    probe_account,
)
from ..sms.errors import MessageError, MessageErrorReason
from ..sms.numbers import normalize_number
from ..webhook import async_give_up_public_url, async_public_url
from .base import NOTHING_SAID, PASSWORD, GatewayFlow, probe_error, refusal
from .choices import ChoicesFlow
from .push import PushFlow

# As many octets as the digest of the signatures that it is the key of.
_SECRET_OCTETS: Final = 32

_TOKEN_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_TOKEN): PASSWORD,
        vol.Optional(SECTION_ADVANCED): section(
            vol.Schema({vol.Optional(CONF_URL): TextSelector()}), {"collapsed": True}
        ),
    }
)
_ENDPOINT_FIELDS: Final = (CONF_TAGS, CONF_SEARCH, CONF_CALLS)
_CALLS_SELECTOR: Final = NumberSelector(
    NumberSelectorConfig(min=LEAST_CALLS, max=MOST_CALLS, mode=NumberSelectorMode.BOX)
)
_SENDER_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_SOURCE_ADDRESS): TextSelector(),
        vol.Optional(CONF_SOURCE_ADDRESS_TYPE): SelectSelector(
            SelectSelectorConfig(
                options=[kind.value for kind in SourceAddressType],
                mode=SelectSelectorMode.DROPDOWN,
                translation_key="source_address_type",
            )
        ),
    }
)
_SENDER_FIELDS: Final = (CONF_SOURCE_ADDRESS, CONF_SOURCE_ADDRESS_TYPE)
_PORTAL_SCHEMA: Final = vol.Schema(
    {vol.Required(CONF_LOCAL_ONLY, default=False): BooleanSelector()}
)


class EmnifyChoices(ChoicesFlow, PushFlow):
    """The steps about what can be chosen of an account at any time."""

    @abstractmethod
    async def async_account(self) -> EmnifyProbe | None:
        """Say what is known of the account, None where it cannot be asked now."""

    async def async_step_endpoints(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which of the endpoints are wanted, and how often they may be asked about."""
        if user_input is not None:
            return await self.async_keep_choices(_ENDPOINT_FIELDS, _endpoints(user_input))
        account = await self.async_account()
        known = {"name": "", "count": ""} if account is None else _placeholders(account)
        tags = () if account is None else account.tags
        return self.async_show_form(
            step_id="endpoints",
            data_schema=self.add_suggested_values_to_schema(_endpoints_schema(tags), self.choices),
            description_placeholders=known,
        )

    async def async_step_portal(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what to enter at EMnify so that it pushes to us, if it can reach us."""
        if user_input is not None:
            return await self.async_keep_push(user_input)
        url = await async_public_url(self.hass, self.gateway_data[CONF_WEBHOOK_ID])
        if url is None:
            return await self.async_step_portal_closed()
        secret = self.gateway_data[CONF_SECRET]
        return self.async_show_form(
            step_id="portal",
            data_schema=self.add_suggested_values_to_schema(_PORTAL_SCHEMA, self.push),
            description_placeholders={
                "url": url,
                "secret": secret,
                "stream_url": f"{url}?{SECRET_PARAMETER}={secret}",
            },
        )

    async def async_step_portal_closed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say that nothing can be pushed, and what is lost without."""
        return self.async_show_menu(step_id="portal_closed", menu_options=["portal", "portal_skip"])

    async def async_step_portal_skip(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on without pushes; they are taken as soon as they come."""
        return await self.async_keep_push({CONF_LOCAL_ONLY: False, **self.push})


class EmnifyOptions(EmnifyChoices, OptionsFlow):
    """The options of an account, with the step about who sends, which can be chosen later."""

    @override
    def own_steps(self) -> tuple[str, ...]:
        """Offer all that can be chosen of an account."""
        if self.gateway_data[CONF_KIND] != EMNIFY:
            return super().own_steps()
        return ("endpoints", "sender", "portal")

    @override
    async def async_account(self) -> EmnifyProbe | None:
        """Look the account up anew: not all of its endpoints are known to the gateway."""
        # A token that is refused several times in a row locks the account.
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return None
        try:
            return await probe_account(self.hass, self.config_entry.data)
        except GatewayError as err:
            LOGGER.debug("The account cannot be asked: %s", err)
            return None

    async def async_step_sender(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask who is the sender of what is sent."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                return await self.async_keep_choices(_SENDER_FIELDS, _sender(user_input))
            except MessageError:
                errors["base"] = "source_address_invalid"
        return self.async_show_form(
            step_id="sender",
            data_schema=self.add_suggested_values_to_schema(
                _SENDER_SCHEMA, user_input or self.choices
            ),
            errors=errors,
            description_placeholders={"usual": SOURCE_ADDRESS},
        )


class EmnifyFlow(EmnifyChoices, GatewayFlow):
    """The steps of an EMnify account, in a new entry and in a changed one."""

    def __init__(self) -> None:
        """Start without an account."""
        super().__init__()
        self._account: EmnifyProbe | None = None

    @callback
    @override
    def async_remove(self) -> None:
        """Let go of the address in the cloud where no entry came of it."""
        super().async_remove()
        webhook_id = self.data.get(CONF_WEBHOOK_ID)
        is_used = any(
            entry.data.get(CONF_WEBHOOK_ID) == webhook_id for entry in self._async_current_entries()
        )
        if self.data.get(CONF_KIND) == EMNIFY and webhook_id and not is_used:
            self.hass.async_create_task(async_give_up_public_url(self.hass, webhook_id))

    @override
    async def async_account(self) -> EmnifyProbe | None:
        """Say what was found when the token was tried."""
        return self._account

    async def async_step_emnify(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the token, and see whose account it is."""
        self.data[CONF_KIND] = EMNIFY
        if user_input is None:
            return self._show_token_form({})
        self.data |= {CONF_TOKEN: user_input[CONF_TOKEN].strip()}
        self.data.pop(CONF_URL, None)
        if url := user_input.get(SECTION_ADVANCED, {}).get(CONF_URL, "").strip():
            self.data[CONF_URL] = url
        try:
            self._account = await probe_account(self.hass, self.data)
        except GatewayError as err:
            return self._show_token_form({"base": probe_error(err)}, refusal(err))
        return await self._found(self._account)

    async def async_reauth_emnify(self) -> ConfigFlowResult:
        """Ask for another token."""
        return self._show_token_form({})

    async def _found(self, account: EmnifyProbe) -> ConfigFlowResult:
        """Go on with the account that was found; one that does not tell who it is goes by URL."""
        identity = account.organisation or self.data.get(CONF_URL, BASE_URL)
        if self.source == SOURCE_REAUTH and self._get_reauth_entry().unique_id != identity:
            return self._show_token_form({"base": str(Reason.OTHER_GATEWAY)})
        self.data.setdefault(CONF_WEBHOOK_ID, async_generate_id())
        self.data.setdefault(CONF_SECRET, token_urlsafe(_SECRET_OCTETS))
        self.after_choices = self.async_step_portal
        info = replace(account.info, model=account.name or account.info.model)
        return await self.async_identified(identity, info, following=self.async_step_endpoints)

    def _show_token_form(
        self, errors: dict[str, str], said: Mapping[str, str] = NOTHING_SAID
    ) -> ConfigFlowResult:
        """Show the form for the token, which is not shown again."""
        shown = {SECTION_ADVANCED: {CONF_URL: self.data.get(CONF_URL)}}
        return self.async_show_form(
            step_id="emnify",
            data_schema=self.add_suggested_values_to_schema(_TOKEN_SCHEMA, shown),
            errors=errors,
            description_placeholders={"usual": BASE_URL, **said},
        )


def _placeholders(account: EmnifyProbe) -> dict[str, str]:
    """Return whose account it is, and how many endpoints it has."""
    count = account.endpoints
    return {
        "name": account.name or account.organisation or "EMnify",
        "count": "?" if count is None else str(count),
    }


def _endpoints_schema(tags: tuple[str, ...]) -> vol.Schema:
    """Return the form for the choice of endpoints, with tags that there are."""
    return vol.Schema(
        {
            vol.Optional(CONF_TAGS): SelectSelector(
                SelectSelectorConfig(
                    options=list(tags),
                    multiple=True,
                    custom_value=True,
                    mode=SelectSelectorMode.DROPDOWN,
                )
            ),
            vol.Optional(CONF_SEARCH): TextSelector(),
            vol.Required(CONF_CALLS, default=CALLS): _CALLS_SELECTOR,
        }
    )


def _endpoints(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choice of endpoints, without spaces around what was typed in."""
    return {
        CONF_TAGS: [tag.strip() for tag in typed.get(CONF_TAGS, ()) if tag.strip()],
        CONF_SEARCH: typed.get(CONF_SEARCH, "").strip(),
        CONF_CALLS: int(typed[CONF_CALLS]),
    }


def _sender(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sender in its normal form, and its type if one was chosen.

    Raises MessageError for what can be none, or none of that type.
    """
    address = typed.get(CONF_SOURCE_ADDRESS, "").strip() or SOURCE_ADDRESS
    written, chosen = source_address_type(address), typed.get(CONF_SOURCE_ADDRESS_TYPE) or None
    # Digits alone may be of any type; letters and a plus sign say which.
    if written is not SourceAddressType.NATIONAL and chosen not in (None, written.value):
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "of another type")
    number = normalize_number(address, None)
    return {CONF_SOURCE_ADDRESS: number, CONF_SOURCE_ADDRESS_TYPE: chosen}

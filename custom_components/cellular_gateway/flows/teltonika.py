"""The forms of a Teltonika router: its address, its logins, and how it forwards messages to us."""

from ipaddress import ip_address
from typing import Any, Final, override
from urllib.parse import urlsplit

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, ConfigFlowResult
from homeassistant.const import (
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, TextSelector
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import (
    CONF_API,
    CONF_BASE64,
    CONF_EXTRA,
    CONF_FORWARD,
    CONF_KIND,
    CONF_NUMBER_NAME,
    CONF_ROUTER_PASSWORD,
    CONF_ROUTER_USERNAME,
    CONF_TEXT_NAME,
    CONF_TIME_ZONE,
    LOGGER,
)
from ..gateways.errors import GatewayError, Reason
from ..kinds import KINDS
from ..kinds.teltonika import (
    DEFAULT_FORWARDING,
    DEFAULT_POST_GET_LOGIN,
    DEFAULT_UBUS_USERNAME,
    DEFAULT_USERNAME,
    EXTRA_PAIRS,
    TELTONIKA,
    Api,
    TeltonikaProbe,
    find_router,
    probe_router,
)
from .base import ADDRESS_FIELDS, LOGIN_FIELDS, PASSWORD, USERNAME, GatewayFlow, form_error
from .choices import ChoicesFlow
from .push import LOCAL_ONLY, PushFlow

_ROUTER_SCHEMA: Final = vol.Schema(ADDRESS_FIELDS)
_TIME_ZONE: Final = {vol.Optional(CONF_TIME_ZONE): TextSelector()}
# By the API, each in a step of its own.
_LOGINS: Final = {
    Api.REST: (
        "teltonika_rest",
        vol.Schema({**LOGIN_FIELDS, **_TIME_ZONE}),
        {CONF_USERNAME: DEFAULT_USERNAME},
    ),
    Api.POST_GET: (
        "teltonika_post_get",
        vol.Schema(
            {
                **LOGIN_FIELDS,
                vol.Optional(CONF_ROUTER_USERNAME): USERNAME,
                vol.Optional(CONF_ROUTER_PASSWORD): PASSWORD,
                **_TIME_ZONE,
            }
        ),
        {
            CONF_USERNAME: DEFAULT_POST_GET_LOGIN.username,
            CONF_PASSWORD: DEFAULT_POST_GET_LOGIN.password,
            CONF_ROUTER_USERNAME: DEFAULT_UBUS_USERNAME,
        },
    ),
}
_NAME_KEYS: Final = (CONF_USERNAME, CONF_ROUTER_USERNAME)
_LOGIN_KEYS: Final = (*_NAME_KEYS, CONF_PASSWORD, CONF_ROUTER_PASSWORD)

_FORWARDING_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_FORWARD, default=False): BooleanSelector(),
        vol.Required(CONF_NUMBER_NAME, default=DEFAULT_FORWARDING.number_name): TextSelector(),
        vol.Required(CONF_TEXT_NAME, default=DEFAULT_FORWARDING.text_name): TextSelector(),
        vol.Required(CONF_BASE64, default=DEFAULT_FORWARDING.base64): BooleanSelector(),
        **LOCAL_ONLY,
        vol.Optional(CONF_EXTRA): section(
            vol.Schema(
                {vol.Optional(name): TextSelector() for pair in EXTRA_PAIRS for name in pair}
            ),
            {"collapsed": True},
        ),
    }
)


def _host(url: str) -> str | None:
    """Return the host of a URL."""
    return urlsplit(url).hostname


def _moved(url: str, address: str) -> str:
    """Return the URL of a router that has got another IP address; a name of a host stays."""
    host = _host(url) or ""
    try:
        ip_address(host)
    except ValueError:
        return url
    return url.replace(host, address, 1)


class TeltonikaChoices(ChoicesFlow, PushFlow):
    """The step about how a router forwards messages, which can be chosen at any time."""

    @override
    def own_steps(self) -> tuple[str, ...]:
        """Offer the choice of how messages are forwarded."""
        if self.gateway_data[CONF_KIND] != TELTONIKA:
            return super().own_steps()
        return ("forwarding",)

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
            data_schema=self.push_form(_FORWARDING_SCHEMA, user_input),
            errors=errors,
            description_placeholders=self.push_placeholders(),
        )


class TeltonikaFlow(TeltonikaChoices, GatewayFlow):
    """The steps of a Teltonika router, in a new entry and in a changed one."""

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Offer to set up a router, or follow one that has got another address."""
        entry = await self.async_set_unique_id(discovery_info.macaddress)
        if entry is not None and CONF_URL in entry.data:
            url = _moved(entry.data[CONF_URL], discovery_info.ip)
            self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: url})
            # A set-up that failed has left nobody who hears of it.
            if entry.state is ConfigEntryState.SETUP_RETRY:
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
        self._abort_if_unique_id_configured(reload_on_update=False)
        if any(
            _host(entry.data.get(CONF_URL, "")) == discovery_info.ip
            for entry in self._async_current_entries(include_ignore=False)
        ):
            return self.async_abort(reason="already_configured")
        try:
            # Nothing secret is said, so that any certificate will do.
            found = await find_router(self.hass, discovery_info.ip, verify_tls=False)
        except GatewayError as err:
            LOGGER.debug("A router at %s cannot be asked: %s", discovery_info.ip, err)
            return self.async_abort(reason="not_reached")
        name = found.model or discovery_info.hostname or KINDS[TELTONIKA].name
        self.context["title_placeholders"] = {"name": name}
        self.data = {CONF_KIND: TELTONIKA, CONF_URL: found.url}
        return self._show_router_form({})

    async def async_step_teltonika(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address, and find out which API the router speaks."""
        if user_input is None:
            return self._show_router_form({})
        url, verify_tls = user_input[CONF_URL], user_input[CONF_VERIFY_SSL]
        self.data |= {CONF_KIND: TELTONIKA, CONF_URL: url, CONF_VERIFY_SSL: verify_tls}
        try:
            found = await find_router(self.hass, url, verify_tls=verify_tls)
        except GatewayError as err:
            return self._show_router_form({"base": form_error(err)})
        self._async_abort_entries_match({CONF_URL: found.url})
        self.data[CONF_URL] = found.url
        if self.data.get(CONF_API) != found.api:
            self.data[CONF_API] = found.api.value
            for key in _LOGIN_KEYS:
                self.data.pop(key, None)
        return self._show_login_form({})

    async def async_step_teltonika_rest(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the login of the API of RutOS 7."""
        return await self._login(user_input)

    async def async_step_teltonika_post_get(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the login of SMS Post/Get, and for that of the router if it may be used."""
        return await self._login(user_input)

    async def async_reauth_teltonika(self) -> ConfigFlowResult:
        """Ask for another login."""
        return self._show_login_form({})

    def _show_router_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form for the address, with the one that was last named."""
        return self.async_show_form(
            step_id=TELTONIKA,
            data_schema=self.add_suggested_values_to_schema(_ROUTER_SCHEMA, self.data),
            errors=errors,
            description_placeholders={"example": "192.168.1.1"},
        )

    def _show_login_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form for the login, with the one that the routers come with or the last name."""
        step_id, schema, defaults = _LOGINS[Api(self.data[CONF_API])]
        shown: dict[str, Any] = {key: self.data[key] for key in _NAME_KEYS if key in self.data}
        zone = {key: self.data[key] for key in (CONF_TIME_ZONE,) if key in self.data}
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, (shown or defaults) | zone),
            errors=errors,
            description_placeholders={
                "address": _host(self.data[CONF_URL]) or "",
                "time_zone": self.hass.config.time_zone,
            },
        )

    async def _login(self, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        """Log in, once: the routers lock out whoever fails too often."""
        if user_input is None:
            return self._show_login_form({})
        for key in (*_LOGIN_KEYS, CONF_TIME_ZONE):
            self.data.pop(key, None)
        self.data |= user_input
        zone = user_input.get(CONF_TIME_ZONE)
        if zone and await dt_util.async_get_time_zone(zone) is None:
            return self._show_login_form({CONF_TIME_ZONE: "invalid_time_zone"})
        try:
            result = await probe_router(self.hass, self.data)
        except GatewayError as err:
            return self._show_login_form({"base": form_error(err)})
        return await self._logged_in(result)

    async def _logged_in(self, result: TeltonikaProbe) -> ConfigFlowResult:
        """Go on with the router that was found.

        One that does not tell who it is goes by its URL until it does.
        """
        url = self.data[CONF_URL]
        entry, identity = self.entry, result.identity
        is_same = False
        if entry is not None and entry.data.get(CONF_URL) == url:
            was_nameless = entry.unique_id == url
            is_same = was_nameless or identity in {None, entry.unique_id}
            if not is_same and self.source != SOURCE_RECONFIGURE:
                return self._show_login_form({"base": str(Reason.OTHER_GATEWAY)})
            if identity is None:
                identity = entry.unique_id
        self.data.setdefault(CONF_WEBHOOK_ID, async_generate_id())
        return await self.async_identified(
            identity or url, result.info, following=self.async_step_forwarding, is_same=is_same
        )

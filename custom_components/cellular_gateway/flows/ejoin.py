"""The forms of an Ejoin gateway: its login or only its reports, and what to switch on in it."""

import asyncio
from typing import Any, Final, override
from urllib.parse import urlsplit

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.const import (
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
    CONF_WEBHOOK_ID,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import (
    CONF_CONFIGURE,
    CONF_CURRENCY,
    CONF_KIND,
    CONF_LOCAL_ONLY,
    CONF_PERIOD,
    CONF_PUSH,
)
from ..gateways.errors import GatewayError, Reason
from ..gateways.models import GatewayInfo
from ..gateways.push import Push, PushAnswer
from ..kinds import KINDS
from ..kinds.ejoin import EJOIN, LEAST_PERIOD, EjoinProbe, probe_box, probe_pushed
from ..sms.balance.currencies import CODES
from ..webhook import async_receive, async_stop_receiving, push_url
from .base import ADDRESS_FIELDS, LOGIN_FIELDS, GatewayFlow, form_error
from .choices import ChoicesFlow
from .push import LOCAL_ONLY, PushFlow

# The gateway reports every three minutes unless told otherwise, and a person may take as long to
# type the address in.
_PATIENCE: Final = 600.0

# As the gateways come (HTTP API 2.2, examples).
_USERNAME: Final = "root"

_LOGIN_SCHEMA: Final = vol.Schema({**ADDRESS_FIELDS, **LOGIN_FIELDS})
_LOGIN_KEYS: Final = (CONF_URL, CONF_USERNAME, CONF_PASSWORD, CONF_VERIFY_SSL)
_PUSH_SCHEMA: Final = vol.Schema(
    {
        **LOCAL_ONLY,
        vol.Optional(CONF_CURRENCY): SelectSelector(
            SelectSelectorConfig(options=sorted(CODES), mode=SelectSelectorMode.DROPDOWN)
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
        **_PUSH_SCHEMA.schema,
    }
)


def box_url(address: str) -> str | None:
    """Return the URL of the web pages at an address, None where it is none."""
    text = address.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.scheme not in {"http", "https"}:
        return None
    place = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{place}" + ("" if port is None else f":{port}")


class EjoinChoices(ChoicesFlow, PushFlow):
    """The step about what a gateway reports, which can be chosen at any time."""

    @override
    def own_steps(self) -> tuple[str, ...]:
        """Offer the choice of what is reported."""
        if self.gateway_data[CONF_KIND] != EJOIN:
            return super().own_steps()
        return ("notification",)

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
        schema = _NOTIFICATION_SCHEMA if CONF_URL in self.gateway_data else _PUSH_SCHEMA
        return self.async_show_form(
            step_id="notification",
            data_schema=self.push_form(schema, user_input),
            errors=errors,
            description_placeholders=self.push_placeholders(),
        )


class EjoinFlow(EjoinChoices, GatewayFlow):
    """The steps of an Ejoin gateway, in a new entry and in a changed one."""

    def __init__(self) -> None:
        """Start without waiting for a report."""
        super().__init__()
        self._report: asyncio.Task[EjoinProbe] | None = None

    @callback
    @override
    def async_remove(self) -> None:
        """Wait no more when the forms are closed."""
        if self._report is not None:
            self._report.cancel()
        webhook_id = self.data.get(CONF_WEBHOOK_ID)
        held = {entry.data.get(CONF_WEBHOOK_ID) for entry in self._async_current_entries()}
        if webhook_id is not None and webhook_id not in held:
            async_stop_receiving(self.hass, webhook_id)

    async def async_step_ejoin(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether the gateway's login may be used."""
        self.data[CONF_KIND] = EJOIN
        self.data.setdefault(CONF_WEBHOOK_ID, async_generate_id())
        return self.async_show_menu(step_id="ejoin", menu_options=["ejoin_login", "ejoin_push"])

    async def async_step_ejoin_login(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address and the login, and see who is there."""
        if user_input is None:
            return self._show_box_form({})
        self.data |= user_input
        if (url := box_url(user_input[CONF_URL])) is None:
            return self._show_box_form({CONF_URL: str(Reason.INVALID_DEVICE)})
        self._async_abort_entries_match({CONF_URL: url})
        self.data[CONF_URL] = url
        try:
            result = await probe_box(self.hass, self.data)
        except GatewayError as err:
            return self._show_box_form({"base": form_error(err)})
        # One that does not tell its MAC address goes by its URL.
        names = (result.mac, url) if result.mac else (url,)
        if self.source == SOURCE_REAUTH and self._get_reauth_entry().unique_id not in names:
            return self._show_box_form({"base": str(Reason.OTHER_GATEWAY)})
        return await self.async_identified(
            names[0], result.info, following=self.async_step_notification
        )

    async def async_reauth_ejoin(self) -> ConfigFlowResult:
        """Ask for another login."""
        return self._show_box_form({})

    async def async_step_ejoin_push(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what to enter in the gateway, which is then recognised by its first report.

        Where we have entered the address, it is the one that the form shows, and stays.
        """
        if user_input is None:
            return self._show_push_form({})
        for key in _LOGIN_KEYS:
            self.data.pop(key, None)
        kept = {name: value for name, value in self.push.items() if name != CONF_CURRENCY}
        self.options[CONF_PUSH] = kept | user_input
        if (entry := self.entry) is not None and entry.unique_id is not None:
            return await self.async_identified(entry.unique_id, GatewayInfo())
        return await self.async_step_ejoin_wait()

    async def async_step_ejoin_wait(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Wait until the gateway reports."""
        if self._report is None:
            self._report = self.hass.async_create_background_task(
                self._first_report(), "wait for an Ejoin gateway"
            )
        if not self._report.done():
            return self.async_show_progress(
                step_id="ejoin_wait",
                progress_action="ejoin_wait",
                progress_task=self._report,
                description_placeholders=self.push_placeholders(),
            )
        return self.async_show_progress_done(next_step_id="ejoin_heard")

    async def async_step_ejoin_heard(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Go on with the gateway that reported, or show the form again when none did."""
        report, self._report = self._report, None
        if report is None or report.cancelled() or report.exception() is not None:
            return self._show_push_form({"base": "no_report"})
        return await self.async_identified(report.result().mac, report.result().info)

    def _show_box_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form for the address and the login; a password is not shown again."""
        shown = {CONF_USERNAME: _USERNAME, **self.data}
        shown.pop(CONF_PASSWORD, None)
        return self.async_show_form(
            step_id="ejoin_login",
            data_schema=self.add_suggested_values_to_schema(_LOGIN_SCHEMA, shown),
            errors=errors,
            description_placeholders={"example": "192.168.1.67"},
        )

    def _show_push_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form of a gateway that only pushes."""
        return self.async_show_form(
            step_id="ejoin_push",
            data_schema=self.add_suggested_values_to_schema(_PUSH_SCHEMA, self.push),
            errors=errors,
            description_placeholders=self.push_placeholders(),
        )

    async def _first_report(self) -> EjoinProbe:
        """Listen until a gateway tells who it is; TimeoutError when none does in time.

        Until the forms are closed what comes is refused, since nobody could keep it yet.
        """
        heard: asyncio.Future[EjoinProbe] = asyncio.get_running_loop().create_future()

        async def take(push: Push) -> PushAnswer:
            if (found := probe_pushed(push)) is not None and not heard.done():
                heard.set_result(found)
            return PushAnswer(503, "the gateway is not set up yet")

        webhook_id = self.data[CONF_WEBHOOK_ID]
        local_only = self.options[CONF_PUSH][CONF_LOCAL_ONLY]
        async_receive(self.hass, webhook_id, KINDS[EJOIN].name, take, local_only=local_only)
        async with asyncio.timeout(_PATIENCE):
            return await heard

"""What the config flows of all kinds share: probing, and how a flow ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OperationNotAllowed,
)
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import BooleanSelector, CountrySelector
import voluptuous as vol

from ..const import CONF_COUNTRY, CONF_DELETE_AFTER_RECEIPT, CONF_KIND, CONF_SHOW_TEXTS, LOGGER
from ..gateways.errors import GatewayError, Reason
from ..gateways.models import GatewayInfo
from ..kinds import KINDS, Probed

# Each has its words under `config.error`; another one would be a bug of ours or news to us.
_REASONS: Final = frozenset(
    {
        Reason.BUSY,
        Reason.CONNECTION_LOST,
        Reason.CONNECTION_REFUSED,
        Reason.HOST_UNREACHABLE,
        Reason.INVALID_DEVICE,
        Reason.NO_ANSWER,
        Reason.NO_PERMISSION,
        Reason.NOT_A_MODEM,
        Reason.NOT_AN_SMS_MODEM,
        Reason.NOT_FOUND,
        Reason.PROXY_NOT_READY,
        Reason.REFUSED,
        Reason.WRONG_SPEED,
    }
)

PREFERENCES_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_SHOW_TEXTS, default=True): BooleanSelector(),
        vol.Optional(CONF_COUNTRY): CountrySelector(),
        vol.Required(CONF_DELETE_AFTER_RECEIPT, default=True): BooleanSelector(),
    }
)


def form_error(err: GatewayError) -> str:
    """Return the key of the words that a form shows for an error."""
    LOGGER.debug("Probing failed: %s", err)
    return str(err.reason) if err.reason in _REASONS else "unknown"


def gateway_name(info: GatewayInfo) -> str:
    """Call a gateway by its maker and model; many modems repeat the maker in the model."""
    maker, model = info.manufacturer or "", info.model or ""
    brand = next(iter(maker.replace("_", " ").split()), "")
    if brand and model.casefold().startswith(brand.casefold()):
        maker = ""
    return f"{maker} {model}".strip() or "AT modem"


class GatewayFlow(ConfigFlow):
    """A config flow that probes a gateway; the forms of each kind build on it.

    `data` becomes the data of the entry; `result` is what the last probe found.
    """

    result: Probed

    def __init__(self) -> None:
        """Start with nothing known."""
        self.data: dict[str, Any] = {}
        self._entry_is_stopped = False

    @property
    def entry(self) -> ConfigEntry | None:
        """The entry that this flow changes, None when it makes a new one."""
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return self._get_reauth_entry() if self.source == SOURCE_REAUTH else None

    @asynccontextmanager
    async def entry_stopped(self) -> AsyncIterator[None]:
        """Free the port that the entry holds; the entry is started again whatever comes of it.

        What is changed in here is taken up by that start, so no update listener is needed: after
        a set-up that failed there is none. May be nested.
        """
        entry = self.entry
        if entry is None or self._entry_is_stopped:
            yield
            return
        async with entry.setup_lock:
            LOGGER.debug("No set-up of %s is under way", entry.title)
        try:
            stopped = await self.hass.config_entries.async_unload(entry.entry_id)
        except OperationNotAllowed:
            stopped = False
        if not stopped:
            raise AbortFlow("unload_failed")
        self._entry_is_stopped = True
        try:
            yield
        finally:
            self._entry_is_stopped = False
            self.hass.async_create_task(self._start(entry), f"start {entry.title} again")

    async def _start(self, entry: ConfigEntry) -> None:
        """Set the entry up, unless somebody has meanwhile; a reload would end this very flow."""
        with suppress(OperationNotAllowed):
            await self.hass.config_entries.async_setup(entry.entry_id)

    async def async_probe(self, **credentials: Any) -> None:
        """Ask the gateway who it is; `credentials` is what its kind's probe takes besides the data.

        Raises GatewayError.
        """
        self.result = await KINDS[self.data[CONF_KIND]].probe(self.hass, self.data, **credentials)

    async def async_found_again(self, entry: ConfigEntry) -> None:
        """Take note that a gateway was found that is set up already."""

    async def async_identified(self) -> ConfigFlowResult:
        """Go on, now that it is known which gateway it is."""
        entry = self.entry
        if entry is not None and self.source == SOURCE_REAUTH:
            return await self._async_update(entry)
        unique_id = KINDS[self.data[CONF_KIND]].unique_id(self.data, self.result)
        # A flow that somebody left open elsewhere must not keep the gateway from being set up.
        known = await self.async_set_unique_id(unique_id, raise_on_progress=False)
        if known is not None and known is not entry and known.source != SOURCE_IGNORE:
            await self.async_found_again(known)
            return self.async_abort(reason="already_configured")
        if entry is None:
            return await self.async_step_preferences()
        if entry.unique_id != unique_id:
            return await self.async_step_replace_modem()
        return await self._async_update(entry)

    async def async_step_preferences(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the person prefers, and create the entry."""
        if user_input is not None:
            self._abort_if_unique_id_configured(reload_on_update=False)
            return self.async_create_entry(
                title=gateway_name(self.result.info), data=self.data, options=user_input
            )
        return self.async_show_form(
            step_id="preferences",
            data_schema=self.add_suggested_values_to_schema(
                PREFERENCES_SCHEMA, {CONF_COUNTRY: self.hass.config.country}
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
            description_placeholders={"old": entry.title, "new": gateway_name(self.result.info)},
        )

    async def _async_update(self, entry: ConfigEntry) -> ConfigFlowResult:
        """Give the entry its new data and, when it was reconfigured, identity."""
        unique_id = self.unique_id if self.source == SOURCE_RECONFIGURE else entry.unique_id
        async with self.entry_stopped():
            return self.async_update_and_abort(entry, unique_id=unique_id, data=self.data)

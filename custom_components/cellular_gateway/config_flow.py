"""How gateways are added, found again, reconfigured and given their secrets anew."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.usb import USBDevice
from homeassistant.config_entries import (
    SOURCE_USB,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    OptionsFlow,
    SubentryFlowContext,
)
from homeassistant.core import callback
from homeassistant.helpers.service_info.usb import UsbServiceInfo

from .const import CONF_DEVICE, CONF_KIND, DOMAIN, SUBENTRY_RECIPIENT, SUBENTRY_TRACKED_DEVICE
from .flows.at_modem import AtModemFlow
from .flows.ejoin import EjoinFlow
from .flows.emnify import EmnifyFlow
from .flows.options import GatewayOptionsFlow
from .flows.recipient import RecipientFlow
from .flows.smpp import SmppFlow
from .flows.teltonika import TeltonikaFlow
from .flows.tracked_device import TrackedDeviceFlow
from .flows.usb import async_find_port, async_known_entry, async_stick
from .kinds import KINDS


class CellularGatewayConfigFlow(
    AtModemFlow, EmnifyFlow, SmppFlow, EjoinFlow, TeltonikaFlow, domain=DOMAIN
):
    """The way to a gateway of any kind; the steps of each kind are its mixin's.

    A kind named `x` brings `async_step_x`, the form that probes it, and `async_reauth_x`.
    """

    VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the flow for what may be changed at any time."""
        return GatewayOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to a gateway."""
        return {
            SUBENTRY_RECIPIENT: RecipientFlow,
            SUBENTRY_TRACKED_DEVICE: TrackedDeviceFlow,
        }

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the kind."""
        return self.async_show_menu(step_id="user", menu_options=list(KINDS))

    @override
    async def async_step_usb(self, discovery_info: UsbServiceInfo) -> ConfigFlowResult:
        """Offer to set up a stick, once for all its ports; nothing is asked of it yet."""
        self.stick = await async_stick(
            self.hass,
            USBDevice(
                device=discovery_info.device,
                vid=discovery_info.vid,
                pid=discovery_info.pid,
                serial_number=discovery_info.serial_number,
                manufacturer=discovery_info.manufacturer,
                description=discovery_info.description,
            ),
        )
        await self.async_set_unique_id(self.stick.unique_id)
        self._abort_if_unique_id_configured()
        entries = self._async_current_entries(include_ignore=False)
        if entry := await async_known_entry(self.hass, entries, self.stick):
            # The next try may be minutes away, and the modem is there now.
            if entry.state is ConfigEntryState.SETUP_RETRY:
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
            return self.async_abort(reason="already_configured")
        self.context["title_placeholders"] = {"name": self.stick.name}
        return await self.async_step_usb_confirm()

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the form of the entry's kind with what the entry has."""
        self.data = dict(self._get_reconfigure_entry().data)
        return await self._kind_step("async_step", self.data[CONF_KIND])

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for what the gateway wants in place of what it refused."""
        self.data = dict(entry_data)
        return await self._kind_step("async_reauth", self.data[CONF_KIND])

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Withdraw the discovery of what is now set up, and go on to the first recipient."""
        entry: ConfigEntry = result["result"]
        await self._withdraw_discovery(entry)
        recipient = await self.hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_RECIPIENT), context=SubentryFlowContext(source=SOURCE_USER)
        )
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, recipient["flow_id"])
        return result

    async def _kind_step(self, prefix: str, kind: str) -> ConfigFlowResult:
        """Go to a step of a kind."""
        result: ConfigFlowResult = await getattr(self, f"{prefix}_{kind}")()
        return result

    async def _withdraw_discovery(self, entry: ConfigEntry) -> None:
        """End the flow of another start for the stick of a new entry."""
        port = await async_find_port(self.hass, entry.data.get(CONF_DEVICE, ""))
        if not isinstance(port, USBDevice):
            return
        stick = await async_stick(self.hass, port)
        flows = self.hass.config_entries.flow
        for flow in flows.async_progress_by_handler(
            DOMAIN, match_context={"source": SOURCE_USB, "unique_id": stick.unique_id}
        ):
            flows.async_abort(flow["flow_id"])

"""The forms of an AT modem: its port, the PIN of its SIM, and a SIM that is missing."""

from collections.abc import Sequence
from typing import Any, Final

from homeassistant.components.usb import USBDevice
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigFlowResult
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    SerialPortSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import (
    CONF_BAUDRATE,
    CONF_CONSENT,
    CONF_DEVICE,
    CONF_KIND,
    CONF_PIN,
    CONF_PIN_GIVEN,
    CONF_PIN_SIM,
    PIN_DIGITS,
    SECTION_ADVANCED,
)
from ..gateways.errors import GatewayAuthenticationError, GatewayError, Reason
from ..gateways.models import SimState
from ..kinds.at_modem import AT_MODEM, ModemProbe, modem_unique_id, probe_modem, sim_names
from ..serial_ports import port_data
from .base import GatewayFlow, form_error
from .usb import Stick, async_find_port, async_follow, async_stick

_SPEEDS: Final = ("9600", "19200", "38400", "57600", "115200", "230400", "460800", "921600")

# Texts that are translated may hold no URL.
_EXAMPLES: Final = {
    "socket_url": "socket://192.168.1.20:5000",
    "rfc2217_url": "rfc2217://192.168.1.20:5000",
}

_PIN_KEYS: Final[tuple[str, ...]] = (CONF_PIN, CONF_PIN_GIVEN, CONF_PIN_SIM)

_ABSENT: Final = frozenset({SimState.MISSING, SimState.FAILURE})
_UNUSABLE: Final = {
    SimState.PUK_REQUIRED: str(Reason.PUK_REQUIRED),
    SimState.LOCKED: str(Reason.SIM_LOCKED),
}

DEVICE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_DEVICE): SerialPortSelector(),
        vol.Optional(SECTION_ADVANCED): section(
            vol.Schema(
                {
                    vol.Optional(CONF_BAUDRATE): SelectSelector(
                        SelectSelectorConfig(
                            options=list(_SPEEDS), mode=SelectSelectorMode.DROPDOWN
                        )
                    )
                }
            ),
            {"collapsed": True},
        ),
    }
)

PIN_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_PIN): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
        )
    }
)
CONSENT_SCHEMA: Final = PIN_SCHEMA.extend(
    {vol.Required(CONF_CONSENT, default=False): BooleanSelector()}
)


class AtModemFlow(GatewayFlow):
    """The steps of an AT modem, in a new entry and in a changed one.

    `modem` is what the last look at it found.
    """

    modem: ModemProbe
    stick: Stick

    def __init__(self) -> None:
        """Start with no try of a PIN."""
        super().__init__()
        self._looked = False
        self._pin_was_tried = False

    async def _follow(self, entry: ConfigEntry) -> None:
        """Let the entry of the modem follow it, if its port is gone."""
        await async_follow(self.hass, entry, self.data)

    async def async_step_at_modem(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the port, and look who is there."""
        if user_input is None:
            return self._show_device_form({})
        baudrate = user_input.get(SECTION_ADVANCED, {}).get(CONF_BAUDRATE)
        await self._use_device(user_input[CONF_DEVICE], int(baudrate) if baudrate else None)
        self._async_abort_entries_match({CONF_DEVICE: self.data[CONF_DEVICE]})
        async with self.entry_stopped():
            return await self._look_and_go_on()

    async def async_step_usb_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Look at the ports of a discovered stick, once the person wants it set up."""
        if user_input is None:
            return self.async_show_form(
                step_id="usb_confirm",
                data_schema=vol.Schema({}),
                description_placeholders={"name": self.stick.name},
            )
        self.stick = await async_stick(self.hass, self.stick.ports[0])
        if failure := await self._look_along(self.stick.ports):
            return self._show_device_form({"base": failure})
        return await self._go_on()

    async def async_step_pin(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the PIN."""
        return await self._async_pin(user_input)

    async def async_step_pin_consent(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the PIN where one more mistake may lock the SIM."""
        return await self._async_pin(user_input)

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the PIN of a gateway that is set up."""
        return await self._async_pin(user_input)

    async def async_reauth_at_modem(self) -> ConfigFlowResult:
        """Ask for another PIN; the one that the entry has was refused, or may not be tried."""
        self._pin_was_tried = CONF_PIN in self.data
        return await self.async_step_reauth_confirm()

    async def async_step_sim_missing(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the person put a SIM in, or go on without one."""
        return self.async_show_menu(step_id="sim_missing", menu_options=["sim_retry", "sim_skip"])

    async def async_step_sim_retry(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Look again."""
        async with self.entry_stopped():
            return await self._look_and_go_on()

    async def async_step_sim_skip(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set the modem up without a SIM; the entry shows what its SIM waits for."""
        return await self._identified()

    def _show_device_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form for the port, with the port that was last named."""
        return self.async_show_form(
            step_id=AT_MODEM,
            data_schema=self.add_suggested_values_to_schema(DEVICE_SCHEMA, self.data),
            errors=errors,
            description_placeholders=_EXAMPLES,
        )

    async def _use_device(self, device: str, baudrate: int | None) -> None:
        """Take the port by its most lasting name, and note which stick it belongs to."""
        port = await async_find_port(self.hass, device)
        if port is not None and device == port.resolved_device:
            device = port.device
        kept = {key: self.data[key] for key in _PIN_KEYS if key in self.data}
        self.data = {CONF_KIND: AT_MODEM, CONF_DEVICE: device, **port_data(port), **kept}
        if baudrate is not None:
            self.data[CONF_BAUDRATE] = baudrate

    async def _look(self) -> str | None:
        """Probe without entering anything; return the key of an error, None when all is well."""
        try:
            self.modem = await probe_modem(self.hass, self.data)
        except GatewayError as err:
            return form_error(err)
        self._looked = True
        self.data[CONF_BAUDRATE] = self.modem.baudrate
        return _UNUSABLE.get(self.modem.sim_state)

    async def _look_along(self, ports: Sequence[USBDevice]) -> str | None:
        """Look at one port after the other until a modem answers; return what `_look` does.

        Some ports of a stick are silent by nature, so that is the least telling reason.
        """
        failures: list[str | None] = []
        for port in ports:
            self.data = {CONF_KIND: AT_MODEM, CONF_DEVICE: port.device, **port_data(port)}
            failure = await self._look()
            if self._looked:
                return failure
            failures.append(failure)
        self.data = {CONF_DEVICE: ports[0].device}
        return next((key for key in failures if key != Reason.NOT_A_MODEM), failures[0])

    async def _look_and_go_on(self) -> ConfigFlowResult:
        """Probe, and show the next step or what went wrong."""
        if failure := await self._look():
            return self._show_device_form({"base": failure})
        return await self._go_on()

    async def _go_on(self) -> ConfigFlowResult:
        """Show the step that the SIM wants, if any."""
        if self.modem.sim_state is SimState.PIN_REQUIRED:
            return self._show_pin_form({})
        if self.modem.sim_state in _ABSENT:
            return await self.async_step_sim_missing()
        self._forget_pin_of_another_sim()
        return await self._identified()

    async def _identified(self) -> ConfigFlowResult:
        """Go on with the modem that was found."""
        unique_id = modem_unique_id(self.data, self.modem)
        return await self.async_identified(unique_id, self.modem.info, found_again=self._follow)

    def _forget_pin_of_another_sim(self) -> None:
        """Drop the PIN of a SIM that is no longer here, so that it never costs this one a try."""
        owner = self.data.get(CONF_PIN_SIM)
        if owner and self.modem.iccid and owner not in sim_names(self.modem):
            for key in _PIN_KEYS:
                self.data.pop(key, None)

    @property
    def _is_risky(self) -> bool:
        """Whether one more wrong PIN may lock the SIM, as far as is known."""
        if not self._looked:
            return False
        tries = self.modem.pin_tries
        return self._pin_was_tried if tries is None else tries <= 1

    def _show_pin_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show the form for the PIN, with consent where that is needed."""
        if self._is_risky:
            step_id, schema = "pin_consent", CONSENT_SCHEMA
        else:
            step_id, schema = "pin", PIN_SCHEMA
            if self.source == SOURCE_REAUTH:
                step_id = "reauth_confirm"
        tries = self.modem.pin_tries if self._looked else None
        return self.async_show_form(
            step_id=step_id,
            data_schema=schema,
            errors=errors,
            description_placeholders={"tries": "?" if tries is None else str(tries)},
        )

    async def _async_pin(self, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        """Check what was typed in, and enter the PIN if that is what is wanted."""
        if user_input is None:
            return self._show_pin_form({})
        if not PIN_DIGITS.fullmatch(user_input[CONF_PIN]):
            return self._show_pin_form({CONF_PIN: "pin_invalid"})
        consented = user_input.get(CONF_CONSENT, False)
        if self._is_risky and not consented:
            return self._show_pin_form({CONF_CONSENT: "consent_required"})
        async with self.entry_stopped():
            if not self._looked:
                if failure := await self._look():
                    return self._show_pin_form({"base": failure})
                if self.modem.sim_state is not SimState.PIN_REQUIRED or self._is_risky:
                    return await self._go_on()
            return await self._enter_pin(user_input[CONF_PIN], consented=consented)

    async def _enter_pin(self, pin: str, *, consented: bool) -> ConfigFlowResult:
        """Enter the PIN, once."""
        owner = sim_names(self.modem)[0]
        try:
            self.modem = await probe_modem(self.hass, self.data, pin=pin, consented=consented)
        except GatewayAuthenticationError as err:
            return await self._pin_refused(err.reason)
        except GatewayError as err:
            # The SIM may have seen it all the same.
            self._pin_was_tried = True
            return self._show_pin_form({"base": form_error(err)})
        if self.modem.pin_accepted:
            given = dt_util.utcnow().isoformat()
            self.data |= {CONF_PIN: pin, CONF_PIN_SIM: owner, CONF_PIN_GIVEN: given}
        return await self._go_on()

    async def _pin_refused(self, reason: Reason) -> ConfigFlowResult:
        """Find out how many tries are left, and ask again."""
        self._pin_was_tried |= reason is Reason.PIN_WRONG
        if failure := await self._look():
            return self._show_pin_form({"base": failure})
        if self.modem.sim_state is not SimState.PIN_REQUIRED:
            return await self._go_on()
        if reason is not Reason.PIN_WRONG:
            return self._show_pin_form({})
        known = self.modem.pin_tries is not None
        return self._show_pin_form({"base": "pin_wrong" if known else "pin_wrong_tries_unknown"})

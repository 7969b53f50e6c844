"""The PUK of a SIM that has locked itself."""

import re
from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import (
    ATTR_PORT,
    CONF_CONSENT,
    CONF_PIN,
    CONF_PIN_GIVEN,
    CONF_PIN_SIM,
    CONF_PUK,
    LOGGER,
    PIN_DIGITS,
)
from ..coordinator import GatewayConfigEntry
from ..gateways.errors import GatewayError, Reason, UnsupportedError
from ..health import ATTR_ENTRY_ID
from .entry import connected_entry

# 3GPP TS 31.101, clause 9.5.2.
_PUK: Final = re.compile(r"[0-9]{8}")

_SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
PUK_SCHEMA: Final = vol.Schema({vol.Required(CONF_PUK): _SECRET, vol.Required(CONF_PIN): _SECRET})
CONSENT_SCHEMA: Final = PUK_SCHEMA.extend(
    {vol.Required(CONF_CONSENT, default=False): BooleanSelector()}
)

# What the form has words of its own for.
_REASONS: Final = frozenset({Reason.NO_ANSWER, Reason.PUK_WRONG})


class PukFlow(RepairsFlow):
    """Gives a SIM a new PIN with its PUK; ten wrong PUKs, and the SIM is dead."""

    def __init__(self) -> None:
        """Start with the tries not known."""
        self._tries: int | None = None

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the form."""
        return await self.async_step_puk()

    async def async_step_puk(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask for the PUK and a new PIN."""
        return await self._async_puk(user_input)

    async def async_step_puk_consent(
        self, user_input: dict[str, Any] | None = None
    ) -> RepairsFlowResult:
        """Ask for them where one more mistake ruins the SIM."""
        return await self._async_puk(user_input)

    @property
    def _entry(self) -> GatewayConfigEntry | None:
        """The entry of the SIM, None when it cannot be spoken to at the moment."""
        return connected_entry(self.hass, str((self.data or {})[ATTR_ENTRY_ID]))

    @property
    def _port(self) -> str:
        """The port that the SIM is in."""
        return str((self.data or {})[ATTR_PORT])

    async def _show_form(self, errors: dict[str, str]) -> RepairsFlowResult:
        """Show the form with the tries that are left, or end where none is."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="not_connected")
        try:
            self._tries = await entry.runtime_data.gateway.puk_tries(self._port)
        except GatewayError as err:
            LOGGER.debug("The tries of the PUK are not known: %s", err)
        if self._tries == 0:
            return self.async_abort(reason="no_tries")
        step_id, schema = (
            ("puk_consent", CONSENT_SCHEMA) if self._tries == 1 else ("puk", PUK_SCHEMA)
        )
        return self.async_show_form(
            step_id=step_id,
            data_schema=schema,
            errors=errors,
            description_placeholders={
                "title": entry.title,
                "tries": "?" if self._tries is None else str(self._tries),
            },
        )

    async def _async_puk(self, user_input: dict[str, Any] | None) -> RepairsFlowResult:
        """Check what was typed in, and enter it once."""
        if user_input is None:
            return await self._show_form({})
        if not _PUK.fullmatch(user_input[CONF_PUK]):
            return await self._show_form({CONF_PUK: "puk_invalid"})
        if not PIN_DIGITS.fullmatch(user_input[CONF_PIN]):
            return await self._show_form({CONF_PIN: "pin_invalid"})
        if self._tries == 1 and not user_input.get(CONF_CONSENT):
            return await self._show_form({CONF_CONSENT: "consent_required"})
        return await self._enter(user_input[CONF_PUK], user_input[CONF_PIN])

    async def _enter(self, puk: str, pin: str) -> RepairsFlowResult:
        """Enter the PUK, and keep the new PIN."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="not_connected")
        try:
            sim = await entry.runtime_data.gateway.unblock_sim(
                self._port, puk, pin, consented=self._tries == 1
            )
        except UnsupportedError:
            return self.async_abort(reason="not_wanted")
        except GatewayError as err:
            LOGGER.debug("The PUK was not taken: %s", err)
            key = err.reason if err.reason in _REASONS else "puk_not_entered"
            # Where the modem had not told that one try is left, the form asks for consent now.
            return await self._show_form({} if err.reason is Reason.PUK_LAST_TRY else {"base": key})
        given = dt_util.utcnow().isoformat()
        self.hass.config_entries.async_update_entry(
            entry,
            data={**entry.data, CONF_PIN: pin, CONF_PIN_SIM: sim, CONF_PIN_GIVEN: given},
        )
        return self.async_create_entry(data={})

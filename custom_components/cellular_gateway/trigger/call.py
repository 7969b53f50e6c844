"""The trigger on calls."""

from collections.abc import Mapping
from typing import Any, ClassVar, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import CONF_NUMBER, SUBENTRY_RECIPIENT, signal_call
from ..gateways.calls import CallState, IncomingCall
from ..gateways.port_reports import CallDirection
from ..sms.numbers import same_number
from .base import PersonTrigger, country_of

ATTR_CALLERS = "callers"
ATTR_STATE = "state"


class CallReceived(PersonTrigger[IncomingCall]):
    """Fires for each call that comes in, and for what becomes of it."""

    _signal = staticmethod(signal_call)
    _numbers = ATTR_CALLERS
    _description = "call received"
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_STATE, default=CallState.RINGING): vol.All(
            cv.ensure_list, [vol.In([*CallState])]
        ),
    }

    @override
    def _attributes(self, entry: ConfigEntry, told: IncomingCall) -> dict[str, Any]:
        """Return the call; times are ISO 8601.

        It may ring before the entry is set up, so nothing but its settings is asked.
        """
        country = country_of(self._hass, entry)
        names = (
            recipient.title
            for recipient in entry.get_subentries_of_type(SUBENTRY_RECIPIENT)
            if (number := recipient.data.get(CONF_NUMBER))
            and told.number
            and same_number(number, told.number, country)
        )
        return {
            "number": told.number,
            "recipient": next(names, None),
            "port": told.port,
            "state": told.state.value,
            "direction": told.direction.value,
            "started_at": told.started_at.isoformat(),
            "ended_at": told.ended_at.isoformat() if told.ended_at else None,
        }

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the state too; the end of a call that was answered is told, but is no news.

        Some gateways tell of the calls too that they make.
        """
        if attributes["direction"] != CallDirection.INCOMING:
            return False
        state = attributes["state"]
        if state not in (self._options[ATTR_STATE] or CallState):
            return False
        if state == CallState.ANSWERED and attributes["ended_at"] is not None:
            return False
        return super()._fits(entry, attributes)

"""Triggers on texts: received, and what became of those that were sent."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import signal_delivery, signal_sms
from ..sms import patterns
from ..sms.errors import MessageError
from .base import ATTR_TEXT, PersonTrigger

if TYPE_CHECKING:
    from ..messages.inbox import Announcement
    from ..messages.reports import Delivery

ATTR_NUMBERS = "numbers"
ATTR_SENDERS = "senders"
ATTR_STATUS = "status"
ATTR_TEXT_CONTAINS = "text_contains"
ATTR_TEXT_MATCHES = "text_matches"

DELIVERY_STATUSES = ("delivered", "undelivered", "pending")

# The matcher's time grows with the text: the worst pattern takes 35 ms for so many characters,
# which are 4 parts.
MAX_SEARCHED = 500


def _pattern(value: Any) -> str:
    """Take a regular expression that can be matched in a time that grows with the text."""
    pattern = cv.string(value)
    try:
        patterns.check(pattern)
    except MessageError:
        raise vol.Invalid(
            "not a regular expression that can be used; look-around, back-references and "
            "patterns that are very long or count very far cannot"
        ) from None
    return pattern


class SmsReceived(PersonTrigger["Announcement"]):
    """Fires for each text that was received."""

    _signal = staticmethod(signal_sms)
    _numbers = ATTR_SENDERS
    _number_key = "sender"
    _description = "SMS received"
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_TEXT_CONTAINS): cv.string,
        vol.Optional(ATTR_TEXT_MATCHES): _pattern,
    }

    @override
    def _attributes(self, entry: ConfigEntry, told: Announcement) -> dict[str, Any]:
        """Return the message as the event entity has it."""
        return told.attributes()

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the text too."""
        if not super()._fits(entry, attributes):
            return False
        text: str = attributes[ATTR_TEXT]
        if self._options.get(ATTR_TEXT_CONTAINS, "").casefold() not in text.casefold():
            return False
        pattern = self._options.get(ATTR_TEXT_MATCHES)
        return pattern is None or patterns.search(pattern, text[:MAX_SEARCHED]) is not None


class DeliveryReported(PersonTrigger["Delivery"]):
    """Fires for each delivery report of a text that was sent."""

    _signal = staticmethod(signal_delivery)
    _numbers = ATTR_NUMBERS
    _description = "delivery report"
    _fields: ClassVar[Mapping[vol.Marker, Any]] = {
        vol.Optional(ATTR_STATUS, default=list): vol.All(
            cv.ensure_list, [vol.In(DELIVERY_STATUSES)]
        ),
    }

    @override
    def _attributes(self, entry: ConfigEntry, told: Delivery) -> dict[str, Any]:
        """Return the report; `id` is what the automation calls the trigger."""
        attributes = told.attributes()
        attributes["receipt_id"] = attributes.pop("id")
        return attributes

    @override
    def _fits(self, entry: ConfigEntry, attributes: Mapping[str, Any]) -> bool:
        """Look at the status too."""
        wanted = self._options[ATTR_STATUS] or DELIVERY_STATUSES
        return attributes["status"] in wanted and super()._fits(entry, attributes)

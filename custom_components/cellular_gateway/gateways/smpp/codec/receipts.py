"""Delivery receipts: by optional parameters, or in the text of SMPP 3.4 appendix B.

The dates in the text have no time zone and every service centre has its own, so they are not told.
"""

from enum import StrEnum
import re
from typing import Final, NamedTuple

from ....sms.tpdu import DeliveryOutcome
from ...receipts import AROUND_IDS, spelling
from .commands import DELIVERY_RECEIPT, INTERMEDIATE_NOTIFICATION, MESSAGE_TYPE, Tag
from .pdu import ShortMessage

_ID: Final = re.compile(r"\bid:\s*(\S+)", re.IGNORECASE)
_STATE: Final = re.compile(r"\bstat:\s*([A-Za-z]+|\d+)", re.IGNORECASE)
_ARRIVED: Final = re.compile(r"\bdlvrd:\s*0*[1-9]", re.IGNORECASE)
_ERROR: Final = re.compile(r"\berr:\s*0*[1-9A-Za-z]", re.IGNORECASE)

# How states are abbreviated in texts; some service centres write them out, or have more of them.
_ABBREVIATED: Final = {
    "DELIVRD": "delivered",
    "UNDELIV": "undeliverable",
    "ACCEPTD": "accepted",
    "REJECTD": "rejected",
    "FAILED": "undeliverable",
    "BUFFRED": "enroute",
    "BUFFERED": "enroute",
    "SUBMITD": "enroute",
}


class ReceiptIds(StrEnum):
    """How receipts write the message id of the response: in the same way, or in the other base.

    Some service centres answer with a hexadecimal number and report on a decimal one, or the
    other way round.
    """

    SAME = "same"
    DECIMAL = "decimal"
    HEXADECIMAL = "hexadecimal"


class MessageState(StrEnum):
    """The states of a message by `message_state` (clause 5.2.28); two are of SMPP 5.0."""

    SCHEDULED = "scheduled"
    ENROUTE = "enroute"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    DELETED = "deleted"
    UNDELIVERABLE = "undeliverable"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    SKIPPED = "skipped"


_STATES: Final = tuple(MessageState)

# By the specification "accepted" is an end; in practice it means that another network has taken
# the message, and "delivered" follows.
_OUTCOMES: Final = {
    MessageState.SCHEDULED: DeliveryOutcome.PENDING,
    MessageState.ENROUTE: DeliveryOutcome.PENDING,
    MessageState.ACCEPTED: DeliveryOutcome.PENDING,
    MessageState.DELIVERED: DeliveryOutcome.DELIVERED,
}
# The names that TP-ST has for the same (3GPP TS 23.040 clause 9.2.3.15).
_REASONS: Final = {
    MessageState.DELIVERED: "received_by_sme",
    MessageState.EXPIRED: "validity_period_expired",
    MessageState.DELETED: "deleted_by_service_centre_administration",
    MessageState.UNDELIVERABLE: "not_obtainable",
    MessageState.REJECTED: "service_rejected",
}


class ReceiptFields(NamedTuple):
    """What a receipt says: about which message, and how far that one has come."""

    message_id: str | None
    state: MessageState

    @property
    def outcome(self) -> DeliveryOutcome:
        """What became of the message; a state that is no success and no step is a failure."""
        return _OUTCOMES.get(self.state, DeliveryOutcome.FAILED)

    @property
    def reason(self) -> str:
        """The state's name, as TP-ST has it where it does."""
        return _REASONS.get(self.state, self.state.value)


def is_receipt(message: ShortMessage) -> bool:
    """Tell whether a message is marked as a receipt, also when it cannot be read."""
    kind = message.esm_class & MESSAGE_TYPE
    is_marked = kind in (DELIVERY_RECEIPT, INTERMEDIATE_NOTIFICATION)
    return is_marked or Tag.RECEIPTED_MESSAGE_ID in message.parameters


def read_receipt(message: ShortMessage, text: str | None, ids: ReceiptIds) -> ReceiptFields | None:
    """Return what a receipt says, None for a message that is none or does not say its state."""
    if not is_receipt(message):
        return None
    state = _parameter_state(message) or _text_state(text or "")
    return None if state is None else ReceiptFields(_message_id(message, text or "", ids), state)


def _parameter_state(message: ShortMessage) -> MessageState | None:
    """Return the state by its parameter, None where that is missing or has no known value."""
    value = message.parameters.get(Tag.MESSAGE_STATE, b"")
    return _state_of(value[0]) if len(value) == 1 else None


def _state_of(number: int) -> MessageState | None:
    """Return the state that a number stands for."""
    return _STATES[number] if number < len(_STATES) else None


def _text_state(text: str) -> MessageState | None:
    """Return the state that a receipt's text names; without a name the counts tell an end."""
    if (match := _STATE.search(text)) is None:
        if _ARRIVED.search(text):
            return MessageState.DELIVERED
        return MessageState.UNDELIVERABLE if _ERROR.search(text) else None
    name = match[1].upper()
    if name.isdecimal():
        return _state_of(int(name[-9:]))
    try:
        return MessageState(_ABBREVIATED.get(name, name.lower()))
    except ValueError:
        return None


def _message_id(message: ShortMessage, text: str, ids: ReceiptIds) -> str | None:
    """Return which message a receipt is about, in the base of the response.

    By the specification the parameter has the id as the response has it, whatever the text has.
    But where both are the same, or there is no text to differ from, it is written as texts are.
    """
    parameter = message.parameters.get(Tag.RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0]
    named = parameter.decode("latin-1").strip()
    match = _ID.search(text)
    by_text = _as_in_response(match[1].strip(AROUND_IDS), ids) if match else ""
    if not named:
        return by_text or None
    converted = _as_in_response(named, ids)
    is_as_in_text = not by_text or spelling(by_text) == spelling(converted)
    return converted if is_as_in_text else named


def _as_in_response(message_id: str, ids: ReceiptIds) -> str:
    """Write the message id of a receipt's text in the base of that of the response."""
    try:
        if ids is ReceiptIds.DECIMAL:
            return f"{int(message_id):x}"
        if ids is ReceiptIds.HEXADECIMAL:
            return str(int(message_id, 16))
    except ValueError:
        pass
    return message_id

"""Delivery receipts (SMPP 3.4 clause 5.3.2.35, 5.2.28 and appendix B)."""

from datetime import datetime
from enum import StrEnum

from .wire import MESSAGE_STATE, RECEIPT, RECEIPTED_MESSAGE_ID, Message

_DELIVERED = 0x00
_EXPIRED = 0x46
_DELETED = (0x47, 0x48)

# message_state and its abbreviation.
_ENROUTE = (1, "ENROUTE")
_STATES = {
    "delivered": (2, "DELIVRD"),
    "expired": (3, "EXPIRED"),
    "deleted": (4, "DELETED"),
    "undeliverable": (5, "UNDELIV"),
    "accepted": (6, "ACCEPTD"),
}


class Style(StrEnum):
    """How receipts are written: as a text, by optional parameters, or both."""

    TEXT = "text"
    PARAMETERS = "parameters"
    BOTH = "both"


def state_of(status: int) -> tuple[int, str]:
    """Return message_state and its abbreviation for a TP status (TS 23.040 clause 9.2.3.15)."""
    if status == _DELIVERED:
        return _STATES["delivered"]
    if status < 0x20:
        return _STATES["accepted"]
    if status < 0x40:
        return _ENROUTE
    if status == _EXPIRED:
        return _STATES["expired"]
    return _STATES["deleted" if status in _DELETED else "undeliverable"]


def receipt(
    message_id: str,
    status: int,
    times: tuple[datetime, datetime],
    style: Style,
    *,
    text: str = "",
) -> Message:
    """Return a receipt for a message; the addresses are still to be put in."""
    number, abbreviation = state_of(status)
    submitted, done = (moment.strftime("%y%m%d%H%M") for moment in times)
    written = (
        f"id:{message_id} sub:001 dlvrd:{int(status == _DELIVERED):03} submit date:{submitted}"
        f" done date:{done} stat:{abbreviation} err:{status:03} text:{text[:20]}"
    )
    options = {
        RECEIPTED_MESSAGE_ID: message_id.encode() + b"\0",
        MESSAGE_STATE: bytes([number]),
    }
    return Message(
        esm_class=RECEIPT,
        octets=b"" if style is Style.PARAMETERS else written.encode("ascii", "replace"),
        options={} if style is Style.TEXT else options,
    )

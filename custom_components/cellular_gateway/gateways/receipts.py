"""The receipts of parts that were not simply sent, and how reports spell their message ids."""

from typing import Final

from .errors import GatewayRefusedError, Reason
from .models import PartReceipt, SendStatus

# What some gateways write around an id, or behind it as before the next of the fields.
AROUND_IDS: Final = "\"',;."


def spelling(message_id: str) -> str:
    """Write a message id without what a report may spell otherwise: capitals and leading zeros."""
    return message_id.strip(AROUND_IDS).lower().lstrip("0")


def unanswered(number: int, status: SendStatus, reason: str) -> PartReceipt:
    """Make the receipt of a part, counted from 1, to which nothing was said."""
    return PartReceipt(number=number, status=status, reason=str(reason))


def refused(number: int, error: GatewayRefusedError, *, is_unknown: bool = False) -> PartReceipt:
    """Make the receipt of a part that was refused; `is_unknown` where it may be sent even so."""
    return PartReceipt(
        number=number,
        status=SendStatus.UNKNOWN if is_unknown else SendStatus.FAILED,
        reason=str(Reason.NO_ANSWER if is_unknown else error.reason),
        code=error.code,
        meaning=error.meaning,
    )

"""The receipts of parts that were not simply sent."""

from .errors import GatewayRefusedError, Reason
from .models import PartReceipt, SendStatus


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

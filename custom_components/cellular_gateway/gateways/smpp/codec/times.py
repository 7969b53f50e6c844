"""How long to try, as SMPP writes it (SMPP 3.4 clause 7.1.1)."""

from datetime import UTC, datetime, timedelta
from typing import Final

from ....sms.errors import MessageError, MessageErrorReason

_LONGEST: Final = timedelta(weeks=63)
# Months differ in length, so that what is longer than the shortest is told as a point in time.
_LONGEST_RELATIVE: Final = timedelta(days=28)


def encode_validity(period: timedelta | None, now: datetime) -> str:
    """Return how long to try, relative where that can be said; "" leaves it to the service centre.

    Raises MessageError (invalid_validity) outside of 0 (excluded) to 63 weeks, the range that the
    other kinds of gateway have.
    """
    if period is None:
        return ""
    if not timedelta(0) < period <= _LONGEST:
        raise MessageError(MessageErrorReason.INVALID_VALIDITY, "not within 63 weeks")
    if period > _LONGEST_RELATIVE:
        return (now.astimezone(UTC) + period).strftime("%y%m%d%H%M%S") + "000+"
    seconds = max(round(period.total_seconds()), 1)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    return f"0000{day:02}{hour:02}{minute:02}{second:02}000R"

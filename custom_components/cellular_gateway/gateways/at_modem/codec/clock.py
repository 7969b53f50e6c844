"""The modem's clock: `+CCLK` (TS 27.007 clause 8.15), and what tells that it was set."""

from datetime import datetime, timedelta, timezone
import re

from .fields import body, fields

_CLOCK = re.compile(r"(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)([+-]\d{1,2})")

# A clock that was never set begins in 1970, 1980, 2000 or 2004; two digits cannot tell 1980 from
# 2080.
_FIRST_YEAR = 24
_LAST_YEAR = 69

# +CTZV and +CTZE are of TS 27.007 clause 8.41, *PSUTTZ is SIMCom's, ^NWTIME Huawei's.
_SET = ("+CTZV:", "+CTZE:", "*PSUTTZ:", "^NWTIME:")


def parse_clock(line: str) -> datetime | None:
    """Read `+CCLK:`, whose zone is in quarters of an hour; None when the clock was never set.

    Without a zone it may be local time or not, so that too is None.
    """
    text = body(line, "+CCLK:")
    match = _CLOCK.fullmatch(",".join(fields(text))) if text is not None else None
    if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
        return None
    year, *rest = (int(match[at]) for at in range(1, 7))
    try:
        zone = timezone(timedelta(minutes=15 * int(match[7])))
        return datetime(2000 + year, *rest, tzinfo=zone)  # type: ignore[misc, arg-type]
    except ValueError:
        return None


def tells_of_time(line: str) -> bool:
    """Whether a line says that the network has set the clock."""
    return line.startswith(_SET)

"""Service centre time stamps and validity periods (3GPP TS 23.040 clauses 9.2.3.11, 9.2.3.12)."""

from datetime import datetime, timedelta, timezone
from typing import Final

from ..errors import MessageError, MessageErrorReason

TIMESTAMP_OCTETS: Final = 7

# The year has two digits; messages of the last century are no longer waiting for anybody.
_CENTURY: Final = 2000
_MAX_QUARTERS: Final = 79
_NOT_DECIMAL: Final = 10_000
_DECIMALS: Final = tuple(
    (octet & 15) * 10 + (octet >> 4) if octet & 15 < 10 and octet >> 4 < 10 else _NOT_DECIMAL
    for octet in range(256)
)


def _zone(octet: int) -> timezone:
    """Return the time zone of an octet: quarters of an hour, bit 3 is the sign.

    Modems were seen to put hexadecimal digits here (0xC2 for +08:00); they count as they stand.
    """
    quarters = (octet & 7) * 10 + (octet >> 4)
    offset = timedelta(minutes=15 * quarters)
    return timezone(-offset if octet & 8 else offset)


_ZONES: Final = tuple(map(_zone, range(256)))


def decode_timestamp(octets: bytes, position: int = 0) -> datetime | None:
    """Return the time (aware, in its own zone) of 7 octets, None when they hold no date.

    Raises IndexError when fewer than 7 octets are there.
    """
    zone = _ZONES[octets[position + 6]]
    try:
        return datetime(
            _CENTURY + _DECIMALS[octets[position]],
            _DECIMALS[octets[position + 1]],
            _DECIMALS[octets[position + 2]],
            _DECIMALS[octets[position + 3]],
            _DECIMALS[octets[position + 4]],
            _DECIMALS[octets[position + 5]],
            tzinfo=zone,
        )
    except ValueError:
        return None


def encode_timestamp(moment: datetime | None) -> bytes:
    """Return the 7 octets of a time; zeros, which hold no date, for None.

    The zone is rounded to quarters of an hour, and is UTC where it has no octet; a time without
    one is refused (invalid_validity).
    """
    if moment is None:
        return bytes(TIMESTAMP_OCTETS)
    offset = moment.utcoffset()
    if offset is None:
        raise MessageError(MessageErrorReason.INVALID_VALIDITY, "the time has no time zone")
    quarters = round(offset / timedelta(minutes=15))
    if abs(quarters) > _MAX_QUARTERS:
        quarters = 0
    local = moment.astimezone(timezone(timedelta(minutes=15 * quarters)))
    fields = (local.year % 100, local.month, local.day, local.hour, local.minute, local.second)
    zone = _semi_octets(abs(quarters)) | (8 if quarters < 0 else 0)
    return bytes((*map(_semi_octets, fields), zone))


def _semi_octets(value: int) -> int:
    """Return 0 to 99 with its digits as nibbles, tens in the low one."""
    return value % 10 << 4 | value // 10


def decode_relative_validity(octet: int) -> timedelta:
    """Return the validity period of an octet: 5 minutes to 63 weeks."""
    if octet < 144:
        return timedelta(minutes=5 * (octet + 1))
    if octet < 168:
        return timedelta(hours=12, minutes=30 * (octet - 143))
    if octet < 197:
        return timedelta(days=octet - 166)
    return timedelta(weeks=octet - 192)


def encode_relative_validity(period: timedelta) -> int:
    """Return the octet of the shortest period that is not below the wanted one.

    Raises MessageError (invalid_validity) outside of 0 (excluded) to 63 weeks.
    """
    if timedelta(0) < period <= timedelta(weeks=63):
        for octet in range(256):
            if decode_relative_validity(octet) >= period:
                return octet
    raise MessageError(MessageErrorReason.INVALID_VALIDITY, "not within 63 weeks")


def decode_enhanced_validity(octets: bytes) -> timedelta | None:
    """Return the period of the enhanced format (7 octets); None when it names none."""
    functionality = octets[0] & 7
    if functionality == 1:
        return decode_relative_validity(octets[1])
    if functionality == 2:
        return timedelta(seconds=octets[1])
    if functionality == 3:
        hours, minutes, seconds = (_DECIMALS[octet] for octet in octets[1:4])
        if _NOT_DECIMAL not in (hours, minutes, seconds):
            return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return None

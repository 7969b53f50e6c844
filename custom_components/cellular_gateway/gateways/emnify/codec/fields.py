"""Read fields out of JSON; what is missing or of another type reads as None."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
import math
from typing import Any, Final

type Json = Mapping[str, Any]

_SHORTEST_MSISDN: Final = 8
# Ids are 64-bit numbers; a greater one would take a cursor with it beyond all that follow.
_MOST: Final = 2**63


def objects(value: object) -> Iterator[Json]:
    """Return the objects of a list, leaving out all else."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def inner(item: Json, key: str) -> Json:
    """Return an object in an object, empty where it is none."""
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def text(item: Json, key: str) -> str | None:
    """Return a text that is not empty; numbers are written in digits."""
    value = item.get(key)
    if isinstance(value, str):
        return readable(value).strip() or None
    found = integer(item, key)
    return None if found is None else str(found)


def readable(value: str) -> str:
    """Return a text that can be stored: half a surrogate pair becomes a replacement character."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def identity(item: Json, key: str = "id") -> str | None:
    """Return an id in digits, as it stands in paths."""
    found = integer(item, key)
    return None if found is None or found < 0 else str(found)


def number(item: Json, key: str) -> float | None:
    """Return a number, which statistics write as a text."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except ValueError, OverflowError:
        return None
    return found if math.isfinite(found) else None


def integer(item: Json, key: str) -> int | None:
    """Return a whole number."""
    value = item.get(key)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_MOST <= value < _MOST else None


def boolean(item: Json, key: str) -> bool | None:
    """Return a truth value."""
    value = item.get(key)
    return value if isinstance(value, bool) else None


def moment(item: Json, key: str) -> datetime | None:
    """Return a time in UTC, which one without a zone is taken for."""
    value = item.get(key)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError, OverflowError:
        return None


def written(time: datetime) -> str:
    """Write a time as the API takes it: UTC, in milliseconds."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}+0000"


def phone_number(address: str) -> str:
    """Write an MSISDN, which is E.164 without "+", with it; names and short codes stay."""
    is_msisdn = address.isascii() and address.isdigit() and len(address) >= _SHORTEST_MSISDN
    return f"+{address}" if is_msisdn else address

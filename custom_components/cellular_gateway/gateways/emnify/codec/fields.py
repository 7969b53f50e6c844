"""Read fields out of JSON; what is missing or of another type reads as None."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
import math
from typing import Any, Final

type Json = Mapping[str, Any]

_SHORTEST_MSISDN: Final = 8


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
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


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
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return None


def boolean(item: Json, key: str) -> bool | None:
    """Return a truth value."""
    value = item.get(key)
    return value if isinstance(value, bool) else None


def moment(item: Json, key: str) -> datetime | None:
    """Return a time, aware; one without a zone is UTC."""
    value = item.get(key)
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def written(time: datetime) -> str:
    """Write a time as the API takes it: UTC, in milliseconds."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}+0000"


def phone_number(address: str) -> str:
    """Write an MSISDN, which is E.164 without "+", with it; names and short codes stay."""
    is_msisdn = address.isascii() and address.isdigit() and len(address) >= _SHORTEST_MSISDN
    return f"+{address}" if is_msisdn else address

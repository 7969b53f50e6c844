"""Read values as liberally as the firmware versions differ in writing them. Nothing here raises."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
import json
import math
import re
from typing import Final

type Fields = Mapping[str, object]

# Nobody has a port, a task or a clock beyond; longer digits are noise.
_INTEGER: Final = re.compile(r"\s*([+-]?[0-9]{1,18})(?![0-9])")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{0,6})?")
_SEPARATORS: Final = re.compile(r"[-\s]+")
_LATEST: Final = 2**33
# A time beyond this is in milliseconds.
_SECONDS_END: Final = 10**11


def load(body: bytes) -> object:
    """Read JSON in whatever wrapping; None for what is none."""
    text = body.decode("utf-8-sig", "replace").strip("\0 \t\r\n")
    try:
        loaded: object = json.loads(text, strict=False)
    except ValueError, RecursionError:
        return None
    return loaded


@lru_cache(maxsize=1024)
def fold(name: str) -> str:
    """Return the name of a field or type in the one spelling that all others are compared in."""
    return _SEPARATORS.sub("_", clean(name).strip().lower())


def clean(value: str) -> str:
    """Return a text without halves of characters, which no journal and no log could write."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def fields(value: object) -> Fields:
    """Return an object with its names folded; empty for what is none."""
    if not isinstance(value, dict):
        return {}
    return {fold(str(name)): item for name, item in value.items()}


def first(row: Fields, *names: str) -> object:
    """Return the first of several fields that is there."""
    return next((row[name] for name in names if name in row), None)


def rows(value: object) -> list[object]:
    """Return the items of an array; empty for what is none."""
    return value if isinstance(value, list) else []


def text(value: object) -> str:
    """Return a value as text, without the NULs of the gateway's buffers; empty for none."""
    if isinstance(value, str):
        return clean(value).strip("\0")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def word(value: object) -> str | None:
    """Return a short text without blanks around it, None where it is empty."""
    return text(value).strip() or None


def integer(value: object) -> int | None:
    """Return a whole number, also from a text that begins with one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**18 else None
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and abs(value) < 10**18 else None
    match = _INTEGER.match(value) if isinstance(value, str) else None
    return int(match[1]) if match else None


def coded(value: object) -> tuple[int | None, str]:
    """Return code and words of `3` or `"3 OK"`."""
    code = integer(value)
    if code is None or not isinstance(value, str):
        return code, ""
    return code, clean(value).strip().lstrip("+-0123456789").strip("\0 ")


def decimal(value: object) -> Decimal | None:
    """Return an amount."""
    match = _DECIMAL.fullmatch(text(value).strip())
    return Decimal(match[0]) if match else None


def moment(value: object) -> datetime | None:
    """Return Unix time in s or ms as an aware time; None for 0, which is "not yet"."""
    seconds = integer(value)
    if seconds is not None and seconds >= _SECONDS_END:
        seconds //= 1000
    if seconds is None or not 0 < seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)

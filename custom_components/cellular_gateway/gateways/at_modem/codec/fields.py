"""The parameters of an information response: `+NAME: a,"b",(c,d)` (TS 27.007 clause 4)."""

from collections.abc import Sequence
import re

_FIELD = re.compile(r'\s*(?:"([^"]*)"|\(([^)]*)\)|([^,]*?))\s*,')
_GROUP = re.compile(r"\s*(?:\(([^)]*)\)\s*,|\(([^)]*),$|([^,]*?)\s*,)")
_UNSAFE = re.compile(r'["\\\x00-\x1f]')


def body(line: str, prefix: str) -> str | None:
    """Return what follows the prefix (`"+CSQ:"`), or None when the line does not begin with it."""
    return line[len(prefix) :].strip() if line.startswith(prefix) else None


def fields(text: str) -> list[str]:
    """Split at commas outside quotes and brackets; an absent field is empty.

    A quote without its fellow is dropped.
    """
    return [_inside(match).strip('"') for match in _FIELD.finditer(f"{text},")]


def groups(text: str) -> list[str]:
    """Split `(a,b),c,(d)` of a test response into its groups, without the brackets."""
    return [_inside(match).strip() for match in _GROUP.finditer(f"{text},")]


def _inside(match: re.Match[str]) -> str:
    """Return what the one group that took part has matched."""
    return next((group for group in match.groups() if group is not None), "")


def integers(group: str) -> frozenset[int]:
    """Read the values of a group such as `0-2,4`; what is no number is left out."""
    values: set[int] = set()
    for item in group.split(","):
        if match := re.fullmatch(r"\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*", item):
            values.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(values)


def integer(values: Sequence[str], position: int) -> int | None:
    """Return the decimal number at a position, or None."""
    if position < len(values) and re.fullmatch(r"[0-9]{1,9}", values[position]):
        return int(values[position])
    return None


def quote(text: str) -> str:
    """Write a string parameter, with an escape for what may not stand in it (TS 27.007 5.4.2.2)."""
    return '"' + _UNSAFE.sub(lambda match: f"\\{ord(match[0]):02X}", text) + '"'


def from_ucs2(text: str) -> str:
    """Read a string of Latin letters that a modem wrote as UCS-2 in hexadecimal, else return it."""
    if len(text) >= 8 and re.fullmatch(r"(?:00[0-9A-Fa-f]{2})+", text):
        return bytes.fromhex(text).decode("utf-16-be")
    return text

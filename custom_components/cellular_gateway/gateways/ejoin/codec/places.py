"""Ports and slots: `1.02`, `1B`, `1`, and `1.sp128.016` for a SIM in a pool elsewhere."""

from dataclasses import dataclass
import re
from typing import Final

from .lenient import text

_PLACE: Final = re.compile(
    r"\s*(?P<port>[0-9]{1,4})"
    r"(?:\.(?P<slot>[0-9]{1,3})|(?P<letter>[A-Za-z])|\.(?P<pool>sp[0-9]+\.[0-9]+))?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A port and one of its slots, both counted from 1, or the name of a SIM in a pool."""

    port: int
    slot: int | None = None
    pool: str | None = None

    @property
    def key(self) -> str:
        """Return the key of the port."""
        return str(self.port)


def parse_place(value: object, slot: object = None) -> Place | None:
    """Read a port with its slot, which newer firmware gives in a field of its own."""
    match = _PLACE.fullmatch(text(value))
    if match is None or not (port := int(match["port"])):
        return None
    if match["pool"]:
        return Place(port, pool=match["pool"].lower())
    if match["letter"]:
        return Place(port, ord(match["letter"].upper()) - ord("A") + 1)
    number = match["slot"] or text(slot).strip()
    return Place(port, int(number) or None if number.isdecimal() and len(number) < 4 else None)


def parse_port_key(key: str) -> int | None:
    """Return the number of the port with a key, None for what is no key."""
    return int(key) if key.isascii() and key.isdecimal() and 0 < len(key) < 5 else None

"""Whatever has no family of its own: free text to it, and what can be guessed of its answers."""

from datetime import datetime
import re
from typing import Final

from . import queclink
from .base import Family, Settings, Variant
from .parsing import clock, find_battery, find_position, find_signal
from .reading import Reading, ReadingKind, Values
from .vocabulary import Command

# Only with the year first is it sure what is the day and what the month.
_TIME: Final = re.compile(
    r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:T|,? (?:Time: ?)?)"
    r"(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?!\d)"
)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read place, time, battery and signal, and what the @Track protocol reports by position."""
    if reading := queclink.FAMILY.decode(text, settings, asked):
        known = {name: getattr(reading.values, name) for name in FAMILY.yields}
        return _reading(Values(**known))
    position = find_position(text, _time(text, settings))
    battery, voltage = find_battery(text)
    return _reading(
        Values(
            position=position,
            gps_fix=True if position else None,
            battery=battery,
            battery_voltage=voltage,
            signal=find_signal(text),
        )
    )


def _reading(values: Values) -> Reading | None:
    """Tell what was found; nothing found is no reading."""
    if values == Values():
        return None
    kind = ReadingKind.POSITION if values.position else ReadingKind.REPLY
    return Reading(kind=kind, values=values)


def _time(text: str, settings: Settings) -> datetime | None:
    """Read the time next to a place."""
    match = _TIME.search(text)
    if match is None:
        return None
    year, _, *rest = match.groups()
    return clock(settings.zone, year, *(part for part in rest if part))


FAMILY: Final = Family(
    key="generic",
    name="Generic",
    variants=(Variant(commands={}),),
    decoder=_decode,
    yields=frozenset({"battery", "battery_voltage", "gps_fix", "position", "signal"}),
)

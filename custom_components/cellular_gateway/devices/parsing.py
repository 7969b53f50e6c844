"""Reading what makers write differently: places, map links, battery, dates, tables of words."""

from datetime import datetime, tzinfo
import re
from typing import Final
from urllib.parse import unquote

from .reading import Position, Signal, is_fix

_DEGREES = r"(?P<{0}>[NSEW+-]?\s?\d{{1,3}}\.\d{{1,10}}(?:\s?°)?(?:\s?[NSEW]\b)?)"
_LATITUDE: Final = r"\bm?lat(?:itude)?\s?[.:=]{0,2}\s?" + _DEGREES.format("lat")
_LONGITUDE: Final = r"\bm?l(?:on|ng|ong|ongitude)\s?[.:=]{0,2}\s?" + _DEGREES.format("lon")
_PLACES: Final = (
    # Map links of Google, Apple, OpenStreetMap, Bing and others, and RFC 5870.
    re.compile(
        r"(?:[?&/](?:q|s?ll|query|loc|[sd]addr|center|destination|cp)=(?:loc:)?"
        r"|\bgeo:|/@|/place/|/search/)"
        + _DEGREES.format("lat")
        + r"\s?[,~+]\s?"
        + _DEGREES.format("lon"),
        re.IGNORECASE,
    ),
    re.compile(_LATITUDE + r"[\s,;&]{0,4}" + _LONGITUDE, re.IGNORECASE),
    re.compile(_LONGITUDE + r"[\s,;&]{0,4}" + _LATITUDE, re.IGNORECASE),
    # The hemispheres tell which is which: N48.1371 E11.5761, 48.1371N, 11.5761E.
    re.compile(
        r"(?<![\w.])(?P<lat>[NS]\s?\d{1,2}\.\d{2,10}|\d{1,2}\.\d{2,10}\s?°?\s?[NS]\b)[\s,;]{1,3}"
        r"(?P<lon>[EW]\s?\d{1,3}\.\d{2,10}|\d{1,3}\.\d{2,10}\s?°?\s?[EW]\b)",
        re.IGNORECASE,
    ),
    # The middle of a map, where it has no mark.
    re.compile(r"#map=\d{1,2}/" + _DEGREES.format("lat") + "/" + _DEGREES.format("lon")),
)
_MINUTES = (
    r"(\d{1,3})\s?°\s?(\d{1,2}(?:\.\d{1,6})?)\s?['′’]\s?(?:(\d{1,2}(?:\.\d{1,4})?)\s?[\"″”]\s?)?"
)
_SEXAGESIMAL: Final = re.compile(
    _MINUTES + r"([NS])[\s,;]{0,3}" + _MINUTES + r"([EW])\b", re.IGNORECASE
)
_BATTERY: Final = re.compile(
    r"\b(?:bat(?:tery)?(?: ?level)?|power)\s?[:=]?\s?(\d{1,3}(?:\.\d{1,2})?)\s?(%|V)?"
    r"|(?<![:=])(?:^|[\s,])B?(\d{1,3})%",
    re.IGNORECASE,
)
_SIGNAL: Final = re.compile(
    r"\b(?:gsm ?signal(?: ?level)?|signal(?: ?level)?|gsm|csq)\s?[:=]\s?(\d{1,3})(%?)",
    re.IGNORECASE,
)
_LEVEL: Final = re.compile(
    r"\b(?:gsm ?signal(?: ?level)?|signal(?: ?level)?|gsm|net)\s?[:=]?\s?"
    r"(strong|high|good|medium|med|normal|weak|low|poor)\b",
    re.IGNORECASE,
)
_PAIRS: Final = re.compile(r"(?P<key>[A-Za-z][\w /?()-]{0,30}?)\s?[:=]\s?(?P<value>[^;,\r\n]*)")
_SPACED: Final = re.compile(
    r"(?<!\w)(?P<key>[A-Za-z]\w{0,15}(?: [A-Za-z]\w{0,15})?)\s?:\s?"
    r"(?![A-Za-z]\w{0,15}:\s)(?P<value>[^\s,;]*)"
)


def degrees(text: str) -> float:
    """Read degrees with a sign, or with N, S, E or W before or after."""
    text = text.strip().upper()
    value = float(re.sub(r"[NSEW°\s]", "", text))
    return -abs(value) if text[0] in "SW" or text[-1] in "SW" else value


def find_position(text: str, at: datetime | None = None) -> Position | None:
    """Find a place in a map link or in any spelling of latitude and longitude."""
    text = unquote(text)
    for pattern in _PLACES:
        if match := pattern.search(text):
            return place(degrees(match["lat"]), degrees(match["lon"]), at)
    if match := _SEXAGESIMAL.search(text):
        latitude, longitude = _sexagesimal(*match.groups()[:4]), _sexagesimal(*match.groups()[4:])
        return place(latitude, longitude, at)
    return None


def _sexagesimal(whole: str, minutes: str, seconds: str | None, hemisphere: str) -> float:
    """Return degrees, minutes and seconds of arc as degrees."""
    value = int(whole) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if hemisphere.upper() in "SW" else value


def place(
    latitude: float,
    longitude: float,
    at: datetime | None = None,
    *,
    accuracy: float | None = None,
    altitude: float | None = None,
    course: float | None = None,
    satellites: int | None = None,
) -> Position | None:
    """Return a position, or None for what is no fix."""
    if not is_fix(latitude, longitude, at):
        return None
    return Position(
        latitude=latitude,
        longitude=longitude,
        time=at,
        accuracy=accuracy,
        altitude=altitude,
        course=course,
        satellites=satellites,
    )


def find_battery(text: str) -> tuple[float | None, float | None]:
    """Find the battery, in percent and in volt; a bare number above 5 is percent."""
    match = _BATTERY.search(text)
    if match is None:
        return None, None
    if match[3] is not None:
        return _percent(float(match[3])), None
    value = float(match[1])
    if match[2] and match[2].upper() == "V":
        return None, value
    return (_percent(value), None) if match[2] or value > 5 else (None, None)


def _percent(value: float) -> float | None:
    """Return what can be percent."""
    return value if 0 <= value <= 100 else None


def find_signal(text: str) -> Signal | None:
    """Find a signal strength, a number or a word; its scale is known only where it is percent."""
    if match := _SIGNAL.search(text):
        return Signal(float(match[1]), 100 if match[2] else None)
    match = _LEVEL.search(text)
    return None if match is None else Signal(match[1])


def clock(zone: tzinfo, *parts: str | int) -> datetime | None:
    """Return year, month, day, hour, minute and perhaps second as a time; None for no such time.

    A year of two digits is 1980 to 2079: a receiver that has had no fix counts from 1980.
    """
    year, month, day, hour, minute, second = (*map(int, parts), 0)[:6]
    if year < 100:
        year += 2000 if year < 80 else 1900
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def pairs(text: str) -> dict[str, str]:
    """Read `key: value` pairs, separated by lines, commas or semicolons; keys in lower case.

    The first of several equal keys counts.
    """
    found: dict[str, str] = {}
    for match in _PAIRS.finditer(text):
        found.setdefault(match["key"].strip().lower(), match["value"].strip())
    return found


def spaced_pairs(text: str) -> dict[str, str]:
    """Read `key:value` pairs between blanks, without blanks in a value; keys in lower case.

    The first of several equal keys counts.
    """
    found: dict[str, str] = {}
    for match in _SPACED.finditer(text):
        found.setdefault(match["key"].lower(), match["value"])
    return found


def number(text: str | None) -> float | None:
    """Read the number that a value begins with."""
    match = re.match(r"\s*([+-]?\d{1,9}(?:\.\d{1,9})?)", text or "")
    return None if match is None else float(match[1])


def whole(text: str | None) -> int | None:
    """Read the whole number that a value begins with."""
    value = number(text)
    return None if value is None else int(value)


def switched(text: str | None) -> bool | None:
    """Read ON, OFF and what else makers write for them."""
    word = (text or "").strip().lower().rstrip(".")
    if word in ("on", "1", "yes", "ok", "open", "link up", "active"):
        return True
    return False if word in ("off", "0", "no", "close", "closed", "link down") else None

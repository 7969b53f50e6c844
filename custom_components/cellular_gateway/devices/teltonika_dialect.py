"""What Teltonika's trackers and those built after them answer: fixes, parameters and outputs."""

from collections.abc import Mapping
from datetime import UTC, datetime
import re
from typing import Final

from .parsing import clock, number, place, whole
from .reading import Reading, ReadingKind, Values
from .vocabulary import Command

_WHEN: Final = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})")
_PARAMETERS: Final = re.compile(
    r"\s*(?:Param ID\s?:?\s?(?P<key>\d{3,6})\s(?P<new>New )?(?:Val(?:ue)?|Text)\s?:"
    r"|(?P<list>New value) (?=\d))\s?(?P<rest>[^\r\n]*)",
    re.IGNORECASE,
)
_OUTPUT: Final = re.compile(r"do([1-9])")


def read_fix(told: Mapping[str, str], *, certain: bool) -> Reading | None:
    """Read the answer to `getgps`, in UTC; without a fix it tells the last place it knew."""
    latitude, longitude = number(told.get("lat")), number(told.get("long") or told.get("lon"))
    if "gps" not in told or latitude is None or longitude is None:
        return None
    position = None
    if told["gps"] == "1":
        position = place(
            latitude,
            longitude,
            when(told.get("date"), told.get("time")),
            altitude=number(told.get("alt")),
            course=number(told.get("dir")),
            satellites=whole(told.get("sat")),
        )
    return Reading(
        kind=ReadingKind.POSITION if position else ReadingKind.REPLY,
        answers=frozenset({Command.REQUEST_POSITION}),
        values=Values(
            position=position,
            gps_fix=position is not None,
            speed=number(told.get("speed")) if position else None,
        ),
        certain=certain,
    )


def when(date: str | None, time: str | None) -> datetime | None:
    """Read date and time in UTC, whose numbers have no leading zeros."""
    match = _WHEN.fullmatch(f"{date} {time}")
    return None if match is None else clock(UTC, *match.groups())


def read_parameters(text: str) -> tuple[Mapping[str, str], bool] | None:
    """Read the answer to `getparam` or `setparam`: values by ids, and whether it says "new"."""
    match = _PARAMETERS.match(text)
    if match is None:
        return None
    rest = f"{match['key']}:{match['rest']}" if match["key"] else match["rest"]
    pairs = (item.partition(":") for item in rest.split(";") if ":" in item)
    found = {key.strip(): value.strip() for key, _, value in pairs}
    return found, bool(match["new"] or match["list"])


def read_outputs(told: Mapping[str, str]) -> Mapping[int, bool] | None:
    """Read the digital outputs in an answer to `getio`."""
    found = {
        int(match[1]): value == "1"
        for key, value in told.items()
        if (match := _OUTPUT.fullmatch(key)) and value in ("0", "1")
    }
    return found or None

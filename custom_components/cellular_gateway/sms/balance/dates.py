"""Dates in simplified texts, in the spellings of European languages."""

from datetime import date
import re
from typing import Final, NamedTuple

from .simplify import blanked, either

_MONTHS: Final = (
    "january januar janner janvier januari gennaio enero janeiro",
    "february februar fevrier februari febbraio febrero fevereiro",
    "march marz maerz mrz mars maart marzo marco",
    "april avril aprile abril",
    "may mai mei maggio mayo maio",
    "june juni juin giugno junio junho",
    "july juli juillet luglio julio julho",
    "august aout augustus agosto",
    "september septembre settembre septiembre setiembre setembro",
    "october oktober octobre ottobre octubre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre dicembre diciembre dezembro",
)
_SHORTEST_MONTH: Final = 3


def _beginnings() -> dict[str, int]:
    """Return the beginnings of the names of months; what begins two months ("jui") is none."""
    months: dict[str, set[int]] = {}
    for month, names in enumerate(_MONTHS, 1):
        for name in names.split():
            for length in range(_SHORTEST_MONTH, len(name) + 1):
                months.setdefault(name[:length], set()).add(month)
    return {name: min(found) for name, found in months.items() if len(found) == 1}


_NUMBERS: Final = _beginnings()

_BY: Final = r"(?P<by>[-./])"
_DAY: Final = r"(?P<day>\d{1,2})"
_ORDINAL: Final = "st|nd|rd|th"
_MONTH: Final = rf"(?P<month>{either(_NUMBERS)})(?![a-z])\.?"
_YEAR: Final = r"(?P<year>20\d\d|\d\d)(?![\d.,/-]?\d)"
_FORMS: Final = tuple(
    re.compile(r"(?<![\d.,/-])" + form)
    for form in (
        rf"(?P<year>20\d\d){_BY}(?P<month>\d{{1,2}})(?P=by){_DAY}(?!\d)",
        rf"{_DAY}{_BY} ?(?P<month>\d{{1,2}})(?P=by) ?{_YEAR}",
        rf"{_DAY}(?:er|{_ORDINAL}|[.º°])?[ /-]?(?:de |of )?{_MONTH}[ /,'-]{{0,2}}(?:del? )?{_YEAR}",
        rf"(?<![a-z]){_MONTH}[ -]?{_DAY}(?:{_ORDINAL})?,?[ -](?P<year>20\d\d)(?!\d)",
    )
)


class FoundDate(NamedTuple):
    """A date and its place in a text."""

    day: date
    start: int
    end: int


def find_dates(text: str) -> list[FoundDate]:
    """Return the dates of a simplified text in their order.

    In digits the day comes before the month, unless that cannot be.
    """
    found: list[FoundDate] = []
    for form in _FORMS:
        rest = blanked(text, [(place.start, place.end) for place in found])
        found += [
            FoundDate(day, *match.span())
            for match in form.finditer(rest)
            if (day := _date(match)) is not None
        ]
    return sorted(found, key=lambda place: place.start)


def _date(match: re.Match[str]) -> date | None:
    """Return the date of a match, None for one that no calendar has."""
    day, year = int(match["day"]), int(match["year"]) % 100
    month = _NUMBERS.get(match["month"]) or int(match["month"])
    if month > 12:
        month, day = day, month
    try:
        return date(2000 + year, month, day)
    except ValueError:
        return None

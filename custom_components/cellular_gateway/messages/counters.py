"""How many texts each port sent and received: today, and since the journal was begun.

A text counts once, however many parts it has. The counts are numbers of their own, not rows that
are counted: pruning does not touch them, and they cost the same after years.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
import sqlite3
from typing import Literal

from homeassistant.util import dt as dt_util

# Texts that were announced, texts whose receipt says `sent`, and those that were surely not sent.
type Counted = Literal["received", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Count:
    """One count: `today` is of the local day `day`, the last one on which there was any."""

    day: date
    today: int
    total: int


type Counts = Mapping[tuple[str, Counted], Count]


class Counters:
    """The counts as of the last commit, by port and what is counted."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: Counts = {}
        self._shown: Counts = {}

    def update(self, counts: Counts) -> None:
        """Take what was committed."""
        self._counts = counts

    def today(self, port: str, counted: Counted) -> int:
        """Return how many there were on the present local day of Home Assistant."""
        count = self._counts.get((port, counted))
        return count.today if count and count.day == dt_util.now().date() else 0

    def total(self, port: str, counted: Counted) -> int:
        """Return how many there were in all."""
        count = self._counts.get((port, counted))
        return count.total if count else 0

    def totals(self) -> dict[str, int]:
        """Return all totals by port and what is counted, for diagnostics."""
        return {f"{port} {counted}": count.total for (port, counted), count in self._counts.items()}

    def take_changed(self) -> bool:
        """Tell whether anything was counted since this was asked for the last time."""
        changed = self._counts != self._shown
        self._shown = self._counts
        return changed


def add(database: sqlite3.Connection, port: str, counted: Counted) -> None:
    """Count one more, in the transaction of what is counted."""
    database.execute(
        "INSERT INTO counter VALUES (?, ?, ?, 1, 1) ON CONFLICT DO UPDATE SET"
        " today = iif(day = excluded.day, today + 1, 1), day = excluded.day, total = total + 1",
        (port, counted, dt_util.now().date().isoformat()),
    )


def load(database: sqlite3.Connection) -> Counts:
    """Read all counts: three for each port."""
    rows = database.execute("SELECT port, counted, day, today, total FROM counter")
    return {
        (port, counted): Count(date.fromisoformat(day), today, total)
        for port, counted, day, today, total in rows
    }

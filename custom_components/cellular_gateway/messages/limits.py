"""How many texts went to a number by limited sends, in the journal; all runs in the writer thread.

Two machines that answer each other must not do so for ever, and a restart must not let them begin
anew. Only sends that are limited are counted, so that other texts to the same number are not.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import sqlite3
from typing import Final

# What a limit can look back at.
LONGEST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class SendLimit:
    """No more than `most` texts to one number within a time, which is `LONGEST` at most."""

    most: int
    within: timedelta


def take(database: sqlite3.Connection, number: str, limit: SendLimit, now: datetime) -> bool:
    """Count a text to a number unless that would be one too many; tell whether it may go."""
    database.execute("DELETE FROM limited_send WHERE sent_at < ?", (_written(now - LONGEST),))
    row = database.execute(
        "SELECT count(*) FROM limited_send WHERE number = ? AND sent_at > ?",
        (number, _written(now - limit.within)),
    ).fetchone()
    if int(row[0]) >= limit.most:
        return False
    database.execute("INSERT INTO limited_send VALUES (?, ?)", (number, _written(now)))
    return True


def _written(moment: datetime) -> str:
    """Write a time so that its order is that of the letters."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

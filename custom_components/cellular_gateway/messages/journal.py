"""What must survive: every received part, what was announced, and what a gateway remembers.

Only what is committed here is acknowledged to the gateway, which then deletes its own copy.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
import sqlite3

from ..const import JournalTexts
from ..gateways.models import Kept, SmsKind, SmsPart
from ..sms.tpdu import Concatenation
from . import pin_guard
from .database import Database

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,
    progress TEXT NOT NULL,
    adopted INTEGER NOT NULL,
    port TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    received_at TEXT NOT NULL,
    sent_at TEXT,
    reference INTEGER,
    total INTEGER,
    number INTEGER,
    wide INTEGER,
    message_class INTEGER,
    raw TEXT NOT NULL,
    storage TEXT,
    storage_index INTEGER
) STRICT;
CREATE INDEX part_unfinished ON part (id) WHERE progress != 'done';
CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE send (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL,
    port TEXT,
    started_at TEXT NOT NULL
) STRICT;
"""


_MARK = "UPDATE part SET progress = ? WHERE id = ?"
# What is done to a text, and to the PDU that holds it, when it was announced.
_FINISH = {
    JournalTexts.KEEP: _MARK,
    JournalTexts.MASK: "UPDATE part SET progress = ?, text = '•••', raw = '' WHERE id = ?",
    JournalTexts.DROP: "UPDATE part SET progress = ?, text = '', raw = '' WHERE id = ?",
}


class Progress(StrEnum):
    """How far a part has come: kept, announced as part of an incomplete text, or finished."""

    KEPT = "kept"
    PARTIAL = "partial"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """A part in the journal, under the number that orders it."""

    id: int
    part: SmsPart
    progress: Progress


@dataclass(frozen=True, slots=True)
class InterruptedSend:
    """A send that was on the wire when Home Assistant died: nobody knows what came of it."""

    id: int
    number: str = field(repr=False)
    port: str | None
    started_at: datetime


class Journal:
    """The journal of one config entry; it serves every kind, and is its memory."""

    def __init__(self, path: Path, texts: JournalTexts = JournalTexts.KEEP) -> None:
        """Name the file, and what becomes of texts in it; `open` makes or opens it."""
        self._texts = texts
        self._database = Database(path, _SCHEMA + pin_guard.SCHEMA, SCHEMA_VERSION)
        self.pins = pin_guard.JournalPinGuard(self._database)
        self._last_run = 0

    async def open(self) -> Path | None:
        """Open the file, making it where there is none.

        Returns where a broken one was set aside. Raises `NotKeptError` when it cannot be used,
        also when a newer version wrote it.
        """
        aside = await self._database.open()
        self._last_run = await self._database.run(self._last_send)
        return aside

    async def close(self) -> None:
        """Finish what was begun and close the file, for good."""
        await self._database.close()

    async def checkpoint(self) -> None:
        """Make a copy of the file whole."""
        await self._database.checkpoint()

    async def keep(self, parts: Sequence[SmsPart]) -> list[Kept]:
        """Commit the parts together and tell what each was."""
        return await self._database.run(lambda: self._keep(parts))

    async def removed(self, parts: Iterable[SmsPart]) -> None:
        """Forget where the gateway stored these parts: it no longer does."""
        await self._database.write(
            "UPDATE part SET storage = NULL, storage_index = NULL WHERE identity = ?",
            [(part.identity,) for part in parts],
        )

    async def unfinished(self, after: int = 0) -> list[Entry]:
        """Return the parts beyond the number `after` that are not done, in their order."""
        return await self._database.run(lambda: self._unfinished(after))

    async def mark(self, ids: Iterable[int], progress: Progress) -> None:
        """Commit how far these parts have come; of finished ones the text as the user wants it."""
        statement = _FINISH[self._texts] if progress is Progress.DONE else _MARK
        await self._database.write(statement, [(progress, number) for number in ids])

    async def counts(self) -> dict[str, int]:
        """Count the parts by kind and progress, for diagnostics."""
        return await self._database.run(self._counts)

    async def get(self, key: str) -> str | None:
        """Return what was last committed under the key."""
        return await self._database.run(lambda: self._get(key))

    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""
        await self._database.write("INSERT OR REPLACE INTO memory VALUES (?, ?)", [(key, value)])

    async def begin_send(self, number: str, port: str | None, started_at: datetime) -> int:
        """Commit that something is going on the wire, and return the number of the send."""
        row = (number, port, started_at.isoformat())
        return await self._database.run(lambda: self._begin_send(row))

    async def end_send(self, send: int) -> None:
        """Commit that it is known what came of a send, or that its end was told."""
        await self._database.write("DELETE FROM send WHERE id = ?", [(send,)])

    async def interrupted_sends(self) -> list[InterruptedSend]:
        """Return what an earlier run left on the wire."""
        return await self._database.run(self._interrupted_sends)

    async def prune(self, before: datetime, keep: int) -> int:
        """Delete what was finished before a time, and all but the newest `keep`; count them.

        What the gateway still stores is kept: without its row it would be new again.
        """
        return await self._database.run(lambda: self._prune(before, keep))

    def _last_send(self) -> int:
        """Return the number of the newest send of an earlier run."""
        row = self._connection.execute("SELECT coalesce(max(id), 0) FROM send").fetchone()
        return int(row[0])

    def _begin_send(self, row: tuple[str, str | None, str]) -> int:
        """Insert a send."""
        with self._connection as connection:
            cursor = connection.execute(
                "INSERT INTO send (number, port, started_at) VALUES (?, ?, ?)", row
            )
        return int(cursor.lastrowid or 0)

    def _interrupted_sends(self) -> list[InterruptedSend]:
        """Select the sends of earlier runs."""
        rows = self._connection.execute(
            "SELECT id, number, port, started_at FROM send WHERE id <= ? ORDER BY id",
            (self._last_run,),
        )
        return [
            InterruptedSend(send, number, port, datetime.fromisoformat(started_at))
            for send, number, port, started_at in rows
        ]

    def _prune(self, before: datetime, keep: int) -> int:
        """Delete rows that nothing depends on any more."""
        with self._connection as connection:
            cursor = connection.execute(
                "DELETE FROM part WHERE progress = 'done' AND storage IS NULL AND (received_at < ?"
                " OR id <= (SELECT coalesce(max(id), 0) FROM part) - ?)",
                (before.astimezone(UTC).isoformat(), keep),
            )
        return cursor.rowcount

    @property
    def _connection(self) -> sqlite3.Connection:
        """The open file, for use in the writer thread alone."""
        return self._database.connection

    def _keep(self, parts: Sequence[SmsPart]) -> list[Kept]:
        """Insert what is new, all or nothing."""
        with self._connection as database:
            return [_insert(database, part) for part in parts]

    def _unfinished(self, after: int) -> list[Entry]:
        """Select the parts that wait to be announced or completed."""
        rows = self._connection.execute(
            "SELECT id, progress, identity, adopted, port, kind, sender, text, received_at,"
            " sent_at, reference, total, number, wide, message_class, raw, storage, storage_index"
            " FROM part WHERE progress != 'done' AND id > ? ORDER BY id",
            (after,),
        )
        return [Entry(row[0], _part(row[2:]), Progress(row[1])) for row in rows]

    def _counts(self) -> dict[str, int]:
        """Count the rows by kind and progress."""
        rows = self._connection.execute(
            "SELECT kind || ' ' || progress, count(*) FROM part GROUP BY 1 ORDER BY 1"
        )
        return dict(rows.fetchall())

    def _get(self, key: str) -> str | None:
        """Select one value."""
        row = self._connection.execute("SELECT value FROM memory WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])


def _insert(database: sqlite3.Connection, part: SmsPart) -> Kept:
    """Insert one part unless it is there; an adopted one stays adopted."""
    row = database.execute(
        "SELECT id, adopted, progress FROM part WHERE identity = ?", (part.identity,)
    ).fetchone()
    if row is not None:
        if part.storage is not None:
            database.execute(
                "UPDATE part SET storage = ?, storage_index = ? WHERE id = ?",
                (part.storage, part.index, row[0]),
            )
        return Kept.ADOPTED if row[1] else Kept.KNOWN
    silent = part.adopted or part.kind is not SmsKind.TEXT
    concatenation = part.concatenation
    database.execute(
        "INSERT INTO part VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            part.identity,
            Progress.DONE if silent else Progress.KEPT,
            part.adopted,
            part.port,
            part.kind,
            part.sender,
            part.text,
            part.received_at.astimezone(UTC).isoformat(),
            part.sent_at.isoformat() if part.sent_at else None,
            concatenation.reference if concatenation else None,
            concatenation.total if concatenation else None,
            concatenation.number if concatenation else None,
            concatenation.wide if concatenation else None,
            part.message_class,
            part.raw,
            part.storage,
            part.index,
        ),
    )
    return Kept.ADOPTED if part.adopted else Kept.NEW


def _part(row: tuple[object, ...]) -> SmsPart:
    """Read a part back from its columns, `identity` to `storage_index`."""
    (identity, adopted, port, kind, sender, text, received_at, sent_at) = row[:8]
    (reference, total, number, wide, message_class, raw, storage, index) = row[8:]
    return SmsPart(
        identity=str(identity),
        adopted=bool(adopted),
        port=str(port),
        kind=SmsKind(str(kind)),
        sender=str(sender),
        text=str(text),
        received_at=datetime.fromisoformat(str(received_at)),
        sent_at=datetime.fromisoformat(str(sent_at)) if sent_at else None,
        concatenation=_concatenation(reference, total, number, wide),
        message_class=_integer(message_class),
        raw=str(raw),
        storage=None if storage is None else str(storage),
        index=_integer(index),
    )


def _integer(value: object) -> int | None:
    """Read an integer column that may be empty."""
    return value if isinstance(value, int) else None


def _concatenation(*columns: object) -> Concatenation | None:
    """Read which part of how many it is, where it is one."""
    reference, total, number, wide = map(_integer, columns)
    if reference is None or total is None or number is None:
        return None
    return Concatenation(reference=reference, total=total, number=number, wide=bool(wide))

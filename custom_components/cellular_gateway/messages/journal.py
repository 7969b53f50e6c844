"""What must survive: every received part, what was announced, and what a gateway remembers.

One SQLite file per entry, written by one thread. `synchronous=FULL` makes a commit mean "on the
disk": only then is a message acknowledged to the gateway, which deletes its own copy.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import hashlib
from pathlib import Path
import sqlite3

from ..gateways.errors import NotKeptError
from ..gateways.models import Kept, SmsKind, SmsPart
from ..sms.tpdu import Concatenation

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
CREATE TABLE pin (
    sim TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    verdict TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (sim, fingerprint)
) STRICT;
"""

# A SIM allows three tries. A PIN that it once accepted may be tried twice without hearing what
# came of it (power was cut at that very moment), any other once: one try is always left.
_ATTEMPTS = {"accepted": 2, "untried": 1, "refused": 0}


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


class Journal:
    """The journal of one config entry; it serves every kind, and is its memory and PIN guard."""

    def __init__(self, path: Path) -> None:
        """Name the file; `open` makes or opens it."""
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"journal {path.stem}")
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    async def open(self) -> None:
        """Open the file, making it where there is none.

        Raises `NotKeptError` when it cannot be used, also when a newer version wrote it.
        """
        await self._run(self._open)

    async def close(self) -> None:
        """Finish what was begun and close the file, for good."""
        if not self._closed:
            try:
                await self._run(self._close)
            finally:
                self._closed = True
                await asyncio.to_thread(self._thread.shutdown)

    async def keep(self, parts: Sequence[SmsPart]) -> list[Kept]:
        """Commit the parts together and tell what each was."""
        return await self._run(lambda: self._keep(parts))

    async def removed(self, parts: Iterable[SmsPart]) -> None:
        """Forget where the gateway stored these parts: it no longer does."""
        await self._write(
            "UPDATE part SET storage = NULL, storage_index = NULL WHERE identity = ?",
            [(part.identity,) for part in parts],
        )

    async def unfinished(self, after: int = 0) -> list[Entry]:
        """Return the parts beyond the number `after` that are not done, in their order."""
        return await self._run(lambda: self._unfinished(after))

    async def mark(self, ids: Iterable[int], progress: Progress) -> None:
        """Commit how far these parts have come."""
        await self._write(
            "UPDATE part SET progress = ? WHERE id = ?", [(progress, number) for number in ids]
        )

    async def counts(self) -> dict[str, int]:
        """Count the parts by kind and progress, for diagnostics."""
        return await self._run(self._counts)

    async def get(self, key: str) -> str | None:
        """Return what was last committed under the key."""
        return await self._run(lambda: self._get(key))

    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""
        await self._write("INSERT OR REPLACE INTO memory VALUES (?, ?)", [(key, value)])

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Commit an attempt at this PIN, or return False when a person has to consent first."""
        return await self._run(lambda: self._may_enter(sim, _fingerprint(sim, pin)))

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Commit what the SIM said to the PIN."""
        verdict = "accepted" if accepted else "refused"
        await self._write(
            "INSERT OR REPLACE INTO pin VALUES (?, ?, ?, 0)",
            [(sim, _fingerprint(sim, pin), verdict)],
        )

    async def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Commit one statement for all rows."""

        def write() -> None:
            with self._database as database:
                database.executemany(statement, rows)

        await self._run(write)

    async def _run[T](self, work: Callable[[], T]) -> T:
        """Do the work in the writer thread, which does one thing after the other.

        A caller that is cancelled leaves the work to its end, also work that has not begun.
        """
        if self._closed:
            raise NotKeptError("journal: closed")
        try:
            return await asyncio.shield(
                asyncio.get_running_loop().run_in_executor(self._thread, work)
            )
        except (sqlite3.Error, OSError) as err:
            raise NotKeptError(f"journal: {type(err).__name__}: {err}") from err

    @property
    def _database(self) -> sqlite3.Connection:
        """The open database."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("closed")
        return self._connection

    def _open(self) -> None:
        """Open, and prepare a new file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._path)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > SCHEMA_VERSION:
                raise sqlite3.DatabaseError(f"schema {version} is newer than {SCHEMA_VERSION}")
            if version == 0:
                database.executescript(
                    f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
                )
        except sqlite3.Error:
            database.close()
            raise
        self._connection = database

    def _close(self) -> None:
        """Close the database, once."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _keep(self, parts: Sequence[SmsPart]) -> list[Kept]:
        """Insert what is new, all or nothing."""
        with self._database as database:
            return [_insert(database, part) for part in parts]

    def _unfinished(self, after: int) -> list[Entry]:
        """Select the parts that wait to be announced or completed."""
        rows = self._database.execute(
            "SELECT id, progress, identity, adopted, port, kind, sender, text, received_at,"
            " sent_at, reference, total, number, wide, message_class, raw, storage, storage_index"
            " FROM part WHERE progress != 'done' AND id > ? ORDER BY id",
            (after,),
        )
        return [Entry(row[0], _part(row[2:]), Progress(row[1])) for row in rows]

    def _counts(self) -> dict[str, int]:
        """Count the rows by kind and progress."""
        rows = self._database.execute(
            "SELECT kind || ' ' || progress, count(*) FROM part GROUP BY 1 ORDER BY 1"
        )
        return dict(rows.fetchall())

    def _get(self, key: str) -> str | None:
        """Select one value."""
        row = self._database.execute("SELECT value FROM memory WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _may_enter(self, sim: str, fingerprint: str) -> bool:
        """Decide and, where the answer is yes, count the attempt."""
        with self._database as database:
            row = database.execute(
                "SELECT verdict, attempts FROM pin WHERE sim = ? AND fingerprint = ?",
                (sim, fingerprint),
            ).fetchone()
            verdict, attempts = row or ("untried", 0)
            if attempts >= _ATTEMPTS[verdict]:
                return False
            database.execute(
                "INSERT OR REPLACE INTO pin VALUES (?, ?, ?, ?)",
                (sim, fingerprint, verdict, attempts + 1),
            )
        return True


def _fingerprint(sim: str, pin: str) -> str:
    """Tell PINs apart without writing one down a second time."""
    return hashlib.sha256(f"{sim}:{pin}".encode()).hexdigest()


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

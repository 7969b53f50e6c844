"""The file under the journal: SQLite, written by one thread, on the disk when a commit returns."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
import sqlite3

from ..gateways.errors import NotKeptError

# What SQLite keeps beside the file itself.
SUFFIXES = ("", "-wal", "-shm")


class Database:
    """A SQLite file with a write-ahead log; `synchronous=FULL` makes a commit survive a power cut.

    Every method raises `NotKeptError` for whatever keeps it from its work.
    """

    def __init__(self, path: Path, schema: str, version: int) -> None:
        """Name the file and what it is to hold; `open` makes or opens it."""
        self._path = path
        self._schema = schema
        self._version = version
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"journal {path.stem}")
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    async def open(self) -> Path | None:
        """Open the file, making it where there is none.

        One that is broken is set aside, and a new one made; returned is where the broken one is
        now. One that a newer version wrote is left alone and not opened.
        """
        return await self.run(self._open_or_replace)

    async def close(self) -> None:
        """Finish what was begun and close the file, for good."""
        if not self._closed:
            try:
                await self.run(self._close)
            finally:
                self._closed = True
                await asyncio.to_thread(self._thread.shutdown)

    async def checkpoint(self) -> None:
        """Move all that was committed into the file itself, so that a copy of it is whole."""
        await self.run(lambda: self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Commit one statement for all rows."""

        def write() -> None:
            with self.connection as connection:
                connection.executemany(statement, rows)

        await self.run(write)

    async def run[T](self, work: Callable[[], T]) -> T:
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
    def connection(self) -> sqlite3.Connection:
        """The open file, for use in the writer thread alone."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("closed")
        return self._connection

    def _open_or_replace(self) -> Path | None:
        """Open the file, or a new one in place of a broken one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.OperationalError:
            # The disk, the permissions or a lock: the file itself may be whole.
            raise
        except sqlite3.DatabaseError:
            aside = self._set_aside()
            self._open()
            return aside
        return None

    def _open(self) -> None:
        """Open the file, see whether it is whole, and prepare a new one."""
        connection = sqlite3.connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > self._version:
                raise sqlite3.OperationalError(f"version {version} is newer than {self._version}")
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            if version == 0:
                connection.executescript(
                    f"BEGIN; {self._schema} PRAGMA user_version = {self._version}; COMMIT;"
                )
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection

    def _set_aside(self) -> Path:
        """Give the broken file another name, with what lies beside it."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        name = f"{self._path.name}.broken-{stamp}"
        for suffix in SUFFIXES:
            beside = self._path.with_name(self._path.name + suffix)
            if beside.exists():
                beside.rename(self._path.with_name(name + suffix))
        return self._path.with_name(name)

    def _close(self) -> None:
        """Close the file, once."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

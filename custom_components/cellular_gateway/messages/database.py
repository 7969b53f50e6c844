"""The file under the journal: SQLite, written by one thread, on the disk when a commit returns."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
import sqlite3

from ..gateways.errors import NotKeptError

# What SQLite keeps beside the file itself.
SUFFIXES = ("", "-wal", "-shm")

# Nobody but Home Assistant has to read messages.
_PRIVATE = 0o600

# How long (s) what was deleted may stay in the log, so that not each commit costs two more.
_IN_LOG = 2.0

# So many pages in the log, SQLite's own default, have it moved into the file.
_AUTOMATIC_CHECKPOINT = 1000


class Database:
    """A SQLite file with a write-ahead log; `synchronous=FULL` makes a commit survive a power cut.

    Every method raises `NotKeptError` for whatever keeps it from its work.
    """

    def __init__(
        self,
        path: Path,
        versions: Sequence[str],
        broken: Callable[[], None] = lambda: None,
        *,
        wipes: bool = False,
    ) -> None:
        """Name the file, and the SQL that leads from each version to the next; `open` opens it.

        `broken` is called once when the open file turns out to be broken. With `wipes` nothing of
        what is deleted stays in the file.
        """
        self._path = path
        self._versions = versions
        self._broken = broken
        self._wipes = wipes
        self._wiping: asyncio.TimerHandle | None = None
        self._is_copied = False
        self._is_broken = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"journal {path.stem}")
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    async def open(self, *, copied: bool = False) -> Path | None:
        """Open the file, making it where there is none, and bring an older one up to date.

        One that is broken is set aside, and a new one made; returned is where the broken one is
        now. One that a newer version wrote is left alone and not opened. With `copied` it is as
        after `begin_copy`.
        """
        self._is_copied = copied
        return await self.run(self._open_or_replace)

    async def close(self) -> None:
        """Finish what was begun and close the file, for good."""
        if not self._closed:
            try:
                await self.run(self._close)
            finally:
                self._closed = True
                if self._wiping is not None:
                    self._wiping.cancel()
                await asyncio.to_thread(self._thread.shutdown)

    async def begin_copy(self) -> None:
        """Move all that was committed into the file itself, and then leave it alone.

        Until `end_copy` only the log beside it grows, so that whatever is copied fits together.
        """
        self._is_copied = True
        await self._pragma("wal_autocheckpoint=0")
        await self._pragma("wal_checkpoint(TRUNCATE)")

    async def end_copy(self) -> None:
        """Have SQLite move what is committed into the file by itself again."""
        self._is_copied = False
        await self._pragma(f"wal_autocheckpoint={_AUTOMATIC_CHECKPOINT}")
        self.wipe_soon()

    def wipe_soon(self) -> None:
        """Have what was deleted leave the log too, if that is wanted, beside other work."""
        if self._wipes and not self._closed and self._wiping is None:
            self._wiping = asyncio.get_running_loop().call_later(_IN_LOG, self._wipe)

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
            self._look_for_damage(err)
            raise NotKeptError(f"journal: {type(err).__name__}: {err}") from err

    def _wipe(self) -> None:
        """Have the writer thread empty the log, which nobody waits for."""
        self._wiping = None
        self._thread.submit(self._empty_log)

    def _empty_log(self) -> None:
        """Move the log into the file; where that fails the next one brings it along."""
        if self._connection is not None and not self._is_copied:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file, for use in the writer thread alone."""
        if self._connection is None:
            raise sqlite3.ProgrammingError("closed")
        return self._connection

    async def _pragma(self, pragma: str) -> None:
        """Tell SQLite how to keep the file."""
        await self.run(lambda: self.connection.execute(f"PRAGMA {pragma}").close())

    def _look_for_damage(self, err: sqlite3.Error | OSError) -> None:
        """Say once that the open file is broken; its subclasses are errors of another sort."""
        if type(err) is sqlite3.DatabaseError and self._connection and not self._is_broken:
            self._is_broken = True
            self._broken()

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
        """Open the file, see whether it is whole, and give it the tables that it lacks."""
        self._make_private()
        connection = sqlite3.connect(self._path)
        try:
            if self._wipes:
                connection.execute("PRAGMA secure_delete=ON")
            if self._is_copied:
                connection.execute("PRAGMA wal_autocheckpoint=0")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            newest = len(self._versions)
            if version > newest:
                raise sqlite3.OperationalError(f"version {version} is newer than {newest}")
            self._check(connection, version)
            if version < newest:
                steps = " ".join(self._versions[version:])
                connection.executescript(f"BEGIN; {steps} PRAGMA user_version = {newest}; COMMIT;")
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection

    def _make_private(self) -> None:
        """Let nobody else read the file, what lies beside it, and what was set aside.

        Some disks know no permissions.
        """
        self._path.touch(_PRIVATE)
        for path in self._path.parent.glob(f"{self._path.name}*"):
            with suppress(OSError):
                if path.is_file():
                    path.chmod(_PRIVATE)

    def _check(self, connection: sqlite3.Connection, version: int) -> None:
        """See whether the file is whole and has the tables of its version."""
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        with closing(sqlite3.connect(":memory:")) as model:
            model.executescript(" ".join(self._versions[:version]))
            if missing := _tables(model) - _tables(connection):
                raise sqlite3.DatabaseError(f"without {', '.join(sorted(missing))}")

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
        """Close the file, once; while it is copied the log stays beside it."""
        if self._connection is not None:
            if self._is_copied:
                self._connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
            self._connection.close()
            self._connection = None


def _tables(connection: sqlite3.Connection) -> set[str]:
    """Name the tables of a file."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {str(name) for (name,) in rows}

"""What must survive: every received part, what was announced and sent, what a gateway remembers.

Only what is committed here is acknowledged to the gateway, which then deletes its own copy. What
is in which table is in the files beside this one: `parts`, `sends`, `counters`, `pin_guard`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
import sqlite3

from ..const import JournalTexts
from ..gateways.models import DeliveryReport, Kept, Receipt, SmsPart
from . import counters, limits, parts as part_rows, sends
from .counters import Counters
from .database import Database
from .limits import SendLimit
from .matching import Match, is_to
from .parts import Entry, Progress
from .pin_guard import JournalPinGuard
from .schema import VERSIONS
from .sends import InterruptedSend, Settlement


class Journal:
    """The journal of one config entry; it serves every kind, and is its memory."""

    def __init__(
        self,
        path: Path,
        texts: JournalTexts = JournalTexts.KEEP,
        broken: Callable[[], None] = lambda: None,
    ) -> None:
        """Name the file, and what becomes of texts in it; `open` makes or opens it.

        `broken` is called once when the open file is found broken: it has to be opened anew.
        """
        self._texts = texts
        self._database = Database(path, VERSIONS, broken, wipes=texts is not JournalTexts.KEEP)
        self.pins = JournalPinGuard(self._database)
        self.counters = Counters()
        self._last_run = 0
        self._on_wire: dict[int, tuple[str, str | None, str | None]] = {}
        self._unheard: set[int] = set()

    async def open(self, *, copied: bool = False) -> Path | None:
        """Open the file, making it where there is none; `copied` is whether a backup runs.

        Returns where a broken one was set aside. Raises `NotKeptError` when it cannot be used,
        also when a newer version wrote it.
        """
        aside = await self._database.open(copied=copied)
        await self._commit(lambda database: part_rows.finish_all(database, self._texts))
        self._last_run = await self._database.run(lambda: sends.last(self._connection))
        self.counters.update(await self._database.run(lambda: counters.load(self._connection)))
        return aside

    async def close(self) -> None:
        """Finish what was begun and close the file, for good."""
        await self._database.close()

    async def begin_copy(self) -> None:
        """Make copies of the file whole until `end_copy`."""
        await self._database.begin_copy()

    async def end_copy(self) -> None:
        """Go on as before the copy."""
        await self._database.end_copy()

    async def keep(self, parts: Sequence[SmsPart]) -> list[Kept]:
        """Commit the parts together and tell what each was."""
        return await self._commit(
            lambda database: [part_rows.insert(database, part, self._texts) for part in parts]
        )

    async def removed(self, parts: Iterable[SmsPart]) -> None:
        """Forget where the gateway stored these parts: it no longer does."""
        await self._database.write(
            "UPDATE part SET storage = NULL, storage_index = NULL WHERE identity = ?",
            [(part.identity,) for part in parts],
        )

    async def kept_places(self, port: str) -> list[tuple[str, int]]:
        """Return where the gateway still stores what was received at a port and announced."""
        return await self._database.run(lambda: part_rows.kept_places(self._connection, port))

    async def unfinished(self, after: int = 0) -> list[Entry]:
        """Return the parts beyond the number `after` that are not done, in their order."""
        return await self._database.run(lambda: part_rows.unfinished(self._connection, after))

    async def mark(
        self, ids: Iterable[int], progress: Progress, counted: Collection[int] = ()
    ) -> None:
        """Commit how far these parts have come; of finished ones the text as the user wants it.

        Each of the parts `counted` stands for a text that was announced with it, and is counted.
        """
        await self._commit_counted(
            lambda database: part_rows.mark(database, ids, progress, self._texts, counted)
        )

    async def counts(self) -> dict[str, int]:
        """Count the parts by kind and progress, for diagnostics."""
        return await self._database.run(lambda: part_rows.count(self._connection))

    async def get(self, key: str) -> str | None:
        """Return what was last committed under the key."""
        return await self._database.run(lambda: self._get(key))

    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""
        await self._database.write("INSERT OR REPLACE INTO memory VALUES (?, ?)", [(key, value)])

    async def forget(self, prefix: str, kept: Collection[str]) -> None:
        """Forget what was committed under keys with a prefix, but for those to be kept."""
        await self._commit(lambda database: _forget(database, prefix, kept))

    async def begin_send(
        self,
        number: str,
        port: str | None,
        started_at: datetime,
        *,
        reports: int = 0,
        endpoint: str | None = None,
    ) -> int:
        """Commit that something is going on the wire, and return the number of the send.

        It will be remembered for the `reports` that come, one for each part.
        """
        send = await self._commit(
            lambda database: sends.begin(database, number, port, started_at, reports, endpoint)
        )
        if reports:
            self._on_wire[send] = (number, port, endpoint)
        return send

    async def end_send(
        self, send: int, receipt: Receipt | None = None, *, port: str | None = None
    ) -> None:
        """Commit what came of a send: a receipt, or nothing left that `port` should have sent.

        One whose outcome is unknown stays open until `end_unknown`.
        """
        try:
            await self._commit_counted(lambda database: sends.end(database, send, receipt, port))
        finally:
            self._on_wire.pop(send, None)

    async def end_unknown(self, send: int) -> None:
        """Commit that somebody heard that the outcome of a send is unknown."""
        await self._commit(lambda database: sends.end_unknown(database, send))
        self._unheard.discard(send)

    async def take_limited(self, number: str, limit: SendLimit, now: datetime) -> bool:
        """Commit that a limited text goes to a number, and tell whether it may."""
        return await self._commit(lambda database: limits.take(database, number, limit, now))

    def leave_open(self, send: int) -> None:
        """Have a send that is over counted among the interrupted ones: nobody heard its end."""
        self._on_wire.pop(send, None)
        self._unheard.add(send)

    async def interrupted_sends(self) -> list[InterruptedSend]:
        """Return what an earlier run left open, and what nobody heard the end of in this one."""
        found = await self._database.run(lambda: sends.still_open(self._connection))
        return [each for each in found if each.id <= self._last_run or each.id in self._unheard]

    def sends_on_wire(
        self, port: str, report: DeliveryReport, country: str | None
    ) -> frozenset[int]:
        """Return the sends on the wire that a report may be about: it can outrun the receipt."""
        return frozenset(
            send
            for send in self.sends_through(port)
            if is_to(report, self._on_wire[send][0], self._on_wire[send][2], country=country)
        )

    def sends_through(self, port: str) -> frozenset[int]:
        """Return the sends on the wire that may leave by a port."""
        return frozenset(
            send for send, (_, through, _) in self._on_wire.items() if through in (None, port)
        )

    def is_on_wire(self, send: int) -> bool:
        """Whether a send that asked for reports has not ended yet."""
        return send in self._on_wire

    async def match(
        self, port: str, report: DeliveryReport, country: str | None, received_at: datetime
    ) -> Match | None:
        """Return which part of which text a report is about, None when it is none of ours."""
        return await self._database.run(
            lambda: sends.match(self._connection, port, report, country, received_at)
        )

    async def settle(self, settlement: Settlement) -> None:
        """Commit that a report was told, with all that it changes."""

        def settle(database: sqlite3.Connection) -> None:
            part_rows.finish_report(database, settlement.report, self._texts)
            sends.settle(database, settlement)

        await self._commit(settle)

    async def prune(self, before: datetime, keep: int) -> int:
        """Delete what was finished before a time, and all but the newest `keep`; count the parts.

        What the gateway still stores is kept: without its row it would be new again.
        """

        def prune(database: sqlite3.Connection) -> int:
            sends.prune(database, before, keep)
            return part_rows.prune(database, before, keep)

        return await self._commit(prune)

    @property
    def _connection(self) -> sqlite3.Connection:
        """The open file, for use in the writer thread alone."""
        return self._database.connection

    async def _commit[T](self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do all of the work in one transaction, or nothing of it."""

        def commit() -> T:
            with self._connection as database:
                return work(database)

        try:
            return await self._database.run(commit)
        finally:
            self._database.wipe_soon()

    async def _commit_counted(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do work that counts something, and take up the new counts."""

        def count(database: sqlite3.Connection) -> counters.Counts:
            work(database)
            return counters.load(database)

        self.counters.update(await self._commit(count))

    def _get(self, key: str) -> str | None:
        """Select one value."""
        row = self._connection.execute("SELECT value FROM memory WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])


def _forget(database: sqlite3.Connection, prefix: str, kept: Collection[str]) -> None:
    """Delete the keys with a prefix that are not kept."""
    rows = database.execute(
        "SELECT key FROM memory WHERE substr(key, 1, ?) = ?", (len(prefix), prefix)
    ).fetchall()
    database.executemany(
        "DELETE FROM memory WHERE key = ?", [row for row in rows if row[0] not in kept]
    )

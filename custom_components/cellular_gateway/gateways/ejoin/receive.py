"""Receive: hand over what push and inbox show, once, and acknowledge it when it is kept."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
import contextlib
from functools import partial
import time

from ..consumers import Memory, MessageConsumer
from ..errors import NotKeptError
from ..keeping import KeepingTrouble
from ..models import Kept, SmsPart
from .client import EjoinClient
from .codec.requests import InboxPage
from .codec.texts import Incoming
from .inbox import Cursor, ask_page, count_relisted, is_last, load_cursor, read_on, save_cursor
from .parts import part_of
from .sends import Sends
from .settings import EjoinSettings
from .sightings import Sighting, Sightings, Way, timeless_of


class Receiver:
    """Takes messages for one gateway, over any number of links."""

    def __init__(
        self,
        settings: EjoinSettings,
        memory: Memory,
        sends: Sends,
        *,
        consumer: Callable[[], MessageConsumer | None],
        restarted: Callable[[], Awaitable[object]],
    ) -> None:
        """Start with nothing seen; `sends` knows what reports are about.

        `restarted` is called when the gateway was; it raises GatewayError where another answers.
        """
        self._settings = settings
        self._memory = memory
        self._sends = sends
        self._consumer = consumer
        self._restarted = restarted
        self._sightings = Sightings()
        self._cursor = Cursor()
        self._saved: Cursor | None = None
        self._rescued: tuple[Sequence[Incoming], Sequence[str]] = ((), ())
        self._undeleted: list[SmsPart] = []
        self._keeping = asyncio.Lock()
        self._pulling = asyncio.Lock()
        self._is_catching_up = True
        self._trouble = KeepingTrouble()

    @property
    def deletes(self) -> bool:
        """Whether the gateway is told to delete what is kept."""
        return self._settings.delete_after_receipt

    async def take(
        self, items: Sequence[Incoming], is_waiting: Callable[[], bool] = lambda: True
    ) -> None:
        """Keep what was pushed; raises NotKeptError when it is to be pushed again.

        Where nobody `is_waiting` for the answer any more, the same will be pushed again.
        """
        if not items:
            return
        try:
            await self._load()
            await self._keep(lambda: self._sightings.pushed(items), Way.PUSH, told=is_waiting)
        except NotKeptError:
            # The inbox will have it first, which is no fault of push.
            self._is_catching_up = True
            raise
        # They are kept; what waits for its row is committed with the next page at the latest.
        with contextlib.suppress(NotKeptError):
            await self._move(lambda cursor: cursor)

    async def close(self) -> None:
        """Let what has come be kept, bounded: nobody takes it any more after that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.clocks.closing), self._keeping:
                return

    def link_made(self) -> None:
        """Note that push may have missed what the inbox holds by now."""
        self._is_catching_up = True

    def never_pushed(self) -> bool:
        """Whether the inbox holds what push should have brought."""
        return self._sightings.never_pushed(self._settings.clocks.push_grace)

    async def pull(self, client: EjoinClient) -> None:
        """Read the inbox on to its end; raises GatewayError and NotKeptError."""
        if self._consumer() is None:
            return
        async with self._pulling:
            await self._keep_rescued()
            await self._load()
            since = time.time() - self._settings.clocks.push_grace
            may_have_more = await self._pull_page(client, since, is_first=True)
            while may_have_more:
                may_have_more = await self._pull_page(client, since)
            self._is_catching_up = False
            await self._delete(client)

    async def _pull_page(
        self, client: EjoinClient, since: float, *, is_first: bool = False
    ) -> bool:
        """Read the texts from the cursor on; return whether there may be more.

        At the end no row is waited for any more of what was pushed before `since`.
        """
        cursor = self._cursor
        page = await read_on(client, cursor)
        is_new = cursor.source not in {None, page.source}
        if is_new:
            # It was started anew, or another one has got its address.
            await self._restarted()
            self._is_catching_up = True
        # Once in a pull: some firmware may count from 1 wherever there is nothing.
        is_behind = is_first and cursor.is_behind(page)
        if cursor.following > 1 and (is_new or is_behind):
            self._is_catching_up = True
            relisted = await count_relisted(client, cursor)
            await self._move(lambda now: now.restarted(page.source, *relisted))
            return True
        sightings = await self._keep_page(page)
        await self._move(lambda now: now.after(page, sightings, deletes=self.deletes, since=since))
        return not is_last(page, cursor.following)

    async def _load(self) -> None:
        """Learn how far the inbox was read before; raises NotKeptError."""
        if self._saved is None:
            with self._trouble.told():
                cursor = await load_cursor(self._memory)
            if self._saved is None:
                self._saved = self._cursor = cursor

    async def _move(self, change: Callable[[Cursor], Cursor]) -> None:
        """Commit how far the inbox was read."""
        async with self._keeping:
            cursor = change(self._cursor)
            if cursor != self._saved:
                with self._trouble.told():
                    await save_cursor(self._memory, cursor)
                self._saved = cursor
            self._cursor = cursor

    async def _keep_page(self, page: InboxPage) -> list[Sighting]:
        """Keep a page, in silence what is no news."""
        sightings, parts = await self._keep(
            lambda: self._sightings.listed(
                page.items, self._cursor.tail, self._cursor.timeless, self._cursor.relisted
            ),
            Way.INBOX,
            lambda item: self._cursor.is_old(page, item),
        )
        if self.deletes and not self._cursor.adopting:
            self._undeleted += parts[self._cursor.staying :]
        return sightings

    async def _delete(self, client: EjoinClient) -> None:
        """Have the texts deleted that were read, all of which are kept; raises as `pull` does."""
        while self.deletes and self._cursor.undeleted < self._cursor.following:
            page = await ask_page(client, self._cursor.undeleted)
            if page.source not in {None, self._cursor.source}:
                return
            if (read := self._cursor.read_of(page)) and not await self._delete_read(client, read):
                return
            await self._move(partial(Cursor.deleted, page=page))
        undeleted, self._undeleted = self._undeleted, []
        if undeleted and (consumer := self._consumer()) is not None:
            with self._trouble.told():
                await consumer.removed(undeleted)

    async def _delete_read(self, client: EjoinClient, read: Sequence[Incoming]) -> bool:
        """Have these rows deleted; return False where the gateway was started anew meanwhile.

        It deletes by count, and others instead where some of them are gone. What it has taken that
        was not read is kept by what it says.
        """
        deleted = await ask_page(client, self._cursor.undeleted, len(read), delete=True)
        is_same = deleted.source in {None, self._cursor.source}
        if is_same:
            others = Counter(deleted.items) - Counter(read)
            self._rescued = list(others.elements()), self._cursor.tail
        else:
            self._rescued = deleted.items, ()
        await self._keep_rescued()
        return is_same

    async def _keep_rescued(self) -> None:
        """Keep what lies nowhere else any more."""
        items, before = self._rescued
        if items:
            timeless = self._cursor.timeless
            await self._keep(lambda: self._sightings.listed(items, before, timeless), Way.INBOX)
        self._rescued = ((), ())

    async def _keep(
        self,
        look: Callable[[], list[Sighting]],
        way: Way,
        is_old: Callable[[Incoming], bool] = lambda item: False,
        told: Callable[[], bool] = lambda: True,
    ) -> tuple[list[Sighting], list[SmsPart]]:
        """Have messages committed that are not yet; raise NotKeptError for all or none.

        They are looked at only when it is their turn: what was kept before them counts, unless the
        gateway is not `told` that it was.
        """
        if (consumer := self._consumer()) is None:
            raise NotKeptError
        async with self._keeping:
            sightings = look()
            about: set[str] = set()
            parts = [
                part_of(
                    sighting,
                    self._settings,
                    adopted=sighting.pushed_as is not None or is_old(sighting.item),
                    message_id=self._sends.reported(sighting, about),
                )
                for sighting in sightings
            ]
            fresh = [
                part for part, sighting in zip(parts, sightings, strict=True) if not sighting.known
            ]
            with self._trouble.told():
                outcomes = await consumer.keep(fresh) if fresh else []
            self._trouble.over()
            news = [part for part, kept in zip(fresh, outcomes, strict=True) if kept is Kept.NEW]
            if told():
                self._note(sightings, {part.identity for part in news}, way)
            await self._sends.settle(news)
        return sightings, parts

    def _note(self, sightings: Sequence[Sighting], news: set[str], way: Way) -> None:
        """Remember what is kept, and what push should have brought."""
        self._sightings.kept(sightings, way)
        if way is Way.INBOX:
            for sighting in sightings:
                if sighting.identity in news:
                    self._sightings.missed_by_push(sighting, is_late=self._is_catching_up)
        elif self._settings.url is not None:
            self._cursor = self._cursor.awaiting(timeless_of(sightings, time.time()))

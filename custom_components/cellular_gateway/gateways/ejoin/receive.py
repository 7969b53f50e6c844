"""Receive: hand over what push and inbox show, once, and acknowledge it when it is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
import contextlib
import logging
from typing import Final

from ..consumers import Memory, MessageConsumer
from ..errors import GatewayRefusedError, NotKeptError
from ..keeping import KeepingTrouble
from ..models import Kept, SmsPart
from .client import EjoinClient
from .codec.requests import InboxPage
from .codec.texts import Incoming, Received
from .inbox import PAGE, Cursor, ask_page, load_cursor, save_cursor
from .parts import part_of
from .sends import Sends
from .settings import EjoinSettings
from .sightings import Sighting, Sightings, Way

_LOGGER = logging.getLogger(__name__)

# 2020: what is older comes of a clock that was not set yet.
_CLOCK_IS_SET: Final = 1577836800.0
# A gateway that was started anew may list what we have long forgotten to have seen.
_LONG_AGO: Final = 7 * 86400.0


class Receiver:
    """Takes messages for one gateway, over any number of links."""

    def __init__(
        self,
        settings: EjoinSettings,
        memory: Memory,
        sends: Sends,
        *,
        consumer: Callable[[], MessageConsumer | None],
        identify: Callable[[], Awaitable[None]],
    ) -> None:
        """Start with nothing seen; `sends` knows what reports are about.

        `identify` raises GatewayError where it is not our gateway that answers.
        """
        self._settings = settings
        self._memory = memory
        self._sends = sends
        self._consumer = consumer
        self._identify = identify
        self._sightings = Sightings()
        self._cursor: Cursor | None = None
        self._rescued: list[Incoming] = []
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
            await self._keep(lambda: self._sightings.pushed(items), Way.PUSH, told=is_waiting)
        except NotKeptError:
            # The inbox will have it first, which is no fault of push.
            self._is_catching_up = True
            raise

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
            with self._trouble.told():
                cursor = self._cursor or await load_cursor(self._memory)
            while (following := await self._pull_page(client, cursor)) is not None:
                cursor = following
            self._is_catching_up = False

    async def _pull_page(self, client: EjoinClient, cursor: Cursor) -> Cursor | None:
        """Read the texts from the cursor on; return the new cursor while there may be more."""
        try:
            page = await ask_page(client, cursor.following)
        except GatewayRefusedError as error:
            if error.code != "code 404":
                raise
            # Said of an empty list by some firmware.
            page = InboxPage(cursor.source or "", cursor.following, [])
        is_behind = page.following is not None and page.following < cursor.following
        if cursor.source is not None and (page.source != cursor.source or is_behind):
            # It was started anew, or another one has got its address.
            await self._identify()
            self._is_catching_up = True
            if cursor.following > 1:
                return await self._move(cursor.restarted(page.source))
        sightings, parts = await self._keep_page(page, cursor)
        following = cursor.after(page, (x.base for x in sightings), _newest(page.items))
        await self._move(following)
        if self.deletes and not cursor.adopting:
            await self._delete(client, cursor.following, page, parts)
        return following if len(page.items) >= PAGE else None

    async def _move(self, cursor: Cursor) -> Cursor:
        """Commit how far the inbox was read."""
        if cursor != self._cursor:
            with self._trouble.told():
                await save_cursor(self._memory, cursor)
        self._cursor = cursor
        return cursor

    async def _keep_page(
        self, page: InboxPage, cursor: Cursor
    ) -> tuple[list[Sighting], list[SmsPart]]:
        """Keep a page; what lies there since long before the newest that we saw is no news."""
        tail = cursor.tail if page.source == cursor.source else ()
        oldest = cursor.newest - _LONG_AGO

        def is_old(item: Incoming) -> bool:
            at = item.at.timestamp() if isinstance(item, Received) and item.at else 0
            return cursor.adopting or _CLOCK_IS_SET < at < oldest

        return await self._keep(lambda: self._sightings.listed(page.items, tail), Way.INBOX, is_old)

    async def _delete(
        self, client: EjoinClient, first: int, page: InboxPage, parts: Sequence[SmsPart]
    ) -> None:
        """Have the texts of a page deleted, all of which are kept.

        A gateway that was started anew in between deletes others: they are kept by what it says.
        """
        if not page.items:
            return
        deleted = await ask_page(client, first, len(page.items), delete=True)
        if deleted.source != page.source:
            self._rescued += deleted.items
            await self._keep_rescued()
        elif (consumer := self._consumer()) is not None:
            with self._trouble.told():
                await consumer.removed(parts)

    async def _keep_rescued(self) -> None:
        """Keep what lies nowhere else any more."""
        if self._rescued:
            items = self._rescued
            await self._keep(lambda: self._sightings.listed(items, ()), Way.INBOX)
            self._rescued = []

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
                    adopted=is_old(sighting.item),
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
            await self._sends.settle([part.report for part in news if part.report])
        return sightings, parts

    def _note(self, sightings: Sequence[Sighting], news: set[str], way: Way) -> None:
        """Remember what is kept, and what push should have brought."""
        self._sightings.kept(sightings, way)
        if way is Way.INBOX:
            for sighting in sightings:
                if sighting.identity in news:
                    self._sightings.missed_by_push(sighting, is_late=self._is_catching_up)


def _newest(items: Sequence[Incoming]) -> float:
    """Return the latest time of the gateway's in a page."""
    times = [x.at.timestamp() for x in items if isinstance(x, Received) and x.at is not None]
    return max(times, default=0.0)

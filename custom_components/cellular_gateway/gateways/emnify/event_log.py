"""The event log of the account: each event once, by a cursor that survives a restart."""

from collections.abc import Iterable, Sequence
import json
import logging
from typing import Final

from ..consumers import Memory
from ..endpoints import EndpointEvent
from ..errors import NotKeptError
from .budget import Pace
from .client import EmnifyClient
from .codec.events import event_id, is_event, parse_event
from .codec.fields import Json, objects

_LOGGER = logging.getLogger(__name__)

_CURSOR: Final = "events"
_PUSHED: Final = "pushed events"
# As many as the API gives at once.
_PER_PAGE: Final = 100
# Older ones are left out after a long absence; the round finds the states that they led to.
_MOST_PAGES: Final = 50
_MOST_SEEN: Final = 20_000
_MOST_PUSHED: Final = 3_000


class EventLog:
    """Reads the log, newest first, down to what is known.

    What is beyond the cursor at the start, and was not seen since, is new: also an entry that was
    written late, with an id below others.
    """

    def __init__(self, client: EmnifyClient, memory: Memory) -> None:
        """Start with nothing seen."""
        self._client = client
        self._memory = memory
        self._cursor: int | None = None
        self._start = 0
        self._seen: dict[int, None] = {}
        self._pushed: list[int] = []

    async def begin(self) -> None:
        """Remember how far the log was told; the very first time all of it counts as told."""
        if self._cursor is not None:
            return
        remembered = await self._memory.get(_CURSOR)
        self._pushed = json.loads(await self._memory.get(_PUSHED) or "[]")
        self._seen |= dict.fromkeys(self._pushed)
        cursor = int(remembered) if remembered else _newest(objects(await self._page(1)))
        if remembered is None:
            await self._note(_CURSOR, str(cursor))
        self._cursor = self._start = cursor

    async def read(self) -> list[EndpointEvent]:
        """Return what is new in the log, in its order."""
        cursor = self._cursor or 0
        found: list[Json] = []
        for number in range(1, _MOST_PAGES + 1):
            page = await self._page(number)
            items = list(objects(page))
            found += items
            if len(page) < _PER_PAGE or any(0 < _id_of(item) <= cursor for item in items):
                break
        else:
            _LOGGER.debug("the oldest of many events are left out")
        if (newest := _newest(found)) > cursor:
            await self._note(_CURSOR, str(newest))
            self._cursor = newest
        return self._unseen(found)

    async def take(self, items: Sequence[Json]) -> list[EndpointEvent]:
        """Return what is new of events that were pushed, kept until the log shows them."""
        events = self._unseen(items)
        if events:
            cursor = self._cursor or 0
            known = (*self._pushed, *(int(event.identity) for event in events))
            self._pushed = [number for number in known if number > cursor][-_MOST_PUSHED:]
            await self._note(_PUSHED, json.dumps(self._pushed))
        return events

    def _unseen(self, items: Iterable[Json]) -> list[EndpointEvent]:
        """Leave out what was told before, and bring the rest into its order."""
        events = []
        for item in sorted(items, key=_id_of):
            number = _id_of(item)
            if number <= self._start or number in self._seen:
                continue
            self._seen[number] = None
            if (event := parse_event(item)) is not None:
                events.append(event)
        while len(self._seen) > _MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        return events

    async def _page(self, number: int) -> list[object]:
        """Read one page, the newest events first; raises GatewayError."""
        answer = await self._client.get(
            "/event",
            pace=Pace.LIST,
            watching=True,
            sort="-id",
            page=str(number),
            per_page=str(_PER_PAGE),
        )
        return answer.listed()

    async def _note(self, key: str, value: str) -> None:
        """Commit something; without that a restart tells some events once more."""
        try:
            await self._memory.set(key, value)
        except NotKeptError:
            _LOGGER.debug("the place in the event log could not be noted")


def _id_of(item: Json) -> int:
    """Return the id of an event, 0 where it has none."""
    return event_id(item) or 0


def _newest(items: Iterable[Json]) -> int:
    """Return the greatest id of some events; what is none must not move the cursor."""
    return max((_id_of(item) for item in items if is_event(item)), default=0)

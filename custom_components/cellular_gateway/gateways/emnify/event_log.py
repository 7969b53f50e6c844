"""The event log of the account: each event once, by a cursor that survives a restart."""

from collections.abc import Callable, Iterable, Sequence
import json
import logging
from typing import Final

from ..consumers import Memory
from ..endpoints import EndpointEvent
from ..errors import NotKeptError
from .budget import Pace
from .client import EmnifyClient
from .clock import Clock
from .codec.events import event_id, is_event, parse_event
from .codec.fields import Json, objects

_LOGGER = logging.getLogger(__name__)

_CURSOR: Final = "events"
_AHEAD: Final = "pushed events"
# As many as the API gives at once.
_PER_PAGE: Final = 100
# Older ones are left out after a long absence; the round finds the states that they led to.
_MOST_PAGES: Final = 50
_MOST_SEEN: Final = 20_000
_MOST_AHEAD: Final = 3_000
_MOST_HELD: Final = 1_000

# Tells an event that is new (None) or held back since then, or returns False where it is too early.
type Tell = Callable[[EndpointEvent, float | None], bool]


class EventLog:
    """Reads the log, newest first, down to what is known, and has it told.

    What is beyond the cursor at the start, and was not seen since, is new: also an entry that was
    written late, with an id below others. An event is told first and marked after: the cursor is
    committed only up to what was told, with the ids of what was told beyond it. What is held back
    is not read again, unless after a restart.
    """

    def __init__(self, client: EmnifyClient, memory: Memory, clock: Clock) -> None:
        """Start with nothing seen."""
        self._client = client
        self._memory = memory
        self._clock = clock
        self._cursor: int | None = None
        self._start = 0
        self._newest = 0
        self._seen: dict[int, None] = {}
        self._ahead: list[int] = []
        self._held: dict[int, tuple[EndpointEvent, float]] = {}

    async def begin(self) -> None:
        """Remember how far the log was told; the very first time all of it counts as told."""
        if self._cursor is not None:
            return
        remembered = await self._memory.get(_CURSOR)
        self._ahead = json.loads(await self._memory.get(_AHEAD) or "[]")
        self._seen |= dict.fromkeys(self._ahead)
        cursor = int(remembered) if remembered else _newest(objects(await self._page(1)))
        if remembered is None:
            await self._note(_CURSOR, str(cursor))
        self._cursor = self._start = self._newest = cursor

    async def read(self, tell: Tell) -> None:
        """Tell what is new in the log, in its order; raises GatewayError."""
        if self._cursor is None:
            return
        found: list[Json] = []
        for number in range(1, _MOST_PAGES + 1):
            page = await self._page(number)
            items = list(objects(page))
            found += items
            if len(page) < _PER_PAGE or any(0 < _id_of(item) <= self._newest for item in items):
                break
        else:
            _LOGGER.warning(
                "More happened than is read at once: only the newest %d events are told", len(found)
            )
        self._newest = max(self._newest, _newest(found))
        await self._pass_on(found, tell)

    async def take(self, items: Sequence[Json], tell: Tell) -> None:
        """Tell what is new of events that were pushed; before `begin` they are left to the log."""
        if self._cursor is not None:
            await self._pass_on(items, tell)

    @property
    def held(self) -> list[EndpointEvent]:
        """Return what is held back, in the order in which it came."""
        return [event for event, _ in self._held.values()]

    async def tell_held(self, tell: Tell) -> None:
        """Tell what was held back, as far as it is not too early."""
        if self._held:
            await self._pass_on([], tell)

    async def _pass_on(self, items: Iterable[Json], tell: Tell) -> None:
        """Tell what was held back and what is new, or hold it back, and mark what was told."""
        for number, (waiting, since) in list(self._held.items()):
            if tell(waiting, since):
                del self._held[number]
                self._seen[number] = None
        for number, event in self._unseen(items):
            if event is not None and not tell(event, None):
                self._held[number] = event, self._clock.time()
            else:
                self._seen[number] = None
        for seen, most in ((self._seen, _MOST_SEEN), (self._held, _MOST_HELD)):
            while len(seen) > most:
                del seen[next(iter(seen))]
        await self._mark()

    def _unseen(self, items: Iterable[Json]) -> list[tuple[int, EndpointEvent | None]]:
        """Leave out what is known, and bring the rest into its order; None is about no endpoint."""
        new = {_id_of(item): item for item in items if _id_of(item) > self._start}
        return [
            (number, parse_event(new[number]))
            for number in sorted(new)
            if number not in self._seen and number not in self._held
        ]

    async def _mark(self) -> None:
        """Commit what was told: all up to the first that is held back, and what lies beyond."""
        if self._cursor is None:
            return
        told = min([self._newest, *(number - 1 for number in self._held)])
        if told > self._cursor:
            self._cursor = told
            await self._note(_CURSOR, str(told))
        ahead = [number for number in self._seen if number > self._cursor][-_MOST_AHEAD:]
        if ahead != self._ahead:
            self._ahead = ahead
            await self._note(_AHEAD, json.dumps(ahead))

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

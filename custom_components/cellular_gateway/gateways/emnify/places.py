"""How far the messages of each endpoint were kept: once told, none is told again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
import json
from typing import Final

from ..consumers import Memory
from ..errors import NotKeptError
from .codec.messages import ShortMessage

# A message may be written late, below others that were read; so long it is looked for.
LATE: Final = timedelta(hours=6)
# What was kept is known for longer than it could be taken for a late one, also by another clock.
_KNOWN: Final = 2 * LATE
_MOST_KEPT: Final = 1000


@dataclass(slots=True)
class Place:
    """The id up to which the list of an endpoint was read, and what was kept beyond or lately.

    `kept` has the times (s) by id; it is None while that is not known. The journal may forget a
    message that was pushed before its list is read, and the cursor stands below it until then.
    """

    cursor: int | None = None
    kept: dict[int, float] | None = None

    def is_new(self, message: ShortMessage, now: datetime) -> bool:
        """Whether a message of the list was not kept yet: it is beyond the cursor, or came late."""
        if self.kept is not None and message.id in self.kept:
            return False
        if self.cursor is None or message.id > self.cursor:
            return True
        sent_at = message.sent_at
        return self.kept is not None and sent_at is not None and sent_at >= now - LATE


class Places:
    """The places of all endpoints, which outlive a restart."""

    def __init__(self, memory: Memory) -> None:
        """Start with nothing known."""
        self._memory = memory
        self._places: dict[str, Place] = {}

    async def find(self, endpoint: str) -> Place:
        """Return the place of an endpoint."""
        if endpoint not in self._places:
            cursor = await self._memory.get(f"messages {endpoint}")
            kept = json.loads(await self._memory.get(f"kept {endpoint}") or "null")
            self._places.setdefault(
                endpoint,
                Place(
                    int(cursor) if cursor and cursor.isdigit() else None,
                    None if kept is None else {int(number): at for number, at in kept.items()},
                ),
            )
        return self._places[endpoint]

    async def note_kept(
        self, endpoint: str, messages: Iterable[ShortMessage], now: datetime
    ) -> None:
        """Commit that messages were kept; raises NotKeptError."""
        place = await self.find(endpoint)
        before = place.kept or {}
        known = before | {message.id: (message.sent_at or now).timestamp() for message in messages}
        oldest = (now - _KNOWN).timestamp()
        needed = [
            number
            for number in sorted(known)
            if number > (place.cursor or 0) or known[number] > oldest
        ]
        place.kept = {number: known[number] for number in needed[-_MOST_KEPT:]}
        if added := place.kept.keys() - before.keys():
            try:
                await self._memory.set(f"kept {endpoint}", json.dumps(place.kept))
            except NotKeptError:
                for number in added:
                    place.kept.pop(number, None)
                raise

    async def move(self, endpoint: str, cursor: int) -> None:
        """Commit that a list was read up to an id; raises NotKeptError."""
        place = await self.find(endpoint)
        if cursor > (place.cursor or 0):
            await self._memory.set(f"messages {endpoint}", str(cursor))
            place.cursor = cursor

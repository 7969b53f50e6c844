"""Which of the messages that push and inbox show are one and the same.

The gateway gives its messages no names: a row has the port, the second it came, the other side and
the content, and push and inbox show the same row. Two people, or one with a quick thumb, may make
two rows that are equal in all of that, and these are two messages. So equal rows are counted for
each way they come: the first that push shows is the first that the inbox shows, the second is the
second, and the number is part of the identity. Of push only what was kept counts, so that a row
which is pushed again because we could not keep it is the same message. Rows of the inbox are
counted from those before them, so that a page which is read again is the same too.

What is left in the open: where our 200 to a push is lost on its way, the gateway may push again,
and that cannot be told from a second equal message of the same second. It is taken for one.

"SMS to HTTP" pushes texts without the gateway's time. They are matched with the inbox one to one by
port, sender and text, within an hour.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
import hashlib
import time
from typing import Final

from .codec.texts import Incoming, Received, Unreadable

# Equal rows lie within a second of each other; this many others may come between them.
_REMEMBERED: Final = 4096
_TIMELESS_SECONDS: Final = 3600.0


class Way(StrEnum):
    """How a message comes to us."""

    PUSH = "push"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message that was shown; `known` where it was kept before when the other way showed it.

    It is the `number`th of those with the same `base`, counted from 1.
    """

    item: Incoming
    base: str
    number: int
    identity: str
    known: bool


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A message that one way has shown and the other not yet."""

    identity: str
    content: str
    base: str
    since: float
    is_late: bool = False


class Sightings:
    """What was shown and kept in this run."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing seen; `now` counts seconds."""
        self._now = now
        self._counts: dict[Way, OrderedDict[str, int]] = {way: OrderedDict() for way in Way}
        self._timeless: deque[_Waiting] = deque(maxlen=200)
        self._unpushed: deque[_Waiting] = deque(maxlen=200)

    def pushed(self, items: Iterable[Incoming]) -> list[Sighting]:
        """Name what is pushed at once; nothing is remembered of it yet."""
        return self._look(items, Way.PUSH, Counter(self._counts[Way.PUSH]))

    def listed(self, items: Iterable[Incoming], before: Iterable[str]) -> list[Sighting]:
        """Name what the inbox lists behind the rows with these bases, however often it does."""
        return self._look(items, Way.INBOX, Counter(before))

    def _look(self, items: Iterable[Incoming], way: Way, counts: Counter[str]) -> list[Sighting]:
        """Name messages in their order, after so many of each that went before."""
        taken: set[str] = set()
        return [self._name(item, way, counts, taken) for item in items]

    def _name(self, item: Incoming, way: Way, counts: Counter[str], taken: set[str]) -> Sighting:
        """Name one message."""
        base = _base(item)
        if isinstance(item, Received) and item.at is None:
            for waiting in self._unpushed:
                if waiting.content == _content(item) and waiting.identity not in taken:
                    taken.add(waiting.identity)
                    return Sighting(item, waiting.base, 1, waiting.identity, known=True)
            if item.sent_at is None:
                # Nothing tells it from the next one with the same words.
                base = _digest(base, str(time.time_ns()))
        counts[base] += 1
        number = counts[base]
        other = Way.INBOX if way is Way.PUSH else Way.PUSH
        if number <= self._counts[other].get(base, 0):
            return Sighting(item, base, number, _numbered(base, number), known=True)
        if way is Way.INBOX and isinstance(item, Received):
            for waiting in self._timeless:
                if self._is_same(waiting, item) and waiting.identity not in taken:
                    taken.add(waiting.identity)
                    return Sighting(item, base, number, waiting.identity, known=True)
        return Sighting(item, base, number, _numbered(base, number), known=False)

    def _is_same(self, waiting: _Waiting, item: Received) -> bool:
        """Whether a text that was pushed without a time is this one of the inbox."""
        is_recent = self._now() - waiting.since < _TIMELESS_SECONDS
        return is_recent and waiting.content == _content(item)

    def kept(self, sightings: Iterable[Sighting], way: Way) -> None:
        """Remember what is safe with us."""
        for sighting in sightings:
            counts = self._counts[way]
            counts[sighting.base] = max(counts.pop(sighting.base, 0), sighting.number)
            if len(counts) > _REMEMBERED:
                counts.popitem(last=False)
            item = sighting.item
            if way is Way.INBOX:
                _drop(self._timeless, {sighting.identity})
            else:
                _drop(self._unpushed, {sighting.base})
                if isinstance(item, Received) and item.at is None and not sighting.known:
                    self._timeless.append(self._waiting(sighting, _content(item)))

    def missed_by_push(self, sighting: Sighting, *, is_late: bool) -> None:
        """Remember that the inbox had something first; `is_late` if push had no chance to."""
        if isinstance(sighting.item, Received):
            waiting = self._waiting(sighting, _content(sighting.item), is_late=is_late)
            self._unpushed.append(waiting)

    def _waiting(self, sighting: Sighting, content: str, *, is_late: bool = False) -> _Waiting:
        """Note since when one way waits for the other."""
        return _Waiting(sighting.identity, content, sighting.base, self._now(), is_late)

    def never_pushed(self, grace: float) -> bool:
        """Whether push has not brought, for so many seconds, what it had every chance to bring."""
        before = self._now() - grace
        overdue = [waiting for waiting in self._unpushed if waiting.since < before]
        for waiting in overdue:
            self._unpushed.remove(waiting)
        return any(not waiting.is_late for waiting in overdue)


def _drop(messages: deque[_Waiting], names: set[str]) -> None:
    """Take the first with this identity or base out of those that wait."""
    for waiting in messages:
        if names & {waiting.identity, waiting.base}:
            messages.remove(waiting)
            return


def _base(item: Incoming) -> str:
    """Name what a row says, without what differs between firmware versions and ways."""
    if isinstance(item, Unreadable):
        return _digest("unreadable", item.raw)
    stamp = item.sent_at.isoformat() if item.sent_at else ""
    if item.at is None:
        return _digest("timeless", _content(item), stamp)
    second = str(round(item.at.timestamp()))
    if item.code is not None:
        return _digest("report", item.place.key, second, _peer(item), str(item.code), stamp)
    return _digest("text", second, _content(item))


def _content(item: Received) -> str:
    """Name port, sender and text."""
    return _digest(item.place.key, _peer(item), item.text)


def _peer(item: Received) -> str:
    """Return the other side as all firmware writes it."""
    return item.peer.lstrip("+")


def _numbered(base: str, number: int) -> str:
    """Return the identity of the first, second, … of equal rows."""
    return base if number == 1 else f"{base}/{number}"


def _digest(*values: str) -> str:
    """Make a short name out of values, the same on every machine and in every version."""
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:32]

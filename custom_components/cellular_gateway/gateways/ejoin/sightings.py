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
port, sender and text. Those that wait for their row are remembered with the place in the inbox, and
none of them longer than it takes to read there: an equal text that comes later is another one.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
import time
from typing import Final

from ..identity import digest
from .codec.texts import Incoming, Received, Unreadable

# Equal rows lie within a second of each other; this many others may come between them.
_REMEMBERED: Final = 4096


class Way(StrEnum):
    """How a message comes to us."""

    PUSH = "push"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message that was shown; `known` where it was kept before when the other way showed it.

    It is the `number`th of those with the same `base`, counted from 1. `pushed_as` is its identity
    where it was pushed without a time: it is kept under both, as the inbox may list it again.
    """

    item: Incoming
    base: str
    number: int
    identity: str
    known: bool
    pushed_as: str | None = None


@dataclass(frozen=True, slots=True)
class Timeless:
    """A text that was pushed without a time, in Unix time, and that the inbox has yet to show."""

    identity: str
    content: str
    since: float


@dataclass(frozen=True, slots=True)
class _Unpushed:
    """A message that the inbox has shown and push not yet; `is_late` if push had no chance to."""

    identity: str
    content: str
    base: str
    since: float
    is_late: bool


class Sightings:
    """What was shown and kept in this run."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing seen; `now` counts seconds."""
        self._now = now
        self._counts: dict[Way, OrderedDict[str, int]] = {way: OrderedDict() for way in Way}
        self._unpushed: deque[_Unpushed] = deque(maxlen=200)

    def pushed(self, items: Iterable[Incoming]) -> list[Sighting]:
        """Name what is pushed at once; nothing is remembered of it yet."""
        return self._look(items, Way.PUSH, Counter(self._counts[Way.PUSH]), ())

    def listed(
        self,
        items: Iterable[Incoming],
        before: Iterable[str],
        timeless: Iterable[Timeless] = (),
        relisted: int = 0,
    ) -> list[Sighting]:
        """Name what the inbox lists behind the rows with these bases, however often it does.

        What was pushed without a time is the first row with its content, not among those that are
        `relisted`, which come first and were there before it.
        """
        return self._look(items, Way.INBOX, Counter(before), timeless, relisted)

    def _look(
        self,
        items: Iterable[Incoming],
        way: Way,
        counts: Counter[str],
        timeless: Iterable[Timeless],
        relisted: int = 0,
    ) -> list[Sighting]:
        """Name messages in their order, after so many of each that went before."""
        taken: set[str] = set()
        return [
            self._name(item, way, counts, timeless if place >= relisted else (), taken)
            for place, item in enumerate(items)
        ]

    def _name(
        self,
        item: Incoming,
        way: Way,
        counts: Counter[str],
        timeless: Iterable[Timeless],
        taken: set[str],
    ) -> Sighting:
        """Name one message."""
        base = base_of(item)
        if isinstance(item, Received) and item.at is None:
            for waiting in self._unpushed:
                if waiting.content == _content(item) and waiting.identity not in taken:
                    taken.add(waiting.identity)
                    return Sighting(item, waiting.base, 1, waiting.identity, known=True)
            if item.sent_at is None:
                # Nothing tells it from the next one with the same words.
                base = digest(base, str(time.time_ns()))
        counts[base] += 1
        number = counts[base]
        other = Way.INBOX if way is Way.PUSH else Way.PUSH
        if number <= self._counts[other].get(base, 0):
            return Sighting(item, base, number, _numbered(base, number), known=True)
        pushed_as = None
        if isinstance(item, Received):
            for pushed in timeless:
                if pushed.content == _content(item) and pushed.identity not in taken:
                    taken.add(pushed.identity)
                    pushed_as = pushed.identity
                    break
        return Sighting(
            item, base, number, _numbered(base, number), known=False, pushed_as=pushed_as
        )

    def kept(self, sightings: Iterable[Sighting], way: Way) -> None:
        """Remember what is safe with us."""
        for sighting in sightings:
            counts = self._counts[way]
            counts[sighting.base] = max(counts.pop(sighting.base, 0), sighting.number)
            if len(counts) > _REMEMBERED:
                counts.popitem(last=False)
            if way is Way.PUSH:
                self._drop_unpushed(sighting.base)

    def missed_by_push(self, sighting: Sighting, *, is_late: bool) -> None:
        """Remember that the inbox had something first; `is_late` if push had no chance to."""
        if isinstance(sighting.item, Received):
            names = sighting.identity, _content(sighting.item), sighting.base
            self._unpushed.append(_Unpushed(*names, self._now(), is_late))

    def _drop_unpushed(self, base: str) -> None:
        """Wait no more for the push of the first row with this base."""
        for waiting in self._unpushed:
            if waiting.base == base:
                self._unpushed.remove(waiting)
                return

    def never_pushed(self, grace: float) -> bool:
        """Whether push has not brought, for so many seconds, what it had every chance to bring."""
        before = self._now() - grace
        overdue = [waiting for waiting in self._unpushed if waiting.since < before]
        for waiting in overdue:
            self._unpushed.remove(waiting)
        return any(not waiting.is_late for waiting in overdue)


def timeless_of(sightings: Iterable[Sighting], since: float) -> tuple[Timeless, ...]:
    """Return those of what was pushed that the inbox will show with another name."""
    return tuple(
        Timeless(sighting.identity, _content(sighting.item), since)
        for sighting in sightings
        if isinstance(sighting.item, Received) and sighting.item.at is None and not sighting.known
    )


def base_of(item: Incoming) -> str:
    """Name what a row says, without what differs between firmware versions and ways."""
    if isinstance(item, Unreadable):
        return digest("unreadable", item.raw)
    stamp = item.sent_at.isoformat() if item.sent_at else ""
    if item.at is None:
        return digest("timeless", _content(item), stamp)
    second = str(round(item.at.timestamp()))
    if item.code is not None:
        return digest("report", item.place.key, second, _peer(item), str(item.code), stamp)
    return digest("text", second, _content(item))


def _content(item: Received) -> str:
    """Name port, sender and text."""
    return digest(item.place.key, _peer(item), item.text)


def _peer(item: Received) -> str:
    """Return the other side as all firmware writes it."""
    return item.peer.lstrip("+")


def _numbered(base: str, number: int) -> str:
    """Return the identity of the first, second, … of equal rows."""
    return base if number == 1 else f"{base}/{number}"

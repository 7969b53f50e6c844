"""Whom to ask about what next: each endpoint in turn, and first those that have just changed."""

from collections.abc import Collection, Mapping
from enum import Enum, auto
import heapq
from itertools import count
from typing import Final

from .clock import Clock

# Of so many turns one belongs to the round, however much has just changed.
_TURNS: Final = 4
# Errands a second, where a budget has room for the event log alone.
_LEAST_RATE: Final = 0.05
# Everything of new endpoints is asked for at one go where that takes at most so many seconds; else
# what is slow is spread over so many times the seconds beyond them.
_AT_ONE_GO: Final = 1800.0
_SPREAD: Final = 3.0


class Topic(Enum):
    """What can be asked of one endpoint, each with a call of its own."""

    CONNECTIVITY = auto()
    MESSAGES = auto()
    USAGE = auto()
    DATA_QUOTA = auto()
    SMS_QUOTA = auto()


type Errand = tuple[Topic, str]


class Rounds:
    """The order of the errands; one that is due for the longest time comes first.

    `intervals` are the shortest times, in seconds, between two of the same errand. Where there are
    too many endpoints for `rate` errands a second they all become longer by the same factor, so
    that what is to be fresh stays fresher than the rest.
    """

    def __init__(self, clock: Clock, intervals: Mapping[Topic, float], rate: float) -> None:
        """Start without endpoints."""
        self._clock = clock
        self._intervals = intervals
        self._rate = max(rate, _LEAST_RATE)
        self._slow = {topic for topic, at in intervals.items() if at > min(intervals.values())}
        self._factor = 1.0
        self._due: dict[Errand, float] = {}
        self._early: dict[Errand, float] = {}
        self._fresh: dict[Errand, None] = {}
        self._heap: list[tuple[float, int, Errand]] = []
        self._order = count()
        self._turn = 0

    def set_endpoints(self, keys: Collection[str]) -> None:
        """Take new endpoints, and leave out those that are gone.

        Their slow errands come again sooner after the first time, each by as much as its place
        tells, so that they do not come together for ever.
        """
        for errand in [errand for errand in self._due if errand[1] not in keys]:
            del self._due[errand]
            self._early.pop(errand, None)
            self._fresh.pop(errand, None)
        wanted = len(keys) * sum(1 / interval for interval in self._intervals.values())
        self._factor = max(1.0, wanted / self._rate)
        for topic in Topic:
            new = [key for key in keys if (topic, key) not in self._due]
            for number, key in enumerate(new):
                place = number / len(new)
                self._plan((topic, key), self._first(topic, len(new), place))
                if topic in self._slow:
                    self._early[topic, key] = (1.0 + place) / 2

    def _first(self, topic: Topic, endpoints: int, place: float) -> float:
        """Return when an errand of so many new endpoints is due for the first time.

        That is now, if they are not too many. Else what need not be fresh waits for what has to be
        and then for its place, 0 to 1: all of it at once would keep the rest waiting for hours
        after every start.
        """
        now = self._clock.time()
        too_long = endpoints * len(Topic) / self._rate - _AT_ONE_GO
        if topic not in self._slow or too_long <= 0:
            return now
        fresh = endpoints * (len(Topic) - len(self._slow)) / self._rate
        return now + fresh + too_long * _SPREAD * place

    def freshen(self, topic: Topic, key: str, delay: float = 0.0) -> None:
        """Have an endpoint that is watched asked soon, or after a delay in seconds."""
        errand = (topic, key)
        if errand not in self._due:
            return
        if not delay:
            self._fresh[errand] = None
        else:
            self._plan(errand, min(self._due[errand], self._clock.time() + delay))

    def take(self) -> Errand | None:
        """Return the next errand that is due, and plan its next time; None when none is."""
        self._drop_outdated()
        now = self._clock.time()
        is_due = bool(self._heap) and self._heap[0][0] <= now
        self._turn = (self._turn + 1) % _TURNS
        if self._fresh and not (is_due and self._turn == 0):
            errand = next(iter(self._fresh))
        elif is_due:
            errand = self._heap[0][2]
        else:
            return None
        self._fresh.pop(errand, None)
        stretch = 1.0 + (self._factor - 1.0) * self._early.pop(errand, 1.0)
        self._plan(errand, now + self._intervals[errand[0]] * stretch)
        return errand

    def _plan(self, errand: Errand, due: float) -> None:
        """Set the time of an errand; an older entry of the heap is outdated by that."""
        self._due[errand] = due
        heapq.heappush(self._heap, (due, next(self._order), errand))

    def _drop_outdated(self) -> None:
        """Take from the top of the heap what was planned anew or is gone."""
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)

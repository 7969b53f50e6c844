"""Parts of longer messages put together again; a state machine without clock or storage.

Parts belong together by port, sender, reference and total, in any order. Cheap devices use one
reference for ever, so that a part which is there already, with another text or sent too far
apart, begins a new message. What was sent within the hour is joined all the same when it makes a
whole, once a part that fits better has had its time to come. What is incomplete after the timeout
is published as it is; the parts stay known, and one that completes them publishes the whole once
more.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

TIMEOUT: Final = timedelta(hours=1)
# For each part of a text: a service centre stamps them within seconds, or minutes when it is busy.
APART: Final = timedelta(minutes=2)
# Service centres keep trying for up to a week, which is when a missing part may still come.
KEPT_AFTER_PARTIAL: Final = timedelta(days=7)
MAX_MESSAGES: Final = 500
MAX_SETTLED: Final = 10_000

type Key = int
type _Identity = tuple[str, str, int, bool, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One part; `key` is its row in the journal, `number` counts from 1, times are aware."""

    key: Key
    port: str
    sender: str = field(repr=False)
    reference: int
    wide: bool
    total: int
    number: int
    text: str = field(repr=False)
    received_at: datetime
    sent_at: datetime | None = None

    @property
    def identity(self) -> _Identity:
        """Return what the parts of one message have in common."""
        return (self.port, self.sender, self.reference, self.wide, self.total)

    @property
    def moment(self) -> datetime:
        """Return when it was sent, or else when it came."""
        return self.sent_at or self.received_at


@dataclass(frozen=True, slots=True)
class Assembly:
    """A message to publish: its parts by number, and the keys of those and of their duplicates.

    `complete` is False for one published in part; `was_published` tells that such a one went
    before.
    """

    parts: tuple[Part, ...]
    keys: tuple[Key, ...]
    total: int
    complete: bool
    was_published: bool

    @property
    def completes_partial(self) -> bool:
        """Tell whether it is whole now, and went out in part before."""
        return self.complete and self.was_published

    @property
    def text(self) -> str:
        """Return the texts of the parts, joined."""
        return "".join(part.text for part in self.parts)


@dataclass(slots=True)
class _Message:
    """What is known of one message."""

    identity: _Identity
    since: datetime
    parts: dict[int, Part] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    waiting_since: datetime | None = None
    was_published: bool = False

    @property
    def total(self) -> int:
        """Return the number of parts."""
        return self.identity[-1]

    @property
    def is_complete(self) -> bool:
        """Tell whether every part is there."""
        return len(self.parts) == self.total

    @property
    def span(self) -> timedelta:
        """Return how far apart its parts are sent as a rule."""
        return min(APART * self.total, TIMEOUT)

    def may_join(self, other: _Message) -> bool:
        """Tell whether another message has other parts, which were sent within the hour."""
        return not self.parts.keys() & other.parts.keys() and all(
            abs(part.moment - late.moment) <= TIMEOUT
            for part in self.parts.values()
            for late in other.parts.values()
        )

    def join(self, others: Sequence[_Message], waiting_since: datetime) -> None:
        """Take the parts of others."""
        for other in others:
            self.parts |= other.parts
            self.keys[:0] = other.keys
            self.was_published |= other.was_published
        self.waiting_since = waiting_since

    def assembly(self) -> Assembly:
        """Return the message as it stands, and take it for published."""
        result = Assembly(
            tuple(self.parts[number] for number in sorted(self.parts)),
            tuple(self.keys),
            self.total,
            self.is_complete,
            self.was_published,
        )
        self.was_published = True
        self.waiting_since = None
        return result


class Reassembler:
    """Joins parts; keeps at most MAX_MESSAGES messages; above, one is published early."""

    def __init__(self, timeout: timedelta = TIMEOUT) -> None:
        """Publish what is incomplete `timeout` after its first unpublished part."""
        self._timeout = timeout
        self._messages: list[_Message] = []
        self._settled: deque[Key] = deque(maxlen=MAX_SETTLED)

    def add(self, part: Part, now: datetime, *, published: bool = False) -> list[Assembly]:
        """Take a part and return what is to be published now.

        After a restart the parts that are not done are added again, in the order of their keys;
        `published` marks those that went out in an incomplete message, and the state is as it was.
        """
        self._forget(now)
        message = self._find(part)
        if message is None:
            message = _Message(part.identity, min(part.received_at, now))
            self._messages.append(message)
        elif part.number in message.parts and message.waiting_since is None:
            self._settled.append(part.key)
            return []
        message.keys.append(part.key)
        message.parts.setdefault(part.number, part)
        if published:
            message.was_published = True
        elif message.waiting_since is None:
            message.waiting_since = min(part.received_at, now)
        if message.is_complete:
            return [message.assembly()]
        return list(self._overflow())

    def expire(self, now: datetime) -> list[Assembly]:
        """Return what has waited long enough, as it is."""
        self._forget(now)
        self._join_late(now)
        return [
            message.assembly()
            for message in self._messages
            if message.waiting_since is not None
            and (message.is_complete or message.waiting_since + self._timeout <= now)
        ]

    def next_expiry(self) -> datetime | None:
        """Return when `expire` has something next."""
        due = [
            message.waiting_since + self._timeout
            for message in self._messages
            if message.waiting_since is not None
        ]
        due += [since + group[0].span for since, group in self._late()]
        return min(due, default=None)

    def _late(self) -> Iterator[tuple[datetime, Sequence[_Message]]]:
        """Yield what together is whole, the newest first, and since when the last of it waits."""
        groups: defaultdict[_Identity, list[_Message]] = defaultdict(list)
        for message in reversed(self._messages):
            group = groups[message.identity]
            if not message.is_complete and all(map(message.may_join, group)):
                group.append(message)
        for group in filter(None, groups.values()):
            waits = [each.waiting_since for each in group if each.waiting_since is not None]
            if waits and sum(len(each.parts) for each in group) == group[0].total:
                yield max(waits), group

    def _join_late(self, now: datetime) -> None:
        """Join what makes a whole and waits for a better part no more."""
        for since, (message, *others) in list(self._late()):
            if since + message.span <= now:
                message.join(others, since)
                for other in others:
                    self._messages.remove(other)

    def take_settled(self) -> tuple[Key, ...]:
        """Return the keys, once, for which nothing is to come any more.

        They are late repetitions of a part, and parts published in a message that has been
        incomplete for too long.
        """
        settled = tuple(self._settled)
        self._settled.clear()
        return settled

    def _find(self, part: Part) -> _Message | None:
        """Return the message that a part belongs to, the newest first."""
        for message in reversed(self._messages):
            if message.identity == part.identity and self._belongs(part, message):
                return message
        return None

    def _belongs(self, part: Part, message: _Message) -> bool:
        """Tell whether a part is missing in a message, or is there already with the same text."""
        known = message.parts.get(part.number)
        if message.is_complete:
            # The network repeats what it had no acknowledgement for, time stamp and all.
            return _is_same(part, known) and part.sent_at is not None
        if known is not None and known.text != part.text:
            return False
        return all(self._are_near(part, other, message) for other in message.parts.values())

    def _are_near(self, part: Part, other: Part, message: _Message) -> bool:
        """Tell whether two parts were sent together; a late one still has the time of sending."""
        if part.sent_at is not None and other.sent_at is not None:
            return abs(part.sent_at - other.sent_at) <= message.span
        limit = KEPT_AFTER_PARTIAL if message.was_published else self._timeout
        return abs(part.received_at - other.received_at) <= limit

    def _forget(self, now: datetime) -> None:
        """Drop complete messages after the timeout and published incomplete ones after a week."""
        for message in list(self._messages):
            kept = self._timeout if message.is_complete else KEPT_AFTER_PARTIAL
            if message.waiting_since is None and message.since + kept <= now:
                self._drop(message)

    def _overflow(self) -> Iterator[Assembly]:
        """Drop messages above the limit, least worth first, and yield those nobody has seen."""
        while len(self._messages) > MAX_MESSAGES:
            message = min(self._messages, key=_worth)
            if message.waiting_since is not None:
                yield message.assembly()
            self._drop(message)

    def _drop(self, message: _Message) -> None:
        """Forget a message; what was published incomplete is settled by that."""
        self._messages.remove(message)
        if not message.is_complete:
            self._settled.extend(message.keys)


def _worth(message: _Message) -> int:
    """Rank messages for keeping: those that wait to be published are worth most."""
    if message.is_complete:
        return 0
    return 1 if message.waiting_since is None else 2


def _is_same(part: Part, known: Part | None) -> bool:
    """Tell whether a part is a repetition of a known one."""
    return known is not None and (known.text, known.sent_at) == (part.text, part.sent_at)

"""Which answer belongs to which request: by port and grammar, out of order, late, in parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from .base import Family, Settings, mask
from .reading import Reading, ReadingKind, Values
from .vocabulary import Command

# An answer that comes later than this is news, whatever was asked.
LATE: Final = timedelta(hours=24)
# How long the further messages of an answer may take.
REST: Final = timedelta(minutes=5)
# How many requests of different commands may be without an answer; the oldest is forgotten.
OPEN: Final = 16


@dataclass(slots=True, eq=False)
class Exchange:
    """A request on its way, said in so many messages; `heard` are the answers to them.

    `port` is the one that sent it, where that is known: the answer comes back to it.
    """

    command: Command
    sent_at: datetime
    messages: int = 1
    port: str | None = None
    heard: list[Heard] = field(default_factory=list)
    timed_out: bool = False

    @property
    def answered(self) -> bool:
        """Whether every message was answered, or one with an error."""
        errors = any(heard.reading and heard.reading.error for heard in self.heard)
        return errors or len(self.heard) >= self.messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message of a device as it is told: understood or raw, and what it answers.

    `text` shows no secret. `late` is an answer to a request that was given up.
    """

    text: str = field(repr=False)
    reading: Reading | None = None
    exchange: Exchange | None = None
    late: bool = False

    @property
    def kind(self) -> ReadingKind:
        """What sort of message it is."""
        if self.exchange is not None:
            return ReadingKind.REPLY
        return self.reading.kind if self.reading else ReadingKind.MESSAGE

    @property
    def values(self) -> Values:
        """What it yields."""
        return self.reading.values if self.reading else Values()


@dataclass(frozen=True, slots=True)
class _Understood:
    """How a text can be read: what it tells, and the request that it answers."""

    reading: Reading | None
    exchange: Exchange | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing more is to come."""
        return self.reading is not None and not self.reading.incomplete


@dataclass(frozen=True, slots=True)
class _Held:
    """The beginning of what may go on; `announced` tells whether it said so itself."""

    text: str = field(repr=False)
    since: datetime
    announced: bool


class Conversation:
    """The talk with one tracked device; it is told everything and sends nothing."""

    def __init__(self, family: Family, settings: Settings) -> None:
        """Begin with nothing asked."""
        self._family = family
        self._settings = settings
        self._open: list[Exchange] = []
        self._held: _Held | None = None

    def ask(self, command: Command, now: datetime, messages: int = 1) -> Exchange:
        """Note that a command is being sent.

        From now on an answer to it belongs to this request, and no longer to an earlier one.
        """
        exchange = Exchange(command, now, messages)
        self._open = [other for other in self._open if other.command is not command]
        self._open = [*self._open[1 - OPEN :], exchange]
        return exchange

    def withdraw(self, exchange: Exchange) -> None:
        """Note that nothing was sent after all."""
        self._open = [other for other in self._open if other is not exchange]

    def give_up(self, exchange: Exchange) -> None:
        """Note that nobody waits for the answer any more; it is known when it comes late."""
        exchange.timed_out = True

    def hear(self, text: str, now: datetime, port: str | None = None) -> Heard:
        """Understand a message that came to a port, and find the request that it answers."""
        asked = self._candidates(now, port)
        whole, understood = self._best(text, now, asked)
        self._hold(whole, understood, now, asked)
        reading, exchange = understood.reading, understood.exchange
        shown = mask(self._family, self._settings, whole)
        if exchange is None:
            return Heard(text=shown, reading=reading)
        heard = Heard(text=shown, reading=reading, exchange=exchange, late=exchange.timed_out)
        if reading is None or not reading.incomplete:
            exchange.heard.append(heard)
        return heard

    def _candidates(self, now: datetime, port: str | None) -> list[Exchange]:
        """Return the requests that can still be answered at this port, the likeliest first.

        To a text of a person's own anything may be the answer, so its turn comes last.
        """
        self._open = [
            asked for asked in self._open if not asked.answered and now - asked.sent_at <= LATE
        ]
        here = [asked for asked in self._open if None in (port, asked.port) or port == asked.port]
        return sorted(here, key=lambda asked: (asked.command is Command.CUSTOM, asked.timed_out))

    def _best(self, text: str, now: datetime, asked: Sequence[Exchange]) -> tuple[str, _Understood]:
        """Read a message behind the beginning that it goes on with, or else by itself."""
        alone = self._understand(text, asked)
        held = self._held
        if held is None or now - held.since > REST:
            return text, alone
        # Some networks cut a text in two, others between lines.
        for joined in (f"{held.text}\n{text}", f"{held.text}{text}"):
            understood = self._understand(joined, asked)
            if understood.reading is None or not (held.announced or understood.exchange):
                continue
            if understood.whole or not alone.whole:
                return joined, understood
        return text, alone

    def _understand(self, text: str, asked: Sequence[Exchange]) -> _Understood:
        """Read a text as the answer to the first request that it can answer."""
        for exchange in asked:
            reading = self._family.decode(text, self._settings, exchange.command)
            if _answers(exchange.command, reading):
                return _Understood(reading, exchange)
        return _Understood(self._family.decode(text, self._settings, None))

    def _hold(
        self, whole: str, understood: _Understood, now: datetime, asked: Sequence[Exchange]
    ) -> None:
        """Keep what may go on: what says so itself, and while one is awaited, what says nothing."""
        awaited = any(not exchange.timed_out for exchange in asked)
        if understood.reading is not None and understood.reading.incomplete:
            self._held = _Held(whole, now, announced=True)
        elif understood.reading is None and understood.exchange is None and awaited:
            self._held = _Held(whole, now, announced=False)
        elif self._held is not None and whole.startswith(self._held.text):
            self._held = None


def _answers(command: Command, reading: Reading | None) -> bool:
    """Tell whether a message can answer a command: to a text of a person's own anything may."""
    if command is Command.CUSTOM:
        return reading is None or reading.kind is not ReadingKind.ALARM
    return reading is not None and command in reading.answers

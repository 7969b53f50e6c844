"""Which forwarded message is which listed one: one to one, since forwarded ones carry no time.

A message comes in twice, by push and by list, in either order. Two messages may be equal in all
that a push tells. So a push waits for one listed message that is like it, and a new listed message
waits for one push, each no longer than the other can be late; who has found the other waits no
more. Whatever is matched wrongly while several are alike, their number is right: the one that a
push was wrongly taken for is in the next list, where nothing waits for it any more.

A name is drawn once and belongs to one message, until that is deleted: the next one in its place
may be equal to the second. The ledger is committed before a message is handed over, so that a
crash in between hands it over once more, under the same name.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
import json
from typing import Any, Final
import uuid

from ..identity import digest
from .codec.messages import Likeness, RouterSms
from .reprints import Seen

# What is no longer listed is remembered as well: a modem that starts lists nothing, and the SIM
# that was taken out may come back. More than the modems of a router can store.
_MOST_REMEMBERED: Final = 2000
# So often (s) it is noted that the newest list is still the same, lest each of them be a commit.
_NOTING: Final = 3600


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its other half since a time in seconds (POSIX)."""

    identity: str
    likeness: Likeness
    since: float


@dataclass(slots=True)
class Ledger:
    """What waits, and what every message that was ever listed is called.

    `seen` is the newest list that was not empty, `seen_at` when that was (s, POSIX), and `noted_at`
    what is written down of that.
    `settling` is by when (s) a forwarded message is in the list, `forwarding` until when (s) a
    listed one may still be forwarded.
    """

    settling: float
    forwarding: float
    pushed: list[Waiting] = field(default_factory=list)
    listed: list[Waiting] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    seen_at: float = 0.0
    noted_at: float = 0.0

    def take_push(self, likeness: Likeness, now: float) -> str:
        """Name a forwarded message: as the listed one that waits for it, else anew."""
        if (found := self.take_listed(likeness, now)) is not None:
            return found
        identity = _new_name()
        self.pushed.append(Waiting(identity, likeness, now))
        return identity

    def take_listed(self, likeness: Likeness, now: float) -> str | None:
        """Return the name of the listed message that waits for this push, None if none does."""
        self.listed = [each for each in self.listed if now - each.since <= self.forwarding]
        found = _take(self.listed, likeness)
        return None if found is None else found.identity

    def expect_push(self, identity: str, likeness: Likeness, now: float) -> None:
        """Have the next push that is alike be this message: the router did not hear our answer."""
        self.listed.append(Waiting(identity, likeness, now))

    def take_list(
        self,
        messages: Sequence[tuple[RouterSms, Likeness]],
        *,
        started: float,
        now: float,
        awaits_push: bool,
        unfinished: Collection[str] = (),
        zone: tzinfo = UTC,
        modems: Collection[str] = (),
        doubtful: Collection[str] = (),
    ) -> list[str | None]:
        """Name the messages of a list that was asked for at `started`; their dates are of `zone`.

        New ones go by what they were called before they were printed otherwise, then by the pushes
        that wait for them, what is exactly alike first; the others have new names, to wait for
        pushes where those come at all. Of the `unfinished` identities those stay without a name.
        What is exactly like the `doubtful`, left out here, is looked for in the next list too: what
        it was called before, and for a while the push of it.
        """
        first = {each.identity: each for each in self.seen}
        self._name_reprinted(messages, first, started, modems)
        self._name_pushed(messages)
        for message, likeness in messages:
            if message.identity not in self.names and message.identity not in unfinished:
                self.names[message.identity] = name = _new_name()
                if awaits_push:
                    self.listed.append(Waiting(name, likeness, now))
        self.pushed = [
            each
            for each in self.pushed
            if started - each.since
            <= (self.forwarding if each.likeness.exact in doubtful else self.settling)
        ]
        self.listed = [each for each in self.listed if now - each.since <= self.forwarding]
        self._see(messages, first, started, zone, doubtful)
        self._trim()
        return [self.names.get(message.identity) for message, _ in messages]

    def _name_reprinted(
        self,
        messages: Sequence[tuple[RouterSms, Likeness]],
        first: dict[str, Seen],
        started: float,
        modems: Collection[str],
    ) -> None:
        """Name what the router prints otherwise since the newest list."""
        listed = {message.identity for message, _ in messages}
        # By their names: what is alike in all has one.
        gone = [each for name, each in first.items() if name not in listed]
        for message, likeness in messages:
            if message.identity in self.names:
                continue
            for each in gone:
                if each.is_reprinted(
                    message, likeness, before=self.seen_at, now=started, modems=modems
                ):
                    gone.remove(each)
                    self.names[message.identity] = self.names.pop(each.identity)
                    first[message.identity] = each
                    break

    def _name_pushed(self, messages: Sequence[tuple[RouterSms, Likeness]]) -> None:
        """Name what was forwarded, what is exactly alike first."""
        for is_exact in (True, False):
            for message, likeness in messages:
                if message.identity not in self.names and (
                    found := _take(self.pushed, likeness, is_exact=is_exact)
                ):
                    self.names[message.identity] = found.identity

    def _see(
        self,
        messages: Sequence[tuple[RouterSms, Likeness]],
        first: dict[str, Seen],
        started: float,
        zone: tzinfo,
        doubtful: Collection[str],
    ) -> None:
        """Note what is listed, and since when; a modem that starts lists nothing.

        When that of the first list has arrived is told by its own date alone.
        """
        seen = []
        for message, likeness in messages:
            if message.identity in self.names:
                before = first.get(message.identity)
                since = before.since if before else self.seen_at or _dated(message, zone, started)
                begun = before.first if before else started if self.seen_at else since
                seen.append(Seen.of(message, likeness, since=since, first=begun))
        listed = {each.identity for each in seen}
        seen += [
            each
            for name, each in first.items()
            if each.exact in doubtful and name in self.names and name not in listed
        ]
        if not seen:
            return
        if seen != self.seen or not 0 <= started - self.noted_at < _NOTING:
            self.noted_at = started
        self.seen, self.seen_at = seen, started

    def miss(self, message: RouterSms) -> None:
        """Look for a message no more under other names: it was deleted, and is listed no more."""
        self.seen = [each for each in self.seen if each.identity != message.identity]

    def forget(self, message: RouterSms) -> None:
        """Give the name of a message away no more: it was deleted."""
        self.miss(message)
        self.names.pop(message.identity, None)

    def _trim(self) -> None:
        """Forget the oldest names beyond the most, but none that is listed."""
        listed = {each.identity for each in self.seen}
        for identity in list(self.names)[: max(len(self.names) - _MOST_REMEMBERED, 0)]:
            if identity not in listed:
                del self.names[identity]

    def dump(self) -> str:
        """Write the ledger down; it has no number and no text in it."""
        return json.dumps(
            {
                "pushed": [_written(each) for each in self.pushed],
                "listed": [_written(each) for each in self.listed],
                "names": self.names,
                "seen": [each.written() for each in self.seen],
                "seen_at": self.noted_at,
            },
            separators=(",", ":"),
        )

    def load(self, written: str) -> None:
        """Read what `dump` wrote; ValueError when it is something else."""
        try:
            values = json.loads(written)
            self.pushed = [_read(each) for each in values["pushed"]]
            self.listed = [_read(each) for each in values["listed"]]
            # An empty name is one that equals the identity, as earlier versions had them.
            self.names = {key: name or key for key, name in values["names"].items()}
            self.seen = [Seen.read(each) for each in values.get("seen", ())]
            self.seen_at = self.noted_at = float(values.get("seen_at", 0))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("no ledger") from error


def _dated(message: RouterSms, zone: tzinfo, latest: float) -> float:
    """Read when a message arrived (s, POSIX), which is by `latest`."""
    moment = message.received_at(zone)
    return latest if moment is None else min(moment.timestamp(), latest)


def _new_name() -> str:
    """Draw a name that no other message has."""
    return digest(uuid.uuid4().hex)


def _take(waiting: list[Waiting], likeness: Likeness, *, is_exact: bool = False) -> Waiting | None:
    """Take out the one that has waited longest of those that are alike, exactly so first."""
    found = next((each for each in waiting if each.likeness.exact == likeness.exact), None)
    if found is None and not is_exact:
        found = next((each for each in waiting if each.likeness.loose == likeness.loose), None)
    if found is not None:
        waiting.remove(found)
    return found


def _written(waiting: Waiting) -> list[Any]:
    """Write one that waits as a list."""
    return [waiting.identity, waiting.likeness.exact, waiting.likeness.loose, waiting.since]


def _read(values: Sequence[Any]) -> Waiting:
    """Read one that waits."""
    identity, exact, loose, since = values
    return Waiting(str(identity), Likeness(str(exact), str(loose)), float(since))

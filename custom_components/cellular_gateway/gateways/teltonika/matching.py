"""Which forwarded message is which listed one: one to one, since forwarded ones carry no time.

A message comes in twice, by push and by list, in either order. Two messages may be equal in all
that a push tells. So a push waits for one listed message that is like it, and a new listed message
waits for one push, each no longer than the other can be late; who has found the other waits no
more. Whatever is matched wrongly while several are alike, their number is right: the one that a
push was wrongly taken for is in the next list, where nothing waits for it any more.

The ledger is committed before a message is handed over, so that a crash in between hands it over
once more, under the same name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
import json
from typing import Any, Final
import uuid

from .codec.messages import Likeness, RouterSms, digest

# Messages that are no longer listed are remembered as well: a modem that starts lists nothing.
_LEAST_REMEMBERED: Final = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for its other half since a time in seconds (POSIX)."""

    identity: str
    likeness: Likeness
    since: float


@dataclass(slots=True)
class Ledger:
    """What waits, and what every message that was ever listed is called.

    `settling` is by when (s) a forwarded message is in the list, `forwarding` until when (s) a
    listed one may still be forwarded.
    """

    settling: float
    forwarding: float
    pushed: list[Waiting] = field(default_factory=list)
    listed: list[Waiting] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def take_push(self, likeness: Likeness, now: float) -> str:
        """Name a forwarded message: as the listed one that waits for it, else anew."""
        self.listed = [each for each in self.listed if now - each.since <= self.forwarding]
        if (found := _take(self.listed, likeness)) is not None:
            return found.identity
        identity = digest("push", uuid.uuid4().hex)
        self.pushed.append(Waiting(identity, likeness, now))
        return identity

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
    ) -> list[str]:
        """Name the messages of a list that was asked for at `started`.

        New ones go by the pushes that wait for them, what is exactly alike first; the others by
        their own names, to wait for pushes where those come at all.
        """
        unnamed = [each for each in messages if each[0].identity not in self.names]
        for is_exact in (True, False):
            for message, likeness in unnamed:
                if message.identity not in self.names and (
                    found := _take(self.pushed, likeness, is_exact=is_exact)
                ):
                    self.names[message.identity] = found.identity
        for message, likeness in unnamed:
            if message.identity not in self.names:
                self.names[message.identity] = message.identity
                if awaits_push:
                    self.listed.append(Waiting(message.identity, likeness, now))
        self.pushed = [each for each in self.pushed if started - each.since <= self.settling]
        self.listed = [each for each in self.listed if now - each.since <= self.forwarding]
        self._remember([message.identity for message, _ in messages])
        return [self.names[message.identity] for message, _ in messages]

    def _remember(self, identities: Sequence[str]) -> None:
        """Keep the names of what is listed, and of what was not long ago."""
        if len(self.names) <= max(_LEAST_REMEMBERED, 2 * len(identities)):
            return
        listed = set(identities)
        gone = [identity for identity in self.names if identity not in listed]
        for identity in gone[: len(gone) // 2]:
            del self.names[identity]

    def dump(self) -> str:
        """Write the ledger down; it has no number and no text in it."""
        return json.dumps(
            {
                "pushed": [_written(each) for each in self.pushed],
                "listed": [_written(each) for each in self.listed],
                "names": {key: "" if key == name else name for key, name in self.names.items()},
            },
            separators=(",", ":"),
        )

    def load(self, written: str) -> None:
        """Read what `dump` wrote; ValueError when it is something else."""
        try:
            values = json.loads(written)
            self.pushed = [_read(each) for each in values["pushed"]]
            self.listed = [_read(each) for each in values["listed"]]
            self.names = {key: name or key for key, name in values["names"].items()}
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("no ledger") from error


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

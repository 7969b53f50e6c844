"""What a router said it has deleted, until that can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass
import time

from ..models import SmsPart
from .codec.messages import RouterSms


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed message and the part that crosses the seam for it."""

    message: RouterSms
    part: SmsPart


class Deletions:
    """What was deleted, by its identity.

    A list may lag behind, some routers say OK to what they do not do, and a modem that starts
    lists nothing: only what was missing for so long (s) as that takes is gone for good.
    """

    def __init__(self, starting: float) -> None:
        """Begin with nothing deleted."""
        self._starting = starting
        self._deleted: dict[str, Listed] = {}
        self._missing: dict[str, float] = {}

    def add(self, listed: Listed) -> None:
        """Note what the router said it has deleted."""
        self._deleted[listed.message.identity] = listed

    @property
    def are_shown(self) -> bool:
        """Whether the newest list still had some of it, or there was none since."""
        return self._deleted.keys() != self._missing.keys()

    def look(self, messages: Sequence[RouterSms]) -> list[Listed]:
        """Look into the newest list; return what it has not, and is not known to be missing."""
        shown = {message.identity for message in messages}
        for name in self._missing.keys() & shown:
            del self._missing[name]
        absent = self._deleted.keys() - self._missing.keys() - shown
        return [self._deleted[name] for name in absent]

    def miss(self, listed: Sequence[Listed]) -> None:
        """Know from now on that these are missing."""
        now = time.monotonic()
        self._missing |= {each.message.identity: now for each in listed}

    def gone(self) -> list[Listed]:
        """Return what is gone for good."""
        latest = time.monotonic() - self._starting
        return [self._deleted[name] for name, since in self._missing.items() if since <= latest]

    def forget(self, listed: Sequence[Listed]) -> None:
        """Let go of these."""
        for each in listed:
            del self._deleted[each.message.identity], self._missing[each.message.identity]

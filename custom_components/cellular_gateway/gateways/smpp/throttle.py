"""What a service centre takes only slowly goes to it one at a time, until nobody waits any more."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
import logging

_LOGGER = logging.getLogger(__name__)


class Throttle:
    """Off until the service centre refuses something for haste; then turns are taken.

    Who has the turn tries again after each pause, and gives up when he was refused after the last
    one too, since then he was alone. The next one has a single try, unless something was taken
    meanwhile: so a service centre that takes nothing at all is found out once, for all that waits.
    """

    def __init__(self, pauses: Sequence[float], ended: asyncio.Event) -> None:
        """Pause so long (s) after one refusal after the other; no longer than until `ended`."""
        self.pauses = pauses
        self._ended = ended
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._refusals = 0
        self._resume_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether turns are taken now."""
        return self._waiting > 0

    @property
    def is_over(self) -> bool:
        """Whether the pauses are used up, so that the next refusal counts."""
        return self._refusals >= len(self.pauses)

    def refused(self, *, alone: bool) -> None:
        """Begin the next pause; the refusals of what was not `alone` count as one."""
        if self._refusals and not alone:
            return
        pause = self.pauses[min(self._refusals, len(self.pauses) - 1)]
        _LOGGER.debug("too fast for the service centre, going on in %s s", pause)
        self._refusals += 1
        self._resume_at = asyncio.get_running_loop().time() + pause

    def taken(self) -> None:
        """Be patient anew: something was taken."""
        self._refusals = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until it is one's turn, and have it."""
        self._waiting += 1
        try:
            async with self._turn:
                yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._refusals = 0

    async def until_due(self) -> None:
        """Wait as long as the service centre wants no more, or until the link is gone."""
        loop = asyncio.get_running_loop()
        while loop.time() < self._resume_at and not self._ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._resume_at):
                    await self._ended.wait()

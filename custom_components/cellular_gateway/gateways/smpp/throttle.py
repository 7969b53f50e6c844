"""What a service centre takes only slowly goes to it one at a time, until nobody waits any more."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from enum import Enum, auto
import logging
from typing import Final

from .codec.status import OK, QUEUE_FULL, THROTTLED

_LOGGER = logging.getLogger(__name__)

# So often a part is patient at most: one that finds no room is given up after some ten minutes.
_MOST_ROUNDS: Final = 8


class Following(Enum):
    """What follows after a try: nothing more, another in the same turn, or one in a later turn."""

    END = auto()
    AGAIN = auto()
    LATER = auto()


class Throttle:
    """Off until the service centre refuses something for haste; then turns are taken.

    All wait through the pause after a refusal, which is longer after one more, and as long as the
    one that helped where it followed something that was taken. When the pauses are used up, each
    part has a single try: so a service centre that takes nothing at all is found out once, for all
    that waits. `has_rested` is whether a pause lies between what was taken last and the next try,
    `signs` how often something was taken after a refusal: then the service centre is slow, or full.
    """

    def __init__(self, pauses: Sequence[float], ended: asyncio.Event) -> None:
        """Pause so long (s) after one refusal after the other; no longer than until `ended`."""
        self.pauses = pauses
        self.turns = asyncio.Lock()
        self.has_rested = False
        self._ended = ended
        self._waiting = 0
        self._refusals = 0
        self._helped = 0
        self.signs = 0
        self._resume_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether turns are taken now."""
        return self._waiting > 0

    @property
    def is_over(self) -> bool:
        """Whether the pauses are used up, so that the next refusal counts."""
        return self._refusals >= len(self.pauses)

    @contextmanager
    def patience(self) -> Iterator[Patience]:
        """Have the patience for one part."""
        patience = Patience(self)
        try:
            yield patience
        finally:
            patience.leave()

    def join(self) -> None:
        """Begin to take turns, for one part."""
        self._waiting += 1

    def leave(self) -> None:
        """Take no more turns when the last part that waited is done."""
        self._waiting -= 1
        if not self._waiting:
            self._refusals, self._helped, self.has_rested = 0, 0, False

    def refused(self, *, alone: bool) -> None:
        """Begin the next pause; the refusals of what was not `alone` count as one."""
        if self.has_rested and not alone:
            return
        pause = self.pauses[min(self._helped + self._refusals, len(self.pauses) - 1)]
        _LOGGER.debug("too fast for the service centre, going on in %s s", pause)
        self._refusals += 1
        self.has_rested = True
        self._resume_at = asyncio.get_running_loop().time() + pause

    def taken(self) -> None:
        """Be patient anew: something was taken, after the last pause or without any."""
        pauses = self._helped + self._refusals
        self._helped = max(min(pauses, len(self.pauses)) - 1, 0) if self.has_rested else 0
        self._refusals = 0
        self.has_rested = False

    async def until_due(self) -> None:
        """Wait as long as the service centre wants no more, or until the link is gone."""
        loop = asyncio.get_running_loop()
        while loop.time() < self._resume_at and not self._ended.is_set():
            await self.until(self._resume_at)

    async def until(self, moment: float) -> None:
        """Wait until a time of the event loop, or until the link is gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(moment):
                await self._ended.wait()


class Patience:
    """What one part was refused for so far, and how it waits.

    A refusal for haste right after something was taken says how fast the service centre is: the
    part keeps its turn. One after a pause may be due to the part's recipient: others go first, and
    after as many as there are pauses the next one counts. Where the queue is full, which is that of
    one recipient with many service centres, the part alone waits.

    It is patient anew whenever another part was taken after a refusal meanwhile, as that shows that
    the service centre is slow for all, or that its full queue is everybody's; but not for ever.
    """

    def __init__(self, throttle: Throttle) -> None:
        """Begin with a part that was not offered yet."""
        self._throttle = throttle
        self._refusals = 0
        self._tries = 0
        self._signs = throttle.signs
        self._was_refused = False
        self._is_waiting = False
        self._has_turn = False
        self._resume_at = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until it is the part's turn, where turns are taken, and have it."""
        if self._throttle.is_on:
            self._join()
        if not self._is_waiting:
            yield
            return
        async with self._throttle.turns:
            self._has_turn = True
            try:
                yield
            finally:
                self._has_turn = False

    def _join(self) -> None:
        """Wait with the others from now on."""
        if not self._is_waiting:
            self._is_waiting = True
            self._throttle.join()

    def leave(self) -> None:
        """Wait with the others no more."""
        if self._is_waiting:
            self._is_waiting = False
            self._throttle.leave()

    async def pause(self) -> None:
        """Wait as long as this part alone has to, or until the link is gone."""
        if self._resume_at:
            await self._throttle.until(self._resume_at)

    def answered(self, status: int) -> Following:
        """Take what the service centre said to the part, and say what follows."""
        if status == THROTTLED:
            return self._refused_for_haste()
        self._throttle.taken()
        if status == OK and self._was_refused:
            self._throttle.signs += 1
        return self._refused_for_room() if status == QUEUE_FULL else Following.END

    def _refused_for_haste(self) -> Following:
        """Keep the turn for a try after a pause, or take another one after the others."""
        is_own = self._throttle.has_rested or not self._has_turn
        self._look_around()
        if (is_own and self._is_last) or (self._has_turn and self._throttle.is_over):
            return Following.END
        self._throttle.refused(alone=self._has_turn)
        self._join()
        if not is_own:
            self._was_refused = True
            return Following.AGAIN
        self._count()
        return Following.LATER

    def _refused_for_room(self) -> Following:
        """Try again after a while, in which all others go on."""
        self._look_around()
        if self._is_last:
            return Following.END
        pauses = self._throttle.pauses
        pause = pauses[min(self._tries, len(pauses) - 1)]
        self._resume_at = asyncio.get_running_loop().time() + pause
        self._count()
        self.leave()
        return Following.LATER

    def _look_around(self) -> None:
        """Be patient anew where others have shown that it is not this part's recipient."""
        if self._throttle.signs != self._signs:
            self._signs, self._refusals = self._throttle.signs, 0

    def _count(self) -> None:
        """Count a refusal that may be due to the part's recipient."""
        self._was_refused = True
        self._refusals += 1
        self._tries += 1

    @property
    def _is_last(self) -> bool:
        """Whether the part was refused as often as it is offered."""
        pauses = len(self._throttle.pauses)
        return self._refusals >= pauses or self._tries >= _MOST_ROUNDS * pauses

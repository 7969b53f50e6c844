"""How many calls may be made: EMnify's limits are kept before they are felt.

2,000 calls in 5 minutes from one address, 100 of them to log in; 10 lists or statistics a second
after a burst of 5, 50 other calls a second (EMnify, API guidelines, rate limits).
"""

from collections import deque
from enum import Enum
from typing import Final

from ..errors import GatewayRefusedError, Reason
from .clock import Clock

WINDOW: Final = 300.0
# 50 are left for clocks that differ and for calls that are on their way.
_MOST: Final = 1950
_LOGINS: Final = 90


class Pace(Enum):
    """How fast calls of one sort may follow each other: so many a second, after a burst."""

    LIST = (10.0, 5)
    ENDPOINT = (50.0, 10)


class _Bucket:
    """Tokens that come back at a rate, up to a size."""

    def __init__(self, clock: Clock, rate: float, size: float) -> None:
        """Start full."""
        self._clock = clock
        self.rate = rate
        self._size = size
        self._tokens = size
        self._at = clock.time()

    def _fill(self) -> None:
        """Take in what came back."""
        now = self._clock.time()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self.rate)
        self._at = now

    @property
    def tokens(self) -> float:
        """Return how many tokens there are; below zero some were promised."""
        self._fill()
        return self._tokens

    def take(self) -> float:
        """Take a token, and return in how many seconds it will be there."""
        self._fill()
        self._tokens -= 1
        return max(0.0, -self._tokens / self.rate)

    def give_back(self) -> None:
        """Return a token that was not used."""
        self._tokens += 1


class _Window:
    """Calls of the last 5 minutes, at most so many."""

    def __init__(self, clock: Clock, most: int) -> None:
        """Start without calls."""
        self._clock = clock
        self._most = most
        self._calls: deque[float] = deque()

    def _forget(self) -> float:
        """Leave out what is older, and return the time."""
        now = self._clock.time()
        while self._calls and self._calls[0] <= now - WINDOW:
            self._calls.popleft()
        return now

    @property
    def left(self) -> int:
        """Return how many calls may be made now."""
        self._forget()
        return self._most - len(self._calls)

    def wait(self) -> float:
        """Return in how many seconds the next call may be made."""
        now = self._forget()
        if len(self._calls) < self._most:
            return 0.0
        return self._calls[-self._most] + WINDOW - now

    def note(self, seconds: float) -> None:
        """Note a call that will be made in so many seconds: others wait behind it."""
        self._calls.append(self._clock.time() + seconds)


class Budget:
    """Lets calls through one after the other, as fast as the limits allow.

    `watching` is how many calls in 5 minutes may be made without anybody asking.
    """

    def __init__(self, clock: Clock, watching: int, patience: float) -> None:
        """Start with nothing used."""
        self._clock = clock
        self._patience = patience
        self._window = _Window(clock, _MOST)
        self._logins = _Window(clock, _LOGINS)
        self._watching = _Bucket(clock, watching / WINDOW, max(1.0, watching / 20))
        self._paces = {pace: _Bucket(clock, *pace.value) for pace in Pace}
        self._paused_until = 0.0

    @property
    def rate(self) -> float:
        """Return how many calls a second may be made to watch the account."""
        return self._watching.rate

    @property
    def spare(self) -> int:
        """Return how many calls may be made now to watch the account; some are left to people."""
        if self._clock.time() < self._paused_until:
            return 0
        return max(0, min(int(self._watching.tokens), self._window.left - _MOST // 20))

    @property
    def paused(self) -> float:
        """Return for how many seconds no call may be made at all."""
        return max(0.0, self._paused_until - self._clock.time())

    def pause(self, seconds: float) -> None:
        """Make no call for some time: EMnify said so."""
        self._paused_until = max(self._paused_until, self._clock.time() + seconds)

    def watched(self) -> None:
        """Note that a call was made to watch the account."""
        self._watching.take()

    async def login(self) -> None:
        """Wait until a log in may be made."""
        await self._enter(self._logins)
        await self.take(Pace.ENDPOINT)

    async def take(self, pace: Pace) -> None:
        """Wait until a call may be made; raises GatewayRefusedError where that takes too long."""
        await self._enter(self._window)
        seconds = self._paces[pace].take()
        if seconds > self._patience:
            self._paces[pace].give_back()
            raise limited("too many calls wait")
        if seconds:
            await self._clock.sleep(seconds)
        # Meanwhile the service may have asked for a rest.
        await self._wait(self.paused)

    async def _enter(self, window: _Window) -> None:
        """Wait for a place among the calls of 5 minutes, in turn."""
        seconds = max(self.paused, window.wait())
        if seconds <= self._patience:
            window.note(seconds)
        await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        """Wait, but not longer than a person would."""
        if seconds > self._patience:
            raise limited(f"for {seconds:.0f} s")
        if seconds:
            await self._clock.sleep(seconds)


def limited(detail: str) -> GatewayRefusedError:
    """Return the error for a call that may not be made now."""
    return GatewayRefusedError("429", detail, temporary=True, reason=Reason.RATE_LIMITED)

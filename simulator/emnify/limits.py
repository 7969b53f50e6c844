"""The limits that the API documents, each answered with 429."""

from collections import deque
from datetime import datetime

from ..clock import Clock


class Limits:
    """Counts the calls of one address: 2,000 in 5 minutes, 100 of them logins, and rates.

    Lists and statistics: 10 a second after a burst of 5. Calls of endpoints: 50 a second, with a
    burst of as many.
    """

    window = 300.0

    def __init__(self, clock: Clock, *, calls: int = 2000, logins: int = 100) -> None:
        """Start with no calls."""
        self._clock = clock
        self._start = clock.now()
        self._most = {"calls": calls, "logins": logins}
        self._times: dict[str, deque[float]] = {"calls": deque(), "logins": deque()}
        self._levels: dict[str, tuple[float, float]] = {}
        self.refused = 0

    def check(self, *, is_login: bool, is_list: bool) -> int | None:
        """Count a call; return in how many seconds to come again when it is one too many."""
        now = self._seconds(self._clock.now())
        names = ("calls", "logins") if is_login else ("calls",)
        for name in names:
            times = self._times[name]
            while times and times[0] <= now - self.window:
                times.popleft()
            if len(times) >= self._most[name]:
                self.refused += 1
                return int(times[0] + self.window - now) + 1
        if not self._drips("list" if is_list else "endpoint", now):
            self.refused += 1
            return 1
        for name in names:
            self._times[name].append(now)
        return None

    def _seconds(self, time: datetime) -> float:
        """Return seconds since the start."""
        return (time - self._start).total_seconds()

    def _drips(self, name: str, now: float) -> bool:
        """Put a call into a leaking bucket, if there is room."""
        rate, burst = (10.0, 5.0) if name == "list" else (50.0, 50.0)
        level, at = self._levels.get(name, (0.0, now))
        level = max(0.0, level - (now - at) * rate)
        # A hair is left for rounding.
        has_room = level + 1 <= burst + 0.01
        self._levels[name] = (level + 1 if has_room else level, now)
        return has_room

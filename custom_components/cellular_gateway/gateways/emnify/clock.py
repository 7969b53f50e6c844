"""The clocks that an account is watched by, so that hours can be tried in seconds."""

import asyncio
from datetime import UTC, datetime
import time
from typing import Protocol


class Clock(Protocol):
    """What is asked of a clock."""

    def time(self) -> float:
        """Return seconds that never go back."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""


class SystemClock:
    """The clock of the machine."""

    def time(self) -> float:
        """Return seconds since some time before."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the time of day."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleep in the running loop."""
        await asyncio.sleep(seconds)

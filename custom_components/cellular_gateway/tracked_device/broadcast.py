"""What many devices of one gateway are told at a time: so many at once, and how far that is."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

# The gateway itself paces what it is given; this leaves room in its queue for an alarm.
AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a gateway is with telling devices something.

    `done` are those that were told so, `failed` those of which that is not sure, `cancelled` those
    that nobody wanted to be told any more.
    """

    devices: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def percentage(self) -> int | None:
        """Return how much was tried; None where there was nothing to do yet."""
        if not self.devices:
            return None
        return (self.done + self.failed) * 100 // self.devices


class Broadcast:
    """Counts what comes of telling many devices of a gateway something.

    `pace` is held while one of them is sent something. What begins meanwhile is counted together.
    """

    def __init__(self) -> None:
        """Start with nothing to do."""
        self.pace = asyncio.Semaphore(AT_ONCE)
        self.progress = Progress()
        self._running = 0
        self._listeners: set[Callable[[], None]] = set()

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Tell the listener of each step, until the returned function is called."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @contextmanager
    def run(self, devices: int) -> Iterator[Callable[[bool], None]]:
        """Count a number of devices; call what is yielded with whether one was told it.

        The rest is counted as cancelled. A single device is not counted.
        """
        if devices == 1:
            yield lambda _: None
            return
        before = self.progress if self._running else Progress()
        self._running += 1
        self._show(replace(before, devices=before.devices + devices))
        left = devices

        def tell(well: bool) -> None:
            nonlocal left
            left -= 1
            now = self.progress
            counted = {"done": now.done + 1} if well else {"failed": now.failed + 1}
            self._show(replace(now, **counted))

        try:
            yield tell
        finally:
            self._running -= 1
            if left:
                self._show(replace(self.progress, cancelled=self.progress.cancelled + left))

    @callback
    def _show(self, progress: Progress) -> None:
        """Tell of a step."""
        self.progress = progress
        for listener in tuple(self._listeners):
            listener()

"""What the line does to the octets on their way to the host: speed, splits, losses."""

import asyncio
from collections import deque
from collections.abc import Callable

BITS_PER_OCTET = 10  # a start bit, eight data bits, a stop bit
SLICE = 16


class Wire:
    """Sends octets in order, at a line speed and with the faults that are set.

    `speed` is in bit/s, None as fast as it goes. `split` is the size of the pieces that a
    write is broken into and `pause` the seconds between them. `join` holds writes back for
    that many seconds to send them as one. `drop` octets are lost.
    """

    def __init__(self, write: Callable[[bytes], None], *, speed: int | None = None) -> None:
        """Send by a function that does not block."""
        self.speed = speed
        self.split = 0
        self.pause = 0.0
        self.join = 0.0
        self.drop = 0
        self._write = write
        self._queue: deque[bytes] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._free_at = 0.0

    def send(self, data: bytes) -> None:
        """Send, now or as soon as what was sent before is through."""
        if self.drop:
            dropped = min(self.drop, len(data))
            self.drop -= dropped
            data = data[dropped:]
        if not data:
            return
        if self._timer is None and not (self.speed or self.split or self.join):
            self._write(data)
            return
        self._queue.append(data)
        if self._timer is None:
            self._schedule(self.join)

    def clear(self) -> None:
        """Forget what is not yet through."""
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, delay: float) -> None:
        """Go on in so many seconds."""
        self._timer = asyncio.get_running_loop().call_later(delay, self._pump)

    def _pump(self) -> None:
        """Send the next piece, and wait for as long as the line needs for it."""
        self._timer = None
        while self._queue:
            piece = self._next_piece()
            wait = self._time_for(piece)
            if wait <= 0:
                self._write(piece)
                continue
            if self.speed:
                # A piece is there when its last bit is, not when its first is.
                self._timer = asyncio.get_running_loop().call_later(wait, self._sent, piece)
                return
            self._write(piece)
            self._schedule(wait)
            return

    def _sent(self, piece: bytes) -> None:
        """Hand over a piece whose time on the line is over."""
        self._write(piece)
        self._pump()

    def _next_piece(self) -> bytes:
        """Take octets off the queue, as many as go at once."""
        data = b"".join(self._queue)
        self._queue.clear()
        size = self.split or (SLICE if self.speed else len(data))
        if data[size:]:
            self._queue.append(data[size:])
        return data[:size]

    def _time_for(self, piece: bytes) -> float:
        """Return the seconds until the next piece may follow."""
        seconds = self.pause if self.split and self._queue else 0.0
        if not self.speed:
            return seconds
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self._free_at)
        self._free_at = start + len(piece) * BITS_PER_OCTET / self.speed
        return max(seconds, self._free_at - loop.time())


class ReceivePace:
    """Delays what the host wrote by the time it needs on the line."""

    def __init__(self, receive: Callable[[bytes], None], speed: int) -> None:
        """Hand on to a function after len * 10 / speed seconds."""
        self._receive = receive
        self._speed = speed
        self._free_at = 0.0
        self._timers: deque[asyncio.TimerHandle] = deque()

    def feed(self, data: bytes) -> None:
        """Take what the host wrote at once."""
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self._free_at)
        self._free_at = start + len(data) * BITS_PER_OCTET / self._speed
        self._timers.append(loop.call_at(self._free_at, self._arrived, data))

    def clear(self) -> None:
        """Forget what is still on the line."""
        while self._timers:
            self._timers.popleft().cancel()

    def _arrived(self, data: bytes) -> None:
        """Hand on what is through."""
        self._timers.popleft()
        self._receive(data)

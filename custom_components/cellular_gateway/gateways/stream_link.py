"""The ending of a conversation over streams: once, by us or because the link is gone."""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Callable
import contextlib

from .errors import GatewayConnectionError, GatewayError, Reason


class StreamLink(ABC):
    """An open link and the tasks that live as long as it does."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        lost: Callable[[GatewayError], None],
        link_errors: tuple[type[Exception], ...] = (OSError, EOFError),
    ) -> None:
        """Take an open link; `lost` is called in the event loop, unless it was we who closed it.

        `link_errors` are what the streams raise when the link is gone.
        """
        self._reader = reader
        self._writer = writer
        self._lost = lost
        self._link_errors = link_errors
        self._error: GatewayError | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @abstractmethod
    def _fail_waiting(self, error: GatewayError) -> None:
        """Let whoever waits for an answer hear why there will be none."""

    @property
    def error(self) -> GatewayError | None:
        """Why the conversation has ended, or None."""
        return self._error

    async def close(self, error: GatewayError | None = None) -> None:
        """Drop the link; whoever waits for an answer hears why."""
        self._end(error or GatewayConnectionError(Reason.CLOSED))
        others = [task for task in self._tasks if task is not asyncio.current_task()]
        if others:
            await asyncio.wait(others)
        with contextlib.suppress(*self._link_errors, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    def _lose(self, detail: str) -> None:
        """End the conversation because the link is gone, and say so."""
        if self._error is None:
            error = GatewayConnectionError(Reason.CONNECTION_LOST, detail)
            self._end(error)
            self._lost(error)

    def _end(self, error: GatewayError) -> None:
        """Ask no more, and fail what waits."""
        if self._error is None:
            self._error = error
        self._fail_waiting(error)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        with contextlib.suppress(*self._link_errors):
            self._writer.close()

"""The sends under way through a gateway: each goes on to its end, whoever waits for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class OngoingSends:
    """Keeps the sends of one gateway going while their callers come and go."""

    def __init__(self, kind: str) -> None:
        """Start with none; `kind` names their tasks."""
        self._kind = kind
        self._tasks: set[asyncio.Task[Any]] = set()

    async def finish[Result](self, send: Coroutine[Any, Any, Result]) -> Result:
        """Run a send to its end and return what came of it, or stop waiting when cancelled."""
        task = asyncio.create_task(send, name=f"{self._kind} send")
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        """Forget a send; its caller may be gone, and hears of no error."""
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def wait(self, limit: float) -> None:
        """Wait for all that is under way, for at most `limit` seconds."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=limit)

    def cancel(self) -> None:
        """Cancel all that is under way; their outcome is theirs to tell."""
        for task in set(self._tasks):
            task.cancel()

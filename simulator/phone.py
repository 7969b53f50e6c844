"""A peer's phone in the simulated network."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from . import pdu
from .pdu import Submit

if TYPE_CHECKING:
    from .network import Network


@dataclass(frozen=True, slots=True)
class Received:
    """A whole message that arrived at a phone."""

    sender: str
    text: str | None
    parts: int
    flash: bool
    submits: tuple[Submit, ...]
    at: datetime


class Phone:
    """Somebody's phone: receives, joins parts, answers."""

    def __init__(self, network: Network, number: str) -> None:
        """Belong to a network under a number."""
        self.number = number
        self.inbox: list[Received] = []
        self.on_message: list[Callable[[Received], Awaitable[None] | None]] = []
        self._network = network
        self._waiting: asyncio.Queue[Received] = asyncio.Queue()
        self._parts: dict[tuple[str, int, int], dict[int, Submit]] = {}

    async def received(self, timeout: float = 5.0) -> Received:
        """Return the next message that was not yet asked for; TimeoutError after seconds."""
        async with asyncio.timeout(timeout):
            return await self._waiting.get()

    async def send(self, recipient: str, text: str, *, flash: bool = False) -> None:
        """Send a text to a number."""
        await self._network.send(self.number, recipient, text, flash=flash)

    def reply(self, answer: Callable[[Received], str | None]) -> None:
        """Answer every message from now on with what the function makes of it."""

        async def send_answer(message: Received) -> None:
            if (text := answer(message)) is not None:
                await self.send(message.sender, text)

        self.on_message.append(send_answer)

    async def accept(self, sender: str, submit: Submit) -> None:
        """Take one submitted part; a complete message goes to the inbox."""
        parts = self._join(sender, submit)
        if parts is None:
            return
        submits = tuple(parts[number] for number in sorted(parts))
        message = Received(
            sender, pdu.joined(parts), len(parts), submit.flash, submits, self._network.clock.now()
        )
        self.inbox.append(message)
        self._waiting.put_nowait(message)
        for callback in self.on_message:
            if (pending := callback(message)) is not None:
                await pending

    def _join(self, sender: str, submit: Submit) -> dict[int, Submit] | None:
        """Return all parts once they are there."""
        if (part := submit.concatenation) is None:
            return {1: submit}
        key = (sender, part.reference, part.total)
        parts = self._parts.setdefault(key, {})
        parts[part.number] = submit
        return self._parts.pop(key) if len(parts) == part.total else None

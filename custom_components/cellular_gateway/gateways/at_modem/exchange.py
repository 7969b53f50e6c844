"""One command on the line, and what is heard between two of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import GatewayError
from .codec.commands import Answer, Command
from .codec.results import FinalResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long things may take, in seconds.

    `command` is counted from the last sign of an answer, so that a long list may take its time.
    `send` is what the manuals of SIM800 and SIM7600 give for `+CMGS` (60 and 40 s), `radio` what
    that of Quectel's EC2x gives for `+CFUN` (15 s).
    """

    opening: float = 15.0
    greeting: float = 0.6
    command: float = 5.0
    sim: float = 20.0
    prompt: float = 10.0
    radio: float = 15.0
    send: float = 60.0
    # How long an answer that is late is waited for before the modem is asked whether it lives.
    late: float = 2.0
    alone: float = 3.0
    quiet: float = 0.25


class Exchange:
    """A command on its way through the line, and what came of it so far."""

    def __init__(self, command: Command) -> None:
        """Start with nothing sent and nothing heard."""
        self.command = command
        self.lines: list[str] = []
        self.result: FinalResult | None = None
        self.started = False
        self.prompted = False
        self.payload_sent = False
        self.progress = asyncio.Event()
        self.future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    async def answer(self) -> Answer:
        """Wait for the answer; being cancelled here does not stop a command that is in flight.

        Raises GatewayTimeoutError or GatewayConnectionError.
        """
        return await self.future

    async def until(self, done: Callable[[], bool], limit: float) -> None:
        """Wait until `done`; raise TimeoutError when nothing at all came for the limit."""
        while not done():
            self.progress.clear()
            async with asyncio.timeout(limit):
                await self.progress.wait()

    def finish(self) -> None:
        """Hand over the answer."""
        if not self.future.done() and self.result is not None:
            self.future.set_result(Answer(tuple(self.lines), self.result))

    def fail(self, error: GatewayError) -> None:
        """Hand over why there is no answer."""
        if not self.future.done():
            self.future.set_exception(error)
            # Nobody need be listening any more: a cancelled caller leaves its command behind.
            self.future.exception()


class Listening:
    """What comes while no command is in flight and the line has to become clear again."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.results = 0
        self.event = asyncio.Event()

    def hear(self, *, result: bool) -> None:
        """Note a line that may belong to an answer."""
        self.results += result
        self.event.set()

    async def anything(self, limit: float) -> bool:
        """Wait for the next such line; tell whether one came within the limit."""
        try:
            async with asyncio.timeout(limit):
                await self.event.wait()
        except TimeoutError:
            return False
        self.event.clear()
        return True

    async def result(self, limit: float) -> bool:
        """Wait for a final result, longer as long as other lines come."""
        while not self.results:
            if not await self.anything(limit):
                return False
        return True

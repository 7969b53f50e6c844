"""Stands between a gateway and a serial line: notes every octet, lets only the harmless pass."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
import socket
from typing import Final

from .harmless import is_harmless
from .tape import Tape

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

# The rest of a long answer; more than that a modem has not said in one go.
_READ_SIZE: Final = 4096
_CR: Final = b"\r"
# What aborts a prompt, and may stand before a command.
_ABORT: Final = "\x1b"
_REFUSAL: Final = b"\r\nERROR\r\n"

# How long the port may take to be closed, in seconds.
_CLOSING: Final = 2.0


class Relay:
    """Opens serial lines as a gateway wants them, one at a time, each with itself in between."""

    def __init__(
        self,
        open_serial: Callable[[str, int], Awaitable[Streams]],
        tape: Tape,
        errors: tuple[type[Exception], ...],
    ) -> None:
        """Take what opens a line, where to note, and what a line that is lost raises."""
        self._open_serial = open_serial
        self._tape = tape
        self._errors = errors
        self._task: asyncio.Task[None] | None = None

    async def open_serial(self, url: str, baudrate: int) -> Streams:
        """Open a line; what opened the last one is closed first, since a port is locked."""
        await self.close()
        line = await self._open_serial(url, baudrate)
        self._tape.begin(baudrate)
        ours, theirs = socket.socketpair()
        inner = await asyncio.open_connection(sock=ours)
        self._task = asyncio.create_task(self._run(line, inner), name="relay")
        return await asyncio.open_connection(sock=theirs)

    async def close(self) -> None:
        """Close the line, and wait until the port is free again."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))

    async def _run(self, line: Streams, gateway: Streams) -> None:
        """Pass on in both directions until either end is closed."""
        directions = (
            asyncio.create_task(self._from_modem(line[0], gateway[1])),
            asyncio.create_task(self._from_host(gateway, line[1])),
        )
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            for _, writer in (line, gateway):
                await self._close(writer)

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        """Close one end."""
        writer.close()
        with contextlib.suppress(*self._errors, TimeoutError):
            async with asyncio.timeout(_CLOSING):
                await writer.wait_closed()

    async def _from_modem(self, line: asyncio.StreamReader, gateway: asyncio.StreamWriter) -> None:
        """Note what the modem says, and pass it on."""
        with contextlib.suppress(*self._errors):
            while octets := await line.read(_READ_SIZE):
                self._tape.note("modem", octets)
                gateway.write(octets)

    async def _from_host(self, gateway: Streams, line: asyncio.StreamWriter) -> None:
        """Pass on the commands that are harmless; refuse the others as a modem would."""
        with contextlib.suppress(*self._errors, asyncio.IncompleteReadError):
            while True:
                octets = await gateway[0].readuntil(_CR)
                command = octets.decode("latin-1").strip(f"{_ABORT}\r\n ")
                if is_harmless(command):
                    self._tape.note("host", octets)
                    line.write(octets)
                    await line.drain()
                else:
                    self._tape.withhold(command)
                    gateway[1].write(_REFUSAL)

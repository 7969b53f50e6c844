"""A host for tests: talks to a simulated modem over TCP or a serial port."""

import asyncio
import contextlib
import os
import termios
import tty
from typing import Protocol, Self


class Transport(Protocol):
    """One end of a line."""

    async def read(self) -> bytes:
        """Return what came, b"" at the end."""

    def write(self, data: bytes) -> None:
        """Send."""

    def close(self) -> None:
        """Hang up."""


class TcpTransport:
    """A TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wrap a pair of streams."""
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        """Return what came, b"" at the end."""
        try:
            return await self._reader.read(65536)
        except ConnectionError:
            return b""

    def write(self, data: bytes) -> None:
        """Send."""
        self._writer.write(data)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class SerialTransport:
    """A serial port, opened raw at a speed."""

    def __init__(self, path: str, speed: int = termios.B115200) -> None:
        """Open a path."""
        self._file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._file)
        settings = termios.tcgetattr(self._file)
        settings[4] = settings[5] = speed
        termios.tcsetattr(self._file, termios.TCSANOW, settings)

    async def read(self) -> bytes:
        """Return what came, b"" at the end."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._file, ready.set)
        try:
            await ready.wait()
            return os.read(self._file, 65536)
        except OSError:
            return b""
        finally:
            loop.remove_reader(self._file)

    def write(self, data: bytes) -> None:
        """Send."""
        os.write(self._file, data)

    def close(self) -> None:
        """Hang up."""
        os.close(self._file)


class Host:
    """Sends commands and waits for what comes."""

    def __init__(self, transport: Transport) -> None:
        """Talk over a transport."""
        self._transport = transport
        self.buffer = b""

    @classmethod
    async def tcp(cls, port: int) -> Self:
        """Connect to a port."""
        return cls(TcpTransport(*await asyncio.open_connection("127.0.0.1", port)))

    @classmethod
    def serial(cls, path: str, speed: int = termios.B115200) -> Self:
        """Open a serial port."""
        return cls(SerialTransport(path, speed))

    def write(self, text: str | bytes) -> None:
        """Send without waiting."""
        self._transport.write(text.encode() if isinstance(text, str) else text)

    async def until(self, *ends: str, timeout: float = 3.0) -> str:
        """Return all up to and with the first of some texts; EOFError when the line ends."""
        async with asyncio.timeout(timeout):
            while True:
                found = [(at, e) for e in ends if (at := self.buffer.find(e.encode())) >= 0]
                if found:
                    at, end = min(found)
                    cut = at + len(end.encode())
                    taken, self.buffer = self.buffer[:cut], self.buffer[cut:]
                    return taken.decode("latin-1")
                if not (data := await self._transport.read()):
                    raise EOFError
                self.buffer += data

    async def command(self, command: str, timeout: float = 3.0) -> list[str]:
        """Send a command and return its answer line by line, without echo."""
        self.write(command + "\r")
        lines: list[str] = []
        while True:
            line = (await self.until("\r\n", timeout=timeout)).strip()
            line = line.removeprefix(command).strip()
            if not line:
                continue
            lines.append(line)
            if line in ("OK", "ERROR", "COMMAND NOT SUPPORT", "NO CARRIER") or line.startswith(
                ("+CME ERROR", "+CMS ERROR")
            ):
                return lines

    async def line(self, timeout: float = 3.0) -> str:
        """Return the next line that is not empty."""
        while True:
            if line := (await self.until("\r\n", timeout=timeout)).strip():
                return line

    async def send(self, pdu: str, length: int) -> list[str]:
        """Send a message and return what follows the prompt."""
        self.write(f"AT+CMGS={length}\r")
        await self.until(">")
        self.write(pdu + "\x1a")
        lines = []
        while True:
            line = await self.line()
            lines.append(line.removeprefix(pdu + "\x1a").strip())
            if line == "OK" or "ERROR" in line:
                return [line for line in lines if line]

    async def silent(self, seconds: float = 0.1) -> bool:
        """Tell whether nothing comes for so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                self.buffer += await self._transport.read()
        return not self.buffer

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

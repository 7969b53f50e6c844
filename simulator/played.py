"""What modems without a life of their own have in common: they only answer command lines."""

from abc import ABC, abstractmethod
from pathlib import Path

from .link import Link, PtyLink, TcpLink

CR = 0x0D


class PlayedModem(ABC):
    """Appears over TCP or a pty and cuts what hosts write into command lines."""

    def __init__(self) -> None:
        """Start with no line in service."""
        self.commands: list[str] = []
        self._links: list[tuple[Link, bytearray]] = []

    @abstractmethod
    def command_line(self, link: Link, line: bytes) -> None:
        """Answer a command line, its CR included."""

    def host_gone(self) -> None:
        """Hear that a host closed its line; the next one begins a new conversation."""

    async def serve_tcp(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Appear as a raw TCP port and return its number."""
        link = TcpLink(host, port)
        await self._serve(link)
        return link.port

    async def serve_pty(self, symlink: str | Path | None = None) -> str:
        """Appear as a serial port and return its path."""
        link = PtyLink(symlink)
        await self._serve(link)
        return link.address

    def write(self, octets: bytes) -> None:
        """Write to every host."""
        for link, _ in self._links:
            link.write(octets)

    async def close(self) -> None:
        """Take the modem away."""
        for link, _ in self._links:
            link.unplug()
        self._links.clear()

    async def _serve(self, link: Link) -> None:
        """Take a line into service."""
        buffer = bytearray()

        def closed() -> None:
            buffer.clear()
            self.host_gone()

        link.received = lambda data: self._received(link, buffer, data)
        link.closed = closed
        await link.plug()
        self._links.append((link, buffer))

    def _received(self, link: Link, buffer: bytearray, data: bytes) -> None:
        """Answer every whole command line that arrived."""
        buffer += data
        while (end := buffer.find(CR)) >= 0:
            line = bytes(buffer[: end + 1])
            del buffer[: end + 1]
            self.command_line(link, line)

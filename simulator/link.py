"""Serial lines as a host sees them: a TCP port, and a pseudo terminal."""

from abc import ABC, abstractmethod
import asyncio
from collections import deque
from collections.abc import Callable
import contextlib
import errno
import os
from pathlib import Path
import random
import select
import socket
import struct
import termios
import tty
from typing import override

READ_SIZE = 65536
# Octets kept for a host that does not read; a USB modem's own buffer is no larger.
MAX_PENDING = 1 << 20
# The kernel tells a pty's master by no event that its other end was opened again.
OPEN_POLL = 0.02

SPEEDS = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name[0] == "B" and name[1:].isdigit() and name != "B0"
}


class Link(ABC):
    """One serial line. The device behind it sets `received` and `closed`.

    `received(data)` is called with what the host wrote, `closed()` when the host went.
    """

    def __init__(self) -> None:
        """Start unplugged, with nobody listening."""
        self.received: Callable[[bytes], None] = lambda data: None
        self.closed: Callable[[], None] = lambda: None

    @property
    @abstractmethod
    def address(self) -> str:
        """Return where a host finds the line: a path, or host and port."""

    @property
    @abstractmethod
    def is_plugged(self) -> bool:
        """Tell whether a host could open the line."""

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Tell whether a host has the line open."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Send to the host, without blocking; nobody there means it is lost."""

    @abstractmethod
    async def plug(self) -> None:
        """Make the line appear."""

    @abstractmethod
    def unplug(self) -> None:
        """Make the line vanish, under the hands of a host that has it open."""


class TcpLink(Link):
    """A raw TCP port for one host at a time; a new connection takes over from the old."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on a port once plugged; 0 lets the system choose, and it then stays."""
        super().__init__()
        self.host = host
        self.port = port
        self._server: asyncio.Server | None = None
        self._transport: asyncio.Transport | None = None

    @property
    @override
    def address(self) -> str:
        """Return `host:port`."""
        return f"{self.host}:{self.port}"

    @property
    @override
    def is_plugged(self) -> bool:
        """Tell whether the port listens."""
        return self._server is not None

    @property
    @override
    def is_open(self) -> bool:
        """Tell whether a host is connected."""
        return self._transport is not None

    @override
    def write(self, data: bytes) -> None:
        """Send to the host; what a host that does not read cannot take is lost."""
        if (transport := self._transport) is None:
            return
        if transport.get_write_buffer_size() < MAX_PENDING:
            transport.write(data)

    @override
    async def plug(self) -> None:
        """Listen."""
        if self._server is not None:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _TcpHost(self), self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    @override
    def unplug(self) -> None:
        """Stop listening and reset the connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._transport is not None:
            connection = self._transport.get_extra_info("socket")
            # Lingering for no time makes the kernel send RST instead of FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._drop()

    def opened(self, transport: asyncio.Transport) -> None:
        """Take a new host on."""
        self._drop()
        self._transport = transport

    def lost(self, transport: asyncio.BaseTransport) -> None:
        """Forget a host that went by itself."""
        if transport is self._transport:
            self._transport = None
            self.closed()

    def holds(self, transport: asyncio.BaseTransport | None) -> bool:
        """Tell whether this is the connection of the current host."""
        return transport is not None and transport is self._transport

    def _drop(self) -> None:
        """Close the connection at once."""
        if (transport := self._transport) is not None:
            self._transport = None
            transport.abort()
            self.closed()


class _TcpHost(asyncio.Protocol):
    """One connection of a host."""

    def __init__(self, link: TcpLink) -> None:
        """Belong to a port."""
        self._link = link
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet the host with nothing, as a modem does."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._link.opened(transport)

    @override
    def data_received(self, data: bytes) -> None:
        """Hand on what the host wrote, unless another host took over."""
        if self._link.holds(self._transport):
            self._link.received(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the host went."""
        if self._transport is not None:
            self._link.lost(self._transport)


class PtyLink(Link):
    """A pseudo terminal, found under its own path or a stable symbolic link.

    Each plug is another terminal. With a link there is a fresh one for every host, as
    the kernel keeps exclusive use and settings of the last one.
    """

    def __init__(self, symlink: str | Path | None = None, *, speed: int | None = None) -> None:
        """Appear under `symlink` if given; `speed` in bit/s makes other speeds garbage."""
        super().__init__()
        self.symlink = Path(symlink) if symlink is not None else None
        self.speed = speed
        self.path = ""
        self._master: int | None = None
        self._open = False
        self._poll: asyncio.TimerHandle | None = None
        self._pending: deque[bytes] = deque()
        self._pending_size = 0
        self._noise = random.Random(0)

    @property
    @override
    def address(self) -> str:
        """Return the stable path if there is one, otherwise the terminal's."""
        return str(self.symlink or self.path)

    @property
    @override
    def is_plugged(self) -> bool:
        """Tell whether the terminal is there."""
        return self._master is not None

    @property
    @override
    def is_open(self) -> bool:
        """Tell whether a host has the terminal open."""
        return self._open

    @property
    def wrong_speed(self) -> bool:
        """Tell whether the host has set another speed than the line has."""
        if self.speed is None or self._master is None:
            return False
        # On Linux the master gives its terminal's settings.
        return SPEEDS.get(termios.tcgetattr(self._master)[5]) != self.speed

    @override
    def write(self, data: bytes) -> None:
        """Send to the host; what it does not read stays buffered up to a limit."""
        if self._master is None or not self._open or not data:
            return
        if self.wrong_speed:
            data = self._noise.randbytes(len(data))
        if self._pending_size + len(data) > MAX_PENDING:
            return
        self._pending.append(data)
        self._pending_size += len(data)
        if len(self._pending) == 1:
            self._flush()

    @override
    async def plug(self) -> None:
        """Make a terminal and let the link point to it."""
        if self._master is None:
            self._create()

    @override
    def unplug(self) -> None:
        """Close the terminal: the host reads an end of file or EIO."""
        # The link goes first: the number of a closed terminal is given to the next one at once.
        if self.symlink is not None:
            self.symlink.unlink(missing_ok=True)
        self._destroy()

    def _create(self) -> None:
        """Open a terminal and wait for a host."""
        self._master, slave = os.openpty()
        self.path = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        if self.symlink is not None:
            self._point_link()
        self._wait_for_host()

    def _point_link(self) -> None:
        """Let the symbolic link name the terminal, without a moment in between."""
        assert self.symlink is not None
        fresh = self.symlink.with_name(f".{self.symlink.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self.path)
        fresh.replace(self.symlink)

    def _destroy(self) -> None:
        """Close the terminal and everything that watches it."""
        if (master := self._master) is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(master)
        loop.remove_writer(master)
        if self._poll is not None:
            self._poll.cancel()
        self._poll = None
        self._master = None
        os.close(master)
        self._host_gone()

    def _wait_for_host(self) -> None:
        """Look whether somebody opened the terminal, and again in a moment if not."""
        assert self._master is not None
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        if any(events & select.POLLHUP for _, events in poll.poll(0)):
            loop = asyncio.get_running_loop()
            self._poll = loop.call_later(OPEN_POLL, self._wait_for_host)
            return
        self._poll = None
        self._open = True
        asyncio.get_running_loop().add_reader(self._master, self._readable)

    def _readable(self) -> None:
        """Hand on what the host wrote."""
        assert self._master is not None
        try:
            data = os.read(self._master, READ_SIZE)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b""
        if not data:
            self._hung_up()
            return
        self.received(self._noise.randbytes(len(data)) if self.wrong_speed else data)

    def _hung_up(self) -> None:
        """Get ready for the next host when the last one closed the terminal."""
        if self.symlink is not None:
            self._destroy()
            self._create()
            return
        assert self._master is not None
        asyncio.get_running_loop().remove_reader(self._master)
        self._host_gone()
        self._wait_for_host()

    def _host_gone(self) -> None:
        """Forget what was meant for the host."""
        self._pending.clear()
        self._pending_size = 0
        if self._master is not None:
            asyncio.get_running_loop().remove_writer(self._master)
        if self._open:
            self._open = False
            self.closed()

    def _flush(self) -> None:
        """Write as much as the terminal takes now; the rest when it can take more."""
        assert self._master is not None
        loop = asyncio.get_running_loop()
        while self._pending:
            data = self._pending[0]
            written = 0
            with contextlib.suppress(BlockingIOError):
                written = os.write(self._master, data)
            self._pending_size -= written
            if written == len(data):
                self._pending.popleft()
                continue
            self._pending[0] = data[written:]
            loop.add_writer(self._master, self._flush)
            return
        loop.remove_writer(self._master)

"""The router itself: its modems, logins and doors."""

import asyncio
from collections.abc import Awaitable, Callable
import ssl
import time
from typing import Any

from aiohttp import web

from .forwarding import Forwarding
from .modem import RouterModem, RouterSms
from .post_get import PostGet
from .rest import Rest
from .trouble import Trouble
from .ubus import Ubus

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Router:
    """A router on a TCP port.

    `rest` None is a legacy firmware. After `allowed_failures` bad logins, of whatever kind, it
    drops every connection, as its fail2ban does.
    """

    def __init__(self, *modems: RouterModem, legacy: bool = False, bare: bool = False) -> None:
        """Build a router of its modems; a `bare` one has no JSON-RPC either."""
        self.modems = list(modems)
        self.trouble = Trouble()
        self.forwarding: list[Forwarding] = []
        self.requests: list[str] = []
        self.answered: list[str] = []
        self.allowed_failures = 5
        self.failed_logins = 0
        self.post_get = PostGet(self)
        self.rest = None if legacy else Rest(self)
        self.ubus = None if bare else Ubus(self)
        self.firmware = "RUT2XX_R_00.01.14.7" if legacy else "RUT2M_R_00.07.20.5"
        has_slots = any(len(modem.sims) > 1 for modem in modems)
        self.name = ("RUT950" if has_slots else "RUT240") if legacy else "RUT241"
        self.serial = "1100000001"
        self.mac = "20:97:27:00:00:01"
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._forwards: set[asyncio.Task[None]] = set()
        self._handling: set[asyncio.Task[Any]] = set()
        self._off = asyncio.Event()
        self._changed = asyncio.Event()
        for modem in self.modems:
            modem.on_arrival = self.forward_arrived

    @property
    def modem(self) -> RouterModem:
        """Return the first modem."""
        return self.modems[0]

    async def serve(self, port: int = 0, *, tls: ssl.SSLContext | None = None) -> int:
        """Listen on loopback and return the port; again on the same one after `down`."""
        app = web.Application(middlewares=[self._count])
        app.add_routes(self.post_get.routes())
        if self.rest is not None:
            app.add_routes(self.rest.routes())
        if self.ubus is not None:
            app.add_routes(self.ubus.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        self._off.clear()
        loop = asyncio.get_running_loop()
        server = self._runner.server
        assert server is not None
        self._server = await loop.create_server(
            server, "127.0.0.1", port or self.port, ssl=tls, reuse_address=True
        )
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    def down(self) -> None:
        """Vanish from the network, in the middle of whatever was going on."""
        self._off.set()
        if self._server is not None:
            self._server.close()
            self._server.abort_clients()

    async def close(self) -> None:
        """Stop."""
        self.down()
        if self._handling:
            await asyncio.wait(set(self._handling), timeout=1)
        if self._runner is not None:
            await self._runner.cleanup()
        for task in tuple(self._forwards):
            task.cancel()
        for modem in self.modems:
            modem.remove()

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note every request by its path, and let nobody in who is banned."""
        if self.banned:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        self.requests.append(request.path)
        self._tell_changed()
        task = asyncio.current_task()
        assert task is not None
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)
        try:
            if self.trouble.take("silent"):
                await self._off.wait()
            return await handler(request)
        finally:
            self.answered.append(request.path)
            self._tell_changed()

    def _tell_changed(self) -> None:
        """Wake those who wait for a request or for its answer."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait_requested(self, path: str, timeout: float = 5.0) -> None:
        """Wait until a path was requested; TimeoutError after seconds."""
        async with asyncio.timeout(timeout):
            while path not in self.requests:
                await self._changed.wait()

    async def wait_answered(self, path: str, number: int = 1, timeout: float = 5.0) -> None:
        """Wait until so many requests for a path were answered; TimeoutError after seconds."""
        async with asyncio.timeout(timeout):
            while self.answered.count(path) < number:
                await self._changed.wait()

    @property
    def banned(self) -> bool:
        """Tell whether too many logins failed."""
        return self.failed_logins >= self.allowed_failures

    def find_modem(self, identity: str) -> RouterModem | None:
        """Return the modem with an id."""
        return next((modem for modem in self.modems if modem.id == identity), None)

    async def swallow(self) -> None:
        """Say nothing more to a request until the router goes down."""
        await self._off.wait()

    async def send(self, modem: RouterModem, recipients: list[str], text: str) -> int:
        """Send a text to each number, as slow as it is; return the parts; may raise RpError."""
        if self.trouble.send_seconds:
            await asyncio.sleep(self.trouble.send_seconds)
        return sum([await modem.send(recipient, text) for recipient in recipients])

    def receive(
        self, sender: str, text: str, *, modem: RouterModem | None = None, stored: bool = True
    ) -> RouterSms:
        """Take a text past the network, store it unless told otherwise, and forward it."""
        target = modem or self.modem
        message = target.store(sender, text)
        if not stored:
            target.delete(message.index)
        self.forward_arrived()
        return message

    def forward_arrived(self) -> None:
        """Forward what has arrived since the last time."""
        for modem in self.modems:
            arrived, modem.arrived = modem.arrived, []
            for message in arrived:
                for forwarding in self.forwarding:
                    if forwarding.wants(message):
                        self._spawn(forwarding.forward(message))

    def _spawn(self, work: Awaitable[None]) -> None:
        """Run something in the background."""
        task = asyncio.ensure_future(work)
        self._forwards.add(task)
        task.add_done_callback(self._forwards.discard)

    async def forwarded(self) -> None:
        """Wait until all that was to be forwarded was."""
        while self._forwards:
            await asyncio.wait(set(self._forwards))

    def now(self) -> float:
        """Return a clock in seconds, for tokens."""
        return time.monotonic()

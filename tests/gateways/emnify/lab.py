"""A cloud on loopback, and gateways on our side of the wire."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, override

import aiohttp
from aiohttp import web

from custom_components.cellular_gateway.gateways.base import Gateway
from custom_components.cellular_gateway.gateways.emnify.clock import Clock, SystemClock
from custom_components.cellular_gateway.gateways.emnify.gateway import (
    Clocks,
    EmnifyGateway,
    EmnifySettings,
)
from custom_components.cellular_gateway.gateways.endpoints import EndpointState
from custom_components.cellular_gateway.gateways.models import OutgoingSms
from custom_components.cellular_gateway.gateways.push import Push
from simulator.emnify import Cloud, CloudServer, Device, Limits

from ...waiting import eventually
from ..consumers import Inbox, Listener, Notebook, Watcher

PEER = "+491701234567"
LONG_AGO = "2020-01-01T00:00:00+00:00"

# By a clock that goes 20 times as fast.
CLOCKS = Clocks(
    tick=1.0,
    events=2.0,
    inventory=10.0,
    inventory_soon=1.0,
    connectivity=2.0,
    messages=2.0,
    usage=2.0,
    quota=2.0,
    reports=(1.0, 2.0),
    retry=2.0,
    patience=30.0,
    request=1.0,
    closing=0.5,
)


class FastClock(SystemClock):
    """A clock by which everything is due 20 times as soon; the time of day is the real one."""

    factor = 20.0

    @override
    def time(self) -> float:
        """Return seconds of its own."""
        return super().time() * self.factor

    @override
    async def sleep(self, seconds: float) -> None:
        """Sleep so many of its own seconds."""
        await super().sleep(seconds / self.factor)


# What pushes are signed with.
SECRET = "s3cret"


class JumpClock:
    """A clock whose sleepers do not wait: it jumps on to the time when they would wake."""

    def __init__(self) -> None:
        """Start at some time."""
        self._start = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
        self._passed = 0.0

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._passed

    def now(self) -> datetime:
        """Return the time of day."""
        return self._start + timedelta(seconds=self._passed)

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.pass_by(seconds)
        await asyncio.sleep(0)


class Lab:
    """What one test needs; everything that it makes ends with it."""

    def __init__(self, clock: JumpClock | None = None, *, limits: bool = False) -> None:
        """Begin with a cloud and no devices, all by one clock."""
        self.clock: Clock = clock or FastClock()
        self.stack = AsyncExitStack()
        self.cloud = Cloud(clock)
        self.stack.push_async_callback(self.cloud.close)
        self.server = CloudServer(self.cloud, limits=Limits(self.cloud.clock) if limits else None)
        self.stack.push_async_callback(self.server.stop)
        self.session = aiohttp.ClientSession()
        self.stack.push_async_callback(self.session.close)
        self.inbox = Inbox()
        self.watcher = Watcher()
        self.listener = Listener()
        self.notebook = Notebook()

    async def close(self) -> None:
        """End everything, in reverse order."""
        await self.stack.aclose()

    async def gateway(self, **changes: Any) -> EmnifyGateway:
        """Serve the cloud, and make a gateway to it that is not connected yet."""
        if not self.server.base_url:
            await self.server.serve()
        usual = EmnifySettings(
            token="token",
            base_url=self.server.base_url,
            calls=1800,
            webhook_secret=SECRET,
            clocks=CLOCKS,
        )
        gateway = EmnifyGateway(
            replace(usual, **changes),
            session=self.session,
            memory=self.notebook,
            clock=self.clock,
        )
        gateway.subscribe_messages(self.inbox)
        gateway.subscribe_state(self.watcher)
        gateway.subscribe_events(self.listener)
        self.stack.push_async_callback(gateway.close)
        return gateway

    async def connected(self, *, adopted: bool = True, **changes: Any) -> EmnifyGateway:
        """Connect a gateway, not for the first time if `adopted`."""
        if adopted:
            self.notebook.values["since"] = LONG_AGO
        gateway = await self.gateway(**changes)
        await gateway.connect()
        return gateway

    async def webhook(self, gateway: Gateway) -> None:
        """Have the cloud push to a gateway over HTTP."""

        async def take(request: web.Request) -> web.Response:
            """Hand a request over as the integration does."""
            headers = {name.lower(): value for name, value in request.headers.items()}
            answer = await gateway.receive_push(
                Push(method=request.method, headers=headers, body=await request.read())
            )
            return web.Response(status=answer.status, text=answer.text)

        app = web.Application()
        app.router.add_route("*", "/", take)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        self.cloud.webhooks.sms_url = self.cloud.webhooks.stream_url = url
        self.cloud.webhooks.secret = SECRET

    async def shown(self, gateway: Gateway, device: Device, **wanted: Any) -> EndpointState:
        """Wait until a pushed state shows a device as it is wanted."""

        def fits() -> bool:
            """Look at the newest state that was pushed."""
            states = self.watcher.states[-1:] or [gateway.state]
            state = (states[0].endpoints or {}).get(str(device.id))
            return state is not None and all(
                getattr(state, name) == value for name, value in wanted.items()
            )

        await self.watcher.until(fits)
        return state_of(gateway, device)

    eventually = staticmethod(eventually)


def state_of(gateway: Gateway, device: Device) -> EndpointState:
    """Return the state of one device."""
    assert gateway.state.endpoints is not None
    return gateway.state.endpoints[str(device.id)]


def to_device(device: Device, text: str, **options: Any) -> OutgoingSms:
    """Write to a device."""
    return OutgoingSms(number="", text=text, endpoint=str(device.id), **options)


type Doing = Callable[[EmnifyGateway], Awaitable[object]]

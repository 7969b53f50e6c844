"""A network, a router in it, and gateways on our side of the wire."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import aiohttp
from aiohttp import web

from custom_components.cellular_gateway.gateways.models import OutgoingSms, PortState
from custom_components.cellular_gateway.gateways.push import Push
from custom_components.cellular_gateway.gateways.teltonika.gateway import (
    PRIMARY,
    Api,
    Clocks,
    Forwarding,
    Login,
    TeltonikaGateway,
    TeltonikaSettings,
)
from simulator.network import Network
from simulator.teltonika import Forwarding as RouterForwarding, Router, RouterModem

from ..consumers import Inbox, Notebook, Watcher

OWN = "+4917139200011"
SECOND = "+4917139200012"
PEER = "+491701234567"

# Short enough for tests, long enough for a busy machine.
CLOCKS = Clocks(
    connect=2.0,
    request=2.0,
    send=1.0,
    list=0.05,
    status=0.2,
    retry=0.1,
    closing=0.5,
    settling=0.3,
    forwarding=30.0,
    starting=0.0,
    radio=0.01,
)
# What is asked for the list, by whether the firmware is a legacy one.
LISTS = {True: "/cgi-bin/sms_list", False: "/api/messages/status"}
FORWARDING = Forwarding(number_name="Sender", text_name="Text", base64=False)


class Lab:
    """What one test needs; everything that it makes ends with it."""

    def __init__(self) -> None:
        """Begin with a network and nobody in it."""
        self.stack = AsyncExitStack()
        self.network = Network(retry_interval=0.01)
        self.stack.push_async_callback(self.network.close)
        self.inbox = Inbox()
        self.watcher = Watcher()
        self.notebook = Notebook()
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        self.stack.push_async_callback(self.session.close)

    async def close(self) -> None:
        """End everything, in reverse order."""
        await self.stack.aclose()

    async def router(self, *modems: RouterModem, legacy: bool, bare: bool = False) -> Router:
        """Switch a router on, with one modem unless told otherwise."""
        chosen = modems or (RouterModem(self.network, numbers=(OWN,)),)
        router = Router(*chosen, legacy=legacy, bare=bare)
        self.stack.push_async_callback(router.close)
        await router.serve()
        return router

    def settings(self, router: Router, **changes: Any) -> TeltonikaSettings:
        """Make settings that fit a router, with the clocks of the tests."""
        url = f"http://127.0.0.1:{router.port}"
        if router.rest is not None:
            login = Login(router.rest.username, router.rest.password)
            usual = TeltonikaSettings(url=url, api=Api.REST, login=login, clocks=CLOCKS)
        else:
            ubus = router.ubus
            usual = TeltonikaSettings(
                url=url,
                api=Api.POST_GET,
                login=Login(router.post_get.username, router.post_get.password),
                router_login=Login(ubus.username, ubus.password) if ubus else None,
                clocks=CLOCKS,
            )
        return replace(usual, country="DE", **changes)

    def gateway(
        self, router: Router, *, subscribe: bool = True, **changes: Any
    ) -> TeltonikaGateway:
        """Make a gateway that is not connected yet."""
        gateway = TeltonikaGateway(
            self.settings(router, **changes), session=self.session, memory=self.notebook
        )
        gateway.subscribe_state(self.watcher)
        if subscribe:
            gateway.subscribe_messages(self.inbox)
        self.stack.push_async_callback(gateway.close)
        return gateway

    async def listen(self, gateway: TeltonikaGateway) -> str:
        """Hand what is sent to a URL to the gateway, as the webhook does; return the URL."""

        async def handle(request: web.Request) -> web.Response:
            push = Push(
                method=request.method,
                content_type=request.content_type,
                query=dict(request.query),
                body=await request.read(),
            )
            answer = await gateway.receive_push(push)
            return web.Response(status=answer.status, text=answer.text)

        app = web.Application()
        app.add_routes([web.route("*", "/hook", handle)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    async def forwarding(
        self, *, legacy: bool, **changes: Any
    ) -> tuple[Router, TeltonikaGateway, RouterForwarding]:
        """Connect a gateway to a router that forwards to it; it lists only when it is woken."""
        router = await self.router(legacy=legacy)
        changes.setdefault("forwarding", FORWARDING)
        gateway = await self.connected(router, clocks=replace(CLOCKS, list=60.0), **changes)
        await router.wait_answered(LISTS[legacy])
        forwarding = RouterForwarding(await self.listen(gateway))
        router.forwarding.append(forwarding)
        return router, gateway, forwarding

    def wake(self, gateway: TeltonikaGateway) -> None:
        """Have a gateway list messages now."""
        gateway.subscribe_messages(self.inbox)

    async def connected(
        self, router: Router, *, adopted: bool = True, **changes: Any
    ) -> TeltonikaGateway:
        """Connect a gateway to a router, not for the first time if `adopted`."""
        if adopted:
            self.notebook.values["adopted"] = "1"
        gateway = self.gateway(router, **changes)
        await gateway.connect()
        return gateway


def to_peer(text: str, **options: Any) -> OutgoingSms:
    """Write to somebody."""
    return OutgoingSms(number=PEER, text=text, **options)


def port_of(gateway: TeltonikaGateway) -> PortState:
    """Return the state of the primary modem."""
    return gateway.state.ports[PRIMARY]

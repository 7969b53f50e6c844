"""A simulated Ejoin gateway, and on our side of the wire a gateway object behind a web server."""

from contextlib import AsyncExitStack
from dataclasses import replace
import json
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway, EjoinSettings
from custom_components.cellular_gateway.gateways.ejoin.settings import Clocks
from custom_components.cellular_gateway.gateways.models import OutgoingSms, PortState
from custom_components.cellular_gateway.gateways.push import Push
from simulator.ejoin import Api, Box

from ...waiting import eventually
from ..consumers import Inbox, Listener, Notebook, Watcher

# As the gateway writes it, and as we do.
PEER_WIRE = "491701234567"
PEER = "+491701234567"
MAC = "00:30:f1:00:6d:b1"
NO_ADOPTION = {"source": "", "following": 1, "adopting": False}

# Short enough for tests, long enough for a busy machine; the inbox is read only when told to.
CLOCKS = Clocks(
    request=1.0, task=1, outcome=0.5, inbox=30.0, retry=0.1, push_grace=0.2, closing=0.5
)

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ejoin"


def fixture(file: str) -> dict[str, dict[str, Any]]:
    """Return the messages of a file by their names."""
    loaded = json.loads((FIXTURES / f"{file}.json").read_text(encoding="utf-8"))
    return {each["name"]: each for each in loaded}


class Hook:
    """Our web server, as Home Assistant's webhooks are: every request goes to one gateway."""

    def __init__(self) -> None:
        """Start without a gateway."""
        self.gateway: EjoinGateway | None = None
        self.answers: list[int] = []
        self._runner: web.AppRunner | None = None

    async def serve(self) -> str:
        """Listen and return the URL."""
        app = web.Application()
        app.router.add_route("*", "/hook", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"

    async def close(self) -> None:
        """End."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        """Hand a request over."""
        if self.gateway is None:
            return web.Response(status=502)
        answer = await self.gateway.receive_push(
            Push(
                method=request.method,
                content_type=request.content_type,
                query=dict(request.query),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=await request.read(),
                remote=request.remote,
            )
        )
        self.answers.append(answer.status)
        return web.Response(status=answer.status, text=answer.text)


class Lab:
    """What one test needs; everything that it makes ends with it."""

    def __init__(self, box: Box) -> None:
        """Begin with a gateway that nobody is connected to."""
        self.stack = AsyncExitStack()
        self.box = box
        self.api = Api(box)
        self.hook = Hook()
        self.inbox = Inbox()
        self.watcher = Watcher()
        self.listener = Listener()
        self.notebook = Notebook()
        self.url = ""
        self.hook_url = ""
        self.session: aiohttp.ClientSession

    @classmethod
    async def open(cls, box: Box | None = None) -> Lab:
        """Switch a gateway on, with a few ports unless told otherwise."""
        lab = cls(box or Box(ports=4, slots=2))
        lab.session = await lab.stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        )
        lab.url = await lab.api.serve()
        lab.stack.push_async_callback(lab.api.stop)
        lab.stack.push_async_callback(lab.box.close)
        lab.hook_url = await lab.hook.serve()
        lab.stack.push_async_callback(lab.hook.close)
        lab.box.switches.received_sms = True
        lab.notebook.values["inbox"] = json.dumps(NO_ADOPTION)
        return lab

    async def close(self) -> None:
        """End everything, in reverse order."""
        await self.stack.aclose()

    def settings(self, **changes: Any) -> EjoinSettings:
        """Make settings with the login and the clocks of the tests; `clocks` are changes too."""
        clocks = replace(CLOCKS, **changes.pop("clocks", {}))
        usual = EjoinSettings(
            url=self.url,
            username="root",
            password="root",
            push_url=self.hook_url,
            report_url=self.hook_url,
            country="DE",
            clocks=clocks,
        )
        return replace(usual, **changes)

    def gateway(self, **changes: Any) -> EjoinGateway:
        """Make a gateway that is not connected yet."""
        gateway = EjoinGateway(self.settings(**changes), session=self.session, memory=self.notebook)
        gateway.subscribe_state(self.watcher)
        gateway.subscribe_events(self.listener)
        gateway.subscribe_messages(self.inbox)
        self.hook.gateway = gateway
        self.stack.push_async_callback(gateway.close)
        return gateway

    async def connected(self, **changes: Any) -> EjoinGateway:
        """Make a gateway and connect it."""
        gateway = self.gateway(**changes)
        await gateway.connect()
        return gateway

    async def heard(self) -> EjoinGateway:
        """Make a gateway that is only pushed to, as a person has set it up over there."""
        self.box.push_url = self.hook_url
        return await self.connected(url=None, push_url=None)

    async def post(self, body: bytes | object, **query: str) -> int:
        """Post something to us, and return the HTTP status."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.hook_url, data=data, params=query) as response:
            return response.status

    eventually = staticmethod(eventually)


def port_of(gateway: EjoinGateway, key: str = "1") -> PortState:
    """Return the state of a port."""
    return gateway.state.ports[key]


def to_peer(text: str, **options: Any) -> OutgoingSms:
    """Write to somebody."""
    return OutgoingSms(number=PEER, text=text, **options)

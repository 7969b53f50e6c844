"""What is injected into a gateway from Home Assistant's side, and how its settings are read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import contextlib
import json
import socket
from typing import Any

from aiohttp.abc import ResolveResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import HomeAssistantTCPConnector
from homeassistant.setup import async_setup_component
import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    Reason,
)
from custom_components.cellular_gateway.gateways.push import Push
from custom_components.cellular_gateway.kinds import AT_MODEM, EJOIN, KINDS, TELTONIKA
from custom_components.cellular_gateway.kinds.at_modem import open_serial
from custom_components.cellular_gateway.kinds.ejoin import probe_box, probe_pushed
from custom_components.cellular_gateway.kinds.teltonika import find_router, probe_router
from simulator.ejoin import Api, Box

from .gateways.consumers import Inbox, Notebook

ROUTER = {
    "kind": TELTONIKA,
    "url": "http://192.0.2.1",
    "api": "post_get",
    "username": "user1",
    "password": "user_pass",
    "webhook_id": "hook",
}
FORWARDING = {"forward": True, "number_name": "Sender", "text_name": "Text", "base64": False}


@pytest.mark.usefixtures("usb")
async def test_a_serial_proxy_that_is_not_there_yet(hass: HomeAssistant) -> None:
    """Home Assistant's own error comes out of the serial library; the gateway knows its own."""
    assert await async_setup_component(hass, "usb", {})
    with pytest.raises(GatewayConnectionError) as raised:
        await open_serial(
            "esphome-hass://esphome/01M7Y88TDKVEC7JK0CJPRYX4PC?port_name=uart", 115200
        )
    assert raised.value.reason is Reason.PROXY_NOT_READY


@pytest.mark.parametrize(
    ("chosen", "query", "status"),
    [
        ({}, "Sender=%2B37", 404),
        ({**FORWARDING, "forward": False}, "Sender=%2B37&Text=Hello", 404),
        (FORWARDING, "Sender=%2B37&Text=Hello", 200),
        (FORWARDING, "number=%2B37&text=Hello", 400),
        (FORWARDING | {"extra": {"extra_1_name": "Code"}}, "Sender=%2B37&Text=Hello", 403),
        (
            FORWARDING | {"extra": {"extra_2_name": "Code", "extra_2_value": "RUT240 06E000"}},
            "Sender=%2B370000000000&Text=Hello%21&Name=RUT240&Code=RUT240%2006E000",
            200,
        ),
    ],
)
async def test_how_a_router_forwards(
    hass: HomeAssistant, chosen: dict[str, Any], query: str, status: int
) -> None:
    """What a person chose in the form is what a request has to look like."""
    memory = Notebook()
    data = {**ROUTER, "push": chosen}
    gateway = KINDS[TELTONIKA].build(hass, None, data, memory, memory)  # type: ignore[arg-type]
    gateway.subscribe_messages(Inbox())
    answer = await gateway.receive_push(Push(body=query.encode()))
    assert answer.status == status


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """An Ejoin gateway."""
    box = Box(ports=2, slots=2)
    yield box
    await box.close()


def _pushed(message: object) -> Push:
    """Make a push of a message."""
    return Push(body=json.dumps(message).encode())


async def test_who_pushes(box: Box) -> None:
    """The report of a gateway tells it; whatever lacks a MAC does not."""
    found = probe_pushed(_pushed([box.port_status(1), box.device_status()]))
    assert found is not None
    assert (found.mac, found.info.model, found.ports) == ("00:30:f1:00:6d:b1", "2 × 2 SIM", 2)
    nobody = box.device_status()
    del nobody["mac"]
    for message in (box.port_status(1), nobody, "noise", 7, {"type": "recv-sms"}):
        assert probe_pushed(_pushed(message)) is None
    assert probe_pushed(Push(body=b"\xff\x00")) is None


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(("configured", "left"), [(True, ""), (False, "http://192.0.2.1/somebody")])
async def test_a_gateway_that_is_removed(
    hass: HomeAssistant, box: Box, configured: bool, left: str
) -> None:
    """It pushes to us no more, if it was us who told it to."""
    api = Api(box)
    box.push_url = "http://192.0.2.1/somebody"
    data = {
        "kind": EJOIN,
        "url": await api.serve(),
        "username": "root",
        "password": "root",
        "webhook_id": "hook",
        "push": {"configure": configured},
    }
    cancel = KINDS[EJOIN].cancel_push
    assert cancel is not None
    await cancel(hass, data)
    assert box.push_url == left
    await api.stop()
    if configured:
        with pytest.raises(GatewayConnectionError):
            await cancel(hass, data)


class Counter:
    """A web server that would let any number of requests come over one connection."""

    def __init__(self) -> None:
        """Count the requests of each connection."""
        self.counts: list[int] = []
        self._server: asyncio.Server

    async def serve(self) -> str:
        """Listen and return the URL."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return f"http://gateway.local:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """End."""
        self._server.close()
        self._server.close_clients()
        await self._server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer whatever is asked, until the other side hangs up."""
        number = len(self.counts)
        self.counts.append(0)
        body = b'{"code": 0, "mac": "00-30-f1-00-6d-b1", "success": true, "data": {}}'
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or 0))
                self.counts[number] += 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        writer.close()


async def _connect(hass: HomeAssistant, data: dict[str, Any]) -> None:
    """Build a gateway and connect it."""
    memory = Notebook()
    kind = KINDS[data["kind"]]
    gateway = kind.build(hass, None, data, memory, memory)  # type: ignore[arg-type]
    await gateway.connect()
    await gateway.close()


async def _find(hass: HomeAssistant, data: dict[str, Any]) -> None:
    """Look which router is at an address."""
    await find_router(hass, data["url"], verify_tls=True)


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        (EJOIN, _connect),
        (EJOIN, probe_box),
        (EJOIN, KINDS[EJOIN].cancel_push),
        (TELTONIKA, _connect),
        (TELTONIKA, probe_router),
        (TELTONIKA, _find),
    ],
)
async def test_no_connection_is_used_again(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    ask: Callable[[HomeAssistant, Any], Awaitable[object]],
) -> None:
    """Over one that the web server is just closing nobody could say whether an order arrived.

    Names are looked up as Home Assistant does.
    """

    async def look_up(_: object, host: str) -> list[ResolveResult]:
        assert host == "gateway.local"
        found = {"host": "127.0.0.1", "port": 0, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [{"hostname": host, **found}]  # type: ignore[typeddict-item]

    monkeypatch.setattr(HomeAssistantTCPConnector, "async_resolve_host", look_up)
    counter = Counter()
    data = {**ROUTER, "kind": kind, "url": await counter.serve(), "push": {"configure": True}}
    for _ in range(3):
        with contextlib.suppress(GatewayError):
            await ask(hass, data)
    await counter.close()
    assert len(counter.counts) >= 3
    assert set(counter.counts) == {1}


def test_what_messages_can_be_deleted_from() -> None:
    """A gateway that only pushes cannot be told to, and in some nothing lies."""
    told = {name: kind.deletes({"url": "http://192.0.2.1"}) for name, kind in KINDS.items()}
    asked = {name: deletes for name, deletes in told.items() if deletes is not None}
    assert asked == {AT_MODEM: True, EJOIN: False, TELTONIKA: False}
    assert KINDS[EJOIN].deletes({}) is None

"""What is injected into a gateway from Home Assistant's side, and how its settings are read."""

from collections.abc import AsyncIterator
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.gateways.push import Push
from custom_components.cellular_gateway.kinds import AT_MODEM, EJOIN, KINDS, TELTONIKA
from custom_components.cellular_gateway.kinds.at_modem import open_serial
from custom_components.cellular_gateway.kinds.ejoin import probe_pushed
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


def test_what_messages_can_be_deleted_from() -> None:
    """A gateway that only pushes cannot be told to, and in some nothing lies."""
    told = {name: kind.deletes({"url": "http://192.0.2.1"}) for name, kind in KINDS.items()}
    asked = {name: deletes for name, deletes in told.items() if deletes is not None}
    assert asked == {AT_MODEM: True, EJOIN: False, TELTONIKA: False}
    assert KINDS[EJOIN].deletes({}) is None

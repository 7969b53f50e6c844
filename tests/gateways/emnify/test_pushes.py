"""What is pushed, who may push, and how it is answered."""

from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.endpoints import Connectivity
from custom_components.cellular_gateway.gateways.push import Push
from simulator.emnify import Device, wire
from simulator.emnify.tokens import encode

from .lab import CLOCKS, SECRET, Lab, state_of

GENUINE = {"authorization": SECRET}


def push(body: Any, **fields: Any) -> Push:
    """Make a push of some JSON, which is genuine unless told otherwise."""
    return Push(**{"headers": GENUINE, "body": json.dumps(body).encode(), **fields})


def message(lab: Lab, device: Device, text: str) -> dict[str, Any]:
    """Have a device send a text, and return it as the webhook has it."""
    sms = lab.cloud.text(device, text)[0]
    del device.messages[sms.id]
    return wire.pushed_message(sms, device, lab.cloud.organisation)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (SECRET, 200),
        (f"Bearer {SECRET}", 200),
        (encode({"esc.org": 1}, SECRET, "HS256"), 200),
        ("Bearer " + encode({"esc.org": 1}, SECRET, "HS384"), 200),
        (encode({"esc.org": 1}, "another", "HS256"), 403),
        ("eyJhbGciOiJub25lIn0.e30.", 403),
        ("a.b", 403),
        ("a.b.ü", 403),
        ("\udcff", 403),
        (encode({"esc.org": 1}, SECRET, "HS256").replace(".", ".\udcff", 1), 403),
        ("W10.e30.AAAA", 403),
        ("", 403),
    ],
)
async def test_a_push_must_be_genuine(lab: Lab, authorization: str, status: int) -> None:
    """It carries the secret or is signed with it."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    body = message(lab, device, "hello")
    answer = await gateway.receive_push(push(body, headers={"authorization": authorization}))
    assert answer.status == status
    assert len(lab.inbox.parts) == (status == 200)


@pytest.mark.parametrize(
    ("query", "status"), [(SECRET, 200), ("s3cre", 403), ("ü", 403), ("", 403)]
)
async def test_the_secret_in_the_url(lab: Lab, query: str, status: int) -> None:
    """The Data Streamer is told a URL, and no header."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    body = message(lab, device, "hello")
    answer = await gateway.receive_push(push(body, headers={}, query={"secret": query}))
    assert answer.status == status


@pytest.mark.parametrize("secret", [None, ""])
async def test_without_a_secret_nobody_may_push(lab: Lab, secret: str | None) -> None:
    """The address is open to the internet."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(webhook_secret=secret)
    body = message(lab, device, "hello")
    for headers in ({}, {"authorization": ""}, GENUINE):
        assert (await gateway.receive_push(push(body, headers=headers))).status == 403
    assert (await gateway.receive_push(push(body, query={"secret": ""}))).status == 403
    assert not lab.inbox.parts


async def test_the_webhook_signs(lab: Lab) -> None:
    """As the service does, over HTTP."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.webhook(gateway)
    lab.cloud.text(device, "signed")
    await lab.inbox.wait_new()
    assert not lab.cloud.webhooks.refused


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"5", 400),
        (b'{"id": 1}', 400),
        (b'{"id": 1, "payload": "x", "endpoint": []}', 400),
        (b'[{"id": "1", "payload": "x", "endpoint": {"id": 1}}]', 200),
        (b'{"id": 1, "payload": "", "dcs": 999, "endpoint": {"id": 1}, "submit_date": 5}', 200),
        (b'{"id": 5, "status": {"id": 99}, "endpoint": {"id": 1}}', 200),
        (b'{"traffic_type": {"id": 5}, "endpoint": {"id": 1}}', 200),
        (b'{"traffic_type": {"id": 5}, "endpoint": null}', 200),
    ],
)
async def test_what_is_malformed_is_refused(lab: Lab, body: bytes, status: int) -> None:
    """With 400; and never raises."""
    gateway = await lab.connected()
    answer = await gateway.receive_push(Push(headers=GENUINE, body=body))
    assert answer.status == status


async def test_a_push_of_an_endpoint_that_no_list_has(lab: Lab) -> None:
    """Is refused until the lists were read once more, then kept, and asks for them no more.

    It may be one that was chosen, and was deleted after it sent this.
    """
    boat, car = lab.cloud.add_device(tags="boats"), lab.cloud.add_device(tags="cars")
    slow = replace(CLOCKS, tick=1000.0)
    gateway = await lab.connected(tags=frozenset({"boats"}), clocks=slow)
    gone = lab.cloud.add_device(tags="boats")
    told = [message(lab, device, device.name) for device in (boat, car, gone)]
    later = message(lab, gone, "later")
    lab.cloud.remove(gone)
    for _ in range(2):
        assert (await gateway.receive_push(push(told))).status == 503
    assert lab.inbox.texts == [boat.name]
    await gateway.list_endpoints()
    assert (await gateway.receive_push(push(told))).status == 200
    assert (await gateway.receive_push(push(later))).status == 200
    assert lab.inbox.texts == [boat.name, gone.name, "later"]
    assert {part.endpoint for part in lab.inbox.new} == {str(boat.id), str(gone.id)}


async def test_an_endpoint_that_the_lists_get_late(lab: Lab) -> None:
    """Counts as what it is from then on."""
    gateway = await lab.connected(tags=frozenset({"boats"}), clocks=replace(CLOCKS, tick=1000.0))
    car = lab.cloud.add_device(tags="cars")
    told = [message(lab, car, text) for text in ("one", "two")]
    del lab.cloud.devices[car.id]
    assert (await gateway.receive_push(push(told[0]))).status == 503
    await gateway.list_endpoints()
    assert (await gateway.receive_push(push(told[0]))).status == 200
    lab.cloud.devices[car.id] = car
    await gateway.list_endpoints()
    assert (await gateway.receive_push(push(told[1]))).status == 200
    assert lab.inbox.texts == ["one"]


async def test_other_methods_and_floods_are_refused(lab: Lab) -> None:
    """And nobody to take a message asks for it again."""
    gateway = await lab.connected()
    assert (await gateway.receive_push(Push(method="GET"))).status == 405
    flood = Push(headers=GENUINE, body=b" " * (gateway.longest_push + 1))
    assert (await gateway.receive_push(flood)).status == 413


async def test_a_batch_of_the_data_streamer(lab: Lab) -> None:
    """Events move the state before the log is asked."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.attach(device)
    lab.cloud.go_online(device)
    events = lab.cloud.events[-3:]
    answer = await gateway.receive_push(push([*events, {"traffic_type": {"id": 5}}]))
    assert answer.status == 200
    assert state_of(gateway, device).connectivity is Connectivity.ONLINE
    assert len(lab.listener.events) == 3
    assert (await gateway.receive_push(push(events))).status == 200
    await gateway.poll()
    assert len(lab.listener.events) == 3


async def test_pushes_are_taken_while_the_service_is_out_of_reach(lab: Lab) -> None:
    """A message needs no call."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    body = message(lab, device, "hello")
    lab.server.down = True
    await lab.watcher.wait_loss()
    assert (await gateway.receive_push(push(body))).status == 200
    assert lab.inbox.texts == ["hello"]

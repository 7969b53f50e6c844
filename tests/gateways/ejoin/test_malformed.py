"""Ten thousand bodies that make no sense, of messages that did."""

import json
import random
import time
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.ejoin.codec.notifications import parse_request
from custom_components.cellular_gateway.gateways.push import Push

from .lab import MAC, PEER_WIRE, Lab, fixture

MANY = 10_000
# A machine of two shared cores takes less than a third of it.
SECONDS = 60.0

BODIES = [
    json.dumps(each["body"]).encode() if "body" in each else each["text"].encode()
    for each in fixture("notifications").values()
]
ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    10**40,
    1e308,
    float("nan"),
    "",
    "\0",
    "\ud800",
    "9" * 400,
    [],
    [[]],
    {},
    {"type": {}},
    "1.02",
    "💥",
)


def _mutate_octets(random_: random.Random, body: bytes) -> bytes:
    """Cut, double or change octets."""
    octets = bytearray(body)
    for _ in range(random_.randint(1, 8)):
        where = random_.randrange(len(octets) or 1)
        choice = random_.randrange(4)
        if choice == 0:
            del octets[where : where + random_.randint(1, 20)]
        elif choice == 1:
            octets[where:where] = random_.randbytes(random_.randint(1, 5))
        elif choice == 2:
            octets[where:where] = octets[: random_.randint(0, 50)]
        elif octets:
            octets[where % len(octets)] = random_.randrange(256)
    return bytes(octets)


def _mutate_values(random_: random.Random, value: Any) -> Any:
    """Put odd values in the place of good ones."""
    if random_.random() < 0.15:
        return random_.choice(ODD)
    if isinstance(value, dict):
        return {
            (key if random_.random() > 0.05 else str(random_.choice(ODD))): _mutate_values(
                random_, item
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_mutate_values(random_, item) for item in value] * random_.choice((0, 1, 1, 1, 3))
    return value


def _bodies(number: int) -> list[bytes]:
    """Make so many bodies, always the same."""
    random_ = random.Random(1)
    bodies = []
    for index in range(number):
        body = random_.choice(BODIES)
        if index % 2 and body.startswith(b"{"):
            bodies.append(json.dumps(_mutate_values(random_, json.loads(body))).encode())
        else:
            bodies.append(_mutate_octets(random_, body))
    return bodies


@pytest.mark.timeout(180)
async def test_all_are_survived(lab: Lab) -> None:
    """Each is answered, in time, and the next good one is received."""
    gateway = await lab.heard()
    await gateway.receive_push(Push(body=json.dumps(lab.box.device_status()).encode()))
    begun = time.monotonic()
    statuses = set()
    for body in _bodies(MANY):
        answer = await gateway.receive_push(Push(body=body, query={"port": "1A"}))
        statuses.add(answer.status)
    assert time.monotonic() - begun < SECONDS
    assert {200, 400} <= statuses <= {200, 400, 403}
    assert await lab.box.receive(1, PEER_WIRE, "still here") == 200
    assert lab.inbox.new[-1].text == "still here"
    for part in lab.inbox.offers:
        assert part.text.encode().decode() == part.text
        assert part.sender.encode().decode() == part.sender
    unknown = gateway.diagnostics()["unknown"]
    assert isinstance(unknown, dict)
    assert len(unknown) <= 100
    assert len(json.dumps(unknown)) < 10_000


async def test_a_request_without_end(lab: Lab) -> None:
    """It is refused by its length, before it is read."""
    gateway = await lab.heard()
    answer = await gateway.receive_push(Push(body=b"[" * (1024 * 1024 + 1)))
    assert answer.status == 413


async def test_what_is_not_read_is_not_acknowledged(lab: Lab) -> None:
    """A thousand messages and five thousand texts are more than any gateway sends at once."""
    await lab.heard()
    now = int(time.time())
    many = [[0, "1.01", now + index, PEER_WIRE, "", "b2s="] for index in range(5001)]
    alone = [{"type": "recv-sms", "sms": [[0, "2.01", *row[2:]]]} for row in many[:1001]]
    in_two = [{"type": "recv-sms", "sms": rows} for rows in (many[:3000], many[3000:])]
    for body in (alone, in_two, {"type": "recv-sms", "sms": [0] * 480_000}):
        assert await lab.post(body) == 413
    assert not lab.inbox.offers
    assert await lab.post({"type": "recv-sms", "sms": many[:5000]}) == 200
    assert await lab.post(alone[:1000]) == 200
    assert len(lab.inbox.new) == 6000


def test_hosts_of_messages_are_bounded() -> None:
    """Nobody can have us make a million objects with one request."""
    body = json.dumps([{"type": "x"}] * 100_000).encode()
    assert sum(parse_request({}, {}, body).unknown.values()) <= 1000


async def test_reasons_repeat_nothing(lab: Lab) -> None:
    """What is refused is not echoed."""
    gateway = await lab.heard()
    for body in (b"secret", json.dumps({"type": "recv-sms", "sms": "secret"}).encode()):
        answer = await gateway.receive_push(Push(body=body))
        assert answer.status == 400
        assert "secret" not in answer.text
    assert MAC not in repr(Push(body=MAC.encode()))


async def test_no_push_makes_ports_without_end(lab: Lab) -> None:
    """No more than any gateway has, and once it has told how many, no others."""
    gateway = await lab.heard()
    body = [{"type": "port-status", "port": f"{n}.01", "st": 3} for n in range(1, 1000)]
    assert await lab.post(body) == 200
    assert len(gateway.state.ports) == 512
    rows = [{"port": f"{n}.01", "st": 3} for n in range(1, 3000)]
    assert await lab.post({"type": "dev-status", "max_ports": 5000, "status": rows}) == 200
    assert len(gateway.state.ports) == 512
    rows = rows[:8]
    assert await lab.post({"type": "dev-status", "max_ports": 8, "status": rows}) == 200
    assert await lab.post(body) == 200
    assert list(gateway.state.ports) == [str(n) for n in range(1, 9)]

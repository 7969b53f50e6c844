"""Texts that go out: each once, and what came of them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
import json
import time
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import SendStatus
from custom_components.cellular_gateway.sms.segments import EncodingPolicy
from simulator.ejoin import Firmware
from simulator.ejoin.box import Task
from simulator.ejoin.sending import send, sent_sms, status_report
from simulator.ejoin.sim import Status

from .lab import PEER, Lab, to_peer


@pytest.mark.parametrize("firmware", [Firmware.USUAL, Firmware.ACOM])
async def test_sent(lab: Lab, firmware: Firmware) -> None:
    """With the port that the gateway chose, for every part."""
    lab.box.firmware = firmware
    lab.box.ports[1].status = Status.NO_BALANCE
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_peer("many words " * 30))
    assert receipt.status is SendStatus.SENT
    assert (receipt.port, receipt.encoding, len(receipt.parts)) == ("2", "gsm7", 3)
    assert "".join(lab.box.air) == "many words " * 30


async def test_what_became_of_it_is_told_to_us_alone(lab: Lab) -> None:
    """Also where a person has typed in there where all else is pushed to."""
    lab.box.push_url = "http://127.0.0.1:1/theirs"
    gateway = await lab.connected(push_url=None)
    receipt = await gateway.send_sms(to_peer("x"))
    assert receipt.status is SendStatus.SENT
    assert lab.hook.answers == [200]
    assert lab.box.push_url == "http://127.0.0.1:1/theirs"


@pytest.mark.parametrize("port", ["1", "3"])
async def test_the_port_is_chosen(lab: Lab, port: str) -> None:
    """One port, once."""
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_peer("x", port=port))
    assert receipt.port == port
    assert lab.box.ports[int(port)].texts_sent == 1
    assert lab.box.air == ["x"]


async def test_failed_with_the_words_of_both(lab: Lab) -> None:
    """The gateway's code, and what the network said."""
    gateway = await lab.connected()
    lab.box.faults.fail = ("7 Server Error", "38 network out of order")
    receipt = await gateway.send_sms(to_peer("x"))
    (part,) = receipt.parts
    assert (part.status, part.reason, part.code) == (SendStatus.FAILED, "refused", "7")
    assert part.meaning == "server error (38 network out of order)"


async def test_a_module_that_fell_silent_may_have_sent(lab: Lab) -> None:
    """A time-out without a cause is no failure."""
    gateway = await lab.connected()
    lab.box.faults.fail = ("6 Timeout", "")
    receipt = await gateway.send_sms(to_peer("x"))
    assert receipt.status is SendStatus.UNKNOWN
    lab.box.faults.fail = ("6 Timeout", "38 network out of order")
    assert (await gateway.send_sms(to_peer("x"))).status is SendStatus.FAILED


@pytest.mark.parametrize(
    ("code", "reason", "meaning"),
    [
        (2, "unknown_port", "invalid port"),
        (5, "refused", "SIM not registered"),
        (13, "refused", "duplicated task number"),
        (16, "busy", "too many tasks"),
    ],
)
async def test_turned_down(lab: Lab, code: int, reason: str, meaning: str) -> None:
    """The task status in words."""
    gateway = await lab.connected()
    lab.box.faults.refuse = code
    (part,) = (await gateway.send_sms(to_peer("x"))).parts
    assert part.status is SendStatus.FAILED
    assert (part.code, part.reason, part.meaning) == (str(code), reason, meaning)
    assert not lab.box.air


async def test_no_answer_but_a_report(lab: Lab) -> None:
    """Then it was sent after all."""
    gateway = await lab.connected()
    lab.box.faults.http = 500
    sending = asyncio.create_task(gateway.send_sms(to_peer("x")))
    await lab.eventually(lambda: not lab.box.faults.http)
    task = json.loads(lab.notebook.values["tasks"])["last"]
    await send(
        lab.box,
        Task(task, PEER, "x", success_report=True, report_url=lab.hook_url),
        fail=None,
        swallow=False,
    )
    assert (await sending).status is SendStatus.SENT


@pytest.mark.parametrize("status", [500, 200])
async def test_an_answer_that_says_nothing(lab: Lab, status: int) -> None:
    """It may have been taken; it is not ordered again."""
    gateway = await lab.connected()
    lab.box.faults.http = status
    receipt = await gateway.send_sms(to_peer("x"))
    assert receipt.status is SendStatus.UNKNOWN
    assert lab.api.requests.count("/goip_post_sms.html") == 1


async def test_a_gateway_that_is_away_has_taken_nothing(lab: Lab) -> None:
    """The send raises before anything has left."""
    gateway = await lab.connected()
    await lab.api.stop()
    with pytest.raises(GatewayConnectionError):
        await gateway.send_sms(to_peer("x"))


async def test_old_firmware(lab: Lab) -> None:
    """Is ordered without a task; one port is chosen, and `sent-sms` tells what came of it."""
    lab.box.faults.no_tasks = True
    lab.box.switches.sent_sms = True
    lab.box.ports[1].status = Status.NO_SIM
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_peer("x"))
    assert (receipt.status, receipt.port) == (SendStatus.SENT, "2")
    assert lab.box.air == ["x"]
    assert not lab.listener.sent
    lab.box.faults.fail = ("7 Server Error", "")
    assert (await gateway.send_sms(to_peer("y"))).status is SendStatus.FAILED


async def test_old_firmware_without_reports(lab: Lab) -> None:
    """Nobody says what came of it."""
    lab.box.faults.no_tasks = True
    gateway = await lab.connected()
    assert (await gateway.send_sms(to_peer("x"))).status is SendStatus.UNKNOWN
    assert lab.box.air == ["x"]


async def test_old_firmware_that_breaks_off(lab: Lab) -> None:
    """It may have taken the text, which is not ordered again."""
    lab.box.faults.no_tasks = True
    lab.box.faults.drop = "/goip_send_sms.html"
    gateway = await lab.connected()
    assert (await gateway.send_sms(to_peer("x"))).status is SendStatus.UNKNOWN
    assert lab.box.air == ["x"]


@pytest.mark.parametrize("port", [None, "2"])
async def test_firmware_that_counts_for_itself(lab: Lab, port: str | None) -> None:
    """By port, number and text its word is on ours, and tells of nobody else's text."""
    gateway = await lab.connected(clocks={"task": 30})
    lab.box.faults.swallow = True
    sending = asyncio.create_task(gateway.send_sms(to_peer("x", port=port)))
    await lab.eventually(lambda: bool(lab.box.untold))
    (task,) = lab.box.untold
    told = sent_sms(lab.box, replace(task, number=1), lab.box.ports[2], None)
    assert await lab.box.push(told | {"data": "y"}) == 200
    assert await lab.box.push(told) == 200
    receipt = await sending
    assert (receipt.status, receipt.port) == (SendStatus.SENT, "2")
    assert [sms.text for sms in lab.listener.sent] == ["y"]


async def test_task_numbers_are_never_used_twice(lab: Lab) -> None:
    """Not after a restart, and not where the memory was lost."""
    numbers = []
    ahead = int(time.time()) + 100
    for memory in ("kept", "kept", "lost"):
        if memory == "lost":
            lab.notebook.values["tasks"] = "{"
        gateway = await lab.connected()
        await gateway.send_sms(to_peer("x"))
        await gateway.send_sms(to_peer("x"))
        numbers.append(json.loads(lab.notebook.values["tasks"])["last"])
        await gateway.close()
        if memory == "lost":
            break
        lab.notebook.values["tasks"] = json.dumps({"last": ahead})
    assert numbers[1] > ahead
    assert abs(numbers[2] - time.time()) < 60


async def test_what_somebody_else_sent(lab: Lab) -> None:
    """Is told of the port; ours is not, also after a restart."""
    lab.box.switches.sent_sms = True
    gateway = await lab.connected()
    await gateway.send_sms(to_peer("ours"))
    await send(lab.box, Task(2, PEER, "theirs"), fail=None, swallow=False)
    await send(lab.box, Task(3, PEER, "theirs too"), fail=("5 SIM", ""), swallow=False)
    assert [(sms.text, sms.status) for sms in lab.listener.sent] == [
        ("theirs", SendStatus.SENT),
        ("theirs too", SendStatus.FAILED),
    ]
    assert lab.listener.sent[1].meaning == "SIM not registered"
    ours = json.loads(lab.notebook.values["tasks"])["last"]
    await gateway.close()
    await lab.connected()
    await send(lab.box, Task(ours, PEER, "ours"), fail=None, swallow=False)
    assert len(lab.listener.sent) == 2


@pytest.mark.parametrize(
    ("text", "policy", "encoding", "coding", "sent"),
    [
        ("plain", EncodingPolicy.AUTO, "gsm7", 2, "plain"),
        ("Привет", EncodingPolicy.AUTO, "ucs2", 1, "Привет"),
        ("plain", EncodingPolicy.UCS2, "ucs2", 1, "plain"),
        ("naïve “x”", EncodingPolicy.TRANSLITERATE, "gsm7", 2, 'naive "x"'),
    ],
)
async def test_encoding(
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    policy: EncodingPolicy,
    encoding: str,
    coding: int,
    sent: str,
) -> None:
    """As the receipt says."""
    orders: list[dict[str, Any]] = []
    objection = lab.api._objection

    def note(task: dict[str, Any]) -> int:
        orders.append(task)
        return objection(task)

    monkeypatch.setattr(lab.api, "_objection", note)
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_peer(text, encoding=policy))
    assert receipt.encoding == encoding
    assert (orders[0]["coding"], orders[0]["sms"]) == (coding, sent)


@pytest.mark.parametrize("options", [{"flash": True}, {"validity": timedelta(hours=1)}])
async def test_what_the_gateway_cannot_do(lab: Lab, options: dict[str, Any]) -> None:
    """Is refused, and not left out in silence."""
    gateway = await lab.connected()
    with pytest.raises(UnsupportedError):
        await gateway.send_sms(to_peer("x", **options))
    assert not lab.box.air


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "after it"])
async def test_firmware_that_counts_for_itself_tells_twice(lab: Lab, at_once: bool) -> None:
    """By our number, and by its own; that says nothing of an equal text which waits as well."""
    gateway = await lab.connected(clocks={"task": 30})
    port, failure = lab.box.ports[2], ("5 SIM Unregistered", "")
    sends = []

    async def begin() -> None:
        lab.box.faults.swallow = True
        sends.append(asyncio.create_task(gateway.send_sms(to_peer("alarm"))))
        await lab.eventually(lambda: len(lab.box.untold) == len(sends))

    await begin()
    if at_once:
        await begin()
    first = lab.box.untold[0]
    await lab.box.push(status_report(lab.box, first, port, failure), first.report_url)
    assert (await sends[0]).status is SendStatus.FAILED
    if not at_once:
        await begin()
    second = lab.box.untold[1]
    await lab.box.push(sent_sms(lab.box, replace(first, number=1), port, failure))
    await lab.box.push(status_report(lab.box, second, port, None), second.report_url)
    assert (await sends[1]).status is SendStatus.SENT
    assert not lab.listener.sent


async def test_a_wrong_login_is_no_outcome(lab: Lab) -> None:
    """Nothing was taken, and a person has to help."""
    gateway = await lab.connected()
    lab.box.login = ("root", "changed")
    with pytest.raises(GatewayAuthenticationError):
        await gateway.send_sms(to_peer("x"))


async def test_closing_leaves_no_send_open(lab: Lab) -> None:
    """What is on its way is unknown in the end, soon."""
    gateway = await lab.connected(clocks={"task": 60})
    lab.box.faults.swallow = True
    sending = asyncio.create_task(gateway.send_sms(to_peer("x")))
    await lab.eventually(lambda: bool(lab.box.air))
    await gateway.close()
    assert (await sending).status is SendStatus.UNKNOWN

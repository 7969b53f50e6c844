"""Catching up by the inbox: nothing lost, nothing that push brought told again."""

import json
import time
from typing import Any, override

import pytest

from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import Kept
from custom_components.cellular_gateway.gateways.port_reports import GatewayProblem
from simulator.ejoin import Firmware

from ..consumers import Inbox
from .lab import PEER_WIRE, Lab


class SlowInbox(Inbox):
    """An inbox that fails after so many parts."""

    def __init__(self, room: int) -> None:
        """Keep so many."""
        super().__init__()
        self.room = room

    @override
    async def keep(self, parts: Any) -> Any:
        """Keep, or fail."""
        if len(self.parts) + len(parts) > self.room:
            raise NotKeptError("disk full")
        return await super().keep(parts)


async def restarted(lab: Lab, gateway: EjoinGateway, **changes: Any) -> EjoinGateway:
    """Start our side anew: only the journal and its memory stay."""
    await gateway.close()
    return await lab.connected(**changes)


async def test_what_came_while_we_were_away(lab: Lab) -> None:
    """Is found, in order, and what push had brought before is not told again."""
    gateway = await lab.connected()
    for number in range(3):
        await lab.box.receive(1, PEER_WIRE, f"pushed {number}")
    await gateway.close()
    lab.hook.gateway = None
    lab.box.push_url = ""
    for number in range(250):
        await lab.box.receive(number % 4 + 1, PEER_WIRE, f"missed {number}")
    await restarted(lab, gateway)
    assert lab.inbox.texts == [
        *(f"pushed {number}" for number in range(3)),
        *(f"missed {number}" for number in range(250)),
    ]


async def test_the_inbox_is_read_on(lab: Lab) -> None:
    """From where it was, also after a restart of ours."""
    lab.box.switches.received_sms = False
    gateway = await lab.connected()
    await lab.box.receive(1, PEER_WIRE, "one")
    await gateway.connect()
    await lab.box.receive(1, PEER_WIRE, "two")
    offers = len(lab.inbox.offers)
    await restarted(lab, gateway)
    assert lab.inbox.texts == ["one", "two"]
    assert len(lab.inbox.offers) == offers + 1


@pytest.mark.parametrize("firmware", list(Firmware))
@pytest.mark.parametrize("first", ["push", "inbox"])
async def test_push_and_inbox_show_the_same(lab: Lab, firmware: Firmware, first: str) -> None:
    """Equal texts of one second are matched one to one, whichever comes first."""
    lab.box.firmware = firmware
    gateway = await lab.connected()
    now = int(time.time())
    if first == "inbox":
        lab.box.push_url = ""
    for text in ("ok", "ok", "other", "ok"):
        await lab.box.receive(1, PEER_WIRE, text, at=now)
    await gateway.connect()
    assert sorted(lab.inbox.texts) == ["ok", "ok", "ok", "other"]
    if first == "inbox":
        for row in list(lab.box.inbox.values()):
            await lab.box.push(lab.box._received_message(1, row))
    assert sorted(lab.inbox.texts) == ["ok", "ok", "ok", "other"]


async def test_equal_texts_around_a_restart(lab: Lab) -> None:
    """The third of them was missed, and no other."""
    gateway = await lab.connected()
    now = int(time.time())
    for _ in range(2):
        await lab.box.receive(1, PEER_WIRE, "ok", at=now)
    await gateway.connect()
    await gateway.close()
    lab.box.push_url = ""
    await lab.box.receive(1, PEER_WIRE, "ok", at=now)
    await restarted(lab, gateway)
    assert lab.inbox.texts == ["ok", "ok", "ok"]


@pytest.mark.parametrize("keep_inbox", [True, False])
async def test_a_gateway_that_starts_anew(lab: Lab, keep_inbox: bool) -> None:
    """Counts from 1 again under another name; only what is new is told."""
    gateway = await lab.connected()
    for number in range(3):
        await lab.box.receive(1, PEER_WIRE, f"before {number}")
    await gateway.connect()
    lab.box.restart(keep_inbox=keep_inbox)
    lab.box.push_url = ""
    await lab.box.receive(1, PEER_WIRE, "after")
    gateway = await restarted(lab, gateway)
    assert lab.inbox.texts == ["before 0", "before 1", "before 2", "after"]
    await lab.box.receive(1, PEER_WIRE, "later")
    await gateway.connect()
    assert lab.inbox.texts[4:] == ["later"]
    assert gateway.state.problems == frozenset()


async def test_what_lies_there_at_first_is_adopted(lab: Lab) -> None:
    """And nothing that comes later."""
    del lab.notebook.values["inbox"]
    for number in range(120):
        await lab.box.receive(1, PEER_WIRE, f"old {number}")
    gateway = await lab.connected()
    assert not lab.inbox.new
    assert len(lab.inbox.parts) == 120
    await lab.box.receive(1, PEER_WIRE, "new")
    await gateway.connect()
    assert lab.inbox.texts == ["new"]


async def test_adoption_that_was_cut_off_goes_on(lab: Lab) -> None:
    """Old texts do not become news by a full disk."""
    del lab.notebook.values["inbox"]
    for number in range(250):
        await lab.box.receive(1, PEER_WIRE, f"old {number}")
    lab.inbox = SlowInbox(150)
    gateway = await lab.connected()
    assert len(lab.inbox.parts) == 100
    lab.inbox.room = 1000
    await restarted(lab, gateway)
    assert len(lab.inbox.parts) == 250
    assert not lab.inbox.new


async def test_what_is_old_is_no_news_of_a_restart(lab: Lab) -> None:
    """Even where our journal has forgotten it meanwhile."""
    now = int(time.time())
    gateway = await lab.connected()
    await lab.box.receive(1, PEER_WIRE, "long ago", at=now - 100 * 86400)
    await lab.box.receive(1, PEER_WIRE, "now", at=now)
    await gateway.connect()
    lab.inbox.parts.clear()
    lab.box.restart(keep_inbox=True)
    await restarted(lab, gateway)
    assert lab.inbox.texts == ["now"]


async def test_a_push_that_could_not_be_kept_is_found_in_the_inbox(lab: Lab) -> None:
    """As soon as there is room again, without being pushed again."""
    gateway = await lab.connected(clocks={"inbox": 0.05})
    lab.inbox.failure = NotKeptError("disk full")
    assert await lab.box.receive(1, PEER_WIRE, "one") == 503
    await lab.inbox.until(lambda: lab.inbox.failures >= 3)
    lab.inbox.failure = None
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["one"]
    asked = len(lab.api.requests)
    await lab.eventually(lambda: len(lab.api.requests) > asked + 8)
    assert gateway.state.problems == frozenset()


async def test_received_sms_report_is_off(lab: Lab) -> None:
    """It is noticed by what the inbox has, and forgotten when something is pushed."""
    lab.box.switches.received_sms = False
    gateway = await lab.connected(clocks={"inbox": 0.05})
    await lab.box.receive(1, PEER_WIRE, "not pushed")
    problem = {GatewayProblem.RECEIVED_SMS_NOT_PUSHED}
    await lab.watcher.until(lambda: gateway.state.problems == problem)
    assert lab.inbox.texts == ["not pushed"]
    lab.box.switches.received_sms = True
    await lab.box.receive(1, PEER_WIRE, "pushed")
    assert gateway.state.problems == frozenset()
    assert lab.watcher.states[-1].problems == frozenset()


async def test_a_late_push_is_no_problem(lab: Lab) -> None:
    """Within its grace."""
    lab.box.switches.received_sms = False
    gateway = await lab.connected(clocks={"inbox": 0.05, "push_grace": 0.5})
    await lab.box.receive(1, PEER_WIRE, "slow")
    await lab.inbox.wait_new()
    (row,) = lab.box.inbox.values()
    assert await lab.box.push(lab.box._received_message(1, row)) == 200
    asked = len(lab.api.requests)
    await lab.eventually(lambda: len(lab.api.requests) > asked + 15)
    assert gateway.state.problems == frozenset()
    assert lab.inbox.texts == ["slow"]


async def test_texts_posted_without_a_time(lab: Lab) -> None:
    """What "SMS to HTTP" posts is in the inbox too, one to one."""
    gateway = await lab.connected()
    lab.box.push_url = ""
    body = b"Sender: 491701234567\nSMSC: 1\nSCTS: 25060112000008\n\nok"
    later = b"Sender: 491701234567\nSMSC: 1\nSCTS: 25060112000108\n\nok"
    assert await lab.post(body, port="1A") == 200
    await lab.box.receive(1, PEER_WIRE, "ok")
    await lab.box.receive(1, PEER_WIRE, "ok")
    await gateway.connect()
    assert lab.inbox.texts == ["ok", "ok"]
    assert await lab.post(later, port="1A") == 200
    assert lab.inbox.texts == ["ok", "ok"]


async def test_an_mms_is_told_by_its_subject(lab: Lab) -> None:
    """Its pictures are not for us."""
    gateway = await lab.heard()
    lab.hook.gateway = gateway
    headers = {"Emms-Subject": "Holiday", "Emms-From": PEER_WIRE}
    async with lab.session.post(
        f"{lab.hook_url}?port=2A", data=b"\x89PNG", headers=headers
    ) as response:
        assert response.status == 200
    assert lab.inbox.texts == ["Holiday"]


async def test_a_row_that_cannot_be_read_is_kept_and_passed(lab: Lab) -> None:
    """It stops nothing."""
    lab.box.switches.received_sms = False
    gateway = await lab.connected()
    await lab.box.receive(1, PEER_WIRE, "one")
    await lab.box.receive(1, PEER_WIRE, "broken")
    await lab.box.receive(1, PEER_WIRE, "two")
    lab.box.inbox[2] = [0, None]
    await gateway.connect()
    assert [part.text for part in lab.inbox.parts.values()] == ["one", "", "two"]
    assert bytes.fromhex(lab.inbox.new[1].raw) == b"[0, null]"


async def test_an_inbox_that_is_none(lab: Lab) -> None:
    """Firmware without one works by push alone."""
    lab.box.faults.no_inbox = True
    gateway = await lab.connected(clocks={"inbox": 0.05})
    await lab.box.receive(1, PEER_WIRE, "one")
    await lab.eventually(lambda: len(lab.api.requests) > 5)
    assert lab.inbox.texts == ["one"]
    assert (await gateway.poll()).ports


async def test_a_mistake_of_ours_is_a_lost_link(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """And everything begins anew; its words, which may hold the login, are not logged."""
    gateway = await lab.connected(clocks={"inbox": 0.02})
    lab.box.switches.received_sms = False
    lab.inbox.failure = ValueError("secret words")
    await lab.box.receive(1, PEER_WIRE, "one")
    await lab.watcher.wait_loss()
    assert "ValueError" in caplog.text
    assert "secret words" not in caplog.text
    lab.inbox.failure = None
    await gateway.connect()
    assert (await lab.inbox.wait_new())[0].text == "one"


async def test_a_page_that_is_read_again_is_the_same(lab: Lab) -> None:
    """The texts were kept, and the place in the inbox could not be."""
    lab.box.switches.received_sms = False
    gateway = await lab.connected()
    now = int(time.time())
    for text in ("ok", "ok", "other"):
        await lab.box.receive(1, PEER_WIRE, text, at=now)
    write = lab.notebook.set

    async def fail(key: str, value: str) -> None:
        raise NotKeptError("disk full")

    lab.notebook.set = fail  # type: ignore[method-assign]
    for _ in range(3):
        await gateway.connect()
    assert len(lab.inbox.offers) == 9
    lab.notebook.set = write  # type: ignore[method-assign]
    await gateway.connect()
    await gateway.connect()
    assert lab.inbox.texts == ["ok", "ok", "other"]


async def test_a_burst_over_a_restart(lab: Lab) -> None:
    """Of 500 texts, some of them equal, we miss the middle: none is lost, none comes twice."""
    gateway = await lab.connected()
    texts = [f"text {number // 2}" for number in range(500)]
    now = int(time.time())
    for number, text in enumerate(texts):
        if number == 150:
            await gateway.close()
            lab.hook.gateway = None
        if number == 350:
            gateway = await lab.connected()
        await lab.box.receive(number % 3 + 1, PEER_WIRE, text, at=now + number // 50)
    await gateway.connect()
    assert sorted(lab.inbox.texts) == sorted(texts)
    assert lab.box.pushed[200].status == 502


async def test_the_memory_is_small(lab: Lab) -> None:
    """However much was read."""
    gateway = await lab.connected()
    for number in range(300):
        await lab.box.receive(1, PEER_WIRE, f"text {number}")
    await gateway.connect()
    assert len(lab.notebook.values["inbox"]) < 5000
    assert "text" not in lab.notebook.values["inbox"]
    assert json.loads(lab.notebook.values["inbox"])["following"] == 301


async def test_known_parts_are_not_offered_again(lab: Lab) -> None:
    """The journal is written once for each."""
    gateway = await lab.connected()
    await lab.box.receive(1, PEER_WIRE, "one")
    await gateway.connect()
    assert len(lab.inbox.offers) == 1
    assert await lab.inbox.keep(lab.inbox.offers[:1]) == [Kept.KNOWN]

"""What is told of texts after they went out: late outcomes, and delivery reports."""

import asyncio
import json
import time

import pytest

from custom_components.cellular_gateway.gateways.ejoin.ledger import Ledger
from custom_components.cellular_gateway.gateways.models import DeliveryReport, SendStatus
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome
from simulator.ejoin.box import Task
from simulator.ejoin.sending import report, sent_sms

from ..consumers import Notebook
from .lab import PEER, PEER_WIRE, Lab, to_peer

# So short that the gateway's word comes after it.
IMPATIENT = {"outcome": -0.9}


def reports_of(lab: Lab) -> list[DeliveryReport]:
    """Return the delivery reports that came."""
    return [part.report for part in lab.inbox.new if part.report]


@pytest.mark.parametrize("restart", [False, True])
async def test_what_is_told_late(lab: Lab, restart: bool) -> None:
    """Of a text whose outcome was unknown is told once, also after a restart."""
    gateway = await lab.connected(clocks={"outcome": -0.9})
    lab.box.faults.swallow = True
    assert (await gateway.send_sms(to_peer("x", port="2"))).status is SendStatus.UNKNOWN
    if restart:
        await gateway.close()
        await lab.connected()
    (late,) = lab.box.untold
    await report(lab.box, late, fail=("6 Timeout", ""))
    assert lab.listener.sent == []
    for fail in (("7 Server Error", "38 network out of order"), None):
        await report(lab.box, late, fail=fail)
    (told,) = lab.listener.sent
    assert (told.is_ours, told.port, told.number) == (True, "2", PEER)
    assert (told.status, told.code) == (SendStatus.FAILED, "7")
    assert told.meaning == "server error (38 network out of order)"


async def test_told_late_without_a_port(lab: Lab) -> None:
    """It waited for a port until its time was over."""
    gateway = await lab.connected(clocks=IMPATIENT)
    lab.box.faults.swallow = True
    assert (await gateway.send_sms(to_peer("x"))).status is SendStatus.UNKNOWN
    (late,) = lab.box.untold
    failure = [0, PEER, "", int(time.time()), "5 SIM Unregistered", ""]
    message = {"type": "status-report", "rpts": [{"tid": late.number, "fdr": [failure]}]}
    assert await lab.post(message) == 200
    (told,) = lab.listener.sent
    assert (told.is_ours, told.port, told.status) == (True, None, SendStatus.FAILED)


async def test_told_late_by_old_firmware(lab: Lab) -> None:
    """Without a number: number, port and time say that it is ours, once."""
    lab.box.faults.no_tasks = True
    gateway = await lab.connected(clocks=IMPATIENT)
    assert (await gateway.send_sms(to_peer("x", port="1"))).status is SendStatus.UNKNOWN
    await gateway.close()
    await lab.connected()
    lab.box.switches.sent_sms = True
    for port in ("2", "1", "1"):
        await report(lab.box, Task(0, PEER_WIRE, "x", place=port), fail=None)
    assert [(sms.port, sms.is_ours) for sms in lab.listener.sent] == [
        ("2", False),
        ("1", True),
        ("1", False),
    ]


async def test_told_late_of_one_of_two(lab: Lab) -> None:
    """An equal text that is on its way meanwhile has an outcome of its own."""
    gateway = await lab.connected(clocks={"outcome": 1.0})
    lab.box.faults.swallow = True
    assert (await gateway.send_sms(to_peer("alarm", port="1"))).status is SendStatus.UNKNOWN
    lab.box.faults.swallow = True
    second = asyncio.create_task(gateway.send_sms(to_peer("alarm", port="1")))
    await lab.eventually(lambda: len(lab.box.untold) == 2)
    failure = ("7 Server Error", "")
    message = sent_sms(lab.box, lab.box.untold[0], lab.box.ports[1], failure)
    assert await lab.box.push(message) == 200
    assert [sms.is_ours for sms in lab.listener.sent] == [True]
    assert (await second).status is SendStatus.UNKNOWN


async def test_delivery_reports_find_their_text(lab: Lab) -> None:
    """By port, number and time, each part once; push and inbox bring the same report."""
    gateway = await lab.connected()
    first = await gateway.send_sms(to_peer("long " * 60, delivery_report=True))
    await lab.inbox.wait_new(2)
    second = await gateway.send_sms(to_peer("short", delivery_report=True, port="2"))
    parts = await lab.inbox.wait_new(3)
    await gateway.connect()
    assert len(lab.inbox.new) == 3
    reports = [part.report for part in parts if part.report]
    assert {report.outcome for report in reports} == {DeliveryOutcome.DELIVERED}
    assert [report.message_id for report in reports] == [
        part.message_id for part in (*first.parts, *second.parts)
    ]


async def test_a_report_after_a_restart(lab: Lab) -> None:
    """Still finds its text; one about nothing of ours has no name."""
    lab.box.switches.received_sms = False
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_peer("x", delivery_report=True))
    await lab.eventually(lambda: bool(lab.box.inbox))
    await gateway.close()
    await lab.box.report_delivery(1, "491709999999", 0)
    await lab.box.report_delivery(1, "491701234567", 0)
    await lab.connected()
    reports = [part.report for part in lab.inbox.new if part.report]
    assert [report.message_id for report in reports] == [receipt.parts[0].message_id, "", ""]


async def test_while_the_network_tries_another_report_follows(lab: Lab) -> None:
    """0x30 is TP-ST "still trying", of the service centre's own."""
    gateway = await lab.connected()
    lab.box.switches.received_sms = False
    receipt = await gateway.send_sms(to_peer("x", delivery_report=True, port="1"))
    await lab.eventually(lambda: bool(lab.box.inbox))
    lab.box.inbox.clear()
    lab.box.switches.received_sms = True
    await lab.box.report_delivery(1, PEER, 0x30)
    await lab.box.report_delivery(1, PEER, 128)
    reports = [part.report for part in lab.inbox.new if part.report]
    assert [report.outcome for report in reports] == [
        DeliveryOutcome.PENDING,
        DeliveryOutcome.FAILED,
    ]
    assert {report.message_id for report in reports} == {receipt.parts[0].message_id}


async def test_a_text_that_failed_late_waits_for_no_report(lab: Lab) -> None:
    """The next report to that number is about another."""
    gateway = await lab.connected(clocks=IMPATIENT)
    lab.box.faults.swallow = True
    await gateway.send_sms(to_peer("a", port="1", delivery_report=True))
    (late,) = lab.box.untold
    await report(lab.box, late, fail=("7 Server Error", ""))
    await gateway.close()
    gateway = await lab.connected()
    sent = await gateway.send_sms(to_peer("b", port="1", delivery_report=True))
    await lab.inbox.wait_new(1)
    assert [each.message_id for each in reports_of(lab)] == [sent.parts[0].message_id]


async def test_a_report_that_is_shown_again(lab: Lab) -> None:
    """Is about the same text, also after a restart, and takes no other's place."""
    gateway = await lab.connected()
    first = await gateway.send_sms(to_peer("one", delivery_report=True, port="1"))
    await lab.inbox.wait_new(1)
    lab.box.switches.received_sms = False
    second = await gateway.send_sms(to_peer("two", delivery_report=True, port="1"))
    await lab.eventually(lambda: len(lab.box.inbox) == 2)
    await gateway.close()
    await lab.connected()
    assert [each.message_id for each in reports_of(lab)] == [
        receipt.parts[0].message_id for receipt in (first, second)
    ]


async def test_a_bulk_run(lab: Lab) -> None:
    """However many texts went out after it, a text finds its report, also after a restart."""
    ledger = Ledger(lab.notebook, "DE")
    first = await ledger.begin(PEER, "1", 1)
    for number in range(500):
        await ledger.begin(f"+4917000{number:05}", "1", 1)
    # Each text costs the writing of few others.
    assert max(map(len, lab.notebook.values.values())) < 25_000
    await lab.connected()
    await lab.box.report_delivery(1, PEER, 0)
    assert [each.message_id for each in reports_of(lab)] == [f"{first.number}/1"]


async def test_what_is_forgotten() -> None:
    """Of what is settled the oldest, and nothing of what is not."""
    notebook = Notebook()
    ledger = Ledger(notebook, "DE")
    awaited = await ledger.begin(PEER, "1", 1)
    settled = []
    for _ in range(1300):
        settled.append(await ledger.begin(PEER, "1", 0))
        await ledger.end(settled[-1], failed=False)
    for known in (ledger, Ledger(notebook, "DE")):
        await known.load()
        assert known.task(awaited.number)
        assert not known.task(settled[0].number)
        assert known.task(settled[-1000].number)
    assert len(json.loads(notebook.values["tasks"])["pages"]) < 14

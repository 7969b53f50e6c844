"""Sending: what leaves, what comes of it, and what is never repeated."""

import asyncio
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.emnify import receive
from custom_components.cellular_gateway.gateways.errors import (
    GatewayRefusedError,
    MessageError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import OutgoingSms, SendStatus
from custom_components.cellular_gateway.gateways.source_address import SourceAddressType
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome
from simulator.emnify import CUT, HANG
from simulator.emnify.device import SUSPENDED

from .lab import CLOCKS, PEER, Lab, to_device

LONG = "many words " * 30


@pytest.mark.parametrize(
    ("settings", "options", "wire", "can_reply"),
    [
        ({}, {}, ("12345", 161), True),
        ({"source_address": "Boat"}, {}, ("Boat", 208), False),
        ({"source_address": "Boat"}, {"source_address": "777"}, ("777", 161), True),
        ({}, {"source_address": "1234567"}, ("1234567", 161), True),
        ({}, {"source_address": "12345678"}, ("12345678", 161), False),
        ({}, {"source_address": "+491701234567"}, ("491701234567", 145), False),
        (
            {"source_address_type": SourceAddressType.INTERNATIONAL},
            {},
            ("12345", 145),
            True,
        ),
        (
            {},
            {"source_address": "123", "source_address_type": SourceAddressType.ALPHANUMERIC},
            ("123", 208),
            False,
        ),
    ],
)
async def test_the_sender_is_chosen(
    lab: Lab,
    settings: dict[str, Any],
    options: dict[str, Any],
    wire: tuple[str, int],
    can_reply: bool,
) -> None:
    """Per account or text; only what is answered to a short code comes to the account."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(**settings)
    message = to_device(device, "hello", **options)
    assert gateway.can_reply(message) is can_reply
    receipt = await gateway.send_sms(message)
    assert receipt.status is SendStatus.SENT
    assert (lab.cloud.sent[0].source_address, lab.cloud.sent[0].source_type) == wire


@pytest.mark.parametrize(("text", "dcs"), [("hello", 0), ("Привет", 8), (LONG, 0), ("ж" * 100, 8)])
async def test_a_text_is_coded_and_cut(lab: Lab, text: str, dcs: int) -> None:
    """In GSM 7 bit where that does, and in parts with a header where it is long."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_device(device, text))
    sent = lab.cloud.sent
    assert "".join(message.payload for message in sent) == text
    assert {message.dcs for message in sent} == {dcs}
    assert [part.message_id for part in receipt.parts] == [
        f"{device.id}/{message.id}" for message in sent
    ]
    if len(sent) > 1:
        headers = [message.udh or "" for message in sent]
        assert {header[:6] for header in headers} == {"050003"}
        assert len({header[6:8] for header in headers}) == 1
        assert [header[8:] for header in headers] == [
            f"{len(sent):02X}{number:02X}" for number in range(1, len(sent) + 1)
        ]


@pytest.mark.parametrize(
    ("message", "error", "reason"),
    [
        (OutgoingSms(number="+4915799999999", text="x"), UnsupportedError, "unknown_endpoint"),
        (OutgoingSms(number="", text="x", endpoint="77"), UnsupportedError, "unknown_endpoint"),
        (OutgoingSms(number="", text="x", endpoint="1/2"), UnsupportedError, "unknown_endpoint"),
        (OutgoingSms(number=PEER, text=""), MessageError, "empty_message"),
        (OutgoingSms(number=PEER, text="x", port="2"), UnsupportedError, "unknown_port"),
        (
            OutgoingSms(number=PEER, text="x", flash=True),
            UnsupportedError,
            "unsupported",
        ),
        (
            OutgoingSms(number=PEER, text="x", source_address="*100#"),
            MessageError,
            "invalid_number",
        ),
        (
            OutgoingSms(number=PEER, text="x", source_address="far too long a name"),
            MessageError,
            "invalid_number",
        ),
    ],
)
async def test_what_cannot_be_sent_raises(
    lab: Lab, message: OutgoingSms, error: type[Exception], reason: str
) -> None:
    """Before anything leaves."""
    lab.cloud.add_device(msisdn="491701234567")
    gateway = await lab.connected()
    with pytest.raises(error) as caught:
        await gateway.send_sms(message)
    assert getattr(caught.value, "reason", None) == reason
    assert not lab.cloud.sent


@pytest.mark.parametrize(
    ("fault", "status", "reason", "taken"),
    [
        (422, SendStatus.FAILED, Reason.REFUSED, 0),
        (404, SendStatus.FAILED, Reason.UNKNOWN_ENDPOINT, 0),
        (CUT, SendStatus.UNKNOWN, Reason.CONNECTION_LOST, 1),
        (HANG, SendStatus.UNKNOWN, Reason.NO_ANSWER, 1),
        (500, SendStatus.UNKNOWN, Reason.NO_ANSWER, 0),
        (503, SendStatus.UNKNOWN, Reason.NO_ANSWER, 0),
    ],
)
async def test_a_failure_is_told_as_what_it_is(
    lab: Lab, fault: int, status: SendStatus, reason: Reason, taken: int
) -> None:
    """Refused, or open; the parts behind it are not tried, and nothing is repeated."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.send_faults.append(fault)
    receipt = await gateway.send_sms(to_device(device, LONG))
    assert [part.status for part in receipt.parts] == [status, SendStatus.FAILED, SendStatus.FAILED]
    assert [part.reason for part in receipt.parts] == [reason, "not_tried", "not_tried"]
    assert len(lab.cloud.sent) == taken


async def test_too_many_calls_are_waited_out(lab: Lab) -> None:
    """What was turned down for haste surely was not sent."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.server.send_faults.append(429)
    lab.server.retry_after = 2
    receipt = await gateway.send_sms(to_device(device, "hello"))
    assert receipt.status is SendStatus.SENT
    assert [message.payload for message in lab.cloud.sent] == ["hello"]
    lab.server.send_faults.append(429)
    lab.server.retry_after = 600
    receipt = await gateway.send_sms(to_device(device, "later"))
    assert (receipt.status, receipt.parts[0].reason) == (SendStatus.FAILED, "rate_limited")
    assert not lab.watcher.losses


async def test_a_sim_that_is_suspended_refuses(lab: Lab) -> None:
    """With the words of the service."""
    device = lab.cloud.add_device()
    assert device.sim is not None
    device.sim.status = SUSPENDED
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_device(device, "hello"))
    part = receipt.parts[0]
    assert (part.status, part.code) == (SendStatus.FAILED, "1400")
    assert part.meaning == "The endpoint has no active SIM"


async def test_the_validity_is_passed_on(lab: Lab) -> None:
    """As the time at which the message expires."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_device(device, "x", validity=timedelta(hours=2)))
    assert receipt.status is SendStatus.SENT


@pytest.mark.parametrize("is_pushed", [True, False])
async def test_reports_follow_the_message(lab: Lab, is_pushed: bool) -> None:
    """It waits, then arrives; each told once, with or without the webhook."""
    device = lab.cloud.add_device(msisdn="491701234567")
    gateway = await lab.connected()
    if is_pushed:
        await lab.webhook(gateway)
    message = replace(to_device(device, "hello"), delivery_report=True)
    receipt = await gateway.send_sms(message)
    await lab.inbox.wait_new(1)
    lab.cloud.attach(device)
    await lab.inbox.wait_new(2)
    await lab.eventually(lambda: lab.notebook.values["reports"] == "[]")
    reports = [part.report for part in lab.inbox.new if part.report]
    assert [report.outcome for report in reports] == [
        DeliveryOutcome.PENDING,
        DeliveryOutcome.DELIVERED,
    ]
    assert {report.message_id for report in reports} == {receipt.parts[0].message_id}
    assert {report.recipient for report in reports} == {"+491701234567"}
    assert reports[1].discharged_at is not None


async def test_reports_nobody_wants_are_not_told(lab: Lab) -> None:
    """Such as of messages that others send."""
    device = lab.cloud.add_device()
    lab.cloud.attach(device)
    gateway = await lab.connected()
    await lab.webhook(gateway)
    await gateway.send_sms(to_device(device, "quiet"))
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    lab.cloud.text(device, "marker")
    await lab.inbox.wait_new()
    assert [part.report for part in lab.inbox.new] == [None]


@pytest.mark.parametrize(
    ("address", "sender"),
    [("777", "777"), ("Boat", None), ("+491701234567", "+491701234567"), ("12345678", "12345678")],
)
async def test_whom_devices_hear(lab: Lab, address: str, sender: str | None) -> None:
    """The account's own sender, unless that is a name: the short code that all have can be."""
    gateway = await lab.gateway(source_address=address)
    text = to_device(lab.cloud.add_device(), "hello")
    assert gateway.sender(text) == sender
    assert gateway.can_reply(replace(text, source_address=gateway.reply_address))


async def test_reports_of_more_texts_than_are_looked_for(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Are taken where they are pushed, also after a restart."""
    monkeypatch.setattr(receive, "_MOST_REPORTS", 2)
    devices = [lab.cloud.add_device() for _ in range(3)]
    clocks = replace(CLOCKS, messages=7200.0, reports=(7200.0,))
    gateway = await lab.connected(clocks=clocks)
    for device in devices:
        await gateway.send_sms(to_device(device, "x", delivery_report=True))
    await gateway.close()
    gateway = await lab.connected(clocks=clocks)
    await lab.webhook(gateway)
    lab.cloud.attach(devices[0])
    await lab.inbox.until(
        lambda: any(
            part.report and part.report.outcome is DeliveryOutcome.DELIVERED
            for part in lab.inbox.new
        )
    )


@pytest.mark.parametrize("noted", [None, "true", "[]"])
async def test_what_is_forgotten_makes_no_other_report_ours(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, noted: str | None
) -> None:
    """What others send stays untold, also where the version before had noted less."""
    monkeypatch.setattr(receive, "_MOST_REPORTS", 1)
    monkeypatch.setattr(receive, "_MOST_FORGOTTEN", 2)
    if noted is not None:
        lab.notebook.values["reports forgotten"] = noted
    devices = [lab.cloud.add_device() for _ in range(5)]
    clocks = replace(CLOCKS, messages=7200.0, reports=(7200.0,))
    gateway = await lab.connected(clocks=clocks)
    for device in devices[:4]:
        await gateway.send_sms(to_device(device, "x", delivery_report=True))
    await gateway.send_sms(to_device(devices[4], "quiet"))
    await gateway.close()
    gateway = await lab.connected(clocks=clocks)
    await lab.webhook(gateway)
    for device in devices:
        lab.cloud.attach(device)
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    # Of the four the last is awaited, and the two before are remembered.
    assert {part.endpoint for part in lab.inbox.new} == {str(device.id) for device in devices[1:4]}
    assert json.loads(lab.notebook.values["reports forgotten"]) == []


async def test_reports_are_awaited_across_a_restart(lab: Lab) -> None:
    """And a message that expired says so."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await gateway.send_sms(replace(to_device(device, "hello"), delivery_report=True))
    await gateway.close()
    lab.cloud.expire(lab.cloud.sent[0])
    await lab.connected()
    await lab.inbox.until(lambda: any(part.report and part.report.reason for part in lab.inbox.new))
    reports = [part.report for part in lab.inbox.new if part.report]
    assert reports[-1].reason == "validity_period_expired"
    assert reports[-1].outcome is DeliveryOutcome.FAILED


async def test_a_waiting_message_is_cancelled(lab: Lab) -> None:
    """One that has arrived is not."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    receipt = await gateway.send_sms(replace(to_device(device, "hello"), delivery_report=True))
    name = receipt.parts[0].message_id
    assert name is not None
    await gateway.cancel_sms(name)
    await lab.inbox.until(
        lambda: any(
            part.report and part.report.reason == "deleted_by_originating_sme"
            for part in lab.inbox.new
        )
    )
    with pytest.raises(GatewayRefusedError, match="not buffered"):
        await gateway.cancel_sms(name)
    for nonsense in ("", "1", "a/b", "1/2/3"):
        with pytest.raises(UnsupportedError):
            await gateway.cancel_sms(nonsense)


async def test_who_gives_up_waiting_stops_nothing(lab: Lab) -> None:
    """The text leaves once, whole."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    task = asyncio.create_task(gateway.send_sms(to_device(device, LONG)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    sent = await lab.cloud.wait_sent(3)
    assert "".join(message.payload for message in sent) == LONG


async def test_closing_ends_a_text_that_hangs(lab: Lab) -> None:
    """Its outcome is open."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(clocks=replace(CLOCKS, request=60.0))
    lab.server.send_faults.append(HANG)
    task = asyncio.create_task(gateway.send_sms(to_device(device, "hello")))
    await lab.cloud.wait_sent(1)
    await gateway.close()
    assert [part.status for part in (await task).parts] == [SendStatus.UNKNOWN]
    assert not lab.watcher.losses

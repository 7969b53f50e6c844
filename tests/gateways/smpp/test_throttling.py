"""Texts out that come too fast for the service centre."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.models import SendStatus
from simulator.faults import FaultKind
from simulator.smsc import Account, Message
from simulator.smsc.wire import WireError

from .lab import CLOCKS, Lab, only, statuses, to_peer


async def test_throttling(lab: Lab) -> None:
    """What was not taken is sent again, and arrives once."""
    gateway = await lab.connected()
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", times=2, text="0x58")
    assert only(await gateway.send_sms(to_peer("patient"))).status is SendStatus.SENT
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", text="0x14")
    assert only(await gateway.send_sms(to_peer("queue"))).status is SendStatus.SENT
    assert len(lab.heard("SUBMIT_SM")) == 5
    assert [sent.text for sent in await lab.network.wait_sent(2)] == ["patient", "queue"]


async def test_throttling_without_end(lab: Lab) -> None:
    """Is a failure after a while, with its reason; only so many tries are made."""
    gateway = await lab.connected()
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", times=None, text="0x58")
    part = only(await gateway.send_sms(to_peer("x")))
    assert (part.status, part.code) == (SendStatus.FAILED, "ESME_RTHROTTLED")
    assert len(lab.heard("SUBMIT_SM")) == 4


async def test_throttling_holds_everything_back(lab: Lab) -> None:
    """Another text waits as well, instead of making it worse."""
    gateway = await lab.connected(clocks=replace(CLOCKS, throttled=(2.0,)))
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", text="0x58")
    first = asyncio.create_task(gateway.send_sms(to_peer("one")))
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 1)
    await lab.settled()
    second = asyncio.create_task(gateway.send_sms(to_peer("two")))
    await lab.settled()
    assert len(lab.heard("SUBMIT_SM")) == 1
    receipts = await asyncio.gather(first, second)
    assert {receipt.status for receipt in receipts} == {SendStatus.SENT}
    assert len(lab.heard("SUBMIT_SM")) == 3


def limit_rate(lab: Lab, monkeypatch: pytest.MonkeyPatch, interval: float) -> None:
    """Have the service centre take one message in so many seconds."""
    submit, taken_at = lab.smsc.submit, [-interval]

    def limited(account: Account, message: Message) -> str:
        now = asyncio.get_running_loop().time()
        if now - taken_at[0] < interval:
            raise WireError(0x58)
        taken_at[0] = now
        return submit(account, message)

    monkeypatch.setattr(lab.smsc, "submit", limited)


async def test_a_service_centre_that_is_slow(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts take turns, each with all the patience; nothing is torn, nothing fails."""
    gateway = await lab.connected(clocks=replace(CLOCKS, response=10.0, throttled=(0.06,) * 3))
    limit_rate(lab, monkeypatch, 0.05)
    text = "many words " * 135
    receipt = await gateway.send_sms(to_peer(text, max_parts=10))
    assert statuses(receipt) == [SendStatus.SENT] * 10
    assert (await lab.network.phone("+491701234567").received()).text == text
    receipts = await asyncio.gather(*(gateway.send_sms(to_peer(f"text {n}")) for n in range(12)))
    assert {receipt.status for receipt in receipts} == {SendStatus.SENT}
    octets = {message.octets for message in lab.submitted[10:]}
    assert octets == {b"text %d" % n for n in range(12)}


async def test_a_service_centre_that_takes_no_more(lab: Lab) -> None:
    """Is found out by one for all that wait; each of them was asked for alone before it failed."""
    gateway = await lab.connected()
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", times=None, text="0x58")
    receipts = await asyncio.gather(*(gateway.send_sms(to_peer(f"text {n}")) for n in range(5)))
    assert {only(receipt).code for receipt in receipts} == {"ESME_RTHROTTLED"}
    assert len(lab.heard("SUBMIT_SM")) == 5 + 3 + 4
    lab.smsc.faults.clear(FaultKind.ERROR)
    assert only(await gateway.send_sms(to_peer("at last"))).status is SendStatus.SENT


async def test_a_loss_while_throttled(lab: Lab) -> None:
    """It surely was not sent, and nobody waits any longer."""
    gateway = await lab.connected(clocks=replace(CLOCKS, throttled=(60.0,)))
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", times=None, text="0x58")
    sending = asyncio.create_task(gateway.send_sms(to_peer("x")))
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 1)
    await lab.settled()
    lab.smsc.disconnect()
    part = only(await sending)
    assert (part.status, part.reason) == (SendStatus.FAILED, "connection_lost")

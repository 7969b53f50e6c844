"""Texts out that come too fast for the service centre."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.models import OutgoingSms, PartReceipt, SendStatus
from simulator.faults import FaultKind
from simulator.smsc import Account, Message
from simulator.smsc.wire import WireError

from .lab import CLOCKS, Lab, only, statuses, to_peer

REFUSED = "+491709999999"


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


@pytest.mark.parametrize(
    "pauses",
    [(0.06,) * 3, (0.01, 0.02, 0.04, 0.08), (0.01, 0.02, 0.03, 0.04)],
    ids=["same", "longer", "all"],
)
async def test_a_service_centre_that_is_slow(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, pauses: tuple[float, ...]
) -> None:
    """Parts take turns, each with all the patience; nothing is torn, nothing fails."""
    gateway = await lab.connected(clocks=replace(CLOCKS, response=10.0, throttled=pauses))
    limit_rate(lab, monkeypatch, 0.05)
    text = "many words " * 135
    receipt = await gateway.send_sms(to_peer(text, max_parts=10))
    assert statuses(receipt) == [SendStatus.SENT] * 10
    assert (await lab.network.phone("+491701234567").received()).text == text
    receipts = await asyncio.gather(*(gateway.send_sms(to_peer(f"text {n}")) for n in range(12)))
    assert {receipt.status for receipt in receipts} == {SendStatus.SENT}
    octets = {message.octets for message in lab.submitted[10:]}
    assert octets == {b"text %d" % n for n in range(12)}


def refuse_one(lab: Lab, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Have the service centre take nothing for one recipient."""
    submit = lab.smsc.submit

    def choosy(account: Account, message: Message) -> str:
        if message.destination == REFUSED.removeprefix("+"):
            raise WireError(status)
        return submit(account, message)

    monkeypatch.setattr(lab.smsc, "submit", choosy)


@pytest.mark.parametrize(
    ("status", "name"), [(0x14, "ESME_RMSGQFUL"), (0x58, "ESME_RTHROTTLED")], ids=["full", "fast"]
)
@pytest.mark.parametrize("window", [1, 10])
async def test_a_recipient_that_is_refused(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, status: int, name: str, window: int
) -> None:
    """Holds nobody else back for long: its texts fail when all the others were sent."""
    gateway = await lab.connected(window=window, clocks=replace(CLOCKS, throttled=(0.6,) * 4))
    refuse_one(lab, monkeypatch, status)
    ended: list[str] = []

    async def send(message: OutgoingSms) -> PartReceipt:
        part = only(await gateway.send_sms(message))
        ended.append(message.number)
        return part

    refused = [replace(to_peer(f"refused {n}"), number=REFUSED) for n in range(2)]
    taken = [to_peer(f"taken {n}") for n in range(8)]
    first = [asyncio.create_task(send(message)) for message in refused]
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) >= 3)
    parts = await asyncio.gather(*first, *(send(message) for message in taken))
    assert [part.code for part in parts[:2]] == [name] * 2
    assert {part.status for part in parts[2:]} == {SendStatus.SENT}
    assert ended[-2:] == [REFUSED] * 2
    tries = [body for body in lab.heard("SUBMIT_SM") if b"refused 0" in body]
    assert 5 <= len(tries) < 10


async def test_a_full_queue_of_a_recipient(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another text is sent at once, though there is room for no more than one at a time."""
    gateway = await lab.connected(window=1, clocks=replace(CLOCKS, throttled=(60.0,)))
    refuse_one(lab, monkeypatch, 0x14)
    waiting = asyncio.create_task(gateway.send_sms(replace(to_peer("x"), number=REFUSED)))
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 1)
    assert only(await gateway.send_sms(to_peer("y"))).status is SendStatus.SENT
    lab.smsc.disconnect()
    part = only(await waiting)
    assert (part.status, part.reason) == (SendStatus.FAILED, "connection_lost")


async def test_recipients_that_are_refused(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are given up as soon as one is, while other texts go on and on."""
    pauses = (0.01, 0.02, 0.04)
    gateway = await lab.connected(clocks=replace(CLOCKS, response=10.0, throttled=pauses))
    refuse_one(lab, monkeypatch, 0x58)
    refused = [
        asyncio.create_task(gateway.send_sms(replace(to_peer(f"bad {number}."), number=REFUSED)))
        for number in range(2)
    ]

    async def others() -> None:
        while not all(each.done() for each in refused):
            await gateway.send_sms(to_peer("good"))

    await asyncio.gather(others(), others(), *refused)
    for number in range(2):
        tries = [body for body in lab.heard("SUBMIT_SM") if b"bad %d." % number in body]
        assert len(tries) <= 2 * (len(pauses) + 1)


async def test_a_full_queue_of_the_account(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is given up, and no text torn, while some of it finds room."""
    gateway = await lab.connected(
        clocks=replace(CLOCKS, response=10.0, throttled=(0.02, 0.04, 0.08, 0.16))
    )
    submit, queue = lab.smsc.submit, [0.0] * 3

    def limited(account: Account, message: Message) -> str:
        now = asyncio.get_running_loop().time()
        if queue[0] > now:
            raise WireError(0x14)
        queue[:] = [*queue[1:], max(queue[-1], now) + 0.1]
        return submit(account, message)

    monkeypatch.setattr(lab.smsc, "submit", limited)
    receipts = await asyncio.gather(
        gateway.send_sms(to_peer("many words " * 60)),
        *(gateway.send_sms(to_peer(f"text {number}")) for number in range(8)),
    )
    assert {status for receipt in receipts for status in statuses(receipt)} == {SendStatus.SENT}


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

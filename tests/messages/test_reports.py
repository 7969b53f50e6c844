"""Delivery reports between journal and announcer: nothing lost, nothing twice."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import pytest

from custom_components.cellular_gateway.const import signal_delivery
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import (
    DeliveryReport,
    Kept,
    PartReceipt,
    Receipt,
    SendStatus,
    SmsKind,
    SmsPart,
)
from custom_components.cellular_gateway.messages import inbox as inbox_module, sends
from custom_components.cellular_gateway.messages.reports import Delivery
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome

from .house import SENDER, House

NOW = datetime.now(UTC).replace(microsecond=0)


def report(reference: int | None, status: str = "delivered", **fields: Any) -> SmsPart:
    """Make a received report; `sent_at` is the service centre's stamp."""
    recipient = fields.get("recipient", SENDER)
    identity = fields.pop("identity", f"{reference} {status} {recipient}")
    said = DeliveryReport(
        recipient=SENDER,
        reference=reference,
        outcome=DeliveryOutcome(status),
        reason="a_reason",
        sent_at=NOW,
    )
    said = replace(said, **fields)
    return SmsPart(
        port="1",
        identity=identity,
        kind=SmsKind.STATUS_REPORT,
        sender=said.recipient,
        received_at=datetime.now(UTC),
        raw="07911326",
        report=said,
    )


def receipt(*references: int | None) -> Receipt:
    """Make a receipt; a part without a reference is one that the modem said nothing to."""
    return Receipt(
        port="1",
        encoding="gsm7",
        parts=tuple(
            PartReceipt(
                number=number,
                status=SendStatus.SENT if reference is not None else SendStatus.UNKNOWN,
                reference=reference,
            )
            for number, reference in enumerate(references, 1)
        ),
    )


async def sent(house: House, *references: int | None, number: str = SENDER) -> str:
    """Send a text that asked for reports; return the id of its receipt."""
    send = await house.journal.begin_send(number, None, NOW, reports=True)
    await house.journal.end_send(send, receipt(*references))
    return str(send)


async def deliveries(house: House, parts: list[SmsPart]) -> list[tuple[str | None, str]]:
    """Have reports come one by one; return what is told of which text."""
    end = report(255, recipient="+32499999999", identity=f"end {parts[0].identity}")
    await house.inbox.keep([*parts, end])
    told = []
    while (delivery := await house.next_delivery()).number != "+32499999999":
        told.append((delivery.id, str(delivery.status)))
    return told


async def test_all_that_is_told(house: House) -> None:
    """Every field, and the same as attributes."""
    text = await sent(house, 5, 6)
    later = NOW + timedelta(seconds=9)
    await house.inbox.keep([report(5), report(6, discharged_at=later)])
    delivery = await house.next_delivery()
    assert delivery.attributes() == {
        "id": text,
        "number": SENDER,
        "recipient": "Ann",
        "port": "1",
        "status": "delivered",
        "reason": "a_reason",
        "parts": 2,
        "parts_delivered": 2,
        "sent_at": NOW.isoformat(),
        "discharged_at": later.isoformat(),
        "matched": True,
    }


async def test_a_foreign_report(house: House) -> None:
    """Nobody sent it; it is told all the same, with what it says itself."""
    await sent(house, 5)
    await house.inbox.keep([report(99, "failed", recipient="0470000001")])
    attributes = (await house.next_delivery()).attributes()
    assert attributes["matched"] is False
    assert (attributes["id"], attributes["parts"], attributes["parts_delivered"]) == (None,) * 3
    assert (attributes["number"], attributes["recipient"]) == (SENDER, "Ann")
    assert (attributes["status"], attributes["sent_at"]) == ("undelivered", NOW.isoformat())


async def test_gateways_that_name_their_messages(house: House) -> None:
    """By a string of their own in place of a number."""
    send = await house.journal.begin_send(SENDER, None, NOW, reports=True)
    parts = tuple(
        PartReceipt(number=number, status=SendStatus.SENT, message_id=name)
        for number, name in enumerate(("a1", "b2"), 1)
    )
    await house.journal.end_send(send, Receipt(port="1", encoding="gsm7", parts=parts))
    reports = [
        report(None, status, message_id=name, sent_at=None, identity=f"{name} {status}")
        for name, status in (("a1", "pending"), ("b2", "delivered"), ("a1", "delivered"))
    ]
    foreign = report(None, message_id="c3", sent_at=None, identity="foreign")
    assert await deliveries(house, [*reports, foreign]) == [
        (str(send), "pending"),
        (str(send), "delivered"),
        (None, "delivered"),
    ]


async def named(house: House, *names: str) -> str:
    """Send a text whose parts have such names; return the id of its receipt."""
    send = await house.journal.begin_send(SENDER, None, NOW, reports=len(names))
    parts = tuple(
        PartReceipt(number=number, status=SendStatus.SENT, message_id=name)
        for number, name in enumerate(names, 1)
    )
    await house.journal.end_send(send, Receipt(port="1", encoding="gsm7", parts=parts))
    return str(send)


def by_name(name: str | None, status: str = "delivered") -> SmsPart:
    """Make a report by a gateway that names its messages, or should."""
    identity = f"{name!r} {status}"
    return report(None, status, message_id=name, sent_at=None, identity=identity)


async def test_a_report_without_a_name_takes_none(house: House) -> None:
    """What was known of a text stays known: the report that has its name is about it too."""
    text = await named(house, "a1")
    assert await deliveries(house, [by_name(None, "pending")]) == [(text, "pending")]
    reports = [by_name("c3", "failed"), by_name("a1", "failed")]
    assert await deliveries(house, reports) == [(None, "undelivered"), (text, "undelivered")]


async def test_a_report_about_none_of_ours(house: House) -> None:
    """The gateway has looked: it tells nothing of a text to that number that waits."""
    text = await named(house, "a1")
    reports = [by_name(""), by_name("a1", "failed")]
    assert await deliveries(house, reports) == [(None, "delivered"), (text, "undelivered")]


async def test_a_name_in_another_spelling(house: House) -> None:
    """Capitals and leading zeros make no other message, unless there is one just so."""
    texts = [await named(house, name) for name in ("00A0B0C", "00a0b0c", "000")]
    reports = [by_name(name) for name in ("A0B0C", "00A0B0C", "0")]
    assert await deliveries(house, reports) == [
        (texts[1], "delivered"),
        (texts[0], "delivered"),
        (texts[2], "delivered"),
    ]


async def test_names_are_looked_up(house: House) -> None:
    """However many texts the journal knows, few of them are read for a report."""
    await named(house, *(f"{number:08X}" for number in range(200)))
    plan = f"EXPLAIN QUERY PLAN {sends.BY_NAME}"
    database = house.journal._database
    steps = await database.run(
        lambda: database.connection.execute(plan, ("1", "a1", None)).fetchall()
    )
    assert any("send_part_spelling" in str(step) for step in steps)
    assert not [step for step in steps if "SCAN" in str(step)]


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (["pending", "pending", "delivered"], ["pending", "delivered"]),
        (["pending", "failed", "delivered"], ["pending", "undelivered"]),
        (["forwarded"], ["delivered"]),
        (["replaced"], ["undelivered"]),
        (["delivered", "failed"], ["delivered"]),
    ],
)
async def test_one_part(house: House, statuses: list[str], told: list[str]) -> None:
    """Trying is told once, and then the end, which is final."""
    text = await sent(house, 5)
    reports = [report(5, status, identity=f"{n}") for n, status in enumerate(statuses)]
    assert await deliveries(house, reports) == [(text, status) for status in told]


async def test_two_parts(house: House) -> None:
    """Delivered when both are, undelivered as soon as one is; each once, also over a restart."""
    first, second = await sent(house, 5, 6), await sent(house, 7, 8)
    assert await deliveries(house, [report(6), report(7, "failed")]) == [(second, "undelivered")]
    await house.restart()
    assert await deliveries(house, [report(5), report(8, "failed")]) == [(first, "delivered")]


async def test_a_reference_that_comes_again(house: House) -> None:
    """The late report of an old text, and its repetition, close no newer one."""
    old = await sent(house, 5)
    assert await deliveries(house, [report(5, "pending")]) == [(old, "pending")]
    new = await sent(house, 5)
    late = [report(5, identity="late"), report(5, identity="repeated")]
    assert await deliveries(house, late) == [(old, "delivered")]
    other = report(5, identity="new", sent_at=NOW + timedelta(hours=1))
    assert await deliveries(house, [other]) == [(new, "delivered")]


async def test_a_report_of_what_nobody_knew(house: House) -> None:
    """The modem fell silent, the receipt said `unknown`: the report says what became of it."""
    text = await sent(house, None)
    assert await deliveries(house, [report(42)]) == [(text, "delivered")]


async def test_a_report_outruns_the_receipt(house: House) -> None:
    """It waits for the end of the send, and keeps no text from being announced meanwhile."""
    send = await house.journal.begin_send(SENDER, None, NOW, reports=True)
    text = replace(report(0), identity="text", kind=SmsKind.TEXT, text="Hello", report=None)
    await house.inbox.keep([report(5), text])
    assert (await house.next()).message.text == "Hello"
    assert house.told.empty()
    later = await house.journal.begin_send(SENDER, None, NOW, reports=True)
    await house.journal.end_send(send, receipt(5))
    house.inbox.arrived.set()
    delivery = await house.next_delivery()
    assert (delivery.id, delivery.status) == (str(send), "delivered")
    await house.journal.end_send(later)


async def test_a_report_waits_for_no_other_number(house: House) -> None:
    """A send to somebody else that takes its time is none of its business."""
    text = await sent(house, 5)
    await house.journal.begin_send("+32470000009", None, NOW, reports=True)
    assert await deliveries(house, [report(5)]) == [(text, "delivered")]


async def test_a_report_that_waited_when_home_assistant_died(house: House) -> None:
    """It comes out after the restart, and is about the text that was on the wire then."""
    send = await house.journal.begin_send(SENDER, None, NOW, reports=1)
    await house.inbox.keep([report(5)])
    await house.restart()
    delivery = await house.next_delivery()
    assert (delivery.id, delivery.status) == (str(send), "delivered")


async def test_a_long_text_that_was_cut_off(house: House) -> None:
    """One part that arrived is not the text: it is delivered when the other one is too."""
    send = await house.journal.begin_send(SENDER, None, NOW, reports=2)
    await house.restart()
    assert await deliveries(house, [report(5)]) == []
    assert await deliveries(house, [report(6)]) == [(str(send), "delivered")]


async def test_an_unknown_outcome_that_nobody_heard(house: House) -> None:
    """What the receipt says of the parts is known after a restart, when it is told."""
    send = await house.journal.begin_send(SENDER, None, NOW, reports=2)
    await house.journal.end_send(send, receipt(5, None))
    await house.restart()
    assert await deliveries(house, [report(6, "pending"), report(5)]) == [(str(send), "pending")]
    assert await house.journal.interrupted_sends() == []


async def test_a_failing_journal_repeats_and_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told but not committed is committed later, without being told again."""
    monkeypatch.setattr(inbox_module, "RETRY_SECONDS", 0.01)
    first, second = await sent(house, 5), await sent(house, 6)
    for name in ("settle", "match"):
        work, failures = getattr(house.journal, name), [NotKeptError("disk full")]

        async def failing(*args: Any, work: Any = work, failures: Any = failures) -> Any:
            if failures:
                raise failures.pop()
            return await work(*args)

        monkeypatch.setattr(house.journal, name, failing)
    assert await deliveries(house, [report(5), report(6)]) == [
        (first, "delivered"),
        (second, "delivered"),
    ]


async def test_dying_before_it_is_marked_tells_it_once_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the last one: the window that cannot be closed."""
    first, second = await sent(house, 5), await sent(house, 6)
    assert await deliveries(house, [report(5)]) == [(first, "delivered")]

    async def dead(*_: Any) -> None:
        raise NotKeptError("gone")

    monkeypatch.setattr(house.journal, "settle", dead)
    await house.inbox.keep([report(6)])
    assert (await house.next_delivery()).id == second
    await house.restart()
    assert (await house.next_delivery()).id == second
    assert await deliveries(house, [report(99)]) == [(None, "delivered")]


async def test_adopted_reports_are_silent(house: House) -> None:
    """What lay on the SIM at first is not news."""
    assert await house.inbox.keep([replace(report(5), adopted=True)]) == [Kept.ADOPTED]
    assert await deliveries(house, [report(6)]) == [(None, "delivered")]


async def test_a_text_sent_without_asking_is_not_remembered(house: House) -> None:
    """Nor is one of which nothing left."""
    for asked, outcome in ((False, receipt(5)), (True, None)):
        send = await house.journal.begin_send(SENDER, None, NOW, reports=asked)
        await house.journal.end_send(send, outcome)
    assert await deliveries(house, [report(5)]) == [(None, "delivered")]


async def test_old_sends_are_forgotten(house: House) -> None:
    """By age and count, as messages are; one on the wire is not."""
    await sent(house, 5)
    on_wire = await house.journal.begin_send(SENDER, None, NOW, reports=True)
    await house.journal.prune(NOW + timedelta(seconds=1), 1000)
    await house.journal.end_send(on_wire, receipt(6))
    assert await deliveries(house, [report(5), report(6)]) == [
        (None, "delivered"),
        (str(on_wire), "delivered"),
    ]
    texts = [await sent(house, 10 + number) for number in range(3)]
    await house.journal.prune(NOW - timedelta(days=1), 2)
    assert await deliveries(house, [report(10), report(11), report(12)]) == [
        (None, "delivered"),
        (texts[1], "delivered"),
        (texts[2], "delivered"),
    ]


async def test_an_entity_that_fails_tells_no_number_to_the_log(
    hass: HomeAssistant, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant logs what was dispatched; who heard what from whom is not in it."""

    @callback
    def fail(delivery: Delivery) -> None:
        raise ValueError("broken")

    async_dispatcher_connect(hass, signal_delivery(house.entry.entry_id), fail)
    await house.inbox.keep([report(5)])
    await house.next_delivery()
    await asyncio.sleep(0)
    assert "broken" in caplog.text
    for secret in (SENDER, SENDER[1:], "'Ann'"):
        assert secret not in caplog.text

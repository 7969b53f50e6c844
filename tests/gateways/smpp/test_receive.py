"""Texts in: kept before they are acknowledged, each once, and receipts for what was sent."""

import asyncio
from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import SendStatus, SmsKind
from custom_components.cellular_gateway.gateways.receipts import spelling
from custom_components.cellular_gateway.gateways.smpp.codec.commands import Command
from custom_components.cellular_gateway.gateways.smpp.codec.pdu import Pdu
from custom_components.cellular_gateway.gateways.smpp.codec.receipts import ReceiptIds
from custom_components.cellular_gateway.gateways.smpp.gateway import DefaultAlphabet, SmppSettings
from custom_components.cellular_gateway.gateways.smpp.parts import content_of, part_of
from custom_components.cellular_gateway.sms.tpdu import Concatenation, DeliveryOutcome
from simulator.faults import FaultKind
from simulator.pdu import Alphabet
from simulator.smsc import Default, Long, Message, Style
from simulator.smsc.wire import string

from .lab import CLOCKS, PEER, Lab, to_peer

# So that our acknowledgements stay in doubt.
SELDOM = replace(CLOCKS, keepalive=60.0)
HELLO = Message(source="491701234567", source_ton=1, source_npi=1, octets=b"Hello")


async def test_a_text(lab: Lab) -> None:
    """Who sent it, as E.164, and what."""
    await lab.connected()
    await lab.text("Grüße aus {Köln}")
    (part,) = await lab.inbox.wait_new()
    assert (part.port, part.kind, part.sender) == ("1", SmsKind.TEXT, PEER)
    assert (part.text, part.concatenation, part.message_class) == ("Grüße aus {Köln}", None, None)
    assert part.raw.startswith("000000")
    assert PEER not in repr(part)


@pytest.mark.parametrize("alphabet", DefaultAlphabet)
@pytest.mark.parametrize("long", [Long.UDH, Long.SAR])
@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("many words " * 30, {}),
        ("many words " * 30, {"wide": True}),
        ("много слов " * 20, {}),
    ],
)
async def test_parts(
    lab: Lab, alphabet: DefaultAlphabet, long: Long, text: str, options: dict[str, bool]
) -> None:
    """Every part with its place, however that is told."""
    lab.smsc.default, lab.smsc.long = Default(alphabet.value), long
    await lab.connected(default_alphabet=alphabet)
    await lab.text(text, reference=7, **options)
    parts = await lab.inbox.wait_new(3 if text.isascii() else 4)
    places = [part.concatenation for part in parts]
    is_wide = long is Long.SAR or bool(options)
    assert places == [
        Concatenation(7, len(parts), number, is_wide) for number in range(1, len(parts) + 1)
    ]
    assert "".join(part.text for part in parts) == text


async def test_a_payload(lab: Lab) -> None:
    """The text is in an optional parameter."""
    lab.smsc.long = Long.PAYLOAD
    await lab.connected()
    await lab.text("Hello")
    assert (await lab.inbox.wait_new())[0].text == "Hello"


@pytest.mark.parametrize(
    ("message", "sender"),
    [
        (HELLO, "+491701234567"),
        (replace(HELLO, source="01701234567", source_ton=2), "+491701234567"),
        (replace(HELLO, source="491701234567", source_ton=0), "+491701234567"),
        (replace(HELLO, source="1701234567", source_ton=0), "+491701234567"),
        (replace(HELLO, source="00491701234567"), "+491701234567"),
        (replace(HELLO, source="01701234567"), "+491701234567"),
        (replace(HELLO, source="20407", source_ton=3), "20407"),
        (replace(HELLO, source="Alarm", source_ton=5), "Alarm"),
        (replace(HELLO, source="01701234567", source_ton=5), '"01701234567"'),
        (replace(HELLO, source="+491701234567", source_ton=5), '"+491701234567"'),
        (replace(HELLO, source="", source_ton=0), ""),
    ],
)
async def test_senders(lab: Lab, message: Message, sender: str) -> None:
    """By the type of number; a name of digits stays a name, and is nobody's number."""
    await lab.connected()
    lab.offer(message)
    assert (await lab.inbox.wait_new())[0].sender == sender


async def test_what_is_no_text(lab: Lab) -> None:
    """Data is told as such, a flash message by its class, and a data_sm as a text."""
    await lab.connected()
    await lab.text("now", flash=True)
    await lab.network.send(PEER, lab.account.number, b"\x01\x02")
    await lab.text("日", alphabet=Alphabet.UCS2)
    lab.offer(replace(HELLO, options={0x0005: b"\x01"}))
    parts = {part.text: part for part in await lab.inbox.wait_new(4)}
    assert (parts["now"].message_class, parts["Hello"].message_class) == (0, 0)
    assert parts[""].kind is SmsKind.BINARY
    assert parts["日"].kind is SmsKind.TEXT


@pytest.mark.parametrize(
    ("octets", "options"),
    [(b"id:0A stat:NONSENSE err:069 text:Hello", {}), (b"your text arrived", {0x001E: b"0A\0"})],
)
async def test_a_receipt_that_cannot_be_read(
    lab: Lab, octets: bytes, options: dict[int, bytes]
) -> None:
    """Is kept, but the recipient did not write it."""
    await lab.connected()
    lab.offer(replace(HELLO, esm_class=0 if options else 4, octets=octets, options=options))
    (part,) = await lab.inbox.wait_new()
    assert (part.kind, part.text, part.report) == (SmsKind.BINARY, "", None)
    assert octets.hex().upper() in part.raw


async def test_a_data_sm(lab: Lab) -> None:
    """Is answered with its own response."""
    await lab.connected()
    body = b"\0\x01\x01" + string("491701234567") + b"\0\0" + string("20407") + b"\0\0\0"
    answer = await lab.smsc.sessions[0].request(0x103, body + b"\x04\x24\x00\x02Hi")
    assert answer is not None
    assert (answer.command, answer.status) == (0x80000103, 0)
    assert lab.inbox.texts == ["Hi"]


async def test_what_cannot_be_read(lab: Lab) -> None:
    """Is kept as it came, acknowledged, and hides nothing."""
    await lab.connected()
    session = lab.smsc.sessions[0]
    answer = await session.request(5, b"no deliver_sm")
    assert answer is not None
    assert answer.status == 0
    await lab.text("next")
    unreadable, text = await lab.inbox.wait_new(2)
    assert (unreadable.kind, text.text) == (SmsKind.UNREADABLE, "next")
    assert bytes.fromhex(unreadable.raw)[16:] == b"no deliver_sm"


async def test_nothing_is_acknowledged_before_it_is_kept(lab: Lab) -> None:
    """The service centre still has it when we commit it."""
    kept: list[int] = []
    lab.inbox.before_keeping = lambda: kept.append(len(lab.account.acknowledged))
    await lab.connected()
    await lab.text("one")
    await lab.inbox.wait_gone()
    assert kept == [0]
    await lab.settled()
    assert len(lab.account.acknowledged) == 1


async def test_what_cannot_be_kept(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """Is refused for now, under the same name each time, and taken when it can be."""
    lab.inbox.failure = NotKeptError("disk full")
    await lab.connected()
    await lab.text("one")
    await lab.inbox.until(lambda: lab.inbox.failures >= 3)
    assert set(lab.account.refused) == {0x64}
    lab.inbox.failure = None
    await lab.inbox.wait_gone()
    assert len({part.identity for part in lab.inbox.offers}) == 1
    assert caplog.text.count("could not be kept") == 1


async def test_nobody_is_there_yet(lab: Lab) -> None:
    """What comes before there is an inbox waits for it."""
    gateway = await lab.connected(subscribe=False)
    await lab.text("early")
    await lab.settled()
    assert not lab.account.acknowledged
    assert not lab.account.refused
    gateway.subscribe_messages(lab.inbox)
    await lab.inbox.wait_gone()


async def test_the_same_text_twice(lab: Lab) -> None:
    """Is two: at once, later, after a clean end, and after a lost link."""
    gateway = await lab.connected()
    await lab.text("alarm")
    await lab.text("alarm")
    await lab.inbox.wait_new(2)
    await lab.settled()
    await lab.text("alarm")
    await lab.inbox.wait_new(3)
    await gateway.close()
    await lab.text("alarm")
    await lab.connected()
    await lab.inbox.wait_new(4)
    await lab.settled()
    lab.smsc.disconnect()
    await lab.watcher.wait_loss()
    again = await lab.connected()
    await lab.text("alarm")
    await lab.inbox.wait_new(5)
    assert len({part.identity for part in lab.inbox.new}) == 5
    await again.close()


async def test_home_assistant_dies_before_it_acknowledges(lab: Lab) -> None:
    """The next run knows what the last one kept; other texts are new, equal ones too."""
    gateway = await lab.connected(clocks=SELDOM)
    await lab.smsc.sessions[0].deliver(HELLO)
    memory = dict(lab.notebook.values)
    await gateway.close()
    lab.notebook.values = memory
    await lab.connected()
    session = lab.smsc.sessions[-1]
    for octets, parts in ((b"Hello", 1), (b"other", 2), (b"Hello", 3)):
        await session.deliver(replace(HELLO, octets=octets))
        assert len(lab.inbox.parts) == parts


async def test_a_burst(lab: Lab) -> None:
    """More than is ever waiting: nothing is lost, nothing comes twice."""
    await lab.connected()
    session = lab.smsc.sessions[0]
    gate = asyncio.Event()
    keep = lab.inbox.keep

    async def slow(parts: object) -> object:
        await gate.wait()
        return await keep(parts)  # type: ignore[arg-type]

    lab.inbox.keep = slow  # type: ignore[method-assign, assignment]
    messages = [replace(HELLO, octets=b"%d" % number) for number in range(600)]
    deliveries = [asyncio.create_task(session.deliver(message)) for message in messages]
    await lab.smsc.until(lambda: bool(lab.heard("DELIVER_SM_RESP")))
    gate.set()
    statuses = await asyncio.gather(*deliveries)
    assert set(statuses) == {0, 0x14}
    assert len(lab.inbox.texts) == statuses.count(0) >= 200


async def test_many_acknowledgements(lab: Lab) -> None:
    """Whether they were read is asked before so many are in doubt that they could be forgotten."""
    await lab.connected(clocks=SELDOM)
    session = lab.smsc.sessions[0]
    for number in range(1000):
        assert await session.deliver(replace(HELLO, octets=b"%d" % number)) == 0
    await lab.inbox.wait_gone(750)
    assert 1 <= len(lab.heard("ENQUIRE_LINK")) <= 8


async def test_no_more_in_doubt_than_can_be_remembered(lab: Lab) -> None:
    """A service centre that answers nothing has to wait with its texts."""
    gateway = await lab.connected(clocks=replace(SELDOM, response=60.0))
    lab.fault(FaultKind.MUTE, "ENQUIRE_LINK", times=None)
    session = lab.smsc.sessions[0]
    statuses = [
        await session.deliver(replace(HELLO, octets=b"%d" % number)) for number in range(600)
    ]
    assert statuses == [0] * 500 + [0x14] * 100
    await gateway.send_sms(to_peer("x"))
    assert await session.deliver(HELLO) == 0
    assert len(lab.inbox.texts) == 501


async def test_a_mistake_of_ours(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """Ends the link, so that everything begins anew; the text is offered again."""
    gateway = await lab.connected()
    lab.inbox.failure = RuntimeError("nobody thought of it")
    await lab.text("one")
    await lab.watcher.wait_loss()
    assert "no longer listened to" in caplog.text
    lab.inbox.failure = None
    await gateway.connect()
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["one"]


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("decimal", [False, True])
async def test_receipts(lab: Lab, style: Style, decimal: bool) -> None:
    """As texts or parameters, in the base of the response or the other: they find their part."""
    lab.smsc.receipts, lab.smsc.decimal_ids = style, decimal
    gateway = await lab.connected(receipt_ids=ReceiptIds.DECIMAL if decimal else ReceiptIds.SAME)
    receipt = await gateway.send_sms(to_peer("many words " * 30, delivery_report=True))
    parts = await lab.inbox.wait_new(3)
    assert {part.kind for part in parts} == {SmsKind.STATUS_REPORT}
    reports = [part.report for part in parts if part.report]
    assert sorted(spelling(report.message_id or "") for report in reports) == sorted(
        spelling(part.message_id or "") for part in receipt.parts
    )
    assert {(report.outcome, report.recipient) for report in reports} == {
        (DeliveryOutcome.DELIVERED, PEER)
    }
    assert {part.text for part in parts} == {""}


@pytest.mark.parametrize("alphabet", DefaultAlphabet)
@pytest.mark.parametrize(
    ("coding", "codec"), [(0, "ascii"), (1, "ascii"), (3, "latin-1"), (8, "utf-16-be")]
)
async def test_the_alphabet_of_receipts(
    lab: Lab, alphabet: DefaultAlphabet, coding: int, codec: str
) -> None:
    """Is plain, whatever the one of texts is; names have characters that differ in it."""
    await lab.connected(default_alphabet=alphabet)
    text = "id:a_b@{1} sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
    lab.offer(replace(HELLO, esm_class=4, data_coding=coding, octets=text.encode(codec)))
    (part,) = await lab.inbox.wait_new()
    assert part.report is not None
    assert part.report.message_id == "a_b@{1}"


async def test_how_a_text_fares(lab: Lab) -> None:
    """Trying, and then the end; each is told."""
    lab.network.plan_reports(PEER, 0x20, 0x46)
    gateway = await lab.connected()
    receipt = await gateway.send_sms(to_peer("x", delivery_report=True))
    assert receipt.status is SendStatus.SENT
    reports = [part.report for part in await lab.inbox.wait_new(2)]
    assert [(report.outcome, report.reason) for report in reports if report] == [
        (DeliveryOutcome.PENDING, "enroute"),
        (DeliveryOutcome.FAILED, "validity_period_expired"),
    ]


async def test_no_receipt_that_nobody_wants(lab: Lab) -> None:
    """Neither asked for nor sent."""
    gateway = await lab.connected()
    await gateway.send_sms(to_peer("x"))
    await lab.text("next")
    assert [part.text for part in await lab.inbox.wait_new()] == ["next"]


@given(st.binary(max_size=200), st.sampled_from([Command.DELIVER_SM, Command.DATA_SM]))
def test_whatever_is_delivered_is_kept(body: bytes, command: Command) -> None:
    """As a text, as data, or as it came."""
    pdu = Pdu(command, 1, body=body)
    part = part_of(pdu, "name", SmppSettings(host="h", country="DE"))
    assert part.raw == pdu.encode().hex().upper()
    assert content_of(pdu) == content_of(replace(pdu, sequence=2))

"""What a user learns of messages that were sent, and what really left."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    MessageError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import SendStatus
from custom_components.cellular_gateway.sms.segments import EncodingPolicy
from simulator.faults import Fault, FaultKind, Position
from simulator.profiles import PROFILES

from .lab import OWN, PEER, Lab, statuses, to_peer

SENT, FAILED, UNKNOWN = SendStatus.SENT, SendStatus.FAILED, SendStatus.UNKNOWN

LONG = "A text that is cut in three parts. " * 12


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_a_long_text_leaves_in_parts(lab: Lab, profile: str) -> None:
    """All parts in order, with the references that the modem gave them."""
    _, gateway = await lab.connected(profile)
    receipt = await gateway.send_sms(to_peer(LONG))

    sent = await lab.network.wait_sent(3)
    assert "".join(part.text or "" for part in sent) == LONG
    assert [(part.parts.number, part.parts.total) for part in sent if part.parts] == [
        (1, 3),
        (2, 3),
        (3, 3),
    ]
    assert {(part.sender, part.recipient) for part in sent} == {(OWN, PEER)}
    assert statuses(receipt) == [SENT] * 3
    assert [part.reference for part in receipt.parts] == [part.reference for part in sent]
    assert (receipt.port, receipt.encoding) == ("1", "gsm7")


async def test_the_wishes_of_the_sender_are_in_the_pdu(lab: Lab) -> None:
    """Flash, validity, encoding, and a service centre in place of the SIM's."""
    _, gateway = await lab.connected(smsc="+491770610000")
    receipt = await gateway.send_sms(
        to_peer(
            "плюс 🙂",
            flash=True,
            validity=timedelta(hours=6),
            encoding=EncodingPolicy.UCS2,
            port="1",
        )
    )
    (sent,) = await lab.network.wait_sent(1)
    assert (sent.text, sent.flash, sent.smsc) == ("плюс 🙂", True, "+491770610000")
    assert sent.submit.validity == timedelta(hours=6)
    assert receipt.encoding == "ucs2"


async def test_national_tables_are_used_when_they_are_allowed(lab: Lab) -> None:
    """A Turkish text stays in septets."""
    _, gateway = await lab.connected(national_languages=frozenset({"turkish"}))
    receipt = await gateway.send_sms(to_peer("ığşİĞŞ"))
    assert receipt.encoding == "gsm7"
    assert receipt.status is SENT


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (to_peer("x" * 2000), MessageError),
        (to_peer(""), MessageError),
        (to_peer("漢", encoding=EncodingPolicy.GSM7), MessageError),
        (to_peer("x", port="2"), UnsupportedError),
    ],
)
async def test_what_cannot_be_sent_is_refused_before_anything_leaves(
    lab: Lab, message: object, error: type[Exception]
) -> None:
    """Too many parts, no text, no encoding, no such port."""
    _, gateway = await lab.connected()
    with pytest.raises(error):
        await gateway.send_sms(message)  # type: ignore[arg-type]
    assert not lab.network.sent


async def test_without_a_link_nothing_is_sent(lab: Lab) -> None:
    """Neither before the first link, nor after it was closed."""
    _, device = await lab.modem()
    gateway = lab.gateway(device)
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.send_sms(to_peer("x"))
    assert caught.value.reason is Reason.NOT_CONNECTED
    await gateway.connect()
    await gateway.close()
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.send_sms(to_peer("x"))
    assert caught.value.reason is Reason.CLOSED


@pytest.mark.parametrize("reply", ["+CMS ERROR: 314", "+CMS ERROR: 42", "+CME ERROR: 515"])
async def test_what_surely_was_not_sent_is_repeated_for_a_passing_cause(
    lab: Lab, reply: str
) -> None:
    """SIM busy, congestion, a modem that still starts."""
    modem, gateway = await lab.connected()
    modem.faults.error("+CMGS", reply, times=2)
    receipt = await gateway.send_sms(to_peer("at last"))
    assert statuses(receipt) == [SENT]
    assert [sent.text for sent in lab.network.sent] == ["at last"]


@pytest.mark.parametrize(
    ("reply", "reason", "meaning"),
    [
        ("+CMS ERROR: 330", "smsc_unknown", "service centre address unknown"),
        ("+CMS ERROR: 28", "refused", "unidentified subscriber"),
        ("+CMS ERROR: 500", "refused", "unknown error"),
        ("+CMS ERROR: 42", "refused", "congestion"),
        ("+CMS ERROR: 193", "refused", "no service centre subscription"),
        ("+CMS ERROR: 77", "refused", "a cause of the network that TS 24.011 does not name"),
        ("+CMS ERROR: 2000", "refused", "a code of the manufacturer"),
        ("+CME ERROR: 3", "refused", "operation not allowed"),
        ("+CMS ERROR: SMSC address unknown", "smsc_unknown", "service centre address unknown"),
        ("+CMS ERROR: bananas", "refused", "an error without a known code"),
        ("+CMS ERROR: memory full", "refused", "memory full"),
        ("ERROR", "refused", "refused without a reason"),
    ],
)
async def test_a_refusal_is_told_in_words(lab: Lab, reply: str, reason: str, meaning: str) -> None:
    """And the parts after it are not tried."""
    modem, gateway = await lab.connected()
    modem.faults.error("+CMGS", reply, times=None)
    receipt = await gateway.send_sms(to_peer(LONG))
    assert statuses(receipt) == [FAILED] * 3
    assert (receipt.parts[0].reason, receipt.parts[0].meaning) == (reason, meaning)
    assert [part.reason for part in receipt.parts[1:]] == ["not_tried"] * 2
    assert not lab.network.sent


async def test_a_refusal_of_the_network_after_the_pdu(lab: Lab) -> None:
    """The cause of the network comes through; temporary ones are tried again."""
    _, gateway = await lab.connected()
    lab.network.refuse(42)
    lab.network.refuse(21)
    receipt = await gateway.send_sms(to_peer("no"))
    assert statuses(receipt) == [FAILED]
    assert receipt.parts[0].code == "+CMS ERROR: 21"


async def test_a_network_that_does_not_answer_leaves_it_open(lab: Lab) -> None:
    """+CMS ERROR: 332 after the PDU: the service centre may have it."""
    modem, gateway = await lab.connected()
    modem.faults.error("+CMGS", "+CMS ERROR: 332", position=Position.SUBMIT)
    receipt = await gateway.send_sms(to_peer("perhaps"))
    assert statuses(receipt) == [UNKNOWN]
    assert len(lab.network.sent) == 1


@pytest.mark.parametrize("fault", [FaultKind.MUTE, FaultKind.LATE])
async def test_no_answer_after_the_pdu_is_unknown_and_never_repeated(
    lab: Lab, fault: FaultKind
) -> None:
    """And the answer that comes late is nobody else's."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(fault, "+CMGS", Position.ANSWER, seconds=1.0))
    receipt = await gateway.send_sms(to_peer(LONG))
    assert statuses(receipt) == [UNKNOWN, FAILED, FAILED]
    assert len(lab.network.sent) == 1

    again = await gateway.send_sms(to_peer("next"))
    assert statuses(again) == [SENT]
    assert [sent.text for sent in lab.network.sent[1:]] == ["next"]
    assert again.parts[0].reference == lab.network.sent[1].reference
    assert not lab.watcher.losses


@pytest.mark.parametrize("fault", [FaultKind.MUTE, FaultKind.LATE])
async def test_no_prompt_means_not_sent(lab: Lab, fault: FaultKind) -> None:
    """The command is taken back with ESC, and a prompt that comes late gets no PDU."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(fault, "+CMGS", Position.PROMPT, seconds=0.9))
    receipt = await gateway.send_sms(to_peer("early"))
    assert statuses(receipt) == [FAILED]
    assert receipt.parts[0].reason == "no_prompt"
    assert statuses(await gateway.send_sms(to_peer("next"))) == [SENT]
    assert [sent.text for sent in lab.network.sent] == ["next"]


@pytest.mark.parametrize(
    ("position", "status", "left"),
    [
        (Position.COMMAND, FAILED, 0),
        (Position.PROMPT, FAILED, 0),
        (Position.SUBMIT, UNKNOWN, 1),
        (Position.ANSWER, UNKNOWN, 1),
    ],
)
async def test_a_link_that_is_lost_in_the_middle(
    lab: Lab, position: Position, status: SendStatus, left: int
) -> None:
    """Unknown from the moment on at which the PDU may have been taken."""
    modem, gateway = await lab.connected()
    modem.faults.unplug("+CMGS", position)
    receipt = await gateway.send_sms(to_peer("gone"))
    assert statuses(receipt) in ([status], [UNKNOWN])
    assert receipt.parts[0].reason == "connection_lost"
    assert len(lab.network.sent) == left
    await lab.watcher.wait_loss()


async def test_a_caller_that_gives_up_stops_nothing(lab: Lab) -> None:
    """All parts leave, and the line is in order afterwards."""
    modem, gateway = await lab.connected()
    modem.faults.late("+CMGS", 0.2, times=None)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await gateway.send_sms(to_peer(LONG))
    await lab.network.wait_sent(3)
    modem.faults.clear()
    assert statuses(await gateway.send_sms(to_peer("next"))) == [SENT]
    assert len(lab.network.sent) == 4


async def test_closing_lets_the_message_on_the_wire_end(lab: Lab) -> None:
    """Its receipt is true; nothing new is taken meanwhile."""
    modem, gateway = await lab.connected()
    modem.faults.late("+CMGS", 0.3)
    sending = asyncio.create_task(gateway.send_sms(to_peer("last words")))
    await lab.network.wait_sent(1)
    closing = asyncio.create_task(gateway.close())
    await asyncio.sleep(0)
    with pytest.raises(GatewayConnectionError):
        await gateway.send_sms(to_peer("too late"))
    await closing
    assert statuses(await sending) == [SENT]
    assert not lab.watcher.losses


async def test_closing_does_not_wait_for_ever(lab: Lab) -> None:
    """What is still open then is unknown."""
    modem, gateway = await lab.connected()
    modem.faults.mute("+CMGS")
    sending = asyncio.create_task(gateway.send_sms(to_peer(LONG)))
    await lab.network.wait_sent(1)
    await gateway.close()
    assert statuses(await sending) == [UNKNOWN, FAILED, FAILED]


async def test_sends_and_receipts_share_the_line(lab: Lab) -> None:
    """Texts that come while others leave are not kept waiting, nor the other way round."""
    _, gateway = await lab.connected()
    sends = [
        asyncio.create_task(gateway.send_sms(to_peer(f"out {number}"))) for number in range(10)
    ]
    for number in range(10):
        await lab.text(f"in {number}")
    await lab.inbox.wait_gone(10)
    receipts = await asyncio.gather(*sends)
    assert [receipt.status for receipt in receipts] == [SENT] * 10
    assert sorted(lab.inbox.texts) == sorted(f"in {number}" for number in range(10))


async def test_a_stray_ok_before_the_prompt_is_not_taken_for_sent(lab: Lab) -> None:
    """A result that comes twice: the second belongs to nothing."""
    modem, gateway = await lab.connected()
    modem.faults.add(Fault(FaultKind.DUPLICATE, "+CMGD"))
    await lab.text("trigger")
    await lab.inbox.wait_gone()
    receipts = [await gateway.send_sms(to_peer(f"text {number}")) for number in range(3)]
    assert [receipt.status for receipt in receipts] == [SENT] * 3
    assert [sent.text for sent in lab.network.sent] == ["text 0", "text 1", "text 2"]

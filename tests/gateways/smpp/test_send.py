"""Texts out: in parts, in a window, throttled, refused, and never twice."""

import asyncio
from datetime import timedelta

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    MessageError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import SendStatus
from custom_components.cellular_gateway.gateways.smpp.codec.commands import (
    NumberingPlan,
    TypeOfNumber,
)
from custom_components.cellular_gateway.gateways.smpp.gateway import DefaultAlphabet, LongText
from custom_components.cellular_gateway.gateways.source_address import SourceAddressType
from simulator.faults import FaultKind, Position
from simulator.smsc import Default

from .lab import Lab, only, statuses, to_peer

LONG = "many words " * 30
THREE = [SendStatus.SENT] * 3


async def test_a_short_text(lab: Lab) -> None:
    """All fields of the submit_sm, and the name that the service centre gave it."""
    gateway = await lab.connected(source_address="20407", service_type="CMT")
    receipt = await gateway.send_sms(to_peer("Hello"))
    assert receipt.encoding == "gsm7"
    part = only(receipt)
    assert (part.status, part.message_id) == (SendStatus.SENT, "A0B0C")
    (message,) = lab.submitted
    assert (message.source, message.source_ton, message.source_npi) == ("20407", 0, 1)
    assert (message.destination, message.destination_ton) == ("491701234567", 1)
    assert (message.destination_npi, message.service_type) == (1, "CMT")
    assert (message.esm_class, message.data_coding, message.octets) == (0, 0, b"Hello")
    assert (message.registered_delivery, message.validity, message.options) == (0, "", {})


@pytest.mark.parametrize("long_text", [LongText.UDH, LongText.SAR, LongText.PAYLOAD])
@pytest.mark.parametrize("alphabet", DefaultAlphabet)
@pytest.mark.parametrize("text", [LONG, "Straße – " * 20])
async def test_long_texts_arrive(
    lab: Lab, long_text: LongText, alphabet: DefaultAlphabet, text: str
) -> None:
    """At a telephone, in one piece, however they are cut and written."""
    lab.smsc.default = Default(alphabet.value)
    gateway = await lab.connected(long_text=long_text, default_alphabet=alphabet)
    receipt = await gateway.send_sms(to_peer(text))
    assert statuses(receipt) == (THREE if long_text is not LongText.PAYLOAD else THREE[:1])
    assert (await lab.network.phone("+491701234567").received()).text == text


async def test_how_parts_are_marked(lab: Lab) -> None:
    """By a header and its flag, or by parameters and no flag."""
    await (await lab.connected()).send_sms(to_peer(LONG))
    heads = [(message.esm_class, message.octets[:6]) for message in lab.submitted]
    reference = heads[0][1][3]
    assert heads == [(0x40, bytes((5, 0, 3, reference, 3, number))) for number in (1, 2, 3)]
    lab.account.submitted.clear()
    await (await lab.connected(long_text=LongText.SAR)).send_sms(to_peer(LONG))
    assert [message.esm_class for message in lab.submitted] == [0, 0, 0]
    assert [message.options[0x020F] for message in lab.submitted] == [b"\1", b"\2", b"\3"]
    assert {message.options[0x020E] for message in lab.submitted} == {b"\3"}
    assert len({message.options[0x020C] for message in lab.submitted}) == 1


@pytest.mark.parametrize(
    ("settings", "options", "expected"),
    [
        ({}, {}, ("", 0, 0)),
        ({"source_address": "+49171555"}, {}, ("49171555", 1, 1)),
        ({"source_address": "Alarm"}, {}, ("Alarm", 5, 0)),
        ({"source_address": "20407", "source_ton": TypeOfNumber.ABBREVIATED}, {}, ("20407", 6, 1)),
        ({"source_address": "20407", "source_npi": NumberingPlan.PRIVATE}, {}, ("20407", 0, 9)),
        ({"source_address": "Alarm"}, {"source_address": "20407"}, ("20407", 0, 1)),
        ({}, {"source_address": "+49 30 123456"}, ("4930123456", 1, 1)),
        (
            {"source_ton": TypeOfNumber.ABBREVIATED},
            {"source_address": "123", "source_address_type": SourceAddressType.ALPHANUMERIC},
            ("123", 5, 0),
        ),
        (
            {},
            {"source_address": "0171", "source_address_type": SourceAddressType.NATIONAL},
            ("0171", 2, 1),
        ),
    ],
)
async def test_senders(
    lab: Lab, settings: dict[str, str], options: dict[str, str], expected: tuple[str, int, int]
) -> None:
    """By the account, by the text, and with types that were chosen."""
    gateway = await lab.connected(**settings)
    await gateway.send_sms(to_peer("x", **options))
    (message,) = lab.submitted
    assert (message.source, message.source_ton, message.source_npi) == expected


async def test_recipients(lab: Lab) -> None:
    """Their types too; what is no number of SMPP's is refused before it is sent."""
    gateway = await lab.connected(
        destination_ton=TypeOfNumber.NATIONAL, destination_npi=NumberingPlan.NATIONAL
    )
    await gateway.send_sms(to_peer("x"))
    (message,) = lab.submitted
    assert (message.destination_ton, message.destination_npi) == (2, 8)
    for wrong in (
        to_peer("x", validity=timedelta(0)),
        to_peer(""),
        to_peer("x" * 2000, max_parts=2),
        to_peer("x", source_address="*100#"),
        to_peer("x", source_address="a name that is too long"),
    ):
        with pytest.raises(MessageError):
            await gateway.send_sms(wrong)
    for nowhere in (to_peer("x", endpoint="5"), to_peer("x", group="all"), to_peer("x", port="2")):
        with pytest.raises(UnsupportedError):
            await gateway.send_sms(nowhere)
    assert len(lab.submitted) == 1


async def test_flash_validity_and_reports(lab: Lab) -> None:
    """What a person may want of a text."""
    gateway = await lab.connected()
    for text in ("now", "сейчас", "сейчас " * 20):
        await gateway.send_sms(
            to_peer(text, flash=True, validity=timedelta(hours=2), delivery_report=True)
        )
        assert (await lab.network.phone("+491701234567").received()).flash
    codings = [(message.data_coding, message.options) for message in lab.submitted]
    assert codings == [(0xF0, {}), *[(8, {0x0005: b"\1"})] * 4]
    assert {message.validity for message in lab.submitted} == {"000000020000000R"}
    assert {message.registered_delivery for message in lab.submitted} == {1}


@pytest.mark.parametrize("long_text", LongText)
async def test_flash_in_latin1(lab: Lab, long_text: LongText) -> None:
    """No data_coding says both, so that a parameter does."""
    lab.smsc.default = Default.LATIN1
    gateway = await lab.connected(default_alphabet=DefaultAlphabet.LATIN1, long_text=long_text)
    await gateway.send_sms(to_peer("Grüße " * 50, flash=True))
    received = await lab.network.phone("+491701234567").received()
    assert (received.text, received.flash) == ("Grüße " * 50, True)
    assert {message.data_coding for message in lab.submitted} == {0}
    assert {message.options[0x0005] for message in lab.submitted} == {b"\1"}


@pytest.mark.parametrize("long_text", LongText)
@pytest.mark.parametrize("alphabet", DefaultAlphabet)
@pytest.mark.parametrize("text", ["short", "word " * 100, "Δ" + "word " * 29])
async def test_the_number_of_parts(
    lab: Lab, long_text: LongText, alphabet: DefaultAlphabet, text: str
) -> None:
    """Is known before."""
    lab.smsc.default = Default(alphabet.value)
    gateway = await lab.connected(long_text=long_text, default_alphabet=alphabet)
    count = gateway.count_parts(to_peer(text))
    assert len((await gateway.send_sms(to_peer(text))).parts) == count


@pytest.mark.parametrize("place", ["settings", "text"])
async def test_a_sender_that_the_wire_cannot_carry(lab: Lab, place: str) -> None:
    """Is refused, since another one would be seen."""
    sender = {"source_address": "Łódź"}
    gateway = await lab.connected(**(sender if place == "settings" else {}))
    with pytest.raises(MessageError) as raised:
        await gateway.send_sms(to_peer("x", **(sender if place == "text" else {})))
    assert raised.value.reason == "invalid_source_address"
    assert not lab.submitted


async def test_a_login_that_the_wire_cannot_carry(lab: Lab) -> None:
    """Is wrong, and not tried as another one."""
    with pytest.raises(GatewayAuthenticationError) as raised:
        await lab.gateway(password="zł€").connect()
    assert raised.value.reason is Reason.LOGIN_WRONG
    assert not lab.smsc.heard_frames


async def test_a_refusal(lab: Lab) -> None:
    """In words; of a longer text nothing further is sent."""
    gateway = await lab.connected()
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", text="0x0B")
    receipt = await gateway.send_sms(to_peer(LONG))
    assert statuses(receipt) == [SendStatus.FAILED] * 3
    first = receipt.parts[0]
    assert (first.reason, first.code) == ("refused", "ESME_RINVDSTADR")
    assert first.meaning == "the recipient's number is not valid"
    assert [part.reason for part in receipt.parts[1:]] == [Reason.NOT_TRIED] * 2
    assert len(lab.heard("SUBMIT_SM")) == 1


async def test_the_service_centre_knows_no_such_request(lab: Lab) -> None:
    """A generic_nack answers a submit_sm as well."""
    gateway = await lab.connected()
    lab.smsc.sessions[0].mode = "receiver"
    part = only(await gateway.send_sms(to_peer("x")))
    assert (part.status, part.code) == (SendStatus.FAILED, "ESME_RINVBNDSTS")


@pytest.mark.parametrize(
    ("kind", "position", "reason"),
    [
        (FaultKind.MUTE, Position.COMMAND, "no_answer"),
        (FaultKind.UNPLUG, Position.ANSWER, "connection_lost"),
        (FaultKind.UNPLUG, Position.COMMAND, "connection_lost"),
    ],
)
async def test_an_unknown_outcome(
    lab: Lab, kind: FaultKind, position: Position, reason: str
) -> None:
    """Nobody knows whether it was taken, and it is never sent again."""
    gateway = await lab.connected()
    lab.fault(kind, "SUBMIT_SM", position)
    receipt = await gateway.send_sms(to_peer(LONG))
    assert statuses(receipt) == [SendStatus.UNKNOWN, SendStatus.FAILED, SendStatus.FAILED]
    assert receipt.parts[0].reason == reason
    if kind is FaultKind.UNPLUG:
        await lab.watcher.wait_loss()
        await gateway.connect()
    assert only(await gateway.send_sms(to_peer("next"))).status is SendStatus.SENT
    assert len(lab.heard("SUBMIT_SM")) == 2


async def test_a_late_answer(lab: Lab) -> None:
    """Comes when nobody waits for it, and is taken for no other's."""
    gateway = await lab.connected()
    lab.fault(FaultKind.LATE, "SUBMIT_SM", seconds=0.8)
    lab.fault(FaultKind.ERROR, "SUBMIT_SM", text="0x45")
    assert only(await gateway.send_sms(to_peer("slow"))).status is SendStatus.UNKNOWN
    await lab.settled()
    assert only(await gateway.send_sms(to_peer("next"))).status is SendStatus.SENT
    assert not lab.watcher.losses


async def test_an_answer_twice(lab: Lab) -> None:
    """Counts once."""
    gateway = await lab.connected()
    lab.fault(FaultKind.DUPLICATE, "SUBMIT_SM")
    receipt = await gateway.send_sms(to_peer(LONG))
    assert statuses(receipt) == THREE
    assert len({part.message_id for part in receipt.parts}) == 3


async def test_the_window(lab: Lab) -> None:
    """So many are on their way at once, and no more."""
    gateway = await lab.connected(window=3)
    lab.fault(FaultKind.LATE, "SUBMIT_SM", times=None, seconds=0.1)
    sending = [asyncio.create_task(gateway.send_sms(to_peer(f"text {n}"))) for n in range(8)]
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 3)
    state = await gateway.poll()
    assert state.ports["1"].queue_length == 8
    assert len(lab.heard("SUBMIT_SM")) == 3
    receipts = await asyncio.gather(*sending)
    assert {receipt.status for receipt in receipts} == {SendStatus.SENT}
    assert [message.octets for message in lab.submitted] == [b"text %d" % n for n in range(8)]


async def test_the_queue_is_told(lab: Lab) -> None:
    """While it lasts, and when it is over."""
    gateway = await lab.connected()
    lab.fault(FaultKind.LATE, "SUBMIT_SM", seconds=0.2)
    await gateway.send_sms(to_peer(LONG))

    def told() -> list[int | None]:
        return [state.ports["1"].queue_length for state in lab.watcher.states]

    await lab.watcher.until(lambda: told()[-1:] == [0])
    assert told()[0] == 3


async def test_a_loss_in_the_middle(lab: Lab) -> None:
    """What was on its way is unknown, what waited surely was not sent."""
    gateway = await lab.connected(window=2)
    lab.fault(FaultKind.MUTE, "SUBMIT_SM", times=None)
    sending = [asyncio.create_task(gateway.send_sms(to_peer(f"text {n}"))) for n in range(4)]
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 2)
    lab.smsc.disconnect()
    parts = [only(receipt) for receipt in await asyncio.gather(*sending)]
    assert [part.status for part in parts] == [
        SendStatus.UNKNOWN,
        SendStatus.UNKNOWN,
        SendStatus.FAILED,
        SendStatus.FAILED,
    ]
    assert {part.reason for part in parts} == {"connection_lost"}


async def test_closing_while_sending(lab: Lab) -> None:
    """Waits for the answer, but not for ever; every caller has his receipt."""
    gateway = await lab.connected()
    lab.fault(FaultKind.LATE, "SUBMIT_SM", seconds=0.2)
    sending = asyncio.create_task(gateway.send_sms(to_peer("x")))
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 1)
    await gateway.close()
    assert only(await sending).status is SendStatus.SENT
    with pytest.raises(GatewayConnectionError):
        await gateway.send_sms(to_peer("x"))


async def test_a_caller_that_gives_up(lab: Lab) -> None:
    """The text goes out all the same, all of it."""
    gateway = await lab.connected()
    lab.fault(FaultKind.LATE, "SUBMIT_SM", seconds=0.1)
    sending = asyncio.create_task(gateway.send_sms(to_peer(LONG)))
    await lab.smsc.until(lambda: len(lab.heard("SUBMIT_SM")) == 1)
    sending.cancel()
    assert (await lab.network.phone("+491701234567").received()).text == LONG


async def test_no_secret_in_the_log(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """Neither numbers nor texts nor the password, whatever is logged."""
    caplog.set_level("DEBUG")
    gateway = await lab.connected()
    await gateway.send_sms(to_peer("private words"))
    await lab.text("private answer")
    await lab.inbox.wait_gone()
    ours = [record.getMessage() for record in caplog.records if "cellular_gateway" in record.name]
    assert any("submit_sm" in line for line in ours)
    for secret in ("private", "1701234567", lab.account.password, b"private".hex()):
        assert not any(secret in line for line in ours)

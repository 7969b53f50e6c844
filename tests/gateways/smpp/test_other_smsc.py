"""The gateway against a service centre that others wrote: it is SMPP, and no dialect of ours."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from functools import partial
import socket

import pytest
import smpp34

from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import GatewayInfo, SendStatus, SmsKind
from custom_components.cellular_gateway.gateways.smpp.gateway import (
    BindMode,
    LongText,
    SmppGateway,
    SmppSettings,
)
from custom_components.cellular_gateway.sms.tpdu import Concatenation, DeliveryOutcome
from simulator.smsc import wire

from ..consumers import WAIT, Inbox, Notebook, Watcher
from .lab import CLOCKS, PEER, only, statuses, to_peer

TEXT = "many words " * 30


class Centre:
    """Their service centre, whose events are taken as they come."""

    def __init__(self, port: int) -> None:
        """Listen to nothing yet."""
        self.server = smpp34.Server("127.0.0.1", port, system_id="theirs")
        self.bound: asyncio.Queue[smpp34.Esme] = asyncio.Queue()
        self.ended: asyncio.Queue[smpp34.Unbound] = asyncio.Queue()
        self.submitted: list[smpp34.SubmitSmEvent] = []
        self.answer: Callable[[smpp34.SubmitSmEvent], None] = self.accept

    def accept(self, submit: smpp34.SubmitSmEvent) -> None:
        """Take a message, and name it by how many came before."""
        submit.accept(f"id-{len(self.submitted)}")

    async def run(self) -> None:
        """Take what happens."""
        while True:
            event = await self.server.next()
            if isinstance(event, smpp34.Esme):
                self.bound.put_nowait(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self.submitted.append(event)
                self.answer(event)
            else:
                self.ended.put_nowait(event)


@pytest.fixture
async def centre(socket_enabled: None, unused_port: int) -> AsyncIterator[Centre]:
    """Their service centre, listening."""
    centre = Centre(unused_port)
    await centre.server.start()
    running = asyncio.create_task(centre.run())
    yield centre
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await centre.server.stop()


@pytest.fixture
def unused_port(socket_enabled: None) -> int:
    """A port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(unused_port: int) -> SmppSettings:
    """How their service centre is reached; it lets everybody in."""
    return SmppSettings(
        host="127.0.0.1",
        port=unused_port,
        system_id="ha",
        password="secret08",
        source_address="20407",
        country="DE",
        clocks=CLOCKS,
    )


@pytest.fixture
def inbox() -> Inbox:
    """Who keeps what comes."""
    return Inbox()


@pytest.fixture
async def gateway(settings: SmppSettings, inbox: Inbox) -> AsyncIterator[SmppGateway]:
    """A gateway that is not connected yet."""
    gateway = SmppGateway(settings, memory=Notebook())
    gateway.subscribe_messages(inbox)
    yield gateway
    await gateway.close()


async def connected(gateway: SmppGateway, centre: Centre) -> smpp34.Esme:
    """Connect, and return the session as they see it."""
    assert await gateway.connect() == GatewayInfo(model="theirs", firmware="SMPP 3.4")
    async with asyncio.timeout(WAIT):
        return await centre.bound.get()


@pytest.mark.parametrize("mode", BindMode)
async def test_session(centre: Centre, settings: SmppSettings, mode: BindMode) -> None:
    """Bind, keepalive, and leave, in each of the three modes."""
    gateway = SmppGateway(
        SmppSettings(
            host=settings.host, port=settings.port, system_id="ha", mode=mode, clocks=CLOCKS
        ),
        memory=Notebook(),
    )
    watcher = Watcher()
    gateway.subscribe_state(watcher)
    esme = await connected(gateway, centre)
    assert (esme.system_id, esme.can_receive) == ("ha", mode.receives)
    # Longer than a keepalive and the time for its answer.
    await asyncio.sleep(CLOCKS.keepalive + CLOCKS.response + 0.1)
    assert not watcher.losses
    await gateway.close()
    async with asyncio.timeout(WAIT):
        assert (await centre.ended.get()).session_id == esme.session_id


async def test_a_text_out(centre: Centre, gateway: SmppGateway) -> None:
    """Fields, flags and names as they read and write them."""
    await connected(gateway, centre)
    receipt = await gateway.send_sms(to_peer("Grüße {", delivery_report=True))
    assert (only(receipt).status, only(receipt).message_id) == (SendStatus.SENT, "id-1")
    (submit,) = centre.submitted
    assert (submit.source_addr, submit.source_addr_ton, submit.source_addr_npi) == ("20407", 0, 1)
    assert (submit.destination_addr, submit.dest_addr_ton) == ("491701234567", 1)
    assert (submit.data_coding, submit.registered_delivery) == (0, 1)
    assert submit.short_message == b"Gr\x7e\x1ee \x1b\x28"


@pytest.mark.parametrize("long_text", LongText)
async def test_a_long_text_out(centre: Centre, settings: SmppSettings, long_text: LongText) -> None:
    """By header, by sar parameters, or as a payload."""
    gateway = SmppGateway(
        SmppSettings(host=settings.host, port=settings.port, long_text=long_text, clocks=CLOCKS),
        memory=Notebook(),
    )
    await connected(gateway, centre)
    receipt = await gateway.send_sms(to_peer(TEXT))
    await gateway.close()
    count = 1 if long_text is LongText.PAYLOAD else 3
    assert statuses(receipt) == [SendStatus.SENT] * count
    tags = [{tlv.tag: tlv for tlv in submit.tlvs} for submit in centre.submitted]
    if long_text is LongText.PAYLOAD:
        assert tags[0][wire.PAYLOAD].value == TEXT.encode()
    elif long_text is LongText.SAR:
        numbers = [each[wire.SAR_NUMBER].value[0] for each in tags]
        by_number = dict(zip(numbers, centre.submitted, strict=True))
        whole = b"".join(by_number[number].short_message for number in (1, 2, 3))
        assert whole == TEXT.encode()
    else:
        assert {submit.esm_class for submit in centre.submitted} == {0x40}
        parts = sorted(submit.short_message[5:] for submit in centre.submitted)
        assert [part[0] for part in parts] == [1, 2, 3]
        assert b"".join(part[1:] for part in parts) == TEXT.encode()


async def test_a_refusal_and_throttling(centre: Centre, gateway: SmppGateway) -> None:
    """What they do not take is told, or tried again where they ask for patience."""
    await connected(gateway, centre)
    answers = iter([wire.THROTTLED, None, wire.BAD_DESTINATION])

    def answer(submit: smpp34.SubmitSmEvent) -> None:
        if (status := next(answers)) is None:
            submit.accept("taken")
        else:
            submit.reject(status)

    centre.answer = answer
    assert only(await gateway.send_sms(to_peer("patient"))).message_id == "taken"
    part = only(await gateway.send_sms(to_peer("wrong")))
    assert (part.status, part.code) == (SendStatus.FAILED, "ESME_RINVDSTADR")
    assert len(centre.submitted) == 3


async def test_texts_in(centre: Centre, gateway: SmppGateway, inbox: Inbox) -> None:
    """Kept, then acknowledged; refused for now where they cannot be kept."""
    esme = await connected(gateway, centre)
    inbox.failure = NotKeptError("disk full")
    deliver = partial(
        esme.deliver_sm,
        "20407",
        source_addr="491701234567",
        source_addr_ton=1,
        source_addr_npi=1,
    )
    assert (await deliver(b"Hello")).command_status == 0x64
    inbox.failure = None
    assert (await deliver(b"Hello")).is_success
    await deliver(b"\x05\x00\x03\x09\x02\x01\x04\x1f", esm_class=0x40, data_coding=8)
    await deliver(tlvs=[smpp34.Tlv(wire.PAYLOAD, b"a payload")])
    hello, part, payload = await inbox.wait_new(3)
    assert (hello.text, hello.sender) == ("Hello", PEER)
    assert (part.text, part.concatenation) == ("П", Concatenation(9, 2, 1))
    assert payload.text == "a payload"


async def test_a_receipt(centre: Centre, gateway: SmppGateway, inbox: Inbox) -> None:
    """By parameters, and as a text."""
    esme = await connected(gateway, centre)
    name = only(await gateway.send_sms(to_peer("x", delivery_report=True))).message_id
    assert name
    tlvs = [
        smpp34.Tlv(wire.RECEIPTED_MESSAGE_ID, name.encode() + b"\0"),
        smpp34.Tlv(wire.MESSAGE_STATE, b"\x02"),
    ]
    await esme.deliver_sm("20407", source_addr="491701234567", esm_class=4, tlvs=tlvs)
    text = f"id:{name} sub:001 dlvrd:000 submit date:2611211200 done date:2611211201 stat:UNDELIV"
    await esme.deliver_sm("20407", text.encode(), source_addr="491701234567", esm_class=4)
    parts = await inbox.wait_new(2)
    assert {part.kind for part in parts} == {SmsKind.STATUS_REPORT}
    reports = [part.report for part in parts if part.report]
    assert [(report.message_id, report.outcome) for report in reports] == [
        (name, DeliveryOutcome.DELIVERED),
        (name, DeliveryOutcome.FAILED),
    ]


async def test_they_end_the_session(centre: Centre, gateway: SmppGateway) -> None:
    """With an unbind that is answered; a new session is made."""
    watcher = Watcher()
    gateway.subscribe_state(watcher)
    esme = await connected(gateway, centre)
    await esme.unbind()
    await watcher.wait_loss()
    await connected(gateway, centre)
    assert only(await gateway.send_sms(to_peer("back"))).status is SendStatus.SENT

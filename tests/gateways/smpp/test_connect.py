"""The way into a service centre, and out of it."""

import asyncio
from dataclasses import replace
import socket

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import GatewayInfo, PortState, SendStatus
from custom_components.cellular_gateway.gateways.smpp.client import SmppClient
from custom_components.cellular_gateway.gateways.smpp.codec.commands import (
    NumberingPlan,
    TypeOfNumber,
)
from custom_components.cellular_gateway.gateways.smpp.gateway import (
    PRESETS,
    TEST_TEXT,
    BindMode,
    SmppGateway,
    probe,
)
from custom_components.cellular_gateway.gateways.source_address import SourceAddressType
from simulator.faults import FaultKind
from simulator.smsc.wire import (
    BIND_TRANSCEIVER,
    ENQUIRE_LINK,
    GENERIC_NACK,
    RESPONSE,
    UNBIND,
    Frame,
)

from ..consumers import WAIT
from .lab import CLOCKS, Lab, only, to_peer


async def test_who_lets_us_in(lab: Lab) -> None:
    """Name and version as the service centre tells them."""
    gateway = lab.gateway()
    assert await gateway.connect() == GatewayInfo(model="simulated", firmware="SMPP 3.4")
    assert gateway.state.ports == {"1": PortState(key="1", queue_length=0)}


async def test_all_that_the_bind_says(lab: Lab) -> None:
    """Who we are, what kind of system, and for which numbers."""
    lab.account.system_type = "HOME"
    await lab.connected(
        system_type="HOME",
        address_range="^204",
        address_ton=TypeOfNumber.ABBREVIATED,
        address_npi=NumberingPlan.PRIVATE,
    )
    bind = lab.smsc.sessions[0].bind
    assert bind is not None
    assert (bind.system_id, bind.password, bind.system_type) == ("ha", "secret08", "HOME")
    assert (bind.version, bind.address_range, bind.ton, bind.npi) == (0x34, "^204", 6, 9)


@pytest.mark.parametrize(
    ("mode", "sends", "receives"),
    [
        (BindMode.TRANSCEIVER, True, True),
        (BindMode.TRANSMITTER, True, False),
        (BindMode.RECEIVER, False, True),
    ],
)
async def test_modes(lab: Lab, mode: BindMode, sends: bool, receives: bool) -> None:
    """What a session is for, it does, and nothing else."""
    lab.account.modes = frozenset({mode.value})
    gateway = await lab.connected(mode=mode)
    assert gateway.capabilities.send_sms is sends
    assert gateway.capabilities.delivery_reports is (sends and receives)
    assert gateway.can_reply(to_peer("x")) is receives
    await lab.text("in")
    if sends:
        assert only(await gateway.send_sms(to_peer("out"))).status is SendStatus.SENT
    else:
        with pytest.raises(UnsupportedError):
            await gateway.send_sms(to_peer("out"))
    if receives:
        await lab.inbox.wait_gone()
    else:
        assert lab.network.waiting(lab.account.number) == 1


@pytest.mark.parametrize(
    "wrong", [{"password": "sesame"}, {"system_id": "nobody"}, {"password": "x" * 60}]
)
async def test_a_wrong_login(lab: Lab, wrong: dict[str, str]) -> None:
    """Only a person can help; the password is in no error."""
    settings = lab.settings(**wrong)
    with pytest.raises(GatewayAuthenticationError) as caught:
        await SmppGateway(settings, memory=lab.notebook).connect()
    assert caught.value.reason is Reason.LOGIN_WRONG
    assert settings.password not in repr(caught.value) + repr(settings)


@pytest.mark.parametrize(
    ("status", "code", "temporary"),
    [
        ("0x0D", "ESME_RBINDFAIL", True),
        ("0x05", "ESME_RALYBND", True),
        ("0x08", "ESME_RSYSERR", True),
        ("0x03", "ESME_RINVCMDID", False),
        ("0x400", "0x00000400", False),
        ("0xDEADBEEF", "0xDEADBEEF", False),
    ],
)
async def test_a_refused_bind(lab: Lab, status: str, code: str, temporary: bool) -> None:
    """In words, and tried again where that can help."""
    gateway = lab.gateway()
    lab.fault(FaultKind.ERROR, "BIND_TRANSCEIVER", text=status)
    with pytest.raises(GatewayRefusedError) as caught:
        await gateway.connect()
    assert (caught.value.code, caught.value.temporary) == (code, temporary)
    assert caught.value.meaning
    await gateway.connect()


async def test_too_many_sessions(lab: Lab) -> None:
    """The service centre has not given our last session up yet; it passes."""
    lab.smsc.most_sessions = 1
    first = await lab.connected()
    second = lab.gateway()
    with pytest.raises(GatewayRefusedError):
        await second.connect()
    await first.close()
    await second.connect()


async def test_nobody_answers(lab: Lab) -> None:
    """A service centre that says nothing to the bind, and a port that is closed."""
    lab.smsc.faults.silence()
    with pytest.raises(GatewayTimeoutError):
        await lab.gateway().connect()
    lab.smsc.faults.clear()
    await lab.smsc.stop()
    with pytest.raises(GatewayConnectionError) as caught:
        await lab.gateway().connect()
    assert caught.value.reason is Reason.CONNECTION_REFUSED


@pytest.mark.parametrize(
    "error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")]
)
async def test_a_host_that_is_none(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """As the resolver says, which tests may not ask."""

    def getaddrinfo(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(GatewayConnectionError) as caught:
        await lab.gateway(host="smsc.example").connect()
    assert caught.value.reason is Reason.HOST_UNREACHABLE


async def test_a_bind_that_is_cut_off(lab: Lab) -> None:
    """Some service centres hang up on who is not welcome."""
    lab.fault(FaultKind.UNPLUG, "BIND_TRANSCEIVER")
    with pytest.raises(GatewayConnectionError) as caught:
        await lab.gateway().connect()
    assert caught.value.reason is Reason.CONNECTION_LOST
    assert not lab.watcher.losses


async def test_a_session_that_ends_as_it_begins(lab: Lab) -> None:
    """Let in and sent away in one breath: there is no session, and the next try makes one."""
    let_in = Frame(BIND_TRANSCEIVER | RESPONSE, 0, 1, b"them\0")
    lab.fault(
        FaultKind.GARBAGE,
        "BIND_TRANSCEIVER",
        data=let_in.octets() + Frame(UNBIND, 0, 1).octets(),
    )
    gateway = lab.gateway()
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.reason is Reason.CONNECTION_LOST
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    assert not lab.watcher.losses
    await gateway.connect()
    assert only(await gateway.send_sms(to_peer("x"))).status is SendStatus.SENT


async def test_a_nack_is_no_success(lab: Lab) -> None:
    """Whatever its status says: neither a session nor a text that was sent."""
    gateway = lab.gateway(clocks=replace(CLOCKS, keepalive=60.0))
    lab.fault(FaultKind.GARBAGE, "BIND_TRANSCEIVER", data=Frame(GENERIC_NACK, 0, 1).octets())
    with pytest.raises(GatewayRefusedError):
        await gateway.connect()
    await gateway.connect()
    lab.fault(FaultKind.GARBAGE, "SUBMIT_SM", data=Frame(GENERIC_NACK, 0, 2).octets())
    part = only(await gateway.send_sms(to_peer("x")))
    assert (part.status, part.code) == (SendStatus.FAILED, "ESME_RUNKNOWNERR")


async def test_connecting_anew_is_given_up(lab: Lab) -> None:
    """The session that was is ended all the same."""
    gateway = await lab.connected()
    lab.smsc.faults.silence()
    connecting = asyncio.create_task(gateway.connect())
    await lab.smsc.until(lambda: bool(lab.heard("UNBIND")))
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    await lab.smsc.until(lambda: not lab.smsc.sessions)


async def test_who_asks_and_never_reads() -> None:
    """Nothing piles up for him: he is no longer read, and then given up."""
    ours, theirs = socket.socketpair()
    _, asking = await asyncio.open_connection(sock=theirs)
    reader, writer = await asyncio.open_connection(sock=ours)
    lost: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    client = SmppClient(
        reader,
        writer,
        delivered=lambda _: None,
        answered=lambda _: None,
        lost=lambda _: lost.set_result(writer.transport.get_write_buffer_size()),
        clocks=CLOCKS,
    )
    asking.write(Frame(ENQUIRE_LINK, 0, 1).octets() * 100_000)
    client.keep_alive()
    async with asyncio.timeout(WAIT):
        assert await lost < 200_000
    await client.close()
    assert writer.transport.get_write_buffer_size() == 0
    asking.transport.abort()


async def test_leave_is_taken(lab: Lab) -> None:
    """With an unbind, whose answer is waited for only so long."""
    gateway = await lab.connected()
    await gateway.close()
    assert len(lab.heard("UNBIND")) == 1
    await gateway.connect()
    lab.smsc.faults.silence()
    await gateway.close()
    assert not lab.watcher.losses


async def test_the_service_centre_ends_the_session(lab: Lab) -> None:
    """Its unbind is answered, and told as a lost link."""
    gateway = await lab.connected()
    await lab.smsc.sessions[0].unbind()
    await lab.watcher.wait_loss()
    assert lab.watcher.losses[0].reason is Reason.CONNECTION_LOST
    assert len(lab.heard("UNBIND_RESP")) == 1
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    await gateway.connect()


async def test_keepalive(lab: Lab) -> None:
    """A service centre that is silent is asked, and one that is dead is found out."""
    await lab.connected()
    await lab.smsc.until(lambda: len(lab.heard("ENQUIRE_LINK")) >= 2)
    assert not lab.watcher.losses
    lab.smsc.faults.silence()
    await lab.watcher.wait_loss()
    assert lab.watcher.losses[0].temporary


async def test_its_keepalive_is_answered(lab: Lab) -> None:
    """As often as it asks."""
    await lab.connected()
    session = lab.smsc.sessions[0]
    for _ in range(3):
        answer = await session.request(0x15)
        assert answer is not None
        assert answer.status == 0


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", id="another protocol"),
        pytest.param((15).to_bytes(4) + bytes(12), id="shorter than a header"),
        pytest.param((2**31).to_bytes(4) + bytes(12), id="oversized"),
        pytest.param(bytes(16), id="zeros"),
    ],
)
async def test_what_cannot_be_framed(lab: Lab, octets: bytes) -> None:
    """There is no way to find the next PDU, so the link is given up and made anew."""
    gateway = await lab.connected()
    lab.smsc.sessions[0].write_octets(octets)
    await lab.watcher.wait_loss()
    await lab.smsc.until(lambda: bool(lab.heard("0x80000000_RESP")))
    await gateway.connect()
    assert len(lab.watcher.losses) == 1


async def test_a_pdu_that_never_ends(lab: Lab) -> None:
    """The keepalive finds out that nothing is answered any more."""
    await lab.connected()
    lab.smsc.sessions[0].write_octets((60_000).to_bytes(4) + bytes(100))
    await lab.watcher.wait_loss()


async def test_pdus_that_nobody_expects(lab: Lab) -> None:
    """Unknown requests are refused, unknown responses ignored, and the session goes on."""
    gateway = await lab.connected()
    session = lab.smsc.sessions[0]
    for command in (0x0000ABCD, 0x00000004, 0x00000003):
        answer = await session.request(command)
        assert answer is not None
        assert (answer.command, answer.status) == (0x80000000, 3)
    for command in (0x80000004, 0x80000000, 0x8000ABCD, 0x00000102, 0x0000000B):
        session.write_octets(
            (16).to_bytes(4) + command.to_bytes(4) + bytes(4) + b"\x00\x0f\xff\xff"
        )
    assert only(await gateway.send_sms(to_peer("still here"))).status is SendStatus.SENT
    assert not lab.watcher.losses


async def test_connecting_can_be_given_up(lab: Lab) -> None:
    """By who called it, and by closing; the next one works."""
    gateway = lab.gateway()
    lab.smsc.faults.silence()
    connecting = asyncio.create_task(gateway.connect())
    await lab.smsc.until(lambda: bool(lab.heard("BIND_TRANSCEIVER")))
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    connecting = asyncio.create_task(gateway.connect())
    await lab.smsc.until(lambda: len(lab.heard("BIND_TRANSCEIVER")) == 2)
    await gateway.close()
    with pytest.raises(GatewayError):
        await connecting
    lab.smsc.faults.clear()
    await gateway.connect()
    assert not lab.watcher.losses


async def test_probe(lab: Lab) -> None:
    """Who answers; what comes in meanwhile is left for later."""
    await lab.text("for later")
    result = await probe(lab.settings())
    assert (result.info.model, result.receipt) == ("simulated", None)
    assert len(lab.heard("UNBIND")) == 1
    with pytest.raises(GatewayAuthenticationError):
        await probe(lab.settings(password="wrong"))
    assert lab.network.waiting(lab.account.number) == 1
    await lab.connected()
    await lab.inbox.wait_gone()


async def test_probe_with_a_text(lab: Lab) -> None:
    """So that a person can see which alphabet is right."""
    result = await probe(lab.settings(), message=to_peer(TEST_TEXT))
    assert result.receipt is not None
    assert result.receipt.status is SendStatus.SENT
    assert (await lab.network.wait_sent(1))[0].text == TEST_TEXT


async def test_the_preset_of_a_router(lab: Lab) -> None:
    """As the RUT leaves the works."""
    preset = PRESETS["teltonika_rut"]
    assert (preset.port, preset.system_id, preset.password) == (7777, "admin", "admin01")
    assert preset.password not in repr(preset)


@pytest.mark.parametrize(
    ("own", "options", "answerable"),
    [
        ("20407", {}, True),
        (None, {}, True),
        ("Alarm", {}, False),
        ("20407", {"source_address": "Alarm"}, False),
        ("Alarm", {"source_address": "20407"}, True),
        (
            None,
            {"source_address": "12", "source_address_type": SourceAddressType.ALPHANUMERIC},
            False,
        ),
    ],
)
async def test_nobody_can_answer_a_name(
    lab: Lab, own: str | None, options: dict[str, str], answerable: bool
) -> None:
    """And whoever waits for a reply is told so before."""
    gateway = lab.gateway(source_address=own)
    assert gateway.can_reply(to_peer("x", **options)) is answerable

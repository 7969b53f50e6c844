"""The simulated service centre: octet by octet, and with a customer that others wrote."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import smpp34

from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network
from simulator.smsc import Account, Default, Long, Message, Smsc, Style
from simulator.smsc.wire import RECEIPTED_MESSAGE_ID, Frame, read_frame, string

PEER = "+491701234567"
NUMBER = "20407"

BIND_OK = string("ha") + string("secret08") + string("") + b"\x34\0\0" + string("")


class Customer:
    """A customer that says what a test wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take an open connection."""
        self.reader = reader
        self.writer = writer
        self._number = 0

    async def ask(self, command: int, body: bytes = b"") -> Frame:
        """Send a request and return what comes next."""
        self._number += 1
        self.writer.write(Frame(command, 0, self._number, body).octets())
        return await self.read()

    async def read(self) -> Frame:
        """Return the next PDU."""
        async with asyncio.timeout(5):
            return await read_frame(self.reader)

    def answer(self, frame: Frame, status: int = 0) -> None:
        """Answer a delivery."""
        answer = Frame(frame.command | 0x80000000, status, frame.number, b"\0")
        self.writer.write(answer.octets())

    async def bound(self, command: int = 9) -> Customer:
        """Log in, by default both ways."""
        assert (await self.ask(command, BIND_OK)).status == 0
        return self

    async def deliveries(self, count: int) -> list[Message]:
        """Take and acknowledge so many messages."""
        found = []
        for _ in range(count):
            frame = await self.read()
            assert frame.command == 5
            self.answer(frame)
            found.append(Message.read(frame.body))
        return found


@pytest.fixture
async def smsc(network: Network) -> AsyncIterator[Smsc]:
    """A service centre that gives up waiting soon."""
    smsc = Smsc(network, patience=0.2)
    yield smsc
    await smsc.close()


@pytest.fixture
async def customer(smsc: Smsc) -> AsyncIterator[Customer]:
    """Somebody who has called it, and not logged in yet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", await smsc.serve())
    yield Customer(reader, writer)
    writer.close()


async def test_a_bind(customer: Customer) -> None:
    """Octet by octet: its name, and the version that it speaks."""
    answer = await customer.ask(9, BIND_OK)
    assert answer.octets().hex() == (
        "0000001f" + "80000009" + "00000000" + "00000001" + b"simulated\0".hex() + "0210000134"
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (BIND_OK.replace(b"secret08", b"wrong"), 0x0E),
        (BIND_OK.replace(b"ha\0", b"nobody\0"), 0x0F),
        (b"ha", 0x02),
    ],
)
async def test_a_bind_that_is_refused(customer: Customer, body: bytes, status: int) -> None:
    """Password, name, and what is no bind; another try may follow."""
    answer = await customer.ask(9, body)
    assert (answer.command, answer.status, answer.body) == (0x80000009, status, b"")
    await customer.bound()


async def test_modes_and_limits(smsc: Smsc, customer: Customer) -> None:
    """Only one bind per connection, only what the account allows, only so many sessions."""
    smsc.account.modes = frozenset({"receiver"})
    assert (await customer.ask(9, BIND_OK)).status == 0x0D
    smsc.most_sessions = 0
    assert (await customer.ask(1, BIND_OK)).status == 0x0D
    smsc.most_sessions = 1
    assert (await customer.ask(1, BIND_OK)).status == 0
    assert (await customer.ask(1, BIND_OK)).status == 0x05
    assert (await customer.ask(4, Message(destination="1").body())).status == 0x04


async def test_requests_without_content(customer: Customer) -> None:
    """Keepalive, what it does not know, and leave."""
    await customer.bound()
    assert (await customer.ask(0x15)).octets()[4:12].hex() == "8000001500000000"
    unknown = await customer.ask(0xABCD)
    assert (unknown.command, unknown.status, unknown.number) == (0x80000000, 3, 3)
    assert (await customer.ask(6)).command == 0x80000006
    with pytest.raises(asyncio.IncompleteReadError):
        await customer.read()


@pytest.mark.parametrize("length", [5, 2**31])
async def test_a_length_that_cannot_be(customer: Customer, length: int) -> None:
    """Is refused, and ends the connection."""
    customer.writer.write(length.to_bytes(4) + bytes(12))
    assert (await customer.read()).status == 2
    with pytest.raises(asyncio.IncompleteReadError):
        await customer.read()


async def test_a_submit(smsc: Smsc, network: Network, customer: Customer) -> None:
    """Goes on the air, is named, and is reported when that is wanted."""
    await customer.bound()
    message = Message(
        destination="491701234567",
        destination_ton=1,
        registered_delivery=1,
        octets=b"Hi \x1b\x28",
    )
    answer = await customer.ask(4, message.body())
    assert (answer.status, answer.body) == (0, b"A0B0C\0")
    assert smsc.account.submitted[0].message == message
    assert (await network.phone(PEER).received()).text == "Hi {"
    (receipt,) = await customer.deliveries(1)
    assert (receipt.source, receipt.source_ton, receipt.esm_class) == ("491701234567", 1, 4)
    assert receipt.octets.startswith(b"id:A0B0C sub:001 dlvrd:001 submit date:")
    assert b" stat:DELIVRD err:000 " in receipt.octets
    assert receipt.options == {0x001E: b"A0B0C\0", 0x0427: b"\x02"}


@pytest.mark.parametrize(
    ("default", "octets", "text"),
    [
        (Default.GSM7, b"\x00\x5f\x7f\x1b\x28", "@§à{"),
        (Default.GSM7_PACKED, bytes.fromhex("80ef7f8302"), "@§à{"),
        (Default.GSM7_PACKED, bytes.fromhex("61f1985c369f1b"), "abcdefg"),
        (Default.LATIN1, b"@\xa7\xe0{", "@§à{"),
    ],
)
async def test_the_default_alphabet(
    smsc: Smsc, network: Network, customer: Customer, default: Default, octets: bytes, text: str
) -> None:
    """As it was agreed on, both ways."""
    smsc.default = default
    await customer.bound()
    await customer.ask(4, Message(destination=PEER, octets=octets).body())
    assert (await network.phone(PEER).received()).text == text
    await network.send(PEER, NUMBER, text)
    assert (await customer.deliveries(1))[0].octets == octets


async def test_what_cannot_go_on_the_air(customer: Customer) -> None:
    """Octets that are no septets, a header that is too long, nobody to send it to."""
    await customer.bound()
    for message, status in (
        (Message(destination="1", octets=b"\x80"), 0x45),
        (Message(destination="1", octets=b"\x09a", esm_class=0x40), 0x45),
        (Message(octets=b"a"), 0x0B),
    ):
        assert (await customer.ask(4, message.body())).status == status


@pytest.mark.parametrize(("long", "heads"), [(Long.UDH, True), (Long.SAR, False)])
async def test_parts_in(
    smsc: Smsc, network: Network, customer: Customer, long: Long, heads: bool
) -> None:
    """With a header or with parameters."""
    smsc.long = long
    await customer.bound()
    await network.send(PEER, NUMBER, "many words " * 30, reference=7)
    parts = await customer.deliveries(3)
    if heads:
        assert [part.octets[:6] for part in parts] == [bytes((5, 0, 3, 7, 3, n)) for n in (1, 2, 3)]
        assert {part.esm_class for part in parts} == {0x40}
    else:
        assert [part.options[0x020F] for part in parts] == [b"\1", b"\2", b"\3"]
        assert {part.options[0x020C] for part in parts} == {b"\0\7"}


async def test_what_is_not_acknowledged_comes_again(
    smsc: Smsc, network: Network, customer: Customer
) -> None:
    """After a refusal, after silence, and after a lost connection."""
    await network.send(PEER, NUMBER, "patient")
    await customer.bound()
    customer.answer(await customer.read(), 0x64)
    await customer.read()
    again = await customer.read()
    assert Message.read(again.body).octets == b"patient"
    smsc.disconnect()
    assert smsc.account.refused == [0x64]
    port = await smsc.serve()
    other = await Customer(*await asyncio.open_connection("127.0.0.1", port)).bound(1)
    await other.deliveries(1)
    await other.ask(0x15)
    assert network.waiting(NUMBER) == 0
    assert len(smsc.account.acknowledged) == 1
    other.writer.close()


async def test_a_transmitter_gets_nothing(network: Network, customer: Customer) -> None:
    """What comes waits for a session that receives."""
    await network.send(PEER, NUMBER, "later")
    await customer.bound(2)
    assert (await customer.ask(0x15)).command == 0x80000015
    assert network.waiting(NUMBER) == 1


async def test_faults(smsc: Smsc, customer: Customer) -> None:
    """What a service centre may do wrong."""
    await customer.bound()
    for fault, expected in (
        (Fault(FaultKind.ERROR, "SUBMIT_SM", text="0x58"), 0x80000004),
        (Fault(FaultKind.MUTE, "SUBMIT_SM"), 0x80000015),
    ):
        smsc.faults.add(fault)
        customer.writer.write(
            Frame(4, 0, 90, Message(destination="1", octets=b"a").body()).octets()
        )
        assert (await customer.ask(0x15)).command == expected
        if expected == 0x80000004:
            assert (await customer.read()).command == 0x80000015
    smsc.faults.add(Fault(FaultKind.UNPLUG, "SUBMIT_SM", Position.ANSWER))
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await customer.ask(4, Message(destination="1", octets=b"last").body())
    assert [each.message.octets for each in smsc.account.submitted] == [b"a", b"last"]


async def test_silence(smsc: Smsc, customer: Customer) -> None:
    """A dead service centre answers nothing, until it lives again."""
    await customer.bound()
    smsc.faults.silence()
    customer.writer.write(Frame(0x15, 0, 50).octets())
    await smsc.until(lambda: smsc.heard_frames[-1].number == 50)
    smsc.faults.clear()
    assert (await customer.ask(0x15)).number == 2


async def test_a_customer_of_others(smsc: Smsc, network: Network) -> None:
    """Their client logs in, sends, receives and is reported to."""
    smsc.patience = 5.0
    smsc.receipts = Style.PARAMETERS
    smsc.add(Account("other", "password", "20408"))
    port = await smsc.serve()
    client = smpp34.Client("127.0.0.1", port, "other", "password", bind_type="TRX")
    session = await client.connect()
    sent = await session.submit_sm(
        "491701234567", b"Hello", dest_addr_ton=1, dest_addr_npi=1, registered_delivery=1
    )
    assert (sent.is_success, sent.message_id) == (True, "A0B0C")
    assert (await network.phone(PEER).received()).text == "Hello"
    receipt = await session.next()
    assert isinstance(receipt, smpp34.DeliverSmEvent)
    tags = {tlv.tag: tlv.value for tlv in receipt.tlvs}
    assert tags[RECEIPTED_MESSAGE_ID] == b"A0B0C\0"
    await network.send(PEER, "20408", "an answer")
    text = await session.next()
    assert isinstance(text, smpp34.DeliverSmEvent)
    assert (text.source_addr, text.short_message) == ("491701234567", b"an answer")
    await session.unbind()
    await client.stop()

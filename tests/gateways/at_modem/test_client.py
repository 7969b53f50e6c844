"""The line itself: whose turn it is, and what is done when an answer does not come as it should."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from custom_components.cellular_gateway.gateways.at_modem.client import (
    AtClient,
    Priority,
    Unsolicited,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.commands import query, setting
from custom_components.cellular_gateway.gateways.at_modem.codec.messages import DirectMessage
from custom_components.cellular_gateway.gateways.at_modem.opening import Dialer
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayTimeoutError,
)
from simulator.link import PtyLink

from ...waiting import eventually
from ..consumers import WAIT
from .lab import LIMITS, Lab, open_serial

OK = b"\r\nOK\r\n"
PDU = "0791947101670000040C9194711032547600006211125035604003D4F29C0E"


class Partner:
    """The other end of a real pty, which says what a test wants it to say."""

    def __init__(self) -> None:
        """Answer OK to everything."""
        self.link = PtyLink()
        self.link.received = self._received
        self.heard: list[str] = []
        self.reply: Callable[[str], bytes] = lambda command: OK
        self.unsolicited: list[Unsolicited] = []
        self.losses: list[GatewayError] = []
        self._pending = ""

    def _received(self, data: bytes) -> None:
        """Answer every command."""
        self._pending += data.decode()
        *commands, self._pending = self._pending.split("\r")
        for command in commands:
            self.heard.append(command)
            if reply := self.reply(command):
                self.link.write(reply)

    async def dial(self) -> AtClient:
        """Connect a client to it."""
        dialer = Dialer(
            self.link.address,
            open_serial,
            unsolicited=self.unsolicited.append,
            lost=self.losses.append,
            limits=LIMITS,
        )
        client, _ = await dialer.dial((115200,))
        self.heard.clear()
        return client


@pytest.fixture
async def partner(lab: Lab) -> AsyncIterator[Partner]:
    """Return the other end of a line."""
    partner = Partner()
    await partner.link.plug()
    yield partner
    partner.link.unplug()


async def test_messages_go_before_questions(partner: Partner) -> None:
    """Whatever was asked first; equals in their order."""
    client = await partner.dial()
    exchanges = [client.submit(setting(f"AT+S{number}")) for number in range(3)]
    exchanges += [client.submit(setting(f"AT+M{number}"), Priority.MESSAGE) for number in range(3)]
    for exchange in exchanges:
        assert (await exchange.answer()).ok
    assert partner.heard == ["AT+M0", "AT+M1", "AT+M2", "AT+S0", "AT+S1", "AT+S2"]
    await client.close()


async def test_what_was_given_up_in_the_queue_is_not_sent(partner: Partner) -> None:
    """And what was given up on the line runs to its end."""
    client = await partner.dial()
    partner.reply = lambda command: b"" if command == "AT+SLOW" else OK
    slow = asyncio.create_task(client.run(setting("AT+SLOW")))
    waiting = asyncio.create_task(client.run(setting("AT+NEVER")))
    await eventually(lambda: "AT+SLOW" in partner.heard)
    slow.cancel()
    waiting.cancel()
    partner.link.write(OK)
    assert (await client.run(setting("AT+NEXT"))).ok
    assert partner.heard == ["AT+SLOW", "AT+NEXT"]
    await client.close()


async def test_a_line_that_does_not_become_clear_is_given_up(partner: Partner) -> None:
    """A modem that answers everything twice cannot be talked to."""
    client = await partner.dial()
    partner.reply = lambda command: b"" if command == "AT+SILENT" else OK + OK
    with pytest.raises(GatewayTimeoutError):
        await client.run(setting("AT+SILENT"))
    with pytest.raises(GatewayConnectionError):
        await client.run(setting("AT+NEXT"))
    assert len(partner.losses) == 1
    with pytest.raises(GatewayConnectionError):
        await client.run(setting("AT+LATER"))
    await client.close()


async def test_an_answer_that_came_for_another_is_thrown_away(partner: Partner) -> None:
    """An OK without the answer that must be in it: the line is cleared, the next one is right."""
    client = await partner.dial()
    answers = {"AT+A?": OK + b"\r\n+A: 1\r\n" + OK, "AT+B?": b"\r\n+B: 2\r\n" + OK}
    partner.reply = lambda command: answers.get(command, OK)
    assert not (await client.run(query("AT+A?", "+A:"))).lines
    assert (await client.run(query("AT+B?", "+B:"))).line == "+B: 2"
    assert not partner.losses
    await client.close()


async def test_nobody_at_all(partner: Partner) -> None:
    """Silence from the beginning, and a line that ends in the beginning."""
    partner.reply = lambda command: b""
    with pytest.raises(GatewayTimeoutError):
        await partner.dial()

    def vanish(command: str) -> bytes:
        """Go away instead of an answer."""
        partner.link.unplug()
        return b""

    partner.reply = vanish
    with pytest.raises(GatewayConnectionError):
        await partner.dial()


async def test_a_result_that_comes_with_the_end_of_the_link(partner: Partner) -> None:
    """In one turn of the loop, as a modem that restarts may send it: it is not waited for."""
    _, writer = await open_serial(partner.link.address, 115200)
    reader = asyncio.StreamReader()
    client = AtClient(
        reader,
        writer,
        unsolicited=partner.unsolicited.append,
        lost=partner.losses.append,
        limits=LIMITS,
    )

    def answer(command: str) -> bytes:
        """Say it to the client at once, and close the link after a restart."""
        reader.feed_data(OK)
        if command != "AT":
            reader.feed_eof()
        return b""

    partner.reply = answer
    assert await client.start(LIMITS.greeting, 3)
    async with asyncio.timeout(WAIT):
        assert (await client.run(setting("AT+CFUN=1,1"))).ok
    assert len(partner.losses) == 1
    await client.close()


async def test_a_direct_message_in_the_middle_of_an_answer(partner: Partner) -> None:
    """Two lines that belong to each other, and to nothing else."""
    client = await partner.dial()
    direct = f"\r\n+CMT: ,23\r\n{PDU}\r\n".encode()
    partner.reply = lambda command: b"\r\n+A: 1\r\n" + direct + b"\r\n+A: 2\r\n" + OK
    answer = await client.run(query("AT+A?", "+A:"))
    assert answer.lines == ("+A: 1", "+A: 2")
    assert partner.unsolicited == [DirectMessage("+CMT", 23, PDU)]
    await client.close()
    with pytest.raises(GatewayConnectionError):
        await client.run(setting("AT"))
    assert not partner.losses

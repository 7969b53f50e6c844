"""The link to a service centre: one reader, many requests in flight, answered by number."""

import asyncio
from collections.abc import Callable
import contextlib
from dataclasses import dataclass
import logging
from typing import Final

from ..errors import GatewayConnectionError, GatewayError, GatewayTimeoutError, Reason
from .codec.commands import RESPONSE, Command
from .codec.pdu import HEADER_OCTETS, Pdu, PduError, decode_header, response_to
from .codec.status import INVALID_COMMAND
from .settings import Clocks

_LOGGER = logging.getLogger(__name__)

# Sequence numbers go from 1 to this and begin anew (SMPP 3.4 clause 5.1.4).
_LAST_SEQUENCE: Final = 0x7FFFFFFF

_DELIVERIES: Final = (Command.DELIVER_SM, Command.DATA_SM)
_WITHOUT_RESPONSE: Final = (Command.ALERT_NOTIFICATION, Command.OUTBIND)


@dataclass(frozen=True, slots=True)
class _Request:
    """A request of ours that waits for its response; `number` counts all that were written."""

    number: int
    command: int
    response: asyncio.Future[Pdu]

    def is_answered_by(self, pdu: Pdu) -> bool:
        """Whether this response is one to the request; a generic_nack is to any."""
        return pdu.command in (self.command | RESPONSE, Command.GENERIC_NACK)


class SmppClient:
    """A conversation over an open link.

    A length that no PDU has leaves no way to find the next one, so that the link is given up. All
    else that makes no sense is answered as the specification wants it, or ignored.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        delivered: Callable[[Pdu], None],
        answered: Callable[[int], None],
        lost: Callable[[GatewayError], None],
        clocks: Clocks,
    ) -> None:
        """Take an open link; the callbacks are called in the event loop.

        `answered` hears of each response under the number of our request in this conversation.
        """
        self._reader = reader
        self._writer = writer
        self._delivered = delivered
        self._answered = answered
        self._lost = lost
        self._clocks = clocks
        self._requests: dict[int, _Request] = {}
        self._count = 0
        self._error: GatewayError | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._answered_at = asyncio.get_running_loop().time()
        self.ended = asyncio.Event()
        self._tasks.append(asyncio.create_task(self._read(), name="smpp reader"))

    @property
    def error(self) -> GatewayError | None:
        """Why the conversation has ended, or None; while None, `ask` writes before it waits."""
        return self._error

    @property
    def requests_sent(self) -> int:
        """How many requests were written; whoever answers a later one has read all before it."""
        return self._count

    def keep_alive(self) -> None:
        """Begin to look whether the other side lives."""
        self._tasks.append(asyncio.create_task(self._look(), name="smpp keepalive"))

    async def ask(self, command: Command, body: bytes = b"", *, limit: float) -> Pdu:
        """Send a request and return its response, also when that is a refusal.

        `limit` is in seconds. Raises GatewayTimeoutError, GatewayConnectionError. A response that
        comes after the limit is ignored.
        """
        if self._error is not None:
            raise self._error
        sequence = self._count % _LAST_SEQUENCE + 1
        self._count += 1
        response: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._requests[sequence] = _Request(self._count, command, response)
        try:
            self._write(Pdu(command, sequence, body=body))
            async with asyncio.timeout(limit):
                return await response
        except TimeoutError as error:
            raise GatewayTimeoutError(command.name.lower()) from error
        finally:
            self._requests.pop(sequence, None)

    def respond(self, request: Pdu, status: int) -> None:
        """Answer a request of the other side, if it still listens."""
        self._write(response_to(request, status))

    async def close(self, error: GatewayError | None = None, *, unbind: bool = False) -> None:
        """Drop the link, after taking leave if that is wanted; whoever waits hears why."""
        if unbind and self._error is None:
            with contextlib.suppress(GatewayError):
                await self.ask(Command.UNBIND, limit=self._clocks.closing)
        self._end(error or GatewayConnectionError(Reason.CLOSED))
        others = [task for task in self._tasks if task is not asyncio.current_task()]
        if others:
            await asyncio.wait(others)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    def _lose(self, detail: str) -> None:
        """End the conversation because the link is gone, and say so."""
        if self._error is None:
            error = GatewayConnectionError(Reason.CONNECTION_LOST, detail)
            self._end(error)
            self._lost(error)

    def _end(self, error: GatewayError) -> None:
        """Ask no more, and fail what waits."""
        if self._error is None:
            self._error = error
        self.ended.set()
        for request in self._requests.values():
            if not request.response.done():
                request.response.set_exception(error)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._writer.close()

    def _write(self, pdu: Pdu) -> None:
        """Write a PDU; what waits to go out is bounded by the window and by what comes in."""
        if self._error is None:
            _LOGGER.debug("> %s", _shown(pdu))
            self._writer.write(pdu.encode())

    async def _read(self) -> None:
        """Read for as long as the link lasts."""
        try:
            while True:
                self._take(await self._next())
        except PduError as error:
            self._lose(str(error))
        except EOFError:
            self._lose("the other end closed the link")
        except OSError as error:
            self._lose(type(error).__name__)

    async def _next(self) -> Pdu:
        """Read one PDU; raises PduError where its length cannot be."""
        octets = await self._reader.readexactly(HEADER_OCTETS)
        try:
            header = decode_header(octets)
        except PduError as error:
            self._write(Pdu(Command.GENERIC_NACK, 0, error.status))
            raise
        body = await self._reader.readexactly(header.length - HEADER_OCTETS)
        return Pdu(header.command, header.sequence, header.status, body)

    def _take(self, pdu: Pdu) -> None:
        """Put a PDU where it belongs."""
        _LOGGER.debug("< %s", _shown(pdu))
        if pdu.is_response:
            self._take_response(pdu)
        elif pdu.command in _DELIVERIES:
            self._delivered(pdu)
        elif pdu.command == Command.ENQUIRE_LINK:
            self.respond(pdu, 0)
        elif pdu.command == Command.UNBIND:
            self.respond(pdu, 0)
            self._lose("the service centre ended the session")
        elif pdu.command not in _WITHOUT_RESPONSE:
            self._write(Pdu(Command.GENERIC_NACK, pdu.sequence, INVALID_COMMAND))

    def _take_response(self, pdu: Pdu) -> None:
        """Give a response to who waits for it, if anybody still does."""
        request = self._requests.get(pdu.sequence)
        if request is None or not request.is_answered_by(pdu) or request.response.done():
            return
        self._answered_at = asyncio.get_running_loop().time()
        request.response.set_result(pdu)
        self._answered(request.number)

    async def _look(self) -> None:
        """Ask whether the other side lives whenever it has answered nothing for long.

        Its answer also tells that it has read our acknowledgements, which deliveries do not.
        """
        loop = asyncio.get_running_loop()
        while True:
            silence = loop.time() - self._answered_at
            if silence < self._clocks.keepalive:
                await asyncio.sleep(self._clocks.keepalive - silence)
                continue
            try:
                await self.ask(Command.ENQUIRE_LINK, limit=self._clocks.response)
            except GatewayTimeoutError:
                self._lose("no answer")
                return
            except GatewayError:
                return


def _shown(pdu: Pdu) -> str:
    """Name a PDU in a log, without its body."""
    number = pdu.command & ~RESPONSE
    is_known = number in Command and pdu.command != Command.GENERIC_NACK
    name = Command(number).name.lower() if is_known else f"command 0x{pdu.command:08X}"
    if pdu.is_response:
        name = "generic_nack" if pdu.command == Command.GENERIC_NACK else f"{name}_resp"
    return f"{name} {pdu.sequence} status 0x{pdu.status:X}, {len(pdu.body)} octets"

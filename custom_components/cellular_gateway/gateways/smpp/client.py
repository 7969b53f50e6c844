"""The link to a service centre: one reader, many requests in flight, answered by number."""

import asyncio
from collections.abc import Callable, Coroutine
import contextlib
from dataclasses import dataclass, replace
import logging
from typing import Any, Final, override

from ..errors import GatewayError, GatewayTimeoutError
from ..stream_link import StreamLink
from .codec.commands import RESPONSE, Command
from .codec.pdu import HEADER_OCTETS, Pdu, PduError, decode_header, response_to
from .codec.status import INVALID_COMMAND, UNKNOWN_ERROR
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


class SmppClient(StreamLink):
    """A conversation over an open link; while there is no `error`, `ask` writes before it waits.

    A length that no PDU has leaves no way to find the next one, so that the link is given up. All
    else that makes no sense is answered as the specification wants it, or ignored. Nothing more is
    read while the other side does not read what it is answered.
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
        super().__init__(reader, writer, lost=lost)
        self._delivered = delivered
        self._answered = answered
        self._clocks = clocks
        self._requests: dict[int, _Request] = {}
        self._count = 0
        self._answered_at = asyncio.get_running_loop().time()
        self._is_to_ask = asyncio.Event()
        self.ended = asyncio.Event()
        self.begin(self._read(), "smpp reader")

    @property
    def requests_sent(self) -> int:
        """How many requests were written; whoever answers a later one has read all before it."""
        return self._count

    def keep_alive(self) -> None:
        """Begin to look whether the other side lives."""
        self.begin(self._look(), "smpp keepalive")

    def ask_soon(self) -> None:
        """Look now whether the other side lives, which tells what it has read as well."""
        self._is_to_ask.set()

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something for as long as the link lasts, which ends with it when it fails."""
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        task.add_done_callback(self._task_ended)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        """Make a mistake of ours a lost link, after which everything begins anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("The service centre is no longer listened to", exc_info=error)
            self._lose(type(error).__name__)

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

    async def unbind(self) -> None:
        """Take leave, while there is a link."""
        if self._error is None:
            with contextlib.suppress(GatewayError):
                await self.ask(Command.UNBIND, limit=self._clocks.closing)

    @override
    async def close(self, error: GatewayError | None = None) -> None:
        await super().close(error)
        # What it never read would otherwise wait for it for ever.
        self._writer.transport.abort()

    @override
    def _fail_waiting(self, error: GatewayError) -> None:
        self.ended.set()
        for request in self._requests.values():
            if not request.response.done():
                request.response.set_exception(error)

    def _write(self, pdu: Pdu) -> None:
        """Write a PDU; what waits to go out is bounded by the window and by what is read."""
        if self._error is None:
            _LOGGER.debug("> %s", _shown(pdu))
            self._writer.write(pdu.encode())

    async def _read(self) -> None:
        """Read for as long as the link lasts."""
        try:
            while True:
                self._take(await self._next())
                # Whether the link is lost is for the next read to say, after what is still there.
                with contextlib.suppress(OSError):
                    await self._writer.drain()
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
        """Give a response to who waits for it, if anybody still does; a nack is never a success."""
        request = self._requests.get(pdu.sequence)
        if request is None or not request.is_answered_by(pdu) or request.response.done():
            return
        self._answered_at = asyncio.get_running_loop().time()
        is_nack = pdu.command == Command.GENERIC_NACK
        answer = replace(pdu, status=pdu.status or UNKNOWN_ERROR) if is_nack else pdu
        request.response.set_result(answer)
        self._answered(request.number)

    async def _look(self) -> None:
        """Ask whether the other side lives whenever it has answered nothing for long.

        Its answer also tells that it has read our acknowledgements, which deliveries do not.
        """
        while True:
            await self._until_due()
            try:
                await self.ask(Command.ENQUIRE_LINK, limit=self._clocks.response)
            except GatewayTimeoutError:
                self._lose("no answer")
                return
            except GatewayError:
                return

    async def _until_due(self) -> None:
        """Wait until nothing was answered for long, or until it is to be asked soon."""
        loop = asyncio.get_running_loop()
        while not self._is_to_ask.is_set():
            due_at = self._answered_at + self._clocks.keepalive
            if due_at <= loop.time():
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(due_at):
                    await self._is_to_ask.wait()
        self._is_to_ask.clear()


def _shown(pdu: Pdu) -> str:
    """Name a PDU in a log, without its body."""
    number = pdu.command & ~RESPONSE
    is_known = number in Command and pdu.command != Command.GENERIC_NACK
    name = Command(number).name.lower() if is_known else f"command 0x{pdu.command:08X}"
    if pdu.is_response:
        name = "generic_nack" if pdu.command == Command.GENERIC_NACK else f"{name}_resp"
    return f"{name} {pdu.sequence} status 0x{pdu.status:X}, {len(pdu.body)} octets"

"""One connection of a customer, from its bind to its end (SMPP 3.4 clause 2)."""

import asyncio
from collections.abc import Callable
import contextlib
from itertools import count
from typing import TYPE_CHECKING

from ..faults import FaultKind, Position
from .account import Account
from .wire import (
    ALREADY_BOUND,
    BAD_PASSWORD,
    BAD_SYSTEM_ID,
    BIND_FAILED,
    BIND_RECEIVER,
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    DELIVER_SM,
    ENQUIRE_LINK,
    GENERIC_NACK,
    INTERFACE_VERSION,
    OK,
    RESPONSE,
    SUBMIT_SM,
    UNBIND,
    UNKNOWN_COMMAND,
    WRONG_STATE,
    Bind,
    Frame,
    Message,
    WireError,
    options_octets,
    read_frame,
    string,
)

if TYPE_CHECKING:
    from .centre import Smsc

_MODES = {
    BIND_RECEIVER: "receiver",
    BIND_TRANSMITTER: "transmitter",
    BIND_TRANSCEIVER: "transceiver",
}


class Session:
    """Reads requests and answers them; deliveries wait for their responses by number."""

    def __init__(
        self, centre: Smsc, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Belong to a service centre; nobody is bound yet."""
        self._centre = centre
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Frame]] = {}
        self._works: set[asyncio.Task[None]] = set()
        self.account: Account | None = None
        self.mode: str | None = None
        self.bind: Bind | None = None

    @property
    def receives(self) -> bool:
        """Tell whether deliveries may be sent."""
        return self.mode in ("receiver", "transceiver") and not self._writer.is_closing()

    async def run(self) -> None:
        """Serve until the connection ends."""
        try:
            while True:
                frame = await read_frame(self._reader)
                self._centre.heard(self, frame)
                self._take(frame)
        except WireError as error:
            self.write(Frame(GENERIC_NACK, error.status, 0))
        except OSError, asyncio.IncompleteReadError:
            pass
        finally:
            await self.close()

    async def close(self) -> None:
        """End the connection; deliveries that wait hear nothing any more."""
        self.mode = None
        if self.account is not None and self in self.account.sessions:
            self.account.sessions.remove(self)
        for waiting in self._waiting.values():
            waiting.cancel()
        for work in self._works:
            work.cancel()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    def abort(self) -> None:
        """Break the connection without a word."""
        self.mode = None
        self._writer.transport.abort()

    def write(self, frame: Frame) -> None:
        """Send a PDU, unless the service centre is dead at the moment."""
        if not self._centre.faults.silent and not self._writer.is_closing():
            self._writer.write(frame.octets())

    def write_octets(self, octets: bytes) -> None:
        """Send whatever it is."""
        self._writer.write(octets)

    async def request(self, command: int, body: bytes = b"") -> Frame | None:
        """Send a request and return its response, None where none comes in time."""
        number = next(self._numbers)
        waiting: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        self.write(Frame(command, OK, number, body))
        try:
            async with asyncio.timeout(self._centre.patience):
                return await asyncio.shield(waiting)
        except TimeoutError:
            return None
        except asyncio.CancelledError:
            if not waiting.cancelled():
                raise
            return None
        finally:
            self._waiting.pop(number, None)

    async def deliver(self, message: Message) -> int | None:
        """Send a deliver_sm; return the status of its response, None where none was heard."""
        answer = await self.request(DELIVER_SM, message.body())
        if answer is None or self._centre.faults.take(FaultKind.MUTE, "DELIVER_SM_RESP"):
            return None
        return answer.status

    async def unbind(self) -> None:
        """Ask the customer to go, and end the connection."""
        await self.request(UNBIND)
        await self.close()

    def _take(self, frame: Frame) -> None:
        """Put a PDU where it belongs, each request in a task of its own."""
        if self._centre.faults.silent:
            return
        if frame.command & RESPONSE:
            waiting = self._waiting.get(frame.number)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
            return
        work = asyncio.get_running_loop().create_task(self._answer(frame))
        self._works.add(work)
        work.add_done_callback(self._works.discard)

    async def _answer(self, frame: Frame) -> None:
        """Do what a request asks for, with the faults that are set for it."""
        faults, name = self._centre.faults, frame.name
        if faults.take(FaultKind.UNPLUG, name, Position.COMMAND):
            self.abort()
            return
        error = faults.take(FaultKind.ERROR, name)
        answer = self._refusal(frame, int(error.text, 0)) if error else await self._obey(frame)
        if faults.take(FaultKind.UNPLUG, name, Position.ANSWER):
            self.abort()
            return
        if late := faults.take(FaultKind.LATE, name):
            await asyncio.sleep(late.seconds)
        if garbage := faults.take(FaultKind.GARBAGE, name):
            self.write_octets(garbage.data)
        if faults.take(FaultKind.MUTE, name) is None:
            for _ in range(2 if faults.take(FaultKind.DUPLICATE, name) else 1):
                self.write(answer)
        if frame.command == UNBIND:
            self._works.discard(asyncio.current_task())
            await self.close()
        elif frame.command in _MODES and answer.status == OK and self.account is not None:
            self._centre.bound(self.account)

    @staticmethod
    def _refusal(frame: Frame, status: int) -> Frame:
        """Return a response without a body, as failures have it."""
        return Frame(frame.command | RESPONSE, status, frame.number)

    async def _obey(self, frame: Frame) -> Frame:
        """Do what a request asks for."""
        todo: dict[int, Callable[[Frame], Frame]] = {
            SUBMIT_SM: self._submit,
            ENQUIRE_LINK: self._confirm,
            UNBIND: self._confirm,
            **dict.fromkeys(_MODES, self._bind),
        }
        work = todo.get(frame.command)
        if work is None:
            return Frame(GENERIC_NACK, UNKNOWN_COMMAND, frame.number)
        try:
            return work(frame)
        except WireError as error:
            return self._refusal(frame, error.status)

    @staticmethod
    def _confirm(frame: Frame) -> Frame:
        """Answer that it is done."""
        return Frame(frame.command | RESPONSE, OK, frame.number)

    def _bind(self, frame: Frame) -> Frame:
        """Let a customer in, or tell why not (clause 4.1)."""
        if self.mode is not None:
            return self._refusal(frame, ALREADY_BOUND)
        self.bind = bind = Bind.read(frame.body)
        account = self._centre.accounts.get(bind.system_id)
        if account is None:
            return self._refusal(frame, BAD_SYSTEM_ID)
        if bind.password != account.password:
            return self._refusal(frame, BAD_PASSWORD)
        mode = _MODES[frame.command]
        is_allowed = mode in account.modes and account.system_type in (None, bind.system_type)
        if not is_allowed or len(account.sessions) >= self._centre.most_sessions:
            return self._refusal(frame, BIND_FAILED)
        self.account, self.mode = account, mode
        account.sessions.append(self)
        body = string(self._centre.name) + options_octets({INTERFACE_VERSION: b"\x34"})
        return Frame(frame.command | RESPONSE, OK, frame.number, body)

    def _submit(self, frame: Frame) -> Frame:
        """Take a message (clause 4.4)."""
        if self.account is None or self.mode not in ("transmitter", "transceiver"):
            return self._refusal(frame, WRONG_STATE)
        message_id = self._centre.submit(self.account, Message.read(frame.body))
        return Frame(frame.command | RESPONSE, OK, frame.number, string(message_id))

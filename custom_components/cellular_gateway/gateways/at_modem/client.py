"""The serial link: one reader, one command in flight, and everything unsolicited goes elsewhere."""

import asyncio
from collections.abc import Callable
from enum import IntEnum
import itertools
import logging
from typing import override

import serialx

from ..errors import GatewayConnectionError, GatewayError, GatewayTimeoutError, Reason
from ..redaction import redact_line, redact_text
from ..stream_link import StreamLink
from .codec.commands import Answer, Command, setting
from .codec.lines import LineBuffer, Prompt
from .codec.messages import (
    DirectHeader,
    DirectMessage,
    StoredNotice,
    is_message_header,
    parse_direct_header,
    parse_pdu,
    parse_stored_notice,
)
from .codec.results import FinalResult, ResultKind, parse_final
from .codec.ussd import UssdLines
from .exchange import Exchange, Limits, Listening
from .quirks import looks_unsolicited
from .remedies import BARE, Pulse, Remedies

_LOGGER = logging.getLogger(__name__)

_END_OF_PDU = "\x1a"
_ABORT = "\x1b"

# How often AT is asked until the line is clear, answered or not.
_MOST_ATTEMPTS = 5

# An OK without its answer that comes more often than this is the way of the modem.
_STRAY_RESULTS = 10

LINK_ERRORS = (OSError, EOFError, serialx.SerialException)

type Unsolicited = StoredNotice | DirectMessage | str


class Priority(IntEnum):
    """Which command goes first when several wait."""

    MESSAGE = 0
    STATE = 1


class AtClient(StreamLink):
    """A conversation with a modem over an open serial link.

    An answer has no number to tell which command it belongs to. So after a time-out nothing is
    sent until the line is clear: until the late final result has come, or until there was silence
    and an `AT` was answered by one result alone. If neither happens the link counts as lost.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        unsolicited: Callable[[Unsolicited], None],
        lost: Callable[[GatewayError], None],
        limits: Limits,
    ) -> None:
        """Take an open link; `unsolicited` and `lost` are called in the event loop."""
        super().__init__(reader, writer, lost=lost, link_errors=LINK_ERRORS)
        self._unsolicited = unsolicited
        self.limits = limits
        self.gap = 0.0
        self.remedies = Remedies()
        self.was_switched_off = False
        self._pulse = Pulse()
        self.octets_read = b""
        self._lines = LineBuffer()
        self._queue: asyncio.PriorityQueue[tuple[Priority, int, Exchange]] = asyncio.PriorityQueue()
        self._numbers = itertools.count()
        self._in_flight: Exchange | None = None
        self._listening: Listening | None = None
        self._direct: DirectHeader | None = None
        self._ussd = UssdLines()
        self._laconic = 0
        self.heard_at = asyncio.get_running_loop().time()

    async def start(self, limit: float, attempts: int) -> bool:
        """Begin to read, and tell whether a modem answers within the limit."""
        self._tasks.append(asyncio.create_task(self._read(), name="at_modem reader"))
        if not await self._clear_line(limit, attempts) or self._error is not None:
            return False
        self._tasks.append(asyncio.create_task(self._work(), name="at_modem line"))
        return True

    async def run(self, command: Command, priority: Priority = Priority.STATE) -> Answer:
        """Send a command when its turn comes, and return its answer, also when it is an error.

        Raises GatewayTimeoutError or GatewayConnectionError.
        """
        return await self.submit(command, priority).answer()

    def submit(self, command: Command, priority: Priority = Priority.STATE) -> Exchange:
        """Put a command in the queue; for those who must know how far it got."""
        exchange = Exchange(command)
        if self._error is not None:
            exchange.fail(self._error)
        else:
            self._queue.put_nowait((priority, next(self._numbers), exchange))
        return exchange

    @override
    def _fail_waiting(self, error: GatewayError) -> None:
        if self._in_flight is not None:
            self._in_flight.fail(error)
        while not self._queue.empty():
            self._queue.get_nowait()[2].fail(error)

    async def _read(self) -> None:
        """Read for as long as the link lasts."""
        try:
            while data := await self._reader.read(4096):
                self.heard_at = asyncio.get_running_loop().time()
                self._take(data)
        except LINK_ERRORS as error:
            self._lose(type(error).__name__)
        else:
            self._lose("the other end closed the link")

    def _take(self, data: bytes) -> None:
        """Cut what was read into lines and prompts, and put each where it belongs."""
        if len(self.octets_read) < 256:
            self.octets_read += data
        self._lines.feed(data)
        while (token := self._lines.next(prompt=self._expects_prompt())) is not None:
            if isinstance(token, Prompt):
                self._prompt()
            else:
                _LOGGER.debug("< %s", self._shown(token))
                self._line(token)

    def _shown(self, line: str) -> str:
        """Make a line fit for a log; what may be of a text is only counted."""
        is_of_a_person = self._in_flight is not None and self._in_flight.command.is_of_a_person
        if self._ussd.is_open or (is_of_a_person and parse_final(line) is None):
            return redact_text(line)
        return redact_line(line)

    def _expects_prompt(self) -> bool:
        """Whether a `>` would be a prompt now."""
        if (exchange := self._in_flight) is not None:
            return exchange.command.payload is not None and not exchange.prompted
        return self._listening is not None

    def _prompt(self) -> None:
        """Go on after a prompt, or abort what nobody waits for any more."""
        if self._in_flight is not None:
            self._in_flight.prompted = True
            self._in_flight.progress.set()
        else:
            self._writer.write(_ABORT.encode())

    def _line(self, line: str) -> None:
        """Put a line where it belongs by its grammar; one text of several lines counts as one."""
        if self._ussd.is_open and (looks_unsolicited(line) or parse_final(line)):
            self._information(self._ussd.end())
        if self._ussd.is_open or self._ussd.begins(line):
            if whole := self._ussd.take(line):
                self._information(whole)
        elif notice := parse_stored_notice(line):
            self._unsolicited(notice)
        elif header := parse_direct_header(line):
            self._direct = header
        elif self._direct is not None and (pdu := parse_pdu(line)):
            self._unsolicited(DirectMessage(self._direct.name, self._direct.length, pdu))
            self._direct = None
        elif result := parse_final(line):
            self._result(result)
        else:
            self._information(line)

    def _result(self, result: FinalResult) -> None:
        """End the command in flight; a result that ends a call does not."""
        dials = self._in_flight is not None and self._in_flight.command.dials
        if result.kind is ResultKind.CALL and not dials:
            self._unsolicited(result.line)
        elif self._in_flight is not None:
            self._in_flight.result = result
            self._in_flight.progress.set()
            self._in_flight = None
        elif self._listening is not None:
            self._listening.hear(result=True)

    def _information(self, line: str) -> None:
        """Give a line to the command in flight when its grammar says so."""
        exchange = self._in_flight
        if exchange is not None and exchange.command.echoes(line):
            exchange.progress.set()
        elif exchange is not None and exchange.command.accepts(line):
            if is_message_header(line):
                # The PDU of the newest header comes first.
                self._direct = None
            exchange.lines.append(line)
            exchange.progress.set()
        elif self._listening is not None and not looks_unsolicited(line):
            self._listening.hear(result=False)
        else:
            self._unsolicited(line)

    async def _work(self) -> None:
        """Send one command after the other."""
        try:
            while True:
                _, _, exchange = await self._queue.get()
                if not exchange.future.cancelled():
                    try:
                        await self._perform(exchange)
                    finally:
                        self._settle(exchange)
                    await asyncio.sleep(self.gap)
        except LINK_ERRORS as error:
            self._lose(type(error).__name__)

    def _settle(self, exchange: Exchange) -> None:
        """Leave nobody waiting: the link may end in the very turn in which the result has come."""
        exchange.finish()
        exchange.fail(self._error or GatewayConnectionError(Reason.CONNECTION_LOST))

    async def _perform(self, exchange: Exchange) -> None:
        """Carry out one command, and clear the line if it did not end as it should."""
        command = exchange.command
        self._in_flight = exchange
        exchange.started = True
        try:
            await self._converse(exchange)
        except TimeoutError:
            self._in_flight = None
            is_prompt_open = self._may_be_prompted(exchange)
            if is_prompt_open:
                await self._write(_ABORT)
            exchange.fail(GatewayTimeoutError(command.text.partition("=")[0]))
            # A modem that waits for a PDU takes the first AT for the beginning of one.
            attempts = 2 if is_prompt_open or command.text == BARE else 1
            if not await self._clear_line(self.limits.alone, attempts, late=not is_prompt_open):
                await self._give_up()
            elif self._pulse.missed(command.text):
                await self._switch_off_and_on()
            return
        exchange.finish()
        self._pulse.heard(command.text)
        if self._is_doubtful(exchange) and not await self._clear_line(self.limits.alone, 2):
            self._lose("no answer")

    async def _switch_off_and_on(self) -> None:
        """Wake up what is behind a command line that answers nothing but AT."""
        if not self.remedies.radio:
            return
        _LOGGER.debug("nothing but AT is answered: switching off and on")
        try:
            for text in self.remedies.radio:
                self._in_flight = exchange = Exchange(setting(text).within(self.limits.radio))
                await self._converse(exchange)
        except TimeoutError:
            self._in_flight = None
            await self._give_up()
        else:
            self.was_switched_off = True
            _LOGGER.info("The modem had answered nothing but AT, and was switched off and on")

    async def _give_up(self) -> None:
        """Take the link for lost, after a last word to a modem that may hear without answering."""
        await self.revive()
        self._lose("no answer")

    async def revive(self) -> None:
        """Have a modem that answers nothing start anew, if it hears that."""
        self._listening = listening = Listening()
        try:
            for text in self.remedies.restart:
                _LOGGER.debug("no answer: writing %s in the blind", text)
                await self._write(f"{text}\r")
                if await listening.result(self.limits.late):
                    _LOGGER.info("The modem had answered nothing, and was restarted")
                    return
        except LINK_ERRORS as error:
            _LOGGER.debug("the link ended: %s", type(error).__name__)
        finally:
            self._listening = None

    @staticmethod
    def _may_be_prompted(exchange: Exchange) -> bool:
        """Whether the modem may wait for what a prompt has asked for, as commands of users may."""
        command = exchange.command
        if command.payload is None:
            return command.is_of_a_person
        return not exchange.payload_sent

    def _is_doubtful(self, exchange: Exchange) -> bool:
        """Whether an OK may be a stray one: it came before the prompt, or without an answer."""
        if exchange.result is None or not exchange.result.ok:
            return False
        if exchange.command.payload is not None:
            return not exchange.payload_sent
        if not exchange.command.answers or exchange.lines:
            return False
        # Some modems say OK to whatever they do not know.
        self._laconic += 1
        return self._laconic <= _STRAY_RESULTS

    async def _converse(self, exchange: Exchange) -> None:
        """Send a command and what it wants after its prompt; raise TimeoutError."""
        command = exchange.command
        _LOGGER.debug("> %s", command.shown)
        await self._write(f"{command.text}\r")
        if command.payload is not None:
            await exchange.until(
                lambda: exchange.prompted or exchange.result is not None, self.limits.prompt
            )
            if exchange.result is not None:
                return
            exchange.payload_sent = True
            await self._write(command.payload + _END_OF_PDU)
        await exchange.until(
            lambda: exchange.result is not None, command.limit or self.limits.command
        )

    async def _write(self, text: str) -> None:
        """Write, and fail as a lost link does when it cannot be written for long."""
        self._writer.write(text.encode("ascii", "replace"))
        try:
            async with asyncio.timeout(self.limits.alone):
                await self._writer.drain()
        except TimeoutError as error:
            raise ConnectionAbortedError from error

    async def _clear_line(self, limit: float, attempts: int, *, late: bool = False) -> bool:
        """See to it that the next final result belongs to the next command; tell if it does.

        `attempts` is how often an AT may stay without an answer for the limit, in seconds.
        """
        self._listening = listening = Listening()
        try:
            if late and await listening.result(self.limits.late):
                return True
            for _ in range(_MOST_ATTEMPTS):
                await self._hear_out(listening)
                listening.results = 0
                await self._write("AT\r")
                if await listening.result(limit):
                    await self._hear_out(listening)
                    if listening.results == 1:
                        return True
                elif (attempts := attempts - 1) > 0:
                    await self._write(_ABORT)
                else:
                    return False
        except LINK_ERRORS:
            return False
        finally:
            self._listening = None
        return False

    async def _hear_out(self, listening: Listening) -> None:
        """Wait until no line has come for a moment, but not for ever."""
        for _ in range(40):
            if not await listening.anything(self.limits.quiet):
                return

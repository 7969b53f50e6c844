"""One serial line of the modem: command lines in, answers and unsolicited lines out."""

import asyncio
from collections.abc import Awaitable, Callable
import contextlib
import logging
from typing import TYPE_CHECKING

from ..faults import Cure, FaultKind, Position
from ..link import Link
from ..wire import ReceivePace, Wire
from .dispatch import carry_out, latency
from .errors import AtError, CmeError, UnknownCommandError
from .syntax import CommandSyntaxError, Request, parse_line

if TYPE_CHECKING:
    from .modem import AtModem

LOGGER = logging.getLogger(__name__)

CR = 0x0D
CTRL_Z = 0x1A
ESCAPE = 0x1B
MAX_LINE = 4096

# The results as numbers (V.250 table 1).
_NUMBERS = {
    "OK": "0",
    "CONNECT": "1",
    "NO CARRIER": "3",
    "ERROR": "4",
    "NO DIALTONE": "6",
    "BUSY": "7",
    "NO ANSWER": "8",
}

type Answer = list[str]
type Handler = Callable[[Terminal, Request], Answer | Awaitable[Answer]]


class HostGoneError(Exception):
    """The host went away in the middle of a dialogue."""


class CommandAbortedError(Exception):
    """The modem vanished in the middle of a command; there is nothing to answer."""


class Terminal:
    """Reads what a host writes on a link, carries it out and writes the answer."""

    def __init__(self, modem: AtModem, link: Link, *, line_speed: int | None = None) -> None:
        """Serve a link, at a line speed in bit/s or as fast as it goes."""
        self.modem = modem
        self.link = link
        self.wire = Wire(link.write, speed=line_speed)
        self._buffer = bytearray()
        self._arrived = asyncio.Event()
        self._session = 0
        self._prompting = False
        self._held: list[str] = []
        self._after: list[Callable[[], None]] = []
        self._pace = ReceivePace(self._feed, line_speed) if line_speed else None
        self._task: asyncio.Task[None] | None = None
        link.received = self._pace.feed if self._pace else self._feed
        link.closed = self._host_gone

    def start(self) -> None:
        """Begin to serve."""
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(_ended)

    async def close(self) -> None:
        """Stop serving and take the link away."""
        self.link.unplug()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def urc(self, *lines: str) -> None:
        """Write unsolicited lines as one, later when a prompt or a fault holds them back."""
        if self.modem.dead:
            return
        if self._prompting or self._interleaving():
            self._held.append("\r\n".join(lines))
        else:
            self._send(self._information(lines))

    def raw(self, data: bytes) -> None:
        """Write octets that are no line, such as noise."""
        self._send(data)

    async def prompt(self, request: Request) -> bytes | None:
        """Ask for the text of a message; None when the host gave up with ESC."""
        faults = self.modem.faults
        if (late := faults.take(FaultKind.LATE, request.text, Position.PROMPT)) is not None:
            await self.modem.network.clock.sleep(late.seconds)
        self._prompting = True
        try:
            if faults.take(FaultKind.MUTE, request.text, Position.PROMPT) is None:
                self._send(self.modem.profile.prompt.encode())
            self._vanish(request, Position.PROMPT)
            entered = await self._read_until(CTRL_Z, ESCAPE)
        finally:
            self._prompting = False
        return None if entered[-1] == ESCAPE else entered[:-1]

    def afterwards(self, callback: Callable[[], None]) -> None:
        """Do something once the answer to the current command is written."""
        self._after.append(callback)

    def strike(self, request: Request, position: Position) -> None:
        """Let a fault strike that is aimed at this point of a command."""
        self._vanish(request, position)
        error = self.modem.faults.take(FaultKind.ERROR, request.text, position)
        if error is not None:
            raise _ForcedResultError(error.text)

    def _vanish(self, request: Request, position: Position) -> None:
        """Unplug or reboot the modem if that is due here."""
        faults = self.modem.faults
        if faults.take(FaultKind.UNPLUG, request.text, position) is not None:
            self.modem.unplug()
            raise CommandAbortedError
        if faults.take(FaultKind.REBOOT, request.text, position) is not None:
            self.modem.reboot()
            raise CommandAbortedError

    def _feed(self, data: bytes) -> None:
        """Take what the host wrote."""
        self._buffer += data
        self._arrived.set()

    def abort(self) -> None:
        """Forget a dialogue that a restart of the modem broke off."""
        self._session += 1
        self._buffer.clear()
        self._held.clear()
        self._after.clear()
        self._arrived.set()

    async def typed_before(self, result: asyncio.Future[str]) -> bool:
        """Wait for a result; True when the host types first, HostGoneError when it goes."""
        session = self._session
        typed = asyncio.ensure_future(self._typed())
        try:
            await asyncio.wait((result, typed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            typed.cancel()
        if session != self._session:
            raise HostGoneError
        return not result.done()

    async def _typed(self) -> None:
        """Wait until the host types something else than the LF behind its command."""
        session = self._session
        while session == self._session and not self._buffer.strip(b"\n"):
            self._arrived.clear()
            await self._arrived.wait()

    def _host_gone(self) -> None:
        """Forget the dialogue with a host that closed the line."""
        self.modem.faults.cure(Cure.REOPEN)
        self.abort()
        self.wire.clear()
        if self._pace is not None:
            self._pace.clear()

    async def _run(self) -> None:
        """Carry out command lines, one after the other."""
        while True:
            with contextlib.suppress(HostGoneError, CommandAbortedError):
                line = await self._read_until(CR)
                text = line.decode("latin-1")
                # V.250 5.2.1: a line begins at its AT, whatever noise came before it.
                start = text.upper().find("AT")
                if start >= 0 and not self._swallowed(text[start:]):
                    await self._execute(text[start:])

    def _swallowed(self, line: str) -> bool:
        """Tell whether the modem does not hear a line; the cure of a hang it does hear."""
        faults = self.modem.faults
        command = line[2:].strip().upper().replace('"', "")
        if not command:
            faults.cure(Cure.AT)
        elif command.startswith("+CFUN="):
            faults.cure(Cure.FUNCTIONALITY)
        return self.modem.dead or faults.hangs(command)

    async def _read_until(self, *ends: int) -> bytes:
        """Return what the host wrote up to and with one of the octets."""
        session = self._session
        while True:
            positions = [at for end in ends if (at := self._buffer.find(end)) >= 0]
            if positions:
                cut = min(positions) + 1
                taken = bytes(self._buffer[:cut])
                del self._buffer[:cut]
                self._echo(taken)
                return taken
            if len(self._buffer) > MAX_LINE:
                self._buffer.clear()
            self._arrived.clear()
            await self._arrived.wait()
            if session != self._session:
                raise HostGoneError

    def _echo(self, data: bytes) -> None:
        """Return to the host what it wrote, if echo is on."""
        if self.modem.settings.echo and not self.modem.dead:
            self._send(data)

    async def _execute(self, line: str) -> None:
        """Carry out a command line and answer it."""
        requests: list[Request] = []
        answer: Answer = []
        forced = False
        try:
            requests = parse_line(line)
            if not requests:
                self.strike(Request(""), Position.COMMAND)
            for request in requests:
                answer += await self._answer(request)
            final = "OK"
        except _ForcedResultError as error:
            final, forced = error.result, True
        except UnknownCommandError:
            final = self._unknown()
        except AtError as error:
            final = error.render(self.modem.settings.error_verbosity)
        except CommandSyntaxError:
            final = "ERROR"
        last = requests[-1] if requests else Request("")
        await self._write_answer(last, answer if not forced else [], final)

    def _unknown(self) -> str:
        """Return what the modem says to a command that it does not know."""
        profile = self.modem.profile
        if profile.unknown_code is None:
            return profile.unknown_command
        return CmeError(profile.unknown_code).render(self.modem.settings.error_verbosity)

    async def _answer(self, request: Request) -> Answer:
        """Carry out one command and return its information lines."""
        self.strike(request, Position.COMMAND)
        if (delay := latency(self.modem, request)) > 0:
            await self.modem.network.clock.sleep(delay)
        lines = carry_out(self, request)
        return lines if isinstance(lines, list) else await lines

    async def _write_answer(self, request: Request, answer: Answer, final: str) -> None:
        """Write information lines and the final result, with the faults that are due."""
        faults, command = self.modem.faults, request.text
        starts = self.modem.starts
        if (late := faults.take(FaultKind.LATE, command, Position.ANSWER)) is not None:
            await self.modem.network.clock.sleep(late.seconds)
        if starts != self.modem.starts or self.modem.dead:
            return
        if faults.take(FaultKind.MUTE, command, Position.ANSWER) is not None:
            self._end()
            return
        if (garbage := faults.take(FaultKind.GARBAGE, command)) is not None:
            self._send(garbage.data)
        result = self._final(final)
        if faults.take(FaultKind.DUPLICATE, command) is not None:
            result += result
        octets = self._with_held_lines(request, answer) + result
        if faults.get(FaultKind.UNPLUG, command, Position.ANSWER) is not None:
            self._send(octets[: len(octets) // 2])
        self._vanish(request, Position.ANSWER)
        self._send(octets)
        self._end()

    def _send(self, data: bytes) -> None:
        """Put octets on the wire, if anybody is at its other end."""
        if self.link.is_open:
            self.wire.send(data)

    def _end(self) -> None:
        """Do what was to be done after the answer."""
        after, self._after = self._after, []
        for callback in after:
            callback()

    def _interleaving(self) -> bool:
        """Tell whether unsolicited lines are to wait for the middle of an answer."""
        return any(
            fault.kind is FaultKind.INTERLEAVE and not fault.text
            for fault in self.modem.faults.active
        )

    def _with_held_lines(self, request: Request, answer: Answer) -> bytes:
        """Return the information lines, with unsolicited lines in the middle of them."""
        waiting, self._held = self._held, []
        fault = self.modem.faults.take(FaultKind.INTERLEAVE, request.text)
        held: list[str] = []
        if fault is not None and fault.text:
            held, self._held = fault.text.split("\n"), waiting
        elif fault is not None or not self._interleaving():
            held = waiting
        else:
            self._held = waiting
        middle = b"".join(self._information([line]) for line in held)
        if not answer:
            return middle
        if not middle or len(answer) == 1 or fault is None:
            return middle + self._information(answer)
        half = len(answer) // 2
        return self._information(answer[:half]) + middle + self._information(answer[half:])

    def flush(self) -> None:
        """Write the lines that were held back, unless something still holds them."""
        if self._prompting or self._interleaving():
            return
        held, self._held = self._held, []
        for line in held:
            self.urc(line)

    def _information(self, lines: tuple[str, ...] | list[str]) -> bytes:
        """Return lines with their header and trailer (V.250 clause 5.7.1)."""
        text = "\r\n".join(lines) + "\r\n"
        return (f"\r\n{text}" if self.modem.settings.verbose else text).encode("latin-1", "replace")

    def _final(self, result: str) -> bytes:
        """Return a final result, in words or as a number (V.250 clause 5.7.1)."""
        if self.modem.settings.quiet:
            return b""
        if self.modem.settings.verbose:
            return f"\r\n{result}\r\n".encode("latin-1", "replace")
        return f"{_NUMBERS.get(result, result)}\r".encode("latin-1", "replace")


def _ended(task: asyncio.Task[None]) -> None:
    """Tell that the simulator made a mistake, as it only ends when it is cancelled."""
    if not task.cancelled() and (error := task.exception()) is not None:
        LOGGER.error("The simulated modem failed", exc_info=error)


class _ForcedResultError(Exception):
    """A fault gives the final result."""

    def __init__(self, result: str) -> None:
        """Keep the final result as the modem is to write it."""
        super().__init__(result)
        self.result = result

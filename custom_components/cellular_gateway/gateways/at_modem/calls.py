"""Calls: those that come in, and those that we make to let a telephone ring."""

import asyncio
from collections.abc import Callable, Coroutine
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ...sms.errors import MessageError, MessageErrorReason
from ..calls import CallState, DialOutcome, IncomingCall
from ..errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
)
from .client import AtClient, Priority
from .codec.calls import (
    CallEvent,
    CallStage,
    call_event,
    is_diallable,
    parse_caller,
    parse_own_calls,
)
from .codec.commands import Command, query, setting
from .codec.results import FinalResult, ResultKind
from .settings import PORT, AtModemSettings

_CURRENT_CALLS = query("AT+CLCC", "+CLCC:", answers=False)

# TS 27.007 clause 6.5; H does not end voice calls where +CVHU has it so.
_HANG_UP = (setting("AT+CHUP"), setting("ATH"))

_OUTCOMES = {
    CallEvent.ANSWERED: DialOutcome.ANSWERED,
    CallEvent.BUSY: DialOutcome.BUSY,
    CallEvent.NO_ANSWER: DialOutcome.NO_ANSWER,
    CallEvent.NO_DIALTONE: DialOutcome.NO_DIALTONE,
    CallEvent.ENDED: DialOutcome.NO_CARRIER,
}


class Calls:
    """The calls of one link."""

    def __init__(
        self,
        client: Callable[[], AtClient],
        push: Callable[[IncomingCall], None],
        settings: AtModemSettings,
    ) -> None:
        """Take the conversation, and who hears of calls that come in."""
        self._client = client
        self._push = push
        self._settings = settings
        self._clocks = settings.clocks
        self._incoming: IncomingCall | None = None
        self._is_told = False
        self._is_rejected = False
        self._timers: dict[Callable[[], None], asyncio.TimerHandle] = {}
        self._outcome: asyncio.Future[DialOutcome] | None = None
        self._deadline: asyncio.Timeout | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._hanging_up: set[asyncio.Task[Any]] = set()

    def unsolicited(self, line: str) -> bool:
        """Take what a line says of calls; tell whether it said anything."""
        if (number := parse_caller(line)) is not None:
            self._ring(number)
        elif (event := call_event(line)) is None:
            return False
        elif event is CallEvent.RING:
            self._ring()
        elif self._outcome is not None:
            if not self._outcome.done():
                self._outcome.set_result(_OUTCOMES[event])
        elif event is CallEvent.ANSWERED:
            self._answered()
        else:
            self._over()
        return True

    def _after(self, delay: float, action: Callable[[], None]) -> None:
        """Do something in a while (s), counted anew when it is asked for again."""
        if timer := self._timers.pop(action, None):
            timer.cancel()
        self._timers[action] = asyncio.get_running_loop().call_later(delay, action)

    def _ring(self, number: str | None = None) -> None:
        """Note that a call rings, and by whom; it is told as soon as the caller is known."""
        if self._incoming is None:
            self._incoming = IncomingCall(port=PORT, started_at=datetime.now(UTC))
            self._is_told = self._is_rejected = False
            self._after(self._clocks.caller, self._tell)
        if self._incoming.state is CallState.RINGING:
            self._after(self._clocks.ringing, self._over)
        if number is not None and not self._is_told:
            sender = self._settings.sender(number) if number else None
            self._incoming = replace(self._incoming, number=sender)
            self._tell()

    def _tell(self) -> None:
        """Tell of the call, once, and end it if that is wanted."""
        if self._incoming is None or self._is_told:
            return
        self._is_told = True
        self._push(self._incoming)
        if self._settings.hang_up_calls:
            self._is_rejected = True
            self._spawn(self._reject())

    async def _reject(self) -> None:
        """End the call that came in; its end may be told before the command has ended."""
        self._is_rejected = await self._hang_up()
        if self._is_rejected:
            self._over()

    def _answered(self) -> None:
        """Note that somebody has answered the call, by a handset or a command of his own."""
        if self._incoming is not None:
            self._tell()
            self._stop_timers()
            self._incoming = replace(self._incoming, state=CallState.ANSWERED)
            self._push(self._incoming)

    def _over(self) -> None:
        """Tell that the call has ended."""
        call, self._incoming = self._incoming, None
        self._stop_timers()
        if call is None:
            return
        if not self._is_told:
            self._push(call)
        state = CallState.REJECTED if self._is_rejected else CallState.MISSED
        if call.state is CallState.ANSWERED:
            state = call.state
        self._push(replace(call, state=state, ended_at=datetime.now(UTC)))

    def _stop_timers(self) -> None:
        """Wait for nothing more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Hang up, whatever becomes of who wanted it."""
        task = asyncio.create_task(work, name="at_modem hang up")
        self._hanging_up.add(task)
        task.add_done_callback(self._hanging_up.discard)
        return task

    async def _hang_up(self) -> bool:
        """End the call there is; tell whether the modem has."""
        with contextlib.suppress(GatewayTimeoutError, GatewayConnectionError):
            for command in _HANG_UP:
                if (await self._client().run(command, Priority.MESSAGE)).ok:
                    return True
        return False

    async def dial(self, number: str, seconds: float) -> DialOutcome:
        """Call a number for so many seconds, or until it is answered; hang up in any case.

        Raises MessageError for what is no number, and the errors of the gateway.
        """
        if not is_diallable(number):
            raise MessageError(MessageErrorReason.INVALID_NUMBER)
        if self._incoming is not None or self._outcome is not None or self._hanging_up:
            raise GatewayRefusedError(
                "RING", "another call", temporary=True, reason=Reason.CALL_IN_PROGRESS
            )
        client = self._client()
        self._outcome = outcome = asyncio.get_running_loop().create_future()
        self._idle.clear()
        try:
            async with asyncio.timeout(seconds) as self._deadline:
                return await self._call(client, outcome, number)
        except TimeoutError:
            return outcome.result() if outcome.done() else DialOutcome.NO_ANSWER
        finally:
            self._outcome = None
            try:
                await asyncio.shield(self._spawn(self._hang_up()))
            finally:
                self._idle.set()

    async def _call(
        self, client: AtClient, outcome: asyncio.Future[DialOutcome], number: str
    ) -> DialOutcome:
        """Call, and find out what comes of it: by what the modem says, or by looking."""
        limit = client.limits.sim
        command = Command(text=f"ATD{number};", dials=True, limit=limit)
        answer = await client.run(command, Priority.MESSAGE)
        if not answer.ok:
            return _ended(answer.result)
        while not await self._pause(outcome):
            answer = await client.run(_CURRENT_CALLS, Priority.MESSAGE)
            stages = parse_own_calls(answer.lines)
            if CallStage.ACTIVE in stages:
                return DialOutcome.ANSWERED
            if not answer.ok:
                break
            # Where there is no call any more, the word for its end may be on its way.
            if not stages and not await self._pause(outcome):
                return DialOutcome.NO_CARRIER
        return await outcome

    async def _pause(self, outcome: asyncio.Future[DialOutcome]) -> bool:
        """Wait a while for the outcome; tell whether it is there."""
        await asyncio.wait((outcome,), timeout=self._clocks.call)
        return outcome.done()

    def end(self, error: GatewayError) -> None:
        """End what goes on: who dials hears the error, and a call that rings is missed."""
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_exception(error)
            # It may be the command that fails first, and nobody asks for this any more.
            self._outcome.exception()
            if self._deadline is not None:
                self._deadline.reschedule(asyncio.get_running_loop().time())
        if self._incoming is not None:
            self._over()

    async def close(self, error: GatewayError) -> None:
        """End what goes on, and wait until it is hung up."""
        self.end(error)
        await self._idle.wait()
        if self._hanging_up:
            await asyncio.wait(set(self._hanging_up))


def _ended(result: FinalResult) -> DialOutcome:
    """Read the result of a call that has come to nothing; raise what is no result of a call."""
    if result.kind is ResultKind.CALL and (event := call_event(result.line)):
        return _OUTCOMES[event]
    raise result.error()

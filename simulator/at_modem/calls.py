"""Voice calls as a modem has them, one at a time (3GPP TS 27.007 clauses 6 and 7)."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from ..calls import NORMAL_CLEARING, RESULTS, CallOutcome, CallRecord, Ending, Outcome

if TYPE_CHECKING:
    from .modem import AtModem

RING_INTERVAL = 5.0
# How Huawei names the end of a call: by the host, by the network, refused by the network.
_END_STATUSES = {Ending.HUNG_UP: 29, Ending.REFUSED: 104}
_RELEASED_BY_NETWORK = 25


class CallState(IntEnum):
    """The <stat> of +CLCC; 6 is SIMCom's own."""

    ACTIVE = 0
    DIALING = 2
    ALERTING = 3
    INCOMING = 4
    DISCONNECTED = 6


@dataclass(slots=True, eq=False)
class Call:
    """A call; `result` is what a dialling host is told in the end ("" when answered).

    `waited` tells that the command itself gives that result.
    """

    number: str
    incoming: bool
    state: CallState
    result: asyncio.Future[str]
    waited: bool = False
    connected_at: datetime | None = None

    @property
    def number_type(self) -> int:
        """Return the type of number: 145 international, 128 withheld, otherwise 129."""
        if not self.number:
            return 128
        return 145 if self.number.startswith("+") else 129

    @property
    def line(self) -> str:
        """Return the call as +CLCC tells it."""
        numbers = f'"{self.number}",{self.number_type}'
        return f"+CLCC: 1,{int(self.incoming)},{self.state.value},0,0,{numbers}"


class Calls:
    """The call of a modem: rings, is dialled, answered, and ends from either side."""

    def __init__(self, modem: AtModem) -> None:
        """Belong to a modem."""
        self.current: Call | None = None
        self._modem = modem
        self._task: asyncio.Task[None] | None = None

    def ring(self, number: str, seconds: float | None = None) -> bool:
        """Let somebody call, who hangs up after so many seconds; False when that fails.

        It fails without a network, without voice, and while there is a call.
        """
        modem = self._modem
        if self.current is not None or not modem.reachable or not modem.profile.voice:
            return False
        self._begin(number, CallState.INCOMING)
        self._announce()
        self._later(self._ring(seconds))
        return True

    def dial(self, number: str, *, waited: bool = False) -> Call:
        """Begin a call; `proceed` lets the network go on with it."""
        call = self._begin(number, CallState.DIALING)
        call.waited = waited
        return call

    def proceed(self, call: Call) -> None:
        """Let the network do what it does with a call that the host dialled."""
        if call is self.current:
            self._later(self._proceed(call, self._modem.network.call_outcome(call.number)))

    def answer(self) -> list[str] | None:
        """Take the call that rings: the lines before the OK, None when none rings."""
        call = self.current
        if call is None or call.state is not CallState.INCOMING:
            return None
        self._stop()
        self._connected(call)
        return self._lines("connected_before", call)

    def hang_up(self) -> list[str]:
        """End the call for the host: the lines before the OK."""
        if (call := self.current) is None:
            return []
        before = self._lines("hung_up_before", call) if call.connected_at else []
        self._end(Ending.HUNG_UP)
        return before

    def after_hanging_up(self, call: Call | None) -> None:
        """Write what the modem says after the OK of hanging up."""
        if call is not None:
            self._write("hung_up", call, end=_END_STATUSES[Ending.HUNG_UP])

    def after_answering(self) -> None:
        """Write what the modem says after the OK of answering."""
        if self.current is not None and not self._modem.profile.call_lines.get("connected_before"):
            self._write("connected", self.current)

    def far_end_hangs_up(self) -> bool:
        """Let the other side end the call; False when there is none."""
        if (call := self.current) is None:
            return False
        if call.connected_at:
            self._end(Ending.FAR_END)
            self._write("ended", call)
        elif call.incoming:
            self._end(Ending.MISSED)
            self._write("missed", call)
        else:
            self._refuse(call, Outcome.NO_CARRIER)
        return True

    def drop(self) -> None:
        """Lose the call with the modem's power."""
        if self.current is not None:
            self._end(Ending.LOST)

    def _begin(self, number: str, state: CallState) -> Call:
        """Make a call the current one."""
        result: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        call = Call(number, state is CallState.INCOMING, state, result)
        self.current = call
        self._report(call)
        return call

    def _announce(self) -> None:
        """Write RING, and who calls if the host asked for it."""
        modem, call = self._modem, self.current
        assert call is not None
        extended = modem.settings.plain.get("+CRC") == "1"
        modem.urc("+CRING: VOICE" if extended else "RING")
        if modem.settings.caller_identity:
            # <CLI validity> 1: withheld by the caller (TS 27.007 clause 7.6).
            validity = 0 if call.number else 1
            modem.urc(
                modem.profile.clip.format(
                    number=call.number, type=call.number_type, validity=validity
                )
            )

    async def _ring(self, seconds: float | None) -> None:
        """Ring again and again, until the caller gives up."""
        clock = self._modem.network.clock
        left = seconds
        while left is None or left > RING_INTERVAL:
            await clock.sleep(RING_INTERVAL)
            left = None if left is None else left - RING_INTERVAL
            self._announce()
        await clock.sleep(left)
        self.far_end_hangs_up()

    async def _proceed(self, call: Call, plan: CallOutcome) -> None:
        """Bring a call that the host dialled to its outcome."""
        clock = self._modem.network.clock
        self._write("begun", call)
        if plan.outcome in (Outcome.ANSWERED, Outcome.NO_ANSWER):
            call.state = CallState.ALERTING
            self._report(call)
            self._write("alerting", call)
        if plan.after:
            await clock.sleep(plan.after)
        if plan.outcome is not Outcome.ANSWERED:
            self._refuse(call, plan.outcome)
            return
        self._connected(call)
        call.result.set_result("")
        self._write("connected", call)
        if plan.lasts is not None:
            await clock.sleep(plan.lasts)
            self.far_end_hangs_up()

    def _connected(self, call: Call) -> None:
        """Note that both sides talk."""
        call.state, call.connected_at = CallState.ACTIVE, self._modem.network.clock.now()
        self._report(call)

    def _refuse(self, call: Call, outcome: Outcome) -> None:
        """End a call that the far end did not answer."""
        result, cause = RESULTS[outcome]
        self._end(Ending.REFUSED, result)
        end = _END_STATUSES[Ending.REFUSED]
        lines = self._lines("refused", call, result=result, end=end, cause=cause)
        for line in lines:
            if not (call.waited and line == result):
                self._modem.urc(line)

    def _end(self, ending: Ending, result: str = "NO CARRIER") -> None:
        """Close the call and its record."""
        call = self.current
        assert call is not None
        self._stop()
        self.current = None
        modem = self._modem
        if not call.result.done():
            call.result.set_result(result)
        call.state = CallState.DISCONNECTED
        if ending is not Ending.LOST:
            self._report(call)
        modem.network.calls.append(
            CallRecord(
                own=modem.sim.number if modem.sim else "",
                number=call.number,
                incoming=call.incoming,
                ending=ending,
                answered=call.connected_at is not None,
                seconds=self._seconds(call),
                at=modem.network.clock.now(),
            )
        )

    def _seconds(self, call: Call) -> int:
        """Return how long both sides have talked."""
        if call.connected_at is None:
            return 0
        return int((self._modem.network.clock.now() - call.connected_at).total_seconds())

    def _report(self, call: Call) -> None:
        """Write the call as +CLCC if the host wants that of every change."""
        if self._modem.settings.call_reports:
            self._modem.urc(call.line)

    def _write(self, event: str, call: Call, *, end: int = _RELEASED_BY_NETWORK) -> None:
        """Write what the modem says of an event."""
        for line in self._lines(event, call, end=end):
            self._modem.urc(line)

    def _lines(
        self,
        event: str,
        call: Call,
        *,
        result: str = "NO CARRIER",
        end: int = _RELEASED_BY_NETWORK,
        cause: int = NORMAL_CLEARING,
    ) -> list[str]:
        """Return what the modem says of an event."""
        modem = self._modem
        setting = modem.profile.call_progress
        if event in ("alerting", "connected") and setting:
            if modem.settings.plain.get(setting) != "1":
                return []
        values = {
            "number": call.number,
            "seconds": self._seconds(call),
            "now": modem.now(),
            "result": result,
            "end": end,
            "cause": cause,
        }
        return [line.format_map(values) for line in modem.profile.call_lines.get(event, ())]

    def _later(self, work: Coroutine[None, None, None]) -> None:
        """Do something in the background until the call ends."""
        self._stop()
        self._task = asyncio.ensure_future(work)

    def _stop(self) -> None:
        """Stop what is done in the background, unless it is that which stops."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        self._task = None

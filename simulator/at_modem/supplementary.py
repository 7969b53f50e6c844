"""USSD sessions between the host and the network (3GPP TS 27.007 clause 7.15)."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from ..ussd import UssdAnswer, UssdStatus, render
from .errors import CmeError

if TYPE_CHECKING:
    from .modem import AtModem

_NOT_SUPPORTED = UssdAnswer(status=UssdStatus.NOT_SUPPORTED)
_TERMINATED = UssdAnswer(status=UssdStatus.TERMINATED)
_TIMED_OUT = UssdAnswer(status=UssdStatus.TIME_OUT)


class Supplementary:
    """The USSD session of a modem: one at a time; `codes` are those that the host sent."""

    def __init__(self, modem: AtModem) -> None:
        """Belong to a modem."""
        self.codes: list[str] = []
        self._modem = modem
        self._menu: UssdAnswer | None = None
        self._waiting: asyncio.Task[None] | None = None

    @property
    def open(self) -> bool:
        """Tell whether the network waits for the user's answer."""
        return self._menu is not None

    def send(self, code: str) -> UssdAnswer:
        """Send a code, or the user's answer in an open session, and return what comes back.

        CmeError 3 while an answer is still to come (inferred), 30 without a network.
        """
        if not self._modem.reachable:
            raise CmeError(30)
        if self._pending():
            raise CmeError(3)
        self.codes.append(code)
        if (menu := self._menu) is not None:
            self._end()
            return menu.answers.get(code, _TERMINATED)
        return self._modem.network.ussd.get(code, _NOT_SUPPORTED)

    def begin(self, answer: UssdAnswer) -> None:
        """Let an answer come, after its delay."""
        self._end()
        if answer.silent or answer.delay:
            self._later(self._come(answer))
        else:
            self._show(answer)

    def cancel(self) -> None:
        """End the session, and with it an answer that is still to come."""
        self._end()

    def _pending(self) -> bool:
        """Tell whether an answer is still to come."""
        waiting = self._waiting is not None and not self._waiting.done()
        return waiting and self._menu is None

    async def _come(self, answer: UssdAnswer) -> None:
        """Show an answer after its delay; a silent one never."""
        if answer.silent:
            await asyncio.get_running_loop().create_future()
        await self._modem.network.clock.sleep(answer.delay)
        self._show(answer)

    def _show(self, answer: UssdAnswer) -> None:
        """Write an answer, if the host wants it; a menu opens the session."""
        modem = self._modem
        self._menu = answer if answer.open else None
        if modem.settings.supplementary_reports == 1:
            for line in render(
                answer, packed=modem.packed_ussd, character_set=modem.settings.character_set
            ):
                modem.urc(line)
        if answer.open and answer.time_out is not None:
            self._later(self._run_out(answer.time_out))

    async def _run_out(self, seconds: float) -> None:
        """End a session whose user did not answer in time."""
        await self._modem.network.clock.sleep(seconds)
        self._show(_TIMED_OUT)

    def _later(self, work: Coroutine[None, None, None]) -> None:
        """Do something in the background until the session ends."""
        self._waiting = asyncio.ensure_future(work)

    def _end(self) -> None:
        """Forget the session."""
        self._menu = None
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

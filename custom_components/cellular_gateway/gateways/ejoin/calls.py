"""Calls, as their records come: one call is one key, told when it begins, is answered and ends."""

from collections import OrderedDict
from collections.abc import Callable
import contextlib
import json
import time
from typing import Final

from ..calls import CallState, IncomingCall
from ..consumers import Memory
from ..errors import NotKeptError
from ..port_reports import CallDirection
from .codec.calls import CallRecord
from .settings import EjoinSettings

_MEMORY: Final = "calls"
_TOLD: Final = 500
_REMEMBERED: Final = 100
# What is remembered of a call that is over.
_OVER: Final = "ended"


class Calls:
    """The calls of one gateway."""

    def __init__(
        self,
        settings: EjoinSettings,
        memory: Memory,
        push: Callable[[IncomingCall], None],
        calling: Callable[[int, bool], None],
    ) -> None:
        """Take who hears of calls, and of ports at which one goes on or does not any more.

        `memory` knows after a restart what was told of each call by its key.
        """
        self._settings = settings
        self._memory = memory
        self._push = push
        self._calling = calling
        self._open: dict[str, tuple[CallRecord, float]] = {}
        self._told: OrderedDict[str, str] = OrderedDict()
        self._is_saved = True

    async def load(self) -> None:
        """Take up what an earlier run has told; raises NotKeptError."""
        if self._told:
            return
        try:
            loaded = json.loads(await self._memory.get(_MEMORY) or "{}")
        except ValueError:
            loaded = {}
        self._told = OrderedDict((str(key), str(told)) for key, told in _items(loaded))

    async def save(self) -> None:
        """Commit what was told; a call is told also where that fails."""
        if self._is_saved:
            return
        self._is_saved = True
        latest = dict(list(self._told.items())[-_REMEMBERED:])
        with contextlib.suppress(NotKeptError):
            await self._memory.set(_MEMORY, json.dumps(latest))

    def take(self, record: CallRecord) -> None:
        """Take a record; one that says nothing new of a call only shows that it goes on."""
        told = self._told.get(record.key)
        if told == _OVER:
            return
        # An earlier record may come once more, after one that said more.
        is_answered = record.answered_at is not None or told == CallState.ANSWERED
        if record.ended_at is None:
            state = CallState.ANSWERED if is_answered else CallState.RINGING
            self._open[record.key] = (record, time.monotonic())
        else:
            self._open.pop(record.key, None)
            state = CallState.ANSWERED if is_answered else CallState.MISSED
        if told != state or record.ended_at is not None:
            self._push(self._call(record, state))
            self._note(record.key, state if record.ended_at is None else _OVER)
        self._tell_port(record.place.port)

    def _note(self, key: str, told: str) -> None:
        """Note what was told of a call."""
        self._told.pop(key, None)
        self._told[key] = told
        self._is_saved = False
        if len(self._told) > _TOLD:
            self._told.popitem(last=False)

    def expire(self) -> None:
        """Forget calls of which nothing is told any more: their end was not heard."""
        before = time.monotonic() - self._settings.clocks.call
        for key, (record, heard) in list(self._open.items()):
            if heard < before:
                del self._open[key]
                self._tell_port(record.place.port)

    def _tell_port(self, port: int) -> None:
        """Tell whether a call goes on at a port."""
        self._calling(port, any(record.place.port == port for record, _ in self._open.values()))

    def _call(self, record: CallRecord, state: CallState) -> IncomingCall:
        """Say how far a call has come."""
        is_incoming = record.direction is CallDirection.INCOMING
        number = record.caller if is_incoming else record.callee
        return IncomingCall(
            port=record.place.key,
            number=self._settings.number(number) if number else None,
            started_at=record.begun_at,
            ended_at=record.ended_at,
            state=state,
            direction=record.direction,
            key=record.key,
            alerted_at=record.alerted_at,
            answered_at=record.answered_at,
            reason=record.reason,
            network_reason=record.gateway_reason,
        )


def _items(loaded: object) -> list[tuple[object, object]]:
    """Return the items of an object, none of anything else."""
    return list(loaded.items()) if isinstance(loaded, dict) else []

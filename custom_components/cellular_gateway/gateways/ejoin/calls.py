"""Calls, as their records come: one call is one key, told when it begins, is answered and ends."""

from collections import OrderedDict
from collections.abc import Callable
import time
from typing import Final

from ..calls import CallState, IncomingCall
from ..port_reports import CallDirection
from .codec.calls import CallRecord
from .settings import EjoinSettings

_ENDED: Final = 500


class Calls:
    """The calls of one gateway."""

    def __init__(
        self,
        settings: EjoinSettings,
        push: Callable[[IncomingCall], None],
        calling: Callable[[int, bool], None],
    ) -> None:
        """Take who hears of calls, and of ports at which one goes on or does not any more."""
        self._settings = settings
        self._push = push
        self._calling = calling
        self._open: dict[str, tuple[CallRecord, CallState, float]] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def take(self, record: CallRecord) -> None:
        """Take a record; one that says nothing new of a call only shows that it goes on."""
        if record.key in self._ended:
            return
        known = self._open.get(record.key)
        state = CallState.ANSWERED if record.answered_at else CallState.RINGING
        if record.ended_at is None:
            self._open[record.key] = (record, state, time.monotonic())
        else:
            self._open.pop(record.key, None)
            self._ended[record.key] = None
            if len(self._ended) > _ENDED:
                self._ended.popitem(last=False)
            state = CallState.ANSWERED if record.answered_at else CallState.MISSED
        if known is None or known[1] is not state or record.ended_at is not None:
            self._push(self._call(record, state))
        self._tell_port(record.place.port)

    def expire(self) -> None:
        """Forget calls of which nothing is told any more: their end was not heard."""
        before = time.monotonic() - self._settings.clocks.call
        for key, (record, _, heard) in list(self._open.items()):
            if heard < before:
                del self._open[key]
                self._tell_port(record.place.port)

    def _tell_port(self, port: int) -> None:
        """Tell whether a call goes on at a port."""
        self._calling(port, any(record.place.port == port for record, _, _ in self._open.values()))

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

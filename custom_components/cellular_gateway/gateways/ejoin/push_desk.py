"""Take what the gateway pushes: sort it, keep it, acknowledge it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
import math
import time
from typing import Final

from ..errors import NotKeptError
from ..port_reports import GatewayProblem
from ..push import Push, PushAnswer
from .calls import Calls
from .codec.notifications import Contents, DeviceReport, parse_request
from .identity import Identity
from .receive import Receiver
from .sends import Sends
from .state import StateBook
from .unknown import Unknown

# 512 SIMs with all their fields take less than 400 kB.
_LARGEST: Final = 1024 * 1024
# The gateway is taken to be gone after so many reports that did not come.
_MISSED_REPORTS: Final = 3
# How often it reports where it has not told yet (status notification, 4.2), in seconds.
_PERIOD: Final = 180.0


class PushDesk:
    """Where pushes arrive, for as long as the entry lives."""

    def __init__(
        self,
        *,
        book: StateBook,
        identity: Identity,
        receiver: Receiver,
        sends: Sends,
        calls: Calls,
        unknown: Unknown,
        publish: Callable[[bool], None],
        look_soon: Callable[[], None],
        heard: Callable[[], None],
    ) -> None:
        """Take who is told what.

        `publish` is called with whether the state differs, `look_soon` when the inbox holds what
        is to be kept or deleted, or when silence means something else than before, `heard` with
        every request of our gateway.
        """
        self._book = book
        self._identity = identity
        self._receiver = receiver
        self._sends = sends
        self._calls = calls
        self._unknown = unknown
        self._publish = publish
        self._look_soon = look_soon
        self._tell_heard = heard
        self._heard = time.monotonic()
        self._refused = -math.inf
        self.period = _PERIOD

    @property
    def is_silent(self) -> bool:
        """Whether so many reports have not come that the gateway must be gone."""
        return time.monotonic() - self._heard > _MISSED_REPORTS * self.period

    def listen(self) -> None:
        """Give the gateway the time of some reports to be heard."""
        self._heard = time.monotonic()

    def look(self) -> None:
        """See whether another gateway has ceased to push to us."""
        if time.monotonic() - self._refused > _MISSED_REPORTS * self.period:
            self._publish(self._book.set_problem(GatewayProblem.OTHER_GATEWAY, present=False))

    async def take(self, push: Push) -> PushAnswer:
        """Take a request; never raises."""
        if len(push.body) > _LARGEST:
            return PushAnswer(413, "the request is too long")
        contents = parse_request(push.query, push.headers, push.body)
        if contents.too_much:
            return PushAnswer(413, "too many messages in one request")
        if not contents.good:
            self._unknown.note("malformed requests")
            return PushAnswer(400, "this is no notification of an Ejoin gateway")
        try:
            if not await self._identity.accepts(*contents.macs, remote=push.remote):
                return self._refuse()
            self._heard = time.monotonic()
            self._tell_heard()
            self._take_states(contents)
            await self._receiver.take(contents.incoming, push.is_waiting)
        except NotKeptError:
            self._look_soon()
            return PushAnswer(503, "the messages cannot be kept now")
        await self._take_events(contents)
        await self._calls.save()
        if contents.brings_sms and self._receiver.deletes:
            self._look_soon()
        return PushAnswer(200, "OK")

    def _refuse(self) -> PushAnswer:
        """Turn another gateway away."""
        self._refused = time.monotonic()
        self._publish(self._book.set_problem(GatewayProblem.OTHER_GATEWAY, present=True))
        return PushAnswer(403, "this address belongs to another gateway")

    def _take_states(self, contents: Contents) -> None:
        """Take what a request says of the gateway and its ports; again does no harm."""
        now = datetime.now(UTC)
        changed = False
        for report in contents.devices:
            if report.period != self.period:
                self.period = report.period
                self._look_soon()
            changed |= self.take_device(report, now)
        for place, row in contents.ports:
            changed |= self._book.take_port(place, row, now)
        # There must be somebody to hear of it.
        changed |= self._book.note_ports(contents.busy_ports)
        if contents.brings_sms:
            problem = GatewayProblem.RECEIVED_SMS_NOT_PUSHED
            changed |= self._book.set_problem(problem, present=False)
        for name, times in contents.unknown.items():
            self._unknown.note(name, times)
        if contents.broken:
            self._unknown.note("malformed messages", contents.broken)
        self._publish(changed)

    def take_device(self, report: DeviceReport, reported_at: datetime | None = None) -> bool:
        """Take a report of the whole gateway; `reported_at` is None where it was asked for."""
        if not report.complete:
            self._unknown.note("malformed rows of ports")
        return self._book.take_device(report, reported_at)

    async def _take_events(self, contents: Contents) -> None:
        """Take what must be taken once: calls, and texts that were sent."""
        for record in contents.calls:
            self._calls.take(replace(record, mac=record.mac or self._identity.mac))
        for report in contents.sent:
            await self._sends.take(report)

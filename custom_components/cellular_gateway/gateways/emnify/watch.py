"""Watch the account: lists now and then, the event log often, and single endpoints in turn."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import batched
import logging
from typing import Final

from ..endpoints import EndpointEvent, EndpointEventType, EndpointState, Quota
from ..errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
)
from .budget import Pace
from .client import EmnifyClient, UnreadableError
from .clock import Clock
from .codec.endpoints import (
    is_endpoint,
    parse_connectivity,
    parse_endpoint,
    parse_quota,
    parse_sims,
    parse_statistics,
)
from .codec.fields import Json, objects
from .event_log import EventLog
from .fleet import Fleet
from .receive import Receiver
from .rounds import Errand, Rounds, Topic
from .settings import Clocks

_LOGGER = logging.getLogger(__name__)

# Thousands of endpoints are read in pieces that keep nobody waiting.
_AT_ONCE: Final = 250
# A single failure may pass; the link counts as lost after so many in a row.
_FAILURES: Final = 3

_QUOTA_EVENTS: Final = {
    EndpointEventType.DATA_QUOTA_THRESHOLD: (Topic.DATA_QUOTA,),
    EndpointEventType.DATA_QUOTA_USED_UP: (Topic.DATA_QUOTA,),
    EndpointEventType.SMS_QUOTA_THRESHOLD: (Topic.SMS_QUOTA,),
    EndpointEventType.SMS_QUOTA_USED_UP: (Topic.SMS_QUOTA,),
    EndpointEventType.QUOTA_CHANGED: (Topic.DATA_QUOTA, Topic.SMS_QUOTA),
}
# Which errands an event makes worth while at once.
_FRESH: Final = {
    **dict.fromkeys(
        (
            EndpointEventType.UPDATE_LOCATION,
            EndpointEventType.UPDATE_GPRS_LOCATION,
            EndpointEventType.CREATE_PDP_CONTEXT,
            EndpointEventType.PURGE_LOCATION,
            EndpointEventType.PURGE_GPRS_LOCATION,
            EndpointEventType.ENDPOINT_BLOCKED,
            EndpointEventType.ENDPOINT_ENABLED,
            EndpointEventType.ENDPOINT_DISABLED,
        ),
        (Topic.CONNECTIVITY,),
    ),
    EndpointEventType.DELETE_PDP_CONTEXT: (Topic.CONNECTIVITY, Topic.USAGE),
    **_QUOTA_EVENTS,
}
_INVENTORY_EVENTS: Final = frozenset(
    {
        EndpointEventType.SIM_REGISTERED,
        EndpointEventType.SIM_ASSIGNED,
        EndpointEventType.SIM_RELEASED,
        EndpointEventType.SIM_DELETED,
    }
)


class Watch:
    """Keeps the fleet as it is over there, within the budget.

    `publish` is called when a state differs, `tell` with each event.
    """

    def __init__(
        self,
        client: EmnifyClient,
        fleet: Fleet,
        receiver: Receiver,
        events: EventLog,
        *,
        clock: Clock,
        clocks: Clocks,
        publish: Callable[[], None],
        tell: Callable[[EndpointEvent], None],
    ) -> None:
        """Start with nothing asked."""
        self._client = client
        self._fleet = fleet
        self._receiver = receiver
        self._events = events
        self._clock = clock
        self._clocks = clocks
        self._publish = publish
        self._tell = tell
        self._inventory_at = 0.0
        self._events_at = 0.0
        self._failures = 0
        self.rounds = Rounds(
            clock,
            {
                Topic.CONNECTIVITY: clocks.connectivity,
                Topic.MESSAGES: clocks.messages,
                Topic.USAGE: clocks.usage,
                Topic.DATA_QUOTA: clocks.quota,
                Topic.SMS_QUOTA: clocks.quota,
            },
        )

    async def begin(self) -> None:
        """Read the lists, and where the event log stands; raises GatewayError."""
        self._failures = 0
        await self.look_through()
        await self._events.begin()

    async def run(self) -> GatewayError:
        """Watch until the link counts as lost, and return why."""
        rest = self._clocks.tick
        while True:
            await self._clock.sleep(rest)
            began = self._clock.time()
            rest = self._clocks.tick
            try:
                await self._step(began + self._clocks.tick)
            except GatewayError as error:
                if self.is_lost(error):
                    return error
            else:
                # Slow answers fill the whole tick; others leave some of it.
                rest = max(0.0, began + rest - self._clock.time())
            self._publish()

    def is_lost(self, error: GatewayError) -> bool:
        """Count a failure, and tell whether the link counts as lost by it."""
        _LOGGER.debug("watching failed: %s", error)
        if isinstance(error, GatewayAuthenticationError):
            return True
        if error.reason is Reason.RATE_LIMITED:
            return False
        self._failures += 1
        return self._failures >= _FAILURES

    async def _step(self, until: float) -> None:
        """Do what is due, as far as the budget and the time reach."""
        now = self._clock.time()
        if now >= self._inventory_at:
            try:
                await self.look_through()
            except UnreadableError as error:
                _LOGGER.debug("what there is stays as it was known: %s", error)
                self._inventory_at = now + self._clocks.inventory_soon
        if now >= self._events_at:
            await self.read_events()
            self._failures = 0
        while (
            self._clock.time() < until
            and self._client.budget.spare
            and (errand := self.rounds.take()) is not None
        ):
            await self._run(errand)
            self._failures = 0

    async def look_through(self) -> None:
        """Read the lists of endpoints and SIMs; raises GatewayError.

        An endpoint that cannot be read is no reason to believe that it is gone.
        """
        endpoints = await self._client.pages("/endpoint", watching=True)
        if not all(map(is_endpoint, endpoints)):
            raise UnreadableError("an endpoint that is none")
        sims = await self._client.pages("/sim", watching=True)
        now = self._client.server_time
        found: list[EndpointState] = []
        for items in batched(objects(endpoints), _AT_ONCE, strict=False):
            states = (parse_endpoint(item, now) for item in items)
            found += [state for state in states if state is not None]
            await asyncio.sleep(0)
        self._fleet.take_inventory(found, parse_sims(sims))
        self.rounds.set_endpoints(self._fleet.shown.keys())
        self._inventory_at = self._clock.time() + self._clocks.inventory

    def look_through_soon(self) -> None:
        """Have the lists read again: something in them must have changed."""
        soon = self._clock.time() + self._clocks.inventory_soon
        self._inventory_at = min(self._inventory_at, soon)

    async def read_events(self) -> None:
        """Read what is new in the event log; raises GatewayError."""
        self._take_events(await self._events.read())
        self._events_at = self._clock.time() + self._clocks.events

    async def take_pushed_events(self, items: Sequence[Json]) -> None:
        """Take events that were pushed."""
        self._take_events(await self._events.take(items))
        self._publish()

    def _take_events(self, events: Iterable[EndpointEvent]) -> None:
        """Bring events into the states, tell them, and plan what they make worth while."""
        for event in events:
            self._fleet.take_event(event)
            if event.type in _INVENTORY_EVENTS or self._fleet.find(event.endpoint) is None:
                self.look_through_soon()
            for topic in _FRESH.get(event.type, ()):
                self.rounds.freshen(topic, event.endpoint)
            if event.endpoint in self._fleet.shown:
                self._tell(event)

    async def _run(self, errand: Errand) -> None:
        """Ask one thing of one endpoint; what is refused concerns that endpoint alone."""
        topic, key = errand
        try:
            if topic is Topic.MESSAGES:
                await self._read_messages(key)
            else:
                await self._ask(topic, key)
        except NotKeptError:
            self.rounds.freshen(topic, key, self._clocks.retry)
        except GatewayRefusedError as error:
            if error.reason is Reason.RATE_LIMITED:
                self.rounds.freshen(topic, key)
                raise
            if error.temporary:
                self.rounds.freshen(topic, key, self._clocks.retry)
                raise
            if error.reason is Reason.UNKNOWN_ENDPOINT and topic is Topic.CONNECTIVITY:
                self.look_through_soon()
        except GatewayConnectionError, GatewayTimeoutError:
            # Others come first: it may be this one alone that is not answered.
            self.rounds.freshen(topic, key, self._clocks.retry)
            raise

    async def _read_messages(self, key: str) -> None:
        """Look for messages and reports of an endpoint."""
        await self._receiver.read(key)
        if (delay := self._receiver.next_look(key)) is not None:
            self.rounds.freshen(Topic.MESSAGES, key, delay)

    async def _ask(self, topic: Topic, key: str) -> None:
        """Ask for a part of an endpoint's state."""
        match topic:
            case Topic.CONNECTIVITY:
                body = await self._read(f"/endpoint/{key}/connectivity", Pace.ENDPOINT)
                changes = parse_connectivity(body, self._client.server_time)
            case Topic.USAGE:
                body = await self._read(f"/endpoint/{key}/stats", Pace.LIST)
                changes = parse_statistics(body, self._client.server_time)
            case _:
                name = "data" if topic is Topic.DATA_QUOTA else "sms"
                quota = await self._read_quota(f"/endpoint/{key}/quota/{name}")
                changes = {
                    f"{name}_quota": quota,
                    f"{name}_quota_at": self._client.server_time,
                }
        self._fleet.change(key, changes)

    async def _read(self, path: str, pace: Pace) -> Json:
        """Read one object."""
        answer = await self._client.get(path, pace=pace, watching=True)
        if not isinstance(answer.body, dict):
            raise UnreadableError("no object")
        return answer.body

    async def _read_quota(self, path: str) -> Quota | None:
        """Read a quota; an endpoint without one is not found."""
        try:
            quota = parse_quota(await self._read(path, Pace.ENDPOINT))
        except GatewayRefusedError as error:
            if error.reason is Reason.UNKNOWN_ENDPOINT:
                return None
            raise
        if quota is None:
            raise UnreadableError("no quota")
        return quota

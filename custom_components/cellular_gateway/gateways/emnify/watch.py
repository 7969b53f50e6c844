"""Watch the account: lists now and then, the event log often, and single endpoints in turn."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import batched
import logging
import math
from typing import Final

from ..consumers import EventConsumer
from ..endpoints import EndpointEvent, EndpointEventType, EndpointState, Quota, SimStatus
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
from .codec.fields import Json, identity, objects
from .event_log import EventLog
from .fleet import Fleet
from .receive import Receiver
from .rejections import Rejections
from .rounds import Errand, Rounds, Topic
from .settings import Clocks

_LOGGER = logging.getLogger(__name__)

# Thousands of endpoints are read in pieces that keep nobody waiting.
_AT_ONCE: Final = 250
# A single failure may pass; the link counts as lost after so many in a row.
_FAILURES: Final = 3
# So many endpoints that are missing in the list are asked for one by one.
_MOST_ASKED: Final = 100

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

    `publish` is called when a state differs; `events` returns who hears of events, if anybody does.
    """

    def __init__(
        self,
        client: EmnifyClient,
        fleet: Fleet,
        receiver: Receiver,
        log: EventLog,
        rejections: Rejections,
        *,
        clock: Clock,
        clocks: Clocks,
        publish: Callable[[], None],
        events: Callable[[], EventConsumer | None],
    ) -> None:
        """Start with nothing asked."""
        self._client = client
        self._fleet = fleet
        self._receiver = receiver
        self._log = log
        self._rejections = rejections
        self._clock = clock
        self._clocks = clocks
        self._publish = publish
        self._events = events
        self._looking = asyncio.Lock()
        self._inventory_at = 0.0
        self._events_at = 0.0
        self._failures = 0
        self._failing: set[Errand] = set()
        self.rounds = Rounds(
            clock,
            {
                Topic.CONNECTIVITY: clocks.connectivity,
                Topic.MESSAGES: clocks.messages,
                Topic.USAGE: clocks.usage,
                Topic.DATA_QUOTA: clocks.quota,
                Topic.SMS_QUOTA: clocks.quota,
            },
            rate=client.budget.rate - 1 / clocks.events,
        )

    async def begin(self) -> None:
        """Read the lists, and where the event log stands; raises GatewayError."""
        self._failures = 0
        self._fleet.remember(await self._rejections.load())
        await self.look_through()
        await self._log.begin()

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
        await self._tell_held()
        if now >= self._inventory_at:
            try:
                await self.look_through()
            except UnreadableError as error:
                _LOGGER.debug("what there is stays as it was known: %s", error)
                self._inventory_at = now + self._clocks.inventory_soon
        if now >= self._events_at and await self.read_events():
            self._failures = 0
        while (
            self._clock.time() < until
            and self._client.budget.spare
            and (errand := self.rounds.take()) is not None
        ):
            if await self._run(errand):
                self._failures = 0

    async def look_through(self) -> None:
        """Read the lists of endpoints and SIMs, one look after the other; raises GatewayError.

        An endpoint that cannot be read is no reason to believe that it is gone.
        """
        async with self._looking:
            # Whatever asks for a look from here on gets one of its own.
            wanted_at, self._inventory_at = self._inventory_at, math.inf
            try:
                await self._look_through()
                wanted_at = self._clock.time() + self._clocks.inventory
            finally:
                self._inventory_at = min(self._inventory_at, wanted_at)

    async def _look_through(self) -> None:
        """Read the lists, and take them once the last events of what goes are told."""
        began = self._clock.time()
        items = await self._client.pages("/endpoint", watching=True)
        if not all(map(is_endpoint, items)):
            raise UnreadableError("an endpoint that is none")
        sims = await self._read_sims()
        found = await self._parse(items) + await self._ask_for_missing(items)
        if self._fleet.would_go(found):
            await self.read_events()
        early = [event for event in self._log.held if event.endpoint not in self._fleet.shown]
        self._fleet.take_inventory(found, sims, began)
        for event in early:
            self._fleet.take_event(event)
        await self._receiver.note_left_out()
        await self._rejections.note(self._fleet.rejections)
        self.rounds.set_endpoints(self._fleet.shown.keys())
        self._publish()
        await self._tell_held()

    async def _read_sims(self) -> dict[str, SimStatus | None]:
        """Read the states of the SIMs; without them the list of endpoints has to do."""
        try:
            sims = parse_sims(await self._client.pages("/sim", watching=True))
        except GatewayRefusedError as error:
            _LOGGER.debug("the SIMs stay as they were known: %s", error)
            return {}
        return {sim.key: sim.status for sim in sims}

    async def _parse(self, items: Sequence[object]) -> list[EndpointState]:
        """Read the items of the list."""
        now = self._client.server_time
        found: list[EndpointState] = []
        for some in batched(objects(items), _AT_ONCE, strict=False):
            states = (parse_endpoint(item, now) for item in some)
            found += [state for state in states if state is not None]
            await asyncio.sleep(0)
        return found

    async def _ask_for_missing(self, items: Sequence[object]) -> list[EndpointState]:
        """Ask for what was in the list before: where it shifts while it is read, some are not.

        Of very many some are asked for now, and the others stay until the next look.
        """
        listed = {identity(item) for item in objects(items)}
        missing = [state for state in self._fleet.known if state.key not in listed]
        if kept := missing[_MOST_ASKED:]:
            self.look_through_soon()
        there = [await self._ask_for(state) for state in missing[:_MOST_ASKED]]
        return kept + [state for state in there if state is not None]

    async def _ask_for(self, state: EndpointState) -> EndpointState | None:
        """Return an endpoint as it is now, None where it is gone."""
        try:
            item = await self._read(f"/endpoint/{state.key}", Pace.ENDPOINT)
        except GatewayRefusedError as error:
            return None if error.reason is Reason.UNKNOWN_ENDPOINT else state
        if not is_endpoint(item) or identity(item) != state.key:
            return state
        return parse_endpoint(item, self._client.server_time)

    def look_through_soon(self) -> None:
        """Have the lists read again: something in them must have changed."""
        soon = self._clock.time() + self._clocks.inventory_soon
        self._inventory_at = min(self._inventory_at, soon)

    @property
    def _hearer(self) -> EventConsumer | None:
        """Return who hears of events; while nobody does, they are left in the log."""
        consumer = self._events()
        return consumer if consumer is not None and consumer.hears_endpoints else None

    async def read_events(self) -> bool:
        """Tell what is new in the event log, and whether it was read; raises GatewayError."""
        if self._hearer is None:
            return False
        await self._log.read(self._take_event)
        self._events_at = self._clock.time() + self._clocks.events
        await self._rejections.note(self._fleet.rejections)
        return True

    async def _tell_held(self) -> None:
        """Tell what waited for its endpoint, where that is shown and heard of by now."""
        if self._hearer is not None:
            await self._log.tell_held(self._take_event)

    async def take_pushed_events(self, items: Sequence[Json]) -> None:
        """Take events that were pushed."""
        if items and self._hearer is not None:
            await self._log.take(items, self._take_event)
            await self._rejections.note(self._fleet.rejections)
            self._publish()

    def _take_event(self, event: EndpointEvent, since: float | None) -> bool:
        """Tell an event that is new, or waits since then; returns False where it has to wait.

        It waits for the next inventory where that may show whose it is, and until those who hear
        of events know that endpoint too.
        """
        key, hearer = event.endpoint, self._hearer
        if since is None:
            self._learn_from(event)
        if key not in self._fleet.shown:
            is_nowhere = since is not None and since < self._fleet.looked_at
            return is_nowhere or not self._fleet.may_appear(key)
        if hearer is None or not hearer.hears_endpoint(key):
            return False
        hearer.endpoint_event(event)
        return True

    def _learn_from(self, event: EndpointEvent) -> None:
        """Bring an event into the state, and plan what it makes worth while."""
        self._fleet.take_event(event)
        if event.type in _INVENTORY_EVENTS or self._fleet.may_appear(event.endpoint):
            self.look_through_soon()
        for topic in _FRESH.get(event.type, ()):
            self.rounds.freshen(topic, event.endpoint)

    async def _run(self, errand: Errand) -> bool:
        """Ask one thing of one endpoint, and tell whether it was answered.

        What is refused, or fails over there, concerns that errand alone.
        """
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
                self._retry_once(errand)
                return False
            if error.reason is Reason.UNKNOWN_ENDPOINT and topic is Topic.CONNECTIVITY:
                self.look_through_soon()
        except GatewayConnectionError, GatewayTimeoutError:
            # Others come first: it may be this one alone that is not answered.
            self.rounds.freshen(topic, key, self._clocks.retry)
            raise
        self._failing.discard(errand)
        return True

    def _retry_once(self, errand: Errand) -> None:
        """Try again soon what failed over there; what fails again may be down for all endpoints.

        Trying that soon would leave little of the budget to the rest.
        """
        if errand not in self._failing:
            self._failing.add(errand)
            self.rounds.freshen(*errand, self._clocks.retry)

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

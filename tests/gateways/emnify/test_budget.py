"""Thousands of endpoints within the calls that the service allows, counted by the service."""

import asyncio
from collections.abc import Iterator
import heapq
from itertools import count
from typing import override

import pytest

from custom_components.cellular_gateway.gateways.emnify.budget import WINDOW, Budget, Pace
from custom_components.cellular_gateway.gateways.emnify.gateway import Clocks
from custom_components.cellular_gateway.gateways.emnify.rounds import Errand, Rounds, Topic
from custom_components.cellular_gateway.gateways.emnify.settings import CALLS
from custom_components.cellular_gateway.gateways.endpoints import Connectivity
from custom_components.cellular_gateway.gateways.models import SendStatus

from .lab import JumpClock, Lab, state_of, to_device

ENDPOINTS = 5000
FIVE_MINUTES = 300.0
HOUR = 3600.0
CLOCKS = Clocks()


async def test_five_thousand_endpoints(socket_enabled: None) -> None:
    """The service never has to refuse a call, and what has just changed is known at once."""
    clock = JumpClock()
    lab = Lab(clock, limits=True)
    devices = [lab.cloud.add_device() for _ in range(ENDPOINTS)]
    gateway = await lab.connected(calls=1000, clocks=CLOCKS)
    assert len(gateway.state.endpoints or {}) == ENDPOINTS
    assert lab.server.calls.total() <= 15
    last = devices[-1]
    lab.cloud.attach(last)
    lab.cloud.go_online(last)
    began = clock.time()
    await lab.shown(gateway, last, connectivity=Connectivity.ONLINE)
    assert clock.time() - began < 60
    calls = lab.server.calls.total()
    began = clock.time()
    await lab.eventually(lambda: clock.time() - began >= FIVE_MINUTES, 60)
    assert lab.server.calls.total() - calls <= 1200
    assert lab.server.limits is not None
    assert lab.server.limits.refused == 0
    receipt = await gateway.send_sms(to_device(last, "hello"))
    assert receipt.status is SendStatus.SENT
    asked = [device for device in devices if state_of(gateway, device).connectivity_at]
    assert len(asked) > 500
    assert not lab.watcher.losses
    await lab.close()


class TurnClock(JumpClock):
    """A clock whose sleepers wake in the order of their times, however many there are."""

    def __init__(self) -> None:
        """Start without sleepers."""
        super().__init__()
        self._sleepers: list[tuple[float, int]] = []
        self._numbers = count()

    @override
    async def sleep(self, seconds: float) -> None:
        """Wait for those who wake before."""
        sleeper = (self.time() + seconds, next(self._numbers))
        heapq.heappush(self._sleepers, sleeper)
        while True:
            await asyncio.sleep(0)
            if self._sleepers[0] == sleeper:
                self._passed = heapq.heappop(self._sleepers)[0]
                return


async def test_calls_that_wait_together_do_not_go_together(socket_enabled: None) -> None:
    """Each has its own place among the calls of 5 minutes, also after a wait."""
    clock = TurnClock()
    budget = Budget(clock, 1000, patience=400.0)
    made = []

    async def make() -> None:
        """Make a call."""
        await budget.take(Pace.ENDPOINT)
        made.append(clock.time())

    for _ in range(1950):
        await make()
        await clock.sleep(0.15)
    await asyncio.gather(*(make() for _ in range(100)))
    assert all(late - early >= WINDOW for early, late in zip(made, made[1950:], strict=False))


async def test_a_rest_that_the_service_wants_holds_back_those_who_wait(
    socket_enabled: None,
) -> None:
    """Also a call that was let in before."""
    clock = JumpClock()
    budget = Budget(clock, 1000, patience=400.0)
    for _ in range(10):
        await budget.take(Pace.ENDPOINT)
    waiting = asyncio.create_task(budget.take(Pace.ENDPOINT))
    await asyncio.sleep(0)
    budget.pause(100.0)
    await waiting
    assert clock.time() >= 100.0


def go_round(endpoints: int, seconds: float) -> Iterator[tuple[Errand, float]]:
    """Go round among so many endpoints with the usual budget: each errand, and when."""
    clock = JumpClock()
    usual = (CLOCKS.connectivity, CLOCKS.messages, CLOCKS.usage, CLOCKS.quota, CLOCKS.quota)
    rate = CALLS / WINDOW - 1 / CLOCKS.events
    rounds = Rounds(clock, dict(zip(Topic, usual, strict=True)), rate)
    rounds.set_endpoints([str(number) for number in range(endpoints)])
    while clock.time() < seconds:
        clock.pass_by(1 / rate)
        if (errand := rounds.take()) is not None:
            yield errand, clock.time()


@pytest.mark.parametrize(("endpoints", "minutes"), [(200, 6), (1000, 30), (1500, 60), (5000, 370)])
def test_everything_is_known_soon_after_a_start(endpoints: int, minutes: float) -> None:
    """Where that keeps what is to be fresh waiting for less than half an hour, at one go."""
    asked = {errand for errand, _ in go_round(endpoints, minutes * 60)}
    assert len(asked) == len(Topic) * endpoints


def test_a_start_is_soon_forgotten() -> None:
    """What was asked for all at once then is asked for in turn later: nothing else waits for it."""
    last: dict[str, float] = {}
    longest = 0.0
    for (topic, key), at in go_round(1000, 12 * HOUR):
        if topic is Topic.CONNECTIVITY:
            if at > HOUR:
                longest = max(longest, at - last[key])
            last[key] = at
    assert longest < 20 * 60


def test_what_is_to_be_fresh_is_fresh_where_there_are_too_many() -> None:
    """Of 5,000, connectivity and messages within about an hour, also at first; the rest in turn."""
    last: dict[Errand, float] = {}
    ages: dict[Topic, float] = dict.fromkeys(Topic, 0.0)
    for errand, at in go_round(ENDPOINTS, 18 * HOUR):
        ages[errand[0]] = max(ages[errand[0]], at - last.get(errand, 0.0))
        last[errand] = at
    assert ages[Topic.CONNECTIVITY] < 1.2 * HOUR
    assert ages[Topic.MESSAGES] < 1.2 * HOUR
    assert max(ages.values()) < 16 * HOUR
    assert len(last) == len(Topic) * ENDPOINTS


async def test_the_round_reaches_everybody(socket_enabled: None) -> None:
    """Every endpoint is asked everything in turn, also while others change all the time."""
    clock = JumpClock()
    lab = Lab(clock, limits=True)
    devices = [lab.cloud.add_device() for _ in range(100)]
    gateway = await lab.connected(calls=600, clocks=CLOCKS)

    def is_complete() -> bool:
        """Keep a device busy, and look whether everything is known of everybody."""
        lab.cloud.attach(devices[lab.server.calls.total() % 50])
        states = [state_of(gateway, device) for device in devices]
        return all(
            state.connectivity_at and state.usage_at and state.data_quota_at and state.sms_quota_at
            for state in states
        )

    await lab.eventually(is_complete, 60)
    assert lab.server.limits is not None
    assert lab.server.limits.refused == 0
    await lab.close()

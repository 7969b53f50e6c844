"""How many calls it takes to watch 5,000 endpoints, and how old what is known becomes.

Run with `python -m benchmarks.emnify_budget`. The service is simulated, with the limits of its
documents; the clock of both sides jumps, so that hours pass in seconds and every run is the same.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from statistics import median

import aiohttp
import homeassistant  # noqa: F401 - it provides the schema engine that the integration imports

from custom_components.cellular_gateway.gateways.calls import IncomingCall
from custom_components.cellular_gateway.gateways.emnify.budget import WINDOW
from custom_components.cellular_gateway.gateways.emnify.gateway import (
    Clocks,
    EmnifyGateway,
    EmnifySettings,
)
from custom_components.cellular_gateway.gateways.emnify.rounds import Errand, Rounds, Topic
from custom_components.cellular_gateway.gateways.endpoints import EndpointEvent
from custom_components.cellular_gateway.gateways.models import UssdAnswer
from custom_components.cellular_gateway.gateways.sent import SentSms
from simulator.emnify import Cloud, CloudServer, Limits

ENDPOINTS = 5000
BUDGETS = (600, 1000, 1800)
MINUTES = 30
# Long enough to ask everybody everything several times.
HOURS = 72
# So many of them change every minute.
CHANGES = 20


class Jumping:
    """A clock whose sleepers do not wait: it jumps on to the time when they would wake."""

    def __init__(self) -> None:
        """Start at some time."""
        self._start = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
        self._passed = 0.0

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self._passed

    def now(self) -> datetime:
        """Return the time of day."""
        return self._start + timedelta(seconds=self._passed)

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.pass_by(seconds)
        await asyncio.sleep(0)


class Remembering:
    """A memory for one run."""

    def __init__(self) -> None:
        """Start empty."""
        self._values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """Return what was noted."""
        return self._values.get(key)

    async def set(self, key: str, value: str) -> None:
        """Note it."""
        self._values[key] = value


class Hearing:
    """Who hears of everything, and does nothing with it."""

    hears_endpoints = True

    def call_changed(self, call: IncomingCall) -> None:
        """Hear of a call."""

    def ussd_received(self, port: str, answer: UssdAnswer) -> None:
        """Hear what a network says."""

    def sms_sent(self, sms: SentSms) -> None:
        """Hear of a text."""

    def hears_endpoint(self, key: str) -> bool:
        """Hear of each from the start."""
        return True

    def endpoint_event(self, event: EndpointEvent) -> None:
        """Hear of an event."""


async def watch(calls: int) -> str:
    """Watch for a while with a budget, and say what it took."""
    clock = Jumping()
    cloud = Cloud(clock)
    devices = [cloud.add_device() for _ in range(ENDPOINTS)]
    limits = Limits(clock)
    server = CloudServer(cloud, limits=limits)
    settings = EmnifySettings(token="token", base_url=await server.serve(), calls=calls)
    waits: list[float] = []
    async with aiohttp.ClientSession() as session:
        gateway = EmnifyGateway(settings, session=session, memory=Remembering(), clock=clock)
        gateway.subscribe_events(Hearing())
        await gateway.connect()
        connecting = server.calls.total()
        for minute in range(MINUTES):
            changed = devices[minute * CHANGES : (minute + 1) * CHANGES]
            for device in changed:
                cloud.go_online(device)
            waits.append(await _until_known(gateway, [str(device.id) for device in changed], clock))
            while clock.time() < (minute + 1) * 60:
                await asyncio.sleep(0)
        await gateway.close()
    await server.stop()
    states = (gateway.state.endpoints or {}).values()
    known = sum(state.connectivity_at is not None for state in states)
    per_five_minutes = (server.calls.total() - connecting) * 5 / MINUTES
    return (
        f"{calls:>6}{connecting:>9}{per_five_minutes:>12.0f}{limits.refused:>9}"
        f"{median(waits):>12.0f}{max(waits):>8.0f}{known:>9}"
    )


async def _until_known(gateway: EmnifyGateway, keys: list[str], clock: Jumping) -> float:
    """Return after how many seconds the session of each is known with its address."""
    began = clock.time()
    while not all(
        (session := (gateway.state.endpoints or {})[key].pdp_session) and session.ip_address
        for key in keys
    ):
        await asyncio.sleep(0)
    return clock.time() - began


def ages(calls: int) -> str:
    """Go round for days with a budget, and say how old each topic becomes, in hours.

    The errands alone, without the service: what the event log and the lists cost is left out.
    """
    clock, clocks = Jumping(), Clocks()
    intervals = {
        Topic.CONNECTIVITY: clocks.connectivity,
        Topic.MESSAGES: clocks.messages,
        Topic.USAGE: clocks.usage,
        Topic.DATA_QUOTA: clocks.quota,
        Topic.SMS_QUOTA: clocks.quota,
    }
    pages = (ENDPOINTS / 1000 + ENDPOINTS / 2000) / clocks.inventory
    rate = calls / WINDOW - 1 / clocks.events
    rounds = Rounds(clock, intervals, rate)
    rounds.set_endpoints([str(number) for number in range(ENDPOINTS)])
    last: dict[Errand, float] = {}
    first = dict.fromkeys(Topic, 0.0)
    later = dict.fromkeys(Topic, 0.0)
    while clock.time() < HOURS * 3600:
        clock.pass_by(1 / (rate - pages))
        if (errand := rounds.take()) is None:
            continue
        oldest = later if errand in last else first
        oldest[errand[0]] = max(oldest[errand[0]], clock.time() - last.get(errand, 0.0))
        last[errand] = clock.time()
    told = "".join(f"{first[topic] / 3600:>9.1f}{later[topic] / 3600:>6.1f}" for topic in Topic)
    return f"{calls:>6}{told}"


async def main() -> None:
    """Print a line for each budget; the last three columns are seconds, seconds and endpoints."""
    print(f"{ENDPOINTS} endpoints, {MINUTES} minutes, {CHANGES} go online every minute")
    print("budget  connect  calls/5min  refused  known after  (most)  asked")
    for calls in BUDGETS:
        print(await watch(calls))
    print(
        f"hours until all {ENDPOINTS} are asked for the first time, and at most between two times"
    )
    print("budget   connectivity       messages          usage     data quota      SMS quota")
    for calls in BUDGETS:
        print(ages(calls))


if __name__ == "__main__":
    asyncio.run(main())

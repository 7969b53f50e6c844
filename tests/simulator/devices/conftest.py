"""A network whose clock stands still, and the owner of a device in it."""

from collections.abc import AsyncIterator

import pytest

from simulator.clock import ManualClock
from simulator.network import Network

from .far_end import OWNER, Listener


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that stands at noon of 2026-10-01."""
    return ManualClock()


@pytest.fixture
async def network(clock: ManualClock) -> AsyncIterator[Network]:
    """Return a network that lives by that clock."""
    network = Network(clock=clock)
    yield network
    await network.close()


@pytest.fixture
def owner(network: Network) -> Listener:
    """Return who carries the owner's number."""
    network.attach(OWNER, listener := Listener())
    return listener

"""Kills in the middle of messages."""

import random
from typing import Final

from scripts.live.house import House
from scripts.live.kills import endure_kills

from .registry import step

_KILLS: Final = 5


@step
async def five_kills(house: House) -> None:
    """Check that being killed five times while messages come loses and repeats none."""
    await endure_kills(house, _KILLS, seed=random.SystemRandom().randrange(1_000_000))


@step
async def kill_test(house: House) -> None:
    """Check the same over as many kills as were asked for."""
    await endure_kills(house, house.kills, seed=random.SystemRandom().randrange(1_000_000))

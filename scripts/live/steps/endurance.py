"""Kills in the middle of messages, and what the log says in the end."""

import random
from typing import Final

from scripts.live.home_assistant import DOMAIN
from scripts.live.house import RECIPIENT_NUMBER, SENDER, House
from scripts.live.kills import endure_kills
from scripts.live.logs import complaints

from .registry import require, step

_KILLS: Final = 5

# Said once whenever a modem is unplugged.
_LOST: Final = "was lost"


@step
async def five_kills(house: House) -> None:
    """Check that being killed five times while messages come loses and repeats none."""
    await endure_kills(house, _KILLS, seed=random.SystemRandom().randrange(1_000_000))


@step
async def kill_test(house: House) -> None:
    """Check the same over as many kills as were asked for."""
    await endure_kills(house, house.kills, seed=random.SystemRandom().randrange(1_000_000))


@step
async def log_clean(house: House) -> None:
    """Check that over all these runs no log line speaks against the integration."""
    secrets = {SENDER, RECIPIENT_NUMBER, *house.texts()}
    found = [
        line
        for line in complaints(house.home_assistant.process.text(), DOMAIN, secrets)
        if _LOST not in line
    ]
    require(not found, f"{len(found)} lines, the first is: {found[0] if found else ''}")

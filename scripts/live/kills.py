"""Killing Home Assistant while messages come, and what must be true afterwards."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
import random
import sys
from typing import Any, Final

from .house import SENDER, House
from .waiting import CheckError, eventually

MESSAGES_PER_KILL: Final = 20

# About what Home Assistant needs to start on a small machine.
START_SECONDS: Final = 8.0


async def endure_kills(house: House, kills: int, seed: int) -> None:
    """Kill Home Assistant in `kills` bursts at random points; `CheckError` when a message was lost.

    Every second burst meets a Home Assistant that is still starting. The seed repeats the points,
    as far as two processes can be repeated.
    """
    chance = random.Random(seed)
    before = len(house.events())
    expected: list[str] = []
    for number in range(kills):
        burst = [f"Burst {number} message {index}" for index in range(MESSAGES_PER_KILL)]
        await _kill_in_burst(house, burst, chance, starting=number % 2 == 1)
        expected += burst
    await house.start()
    expected.append(await house.settle(within=180))
    events = house.events()[before:]
    sys.stderr.write(
        f"{kills} kills: {len(expected)} sent, {len(events)} seen,"
        f" {len(events) - len(expected)} of them again in the window that cannot be closed\n"
    )
    if faults := check_witness(expected, events):
        raise CheckError(f"{'; '.join(faults)} (seed {seed})")


async def _kill_in_burst(
    house: House, burst: Sequence[str], chance: random.Random, *, starting: bool
) -> None:
    """Deliver a burst and kill at a random point of it, or of the start."""
    process = house.home_assistant.process
    if not process.running:
        await house.home_assistant.launch()
    if not starting:
        await house.home_assistant.until_started(house.client)
    enough = house.event_count() + chance.randrange(len(burst))
    delivery = asyncio.create_task(_deliver(house, burst))
    try:
        if starting:
            await asyncio.sleep(chance.uniform(0, START_SECONDS))
        else:
            await _seen(house, enough)
        process.ensure_running()
        await house.home_assistant.kill()
    finally:
        await delivery


async def _deliver(house: House, burst: Sequence[str]) -> None:
    for text in burst:
        await house.modem.deliver(SENDER, text)


async def _seen(house: House, count: int) -> None:
    """Wait until the witness has seen so many events, and no longer than that."""

    async def enough() -> bool:
        house.home_assistant.process.ensure_running()
        return house.event_count() >= count

    await eventually(enough, "the events of a burst to be seen", within=120, pause=0.002)


def check_witness(expected: Sequence[str], events: Sequence[Mapping[str, Any]]) -> list[str]:
    """Compare what was sent with what the witness saw, and return what is wrong.

    Each text must have been seen once. A message is marked as announced after it was announced, so
    the very last event of a run that was killed may be seen once more by a later run, and no other.
    """
    texts = [str(event["attributes"].get("text")) for event in events]
    last_of_run = {event["run"]: text for event, text in zip(events, texts, strict=True)}
    runs = defaultdict[str, list[str]](list)
    for event, text in zip(events, texts, strict=True):
        runs[text].append(event["run"])
    lost = [text for text in expected if not runs[text]]
    repeated = [
        text
        for text in expected
        if len(set(runs[text])) < len(runs[text])
        or any(last_of_run[run] != text for run in runs[text][:-1])
    ]
    strange = set(texts) - set(expected)
    return [
        f"{len(found)} {what}, the first is {min(found)!r}"
        for found, what in ((lost, "lost"), (repeated, "repeated"), (strange, "never sent"))
        if found
    ]

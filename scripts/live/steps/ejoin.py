"""A gateway with many ports that pushes: in, out, and what came while nobody was there."""

import asyncio
from collections import Counter
from collections.abc import Sequence
import sys
from typing import Final

from scripts.live.house import RECIPIENT_NUMBER, SENDER, House
from scripts.live.simulated_gateways import SimulatedBox

from .registry import require, send, step

_BURST: Final = 500
# So many of them are left for the time when Home Assistant runs again.
_LAST: Final = 100
# Seconds between two texts, so that the others are spread over the restart.
_PACE: Final = 0.015
_TAKEN: Final = 200
# The word of the gateway for a port that somebody has locked, and for one in a network.
_LOCKED, _REGISTERED = 12, 3


@step
async def ejoin_push(house: House) -> None:
    """Check that a text that is pushed fires once, and that the state of a port is shown."""
    box = await house.connect(house.box)
    text = house.marker()
    require(await box.deliver(SENDER, text, port=3) == _TAKEN, "the push was refused")
    event = await house.await_event(text)
    port = await house.entity("event", "sms", box, "3")
    require(event["entity_id"] == port, f"shown by {event['entity_id']}")
    await _settle(house, box)
    require(len(house.seen(text)) == 1, f"seen {len(house.seen(text))} times")
    status = await house.entity("sensor", "port_status", box, "2")
    await box.work("port", port=2, status=_LOCKED)
    await house.await_state(status, "locked_by_user")
    await box.work("port", port=2, status=_REGISTERED)
    await house.await_state(status, "registered")


@step
async def ejoin_send(house: House) -> None:
    """Check that a named port sends, and that the delivery report comes as an event of it."""
    box = await house.connect(house.box)
    before = await box.sent_total()
    receipt = await send(house, box, "Close the hatch", port="4", delivery_report=True)
    (sent,) = await box.sent_since(before)
    found = (sent["port"], sent["to"], sent["text"])
    require(found == (4, RECIPIENT_NUMBER, "Close the hatch"), f"sent were {found}")
    event = await house.entity("event", "sms", box, "4")
    state = await house.await_attribute(event, "event_type", "delivered")
    require(state["attributes"]["id"] == receipt["id"], "another text was delivered")


@step
async def ejoin_catch_up(house: House) -> None:
    """Check that what came while Home Assistant was stopped fires once, beside what is pushed."""
    box = await house.connect(house.box)
    missed, pushed = [[house.marker() for _ in range(4)] for _ in range(2)]
    await house.home_assistant.stop()
    answers = [await box.deliver(SENDER, text, port=place) for place, text in _numbered(missed)]
    require(not any(answers), "a push was taken by nobody")
    await house.start()
    answers = [await box.deliver(SENDER, text, port=place) for place, text in _numbered(pushed)]
    require(set(answers) == {_TAKEN}, f"the pushes were answered {answers}")
    await _require_once(house, [*missed, *pushed])


@step
async def ejoin_burst(house: House) -> None:
    """Check that of 500 texts over a restart of Home Assistant none is missing and none twice."""
    box = await house.connect(house.box)
    texts = [f"{house.marker()} of a burst" for _ in range(_BURST)]
    running = asyncio.Event()
    burst = asyncio.create_task(_burst(box, texts, running))
    try:
        await house.await_event(texts[20])
        await house.restart()
        running.set()
        answers = await burst
    finally:
        burst.cancel()
    missed = sum(answer != _TAKEN for answer in answers)
    sys.stderr.write(f"{_BURST} sent, {missed} of them while nobody took pushes\n")
    require(missed > 0, "the restart fell into no push")
    require(answers[-_LAST:] == [_TAKEN] * _LAST, "pushes were refused after the restart")
    await _require_once(house, texts)


@step(only_by_name=True)
async def ejoin_not_pushed(house: House) -> None:
    """Check that a repair tells when the box does not push texts, and goes when it does.

    The gateway gives a push two minutes, and looks into the inbox once a minute.
    """
    box = await house.connect(house.box)
    text = house.marker()
    await box.work("switches", received_sms=False)
    try:
        require(await box.deliver(SENDER, text) == 0, "it was pushed all the same")
        await house.await_event(text, within=90)
        await house.await_issue("received_sms_not_pushed", within=300)
    finally:
        await box.work("switches", received_sms=True)
    await _settle(house, box)
    await house.await_issue("received_sms_not_pushed", present=False)
    require(len(house.seen(text)) == 1, f"seen {len(house.seen(text))} times")


def _numbered(texts: Sequence[str]) -> list[tuple[int, str]]:
    """Spread texts over the four ports."""
    return [(place % 4 + 1, text) for place, text in enumerate(texts)]


async def _burst(box: SimulatedBox, texts: Sequence[str], running: asyncio.Event) -> list[int]:
    """Deliver texts one after the other, the last ones when all runs; return how pushes went."""
    answers: list[int] = []
    for place, text in _numbered(texts):
        if len(answers) == len(texts) - _LAST:
            await running.wait()
        answers.append(await box.deliver(SENDER, text, port=place))
        await asyncio.sleep(_PACE)
    return answers


async def _require_once(house: House, texts: Sequence[str]) -> None:
    """Wait until texts have come, and require each of them to have come once."""
    for text in texts:
        await house.await_event(text, within=120)
    await _settle(house, house.box)
    seen = Counter(house.texts())
    twice = [text for text in texts if seen[text] != 1]
    require(not twice, f"{len(twice)} were seen again, the first is {twice[:1]}")


async def _settle(house: House, box: SimulatedBox) -> None:
    """Have one more text pushed to each port, and wait for it: what came before has fired."""
    for place, text in _numbered([house.marker() for _ in range(4)]):
        require(await box.deliver(SENDER, text, port=place) == _TAKEN, "a push was refused")
        await house.await_event(text)

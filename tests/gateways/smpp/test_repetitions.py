"""What a service centre offers again: the same text, and not one that somebody sent once more."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from custom_components.cellular_gateway.gateways.models import Kept, SmsPart
from simulator.faults import FaultKind
from simulator.smsc import Message
from simulator.smsc.wire import DELIVER_SM, Frame

from .lab import CLOCKS, Lab

# So that our acknowledgements stay in doubt.
SELDOM = replace(CLOCKS, keepalive=60.0)
HELLO = Message(source="491701234567", source_ton=1, source_npi=1, octets=b"Hello")


def hold(lab: Lab) -> asyncio.Event:
    """Have every commit wait for the event, and the service centre be as patient."""
    lab.smsc.patience = 30.0
    gate, keep = asyncio.Event(), lab.inbox.keep

    async def slow(parts: Sequence[SmsPart]) -> Sequence[Kept]:
        await gate.wait()
        return await keep(parts)

    lab.inbox.keep = slow  # type: ignore[method-assign]
    return gate


async def test_a_lost_acknowledgement(lab: Lab) -> None:
    """What comes again after a lost link is known; what comes once more after that is new."""
    gateway = await lab.connected()
    fault = lab.fault(FaultKind.MUTE, "DELIVER_SM_RESP")
    lab.inbox.before_keeping = lambda: lab.smsc.disconnect() if not lab.inbox.parts else None
    await lab.text("alarm")
    await lab.watcher.wait_loss()
    lab.smsc.faults.clear(fault.kind)
    await gateway.connect()
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 2)
    await lab.inbox.wait_gone()
    await lab.text("alarm")
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 3)
    identities = [part.identity for part in lab.inbox.offers]
    assert identities[0] == identities[1] != identities[2]
    assert lab.inbox.texts == ["alarm", "alarm"]


async def test_both_of_two_equal_texts_come_again(lab: Lab) -> None:
    """And stay two; the next one is new."""
    gateway = await lab.connected(clocks=SELDOM)
    for _ in range(2):
        await lab.smsc.sessions[0].deliver(HELLO)
    lab.smsc.disconnect()
    await lab.watcher.wait_loss()
    await gateway.connect()
    for offers, parts in ((3, 2), (4, 2), (5, 3)):
        await lab.smsc.sessions[-1].deliver(HELLO)
        assert (len(lab.inbox.offers), len(lab.inbox.parts)) == (offers, parts)


async def test_a_repetition_that_never_came(lab: Lab) -> None:
    """After a while an equal text is a new one."""
    gateway = await lab.connected(clocks=replace(SELDOM, redelivery=0.1))
    await lab.smsc.sessions[0].deliver(HELLO)
    lab.smsc.disconnect()
    await lab.watcher.wait_loss()
    await gateway.connect()
    # That nothing happens in a span of time is shown by letting it pass.
    await asyncio.sleep(0.2)
    await lab.smsc.sessions[-1].deliver(HELLO)
    assert len(lab.inbox.parts) == 2


async def test_a_late_acknowledgement(lab: Lab) -> None:
    """The service centre may have given up waiting, and offers the message once more."""
    await lab.connected(clocks=replace(CLOCKS, patience=0.0))
    lab.offer(HELLO)
    await lab.inbox.wait_gone()
    await lab.settled()
    lab.offer(HELLO)
    await lab.inbox.until(lambda: len(lab.inbox.offers) == 2)
    assert len(lab.inbox.parts) == 1


async def test_a_late_acknowledgement_that_was_read(lab: Lab) -> None:
    """Is soon in doubt no more: an equal text is another one then."""
    await lab.connected(clocks=replace(SELDOM, patience=0.0, repeating=0.0))
    for number in (1, 2):
        assert await lab.smsc.sessions[0].deliver(HELLO) == 0
        await lab.inbox.wait_gone(number)
        assert len(lab.inbox.parts) == number


async def test_repeated_while_it_is_kept(lab: Lab) -> None:
    """However often, and whether that was seen before the first was kept or after."""
    await lab.connected(clocks=replace(CLOCKS, patience=0.05))
    session, gate = lab.smsc.sessions[0], hold(lab)
    offers = []
    for _ in range(3):
        offers.append(asyncio.create_task(session.deliver(HELLO)))
        # The service centre waits longer than it surely does.
        await asyncio.sleep(0.1)
    gate.set()
    assert await asyncio.gather(*offers) == [0, 0, 0]
    assert lab.inbox.texts == ["Hello"]


async def test_repeated_before_anybody_is_there(lab: Lab) -> None:
    """All of it waits together, and is one text."""
    gateway = await lab.connected(clocks=replace(CLOCKS, patience=0.05), subscribe=False)
    lab.smsc.patience, session = 30.0, lab.smsc.sessions[0]
    offers = []
    for _ in range(3):
        offers.append(asyncio.create_task(session.deliver(HELLO)))
        await asyncio.sleep(0.1)
    gateway.subscribe_messages(lab.inbox)
    assert await asyncio.gather(*offers) == [0, 0, 0]
    assert lab.inbox.texts == ["Hello"]


async def test_equal_texts_while_one_is_kept(lab: Lab) -> None:
    """Come sooner than any repetition would, and are several."""
    await lab.connected(clocks=replace(CLOCKS, patience=60.0))
    session, gate = lab.smsc.sessions[0], hold(lab)
    offers = [asyncio.create_task(session.deliver(HELLO)) for _ in range(3)]
    await lab.settled()
    gate.set()
    assert await asyncio.gather(*offers) == [0, 0, 0]
    assert lab.inbox.texts == ["Hello"] * 3


async def test_the_same_number_again(lab: Lab) -> None:
    """While the first is without an answer it is the same request, which is answered each time."""
    await lab.connected(clocks=replace(CLOCKS, patience=60.0))
    session, gate = lab.smsc.sessions[0], hold(lab)
    for _ in range(2):
        session.write(Frame(DELIVER_SM, 0, 1000, HELLO.body()))
    await lab.settled()
    gate.set()
    await lab.smsc.until(lambda: len(lab.heard("DELIVER_SM_RESP")) == 2)
    assert lab.inbox.texts == ["Hello"]

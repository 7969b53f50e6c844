"""Messages of devices: pushed or listed, kept, each once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.sms.reassembly import Part, Reassembler
from simulator.emnify import Device, wire
from simulator.emnify.api import Api

from .lab import CLOCKS, Lab

LONG = "A long report about every room of the house. " * 8


async def test_a_message_is_found_in_the_list(lab: Lab) -> None:
    """With sender and time."""
    device = lab.cloud.add_device(msisdn="491701234567")
    await lab.connected()
    (sent,) = lab.cloud.text(device, "  padded ")
    (part,) = await lab.inbox.wait_new()
    assert (part.sender, part.text) == ("+491701234567", "  padded ")
    assert part.sent_at is not None
    assert abs((part.sent_at - sent.submitted_at).total_seconds()) < 0.01


async def test_pushed_and_listed_is_one_message(lab: Lab) -> None:
    """Whichever comes first."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.webhook(gateway)
    for number in range(3):
        lab.cloud.text(device, f"text {number}")
    await lab.inbox.wait_new(3)
    calls = lab.server.calls["GET /endpoint/{endpoint}/sms"]
    await lab.eventually(lambda: lab.server.calls["GET /endpoint/{endpoint}/sms"] > calls + 2)
    assert sorted(lab.inbox.texts) == ["text 0", "text 1", "text 2"]


async def test_what_was_there_before_the_first_set_up_is_left_alone(lab: Lab) -> None:
    """And what comes after it is not, also of an endpoint that is new."""
    old = lab.cloud.add_device()
    (sms,) = lab.cloud.text(old, "old")
    sms.submitted_at -= timedelta(days=2000)
    await lab.connected(adopted=False)
    lab.cloud.text(old, "new")
    lab.cloud.text(lab.cloud.add_device(), "newer")
    await lab.inbox.wait_new(2)
    assert sorted(lab.inbox.texts) == ["new", "newer"]


@pytest.mark.parametrize("is_rising", [True, False])
async def test_a_list_of_many_pages(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, is_rising: bool
) -> None:
    """Is read down to the cursor, wherever the newest are."""

    def ordered(device: Device) -> list[dict[str, Any]]:
        """Return the list in one order or the other."""
        found = [wire.message(sms, device) for sms in device.messages.values()]
        return found if is_rising else found[::-1]

    monkeypatch.setattr(Api, "ordered", staticmethod(ordered))
    device = lab.cloud.add_device()
    wanted = [f"text {number}" for number in range(250)]
    for text in wanted[:230]:
        lab.cloud.text(device, text)
    await lab.connected()
    await lab.inbox.wait_new(230)
    await lab.eventually(lambda: f"messages {device.id}" in lab.notebook.values)
    for text in wanted[230:]:
        lab.cloud.text(device, text)
    await lab.inbox.wait_new(250)
    assert sorted(lab.inbox.texts) == sorted(wanted)


async def test_a_list_of_what_was_sent_to_a_device(lab: Lab) -> None:
    """Is read to its end once, however long the device says nothing."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.attach(device)
    for number in range(450):
        lab.cloud.submit(device, {"payload": str(number)})
    name = "GET /endpoint/{endpoint}/sms"
    await lab.eventually(lambda: lab.server.calls[name] >= 6)
    await gateway.close()
    await gateway.connect()
    stats = "GET /endpoint/{endpoint}/stats"
    before = lab.server.calls.copy()
    await lab.eventually(lambda: lab.server.calls[stats] >= before[stats] + 4)
    reads = lab.server.calls[stats] - before[stats]
    assert lab.server.calls[name] - before[name] <= 3 * reads
    lab.cloud.text(device, "at last")
    await lab.inbox.wait_new()


async def test_the_cursor_outlives_the_journal(lab: Lab) -> None:
    """A message that was kept, announced and pruned is not offered again."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.text(device, "once")
    await lab.inbox.wait_new()
    await lab.eventually(lambda: f"messages {device.id}" in lab.notebook.values)
    await gateway.close()
    lab.inbox.parts.clear()
    await lab.connected()
    lab.cloud.text(device, "twice")
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["twice"]


async def test_what_cannot_be_kept_is_offered_again(lab: Lab) -> None:
    """The push is refused, and the cursor stays."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.webhook(gateway)
    lab.inbox.failure = NotKeptError("disk full")
    lab.cloud.text(device, "one")
    await lab.inbox.until(lambda: lab.inbox.failures >= 3)
    assert lab.cloud.webhooks.open
    assert f"messages {device.id}" not in lab.notebook.values
    lab.inbox.failure = None
    await lab.inbox.wait_new()
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    assert lab.inbox.texts == ["one"]


async def test_parts_join_though_they_come_different_ways(lab: Lab) -> None:
    """One by the list, the others pushed: the reference is that of their headers."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    lab.cloud.text(device, LONG[:300])
    await lab.inbox.wait_new(2)
    lab.inbox.parts.clear()
    await lab.webhook(gateway)
    messages = lab.cloud.text(device, LONG)
    await lab.inbox.wait_new(len(messages))
    assert _joined(lab) == LONG
    listed = await lab.gateway()
    for name in ("messages", "kept"):
        del lab.notebook.values[f"{name} {device.id}"]
    first = next(iter(lab.inbox.parts.values()))
    lab.inbox.parts.clear()
    await gateway.close()
    lab.cloud.webhooks.sms_url = None
    await listed.connect()
    await lab.inbox.wait_new(len(messages) + 2)
    assert lab.inbox.parts[first.identity].concatenation == first.concatenation


async def test_a_part_without_a_header_in_the_list_is_joined_by_the_push(lab: Lab) -> None:
    """By the identifier that the webhook tells."""
    device = lab.cloud.add_device()
    gateway = await lab.connected()
    await lab.webhook(gateway)
    for message in lab.cloud.text(device, LONG):
        message.udh = None
        message.submitted_at -= timedelta(days=2500)
    await lab.inbox.wait_new(3)
    assert _joined(lab) == LONG


async def test_an_endpoint_that_is_chosen_later(lab: Lab) -> None:
    """Brings nothing of what it sent before, also when it had been chosen once."""
    car, boat = lab.cloud.add_device(tags="cars"), lab.cloud.add_device(tags="boats")

    async def told(*tags: str) -> list[str]:
        """Return what is told while endpoints with these tags are chosen."""
        lab.inbox.parts.clear()
        gateway = await lab.connected(adopted=False, tags=frozenset(tags))
        for device in (car, boat):
            lab.cloud.text(device, device.tags)
        await lab.inbox.wait_new(len(tags))
        await gateway.close()
        # The service says in whole seconds what time it is.
        for message in car.messages.values():
            message.submitted_at -= timedelta(seconds=5)
        return sorted(lab.inbox.texts)

    assert await told("boats") == ["boats"]
    assert await told("boats", "cars") == ["boats", "cars"]
    assert await told("boats") == ["boats"]
    assert await told("boats", "cars") == ["boats", "cars"]


async def test_a_push_of_an_endpoint_that_is_left_out(lab: Lab) -> None:
    """Is acknowledged and not told; one that may be chosen comes again when that is known."""
    car, boat = lab.cloud.add_device(tags="cars"), lab.cloud.add_device(tags="boats")
    gateway = await lab.connected(tags=frozenset({"boats"}))
    await lab.webhook(gateway)
    lab.cloud.text(car, "car")
    lab.cloud.text(boat, "boat")
    await lab.inbox.wait_new()
    new_car, new_boat = lab.cloud.add_device(tags="cars"), lab.cloud.add_device(tags="boats")
    lab.cloud.text(new_car, "new car")
    lab.cloud.text(new_boat, "new boat")
    await lab.inbox.wait_new(2)
    await lab.eventually(lambda: not lab.cloud.webhooks.open)
    assert lab.inbox.texts == ["boat", "new boat"]


async def test_a_pushed_message_outlives_the_journal(lab: Lab) -> None:
    """It is not told again when its list is read at last, also after a restart."""
    device = lab.cloud.add_device()
    gateway = await lab.connected(clocks=replace(CLOCKS, messages=7200.0))
    await lab.eventually(lambda: lab.server.calls["GET /endpoint/{endpoint}/sms"] == 1)
    await lab.webhook(gateway)
    lab.cloud.text(device, "hello")
    await lab.inbox.wait_new()
    await lab.eventually(lambda: f"kept {device.id}" in lab.notebook.values)
    await gateway.close()
    lab.inbox.parts.clear()
    lab.cloud.webhooks.sms_url = None
    await lab.connected()
    lab.cloud.text(device, "next")
    await lab.inbox.wait_new()
    assert lab.inbox.texts == ["next"]


async def test_a_message_that_is_written_late(lab: Lab) -> None:
    """Below others that were read is found; what is old is not, unless it is beyond them."""
    device = lab.cloud.add_device()
    await lab.connected()
    late, old, *_ = [lab.cloud.text(device, text)[0] for text in ("late", "old", "one")]
    del device.messages[late.id], device.messages[old.id]
    await lab.inbox.wait_new()
    old.submitted_at -= timedelta(days=1)
    device.messages |= {late.id: late, old.id: old}
    await lab.inbox.wait_new(2)
    (last,) = lab.cloud.text(device, "last")
    last.submitted_at -= timedelta(days=2500)
    await lab.inbox.wait_new(3)
    assert lab.inbox.texts == ["one", "late", "last"]


def _joined(lab: Lab) -> str:
    """Join the parts as the announcer does."""
    reassembler = Reassembler()
    for key, part in enumerate(lab.inbox.new):
        assert part.concatenation is not None
        waiting = Part(
            key=key,
            port=part.port,
            sender=part.sender,
            reference=part.concatenation.reference,
            wide=part.concatenation.wide,
            total=part.concatenation.total,
            number=part.concatenation.number,
            text=part.text,
            received_at=part.received_at,
            sent_at=part.sent_at,
        )
        for assembly in reassembler.add(waiting, part.received_at):
            return assembly.text
    return ""

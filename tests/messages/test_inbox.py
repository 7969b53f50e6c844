"""Inbox and announcer: each text once, whole, in order, whatever happens in between."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import pytest

from custom_components.cellular_gateway.const import signal_sms
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import Kept, SmsKind, SmsPart
from custom_components.cellular_gateway.messages import inbox as inbox_module
from custom_components.cellular_gateway.messages.inbox import Announcement
from custom_components.cellular_gateway.sms.tpdu import Concatenation

from .house import SENDER, House

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

# "Boat 🚤 ok" as our own encoder writes it, cut between the halves of the surrogate pair.
CUT_PDUS = [
    "00400B912374000000F1000862111221000000120500030902010042006F006100740020D83D",
    "00400B912374000000F10008621112210000000E050003090202DEA40020006F006B",
]
BROKEN = "\N{REPLACEMENT CHARACTER}"


def text(identity: str, words: str, **fields: Any) -> SmsPart:
    """Make a received part."""
    return replace(
        SmsPart(
            port="1",
            identity=identity,
            kind=SmsKind.TEXT,
            sender=SENDER,
            text=words,
            received_at=NOW,
            sent_at=NOW - timedelta(seconds=3),
        ),
        **fields,
    )


def part(number: int, words: str, *, total: int = 2, reference: int = 9, **fields: Any) -> SmsPart:
    """Make one part of a longer text."""
    concatenation = Concatenation(reference=reference, total=total, number=number, wide=False)
    fields.setdefault("received_at", datetime.now(UTC))
    return text(f"{reference}/{number}", words, concatenation=concatenation, **fields)


async def test_a_text_is_announced_with_its_recipient(house: House) -> None:
    """A kept text is announced, and its sender known by number."""
    assert await house.inbox.keep([text("a", "Hello")]) == [Kept.NEW]
    announcement = await house.next()
    assert announcement.message.text == "Hello"
    assert announcement.message.sender == SENDER
    assert announcement.recipient == "Ann"
    assert announcement.message.parts == 1


async def test_a_text_that_comes_in_three_goes_counts_once(house: House) -> None:
    """It is announced in part, once more in part, and at last whole."""
    came = datetime.now(UTC) - timedelta(hours=2)
    for number, words, partial in ((2, "b", True), (1, "ab", True), (3, "abc", False)):
        await house.inbox.keep([part(number, "abc"[number - 1], total=3, received_at=came)])
        message = (await house.next()).message
        assert (message.text, message.partial) == (words, partial)
    await house.announcer.stop()
    assert house.journal.counters.total("1", "received") == 1


async def test_in_order_and_each_once(house: House) -> None:
    """What is kept together or again is announced in order, once."""
    await house.inbox.keep([text("a", "one"), text("b", "two")])
    await house.inbox.keep([text("a", "one"), text("c", "three")])
    assert [(await house.next()).message.text for _ in range(3)] == ["one", "two", "three"]
    assert await house.settled() == []


async def test_a_restart_announces_nothing_again(house: House) -> None:
    """What was announced stays announced."""
    await house.inbox.keep([text("a", "one")])
    await house.next()
    await house.restart()
    await house.inbox.keep([text("a", "one"), text("b", "two")])
    assert (await house.next()).message.text == "two"


async def test_what_was_not_announced_is_after_a_restart(house: House) -> None:
    """Home Assistant dying between keeping and announcing loses nothing."""
    await house.announcer.stop()
    await house.inbox.keep([text("a", "kept"), part(1, "Good ")])
    await house.restart()
    assert (await house.next()).message.text == "kept"
    await house.inbox.keep([part(2, "morning")])
    assert (await house.next()).message.text == "Good morning"


async def test_parts_in_any_order_and_a_duplicate(house: House) -> None:
    """A long text comes out whole, once."""
    await house.inbox.keep([part(3, "!", total=3), part(1, "Good ", total=3)])
    await house.inbox.keep([replace(part(1, "Good ", total=3), identity="again")])
    await house.inbox.keep([part(2, "morning", total=3)])
    announcement = await house.next()
    assert announcement.message.text == "Good morning!"
    assert announcement.message.parts == 3
    assert not announcement.message.partial
    await house.restart()
    assert await house.settled() == []


async def test_a_part_that_never_comes(house: House) -> None:
    """After an hour what came is announced as partial; the late part completes it, once."""
    await house.inbox.keep([part(1, "Good ", received_at=datetime.now(UTC) - timedelta(hours=2))])
    partial = (await house.next()).message
    assert (partial.text, partial.partial, partial.completes_partial) == ("Good ", True, False)
    await house.restart()
    assert await house.settled() == []
    await house.inbox.keep([part(2, "morning")])
    whole = (await house.next()).message
    assert (whole.text, whole.partial, whole.completes_partial) == ("Good morning", False, True)
    await house.restart()
    assert await house.settled() == []


async def test_a_failing_journal_repeats_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mark that cannot be committed is committed later; its text is not announced again."""
    monkeypatch.setattr(inbox_module, "RETRY_SECONDS", 0.01)
    mark, failures = house.journal.mark, [NotKeptError("disk full")] * 3

    async def failing(*args: Any) -> None:
        if failures:
            raise failures.pop()
        await mark(*args)

    monkeypatch.setattr(house.journal, "mark", failing)
    await house.inbox.keep([text("a", "one"), text("b", "two")])
    assert [(await house.next()).message.text for _ in range(2)] == ["one", "two"]
    await house.restart()
    assert await house.settled() == []
    assert caplog.text.count("journal does not work") == 1


async def test_flash_and_national_sender(house: House) -> None:
    """Class 0 is told, and a national number is read as one of the gateway's country."""
    await house.inbox.keep([text("a", "now", message_class=0, sender="0470000001")])
    announcement = await house.next()
    assert announcement.message.flash
    assert (announcement.message.sender, announcement.recipient) == (SENDER, "Ann")


async def test_removed_parts_forget_their_place(house: House) -> None:
    """The gateway's word that it deleted a message reaches the journal."""
    waiting = part(1, "Good ", storage="SM", index=3)
    await house.inbox.keep([waiting])
    await house.inbox.removed([waiting])
    (entry,) = await house.journal.unfinished()
    assert entry.part.storage is None


async def test_a_stop_marks_what_was_announced(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reload between announcing and marking announces nothing a second time."""
    mark, stuck = house.journal.mark, asyncio.Event()

    async def slow(*args: Any) -> None:
        stuck.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(house.journal, "mark", slow)
    await house.inbox.keep([text("a", "one")])
    await stuck.wait()
    monkeypatch.setattr(house.journal, "mark", mark)
    await house.restart()
    await house.inbox.keep([text("b", "two")])
    assert [(await house.next()).message.text for _ in range(2)] == ["one", "two"]


async def test_a_gateway_cut_short_while_its_message_is_kept(house: House) -> None:
    """A link that is lost between commit and return keeps nobody from hearing the message."""
    task = asyncio.create_task(house.inbox.keep([text("a", "one")]))
    await asyncio.sleep(0)
    task.cancel()
    assert (await house.next()).message.text == "one"


async def test_many_incomplete_texts_with_a_failing_journal(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure after the first of them delays the others; it does not swallow them."""
    monkeypatch.setattr(inbox_module, "RETRY_SECONDS", 0.01)
    mark, failures = house.journal.mark, [NotKeptError("disk full")]

    async def failing(*args: Any) -> None:
        if failures:
            raise failures.pop()
        await mark(*args)

    monkeypatch.setattr(house.journal, "mark", failing)
    old = datetime.now(UTC) - timedelta(hours=2)
    await house.inbox.keep(
        [part(1, f"{reference}", reference=reference, received_at=old) for reference in (1, 2, 3)]
    )
    assert [(await house.next()).message.text for _ in range(3)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("pdus", "joined"),
    [
        (CUT_PDUS, "Boat \N{SPEEDBOAT} ok"),
        # Some modems leave out the service centre in front.
        ([pdu[2:] for pdu in CUT_PDUS], "Boat \N{SPEEDBOAT} ok"),
        (["00", "no PDU"], f"Boat {BROKEN}{BROKEN} ok"),
    ],
)
async def test_parts_are_joined_from_their_pdus(house: House, pdus: list[str], joined: str) -> None:
    """A character cut in two comes out whole; a PDU that cannot be read again stops nothing."""
    first, second = part(1, f"Boat {BROKEN}", raw=pdus[0]), part(2, f"{BROKEN} ok", raw=pdus[1])
    await house.inbox.keep([first, second, text("b", "next")])
    assert [(await house.next()).message.text for _ in range(2)] == [joined, "next"]


async def test_an_entity_that_fails_tells_no_text_to_the_log(
    hass: HomeAssistant, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Home Assistant logs what was dispatched; number and text are not in it."""

    @callback
    def fail(announcement: Announcement) -> None:
        raise ValueError("broken")

    async_dispatcher_connect(hass, signal_sms(house.entry.entry_id), fail)
    await house.inbox.keep([text("a", "a secret"), text("b", "next")])
    assert [(await house.next()).message.text for _ in range(2)] == ["a secret", "next"]
    assert "broken" in caplog.text
    for secret in ("secret", SENDER, "'Ann'"):
        assert secret not in caplog.text

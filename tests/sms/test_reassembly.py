"""Parts that come in any order, twice, late or never."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.reassembly import (
    KEPT_AFTER_PARTIAL,
    MAX_MESSAGES,
    Assembly,
    Part,
    Reassembler,
)

NOON = datetime(2026, 10, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def part(
    key: int,
    number: int,
    *,
    total: int = 2,
    text: str | None = None,
    minutes: float = 0,
    sent: float | None = 0,
    reference: int = 7,
    port: str = "1",
    sender: str = "+491701234567",
    wide: bool = False,
) -> Part:
    """Return a part that came (and was sent) some minutes after noon."""
    return Part(
        key,
        port,
        sender,
        reference,
        wide,
        total,
        number,
        f"<{number}>" if text is None else text,
        NOON + minutes * MINUTE,
        None if sent is None else NOON + sent * MINUTE,
    )


def seen(assemblies: list[Assembly]) -> list[tuple[str, bool, bool]]:
    """Return the texts, whether they are complete, and whether they complete a partial one."""
    return [(found.text, found.complete, found.completes_partial) for found in assemblies]


@pytest.mark.parametrize("order", permutations((1, 2, 3)))
def test_any_order(order: tuple[int, ...]) -> None:
    """The last part to come publishes the whole, by number."""
    joined = Reassembler()
    first, second, third = (part(number, number, total=3) for number in order)
    assert joined.add(first, NOON) == []
    assert joined.add(second, NOON) == []
    (found,) = joined.add(third, NOON)
    assert seen([found]) == [("<1><2><3>", True, False)]
    assert (sorted(found.keys), found.total) == ([1, 2, 3], 3)
    assert joined.next_expiry() is None


def test_single_part() -> None:
    """A message of one part is whole at once."""
    assert seen(Reassembler().add(part(1, 1, total=1), NOON)) == [("<1>", True, False)]


@pytest.mark.parametrize(
    "other", [{"port": "2"}, {"sender": "x"}, {"reference": 8}, {"wide": True}, {"total": 3}]
)
def test_parts_of_other_messages(other: dict[str, object]) -> None:
    """Port, sender, reference and total keep messages apart."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    assert joined.add(part(2, 2, **other), NOON) == []  # type: ignore[arg-type]
    assert seen(joined.add(part(3, 2), NOON)) == [("<1><2>", True, False)]


def test_repeated_part_is_absorbed() -> None:
    """A repetition adds no text, and its key is among those to be marked."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    joined.add(part(2, 1, minutes=1, sent=1), NOON)
    (found,) = joined.add(part(3, 2), NOON)
    assert seen([found]) == [("<1><2>", True, False)]
    assert found.keys == (1, 2, 3)
    assert [part.key for part in found.parts] == [1, 3]


def test_repetition_after_the_whole_is_settled() -> None:
    """What the network repeats later begins no new message."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    joined.add(part(2, 2), NOON)
    assert joined.add(part(3, 2, minutes=2), NOON + 2 * MINUTE) == []
    assert joined.take_settled() == (3,)
    assert joined.take_settled() == ()
    assert joined.next_expiry() is None


def test_reused_reference_after_the_whole() -> None:
    """A device with one reference for ever says the same again: another message."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    joined.add(part(2, 2), NOON)
    assert joined.add(part(3, 1, minutes=5, sent=5), NOON + 5 * MINUTE) == []
    found = joined.add(part(4, 2, minutes=5, sent=5), NOON + 5 * MINUTE)
    assert seen(found) == [("<1><2>", True, False)]
    assert found[0].keys == (3, 4)


def test_reused_reference_with_other_text() -> None:
    """Another text under a number that is there begins another message; both are published."""
    joined = Reassembler()
    joined.add(part(1, 1, text="old"), NOON)
    joined.add(part(2, 1, text="new"), NOON)
    assert seen(joined.add(part(3, 2), NOON)) == [("new<2>", True, False)]
    assert seen(joined.expire(NOON + HOUR)) == [("old", False, False)]


def test_reused_reference_sent_far_apart() -> None:
    """Parts sent hours apart do not belong together, even if they come together."""
    joined = Reassembler()
    joined.add(part(1, 1, sent=-120), NOON)
    assert joined.add(part(2, 2), NOON) == []
    assert seen(joined.add(part(3, 1), NOON)) == [("<1><2>", True, False)]


def test_incomplete_after_an_hour_and_late_part() -> None:
    """What came is published partial; the late part publishes the whole once more."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    assert joined.next_expiry() == NOON + HOUR
    assert joined.expire(NOON + HOUR - MINUTE) == []
    assert seen(joined.expire(NOON + HOUR)) == [("<1>", False, False)]
    assert joined.next_expiry() is None
    assert joined.expire(NOON + 2 * HOUR) == []
    (found,) = joined.add(part(2, 2, minutes=300), NOON + 5 * HOUR)
    assert seen([found]) == [("<1><2>", True, True)]
    assert found.keys == (1, 2)


def test_late_part_that_does_not_complete() -> None:
    """A second late part is published too, an hour after it came."""
    joined = Reassembler()
    joined.add(part(1, 1, total=3), NOON)
    joined.expire(NOON + HOUR)
    assert joined.add(part(2, 3, total=3, minutes=120), NOON + 2 * HOUR) == []
    assert joined.next_expiry() == NOON + 3 * HOUR
    assert seen(joined.expire(NOON + 3 * HOUR)) == [("<1><3>", False, False)]
    found = joined.add(part(3, 2, total=3, minutes=200), NOON + 4 * HOUR)
    assert seen(found) == [("<1><2><3>", True, True)]


def test_repetition_of_a_published_part() -> None:
    """It does not publish the same again."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    joined.expire(NOON + HOUR)
    assert joined.add(part(2, 1, minutes=90), NOON + 2 * HOUR) == []
    assert joined.take_settled() == (2,)
    assert joined.expire(NOON + 9 * HOUR) == []


def test_late_part_without_time_of_sending() -> None:
    """Without a service centre's time, lateness counts from a published message only."""
    joined = Reassembler()
    joined.add(part(1, 1, sent=None), NOON)
    joined.expire(NOON + HOUR)
    found = joined.add(part(2, 2, sent=None, minutes=300), NOON + 5 * HOUR)
    assert seen(found) == [("<1><2>", True, True)]
    again = Reassembler()
    again.add(part(1, 1, sent=None), NOON)
    assert again.add(part(2, 2, sent=None, minutes=61), NOON + 61 * MINUTE) == []


def test_repetition_without_time_of_sending_is_another_message() -> None:
    """Nothing tells it from the same alarm again, and an alarm is never swallowed."""
    joined = Reassembler()
    for key, number in ((1, 1), (2, 2), (3, 1)):
        joined.add(part(key, number, sent=None), NOON)
    assert seen(joined.add(part(4, 2, sent=None), NOON)) == [("<1><2>", True, False)]


def test_forgotten_after_a_week() -> None:
    """A message that stays incomplete is given up, and its keys are settled."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    joined.expire(NOON + HOUR)
    assert joined.expire(NOON + KEPT_AFTER_PARTIAL) == []
    assert joined.take_settled() == (1,)


def test_clock_that_was_ahead() -> None:
    """A part from the future does not wait until then."""
    joined = Reassembler()
    joined.add(part(1, 1, minutes=6000), NOON)
    assert joined.next_expiry() == NOON + HOUR


def test_one_reference_for_ever_and_a_lost_part() -> None:
    """The next report of the device is whole all the same, and so is each one after it."""
    joined = Reassembler()
    assert joined.add(part(1, 2, text="old", minutes=0, sent=0), NOON) == []
    for key, minutes in ((2, 10), (4, 20)):
        now = NOON + minutes * MINUTE
        assert joined.add(part(key, 1, minutes=minutes, sent=minutes), now) == []
        found = joined.add(part(key + 1, 2, minutes=minutes, sent=minutes), now)
        assert seen(found) == [("<1><2>", True, False)]
    assert seen(joined.expire(NOON + HOUR)) == [("old", False, False)]


def test_parts_of_a_long_text_may_be_minutes_apart() -> None:
    """The more there are, the longer a service centre may take for them, up to an hour."""
    for total, apart, belong in ((3, 6, True), (3, 7, False), (10, 20, True), (255, 61, False)):
        joined = Reassembler()
        joined.add(part(1, 1, total=total), NOON)
        found = part(2, 2, total=total, minutes=apart, sent=apart)
        joined.add(found, NOON + apart * MINUTE)
        assert len(joined.expire(NOON + 3 * HOUR)) == (1 if belong else 2)


@pytest.mark.parametrize("minutes", [5, 10, 30, 60])
def test_a_part_that_was_sent_late(minutes: int) -> None:
    """It is joined when no better one has come in the time that there is for that."""
    joined = Reassembler()
    assert joined.add(part(1, 1), NOON) == []
    now = NOON + minutes * MINUTE
    assert joined.add(part(2, 2, minutes=minutes, sent=minutes), now) == []
    due = joined.next_expiry()
    assert due == min(now + 4 * MINUTE, NOON + HOUR)
    (found,) = joined.expire(now + 4 * MINUTE)
    assert seen([found])[0][:2] == ("<1><2>", True)
    assert found.keys == (1, 2)
    assert joined.next_expiry() is None
    assert joined.add(part(3, 2, minutes=minutes, sent=minutes), now + 4 * MINUTE) == []
    assert joined.take_settled() == (3,)


def test_every_part_was_sent_late() -> None:
    """Three of them, and the first is told before the last has come."""
    joined = Reassembler()
    for number, minutes in enumerate((0, 30, 60), 1):
        joined.expire(NOON + minutes * MINUTE)
        now = NOON + minutes * MINUTE
        joined.add(part(number, number, total=3, minutes=minutes, sent=minutes), now)
    assert joined.next_expiry() == NOON + 66 * MINUTE
    found = joined.expire(NOON + 66 * MINUTE)
    assert seen(found) == [("<1><2><3>", True, True)]
    assert joined.expire(NOON + 5 * HOUR) == []


def test_a_part_that_was_sent_another_hour() -> None:
    """Is of another text."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON)
    joined.add(part(2, 2, minutes=61, sent=61), NOON + 61 * MINUTE)
    found = joined.expire(NOON + 3 * HOUR)
    assert seen(found) == [("<1>", False, False), ("<2>", False, False)]


def test_memory_is_bounded() -> None:
    """Above the limit the oldest incomplete message is published early, none is lost."""
    joined = Reassembler()
    joined.add(part(0, 1, reference=60000), NOON)
    joined.add(part(0, 2, reference=60000), NOON)
    published = []
    for reference in range(MAX_MESSAGES + 1):
        new = part(reference + 1, 1, reference=reference, text=str(reference))
        published += joined.add(new, NOON)
    assert seen(published) == [("0", False, False)]
    assert joined.take_settled() == (1,)
    assert len(joined.expire(NOON + HOUR)) == MAX_MESSAGES


def test_restart() -> None:
    """Parts added again give the state that was: what waits, and what went out partial."""
    before = Reassembler()
    before.add(part(1, 1, total=3), NOON)
    before.expire(NOON + HOUR)
    before.add(part(2, 2, total=3, minutes=90), NOON + 90 * MINUTE)
    before.add(part(3, 1, reference=9, minutes=100, sent=100), NOON + 100 * MINUTE)
    after = Reassembler()
    now = NOON + 110 * MINUTE
    assert after.add(part(1, 1, total=3), now, published=True) == []
    assert after.add(part(2, 2, total=3, minutes=90), now) == []
    assert after.add(part(3, 1, reference=9, minutes=100, sent=100), now) == []
    assert after.next_expiry() == before.next_expiry() == NOON + 150 * MINUTE
    late = part(4, 3, total=3, minutes=120)
    assert after.add(late, now) == before.add(late, now)
    assert after.expire(NOON + 5 * HOUR) == before.expire(NOON + 5 * HOUR)


def test_restart_after_the_timeout() -> None:
    """What became due while down is published at once."""
    joined = Reassembler()
    joined.add(part(1, 1), NOON + 5 * HOUR)
    assert joined.next_expiry() == NOON + HOUR
    assert seen(joined.expire(NOON + 5 * HOUR)) == [("<1>", False, False)]


arrivals = st.lists(
    st.tuples(
        st.integers(0, 1),  # reference
        st.integers(1, 3),  # number
        st.sampled_from("ab"),  # text
        st.integers(0, 90),  # minutes since the last
    ),
    max_size=30,
)


@given(arrivals)
def test_no_part_is_lost(parts: list[tuple[int, int, str, int]]) -> None:
    """Every key that came is published or settled, and no complete message lacks a part."""
    joined = Reassembler()
    published: list[Assembly] = []
    minutes = 0
    for key, (reference, number, text, later) in enumerate(parts):
        minutes += later
        now = NOON + minutes * MINUTE
        published += joined.expire(now)
        new = part(
            key, number, total=3, reference=reference, text=text, minutes=minutes, sent=minutes
        )
        published += joined.add(new, now)
    published += joined.expire(NOON + minutes * MINUTE + HOUR)
    keys = {key for found in published for key in found.keys}
    assert keys | set(joined.take_settled()) == set(range(len(parts)))
    for found in published:
        numbers = [part.number for part in found.parts]
        assert numbers == sorted(set(numbers))
        assert found.complete is (numbers == [1, 2, 3])
    assert joined.next_expiry() is None

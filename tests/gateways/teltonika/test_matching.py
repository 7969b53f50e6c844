"""Forwarded and listed messages, one to one."""

from dataclasses import dataclass, replace
from itertools import count

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.teltonika.codec.messages import Likeness, RouterSms
from custom_components.cellular_gateway.gateways.teltonika.matching import Ledger

SETTLING = 30.0
FORWARDING = 120.0


@dataclass
class Desk:
    """A router that stores, forwards and lists, and the ledger that names what comes."""

    now: float = 1000.0

    def __post_init__(self) -> None:
        """Begin with an empty router."""
        self.ledger = Ledger(settling=SETTLING, forwarding=FORWARDING)
        self.stored: list[RouterSms] = []
        self.late: list[str] = []
        self.arrived = 0
        self.names: list[str | None] = []
        self.zone = 0

    def store(self, text: str) -> None:
        """Have a message arrive; the router's clock tells no more than seconds."""
        self.arrived += 1
        taken = {each.index for each in self.stored}
        index = next(number for number in count() if number not in taken)
        date = f"2026-01-01 {self.zone:02}:00:{self.arrived // 3 % 60:02}"
        self.stored.append(RouterSms(index=index, sender="+491701234567", text=text, date=date))

    def delete(self) -> None:
        """Delete what was stored first, as we do, after it was listed; its place is free then."""
        self.list_all()
        if self.stored:
            self.ledger.forget(self.stored.pop(0))

    def move(self) -> None:
        """Set the clock of the router to the next zone."""
        self.zone += 1
        self.stored = [
            replace(each, date=f"{each.date[:11]}{int(each.date[11:13]) + 1:02}{each.date[13:]}")
            for each in self.stored
        ]

    def push(self, text: str) -> None:
        """Forward a message without what is no ASCII."""
        told = text.encode("ascii", "replace").decode()
        likeness = Likeness.of("+491701234567", told)
        self.names.append(self.ledger.take_push(likeness, self.now))

    def list_all(self) -> None:
        """List what is stored."""
        messages = [(each, Likeness.of(each.sender, each.text)) for each in self.stored]
        self.names += self.ledger.take_list(
            messages, started=self.now, now=self.now, awaits_push=True
        )

    def restart(self) -> None:
        """Read back what was written down."""
        written = self.ledger.dump()
        self.ledger = Ledger(settling=SETTLING, forwarding=FORWARDING)
        self.ledger.load(written)

    @property
    def different(self) -> int:
        """Count the messages that would be announced."""
        return len(set(self.names))


@pytest.fixture
def desk() -> Desk:
    """Return a router."""
    return Desk()


def test_push_then_list(desk: Desk) -> None:
    """The usual order."""
    desk.store("one")
    desk.push("one")
    desk.list_all()
    desk.list_all()
    assert desk.different == 1


def test_list_then_push(desk: Desk) -> None:
    """The list may be faster."""
    desk.store("one")
    desk.list_all()
    desk.push("one")
    assert desk.different == 1


def test_two_equal_texts_within_a_second(desk: Desk) -> None:
    """Are two, whichever of their four ways is first."""
    for _ in range(2):
        desk.store("OK")
    desk.push("OK")
    desk.list_all()
    desk.push("OK")
    desk.list_all()
    assert desk.different == 2


def test_an_old_equal_text_takes_no_push(desk: Desk) -> None:
    """It has been listed before, and nobody waits for it any more."""
    desk.store("OK")
    desk.list_all()
    desk.now += 10 * FORWARDING
    desk.push("OK")
    desk.store("OK")
    desk.list_all()
    assert desk.different == 2


def test_a_push_that_is_never_listed_waits_no_longer_than_the_next_list(desk: Desk) -> None:
    """The router deleted it; an equal one later is another one."""
    desk.push("OK")
    desk.now += SETTLING + 1
    desk.list_all()
    desk.store("OK")
    desk.list_all()
    assert desk.different == 2


def test_without_base64_a_text_is_known_by_what_is_left(desk: Desk) -> None:
    """And what is exactly alike goes first."""
    desk.store("Grüße")
    desk.store("Gr e")
    desk.push("Gr e")
    desk.push("Grüße")
    desk.list_all()
    assert desk.different == 2
    assert desk.names[0] == desk.names[3]


def test_an_empty_list_forgets_nothing(desk: Desk) -> None:
    """A modem that starts has none."""
    desk.store("one")
    desk.push("one")
    desk.list_all()
    stored, desk.stored = desk.stored, []
    desk.list_all()
    desk.stored = stored
    desk.list_all()
    assert desk.different == 1


def test_many_messages_and_an_empty_list(desk: Desk) -> None:
    """As many as a modem stores, each of which was forwarded, are known when it lists again."""
    for number in range(255):
        desk.store(str(number))
        desk.push(str(number))
        desk.list_all()
        desk.now += 60
    stored, desk.stored = desk.stored, []
    for _ in range(4):
        desk.list_all()
    desk.stored = stored
    desk.list_all()
    assert desk.different == 255


def test_an_equal_text_by_the_clock_is_another_one(desk: Desk) -> None:
    """It came exactly an hour later, and somebody deleted the first while we were away."""
    desk.store("OK")
    desk.list_all()
    desk.restart()
    desk.now += 3600
    desk.stored.clear()
    desk.zone += 1
    desk.arrived = 0
    desk.store("OK")
    desk.list_all()
    assert desk.different == 2


def test_an_old_text_is_the_same_in_another_zone(desk: Desk) -> None:
    """It was there long before."""
    desk.store("OK")
    desk.list_all()
    desk.now += 30 * 3600
    desk.list_all()
    desk.move()
    desk.list_all()
    assert desk.different == 1


def test_two_without_a_place_get_one_each(desk: Desk) -> None:
    """Alike in all, they could not be told apart; then the router says where they lie."""
    for _ in range(2):
        desk.store("OK")
    placed = desk.stored
    desk.stored = [replace(each, index=None) for each in placed]
    desk.list_all()
    assert desk.different == 1
    desk.stored = placed
    desk.list_all()
    desk.list_all()
    assert desk.different == 2


def test_what_an_earlier_version_noted(desk: Desk) -> None:
    """A name was left out where it was the identity."""
    desk.store("one")
    identity = desk.stored[0].identity
    desk.ledger.load(f'{{"pushed": [], "listed": [], "names": {{"{identity}": ""}}}}')
    desk.list_all()
    assert desk.names == [identity]


def test_memory_is_bounded(desk: Desk) -> None:
    """Whatever passes through a router in its life."""
    for number in range(3000):
        desk.stored.clear()
        desk.store(str(number))
        desk.list_all()
        desk.now += 1
    assert desk.different == 3000
    assert len(desk.ledger.names) <= 2000
    assert len(desk.ledger.listed) <= FORWARDING + 1


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"pushed": [1], "listed": [], "names": {}}'])
def test_a_broken_note_is_told(written: str) -> None:
    """It is no ledger."""
    with pytest.raises(ValueError):
        Ledger(settling=1, forwarding=1).load(written)


MOST_ZONES = 20
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["pushed", "late", "unpushed", "list", "restart", "delete", "move"]),
        st.sampled_from(["OK", "ä", "ö", "alarm"]),
        st.integers(0, 20),
    ),
    max_size=25,
)


@given(EVENTS)
def test_nothing_lost_and_nothing_twice(events: list[tuple[str, str, int]]) -> None:
    """Whatever comes by push, late, or by list alone, in which order, and what is deleted."""
    desk = Desk()
    for event, text, seconds in events:
        desk.now += seconds
        while desk.late:
            desk.push(desk.late.pop())
        if event in ("pushed", "late", "unpushed"):
            desk.store(text)
        if event == "pushed":
            desk.push(text)
        elif event == "late":
            desk.list_all()
            desk.late.append(text)
        elif event == "restart":
            desk.restart()
        elif event == "delete":
            desk.delete()
        elif event == "move" and desk.zone < MOST_ZONES:
            desk.move()
        elif event == "list":
            desk.list_all()
    while desk.late:
        desk.push(desk.late.pop())
    desk.list_all()
    assert desk.different == desk.arrived


@pytest.mark.parametrize(
    ("doubtful", "waited", "different"),
    [(True, FORWARDING, 1), (True, FORWARDING + 1, 2), (False, SETTLING, 1), (False, 100, 2)],
)
def test_a_push_whose_message_cannot_be_read_in_the_list(
    doubtful: bool, waited: float, different: int
) -> None:
    """Waits longer for it than for one that is not listed at all, but not for ever."""
    desk = Desk()
    desk.push("alarm")
    exact = Likeness.of("+491701234567", "alarm").exact
    desk.now += waited
    desk.ledger.take_list(
        [], started=desk.now, now=desk.now, awaits_push=True, doubtful={exact} if doubtful else ()
    )
    desk.store("alarm")
    desk.list_all()
    assert desk.different == different

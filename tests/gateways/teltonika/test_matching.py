"""Forwarded and listed messages, one to one."""

from dataclasses import dataclass

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
        self.names: list[str] = []

    def store(self, text: str) -> None:
        """Have a message arrive; the router's clock tells no more than seconds."""
        self.arrived += 1
        date = f"2026-01-01 00:00:{self.arrived // 3 % 60:02}"
        self.stored.append(
            RouterSms(index=self.arrived, sender="+491701234567", text=text, date=date)
        )

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


def test_memory_is_bounded(desk: Desk) -> None:
    """Whatever passes through a router in its life."""
    for number in range(3000):
        desk.stored.clear()
        desk.store(str(number))
        desk.list_all()
        desk.now += 1
    assert desk.different == 3000
    assert len(desk.ledger.names) < 500
    assert len(desk.ledger.listed) <= FORWARDING + 1


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"pushed": [1], "listed": [], "names": {}}'])
def test_a_broken_note_is_told(written: str) -> None:
    """It is no ledger."""
    with pytest.raises(ValueError):
        Ledger(settling=1, forwarding=1).load(written)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["pushed", "late", "unpushed", "list", "restart"]),
        st.sampled_from(["OK", "ä", "ö", "alarm"]),
        st.integers(0, 20),
    ),
    max_size=25,
)


@given(EVENTS)
def test_nothing_lost_and_nothing_twice(events: list[tuple[str, str, int]]) -> None:
    """Whatever comes by push, late, or by list alone, and in which order."""
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
        elif event == "list":
            desk.list_all()
    while desk.late:
        desk.push(desk.late.pop())
    desk.list_all()
    assert desk.different == desk.arrived

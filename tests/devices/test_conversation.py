"""Which answer belongs to which request."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.cellular_gateway.devices import FAMILIES
from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.conversation import LATE, OPEN, REST, Conversation
from custom_components.cellular_gateway.devices.reading import ReadingKind
from custom_components.cellular_gateway.devices.vocabulary import Command

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
POSITION = (
    "lat: 48.137154 long: 011.576124 speed: 000.0 01/10/26 12:00 \n"
    "bat:F signal:F imei:353976010139156"
)
STATUS = "Power: ON\nBattery: 80%\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF\nGSM Signal: 20"
PART_1 = "GSM-01913 1/2\nHome\nMeas Temp: 21.5 degrees\nSet Te"
PART_2 = "GSM-01913 2/2\nmp: 20.0 degrees\nMode: AUTO"


def talk(family: str = "coban") -> Conversation:
    """Begin to talk to a device."""
    return Conversation(FAMILIES[family], Settings())


def test_answers_in_any_order() -> None:
    """Each answer is known by its words, not by its place."""
    conversation = talk()
    status = conversation.ask(Command.REQUEST_STATUS, NOW)
    position = conversation.ask(Command.REQUEST_POSITION, NOW)
    assert conversation.hear(POSITION, NOW).exchange is position
    assert conversation.hear(STATUS, NOW).exchange is status
    assert conversation.hear(STATUS, NOW).exchange is None


def test_what_is_awaited_comes_first() -> None:
    """The same command again: the answer belongs to who waits now."""
    conversation = talk()
    first = conversation.ask(Command.REQUEST_STATUS, NOW)
    conversation.give_up(first)
    second = conversation.ask(Command.REQUEST_STATUS, NOW)
    heard = conversation.hear(STATUS, NOW)
    assert (heard.exchange, heard.late) == (second, False)


def test_late() -> None:
    """A day later it is news."""
    conversation = talk()
    asked = conversation.ask(Command.REQUEST_STATUS, NOW)
    conversation.give_up(asked)
    heard = conversation.hear(STATUS, NOW + LATE)
    assert (heard.exchange, heard.late, heard.kind) == (asked, True, ReadingKind.REPLY)
    conversation.ask(Command.REQUEST_STATUS, NOW)
    assert conversation.hear(STATUS, NOW + LATE + timedelta(seconds=1)).exchange is None


def test_other_port() -> None:
    """An answer comes back to the port that asked."""
    conversation = talk()
    asked = conversation.ask(Command.REQUEST_STATUS, NOW)
    asked.port = "1A"
    assert conversation.hear(STATUS, NOW, "2A").exchange is None
    assert conversation.hear(STATUS, NOW, "1A").exchange is asked


def test_a_persons_own_text_comes_last() -> None:
    """Anything may answer it, but what answers something else does that."""
    conversation = talk()
    custom = conversation.ask(Command.CUSTOM, NOW)
    status = conversation.ask(Command.REQUEST_STATUS, NOW)
    conversation.give_up(status)
    assert conversation.hear(STATUS, NOW).exchange is status
    assert conversation.hear("help me! " + POSITION, NOW).exchange is None
    assert conversation.hear("whatever", NOW).exchange is custom


def test_withdrawn() -> None:
    """What was not sent is not answered."""
    conversation = talk()
    conversation.withdraw(conversation.ask(Command.REQUEST_STATUS, NOW))
    assert conversation.hear(STATUS, NOW).exchange is None


def test_not_too_many() -> None:
    """The oldest request is forgotten when there are too many."""
    conversation = talk()
    first, *others = [conversation.ask(command, NOW) for command in list(Command)[: OPEN + 1]]
    assert len(others) == OPEN
    open_requests = [conversation.hear(STATUS, NOW).exchange for _ in range(3)]
    assert first not in open_requests


@pytest.mark.parametrize("parts", [(PART_1, PART_2), (PART_2, PART_1)])
def test_announced_parts(parts: tuple[str, str]) -> None:
    """Parts that say how many they are make one answer, in any order."""
    conversation = talk("vimar_01913")
    asked = conversation.ask(Command.REQUEST_STATUS, NOW)
    assert not conversation.hear(parts[0], NOW).exchange or not asked.answered
    heard = conversation.hear(parts[1], NOW + REST)
    assert heard.exchange is asked
    assert asked.answered
    assert heard.values.thermostat is not None
    assert str(heard.values.thermostat.target) == "20.0"


def test_an_alarm_between_two_parts() -> None:
    """It is told at once, and the rest still finds its beginning."""
    conversation = talk("vimar_01913")
    asked = conversation.ask(Command.REQUEST_STATUS, NOW)
    conversation.hear(PART_1, NOW)
    assert conversation.hear("No Mains Power!", NOW).kind is ReadingKind.ALARM
    assert conversation.hear(PART_2, NOW).exchange is asked
    assert asked.answered


def test_cut_in_two_by_the_network() -> None:
    """Halves that mean nothing alone are put together while somebody waits."""
    conversation = talk("tell")
    asked = conversation.ask(Command.CONNECT, NOW)
    assert conversation.hear("Connected to 192.0", NOW).exchange is None
    heard = conversation.hear(".2.1:2020 ID=ABC123", NOW)
    assert heard.exchange is asked
    assert heard.values.cloud is not None
    assert heard.values.cloud.address == "192.0.2.1"


def test_halves_that_came_too_late() -> None:
    """What came long ago is no beginning."""
    conversation = talk("tell")
    conversation.ask(Command.CONNECT, NOW)
    conversation.hear("Connected to 192.0", NOW)
    late = NOW + REST + timedelta(seconds=1)
    assert conversation.hear(".2.1:2020 ID=ABC123", late).reading is None

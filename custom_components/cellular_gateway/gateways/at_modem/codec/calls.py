"""Calls: `RING`, `+CLIP`, `+CLCC`, and the words with which they end (TS 27.007 clause 7)."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
import re
from typing import Final

from .fields import body, fields, integer

_INTERNATIONAL: Final = 145
_NUMBER: Final = re.compile(r"\+?[0-9*#]+")
# A number to be called: no codes of supplementary services, no pauses.
_DIALLABLE: Final = re.compile(r"\+?[0-9]{2,20}")


class CallEvent(StrEnum):
    """What an unsolicited line says of a call."""

    RING = "ring"
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_DIALTONE = "no_dialtone"
    ENDED = "ended"


# ITU-T V.250 clause 5.7.1; VOICE CALL and MISSED_CALL are SIM7500/SIM7600 AT Command Manual's,
# ^CONN and ^CEND HUAWEI MU509 AT Command Interface Specification's, MO CONNECTED SIM800's.
_EVENTS: Final = (
    (re.compile(r"RING|\+CRING:.*"), CallEvent.RING),
    (
        re.compile(r"CONNECT|VOICE CALL: ?BEGIN|\^CONN:.*|MO CONNECTED|\+COLP:.*"),
        CallEvent.ANSWERED,
    ),
    (re.compile(r"BUSY"), CallEvent.BUSY),
    (re.compile(r"NO ANSWER"), CallEvent.NO_ANSWER),
    (re.compile(r"NO DIAL ?TONE"), CallEvent.NO_DIALTONE),
    (re.compile(r"NO CARRIER|VOICE CALL: ?END.*|MISSED_CALL.*"), CallEvent.ENDED),
)
# The last parameter of ^CEND is a cause of TS 24.008 table 10.5.123.
_CAUSES: Final = {
    17: CallEvent.BUSY,
    18: CallEvent.NO_ANSWER,
    19: CallEvent.NO_ANSWER,
}


class CallStage(IntEnum):
    """`<stat>` of `+CLCC` (TS 27.007 clause 7.18)."""

    ACTIVE = 0
    HELD = 1
    DIALING = 2
    ALERTING = 3
    INCOMING = 4
    WAITING = 5


def call_event(line: str) -> CallEvent | None:
    """Tell what a line says of a call, None when it says nothing."""
    if (text := body(line, "^CEND:")) is not None:
        values = fields(text)
        return _CAUSES.get(integer(values, 3) or 0, CallEvent.ENDED)
    return next((event for words, event in _EVENTS if words.fullmatch(line)), None)


def parse_caller(line: str) -> str | None:
    """Read `+CLIP: <number>,<type>,…`: the number, empty when withheld; None for another line."""
    if (text := body(line, "+CLIP:")) is None:
        return None
    values = fields(text)
    number = values[0] if values and _NUMBER.fullmatch(values[0]) else ""
    is_international = integer(values, 1) == _INTERNATIONAL and not number.startswith("+")
    return f"+{number}" if number and is_international else number


def parse_own_calls(lines: Iterable[str]) -> list[CallStage]:
    """Read the answer to `+CLCC`: the stages of the voice calls that we have made."""
    stages = []
    for line in lines:
        values = fields(body(line, "+CLCC:") or "")
        stage = integer(values, 2)
        if integer(values, 1) == 0 and integer(values, 3) == 0 and stage in set(CallStage):
            stages.append(CallStage(stage))
    return stages


def is_diallable(number: str) -> bool:
    """Whether a number can be called."""
    return _DIALLABLE.fullmatch(number) is not None

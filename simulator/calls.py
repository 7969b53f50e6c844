"""What becomes of calls in the network, and the calls there were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .fields import number


class Outcome(StrEnum):
    """What becomes of a call to a number."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_CARRIER = "no_carrier"
    NO_DIALTONE = "no_dialtone"


class Ending(StrEnum):
    """How a call ended, for the record."""

    HUNG_UP = "hung_up"  # by the host
    FAR_END = "far_end"
    MISSED = "missed"
    REFUSED = "refused"  # the outcome says why
    LOST = "lost"  # the modem lost its power


# The final result of each outcome (ITU-T V.250 clause 5.7.1), and the cause behind it
# (3GPP TS 24.008 annex H: user busy, no answer, no route, destination out of order).
RESULTS = {
    Outcome.BUSY: ("BUSY", 17),
    Outcome.NO_ANSWER: ("NO ANSWER", 19),
    Outcome.NO_CARRIER: ("NO CARRIER", 3),
    Outcome.NO_DIALTONE: ("NO DIALTONE", 27),
}
NORMAL_CLEARING = 16


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What becomes of a call to a number: `outcome` comes `after` seconds.

    The far end hangs up `lasts` seconds after it answered, None never.
    """

    outcome: Outcome = Outcome.ANSWERED
    after: float = 0.0
    lasts: float | None = None

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> CallOutcome:
        """Return an outcome from its fields; ValueError or TypeError when one does not fit."""
        lasts = None if body.get("lasts") is None else number(body, "lasts")
        outcome = Outcome(str(body.get("outcome", Outcome.ANSWERED)))
        return cls(outcome, number(body, "after", 0.0), lasts)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call that is over: `own` is the modem's number, `seconds` how long they talked."""

    own: str
    number: str
    incoming: bool
    ending: Ending
    answered: bool
    seconds: int
    at: datetime

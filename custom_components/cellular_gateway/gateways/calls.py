"""Calls: those that come in or are told of, and how one of ours ended."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .port_reports import CallDirection


class CallState(StrEnum):
    """What became of a call; `rejected` is one that the gateway hung up."""

    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCall:
    """A call as far as it has come: told when it rings and whenever its state differs.

    `number` is the other side's, E.164 where that can be done, None when it is withheld. All times
    are aware. A gateway that tells of the calls it makes marks them by `direction`. `key` is the
    same for all that is told of one call, `reason` why it ended in the gateway's words and
    `network_reason` the same in the radio module's.
    """

    port: str
    number: str | None = field(default=None, repr=False)
    started_at: datetime
    ended_at: datetime | None = None
    state: CallState = CallState.RINGING
    direction: CallDirection = CallDirection.INCOMING
    key: str | None = field(default=None, repr=False)
    alerted_at: datetime | None = None
    answered_at: datetime | None = None
    reason: str | None = None
    network_reason: str | None = None


class DialOutcome(StrEnum):
    """How a call of ours ended before it was hung up."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_CARRIER = "no_carrier"
    NO_DIALTONE = "no_dialtone"

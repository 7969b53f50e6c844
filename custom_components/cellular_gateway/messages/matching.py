"""Which text a delivery report is about, and what has become of that text; pure.

A report names the recipient and TP-MR, a number of eight bits that the modem counts up with each
short message (3GPP TS 23.040 clause 9.2.3.6): after 256 the same comes again. Gateways that are no
modem name each short message with a string of their own instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..gateways.models import DeliveryReport
from ..gateways.receipts import spelling
from ..sms.numbers import same_number
from ..sms.tpdu import DeliveryOutcome

# A service centre may stamp local time as UTC or with the wrong sign; UTC+14:00 is the farthest.
_ZONE_MISTAKE: Final = timedelta(hours=28)

# Service centres try for some days, hardly one for longer than a week, whatever validity was asked.
_LONGEST_TRY: Final = timedelta(days=7)


class DeliveryStatus(StrEnum):
    """What became of a text, or of one part, at its recipient."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class PartState(StrEnum):
    """How far a part has come: its receipt, and then what a report says of it."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    PENDING = "pending"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


# What may still be reported.
OPEN: Final = frozenset({PartState.SENT, PartState.UNKNOWN, PartState.PENDING})

# Handed on "unable to confirm delivery" is the last word too (TS 23.040 clause 9.2.3.15); a text
# that another one replaced never arrives.
STATUSES: Final = {
    DeliveryOutcome.DELIVERED: DeliveryStatus.DELIVERED,
    DeliveryOutcome.FORWARDED: DeliveryStatus.DELIVERED,
    DeliveryOutcome.REPLACED: DeliveryStatus.UNDELIVERED,
    DeliveryOutcome.PENDING: DeliveryStatus.PENDING,
    DeliveryOutcome.FAILED: DeliveryStatus.UNDELIVERED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart:
    """A part that was sent; `stamp` is the service centre's time in the reports it had so far."""

    send: int
    number: int
    recipient: str = field(repr=False)
    started_at: datetime
    state: PartState
    reference: int | None
    message_id: str | None = None
    stamp: datetime | None
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentText:
    """A text that was sent, its parts by number, and what was told of it last."""

    id: int
    number: str = field(repr=False)
    started_at: datetime
    told: DeliveryStatus | None
    states: Mapping[int, PartState]
    endpoint: str | None = None

    @property
    def delivered(self) -> int:
        """How many parts arrived."""
        return list(self.states.values()).count(PartState.DELIVERED)

    @property
    def news(self) -> DeliveryStatus | None:
        """What is to be told now: the text's state where it differs, and nothing after its end."""
        if self.told not in (None, DeliveryStatus.PENDING):
            return None
        states = set(self.states.values())
        if PartState.UNDELIVERED in states:
            return DeliveryStatus.UNDELIVERED
        if states == {PartState.DELIVERED}:
            return DeliveryStatus.DELIVERED
        is_news = PartState.PENDING in states and self.told is None
        return DeliveryStatus.PENDING if is_news else None


@dataclass(frozen=True, slots=True)
class Match:
    """The part that a report is about, and its text."""

    part: SentPart
    text: SentText


def is_to(
    report: DeliveryReport, number: str, endpoint: str | None, *, country: str | None
) -> bool:
    """Tell whether a report is about something that was sent to this endpoint or number."""
    if endpoint is not None and report.endpoint is not None:
        return endpoint == report.endpoint
    return same_number(number, report.recipient, country)


def choose(
    report: DeliveryReport, parts: Iterable[SentPart], country: str | None, received_at: datetime
) -> SentPart | None:
    """Return the part that a report is about, None when it is about nothing we know of.

    None where the gateway knows that it is about nothing of ours. One with the message id that the
    report has, whomever the wire says it went to; of several, one with the very same spelling, one
    to this number, then an open one, where the gateway begins anew to count, and otherwise one
    whose report is repeated. Else of the parts to this endpoint, or to this number in whatever
    spelling the wire has it:

    1. The only open one, where the report has neither message id nor TP-MR. Then nothing that was
       sent more than a week before the report came is meant; but a second report of an earlier
       text cannot be told from the first of a later one.
    2. One that had a report with the same stamp: recipient, TP-MR and stamp are the name of a
       short message (TS 23.040 clause 9.2.2.3), so this also recognises what is repeated late.
    3. An open one with this TP-MR, best one that had no report yet.
    4. An open one of which we never heard TP-MR or message id, because the gateway fell silent
       after the text.

    Among equals the stamp decides, by the nearest time; without one it is the newest. The stamp
    is the service centre's own clock and may be hours off, so it decides nothing else but this: a
    part that was sent more than a day after it is meant by nobody, as when a report comes for
    something that was sent long ago, or from another device with the same SIM.
    """
    if report.message_id == "":
        return None
    known = list(parts)
    ours = [part for part in known if is_to(report, part.recipient, part.endpoint, country=country)]
    named = [part for part in known if _is_named(report, part)]
    if named:
        return max(named, key=lambda part: _likelihood(report, part, is_ours=part in ours))
    still_open = [part for part in ours if _may_be(report, part, received_at)]
    if _is_nameless(report) and len(still_open) == 1:
        return still_open[0]
    for part in ours:
        is_named = report.reference is not None and part.reference == report.reference
        if report.sent_at is not None and part.stamp == report.sent_at and is_named:
            return part
    possible = [
        part
        for part in still_open
        if part.reference in (None, report.reference) and part.message_id is None
    ]
    return max(possible, key=lambda part: _nearness(report, part), default=None)


def _is_named(report: DeliveryReport, part: SentPart) -> bool:
    """Tell whether a report has the message id of a part; an id may be that of an endpoint only."""
    is_others = part.endpoint is not None and report.endpoint not in (None, part.endpoint)
    if not part.message_id or not report.message_id or is_others:
        return False
    return spelling(part.message_id) == spelling(report.message_id)


def _is_nameless(report: DeliveryReport) -> bool:
    """Tell whether a report says of nothing but a number what became of it."""
    return report.message_id is None and report.reference is None


def _may_be(report: DeliveryReport, part: SentPart, received_at: datetime) -> bool:
    """Tell whether a report may be about a part, as far as the part's state and the times go."""
    if part.state not in OPEN:
        return False
    if _is_nameless(report) and not timedelta() <= received_at - part.started_at <= _LONGEST_TRY:
        return False
    return report.sent_at is None or part.started_at - report.sent_at <= _ZONE_MISTAKE


def _likelihood(
    report: DeliveryReport, part: SentPart, *, is_ours: bool
) -> tuple[bool, bool, bool, int]:
    """Order parts of one message id by how likely it is that a report is about them."""
    return (part.message_id == report.message_id, is_ours, part.state in OPEN, part.send)


def _nearness(report: DeliveryReport, part: SentPart) -> tuple[bool, bool, float, int]:
    """Order parts by how likely it is that a report with their TP-MR, or none, is about them."""
    stamp = report.sent_at
    distance = abs((stamp - part.started_at).total_seconds()) if stamp else 0.0
    return (part.reference is not None, part.stamp is None, -distance, part.send)

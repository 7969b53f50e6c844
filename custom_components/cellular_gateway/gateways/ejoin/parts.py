"""From what the gateway received to what crosses the seam."""

from datetime import UTC, datetime
from typing import Final

from ...sms.tpdu import DeliveryOutcome, status_name, status_outcome
from ..models import DeliveryReport, SmsKind, SmsPart
from .codec.texts import Received
from .settings import EjoinSettings
from .sightings import Sighting

# TP-ST is one octet (3GPP TS 23.040 clause 9.2.3.15); what lies beyond is the module's own.
_LARGEST_STATUS: Final = 0xFF


def part_of(
    sighting: Sighting,
    settings: EjoinSettings,
    *,
    adopted: bool = False,
    message_id: str | None = None,
) -> SmsPart:
    """Make the part of a message; `message_id` is what a report is about, if we sent it.

    `sent_at` is the service centre's stamp where the gateway tells it, else when the message came
    to the gateway, so that a text that was caught up with shows its age.
    """
    item = sighting.item
    received_at = datetime.now(UTC)
    if not isinstance(item, Received):
        return SmsPart(
            port="",
            identity=sighting.identity,
            kind=SmsKind.UNREADABLE,
            sender="",
            received_at=received_at,
            raw=item.raw.encode().hex(),
            adopted=adopted,
        )
    return SmsPart(
        port=item.place.key,
        identity=sighting.identity,
        kind=SmsKind.TEXT if item.code is None else SmsKind.STATUS_REPORT,
        sender=settings.number(item.peer),
        text=item.text,
        received_at=received_at,
        sent_at=item.sent_at or item.at,
        adopted=adopted,
        report=None if item.code is None else _report(item, item.code, message_id),
    )


def _report(item: Received, code: int, message_id: str | None) -> DeliveryReport:
    """Say what became of a text: 0 is delivered, other codes are TP-ST in the modules seen."""
    is_status = 0 <= code <= _LARGEST_STATUS
    return DeliveryReport(
        recipient=item.peer,
        message_id=message_id or "",
        outcome=status_outcome(code) if is_status else DeliveryOutcome.FAILED,
        reason=status_name(code) if is_status else "service_rejected",
        discharged_at=item.sent_at or item.at,
    )

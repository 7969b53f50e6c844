"""From what a modem reads out to what crosses the seam."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ...sms.errors import MessageError
from ...sms.tpdu import Deliver, StatusReport, decode_incoming
from ..identity import digest
from ..models import DeliveryReport, SmsKind, SmsPart
from .codec.messages import StoredMessage
from .settings import PORT, AtModemSettings

type Place = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """A message as the modem gave it; `storage` and `index` are None for a direct one."""

    pdu: str = field(repr=False)
    length: int | None
    storage: str | None = None
    index: int | None = None
    adopted: bool = False

    @property
    def place(self) -> Place | None:
        """Where it lies."""
        if self.storage is None or self.index is None:
            return None
        return (self.storage, self.index)


def received(
    messages: Iterable[StoredMessage],
    storage: str,
    index: int | None = None,
    *,
    news: Container[Place] | None = None,
) -> list[RawMessage]:
    """Leave out drafts and what was sent, and note where the others lie.

    `index` is the place of all of them where they do not tell it; with `news` whatever lies at
    other places than these is adopted.
    """
    raws = []
    for message in messages:
        where = message.index if index is None else index
        if where is not None and message.received:
            raws.append(
                RawMessage(
                    pdu=message.pdu,
                    length=message.length,
                    storage=storage,
                    index=where,
                    adopted=news is not None and (storage, where) not in news,
                )
            )
    return raws


def part_of(raw: RawMessage, sim: str, settings: AtModemSettings) -> SmsPart:
    """Decode a message; one that cannot be decoded is kept as it came.

    Its identity is made of the SIM, the sender, the service centre's time stamp and the PDU.
    """
    received_at = datetime.now(UTC)
    try:
        tpdu = decode_incoming(raw.pdu, length=raw.length)
    except MessageError:
        return SmsPart(
            port=PORT,
            identity=digest(sim, "", "", raw.pdu),
            kind=SmsKind.UNREADABLE,
            sender="",
            received_at=received_at,
            raw=raw.pdu,
            storage=raw.storage,
            index=raw.index,
            adopted=raw.adopted,
        )
    address = tpdu.recipient if isinstance(tpdu, StatusReport) else tpdu.originator
    stamp = tpdu.sent_at.isoformat() if tpdu.sent_at else ""
    deliver = tpdu if isinstance(tpdu, Deliver) else None
    return SmsPart(
        port=PORT,
        identity=digest(sim, address.number, stamp, raw.pdu),
        kind=_kind(tpdu),
        sender=settings.sender(address.number, address.kind),
        text=(deliver.text or "") if deliver else "",
        received_at=received_at,
        sent_at=tpdu.sent_at,
        concatenation=deliver.header.concatenation if deliver and deliver.header else None,
        message_class=deliver.coding.message_class if deliver else None,
        raw=raw.pdu,
        storage=raw.storage,
        index=raw.index,
        adopted=raw.adopted,
        report=_report(tpdu) if isinstance(tpdu, StatusReport) else None,
    )


def _report(report: StatusReport) -> DeliveryReport:
    """Say what became of a message that was sent."""
    return DeliveryReport(
        recipient=report.recipient.number,
        reference=report.reference,
        outcome=report.outcome,
        reason=report.reason,
        sent_at=report.sent_at,
        discharged_at=report.discharged_at,
    )


def _kind(tpdu: Deliver | StatusReport) -> SmsKind:
    """Tell texts from user data that is none: WAP push, 8-bit data, compressed texts."""
    if isinstance(tpdu, StatusReport):
        return SmsKind.STATUS_REPORT
    return SmsKind.BINARY if tpdu.text is None else SmsKind.TEXT

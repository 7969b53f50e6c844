"""What was sent and is on the wire, in the journal; all runs in the writer thread.

A text itself is not stored. A send is forgotten as soon as its outcome is known, unless delivery
reports were asked for; where it is `unknown`, as soon as somebody was told so.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
import sqlite3
from typing import Final

from ..gateways.models import DeliveryReport, Receipt, SendStatus
from . import counters
from .matching import DeliveryStatus, Match, PartState, SentPart, SentText, choose

_SENT_PARTS: Final = (
    "SELECT send, send_part.number, send.number, started_at, state, reference, message_id,"
    " stamp, endpoint FROM send_part JOIN send ON send.id = send"
    " WHERE (port = ? OR port IS NULL)"
)
_STILL_OPEN: Final = f"{_SENT_PARTS} AND state IN ('sent', 'unknown', 'pending')"
# `gateways.receipts.spelling`, as the index of the schema has it.
_SPELLING: Final = """ltrim(lower(trim({}, '"'',;.')), '0')"""
BY_NAME: Final = (
    f"{_SENT_PARTS} AND ({_SPELLING.format('message_id')} = {_SPELLING.format('?')}"
    " OR (message_id IS NULL AND (reference = ? OR reference IS NULL)))"
)


@dataclass(frozen=True, slots=True)
class InterruptedSend:
    """A send of which nobody heard what came of it; `reports` is whether some may tell it."""

    id: int
    number: str = field(repr=False)
    port: str | None
    started_at: datetime
    reports: bool
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a report that was told changes: which part came how far, and what was told last."""

    report: int
    match: Match | None = None
    state: PartState | None = None
    reference: int | None = None
    message_id: str | None = None
    stamp: datetime | None = None
    told: DeliveryStatus | None = None


def last(database: sqlite3.Connection) -> int:
    """Return the number of the newest send."""
    row = database.execute("SELECT coalesce(max(id), 0) FROM send").fetchone()
    return int(row[0])


def begin(
    database: sqlite3.Connection,
    number: str,
    port: str | None,
    started_at: datetime,
    reports: int,
    endpoint: str | None,
) -> int:
    """Insert a send that goes on the wire."""
    cursor = database.execute(
        "INSERT INTO send (number, port, started_at, reports, endpoint) VALUES (?, ?, ?, ?, ?)",
        (number, port, started_at.astimezone(UTC).isoformat(), reports, endpoint),
    )
    return int(cursor.lastrowid or 0)


def end(database: sqlite3.Connection, send: int, receipt: Receipt | None, port: str | None) -> None:
    """Note and count what came of a send, part by part where reports will come.

    One that is `unknown` stays open until `end_unknown`. Without a receipt nothing left; `port` is
    which one it would have been, None where nobody knows.
    """
    _count(database, receipt, port)
    is_unknown = receipt is not None and receipt.status is SendStatus.UNKNOWN
    reports = _asked_reports(database, send)
    if receipt is None or not (reports or is_unknown):
        database.execute("DELETE FROM send WHERE id = ?", (send,))
        return
    database.execute(
        "UPDATE send SET port = ?, outcome = ? WHERE id = ?",
        (receipt.port, None if is_unknown else receipt.status, send),
    )
    if reports:
        _insert_parts(database, send, receipt)


def _count(database: sqlite3.Connection, receipt: Receipt | None, port: str | None) -> None:
    """Count a text that was sent, or surely was not."""
    if receipt is None:
        if port is not None:
            counters.add(database, port, "failed")
    elif receipt.status is not SendStatus.UNKNOWN:
        is_sent = receipt.status is SendStatus.SENT
        counters.add(database, receipt.port, "sent" if is_sent else "failed")


def end_unknown(database: sqlite3.Connection, send: int) -> None:
    """Note that somebody was told of an unknown outcome; reports may still tell more.

    Of a send without a receipt no part is known by its reference.
    """
    if not (reports := _asked_reports(database, send)):
        database.execute("DELETE FROM send WHERE id = ?", (send,))
        return
    database.execute("UPDATE send SET outcome = ? WHERE id = ?", (SendStatus.UNKNOWN, send))
    row = database.execute("SELECT 1 FROM send_part WHERE send = ?", (send,)).fetchone()
    if row is None:
        parts = [(send, number + 1, PartState.UNKNOWN) for number in range(reports)]
        database.executemany("INSERT INTO send_part (send, number, state) VALUES (?, ?, ?)", parts)


def _asked_reports(database: sqlite3.Connection, send: int) -> int:
    """Return how many parts of a send were asked a report for."""
    row = database.execute("SELECT reports FROM send WHERE id = ?", (send,)).fetchone()
    return 0 if row is None else int(row[0])


def _insert_parts(database: sqlite3.Connection, send: int, receipt: Receipt) -> None:
    """Insert the parts that reports will come for."""
    database.executemany(
        "INSERT INTO send_part VALUES (?, ?, ?, ?, ?, NULL)",
        [
            (send, part.number, PartState(part.status), part.reference, part.message_id)
            for part in receipt.parts
        ],
    )


def still_open(database: sqlite3.Connection) -> list[InterruptedSend]:
    """Select what is on the wire, or has an unknown outcome that nobody heard of yet."""
    rows = database.execute(
        "SELECT id, number, port, started_at, reports, endpoint FROM send"
        " WHERE outcome IS NULL ORDER BY id"
    )
    return [
        InterruptedSend(
            send, number, port, datetime.fromisoformat(started_at), bool(reports), endpoint
        )
        for send, number, port, started_at, reports, endpoint in rows
    ]


def prune(database: sqlite3.Connection, before: datetime, keep: int) -> None:
    """Delete what nobody will hear of any more."""
    database.execute(
        "DELETE FROM send WHERE outcome IS NOT NULL AND (started_at < ?"
        " OR id <= (SELECT coalesce(max(id), 0) FROM send) - ?)",
        (before.astimezone(UTC).isoformat(), keep),
    )
    database.execute("DELETE FROM send_part WHERE send NOT IN (SELECT id FROM send)")


def match(
    database: sqlite3.Connection,
    port: str,
    report: DeliveryReport,
    country: str | None,
    received_at: datetime,
) -> Match | None:
    """Find the part that a report is about, and its text."""
    if report.message_id is None and report.reference is None:
        rows = database.execute(_STILL_OPEN, (port,))
    else:
        rows = database.execute(BY_NAME, (port, report.message_id, report.reference))
    part = choose(report, [_part(row) for row in rows], country, received_at)
    return None if part is None else Match(part, _text(database, part))


def settle(database: sqlite3.Connection, settlement: Settlement) -> None:
    """Note what a report said of a part, and what was told of its text; what was known stays."""
    if (match := settlement.match) is None or settlement.state is None:
        return
    stamp = settlement.stamp
    database.execute(
        "UPDATE send_part SET state = ?, reference = coalesce(reference, ?),"
        " message_id = coalesce(message_id, ?), stamp = coalesce(?, stamp)"
        " WHERE send = ? AND number = ?",
        (
            settlement.state,
            settlement.reference,
            settlement.message_id,
            stamp.isoformat() if stamp else None,
            match.part.send,
            match.part.number,
        ),
    )
    if settlement.told is not None:
        database.execute(
            "UPDATE send SET told = ? WHERE id = ?", (settlement.told, match.part.send)
        )


def _part(row: tuple[object, ...]) -> SentPart:
    """Read a part that was sent."""
    send, number, recipient, started_at, state, reference, message_id, stamp, endpoint = row
    return SentPart(
        send=int(str(send)),
        number=int(str(number)),
        recipient=str(recipient),
        started_at=datetime.fromisoformat(str(started_at)),
        state=PartState(str(state)),
        reference=reference if isinstance(reference, int) else None,
        message_id=None if message_id is None else str(message_id),
        stamp=datetime.fromisoformat(str(stamp)) if stamp else None,
        endpoint=None if endpoint is None else str(endpoint),
    )


def _text(database: sqlite3.Connection, part: SentPart) -> SentText:
    """Read the text that a part belongs to."""
    (told,) = database.execute("SELECT told FROM send WHERE id = ?", (part.send,)).fetchone()
    states = database.execute("SELECT number, state FROM send_part WHERE send = ?", (part.send,))
    return SentText(
        id=part.send,
        number=part.recipient,
        started_at=part.started_at,
        told=None if told is None else DeliveryStatus(told),
        states={number: PartState(state) for number, state in states},
        endpoint=part.endpoint,
    )

"""The received parts in the journal, and what they say; all runs in the writer thread."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import sqlite3
from typing import Final

from ..const import JournalTexts
from ..gateways.models import DeliveryReport, Kept, SmsKind, SmsPart
from ..sms.tpdu import Concatenation, DeliveryOutcome
from . import counters

# What is done to texts, and to the PDUs that hold them, when nobody waits for them any more.
_FINISH: Final = {
    JournalTexts.MASK: (
        "UPDATE part SET text = iif(text = '', '', '•••'), raw = ''"
        " WHERE progress = 'done' AND (raw != '' OR text NOT IN ('', '•••'))"
    ),
    JournalTexts.DROP: (
        "UPDATE part SET text = '', raw = '' WHERE progress = 'done' AND (raw != '' OR text != '')"
    ),
}


class Progress(StrEnum):
    """How far a part has come: kept, announced as part of an incomplete text, or finished."""

    KEPT = "kept"
    PARTIAL = "partial"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """A part in the journal, under the number that orders it."""

    id: int
    part: SmsPart
    progress: Progress


def insert(database: sqlite3.Connection, part: SmsPart, texts: JournalTexts) -> Kept:
    """Insert one part unless it is there; an adopted one stays adopted.

    Whatever lay at its place before is no longer there. Where it lies tells its port: a push need
    not say that.
    """
    if part.storage is not None:
        database.execute(
            "UPDATE part SET storage = NULL, storage_index = NULL"
            " WHERE storage = ? AND storage_index = ? AND port = ? AND identity != ?",
            (part.storage, part.index, part.port, part.identity),
        )
    row = database.execute(
        "SELECT id, adopted FROM part WHERE identity = ?", (part.identity,)
    ).fetchone()
    if row is not None:
        if part.storage is not None:
            database.execute(
                "UPDATE part SET port = ?, storage = ?, storage_index = ? WHERE id = ?",
                (part.port, part.storage, part.index, row[0]),
            )
        return Kept.ADOPTED if row[1] else Kept.KNOWN
    is_told = part.kind is SmsKind.TEXT or part.report is not None
    progress = Progress.KEPT if is_told and not part.adopted else Progress.DONE
    number = database.execute(
        "INSERT INTO part VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _columns(part, progress),
    ).lastrowid
    if progress is Progress.DONE:
        _finish(database, texts, number)
    elif part.report is not None:
        _insert_report(database, number, part.report)
    return Kept.ADOPTED if part.adopted else Kept.NEW


def unfinished(database: sqlite3.Connection, after: int) -> list[Entry]:
    """Select the parts that wait to be announced or completed."""
    rows = database.execute(
        "SELECT id, progress, identity, adopted, port, kind, sender, text, received_at,"
        " part.sent_at, part.reference, total, number, wide, message_class, raw, storage,"
        " storage_index, endpoint, report.recipient, report.reference, report.message_id,"
        " report.outcome, report.reason, report.sent_at, report.discharged_at"
        " FROM part LEFT JOIN report ON report.part = part.id"
        " WHERE progress != 'done' AND id > ? ORDER BY id",
        (after,),
    )
    return [Entry(row[0], _part(row[2:]), Progress(row[1])) for row in rows]


def kept_places(database: sqlite3.Connection, port: str) -> list[tuple[str, int]]:
    """Select where finished parts of a port are stored, but for those that were there before."""
    rows = database.execute(
        "SELECT storage, storage_index FROM part WHERE port = ? AND storage IS NOT NULL"
        " AND storage_index IS NOT NULL AND progress = 'done' AND NOT adopted ORDER BY id",
        (port,),
    )
    return [(str(storage), int(index)) for storage, index in rows]


def mark(
    database: sqlite3.Connection,
    ids: Iterable[int],
    progress: Progress,
    texts: JournalTexts,
    counted: Collection[int] = (),
) -> None:
    """Note how far parts have come, and count the texts that the parts `counted` stand for.

    One that was marked before was counted before.
    """
    for number in counted:
        row = database.execute(
            "SELECT port FROM part WHERE id = ? AND progress = 'kept'", (number,)
        ).fetchone()
        if row is not None:
            counters.add(database, row[0], "received")
    for number in ids:
        database.execute("UPDATE part SET progress = ? WHERE id = ?", (progress, number))
        if progress is Progress.DONE:
            _finish(database, texts, number)


def finish_all(database: sqlite3.Connection, texts: JournalTexts) -> None:
    """Treat the texts of all finished parts as the user wants it now."""
    if texts in _FINISH:
        database.execute(_FINISH[texts])


def _finish(database: sqlite3.Connection, texts: JournalTexts, number: int | None) -> None:
    """Treat the text of a finished part as the user wants it."""
    if texts in _FINISH:
        database.execute(f"{_FINISH[texts]} AND id = ?", (number,))


def finish_report(database: sqlite3.Connection, number: int, texts: JournalTexts) -> None:
    """Note that a report was told: what it said is not needed any more."""
    database.execute("DELETE FROM report WHERE part = ?", (number,))
    mark(database, [number], Progress.DONE, texts)


def count(database: sqlite3.Connection) -> dict[str, int]:
    """Count the rows by kind and progress."""
    rows = database.execute(
        "SELECT kind || ' ' || progress, count(*) FROM part GROUP BY 1 ORDER BY 1"
    )
    return dict(rows.fetchall())


def prune(database: sqlite3.Connection, before: datetime, keep: int) -> int:
    """Delete rows that nothing depends on any more."""
    cursor = database.execute(
        "DELETE FROM part WHERE progress = 'done' AND storage IS NULL AND (received_at < ?"
        " OR id <= (SELECT coalesce(max(id), 0) FROM part) - ?)",
        (before.astimezone(UTC).isoformat(), keep),
    )
    return cursor.rowcount


def _columns(part: SmsPart, progress: Progress) -> tuple[object, ...]:
    """Return the columns of a part, `identity` to `endpoint`."""
    concatenation = part.concatenation
    return (
        part.identity,
        progress,
        part.adopted,
        part.port,
        part.kind,
        part.sender,
        part.text,
        part.received_at.astimezone(UTC).isoformat(),
        _iso(part.sent_at),
        concatenation.reference if concatenation else None,
        concatenation.total if concatenation else None,
        concatenation.number if concatenation else None,
        concatenation.wide if concatenation else None,
        part.message_class,
        part.raw,
        part.storage,
        part.index,
        part.endpoint,
    )


def _insert_report(
    database: sqlite3.Connection, number: int | None, report: DeliveryReport
) -> None:
    """Insert what a report says."""
    database.execute(
        "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            report.recipient,
            report.reference,
            report.message_id,
            report.outcome,
            report.reason,
            _iso(report.sent_at),
            _iso(report.discharged_at),
        ),
    )


def _part(row: tuple[object, ...]) -> SmsPart:
    """Read a part back from its columns, `identity` to `endpoint`, and those of a report."""
    (identity, adopted, port, kind, sender, text, received_at, sent_at) = row[:8]
    (reference, total, number, wide, message_class, raw, storage, index) = row[8:16]
    endpoint = _text(row[16])
    return SmsPart(
        identity=str(identity),
        adopted=bool(adopted),
        port=str(port),
        kind=SmsKind(str(kind)),
        sender=str(sender),
        text=str(text),
        received_at=datetime.fromisoformat(str(received_at)),
        sent_at=_time(sent_at),
        concatenation=_concatenation(reference, total, number, wide),
        message_class=_integer(message_class),
        raw=str(raw),
        storage=_text(storage),
        index=_integer(index),
        report=_report(row[17:], endpoint),
        endpoint=endpoint,
    )


def _report(columns: tuple[object, ...], endpoint: str | None) -> DeliveryReport | None:
    """Read back what a report says, where it is one."""
    recipient, reference, message_id, outcome, reason, sent_at, discharged_at = columns
    if outcome is None:
        return None
    return DeliveryReport(
        recipient=str(recipient),
        reference=_integer(reference),
        message_id=_text(message_id),
        outcome=DeliveryOutcome(str(outcome)),
        reason=str(reason),
        sent_at=_time(sent_at),
        discharged_at=_time(discharged_at),
        endpoint=endpoint,
    )


def _iso(moment: datetime | None) -> str | None:
    """Write a time that may be unknown, in its own zone."""
    return None if moment is None else moment.isoformat()


def _time(value: object) -> datetime | None:
    """Read a time that may be unknown."""
    return datetime.fromisoformat(str(value)) if value else None


def _text(value: object) -> str | None:
    """Read a text column that may be empty."""
    return None if value is None else str(value)


def _integer(value: object) -> int | None:
    """Read an integer column that may be empty."""
    return value if isinstance(value, int) else None


def _concatenation(*columns: object) -> Concatenation | None:
    """Read which part of how many it is, where it is one."""
    reference, total, number, wide = map(_integer, columns)
    if reference is None or total is None or number is None:
        return None
    return Concatenation(reference=reference, total=total, number=number, wide=bool(wide))

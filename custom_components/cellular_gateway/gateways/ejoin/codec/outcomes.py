"""What came of texts that the gateway sent: `sent-sms`, `status-report`, `sms-sent-status`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from .lenient import Fields, coded, fields, integer, moment, rows, text
from .places import Place, parse_place

SENT_FIELDS: Final = frozenset(
    {"sim_src", "port", "sms_tid", "src_type", "src_ip", "src_port", "status", "time"}
) | {"dur", "recver", "smsc", "charset", "data"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReport:
    """A text that was sent, or could not be; `cause` is the network's, `words` the gateway's.

    `text` is known only where the gateway tells of all that it sends.
    """

    task: int | None
    place: Place | None
    number: str = field(repr=False)
    failed: bool
    code: int | None
    words: str = ""
    cause: str = ""
    text: str = field(default="", repr=False)
    at: datetime | None = None


def parse_sent_sms(row: Fields) -> SentReport | None:
    """Read `sent-sms` (4.5), which tells of every text; None without port, status or number."""
    place = parse_place(row.get("port"))
    code, words = coded(row.get("status"))
    number = text(row.get("recver")).strip()
    if place is None or code is None or not number:
        return None
    return SentReport(
        task=integer(row.get("sms_tid")),
        place=place,
        number=number,
        failed=code != 0,
        code=code,
        words=words,
        text=text(row.get("data")),
        at=moment(row.get("time")),
    )


def parse_task_reports(message: Fields) -> list[SentReport] | None:
    """Read `status-report`, or `sms-sent-status` of newer firmware; None without the list."""
    listed = message.get("rpts", message.get("statuses"))
    if not isinstance(listed, list):
        return None
    return [report for item in listed for report in _task_reports(fields(item))]


def _task_reports(task: Fields) -> Iterator[SentReport]:
    """Read the successes and failures of one task."""
    number = integer(task.get("tid"))
    for name, failed in (("sdr", False), ("fdr", True)):
        for row in rows(task.get(name)):
            if (report := _task_report(number, row, failed=failed)) is not None:
                yield report


def _task_report(task: int | None, row: object, *, failed: bool) -> SentReport | None:
    """Read `[index, number, port, time, code, cause]`, or the same with names."""
    if isinstance(row, dict):
        named = fields(row)
        items = [0, named.get("number"), named.get("port"), named.get("ts"), named.get("code")]
        cause = coded(named.get("gsm_cause"))
    else:
        items = rows(row)
        cause = coded(items[5]) if len(items) > 5 else (None, "")
    if len(items) < 4:
        return None
    code, words = coded(items[4]) if len(items) > 4 else (None, "")
    return SentReport(
        task=task,
        place=parse_place(items[2]),
        number=text(items[1]).strip(),
        failed=failed,
        code=code if failed else 0,
        words=words,
        cause=" ".join(part for part in (str(cause[0] or ""), cause[1]) if part),
        at=moment(items[3]),
    )

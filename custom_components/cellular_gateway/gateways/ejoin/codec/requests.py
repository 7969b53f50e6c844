"""What the gateway is asked over HTTP, and what its answers hold (HTTP API 2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ....sms.tpdu import Alphabet
from ...port_reports import PortStatistics, StatisticsPeriod
from .lenient import Fields, coded, decimal, fields, integer, rows, text
from .places import Place
from .texts import Incoming, parse_row

STATUS: Final = "/goip_get_status.html"
SEND: Final = "/goip_post_sms.html"
LEGACY_SEND: Final = "/goip_send_sms.html"
INBOX: Final = "/goip_get_sms.html"
COMMAND: Final = "/goip_send_cmd.html"
USSD: Final = "/goip_send_ussd.html"
SMS_STATISTICS: Final = "/goip_get_sms_stat.html"
CALL_STATISTICS: Final = "/goip_get_call_stat.html"

VERSION: Final = {"version": "1.1"}
# All cards of all slots, also those that are in no port now.
ALL_SIMS: Final = {"all_sims": "1", "all_slots": "1"}

_CODINGS: Final = {Alphabet.UCS2.value: 1, Alphabet.GSM7.value: 2}
_STATISTICS_TYPES: Final = {
    StatisticsPeriod.LAST_HOUR: "0",
    StatisticsPeriod.LAST_TWO_HOURS: "1",
    StatisticsPeriod.TODAY: "2",
    StatisticsPeriod.TOTAL: "3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A text to one number; `port` None has the gateway choose one, `timeout` is in seconds."""

    number: int
    to: str = field(repr=False)
    text: str = field(repr=False)
    port: int | None
    encoding: str
    timeout: int
    delivery_report: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Texts as `goip_get_sms` lists them; `following` is the number to go on with.

    `source` is None where the gateway says no more than that there are none.
    """

    source: str | None
    following: int | None
    items: list[Incoming]


def send_body(task: Task, report_url: str | None) -> dict[str, Any]:
    """Order one text, and a word for its success as well as for its failure."""
    values: dict[str, Any] = {
        "tid": task.number,
        "to": task.to,
        "sms": task.text,
        "chs": "utf8",
        "coding": _CODINGS.get(task.encoding, 0),
        "tmo": task.timeout,
        "sdr": 1,
        "fdr": 1,
        "dr": int(task.delivery_report),
        "sr_prd": 1,
        "sr_cnt": 1,
    }
    if task.port is not None:
        values["from"] = str(task.port)
    body: dict[str, Any] = {"type": "send-sms", "task_num": 1, "tasks": [values]}
    if report_url is not None:
        body |= {"sr_url": report_url, "sr_cnt": 1, "sr_prd": 1}
    return body


def legacy_query(task: Task) -> dict[str, str]:
    """Order one text of firmware that knows no tasks; it needs a port."""
    return {
        "port": str(task.port),
        "recipients": task.to,
        "sms": task.text,
        "charset": "utf8",
    }


def task_status(answer: Fields, task: int) -> tuple[int | None, str]:
    """Return what the gateway says to a task that was ordered."""
    for item in rows(answer.get("status")):
        row = fields(item)
        if integer(row.get("tid")) == task:
            return coded(row.get("status"))
    return None, ""


def command_body(operation: str, place: Place | None = None) -> dict[str, str]:
    """Order something of the gateway, or of one of its ports or slots."""
    body = {"type": "command", "op": operation}
    if place is not None:
        slot = "" if place.slot is None else f".{place.slot:02d}"
        body["ports"] = f"{place.port}{slot}"
    return body


def inbox_page(answer: Fields) -> InboxPage:
    """Read an answer of `goip_get_sms`."""
    return InboxPage(
        text(answer.get("ssrc")).strip(),
        integer(answer.get("next_sms")),
        [parse_row(row) for row in rows(answer.get("data"))],
    )


def statistics_query(period: StatisticsPeriod) -> dict[str, str]:
    """Ask for the statistics of all ports."""
    return {**VERSION, "ports": "all", "slots": "", "type": _STATISTICS_TYPES[period]}


def statistics(sms: Fields, calls: Fields) -> Mapping[str, PortStatistics]:
    """Read both answers; what a port did with several SIMs is added up."""
    texts, talks = _by_port(sms), _by_port(calls)
    return {
        str(port): PortStatistics(
            sms_received=_total(texts.get(port), "received"),
            sms_sent=_total(texts.get(port), "sent_ok"),
            sms_failed=_total(texts.get(port), "sent_failed"),
            calls=_total(talks.get(port), "calls"),
            calls_connected=_total(talks.get(port), "connected"),
            talk_time=_talk_time(talks.get(port)),
        )
        for port in sorted(texts.keys() | talks.keys())
    }


def _by_port(answer: Fields) -> dict[int, list[Fields]]:
    """Return the rows of statistics by their ports."""
    found: dict[int, list[Fields]] = {}
    for item in rows(answer.get("stats")):
        row = fields(item)
        if (port := integer(row.get("port"))) is not None and port > 0:
            found.setdefault(port, []).append(row)
    return found


def _total(found: list[Fields] | None, name: str) -> int | None:
    """Add up one figure of a port, None where no row has it."""
    figures = [integer(row.get(name)) for row in found or ()]
    told = [figure for figure in figures if figure is not None]
    return sum(told) if told else None


def _talk_time(found: list[Fields] | None) -> float | None:
    """Add up the minutes of a port's calls."""
    told = [minutes for row in found or () if (minutes := decimal(row.get("tcd"))) is not None]
    return float(sum(told)) if told else None

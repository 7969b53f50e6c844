"""One request of the gateway, sorted by what is in it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .calls import CALL_FIELDS, CallRecord, normalize_mac, parse_cdr
from .codes import TASK_STATUSES
from .lenient import Fields, fields as read_fields, first, fold, integer, load, rows, text, word
from .outcomes import SENT_FIELDS, SentReport, parse_sent_sms, parse_task_reports
from .places import Place
from .ports import KNOWN_FIELDS, place_of, read_row
from .texts import Incoming, Received, parse_received_sms, parse_recv_sms, parse_sms_to_http

# What is longer is in milliseconds; the document says 180 s where nothing is told (4.2).
_LONGEST_PERIOD: Final = 3600
_DEFAULT_PERIOD: Final = 180.0
# In one request more would be no request of this gateway: 512 SIMs, with some texts each.
_MOST_MESSAGES: Final = 1000
_MOST_TEXTS: Final = 5000
_LISTS_OF_TEXTS: Final = ("sms", "data", "smses")
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReport:
    """What `dev-status` says of the gateway, with the rows of its ports; `period` is in s.

    `complete` is False where rows could not be read, so that a port that is missing may be there.
    """

    mac: str
    ip_address: str | None
    firmware: str | None
    ports: int | None
    slots: int | None
    period: float
    rows: list[tuple[Place, Fields]]
    complete: bool


@dataclass(slots=True)
class Contents:
    """What one request holds; `broken` counts what makes no sense, `unknown` what is new to us.

    Where it is `too_much` not all was read, so that nothing of it may be acknowledged.
    """

    devices: list[DeviceReport] = field(default_factory=list)
    ports: list[tuple[Place, Fields]] = field(default_factory=list)
    incoming: list[Incoming] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)
    sent: list[SentReport] = field(default_factory=list)
    macs: set[str] = field(default_factory=set)
    brings_sms: bool = False
    too_much: bool = False
    good: int = 0
    broken: int = 0
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def busy_ports(self) -> set[int]:
        """The ports at which a text or a call came or went."""
        received = {item.place.port for item in self.incoming if isinstance(item, Received)}
        sent = {report.place.port for report in self.sent if report.place and report.text}
        return received | sent | {record.place.port for record in self.calls}


def parse_request(query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Contents:
    """Read a request; what cannot be read is counted, and costs nothing else.

    With a sender outside its body it is a text: whatever that looks like, a stranger wrote it.
    """
    is_text = "sender" in query or "emms-from" in headers
    loaded = None if is_text else load(body)
    contents = Contents()
    if loaded is None or not isinstance(loaded, dict | list):
        _read_sms_to_http(contents, query, headers, body)
        return contents
    messages = loaded if isinstance(loaded, list) else [loaded]
    contents.too_much = len(messages) > _MOST_MESSAGES
    for message in messages[:_MOST_MESSAGES]:
        _read(contents, read_fields(message))
    return contents


def parse_device(message: Fields) -> DeviceReport:
    """Read `dev-status`, also as the answer to `goip_get_status`."""
    listed = rows(message.get("status"))
    read = [read_row(read_fields(item)) for item in listed]
    found = [(place, row) for row in read if (place := place_of(row))]
    return DeviceReport(
        mac=normalize_mac(message.get("mac")),
        ip_address=word(message.get("ip")),
        firmware=word(message.get("ver")),
        ports=integer(message.get("max_ports")),
        slots=integer(first(message, "max_slot", "max_slots")),
        period=_period(message.get("expires")),
        rows=found,
        complete=len(found) == len(listed),
    )


def unknown_fields(row: Fields) -> list[str]:
    """Name the fields of a port's row that no document has."""
    return [name[:_LONGEST_NAME] for name in row.keys() - KNOWN_FIELDS]


def _note_unknown(contents: Contents, kind: str, message: Fields) -> None:
    """Note the fields of a message that no document has; those of ports are seen with them."""
    known = _FIELDS.get(kind)
    for name in message.keys() - known if known else ():
        contents.unknown[f"field {name[:_LONGEST_NAME]}"] += 1


def _note_codes(contents: Contents, reports: list[SentReport]) -> None:
    """Note what became of texts in codes that no document has."""
    for report in reports:
        if report.code is not None and report.code not in TASK_STATUSES:
            contents.unknown[f"task status {report.code}"] += 1


def _period(value: object) -> float:
    """Return how often the gateway reports, in seconds."""
    period = integer(value)
    if period is None or period <= 0:
        return _DEFAULT_PERIOD
    return period / 1000 if period > _LONGEST_PERIOD else float(period)


def _read(contents: Contents, message: Fields) -> None:
    """Read one message."""
    kind = fold(text(message.get("type")))
    if not kind and "port" in message:
        kind = "port_status"
    if mac := normalize_mac(message.get("mac")):
        contents.macs.add(mac)
    reader = _READERS.get(kind)
    if reader is not None:
        _note_unknown(contents, kind, message)
        is_good = reader(contents, message)
        contents.good += is_good
        contents.broken += not is_good
    elif kind:
        contents.good += 1
        contents.unknown[f"type {kind[:_LONGEST_NAME]}"] += 1
    else:
        contents.broken += 1


def _read_device(contents: Contents, message: Fields) -> bool:
    """Read `dev-status`; without a list of ports it is none."""
    if not isinstance(message.get("status"), list):
        return False
    contents.devices.append(parse_device(message))
    return True


def _read_port(contents: Contents, message: Fields) -> bool:
    """Read `port-status`."""
    place = place_of(message)
    if place is not None:
        contents.ports.append((place, read_row(message)))
    return place is not None


def _read_list(
    contents: Contents, message: Fields, parse: Callable[[Fields], list[Incoming] | None]
) -> bool:
    """Read a list of texts that came."""
    number = sum(len(rows(message.get(name))) for name in _LISTS_OF_TEXTS)
    if len(contents.incoming) + number > _MOST_TEXTS:
        contents.too_much = True
        return False
    incoming = parse(message)
    contents.incoming += incoming or []
    contents.brings_sms |= incoming is not None
    return incoming is not None


def _read_call(contents: Contents, message: Fields) -> bool:
    """Read `cdr`."""
    record = parse_cdr(message, "")
    if record is not None:
        contents.calls.append(record)
    return record is not None


def _read_sent(contents: Contents, message: Fields) -> bool:
    """Read `sent-sms`."""
    report = parse_sent_sms(message)
    if report is not None:
        contents.sent.append(report)
        _note_codes(contents, [report])
    return report is not None


def _read_tasks(contents: Contents, message: Fields) -> bool:
    """Read `status-report` and `sms-sent-status`."""
    reports = parse_task_reports(message)
    contents.sent += reports or []
    _note_codes(contents, reports or [])
    return reports is not None


def _read_sms_to_http(
    contents: Contents, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> None:
    """Read a text that was posted as such."""
    incoming = parse_sms_to_http(query, headers, body)
    if incoming is None:
        contents.broken += 1
        return
    contents.incoming.append(incoming)
    contents.brings_sms = True
    contents.good += 1
    if mac := normalize_mac(query.get("mac")):
        contents.macs.add(mac)


_READERS: Final[Mapping[str, Callable[[Contents, Fields], bool]]] = {
    "dev_status": _read_device,
    "port_status": _read_port,
    "recv_sms": lambda contents, message: _read_list(contents, message, parse_recv_sms),
    "received_sms": lambda contents, message: _read_list(contents, message, parse_received_sms),
    "cdr": _read_call,
    "sent_sms": _read_sent,
    "status_report": _read_tasks,
    "sms_sent_status": _read_tasks,
}

_COMMON_FIELDS: Final = frozenset({"type", "mac", "ip", "seq"})
# All fields that the documents name, by the type of the message.
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "dev_status": _COMMON_FIELDS
    | {"expires", "ver", "max_ports", "max_slot", "max_slots", "status"},
    "recv_sms": _COMMON_FIELDS | {"sim_src", "sms_num", "sms", "data"},
    "received_sms": _COMMON_FIELDS | {"smses"},
    "cdr": _COMMON_FIELDS | CALL_FIELDS,
    "sent_sms": _COMMON_FIELDS | SENT_FIELDS,
    "status_report": _COMMON_FIELDS | {"rpt_num", "rpts"},
    "sms_sent_status": _COMMON_FIELDS | {"statuses"},
}

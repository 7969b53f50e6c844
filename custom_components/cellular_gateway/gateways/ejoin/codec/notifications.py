"""One request of the gateway, sorted by what is in it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from .calls import CallRecord, normalize_mac, parse_cdr
from .lenient import Fields, fields as read_fields, first, fold, integer, load, rows, text, word
from .outcomes import SentReport, parse_sent_sms, parse_task_reports
from .places import Place
from .ports import KNOWN_FIELDS, place_of
from .texts import Incoming, parse_received_sms, parse_recv_sms, parse_sms_to_http

# What is longer is in milliseconds; the document says 180 s where nothing is told (4.2).
_LONGEST_PERIOD: Final = 3600
_DEFAULT_PERIOD: Final = 180.0
# In one request more would be no request of this gateway.
_MOST_MESSAGES: Final = 1000
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
    """What one request holds; `broken` counts what makes no sense, `unknown` what is new to us."""

    devices: list[DeviceReport] = field(default_factory=list)
    ports: list[tuple[Place, Fields]] = field(default_factory=list)
    incoming: list[Incoming] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)
    sent: list[SentReport] = field(default_factory=list)
    macs: set[str] = field(default_factory=set)
    brings_sms: bool = False
    good: int = 0
    broken: int = 0
    unknown: Counter[str] = field(default_factory=Counter)


def parse_request(query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Contents:
    """Read a request; what cannot be read is counted, and costs nothing else."""
    loaded = load(body)
    contents = Contents()
    if loaded is None or not isinstance(loaded, dict | list):
        _read_sms_to_http(contents, query, headers, body)
        return contents
    messages = loaded if isinstance(loaded, list) else [loaded]
    for message in messages[:_MOST_MESSAGES]:
        _read(contents, read_fields(message))
    return contents


def parse_device(message: Fields) -> DeviceReport:
    """Read `dev-status`, also as the answer to `goip_get_status`."""
    listed = rows(message.get("status"))
    found = [(place, row) for row in map(read_fields, listed) if (place := place_of(row))]
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
        contents.ports.append((place, message))
    return place is not None


def _read_list(
    contents: Contents, message: Fields, parse: Callable[[Fields], list[Incoming] | None]
) -> bool:
    """Read a list of texts that came."""
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
    return report is not None


def _read_tasks(contents: Contents, message: Fields) -> bool:
    """Read `status-report` and `sms-sent-status`."""
    reports = parse_task_reports(message)
    contents.sent += reports or []
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

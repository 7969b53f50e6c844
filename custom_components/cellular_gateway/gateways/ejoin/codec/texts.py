"""Received texts and delivery reports, in all the shapes they are pushed and listed in."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
import json
import re
from typing import Final

from .lenient import Fields, clean, coded, fields, integer, moment, rows, text
from .places import Place, parse_place

_HEAD: Final = re.compile(r"(sender|receiver|smsc|scts):([^\r\n]{0,100})\r?\n", re.IGNORECASE)
_HEADS: Final = frozenset({"sender", "smsc", "scts"})
_BLANK_LINE: Final = re.compile(r"\r?\n")
_STAMP: Final = re.compile(
    r"(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)[ ,]?([+-]?)(\d\d)(?!\d)"
)
# A quarter of an hour is the unit of zones in 3GPP TS 23.040 clause 9.2.3.11.
_QUARTER: Final = timedelta(minutes=15)
_FARTHEST_ZONE: Final = 14 * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text that came to a port, or with `code` a report about one that left it.

    `at` is the gateway's clock when it came, which listing it again repeats; None where it was
    pushed without. `sent_at` is the service centre's stamp. `peer` is the sender of a text and the
    recipient of what is reported about.
    """

    place: Place
    at: datetime | None
    peer: str = field(repr=False)
    text: str = field(default="", repr=False)
    sent_at: datetime | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that makes no sense, as it came."""

    raw: str = field(repr=False)


type Incoming = Received | Unreadable


def parse_recv_sms(message: Fields) -> list[Incoming] | None:
    """Read `recv-sms` (4.3), or an answer of `goip_get_sms`; None where the list is missing."""
    key = "sms" if "sms" in message else "data"
    listed = message.get(key)
    return [parse_row(row) for row in listed] if isinstance(listed, list) else None


def parse_row(row: object) -> Incoming:
    """Read `[is report, port, time, sender, recipient, content]`."""
    items = rows(row)
    place = parse_place(items[1]) if len(items) >= 6 else None
    is_report = integer(items[0]) if items else None
    if place is None or is_report not in {0, 1}:
        return unreadable(row)
    at = moment(items[2])
    if is_report:
        code, stamp = coded(items[5])
        return _report(place, at, text(items[4]), code, stamp) or unreadable(row)
    if not isinstance(items[5], str):
        return unreadable(row)
    return received(place, at, text(items[3]), decode_content(text(items[5])))


def parse_received_sms(message: Fields) -> list[Incoming] | None:
    """Read `received-sms` of newer firmware; None where the list is missing."""
    listed = message.get("smses")
    return [_named(item) for item in listed] if isinstance(listed, list) else None


def _named(item: object) -> Incoming:
    """Read one text or report with named fields."""
    row = fields(item)
    place = parse_place(row.get("port"), row.get("slot"))
    content = text(row.get("sms"))
    if place is None or not isinstance(row.get("sms"), str):
        return unreadable(item)
    at = moment(row.get("ts"))
    if integer(row.get("is_report")) == 1:
        code, stamp = coded(content)
        code = code if code is not None else integer(row.get("status"))
        return _report(place, at, text(row.get("to")), code, stamp) or unreadable(item)
    return received(place, at, text(row.get("from")), decode_content(content))


def parse_sms_to_http(
    query: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> Incoming | None:
    """Read what "SMS to HTTP" and the MMS variant of it post; None for what is neither."""
    content = body.decode("utf-8", "replace")
    heads, rest = _split(content)
    sender = clean(query.get("sender") or headers.get("emms-from") or heads.get("sender", ""))
    place = parse_place(query.get("port")) or parse_place(heads.get("receiver", "").strip('"'))
    if not sender or place is None:
        return None
    if "emms-from" in headers:
        subject = clean(headers.get("emms-subject", ""))
        return Received(place=place, at=None, peer=sender, text=subject)
    return Received(
        place=place,
        at=None,
        peer=sender,
        text=rest.strip("\0"),
        sent_at=parse_stamp(heads.get("scts", "")),
    )


def received(place: Place, at: datetime | None, sender: str, content: str) -> Received:
    """Make a text of its content, without the head that older firmware puts in front."""
    heads, rest = _split(content)
    return Received(
        place=place,
        at=at,
        peer=sender.strip(),
        text=rest,
        sent_at=parse_stamp(heads.get("scts", "")),
    )


def _report(
    place: Place, at: datetime | None, recipient: str, code: int | None, stamp: str
) -> Received | None:
    """Make a report, None without a code."""
    if code is None:
        return None
    return Received(
        place=place, at=at, peer=recipient.strip(), code=code, sent_at=parse_stamp(stamp)
    )


def decode_content(content: str) -> str:
    """Decode base64 of UTF-8; what is damaged, or no base64, stays as it is."""
    compact = "".join(content.split())
    try:
        octets = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
        return octets.decode().strip("\0")
    except binascii.Error, ValueError:
        return content.strip("\0")


def _split(content: str) -> tuple[dict[str, str], str]:
    """Take the head off a text; without all of its lines it is no head."""
    heads: dict[str, str] = {}
    end = 0
    while (match := _HEAD.match(content, end)) and match[1].lower() not in heads:
        heads[match[1].lower()] = match[2].strip(" \t")
        end = match.end()
    if not heads.keys() >= _HEADS:
        return {}, content
    if blank := _BLANK_LINE.match(content, end):
        end = blank.end()
    return heads, content[end:]


def parse_stamp(value: str) -> datetime | None:
    """Read a service centre's stamp: year to second, and the zone in quarters of an hour."""
    if (match := _STAMP.search(value)) is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    quarters = int(match[8])
    if quarters > _FARTHEST_ZONE:
        return None
    zone = timezone((-_QUARTER if match[7] == "-" else _QUARTER) * quarters)
    try:
        stamp = datetime(2000 + year, month, day, hour, minute, second, tzinfo=zone)
        return stamp.astimezone(UTC)
    except ValueError:
        return None


def unreadable(row: object) -> Unreadable:
    """Keep a row as it came; one that is nested beyond measure is no text of anybody's."""
    try:
        return Unreadable(json.dumps(row))
    except RecursionError:
        return Unreadable("")

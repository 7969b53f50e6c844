"""Call records, `cdr` (4.4)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ...port_reports import CallDirection
from .lenient import Fields, moment, text, word
from .places import Place, parse_place

# As the document has it: seen from the gateway's telephone side, not from the network.
_DIRECTIONS: Final = {"MT": CallDirection.OUTGOING, "MO": CallDirection.INCOMING}

_HEXADECIMAL: Final = frozenset("0123456789abcdef")

CALL_FIELDS: Final = (
    frozenset({"port", "sim", "st", "status", "bal", "opr", "sn", "imei", "imsi", "iccid", "sig"})
    | {"sip_usr", "cid", "cdir", "caller", "callee", "begin", "alert", "answer", "update", "end"}
    | {"reason", "gw_reason"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What is told of a call so far; all but `begun_at` may still be open."""

    place: Place
    mac: str
    call_id: str
    direction: CallDirection
    caller: str = field(repr=False)
    callee: str = field(repr=False)
    begun_at: datetime
    alerted_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    gateway_reason: str | None

    @property
    def key(self) -> str:
        """Return what is the same in all records of one call."""
        begun = round(self.begun_at.timestamp())
        return f"{self.mac}/{self.place.port}/{self.call_id}/{begun}"


def parse_cdr(row: Fields, mac: str) -> CallRecord | None:
    """Read a call record; None without what makes it one. `mac` is taken where it has none."""
    place = parse_place(row.get("port"))
    begun_at = moment(row.get("begin"))
    direction = _DIRECTIONS.get(text(row.get("cdir")).strip().upper())
    if place is None or begun_at is None or direction is None:
        return None
    return CallRecord(
        place=place,
        mac=normalize_mac(row.get("mac")) or mac,
        call_id=text(row.get("cid")).strip(),
        direction=direction,
        caller=text(row.get("caller")).strip(),
        callee=text(row.get("callee")).strip(),
        begun_at=begun_at,
        alerted_at=moment(row.get("alert")),
        answered_at=moment(row.get("answer")),
        ended_at=moment(row.get("end")),
        reason=word(row.get("reason")),
        gateway_reason=_reason(row.get("gw_reason")),
    )


def _reason(value: object) -> str | None:
    """Return the radio module's reason; a bare 0 says nothing."""
    reason = word(value)
    return None if reason == "0" else reason


def normalize_mac(value: object) -> str:
    """Return a MAC address as `00:30:f1:00:6d:b1`, empty for what is none."""
    digits = "".join(char for char in text(value).lower() if char.isalnum())
    if len(digits) != 12 or not _HEXADECIMAL.issuperset(digits):
        return ""
    return ":".join(digits[index : index + 2] for index in range(0, 12, 2))

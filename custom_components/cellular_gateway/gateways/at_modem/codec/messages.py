"""Short messages and their storages: `+CPMS`, `+CNMI`, `+CMGL`, `+CMGR`, `+CMTI`, `+CMT`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
import re
from typing import Final, override

from .fields import body, fields, groups, integer, integers

# In the order in which they are swept. SR holds status reports where a modem has it.
READABLE_STORAGES: Final = ("SM", "ME", "SR")

# The shortest that can be received has 14 octets; an ICCID has 20 digits. A digit too few is for
# the decoder to find.
_PDU = re.compile(r'([0-9A-Fa-f]{24,})"?')
# Searched for, not matched, so that noise before it on the same line does not hide a message.
_STORED = re.compile(r'\+C(?:MT|DS)I:\s*"?(\w+)"?\s*,\s*(\d{1,5})\s*$')
_DIRECT = re.compile(r"\+(CMT|CDS|CBM):(.*)$")
_HEADER = re.compile(r"\+CMG[LR]:")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message in a storage. `status`: 0, 1 received; 2, 3 drafts and sent; None not told.

    `length` is the number of octets of the TPDU, as far as the modem may be believed.
    """

    index: int | None
    status: int | None
    length: int | None
    pdu: str = field(repr=False)

    @property
    def received(self) -> bool:
        """Whether it came from the network; a SUBMIT (TP-MTI 01) of no known status did not."""
        if self.status in (0, 1):
            return True
        return self.status not in (2, 3) and message_type(self.pdu) != 1


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """`+CMTI` or `+CDSI`: a message lies in a storage."""

    storage: str
    index: int


@dataclass(frozen=True, slots=True)
class DirectHeader:
    """`+CMT`, `+CDS` or `+CBM`: the line before a PDU that lies in no storage."""

    name: str
    length: int | None


@dataclass(frozen=True, slots=True)
class DirectMessage:
    """A message that was delivered directly; `name` is that of its header."""

    name: str
    length: int | None
    pdu: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StorageUse:
    """How full a storage is."""

    storage: str
    used: int
    total: int


def message_type(pdu: str) -> int | None:
    """Return TP-MTI of a PDU with its service centre octets, or None when it is too short."""
    octets = 2 * (int(pdu[:2], 16) + 1) if re.match(r"[0-9A-Fa-f]{2}", pdu) else len(pdu)
    first = pdu[octets : octets + 2]
    return int(first, 16) & 3 if re.fullmatch(r"[0-9A-Fa-f]{2}", first) else None


def parse_pdu(line: str) -> str | None:
    """Return the PDU that a line is, or None."""
    match = _PDU.fullmatch(line)
    return match[1].upper() if match else None


def parse_stored_notice(line: str) -> StoredNotice | None:
    """Read `+CMTI:` or `+CDSI:`."""
    match = _STORED.search(line)
    return StoredNotice(match[1], int(match[2])) if match else None


def parse_direct_header(line: str) -> DirectHeader | None:
    """Read `+CMT: [<alpha>],<length>`, `+CDS: <length>` or `+CBM: <length>`."""
    match = _DIRECT.search(line)
    if match is None:
        return None
    values = fields(match[2])
    return DirectHeader(f"+{match[1]}", integer(values, len(values) - 1))


def is_message_header(line: str) -> bool:
    """Whether a line is the header of a stored message."""
    return _HEADER.match(line) is not None


def parse_messages(lines: Iterable[str]) -> Iterator[StoredMessage]:
    """Read the answer to `+CMGL` or `+CMGR`; what stands between header and PDU is skipped."""
    header: list[str] | None = None
    for line in lines:
        if is_message_header(line):
            text, _, joined = line.partition(":")[2].strip().rpartition(" ")
            if text and (pdu := parse_pdu(joined)):
                yield _stored(line[:5], fields(text), pdu)
                header = None
            else:
                header = [line[:5], *fields(line.partition(":")[2])]
        elif header is not None and (pdu := parse_pdu(line)):
            yield _stored(header[0], header[1:], pdu)
            header = None


def _stored(name: str, values: Sequence[str], pdu: str) -> StoredMessage:
    """Put a message together; `+CMGR` gives no index, though one Nokia does."""
    length = integer(values, len(values) - 1) if len(values) > 1 else None
    if name == "+CMGR":
        return StoredMessage(None, integer(values, 0), length, pdu)
    return StoredMessage(integer(values, 0), integer(values, 1), length, pdu)


def parse_storage_names(line: str) -> tuple[frozenset[str], ...]:
    """Read the test response of `+CPMS`: the names for reading, writing and receiving."""
    text = body(line, "+CPMS:")
    if not text:
        return ()
    return tuple(
        frozenset(name for item in group.split(",") if (name := item.strip(' "')))
        for group in groups(text)
    )


def parse_storage_uses(line: str) -> list[StorageUse]:
    """Read the answer to `+CPMS?`: name, used and total of up to three storages."""
    values = fields(body(line, "+CPMS:") or "")
    uses = []
    for position in range(0, len(values) - 2, 3):
        used, total = integer(values, position + 1), integer(values, position + 2)
        if values[position] and used is not None and total is not None:
            uses.append(StorageUse(values[position], used, total))
    return uses


# Mode 2 keeps indications while the line is busy, 1 drops them, 3 is for a line with another way.
_MODES: Final = (2, 1, 3, 0)
# Stored delivery first: what lies in a storage survives us. 3 stores all but class 3.
_DELIVERIES: Final = (1, 3, 2)
_REPORTS: Final = (2, 1, 0)


@dataclass(frozen=True, slots=True)
class Indication:
    """One setting of `+CNMI` (TS 27.005 clause 3.4.1)."""

    mode: int
    delivery: int
    broadcast: int
    report: int
    buffer: int

    @override
    def __str__(self) -> str:
        """Write the parameters."""
        return f"{self.mode},{self.delivery},{self.broadcast},{self.report},{self.buffer}"


_COMMON_INDICATIONS: Final = (
    Indication(2, 1, 0, 2, 0),
    Indication(2, 1, 0, 1, 0),
    Indication(2, 1, 0, 0, 0),
    Indication(2, 1, 0, 0, 1),
    Indication(1, 1, 0, 0, 0),
    Indication(1, 1, 0, 0, 1),
    Indication(3, 1, 0, 0, 0),
    Indication(2, 2, 0, 1, 0),
    Indication(2, 2, 0, 0, 0),
    Indication(1, 2, 0, 0, 0),
)


def indications(line: str | None) -> tuple[Indication, ...]:
    """List what `+CNMI` may be set to, best first, by its test response if there is one."""
    allowed = [integers(group) for group in groups(body(line or "", "+CNMI:") or "")]
    if len(allowed) < 3:
        return _COMMON_INDICATIONS
    broadcast = min(allowed[2], default=0)
    reports = allowed[3] if len(allowed) > 3 else frozenset({0})
    buffer = min(allowed[4], default=0) if len(allowed) > 4 else 0
    return tuple(
        Indication(mode, delivery, broadcast, report, buffer)
        for delivery in _DELIVERIES
        if delivery in allowed[1]
        for mode in _MODES
        if mode in allowed[0]
        for report in _REPORTS
        if report in reports
    )


def parse_indication(line: str) -> Indication | None:
    """Read the answer to `+CNMI?`."""
    values = fields(body(line, "+CNMI:") or "")
    numbers = [integer(values, position) for position in range(5)]
    known = [number for number in numbers if number is not None]
    return Indication(*known) if len(known) == 5 else None


def parse_reference(lines: Iterable[str]) -> int | None:
    """Read TP-MR of `+CMGS:`."""
    for line in lines:
        if (text := body(line, "+CMGS:")) is not None:
            reference = integer(fields(text), 0)
            return None if reference is None or reference > 255 else reference
    return None

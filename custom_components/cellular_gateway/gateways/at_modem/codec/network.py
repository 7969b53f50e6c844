"""Registration, operator and signal: `+CREG`, `+COPS`, `+CSQ`, `+CESQ` (TS 27.007 clauses 7, 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

from ...models import AccessTechnology, Registration
from ...network_settings import AccessPoint, FoundOperator, IpType, OperatorStatus
from .fields import body, fields, from_ucs2, integer

_REGISTRATIONS = tuple(Registration)
_ACCESS_TECHNOLOGIES = tuple(AccessTechnology)
_REGISTRATION_LINE = re.compile(r"\+C(?:5G|E|G)?REG:(.*)")
_STATUS = re.compile(r"\d|1\d")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{1,10}")


@dataclass(frozen=True, slots=True)
class RegistrationReport:
    """What one line says of the registration in one domain (`"+CREG"`, `"+CEREG"`, …).

    `area_code` (LAC or TAC) and `cell_id` are hexadecimal, without leading zeros.
    """

    domain: str
    registration: Registration
    area_code: str | None = None
    cell_id: str | None = None
    access_technology: AccessTechnology | None = None


def is_registration_answer(line: str) -> bool:
    """Whether a registration line is of the form that answers a query: `<n>,<stat>[,…]`.

    The unsolicited one has no `<n>`: what follows its first number is an area code of four digits.
    """
    values = _registration_fields(line)
    return len(values) > 1 and bool(_STATUS.fullmatch(values[1]))


def _registration_fields(line: str) -> list[str]:
    """Split a registration line; quotes tell nothing here, and some modems lose one of a pair."""
    match = _REGISTRATION_LINE.match(line)
    return [value.strip(' "') for value in match[1].split(",")] if match else []


def parse_registration(line: str) -> RegistrationReport | None:
    """Read `+CREG:`, `+CGREG:`, `+CEREG:` or `+C5GREG:`, asked for or not."""
    values = _registration_fields(line)
    if is_registration_answer(line):
        values = values[1:]
    status = integer(values, 0)
    if status is None or status >= len(_REGISTRATIONS):
        status = 4 if status is not None else None
    if status is None:
        return None
    cell, technology = _cell_fields(values)
    return RegistrationReport(
        line.partition(":")[0],
        _REGISTRATIONS[status],
        _hexadecimal(values, 1),
        _hexadecimal(values, cell),
        access_technology(integer(values, technology)),
    )


def _cell_fields(values: Sequence[str]) -> tuple[int, int]:
    """Tell where cell and access technology stand: Novatel puts the RAC before the cell."""
    has_area_only = len(values) == 5 and len(values[2]) <= 2 < len(values[3])
    return (3, 4) if has_area_only else (2, 3)


def _hexadecimal(values: Sequence[str], position: int) -> str | None:
    """Read an area or cell; zero and all ones of its field say that there is none."""
    if position >= len(values) or not _HEXADECIMAL.fullmatch(values[position]):
        return None
    number = int(values[position], 16)
    return None if number in (0, 0xFFFFFFFF) else f"{number:X}"


def access_technology(value: int | None) -> AccessTechnology | None:
    """Read an `<AcT>` (TS 27.007 clause 7.3)."""
    if value is None or value >= len(_ACCESS_TECHNOLOGIES):
        return None
    return _ACCESS_TECHNOLOGIES[value]


@dataclass(frozen=True, slots=True)
class Operator:
    """The selected operator: `name` when its format is a name, `code` (MCC-MNC) when it is 2."""

    name: str | None = None
    code: str | None = None
    access_technology: AccessTechnology | None = None


def parse_operator(line: str) -> Operator | None:
    """Read the answer to `+COPS?`."""
    if not line.startswith("+COPS:"):
        return None
    values = fields(line[6:])
    if len(values) < 3 or not (text := from_ucs2(values[2])):
        return Operator()
    technology = access_technology(integer(values, 3))
    if values[1] == "2" or re.fullmatch(r"\d{5,6}", text):
        return Operator(None, text if re.fullmatch(r"\d{5,6}", text) else None, technology)
    return Operator(text, None, technology)


@dataclass(frozen=True, slots=True)
class Signal:
    """Signal as reported: `signal` and `rsrp` in dBm, `rsrq` in dB; None is unknown."""

    signal: int | None = None
    rsrp: float | None = None
    rsrq: float | None = None


def parse_signal(line: str) -> Signal | None:
    """Read `+CSQ:` (0 to 31: -113 to -51 dBm; 100 to 191: RSCP of TD-SCDMA, -116 to -25 dBm)."""
    if not line.startswith("+CSQ:"):
        return None
    value = integer(fields(line[5:]), 0)
    if value is None:
        return None
    if value <= 31:
        return Signal(2 * value - 113)
    return Signal(value - 216) if 100 <= value <= 191 else Signal()


def parse_extended_signal(line: str) -> Signal | None:
    """Read `+CESQ:` (TS 27.007 clause 8.69): RXLEV or RSCP, and RSRP and RSRQ.

    Each value is the lower end of the range that its number stands for.
    """
    if not line.startswith("+CESQ:"):
        return None
    values = fields(line[6:])
    if len(values) < 6:
        return None
    level = _scaled(values, 0, 63, -111)
    code_power = _scaled(values, 2, 96, -121)
    quality = _scaled(values, 4, 34, -40)
    power = _scaled(values, 5, 97, -141)
    signal = level if level is not None else code_power
    return Signal(signal, power, None if quality is None else quality / 2)


def _scaled(values: Sequence[str], position: int, highest: int, offset: int) -> int | None:
    """Read a measurement that counts from 0 to `highest`; above it is "not known"."""
    value = integer(values, position)
    return None if value is None or value > highest else value + offset


_FOUND = re.compile(
    r'\(\s*([0-3]?)\s*,\s*"([^"]*)"\s*,\s*"([^"]*)"\s*,\s*"([^"]*)"\s*(?:,\s*(\d+))?\s*\)'
)
_STATUSES = tuple(OperatorStatus)


def parse_found_operators(line: str) -> tuple[FoundOperator, ...]:
    """Read the test response of `+COPS`; what follows the networks is left out."""
    return tuple(
        FoundOperator(
            code=from_ucs2(match[4]),
            name=from_ucs2(match[2]) or from_ucs2(match[3]) or None,
            status=_STATUSES[int(match[1] or 0)],
            access_technology=access_technology(int(match[5]) if match[5] else None),
        )
        for match in _FOUND.finditer(line)
    )


def parse_selection_mode(line: str) -> int | None:
    """Read `<mode>` of the answer to `+COPS?`: 0 automatic, 1 manual, 2 none, 4 both."""
    return integer(fields(body(line, "+COPS:") or ""), 0)


def parse_access_point(line: str, number: int) -> AccessPoint | None:
    """Read `+CGDCONT: <cid>,<PDP_type>,<APN>,…` of one context."""
    values = fields(body(line, "+CGDCONT:") or "")
    kinds = {kind.value: kind for kind in IpType}
    if integer(values, 0) != number or len(values) < 3 or values[1].upper() not in kinds:
        return None
    return AccessPoint(name=values[2], ip_type=kinds[values[1].upper()])

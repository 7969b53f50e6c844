"""Timers of power saving and cycles of eDRX, in bits (3GPP TS 24.008)."""

from collections.abc import Iterable
from datetime import timedelta
import math
import re
from typing import Final

from ...network_settings import EdrxAccess
from .fields import body, fields, integer

type Units = tuple[tuple[int, int], ...]

# Seconds and the three bits of the unit. Table 10.5.163a: GPRS timer 3, of T3412 extended.
PERIODIC_UPDATE: Final[Units] = (
    (2, 0b011),
    (30, 0b100),
    (60, 0b101),
    (600, 0b000),
    (3600, 0b001),
    (36000, 0b010),
    (1152000, 0b110),
)
# Table 10.5.172: GPRS timer, whose coding GPRS timer 2 of T3324 shares.
ACTIVE_TIME: Final[Units] = ((2, 0b000), (60, 0b001), (360, 0b010))

_DEACTIVATED: Final = 0b111
_MOST: Final = 31
_TIMER: Final = re.compile(r"[01]{8}")
_CYCLE: Final = re.compile(r"[01]{4}")
_SECONDS: Final = re.compile(r"[0-9]{1,10}")

# Quectel +QPSMEXTCFG: mask of optimisations, scans and pause out of service, randomization
# window, time out of service, early wake-up; all times in seconds.
_WINDOW: Final = 3
WINDOW_SECONDS: Final = (1, 1000)

# Table 10.5.5.32, in seconds, by the four bits.
_GSM_CYCLES: Final = (
    1.88, 3.76, 7.53, 12.24, 24.48, 48.96, 97.92, 195.84, 391.68, 783.36, 1566.72, 3133.44,
)  # fmt: skip
_UTRAN_CYCLES: Final = (
    10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36, 1310.72, 1966.08, 2621.44,
)  # fmt: skip
_LTE_CYCLES: Final = (
    5.12, 10.24, 20.48, 40.96, 61.44, 81.92, 102.4, 122.88, 143.36, 163.84, 327.68, 655.36,
    1310.72, 2621.44, 5242.88, 10485.76,
)  # fmt: skip
_ALL_CYCLES: Final = {
    EdrxAccess.EC_GSM_IOT: _GSM_CYCLES,
    EdrxAccess.GSM: _GSM_CYCLES,
    EdrxAccess.UTRAN: _UTRAN_CYCLES,
    EdrxAccess.LTE_M: _LTE_CYCLES,
    EdrxAccess.NB_IOT: _LTE_CYCLES,
}
# By the notes below the table the networks take these for other values.
_TAKEN_FOR_OTHERS: Final = {
    EdrxAccess.LTE_M: frozenset({14, 15}),
    EdrxAccess.NB_IOT: frozenset({0, 1, 4, 6, 7, 8}),
}
ACCESS_TYPES: Final = {access: number for number, access in enumerate(EdrxAccess, 1)}
_ACCESSES: Final = tuple(EdrxAccess)


def encode_timer(period: timedelta, units: Units) -> str | None:
    """Return the eight bits of the shortest timer that is not below the period, None if none."""
    seconds = period.total_seconds()
    counts = [(math.ceil(seconds / unit), unit, bits) for unit, bits in units]
    fitting = [
        (count * unit, f"{bits:03b}{count:05b}")
        for count, unit, bits in counts
        if 0 <= count <= _MOST
    ]
    return min(fitting)[1] if fitting and seconds >= 0 else None


def decode_timer(bits: str, units: Units) -> timedelta | None:
    """Read eight bits; None when the timer is deactivated, or not given."""
    if not _TIMER.fullmatch(bits) or (unit := int(bits[:3], 2)) == _DEACTIVATED:
        return None
    # Other units of GPRS timer count minutes.
    seconds = next((seconds for seconds, code in units if code == unit), 60)
    return timedelta(seconds=seconds * int(bits[3:], 2))


def encode_cycle(access: EdrxAccess, seconds: float) -> str | None:
    """Return the four bits of the shortest cycle that is not below the wanted one, else None."""
    others = _TAKEN_FOR_OTHERS.get(access, frozenset())
    fitting = [
        (cycle, number)
        for number, cycle in enumerate(_ALL_CYCLES[access])
        if number not in others and cycle >= seconds > 0
    ]
    return f"{min(fitting)[1]:04b}" if fitting else None


def decode_cycle(access: EdrxAccess, bits: str) -> float | None:
    """Read four bits as a cycle in seconds; None for a value that is reserved, or not given."""
    cycles = _ALL_CYCLES[access]
    number = int(bits, 2) if _CYCLE.fullmatch(bits) else len(cycles)
    return cycles[number] if number < len(cycles) else None


def parse_granted_timers(line: str) -> tuple[timedelta | None, timedelta | None]:
    """Read T3412 extended and T3324 of the answer to `+CEREG?` when `<n>` is 4 or 5."""
    values = fields(body(line, "+CEREG:") or "")
    active, update = values[7:9] if len(values) > 8 else ("", "")
    return decode_timer(update, PERIODIC_UPDATE), decode_timer(active, ACTIVE_TIME)


def parse_timers(line: str, prefix: str) -> tuple[timedelta | None, timedelta | None]:
    """Read T3412 extended and T3324 of a maker's `<mode>,,,<T3412>,<T3324>`, seconds or bits."""
    values = fields(body(line, prefix) or "")
    update, active = values[3:5] if len(values) > 4 and values[0] == "1" else ("", "")
    return _seconds_or_bits(update, PERIODIC_UPDATE), _seconds_or_bits(active, ACTIVE_TIME)


def parse_sleep(line: str) -> bool:
    """Read `<mode>` of `+CPSMS:`, whether the module was told to use power saving."""
    return integer(fields(body(line, "+CPSMS:") or ""), 0) == 1


def _seconds_or_bits(value: str, units: Units) -> timedelta | None:
    """Read a timer: eight zeros and ones are bits, as a number they are no timer's seconds."""
    if _TIMER.fullmatch(value):
        return decode_timer(value, units)
    return timedelta(seconds=int(value)) if _SECONDS.fullmatch(value) else None


def with_window(line: str, prefix: str, window: timedelta) -> str | None:
    """Return six numbers of sleep tuning with another window, None when it cannot be read."""
    values = _tuning(line, prefix)
    if not values:
        return None
    values[_WINDOW] = str(round(window.total_seconds()))
    return ",".join(values)


def parse_window(line: str, prefix: str) -> timedelta | None:
    """Read the randomization window out of six numbers of sleep tuning."""
    values = _tuning(line, prefix)
    return timedelta(seconds=int(values[_WINDOW])) if values else None


def _tuning(line: str, prefix: str) -> list[str]:
    """Split six numbers, of which one may have ten digits; nothing when they are none."""
    values = fields(body(line, prefix) or "")
    return values if len(values) == 6 and all(map(_SECONDS.fullmatch, values)) else []


def parse_granted_cycles(lines: Iterable[str]) -> dict[EdrxAccess, float]:
    """Read `+CEDRXRDP: <AcT-type>,<requested>,<granted>,<paging window>`; 0 is no eDRX."""
    cycles = {}
    for line in lines:
        values = fields(body(line, "+CEDRXRDP:") or "")
        number = integer(values, 0) or 0
        if 0 < number <= len(_ACCESSES) and len(values) > 2:
            access = _ACCESSES[number - 1]
            if (cycle := decode_cycle(access, values[2])) is not None:
                cycles[access] = cycle
    return cycles

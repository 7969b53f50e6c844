"""Who the modem and its SIM are: `+CPIN`, `+CGSN`, ICCID, `+CNUM`, `+CSCA`."""

from collections.abc import Iterable
import re

from ...models import SimState
from .fields import body, fields, from_ucs2
from .results import FinalResult

_LOCKS = {
    "READY": SimState.READY,
    "SIM PIN": SimState.PIN_REQUIRED,
    "SIM PUK": SimState.PUK_REQUIRED,
    "SIM PIN2": SimState.PIN2_REQUIRED,
    "SIM PUK2": SimState.PUK2_REQUIRED,
    "NOT INSERTED": SimState.MISSING,
    "NOT READY": SimState.BUSY,
    "SIM REMOVED": SimState.MISSING,
}
# TS 27.007 clause 9.2 and TS 27.005 clause 3.2.5.
_ERRORS: dict[SimState, tuple[tuple[int, ...], tuple[int, ...]]] = {
    SimState.MISSING: ((10,), (310,)),
    SimState.PIN_REQUIRED: ((11,), (311,)),
    SimState.PUK_REQUIRED: ((12,), (316,)),
    SimState.FAILURE: ((13, 15), (313, 315)),
    SimState.BUSY: ((14, 515), (314, 515)),
    SimState.PIN2_REQUIRED: ((17,), (317,)),
    SimState.PUK2_REQUIRED: ((18,), (318,)),
    SimState.LOCKED: ((5, 6, 7, 40, 41, 42, 43, 44, 45, 46, 47), (312,)),
}


def parse_sim_state(line: str) -> SimState | None:
    """Read `+CPIN:`; some modems put its value in quotes, and some leave the name out."""
    text = line.removeprefix("+CPIN:").strip(' "').upper()
    if state := _LOCKS.get(text):
        return state
    return SimState.LOCKED if re.fullmatch(r"(?:PH|BLOCKED|NET)\b.*", text) else None


def sim_state_of(result: FinalResult) -> SimState | None:
    """Tell the SIM's state from a refusal, or None when the refusal is about something else."""
    for state, (cme, cms) in _ERRORS.items():
        if result.says(cme=cme, cms=cms):
            return state
    return None


def parse_iccid(text: str) -> str | None:
    """Read an ICCID of 18 to 20 characters, nibbles swapped or not (ITU-T E.118, TS 102 221 13.2).

    It begins with 89, the major industry identifier of telecommunications. China Mobile has
    letters in the account part.
    """
    match = re.fullmatch(r'\s*"?([0-9A-Fa-f]{18,20})"?\s*', text)
    if match is None:
        return None
    digits = match[1].upper()
    if not digits.startswith("89"):
        even = digits if len(digits) % 2 == 0 else f"{digits}F"
        digits = "".join(even[at + 1] + even[at] for at in range(0, len(even), 2))
    digits = digits.rstrip("F")
    return digits if digits.startswith("89") and len(digits) >= 18 else None


def parse_iccid_file(line: str) -> str | None:
    """Read the answer to a `+CRSM` that reads the file EF-ICCID, in which nibbles are swapped."""
    values = fields(body(line, "+CRSM:") or "")
    return parse_iccid(values[2]) if len(values) > 2 and values[0] in ("144", "145") else None


def parse_imei(line: str) -> str | None:
    """Find an IMEI in a line: 15 digits with a right check digit, and not all the same."""
    for match in re.finditer(r"(?<!\d)\d{15}(?!\d)", line):
        digits = match[0]
        if len(set(digits)) > 1 and _check_sum(digits) % 10 == 0:
            return digits
    return None


def _check_sum(digits: str) -> int:
    """Add up as ISO/IEC 7812 annex B does (TS 23.003 annex B names it for the IMEI)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return sum(map(int, digits[-1::-2])) + sum(value // 10 + value % 10 for value in doubled)


def parse_imsi(line: str) -> str | None:
    """Find an IMSI in a line: 6 to 15 digits."""
    match = re.fullmatch(r'(?:\+CIMI:)?\s*"?(\d{6,15})"?', line)
    return match[1] if match else None


def parse_own_numbers(lines: Iterable[str]) -> list[str]:
    """Read `+CNUM:` lines; entries without a number are left out."""
    found = []
    for line in lines:
        values = fields(body(line, "+CNUM:") or "")
        if len(values) > 1 and (number := from_ucs2(values[1])):
            is_bare = values[2:3] == ["145"] and number[:1].isdigit()
            found.append(f"+{number}" if is_bare else number)
    return found


def parse_smsc(line: str) -> str | None:
    """Read the service centre's number of `+CSCA:`, whatever `+CSCS` made of it."""
    if (text := body(line, "+CSCA:")) is None:
        return None
    number = from_ucs2(fields(text)[0])
    if len(number) >= 16 and re.fullmatch(r"(?:2[Bb])?(?:3\d)+", number):
        number = bytes.fromhex(number).decode("ascii")
    return number if re.fullmatch(r"\+?\d{2,20}", number) else None

"""Keep numbers, texts, secrets and PDUs out of logs and diagnostics."""

import re
from typing import Final

HIDDEN: Final = "**"

# A PDU holds the number with its digits swapped, and the text.
_PDU = re.compile(r"[0-9A-Fa-f]{24,}")
# Telephone numbers, IMEI, IMSI, ICCID; four digits may be a PIN.
_DIGITS = re.compile(r"\+?\d(?:[ .()/-]?\d){4,}")
# Two letters in quotes name a storage; everything longer may be a text, a number or a PIN.
_QUOTED = re.compile(r'"[^"]{3,}"?')
_SECRET = re.compile(r"(AT[+^]C?PIN2?=|AT\+CLCK=|AT\+CPWD=|ATD).*", re.IGNORECASE)
# The serial number of a device stands in its path, and a login may stand in a URL.
_LOGIN = re.compile(r"//[^/@\s]*@")


def redact_number(number: str) -> str:
    """Leave the last two characters of a number, so that two can be told apart."""
    return f"{HIDDEN}{number[-2:]}" if len(number) > 4 else HIDDEN


def redact_pdu(pdu: str) -> str:
    """Leave of a PDU how long it is."""
    return f"<{len(pdu) // 2} octets>"


def redact_text(text: str) -> str:
    """Leave of a text how long it is."""
    return f"<{len(text)} characters>"


def redact_line(line: str) -> str:
    """Make a line to or from a gateway fit for a log.

    What has no name of a command or answer in front may be a text, and is only counted.
    """
    if match := _SECRET.match(line):
        return match[1] + HIDDEN
    if _PDU.fullmatch(line):
        return redact_pdu(line)
    if not line.startswith(("AT", "+", "^", "OK", "ERROR", "RING", "NO ")):
        return redact_text(line)
    line = _LOGIN.sub(f"//{HIDDEN}@", line)
    line = _PDU.sub(lambda match: redact_pdu(match[0]), line)
    return _DIGITS.sub(HIDDEN, _QUOTED.sub(f'"{HIDDEN}"', line))

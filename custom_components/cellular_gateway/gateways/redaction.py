"""Keep numbers, texts, secrets and PDUs out of logs and diagnostics."""

import re
from typing import Final

HIDDEN: Final = "**"

# A PDU holds the number with its digits swapped, and the text.
_PDU = re.compile(r"[0-9A-Fa-f]{24,}")
# Telephone numbers, IMEI, IMSI, ICCID; four digits may be a PIN.
_DIGITS = re.compile(r"\+?\d(?:[ .()/-]?\d){4,}")
# Two letters in quotes name a storage; everything longer may be a text, a number or a PIN.
_QUOTED = re.compile(r'"([^"]*)"?')
# Several commands may stand on one line (ITU-T V.250 clause 5.2.1); of the basic ones, D dials.
_SECRET = re.compile(
    r"([+^]C?PIN2?\s*=|\+CLCK\s*=|\+CPWD\s*=|(?:^AT|;)\s*(?:[A-CE-Z&]\d*(?:=\d*)?\s*)*D).*",
    re.IGNORECASE,
)
# Commands, answers and results; every other line may be a text, whatever word it begins with.
_NAMED = re.compile(
    r"AT(?:[+^*%$#].*|D.*|(?:&?[A-Z]\d+)*(?:&?[A-Z]\d*)?(?:=\d*)?(?:;.*)?)"
    r"|[+^][A-Z0-9]+(?: ERROR)?(?:[:=?].*)?"
    r"|OK|ERROR|RING|NO (?:CARRIER|ANSWER|DIAL ?TONE)"
)
# Some modems leave out the quotes, and a short number or a word of a text shows no other sign.
_USSD = re.compile(r"(\+CUSD[:=]\s*\d?)\s*,?(.*)")
_NUMBER = re.compile(r"(\+(?:CLIP|CCWA|COLP|CNUM):|\+CLCC:(?:[^,]*,){5}).*")
# The serial number of a device stands in its path, and a login may stand in a URL.
_LOGIN = re.compile(r"//[^/@\s]*@")


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
    if _PDU.fullmatch(line):
        return redact_pdu(line)
    if not _NAMED.fullmatch(line):
        return redact_text(line)
    if line.startswith("AT"):
        line = _SECRET.sub(rf"\1{HIDDEN}", line)
    line = _USSD.sub(_redact_ussd, line)
    line = _NUMBER.sub(rf"\1 {HIDDEN}", line)
    line = _LOGIN.sub(f"//{HIDDEN}@", line)
    line = _PDU.sub(lambda match: redact_pdu(match[0]), line)
    return _DIGITS.sub(HIDDEN, _QUOTED.sub(_redact_quoted, line))


def _redact_ussd(match: re.Match[str]) -> str:
    """Leave the status, and how long the string and its coding are."""
    return f"{match[1]},{redact_text(match[2])}" if match[2] else match[1]


def _redact_quoted(match: re.Match[str]) -> str:
    """Leave a string that is too short to say anything."""
    return match[0] if len(match[1]) < 3 else f'"{HIDDEN}"'

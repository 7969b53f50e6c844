"""Takes whatever tells who somebody is, and what was written, out of a dialogue with a modem.

A line stays as it is only where it is known that it holds nothing of the kind; all else is replaced
by something of the same length and look, so that the dialogue can still be played.
"""

from collections.abc import Iterable
import re
from typing import Final

from custom_components.cellular_gateway.gateways.at_modem.codec.messages import parse_pdu
from custom_components.cellular_gateway.gateways.at_modem.codec.results import parse_final
from custom_components.cellular_gateway.gateways.at_modem.codec.ussd import UssdLines
from custom_components.cellular_gateway.gateways.at_modem.quirks import looks_unsolicited
from custom_components.cellular_gateway.sms.tpdu import Alphabet, DataCoding

from .disguise import Disguise, swapped
from .pdu import disguised_pdu, disguised_septets
from .tape import Line

_ATTEMPTS: Final = 5

_PARTS: Final = re.compile(r"([\r\n]*)([^\r\n]*)([\r\n]*)")
_NAMED: Final = re.compile(r"([+^*%$#&][A-Za-z][\w ]*:)(.*)")

# What these say is about the modem and the network, not about a person.
_HARMLESS: Final = re.compile(
    r"(?:\+(?:C(?:CLK|EDRXS|ESQ|FUN|GSMS|MGF|MTI|DSI|NMI|OPS|PIN[CR]?|PMS|PSMS|RING|SCS|SMS|SQ)"
    r"|CTZ[EV]|GCAP|QIND|QPINC|SPIC|UPINCNT|ZPINPUK)|\*PSUTTZ|#PCT"
    r"|\^(?:CPIN|HCSQ|MODE|RSSI|SIMST|SRVST)):"
)
_IDENTITY: Final = re.compile(r"ATI|AT\+C?G(?:MI|MM|MR|CAP)")
_SERIAL_NUMBER: Final = re.compile(r"AT\+C?GSN")
_REGISTRATION: Final = re.compile(r"\+C(?:5G|E|G)?REG:")
_MESSAGE: Final = re.compile(r"\+(?:CMG[LR]|CMT|CDS|CBM):")
_LENGTH: Final = re.compile(r",?\s*(\d+)\s*$")

_CELL: Final = re.compile(r'(?<=")[0-9A-Fa-f]+|(?<![0-9A-Fa-f"])[0-9A-Fa-f]{3,}')
_TOKEN: Final = re.compile(r'"([^"]*)("?)|([^\s,;:()"]+)')
_SHORT_NUMBER: Final = re.compile(r"\d{1,4}")
# Storages, character sets and kinds of connections; none of them is a name.
_WORDS: Final = frozenset(
    {"SM", "ME", "MT", "SR", "IRA", "GSM", "UCS2", "IP", "IPV6", "IPV4V6", "PPP", "READY"}
)
# A version may have a date in it; 13 digits and more are the number of one device.
_DEVICE_NUMBER: Final = re.compile(r"(?<!\d)\d{13,}(?!\d)")
_LABEL: Final = re.compile(r"(.*\b(?:IMEI|MEID|ESN|S/?N|serial)\b[^:]*:\s*)(.+)", re.IGNORECASE)
_ALPHANUMERIC: Final = re.compile(r"[0-9A-Za-z]{5,}")

# A text in quotes or hexadecimal digits, with its coding; a text that goes on or has no quotes.
_USSD: Final = re.compile(
    r'(\s*[0-5]\s*,\s*")(.*)("\s*(?:,\s*(\d{1,3})?\s*)?)'
    r"|(\s*[0-5]\s*,\s*)([0-9A-Fa-f]{6,})(\s*(?:,\s*(\d{1,3})?\s*)?)"
)
_OPEN_USSD: Final = re.compile(r'(\s*[0-5]\s*(?:,\s*"?)?)(.*)')
_LONG_NUMBER: Final = re.compile(r"\d{5,}")
_PACKED: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){3,}")
_UCS2: Final = re.compile(r"(?:0[0-9A-Fa-f]{3})+")


class RedactionError(Exception):
    """Something that had to go is still there."""


class Redaction:
    """Goes through a dialogue line by line; the same value becomes the same everywhere."""

    def __init__(self) -> None:
        """Start with nothing replaced."""
        self.disguise = Disguise()
        self._command = ""
        self._length: int | None = None
        self._text_follows = False
        self._ussd = UssdLines()

    def line(self, line: Line) -> Line:
        """Redact one line; the commands of the host hold nothing that would have to go."""
        if line.speaker == "host":
            self._command = line.text.strip("\x1b\r\n ")
        if line.speaker != "modem" or (match := _PARTS.fullmatch(line.text)) is None:
            return line
        redacted = self._body(match[2]) if match[2].strip() else match[2]
        return Line(line.ms, line.speaker, f"{match[1]}{redacted}{match[3]}")

    def again(self, line: Line) -> Line:
        """Replace, in a line that seemed harmless, what turned out to be somebody's number."""
        if line.speaker != "modem":
            return line
        return Line(line.ms, line.speaker, self.disguise.known(line.text))

    def _body(self, text: str) -> str:
        """Redact what stands between line ends."""
        if self._command and text.endswith(self._command):
            return self._command.rjust(len(text))
        if self._ussd.is_open and (looks_unsolicited(text) or parse_final(text)):
            self._ussd.end()
        if self._ussd.is_open:
            self._ussd.take(text)
            return self._last_of_ussd(text)
        if (match := _NAMED.fullmatch(text)) and not parse_final(text):
            return match[1] + self._named(match[1], match[2])
        if parse_pdu(text):
            return self._pdu(text)
        text_follows, self._text_follows = self._text_follows, False
        if text_follows and not parse_final(text):
            return self.disguise.letters(text)
        if parse_final(text) or looks_unsolicited(text):
            return _LONG_NUMBER.sub(lambda match: self.disguise.digits(match[0]), text)
        return self._answer(text)

    def _named(self, name: str, values: str) -> str:
        """Redact an answer or a notice by its name."""
        if _MESSAGE.match(name):
            length = _LENGTH.search(values)
            self._length = int(length[1]) if length else None
            self._text_follows = True
        if name == "+CUSD:":
            return self._first_of_ussd(values)
        if self._is_own_answer(name):
            return self._answer(values)
        if _HARMLESS.fullmatch(name) or self._command.upper() == f"AT{name[:-1]}=?":
            return values
        if _REGISTRATION.match(name):
            return _CELL.sub(lambda match: self.disguise.cell(match[0]), values)
        text, blank, pdu = values.rpartition(" ")
        if blank and parse_pdu(pdu):
            return self._values(text) + blank + self._pdu(pdu)
        return self._values(values)

    def _is_own_answer(self, name: str) -> bool:
        """Whether a name is that of the question who the modem is."""
        asked = _IDENTITY.fullmatch(self._command) or _SERIAL_NUMBER.fullmatch(self._command)
        return asked is not None and self._command == f"AT{name[:-1]}"

    def _answer(self, text: str) -> str:
        """Redact a line without a name: who made the modem may stay, anything else may not."""
        if _SERIAL_NUMBER.fullmatch(self._command):
            return self._serials(text)
        if _IDENTITY.fullmatch(self._command):
            if label := _LABEL.fullmatch(text):
                return label[1] + self._serials(label[2])
            return self.identity(text)
        return self.disguise.token(text)

    def identity(self, text: str) -> str:
        """Redact maker, model or version, in which a serial number may stand."""
        return _DEVICE_NUMBER.sub(lambda match: self.disguise.digits(match[0]), text)

    def _serials(self, text: str) -> str:
        """Replace each serial number in a line."""
        return _ALPHANUMERIC.sub(lambda match: self.disguise.serial(match[0]), text)

    def _values(self, text: str) -> str:
        """Redact parameters, of which only short numbers and some words are harmless."""
        return _TOKEN.sub(self._value, text)

    def _value(self, match: re.Match[str]) -> str:
        """Redact one parameter, in quotes or not."""
        if match[3] is not None:
            is_harmless = _SHORT_NUMBER.fullmatch(match[3]) or match[3] in _WORDS
            return match[3] if is_harmless else self.disguise.token(match[3])
        text = match[1]
        is_harmless = len(text) < 2 or text in _WORDS
        return f'"{text if is_harmless else self.disguise.token(text)}{match[2]}'

    def _pdu(self, text: str) -> str:
        """Redact a PDU, which a quote may follow."""
        length, self._length, self._text_follows = self._length, None, False
        pdu = text.rstrip('"')
        return disguised_pdu(pdu, length, self.disguise) + text[len(pdu) :]

    def _first_of_ussd(self, values: str) -> str:
        """Redact what a network says, or its first line."""
        if self._ussd.begins(f"+CUSD:{values}"):
            self._ussd.take(f"+CUSD:{values}")
        elif match := _USSD.fullmatch(values):
            before, text, behind, coding = match.groups()[:4] if match[1] else match.groups()[4:]
            return before + self._ussd_string(text, int(coding) if coding else None) + behind
        if match := _OPEN_USSD.fullmatch(values):
            return match[1] + self.disguise.letters(match[2])
        return self.disguise.letters(values)

    def _last_of_ussd(self, text: str) -> str:
        """Redact a further line of what a network says; behind the quote is the coding."""
        said, quote, rest = text.rpartition('"')
        return self.disguise.letters(said if quote else text) + (quote + rest if quote else "")

    def _ussd_string(self, text: str, coding: int | None) -> str:
        """Replace a text of the network by one that is written in the same way."""
        if not _PACKED.fullmatch(text) or text.isdigit():
            return self.disguise.numbers(text) if text.isdigit() else self.disguise.letters(text)
        octets = bytes.fromhex(text)
        is_ucs2 = _UCS2.fullmatch(text) is not None
        if coding is not None and coding < 256:
            is_ucs2 = is_ucs2 or DataCoding.from_octet(coding).alphabet is Alphabet.UCS2
        if is_ucs2:
            letters = self.disguise.letters(text)[: len(octets) // 2]
            fake = letters.encode("utf-16-be").ljust(len(octets), b"\0").hex()
        else:
            fake = disguised_septets(octets, 0, len(octets) * 8 // 7, self.disguise).hex()
        return fake.upper() if text == text.upper() else fake


def leaks(lines: Iterable[Line], values: Iterable[str]) -> list[str]:
    """Return which of the values are in what the modem said, as they are or in semi-octets."""
    said = "\n".join(line.text.upper() for line in lines if line.speaker == "modem")
    return [value for value in values if value.upper() in said or swapped(value) in said]


def redact(lines: Iterable[Line]) -> tuple[list[Line], Redaction]:
    """Redact a dialogue; return what did it too, for values that belong to the dialogue.

    Raises RedactionError when a number that was replaced in one place is left in another.
    """
    lines = list(lines)
    for _ in range(_ATTEMPTS):
        redaction = Redaction()
        redacted = [redaction.line(line) for line in lines]
        redacted = [redaction.again(line) for line in redacted]
        # What was made up may hold, by chance, what was there.
        if not (left := leaks(redacted, redaction.disguise.telling)):
            return redacted, redaction
    raise RedactionError(f"{len(left)} numbers are left in it")

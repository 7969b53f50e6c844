"""Takes numbers, times and texts out of a PDU so that it can still be decoded (TS 23.040)."""

import re
from typing import Final

from custom_components.cellular_gateway.sms.tpdu import Alphabet, DataCoding, ElementIdentifier

from .disguise import Disguise, swapped

_DELIVER: Final = 0
_SUBMIT: Final = 1
_STATUS_REPORT: Final = 2

# The kind of an address that is a name in septets (TS 23.040 clause 9.1.2.5).
_ALPHANUMERIC: Final = 0x50
# Of these the data are numbers of parts, ports and alphabets.
_HARMLESS_ELEMENTS: Final = frozenset(ElementIdentifier)


def disguised_pdu(pdu: str, length: int | None, disguise: Disguise) -> str:
    """Return a PDU of the same length and kind with another's numbers, times and text.

    `length` is the number of TPDU octets that the modem announced. What cannot be understood
    becomes digits of the same count.
    """
    if len(pdu) % 2:
        return disguise.hexadecimal(pdu)
    octets = bytearray.fromhex(pdu)
    try:
        _Pdu(octets, disguise).disguise(has_smsc=length != len(octets))
    except IndexError:
        return disguise.hexadecimal(pdu)
    text = octets.hex()
    return text if pdu == pdu.lower() else text.upper()


def disguised_septets(octets: bytes, first: int, count: int, disguise: Disguise) -> bytes:
    """Replace packed septets from one on by letters; the bits behind them are cleared."""
    number = int.from_bytes(octets, "little")
    text = disguise.letters(octets.hex())
    for septet in range(first, count):
        # The small letters have the same codes in GSM 7 bit and ASCII (TS 23.038 clause 6.2.1).
        number &= ~(0x7F << 7 * septet)
        number |= ord(text[septet]) << 7 * septet
    number &= (1 << 7 * count) - 1
    return number.to_bytes(len(octets), "little")


class _Pdu:
    """Walks through the octets of a PDU and changes them; IndexError when they end too soon."""

    def __init__(self, octets: bytearray, disguise: Disguise) -> None:
        """Start at the first octet."""
        self._octets = octets
        self._disguise = disguise
        self._at = 0

    def _octet(self) -> int:
        """Pass one octet, and return it."""
        self._at += 1
        return self._octets[self._at - 1]

    def _slice(self, count: int) -> slice:
        """Pass some octets."""
        if self._at + count > len(self._octets):
            raise IndexError
        self._at += count
        return slice(self._at - count, self._at)

    def disguise(self, *, has_smsc: bool) -> None:
        """Change the whole."""
        if has_smsc and (count := self._octet()):
            self._octet()
            self._semi_octets(self._slice(count - 1))
        first = self._octet()
        kind = first & 3
        if kind == _DELIVER:
            self._address()
            self._octet()
            coding = self._octet()
            self._time()
            self._user_data(coding, has_header=bool(first & 0x40))
        elif kind == _SUBMIT:
            self._submit(first)
        elif kind == _STATUS_REPORT:
            self._report(first)
        else:
            raise IndexError
        self._padding()

    def _submit(self, first: int) -> None:
        """Change a message that was stored to be sent (clause 9.2.2.2)."""
        self._octet()
        self._address()
        self._octet()
        coding = self._octet()
        match first >> 3 & 3:
            case 2:
                self._octet()
            case 1:
                self._slice(7)
            case 3:
                self._time()
        self._user_data(coding, has_header=bool(first & 0x40))

    def _report(self, first: int) -> None:
        """Change a status report; what it has behind the status need not be there (9.2.2.3)."""
        self._octet()
        self._address()
        self._time()
        self._time()
        self._octet()
        if self._at == len(self._octets):
            return
        present = self._octet()
        if present & 1:
            self._octet()
        coding = self._octet() if present & 2 else 0
        if present & 4:
            self._user_data(coding, has_header=bool(first & 0x40))

    def _semi_octets(self, where: slice) -> None:
        """Change the digits of a number; what is no digit stays."""
        digits = swapped(self._octets[where].hex().upper())
        fake = re.sub(r"\d+", lambda match: self._disguise.digits(match[0]), digits)
        self._octets[where] = bytes.fromhex(swapped(fake))

    def _address(self) -> None:
        """Change an address (clause 9.1.2.5)."""
        count = self._octet()
        kind = self._octet()
        where = self._slice((count + 1) // 2)
        if kind & 0x70 == _ALPHANUMERIC:
            octets = bytes(self._octets[where])
            self._octets[where] = disguised_septets(octets, 0, count * 4 // 7, self._disguise)
        else:
            self._semi_octets(where)

    def _time(self) -> None:
        """Change a time stamp, but not its zone; what is no time stays (clause 9.2.3.11)."""
        where = self._slice(7)
        digits = swapped(self._octets[where].hex().upper())
        stamp = re.fullmatch(
            r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(..)",
            digits,
        )
        if stamp is not None:
            random = self._disguise.random(digits, 4)
            day, hour, minute, second = (
                value % limit for value, limit in zip(random, (28, 24, 60, 60), strict=True)
            )
            fake = f"2001{day + 1:02}{hour:02}{minute:02}{second:02}{stamp[1]}"
            self._octets[where] = bytes.fromhex(swapped(fake))

    def _user_data(self, coding_octet: int, *, has_header: bool) -> None:
        """Change the text, and of the header what is not known to be harmless (9.2.3.24)."""
        coding = DataCoding.from_octet(coding_octet)
        is_septets = coding.alphabet is Alphabet.GSM7 and not coding.compressed
        length = self._octet()
        size = (length * 7 + 7) // 8 if is_septets else length
        begin = self._at
        if size > len(self._octets) - begin:
            raise IndexError
        header = self._header() if has_header and size else 0
        if header > size:
            raise IndexError
        self._at = begin + size
        where = slice(begin, self._at)
        octets = bytes(self._octets[where])
        if is_septets:
            fake = disguised_septets(octets, (header * 8 + 6) // 7, length, self._disguise)
        else:
            fake = octets[:header] + self._characters(octets[header:], coding)
        self._octets[where] = fake

    def _header(self) -> int:
        """Clear the elements that may hold a part of the text; return the header's length."""
        begin = self._at
        end = begin + self._octet() + 1
        while self._at < end:
            identifier = self._octet()
            where = self._slice(self._octet())
            if identifier not in _HARMLESS_ELEMENTS:
                self._octets[where] = bytes(where.stop - where.start)
        return end - begin

    def _characters(self, octets: bytes, coding: DataCoding) -> bytes:
        """Replace octets by letters, two octets each where they are UCS-2."""
        letters = self._disguise.letters(octets.hex())[: len(octets)].encode()
        if coding.alphabet is Alphabet.UCS2 and not coding.compressed and len(octets) % 2 == 0:
            return b"".join(bytes((0, letter)) for letter in letters[: len(octets) // 2])
        return letters

    def _padding(self) -> None:
        """Clear what a modem handed over behind the message."""
        rest = slice(self._at, len(self._octets))
        self._octets[rest] = b"\xff" * (rest.stop - rest.start)

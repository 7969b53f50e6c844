"""Address, time stamp and data coding fields (3GPP TS 23.040 clause 9.1.2, TS 23.038)."""

from datetime import datetime, timedelta, timezone
from enum import IntEnum

from .. import alphabet

INTERNATIONAL = 0x91
UNKNOWN_TYPE = 0x81
ALPHANUMERIC = 0xD0
_DIGITS = "0123456789*#abc"


class PduError(ValueError):
    """The octets are no TPDU of the kind asked for; the text says what is wrong."""


class Alphabet(IntEnum):
    """The character set of user data, as bits 3 and 2 of the data coding scheme."""

    GSM7 = 0
    DATA8 = 1
    UCS2 = 2


class Reader:
    """Takes octets off a TPDU, with one clear error at its end."""

    def __init__(self, octets: bytes) -> None:
        """Start at the first octet."""
        self._octets = octets
        self._position = 0

    def take(self, count: int) -> bytes:
        """Return the next `count` octets."""
        end = self._position + count
        if end > len(self._octets):
            raise PduError("TPDU is cut off")
        taken = self._octets[self._position : end]
        self._position = end
        return taken

    def octet(self) -> int:
        """Return the next octet as a number."""
        return self.take(1)[0]

    def rest(self) -> bytes:
        """Return what is left."""
        return self.take(len(self._octets) - self._position)


def encode_address(number: str) -> bytes:
    """Return an address field: digit count, type of address, digits (clause 9.1.2.5)."""
    digits = number.removeprefix("+").lower()
    if digits and all(digit in _DIGITS for digit in digits):
        kind = INTERNATIONAL if number.startswith("+") else UNKNOWN_TYPE
        return bytes([len(digits), kind]) + encode_digits(digits)
    try:
        codes = alphabet.encode(number)
    except KeyError as error:
        raise PduError("the name has a character outside of the default alphabet") from error
    octets = alphabet.pack(codes)
    return bytes([(7 * len(codes) + 3) // 4, ALPHANUMERIC]) + octets


def encode_digits(digits: str) -> bytes:
    """Return digits as swapped semi-octets, filled up with F."""
    codes = [_DIGITS.index(digit) for digit in digits]
    if len(codes) % 2:
        codes.append(0xF)
    return bytes(high << 4 | low for low, high in zip(codes[::2], codes[1::2], strict=True))


def decode_address(kind: int, length: int, octets: bytes) -> str:
    """Return the number or the name in an address value of `length` semi-octets."""
    if kind & 0x70 == 0x50:
        return alphabet.decode(alphabet.unpack(octets, length * 4 // 7))
    digits = ""
    for octet in octets:
        digits += "".join((_DIGITS + "?")[nibble] for nibble in (octet & 0xF, octet >> 4))
    prefix = "+" if kind & 0x70 == 0x10 else ""
    return prefix + digits[:length]


def encode_smsc(number: str) -> bytes:
    """Return the service centre address that modems put before a TPDU (TS 27.005 3.1)."""
    if not number:
        return b"\x00"
    digits = encode_digits(number.removeprefix("+"))
    kind = INTERNATIONAL if number.startswith("+") else UNKNOWN_TYPE
    return bytes([len(digits) + 1, kind]) + digits


def split_smsc(octets: bytes) -> tuple[str, bytes]:
    """Return the service centre number ("" for the SIM's own) and the TPDU behind it."""
    if not octets or len(octets) < octets[0] + 2:
        raise PduError("service centre address is longer than the PDU")
    end = octets[0] + 1
    if end <= 2:
        return "", octets[end:]
    digits = octets[2:end]
    length = 2 * len(digits) - (digits[-1] >> 4 == 0xF)
    return decode_address(octets[1], length, digits), octets[end:]


def encode_timestamp(moment: datetime) -> bytes:
    """Return a time stamp in semi-octets with its zone in quarter hours (9.2.3.11)."""
    offset = moment.utcoffset() or timedelta()
    quarters, rest = divmod(abs(offset), timedelta(minutes=15))
    if rest:
        raise PduError("the zone is no whole number of quarter hours")
    date = (moment.year % 100, moment.month, moment.day)
    fields = (*date, moment.hour, moment.minute, moment.second, quarters)
    octets = bytearray(field % 10 << 4 | field // 10 for field in fields)
    if offset < timedelta():
        octets[6] |= 0x08
    return bytes(octets)


def decode_timestamp(octets: bytes) -> datetime:
    """Return the aware time of seven semi-octet pairs; PduError when there is none."""
    if len(octets) != 7:
        raise PduError("time stamp is cut off")
    zone = octets[6]
    values = [10 * (octet & 0xF) + (octet >> 4) for octet in octets[:6]]
    quarters = 10 * (zone & 0x7) + (zone >> 4)
    offset = timedelta(minutes=15 * quarters) * (-1 if zone & 0x08 else 1)
    try:
        return datetime(
            2000 + values[0],
            values[1],
            values[2],
            values[3],
            values[4],
            values[5],
            tzinfo=timezone(offset),
        )
    except ValueError as error:
        raise PduError("time stamp is no date") from error


def message_class(coding: int) -> int | None:
    """Return the message class of a data coding scheme, None without one (TS 23.038 4)."""
    group = coding >> 4
    if group == 0xF or (group < 8 and group & 1):
        return coding & 0x03
    return None


def wants_storage(coding: int) -> bool:
    """Tell whether this is a message waiting indication to be stored (TS 23.038 4)."""
    return coding >> 4 in (0xD, 0xE)


def alphabet_of(coding: int) -> Alphabet:
    """Return the alphabet of a data coding scheme; reserved ones are 7 bit (TS 23.038 4)."""
    group = coding >> 4
    if group < 8:
        bits = coding >> 2 & 0x03
        return Alphabet(bits) if bits < 3 else Alphabet.GSM7
    if group == 0xE:
        return Alphabet.UCS2
    if group == 0xF and coding & 0x04:
        return Alphabet.DATA8
    return Alphabet.GSM7


def coding_for(kind: Alphabet, message_class: int | None = None) -> int:
    """Return the data coding scheme of an alphabet and a message class."""
    return kind << 2 | (0x10 | message_class if message_class is not None else 0)

"""Addresses: of the service centre, of senders and recipients (3GPP TS 23.040 clause 9.1.2.5)."""

from dataclasses import dataclass
from functools import lru_cache
import re
from typing import Final

from ..alphabet import decode_gsm7, encode_gsm7, pack, unpack
from ..errors import MessageError, MessageErrorReason
from ..numbers import NumberKind, number_kind

# Type of address: bit 7 set, type of number (international, national, …), numbering plan.
TYPE_UNKNOWN: Final = 0x81
TYPE_INTERNATIONAL: Final = 0x91
TYPE_NATIONAL: Final = 0xA1
TYPE_ALPHANUMERIC: Final = 0xD0

_INTERNATIONAL: Final = 1
_ALPHANUMERIC: Final = 5
_MAX_SEMI_OCTETS: Final = 20
# TS 24.011 clause 8.2.5.1: the type and at most ten octets of digits.
_MAX_SMSC_OCTETS: Final = 11

_SWAP: Final = bytes((octet & 15) << 4 | octet >> 4 for octet in range(256))
# Semi-octets above nine (TS 23.040 clause 9.1.2.3); 1111 ends the number.
_FROM_HEX: Final = str.maketrans("abcde", "*#abc")
_TO_HEX: Final = str.maketrans("*#abc", "abcde")
_DIALLED: Final = re.compile(r"[0-9*#]*")
_SEMI_OCTETS: Final = re.compile(r"[0-9*#abc]*")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as shown ("+49…", "ALPHA", "*100#"), and its type of address octet."""

    number: str
    type_of_address: int = TYPE_UNKNOWN

    @classmethod
    def from_number(cls, number: str, type_of_address: int | None = None) -> Address:
        """Return the address of a number, with the type that its form implies unless given."""
        return cls(number, _implied_type(number) if type_of_address is None else type_of_address)

    @property
    def kind(self) -> NumberKind:
        """Tell what sort of number it is."""
        if _type_of_number(self.type_of_address) == _ALPHANUMERIC:
            return NumberKind.ALPHANUMERIC
        return number_kind(self.number)

    def encode(self) -> bytes:
        """Return the address field; raises MessageError (invalid_number)."""
        if _type_of_number(self.type_of_address) == _ALPHANUMERIC:
            return self._encode_alphanumeric()
        digits = _dialled_digits(self.number)
        if len(digits) > _MAX_SEMI_OCTETS:
            raise MessageError(MessageErrorReason.INVALID_NUMBER, "more than 20 digits")
        return bytes((len(digits), self.type_of_address)) + encode_semi_octets(digits)

    def _encode_alphanumeric(self) -> bytes:
        """Return the field of a name: its length counts semi-octets in use."""
        try:
            septets = encode_gsm7(self.number)
        except MessageError as error:
            raise MessageError(MessageErrorReason.INVALID_NUMBER, "not in GSM 7 bit") from error
        semi_octets = (len(septets) * 7 + 3) // 4
        if semi_octets > _MAX_SEMI_OCTETS:
            raise MessageError(MessageErrorReason.INVALID_NUMBER, "name of more than 11 septets")
        return bytes((semi_octets, self.type_of_address)) + pack(septets)


def _type_of_number(type_of_address: int) -> int:
    """Return bits 6 to 4 of a type of address."""
    return type_of_address >> 4 & 7


def _implied_type(number: str) -> int:
    """Return the type of address that the form of a number implies."""
    if number.startswith("+"):
        return TYPE_INTERNATIONAL
    return TYPE_UNKNOWN if _DIALLED.fullmatch(number) else TYPE_ALPHANUMERIC


def _dialled_digits(number: str) -> str:
    """Return the semi-octets of a number as characters, without its plus sign."""
    digits = number.removeprefix("+")
    if not _SEMI_OCTETS.fullmatch(digits):
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "a character that is no digit")
    return digits


def encode_semi_octets(digits: str) -> bytes:
    """Return digits (0-9 * # a b c) two to an octet, the first in the low nibble."""
    text = digits.translate(_TO_HEX)
    return bytes.fromhex(text + "f" * (len(text) % 2)).translate(_SWAP)


def decode_semi_octets(octets: bytes, count: int) -> str:
    """Return at most `count` digits; 1111 ends the number early."""
    text = octets.translate(_SWAP).hex()[:count]
    return text if text.isdecimal() else text.partition("f")[0].translate(_FROM_HEX)


def decode_address(octets: bytes, position: int) -> tuple[Address, int]:
    """Return the address at a position and the position after it.

    Raises MessageError (malformed_pdu), or IndexError at the end of the octets.
    """
    semi_octets = octets[position]
    end = position + 2 + (semi_octets + 1) // 2
    if semi_octets > _MAX_SEMI_OCTETS or end > len(octets):
        raise MessageError(MessageErrorReason.MALFORMED_PDU, "address too long")
    return _decode_address(octets[position:end]), end


@lru_cache(maxsize=512)
def _decode_address(field: bytes) -> Address:
    """Return the address of a whole field; the same few senders write again and again."""
    semi_octets, type_of_address = field[0], field[1]
    type_of_number = _type_of_number(type_of_address)
    if type_of_number == _ALPHANUMERIC:
        return Address(_decode_name(field[2:], semi_octets), type_of_address)
    digits = decode_semi_octets(field[2:], semi_octets)
    plus = "+" if type_of_number == _INTERNATIONAL else ""
    return Address(plus + digits, type_of_address)


def _decode_name(octets: bytes, semi_octets: int) -> str:
    """Return an alphanumeric sender."""
    septets = unpack(octets, semi_octets * 4 // 7)
    # Some networks count whole octets, which makes an "@" of the spare bits after seven characters.
    if len(septets) == 8 and septets.endswith(b"\0"):
        septets = septets[:-1]
    return decode_gsm7(septets)


def encode_smsc(number: str | None) -> bytes:
    """Return the service centre field in front of a TPDU (TS 27.005): length in octets."""
    if not number:
        return b"\0"
    type_of_address = _implied_type(number)
    if type_of_address == TYPE_ALPHANUMERIC:
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "the service centre is no number")
    octets = encode_semi_octets(_dialled_digits(number))
    if len(octets) >= _MAX_SMSC_OCTETS:
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "more than 20 digits")
    return bytes((len(octets) + 1, type_of_address)) + octets


def decode_smsc(octets: bytes) -> tuple[str | None, int]:
    """Return the service centre (None when there is none) and the position after it."""
    length = octets[0]
    if length == 0:
        return None, 1
    if length > _MAX_SMSC_OCTETS or length >= len(octets):
        raise MessageError(MessageErrorReason.MALFORMED_PDU, "service centre too long")
    plus = "+" if _type_of_number(octets[1]) == _INTERNATIONAL else ""
    digits = decode_semi_octets(octets[2 : length + 1], 2 * length - 2)
    return (plus + digits if digits else ""), length + 1

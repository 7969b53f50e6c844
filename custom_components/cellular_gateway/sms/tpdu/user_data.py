"""User data: header, octets or septets, and text (3GPP TS 23.040 clauses 9.2.3.16 and 9.2.3.24)."""

from typing import Final, NamedTuple

from ..alphabet import decode_gsm7, decode_ucs2, pack, unpack
from ..errors import MessageError, MessageErrorReason
from .coding import Alphabet, DataCoding
from .header import UserDataHeader, decode_header

MAX_USER_DATA_OCTETS: Final = 140
MAX_USER_DATA_SEPTETS: Final = 160


class UserData(NamedTuple):
    """What follows TP-UDL, and where it ends.

    `data` is without the header: octets, or for GSM 7 bit text the septets, one per octet.
    `text` is None for binary and compressed data.
    """

    header: UserDataHeader | None
    data: bytes
    text: str | None
    end: int


def decode_user_data(
    octets: bytes, position: int, coding: DataCoding, *, has_header: bool
) -> UserData:
    """Return the user data whose length octet is at a position.

    Raises MessageError (malformed_pdu), or IndexError at the end of the octets.
    """
    length = octets[position]
    position += 1
    is_septets = coding.alphabet is Alphabet.GSM7 and not coding.compressed
    end = position + ((length * 7 + 7) // 8 if is_septets else length)
    if end > len(octets):
        raise MessageError(MessageErrorReason.MALFORMED_PDU, "user data shorter than announced")
    user_data = octets[position:end]
    if not has_header:
        if is_septets:
            septets = unpack(user_data, length)
            return UserData(None, septets, decode_gsm7(septets), end)
        return UserData(None, user_data, _octets_text(user_data, coding), end)
    header_octets = octets[position] + 1 if length else MAX_USER_DATA_OCTETS
    if header_octets > len(user_data):
        raise MessageError(MessageErrorReason.MALFORMED_PDU, "header longer than the user data")
    header = decode_header(user_data[1:header_octets])
    if is_septets:
        septets = _septets_after(user_data, length, header_octets)
        return UserData(header, septets, decode_gsm7(septets, *header.national_shifts), end)
    data = user_data[header_octets:]
    return UserData(header, data, _octets_text(data, coding), end)


def _octets_text(data: bytes, coding: DataCoding) -> str | None:
    """Return the text of user data in octets, None when it is no text."""
    return decode_ucs2(data) if coding.has_text else None


def _septets_after(user_data: bytes, length: int, header_octets: int) -> bytes:
    """Return the septets after a header; they begin at a septet boundary of the whole."""
    header_septets = (header_octets * 8 + 6) // 7
    count = max(length - header_septets, 0)
    return unpack(user_data[header_octets:], count, header_septets * 7 - header_octets * 8)


def user_data_length(coding: DataCoding, header: UserDataHeader | None, data: bytes) -> int:
    """Return TP-UDL: septets for GSM 7 bit text, octets for all else, both with the header."""
    header_octets = len(header.encode()) if header else 0
    if coding.alphabet is Alphabet.GSM7 and not coding.compressed:
        return (header_octets * 8 + 6) // 7 + len(data)
    return header_octets + len(data)


def encode_user_data(coding: DataCoding, header: UserDataHeader | None, data: bytes) -> bytes:
    """Return TP-UDL and the user data; raises MessageError (message_too_long)."""
    length = user_data_length(coding, header, data)
    head = header.encode() if header else b""
    if coding.alphabet is Alphabet.GSM7 and not coding.compressed:
        limit = MAX_USER_DATA_SEPTETS
        user_data = head + pack(data[:limit], -8 * len(head) % 7)
    else:
        limit = MAX_USER_DATA_OCTETS
        user_data = head + data
    if length > limit:
        raise MessageError(MessageErrorReason.MESSAGE_TOO_LONG, "more than one message holds")
    return bytes((length,)) + user_data

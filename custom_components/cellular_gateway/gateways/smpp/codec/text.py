"""Texts in short messages: what data_coding says, and what it means where that is not agreed.

A data_coding of 0 is "the default alphabet of the service centre" (SMPP 3.4 clause 5.2.19), and
each has another: that is a setting. GSM 7 bit is one septet per octet, or packed as on the air.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from ....sms.alphabet import decode_gsm7, decode_ucs2, pack, unpack
from ....sms.errors import MessageError
from ....sms.tpdu import Alphabet, Concatenation, DataCoding, UserData, UserDataHeader
from ....sms.tpdu.header import decode_header

_CARRIAGE_RETURN: Final = b"\r"
_FILLERS: Final = (b"\0", _CARRIAGE_RETURN)
# Packing in turns of whole octets makes one stream of texts of any length.
_TURN_SEPTETS: Final = 160
_TURN_OCTETS: Final = 140

DEFAULT: Final = 0x00
UCS2: Final = 0x08
# Clause 5.2.19 leaves it to GSM (3GPP TS 23.038 clause 4): the default alphabet, class 0.
FLASH_GSM7: Final = 0xF0

# Codings of SMPP's own that are texts, and what reads them; the others are 8 bit data, or such
# that nobody agrees on.
_CODECS: Final = {
    0x01: "ascii",
    0x03: "latin-1",
    0x06: "iso8859_5",
    0x07: "iso8859_8",
    0x0A: "iso2022_jp",
    0x0E: "euc_kr",
}
# From here on data_coding is that of GSM: 0x10 to 0x1F in use though reserved, 0xC0 and up by
# the specification.
_GSM: Final = frozenset({*range(0x10, 0x20), *range(0xC0, 0x100)})


class DefaultAlphabet(StrEnum):
    """What a data_coding of 0 means to a service centre."""

    GSM7 = "gsm7"
    GSM7_PACKED = "gsm7_packed"
    LATIN1 = "latin1"


class Content(NamedTuple):
    """What a short message holds; `text` is None for what is no text."""

    text: str | None
    concatenation: Concatenation | None
    message_class: int | None


def data_coding(alphabet: Alphabet, default: DefaultAlphabet, *, flash: bool) -> int:
    """Return the data_coding of a text that is sent.

    There is none for UCS-2 or Latin-1 at once: then only an optional parameter can tell that.
    """
    if alphabet is Alphabet.UCS2:
        return UCS2
    return FLASH_GSM7 if flash and default is not DefaultAlphabet.LATIN1 else DEFAULT


def encode_septets(
    septets: bytes, text: str, header: UserDataHeader | None, default: DefaultAlphabet
) -> bytes:
    """Return header and text in the default alphabet; Latin-1 has every character of the text.

    The length is told in octets, so that seven spare bits would read as "@": a carriage return
    fills them, as in a USSD string (TS 23.038 clause 6.1.2.3.1).
    """
    head = header.encode() if header else b""
    if default is DefaultAlphabet.LATIN1:
        return head + text.encode("latin-1")
    if default is DefaultAlphabet.GSM7:
        return head + septets
    fill_bits = -8 * len(head) % 7
    if (fill_bits + 7 * len(septets)) % 8 == 1:
        septets += _CARRIAGE_RETURN
    if head:
        return head + pack(septets, fill_bits)
    turns = range(0, len(septets), _TURN_SEPTETS)
    return b"".join(pack(septets[turn : turn + _TURN_SEPTETS]) for turn in turns)


def decode(data: bytes, coding: int, default: DefaultAlphabet, *, has_header: bool) -> Content:
    """Return what a short message holds; whatever the octets are, it does not fail."""
    header = _split_header(data)[0] if has_header else None
    gsm = DataCoding.from_octet(coding) if coding in _GSM else None
    return Content(
        user_data(data, coding, default, has_header=has_header).text,
        header.concatenation if header else None,
        gsm.message_class if gsm else None,
    )


def user_data(data: bytes, coding: int, default: DefaultAlphabet, *, has_header: bool) -> UserData:
    """Return what a short message has of a text, with its octets where they can be joined."""
    header, body = _split_header(data) if has_header else (None, data)
    gsm = DataCoding.from_octet(coding) if coding in _GSM else None
    if codec := _CODECS.get(coding):
        return UserData(body.decode(codec, "replace"), body, None)
    if coding == UCS2 or (gsm is not None and gsm.alphabet is Alphabet.UCS2):
        return UserData(decode_ucs2(body), body, Alphabet.UCS2)
    if coding != DEFAULT and (gsm is None or gsm.alphabet is Alphabet.DATA8):
        return UserData(None, body, None)
    shifts = header.national_shifts if header else (0, 0)
    return _in_default(body, default, len(data) - len(body), shifts)


def _split_header(data: bytes) -> tuple[UserDataHeader | None, bytes]:
    """Return the user data header and what follows it; one that is longer than all is none."""
    end = data[0] + 1 if data else 1
    if end > len(data):
        return None, data
    return decode_header(data[1:end]), data[end:]


def _in_default(
    body: bytes, default: DefaultAlphabet, header_octets: int, shifts: tuple[int, int]
) -> UserData:
    """Return a text in the default alphabet; septets that are none are Latin-1 after all."""
    is_packed = default is DefaultAlphabet.GSM7_PACKED
    if default is DefaultAlphabet.LATIN1 or not (is_packed or body.isascii()):
        return UserData(body.decode("latin-1"), body, None)
    septets = _unpack(body, -8 * header_octets % 7) if is_packed else body
    return UserData(decode_gsm7(septets, *shifts), septets, Alphabet.GSM7, shifts)


def _unpack(octets: bytes, fill_bits: int) -> bytes:
    """Return packed septets, without the one that only fills; nothing where they are too many.

    Zeros fill a short message (TS 23.038 clause 6.1.2.1), which an "@" at the end looks like.
    """
    size = len(octets) if fill_bits else _TURN_OCTETS
    turns = [octets[start : start + size] for start in range(0, len(octets), size or 1)]
    try:
        septets = b"".join(
            unpack(turn, (8 * len(turn) - fill_bits) // 7, fill_bits) for turn in turns
        )
    except MessageError:
        return b""
    is_full = (8 * len(octets) - fill_bits) % 7 == 0
    return septets[:-1] if is_full and septets.endswith(_FILLERS) else septets

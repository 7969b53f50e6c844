"""The GSM 7 bit alphabets and UCS-2 (3GPP TS 23.038): characters to septets, septets to octets.

Septets are held one per octet; `pack` and `unpack` turn them into the stream of TS 23.038
clause 6.1.2 and back, with any number of fill bits in front (those after a user data header).
"""

from codecs import charmap_decode
from functools import cache
from typing import Final, NamedTuple

from .errors import MessageError, MessageErrorReason
from .tables import ESCAPE, LOCKING_SHIFT, SINGLE_SHIFT, NationalLanguage
from .transliteration import transliterate

__all__ = [
    "NationalLanguage",
    "decode_gsm7",
    "decode_ucs2",
    "encode_gsm7",
    "encode_ucs2",
    "is_gsm7",
    "not_in_gsm7",
    "pack",
    "pack_ussd",
    "transliterate",
    "unpack",
    "unpack_ussd",
]

_MAX_SEPTETS: Final = 256
_CARRIAGE_RETURN: Final = b"\r"


class _Alphabet(NamedTuple):
    """One pair of locking and single shift table, ready for use in both directions."""

    main: str
    escaped: str
    codes: dict[str, bytes]


@cache
def _alphabet(locking: int, single: int) -> _Alphabet:
    """Build a pair of tables; languages without a table take the default one (6.2.1.2.4)."""
    main = LOCKING_SHIFT.get(locking, LOCKING_SHIFT[0])
    shift = SINGLE_SHIFT.get(single, SINGLE_SHIFT[0])
    codes = {" ": b" "}
    for code, char in enumerate(main):
        if code != ESCAPE:
            codes.setdefault(char, bytes((code,)))
    for code, char in enumerate(shift):
        codes.setdefault(char, bytes((ESCAPE, code)))
    # What a single shift table does not have is read from the main one; an escape in either
    # place is shown as a space (TS 23.038 clause 6.2.1.1 notes 1 and 2).
    pairs = zip(main[:ESCAPE] + " " + main[ESCAPE + 1 :], shift, strict=True)
    escaped = "".join(normal if char == " " else char for normal, char in pairs)
    return _Alphabet(main, escaped, codes)


def decode_gsm7(septets: bytes, locking: int = 0, single: int = 0) -> str:
    """Return the text of septets; locking and single are national language identifiers.

    Never fails for septets below 128: codes without a character read as a space.
    """
    alphabet = _alphabet(locking, single)
    if ESCAPE not in septets:
        return charmap_decode(septets, "strict", alphabet.main)[0]
    pieces: list[str] = []
    start = 0
    while (position := septets.find(ESCAPE, start)) >= 0:
        pieces.append(charmap_decode(septets[start:position], "strict", alphabet.main)[0])
        code = septets[position + 1] if position + 1 < len(septets) else ESCAPE
        pieces.append(alphabet.escaped[code])
        start = position + 2
    pieces.append(charmap_decode(septets[start:], "strict", alphabet.main)[0])
    return "".join(pieces)


def encode_gsm7(text: str, locking: int = 0, single: int = 0) -> bytes:
    """Return the septets of a text; raises MessageError (text_not_encodable)."""
    codes = _alphabet(locking, single).codes
    try:
        return b"".join([codes[char] for char in text])
    except KeyError:
        raise MessageError(
            MessageErrorReason.TEXT_NOT_ENCODABLE, "a character is not in the GSM 7 bit alphabet"
        ) from None


def not_in_gsm7(text: str, locking: int = 0, single: int = 0) -> tuple[str, ...]:
    """Return the characters that the alphabet does not have, each once, as they come."""
    codes = _alphabet(locking, single).codes
    return tuple(char for char in dict.fromkeys(text) if char not in codes)


def is_gsm7(text: str) -> bool:
    """Tell whether the default alphabet and its extension have every character."""
    return not not_in_gsm7(text)


def encode_ucs2(text: str) -> bytes:
    """Return the UTF-16BE octets of a text; half a surrogate pair becomes a question mark."""
    return text.encode("utf-16-be", "replace")


def decode_ucs2(data: bytes) -> str:
    """Return the text of UTF-16BE octets; broken pairs become U+FFFD, an odd octet is dropped."""
    return data[: len(data) & ~1].decode("utf-16-be", "replace")


def _spread_steps() -> tuple[tuple[int, int, int], ...]:
    """Return (septets per half, mask of lower halves, mask of packed upper halves), widest first.

    A step moves the upper half of each block of 2n septets up by n bits; after the steps for
    n = 128 … 1 every septet has an octet of its own. Whole messages at once, as one integer,
    is what makes pure Python fast enough here.
    """
    steps = []
    half = _MAX_SEPTETS // 2
    while half:
        block = (1 << 7 * half) - 1
        lower = sum(block << offset for offset in range(0, 8 * _MAX_SEPTETS, 16 * half))
        steps.append((half, lower, lower << 7 * half))
        half //= 2
    return tuple(steps)


_STEPS: Final = _spread_steps()


def unpack(data: bytes, count: int, fill_bits: int = 0) -> bytes:
    """Return `count` septets (at most 256), one per octet; raises MessageError (malformed_pdu)."""
    if len(data) * 8 < count * 7 + fill_bits or count > _MAX_SEPTETS:
        raise MessageError(MessageErrorReason.MALFORMED_PDU, "fewer septets than announced")
    value = (int.from_bytes(data, "little") >> fill_bits) & ((1 << 7 * count) - 1)
    for half, lower, upper in _STEPS:
        if half < count:
            value = (value & lower) | ((value & upper) << half)
    return value.to_bytes(count, "little")


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Return septets (at most 256) packed into octets, after `fill_bits` zero bits."""
    count = len(septets)
    value = int.from_bytes(septets, "little")
    for half, lower, _ in reversed(_STEPS):
        if half < count:
            value = (value & lower) | ((value >> half) & (lower << 7 * half))
    return (value << fill_bits).to_bytes((count * 7 + fill_bits + 7) // 8, "little")


def pack_ussd(text: str) -> bytes:
    """Return a USSD string in GSM 7 bit octets (TS 23.038 clause 6.1.2.3.1).

    Seven spare bits would read as "@", so a carriage return fills them; a text that itself ends
    in one on an octet boundary gets a second.
    """
    septets = encode_gsm7(text)
    if len(septets) % 8 == 7 or (len(septets) % 8 == 0 and septets.endswith(_CARRIAGE_RETURN)):
        septets += _CARRIAGE_RETURN
    return pack(septets)


def unpack_ussd(data: bytes) -> str:
    """Return the text of a USSD string in GSM 7 bit octets, without the fill character."""
    septets = unpack(data, len(data) * 8 // 7)
    if len(septets) % 8 == 0 and septets.endswith(_CARRIAGE_RETURN):
        septets = septets[:-1]
    return decode_gsm7(septets)

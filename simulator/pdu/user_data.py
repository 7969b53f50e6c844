"""User data: texts and data, in one part or several (3GPP TS 23.040 clause 9.2.3.24)."""

from dataclasses import dataclass

from .. import alphabet
from .fields import Alphabet, PduError, Reader, alphabet_of, coding_for

MAX_USER_DATA = 140
CONCATENATION_8 = 0x00
CONCATENATION_16 = 0x08
PORTS_16 = 0x05
NATIONAL_SHIFTS = (0x24, 0x25)


@dataclass(frozen=True, slots=True)
class UserData:
    """User data with its length field and data coding scheme, ready for a TPDU.

    `length` counts septets with GSM 7 bit, octets otherwise (TS 23.040 clause 9.2.3.16).
    """

    coding: int
    length: int
    octets: bytes
    has_header: bool = False


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Which part of which long message this is (TS 23.040 clause 9.2.3.24.1 and .8)."""

    reference: int
    total: int
    number: int
    wide: bool = False


def split_text(
    text: str,
    *,
    reference: int = 0,
    kind: Alphabet | None = None,
    message_class: int | None = None,
    wide: bool = False,
) -> list[UserData]:
    """Return the user data of a text, in as many parts as it needs.

    A part is cut neither in an escape sequence nor in a surrogate pair.
    """
    kind = kind or (Alphabet.GSM7 if alphabet.is_gsm7(text) else Alphabet.UCS2)
    if kind is Alphabet.DATA8:
        raise PduError("a text needs an alphabet")
    coding = coding_for(kind, message_class)
    gsm7 = kind is Alphabet.GSM7
    units = [alphabet.septets(c) if gsm7 else c.encode("utf-16-be") for c in text]
    whole = b"".join(units)
    if len(whole) <= (160 if gsm7 else MAX_USER_DATA):
        return [_user_data(coding, whole, b"")]
    header_size = 7 if wide else 6
    room = MAX_USER_DATA - header_size
    bodies = _fill(units, room * 8 // 7 if gsm7 else room)
    if len(bodies) > 255:
        raise PduError("the text needs more than 255 parts")
    return [
        _user_data(coding, body, _concatenation_header(reference, len(bodies), number, wide))
        for number, body in enumerate(bodies, 1)
    ]


def _fill(units: list[bytes], room: int) -> list[bytes]:
    """Put whole units into bodies of at most `room` bytes each."""
    bodies: list[bytes] = [b""]
    for unit in units:
        if len(bodies[-1]) + len(unit) > room:
            bodies.append(b"")
        bodies[-1] += unit
    return bodies


def _concatenation_header(reference: int, total: int, number: int, wide: bool) -> bytes:
    """Return a user data header with one concatenation element, 8 or 16 bit."""
    if wide:
        return bytes(
            [6, CONCATENATION_16, 4, reference >> 8 & 0xFF, reference & 0xFF, total, number]
        )
    return bytes([5, CONCATENATION_8, 3, reference & 0xFF, total, number])


def _user_data(coding: int, body: bytes, header: bytes) -> UserData:
    """Put a header and septets (GSM 7 bit) or octets (else) together."""
    if alphabet_of(coding) is not Alphabet.GSM7:
        return UserData(coding, len(header) + len(body), header + body, bool(header))
    fill = -8 * len(header) % 7
    head = (8 * len(header) + 6) // 7
    return UserData(coding, head + len(body), header + alphabet.pack(body, fill), bool(header))


def binary(data: bytes, *, port: int | None = None) -> UserData:
    """Return 8 bit user data, with an application port (clause 9.2.3.24.4) if one is given."""
    header = b""
    if port is not None:
        header = bytes([6, PORTS_16, 4]) + port.to_bytes(2, "big") + b"\x00\x00"
    return _user_data(coding_for(Alphabet.DATA8), data, header)


def split_header(data: UserData) -> tuple[dict[int, bytes], bytes]:
    """Return the information elements and the septets or octets behind them."""
    gsm7 = alphabet_of(data.coding) is Alphabet.GSM7
    size = (7 * data.length + 7) // 8 if gsm7 else data.length
    if size != len(data.octets) or size > MAX_USER_DATA:
        raise PduError("user data length does not fit the user data")
    header_size = 1 + data.octets[0] if data.has_header and data.octets else 0
    if header_size > len(data.octets):
        raise PduError("user data header is longer than the user data")
    elements = _elements(data.octets[1:header_size])
    body = data.octets[header_size:]
    if gsm7:
        head = (8 * header_size + 6) // 7
        body = alphabet.unpack(body, max(0, data.length - head), -8 * header_size % 7)
    return elements, body


def _elements(octets: bytes) -> dict[int, bytes]:
    """Return the information elements of a header by their identifier."""
    reader = Reader(octets)
    elements: dict[int, bytes] = {}
    position = 0
    while position < len(octets):
        identifier, length = reader.octet(), reader.octet()
        elements[identifier] = reader.take(length)
        position += 2 + length
    return elements


def concatenation_of(elements: dict[int, bytes]) -> Concatenation | None:
    """Return the concatenation element, if there is a whole one."""
    if len(short := elements.get(CONCATENATION_8, b"")) == 3:
        return Concatenation(short[0], short[1], short[2])
    if len(long := elements.get(CONCATENATION_16, b"")) == 4:
        return Concatenation(int.from_bytes(long[:2]), long[2], long[3], wide=True)
    return None


def text_of(data: UserData, elements: dict[int, bytes], body: bytes) -> str | None:
    """Return the text, None for data, compressed text and national shift tables."""
    if data.coding >> 4 < 4 and data.coding & 0x20:
        return None
    match alphabet_of(data.coding):
        case Alphabet.UCS2:
            return body.decode("utf-16-be", "replace")
        case Alphabet.GSM7 if not any(shift in elements for shift in NATIONAL_SHIFTS):
            return alphabet.decode(body)
    return None

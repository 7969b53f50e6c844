"""User data between SMPP and the radio network, in the service centre's default alphabet."""

from datetime import datetime
from enum import StrEnum

from .. import alphabet
from ..pdu import (
    Alphabet,
    PduError,
    UserData,
    alphabet_of,
    coding_for,
    decode_address,
    decode_timestamp,
    encode_address,
    message_class,
    split_text,
)
from ..pdu.fields import Reader
from ..pdu.user_data import CONCATENATION_8, CONCATENATION_16, split_header
from .wire import (
    DESTINATION_SUBUNIT,
    HEADER,
    PAYLOAD,
    SAR_NUMBER,
    SAR_REFERENCE,
    SAR_TOTAL,
    Message,
)

_UCS2 = 0x08
_DATA = (0x02, 0x04)
_LATIN1 = (0x01, 0x03)
_CR = 0x0D
# dest_addr_subunit of the display: at once, and kept nowhere (clause 5.3.2.1).
_DISPLAY = b"\x01"


class Default(StrEnum):
    """What a data_coding of 0 means here: septets one per octet, packed ones, or Latin-1."""

    GSM7 = "gsm7"
    GSM7_PACKED = "gsm7_packed"
    LATIN1 = "latin1"


class Long(StrEnum):
    """How parts of long texts are delivered: with a header, with sar parameters, or as payload."""

    UDH = "udh"
    SAR = "sar"
    PAYLOAD = "payload"


def to_user_data(message: Message, default: Default, reference: int) -> list[UserData]:
    """Return what goes on the air for a submitted message; PduError when it cannot be read."""
    octets, header = message.content, b""
    if message.esm_class & HEADER:
        if not octets or len(octets) <= octets[0]:
            raise PduError("the header is longer than the message")
        header, octets = octets[: octets[0] + 1], octets[octets[0] + 1 :]
    elif message.options.keys() >= {SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER}:
        place = message.options[SAR_REFERENCE] + message.options[SAR_TOTAL]
        header = bytes([6, CONCATENATION_16, 4]) + place + message.options[SAR_NUMBER]
    coding = message.data_coding
    kind = _kind_of(coding)
    own_class = message_class(coding) if coding >= 0x10 else None
    if message.options.get(DESTINATION_SUBUNIT) == _DISPLAY:
        own_class = 0
    if kind is Alphabet.GSM7:
        body = _septets(octets, coding, default, len(header))
    else:
        body = octets
    if not header and len(body) > (160 if kind is Alphabet.GSM7 else 140):
        text = alphabet.decode(body) if kind is Alphabet.GSM7 else body.decode("utf-16-be")
        return split_text(text, reference=reference, kind=kind, message_class=own_class)
    return [_packed(coding_for(kind, own_class), header, body)]


def _kind_of(coding: int) -> Alphabet:
    """Return the alphabet that a data_coding asks for on the air (clause 5.2.19)."""
    if coding == _UCS2:
        return Alphabet.UCS2
    if coding in _DATA:
        return Alphabet.DATA8
    return alphabet_of(coding) if coding >= 0x10 else Alphabet.GSM7


def _septets(octets: bytes, coding: int, default: Default, header: int) -> bytes:
    """Return the septets, one per octet, of a text in the default alphabet or Latin-1."""
    if coding in _LATIN1 or default is Default.LATIN1:
        try:
            return alphabet.encode(octets.decode("latin-1"))
        except KeyError as error:
            raise PduError("not in the default alphabet of GSM") from error
    if default is Default.GSM7:
        if any(octet > 0x7F for octet in octets):
            raise PduError("an octet is no septet")
        return octets
    fill = -8 * header % 7
    count = (8 * len(octets) - fill) // 7
    septets = alphabet.unpack(octets, count, fill)
    is_full = 7 * count + fill == 8 * len(octets)
    return septets[:-1] if is_full and septets and septets[-1] == _CR else septets


def _packed(coding: int, header: bytes, body: bytes) -> UserData:
    """Return user data as on the air."""
    if alphabet_of(coding) is not Alphabet.GSM7:
        return UserData(coding, len(header) + len(body), header + body, bool(header))
    packed = alphabet.pack(body, -8 * len(header) % 7)
    length = (8 * len(header) + 6) // 7 + len(body)
    return UserData(coding, length, header + packed, bool(header))


def encode_submit(recipient: str, data: UserData, *, report: bool) -> bytes:
    """Return an SMS-SUBMIT with an empty service centre address (TS 23.040 clause 9.2.2.2)."""
    first = 0x01 | (0x20 if report else 0) | (0x40 if data.has_header else 0)
    return (
        bytes([0, first, 0])
        + encode_address(recipient)
        + bytes([0, data.coding, data.length])
        + data.octets
    )


def decode_deliver(tpdu: bytes) -> tuple[str, UserData]:
    """Return sender and user data of an SMS-DELIVER (clause 9.2.2.1); PduError."""
    reader = Reader(tpdu)
    first, length, kind = reader.octet(), reader.octet(), reader.octet()
    sender = decode_address(kind, length, reader.take((length + 1) // 2))
    reader.octet()
    coding = reader.octet()
    decode_timestamp(reader.take(7))
    return sender, UserData(coding, reader.octet(), reader.rest(), bool(first & 0x40))


def decode_status_report(tpdu: bytes) -> tuple[int, str, int, datetime, datetime]:
    """Return reference, recipient, status and both times of an SMS-STATUS-REPORT (9.2.2.3)."""
    reader = Reader(tpdu)
    reader.octet()
    reference, length, kind = reader.octet(), reader.octet(), reader.octet()
    recipient = decode_address(kind, length, reader.take((length + 1) // 2))
    sent_at = decode_timestamp(reader.take(7))
    discharged_at = decode_timestamp(reader.take(7))
    return reference, recipient, reader.octet(), sent_at, discharged_at


def from_user_data(data: UserData, default: Default, long: Long) -> Message:
    """Return the content of a deliver_sm; the addresses are still to be put in."""
    elements, body = split_header(data)
    header = data.octets[: data.octets[0] + 1] if data.has_header else b""
    options: dict[int, bytes] = {}
    if header and long is Long.SAR and (place := _place(elements)):
        options, header = place, b""
    coding = data.coding if message_class(data.coding) is not None else 0
    if not coding and alphabet_of(data.coding) is Alphabet.UCS2:
        coding = _UCS2
    if not coding and alphabet_of(data.coding) is Alphabet.DATA8:
        coding = _DATA[1]
    if alphabet_of(data.coding) is Alphabet.GSM7:
        body = _in_default(body, default, len(header))
    octets = header + body
    if long is Long.PAYLOAD:
        options, octets = {**options, PAYLOAD: octets}, b""
    return Message(
        esm_class=HEADER if header else 0, data_coding=coding, octets=octets, options=options
    )


def _place(elements: dict[int, bytes]) -> dict[int, bytes]:
    """Return the sar parameters of a concatenation element."""
    element = elements.get(CONCATENATION_16) or elements.get(CONCATENATION_8)
    if not element:
        return {}
    reference, total, number = element[:-2], element[-2:-1], element[-1:]
    return {SAR_REFERENCE: reference.rjust(2, b"\0"), SAR_TOTAL: total, SAR_NUMBER: number}


def _in_default(septets: bytes, default: Default, header: int) -> bytes:
    """Return septets in the default alphabet, packed ones with a CR over seven spare bits."""
    if default is Default.GSM7:
        return septets
    if default is Default.LATIN1:
        return alphabet.decode(septets).encode("latin-1", "replace")
    fill = -8 * header % 7
    if (fill + 7 * len(septets)) % 8 == 1:
        septets += bytes([_CR])
    return alphabet.pack(septets, fill)

"""Octets to message types (3GPP TS 23.040 clause 9.2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..alphabet import decode_gsm7, decode_ucs2
from ..errors import MessageError, MessageErrorReason
from .address import decode_address, decode_smsc
from .coding import Alphabet, DataCoding
from .flags import (
    HAS_HEADER,
    PRESENT_CODING,
    PRESENT_PROTOCOL_ID,
    PRESENT_USER_DATA,
    REJECT_DUPLICATES,
    REPLY_PATH,
    STATUS_REPORT,
    TYPE_DELIVER,
    TYPE_MASK,
    TYPE_STATUS_REPORT,
    TYPE_SUBMIT,
    VALIDITY_ABSOLUTE,
    VALIDITY_ENHANCED,
    VALIDITY_MASK,
    VALIDITY_RELATIVE,
)
from .header import UserDataHeader
from .pdu import DEFAULT_CODING, Deliver, StatusReport, Submit, UserData
from .timestamp import decode_enhanced_validity, decode_relative_validity, decode_timestamp
from .user_data import decode_user_data


def decode_incoming(pdu: str, *, length: int | None = None) -> Deliver | StatusReport:
    """Return the message of a PDU as `+CMGL`, `+CMT` and `+CDS` give it.

    `length` is the number of TPDU octets that the modem announced; it tells the dialect without a
    service centre field. Raises MessageError (malformed_pdu, unexpected_pdu_type), nothing else.
    """
    octets = _octets(pdu)
    try:
        smsc, position = _smsc(octets, length)
        message_type = octets[position] & TYPE_MASK
        if message_type == TYPE_DELIVER:
            return _decode_deliver(octets, position, smsc)
        if message_type == TYPE_STATUS_REPORT:
            return _decode_status_report(octets, position, smsc)
    except IndexError:
        raise _truncated() from None
    raise MessageError(MessageErrorReason.UNEXPECTED_PDU_TYPE, "neither message nor report")


def decode_outgoing(pdu: str, *, length: int | None = None) -> Submit:
    """Return the message of a PDU that was stored to be sent (STO UNSENT, STO SENT).

    Raises MessageError (malformed_pdu, unexpected_pdu_type), nothing else.
    """
    octets = _octets(pdu)
    try:
        smsc, position = _smsc(octets, length)
        if octets[position] & TYPE_MASK == TYPE_SUBMIT:
            return _decode_submit(octets, position, smsc)
    except IndexError:
        raise _truncated() from None
    raise MessageError(MessageErrorReason.UNEXPECTED_PDU_TYPE, "not a message to be sent")


def join_text(parts: Sequence[UserData]) -> str:
    """Return the text of all parts of a message, in their order.

    Some senders cut a surrogate pair or an escape sequence in two; it is whole again here, which
    joining the parts' texts cannot do. Parts without text add nothing.
    """
    alphabets = {part.alphabet for part in parts}
    shifts = {part.shifts for part in parts}
    data = b"".join(part.data for part in parts)
    if alphabets == {Alphabet.UCS2}:
        return decode_ucs2(data)
    if alphabets == {Alphabet.GSM7} and len(shifts) == 1:
        return decode_gsm7(data, *shifts.pop())
    return "".join(part.text or "" for part in parts)


def _octets(pdu: str) -> bytes:
    """Return the octets of a hexadecimal PDU."""
    try:
        return bytes.fromhex(pdu)
    except ValueError:
        raise MessageError(MessageErrorReason.MALFORMED_PDU, "not hexadecimal") from None


def _smsc(octets: bytes, length: int | None) -> tuple[str | None, int]:
    """Return the service centre and where the TPDU begins."""
    if length is not None and length == len(octets):
        return None, 0
    return decode_smsc(octets)


def _truncated() -> MessageError:
    """Return the error for octets that end too soon."""
    return MessageError(MessageErrorReason.MALFORMED_PDU, "ends too soon")


def _decode_deliver(octets: bytes, position: int, smsc: str | None) -> Deliver:
    """Return the SMS-DELIVER at a position."""
    first_octet = octets[position]
    originator, position = decode_address(octets, position + 1)
    coding = DataCoding.from_octet(octets[position + 1])
    sent_at = decode_timestamp(octets, position + 2)
    user_data = decode_user_data(
        octets, position + 9, coding, has_header=bool(first_octet & HAS_HEADER)
    )
    return Deliver(
        originator,
        coding,
        sent_at,
        user_data.data,
        user_data.text,
        user_data.header,
        smsc,
        octets[position],
        first_octet,
    )


def _decode_submit(octets: bytes, position: int, smsc: str | None) -> Submit:
    """Return the SMS-SUBMIT at a position."""
    first_octet, reference = octets[position], octets[position + 1]
    recipient, position = decode_address(octets, position + 2)
    protocol_id = octets[position]
    coding = DataCoding.from_octet(octets[position + 1])
    validity, position = _decode_validity(octets, position + 2, first_octet)
    user_data = decode_user_data(
        octets, position, coding, has_header=bool(first_octet & HAS_HEADER)
    )
    return Submit(
        recipient,
        coding,
        user_data.data,
        user_data.text,
        header=user_data.header,
        smsc=smsc,
        reference=reference,
        protocol_id=protocol_id,
        validity=validity,
        status_report=bool(first_octet & STATUS_REPORT),
        reject_duplicates=bool(first_octet & REJECT_DUPLICATES),
        reply_path=bool(first_octet & REPLY_PATH),
    )


def _decode_validity(
    octets: bytes, position: int, first_octet: int
) -> tuple[timedelta | datetime | None, int]:
    """Return the validity in the format that the flags tell, and the position after it."""
    validity_format = first_octet & VALIDITY_MASK
    if validity_format == VALIDITY_RELATIVE:
        return decode_relative_validity(octets[position]), position + 1
    if validity_format == VALIDITY_ABSOLUTE:
        return decode_timestamp(octets, position), position + 7
    if validity_format == VALIDITY_ENHANCED:
        return decode_enhanced_validity(octets[position : position + 7]), position + 7
    return None, position


def _decode_status_report(octets: bytes, position: int, smsc: str | None) -> StatusReport:
    """Return the SMS-STATUS-REPORT at a position."""
    first_octet, reference = octets[position], octets[position + 1]
    recipient, position = decode_address(octets, position + 2)
    sent_at = decode_timestamp(octets, position)
    discharged_at = decode_timestamp(octets, position + 7)
    status = octets[position + 14]
    try:
        optional = _decode_optional(octets, position + 15, bool(first_octet & HAS_HEADER))
    except IndexError, MessageError:
        # Networks cut or pad what follows the status; the report itself is whole.
        optional = _Optional()
    return StatusReport(
        reference,
        recipient,
        sent_at,
        discharged_at,
        status,
        smsc,
        first_octet,
        optional.protocol_id,
        optional.coding,
        optional.header,
        optional.data,
        optional.text,
    )


@dataclass(frozen=True, slots=True)
class _Optional:
    """The optional part of a status report."""

    protocol_id: int | None = None
    coding: DataCoding | None = None
    header: UserDataHeader | None = None
    data: bytes | None = None
    text: str | None = None


def _decode_optional(octets: bytes, position: int, has_header: bool) -> _Optional:
    """Return what the parameter indicator at a position announces."""
    if position >= len(octets):
        return _Optional()
    indicator = octets[position]
    position += 1
    protocol_id = coding = None
    if indicator & PRESENT_PROTOCOL_ID:
        protocol_id = octets[position]
        position += 1
    if indicator & PRESENT_CODING:
        coding = DataCoding.from_octet(octets[position])
        position += 1
    if not indicator & PRESENT_USER_DATA:
        return _Optional(protocol_id, coding)
    user_data = decode_user_data(octets, position, coding or DEFAULT_CODING, has_header=has_header)
    return _Optional(protocol_id, coding, user_data.header, user_data.data, user_data.text)

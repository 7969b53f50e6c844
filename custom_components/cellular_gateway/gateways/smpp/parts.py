"""From a deliver_sm to what crosses the seam."""

from datetime import UTC, datetime

from ...sms.tpdu import Concatenation, UserData
from ..identity import digest
from ..models import DeliveryReport, SmsKind, SmsPart
from .codec.commands import HAS_HEADER, SUBUNIT_DISPLAY, Command, Tag
from .codec.pdu import (
    HEADER_OCTETS,
    Address,
    Pdu,
    PduError,
    ShortMessage,
    decode_data_sm,
    decode_header,
    decode_short_message,
)
from .codec.receipts import is_receipt, read_receipt
from .codec.text import UCS2, Content, decode, user_data
from .settings import PORT, SmppSettings

_FLASH_CLASS = 0


def content_of(pdu: Pdu) -> str:
    """Name what was delivered, the same when it is delivered once more.

    Optional parameters that tell of the delivery itself are left out of it.
    """
    try:
        message = _message(pdu)
    except PduError:
        return digest(pdu.body.hex())
    kept = (Tag.SAR_REFERENCE, Tag.SAR_NUMBER, Tag.SAR_TOTAL, Tag.RECEIPTED_MESSAGE_ID)
    named = (*kept, Tag.USER_MESSAGE_REFERENCE, Tag.MESSAGE_STATE)
    return digest(
        _written(message.source),
        _written(message.destination),
        f"{message.esm_class} {message.protocol_id} {message.data_coding}",
        message.data.hex(),
        *(message.parameters.get(tag, b"").hex() for tag in named),
    )


def _written(address: Address) -> str:
    """Write an address with its types."""
    return f"{address.ton} {address.npi} {address.number}"


def _message(pdu: Pdu) -> ShortMessage:
    """Decode a delivery; raises PduError."""
    is_data = pdu.command == Command.DATA_SM
    return decode_data_sm(pdu.body) if is_data else decode_short_message(pdu.body)


def part_of(pdu: Pdu, identity: str, settings: SmppSettings) -> SmsPart:
    """Decode a delivery; one that cannot be decoded is kept as it came."""
    received_at = datetime.now(UTC)
    raw = pdu.encode().hex().upper()
    try:
        message = _message(pdu)
    except PduError:
        return SmsPart(
            port=PORT,
            identity=identity,
            kind=SmsKind.UNREADABLE,
            sender="",
            received_at=received_at,
            raw=raw,
        )
    has_header = bool(message.esm_class & HAS_HEADER)
    content = decode(
        message.data, message.data_coding, settings.default_alphabet, has_header=has_header
    )
    report = _report(message, content, settings)
    kind = _kind(message, content, report)
    return SmsPart(
        port=PORT,
        identity=identity,
        kind=kind,
        sender=settings.sender(message.source),
        text=(content.text or "") if kind is SmsKind.TEXT else "",
        received_at=received_at,
        concatenation=content.concatenation or _concatenation(message),
        message_class=_message_class(message, content),
        raw=raw,
        report=report,
    )


def user_data_of(part: SmsPart, settings: SmppSettings) -> UserData | None:
    """Return what a part that was decoded has of its text, None where it is not known any more."""
    octets = bytes.fromhex(part.raw)
    if len(octets) < HEADER_OCTETS:
        return None
    try:
        header = decode_header(octets[:HEADER_OCTETS])
        message = _message(Pdu(header.command, header.sequence, body=octets[HEADER_OCTETS:]))
    except PduError:
        return None
    found = user_data(
        message.data,
        message.data_coding,
        settings.default_alphabet,
        has_header=bool(message.esm_class & HAS_HEADER),
    )
    return found if found.text == part.text else None


def _kind(message: ShortMessage, content: Content, report: DeliveryReport | None) -> SmsKind:
    """Tell texts from receipts and from data; nobody wrote a receipt that cannot be read."""
    if report is not None:
        return SmsKind.STATUS_REPORT
    is_text = content.text is not None and not is_receipt(message)
    return SmsKind.TEXT if is_text else SmsKind.BINARY


def _report(
    message: ShortMessage, content: Content, settings: SmppSettings
) -> DeliveryReport | None:
    """Say what a receipt says; its sender is whom the text went to.

    Receipts are ASCII whatever data_coding says: "_" of a message id would be "§" in GSM 7 bit.
    """
    plain = content.text if message.data_coding == UCS2 else message.data.decode("latin-1")
    fields = read_receipt(message, plain, settings.receipt_ids)
    fields = fields or read_receipt(message, content.text, settings.receipt_ids)
    if fields is None:
        return None
    return DeliveryReport(
        recipient=settings.sender(message.source),
        message_id=fields.message_id,
        outcome=fields.outcome,
        reason=fields.reason,
    )


def _concatenation(message: ShortMessage) -> Concatenation | None:
    """Tell which part of a text it is by optional parameters (SMPP 3.4 clauses 5.3.2.22 to 24)."""
    reference = message.parameters.get(Tag.SAR_REFERENCE)
    total = message.parameters.get(Tag.SAR_TOTAL)
    number = message.parameters.get(Tag.SAR_NUMBER)
    if not reference or not total or not number:
        return None
    found = Concatenation(int.from_bytes(reference[-2:]), total[0], number[0], wide=True)
    return found if 1 <= found.number <= found.total else None


def _message_class(message: ShortMessage, content: Content) -> int | None:
    """Return the class, which may be told by the part of the telephone that it is for."""
    is_display = message.parameters.get(Tag.DESTINATION_SUBUNIT) == bytes((SUBUNIT_DISPLAY,))
    return _FLASH_CLASS if is_display else content.message_class

"""SMS-DELIVER and SMS-STATUS-REPORT out, SMS-SUBMIT in (3GPP TS 23.040 clause 9.2.2)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from .fields import (
    PduError,
    Reader,
    decode_address,
    decode_timestamp,
    encode_address,
    encode_timestamp,
    message_class,
)
from .user_data import PORTS_16, Concatenation, UserData, concatenation_of, split_header, text_of


@dataclass(frozen=True, slots=True)
class Submit:
    """A decoded SMS-SUBMIT (TS 23.040 clause 9.2.2.2)."""

    reference: int
    recipient: str
    protocol: int
    data: UserData
    text: str | None
    concatenation: Concatenation | None
    ports: tuple[int, int] | None
    validity: timedelta | datetime | None
    status_report_requested: bool
    reject_duplicates: bool
    reply_path: bool

    @property
    def message_class(self) -> int | None:
        """Return the message class, 0 being a flash message."""
        return message_class(self.data.coding)

    @property
    def flash(self) -> bool:
        """Tell whether the text is to be shown at once and not stored."""
        return self.message_class == 0


def encode_deliver(
    sender: str, data: UserData, sent_at: datetime, *, protocol: int = 0, more: bool = False
) -> bytes:
    """Return an SMS-DELIVER without service centre address (clause 9.2.2.1)."""
    # TP-MMS is 0 when more messages wait (clause 9.2.3.2).
    first = (0x00 if more else 0x04) | (0x40 if data.has_header else 0)
    return (
        bytes([first])
        + encode_address(sender)
        + bytes([protocol, data.coding])
        + encode_timestamp(sent_at)
        + bytes([data.length])
        + data.octets
    )


def encode_status_report(
    reference: int, recipient: str, sent_at: datetime, discharged_at: datetime, status: int
) -> bytes:
    """Return an SMS-STATUS-REPORT for a submitted message (clause 9.2.2.3)."""
    return (
        bytes([0x06, reference])
        + encode_address(recipient)
        + encode_timestamp(sent_at)
        + encode_timestamp(discharged_at)
        + bytes([status])
    )


def is_status_report(tpdu: bytes) -> bool:
    """Tell an SMS-STATUS-REPORT from an SMS-DELIVER by its message type indicator."""
    return bool(tpdu) and tpdu[0] & 0x03 == 0x02


def deliver_coding(tpdu: bytes) -> int:
    """Return the data coding scheme of an SMS-DELIVER; PduError when it is cut off."""
    try:
        return tpdu[4 + (tpdu[1] + 1) // 2]
    except IndexError as error:
        raise PduError("SMS-DELIVER is cut off") from error


def decode_submit(tpdu: bytes) -> Submit:
    """Read an SMS-SUBMIT without service centre address; PduError when it is none."""
    reader = Reader(tpdu)
    first = reader.octet()
    if first & 0x03 != 0x01:
        raise PduError("not an SMS-SUBMIT")
    reference = reader.octet()
    length, kind = reader.octet(), reader.octet()
    if length > 20:
        raise PduError("destination address is too long")
    recipient = decode_address(kind, length, reader.take((length + 1) // 2))
    protocol, coding = reader.octet(), reader.octet()
    validity = _decode_validity(first >> 3 & 0x03, reader)
    data = UserData(coding, reader.octet(), reader.rest(), bool(first & 0x40))
    header, body = split_header(data)
    concatenation = concatenation_of(header)
    ports = header.get(PORTS_16)
    return Submit(
        reference=reference,
        recipient=recipient,
        protocol=protocol,
        data=data,
        text=text_of(data, header, body),
        concatenation=concatenation,
        ports=(int.from_bytes(ports[:2]), int.from_bytes(ports[2:])) if ports else None,
        validity=validity,
        status_report_requested=bool(first & 0x20),
        reject_duplicates=bool(first & 0x04),
        reply_path=bool(first & 0x80),
    )


def _decode_validity(form: int, reader: Reader) -> timedelta | datetime | None:
    """Read the validity period in the format that the first octet names (9.2.3.12)."""
    if form == 0b00:
        return None
    if form == 0b11:
        return decode_timestamp(reader.take(7)).astimezone(UTC)
    if form == 0b01:
        enhanced = reader.take(7)
        return timedelta(seconds=enhanced[1]) if enhanced[0] & 0x07 == 2 else None
    value = reader.octet()
    if value < 144:
        return timedelta(minutes=5 * (value + 1))
    if value < 168:
        return timedelta(hours=12, minutes=30 * (value - 143))
    if value < 197:
        return timedelta(days=value - 166)
    return timedelta(weeks=value - 192)


def joined(parts: dict[int, Submit]) -> str | None:
    """Return the text of all parts in order, None when one has no text."""
    texts = [parts[number].text for number in sorted(parts)]
    return None if None in texts else "".join(text for text in texts if text is not None)


def with_reference(submit: Submit, reference: int) -> Submit:
    """Return the same submit with another message reference."""
    return replace(submit, reference=reference)

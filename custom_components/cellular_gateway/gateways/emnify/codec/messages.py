"""Short messages: of the list, of the webhook, and the body that sends one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ....sms.segments import Segment
from ....sms.tpdu import Alphabet, Concatenation, DataCoding, DeliveryOutcome
from ....sms.tpdu.header import decode_header
from ...source_address import SourceAddressType
from .fields import Json, identity, inner, integer, moment, phone_number, readable, text, written

# TON and NPI in one octet (3GPP TS 23.040 clause 9.1.2.5).
_ADDRESS_TYPES: Final = {
    SourceAddressType.INTERNATIONAL: 145,
    SourceAddressType.NATIONAL: 161,
    SourceAddressType.ALPHANUMERIC: 208,
}
_BUFFERED: Final = 3
# What became of a message, in the names of TP-ST (3GPP TS 23.040 clause 9.2.3.15).
_OUTCOMES: Final = {
    _BUFFERED: (DeliveryOutcome.PENDING, "no_response_from_sme"),
    4: (DeliveryOutcome.DELIVERED, "received_by_sme"),
    5: (DeliveryOutcome.FAILED, "not_obtainable"),
    6: (DeliveryOutcome.FAILED, "validity_period_expired"),
    7: (DeliveryOutcome.FAILED, "deleted_by_originating_sme"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """One short message that a device sent (`is_incoming`) or that was sent to one.

    `status` is 1 to 7, of those to a device. `is_multipart` says that the webhook told of parts,
    of which `concatenation` is only a guess: the list has the header itself.
    """

    id: int
    endpoint: str
    is_incoming: bool
    sender: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    status: int | None = None
    is_text: bool = True
    sent_at: datetime | None = None
    finished_at: datetime | None = None
    concatenation: Concatenation | None = None
    is_multipart: bool = False

    @property
    def name(self) -> str:
        """Return what receipts and reports call the message: the API finds it by both numbers."""
        return f"{self.endpoint}/{self.id}"

    @property
    def outcome(self) -> tuple[DeliveryOutcome, str] | None:
        """What became of it and why; None while nothing is known yet."""
        return _OUTCOMES.get(self.status or 0)


def parse_listed(item: Json, endpoint: str) -> ShortMessage | None:
    """Read an item of an endpoint's message list; None for what is none."""
    number = integer(item, "id")
    if number is None:
        return None
    kind = inner(item, "sms_type")
    is_incoming = (text(kind, "description") or "").upper() == "MO" or integer(kind, "id") == 2
    sender = text(item, "msisdn") if is_incoming else None
    return ShortMessage(
        id=number,
        endpoint=endpoint,
        is_incoming=is_incoming,
        sender=phone_number(sender or text(item, "source_address") or ""),
        text=_payload(item),
        status=integer(inner(item, "status"), "id"),
        is_text=_is_text(item),
        sent_at=moment(item, "submit_date"),
        finished_at=moment(item, "final_date") or moment(item, "delivery_date"),
        concatenation=_header(item),
    )


def parse_pushed(item: Json) -> ShortMessage | None:
    """Read what the webhook brings, a message with a payload or a report with a status.

    None for what is neither.
    """
    number, endpoint = integer(item, "id"), identity(inner(item, "endpoint"))
    if number is None or endpoint is None:
        return None
    if isinstance(item.get("payload"), str):
        parts = inner(item, "multi_part_info")
        return ShortMessage(
            id=number,
            endpoint=endpoint,
            is_incoming=True,
            sender=phone_number(text(item, "source_address") or ""),
            text=_payload(item),
            is_text=_is_text(item),
            sent_at=moment(item, "submit_date"),
            concatenation=_guess(parts),
            is_multipart=(integer(parts, "total") or 1) > 1,
        )
    if inner(item, "status"):
        return ShortMessage(
            id=number,
            endpoint=endpoint,
            is_incoming=False,
            status=integer(inner(item, "status"), "id"),
            sent_at=moment(item, "submit_date"),
            finished_at=moment(item, "final_date"),
        )
    return None


def _payload(item: Json) -> str:
    """Return the text as it is, with its blanks."""
    payload = item.get("payload")
    return readable(payload) if isinstance(payload, str) else ""


def _is_text(item: Json) -> bool:
    """Whether the data coding scheme says that it is a text."""
    octet = integer(item, "dcs") or 0
    return DataCoding.from_octet(octet).has_text if octet < 256 else True


def _header(item: Json) -> Concatenation | None:
    """Read the user data header."""
    try:
        octets = bytes.fromhex(text(item, "udh") or "")
    except ValueError:
        return None
    return decode_header(octets[1:]).concatenation if octets else None


def _guess(parts: Json) -> Concatenation | None:
    """Make a header of what the webhook tells of the parts; its identifier may be any number."""
    number, total = integer(parts, "partno"), integer(parts, "total")
    identifier = integer(parts, "identifier")
    if number is None or total is None or identifier is None or not 1 <= number <= total <= 255:
        return None
    if total == 1:
        return None
    return Concatenation(identifier & 0xFFFF, total, number, wide=True)


def encode_submission(
    part: Segment,
    source_address: str,
    source_type: SourceAddressType,
    expires_at: datetime | None,
) -> dict[str, Any]:
    """Return the body that sends one part."""
    body: dict[str, Any] = {
        "source_address": source_address.removeprefix("+"),
        "source_address_type": {"id": _ADDRESS_TYPES[source_type]},
        "payload": part.text,
        "dcs": 8 if part.coding.alphabet is Alphabet.UCS2 else 0,
    }
    if part.header is not None and part.header.elements:
        body["udh"] = part.header.encode().hex().upper()
    if expires_at is not None:
        body["expiry_date"] = written(expires_at)
    return body


def listed(items: Iterable[Json], endpoint: str) -> list[ShortMessage]:
    """Read a message list, in its own order."""
    found = (parse_listed(item, endpoint) for item in items)
    return [message for message in found if message is not None]

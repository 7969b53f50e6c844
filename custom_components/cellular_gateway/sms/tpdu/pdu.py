"""The message types that cross the radio (3GPP TS 23.040 clause 9.2.2), to octets and back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from .address import Address, encode_smsc
from .coding import Alphabet, DataCoding
from .flags import (
    HAS_HEADER,
    NO_MORE_MESSAGES,
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
    VALIDITY_RELATIVE,
)
from .header import Concatenation, UserDataHeader
from .status import DeliveryOutcome, status_name, status_outcome
from .timestamp import encode_relative_validity, encode_timestamp
from .user_data import encode_user_data, user_data_length

_PROTOCOL_TYPE_0: Final = 0x40
DEFAULT_CODING: Final = DataCoding.from_octet(0)


@dataclass(frozen=True, slots=True)
class EncodedPdu:
    """A PDU as `+CMGS` takes it: hexadecimal with service centre, and octets without it."""

    pdu: str
    length: int


@dataclass(frozen=True, slots=True)
class UserData:
    """What one part has of a text: the octets behind the header, GSM 7 bit as one septet each.

    `alphabet` is None for octets that cannot be joined before they are read; `shifts` are the
    national language identifiers of the locking and the single shift table.
    """

    text: str | None = field(repr=False)
    data: bytes = field(repr=False)
    alphabet: Alphabet | None
    shifts: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Deliver:
    """SMS-DELIVER, a message received.

    `data` is the user data without its header (septets one per octet for GSM 7 bit text);
    `text` is None for binary and compressed messages; `sent_at` is the service centre's time in
    its zone, None when the octets hold no date. `smsc` is "" when the field is there but empty.
    """

    originator: Address
    coding: DataCoding
    sent_at: datetime | None
    data: bytes
    text: str | None
    header: UserDataHeader | None = None
    smsc: str | None = None
    protocol_id: int = 0
    first_octet: int = NO_MORE_MESSAGES

    @property
    def user_data(self) -> UserData:
        """Return what it has of a text."""
        return UserData(
            self.text,
            self.data,
            None if self.coding.compressed else self.coding.alphabet,
            self.header.national_shifts if self.header else (0, 0),
        )

    @property
    def more_messages(self) -> bool:
        """Tell whether more messages wait in the service centre."""
        return not self.first_octet & NO_MORE_MESSAGES

    @property
    def status_report_indication(self) -> bool:
        """Tell whether the sender gets a status report."""
        return bool(self.first_octet & STATUS_REPORT)

    @property
    def reply_path(self) -> bool:
        """Tell whether the reply may go through the sender's service centre."""
        return bool(self.first_octet & REPLY_PATH)

    @property
    def is_silent(self) -> bool:
        """Tell whether it is a type 0 message: acknowledged, never shown (clause 9.2.3.9)."""
        return self.protocol_id == _PROTOCOL_TYPE_0

    @property
    def concatenation(self) -> Concatenation | None:
        """Return which part of a longer message this is."""
        return self.header.concatenation if self.header else None

    @property
    def user_data_length(self) -> int:
        """Return TP-UDL."""
        return user_data_length(self.coding, self.header, self.data)

    def encode(self) -> EncodedPdu:
        """Return the PDU; raises MessageError."""
        flags = self.first_octet & ~(TYPE_MASK | HAS_HEADER)
        tpdu = (
            bytes((flags | TYPE_DELIVER | (HAS_HEADER if self.header else 0),))
            + self.originator.encode()
            + bytes((self.protocol_id, self.coding.octet))
            + encode_timestamp(self.sent_at)
            + encode_user_data(self.coding, self.header, self.data)
        )
        return _with_smsc(self.smsc, tpdu)


@dataclass(frozen=True, slots=True)
class Submit:
    """SMS-SUBMIT, a message to be sent.

    `validity` is a period (5 minutes to 63 weeks) or an aware time; `data` and `text` are as in
    `Deliver`. `reference` is usually replaced by the modem's own, which `+CMGS` tells.
    """

    recipient: Address
    coding: DataCoding
    data: bytes
    text: str | None
    header: UserDataHeader | None = None
    smsc: str | None = None
    reference: int = 0
    protocol_id: int = 0
    validity: timedelta | datetime | None = None
    status_report: bool = False
    reject_duplicates: bool = False
    reply_path: bool = False

    @property
    def first_octet(self) -> int:
        """Return the octet of flags."""
        octet = TYPE_SUBMIT
        if isinstance(self.validity, timedelta):
            octet |= VALIDITY_RELATIVE
        elif self.validity:
            octet |= VALIDITY_ABSOLUTE
        octet |= REJECT_DUPLICATES if self.reject_duplicates else 0
        octet |= STATUS_REPORT if self.status_report else 0
        octet |= HAS_HEADER if self.header else 0
        return octet | (REPLY_PATH if self.reply_path else 0)

    @property
    def concatenation(self) -> Concatenation | None:
        """Return which part of a longer message this is."""
        return self.header.concatenation if self.header else None

    @property
    def user_data_length(self) -> int:
        """Return TP-UDL."""
        return user_data_length(self.coding, self.header, self.data)

    def encode(self) -> EncodedPdu:
        """Return the PDU; raises MessageError."""
        if isinstance(self.validity, timedelta):
            validity = bytes((encode_relative_validity(self.validity),))
        else:
            validity = encode_timestamp(self.validity) if self.validity else b""
        tpdu = (
            bytes((self.first_octet, self.reference & 0xFF))
            + self.recipient.encode()
            + bytes((self.protocol_id, self.coding.octet))
            + validity
            + encode_user_data(self.coding, self.header, self.data)
        )
        return _with_smsc(self.smsc, tpdu)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """SMS-STATUS-REPORT, what became of the message with this reference.

    `status` is the TP-ST octet, `outcome` and `reason` its meaning; the user data is seldom there.
    """

    reference: int
    recipient: Address
    sent_at: datetime | None
    discharged_at: datetime | None
    status: int
    smsc: str | None = None
    first_octet: int = TYPE_STATUS_REPORT | NO_MORE_MESSAGES
    protocol_id: int | None = None
    coding: DataCoding | None = None
    header: UserDataHeader | None = None
    data: bytes | None = None
    text: str | None = None

    @property
    def outcome(self) -> DeliveryOutcome:
        """Tell what became of the message."""
        return status_outcome(self.status)

    @property
    def reason(self) -> str:
        """Return the name of the status, lower snake case."""
        return status_name(self.status)

    @property
    def for_command(self) -> bool:
        """Tell whether it answers an SMS-COMMAND instead of an SMS-SUBMIT."""
        return bool(self.first_octet & STATUS_REPORT)

    def encode(self) -> EncodedPdu:
        """Return the PDU; raises MessageError."""
        flags = self.first_octet & ~(TYPE_MASK | HAS_HEADER)
        tpdu = (
            bytes((flags | TYPE_STATUS_REPORT | (HAS_HEADER if self.header else 0),))
            + bytes((self.reference,))
            + self.recipient.encode()
            + encode_timestamp(self.sent_at)
            + encode_timestamp(self.discharged_at)
            + bytes((self.status,))
            + self._encode_optional()
        )
        return _with_smsc(self.smsc, tpdu)

    def _encode_optional(self) -> bytes:
        """Return the parameter indicator and what it announces, nothing when all is absent."""
        indicator = 0
        octets = b""
        if self.protocol_id is not None:
            indicator |= PRESENT_PROTOCOL_ID
            octets += bytes((self.protocol_id,))
        if self.coding is not None:
            indicator |= PRESENT_CODING
            octets += bytes((self.coding.octet,))
        if self.data is not None:
            indicator |= PRESENT_USER_DATA
            octets += encode_user_data(self.coding or DEFAULT_CODING, self.header, self.data)
        return bytes((indicator,)) + octets if indicator else b""


def _with_smsc(smsc: str | None, tpdu: bytes) -> EncodedPdu:
    """Return a TPDU with its service centre in front."""
    return EncodedPdu((encode_smsc(smsc) + tpdu).hex().upper(), len(tpdu))

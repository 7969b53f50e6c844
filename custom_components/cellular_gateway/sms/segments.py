"""Texts and data cut into messages (3GPP TS 23.040 clause 9.2.3.24.1), tried or for sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import secrets
from typing import Final

from .encodings import (
    NO_LANGUAGES,
    Elements,
    EncodingPolicy,
    capacity,
    choose,
    header_of,
    placeholder,
    split_text,
    units_of,
)
from .errors import MessageError, MessageErrorReason
from .tables import NationalLanguage
from .tpdu import Address, Alphabet, Concatenation, DataCoding, Ports, Submit, UserDataHeader
from .tpdu.user_data import user_data_length

__all__ = [
    "DEFAULT_MAX_PARTS",
    "EncodingPolicy",
    "NationalLanguage",
    "Segment",
    "Segmentation",
    "segment",
    "segment_data",
    "split_text",
    "submits",
]

DEFAULT_MAX_PARTS: Final = 10
# The total is one octet (TS 23.040 clause 9.2.3.24.1).
_MOST_PARTS: Final = 255


@dataclass(frozen=True, slots=True)
class Segment:
    """One part: its text (empty for binary data), its data as in `Submit`, and its header."""

    text: str
    data: bytes
    header: UserDataHeader | None
    coding: DataCoding

    @property
    def user_data_length(self) -> int:
        """Return TP-UDL: septets for GSM 7 bit, octets otherwise, with the header."""
        return user_data_length(self.coding, self.header, self.data)


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text in parts, and why it came out like this.

    `forcing` are the characters of the text that GSM 7 bit does not have (with the national tables
    that were allowed), `transliterated` is the text that was sent instead, None when it was not
    changed. `units_left` counts what the last part still holds: septets for "gsm7", UTF-16 code
    units for "ucs2", octets for "data8".
    """

    alphabet: Alphabet
    parts: tuple[Segment, ...]
    forcing: tuple[str, ...] = ()
    transliterated: str | None = None
    locking: NationalLanguage = NationalLanguage.DEFAULT
    single: NationalLanguage = NationalLanguage.DEFAULT

    @property
    def encoding(self) -> str:
        """Return "gsm7", "ucs2" or "data8"."""
        return self.alphabet.value

    @property
    def units_used(self) -> int:
        """Return the units of the last part."""
        return units_of(self.alphabet, self.parts[-1].data)

    @property
    def units_left(self) -> int:
        """Return how many more units the last part holds."""
        return capacity(self.alphabet, self.parts[-1].header) - self.units_used


def segment(
    text: str,
    *,
    policy: EncodingPolicy = EncodingPolicy.AUTO,
    national: frozenset[NationalLanguage] = NO_LANGUAGES,
    wide_reference: bool = False,
    reference: int | None = None,
    max_parts: int = DEFAULT_MAX_PARTS,
    ports: Ports | None = None,
    message_class: int | None = None,
) -> Segmentation:
    """Cut a text into parts, without sending it.

    `national` are the languages whose shift tables may be used where they save UCS-2;
    `reference` (0 to 255, wide: 65535) is drawn at random when None. Raises MessageError
    (empty_message, text_not_encodable, too_many_parts, invalid_reference).
    """
    if not text:
        raise MessageError(MessageErrorReason.EMPTY_MESSAGE)
    elements = (ports.element(),) if ports else ()
    encoding, sent, forcing = choose(text, policy, national, elements)
    elements = (*encoding.elements, *elements)
    pieces = encoding.pieces(sent, elements, wide=wide_reference)
    _check_total(len(pieces), max_parts)
    coding = DataCoding.build(encoding.alphabet, message_class)
    headers = _headers(elements, len(pieces), wide_reference, reference)
    parts = tuple(
        Segment(piece, encoding.encode(piece), header, coding)
        for piece, header in zip(pieces, headers, strict=True)
    )
    return Segmentation(
        encoding.alphabet,
        parts,
        forcing,
        None if sent == text else sent,
        encoding.locking,
        encoding.single,
    )


def segment_data(
    data: bytes,
    *,
    wide_reference: bool = False,
    reference: int | None = None,
    max_parts: int = DEFAULT_MAX_PARTS,
    ports: Ports | None = None,
    message_class: int | None = None,
) -> Segmentation:
    """Cut binary data into parts of 8-bit data; raises MessageError as `segment` does."""
    if not data:
        raise MessageError(MessageErrorReason.EMPTY_MESSAGE)
    elements = (ports.element(),) if ports else ()
    size = capacity(Alphabet.DATA8, header_of(elements))
    if len(data) > size:
        header = header_of((placeholder(wide=wide_reference), *elements))
        size = capacity(Alphabet.DATA8, header)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    _check_total(len(pieces), max_parts)
    coding = DataCoding.build(Alphabet.DATA8, message_class)
    headers = _headers(elements, len(pieces), wide_reference, reference)
    parts = tuple(
        Segment("", piece, header, coding) for piece, header in zip(pieces, headers, strict=True)
    )
    return Segmentation(Alphabet.DATA8, parts)


def submits(
    number: str,
    message: str | Segmentation,
    *,
    smsc: str | None = None,
    flash: bool = False,
    validity: timedelta | datetime | None = None,
    status_report: bool = False,
    type_of_address: int | None = None,
    reference: int = 0,
    protocol_id: int = 0,
    reject_duplicates: bool = False,
) -> tuple[Submit, ...]:
    """Return the messages to send, one for each part.

    `number` is as `normalize_number` returns it; a text is segmented with the defaults.
    `reference` is TP-MR, which modems replace. Raises MessageError for what cannot be encoded.
    """
    segmentation = segment(message) if isinstance(message, str) else message
    recipient = Address.from_number(number, type_of_address)
    messages = tuple(
        Submit(
            recipient,
            DataCoding.build(part.coding.alphabet, 0) if flash else part.coding,
            part.data,
            part.text if part.coding.has_text else None,
            header=part.header,
            smsc=smsc,
            reference=reference,
            protocol_id=protocol_id,
            validity=validity,
            status_report=status_report,
            reject_duplicates=reject_duplicates,
        )
        for part in segmentation.parts
    )
    messages[0].encode()
    return messages


def _check_total(total: int, max_parts: int) -> None:
    """Refuse more parts than are wanted, or than a header can count."""
    if total > min(max_parts, _MOST_PARTS):
        raise MessageError(MessageErrorReason.TOO_MANY_PARTS, f"{total} parts")


def _headers(
    elements: Elements, total: int, wide: bool, reference: int | None
) -> list[UserDataHeader | None]:
    """Return the header of each part; a single part has no concatenation element."""
    if total == 1:
        return [header_of(elements)]
    if reference is None:
        reference = secrets.randbelow(0x10000 if wide else 0x100)
    return [
        UserDataHeader((Concatenation(reference, total, number, wide).element(), *elements))
        for number in range(1, total + 1)
    ]

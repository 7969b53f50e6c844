"""The short messages that reach a device, joined (3GPP TS 23.040 clause 9.2.2.1)."""

from dataclasses import dataclass, field

from ..pdu import Alphabet, UserData, alphabet_of, decode_address, is_status_report
from ..pdu.fields import Reader
from ..pdu.user_data import Concatenation, concatenation_of, split_header, text_of

TIMESTAMP_SIZE = 7


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole message that reached a device.

    `octets` are its septets (one octet each) in the default alphabet, its octets otherwise.
    """

    sender: str = field(repr=False)
    text: str | None = field(repr=False)
    octets: bytes = field(repr=False)
    alphabet: Alphabet
    parts: int = 1


class Inbound:
    """Reads SMS-DELIVER and joins parts."""

    def __init__(self) -> None:
        """Begin without parts."""
        self._parts: dict[tuple[str, int, int], dict[int, Heard]] = {}

    def take(self, tpdu: bytes) -> Heard | None:
        """Return a message once all of it is there; PduError when the TPDU is malformed."""
        if is_status_report(tpdu):
            return None
        sender, data = _read(tpdu)
        elements, body = split_header(data)
        alphabet = alphabet_of(data.coding)
        heard = Heard(sender, text_of(data, elements, body), body, alphabet)
        part = concatenation_of(elements)
        return heard if part is None else self._joined(heard, part)

    def _joined(self, heard: Heard, part: Concatenation) -> Heard | None:
        """Return all parts as one message, None while one is missing."""
        key = (heard.sender, part.reference, part.total)
        parts = self._parts.setdefault(key, {})
        parts[part.number] = heard
        if len(parts) < part.total:
            return None
        del self._parts[key]
        ordered = [parts[number] for number in sorted(parts)]
        texts = [each.text for each in ordered if each.text is not None]
        text = "".join(texts) if len(texts) == len(ordered) else None
        octets = b"".join(each.octets for each in ordered)
        return Heard(heard.sender, text, octets, heard.alphabet, part.total)


def _read(tpdu: bytes) -> tuple[str, UserData]:
    """Return sender and user data of an SMS-DELIVER."""
    reader = Reader(tpdu)
    first, length, kind = reader.octet(), reader.octet(), reader.octet()
    sender = decode_address(kind, length, reader.take((length + 1) // 2))
    _, coding = reader.octet(), reader.octet()
    reader.take(TIMESTAMP_SIZE)
    return sender, UserData(coding, reader.octet(), reader.rest(), bool(first & 0x40))

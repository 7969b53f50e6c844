"""Which alphabet a text goes out in, and where it is cut (3GPP TS 23.038, TS 23.040)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
import unicodedata

from .alphabet import NationalLanguage, encode_gsm7, encode_ucs2, not_in_gsm7, transliterate
from .errors import MessageError, MessageErrorReason
from .graphemes import clusters
from .tables import LOCKING_SHIFT
from .tpdu import Alphabet, Concatenation, ElementIdentifier, InformationElement, UserDataHeader
from .tpdu.user_data import MAX_USER_DATA_OCTETS

NO_LANGUAGES: Final[frozenset[NationalLanguage]] = frozenset()

type Elements = tuple[InformationElement, ...]


class EncodingPolicy(StrEnum):
    """How a text may be encoded.

    `auto` leaves the text as it is: GSM 7 bit where that has every character, otherwise UCS-2.
    `transliterate` replaces characters when that avoids UCS-2. `gsm7` does too, and refuses what
    is left; `ucs2` never uses GSM 7 bit.
    """

    AUTO = "auto"
    GSM7 = "gsm7"
    TRANSLITERATE = "transliterate"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class Encoding:
    """One way to encode a text: alphabet and national tables."""

    alphabet: Alphabet
    locking: NationalLanguage = NationalLanguage.DEFAULT
    single: NationalLanguage = NationalLanguage.DEFAULT

    @property
    def elements(self) -> Elements:
        """Return the information elements that announce the tables."""
        shifts = (
            (ElementIdentifier.NATIONAL_SINGLE_SHIFT, self.single),
            (ElementIdentifier.NATIONAL_LOCKING_SHIFT, self.locking),
        )
        return tuple(
            InformationElement(identifier, bytes((language,)))
            for identifier, language in shifts
            if language
        )

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of a text that its GSM 7 bit tables do not have."""
        return not_in_gsm7(text, self.locking, self.single)

    def encode(self, text: str) -> bytes:
        """Return the data of a text."""
        if self.alphabet is Alphabet.UCS2:
            return encode_ucs2(text)
        return encode_gsm7(text, self.locking, self.single)

    def units(self, text: str) -> int:
        """Return the septets or UTF-16 code units of a text."""
        return units_of(self.alphabet, self.encode(text))

    def pieces(self, text: str, elements: Elements, *, wide: bool) -> tuple[str, ...]:
        """Return a text in pieces, one where it fits without concatenation."""
        if self.units(text) <= capacity(self.alphabet, header_of(elements)):
            return (text,)
        header = header_of((placeholder(wide=wide), *elements))
        return split_text(text, capacity(self.alphabet, header), self.units)


UCS2: Final = Encoding(Alphabet.UCS2)
GSM7: Final = Encoding(Alphabet.GSM7)


def units_of(alphabet: Alphabet, data: bytes) -> int:
    """Return how many units of an alphabet some data has."""
    return len(data) // 2 if alphabet is Alphabet.UCS2 else len(data)


def capacity(alphabet: Alphabet, header: UserDataHeader | None) -> int:
    """Return the units of an alphabet that one message holds beside a header."""
    octets = MAX_USER_DATA_OCTETS - (len(header.encode()) if header else 0)
    if alphabet is Alphabet.UCS2:
        return octets // 2
    return octets * 8 // 7 if alphabet is Alphabet.GSM7 else octets


def split_text(text: str, limit: int, units: Callable[[str], int]) -> tuple[str, ...]:
    """Cut a text into pieces of at most `limit` units, never within a character as seen.

    A single character with more marks than a message holds is cut between its code points.
    """
    pieces: list[str] = []
    current: list[str] = []
    used = 0
    for cluster in _fitting(clusters(text), limit, units):
        size = units(cluster)
        if used + size > limit:
            pieces.append("".join(current))
            current, used = [], 0
        current.append(cluster)
        used += size
    return (*pieces, "".join(current))


def _fitting(pieces: Iterable[str], limit: int, units: Callable[[str], int]) -> Iterator[str]:
    """Yield pieces, those that no message can hold as single code points."""
    for piece in pieces:
        if len(piece) > 1 and units(piece) > limit:
            yield from piece
        else:
            yield piece


def placeholder(*, wide: bool) -> InformationElement:
    """Return a concatenation element, for its size."""
    return Concatenation(0, 1, 1, wide).element()


def header_of(elements: Elements) -> UserDataHeader | None:
    """Return a header for elements, None for none."""
    return UserDataHeader(elements) if elements else None


def choose(
    text: str,
    policy: EncodingPolicy,
    national: frozenset[NationalLanguage],
    elements: Elements,
) -> tuple[Encoding, str, tuple[str, ...]]:
    """Return the encoding, the text to send, and the characters that ask for UCS-2.

    A text in decomposed form goes out composed where that makes it GSM 7 bit. Raises
    MessageError (text_not_encodable).
    """
    allowed = tuple(_allowed(national))
    composed = unicodedata.normalize("NFC", text)
    forcing = min((encoding.missing(composed) for encoding in allowed), key=len)
    if policy == EncodingPolicy.UCS2:
        return UCS2, text, forcing
    if not forcing:
        return _cheapest(allowed, composed, elements), composed, ()
    if policy != EncodingPolicy.AUTO:
        readable = transliterate(text)
        if readable and not GSM7.missing(readable):
            return GSM7, readable, forcing
    if policy == EncodingPolicy.GSM7:
        raise MessageError(MessageErrorReason.TEXT_NOT_ENCODABLE, "not in GSM 7 bit")
    return UCS2, text, forcing


def _allowed(national: frozenset[NationalLanguage]) -> Iterator[Encoding]:
    """Yield the allowed GSM 7 bit encodings, the default alphabet first."""
    yield GSM7
    for language in sorted(national - {NationalLanguage.DEFAULT}):
        yield Encoding(Alphabet.GSM7, single=language)
        if language in LOCKING_SHIFT:
            yield Encoding(Alphabet.GSM7, locking=language)
            yield Encoding(Alphabet.GSM7, locking=language, single=language)


def _cheapest(encodings: Iterable[Encoding], text: str, elements: Elements) -> Encoding:
    """Return the encoding with the fewest parts, then units; the first of equal ones."""
    able = [encoding for encoding in encodings if not encoding.missing(text)]
    if len(able) == 1:
        return able[0]

    def cost(encoding: Encoding) -> tuple[int, int]:
        """Return the parts and units that a text takes."""
        pieces = encoding.pieces(text, (*encoding.elements, *elements), wide=False)
        return len(pieces), encoding.units(text)

    return min(able, key=cost)

"""USSD strings: the text of `+CUSD: <m>,<str>,<dcs>` (3GPP TS 27.007 clause 7.15).

By the standard a modem writes GSM 7 bit text in its character set, and everything else as octets
in hexadecimal. Modems also write packed septets or UCS-2 in hexadecimal, whatever the coding
says. So a string is read in every way that it can be, and what looks most like text is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import pairwise
import re
from typing import Final, NamedTuple
import unicodedata

from .alphabet import (
    decode_gsm7,
    decode_ucs2,
    encode_gsm7,
    encode_ucs2,
    is_gsm7,
    pack_ussd,
    unpack,
    unpack_ussd,
)
from .errors import MessageError, MessageErrorReason
from .tpdu.coding import Alphabet

# Default alphabet, language unspecified; UCS-2 of the general group, without a class.
CODING_GSM7: Final = 0x0F
CODING_UCS2: Final = 0x48

# A text in these begins with its language (3GPP TS 23.038 clause 5, group 0001).
_GSM7_AFTER_LANGUAGE: Final = 0x10
_UCS2_AFTER_LANGUAGE: Final = 0x11

# 3GPP TS 29.002 clause 17.7.4 (maxUSSD-StringLength), and the septets that they hold.
_MAX_OCTETS: Final = 160
_MAX_SEPTETS: Final = 182

_HEXADECIMAL: Final = re.compile("(?:[0-9A-Fa-f]{2})+")
_LANGUAGE: Final = re.compile("[A-Za-z]{2}\r")
_LETTERS: Final = re.compile(b"[A-Za-z]+")
# What has the same code in IRA and in GSM 7 bit, without the quote that ends a parameter.
_SAME_IN_IRA: Final = re.compile("[ !#%-?A-Za-z]+")
# Modems hand over the whole of their buffer.
_BEHIND_TEXT: Final = re.compile("[\0\uffff].*", re.DOTALL)

# A string in GSM 7 bit has characters that ASCII keeps for control, and signs within words.
_GSM7_SIGNS: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<=[A-Za-z])[{}~](?=[A-Za-z])"
    r"|(?<=[a-z])\|(?=[a-z])|(?<=[A-Z])[\[\\\]^](?=[A-Z])"
)
# In GSM 7 bit these codes are characters that hardly ever occur.
_ASCII_SIGNS: Final = re.compile(r"[$@_`\x80-\U0010ffff]")

# Digits alone, or words such as "Added", are short answers rather than packed septets.
_DIGITS_OR_LETTERS: Final = re.compile("[0-9]+|[A-Fa-f]+")

# How much is added to a score between 0 and 1.
_WORD: Final = 0.06
_ASCII: Final = 0.1
_CODING_SAYS_GSM7: Final = 0.05
_CODING_SAYS_DATA8: Final = 0.2
_CODING_SAYS_UCS2: Final = 0.4
_LEAST_SCORE: Final = 0.5

_SPACES: Final = " \n\r\t"
_JAPANESE: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})
_LATIN: Final = frozenset({"upper", "lower"})


class UssdStatus(IntEnum):
    """What `<m>` says of the session (3GPP TS 27.007 clause 7.15)."""

    NO_FURTHER_ACTION = 0
    FURTHER_ACTION = 1
    TERMINATED_BY_NETWORK = 2
    OTHER_CLIENT_RESPONDED = 3
    NOT_SUPPORTED = 4
    NETWORK_TIMEOUT = 5


class UssdDialect(StrEnum):
    """How a modem takes GSM 7 bit text.

    `plain` is text in its character set IRA or GSM, `packed` is septets in hexadecimal, `ucs2` is
    its character set UCS2.
    """

    PLAIN = "plain"
    PACKED = "packed"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class UssdString:
    """`<str>` and `<dcs>` of a request; the string is ASCII without quotes and backslashes."""

    string: str = field(repr=False)
    coding: int


class _Reading(NamedTuple):
    """One way to read a string, and what speaks for it beside its look."""

    text: str
    bonus: float = 0.0

    @property
    def score(self) -> float:
        """Return how much speaks for it, the look counting from 0 to 1."""
        return _look(self.text) + self.bonus


def coding_alphabet(coding: int) -> Alphabet:
    """Return the alphabet of a CBS data coding scheme (3GPP TS 23.038 clause 5).

    Reserved codings, and values that are no octet, count as GSM 7 bit.
    """
    group = coding >> 4
    if coding == _UCS2_AFTER_LANGUAGE:
        return Alphabet.UCS2
    if group in (0b0100, 0b0101, 0b0110, 0b0111, 0b1001):
        bits = coding >> 2 & 3
        return (Alphabet.GSM7, Alphabet.DATA8, Alphabet.UCS2, Alphabet.GSM7)[bits]
    if group == 0b1111 and coding & 4:
        return Alphabet.DATA8
    return Alphabet.GSM7


def encode_ussd(text: str, dialect: UssdDialect = UssdDialect.PLAIN) -> UssdString:
    """Return a request, or an answer to a menu, as a modem takes it.

    What the dialect cannot say goes out as UCS-2, which all write in hexadecimal. Raises
    MessageError (empty_message, text_not_encodable for control characters, message_too_long
    above 160 octets).
    """
    if not text:
        raise MessageError(MessageErrorReason.EMPTY_MESSAGE)
    if not text.isprintable():
        raise MessageError(MessageErrorReason.TEXT_NOT_ENCODABLE, "control characters")
    ucs2 = encode_ucs2(text)
    if is_gsm7(text):
        if len(encode_gsm7(text)) > _MAX_SEPTETS:
            raise MessageError(MessageErrorReason.MESSAGE_TOO_LONG)
        if dialect is UssdDialect.PACKED:
            return UssdString(pack_ussd(text).hex().upper(), CODING_GSM7)
        if dialect is UssdDialect.UCS2:
            return UssdString(ucs2.hex().upper(), CODING_GSM7)
        if _SAME_IN_IRA.fullmatch(text):
            return UssdString(text, CODING_GSM7)
    if len(ucs2) > _MAX_OCTETS:
        raise MessageError(MessageErrorReason.MESSAGE_TOO_LONG)
    return UssdString(ucs2.hex().upper(), CODING_UCS2)


def decode_ussd(string: str, coding: int | None = None) -> str:
    """Return the text of a string; what cannot be read comes back as it is. Never raises.

    `coding` is `<dcs>`, or None where the modem gave none.
    """
    hexadecimal = string.strip()
    if not _HEXADECIMAL.fullmatch(hexadecimal):
        return _plain(string, coding)
    best = max(_readings(hexadecimal, coding), key=lambda reading: reading.score)
    return best.text if best.score >= _LEAST_SCORE else string


def _plain(string: str, coding: int | None) -> str:
    """Return a text that a modem wrote in its character set."""
    text = string.rstrip("\r\0")
    if _GSM7_SIGNS.search(text) and not _ASCII_SIGNS.search(text):
        text = decode_gsm7(text.encode("ascii"))
    return _without_language(text, coding)


def _without_language(text: str, coding: int | None) -> str:
    """Return the text behind the two letters and the carriage return of its language."""
    if coding == _GSM7_AFTER_LANGUAGE and (language := _LANGUAGE.match(text)):
        return text[language.end() :]
    return text


def _readings(hexadecimal: str, coding: int | None) -> Iterator[_Reading]:
    """Yield what a string of hexadecimal digits may be, the likelier first of equal ones."""
    octets = bytes.fromhex(hexadecimal)
    alphabet = coding_alphabet(coding) if coding is not None else None
    try:
        text = _without_language(unpack_ussd(octets), coding)
    except MessageError:
        text = ""  # longer than USSD can be
    yield _Reading(text, _CODING_SAYS_GSM7 if alphabet is Alphabet.GSM7 else 0)
    text = _plain(_characters(octets), coding)
    bonus = _ASCII if text.isascii() else 0
    yield _Reading(text, _CODING_SAYS_DATA8 if alphabet is Alphabet.DATA8 else bonus)
    bonus = 0 if any(octets[::2]) else _ASCII
    yield _Reading(_ucs2(octets, coding), _CODING_SAYS_UCS2 if alphabet is Alphabet.UCS2 else bonus)
    if _DIGITS_OR_LETTERS.fullmatch(hexadecimal):
        yield _Reading(hexadecimal, _WORD)


def _ucs2(octets: bytes, coding: int | None) -> str:
    """Return octets read as UCS-2, without language and what lies behind the text."""
    if coding == _UCS2_AFTER_LANGUAGE and _LETTERS.fullmatch(unpack(octets[:2], len(octets[:2]))):
        octets = octets[2:]
    return _BEHIND_TEXT.sub("", decode_ucs2(octets))


def _characters(octets: bytes) -> str:
    """Read octets as one character each, or as UTF-8."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _look(text: str) -> float:
    """Return how much characters look like text (0 to 1).

    Octets read the wrong way mix scripts, digits and cases within words, as texts seldom do.
    """
    if not text:
        return 0
    kinds = [_kind(char) for char in text]
    natural = [_follows(first, second) for first, second in pairwise(kinds)] or [bool(kinds[0])]
    words = [kind not in {"", "mark"} for kind in kinds]
    return 0.7 * sum(natural) / len(natural) + 0.3 * sum(words) / len(words)


def _follows(first: str, second: str) -> bool:
    """Tell whether characters of two kinds are neighbours in texts."""
    if not first or not second:
        return False
    if first == second:
        return first != "mark"
    kinds = {first, second}
    if kinds & {"space", "mark"} or (first, second) in {("upper", "lower"), ("upper", "GREEK")}:
        return True
    return "digit" in kinds and not kinds & _LATIN


@lru_cache(maxsize=1024)
def _kind(char: str) -> str:
    """Return a case, a script or what else a character is; empty for what no text has.

    Capitals of Greek are one with those of Latin, as in GSM 7 bit.
    """
    category = unicodedata.category(char)
    if char in _SPACES:
        return "space"
    if category == "Nd":
        return "digit"
    if category[0] not in "LM":
        return "" if category in {"Cc", "Cn", "Co", "Cs"} or char == "\ufffd" else "mark"
    script = unicodedata.name(char, "").partition(" ")[0]
    if category == "Lu" and script in {"LATIN", "GREEK"}:
        return "upper"
    if script == "LATIN":
        return "lower"
    return "CJK" if script in _JAPANESE else script or "mark"

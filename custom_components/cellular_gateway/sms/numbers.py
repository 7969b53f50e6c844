"""Numbers: E.164 where it can be had, and past the phone number library what is none.

Short codes, service codes (`*100#`) and alphanumeric senders come back as they were given.
"""

from enum import StrEnum
from functools import lru_cache
import re
import unicodedata

import phonenumbers

from .errors import MessageError, MessageErrorReason

# A TPDU address holds 20 semi-octets or 11 septets (3GPP TS 23.040 clause 9.1.2.5).
_MAX_DIGITS = 20
_MAX_ALPHANUMERIC = 11
_MAX_SHORT = 6
_MAX_E164 = 15
_MIN_E164 = 7
# With all the separators that people and address books put in; what is longer is not looked at.
_MAX_WRITTEN = 40

# Address books wrap numbers in direction marks, and everybody writes separators of their own.
_IGNORED = re.compile(
    r"[\s\-./()\[\]\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069\ufeff]+"
)
_DIGITS = re.compile(r"[0-9]+")
# What is all digits is none of these: that is asked before.
_SERVICE = re.compile(r"[0-9*#]+")
_MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)

# The library reads its tables region by region when first asked, which must not be in a loop.
phonenumbers.PhoneMetadata.load_all()


class NumberKind(StrEnum):
    """What sort of address it is."""

    INTERNATIONAL = "international"
    NATIONAL = "national"
    SHORT = "short"
    SERVICE = "service"
    ALPHANUMERIC = "alphanumeric"


def number_kind(number: str) -> NumberKind:
    """Tell what sort of address a number in its normal form is."""
    if number.startswith("+") and _DIGITS.fullmatch(number, 1):
        return NumberKind.INTERNATIONAL
    if _DIGITS.fullmatch(number):
        return NumberKind.SHORT if len(number) <= _MAX_SHORT else NumberKind.NATIONAL
    if _SERVICE.fullmatch(number):
        return NumberKind.SERVICE
    return NumberKind.ALPHANUMERIC


def normalize_number(number: str | int, country: str | None) -> str:
    """Return the number as E.164 ("+" and 7 to 15 digits) where it is a phone number.

    `country` is the ISO 3166 alpha-2 code that national numbers belong to. An integer is what a
    template makes of an international number: it is taken as one when "+" in front makes a valid
    one, otherwise as national. A national number that cannot be normalised (no country, or a
    private numbering plan) comes back as its digits. Raises MessageError (invalid_number).
    """
    if isinstance(number, int):
        return _normalize_integer(number, country)
    return _normalize(number, country)


def normalize_sender(address: str, country: str | None) -> str:
    """Return the sender's number as E.164; what cannot be normalised stays as it is."""
    try:
        return _normalize(address, country)
    except MessageError:
        return address


def sender_name(name: str) -> str:
    """Return a sender that the network calls a name, not a number.

    One that could be taken for a number comes in quotation marks, with which it equals none:
    anybody may send under the name `0470000001`.
    """
    normal = normalize_sender(name, None)
    return normal if number_kind(normal) is NumberKind.ALPHANUMERIC else f'"{name}"'


def named_sender(text: str, country: str | None) -> str:
    """Return the normal form of a sender that a person names, perhaps as `sender_name` wrote it.

    Raises MessageError (invalid_number).
    """
    written = text.strip()
    name = written.removeprefix('"').removesuffix('"').strip()
    if written != f'"{name}"':
        return normalize_number(written, country)
    if not 0 < len(name) <= _MAX_ALPHANUMERIC or '"' in name:
        raise _invalid("no sender name")
    plain = normalize_sender(name, country)
    return plain if number_kind(plain) is NumberKind.SHORT else sender_name(name)


def sender_spellings(named: str, country: str | None) -> frozenset[str]:
    """Return what the messages of a sender that a person named come from.

    Some networks call a short code a name. That of a longer number is anybody's.
    """
    normal = normalize_sender(named, country)
    if number_kind(normal) is NumberKind.SHORT:
        return frozenset({normal, sender_name(normal)})
    return frozenset({normal})


def same_number(a: str, b: str, country: str | None) -> bool:
    """Tell whether two spellings reach the same subscriber."""
    first, second = normalize_sender(a, country), normalize_sender(b, country)
    if first == second:
        return True
    kinds = {number_kind(first), number_kind(second)}
    if kinds == {NumberKind.ALPHANUMERIC}:
        return first.casefold() == second.casefold()
    if kinds != {NumberKind.INTERNATIONAL, NumberKind.NATIONAL}:
        return False
    return phonenumbers.is_number_match(first, second) in (
        phonenumbers.MatchType.EXACT_MATCH,
        phonenumbers.MatchType.NSN_MATCH,
    )


def _normalize_integer(number: int, country: str | None) -> str:
    """Return an integer as E.164, a short code, or national digits."""
    if isinstance(number, bool) or number < 0:
        raise _invalid("not a number")
    digits = str(number)
    if len(digits) > _MAX_SHORT and (parsed := _parse(f"+{digits}", None)):
        return parsed
    return _normalize(digits, country)


def _normalize(number: str, country: str | None) -> str:
    """Return the normal form of what a person or a network wrote."""
    if len(number) > _MAX_WRITTEN:
        raise _invalid("too long")
    return _normalize_written(number, country)


@lru_cache(maxsize=1024)
def _normalize_written(number: str, country: str | None) -> str:
    """Return the normal form of what is short enough to be a number or a name."""
    compact = _ascii_digits(_IGNORED.sub("", number))
    if compact.startswith("+"):
        return _normalize_international(compact[1:])
    if compact.startswith("00") and len(compact) > _MAX_SHORT:
        return _normalize_international(compact[2:])
    if _DIGITS.fullmatch(compact):
        return _normalize_national(compact, country)
    if _SERVICE.fullmatch(compact) and len(compact) <= _MAX_DIGITS:
        return compact
    return _check_alphanumeric(number.strip())


def _normalize_international(digits: str) -> str:
    """Return digits after "+" as E.164; ranges that the library does not know are kept."""
    if not _DIGITS.fullmatch(digits):
        raise _invalid("more than digits after the plus sign")
    if parsed := _parse(f"+{digits}", None):
        return parsed
    # Machine and global ranges (+882, +883, 15 digit machine numbers) outrun the metadata.
    if not _MIN_E164 <= len(digits) <= _MAX_E164 or digits.startswith("0"):
        raise _invalid("not an international number")
    return f"+{digits}"


def _normalize_national(digits: str, country: str | None) -> str:
    """Return digits as E.164 of the country, or as they are: short code or private plan."""
    if not 1 < len(digits) <= _MAX_DIGITS:
        raise _invalid("wrong number of digits")
    region = country.upper() if country else None
    # A few countries (the Faroe Islands) have subscribers with numbers as short as short codes.
    mobile_only = len(digits) <= _MAX_SHORT
    return _parse(digits, region, mobile_only=mobile_only) or digits if region else digits


def _check_alphanumeric(name: str) -> str:
    """Return an alphanumeric sender as given; it has a letter and at most 11 characters."""
    if not 0 < len(name) <= _MAX_ALPHANUMERIC or not any(map(str.isalpha, name)):
        raise _invalid("neither a number nor a sender name")
    return name


def _parse(number: str, region: str | None, *, mobile_only: bool = False) -> str | None:
    """Return a valid number as E.164, None for what the metadata does not hold valid."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    if mobile_only and phonenumbers.number_type(parsed) not in _MOBILE:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _ascii_digits(number: str) -> str:
    """Return the text with full-width and Arabic digits, "+", "*" and "#" as ASCII."""
    if number.isascii():
        return number
    return "".join(
        str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char
        for char in unicodedata.normalize("NFKC", number)
    )


def _invalid(detail: str) -> MessageError:
    """Return the error for a number that is none."""
    return MessageError(MessageErrorReason.INVALID_NUMBER, detail)

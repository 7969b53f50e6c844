"""Texts made to fit the GSM 7 bit default alphabet, as far as that keeps them readable."""

from functools import lru_cache
import re
from typing import Final
import unicodedata

from .tables import LOCKING_SHIFT, SINGLE_SHIFT

_ENCODABLE: Final = frozenset(LOCKING_SHIFT[0].replace("\x1b", "") + SINGLE_SHIFT[0])

_ACCENTS: Final = re.compile("[\u0300-\u036f]")

# Greek capitals that look like Latin ones are sent as those, as handsets in Greece do.
_GREEK: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))

# The passport romanisation (ICAO Doc 9303 part 3 section 6.B), the letters of every day only.
_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia", "і": "i",
    "ї": "i", "є": "ie", "ґ": "g", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
    "ђ": "d", "џ": "dz",
}  # fmt: skip

_REPLACEMENTS: Final = {
    **_GREEK,
    **_CYRILLIC,
    **{char.upper(): latin.capitalize() for char, latin in _CYRILLIC.items()},
    **dict.fromkeys("‘’‚‛′`´‹›ʹʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·◦▪", "*"),
    **dict.fromkeys("\t\v\x85\u2028\u2029", " "),
    # Zero width: space, joiners, direction marks, byte order mark, soft hyphen.
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad", ""),
    "×": "x", "÷": "/", "⁄": "/", "°": "deg", "µ": "u", "¢": "c", "©": "(C)",
    "®": "(R)", "¦": "|", "¬": "-", "←": "<-", "→": "->", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": "~", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
    "ẞ": "SS", "ə": "e", "Ə": "E", "ƒ": "f", "‰": "0/00", "₺": "TL", "₽": "RUB", "₴": "UAH",
    "₹": "Rs",
}  # fmt: skip


def transliterate(text: str) -> str:
    """Return the text with what GSM 7 bit does not have replaced by what reads the same.

    Accents that the alphabet lacks go, typographic signs become plain ones, Greek and Cyrillic
    become Latin; a character for which there is nothing (emoji, Chinese) stays as it is.
    """
    return "".join(map(_transliterate, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=1024)
def _transliterate(char: str) -> str:
    """Return the replacement of one character, or the character when there is none."""
    if char in _ENCODABLE:
        return char
    if (replacement := _REPLACEMENTS.get(char)) is not None:
        return replacement
    if unicodedata.category(char) == "Zs":
        return " "
    parts = _ACCENTS.sub("", unicodedata.normalize("NFKD", char))
    if parts != char:
        return "".join(map(_transliterate, parts))
    capital = char.upper()
    return _transliterate(capital) if _is_greek(char) and capital != char else char


def _is_greek(char: str) -> bool:
    """Tell whether it is a Greek letter: of those the alphabet has capitals only."""
    return "\u0370" <= char <= "\u03ff"

"""Texts in small letters and without accents, each character in its place."""

from collections.abc import Iterable
from functools import lru_cache
import re
from typing import Final
import unicodedata

# Signs that are written in several ways: minus, apostrophe, Arabic separators of numbers.
_SIGNS: Final = {"−": "-", "–": "-", "’": "'", "٫": ".", "٬": "'"}


def simplified(text: str) -> str:
    """Return a text of the same length in small letters, without accents, with ASCII digits."""
    return "".join(map(_simplified, text))


@lru_cache(maxsize=1024)
def _simplified(char: str) -> str:
    """Return the small letter, digit or sign that is meant by a character."""
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    if char in _SIGNS:
        return _SIGNS[char]
    parts = unicodedata.normalize("NFKD", char)
    bare = "".join(part for part in parts if not unicodedata.combining(part)).lower()
    return bare if len(bare) == 1 else char


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with blanks in some places."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def either(words: Iterable[str]) -> str:
    """Return a regular expression for one of some words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

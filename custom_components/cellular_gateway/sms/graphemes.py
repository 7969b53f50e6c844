"""Where a text may be cut: between characters as a reader sees them (after Unicode UAX #29)."""

from typing import Final
import unicodedata

_JOINER: Final = "\u200d"
_NON_JOINER: Final = "\u200c"
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


def clusters(text: str) -> list[str]:
    """Return the text in pieces that must not be cut.

    A base keeps its combining marks, variation selector, skin tone and tags; a joiner its both
    sides; a flag its two letters; CR its LF; an Indic conjunct and a Hangul syllable their parts.
    """
    if text.isascii() and "\r\n" not in text:
        return list(text)
    pieces: list[str] = []
    for char in text:
        if pieces and _belongs(pieces[-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _belongs(piece: str, char: str) -> bool:
    """Tell whether a character must stay with the piece before it."""
    if char.isascii():
        return char == "\n" and piece == "\r"
    last = piece[-1]
    if last in "\r\n":
        return False
    return (
        _extends(char)
        or last == _JOINER
        or (_is_indicator(char) and _is_indicator(piece))
        or (_is_linker(last) and unicodedata.category(char) == "Lo")
        or _continues_syllable(last, char)
    )


def _extends(char: str) -> bool:
    """Tell whether it only modifies what stands before it."""
    return (
        char in (_JOINER, _NON_JOINER)
        or unicodedata.category(char) in _MARKS
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _is_indicator(piece: str) -> bool:
    """Tell whether it is one regional indicator, half of a flag."""
    return len(piece) == 1 and "\U0001f1e6" <= piece <= "\U0001f1ff"


def _is_linker(char: str) -> bool:
    """Tell whether it is a virama, which binds the next consonant (combining class 9)."""
    return unicodedata.combining(char) == 9


def _continues_syllable(last: str, char: str) -> bool:
    """Tell whether a conjoining Hangul vowel or final follows within its syllable."""
    return "\u1160" <= char <= "\u11ff" and (
        "\u1100" <= last <= "\u11ff" or "\uac00" <= last <= "\ud7a3"
    )

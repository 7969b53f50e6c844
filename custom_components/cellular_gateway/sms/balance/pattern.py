"""Patterns of users that say where in an operator's text the credit is."""

from typing import Final

from .. import patterns

GROUPS: Final = ("amount", "currency", "expiry")


def check_pattern(pattern: str) -> None:
    """Raise MessageError (invalid_pattern) unless a pattern can be used.

    It is one for `patterns.check`, with a group `(?P<amount>…)` and perhaps `(?P<currency>…)` and
    `(?P<expiry>…)`.
    """
    patterns.check(pattern, *GROUPS)


def search(pattern: str, text: str) -> dict[str, str]:
    """Return the groups of the first match that took part in it; empty without a match.

    Raises MessageError (invalid_pattern).
    """
    return patterns.search(pattern, text, *GROUPS) or {}

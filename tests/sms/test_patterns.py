"""Regular expressions of users for any purpose: what they find, and in what time."""

import re
from typing import Any
from unittest.mock import patch

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.sms import patterns
from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.trigger import MAX_SEARCHED

from .test_balance import PATTERNS


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^heating (on|off)$", "Heating ON", True),
        ("^heating (on|off)$", "heating on now", False),
        (r"(?P<amount>\d+) EUR", "5 EUR", True),
        (r"(?P<level>\d+)|(?P<currency>EUR)", "EUR", True),
        ("(?is)door.*open", "DOOR\nopen", True),
        ("", "", True),
        ("x*$", "abc", True),
    ],
)
def test_found_or_not(pattern: str, text: str, found: bool) -> None:
    """No group is asked for, and groups may have any names; a match may be empty."""
    patterns.check(pattern)
    assert patterns.search(pattern, text) == ({} if found else None)


@given(PATTERNS, st.text("aBbé1.,\n{", max_size=12))
def test_finds_what_python_finds(pattern: str, text: str) -> None:
    """There is a match where Python's own regular expressions have one."""
    match = re.search(pattern, text, re.IGNORECASE | re.DOTALL)
    assert (patterns.search(pattern, text) is not None) == (match is not None)


def test_only_the_groups_that_are_asked_for() -> None:
    """The first one must be there; those that took no part in the match are left out."""
    pattern = r"(?P<key>\w)=(?P<value>\d)|(?P<other>x)"
    assert patterns.search(pattern, "a=1", "value", "other") == {"value": "1"}
    with pytest.raises(MessageError) as error:
        patterns.check(pattern, "amount")
    assert error.value.reason is MessageErrorReason.INVALID_PATTERN


@pytest.mark.parametrize("pattern", [".*" * 60 + "q", "(?:.?){60}$", "(?:a|a|a|a)*" * 10 + "q"])
def test_the_worst_pattern_keeps_nobody_waiting(pattern: str) -> None:
    """A trigger looks in the event loop: the ways that are followed at once are bounded."""
    followed: list[int] = []

    def advance(steps: Any, text: str, position: int, threads: Any) -> Any:
        result = original(steps, text, position, threads)
        followed.append(len(result[0]))
        return result

    original = patterns._advance
    with patch.object(patterns, "_advance", advance):
        patterns.search(pattern, "a" * MAX_SEARCHED)
    assert len(followed) == MAX_SEARCHED + 1
    assert max(followed) <= 200

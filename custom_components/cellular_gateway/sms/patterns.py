"""Regular expressions of users, matched in a time that grows with the text and no faster.

Python's own matching goes back and tries again, which some patterns make it do for hours, and
nothing can interrupt it. Here all ways to match are followed at once, character by character
(K. Thompson, Communications of the ACM 11 (6), 1968), with the results of Python's.
"""

from functools import lru_cache
import re
from typing import Final, NamedTuple

from .errors import MessageError, MessageErrorReason

MAX_PATTERN: Final = 300

# Repetitions with a count are written out, so this bounds the work at each character.
_MAX_STEPS: Final = 200
_MAX_DEPTH: Final = 20

_FLAGS: Final = re.IGNORECASE | re.DOTALL
_LEADING_FLAGS: Final = re.compile(r"\(\?[is]+\)")
_ASSERTION: Final = re.compile(r"[\^$]|\\[AbBZz]")
_CHARACTER: Final = re.compile(
    r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x..|u.{4}|[^0-9AbBNUZzxu])|[^\\()|*+?]", re.DOTALL
)
_GROUP: Final = re.compile(r"\((?:\?P<(?P<name>\w+)>|\?:|(?!\?))")
_QUANTIFIER: Final = re.compile(
    r"(?:(?P<sign>[*+?])|\{(?P<least>\d+)(?P<to>,)?(?P<most>\d*)\}|\{,(?P<at_most>\d*)\})"
    r"(?P<lazy>\?)?"
)


class _Step(NamedTuple):
    """What has to match here, what to note, and where to go on, the preferred way first."""

    ways: tuple[int, ...] = (1,)
    matcher: re.Pattern[str] | None = None
    consumes: bool = False
    slot: int | None = None


type _Steps = tuple[_Step, ...]
# Where each group begins and ends.
type _Slots = tuple[int, ...]


def check(pattern: str, *groups: str) -> None:
    """Raise MessageError (invalid_pattern) unless a pattern can be used.

    It is a regular expression as Python has them, at most 300 characters long. Letters match in
    either case, and "." matches the end of a line too. References to groups, looking ahead and
    behind, atomic groups, possessive quantifiers and counting to hundreds are not for such
    patterns. `groups` are the names that matter; the pattern must have the first.
    """
    _compiled(pattern, groups)


def search(pattern: str, text: str, *groups: str) -> dict[str, str] | None:
    """Return those of the groups that took part in the first match; None without a match.

    Raises MessageError (invalid_pattern).
    """
    steps = _compiled(pattern, groups)
    begin = (-1,) * (2 * len(groups))
    found: _Slots | None = None
    threads: list[tuple[int, _Slots]] = []
    for position in range(len(text) + 1):
        if found is None:
            threads.append((0, begin))
        threads, accepted = _advance(steps, text, position, threads)
        found = found if accepted is None else accepted
        if found is not None and not (groups and threads):
            break
    if found is None:
        return None
    spans = zip(groups, found[::2], found[1::2], strict=True)
    return {name: text[start:end] for name, start, end in spans if end >= 0}


def _advance(
    steps: _Steps, text: str, position: int, threads: list[tuple[int, _Slots]]
) -> tuple[list[tuple[int, _Slots]], _Slots | None]:
    """Return the threads that are left behind a character, and the slots if one has matched.

    Threads come in order of preference; what would come after a match is dropped.
    """
    following: list[tuple[int, _Slots]] = []
    seen: set[int] = set()
    waiting = threads[::-1]
    while waiting:
        index, slots = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        if index == len(steps):
            return following, slots
        step = steps[index]
        if step.matcher and not step.matcher.match(text, position):
            continue
        if step.slot is not None:
            slots = (*slots[: step.slot], position, *slots[step.slot + 1 :])
        if step.consumes:
            following.append((index + 1, slots))
        else:
            waiting.extend((index + way, slots) for way in reversed(step.ways))
    return following, None


@lru_cache(maxsize=64)
def _compiled(pattern: str, groups: tuple[str, ...]) -> _Steps:
    """Return the steps of a pattern that has the first of the groups."""
    if len(pattern) > MAX_PATTERN:
        raise _invalid("longer than 300 characters")
    try:
        names = re.compile(pattern, _FLAGS).groupindex
    except re.PatternError, OverflowError, RecursionError:
        raise _invalid("no regular expression") from None
    if groups and groups[0] not in names:
        raise _invalid(f"no group named {groups[0]}")
    flags = _LEADING_FLAGS.match(pattern)
    return _Parser(pattern[flags.end() :] if flags else pattern, groups).alternatives()


class _Parser:
    """Reads a pattern that Python has found to be well formed."""

    def __init__(self, pattern: str, groups: tuple[str, ...]) -> None:
        """Begin at the start of the pattern; of these groups it is noted where they match."""
        self._pattern = pattern
        self._groups = groups
        self._position = 0
        self._depth = 0

    def alternatives(self) -> _Steps:
        """Read branches up to the end of the group."""
        branches = [self._branch()]
        while self._next() == "|":
            self._position += 1
            branches.append(self._branch())
        steps = branches.pop()
        while branches:
            branch = branches.pop()
            split, jump = _Step((1, len(branch) + 2)), _Step((len(steps) + 1,))
            steps = _bounded((split, *branch, jump, *steps))
        return steps

    def _next(self) -> str:
        """Return the next character, empty at the end."""
        return self._pattern[self._position : self._position + 1]

    def _take(self, token: re.Pattern[str]) -> re.Match[str] | None:
        """Pass over a token if it comes next."""
        if match := token.match(self._pattern, self._position):
            self._position = match.end()
        return match

    def _branch(self) -> _Steps:
        """Read items with their quantifiers."""
        steps: _Steps = ()
        while self._next() not in {"", "|", ")"}:
            item = self._item()
            if quantifier := self._take(_QUANTIFIER):
                item = _repeated(item, quantifier)
                if self._next() == "+":
                    raise _invalid("a possessive quantifier")
            steps = _bounded(steps + item)
        return steps

    def _item(self) -> _Steps:
        """Read an assertion, a character or a group."""
        if assertion := self._take(_ASSERTION):
            return (_Step(matcher=re.compile(assertion[0])),)
        if character := self._take(_CHARACTER):
            return (_Step(matcher=re.compile(character[0], _FLAGS), consumes=True),)
        group = self._take(_GROUP)
        if group is None or self._depth == _MAX_DEPTH:
            raise _invalid("something that is not for such patterns")
        self._depth += 1
        steps = self.alternatives()
        self._depth -= 1
        self._position += 1
        if group["name"] not in self._groups:
            return steps
        slot = 2 * self._groups.index(group["name"])
        return (_Step(slot=slot), *steps, _Step(slot=slot + 1))


def _repeated(item: _Steps, quantifier: re.Match[str]) -> _Steps:
    """Return an item as often as a quantifier says."""
    least, most = _counts(quantifier)
    if max(least, most or 0) * (len(item) + 1) > _MAX_STEPS:
        raise _invalid("too many repetitions")
    order = -1 if quantifier["lazy"] else 1
    if most is None:
        again = _Step((-len(item) - 1,))
        tail: _Steps = (_Step((1, len(item) + 2)[::order]), *item, again)
    else:
        tail = ()
        for _ in range(most - least):
            tail = (_Step((1, len(item) + len(tail) + 1)[::order]), *item, *tail)
    return item * least + tail


def _counts(quantifier: re.Match[str]) -> tuple[int, int | None]:
    """Return how often at least and at most; None is without end."""
    if sign := quantifier["sign"]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
    least = int(quantifier["least"] or 0)
    most = quantifier["most"] or quantifier["at_most"]
    if most:
        return least, int(most)
    return least, least if quantifier["least"] and not quantifier["to"] else None


def _bounded(steps: _Steps) -> _Steps:
    """Return steps if they are not too many."""
    if len(steps) > _MAX_STEPS:
        raise _invalid("too many repetitions")
    return steps


def _invalid(detail: str) -> MessageError:
    """Return the error for a pattern that cannot be used."""
    return MessageError(MessageErrorReason.INVALID_PATTERN, detail)

"""Where the steps put themselves, in the order in which they are run."""

from collections.abc import Awaitable, Callable
from typing import Final

from scripts.live.house import House
from scripts.live.waiting import CheckError

type Step = Callable[[House], Awaitable[None]]

STEPS: Final[dict[str, Step]] = {}


def step(function: Step) -> Step:
    """Add a step under its function's name."""
    STEPS[function.__name__] = function
    return function


def require(condition: bool, what: str) -> None:
    """Raise `CheckError` unless the condition holds."""
    if not condition:
        raise CheckError(what)

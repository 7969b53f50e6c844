"""Commands, and by which lines each of them is answered."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from ...redaction import redact_line, redact_text
from ..quirks import is_pushed, looks_unsolicited
from .messages import is_message_header
from .network import is_registration_answer
from .results import FinalResult


class Shape(Enum):
    """The grammar of an answer: which lines may stand in it."""

    NOTHING = auto()
    PREFIXED = auto()
    REGISTRATION = auto()
    FREE = auto()
    MESSAGES = auto()
    ANYTHING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line and the grammar of its answer.

    `limit` is how long, in seconds, the modem may be silent before it must have answered; None is
    the usual limit. `payload` is what it takes after its prompt. `answers` marks a command whose
    `OK` cannot come without an information response before it. `dials` marks one that the results
    of calls end too.
    """

    text: str = field(repr=False)
    shape: Shape = Shape.NOTHING
    prefix: str = ""
    limit: float | None = None
    payload: str | None = field(default=None, repr=False)
    answers: bool = False
    dials: bool = False

    @property
    def is_of_a_person(self) -> bool:
        """Whether a person gave it: nobody knows which secrets are in it and in its answer."""
        return self.shape is Shape.ANYTHING

    @property
    def shown(self) -> str:
        """How a log shows it."""
        if self.is_of_a_person:
            return f"AT{self.prefix.removesuffix(':')} {redact_text(self.text)}"
        return redact_line(self.text)

    def accepts(self, line: str) -> bool:
        """Whether a line that is no final result belongs to the answer."""
        match self.shape:
            case Shape.PREFIXED:
                return line.startswith(self.prefix)
            case Shape.REGISTRATION:
                return line.startswith(self.prefix) and is_registration_answer(line)
            case Shape.FREE:
                return line.startswith(self.prefix or "\0") or not looks_unsolicited(line)
            case Shape.MESSAGES:
                return is_message_header(line) or not looks_unsolicited(line)
            case Shape.ANYTHING:
                return line.startswith(self.prefix or "\0") or not is_pushed(line)
            case Shape.NOTHING:
                return False

    def echoes(self, line: str) -> bool:
        """Whether a line is what the modem got, sent back; noise may stand before it."""
        return line.endswith(self.text) or (self.payload is not None and line == self.payload)

    def within(self, limit: float) -> Command:
        """Return the command with another limit."""
        return replace(self, limit=limit)


@dataclass(frozen=True, slots=True)
class Answer:
    """The information response of a command, line by line, and its final result."""

    lines: tuple[str, ...] = field(repr=False)
    result: FinalResult

    @property
    def ok(self) -> bool:
        """Whether the command was carried out."""
        return self.result.ok

    @property
    def line(self) -> str:
        """The last line of the response, the newest where there are several, or nothing."""
        return self.lines[-1] if self.lines else ""


def setting(text: str) -> Command:
    """Make a command that is answered by nothing but a final result."""
    return Command(text=text)


def query(text: str, prefix: str, *, answers: bool = True) -> Command:
    """Make a command that is answered by lines with a prefix."""
    return Command(text=text, shape=Shape.PREFIXED, prefix=prefix, answers=answers)


def free(text: str, prefix: str = "") -> Command:
    """Make a command whose answer need not have a prefix: makers, numbers, versions."""
    return Command(text=text, shape=Shape.FREE, prefix=prefix, answers=True)

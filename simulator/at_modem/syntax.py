"""The grammar of a command line (ITU-T V.250 clause 5, 3GPP TS 27.007 clause 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
import re

EXTENDED_PREFIXES = "+^*$%#"
_BASIC = re.compile(r"(S\d+|&?[A-Z])(=\?|\?|=?\d*)", re.IGNORECASE)


class CommandSyntaxError(ValueError):
    """The line cannot be read as commands."""


class Form(Enum):
    """Which form of a command is meant."""

    EXECUTE = ""
    READ = "?"
    TEST = "=?"
    SET = "="


@dataclass(frozen=True, slots=True)
class Request:
    """One command of a line: its name in capitals, its form, its arguments without quotes.

    An argument that was left out is None.
    """

    name: str
    form: Form = Form.EXECUTE
    arguments: tuple[str | None, ...] = ()

    @property
    def text(self) -> str:
        """Return the name with its form, as faults are aimed at it."""
        arguments = ",".join("" if item is None else item for item in self.arguments)
        return f"{self.name}{self.form.value}{arguments}"

    def integer(self, position: int, default: int | None = None) -> int:
        """Return a numeric argument; CommandSyntaxError when it is none or missing."""
        value = self.string(position, "")
        if value.isdecimal():
            return int(value)
        if value or default is None:
            raise CommandSyntaxError(f"argument {position + 1} of {self.name} is no number")
        return default

    def string(self, position: int, default: str | None = None) -> str:
        """Return an argument; CommandSyntaxError when it is missing without default."""
        value = self.arguments[position] if position < len(self.arguments) else None
        if value is not None:
            return value
        if default is None:
            raise CommandSyntaxError(f"argument {position + 1} of {self.name} is missing")
        return default


def parse_line(line: str) -> list[Request]:
    """Return the commands of a line that begins with AT, or raise CommandSyntaxError."""
    if line[:2].upper() != "AT":
        raise CommandSyntaxError("a command line begins with AT")
    return list(_requests(line[2:].strip()))


def _requests(text: str) -> Iterator[Request]:
    """Yield the commands behind the AT."""
    while text:
        if text[0] in EXTENDED_PREFIXES:
            command, text = _split_outside_quotes(text, ";")
            yield _extended(command)
        elif text[0] in "dD":
            yield Request("D", Form.SET, (text[1:],))
            return
        elif text[0] in "; ":
            text = text[1:]
        else:
            match = _BASIC.match(text)
            if match is None:
                raise CommandSyntaxError("no command")
            yield _basic(match[1].upper(), match[2])
            text = text[match.end() :]


def _basic(name: str, rest: str) -> Request:
    """Return a command such as E0, &F, S0=1 or S0?."""
    if rest == "?":
        return Request(name, Form.READ)
    if rest == "=?":
        return Request(name, Form.TEST)
    value = rest.removeprefix("=")
    return Request(name, Form.SET if value else Form.EXECUTE, (value,) if value else ())


def _extended(command: str) -> Request:
    """Return a command such as +CREG=2 or +CPIN?."""
    command = command.strip()
    if command.endswith("=?"):
        return Request(command[:-2].upper(), Form.TEST)
    name, equals, rest = command.partition("=")
    if equals:
        return Request(name.strip().upper(), Form.SET, tuple(_arguments(rest)))
    if command.endswith("?"):
        return Request(command[:-1].upper(), Form.READ)
    return Request(command.upper())


def _arguments(text: str) -> Iterator[str | None]:
    """Yield arguments between commas, without their quotes."""
    more: str | None = text
    while more is not None:
        argument, rest = _split_outside_quotes(more, ",")
        found = len(argument) < len(more)
        argument = argument.strip()
        quoted = len(argument) >= 2 and argument[0] == argument[-1] == '"'
        yield argument[1:-1] if quoted else argument or None
        more = rest if found else None


def _split_outside_quotes(text: str, separator: str) -> tuple[str, str]:
    """Split at the first separator that is not within quotes."""
    quoted = False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            return text[:position], text[position + 1 :]
    return text, ""

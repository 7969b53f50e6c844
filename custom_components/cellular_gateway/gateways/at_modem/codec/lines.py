"""From octets to lines and prompts, whatever the modem does with CR, LF, echo and noise."""

from dataclasses import dataclass
import re
from typing import Final

# The longest thing we ask for is a PDU of 2 x 176 digits; a list of all commands is about 3,000.
_LONGEST: Final = 8192
_ENDS: Final = re.compile(rb"[\r\n]+")
_CONTROLS: Final = bytes(set(range(32)) - {9}) + b"\x7f"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The `>` after which a modem takes a PDU (TS 27.005 clause 4.3)."""


PROMPT: Final = Prompt()


class LineBuffer:
    """Cut a stream of octets, read in pieces of any size, into lines and prompts."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._pending = b""

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        self._pending += data

    def next(self, *, prompt: bool) -> str | Prompt | None:
        """Return the next line that is not empty, or None until more is read.

        With `prompt`, which is to be set only while a command waits for one, a `>` at the start
        of a line is a prompt, though no line end follows it.
        """
        while True:
            start = self._pending.lstrip(b"\r\n \0")
            if prompt and start.startswith(b">"):
                self._pending = start[1:]
                return PROMPT
            match = _ENDS.search(start)
            if match is None:
                self._pending = start if len(start) <= _LONGEST else b""
                return None
            self._pending = start[match.end() :]
            if line := _decode(start[: match.start()]):
                return line


def _decode(octets: bytes) -> str:
    """Read a line without its noise; UTF-8 only ever occurs in names of operators and makers."""
    octets = octets.translate(None, _CONTROLS)
    try:
        line = octets.decode()
    except UnicodeDecodeError:
        line = octets.decode("latin-1")
    # What is left over from another speed or a power-up is not ASCII and stands before the line.
    first = re.search(r"[\x20-\x7e]", line)
    return line[first.start() :] if first else ""

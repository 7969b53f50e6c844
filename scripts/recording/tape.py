"""What was said on the line, octet by octet."""

from collections.abc import Iterator
from dataclasses import dataclass
import re
import time
from typing import Final

# Modems put line ends before a line too.
_LINE: Final = re.compile(rb"[\r\n]*[^\r\n]+\r?\n?(?<=[\r\n])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its line ends; `ms` is the time since the first octet, of its own first one.

    `speaker` is "host", "modem", or "event" for what happened on our side.
    """

    ms: int
    speaker: str
    text: str


class Tape:
    """Notes who said what, and when."""

    def __init__(self) -> None:
        """Start with nothing said."""
        self.baudrate = 0
        self.withheld: list[str] = []
        self._began: float | None = None
        self._pieces: list[tuple[int, str, bytes]] = []

    def begin(self, baudrate: int) -> None:
        """Begin anew: the line was opened, at a speed in bit/s; what was before did not work."""
        self.baudrate = baudrate
        self.withheld.clear()
        self._pieces.clear()
        self._began = None

    def note(self, speaker: str, octets: bytes) -> None:
        """Note what somebody said."""
        now = time.monotonic()
        self._began = self._began or now
        self._pieces.append((round((now - self._began) * 1000), speaker, octets))

    def mark(self, event: str) -> None:
        """Note what happened on our side."""
        self.note("event", f"{event}\n".encode())

    def withhold(self, command: str) -> None:
        """Note a command that was not sent."""
        if command not in self.withheld:
            self.withheld.append(command)

    @property
    def heard(self) -> bool:
        """Whether anything came from the modem."""
        return any(speaker == "modem" for _, speaker, _ in self._pieces)

    def lines(self) -> Iterator[Line]:
        """Give all that was said, cut after line ends."""
        pending: dict[str, tuple[int, bytes]] = {}
        for ms, speaker, octets in self._pieces:
            since, before = pending.pop(speaker, (ms, b""))
            since = since if before.strip() else ms
            rest = before + octets
            while match := _LINE.match(rest):
                yield _line(since, speaker, match[0])
                rest = rest[match.end() :]
                since = ms
            if rest:
                pending[speaker] = (since, rest)
        for speaker, (since, rest) in pending.items():
            yield _line(since, speaker, rest)


def _line(ms: int, speaker: str, octets: bytes) -> Line:
    """Make a line; Latin-1 has a character for every octet."""
    return Line(ms, speaker, octets.decode("latin-1"))

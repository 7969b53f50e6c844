"""A modem that plays what a real one was recorded to say, as `scripts/capture` writes it.

A recording is a file of JSON lines. The first is its head: whose dialogue it is, and what a gateway
is expected to find out (`expect`). Each other line has `ms`, the time since the first octet, and
one of `host` or `modem`, a line of text with the line end that it had (octets as Latin-1), or
`event`, which is "connected" where the host had set the modem up and began to listen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
import re
from typing import Any, Final, Self, override

from .link import Link
from .played import PlayedModem

CONNECTED: Final = "connected"

# What a host sends to be rid of an open prompt stands before the next command.
_ABORT: Final = "\x1b"
_FINAL: Final = re.compile(
    r"[\r\n]*(?:OK|ERROR|NO CARRIER|BUSY|NO ANSWER|NO DIAL ?TONE|COMMAND NOT SUPPORT"
    r"|MODEM ERROR: ?\d+|\+CM[ES] ERROR:.*)[\r\n]*"
)
_UNKNOWN: Final = "\r\nERROR\r\n"


@dataclass(slots=True)
class _Reply:
    """What followed one command: its answer, then what came by itself before the next one."""

    text: str = ""
    ended: bool = False
    unsolicited: str = ""

    def take(self, line: str) -> None:
        """Take the next line; an empty one after the final result belongs to what comes then."""
        if self.ended:
            self.unsolicited += line
            return
        self.text += line
        self.ended = _FINAL.fullmatch(line) is not None


@dataclass(slots=True)
class Recording:
    """What a modem said, by the command that it was the answer to.

    `first` came before any command. `later` is what came by itself after the host was connected,
    with the seconds since then.
    """

    head: Mapping[str, Any]
    first: str = ""
    replies: dict[str, list[_Reply]] = field(default_factory=dict)
    later: list[tuple[float, str]] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file; ValueError, TypeError or KeyError when it is no recording."""
        return cls.from_lines(path.read_text(encoding="utf-8").splitlines())

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Self:
        """Read the lines of a file; ValueError, TypeError or KeyError when it is no recording."""
        head, *entries = [json.loads(line) for line in lines if line.strip()] or [None]
        if not isinstance(head, dict) or "expect" not in head:
            raise TypeError("a recording begins with a head that says what to expect")
        recording = cls(head)
        recording._take(entries)
        return recording

    def _take(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Sort what the modem said by what it was said to."""
        reply: _Reply | None = None
        connected: int | None = None
        for entry in entries:
            if "host" in entry:
                command = entry["host"].strip(f"{_ABORT}\r\n ")
                reply = _Reply()
                self.replies.setdefault(command, []).append(reply)
            elif entry.get("event") == CONNECTED:
                connected = entry["ms"]
            elif "modem" not in entry:
                continue
            elif reply is None:
                self.first += entry["modem"]
            elif reply.ended and connected is not None:
                self.later.append(((entry["ms"] - connected) / 1000, entry["modem"]))
            else:
                reply.take(entry["modem"])


class RecordedModem(PlayedModem):
    """Answers each command as it was answered: repeated ones in order, the last one for ever.

    What came by itself comes at its place, after the answer that it followed; what came after the
    host was connected comes when `play_later` says so. A command that was not recorded is one that
    the modem does not know.
    """

    def __init__(self, recording: Recording) -> None:
        """Build a modem from a recording."""
        super().__init__()
        self.recording = recording
        self._asked: dict[str, int] = {}

    def play_later(self) -> None:
        """Write, at once, what came by itself after the host was connected."""
        for _, text in self.recording.later:
            self.say(text)

    def say(self, text: str) -> None:
        """Write a text of the recording to every host."""
        self.write(text.encode("latin-1"))

    @override
    def host_gone(self) -> None:
        self._asked.clear()

    @override
    def command_line(self, link: Link, line: bytes) -> None:
        command = line.decode("latin-1").strip(f"{_ABORT}\r\n ")
        if not command:
            return
        text = "" if self._asked else self.recording.first
        times = self._asked.get(command, 0)
        self._asked[command] = times + 1
        self.commands.append(command)
        if replies := self.recording.replies.get(command):
            reply = replies[min(times, len(replies) - 1)]
            text += reply.text + reply.unsolicited
        else:
            text += _UNKNOWN
        link.write(text.encode("latin-1"))

"""USSD: `+CUSD` (TS 27.007 clause 7.15)."""

from dataclasses import dataclass, field
import re
from typing import Final

from ....sms.ussd import UssdStatus, UssdString, decode_ussd

_QUOTED: Final = re.compile(r'\+CUSD:\s*([0-5])\s*,\s*"(.*)"\s*(?:,\s*(\d{1,3})?)?\s*', re.DOTALL)
_BARE: Final = re.compile(r"\+CUSD:\s*([0-5])\s*(?:,\s*(.*?)\s*(?:,\s*(\d{1,3}))?)?", re.DOTALL)
_OPEN: Final = re.compile(r'\+CUSD:\s*[0-5]\s*,\s*"(.*)')
_CLOSED: Final = re.compile(r'.*"\s*(?:,\s*\d*)?\s*')

# An answer has no more than 182 characters, four hexadecimal digits each.
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class UssdReport:
    """What the network said in a session."""

    status: UssdStatus
    text: str = field(repr=False)


def parse_ussd(line: str) -> UssdReport | None:
    """Read `+CUSD: <m>[,<str>[,<dcs>]]`; the string may lack its quotes and have line ends."""
    if match := _QUOTED.fullmatch(line):
        string = match[2]
    elif match := _BARE.fullmatch(line):
        string = (match[2] or "").strip('"')
    else:
        return None
    coding = int(match[3]) if match[3] else None
    return UssdReport(UssdStatus(int(match[1])), decode_ussd(string, coding))


def ussd_command(request: UssdString) -> str:
    """Write the command that sends a request; its string needs no escapes."""
    return f'+CUSD=1,"{request.string}",{request.coding}'


class UssdLines:
    """Joins the lines of a `+CUSD` that was cut at the line ends of its text."""

    def __init__(self) -> None:
        """Start with nothing open."""
        self._open = ""

    @property
    def is_open(self) -> bool:
        """Whether a text has begun and not ended."""
        return bool(self._open)

    def take(self, line: str) -> str | None:
        """Take a line of the text, its first one too; return the whole once it has ended."""
        self._open = f"{self._open}\n{line}" if self._open else line
        if not _CLOSED.fullmatch(line) and len(self._open) < _LONGEST:
            return None
        return self.end()

    def end(self) -> str:
        """Return what there is of a text, closed if it is not."""
        text, self._open = self._open, ""
        return text if _QUOTED.fullmatch(text) else f'{text}"'

    @staticmethod
    def begins(line: str) -> bool:
        """Whether a line is the first of several."""
        match = _OPEN.fullmatch(line)
        return match is not None and not _CLOSED.fullmatch(match[1])

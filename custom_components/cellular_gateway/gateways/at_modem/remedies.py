"""What is written to a modem that hangs, and how it is known to hang."""

from dataclasses import dataclass
from typing import Final

from .quirks import Quirks

BARE: Final = "AT"

# So many commands in a row without an answer, while AT gets one, are no mere gaps in what a modem
# knows: different ones, or one that is tried again and again.
_DEAD_COMMANDS: Final = 3
_DEAD_TRIES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """What may be written to a modem that hangs; nothing to one that was never met.

    `radio` is for one that answers `AT` alone, `restart` for one that answers nothing.
    """

    radio: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()

    @classmethod
    def of(cls, quirks: Quirks) -> Remedies:
        """Choose what the maker's modems know; `+CFUN` is of TS 27.007 clause 8.2."""
        return cls(radio=("AT+CFUN=0", "AT+CFUN=1"), restart=quirks.revival)


class Pulse:
    """Tells a modem that answers `AT` and nothing else."""

    def __init__(self) -> None:
        """Start in good health."""
        self._missed: list[str] = []

    def heard(self, command: str) -> None:
        """Note an answer."""
        if command != BARE:
            self._missed.clear()

    def missed(self, command: str) -> bool:
        """Note a command without an answer; tell, once, when they are too many."""
        self._missed.append(command)
        if len(set(self._missed)) < _DEAD_COMMANDS and len(self._missed) < _DEAD_TRIES:
            return False
        self._missed.clear()
        return True

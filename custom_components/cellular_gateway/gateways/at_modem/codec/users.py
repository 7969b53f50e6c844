"""AT commands that a person gives."""

import re
from typing import Final

from .commands import Command, Shape

_COMMAND: Final = re.compile(r"AT[\x20-\x7e]{0,500}", re.IGNORECASE)
_NAME: Final = re.compile(r"AT([+^*%$#][A-Z0-9]+)", re.IGNORECASE)

# These wait for a text after a prompt, leave the command state, or make answers unreadable.
_UNFIT: Final = re.compile(
    r"\+(?:CMGS|CMGW|CMGC|CNMA|CMUX|IPR|ICF)=|\+\+\+|^AT(?:[A-Z&]\d*)*(?:V0?(?!\d)|Q1|O\d?)"
    r"|^ATD[^;]*$|^ATA/",
    re.IGNORECASE,
)


def parse_user_command(text: str, limit: float) -> Command | None:
    """Return the command with its limit (s), or None when it must not be sent.

    It is one line of printable ASCII: no CR, LF, Ctrl-Z or ESC.
    """
    text = text.strip(" ")
    if not _COMMAND.fullmatch(text) or _UNFIT.search(text):
        return None
    name = _NAME.match(text)
    prefix = f"{name[1].upper()}:" if name else ""
    return Command(text=text, shape=Shape.ANYTHING, prefix=prefix, limit=limit)

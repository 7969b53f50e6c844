"""What every command has: a handler, and what it needs of the SIM card."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..syntax import Form, Request

if TYPE_CHECKING:
    from ..terminal import Answer, Handler, Terminal


class Access(Enum):
    """What must be there before a command is carried out."""

    ANY = "any"
    CARD = "card"  # a SIM card that is read, locked or not
    SIM = "sim"  # an open SIM card, otherwise +CME ERROR
    MESSAGES = "messages"  # an open SIM card, otherwise +CMS ERROR


@dataclass(frozen=True, slots=True)
class Command:
    """A command; an `optional` one is known only to models whose profile names it."""

    handler: Handler
    access: Access = Access.ANY
    optional: bool = False


def accept(terminal: Terminal, request: Request) -> Answer:
    """Take a setting that has no effect here, and give it back when it is read."""
    plain = terminal.modem.settings.plain
    if request.form is Form.SET:
        plain[request.name] = ",".join(item or "" for item in request.arguments)
    if request.form is Form.READ and request.name in plain:
        return [f"{request.name}: {plain[request.name]}"]
    return []

"""Calls and supplementary services, as far as they meet messages (TS 27.007 clauses 6, 7)."""

from typing import TYPE_CHECKING

from ..errors import CmeError
from ..syntax import Form, Request
from .base import Access, Command, accept

if TYPE_CHECKING:
    from ..terminal import Answer, Terminal


def caller_identity(terminal: Terminal, request: Request) -> Answer:
    """+CLIP: show who calls."""
    settings = terminal.modem.settings
    match request.form:
        case Form.TEST:
            return ["+CLIP: (0,1)"]
        case Form.READ:
            return [f"+CLIP: {settings.caller_identity},1"]
    settings.caller_identity = request.integer(0, 0)
    return []


def dial(terminal: Terminal, request: Request) -> Answer:
    """D: begin a voice call to a number that ends in a semicolon."""
    modem, number = terminal.modem, request.string(0)
    if not number.endswith(";") or not modem.reachable:
        raise CmeError(30)
    modem.call = number.rstrip(";")
    return []


def answer(terminal: Terminal, request: Request) -> Answer:
    """Take the call that rings (A)."""
    if terminal.modem.call is None:
        raise CmeError(3)
    terminal.modem.ringing = False
    return []


def hang_up(terminal: Terminal, request: Request) -> Answer:
    """H and +CHUP: end the call."""
    terminal.modem.call = None
    terminal.modem.ringing = False
    return []


def current_calls(terminal: Terminal, request: Request) -> Answer:
    """+CLCC: the call there is."""
    modem = terminal.modem
    if request.form is Form.TEST or modem.call is None:
        return []
    return [f'+CLCC: 1,{int(modem.ringing)},{4 if modem.ringing else 0},0,0,"{modem.call}",145']


def supplementary(terminal: Terminal, request: Request) -> Answer:
    """+CUSD: send a code such as *100#, whose answer comes unsolicited."""
    modem = terminal.modem
    settings = modem.settings
    match request.form:
        case Form.TEST:
            return ["+CUSD: (0-2)"]
        case Form.READ:
            return [f"+CUSD: {settings.supplementary_reports}"]
    settings.supplementary_reports = request.integer(0, 0)
    code = settings.decode(request.string(1, ""))
    if not code:
        return []
    text = modem.network.supplementary_answers.get(code)
    line = "+CUSD: 4" if text is None else f'+CUSD: 0,"{settings.encode(text)}",15'
    if settings.supplementary_reports == 1:
        terminal.afterwards(lambda: modem.urc(line))
    return []


COMMANDS = {
    "+CLIP": Command(caller_identity),
    "D": Command(dial, Access.SIM),
    "A": Command(answer),
    "H": Command(hang_up),
    "+CHUP": Command(hang_up),
    "+CLCC": Command(current_calls),
    "+CUSD": Command(supplementary, Access.SIM),
    "+CRC": Command(accept),
    "+COLP": Command(accept),
}

"""USSD (3GPP TS 27.007 clause 7.15)."""

from typing import TYPE_CHECKING

from ...ussd import decode_code
from ..errors import AtError, CmeError
from ..syntax import Form, Request
from .base import Access, Command

if TYPE_CHECKING:
    from ..modem import AtModem
    from ..terminal import Answer, Terminal

CANCEL = 2


def supplementary(terminal: Terminal, request: Request) -> Answer:
    """+CUSD: send a code such as *100#, whose answer comes unsolicited, or end the session."""
    modem = terminal.modem
    settings = modem.settings
    match request.form:
        case Form.TEST:
            return ["+CUSD: (0-2)"]
        case Form.READ:
            return [f"+CUSD: {settings.supplementary_reports}"]
    mode = request.integer(0, 0)
    if mode > CANCEL:
        raise CmeError(50)
    if mode == CANCEL:
        modem.ussd.cancel()
        return []
    settings.supplementary_reports = mode
    if not (string := request.string(1, "")):
        return []
    answer = modem.ussd.send(_code(modem, string))
    if answer.before_ok:
        modem.ussd.begin(answer)
    else:
        terminal.afterwards(lambda: modem.ussd.begin(answer))
    return []


def _code(modem: AtModem, string: str) -> str:
    """Return the code in a string; a modem that wants it packed takes nothing else."""
    if not modem.packed_ussd:
        return modem.settings.decode(string)
    try:
        return decode_code(string, packed=True)
    except ValueError as error:
        raise AtError from error


COMMANDS = {"+CUSD": Command(supplementary, Access.SIM)}

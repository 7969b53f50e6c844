"""The SIM card (3GPP TS 27.007 clauses 5.6, 7.1, 7.4, 8.3, 8.18)."""

from typing import TYPE_CHECKING

from ..errors import CmeError
from ..syntax import Form, Request
from .base import Access, Command

if TYPE_CHECKING:
    from ..sim import Sim
    from ..terminal import Answer, Terminal

READ_BINARY = 176
FILE_ICCID = 0x2FE2
FILE_NOT_FOUND = 0x6A82  # status words, ETSI TS 102 221 clause 10.2.1


def card(terminal: Terminal) -> Sim:
    """Return the card; CmeError 10 without one."""
    if terminal.modem.sim is None:
        raise CmeError(10)
    return terminal.modem.sim


def subscriber(terminal: Terminal, request: Request) -> Answer:
    """+CIMI: the subscriber's identity."""
    return [] if request.form is Form.TEST else [card(terminal).imsi]


def own_number(terminal: Terminal, request: Request) -> Answer:
    """+CNUM: the number that the card has written down as its own."""
    number = card(terminal).number
    if request.form is Form.TEST or not number:
        return []
    modem = terminal.modem
    kind = 145 if number.startswith("+") else 129
    return [modem.profile.own_number.format(number=modem.settings.encode(number), type=kind)]


def pin(terminal: Terminal, request: Request) -> Answer:
    """+CPIN: whether the card is open, and its key."""
    modem, sim = terminal.modem, card(terminal)
    match request.form:
        case Form.TEST:
            return []
        case Form.READ:
            return [f"+CPIN: {sim.state}"]
        case Form.EXECUTE:
            raise CmeError(50)
    if sim.state in ("READY", "SIM PIN2"):
        raise CmeError(3)
    code, new = request.string(0), request.string(1, "")
    if sim.needs_puk:
        if not new:
            raise CmeError(12)
        sim.enter_puk(code, new)
    else:
        sim.enter_pin(code)
    if modem.profile.pin_line:
        terminal.afterwards(lambda: modem.urc(modem.profile.pin_line))
    terminal.afterwards(modem.unlocked)
    return []


def lock(terminal: Terminal, request: Request) -> Answer:
    """+CLCK: ask for, set or lift the card's lock "SC"."""
    sim = card(terminal)
    if request.form is Form.TEST:
        return ['+CLCK: ("SC")']
    if request.string(0).upper() != "SC":
        raise CmeError(4)
    mode = request.integer(1)
    if mode == 2:
        return [f"+CLCK: {int(sim.pin is not None)}"]
    if sim.locked:
        raise CmeError(11)
    code = request.string(2)
    if mode == 0 and sim.pin is not None:
        sim.enter_pin(code)
        sim.pin = None
    elif mode == 1:
        sim.pin = sim.pin or code
        sim.enter_pin(code)
    return []


def restricted_access(terminal: Terminal, request: Request) -> Answer:
    """+CRSM: read the file with the ICCID, which needs no PIN (TS 31.102 clause 4.2.1)."""
    sim = card(terminal)
    if request.form is Form.TEST:
        return []
    if (request.integer(0), request.integer(1)) != (READ_BINARY, FILE_ICCID):
        return [f"+CRSM: {FILE_NOT_FOUND >> 8},{FILE_NOT_FOUND & 0xFF}"]
    return [f'+CRSM: 144,0,"{sim.swapped_iccid}"']


COMMANDS = {
    "+CRSM": Command(restricted_access, Access.CARD),
    "+CIMI": Command(subscriber, Access.SIM),
    "+CNUM": Command(own_number, Access.SIM),
    "+CPIN": Command(pin, Access.CARD),
    "+CLCK": Command(lock, Access.CARD),
}

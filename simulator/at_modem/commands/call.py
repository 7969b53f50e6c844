"""Voice calls (ITU-T V.250 clause 6.3, 3GPP TS 27.007 clauses 6.5, 6.20, 7.6, 7.18, 8.1)."""

from typing import TYPE_CHECKING

from ..calls import Call, CallState
from ..errors import CmeError, ResultError
from ..syntax import Form, Request
from .base import Access, Command, accept

if TYPE_CHECKING:
    from ..terminal import Answer, Terminal

# <pas> of +CPAS (TS 27.007 clause 8.1).
READY, RINGING, IN_CALL = 0, 3, 4


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


def switch(terminal: Terminal, request: Request) -> Answer:
    """+CRC, +COLP, +MORING: settings that are off or on."""
    match request.form:
        case Form.TEST:
            return [f"{request.name}: (0,1)"]
        case Form.READ:
            state = terminal.modem.settings.plain.get(request.name, "0")
            network = ",1" if request.name == "+COLP" else ""
            return [f"{request.name}: {state}{network}"]
    if request.integer(0, 0) > 1:
        raise CmeError(50)
    return accept(terminal, request)


async def dial(terminal: Terminal, request: Request) -> Answer:
    """D: begin a voice call to a number that ends in a semicolon.

    The OK comes at once, or with the far end's answer: on a model that dials so, and under
    +COLP=1. Whatever the host types meanwhile ends the call (V.250 clause 5.6.1).
    """
    modem, number = terminal.modem, request.string(0)
    if not number.endswith(";") or not modem.reachable:
        raise CmeError(30)
    if modem.calls.current is not None:
        raise CmeError(3)
    shows_line = modem.settings.plain.get("+COLP") == "1"
    waits = modem.profile.dials_until_answered or shows_line
    call = modem.calls.dial(number.rstrip(";"), waited=waits)
    if not waits:
        terminal.afterwards(lambda: modem.calls.proceed(call))
        return []
    modem.calls.proceed(call)
    await _outcome(terminal, call)
    if modem.profile.dials_until_answered and not shows_line:
        raise ResultError("CONNECT")
    return [f'+COLP: "{call.number}",{call.number_type}'] if shows_line else []


async def _outcome(terminal: Terminal, call: Call) -> None:
    """Wait for the far end's answer; ResultError tells why there was none."""
    calls = terminal.modem.calls
    try:
        typed = await terminal.typed_before(call.result)
    finally:
        if not call.result.done() and calls.current is call:
            calls.hang_up()
    if typed:
        raise ResultError("NO CARRIER")
    if result := call.result.result():
        raise ResultError(result)


def answer(terminal: Terminal, request: Request) -> Answer:
    """Take the call that rings (A); without one the answer is NO CARRIER (V.250 6.3.5)."""
    lines = terminal.modem.calls.answer()
    if lines is None:
        raise ResultError("NO CARRIER")
    terminal.afterwards(terminal.modem.calls.after_answering)
    return lines


def hang_up(terminal: Terminal, request: Request) -> Answer:
    """H and +CHUP: end the call; +CVHU=1 makes H do nothing."""
    if request.form is Form.TEST:
        return []
    modem = terminal.modem
    if request.name == "H" and modem.settings.voice_hang_up == 1:
        return []
    call = modem.calls.current
    terminal.afterwards(lambda: modem.calls.after_hanging_up(call))
    return modem.calls.hang_up()


def voice_hang_up(terminal: Terminal, request: Request) -> Answer:
    """+CVHU: what H does to a voice call."""
    settings = terminal.modem.settings
    match request.form:
        case Form.TEST:
            return ["+CVHU: (0,1)"]
        case Form.READ:
            return [f"+CVHU: {settings.voice_hang_up}"]
    if (value := request.integer(0, 0)) > 1:
        raise CmeError(50)
    settings.voice_hang_up = value
    return []


def current_calls(terminal: Terminal, request: Request) -> Answer:
    """+CLCC: the call there is; SIMCom tells every change by itself after +CLCC=1."""
    modem = terminal.modem
    settings, reports = modem.settings, modem.profile.call_reports
    match request.form:
        case Form.TEST:
            return ["+CLCC: (0,1)"] if reports else []
        case Form.READ if reports:
            return [f"+CLCC: {settings.call_reports}"]
        case Form.SET if reports:
            settings.call_reports = request.integer(0, 0)
            return []
        case Form.READ | Form.SET:
            raise CmeError(50)
    call = modem.calls.current
    return [] if call is None else [call.line]


def activity(terminal: Terminal, request: Request) -> Answer:
    """+CPAS: ready, ringing, or in a call."""
    if request.form is Form.TEST:
        return [f"+CPAS: ({READY},{RINGING},{IN_CALL})"]
    call = terminal.modem.calls.current
    if call is None:
        return [f"+CPAS: {READY}"]
    return [f"+CPAS: {RINGING if call.state is CallState.INCOMING else IN_CALL}"]


COMMANDS = {
    "+CLIP": Command(caller_identity),
    "D": Command(dial, Access.SIM),
    "A": Command(answer),
    "H": Command(hang_up),
    "+CHUP": Command(hang_up),
    "+CVHU": Command(voice_hang_up),
    "+CLCC": Command(current_calls),
    "+CPAS": Command(activity),
    "+CRC": Command(switch),
    "+COLP": Command(switch),
    "+MORING": Command(switch, optional=True),
}

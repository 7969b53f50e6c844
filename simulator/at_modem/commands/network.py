"""Registration, signal, power, clock (3GPP TS 27.007 clauses 7.2, 8, 10.1)."""

from datetime import datetime, timedelta, timezone
import re
from typing import TYPE_CHECKING

from ..errors import CmeError, UnknownCommandError
from ..syntax import Form, Request
from .base import Command

if TYPE_CHECKING:
    from ..terminal import Answer, Terminal

_CLOCK = re.compile(r"(\d\d)/(\d\d)/(\d\d),(\d\d):(\d\d):(\d\d)(?:([+-])(\d\d))?")


def registration(terminal: Terminal, request: Request) -> Answer:
    """+CREG, +CGREG, +CEREG: registration, and whether its changes are reported."""
    modem, domain = terminal.modem, request.name
    if domain not in modem.profile.domains:
        raise UnknownCommandError
    reports = modem.settings.registration_reports
    modes = modem.profile.registration_modes.get(domain, (0, 1, 2))
    mode = reports.get(domain, 0)
    match request.form:
        case Form.TEST:
            more = "".join(f",{other}" for other in modes if other > 2)
            return [f"{domain}: (0-2{more})"]
        case Form.READ:
            return [f"{domain}: {mode},{modem.registration_values(domain)}"]
    mode = request.integer(0, 0)
    if mode not in modes:
        raise CmeError(50)
    reports[domain] = mode
    return []


def _up_to(value: int, highest: int) -> int:
    """Return a value that is in its range, CmeError 50 otherwise."""
    if value > highest:
        raise CmeError(50)
    return value


def signal(terminal: Terminal, request: Request) -> Answer:
    """+CSQ: received signal strength and bit error rate."""
    if request.form is Form.TEST:
        return ["+CSQ: (0-31,99),(0-7,99)"]
    figures = terminal.modem.radio.signal
    rssi = figures.rssi if terminal.modem.settings.functionality == 1 else 99
    return [f"+CSQ: {rssi},{figures.ber}"]


def extended_signal(terminal: Terminal, request: Request) -> Answer:
    """+CESQ: the figures of each access technology."""
    modem = terminal.modem
    if not modem.profile.extended_signal:
        raise UnknownCommandError
    if request.form is Form.TEST:
        return ["+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)"]
    s = modem.radio.signal
    return [f"+CESQ: {s.rxlev},{s.ber},{s.rscp},{s.ecno},{s.rsrq},{s.rsrp}"]


def functionality(terminal: Terminal, request: Request) -> Answer:
    """+CFUN: radio on and off, and restart."""
    modem = terminal.modem
    match request.form:
        case Form.TEST:
            levels = ",".join(str(level) for level in modem.profile.functionalities)
            return [f"+CFUN: ({levels}),(0-1)"]
        case Form.READ:
            return [f"+CFUN: {modem.settings.functionality}"]
    level = request.integer(0, 1)
    if level not in modem.profile.functionalities:
        raise CmeError(50)
    if request.integer(1, 0) == 1 or level in modem.profile.restart_functionalities:
        terminal.afterwards(modem.reboot)
        return []
    modem.settings.functionality = level
    modem.radio.stuck = modem.radio.stuck and level == 1
    terminal.afterwards(modem.refresh)
    return []


def clock(terminal: Terminal, request: Request) -> Answer:
    """+CCLK: the modem's clock with its zone in quarter hours."""
    modem = terminal.modem
    match request.form:
        case Form.TEST:
            return []
        case Form.READ:
            now = modem.now()
            quarters = int((now.utcoffset() or timedelta()) / timedelta(minutes=15))
            return [f'+CCLK: "{now:%y/%m/%d,%H:%M:%S}{quarters:+03d}"']
    if (match := _CLOCK.fullmatch(request.string(0))) is None:
        raise CmeError(50)
    offset = timedelta(minutes=15 * int(match[8] or 0)) * (-1 if match[7] == "-" else 1)
    year, *rest = (int(field) for field in match.group(1, 2, 3, 4, 5, 6))
    try:
        modem.set_clock(datetime(2000 + year, *rest, tzinfo=timezone(offset)))  # type: ignore[misc, arg-type]
    except ValueError as error:
        raise CmeError(50) from error
    return []


def time_zone(terminal: Terminal, request: Request) -> Answer:
    """+CTZU and +CTZR: let the network set the clock, and tell its zone."""
    settings = terminal.modem.settings
    updates = request.name == "+CTZU"
    match request.form:
        case Form.TEST:
            return [f"{request.name}: (0,1)"]
        case Form.READ:
            value = settings.time_zone_updates if updates else settings.time_zone_reports
            return [f"{request.name}: {value}"]
    value = _up_to(request.integer(0, 0), 1 if updates else 2)
    if updates:
        settings.time_zone_updates = value
    else:
        settings.time_zone_reports = value
    return []


COMMANDS = {
    "+CREG": Command(registration),
    "+CGREG": Command(registration),
    "+CEREG": Command(registration),
    "+CSQ": Command(signal),
    "+CESQ": Command(extended_signal),
    "+CFUN": Command(functionality),
    "+CCLK": Command(clock),
    "+CTZU": Command(time_zone),
    "+CTZR": Command(time_zone),
}

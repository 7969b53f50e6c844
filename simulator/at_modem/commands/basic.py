"""Line and result settings (ITU-T V.250 clauses 6.1 to 6.3, TS 27.007 clauses 5.5, 9.1)."""

from typing import TYPE_CHECKING

from ..errors import CmeError
from ..settings import Settings
from ..syntax import Form, Request
from .base import Command, accept

if TYPE_CHECKING:
    from ..terminal import Answer, Terminal


def echo(terminal: Terminal, request: Request) -> Answer:
    """E: echo off or on."""
    terminal.modem.settings.echo = bool(request.integer(0, 0))
    return []


def verbose(terminal: Terminal, request: Request) -> Answer:
    """V: results as numbers or in words."""
    terminal.modem.settings.verbose = bool(request.integer(0, 0))
    return []


def quiet(terminal: Terminal, request: Request) -> Answer:
    """Q: results on or off."""
    terminal.modem.settings.quiet = bool(request.integer(0, 0))
    return []


def reset(terminal: Terminal, request: Request) -> Answer:
    """Z and &F: settings as after a start, but for what the radio and the lines have."""
    modem = terminal.modem
    fresh = Settings.of(modem.profile)
    fresh.functionality = modem.settings.functionality
    modem.settings = fresh
    return []


def error_reports(terminal: Terminal, request: Request) -> Answer:
    """+CMEE: how errors are told."""
    settings = terminal.modem.settings
    match request.form:
        case Form.TEST:
            return ["+CMEE: (0-2)"]
        case Form.READ:
            return [f"+CMEE: {settings.error_verbosity}"]
    value = request.integer(0, 0)
    if value > 2:
        raise CmeError(50)
    settings.error_verbosity = value
    return []


def character_set(terminal: Terminal, request: Request) -> Answer:
    """+CSCS: the character set of strings."""
    modem = terminal.modem
    known = modem.profile.character_sets
    match request.form:
        case Form.TEST:
            return ["+CSCS: (" + ",".join(f'"{name}"' for name in known) + ")"]
        case Form.READ:
            return [f'+CSCS: "{modem.settings.character_set}"']
    name = request.string(0).upper()
    if name not in known:
        raise CmeError(50)
    modem.settings.character_set = name
    return []


COMMANDS = {
    "E": Command(echo),
    "V": Command(verbose),
    "Q": Command(quiet),
    "Z": Command(reset),
    "&F": Command(reset),
    "+CMEE": Command(error_reports),
    "+CSCS": Command(character_set),
} | {
    name: Command(accept)
    for name in (
        "X",
        "L",
        "M",
        "S0",
        "S3",
        "S4",
        "S7",
        "&C",
        "&D",
        "&W",
        "&V",
        "+ICF",
        "+IFC",
        "+IPR",
    )
}

"""TELL alarm communicators (Pager) and gate controllers (Gate Control).

Sources: TELL cloud connection page (CONNECT and its answers); manuals Pager4 2G.IN4.R2 p. 81-82,
GSM Pager3 p. 16, Gate Control BASE 1000 p. 49-50, Gate Control 20 p. 7-8. The manuals say that
every command begins with a star, but print CONNECT and the commands of the Pager3 without it.
"""

from collections.abc import Sequence
from dataclasses import replace
import re
from typing import Final

from .base import CommandSpec, Encoder, Family, Request, Settings, Variant, texts
from .errors import CommandError, CommandErrorReason
from .parsing import find_signal
from .reading import AnswerError, CloudConnection, Input, Reading, ReadingKind, Signal, Values
from .vocabulary import (
    CLOUD_ALWAYS_ON,
    NUMBER,
    ON,
    OWN_NUMBER,
    RELAY,
    Command,
    Credential,
    Option,
    Parameter,
    ParameterKind,
)

_ROLES: Final = {"user": "U", "admin": "A", "superadmin": "S"}
_ENTRY: Final = {"permitted_period": "L", "always": "N"}
_OUTPUTS: Final = {"output_1": "1", "output_2": "2", "both": "B"}

_CONNECTED: Final = re.compile(
    r"connected to\s{0,3}\(?\s{0,3}([\w.-]{1,253})\s?:\s?(\d{1,5})\s{0,3}\)?\s{0,3}"
    r"ID\s?=\s{0,3}\(?\s{0,3}([^)\s]{1,64})",
    re.IGNORECASE,
)
_RELAY: Final = re.compile(
    r"\brelay ?([1-8]) (de)?activated\b(?:\s?:\s?(\d{1,4}) ?sec\b)?", re.IGNORECASE
)
_ARMED: Final = re.compile(r"\b(dis)?armed\b", re.IGNORECASE)
_RELAY_STATE: Final = re.compile(r"\br(?:elay)? ?([1-8])\s?[:=]\s?(on|off)\b", re.IGNORECASE)
_FORWARDED: Final = re.compile(r"\s*SMS forward from \+?[\w ]{1,20}:")
_SIGNAL: Final = re.compile(r"\bSIGNAL \(0-10\)=(\d{1,2})\b")
_INPUTS: Final = re.compile(r"^IN([1-8])=(\d{1,4});STATUS=(ALARM|IDLE)\b", re.MULTILINE)
_RELAYS: Final = re.compile(r"^REL([1-8])=\w{1,8};STATUS=(ON|OFF)\b", re.MULTILINE)

_REFUSED: Final = AnswerError.COMMAND_REFUSED
# A line, the commands that it answers (none: whichever is asked), and what went wrong.
_LINES: Final = tuple(
    (re.compile(line, re.IGNORECASE), frozenset(answers), error)
    for line, answers, error in (
        (r"missing apn\.?", [Command.CONNECT], AnswerError.MISSING_APN),
        (r"network connection error\.?", [Command.CONNECT], AnswerError.NETWORK_CONNECTION),
        (r"unauthorized user!", [], AnswerError.NOT_AUTHORISED),
        (r"syntax error!|cmd error", [], AnswerError.SYNTAX),
        (r"wrong password", [], AnswerError.WRONG_PASSWORD),
        (r"arming failed", [Command.ARM], _REFUSED),
        (r"disarming failed", [Command.DISARM], _REFUSED),
        (r"armed", [Command.ARM], None),
        (r"disarmed", [Command.DISARM], None),
        (r"you are registered as superadmin!", [Command.BIND_NUMBER], None),
        (r"error: superadmin user already registered!", [Command.BIND_NUMBER], _REFUSED),
        (r"error: username already registered!", [Command.BIND_NUMBER], _REFUSED),
        (r"new user registered\.", [Command.ADD_USER], None),
        (r"number error!|user already exists!|missing parameter", [Command.ADD_USER], _REFUSED),
        (r"error: invalid character: .{1,10}", [], _REFUSED),
        (r"\d{1,3} user\(s\) added", [Command.ADD_USER, Command.BIND_NUMBER], None),
        (r"user removed", [Command.DELETE_USER], None),
        (r"user not found to delete|empty phonebook", [], _REFUSED),
        (r"rel[12] (?:mode set|time) ok", [Command.SET_PARAMETER], None),
        (r"invalid rel[12] time", [Command.SET_PARAMETER], _REFUSED),
        (r"intype error|invalid input sens\.", [], _REFUSED),
    )
)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read an answer, or an SMS that the device passes on."""
    if match := _CONNECTED.search(text):
        return _connected(match)
    if _FORWARDED.match(text):
        return Reading(kind=ReadingKind.MESSAGE)
    return _gate_status(text) or _pager_status(text, asked) or _confirmed(text, asked)


def _connected(match: re.Match[str]) -> Reading | None:
    """Read where the device has connected to."""
    port = int(match[2])
    if not 0 < port < 65536:
        return None
    return Reading(
        answers=frozenset({Command.CONNECT}),
        values=Values(cloud=CloudConnection(match[1], port, match[3])),
        certain=True,
    )


def _confirmed(text: str, asked: Command | None) -> Reading | None:
    """Read what was done or not; of several lines an error counts most."""
    found = [
        (answers, error)
        for line in text.splitlines()
        for pattern, answers, error in _LINES
        if pattern.fullmatch(line.strip())
    ]
    switched = list(_RELAY.finditer(text))
    relays = {int(match[1]): match[2] is None for match in switched}
    seconds = {int(match[1]): int(match[3] or 0) for match in switched if match[2] is None}
    if relays:
        found.append((frozenset({Command.SWITCH_RELAY}), None))
    if not found:
        return None
    answers, error = next((row for row in found if row[1]), found[0])
    return Reading(
        answers=answers or frozenset({asked} if asked else ()),
        values=Values(
            armed=_armed(text) if error is None else None,
            relays=relays or None,
            relay_seconds=seconds or None,
        ),
        error=error,
    )


def _armed(text: str) -> bool | None:
    """Tell whether a text says that the device is armed."""
    match = _ARMED.search(text)
    return None if match is None else match[1] is None


def _pager_status(text: str, asked: Command | None) -> Reading | None:
    """Read the answer to STATUS, whose wording the manuals do not print."""
    relays = {
        int(match[1]): match[2].lower() == "on" for match in _RELAY_STATE.finditer(text)
    } or None
    values = Values(armed=_armed(text), relays=relays, signal=find_signal(text))
    if asked is not Command.REQUEST_STATUS or values == Values():
        return None
    return Reading(answers=frozenset({asked}), values=values)


def _gate_status(text: str) -> Reading | None:
    """Read the status of a Gate Control 20; its signal is 0 to 10."""
    signal = _SIGNAL.search(text)
    inputs = {
        int(match[1]): Input(match[3] == "ALARM", int(match[2])) for match in _INPUTS.finditer(text)
    }
    relays = {int(match[1]): match[2] == "ON" for match in _RELAYS.finditer(text)}
    if not (signal or inputs or relays):
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        certain=True,
        values=Values(
            signal=Signal(int(signal[1]), 10) if signal else None,
            inputs=inputs or None,
            relays=relays or None,
        ),
    )


def _written(request: Request, words: str, *, star: bool, confirm: bool) -> list[str]:
    """Write a command; without CRQ the device does not confirm what it has done."""
    parts = [words]
    if request.options["password_needed"]:
        parts.append(f"PWD={request.credentials['password']}")
    if confirm:
        parts.append("CRQ")
    prefix = "*" if star or request.options["leading_star"] else ""
    return [f"{prefix}{','.join(parts)}#"]


def _say(words: str, *, star: bool = True, confirm: bool = False) -> Encoder:
    """Write a command that has no parameters."""
    return lambda request: _written(request, words, star=star, confirm=confirm)


def _switch(*, star: bool) -> Encoder:
    """Write the switching of a relay; it may go off by itself after some seconds."""

    def write(request: Request) -> Sequence[str]:
        """Write it; only what goes on has a time."""
        relay, on, seconds = (request.parameters[key] for key in ("relay", "on", "seconds"))
        if seconds and on != "true":
            raise CommandError(CommandErrorReason.PARAMETER_UNKNOWN, "seconds")
        words = f"R{relay}=ON{seconds}" if on == "true" else f"R{relay}=OFF"
        return _written(request, words, star=star, confirm=True)

    return write


def _superadmin(request: Request) -> Sequence[str]:
    """Register the number that sends as the first super admin of a Gate Control BASE."""
    name = request.parameters["name"]
    return [f"*SUPERADMIN={name}#" if name else "*SUPERADMIN#"]


def _add_user(request: Request) -> Sequence[str]:
    """Register a user of a Gate Control BASE."""
    told = request.parameters
    role, entry, output = _ROLES[told["role"]], _ENTRY[told["entry"]], _OUTPUTS[told["output"]]
    return [f"*n={told['number']},{told['name']},{role},{entry},{output}#"]


def _delete_user(request: Request) -> Sequence[str]:
    """Delete a user of a Gate Control BASE by number, name or both."""
    number, name = request.parameters["number"], request.parameters["name"]
    if not number and not name:
        raise CommandError(CommandErrorReason.PARAMETER_MISSING, "number")
    return [f"*d={number},{name}#" if name else f"*d={number}#"]


def _relay_time(request: Request) -> Sequence[str]:
    """Set for how long a Gate Control 20 switches an output: without a time until called again."""
    seconds = request.parameters["seconds"] or "FIX"
    password, relay = request.credentials["password"], request.parameters["relay"]
    return [f"PWD={password}#REL{relay}={seconds}#"]


def _choice(key: str, choices: dict[str, str], default: str) -> Parameter:
    """Return a parameter with some choices."""
    return Parameter(
        key=key,
        kind=ParameterKind.CHOICE,
        required=False,
        default=default,
        choices=tuple(choices),
    )


_NAME: Final = Parameter(key="name", maximum=30)
_SECONDS: Final = Parameter(
    key="seconds", kind=ParameterKind.NUMBER, required=False, minimum=1, maximum=3600
)
# Longer messages are cut by the device.
_LENGTH: Final = 60
_PASSWORD: Final = (Credential(key="password", default="1234", maximum=16),)
_CONNECT: Final = CommandSpec(encode=_say("CONNECT", star=False), maximum=_LENGTH)

_PAGER: Final = Variant(
    key="pager",
    models=("Pager4 IN4.R2", "Pager4 IN6.R1", "Adapter"),
    credentials=_PASSWORD,
    relays=2,
    commands={
        Command.CONNECT: _CONNECT,
        Command.ARM: CommandSpec(encode=_say("ARM", confirm=True), maximum=_LENGTH),
        Command.DISARM: CommandSpec(encode=_say("DISARM", confirm=True), maximum=_LENGTH),
        Command.SWITCH_RELAY: CommandSpec(
            encode=_switch(star=True), parameters=(RELAY, ON, _SECONDS), maximum=_LENGTH
        ),
        Command.REQUEST_STATUS: CommandSpec(encode=_say("STATUS"), maximum=_LENGTH),
    },
)
_PAGER_3: Final = Variant(
    key="pager_3",
    models=("GSM Pager3",),
    credentials=_PASSWORD,
    relays=1,
    commands={
        Command.SWITCH_RELAY: CommandSpec(
            encode=_switch(star=False),
            parameters=(replace(RELAY, maximum=1), ON, replace(_SECONDS, maximum=254)),
            maximum=_LENGTH,
        ),
        Command.REQUEST_STATUS: CommandSpec(encode=_say("STATUS REQ", star=False), maximum=_LENGTH),
        Command.SET_CLOCK: CommandSpec(encode=texts("#dt"), replies=False),
    },
)
_GATE_BASE: Final = Variant(
    key="gate_base",
    models=("Gate Control BASE", "Gate Control 1000"),
    credentials=_PASSWORD,
    commands={
        Command.CONNECT: _CONNECT,
        Command.BIND_NUMBER: CommandSpec(
            encode=_superadmin, parameters=(replace(_NAME, required=False),), maximum=_LENGTH
        ),
        Command.ADD_USER: CommandSpec(
            encode=_add_user,
            parameters=(
                NUMBER,
                _NAME,
                _choice("role", _ROLES, "user"),
                _choice("entry", _ENTRY, "permitted_period"),
                _choice("output", _OUTPUTS, "both"),
            ),
            maximum=_LENGTH,
        ),
        Command.DELETE_USER: CommandSpec(
            encode=_delete_user,
            parameters=(replace(NUMBER, required=False), replace(_NAME, required=False)),
            maximum=_LENGTH,
        ),
    },
)
_GATE_20: Final = Variant(
    key="gate_20",
    models=("Gate Control 20",),
    relays=2,
    inputs=2,
    credentials=_PASSWORD,
    commands={
        Command.BIND_NUMBER: CommandSpec(
            encode=texts("PWD={password}#TEL=+{own_number}#"), parameters=(OWN_NUMBER,)
        ),
        Command.ADD_USER: CommandSpec(
            encode=texts("PWD={password}#TEL={number}#"), parameters=(NUMBER,)
        ),
        Command.SET_PARAMETER: CommandSpec(encode=_relay_time, parameters=(RELAY, _SECONDS)),
        Command.REQUEST_STATUS: CommandSpec(encode=texts("PWD={password}#STATUS?#")),
    },
)

FAMILY: Final = Family(
    key="tell",
    name="TELL",
    variants=(_PAGER, _PAGER_3, _GATE_BASE, _GATE_20),
    options=(
        Option(key="leading_star"),
        Option(key="password_needed"),
        Option(key=CLOUD_ALWAYS_ON),
    ),
    reserved="*#,=",
    decoder=_decode,
    yields=frozenset({"armed", "cloud", "inputs", "relay_seconds", "relays", "signal"}),
)

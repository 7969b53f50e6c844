"""Vimar 01913 CLIMAPHONE, a room thermostat with a SIM.

Source: Vimar 01913 instruction manual, chapter 13. Decimals have a comma in commands and a point
in answers. A wrong code is answered by silence.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
import re
from typing import Final

from .base import CommandSpec, Encoder, Family, Request, Variant, texts
from .errors import CommandError, CommandErrorReason
from .reading import Alarm, Mode, Season
from .vimar_01913_answers import decode
from .vocabulary import NUMBER, ON, RELAY, Command, Credential, Parameter, ParameterKind


def _degrees(request: Request, key: str) -> str:
    """Write a temperature as the device wants it: with a comma, and at most one decimal."""
    try:
        value = Decimal(request.parameters[key]) + 0
    except InvalidOperation:
        raise CommandError(CommandErrorReason.PARAMETER_INVALID, key) from None
    if value != round(value, 1):
        raise CommandError(CommandErrorReason.PARAMETER_INVALID, key)
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def _say(write: Callable[[Request], str]) -> Encoder:
    """Write one message that begins with the code."""
    return lambda request: [f"{request.credentials['code']}.{write(request)}"]


# The command of each mode, and the parameters that it needs.
_WRITTEN_MODES: Final = {
    Mode.OFF: ("OFF", ()),
    Mode.AUTO: ("AUTO", ()),
    Mode.MANUAL: ("MAN", ("temperature",)),
    Mode.ANTIFREEZE: ("ANTIGELO", ("temperature",)),
    Mode.TIMED_OFF: ("OFFTEMP", ("hours",)),
    Mode.TIMED_MANUAL: ("MANTEMP", ("temperature", "hours")),
}


def _write_mode(request: Request) -> str:
    """Write a mode with exactly the parameters that it has."""
    words, needed = _WRITTEN_MODES[Mode(request.parameters["mode"])]
    written = ["C1", words]
    for key in ("temperature", "hours"):
        if bool(request.parameters[key]) is not (key in needed):
            raise CommandError(_superfluous_or_missing(key in needed), key)
    if "temperature" in needed:
        written.append(_degrees(request, "temperature"))
    if "hours" in needed:
        written.append(f"{int(request.parameters['hours']):02}")
    return ".".join(written)


def _superfluous_or_missing(needed: bool) -> CommandErrorReason:
    """Return why a parameter must be left out or given."""
    reason = CommandErrorReason
    return reason.PARAMETER_MISSING if needed else reason.PARAMETER_UNKNOWN


def _write_credit_request(request: Request) -> str:
    """Write how the operator is asked: by a text to a number, or by a call without one."""
    number, text = request.parameters["number"], request.parameters["text"].strip()
    by_sms = request.parameters["type"] == "S"
    if bool(text) is not by_sms:
        raise CommandError(_superfluous_or_missing(by_sms), "text")
    return f"SIMCREDITSET.S.{number}.{text}" if by_sms else f"SIMCREDITSET.C.{number}"


def _write_number(request: Request) -> str:
    """Write one of the eight numbers that may be alarmed; left out it is that of the port."""
    number = request.parameters["number"] or request.settings.own_number
    if not number:
        raise CommandError(CommandErrorReason.OWN_NUMBER_UNKNOWN, "number")
    return f"NUM{request.parameters['position']}.{number}"


def _write_alarm(request: Request) -> str:
    """Write whether an alarm is raised, and perhaps from which temperature on."""
    alarm, temperature = request.parameters["alarm"], request.parameters["temperature"]
    words = _ALARMS[alarm]
    state = f"{words}.{'ON' if request.parameters['on'] == 'true' else 'OFF'}"
    if not temperature:
        return state
    if alarm == "power_cut":
        raise CommandError(CommandErrorReason.PARAMETER_UNKNOWN, "temperature")
    return f"{words}.{_degrees(request, 'temperature')}/{state}"


def _write_code(request: Request) -> str:
    """Write a new code, which must serve as the beginning of every command."""
    code = request.parameters["new_code"]
    if any(character.isspace() for character in code):
        raise CommandError(CommandErrorReason.PARAMETER_INVALID, "new_code")
    return f"COD.{code}"


def _write_season(request: Request) -> str:
    """Write the season."""
    return "C1.RISC" if request.parameters["season"] == Season.HEATING else "C1.COND"


def _write_output(request: Request) -> str:
    """Write the switching of the auxiliary output."""
    return "R1.ON" if request.parameters["on"] == "true" else "R1.OFF"


def _write_level(request: Request) -> str:
    """Write one of the three temperatures of the program."""
    return f"C1.{request.parameters['level'].upper()}.{_degrees(request, 'value')}"


def _choice(key: str, choices: Sequence[str]) -> Parameter:
    """Return a parameter with some choices."""
    return Parameter(key=key, kind=ParameterKind.CHOICE, choices=tuple(choices))


_ALARMS: Final = {
    "temperature_high": "ATEMP.AT1",
    "temperature_low": "ATEMP.AT0",
    "power_cut": "AR",
}
# Its point is no separator: it is written as a comma.
_TEMPERATURE: Final = Parameter(
    key="temperature",
    kind=ParameterKind.DECIMAL,
    required=False,
    minimum=0,
    maximum=40,
    free=True,
)
_HOURS: Final = Parameter(
    key="hours", kind=ParameterKind.NUMBER, required=False, minimum=1, maximum=99
)
_POSITION: Final = Parameter(
    key="position",
    kind=ParameterKind.NUMBER,
    required=False,
    default="1",
    minimum=1,
    maximum=8,
)

_COMMANDS: Final = {
    Command.SET_MODE: CommandSpec(
        encode=_say(_write_mode), parameters=(_choice("mode", list(Mode)), _TEMPERATURE, _HOURS)
    ),
    Command.SET_SEASON: CommandSpec(
        encode=_say(_write_season), parameters=(_choice("season", list(Season)),)
    ),
    Command.SET_PARAMETER: CommandSpec(
        encode=_say(_write_level),
        parameters=(
            _choice("level", ("t1", "t2", "t3")),
            replace(_TEMPERATURE, key="value", required=True),
        ),
    ),
    Command.REQUEST_STATUS: CommandSpec(encode=texts("{code}.C1.STATO")),
    Command.SWITCH_RELAY: CommandSpec(
        encode=_say(_write_output), parameters=(replace(RELAY, maximum=1), ON)
    ),
    Command.REQUEST_IO: CommandSpec(encode=texts("{code}.R1.STATO")),
    Command.SET_ALARM: CommandSpec(
        encode=_say(_write_alarm),
        parameters=(_choice("alarm", list(_ALARMS)), ON, _TEMPERATURE),
        replies=False,
    ),
    Command.SET_CREDIT_REQUEST: CommandSpec(
        encode=_say(_write_credit_request),
        parameters=(
            _choice("type", ("S", "C")),
            NUMBER,
            Parameter(key="text", required=False, maximum=100),
        ),
        replies=False,
    ),
    Command.DELETE_CREDIT_REQUEST: CommandSpec(
        encode=texts("{code}.SIMCREDITSET.0"), replies=False
    ),
    Command.READ_CREDIT_REQUEST: CommandSpec(encode=texts("{code}.?SIMCREDITSET")),
    Command.REQUEST_CREDIT: CommandSpec(encode=texts("{code}.SIMCREDIT")),
    Command.BIND_NUMBER: CommandSpec(
        encode=_say(_write_number),
        parameters=(_POSITION, replace(NUMBER, required=False)),
        replies=False,
    ),
    Command.SET_CODE: CommandSpec(
        encode=_say(_write_code),
        parameters=(Parameter(key="new_code", minimum=4, maximum=10, secret=True),),
    ),
}

FAMILY: Final = Family(
    key="vimar_01913",
    name="Vimar 01913",
    variants=(
        Variant(
            models=("01913",),
            credentials=(Credential(key="code", default="1234", minimum=4, maximum=10),),
            relays=1,
            commands=_COMMANDS,
        ),
    ),
    reserved="./",
    decoder=decode,
    yields=frozenset({"alarms", "balance", "external_power", "relays", "thermostat"}),
    alarms=frozenset({Alarm.INPUT, Alarm.POWER_CUT, Alarm.TEMPERATURE}),
    secrets=re.compile(r"(?:Entered code:\s{0,4}|\.COD\.)([^\s./]{1,32})", re.IGNORECASE),
)

"""Concox and Jimi trackers (GT06N, JM-VL, X3, Wetrack) and those that copy them.

Sources: EMnify device guide, "Concox GPS APN configuration"; manuals Jimi JM01 p. 15 and Concox
GK301. They obey the numbers that are set as SOS or centre number only.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
import re
from typing import Final

from .base import CommandSpec, Family, Settings, Variant, texts
from .parsing import clock, find_battery, find_position, pairs, switched
from .reading import Alarm, AnswerError, Reading, ReadingKind, Signal, Values
from .vocabulary import APN, Command, Credential

_TIME: Final = re.compile(
    r"\bDateTime:\s?(\d{4}|\d\d)-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d))?", re.IGNORECASE
)
_SPEED: Final = re.compile(r"\bSpeed:\s?(\d{1,4}(?:\.\d{1,4})?)", re.IGNORECASE)
_COURSE: Final = re.compile(r"\bCourse:\s?(\d{1,3}(?:\.\d{1,2})?)", re.IGNORECASE)
_NO_FIX: Final = re.compile(r"\s*(?:Current position!\s?)?NO DATA!?", re.IGNORECASE)
_ERROR: Final = re.compile(r"\s*ERROR\b\W{0,2}(\d{1,4})?", re.IGNORECASE)
# A number that is neither SOS nor centre number is told this.
_UNKNOWN_NUMBER: Final = "110"
_DONE: Final = re.compile(r"\bOK\b|\bsuccess", re.IGNORECASE)
_CONFIRMED: Final = frozenset({Command.SET_APN, Command.SETUP})
_LOW: Final = re.compile(r"\bbattery too low\b", re.IGNORECASE)
# The copies of Micodus have no colons.
_NET: Final = re.compile(r"\bNET[: ]\s?(HIGH|MED|LOW)\b", re.IGNORECASE)
_FIXED: Final = re.compile(r"\bGPS[: ]\s?(UN|NOT )?FIXED\b", re.IGNORECASE)
_ACC: Final = re.compile(r"\bACC[: ]\s?(ON|OFF)\b", re.IGNORECASE)
_POWER: Final = re.compile(
    r"\bPOWER[: ]\s?(DIS|NOT )?CONNECTED\b(?:,\s?(\d{1,3}(?:\.\d{1,2})?)V)?", re.IGNORECASE
)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read a place, a status or what came of a command."""
    if reading := _position(text, settings) or _status(text):
        return reading
    if match := _ERROR.match(text):
        refused = match[1] != _UNKNOWN_NUMBER
        error = AnswerError.COMMAND_REFUSED if refused else AnswerError.NOT_AUTHORISED
        return Reading(answers=frozenset({asked} if asked else ()), error=error)
    if asked in _CONFIRMED and _DONE.search(text):
        return Reading(answers=_CONFIRMED)
    return None


def _position(text: str, settings: Settings) -> Reading | None:
    """Read the answer to WHERE# or URL#; their clock is the one that is set in the device."""
    answers = frozenset({Command.REQUEST_POSITION})
    if _NO_FIX.match(text):
        return Reading(kind=ReadingKind.POSITION, answers=answers, values=Values(gps_fix=False))
    at = _time(text, settings)
    position = find_position(text, at)
    speed, course = _SPEED.search(text), _COURSE.search(text)
    if position is not None and course:
        position = replace(position, course=float(course[1]))
    if position is None and (at is None or not course):
        return None
    return Reading(
        kind=ReadingKind.POSITION,
        answers=answers,
        values=Values(
            position=position,
            gps_fix=position is not None,
            speed=float(speed[1]) if speed else None,
        ),
        certain=at is not None,
    )


def _time(text: str, settings: Settings) -> datetime | None:
    """Read the time of the fix, the year first."""
    match = _TIME.search(text)
    return clock(settings.zone, *(part or "0" for part in match.groups())) if match else None


def _status(text: str) -> Reading | None:
    """Read the answer to STATUS#."""
    told = pairs(text)
    is_ours = {"gprs", "gsm signal level"} <= told.keys()
    power = _POWER.search(text)
    if not is_ours and not ("battery" in told and (_NET.search(text) or _FIXED.search(text))):
        return None
    percent, volt = find_battery(text) if "battery" in told else (None, None)
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        values=Values(
            battery=percent,
            battery_voltage=volt,
            alarms={Alarm.LOW_BATTERY: bool(_LOW.search(text))} if is_ours else None,
            data_connected=switched(told.get("gprs")),
            gps_fix=_fix(told, text),
            signal=_signal(told, text),
            ignition=_ignition(text),
            armed=switched(told.get("defense")),
            external_power=power[1] is None if power else None,
            voltage=float(power[2]) if power and power[2] else None,
        ),
        certain=is_ours,
    )


def _fix(told: Mapping[str, str], text: str) -> bool | None:
    """Tell whether the receiver knows where it is."""
    if match := _FIXED.search(text):
        return match[1] is None
    gps = told.get("gps")
    return gps.lower().startswith("successful") if gps else None


def _signal(told: Mapping[str, str], text: str) -> Signal | None:
    """Read the signal: a word of the maker's."""
    match = _NET.search(text)
    word = told.get("gsm signal level") or (match[1] if match else None)
    return Signal(word.capitalize()) if word else None


def _ignition(text: str) -> bool | None:
    """Tell whether the ignition is on."""
    match = _ACC.search(text)
    return None if match is None else match[1].upper() == "ON"


def _commands(set_apn: str) -> Mapping[Command, CommandSpec]:
    """Return the commands, which differ in how the APN is set."""
    spec = CommandSpec(encode=texts(set_apn), parameters=(APN,))
    return {
        Command.SETUP: spec,
        Command.SET_APN: spec,
        Command.REQUEST_POSITION: CommandSpec(encode=texts("WHERE#")),
        Command.REQUEST_STATUS: CommandSpec(encode=texts("STATUS#")),
    }


_MODELS: Final = (
    "AT1",
    "AT2",
    "AT3",
    "AT4",
    "AT5",
    "AT6",
    "BL10",
    "CT10",
    "EG02",
    "ET25",
    "GT06N",
    "HVT001",
    "JM-BL11",
    "JM-LG01",
    "JM-LG05",
    "JM-LL01",
    "JM-LL02",
    "JM-LL301",
    "JM-VG01U",
    "JM-VG02U",
    "JM-VG04Q",
    "JM-VL01",
    "JM-VL02",
    "JM-VL03",
    "JM-VL04",
    "OB22",
    "TBT100",
    "Wetrack 140",
    "Wetrack 2",
    "Wetrack Lite",
    "X3",
)

FAMILY: Final = Family(
    key="concox",
    name="Concox",
    variants=(
        Variant(models=_MODELS, commands=_commands("APN {apn}#")),
        Variant(
            key="password",
            models=("TR02",),
            credentials=(Credential(key="password", default="666666", minimum=4, maximum=8),),
            commands=_commands("APN,{password},{apn}#"),
        ),
        # Some manuals print it so: inferred.
        Variant(key="comma", commands=_commands("APN,{apn}#")),
    ),
    reserved="#,",
    decoder=_decode,
    yields=frozenset(
        {
            "alarms",
            "armed",
            "battery",
            "battery_voltage",
            "data_connected",
            "external_power",
            "gps_fix",
            "ignition",
            "position",
            "signal",
            "speed",
            "voltage",
        }
    ),
    alarms=frozenset({Alarm.LOW_BATTERY}),
)

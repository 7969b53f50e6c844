"""Coban (GPS103, GPS303, GPS306, TK102 and TK103 family) and the many that copy it.

Sources: EMnify device guide, "Coban GPS APN configuration"; manuals Rewire 103-RS p. 29,
GPS302 p. 16, TK203 p. 12. Every command has the password right behind its word.
"""

from datetime import datetime
import re
from typing import Final

from .base import CommandSpec, Family, Settings, Variant, texts
from .parsing import clock, find_battery, find_position, number, pairs, switched, whole
from .reading import Alarm, AnswerError, Reading, ReadingKind, Signal, Values
from .vocabulary import APN, HOST, OWN_NUMBER, SERVER_PORT, Command, Credential

_ALARMS: Final = {
    "move": Alarm.MOVEMENT,
    "speed": Alarm.SPEED,
    "shock": Alarm.SHOCK,
    "sensor alarm": Alarm.SHOCK,
    "help me": Alarm.SOS,
    "low battery": Alarm.LOW_BATTERY,
    "power alarm": Alarm.POWER_CUT,
    "door alarm": Alarm.DOOR,
    "acc alarm": Alarm.IGNITION,
    "stockade": Alarm.GEOFENCE,
}
_ALARM: Final = re.compile(rf"\s*({'|'.join(_ALARMS)})!", re.IGNORECASE)
_ACKNOWLEDGED: Final = re.compile(
    r"\s*(gprs|apn|admin|begin|reset|adminip|help me!)\s*(ok|fail)\b", re.IGNORECASE
)
_COMMANDS: Final = {
    "gprs": {Command.SET_APN, Command.SETUP},
    "apn": {Command.SET_APN, Command.SETUP},
    "admin": {Command.BIND_NUMBER},
    "adminip": {Command.SET_SERVER},
    "begin": {Command.SETUP},
    "reset": {Command.REBOOT},
    "help me!": set[Command](),
}
_WRONG_PASSWORD: Final = re.compile(r"\s*(?:password|pwd) ?(?:err|error|fail)", re.IGNORECASE)
_TIME: Final = re.compile(r"\b(\d{2})/(\d{2})/(\d{2}) (\d{2}):(\d{2})\b")
_SPEED: Final = re.compile(r"speed:\s?(\d{1,4}(?:\.\d{1,2})?)", re.IGNORECASE)
_IMEI: Final = re.compile(r"(?:imei:\s{0,4})?(\d{15})\b", re.IGNORECASE)
_LEVEL: Final = re.compile(r"(?:signal|gsm):\s?([FL])\b", re.IGNORECASE)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read an answer, an alarm or a position."""
    if match := _ACKNOWLEDGED.match(text):
        failed = match[2].lower() == "fail"
        return Reading(
            answers=frozenset(_COMMANDS[match[1].lower()]),
            error=AnswerError.COMMAND_REFUSED if failed else None,
        )
    if _WRONG_PASSWORD.match(text):
        answers = frozenset({asked} if asked else ())
        return Reading(answers=answers, error=AnswerError.WRONG_PASSWORD)
    if match := _ALARM.match(text):
        alarms = {_ALARMS[match[1].lower()]: True}
        return Reading(kind=ReadingKind.ALARM, values=_place(text, settings, alarms), certain=True)
    if _SPEED.search(text) or find_position(text):
        return Reading(
            kind=ReadingKind.POSITION,
            answers=frozenset({Command.REQUEST_POSITION}),
            values=_place(text, settings, None),
            certain=bool(_SPEED.search(text) and _IMEI.search(text)),
        )
    return _status(text) or _identity(text)


def _place(text: str, settings: Settings, alarms: dict[Alarm, bool] | None) -> Values:
    """Read a position report, and what else stands in it; times are `dd/mm/yy` or `yy/mm/dd`."""
    at = _time(text, settings)
    position = find_position(text, at)
    percent, volt = find_battery(text)
    speed = _SPEED.search(text)
    imei = _IMEI.search(text)
    level = _LEVEL.search(text)
    return Values(
        position=position,
        gps_fix=position is not None,
        speed=float(speed[1]) if speed else None,
        battery=percent,
        battery_voltage=volt,
        signal=Signal(level[1].upper()) if level else None,
        imei=imei[1] if imei else None,
        alarms=alarms,
    )


def _time(text: str, settings: Settings) -> datetime | None:
    """Read the time of the fix: the manuals print the day first."""
    match = _TIME.search(text)
    if match is None:
        return None
    day, month, year, hour, minute = match.groups()
    return clock(settings.zone, year, month, day, hour, minute)


def _status(text: str) -> Reading | None:
    """Read the answer to `check`, whose keys differ from model to model."""
    told = pairs(text)
    if not {"gps", "gprs"} & told.keys() or not {"battery", "bat", "power"} & told.keys():
        return None
    battery = told.get("battery") or told.get("bat")
    signal = told.get("gsm signal") or told.get("gsm")
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        certain="gprs" in told and "gps" in told,
        values=Values(
            battery=number(battery),
            external_power=switched(told.get("power")),
            data_connected=switched(told.get("gprs")),
            gps_fix=switched(told.get("gps")),
            ignition=switched(told.get("acc")),
            signal=_signal(signal),
            apn=told.get("apn") or None,
        ),
    )


def _signal(text: str | None) -> Signal | None:
    """Read the signal: percent, or 1 to 32."""
    value = whole(text)
    if text is None or value is None:
        return None
    return Signal(value, 100 if "%" in text else 32)


def _identity(text: str) -> Reading | None:
    """Read the answer to `imei`: fifteen digits, and nothing else."""
    match = _IMEI.fullmatch(text.strip())
    if match is None:
        return None
    return Reading(answers=frozenset({Command.REQUEST_IDENTITY}), values=Values(imei=match[1]))


_SET_APN: Final = texts("gprs{password}", "APN{password} {apn}")

FAMILY: Final = Family(
    key="coban",
    name="Coban",
    variants=(
        Variant(
            models=("TK102", "TK103", "TK104", "GPS103", "GPS302", "GPS303", "GPS306", "LK209"),
            credentials=(Credential(key="password", default="123456", minimum=4, maximum=8),),
            commands={
                Command.SETUP: CommandSpec(encode=_SET_APN, parameters=(APN,)),
                Command.SET_APN: CommandSpec(encode=_SET_APN, parameters=(APN,)),
                Command.SET_SERVER: CommandSpec(
                    encode=texts("adminip{password} {host} {server_port}"),
                    parameters=(HOST, SERVER_PORT),
                ),
                Command.BIND_NUMBER: CommandSpec(
                    encode=texts("admin{password} {own_number}"), parameters=(OWN_NUMBER,)
                ),
                Command.REQUEST_POSITION: CommandSpec(encode=texts("smslink{password}")),
                Command.REQUEST_STATUS: CommandSpec(encode=texts("check{password}")),
                Command.REQUEST_IDENTITY: CommandSpec(encode=texts("imei{password}")),
                Command.REBOOT: CommandSpec(encode=texts("reset{password}")),
            },
        ),
    ),
    decoder=_decode,
    yields=frozenset(
        {
            "alarms",
            "apn",
            "battery",
            "battery_voltage",
            "data_connected",
            "external_power",
            "gps_fix",
            "ignition",
            "imei",
            "position",
            "signal",
            "speed",
        }
    ),
    alarms=frozenset(_ALARMS.values()),
)

"""Meitrack trackers.

Sources: EMnify device guide, "Meitrack GPS APN configuration"; manual MT90 p. 8 and 16; Meitrack
SMS protocol V1.7 p. 3-4. There are two passwords: that for SMS, and a super password for A21.
"""

import re
from typing import Final

from .base import CommandSpec, Family, Settings, Variant, texts
from .parsing import clock, find_position
from .reading import Alarm, AnswerError, Reading, ReadingKind, Signal, Values
from .vocabulary import APN, OWN_NUMBER, Command, Credential, Parameter, ParameterKind

# A report begins with what it is for; "Now" answers A00.
_REPORT: Final = re.compile(
    r"\s*([A-Za-z][\w /-]{0,15}),(\d\d)(\d\d)(\d\d)[ ,](\d\d):(\d\d)(?::(\d\d))?"
    r",([AV]),(\d{1,2}),(\d{1,3})Km/h,(\d{1,3})%",
    re.IGNORECASE,
)
_ALARMS: Final = {
    "sos": (Alarm.SOS, True),
    "in1": (Alarm.INPUT, True),
    "in2": (Alarm.INPUT, True),
    "in3": (Alarm.INPUT, True),
    "in4": (Alarm.INPUT, True),
    "in5": (Alarm.INPUT, True),
    "low battery": (Alarm.LOW_BATTERY, True),
    "speeding": (Alarm.SPEED, True),
    "enter geo": (Alarm.GEOFENCE, True),
    "exit geo": (Alarm.GEOFENCE, True),
    "power on": (Alarm.POWER_CUT, False),
    "power off": (Alarm.POWER_CUT, True),
}
_DONE: Final = re.compile(r"\s*([\w-]{1,20}),([A-F][0-9A-F]{2}),((?i:OK|ERR\w{0,8}|FAIL\w{0,3}))\b")
_COMMANDS: Final = {
    "A21": {Command.SETUP, Command.SET_APN, Command.SET_SERVER},
    "A71": {Command.BIND_NUMBER},
    "A81": {Command.SETUP, Command.SET_APN},
}
_VERSION: Final = re.compile(r"\s*([\w-]{1,20}),E91,([^,\s]{1,40}),([\w-]{1,40})\s*")
_IMEI: Final = re.compile(r"\d{15}")


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read a report, the version or what came of a command."""
    if match := _REPORT.match(text):
        return _report(match, text, settings)
    if match := _VERSION.fullmatch(text):
        return Reading(
            answers=frozenset({Command.REQUEST_VERSION}),
            values=Values(firmware=match[2], imei=_imei(match[1])),
            certain=_imei(match[1]) is not None,
        )
    if match := _DONE.match(text):
        return Reading(
            answers=frozenset(_COMMANDS.get(match[2], {asked} if asked else ())),
            values=Values(imei=_imei(match[1])),
            error=None if match[3].upper() == "OK" else AnswerError.COMMAND_REFUSED,
            certain=_imei(match[1]) is not None,
        )
    return None


def _report(match: re.Match[str], text: str, settings: Settings) -> Reading:
    """Read a report; with V it is the last place that was known, and no fix."""
    header, year, month, day, hour, minute, second, valid, signal, speed, battery = match.groups()
    at = clock(settings.zone, year, month, day, hour, minute, second or "0")
    position = find_position(text, at) if valid.upper() == "A" else None
    alarm = _ALARMS.get(header.lower())
    percent = float(battery)
    return Reading(
        kind=ReadingKind.ALARM if alarm else ReadingKind.POSITION,
        answers=frozenset({Command.REQUEST_POSITION} if header.lower() == "now" else ()),
        values=Values(
            position=position,
            gps_fix=position is not None,
            signal=Signal(int(signal), 31) if int(signal) <= 31 else None,
            speed=float(speed),
            battery=percent if percent <= 100 else None,
            alarms=dict([alarm]) if alarm else None,
            external_power=not alarm[1] if alarm and alarm[0] is Alarm.POWER_CUT else None,
        ),
        certain=True,
    )


def _imei(identifier: str) -> str | None:
    """Return the identifier of a tracker if it is its IMEI."""
    return identifier if _IMEI.fullmatch(identifier) else None


_SMS_PASSWORD: Final = Credential(key="sms_password", default="0000", minimum=4, maximum=4)
_SUPER_PASSWORD: Final = Credential(key="super_password", default="666888", minimum=4, maximum=8)
_HOST: Final = Parameter(
    key="host", kind=ParameterKind.HOST, required=False, default="server.meigps.com"
)
_SERVER_PORT: Final = Parameter(
    key="server_port",
    kind=ParameterKind.NUMBER,
    required=False,
    default="8800",
    minimum=1,
    maximum=65535,
)
_COMMON: Final = {
    Command.BIND_NUMBER: CommandSpec(
        encode=texts("{sms_password},A71,{own_number},,"), parameters=(OWN_NUMBER,)
    ),
    Command.REQUEST_POSITION: CommandSpec(encode=texts("{sms_password},A00")),
    Command.REQUEST_VERSION: CommandSpec(encode=texts("{sms_password},E91")),
}
_A81: Final = CommandSpec(encode=texts("{sms_password},A81,{apn},,"), parameters=(APN,))
# It sets the server too, so that one is a parameter; 1 is TCP.
_A21: Final = CommandSpec(
    encode=texts("{super_password},A21,1,{host},{server_port},{apn},,"),
    parameters=(APN, _HOST, _SERVER_PORT),
)

FAMILY: Final = Family(
    key="meitrack",
    name="Meitrack",
    variants=(
        Variant(
            models=(
                "K211G",
                "MT90",
                "P88L",
                "P99",
                "T333",
                "T355G",
                "T366",
                "T399",
                "T622",
                "T663L",
                "TC68L",
                "TC68SG",
                "TS299L",
            ),
            credentials=(_SMS_PASSWORD,),
            commands={Command.SETUP: _A81, Command.SET_APN: _A81, **_COMMON},
        ),
        Variant(
            key="a21",
            credentials=(_SUPER_PASSWORD, _SMS_PASSWORD),
            commands={
                Command.SETUP: _A21,
                Command.SET_APN: _A21,
                Command.SET_SERVER: _A21,
                **_COMMON,
            },
        ),
    ),
    reserved=",",
    decoder=_decode,
    yields=frozenset(
        {
            "alarms",
            "battery",
            "external_power",
            "firmware",
            "gps_fix",
            "imei",
            "position",
            "signal",
            "speed",
        }
    ),
    alarms=frozenset(alarm for alarm, _ in _ALARMS.values()),
)

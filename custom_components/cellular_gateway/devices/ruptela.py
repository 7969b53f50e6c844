"""Ruptela (FM, Pro, Eco, Tco, Plug, HCV, LCV, Trace).

Sources: EMnify device guide, "Ruptela GPS APN configuration"; Ruptela, "PRO3 / ECO3 / TCO3 SMS
commands list" (2013) and "FM Pro, FM Eco & FM Tco SMS Commands List" (2018, pages 9, 10 and 22 to
26). Parameters are separated by commas, times are GMT.
"""

from datetime import UTC
import re
from typing import Final

from .base import CommandSpec, Encoder, Family, Request, Settings, Variant
from .parsing import clock, place, spaced_pairs
from .reading import AnswerError, Reading, ReadingKind, Signal, Values
from .vocabulary import APN, HOST, SERVER_PORT, Command, Credential, Option

# AT+CSQ of 3GPP TS 27.007 clause 8.5 ends there.
_BEST_SIGNAL: Final = 31
_CONNECTION: Final = frozenset({Command.SETUP, Command.SET_APN, Command.SET_SERVER})
_COORDINATES: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d))?, ?lat\. ?(-?\d{1,2}\.\d+), ?"
    r"long\. ?(-?\d{1,3}\.\d+), ?alt\. ?(-?\d{1,5}(?:\.\d+)?), ?sat\. ?(\d{1,2}), ?"
    r"dir\. ?(\d{1,3}(?:\.\d+)?), ?hdop ?\d{1,5}(?:\.\d+)?, ?state ?(\d)",
    re.IGNORECASE,
)
_VERSION: Final = re.compile(r"[0-9A-F]{4},(\d\d(?:\.\d\d){2,3}),\d{1,6},(\d{1,2}),([01])")
_IMEI: Final = re.compile(r"IMEI: ?(\d{15})")
_OPERATOR: Final = re.compile(r"\bOP ?:? ?(\d{5,6})\b")
_LEVEL: Final = re.compile(r"\blvl ?:? ?(\d{1,2})\b", re.IGNORECASE)
_FIX: Final = "3"
# What is only told back: which commands it answers, and whether it went wrong.
_TOLD: Final = (
    (r"set connection data ok", _CONNECTION, None),
    (r"set connection da", _CONNECTION, AnswerError.COMMAND_REFUSED),
    (r"connection data ok", frozenset[Command](), None),
    (r"connection data incorrect", frozenset[Command](), AnswerError.COMMAND_REFUSED),
    (r"setioparam OK", frozenset[Command](), None),
    (r"setioparam ERROR", frozenset[Command](), AnswerError.COMMAND_REFUSED),
    (r"You do not have permission", _CONNECTION, AnswerError.NOT_AUTHORISED),
    (r"Resetting device", frozenset({Command.REBOOT}), None),
    (r"(?:automatic|disabled|enabled) 3G mode,", frozenset[Command](), None),
)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read an answer."""
    text = text.strip()
    for pattern, answers, error in _TOLD:
        if re.match(pattern, text, re.IGNORECASE):
            return Reading(answers=answers, error=error)
    return _place(text) or _version(text) or _identity(text) or _network(text) or _apn(text)


def _place(text: str) -> Reading | None:
    """Read the answer to `coords`; its HDOP is no accuracy in metres."""
    match = _COORDINATES.match(text)
    if match is None:
        return None
    *moment, latitude, longitude, altitude, satellites, course, state = match.groups()
    position = None
    if state == _FIX:
        position = place(
            float(latitude),
            float(longitude),
            clock(UTC, *(part for part in moment if part)),
            altitude=float(altitude),
            course=float(course),
            satellites=int(satellites),
        )
    return Reading(
        kind=ReadingKind.POSITION if position else ReadingKind.REPLY,
        answers=frozenset({Command.REQUEST_POSITION}),
        values=Values(position=position, gps_fix=position is not None),
        certain=True,
    )


def _version(text: str) -> Reading | None:
    """Read the answer to `version`: its last digit says whether the supply has 8 V."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_VERSION}),
        values=Values(firmware=match[1], signal=_signal(match[2]), external_power=match[3] == "1"),
        certain=True,
    )


def _signal(level: str | None) -> Signal | None:
    """Read a signal level; what is beyond the scale is unknown."""
    value = int(level) if level else _BEST_SIGNAL + 1
    return Signal(value, _BEST_SIGNAL) if value <= _BEST_SIGNAL else None


def _identity(text: str) -> Reading | None:
    """Read the answer to `imei`."""
    match = _IMEI.fullmatch(text)
    if match is None:
        return None
    return Reading(answers=frozenset({Command.REQUEST_IDENTITY}), values=Values(imei=match[1]))


def _network(text: str) -> Reading | None:
    """Read operator and level in the answer to `gsminfo`; its spelling is inferred."""
    operator, level = _OPERATOR.search(text[:300]), _LEVEL.search(text[:300])
    if operator is None or level is None:
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_NETWORK}),
        values=Values(operator=operator[1], signal=_signal(level[1])),
    )


def _apn(text: str) -> Reading | None:
    """Read the answer to `getapn`."""
    told = spaced_pairs(text)
    if not {"apn", "psw", "ip1"} <= told.keys():
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_APN}),
        values=Values(apn=told["apn"] or None),
        certain=True,
    )


def _say(template: str) -> Encoder:
    """Write a command behind the password; without one an option puts a blank there."""

    def encode(request: Request) -> list[str]:
        """Write the message."""
        password = request.credentials["password"]
        blank = " " if password or request.options["leading_blank"] else ""
        return [f"{password}{blank}{template.format_map(request.names)}"]

    return encode


_SET_APN: Final = CommandSpec(encode=_say("setconnection {apn}"), parameters=(APN,))

FAMILY: Final = Family(
    key="ruptela",
    name="Ruptela",
    variants=(
        Variant(
            models=(
                *("FM-Eco4", "FM-Eco4 light", "FM-Eco4 S", "FM-Eco4 T", "FM-Plug4", "FM-Pro4"),
                *("FM-Tco4 HCV", "FM-Tco4 LCV", "HCV5", "LCV5", "Pro5", "Trace5"),
            ),
            credentials=(Credential(key="password", required=False),),
            commands={
                Command.SETUP: _SET_APN,
                Command.SET_APN: _SET_APN,
                # `*old*` keeps what is set. That it may stand for all of these is inferred.
                Command.SET_SERVER: CommandSpec(
                    encode=_say("setconnection *old*,*old*,*old*,*old*,{host},{server_port}"),
                    parameters=(HOST, SERVER_PORT),
                ),
                Command.REQUEST_APN: CommandSpec(encode=_say("getapn")),
                Command.REQUEST_IDENTITY: CommandSpec(encode=_say("imei")),
                Command.REQUEST_NETWORK: CommandSpec(encode=_say("gsminfo")),
                Command.REQUEST_POSITION: CommandSpec(encode=_say("coords")),
                Command.REQUEST_VERSION: CommandSpec(encode=_say("version")),
                Command.REBOOT: CommandSpec(encode=_say("reset")),
            },
        ),
    ),
    options=(Option(key="leading_blank"),),
    reserved=",",
    decoder=_decode,
    yields=frozenset(
        {
            "apn",
            "external_power",
            "firmware",
            "gps_fix",
            "imei",
            "operator",
            "position",
            "signal",
        }
    ),
    secrets=re.compile(r"\bPSW: ?(?!IP1:)(\S+)"),
)

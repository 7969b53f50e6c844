"""Reachfar trackers; those of the second group speak like SeTracker watches.

Sources: EMnify device guide, "Reachfar GPS APN configuration"; answers to `ts` as users of such
watches have published them. A tracker takes the APN from the number that was bound before, so
both messages must come from the same port.
"""

import re
from typing import Final

from .base import CommandSpec, Family, Settings, Variant, texts
from .parsing import find_position, number, pairs
from .reading import AnswerError, Reading, ReadingKind, Signal, Values
from .vocabulary import (
    APN,
    HOST,
    OWN_NUMBER,
    SERVER_PORT,
    Command,
    Credential,
    Parameter,
    ParameterKind,
)

_LINK: Final = re.compile(r"\b(GPRS|NET):(OK|NO)\b(?:\((\d{1,3})\))?", re.IGNORECASE)
_GPS: Final = re.compile(r"\bGPS:(OK|NO|ZKW)\b", re.IGNORECASE)
_IMEI: Final = re.compile(r"\d{15}")
_DONE: Final = re.compile(r"\bOK\b|\bsuccess", re.IGNORECASE)
_WRONG_PASSWORD: Final = re.compile(
    r"\b(?:wrong|incorrect) (?:password|pw)\b|\b(?:password|pw) ?(?:err|wrong|fail|incorrect)",
    re.IGNORECASE,
)
_CONFIRMED: Final = frozenset(
    {
        Command.BIND_NUMBER,
        Command.REBOOT,
        Command.SET_APN,
        Command.SET_INTERVAL,
        Command.SET_SERVER,
        Command.SETUP,
    }
)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read a status, a place or what came of a command; the wording of the latter is inferred."""
    if reading := _status(text):
        return reading
    if position := find_position(text):
        values = Values(position=position, gps_fix=True)
        return Reading(kind=ReadingKind.POSITION, values=values)
    if asked is None:
        return None
    if _WRONG_PASSWORD.search(text):
        return Reading(answers=frozenset({asked}), error=AnswerError.WRONG_PASSWORD)
    if asked in _CONFIRMED and _DONE.search(text):
        return Reading(answers=frozenset({asked}))
    return None


def _status(text: str) -> Reading | None:
    """Read the answer to `ts`; "ZKW" is neither a fix nor none."""
    told = pairs(text)
    if not {"ver", "imei", "bat level"} <= told.keys():
        return None
    link, gps = _LINK.search(text), _GPS.search(text)
    strength = int(link[3]) if link and link[3] else None
    battery = number(told["bat level"])
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        values=Values(
            firmware=told["ver"] or None,
            imei=told["imei"] if _IMEI.fullmatch(told["imei"]) else None,
            battery=battery if battery is not None and 0 <= battery <= 100 else None,
            data_connected=link[2].upper() == "OK" if link else None,
            signal=Signal(strength, 100) if strength is not None and strength <= 100 else None,
            gps_fix={"OK": True, "NO": False}.get(gps[1].upper()) if gps else None,
        ),
        certain=True,
    )


_PLMN: Final = Parameter(
    key="plmn",
    kind=ParameterKind.NUMBER,
    required=False,
    default="90143",
    minimum=10000,
    maximum=999999,
)
_SECONDS: Final = Parameter(key="seconds", kind=ParameterKind.NUMBER, minimum=10, maximum=65535)
_PASSWORD: Final = (Credential(key="password", default="123456", minimum=4, maximum=8),)
_BIND_SOS: Final = "{password},sos1,{own_number}#"
_BIND_CENTER: Final = "pw,{password},center,{own_number}#"
_APN_PLMN: Final = "apn,{apn},plmn,{plmn}#"
_APN_ALONE: Final = "apn,{apn}#"

FAMILY: Final = Family(
    key="reachfar",
    name="Reachfar",
    variants=(
        Variant(
            models=(
                "RF-V6+",
                "RF-V8",
                "RF-V8S",
                "RF-V13",
                "RF-V16",
                "RF-V18",
                "RF-V20",
            ),
            credentials=_PASSWORD,
            commands={
                Command.SETUP: CommandSpec(
                    encode=texts(_BIND_SOS, _APN_PLMN),
                    parameters=(APN, OWN_NUMBER, _PLMN),
                    needs_restart=True,
                ),
                Command.BIND_NUMBER: CommandSpec(encode=texts(_BIND_SOS), parameters=(OWN_NUMBER,)),
                Command.SET_APN: CommandSpec(
                    encode=texts(_APN_PLMN), parameters=(APN, _PLMN), needs_restart=True
                ),
            },
        ),
        Variant(
            key="center",
            models=(
                "RF-V26",
                "RF-V26+",
                "RF-V28",
                "RF-V30",
                "RF-V32",
                "RF-V34",
                "RF-V36",
                "RF-V38",
                "RF-V40",
                "RF-V42",
                "RF-V43",
                "RF-V44",
                "RF-V46",
            ),
            credentials=_PASSWORD,
            commands={
                Command.SETUP: CommandSpec(
                    encode=texts(_BIND_CENTER, _APN_ALONE), parameters=(APN, OWN_NUMBER)
                ),
                Command.BIND_NUMBER: CommandSpec(
                    encode=texts(_BIND_CENTER), parameters=(OWN_NUMBER,)
                ),
                Command.SET_APN: CommandSpec(encode=texts(_APN_ALONE), parameters=(APN,)),
                Command.SET_SERVER: CommandSpec(
                    encode=texts("pw,{password},ip,{host},{server_port}#"),
                    parameters=(HOST, SERVER_PORT),
                ),
                Command.SET_INTERVAL: CommandSpec(
                    encode=texts("pw,{password},upload,{seconds}#"), parameters=(_SECONDS,)
                ),
                Command.REQUEST_STATUS: CommandSpec(encode=texts("pw,{password},ts#")),
                Command.REBOOT: CommandSpec(encode=texts("pw,{password},reset#")),
            },
        ),
    ),
    reserved="#,",
    decoder=_decode,
    yields=frozenset(
        {"battery", "data_connected", "firmware", "gps_fix", "imei", "position", "signal"}
    ),
    secrets=re.compile(r"\bpw\s?[:=,]\s?([^\s;,#]{1,32})", re.IGNORECASE),
)

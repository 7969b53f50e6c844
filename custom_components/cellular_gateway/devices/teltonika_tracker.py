"""Teltonika trackers (FMB, FMC, FMM, FMP, TMT, TAT; FT and AT).

Sources: EMnify device guide, "Teltonika GPS APN configuration"; Teltonika wiki, "FMB SMS/GPRS
Commands" and the pages of its commands, "FTC164 SMS/GPRS Command List". Login and password stand
before every command with a blank behind each of them, even where they are empty.
"""

from collections.abc import Mapping
import re
from typing import Final

from .base import CommandSpec, Family, Settings, Variant, texts
from .parsing import find_position, number, spaced_pairs
from .reading import AnswerError, Reading, ReadingKind, Registration, Signal, Values
from .teltonika_dialect import read_fix, read_outputs, read_parameters, when
from .vocabulary import APN, HOST, PARAMETER_ID, SERVER_PORT, VALUE, Command, Credential

_APN_ID: Final = "2001"
_SETTINGS: Final = frozenset({Command.SET_PARAMETER, Command.SET_SERVER})
_APN_COMMANDS: Final = frozenset({Command.SETUP, Command.SET_APN, Command.SET_PARAMETER})
_NO_FIX: Final = re.compile(r"\s*WARNING! GPS Data not Available", re.IGNORECASE)
_REFUSED: Final = re.compile(
    r"\s*(?:Invalid parameter id|Param ID:\d{1,8} doesn|WARNING: Not supported Param"
    r"|Error while configuring)",
    re.IGNORECASE,
)
_TIGHT_FIX: Final = re.compile(r"\bGPS:\d Sat:\d")


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read an answer."""
    if _NO_FIX.match(text):
        answers = frozenset({Command.REQUEST_POSITION})
        return Reading(answers=answers, values=Values(gps_fix=False), certain=True)
    if _REFUSED.match(text):
        answers = _SETTINGS | _APN_COMMANDS | {Command.REQUEST_APN}
        return Reading(answers=answers, error=AnswerError.COMMAND_REFUSED)
    told = spaced_pairs(text)
    return (
        _parameters(text)
        or read_fix(told, certain=_TIGHT_FIX.search(text) is not None)
        or _link(text, told)
        or _status(told)
        or _information(told)
        or _version(told)
        or _outputs(told)
    )


def _parameters(text: str) -> Reading | None:
    """Read the answer to `getparam` or `setparam`; old firmware answers both alike."""
    found = read_parameters(text)
    if found is None:
        return None
    values, new = found
    answers = _APN_COMMANDS if _APN_ID in values else _SETTINGS
    if _APN_ID in values and not new:
        answers |= {Command.REQUEST_APN}
    apn = values.get(_APN_ID) or None
    return Reading(answers=answers, values=Values(apn=apn), certain="Param ID:" in text)


def _link(text: str, told: Mapping[str, str]) -> Reading | None:
    """Read the answer to `ggps`: date, time, speed, place and a map link."""
    if not {"d", "t", "c", "url"} <= told.keys():
        return None
    position = find_position(text, when(told["d"], told["t"]))
    return Reading(
        kind=ReadingKind.POSITION if position else ReadingKind.REPLY,
        answers=frozenset({Command.REQUEST_POSITION}),
        values=Values(
            position=position,
            gps_fix=position is not None,
            speed=number(told.get("s")) if position else None,
        ),
        certain=True,
    )


def _status(told: Mapping[str, str]) -> Reading | None:
    """Read the answer to `getstatus`: the signal is 0 to 5, the operator MCC and MNC."""
    if not {"gprs", "op", "signal"} <= told.keys():
        return None
    signal, operator = number(told["signal"]), told["op"]
    roaming = {"0": Registration.HOME, "1": Registration.ROAMING}.get(told.get("roaming", ""))
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        values=Values(
            data_connected={"0": False, "1": True}.get(told["gprs"]),
            operator=operator if operator.strip("0") else None,
            registration=roaming,
            signal=None if signal is None else Signal(signal, 5),
        ),
        certain="data link" in told and "newsms" in told,
    )


def _information(told: Mapping[str, str]) -> Reading | None:
    """Read the answer to `getinfo`; what its GPS means differs, so only the newer form tells."""
    if not {"rtc", "gps", "sat"} <= told.keys():
        return None
    fix = {"0": False, "1": False, "2": True}.get(told["gps"]) if "ini" in told else None
    return Reading(
        values=Values(gps_fix=fix, voltage=number(told.get("pwr"))),
        certain="nogps" in told,
    )


def _version(told: Mapping[str, str]) -> Reading | None:
    """Read the answer to `getver`, in its older and newer form."""
    firmware = told.get("code ver") or told.get("ver")
    imei = told.get("device imei") or told.get("imei")
    if not firmware or not imei or not re.fullmatch(r"\d{15}", imei):
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_VERSION, Command.REQUEST_IDENTITY}),
        values=Values(firmware=firmware, imei=imei),
        certain="code ver" in told or "hw" in told,
    )


def _outputs(told: Mapping[str, str]) -> Reading | None:
    """Read the answer to `getio`; what its inputs mean is set in the device."""
    relays = read_outputs(told)
    if relays is None or "di1" not in told:
        return None
    return Reading(answers=frozenset({Command.REQUEST_IO}), values=Values(relays=relays))


def _commands(head: str) -> dict[Command, CommandSpec]:
    """Return the commands that every tracker takes, behind what stands before them."""
    set_apn = CommandSpec(encode=texts(f"{head}setparam {_APN_ID}:{{apn}}"), parameters=(APN,))
    return {
        Command.SETUP: set_apn,
        Command.SET_APN: set_apn,
        Command.SET_PARAMETER: CommandSpec(
            encode=texts(f"{head}setparam {{parameter_id}}:{{value}}"),
            parameters=(PARAMETER_ID, VALUE),
        ),
        Command.REQUEST_APN: CommandSpec(encode=texts(f"{head}getparam {_APN_ID}")),
        Command.REQUEST_POSITION: CommandSpec(encode=texts(f"{head}getgps")),
        Command.REQUEST_STATUS: CommandSpec(encode=texts(f"{head}getstatus")),
        Command.REQUEST_IO: CommandSpec(encode=texts(f"{head}getio")),
        Command.REQUEST_VERSION: CommandSpec(encode=texts(f"{head}getver")),
        Command.REBOOT: CommandSpec(encode=texts(f"{head}cpureset"), replies=False),
    }


_LOGIN: Final = Credential(key="login", required=False)
_PASSWORD: Final = Credential(key="password", required=False)
# Wiki, "FMB Device Family Parameter list", GPRS: 2004 is the server's name, 2005 its port.
_SET_SERVER: Final = CommandSpec(
    encode=texts("{login} {password} setparam 2004:{host};2005:{server_port}"),
    parameters=(HOST, SERVER_PORT),
)

FAMILY: Final = Family(
    key="teltonika_tracker",
    name="Teltonika tracker",
    variants=(
        Variant(
            models=(
                *("FMB001", "FMB002", "FMB003", "FMB010", "FMB110", "FMB120", "FMB130", "FMB140"),
                *("FMB640", "FMC001", "FMC125", "FMC130", "FMC640", "FMM001", "FMM125", "FMM130"),
                *("FMM640", "FMP100"),
            ),
            credentials=(_LOGIN, _PASSWORD),
            commands=_commands("{login} {password} ") | {Command.SET_SERVER: _SET_SERVER},
        ),
        Variant(
            key="ft",
            models=("FTC164", "FTC881", "FTC921", "FTC961"),
            credentials=(_PASSWORD,),
            commands=_commands("{password} "),
        ),
    ),
    # Between ids and their values, and between parameters.
    reserved=":;",
    decoder=_decode,
    yields=frozenset(
        {
            "apn",
            "data_connected",
            "firmware",
            "gps_fix",
            "imei",
            "operator",
            "position",
            "registration",
            "relays",
            "signal",
            "speed",
            "voltage",
        }
    ),
    # 2003 is the password of the APN, 3003 and 3004 are login and password for SMS.
    secrets=re.compile(
        r"\b(?:2003|300[34])(?:| (?:New )?(?:Val(?:ue)?|Text)):\s?([^\s;]+)", re.IGNORECASE
    ),
)

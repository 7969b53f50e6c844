"""Bitrek (BI-530, BI-810, BI-820, BI-910 TREK).

Sources: EMnify device guide, "Bitrek GPS APN configuration"; Bitrek operating manuals BI-530P
pages 12 to 14, BI-810 pages 11, 14 and 17, BI-820OBD page 13, BI-530R page 17. Several commands go
in one message. Times are GMT.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
import re
from typing import Final

from .base import SINGLE_SMS, CommandSpec, Encoder, Family, Request, Settings, Variant
from .errors import CommandError, CommandErrorReason
from .parsing import find_position, number, spaced_pairs
from .reading import Reading, ReadingKind, Registration, Signal, Values
from .teltonika_dialect import read_fix, read_outputs, read_parameters
from .vocabulary import (
    APN,
    HOST,
    PARAMETER_ID,
    SERVER_PORT,
    VALUE,
    Command,
    Credential,
    Option,
    Parameter,
    ParameterKind,
)

_APN_ID: Final = "0242"
_SETTINGS: Final = frozenset(
    {
        Command.SETUP,
        Command.SET_APN,
        Command.SET_PARAMETER,
        Command.SET_ROAMING,
        Command.SET_SERVER,
    }
)
_LOOSE_FIX: Final = re.compile(r"\bGPS: \d Sat: \d")
_VERSION: Final = re.compile(r"\s*BI-?\d{3}[A-Z ]{0,10}Ver:? ?([\d.]{3,15})", re.IGNORECASE)
_PROFILE: Final = re.compile(
    r"\s*(?P<imei>\d{15}), ?(?P<apn>[^,]{0,100})(?:,[^,]{0,100}){3}, ?\d{1,5}, ?\d\b"
)
_MILLIVOLTS: Final = re.compile(r" ?mV\b")
_NETWORK: Final = re.compile(r"[0-9]{2,6}")
# The parameters 0020 to 0099, one network each.
_FIRST_NETWORK: Final = 20
_MAXIMUM_NETWORKS: Final = 80
# Manuals print mV for what are volts; real millivolts are far above.
_VOLTS_BELOW: Final = 100


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read an answer."""
    told = spaced_pairs(_MILLIVOLTS.sub("", text))
    return (
        _parameters(text)
        or read_fix(told, certain=_LOOSE_FIX.search(text) is not None)
        or _map(text)
        or _status(told)
        or _inputs(told)
        or _profile(text)
        or _version(text)
    )


def _parameters(text: str) -> Reading | None:
    """Read the answer to `getparam` or `setparam`."""
    found = read_parameters(text)
    if found is None:
        return None
    values, new = found
    return Reading(
        answers=_SETTINGS if new else frozenset({Command.REQUEST_APN}),
        values=Values(apn=values.get(_APN_ID, "").rstrip(";") or None),
        certain=text.lstrip().startswith("Param ID 0"),
    )


def _map(text: str) -> Reading | None:
    """Read the answer to `getmap`, a link without a time."""
    position = find_position(text)
    if position is None:
        return None
    return Reading(
        kind=ReadingKind.POSITION,
        answers=frozenset({Command.REQUEST_POSITION}),
        values=Values(position=position, gps_fix=True),
        certain="biakom.com/maps" in text,
    )


def _status(told: Mapping[str, str]) -> Reading | None:
    """Read the answer to `getstatus`: the signal is 1 to 5."""
    if not {"gprs", "gsm"} <= told.keys():
        return None
    signal = number(told["gsm"])
    roaming = {"0": Registration.HOME, "1": Registration.ROAMING}.get(told.get("roaming", ""))
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        values=Values(
            data_connected={"0": False, "1": True}.get(told["gprs"]),
            registration=roaming,
            signal=None if signal is None else Signal(signal, 5),
        ),
        certain={"data link", "ip", "roaming"} <= told.keys(),
    )


def _inputs(told: Mapping[str, str]) -> Reading | None:
    """Read outputs and voltages in the answer to `getio`; what its inputs mean is anyone's own."""
    relays = read_outputs(told)
    if relays is None and "vbat" not in told:
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_IO}),
        values=Values(
            relays=relays,
            voltage=_volts(told.get("psv")),
            battery_voltage=_volts(told.get("vbat")),
        ),
        certain={"psv", "vbat"} <= told.keys(),
    )


def _volts(text: str | None) -> float | None:
    """Read a voltage."""
    value = number(text)
    return value if value is None or value < _VOLTS_BELOW else value / 1000


def _profile(text: str) -> Reading | None:
    """Read the answer to `flush`: IMEI, APN, its login and password, server, port, mode."""
    match = _PROFILE.match(text)
    if match is None:
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_IDENTITY}),
        values=Values(imei=match["imei"], apn=match["apn"].strip() or None),
    )


def _version(text: str) -> Reading | None:
    """Read the answer to `getver`."""
    match = _VERSION.match(text)
    if match is None:
        return None
    answers = frozenset({Command.REQUEST_VERSION})
    return Reading(answers=answers, values=Values(firmware=match[1]), certain=True)


def _say(*writers: Callable[[Request], Iterable[str]] | str) -> Encoder:
    """Write commands into as few messages as hold them, and cut only between commands."""

    def encode(request: Request) -> Sequence[str]:
        """Write the messages, each with login and password before it."""
        commands = [
            command
            for writer in writers
            for command in (
                [writer.format_map(request.names)] if isinstance(writer, str) else writer(request)
            )
        ]
        head = "".join(
            f"{request.credentials[key]} "
            for key in ("login", "password")
            if request.credentials[key]
        )
        end = ";" if request.options["final_semicolon"] else ""
        return [f"{head}{line}{end}" for line in _packed(commands, SINGLE_SMS - len(head + end))]

    return encode


def _packed(commands: Sequence[str], room: int) -> list[str]:
    """Join commands by `; ` as long as a line has room."""
    lines: list[str] = []
    for command in commands:
        if lines and len(lines[-1]) + len(command) + 2 <= room:
            lines[-1] = f"{lines[-1]}; {command}"
        else:
            lines.append(command)
    return lines


def _roaming(request: Request) -> Iterable[str]:
    """Write whether the device may roam, and where; what was not told stays as it is."""
    if roaming := request.parameters["roaming"]:
        yield f"setparam 0917 {int(roaming == 'true')}"
    networks = [code for code in re.split(r"[ ,]+", request.parameters["networks"]) if code]
    if len(networks) > _MAXIMUM_NETWORKS or not all(map(_NETWORK.fullmatch, networks)):
        raise CommandError(CommandErrorReason.PARAMETER_INVALID, "networks")
    for position, code in enumerate(networks, _FIRST_NETWORK):
        yield f"setparam {position:04} {code}"


def _set_parameter(request: Request) -> Iterable[str]:
    """Write a parameter; its id has four digits."""
    yield f"setparam {int(request.parameters['parameter_id']):04} {request.parameters['value']}"


_ROAMING: Final = Parameter(key="roaming", kind=ParameterKind.BOOLEAN, required=False)
_NETWORKS: Final = Parameter(key="networks", required=False, maximum=600)
_SET_APN: Final = f"setparam {_APN_ID} {{apn}}"

FAMILY: Final = Family(
    key="bitrek",
    name="Bitrek",
    variants=(
        Variant(
            models=("BI-530P TREK", "BI-530R TREK", "BI-810 TREK", "BI-820OBD TREK", "BI-910 TREK"),
            credentials=(
                Credential(key="login", required=False),
                Credential(key="password", required=False),
            ),
            commands={
                Command.SETUP: CommandSpec(
                    encode=_say(_SET_APN, _roaming), parameters=(APN, _ROAMING, _NETWORKS)
                ),
                Command.SET_APN: CommandSpec(encode=_say(_SET_APN), parameters=(APN,)),
                Command.SET_ROAMING: CommandSpec(
                    encode=_say(_roaming),
                    parameters=(replace(_ROAMING, default="true"), _NETWORKS),
                ),
                Command.SET_SERVER: CommandSpec(
                    encode=_say("setparam 0245 {host}", "setparam 0246 {server_port}"),
                    parameters=(HOST, SERVER_PORT),
                ),
                Command.SET_PARAMETER: CommandSpec(
                    encode=_say(_set_parameter),
                    parameters=(replace(PARAMETER_ID, maximum=9999), VALUE),
                ),
                Command.REQUEST_APN: CommandSpec(encode=_say(f"getparam {_APN_ID}")),
                Command.REQUEST_IDENTITY: CommandSpec(encode=_say("flush")),
                Command.REQUEST_IO: CommandSpec(encode=_say("getio")),
                Command.REQUEST_POSITION: CommandSpec(encode=_say("getgps")),
                Command.REQUEST_STATUS: CommandSpec(encode=_say("getstatus")),
                Command.REQUEST_VERSION: CommandSpec(encode=_say("getver")),
                Command.REBOOT: CommandSpec(encode=_say("cpureset"), replies=False),
            },
        ),
    ),
    options=(Option(key="final_semicolon"),),
    reserved=";",
    decoder=_decode,
    yields=frozenset(
        {
            "apn",
            "battery_voltage",
            "data_connected",
            "firmware",
            "gps_fix",
            "imei",
            "position",
            "registration",
            "relays",
            "signal",
            "speed",
            "voltage",
        }
    ),
    # 0252 and 0253 are login and password for SMS; `flush` tells the APN's password fourth.
    secrets=re.compile(
        r"\b(?:setparam |Param ID )025[23] (?:(?:New )?Val: ?)?([^\s;]+)"
        r"|(?<!\d)\d{15}, ?[^,]{0,100}, ?[^,]{0,50}, ?(?!none,)([^,\s]{1,50}),",
        re.IGNORECASE,
    ),
)

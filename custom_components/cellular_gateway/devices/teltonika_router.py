"""Teltonika RUT and RUTX routers: the rules of their SMS utilities.

Sources: EMnify device guide, "Industrial Routers"; Teltonika Networks wiki, SMS Utilities. Every
text of a rule can be changed in the router, so each is an option here.
"""

from collections.abc import Sequence
import re
from typing import Final

from .base import CommandSpec, Encoder, Family, Request, Settings, Variant
from .errors import CommandError, CommandErrorReason
from .parsing import find_position, number, pairs
from .reading import Reading, ReadingKind, Registration, Signal, Values
from .vocabulary import APN, Command, Credential, Option

_LONGEST_RULE: Final = 80
# Each line of the status is chosen in the rule; the wiki does not print their wording.
_DATA: Final = re.compile(
    r"\b(?:data (?:connection )?state|connection state)\b[\s:-]{1,3}(dis)?connected",
    re.IGNORECASE,
)
_REGISTERED: Final = re.compile(
    r"\b(not registered)|\bregistered\W{1,3}(home|roaming)\b", re.IGNORECASE
)
_REGISTRATIONS: Final = {"home": Registration.HOME, "roaming": Registration.ROAMING}
_SIGNAL: Final = re.compile(r"-\d{1,3}(?: ?dBm)?", re.IGNORECASE)
_DASH: Final = re.compile(r"[ \t]-[ \t]")
_PIN: Final = re.compile(r"\b(?:digital|analog|isolated|relay|input|output|dio|pin)", re.IGNORECASE)
_IMEI: Final = re.compile(r"\d{15}")
_ICCID: Final = re.compile(r"\d{18,20}F?", re.IGNORECASE)


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read a place, or the lines of a status."""
    position = find_position(text)
    if position is not None:
        return Reading(
            kind=ReadingKind.POSITION,
            answers=frozenset({Command.REQUEST_POSITION}),
            values=Values(position=position, gps_fix=True),
        )
    values, told = _status(text)
    if told >= 2 or (told and asked is Command.REQUEST_STATUS):
        return Reading(answers=frozenset({Command.REQUEST_STATUS}), values=values)
    if asked is Command.REQUEST_IO and _PIN.search(text):
        return Reading(answers=frozenset({asked}))
    return None


def _status(text: str) -> tuple[Values, int]:
    """Read `key: value` and `key - value`, and how many lines of a router's status there are."""
    told = pairs(_DASH.sub(": ", text))
    data, signal = _DATA.search(text), told.get("signal strength") or told.get("signal level")
    strength = number(signal) if signal and _SIGNAL.fullmatch(signal) else None
    found = Values(
        data_connected=data[1] is None if data else None,
        registration=_registration(text),
        operator=told.get("operator") or told.get("network operator") or None,
        signal=None if strength is None else Signal(strength),
        firmware=told.get("fw version") or told.get("firmware version") or None,
        imei=_exactly(_IMEI, told.get("imei") or told.get("modem imei")),
        iccid=_exactly(_ICCID, told.get("iccid")),
    )
    keys = ("data_connected", "registration", "operator", "signal", "firmware", "imei", "iccid")
    return found, sum(getattr(found, key) is not None for key in keys)


def _registration(text: str) -> Registration | None:
    """Read how the router is registered."""
    match = _REGISTERED.search(text)
    if match is None:
        return None
    return Registration.NOT_REGISTERED if match[1] else _REGISTRATIONS[match[2].lower()]


def _exactly(pattern: re.Pattern[str], text: str | None) -> str | None:
    """Return a value that has the form it must have."""
    return text if text and pattern.fullmatch(text) else None


def _rule(option: str, parameters: str = "") -> Encoder:
    """Write the text of a rule behind the authorisation key, if there is one."""

    def write(request: Request) -> Sequence[str]:
        """Write it; what a person has set as its text is checked like a parameter."""
        text = str(request.options[option]).strip()
        if not text or len(text) > _LONGEST_RULE or not text.isprintable():
            raise CommandError(CommandErrorReason.PARAMETER_INVALID, option)
        key = request.credentials["authorization_key"]
        said = parameters.format_map(request.parameters)
        return [" ".join(part for part in (key, text, said) if part)]

    return write


_SET_APN: Final = CommandSpec(
    encode=_rule("rule_mobile", "apn={apn}"), parameters=(APN,), replies=False
)

FAMILY: Final = Family(
    key="teltonika_router",
    name="Teltonika router",
    variants=(
        Variant(
            models=(
                "RUT240",
                "RUT360",
                "RUT950",
                "RUT955",
                "RUTX09",
                "RUTX11",
                "RUTX12",
                "RUTX14",
                "RUTXR1",
            ),
            # The administrator's password or the serial number, as it is chosen in the rule.
            credentials=(Credential(key="authorization_key", required=False, maximum=64),),
            commands={
                Command.SETUP: _SET_APN,
                Command.SET_APN: _SET_APN,
                Command.REBOOT: CommandSpec(encode=_rule("rule_reboot"), replies=False),
                Command.REQUEST_STATUS: CommandSpec(encode=_rule("rule_status")),
                Command.REQUEST_POSITION: CommandSpec(encode=_rule("rule_position")),
                Command.REQUEST_IO: CommandSpec(encode=_rule("rule_io")),
            },
        ),
    ),
    # "status" and "gps" are inferred.
    options=(
        Option(key="rule_mobile", default="cellular"),
        Option(key="rule_reboot", default="reboot"),
        Option(key="rule_status", default="status"),
        Option(key="rule_position", default="gps"),
        Option(key="rule_io", default="iostatus"),
    ),
    decoder=_decode,
    yields=frozenset(
        {
            "data_connected",
            "firmware",
            "gps_fix",
            "iccid",
            "imei",
            "operator",
            "position",
            "registration",
            "signal",
        }
    ),
)

"""What a Vimar 01913 answers; the numbers are the printed pages of its instruction manual."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
import re
from typing import Final

from ..sms.balance import find_balance
from .base import Settings
from .reading import Alarm, AnswerError, Mode, Reading, ReadingKind, Season, Thermostat, Values
from .vocabulary import Command

_HEAD: Final = re.compile(r"^GSM-01913 (\d{1,2})/(\d{1,2})[ \t]*(?:\r?\n|$)", re.MULTILINE)
_DEGREES: Final = r"(-?\d{1,2}(?:[.,]\d)?)"
# The answers to the modes (p. 65-68); the status is taken to name them in the same words.
_MODES: Final = {
    "OFF": Mode.OFF,
    "AUTO": Mode.AUTO,
    "MAN": Mode.MANUAL,
    "MANTEMP": Mode.TIMED_MANUAL,
    "ANTIFREEZE": Mode.ANTIFREEZE,
    "TIMED SWITCH-OFF": Mode.TIMED_OFF,
}
_SEASONS: Final = {"HEATING": Season.HEATING, "AIR-CONDITIONING": Season.COOLING}
_SET_MODE: Final = re.compile(
    rf"^.{{1,20}} ({'|'.join(_MODES)})(?:, (\d{{1,2}}) hours)?[ \t]*\r?$"
    rf"(?:\s*^{_DEGREES} degrees)?(?:\s*^(\d{{1,2}}) hours)?",
    re.MULTILINE,
)
_SET_SEASON: Final = re.compile(rf"^.{{1,20}} ({'|'.join(_SEASONS)})[ \t]*\r?$", re.MULTILINE)
_LEVEL: Final = re.compile(rf"^Temp T[123] .{{1,20}}:\s*{_DEGREES} degrees", re.MULTILINE)
_MEASURED: Final = re.compile(rf"^Meas Temp:\s?{_DEGREES}", re.MULTILINE)
_TARGET: Final = re.compile(rf"^Set Temp:\s?{_DEGREES}", re.MULTILINE)
_MODE: Final = re.compile(r"^Mode:\s?([A-Z -]{2,20}[A-Z])", re.MULTILINE)
_OUTPUT: Final = re.compile(r"\s*[^\n]{1,20}:\s?(ON|OFF)\s*")
_FAULT: Final = re.compile(r"^error on command\(s\):", re.MULTILINE | re.IGNORECASE)
_CODE: Final = re.compile(r"\s*(?:(Entered code)|Error):?\s+\S", re.IGNORECASE)
_ALARM: Final = re.compile(
    r"\s*(?:(Temperature alarm!)|(No Mains Power!)|(Mains Power Restored)|(ALARM)\b)"
)
_ALARM_TEMPERATURE: Final = re.compile(rf"^Tmis:\s?{_DEGREES}", re.MULTILINE)
# What the manual gives no answer for: any message with the head of the device is taken for it.
_UNPRINTED: Final = frozenset({Command.READ_CREDIT_REQUEST, Command.SWITCH_RELAY})


def decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read an answer, an alarm, or the operator's text about the credit, which is passed on."""
    heads = list(_HEAD.finditer(text))
    if not heads:
        return _alarm(text) or _credit(text, asked)
    body, complete = _joined(text, heads)
    answers = frozenset({asked} if asked else ())
    if not complete:
        return Reading(answers=answers, certain=True, incomplete=True)
    if _FAULT.search(body):
        return Reading(answers=answers, error=AnswerError.SYNTAX, certain=True)
    for reader in _READERS:
        if reading := reader(body):
            return replace(reading, certain=True)
    if asked in _UNPRINTED:
        return Reading(answers=answers, certain=True)
    return Reading(kind=ReadingKind.MESSAGE, certain=True)


def _joined(text: str, heads: Sequence[re.Match[str]]) -> tuple[str, bool]:
    """Put the parts of a message in their order, and tell whether there are all of them."""
    # One line break stands between two messages, wherever the device has cut them.
    ends = [*(head.start() - 1 for head in heads[1:]), len(text)]
    parts = {int(head[1]): text[head.end() : end] for head, end in zip(heads, ends, strict=True)}
    return "".join(parts[number] for number in sorted(parts)), len(parts) >= int(heads[0][2])


def _credit(text: str, asked: Command | None) -> Reading | None:
    """Read the operator's text; it comes without the head, and only while the credit is asked."""
    if asked is not Command.REQUEST_CREDIT:
        return None
    balance = find_balance(text)
    if balance is None:
        return None
    return Reading(answers=frozenset({asked}), values=Values(balance=balance))


def _alarm(text: str) -> Reading | None:
    """Read an alarm (p. 36, 45, 56); what the restored power is called there is inferred."""
    match = _ALARM.match(text)
    if match is None:
        return None
    temperature, failed, restored, _ = match.groups()
    measured = _ALARM_TEMPERATURE.search(text)
    if temperature:
        thermostat = Thermostat(measured=_decimal(measured[1])) if measured else None
        values = Values(alarms={Alarm.TEMPERATURE: True}, thermostat=thermostat)
    elif failed or restored:
        values = Values(alarms={Alarm.POWER_CUT: bool(failed)}, external_power=bool(restored))
    else:
        values = Values(alarms={Alarm.INPUT: True})
    return Reading(kind=ReadingKind.ALARM, values=values, certain=bool(temperature and measured))


def _status(body: str) -> Reading | None:
    """Read the state of the thermostat (p. 68)."""
    measured = _MEASURED.search(body)
    if measured is None:
        return None
    target, mode = _TARGET.search(body), _MODE.search(body)
    return Reading(
        answers=frozenset({Command.REQUEST_STATUS}),
        values=Values(
            thermostat=Thermostat(
                measured=_decimal(measured[1]),
                target=_decimal(target[1]) if target else None,
                mode=_MODES.get(mode[1]) if mode else None,
            )
        ),
    )


def _mode(body: str) -> Reading | None:
    """Read the mode that was set (p. 65-68)."""
    match = _SET_MODE.search(body)
    if match is None:
        return None
    mode, off_hours, target, hours = match.groups()
    hours = off_hours or hours
    return Reading(
        answers=frozenset({Command.SET_MODE}),
        values=Values(
            thermostat=Thermostat(
                mode=_MODES[mode],
                target=_decimal(target) if target else None,
                hours=int(hours) if hours else None,
            )
        ),
    )


def _season(body: str) -> Reading | None:
    """Read the season that was set (p. 65)."""
    match = _SET_SEASON.search(body)
    if match is None:
        return None
    values = Values(thermostat=Thermostat(season=_SEASONS[match[1]]))
    return Reading(answers=frozenset({Command.SET_SEASON}), values=values)


def _level(body: str) -> Reading | None:
    """Read the confirmation of a temperature level."""
    if _LEVEL.search(body) is None:
        return None
    return Reading(answers=frozenset({Command.SET_PARAMETER}))


def _output(body: str) -> Reading | None:
    """Read the state of the auxiliary output behind its label (p. 63)."""
    match = _OUTPUT.fullmatch(body)
    if match is None:
        return None
    return Reading(
        answers=frozenset({Command.REQUEST_IO, Command.SWITCH_RELAY}),
        values=Values(relays={1: match[1] == "ON"}),
    )


def _code(body: str) -> Reading | None:
    """Read whether a new code was taken."""
    match = _CODE.match(body)
    if match is None:
        return None
    return Reading(
        answers=frozenset({Command.SET_CODE}),
        error=None if match[1] else AnswerError.COMMAND_REFUSED,
    )


_READERS: Final[tuple[Callable[[str], Reading | None], ...]] = (
    _alarm,
    _status,
    _mode,
    _season,
    _level,
    _output,
    _code,
)


def _decimal(text: str) -> Decimal:
    """Return degrees; some answers have the comma of the commands."""
    return Decimal(text.replace(",", "."))

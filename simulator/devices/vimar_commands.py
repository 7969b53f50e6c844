"""What a Vimar 01913 thermostat keeps, and the commands that read and change it.

Temperatures have a comma in commands and a point in answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import re

from .state import State

TEMPERATURE = r"(\d{1,2}(?:,\d)?)"
MAX_TARGET = 40.0
MAX_TIME = 3600


@dataclass(slots=True)
class VimarState(State):
    """The thermostat, its telephone numbers and its credit request.

    Temperatures are in degrees Celsius; `levels` are the programme's T1, T2 and T3. `mode` is
    the word of the mode's answer; a timed one ends at `until`. `credit` is type (C or S),
    number and, for an SMS, text of the credit request, `credit_requests` are those that it made.
    """

    labels: dict[str, str] = field(default_factory=lambda: {"C1": "C1", "R1": "R1", "I1": "I1"})
    numbers: dict[int, str] = field(
        default_factory=lambda: dict.fromkeys(range(1, 9), ""), repr=False
    )
    redirect: int = 0
    credit: list[str] = field(default_factory=list, repr=False)
    credit_requests: list[list[str]] = field(default_factory=list, repr=False)
    house_address: str = field(default="", repr=False)
    measured: float = 18.9
    target: float = 20.0
    levels: dict[int, float] = field(default_factory=lambda: {1: 16.0, 2: 18.0, 3: 20.0})
    season: str = "HEATING"
    mode: str = "AUTO"
    until: datetime | None = None
    aux_on: bool = False
    mains_alarm: bool = True
    mains_times: dict[str, int] = field(default_factory=lambda: {"TOFF": 5, "TON": 5})
    input_times: dict[str, int] = field(default_factory=lambda: {"TOFF": 1000, "TON": 1000})
    temperature_alarms: dict[str, bool] = field(
        default_factory=lambda: {"AT0": False, "AT1": False}
    )
    limits: dict[str, float] = field(default_factory=lambda: {"AT0": 5.0, "AT1": 30.0})
    targets: dict[str, str] = field(
        default_factory=lambda: dict.fromkeys(("SMSAI", "SMSAR", "SMSAT1", "SMSAT0"), "")
    )


class CommandError(Exception):
    """The thermostat does not understand a command, or its value is out of range."""


type Act = Callable[[VimarState, re.Match[str], datetime], str | None]


def run(state: VimarState, content: str, now: datetime) -> str | None:
    """Do one command; return its answer, None without one. Raises CommandError."""
    if state.until is not None and now >= state.until:
        state.mode, state.until = "AUTO", None
    label, dot, rest = content.partition(".")
    names = {text: name for name, text in state.labels.items()}
    plain = f"{names.get(label, label)}{dot}{rest}"
    for pattern, act in COMMANDS:
        if match := pattern.fullmatch(plain):
            return act(state, match, now)
    raise CommandError(content)


def _number(text: str) -> float:
    """Return a temperature from 0 to 40 degrees."""
    value = float(text.replace(",", "."))
    if not 0 <= value <= MAX_TARGET:
        raise CommandError(text)
    return value


def _point(text: str) -> str:
    """Return a temperature as answers write it."""
    return text.replace(",", ".")


def _store_number(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Store or delete (0) a telephone number."""
    state.numbers[int(match[1])] = "" if match[2] == "0" else match[2]


def _read_numbers(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell the telephone numbers."""
    return "\n".join(f"{place}: {number}".rstrip() for place, number in state.numbers.items())


def _redirect(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Pass on the texts of others to a stored number."""
    state.redirect = int(match[1])
    return f"SMS redirection\non number of\nindex {state.redirect}"


def _set_credit(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Keep how the credit is asked for: by an SMS with a text, or by a call without one."""
    state.credit = ["S", match[1], match[2]] if match.lastindex == 2 else ["C", match[1]]


def _delete_credit(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Forget how the credit is asked for."""
    state.credit = []


def _read_credit(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell how the credit is asked for."""
    return "\n".join(["SIMCREDITSET:", *(state.credit or ["0"])])


def _set_address(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Keep or delete (0) the address that an alarm ends with."""
    state.house_address = "" if match[1] == "0" else match[1]


def _read_address(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell the address."""
    return f"ADDR:\n{state.house_address}"


def _label(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Name a part, or give it its own name back (0)."""
    state.labels[match[1]] = match[1] if match[2] == "0" else match[2]


def _set_input_time(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Set how many milliseconds the input must be on or off."""
    state.input_times[match[1]] = int(match[2])


def _read_input(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell the input's settings."""
    times = state.input_times
    return (
        f"I1\n{state.labels['I1']}\nENABLED: ON\nACTIVE: C\n"
        f"TON: {times['TON']} ms\nTOFF: {times['TOFF']} ms"
    )


def _set_targets(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Set who hears of an alarm, as places of the telephone numbers."""
    state.targets[match[1]] = match[2]


def _read_targets(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell who hears of which alarm."""
    return "\n".join(f"{name}: {places}".rstrip() for name, places in state.targets.items())


def _set_temperature_alarm(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Switch a temperature alarm, or set its limit."""
    if match[2] in {"ON", "OFF"}:
        state.temperature_alarms[match[1]] = match[2] == "ON"
    else:
        state.limits[match[1]] = _number(match[2])


def _set_mains_alarm(state: VimarState, match: re.Match[str], now: datetime) -> None:
    """Switch the alarm of the mains, or set one of its times in seconds."""
    if match.lastindex == 1:
        state.mains_alarm = match[1] == "ON"
    elif 1 <= int(match[2]) <= MAX_TIME:
        state.mains_times[match[1]] = int(match[2])
    else:
        raise CommandError(match[0])


def _read_mains_alarm(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell the settings of the mains alarm."""
    times = state.mains_times
    enabled = "ON" if state.mains_alarm else "OFF"
    return f"AR\nENABLED:{enabled}\nTOFF:{times['TOFF']}s\nTON:{times['TON']}s"


def _aux(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Switch the auxiliary output or tell how it is."""
    if match[1] != "STATO":
        state.aux_on = match[1] == "ON"
    return f"{state.labels['R1']}:{'ON' if state.aux_on else 'OFF'}"


def _set_level(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Set a level of the programme."""
    state.levels[int(match[1])] = _number(match[2])
    return f"Temp T{match[1]} C1:\n{_point(match[2])} degrees"


def _season(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Heat or cool."""
    state.season = "HEATING" if match[1] == "RISC" else "AIR-CONDITIONING"
    return f"C1 {state.season}"


def _simple_mode(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Switch off, or follow the programme."""
    state.mode, state.until = match[1], None
    return f"C1 {state.mode}"


def _manual(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Hold a temperature."""
    state.target = _number(match[1])
    state.mode, state.until = "MAN", None
    return f"C1 MAN\n{_point(match[1])} degrees"


def _antifreeze(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Protect from frost."""
    state.target = _number(match[1])
    state.mode, state.until = "ANTIFREEZE", None
    return f"C1 ANTIFREEZE\n{_point(match[1])} degrees"


def _timed_off(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Switch off for some hours."""
    hours = _hours(match[1])
    state.mode, state.until = "TIMED SWITCH-OFF", now + timedelta(hours=hours)
    return f"C1 TIMED SWITCH-OFF, {hours} hours"


def _timed_manual(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Hold a temperature for some hours."""
    state.target, hours = _number(match[1]), _hours(match[2])
    state.mode, state.until = "MANTEMP", now + timedelta(hours=hours)
    return f"C1 MANTEMP\n{_point(match[1])} degrees\n{hours} hours"


def _hours(text: str) -> int:
    """Return 1 to 99 hours."""
    if not int(text):
        raise CommandError(text)
    return int(text)


def _status(state: VimarState, match: re.Match[str], now: datetime) -> str:
    """Tell temperatures and mode."""
    return (
        f"{state.labels['C1']}\nMeas Temp:{state.measured:.1f} degrees\n"
        f"Set Temp:{state.target:.1f} degrees\nMode:{state.mode}"
    )


COMMANDS: tuple[tuple[re.Pattern[str], Act], ...] = tuple(
    (re.compile(pattern), act)
    for pattern, act in (
        (r"NUM([1-8])\.(\+?\d{1,20})", _store_number),
        (r"\?NUM", _read_numbers),
        (r"RED\.NUM([1-8])", _redirect),
        (r"SIMCREDITSET\.S\.([+*#\d]+)\.([^./]+)", _set_credit),
        (r"SIMCREDITSET\.C\.([+*#\d]+)", _set_credit),
        (r"SIMCREDITSET\.0", _delete_credit),
        (r"\?SIMCREDITSET", _read_credit),
        (r"ADDR\.([^./]{1,80})", _set_address),
        (r"\?ADDR", _read_address),
        (r"(C1|R1|I1)\.STR\.([^./]{1,20})", _label),
        (r"I1\.(TON|TOFF)\.(\d{1,5})", _set_input_time),
        (r"\?I1", _read_input),
        (r"(SMSAI|SMSAR|SMSAT1|SMSAT0)\.NUM\.([1-8]{1,8})", _set_targets),
        (r"\?SMS", _read_targets),
        (rf"ATEMP\.(AT[01])\.(ON|OFF|{TEMPERATURE})", _set_temperature_alarm),
        (r"AR\.(ON|OFF)", _set_mains_alarm),
        (r"AR\.(TON|TOFF)\.(\d{1,4})", _set_mains_alarm),
        (r"\?AR", _read_mains_alarm),
        (r"R1\.(ON|OFF|STATO)", _aux),
        (rf"C1\.T([123])\.{TEMPERATURE}", _set_level),
        (r"C1\.(RISC|COND)", _season),
        (r"C1\.(OFF|AUTO)", _simple_mode),
        (rf"C1\.MAN\.{TEMPERATURE}", _manual),
        (rf"C1\.ANTIGELO\.{TEMPERATURE}", _antifreeze),
        (r"C1\.OFFTEMP\.(\d{1,2})", _timed_off),
        (rf"C1\.MANTEMP\.{TEMPERATURE}\.(\d{{1,2}})", _timed_manual),
        (r"C1\.STATO", _status),
    )
)

"""What a far-end device knows about itself, and how the control interface changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

# Strongest step of +CSQ (3GPP TS 27.007 clause 8.5).
MAX_SIGNAL = 31


@dataclass(frozen=True, slots=True)
class Position:
    """Where a device is.

    Degrees north and east, metres, km/h, degrees from north; `at` is the time of the fix, None
    for now. `fixed` tells whether there is a fix; without one the rest is the last known.
    """

    latitude: float = 48.137154
    longitude: float = 11.576124
    altitude: float = 519.0
    speed: float = 0.0
    course: float = 77.0
    satellites: int = 7
    hdop: float = 1.0
    fixed: bool = True
    at: datetime | None = None

    @property
    def link(self) -> str:
        """Return latitude and longitude with a comma, as map links have them."""
        return f"{self.latitude:.6f},{self.longitude:.6f}"


@dataclass(slots=True)
class State:
    """What every device has: measured values, and what commands set.

    `battery` is in percent, `voltage` in volts of the external supply, `signal` as +CSQ has it,
    `operator` MCC with MNC, `balance` the text that its operator answers to a credit request.
    """

    battery: int = 80
    voltage: float = 12.5
    charging: bool = True
    signal: int = 20
    roaming: bool = False
    operator: str = "26201"
    ignition: bool = False
    imei: str = field(default="353976010139156", repr=False)
    iccid: str = field(default="89860081090000000128", repr=False)
    firmware: str = "1.0.7"
    apn: str = ""
    apn_user: str = ""
    apn_password: str = field(default="", repr=False)
    server: str = ""
    server_port: int = 0
    data_on: bool = False
    roaming_allowed: bool = False
    reboots: int = 0
    balance: str = field(default="", repr=False)
    parameters: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def bars(self) -> int:
        """Return the signal as 0 to 5 bars."""
        return round(5 * self.signal / MAX_SIGNAL)

    @property
    def signal_percent(self) -> int:
        """Return the signal in percent."""
        return round(100 * self.signal / MAX_SIGNAL)

    @property
    def cell_voltage(self) -> float:
        """Return the voltage of a lithium cell that is charged so far."""
        return 3.4 + 0.8 * self.battery / 100


def changed(target: Any, values: Mapping[str, object]) -> dict[str, Any]:
    """Return values for fields of a dataclass; ValueError or TypeError when they do not fit.

    A whole number does for a float, and text in ISO format for a time.
    """
    known = {each.name for each in fields(target) if each.init}
    if unknown := set(values) - known:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    return {name: _fitting(name, getattr(target, name), value) for name, value in values.items()}


def _fitting(name: str, current: object, value: object) -> object:
    """Return a value of the type that a field has now."""
    if current is None or isinstance(current, datetime):
        return None if value is None else _moment(name, value)
    if isinstance(current, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(current, dict) and isinstance(value, dict):
        return _fitting_items(name, current, value)
    if type(value) is not type(current):
        raise TypeError(f"{name} is not of the type {type(current).__name__}")
    return value


def _fitting_items(
    name: str, current: dict[object, object], value: dict[object, object]
) -> dict[object, object]:
    """Return a mapping with keys and values of the types that a field has now."""
    number_keys = any(isinstance(key, int) for key in current)
    example = next(iter(current.values()), "")
    return {
        int(str(key)) if number_keys else str(key): _fitting(f"{name} {key}", example, item)
        for key, item in value.items()
    }


def _moment(name: str, value: object) -> datetime:
    """Return an aware time; ValueError when it has no zone."""
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    return moment

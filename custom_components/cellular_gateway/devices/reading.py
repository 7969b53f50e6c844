"""What an answer of a tracked device yields, and how it adds up to what is known of the device."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ..sms.balance import Balance
from .vocabulary import Command

# A clock that was never set counts from 1970, 1980 (GPS) or 2000.
_FIRST_YEAR = 2005


class Registration(StrEnum):
    """How a device says it is registered in the mobile network."""

    NOT_REGISTERED = "not_registered"
    HOME = "home"
    ROAMING = "roaming"


class Alarm(StrEnum):
    """What a device raises the alarm for."""

    DOOR = "door"
    GEOFENCE = "geofence"
    IGNITION = "ignition"
    INPUT = "input"
    LOW_BATTERY = "low_battery"
    MOVEMENT = "movement"
    OTHER = "other"
    POWER_CUT = "power_cut"
    SHOCK = "shock"
    SOS = "sos"
    SPEED = "speed"
    TEMPERATURE = "temperature"


class AnswerError(StrEnum):
    """What a device says went wrong; the value is a translation key."""

    COMMAND_REFUSED = "device_command_refused"
    MISSING_APN = "device_missing_apn"
    NETWORK_CONNECTION = "device_network_connection"
    NOT_AUTHORISED = "device_not_authorised"
    SYNTAX = "device_syntax"
    WRONG_PASSWORD = "device_wrong_password"


class Mode(StrEnum):
    """What a thermostat does."""

    OFF = "off"
    AUTO = "auto"
    MANUAL = "manual"
    ANTIFREEZE = "antifreeze"
    TIMED_OFF = "timed_off"
    TIMED_MANUAL = "timed_manual"


class Season(StrEnum):
    """What a thermostat drives."""

    HEATING = "heating"
    COOLING = "cooling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a device is: degrees (WGS 84), accuracy and altitude in metres, course in degrees.

    `time` is that of the fix, aware; None where the device does not tell it. `accuracy` is None
    unless the device reports one.
    """

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    time: datetime | None = None
    accuracy: float | None = None
    altitude: float | None = None
    course: float | None = None
    satellites: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Signal strength on the family's own scale, a number or a word.

    `maximum` is the upper end of a scale that begins at 0, None for a scale of words.
    """

    value: float | str
    maximum: float | None = None

    @property
    def percent(self) -> int | None:
        """The signal in percent of its scale."""
        if self.maximum is None or isinstance(self.value, str):
            return None
        return round(100 * min(max(self.value / self.maximum, 0), 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thermostat:
    """What a thermostat says of itself: temperatures in degrees Celsius, the rest of a timed mode.

    None is "not told by this answer".
    """

    mode: Mode | None = None
    season: Season | None = None
    measured: Decimal | None = None
    target: Decimal | None = None
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class CloudConnection:
    """Where a device has connected to: the address and TCP port of its server, and its own name."""

    address: str
    port: int
    identifier: str


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a device: whether it is in alarm, and how it is set."""

    alarm: bool
    sensitivity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What is known of a device; None is "not known", or "not told by this answer".

    `battery` is in percent, `voltage` (of the supply) and `battery_voltage` in volt, `speed` in
    km/h, `operator` MCC and MNC in digits or a name. `relays` and `inputs` go by their numbers.
    `relay_seconds` is how long relays that were switched on stay so, 0 for good.
    """

    position: Position | None = None
    gps_fix: bool | None = None
    speed: float | None = None
    battery: float | None = None
    battery_voltage: float | None = None
    charging: bool | None = None
    voltage: float | None = None
    external_power: bool | None = None
    ignition: bool | None = None
    signal: Signal | None = None
    registration: Registration | None = None
    operator: str | None = None
    data_connected: bool | None = None
    apn: str | None = None
    firmware: str | None = None
    imei: str | None = field(default=None, repr=False)
    iccid: str | None = field(default=None, repr=False)
    balance: Balance | None = None
    cloud: CloudConnection | None = None
    armed: bool | None = None
    relays: Mapping[int, bool] | None = None
    relay_seconds: Mapping[int, int] | None = None
    inputs: Mapping[int, Input] | None = None
    thermostat: Thermostat | None = None
    alarms: Mapping[Alarm, bool] | None = None


class ReadingKind(StrEnum):
    """What sort of message it is; the value is the type of its event."""

    REPLY = "reply"
    ALARM = "alarm"
    POSITION = "position"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One message of a device, understood.

    `answers` names the commands that it can be the answer to. `certain` says that hardly anything
    else writes so: an unknown sender of it may be offered as a device. With `incomplete` the rest
    comes in further messages.
    """

    kind: ReadingKind = ReadingKind.REPLY
    answers: frozenset[Command] = frozenset()
    values: Values = Values()
    error: AnswerError | None = None
    certain: bool = False
    incomplete: bool = False


def is_fix(latitude: float, longitude: float, at: datetime | None = None) -> bool:
    """Tell whether it can be a place: 0,0 and a clock that was never set are none."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return False
    if latitude == 0 and longitude == 0:
        return False
    return at is None or at.year >= _FIRST_YEAR


def merge(known: Values, new: Values) -> Values:
    """Add what an answer tells to what is known; an older fix never replaces a newer one."""
    changes: dict[str, Any] = {}
    if new.position is not None and _is_older(new.position, known.position):
        # The speed belongs to the fix.
        new = replace(new, position=None, speed=None)
    for item in fields(Values):
        value = getattr(new, item.name)
        if value is None:
            continue
        before = getattr(known, item.name)
        if isinstance(value, Mapping) and before is not None:
            value = {**before, **value}
        elif isinstance(value, Thermostat) and before is not None:
            value = _merge_thermostat(before, value)
        changes[item.name] = value
    return replace(known, **changes)


def _merge_thermostat(known: Thermostat, new: Thermostat) -> Thermostat:
    """Add what is told of a thermostat; the rest of a timed mode ends with the mode."""
    told = {
        item.name: getattr(new, item.name)
        for item in fields(Thermostat)
        if getattr(new, item.name) is not None
    }
    if new.mode is not None and new.mode is not known.mode:
        told.setdefault("hours", None)
    return replace(known, **told)


def _is_older(new: Position, known: Position | None) -> bool:
    """Tell whether a fix is from before the one that is known."""
    return (
        known is not None
        and known.time is not None
        and new.time is not None
        and new.time < known.time
    )

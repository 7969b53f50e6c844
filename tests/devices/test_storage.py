"""What is known of a device comes back as it was."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from custom_components.cellular_gateway.devices.reading import (
    Alarm,
    CloudConnection,
    Input,
    Mode,
    Position,
    Registration,
    Season,
    Signal,
    Thermostat,
    Values,
)
from custom_components.cellular_gateway.devices.storage import dump, load
from custom_components.cellular_gateway.sms.balance import Balance

KNOWN = Values(
    position=Position(
        latitude=50.85, longitude=-4.35, time=datetime(2026, 11, 21, 7, tzinfo=UTC), accuracy=5.5
    ),
    gps_fix=True,
    battery=80.0,
    signal=Signal("Strong"),
    registration=Registration.ROAMING,
    operator="20601",
    balance=Balance(amount=Decimal("12.30"), currency="EUR", expiry=date(2027, 1, 31)),
    cloud=CloudConnection("192.0.2.1", 2020, "ABC"),
    relays={1: True, 2: False},
    inputs={1: Input(alarm=True, sensitivity=3)},
    thermostat=Thermostat(mode=Mode.MANUAL, season=Season.HEATING, measured=Decimal("18.9")),
    alarms={Alarm.SOS: True},
)


def test_what_was_known_is_known_again() -> None:
    """Every type of value survives."""
    assert load(dump(KNOWN)) == KNOWN
    assert load(dump(Values(signal=Signal(12, 32)))) == Values(signal=Signal(12, 32))


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"battery": "full"}', '{"later": 1}'])
def test_what_cannot_be_read_is_not_known(text: str | None) -> None:
    """A broken or foreign text costs nothing but its values."""
    assert load(text) == Values()


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ('{"battery": 5, "position": {"latitude": 1}}', Values(battery=5.0)),
        ('{"gps_fix": "no", "imei": "1"}', Values(imei="1")),
        ('{"alarms": {"unheard_of": true}, "speed": 3}', Values(speed=3.0)),
    ],
)
def test_one_bad_value_costs_no_other(text: str, known: Any) -> None:
    """The rest is kept."""
    assert load(text) == known

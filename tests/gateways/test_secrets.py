"""What holds a number, a text or a PIN does not show it in a log or a traceback."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.commands import (
    Answer,
    Command,
    setting,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.messages import (
    DirectMessage,
    StoredMessage,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.results import (
    FinalResult,
    ResultKind,
)
from custom_components.cellular_gateway.gateways.at_modem.parts import RawMessage
from custom_components.cellular_gateway.gateways.at_modem.probe import ProbeResult
from custom_components.cellular_gateway.gateways.at_modem.questions import Identity, Sim
from custom_components.cellular_gateway.gateways.at_modem.settings import AtModemSettings
from custom_components.cellular_gateway.gateways.models import GatewayInfo, PortState, SimState
from custom_components.cellular_gateway.sms.reassembly import Part
from custom_components.cellular_gateway.sms.ussd import UssdString

SECRET = "4711"
NOW = datetime(2026, 10, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        setting(f"AT+CPIN={SECRET}"),
        Command(text="AT+CMGS=20", payload=SECRET),
        Answer((SECRET,), FinalResult(ResultKind.OK)),
        StoredMessage(1, 1, 20, SECRET),
        DirectMessage("+CMT", 20, SECRET),
        RawMessage(pdu=SECRET, length=20),
        UssdString(SECRET, 15),
        AtModemSettings(device="/dev/modem", identity=SECRET, pin=SECRET, smsc=SECRET),
        Identity(model="SIM7600", serial_number=SECRET, imei=SECRET),
        Sim(iccid=SECRET, imsi=SECRET, own_number=SECRET, smsc=SECRET),
        GatewayInfo(model="SIM7600", serial_number=SECRET),
        ProbeResult(
            info=GatewayInfo(serial_number=SECRET),
            imei=SECRET,
            iccid=SECRET,
            imsi=SECRET,
            own_number=SECRET,
            baudrate=115200,
            sim_state=SimState.READY,
            pin_accepted=True,
            pin_tries=3,
        ),
        PortState(key="1", imei=SECRET, imsi=SECRET, iccid=SECRET, own_number=SECRET, smsc=SECRET),
        Part(1, "1", SECRET, 7, wide=False, total=2, number=1, text=SECRET, received_at=NOW),
    ],
    ids=lambda value: type(value).__name__,
)
def test_secrets_are_not_shown(value: Any) -> None:
    """They are there, and the rest can still be read."""
    assert any(SECRET in str(getattr(value, field.name)) for field in fields(value))
    assert SECRET not in repr(value)
    assert "=" in repr(value)

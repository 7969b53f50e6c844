"""Queclink (GL200, GL300 and others that speak the @Track protocol).

Sources: EMnify device guide, "Queclink GPS APN configuration"; GL300 @Tracker Air Interface
Protocol 1.02, pages 33 to 35. The GL100 is not among the models: its commands end in the time, and
what asks here for the status turns it off.
"""

import re
from typing import Final

from .base import CommandSpec, Family, Settings, Variant, texts
from .queclink_reports import ALARMS, read_link, read_report
from .reading import Reading
from .vocabulary import APN, Command, Credential

# An answer may come together with the acknowledgement before it.
_ACKNOWLEDGED: Final = re.compile(r"\s*\+ACK:GTRTO,[^$\r\n]*(?:\$\s*|[\r\n]+)(?=\S)")


def _decode(text: str, settings: Settings, asked: Command | None) -> Reading | None:
    """Read a report, an acknowledgement or a map link."""
    if match := _ACKNOWLEDGED.match(text):
        text = text[match.end() :]
    return read_report(text) or read_link(text, settings.zone)


_SET_APN: Final = CommandSpec(
    encode=texts("AT+GTBSI={password},{apn},,,,,,,0002$"), parameters=(APN,)
)


def _real_time_operation(sub: str) -> CommandSpec:
    """Write a sub command of AT+GTRTO."""
    return CommandSpec(encode=texts(f"AT+GTRTO={{password}},{sub},,,,,,000B$"))


FAMILY: Final = Family(
    key="queclink",
    name="Queclink",
    variants=(
        Variant(
            models=("GL200", "GL300"),
            credentials=(Credential(key="password", from_model=True, minimum=4, maximum=20),),
            commands={
                Command.SETUP: _SET_APN,
                Command.SET_APN: _SET_APN,
                Command.REQUEST_POSITION: _real_time_operation("1"),
                Command.REBOOT: _real_time_operation("3"),
                Command.REQUEST_IDENTITY: _real_time_operation("6"),
                Command.REQUEST_NETWORK: _real_time_operation("7"),
                Command.REQUEST_VERSION: _real_time_operation("8"),
                Command.REQUEST_BATTERY: _real_time_operation("9"),
                Command.REQUEST_STATUS: _real_time_operation("B"),
            },
        ),
    ),
    reserved=",$",
    decoder=_decode,
    yields=frozenset(
        {
            "alarms",
            "battery",
            "battery_voltage",
            "charging",
            "external_power",
            "firmware",
            "gps_fix",
            "iccid",
            "imei",
            "operator",
            "position",
            "signal",
            "speed",
        }
    ),
    alarms=frozenset(ALARMS.values()),
)

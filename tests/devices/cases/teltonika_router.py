"""Teltonika routers."""

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import (
    Position,
    ReadingKind,
    Registration,
    Signal,
)
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

KEY = Settings(credentials={"authorization_key": "admin01"})
RENAMED = Settings(options={"rule_reboot": "neu starten", "rule_mobile": "größe"})

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("cellular apn=em",), {"apn": "em"}),
        Written(
            Command.SET_APN,
            ("admin01 cellular apn=em",),
            {"apn": "em"},
            KEY,
            masked=("••••••• cellular apn=em",),
        ),
        Written(Command.SET_APN, ("größe apn=emnify",), {"apn": "emnify"}, RENAMED),
        Written(Command.SETUP, ("cellular apn=em",), {"apn": "em"}),
        Written(Command.REBOOT, ("reboot",)),
        Written(Command.REBOOT, ("admin01 reboot",), settings=KEY),
        Written(Command.REBOOT, ("neu starten",), settings=RENAMED),
        Written(Command.REQUEST_STATUS, ("admin01 status",), settings=KEY),
        Written(Command.REQUEST_POSITION, ("gps",)),
        Written(Command.REQUEST_IO, ("iostatus",)),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_MISSING),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_INVALID, {"apn": "em user=x"}),
        Refused(
            Command.REBOOT,
            CommandErrorReason.PARAMETER_INVALID,
            settings=Settings(options={"rule_reboot": "re\nboot"}),
        ),
        Refused(
            Command.REBOOT,
            CommandErrorReason.PARAMETER_INVALID,
            settings=Settings(options={"rule_reboot": " "}),
        ),
        Refused(
            Command.REBOOT,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(credentials={"authorization_key": "admin 01"}),
        ),
    ),
    read=(
        Read(
            "Data connection state - Connected\nOperator - Proximus\nConnection type - LTE\n"
            "Signal strength - -67 dBm\nConnection state - Registered, home",
            "composed: the wiki names the lines of the status, not their wording",
            {
                "data_connected": True,
                "operator": "Proximus",
                "signal": Signal(-67.0),
                "registration": Registration.HOME,
            },
            frozenset({Command.REQUEST_STATUS}),
        ),
        Read(
            "Data connection state: disconnected; Operator: 24602; Signal strength: -91; "
            "IMEI: 860461024123456; FW version: RUT2_R_00.07.06",
            "composed, with colons and in one line",
            {
                "data_connected": False,
                "operator": "24602",
                "signal": Signal(-91.0),
                "imei": "860461024123456",
                "firmware": "RUT2_R_00.07.06",
            },
            frozenset({Command.REQUEST_STATUS}),
        ),
        Read(
            "Operator: Proximus",
            "composed: a rule that tells one thing only",
            {"operator": "Proximus"},
            frozenset({Command.REQUEST_STATUS}),
            asked=Command.REQUEST_STATUS,
        ),
        Read(
            "Latitude: 54.71473, Longitude: 25.30304",
            "composed: the wiki does not print the answer",
            {"position": Position(latitude=54.71473, longitude=25.30304), "gps_fix": True},
            frozenset({Command.REQUEST_POSITION}),
            ReadingKind.POSITION,
        ),
        Read(
            "Digital input: High level\nRelay output: Open",
            "composed: the wiki does not print the answer",
            answers=frozenset({Command.REQUEST_IO}),
            asked=Command.REQUEST_IO,
        ),
    ),
    raw=(
        "Operator: Proximus",
        "Digital input: High level",
        "OK",
        "Dear customer: your operator wishes you a nice day",
        "",
    ),
    masked=(),
)

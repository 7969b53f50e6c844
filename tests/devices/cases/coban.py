"""Coban."""

from datetime import UTC, datetime

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import (
    Alarm,
    AnswerError,
    Position,
    ReadingKind,
    Signal,
)
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

OWN = Settings(own_number="+32470000100", credentials={"password": "4711"})

CASES = Cases(
    written=(
        Written(
            Command.SET_APN,
            ("gprs123456", "APN123456 em"),
            {"apn": "em"},
            masked=("gprs••••••", "APN•••••• em"),
        ),
        Written(Command.SETUP, ("gprs4711", "APN4711 emnify"), {"apn": "emnify"}, OWN),
        Written(
            Command.SET_SERVER,
            ("adminip123456 gps.example.com 9000",),
            {"host": "gps.example.com", "server_port": "9000"},
        ),
        Written(Command.BIND_NUMBER, ("admin4711 32470000100",), settings=OWN),
        Written(
            Command.BIND_NUMBER,
            ("admin123456 491709876543",),
            {"own_number": "+491709876543"},
        ),
        Written(Command.REQUEST_POSITION, ("smslink123456",)),
        Written(Command.REQUEST_STATUS, ("check123456",)),
        Written(Command.REQUEST_IDENTITY, ("imei123456",)),
        Written(Command.REBOOT, ("reset123456",)),
    ),
    refused=(
        Refused(Command.ARM, CommandErrorReason.COMMAND_UNKNOWN),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_MISSING),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em\n"}),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_INVALID, {"apn": "e m"}),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_UNKNOWN, {"apn": "em", "x": "1"}),
        Refused(Command.BIND_NUMBER, CommandErrorReason.OWN_NUMBER_UNKNOWN),
        Refused(
            Command.REBOOT,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(credentials={"password": "12 34"}),
        ),
    ),
    read=(
        Read(
            "lat: 48.071676 long: 007.347595 speed: 000.0 05/02/14 10:17 \n"
            "bat:F signal:F imei:012345678901234",
            "a report of a TK102 in a public forum",
            {
                "position": Position(
                    latitude=48.071676,
                    longitude=7.347595,
                    time=datetime(2014, 2, 5, 10, 17, tzinfo=UTC),
                ),
                "gps_fix": True,
                "speed": 0.0,
                "signal": Signal("F"),
                "imei": "012345678901234",
            },
            frozenset({Command.REQUEST_POSITION}),
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Power: ON\nBattery: 100%\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF\nGSM Signal: 12\n"
            "Oil: 0.00%\nAPN: internet\nIP: 192.0.2.1 PORT: 9000",
            "Rewire 103-RS manual p. 29, with a signal in place of its range",
            {
                "external_power": True,
                "battery": 100.0,
                "data_connected": True,
                "gps_fix": True,
                "ignition": False,
                "signal": Signal(12, 32),
                "apn": "internet",
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "GSM: 87%\nGPS: NO\nGPRS: OFF\nBattery: 90%",
            "GPS302 manual p. 16, with the figures of a TK102B",
            {
                "signal": Signal(87, 100),
                "gps_fix": False,
                "data_connected": False,
                "battery": 90.0,
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "help me! lat:22.566923 long:114.051331 speed:85.60 28/10/09 03:33 F:4.32V,0",
            "TK203 manual p. 12, with the prefix of its SOS alarm",
            {
                "position": Position(
                    latitude=22.566923,
                    longitude=114.051331,
                    time=datetime(2009, 10, 28, 3, 33, tzinfo=UTC),
                ),
                "gps_fix": True,
                "speed": 85.6,
                "alarms": {Alarm.SOS: True},
            },
            kind=ReadingKind.ALARM,
            certain=True,
        ),
        Read("apn ok", "manual", answers=frozenset({Command.SET_APN, Command.SETUP})),
        Read(
            "admin fail",
            "manual",
            answers=frozenset({Command.BIND_NUMBER}),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "password err",
            "manual",
            answers=frozenset({Command.REQUEST_STATUS}),
            error=AnswerError.WRONG_PASSWORD,
            asked=Command.REQUEST_STATUS,
        ),
        Read(
            "359587011016261",
            "manual, answer to imei",
            {"imei": "359587011016261"},
            frozenset({Command.REQUEST_IDENTITY}),
        ),
    ),
    raw=("Your credit is 5.00 EUR", "lat", "gps: maybe", ""),
    masked=(("password 123456 is set", "password •••••• is set"),),
)

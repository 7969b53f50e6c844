"""Meitrack."""

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

OWN = Settings(own_number="+32470123456", credentials={"sms_password": "4711"})
A21 = Settings(variant="a21", own_number="+32470123456")
CHANGED = Settings(variant="a21", credentials={"super_password": "777999", "sms_password": "4711"})
POSITION = frozenset({Command.REQUEST_POSITION})

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("0000,A81,em,,",), {"apn": "em"}, masked=("••••,A81,em,,",)),
        Written(Command.SETUP, ("4711,A81,emnify,,",), {"apn": "emnify"}, OWN),
        Written(Command.BIND_NUMBER, ("4711,A71,32470123456,,",), settings=OWN),
        Written(Command.REQUEST_POSITION, ("0000,A00",)),
        Written(Command.REQUEST_VERSION, ("0000,E91",)),
        Written(
            Command.SET_APN,
            ("666888,A21,1,server.meigps.com,8800,em,,",),
            {"apn": "em"},
            A21,
            masked=("••••••,A21,1,server.meigps.com,8800,em,,",),
        ),
        Written(
            Command.SETUP,
            ("777999,A21,1,gps.example.com,9000,em,,",),
            {"apn": "em", "host": "gps.example.com", "server_port": "9000"},
            CHANGED,
        ),
        Written(
            Command.SET_SERVER,
            ("666888,A21,1,192.0.2.7,8800,em,,",),
            {"apn": "em", "host": "192.0.2.7"},
            A21,
        ),
        Written(Command.BIND_NUMBER, ("0000,A71,32470123456,,",), settings=A21),
        Written(Command.REQUEST_POSITION, ("4711,A00",), settings=CHANGED),
        Written(Command.REQUEST_VERSION, ("0000,E91",), settings=A21),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em,,"}),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_UNKNOWN, {"apn": "em", "host": "a"}),
        Refused(
            Command.SET_APN,
            CommandErrorReason.PARAMETER_INVALID,
            {"apn": "em", "server_port": "70000"},
            A21,
        ),
        Refused(
            Command.SET_APN,
            CommandErrorReason.CREDENTIAL_INVALID,
            {"apn": "em"},
            Settings(credentials={"sms_password": "123"}),
        ),
        Refused(Command.BIND_NUMBER, CommandErrorReason.OWN_NUMBER_UNKNOWN),
    ),
    read=(
        Read(
            "Now,110727,02:48,V,16,23Km/h,61%,http://maps.google.com/maps?f=q&hl=en&"
            "q=22.540103,114.082329&ie=UTF8&z=16&iwloc=addr&om=1",
            "Meitrack SMS protocol V1.7 p. 3: V is no fix",
            {"gps_fix": False, "signal": Signal(16, 31), "speed": 23.0, "battery": 61},
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Now,110727,02:48,A,16,23Km/h,61%,http://maps.google.com/maps?f=q&hl=en&"
            "q=22.540103,114.082329&ie=UTF8&z=16&iwloc=addr&om=1",
            "the same with a fix",
            {
                "position": Position(
                    latitude=22.540103,
                    longitude=114.082329,
                    time=datetime(2011, 7, 27, 2, 48, tzinfo=UTC),
                ),
                "gps_fix": True,
                "signal": Signal(16, 31),
                "speed": 23.0,
                "battery": 61,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "SOS,110721 16:40,A,12,56Km/h,97%,http://maps.meigps.com/?lat=22.513015&lng=114.057235",
            "Meitrack SMS protocol V1.7 p. 3-4, in the other spelling of time and link",
            {
                "position": Position(
                    latitude=22.513015,
                    longitude=114.057235,
                    time=datetime(2011, 7, 21, 16, 40, tzinfo=UTC),
                ),
                "gps_fix": True,
                "signal": Signal(12, 31),
                "speed": 56.0,
                "battery": 97,
                "alarms": {Alarm.SOS: True},
            },
            kind=ReadingKind.ALARM,
            certain=True,
        ),
        Read(
            "Power On,110721 16:40,V,12,0Km/h,97%,",
            "Meitrack SMS protocol V1.7 p. 4",
            {
                "gps_fix": False,
                "signal": Signal(12, 31),
                "speed": 0.0,
                "battery": 97,
                "alarms": {Alarm.POWER_CUT: False},
                "external_power": True,
            },
            kind=ReadingKind.ALARM,
            certain=True,
        ),
        Read(
            "353358017784062,A71,OK",
            "MT90 manual p. 8, with an IMEI",
            {"imei": "353358017784062"},
            frozenset({Command.BIND_NUMBER}),
            certain=True,
        ),
        Read(
            "353358017784062,A21,OK",
            "MT90 manual p. 16, the shape of all confirmations",
            {"imei": "353358017784062"},
            frozenset({Command.SET_APN, Command.SET_SERVER, Command.SETUP}),
            certain=True,
        ),
        Read(
            "353358017784062,A81,Error",
            "inferred from the shape of the confirmations",
            {"imei": "353358017784062"},
            frozenset({Command.SET_APN, Command.SETUP}),
            error=AnswerError.COMMAND_REFUSED,
            certain=True,
        ),
        Read(
            "TrackerID,E91,FWV1.00,12345678",
            "MT90 manual p. 16, with figures",
            {"firmware": "FWV1.00"},
            frozenset({Command.REQUEST_VERSION}),
        ),
    ),
    raw=("Now and then, 5 Km/h", "OK", "A21,OK", "Your credit is 5.00 EUR", ""),
    masked=(),
)

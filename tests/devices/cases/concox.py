"""Concox."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

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

PASSWORD = Settings(variant="password")
COMMA = Settings(variant="comma")
SHANGHAI = ZoneInfo("Asia/Shanghai")
POSITION = frozenset({Command.REQUEST_POSITION})
DONE = frozenset({Command.SET_APN, Command.SETUP})

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("APN em#",), {"apn": "em"}),
        Written(Command.SETUP, ("APN emnify#",), {"apn": "emnify"}),
        Written(Command.REQUEST_POSITION, ("WHERE#",)),
        Written(Command.REQUEST_STATUS, ("STATUS#",)),
        Written(
            Command.SET_APN,
            ("APN,666666,em#",),
            {"apn": "em"},
            PASSWORD,
            masked=("APN,••••••,em#",),
        ),
        Written(
            Command.SETUP,
            ("APN,471100,em#",),
            {"apn": "em"},
            Settings(variant="password", credentials={"password": "471100"}),
        ),
        Written(Command.REQUEST_POSITION, ("WHERE#",), settings=PASSWORD),
        Written(Command.REQUEST_STATUS, ("STATUS#",), settings=PASSWORD),
        Written(Command.SET_APN, ("APN,em#",), {"apn": "em"}, COMMA),
        Written(Command.SETUP, ("APN,em#",), {"apn": "em"}, COMMA),
        Written(Command.REQUEST_POSITION, ("WHERE#",), settings=COMMA),
        Written(Command.REQUEST_STATUS, ("STATUS#",), settings=COMMA),
        Written(Command.SET_APN, ("APN em#",), {"apn": "em"}, Settings(variant="no longer there")),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em#RESET"}),
        Refused(
            Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em,user"}, PASSWORD
        ),
        Refused(
            Command.SET_APN,
            CommandErrorReason.CREDENTIAL_INVALID,
            {"apn": "em"},
            Settings(variant="password", credentials={"password": "66,66"}),
        ),
    ),
    read=(
        Read(
            "Lat:N22.571285,Lon:E113.877115,Course:42.20,Speed:0.0740,DateTime:10-11-23 22:28",
            "Jimi JM01 manual p. 15",
            {
                "position": Position(
                    latitude=22.571285,
                    longitude=113.877115,
                    time=datetime(2010, 11, 23, 22, 28, tzinfo=UTC),
                    course=42.2,
                ),
                "gps_fix": True,
                "speed": 0.074,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Current position! Lat:N22.577156,Lon:E113.916748,Course:0.00,Speed:0.00Km/h,"
            "DateTime:2013-01-08 17:35:32",
            "Concox GK301 manual",
            {
                "position": Position(
                    latitude=22.577156,
                    longitude=113.916748,
                    time=datetime(2013, 1, 8, 17, 35, 32, tzinfo=SHANGHAI),
                    course=0.0,
                ),
                "gps_fix": True,
                "speed": 0.0,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
            settings=Settings(zone=SHANGHAI),
        ),
        Read(
            "Lat:S22.571285,Lon:W113.877115,Course:0.00,Speed:0.00,DateTime:80-01-06 00:00",
            "Jimi JM01 manual p. 15, with the clock of a receiver that has had no fix",
            {"gps_fix": False, "speed": 0.0},
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Lat:S22.571285,Lon:W113.877115,Course:0.00,Speed:0.00,DateTime:10-11-23 22:28",
            "Jimi JM01 manual p. 15, in the other hemispheres",
            {
                "position": Position(
                    latitude=-22.571285,
                    longitude=-113.877115,
                    time=datetime(2010, 11, 23, 22, 28, tzinfo=UTC),
                    course=0.0,
                ),
                "gps_fix": True,
                "speed": 0.0,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Lat:N0.000000,Lon:E0.000000,Course:0.00,Speed:0.00,DateTime:10-11-23 22:28",
            "Jimi JM01 manual p. 15, without a fix",
            {"gps_fix": False, "speed": 0.0},
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "NO DATA!",
            "Jimi JM01 manual p. 15",
            {"gps_fix": False},
            POSITION,
            ReadingKind.POSITION,
        ),
        Read(
            "<DateTime:10-11-23 23:42:51> http://maps.google.com/maps?q=N22.571490,E113.877103",
            "Jimi JM01 manual p. 15",
            {
                "position": Position(
                    latitude=22.57149,
                    longitude=113.877103,
                    time=datetime(2010, 11, 23, 23, 42, 51, tzinfo=UTC),
                ),
                "gps_fix": True,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Battery:3.41V,Battery too low! Warning; GPRS:Link Up; GSM Signal Level:Strong; "
            "GPS:Successful positioning, SVS Used in fix:10(11), GPS Signal Level:32,31,30; "
            "ACC:OFF; Defense:OFF",
            "Jimi JM01 manual p. 15, with figures for its dots",
            {
                "battery_voltage": 3.41,
                "alarms": {Alarm.LOW_BATTERY: True},
                "data_connected": True,
                "signal": Signal("Strong"),
                "gps_fix": True,
                "ignition": False,
                "armed": False,
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "Battery:4.10V,Normal; GPRS:Link Down; GSM Signal Level:Weak; "
            "GPS:Searching satellite; ACC:ON; Defense:ON",
            "the same with everything the other way round",
            {
                "battery_voltage": 4.1,
                "alarms": {Alarm.LOW_BATTERY: False},
                "data_connected": False,
                "signal": Signal("Weak"),
                "gps_fix": False,
                "ignition": True,
                "armed": True,
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "BATTERY: 80%, NET HIGH, GPS FIXED,9, ACC ON, POWER CONNECTED, 12.5V",
            "composed from the words of the Micodus copies",
            {
                "battery": 80.0,
                "signal": Signal("High"),
                "gps_fix": True,
                "ignition": True,
                "external_power": True,
                "voltage": 12.5,
            },
            frozenset({Command.REQUEST_STATUS}),
        ),
        Read("OK!", "inferred", answers=DONE, asked=Command.SET_APN),
        Read("SET APN OK.", "inferred", answers=DONE, asked=Command.SETUP),
        Read(
            "ERROR:110",
            "Concox GK301 manual, told to numbers that it does not know",
            answers=frozenset({Command.SET_APN}),
            error=AnswerError.NOT_AUTHORISED,
            asked=Command.SET_APN,
        ),
        Read(
            "ERROR:101",
            "the same with another number",
            answers=frozenset({Command.REQUEST_STATUS}),
            error=AnswerError.COMMAND_REFUSED,
            asked=Command.REQUEST_STATUS,
        ),
    ),
    raw=("OK!", "Battery: full", "Your credit is 5.00 EUR", "Speed:0.00", ""),
    masked=(),
)

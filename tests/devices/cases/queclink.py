"""Queclink."""

from datetime import UTC, datetime, timedelta, timezone

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import Alarm, Position, ReadingKind, Signal
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

GL200 = Settings(model="GL200")
GL300 = Settings(model="GL300")
OWN = Settings(model="GL300", credentials={"password": "geheim"})
MADRID = Settings(zone=timezone(timedelta(hours=2)))
IMEI = "135790246811220"
POSITION = frozenset({Command.REQUEST_POSITION})
SHANGHAI = Position(
    latitude=31.222073,
    longitude=121.354335,
    time=datetime(2009, 2, 14, 1, 32, 54, tzinfo=UTC),
    altitude=70,
    course=92,
)

CASES = Cases(
    written=(
        Written(
            Command.SET_APN,
            ("AT+GTBSI=gl200,em,,,,,,,0002$",),
            {"apn": "em"},
            GL200,
            ("AT+GTBSI=•••••,em,,,,,,,0002$",),
        ),
        Written(
            Command.SETUP,
            ("AT+GTBSI=geheim,emnify,,,,,,,0002$",),
            {"apn": "emnify"},
            OWN,
            ("AT+GTBSI=••••••,emnify,,,,,,,0002$",),
        ),
        Written(Command.REQUEST_POSITION, ("AT+GTRTO=gl300,1,,,,,,000B$",), settings=GL300),
        Written(Command.REBOOT, ("AT+GTRTO=gl300,3,,,,,,000B$",), settings=GL300),
        Written(Command.REQUEST_IDENTITY, ("AT+GTRTO=gl300,6,,,,,,000B$",), settings=GL300),
        Written(Command.REQUEST_NETWORK, ("AT+GTRTO=gl300,7,,,,,,000B$",), settings=GL300),
        Written(Command.REQUEST_VERSION, ("AT+GTRTO=gl300,8,,,,,,000B$",), settings=GL300),
        Written(Command.REQUEST_BATTERY, ("AT+GTRTO=gl300,9,,,,,,000B$",), settings=GL300),
        Written(Command.REQUEST_STATUS, ("AT+GTRTO=geheim,B,,,,,,000B$",), settings=OWN),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.CREDENTIAL_MISSING, {"apn": "em"}),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em,x"}, GL200),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em$"}, GL200),
        Refused(
            Command.REBOOT,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(credentials={"password": "a,b$c"}),
        ),
    ),
    read=(
        Read(
            "+RESP:GTRTL,1A0102,135790246811220,,0,0,1,1,4.3,92,70.0,121.354335,31.222073,"
            "20090214013254,0460,0000,18d8,6141,00,,20090214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTRTL",
            {
                "position": SHANGHAI,
                "gps_fix": True,
                "speed": 4.3,
                "operator": "46000",
                "imei": IMEI,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "+RESP:GTSOS,1A0102,135790246811220,,0,0,1,1,4.3,92,70.0,121.354335,31.222073,"
            "20090214013254,0460,0000,18d8,6141,00,87,20090214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTSOS, with a battery level",
            {
                "position": SHANGHAI,
                "gps_fix": True,
                "speed": 4.3,
                "operator": "46000",
                "imei": IMEI,
                "battery": 87.0,
                "alarms": {Alarm.SOS: True},
            },
            kind=ReadingKind.ALARM,
            certain=True,
        ),
        Read(
            "+RESP:GTFRI,1A0102,135790246811220,,0,0,2,"
            "1,4.3,92,70.0,121.354335,31.222073,20090214013254,0460,0000,18d8,6141,00,"
            "1,0.0,0,70.0,121.354000,31.222000,20090214013054,0460,0000,18d8,6141,00,"
            ",20090214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTFRI, with an older place behind the newer",
            {
                "position": SHANGHAI,
                "gps_fix": True,
                "speed": 4.3,
                "operator": "46000",
                "imei": IMEI,
            },
            kind=ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "+RESP:GTRTL,1A0102,135790246811220,,0,0,1,0,4.3,92,70.0,121.354335,31.222073,"
            "20090214013254,0460,0000,18d8,6141,00,,20090214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTRTL, without a fix",
            {"gps_fix": False, "operator": "46000", "imei": IMEI},
            POSITION,
            certain=True,
        ),
        Read(
            "+ACK:GTBSI,1A0102,135790246811220,,0002,20100310172830,11F0$",
            "GL300 @Tracker Air Interface Protocol, acknowledgement, of GTBSI",
            {"imei": IMEI},
            frozenset({Command.SETUP, Command.SET_APN}),
            certain=True,
        ),
        Read(
            "+ACK:GTRTO,1A0102,135790246811220,,GPS,000B,20100310172830,11F0$",
            "GL300 @Tracker Air Interface Protocol p. 34",
            {"imei": IMEI},
            certain=True,
        ),
        Read(
            "+ACK:GTRTO,1A0102,135790246811220,,REBOOT,000B,20100310172830,11F0$",
            "GL300 @Tracker Air Interface Protocol p. 34, of a reboot",
            {"imei": IMEI},
            frozenset({Command.REBOOT}),
            certain=True,
        ),
        Read(
            "+ACK:GTRTO,1A0102,135790246811220,,CSQ,000B,20100310172830,11F0$",
            "GL300 @Tracker Air Interface Protocol p. 34, of a question",
            {"imei": IMEI},
            frozenset({Command.REQUEST_NETWORK}),
            certain=True,
            incomplete=True,
        ),
        Read(
            "+ACK:GTRTO,1A0102,135790246811220,,CSQ,000B,20100310172830,11F0$\n"
            "+RESP:GTCSQ,1A0102,135790246811220,,16,0,20100214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, acknowledgement and answer",
            {"signal": Signal(16, 31), "imei": IMEI},
            frozenset({Command.REQUEST_NETWORK}),
            certain=True,
        ),
        Read(
            "+RESP:GTCSQ,1A0102,135790246811220,,99,99,20100214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTCSQ, without network",
            {"imei": IMEI},
            frozenset({Command.REQUEST_NETWORK}),
            certain=True,
        ),
        Read(
            "+RESP:GTBAT,1A0102,135790246811220,,0,,,4.10,0,1,20100214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTBAT",
            {
                "external_power": False,
                "battery_voltage": 4.1,
                "charging": False,
                "imei": IMEI,
            },
            frozenset({Command.REQUEST_BATTERY}),
            certain=True,
        ),
        Read(
            "+RESP:GTCID,1A0102,135790246811220,,898600810906F8048812,20100214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTCID",
            {"iccid": "898600810906F8048812", "imei": IMEI},
            frozenset({Command.REQUEST_IDENTITY}),
            certain=True,
        ),
        Read(
            "+RESP:GTVER,060100,135790246811220,,GV300,010A,0101,20090214093254,11F0$",
            "GV300 @Track Air Interface Protocol p. 98, with the version that it explains",
            {"firmware": "1.10", "imei": IMEI},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "+RESP:GTINF,070002,135790246811220,,41,898600810906F8048812,16,0,,500,,4.10,0,1,0,,,,"
            "20100214013254,80,,,,,20100214093254,11F0$",
            "a sample of Queclink in a public test",
            {
                "iccid": "898600810906F8048812",
                "signal": Signal(16, 31),
                "battery_voltage": 4.1,
                "charging": False,
                "battery": 80.0,
                "imei": IMEI,
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "+RESP:GTGPS,1A0102,135790246811220,,0,1F,1F,0,0,20100214013254,20100214093254,11F0$",
            "GL300 @Tracker Air Interface Protocol, GTGPS",
            {"imei": IMEI},
            certain=True,
        ),
        Read(
            "+RESP:GTCSQ,357344020001500,19,0,20090203094910,000a,0102100203",
            "GL100 @Track Air Interface Protocol p. 47",
            {"signal": Signal(19, 31), "imei": "357344020001500"},
            frozenset({Command.REQUEST_NETWORK}),
            certain=True,
        ),
        Read(
            "+RESP:GTCBC,001000000000000,94,20090210071841,0008,0102100203",
            "GL100 @Track Air Interface Protocol p. 48",
            {"battery": 94.0, "imei": "001000000000000"},
            frozenset({Command.REQUEST_BATTERY}),
            certain=True,
        ),
        Read(
            "+RESP:GTSWV,357344020001500,1604B01GL100M32_SST34HF3284,V01,20090203094913,"
            "000a,0102100203",
            "GL100 @Track Air Interface Protocol p. 48",
            {"firmware": "1604B01GL100M32_SST34HF3284", "imei": "357344020001500"},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "+RESP:GTINF,357344020001500,898600120907F6015733,16,0,91,0,20090101000000,11F0,"
            "0102100203",
            "GL100 @Track Air Interface Protocol p. 49",
            {
                "iccid": "898600120907F6015733",
                "signal": Signal(16, 31),
                "battery": 91.0,
                "charging": False,
                "imei": "357344020001500",
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "http://maps.google.com/maps?q=31.222073,121.354335\nF1 D2009/01/01T00:00:00 B74%",
            "GL300 @Tracker Air Interface Protocol, map link",
            {
                "position": Position(
                    latitude=31.222073,
                    longitude=121.354335,
                    time=datetime(2008, 12, 31, 22, tzinfo=UTC),
                ),
                "gps_fix": True,
                "battery": 74.0,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
            settings=MADRID,
        ),
        Read(
            "GMT100 SOS:\n<http://maps.google.com/maps?q=31.222073,121.354335\n"
            "F0 D2009/01/01T00:00:00>",
            "GMT100 @Track Air Interface Protocol p. 105, without a fix",
            {"gps_fix": False, "alarms": {Alarm.SOS: True}},
            POSITION,
            ReadingKind.ALARM,
            certain=True,
        ),
    ),
    raw=(
        "+RESP:GTRTL,1A0102,12345,,0",
        "+RESP:GTRTL",
        "http://maps.google.com/maps?q=31.222073,121.354335",
        "Your credit is 5.00 EUR",
        "",
    ),
)

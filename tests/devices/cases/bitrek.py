"""Bitrek."""

from datetime import UTC, datetime

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

LOGIN = Settings(credentials={"login": "abcd", "password": "1234"})
NEWER = Settings(options={"final_semicolon": True})
SETTINGS = frozenset(
    {
        Command.SETUP,
        Command.SET_APN,
        Command.SET_PARAMETER,
        Command.SET_ROAMING,
        Command.SET_SERVER,
    }
)
POSITION = frozenset({Command.REQUEST_POSITION})

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("setparam 0242 em",), {"apn": "em"}),
        Written(Command.SET_APN, ("setparam 0242 em;",), {"apn": "em"}, NEWER),
        Written(Command.SETUP, ("setparam 0242 em",), {"apn": "em"}),
        Written(
            Command.SETUP,
            ("setparam 0242 em; setparam 0917 1; setparam 0020 01; setparam 0021 02",),
            {"apn": "em", "roaming": "true", "networks": "01,02"},
        ),
        Written(
            Command.SETUP,
            (
                (
                    "abcd 1234 setparam 0242 emnify; setparam 0917 1; setparam 0020 26201; "
                    "setparam 0021 26202; setparam 0022 26203; setparam 0023 23201; "
                    "setparam 0024 23203;"
                ),
                "abcd 1234 setparam 0025 22801; setparam 0026 22802;",
            ),
            {
                "apn": "emnify",
                "roaming": "true",
                "networks": "26201 26202 26203 23201 23203 22801 22802",
            },
            Settings(credentials=LOGIN.credentials, options=NEWER.options),
        ),
        Written(Command.SET_ROAMING, ("setparam 0917 1",)),
        Written(Command.SET_ROAMING, ("setparam 0917 0",), {"roaming": "false"}),
        Written(
            Command.SET_ROAMING,
            tuple(
                "; ".join(
                    (["setparam 0917 1"] if first == 20 else [])
                    + [f"setparam {key:04} {key:03}" for key in range(first, last)]
                )
                for first, last in (
                    *((20, 27), (27, 35), (35, 43), (43, 51), (51, 59), (59, 67), (67, 75)),
                    *((75, 83), (83, 91), (91, 99), (99, 100)),
                )
            ),
            {"networks": ",".join(f"{key:03}" for key in range(20, 100))},
        ),
        Written(
            Command.SET_SERVER,
            ("setparam 0245 gps.example.com; setparam 0246 9000",),
            {"host": "gps.example.com", "server_port": "9000"},
        ),
        Written(
            Command.SET_PARAMETER,
            ("abcd 1234 setparam 0253 geheim",),
            {"parameter_id": "253", "value": "geheim"},
            LOGIN,
            ("•••• •••• setparam 0253 ••••••",),
        ),
        Written(Command.REQUEST_APN, ("getparam 0242",)),
        Written(Command.REQUEST_IDENTITY, ("flush;",), settings=NEWER),
        Written(Command.REQUEST_IO, ("getio",)),
        Written(Command.REQUEST_POSITION, ("abcd 1234 getgps",), settings=LOGIN),
        Written(Command.REQUEST_STATUS, ("getstatus;",), settings=NEWER),
        Written(Command.REQUEST_VERSION, ("getver",)),
        Written(Command.REBOOT, ("cpureset;",), settings=NEWER),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_MISSING),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em;cpureset"}),
        Refused(Command.SET_ROAMING, CommandErrorReason.PARAMETER_INVALID, {"networks": "01,x"}),
        Refused(Command.SET_ROAMING, CommandErrorReason.PARAMETER_INVALID, {"roaming": "1"}),
        Refused(
            Command.SET_ROAMING, CommandErrorReason.PARAMETER_INVALID, {"networks": "01," * 81}
        ),
        Refused(
            Command.SET_PARAMETER,
            CommandErrorReason.PARAMETER_INVALID,
            {"parameter_id": "10000", "value": "1"},
        ),
        Refused(
            Command.SET_SERVER,
            CommandErrorReason.COMMAND_TOO_LONG,
            {"host": "x" * 150, "server_port": "1"},
        ),
    ),
    read=(
        Read(
            "GPS: 1 Sat: 7 Lat: 50.2345 Long: 30.1652 Alt: 123 Speed: 0, Dir: 77 Date: 2018/4/15 "
            "Time: 14:37:32",
            "BI-530P manual p. 12, getgps",
            {
                "position": Position(
                    latitude=50.2345,
                    longitude=30.1652,
                    time=datetime(2018, 4, 15, 14, 37, 32, tzinfo=UTC),
                    altitude=123,
                    course=77,
                    satellites=7,
                ),
                "gps_fix": True,
                "speed": 0.0,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "GPS: 0 Sat: 0 Lat: 50.2345 Long: 30.1652 Alt: 123 Speed: 0, Dir: 77 Date: 1980/1/6 "
            "Time: 00:00:00",
            "BI-530P manual p. 12, getgps, without a fix",
            {"gps_fix": False},
            POSITION,
            certain=True,
        ),
        Read(
            "GPS: 1 Sat: 3 Lat: 50.2345 Long: 30.1652 Alt: 123 Speed: 0, Dir: 77 Date: 1980/1/6 "
            "Time: 00:00:00",
            "BI-530P manual p. 12, getgps, with the date of no fix alone",
            {"gps_fix": False},
            POSITION,
            certain=True,
        ),
        Read(
            "www.biakom.com/maps/q=50.420209,30.428448,12,0",
            "BI-530P manual p. 12, getmap",
            {"position": Position(latitude=50.420209, longitude=30.428448), "gps_fix": True},
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Data Link: 1 GPRS: 1 IP: 192.0.2.7 GSM: 4 Roaming: 0",
            "BI-530P manual p. 12, getstatus, with an address",
            {
                "data_connected": True,
                "registration": Registration.HOME,
                "signal": Signal(4, 5),
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "DL1: 0 DL3: 0 DH1: 0 DO1: 1 AIN1: 0mV AIN2: 0mV PSV: 12.134 mV VBAT: 4.126 mV",
            "BI-810 manual p. 14, getio",
            {"relays": {1: True}, "voltage": 12.134, "battery_voltage": 4.126},
            frozenset({Command.REQUEST_IO}),
            certain=True,
        ),
        Read(
            "DL1: 0 DO1: 0 PSV: 12134 mV VBAT: 4126 mV",
            "BI-810 manual p. 14, getio, in the unit that it prints",
            {"relays": {1: False}, "voltage": 12.134, "battery_voltage": 4.126},
            frozenset({Command.REQUEST_IO}),
            certain=True,
        ),
        Read(
            "BI-530P Ver: 0.0.7",
            "BI-530P manual p. 12, getver",
            {"firmware": "0.0.7"},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "BI-820OBD VER 3.13",
            "BI-820OBD manual p. 13, getver",
            {"firmware": "3.13"},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "353976012555151, internet, none, none, 212.47.99.62, 12050, 0",
            "BI-820OBD manual p. 13, flush",
            {"imei": "353976012555151", "apn": "internet"},
            frozenset({Command.REQUEST_IDENTITY}),
        ),
        Read(
            "Param ID 0242 Val: internet",
            "BI-820OBD manual p. 13, getparam",
            {"apn": "internet"},
            frozenset({Command.REQUEST_APN}),
            certain=True,
        ),
        Read(
            "Param ID 0242 New Val: em",
            "BI-530P manual p. 14, setparam, with the APN of the EMnify guide",
            {"apn": "em"},
            SETTINGS,
            certain=True,
        ),
        Read(
            "Param ID 0917 New Val: 1",
            "BI-530P manual p. 14, setparam, with the roaming of the EMnify guide",
            answers=SETTINGS,
            certain=True,
        ),
    ),
    raw=("GPRS: 1", "Ver: 0.0.7", "353976012555151", "Your credit is 5.00 EUR", ""),
    masked=(
        ("Param ID 0253 New Val: geheim", "Param ID 0253 New Val: ••••••"),
        (
            "353976012555151, internet, user, geheim, 192.0.2.7, 12050, 0",
            "353976012555151, internet, user, ••••••, 192.0.2.7, 12050, 0",
        ),
        (
            "353976012555151, internet, none, none, 192.0.2.7, 12050, 0",
            "353976012555151, internet, none, none, 192.0.2.7, 12050, 0",
        ),
    ),
)

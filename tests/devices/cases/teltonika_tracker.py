"""Teltonika trackers."""

from datetime import UTC, datetime

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import (
    AnswerError,
    Position,
    ReadingKind,
    Registration,
    Signal,
)
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

LOGIN = Settings(credentials={"login": "boss", "password": "4711"})
FT = Settings(variant="ft")
FT_LOGIN = Settings(variant="ft", credentials={"password": "4711"})

SET_APN = {Command.SETUP, Command.SET_APN, Command.SET_PARAMETER}
REFUSED = SET_APN | {Command.SET_SERVER, Command.REQUEST_APN}
POSITION = frozenset({Command.REQUEST_POSITION})

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("  setparam 2001:em",), {"apn": "em"}),
        Written(Command.SETUP, ("  setparam 2001:emnify",), {"apn": "emnify"}),
        Written(
            Command.SET_APN,
            ("boss 4711 setparam 2001:em",),
            {"apn": "em"},
            LOGIN,
            ("•••• •••• setparam 2001:em",),
        ),
        Written(
            Command.SET_APN,
            (" 4711 setparam 2001:em",),
            {"apn": "em"},
            Settings(credentials={"password": "4711"}),
            (" •••• setparam 2001:em",),
        ),
        Written(
            Command.SET_PARAMETER,
            ("boss 4711 setparam 3004:secret",),
            {"parameter_id": "3004", "value": "secret"},
            LOGIN,
            ("•••• •••• setparam 3004:••••••",),
        ),
        Written(
            Command.SET_SERVER,
            ("  setparam 2004:gps.example.com;2005:9000",),
            {"host": "gps.example.com", "server_port": "9000"},
        ),
        Written(Command.REQUEST_APN, ("  getparam 2001",)),
        Written(Command.REQUEST_POSITION, ("  getgps",)),
        Written(Command.REQUEST_STATUS, ("  getstatus",)),
        Written(Command.REQUEST_IO, ("  getio",)),
        Written(Command.REQUEST_VERSION, ("  getver",)),
        Written(Command.REBOOT, ("boss 4711 cpureset",), settings=LOGIN),
        Written(
            Command.CUSTOM,
            ("  boss 4711 setparam 3004:new",),
            {"text": "boss 4711 setparam 3004:new", "leading_blanks": "2"},
            LOGIN,
            ("  •••• •••• setparam 3004:•••",),
        ),
        Written(Command.SET_APN, (" setparam 2001:em",), {"apn": "em"}, FT),
        Written(Command.SETUP, ("4711 setparam 2001:em",), {"apn": "em"}, FT_LOGIN),
        Written(
            Command.SET_PARAMETER,
            (" setparam 1000:300",),
            {"parameter_id": "1000", "value": "300"},
            FT,
        ),
        Written(Command.REQUEST_APN, (" getparam 2001",), settings=FT),
        Written(Command.REQUEST_POSITION, (" getgps",), settings=FT),
        Written(Command.REQUEST_STATUS, (" getstatus",), settings=FT),
        Written(Command.REQUEST_IO, (" getio",), settings=FT),
        Written(Command.REQUEST_VERSION, (" getver",), settings=FT),
        Written(Command.REBOOT, ("4711 cpureset",), settings=FT_LOGIN),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_MISSING),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em;2004:x"}),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_INVALID, {"apn": "e m"}),
        Refused(
            Command.SET_PARAMETER,
            CommandErrorReason.PARAMETER_INVALID,
            {"parameter_id": "2001", "value": "x" * 101},
        ),
        Refused(
            Command.SET_SERVER,
            CommandErrorReason.COMMAND_TOO_LONG,
            {"host": "x" * 140, "server_port": "9000"},
        ),
        Refused(
            Command.REBOOT,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(credentials={"password": "47 11"}),
        ),
        Refused(
            Command.SET_SERVER,
            CommandErrorReason.COMMAND_UNKNOWN,
            {"host": "a.example", "server_port": "1"},
            FT,
        ),
    ),
    read=(
        Read(
            "GPS:1 Sat:7 Lat:54.71473 Long:25.30304 Alt:147 Speed:0 Dir:77 "
            "Date: 2007/8/24 Time: 13:4:36",
            "Teltonika wiki, FMB getgps",
            {
                "position": Position(
                    latitude=54.71473,
                    longitude=25.30304,
                    time=datetime(2007, 8, 24, 13, 4, 36, tzinfo=UTC),
                    altitude=147,
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
            "GPS:1 Sat:10 LAT:9.9839 LON:9.9839 ALT:12 Speed:10 Dir:10 "
            "Date:2023-04-03 Time:12:32:06",
            "Teltonika wiki, getgps of FT devices, with an altitude",
            {
                "position": Position(
                    latitude=9.9839,
                    longitude=9.9839,
                    time=datetime(2023, 4, 3, 12, 32, 6, tzinfo=UTC),
                    altitude=12,
                    course=10,
                    satellites=10,
                ),
                "gps_fix": True,
                "speed": 10.0,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "GPS:0 Sat:0 Lat:54.71473 Long:25.30304 Alt:147 Speed:0 Dir:77 "
            "Date: 2007/8/24 Time: 13:4:36",
            "Teltonika wiki, FMB getgps, without a fix",
            {"gps_fix": False},
            POSITION,
            certain=True,
        ),
        Read(
            "WARNING! GPS Data not Available. Clock not Synchronized",
            "Teltonika wiki, getgps of FT devices",
            {"gps_fix": False},
            POSITION,
            certain=True,
        ),
        Read(
            "D:2013/7/4 T:0:0:0 S:0 C:0, 0 Url: http://maps.google.com/?q=0,0&om=1speed:0",
            "Teltonika wiki, FMA ggps",
            {"gps_fix": False},
            POSITION,
            certain=True,
        ),
        Read(
            "D:2018/7/4 T:9:1:30 S:12 C:54.71473, 25.30304 "
            "Url: http://maps.google.com/?q=54.71473,25.30304&om=1speed:12",
            "Teltonika wiki, FMA ggps, with the place of FMB getgps",
            {
                "position": Position(
                    latitude=54.71473,
                    longitude=25.30304,
                    time=datetime(2018, 7, 4, 9, 1, 30, tzinfo=UTC),
                ),
                "gps_fix": True,
                "speed": 12.0,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "Data Link: 1 GPRS: 1 Phone: 1 SIM: 0 OP: 24602 Signal: 5 NewSMS: 0 Roaming: 0 "
            "SMSFull: 0 LAC: 115 Cell ID: 1361430 NetType: 2 FwUpd: 65536",
            "Teltonika wiki, FMB getstatus",
            {
                "data_connected": True,
                "operator": "24602",
                "registration": Registration.HOME,
                "signal": Signal(5, 5),
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "RTC:2017/6/16 7:13 Init:2017/6/16 5:44 UpTime:4744s PWR:PwrVoltage RST:0 GPS:2 SAT:0 "
            "TTFF:0 TTLF:0 NOGPS: 1:18 SR:0 FG:200 FL:0 SMS: 3 REC:42 MD:1 DB:0",
            "Teltonika wiki, FMB getinfo, older firmware",
            certain=True,
        ),
        Read(
            "INI:2022/10/25 11:25 RTC:2022/10/25 12:00 RST:1 ERR:1 SR:152 BR:0 CF:0 FG:0 FL:0 "
            "TU:21/0 UT:0 SMS:6 NOGPS:0:4 GPS:2 SAT:15 RS:3 RF:0 SF:1678 MD:5",
            "Teltonika wiki, FMB getinfo, newer firmware, with a fix",
            {"gps_fix": True},
            certain=True,
        ),
        Read(
            "INI:2022/10/25 11:25 RTC:2022/10/25 12:00 RST:1 ERR:1 SR:152 BR:0 CF:0 FG:0 FL:0 "
            "TU:21/0 UT:0 SMS:6 NOGPS:0:4 GPS:3 SAT:15 RS:3 RF:0 SF:1678 MD:5",
            "Teltonika wiki, FMB getinfo, newer firmware",
            certain=True,
        ),
        Read(
            "Code Ver:0.48.17 Device IMEI:353976010139156 Device ID:000001",
            "Teltonika wiki, getver, older firmware",
            {"firmware": "0.48.17", "imei": "353976010139156"},
            frozenset({Command.REQUEST_VERSION, Command.REQUEST_IDENTITY}),
            certain=True,
        ),
        Read(
            "Ver:02.00.01_06 GPS:AXN_3.80_3333_16070400,0000,, Hw:FMB120 Mod:4 "
            "IMEI:352094082042885 Init: 2017-6-16 5:54 Uptime: 16574 BT:31F5BFE66261",
            "Teltonika wiki, FMB getver",
            {"firmware": "02.00.01_06", "imei": "352094082042885"},
            frozenset({Command.REQUEST_VERSION, Command.REQUEST_IDENTITY}),
            certain=True,
        ),
        Read(
            "DI1:0 AIN1:0 DO1:0",
            "Teltonika wiki, FMB125 getio",
            {"relays": {1: False}},
            frozenset({Command.REQUEST_IO}),
        ),
        Read(
            "DI1:0 DI2:0 AI1:0 DO1:0 DO2:1",
            "Teltonika wiki, getio, with a second output",
            {"relays": {1: False, 2: True}},
            frozenset({Command.REQUEST_IO}),
        ),
        Read(
            "Param ID:2001 Value:wap",
            "Teltonika wiki, FMB getparam",
            {"apn": "wap"},
            frozenset(SET_APN | {Command.REQUEST_APN}),
            certain=True,
        ),
        Read(
            "Param ID:2001 Value:wap;1000:30",
            "Teltonika wiki, FMB getparam of two",
            {"apn": "wap"},
            frozenset(SET_APN | {Command.REQUEST_APN}),
            certain=True,
        ),
        Read(
            "New value 2001:wap;2002:user;2003:pass",
            "Teltonika wiki, setparam of FT devices",
            {"apn": "wap"},
            frozenset(SET_APN),
        ),
        Read(
            "New value 2004:gps.example.com;2005:9000",
            "Teltonika wiki, setparam of FT devices, with a server",
            answers=frozenset({Command.SET_PARAMETER, Command.SET_SERVER}),
        ),
        Read(
            "WARNING: Not supported Param ID or Value detected",
            "Teltonika wiki, setparam of FT devices",
            answers=frozenset(REFUSED),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "Param ID:99999 doesn’t exist",
            "Teltonika wiki, getparam of FT devices",
            answers=frozenset(REFUSED),
            error=AnswerError.COMMAND_REFUSED,
        ),
    ),
    raw=(
        "GPS:1",
        "Param ID:",
        "Your credit is 5.00 EUR",
        "Signal: 5",
        "Ver:1.0 IMEI:unknown",
        "",
    ),
    masked=(
        ("Param ID:3004 Value:geheim", "Param ID:3004 Value:••••••"),
        (
            "New value 2001:wap;2002:user;2003:pass",
            "New value 2001:wap;2002:user;2003:••••",
        ),
    ),
)

"""Reachfar."""

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import (
    AnswerError,
    Position,
    ReadingKind,
    Signal,
)
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

OWN = Settings(own_number="+49173871878")
CENTER = Settings(variant="center", own_number="+49173871878")
CHANGED = Settings(variant="center", own_number="+49173871878", credentials={"password": "471100"})
STATUS = """ver:G36_V4.0_DSPRLCD0_2015.08.15_18.40.57;
ID:1452592xx;
imei:359614xxxxxxxxx;
ip_url:54.169.10.136;
port:8001;
center:+xxxxxxxxxxxx;
slave: +xxxxxxxxxxxx;
sos1:+xxxxxxxxxxxx; sos2:+xxxxxxxxxxxx; sos3:+xxxxxxxxxxxx;
upload:7200S;
bat level:100;
language:0;
zone:2.00;
GPS:NO(0);
GPRS:OK(100);
pw:123456;"""

CASES = Cases(
    written=(
        Written(
            Command.SETUP,
            ("123456,sos1,49173871878#", "apn,em,plmn,90143#"),
            {"apn": "em"},
            OWN,
            masked=("••••••,sos1,49173871878#", "apn,em,plmn,90143#"),
        ),
        Written(
            Command.SETUP,
            ("123456,sos1,32470000100#", "apn,internet,plmn,20601#"),
            {"apn": "internet", "own_number": "+32470000100", "plmn": "20601"},
        ),
        Written(Command.BIND_NUMBER, ("123456,sos1,49173871878#",), settings=OWN),
        Written(Command.SET_APN, ("apn,em,plmn,90143#",), {"apn": "em"}),
        Written(
            Command.SETUP,
            ("pw,123456,center,49173871878#", "apn,em#"),
            {"apn": "em"},
            CENTER,
            masked=("pw,••••••,center,49173871878#", "apn,em#"),
        ),
        Written(Command.BIND_NUMBER, ("pw,471100,center,49173871878#",), settings=CHANGED),
        Written(Command.SET_APN, ("apn,emnify#",), {"apn": "emnify"}, CENTER),
        Written(
            Command.SET_SERVER,
            ("pw,123456,ip,gps.example.com,8001#",),
            {"host": "gps.example.com", "server_port": "8001"},
            CENTER,
        ),
        Written(Command.SET_INTERVAL, ("pw,123456,upload,300#",), {"seconds": "300"}, CENTER),
        Written(Command.REQUEST_STATUS, ("pw,123456,ts#",), settings=CENTER),
        Written(Command.REBOOT, ("pw,123456,reset#",), settings=CENTER),
    ),
    refused=(
        Refused(Command.SETUP, CommandErrorReason.OWN_NUMBER_UNKNOWN, {"apn": "em"}),
        Refused(
            Command.SETUP,
            CommandErrorReason.PARAMETER_FORBIDDEN,
            {"apn": "em#factory"},
            OWN,
        ),
        Refused(
            Command.SET_APN, CommandErrorReason.PARAMETER_INVALID, {"apn": "em", "plmn": "901"}
        ),
        Refused(Command.REBOOT, CommandErrorReason.COMMAND_UNKNOWN),
    ),
    read=(
        Read(
            STATUS,
            "a report of a user of the G36 watch, with the numbers made unreadable there",
            {
                "firmware": "G36_V4.0_DSPRLCD0_2015.08.15_18.40.57",
                "battery": 100.0,
                "data_connected": True,
                "signal": Signal(100, 100),
                "gps_fix": False,
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "ver:C6H_KYS_A80_V1;\nID:1452592;\nimei:359614012345678;\nurl:gps.example.com;\n"
            "port:7070;\nprofile:1;\nupload:60000s;\nbat level:72;\nlanguage:12;\nzone:0.00;\n"
            "NET:OK(41);\nGPS:ZKW;\npw:123456;",
            "reports of users of newer watches, put together",
            {
                "firmware": "C6H_KYS_A80_V1",
                "imei": "359614012345678",
                "battery": 72.0,
                "data_connected": True,
                "signal": Signal(41, 100),
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "ver:C6H; imei:359614012345678; bat level:5; GPS:OK(1); NET:NO; pw:123456;",
            "the same, without the network",
            {
                "firmware": "C6H",
                "imei": "359614012345678",
                "battery": 5.0,
                "data_connected": False,
                "gps_fix": True,
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "http://maps.google.com/maps?q=50.850346,4.351721",
            "inferred: no wording of a position by SMS is known",
            {"position": Position(latitude=50.850346, longitude=4.351721), "gps_fix": True},
            kind=ReadingKind.POSITION,
        ),
        Read(
            "set apn ok",
            "inferred",
            answers=frozenset({Command.SET_APN}),
            asked=Command.SET_APN,
        ),
        Read(
            "password error!",
            "inferred",
            answers=frozenset({Command.BIND_NUMBER}),
            error=AnswerError.WRONG_PASSWORD,
            asked=Command.BIND_NUMBER,
        ),
    ),
    raw=("set apn ok", "bat level:100;", "Your credit is 5.00 EUR", ""),
    masked=(
        ("bat level:5;\npw:471100;", "bat level:5;\npw:••••••;"),
        ("pw,471100,center,49173871878# ok", "pw,••••••,center,49173871878# ok"),
    ),
)

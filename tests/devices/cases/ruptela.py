"""Ruptela."""

from datetime import UTC, datetime

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

LOCKED = Settings(credentials={"password": "4711"}, options={"leading_blank": True})
BLANK = Settings(options={"leading_blank": True})
CONNECTION = frozenset({Command.SETUP, Command.SET_APN, Command.SET_SERVER})
POSITION = frozenset({Command.REQUEST_POSITION})

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("setconnection em",), {"apn": "em"}),
        Written(Command.SET_APN, (" setconnection em",), {"apn": "em"}, BLANK),
        Written(
            Command.SET_APN,
            ("4711 setconnection em",),
            {"apn": "em"},
            LOCKED,
            ("•••• setconnection em",),
        ),
        Written(Command.SETUP, ("setconnection emnify",), {"apn": "emnify"}),
        Written(
            Command.SET_SERVER,
            ("4711 setconnection *old*,*old*,*old*,*old*,192.0.2.7,9000",),
            {"host": "192.0.2.7", "server_port": "9000"},
            LOCKED,
        ),
        Written(Command.REQUEST_APN, ("getapn",)),
        Written(Command.REQUEST_IDENTITY, ("imei",)),
        Written(Command.REQUEST_NETWORK, (" gsminfo",), settings=BLANK),
        Written(Command.REQUEST_POSITION, ("4711 coords",), settings=LOCKED),
        Written(Command.REQUEST_VERSION, ("version",)),
        Written(Command.REBOOT, ("reset",)),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_MISSING),
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em,x"}),
        Refused(
            Command.SET_SERVER,
            CommandErrorReason.PARAMETER_INVALID,
            {"host": "192.0.2.7", "server_port": "70000"},
        ),
        Refused(
            Command.REBOOT,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(credentials={"password": "a,b"}),
        ),
    ),
    read=(
        Read(
            "2013-04-24 07:01, lat. 46.1443183, long. 11.881766, alt. 217.5, sat. 8, dir. 198.10, "
            "hdop 100, state 3",
            "PRO3 / ECO3 / TCO3 SMS commands list, coords",
            {
                "position": Position(
                    latitude=46.1443183,
                    longitude=11.881766,
                    time=datetime(2013, 4, 24, 7, 1, tzinfo=UTC),
                    altitude=217.5,
                    course=198.1,
                    satellites=8,
                ),
                "gps_fix": True,
            },
            POSITION,
            ReadingKind.POSITION,
            certain=True,
        ),
        Read(
            "2013-04-24 07:01, lat. 46.1443183, long. 11.881766, alt. 217.5, sat. 0, dir. 198.10, "
            "hdop 100, state 2",
            "PRO3 / ECO3 / TCO3 SMS commands list, coords, without a fix",
            {"gps_fix": False},
            POSITION,
            certain=True,
        ),
        Read(
            "5402,00.02.15,1089,5,1",
            "PRO3 / ECO3 / TCO3 SMS commands list, version",
            {"firmware": "00.02.15", "signal": Signal(5, 31), "external_power": True},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "4F2B,00.03.51.14,2269,23,1",
            "FM Eco SMS commands list p. 9, version",
            {"firmware": "00.03.51.14", "signal": Signal(23, 31), "external_power": True},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "5402,00.02.15,1089,99,0",
            "PRO3 / ECO3 / TCO3 SMS commands list, version, without network and supply",
            {"firmware": "00.02.15", "external_power": False},
            frozenset({Command.REQUEST_VERSION}),
            certain=True,
        ),
        Read(
            "ST:2013-04-24 06:50:11 OP:24603 lvl:17 LAC:77 0:O 64,C 0, E 248; LK:O 575, E 1, "
            "TMO 126; RS: 04; P 0",
            "composed of the field table of gsminfo, and the tail of its sample",
            {"operator": "24603", "signal": Signal(17, 31)},
            frozenset({Command.REQUEST_NETWORK}),
        ),
        Read(
            "IMEI: 863071016796615",
            "FM Eco SMS commands list p. 10, imei",
            {"imei": "863071016796615"},
            frozenset({Command.REQUEST_IDENTITY}),
        ),
        Read(
            "Resetting device",
            "FM Eco SMS commands list p. 10, reset",
            answers=frozenset({Command.REBOOT}),
        ),
        Read(
            "APN: banga User: PSW: IP1: 92.62.134.38 Port1: 9021 IP2: 92.62.134.39 Port2: 9000 "
            "TCP/UDP: 0",
            "FM Eco SMS commands list, getapn, with a second server",
            {"apn": "banga"},
            frozenset({Command.REQUEST_APN}),
            certain=True,
        ),
        Read("set connection data ok", "FM Eco SMS commands list, setconnection", {}, CONNECTION),
        Read(
            "Set connection data incorrect",
            "FM Eco SMS commands list, setconnection, with an end to what is printed",
            {},
            CONNECTION,
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read("connection data ok", "FM Eco SMS commands list, connect"),
        Read(
            "connection data incorrect",
            "FM Eco SMS commands list, connect",
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read("setioparam OK, slot: 12", "FM Eco SMS commands list, setioparam, with a slot"),
        Read(
            "setioparam ERROR, wrong slot",
            "FM Eco SMS commands list, setioparam, with a text",
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "You do not have permission to change the settings",
            "FM Eco SMS commands list p. 22",
            {},
            CONNECTION,
            error=AnswerError.NOT_AUTHORISED,
        ),
        Read(
            "enabled 3G mode, connected to GSM (3-profile)", "FM Eco SMS commands list p. 26, get3g"
        ),
    ),
    raw=(
        "5402,00.02.15,1089,5",
        "2013-04-24 07:01, lat. x, long. y",
        "APN: banga",
        "IMEI: 86307101679661",
        "",
    ),
    masked=(
        (
            "APN: banga User: x PSW: geheim IP1: 192.0.2.7 Port1: 9021",
            "APN: banga User: x PSW: •••••• IP1: 192.0.2.7 Port1: 9021",
        ),
        (
            "APN: banga User: PSW: IP1: 192.0.2.7 Port1: 9021",
            "APN: banga User: PSW: IP1: 192.0.2.7 Port1: 9021",
        ),
    ),
)

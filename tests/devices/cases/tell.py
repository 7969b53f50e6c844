"""TELL."""

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import (
    AnswerError,
    CloudConnection,
    Input,
    ReadingKind,
    Signal,
)
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

PAGER = Settings(variant="pager")
STAR = Settings(variant="pager", options={"leading_star": True})
NEEDED = Settings(
    variant="pager", credentials={"password": "4711"}, options={"password_needed": True}
)
BOTH = Settings(variant="pager", options={"leading_star": True, "password_needed": True})
PAGER_3 = Settings(variant="pager_3")
BASE = Settings(variant="gate_base")
GATE_20 = Settings(variant="gate_20", own_number="+36302222222", credentials={"password": "1111"})

USER = {"number": "+36307654321", "name": "John Smith"}

CASES = Cases(
    written=(
        Written(Command.CONNECT, ("CONNECT#",), settings=PAGER),
        Written(Command.CONNECT, ("*CONNECT#",), settings=STAR),
        Written(
            Command.CONNECT,
            ("CONNECT,PWD=4711#",),
            settings=NEEDED,
            masked=("CONNECT,PWD=••••#",),
        ),
        Written(Command.CONNECT, ("*CONNECT,PWD=1234#",), settings=BOTH),
        Written(
            Command.CONNECT,
            ("CONNECT#",),
            settings=Settings(variant="pager", options={"cloud_always_on": True}),
        ),
        Written(Command.ARM, ("*ARM,CRQ#",), settings=PAGER),
        Written(Command.ARM, ("*ARM,PWD=4711,CRQ#",), settings=NEEDED),
        Written(Command.DISARM, ("*DISARM,CRQ#",), settings=STAR),
        Written(Command.SWITCH_RELAY, ("*R1=ON,CRQ#",), {"on": "true"}, PAGER),
        Written(
            Command.SWITCH_RELAY,
            ("*R2=ON3600,PWD=4711,CRQ#",),
            {"relay": "2", "on": "true", "seconds": "3600"},
            NEEDED,
        ),
        Written(Command.SWITCH_RELAY, ("*R2=OFF,CRQ#",), {"relay": "2", "on": "false"}, PAGER),
        Written(Command.REQUEST_STATUS, ("*STATUS#",), settings=PAGER),
        Written(Command.REQUEST_STATUS, ("*STATUS,PWD=4711#",), settings=NEEDED),
        Written(Command.SWITCH_RELAY, ("R1=ON54,CRQ#",), {"on": "true", "seconds": "54"}, PAGER_3),
        Written(Command.REQUEST_STATUS, ("STATUS REQ#",), settings=PAGER_3),
        Written(Command.SET_CLOCK, ("#dt",), settings=PAGER_3),
        Written(Command.CONNECT, ("CONNECT#",), settings=BASE),
        Written(Command.BIND_NUMBER, ("*SUPERADMIN#",), settings=BASE),
        Written(Command.BIND_NUMBER, ("*SUPERADMIN=John#",), {"name": "John"}, BASE),
        Written(Command.ADD_USER, ("*n=+36307654321,John Smith,U,L,B#",), USER, BASE),
        Written(
            Command.ADD_USER,
            ("*n=+36307654321,John Smith,A,N,2#",),
            {**USER, "role": "admin", "entry": "always", "output": "output_2"},
            BASE,
        ),
        Written(Command.DELETE_USER, ("*d=+36307654321,John Smith#",), USER, BASE),
        Written(Command.DELETE_USER, ("*d=,John Smith#",), {"name": "John Smith"}, BASE),
        Written(Command.DELETE_USER, ("*d=+36307654321#",), {"number": "+36307654321"}, BASE),
        Written(
            Command.BIND_NUMBER,
            ("PWD=1111#TEL=+36302222222#",),
            settings=GATE_20,
            masked=("PWD=••••#TEL=+36302222222#",),
        ),
        Written(
            Command.ADD_USER,
            ("PWD=1111#TEL=+36203333333#",),
            {"number": "+36203333333"},
            GATE_20,
        ),
        Written(Command.SET_PARAMETER, ("PWD=1111#REL1=3#",), {"seconds": "3"}, GATE_20),
        Written(Command.SET_PARAMETER, ("PWD=1111#REL2=FIX#",), {"relay": "2"}, GATE_20),
        Written(Command.REQUEST_STATUS, ("PWD=1111#STATUS?#",), settings=GATE_20),
    ),
    refused=(
        Refused(Command.SWITCH_RELAY, CommandErrorReason.PARAMETER_MISSING),
        Refused(
            Command.SWITCH_RELAY,
            CommandErrorReason.PARAMETER_UNKNOWN,
            {"on": "false", "seconds": "5"},
        ),
        Refused(
            Command.SWITCH_RELAY,
            CommandErrorReason.PARAMETER_INVALID,
            {"on": "true", "seconds": "255"},
            PAGER_3,
        ),
        Refused(Command.CONNECT, CommandErrorReason.COMMAND_UNKNOWN, settings=GATE_20),
        Refused(
            Command.ADD_USER,
            CommandErrorReason.PARAMETER_FORBIDDEN,
            {**USER, "name": "A,S,N,B#*n=1"},
            BASE,
        ),
        Refused(
            Command.ADD_USER,
            CommandErrorReason.COMMAND_TOO_LONG,
            {"number": "+" + "9" * 20, "name": "N" * 30, "role": "admin"},
            BASE,
        ),
        Refused(Command.DELETE_USER, CommandErrorReason.PARAMETER_MISSING, settings=BASE),
        Refused(
            Command.ARM,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(variant="pager", credentials={"password": "12#R1=ON"}),
        ),
    ),
    read=(
        Read(
            "Connected to (192.0.2.7:5000) ID=(A1B2C3D4)",
            "cloud connection page of TELL, with an address in its parentheses",
            {"cloud": CloudConnection("192.0.2.7", 5000, "A1B2C3D4")},
            frozenset({Command.CONNECT}),
            certain=True,
        ),
        Read(
            "Connected to 192.0.2.7:5000 ID=A1B2C3D4",
            "the same, where the parentheses only mark what is put in",
            {"cloud": CloudConnection("192.0.2.7", 5000, "A1B2C3D4")},
            frozenset({Command.CONNECT}),
            certain=True,
        ),
        Read(
            "Connected to\n(198.51.100.20:2020)\nID=\n(GC-7)",
            "the same, in lines as the page breaks it",
            {"cloud": CloudConnection("198.51.100.20", 2020, "GC-7")},
            frozenset({Command.CONNECT}),
            certain=True,
        ),
        Read(
            "Missing APN",
            "cloud connection page of TELL",
            answers=frozenset({Command.CONNECT}),
            error=AnswerError.MISSING_APN,
        ),
        Read(
            "Network connection error",
            "cloud connection page of TELL",
            answers=frozenset({Command.CONNECT}),
            error=AnswerError.NETWORK_CONNECTION,
        ),
        Read("Armed", "Pager4 2G.IN4.R2 manual p. 82", {"armed": True}, frozenset({Command.ARM})),
        Read(
            "Disarmed",
            "Pager4 2G.IN4.R2 manual p. 82",
            {"armed": False},
            frozenset({Command.DISARM}),
        ),
        Read(
            "Arming failed",
            "Pager4 2G.IN4.R2 manual p. 82",
            answers=frozenset({Command.ARM}),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "Disarming failed",
            "Pager4 2G.IN4.R2 manual p. 82",
            answers=frozenset({Command.DISARM}),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "Relay1 activated: 54 sec.",
            "Pager4 2G.IN4.R2 manual p. 82",
            {"relays": {1: True}, "relay_seconds": {1: 54}},
            frozenset({Command.SWITCH_RELAY}),
        ),
        Read(
            "Relay1 activated: Permanent.",
            "Pager4 2G.IN4.R2 manual p. 82",
            {"relays": {1: True}, "relay_seconds": {1: 0}},
            frozenset({Command.SWITCH_RELAY}),
        ),
        Read(
            "Relay2 deactivated.",
            "Pager4 2G.IN4.R2 manual p. 82",
            {"relays": {2: False}},
            frozenset({Command.SWITCH_RELAY}),
        ),
        Read(
            "Unauthorized User!",
            "Pager4 2G.IN4.R2 manual p. 82",
            answers=frozenset({Command.ARM}),
            error=AnswerError.NOT_AUTHORISED,
            asked=Command.ARM,
        ),
        Read(
            "SYNTAX ERROR!",
            "Pager4 2G.IN4.R2 manual p. 82",
            answers=frozenset({Command.CONNECT}),
            error=AnswerError.SYNTAX,
            asked=Command.CONNECT,
        ),
        Read(
            "Disarmed\nRelay1: ON\nGSM signal: 4",
            "composed: the manual lists what the status tells, not how",
            {"armed": False, "relays": {1: True}, "signal": Signal(4)},
            frozenset({Command.REQUEST_STATUS}),
            asked=Command.REQUEST_STATUS,
        ),
        Read(
            "IN1:OK,IN2:ALARM,Armed,R1:ON,R2:OFF,12:34,GSM:20",
            "composed: the manual lists what the status tells, not how",
            {"armed": True, "relays": {1: True, 2: False}, "signal": Signal(20)},
            frozenset({Command.REQUEST_STATUS}),
            asked=Command.REQUEST_STATUS,
        ),
        Read(
            "YOU ARE REGISTERED AS SUPERADMIN!",
            "Gate Control BASE 1000 manual p. 50",
            answers=frozenset({Command.BIND_NUMBER}),
        ),
        Read(
            "ERROR: SUPERADMIN USER ALREADY REGISTERED!",
            "Gate Control BASE 1000 manual p. 50",
            answers=frozenset({Command.BIND_NUMBER}),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "NEW USER REGISTERED.",
            "Gate Control BASE 1000 manual p. 50",
            answers=frozenset({Command.ADD_USER}),
        ),
        Read(
            "USER ALREADY EXISTS!",
            "Gate Control BASE 1000 manual p. 50",
            answers=frozenset({Command.ADD_USER}),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            'ERROR: INVALID CHARACTER: "X"!',
            "Gate Control BASE 1000 manual p. 50",
            answers=frozenset({Command.ADD_USER}),
            error=AnswerError.COMMAND_REFUSED,
            asked=Command.ADD_USER,
        ),
        Read(
            "SIGNAL (0-10)=9\nINTYPE1=NO;\nIN1=3;STATUS=IDLE\nINTYPE2=NC;\nIN2=5;STATUS=ALARM\n"
            "REL1=3;STATUS=OFF\nREL2=FIX;STATUS=ON\nSMSLIM=1",
            "Gate Control 20 manual p. 8",
            {
                "signal": Signal(9, 10),
                "inputs": {1: Input(False, 3), 2: Input(True, 5)},
                "relays": {1: False, 2: True},
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "2 user(s) added\nRel1 time OK\nRel2 mode set OK",
            "Gate Control 20 manual p. 7, the answer to three commands in one message",
            answers=frozenset({Command.ADD_USER, Command.BIND_NUMBER}),
        ),
        Read(
            "Rel1 mode set OK",
            "Gate Control 20 manual p. 7",
            answers=frozenset({Command.SET_PARAMETER}),
        ),
        Read(
            "Invalid Rel1 time",
            "Gate Control 20 manual p. 7",
            answers=frozenset({Command.SET_PARAMETER}),
            error=AnswerError.COMMAND_REFUSED,
        ),
        Read(
            "Wrong password",
            "Gate Control 20 manual p. 7",
            answers=frozenset({Command.REQUEST_STATUS}),
            error=AnswerError.WRONG_PASSWORD,
            asked=Command.REQUEST_STATUS,
        ),
        Read(
            "CMD error",
            "Gate Control 20 manual p. 7",
            error=AnswerError.SYNTAX,
        ),
        Read(
            "SMS forward from +36301111111: Armed",
            "Gate Control 20 manual p. 8",
            kind=ReadingKind.MESSAGE,
        ),
    ),
    raw=(
        "Connected to (192.0.2.7:70000) ID=(A1B2C3D4)",
        "The gate is armed with spikes",
        "GSM signal: 4",
        "Missing APN settings were sent to you",
        "Your credit is 5.00 EUR",
        "",
    ),
    masked=(("PWD=1234#CMD error", "PWD=••••#CMD error"),),
)

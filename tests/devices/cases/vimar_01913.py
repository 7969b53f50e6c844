"""Vimar 01913."""

from datetime import date
from decimal import Decimal

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import (
    Alarm,
    AnswerError,
    Mode,
    ReadingKind,
    Season,
    Thermostat,
)
from custom_components.cellular_gateway.devices.vocabulary import Command
from custom_components.cellular_gateway.sms.balance import Balance

from ..tables import Cases, Read, Refused, Written

OWN = Settings(own_number="+393331112223", credentials={"code": "6767"})
HEAD = "GSM-01913 1/1\n"


def _mode(text: str, page: int, thermostat: Thermostat) -> Read:
    """Return the row of an answer to a mode."""
    return Read(
        f"{HEAD}{text}",
        f"Vimar 01913 manual p. {page}",
        {"thermostat": thermostat},
        frozenset({Command.SET_MODE}),
        certain=True,
    )


CASES = Cases(
    written=(
        Written(
            Command.SET_CREDIT_REQUEST,
            ("1234.SIMCREDITSET.S.4916.PRE CRE SIN",),
            {"type": "S", "number": "4916", "text": "PRE CRE SIN"},
            masked=("••••.SIMCREDITSET.S.4916.PRE CRE SIN",),
        ),
        Written(
            Command.SET_CREDIT_REQUEST,
            ("1234.SIMCREDITSET.C.404",),
            {"type": "C", "number": "404"},
        ),
        Written(
            Command.SET_CREDIT_REQUEST,
            ("6767.SIMCREDITSET.C.*123#",),
            {"type": "C", "number": "*123#"},
            OWN,
        ),
        Written(Command.DELETE_CREDIT_REQUEST, ("1234.SIMCREDITSET.0",)),
        Written(Command.READ_CREDIT_REQUEST, ("1234.?SIMCREDITSET",)),
        Written(Command.REQUEST_CREDIT, ("1234.SIMCREDIT",)),
        Written(Command.SET_MODE, ("1234.C1.OFF",), {"mode": "off"}),
        Written(Command.SET_MODE, ("1234.C1.AUTO",), {"mode": "auto"}),
        Written(Command.SET_MODE, ("1234.C1.MAN.22,5",), {"mode": "manual", "temperature": "22.5"}),
        Written(Command.SET_MODE, ("1234.C1.MAN.21",), {"mode": "manual", "temperature": "21.00"}),
        Written(
            Command.SET_MODE,
            ("1234.C1.ANTIGELO.8",),
            {"mode": "antifreeze", "temperature": "8"},
        ),
        Written(Command.SET_MODE, ("1234.C1.OFFTEMP.22",), {"mode": "timed_off", "hours": "22"}),
        Written(
            Command.SET_MODE,
            ("1234.C1.MANTEMP.22,5.03",),
            {"mode": "timed_manual", "temperature": "22.5", "hours": "3"},
        ),
        Written(Command.SET_SEASON, ("1234.C1.RISC",), {"season": "heating"}),
        Written(Command.SET_SEASON, ("1234.C1.COND",), {"season": "cooling"}),
        Written(Command.SET_PARAMETER, ("1234.C1.T2.21,5",), {"level": "t2", "value": "21.5"}),
        Written(Command.REQUEST_STATUS, ("6767.C1.STATO",), settings=OWN),
        Written(Command.SWITCH_RELAY, ("1234.R1.ON",), {"on": "true"}),
        Written(Command.SWITCH_RELAY, ("1234.R1.OFF",), {"relay": "1", "on": "false"}),
        Written(Command.REQUEST_IO, ("1234.R1.STATO",)),
        Written(
            Command.SET_ALARM,
            ("1234.ATEMP.AT1.ON",),
            {"alarm": "temperature_high", "on": "true"},
        ),
        Written(
            Command.SET_ALARM,
            ("1234.ATEMP.AT0.2,6/ATEMP.AT0.ON",),
            {"alarm": "temperature_low", "on": "true", "temperature": "2.6"},
        ),
        Written(Command.SET_ALARM, ("1234.AR.OFF",), {"alarm": "power_cut", "on": "false"}),
        Written(Command.BIND_NUMBER, ("1234.NUM1.333778899",), {"number": "333778899"}),
        Written(Command.BIND_NUMBER, ("6767.NUM8.+393331112223",), {"position": "8"}, OWN),
        Written(
            Command.SET_CODE,
            ("1234.COD.6767",),
            {"new_code": "6767"},
            masked=("••••.COD.••••",),
        ),
    ),
    refused=(
        Refused(
            Command.SET_CREDIT_REQUEST,
            CommandErrorReason.PARAMETER_MISSING,
            {"type": "S", "number": "4916"},
        ),
        Refused(
            Command.SET_CREDIT_REQUEST,
            CommandErrorReason.PARAMETER_MISSING,
            {"type": "S", "number": "4916", "text": "  "},
        ),
        Refused(
            Command.SET_CREDIT_REQUEST,
            CommandErrorReason.PARAMETER_UNKNOWN,
            {"type": "C", "number": "404", "text": "SALDO"},
        ),
        Refused(
            Command.SET_CREDIT_REQUEST,
            CommandErrorReason.PARAMETER_FORBIDDEN,
            {"type": "S", "number": "4916", "text": "PRE.CRE"},
        ),
        Refused(
            Command.SET_CREDIT_REQUEST,
            CommandErrorReason.PARAMETER_FORBIDDEN,
            {"type": "S", "number": "4916", "text": "PRE/C1"},
        ),
        Refused(Command.SET_MODE, CommandErrorReason.PARAMETER_MISSING, {"mode": "manual"}),
        Refused(
            Command.SET_MODE,
            CommandErrorReason.PARAMETER_MISSING,
            {"mode": "timed_manual", "temperature": "22"},
        ),
        Refused(
            Command.SET_MODE,
            CommandErrorReason.PARAMETER_UNKNOWN,
            {"mode": "off", "temperature": "22"},
        ),
        Refused(
            Command.SET_MODE,
            CommandErrorReason.PARAMETER_INVALID,
            {"mode": "manual", "temperature": "22.55"},
        ),
        Refused(
            Command.SET_MODE,
            CommandErrorReason.PARAMETER_INVALID,
            {"mode": "manual", "temperature": "41"},
        ),
        Refused(
            Command.SET_MODE,
            CommandErrorReason.PARAMETER_INVALID,
            {"mode": "timed_off", "hours": "100"},
        ),
        Refused(
            Command.SET_ALARM,
            CommandErrorReason.PARAMETER_UNKNOWN,
            {"alarm": "power_cut", "on": "true", "temperature": "5"},
        ),
        Refused(Command.BIND_NUMBER, CommandErrorReason.OWN_NUMBER_UNKNOWN),
        Refused(Command.SET_CODE, CommandErrorReason.PARAMETER_INVALID, {"new_code": "123"}),
        Refused(Command.SET_CODE, CommandErrorReason.PARAMETER_INVALID, {"new_code": "12 34"}),
        Refused(
            Command.SET_CODE, CommandErrorReason.PARAMETER_INVALID, {"new_code": "12345678901"}
        ),
        Refused(
            Command.REQUEST_STATUS,
            CommandErrorReason.CREDENTIAL_INVALID,
            settings=Settings(credentials={"code": "12.4"}),
        ),
    ),
    read=(
        Read(
            f"{HEAD}kitchen\nMeas Temp:18.9 degrees\nSet Temp:20.0 degrees\nMode:MAN",
            "Vimar 01913 manual p. 68; the word for the mode is inferred",
            {
                "thermostat": Thermostat(
                    measured=Decimal("18.9"), target=Decimal("20.0"), mode=Mode.MANUAL
                )
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            f"{HEAD}C1\nMeas Temp:18.9 degrees\nSet Temp:20.0 degrees\nMode:Unheard Of",
            "the same with a mode that nobody knows",
            {"thermostat": Thermostat(measured=Decimal("18.9"), target=Decimal("20.0"))},
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        _mode("C1 OFF", 65, Thermostat(mode=Mode.OFF)),
        _mode("C1 AUTO", 66, Thermostat(mode=Mode.AUTO)),
        _mode("C1 MAN\n22.5 degrees", 66, Thermostat(mode=Mode.MANUAL, target=Decimal("22.5"))),
        _mode(
            "C1 ANTIFREEZE\r\n8 degrees",
            67,
            Thermostat(mode=Mode.ANTIFREEZE, target=Decimal(8)),
        ),
        _mode("C1 TIMED SWITCH-OFF, 22 hours", 67, Thermostat(mode=Mode.TIMED_OFF, hours=22)),
        _mode(
            "C1 MANTEMP\n22.5 degrees\n3 hours",
            68,
            Thermostat(mode=Mode.TIMED_MANUAL, target=Decimal("22.5"), hours=3),
        ),
        Read(
            f"{HEAD}C1 HEATING",
            "Vimar 01913 manual p. 65",
            {"thermostat": Thermostat(season=Season.HEATING)},
            frozenset({Command.SET_SEASON}),
            certain=True,
        ),
        Read(
            f"{HEAD}C1 AIR-CONDITIONING",
            "Vimar 01913 manual p. 65",
            {"thermostat": Thermostat(season=Season.COOLING)},
            frozenset({Command.SET_SEASON}),
            certain=True,
        ),
        Read(
            f"{HEAD}Temp T2 C1:\n21.5 degrees",
            "Vimar 01913 manual, chapter 13.8.2",
            answers=frozenset({Command.SET_PARAMETER}),
            certain=True,
        ),
        Read(
            f"{HEAD}staircase light:ON",
            "Vimar 01913 manual p. 63",
            {"relays": {1: True}},
            frozenset({Command.REQUEST_IO, Command.SWITCH_RELAY}),
            certain=True,
        ),
        Read(
            f"{HEAD}Entered code:\n6767",
            "Vimar 01913 manual, answer to COD",
            answers=frozenset({Command.SET_CODE}),
            certain=True,
        ),
        Read(
            f"{HEAD}Error:\nCode too short",
            "Vimar 01913 manual, answer to COD",
            answers=frozenset({Command.SET_CODE}),
            error=AnswerError.COMMAND_REFUSED,
            certain=True,
        ),
        Read(
            f"{HEAD}1234.C1.MANN.22/C1.OFF\nerror on command(s):\n1",
            "Vimar 01913 manual, answer to faulty contents",
            answers=frozenset({Command.SET_MODE}),
            error=AnswerError.SYNTAX,
            certain=True,
            asked=Command.SET_MODE,
        ),
        Read(
            f"{HEAD}SIMCREDITSET\nS 4916 PRE CRE SIN",
            "composed: the manual prints no answer to the reading of it",
            answers=frozenset({Command.READ_CREDIT_REQUEST}),
            certain=True,
            asked=Command.READ_CREDIT_REQUEST,
        ),
        Read(
            f"{HEAD}ADDR:\nMario Rossi via Verdi 44 VICENZA",
            "Vimar 01913 manual p. 42",
            kind=ReadingKind.MESSAGE,
            certain=True,
        ),
        Read(
            "GSM-01913 1/2\nC1\nMeas Temp:18.9 degrees\n",
            "composed: the first of two parts",
            answers=frozenset({Command.REQUEST_STATUS}),
            certain=True,
            incomplete=True,
            asked=Command.REQUEST_STATUS,
        ),
        Read(
            "GSM-01913 2/2\nSet Temp:20.0 degrees\nMode:AUTO\n"
            "GSM-01913 1/2\nC1\nMeas Temp:18.9 degrees\n",
            "composed: both parts, the second before the first",
            {
                "thermostat": Thermostat(
                    measured=Decimal("18.9"), target=Decimal("20.0"), mode=Mode.AUTO
                )
            },
            frozenset({Command.REQUEST_STATUS}),
            certain=True,
        ),
        Read(
            "Temperature alarm!\nTmis: 39.5\nTsup: 39.2\nMario Rossi via Verdi 44 VICENZA",
            "Vimar 01913 manual p. 45",
            {
                "alarms": {Alarm.TEMPERATURE: True},
                "thermostat": Thermostat(measured=Decimal("39.5")),
            },
            kind=ReadingKind.ALARM,
            certain=True,
        ),
        Read(
            "No Mains Power!",
            "Vimar 01913 manual p. 56",
            {"alarms": {Alarm.POWER_CUT: True}, "external_power": False},
            kind=ReadingKind.ALARM,
        ),
        Read(
            f"{HEAD}Mains Power Restored",
            "Vimar 01913 manual p. 35, the name of the alarm",
            {"alarms": {Alarm.POWER_CUT: False}, "external_power": True},
            kind=ReadingKind.ALARM,
            certain=True,
        ),
        Read(
            "ALARM\nboiler shutdown",
            "Vimar 01913 manual p. 36, with the label of p. 41",
            {"alarms": {Alarm.INPUT: True}},
            kind=ReadingKind.ALARM,
        ),
        Read(
            "Il credito residuo e' di 12,34 euro, valido fino al 31/12/2026.",
            "composed: the operator's text is passed on as it is",
            {"balance": Balance(Decimal("12.34"), "EUR", date(2026, 12, 31))},
            frozenset({Command.REQUEST_CREDIT}),
            asked=Command.REQUEST_CREDIT,
        ),
    ),
    raw=(
        "Il credito residuo e' di 12,34 euro.",
        "C1 OFF",
        "staircase light:ON",
        "Ciao",
        "",
    ),
    masked=(
        (f"{HEAD}Entered code:\n6767", f"{HEAD}Entered code:\n••••"),
        (
            f"{HEAD}1234.COD.67 67\nerror on command(s):\n1",
            f"{HEAD}••••.COD.•• 67\nerror on command(s):\n1",
        ),
    ),
)

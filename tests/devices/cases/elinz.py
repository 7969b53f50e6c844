"""Elinz."""

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import AnswerError, ReadingKind
from custom_components.cellular_gateway.devices.vocabulary import Command

from ..tables import Cases, Read, Refused, Written

PASSWORD = Settings(variant="password")

CASES = Cases(
    written=(
        Written(Command.SET_APN, ("APN,em#",), {"apn": "em"}),
        Written(Command.SETUP, ("APN,em#",), {"apn": "em"}),
        Written(Command.REQUEST_POSITION, ("WHERE#",)),
        Written(Command.REQUEST_STATUS, ("STATUS#",)),
        Written(
            Command.SET_APN,
            ("apn123456 em",),
            {"apn": "em"},
            PASSWORD,
            masked=("apn•••••• em",),
        ),
        Written(
            Command.SETUP,
            ("apn4711 em",),
            {"apn": "em"},
            Settings(variant="password", credentials={"password": "4711"}),
        ),
        Written(Command.REQUEST_POSITION, ("smslink123456",), settings=PASSWORD),
        Written(Command.REQUEST_STATUS, ("check123456",), settings=PASSWORD),
        Written(Command.REQUEST_IDENTITY, ("imei123456",), settings=PASSWORD),
    ),
    refused=(
        Refused(Command.SET_APN, CommandErrorReason.PARAMETER_FORBIDDEN, {"apn": "em#"}),
        Refused(
            Command.SET_APN,
            CommandErrorReason.CREDENTIAL_INVALID,
            {"apn": "em"},
            Settings(variant="password", credentials={"password": "12 34"}),
        ),
    ),
    read=(
        Read(
            "NO DATA!",
            "Jimi JM01 manual p. 15",
            {"gps_fix": False},
            frozenset({Command.REQUEST_POSITION}),
            ReadingKind.POSITION,
        ),
        Read(
            "apn ok",
            "manual of the Coban devices",
            answers=frozenset({Command.SET_APN, Command.SETUP}),
            settings=PASSWORD,
        ),
        Read(
            "password err",
            "manual of the Coban devices",
            answers=frozenset({Command.SET_APN}),
            error=AnswerError.WRONG_PASSWORD,
            asked=Command.SET_APN,
            settings=PASSWORD,
        ),
    ),
    raw=("apn ok", "Your credit is 5.00 EUR", ""),
    masked=(),
)

"""The rows of the tables that say what a device family writes and reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from custom_components.cellular_gateway.devices.base import Settings
from custom_components.cellular_gateway.devices.errors import CommandErrorReason
from custom_components.cellular_gateway.devices.reading import AnswerError, ReadingKind
from custom_components.cellular_gateway.devices.vocabulary import Command

_DEFAULT = Settings()


@dataclass(frozen=True, slots=True)
class Written:
    """Parameters in, the exact texts out; `masked` where credentials stand in them."""

    command: Command
    texts: tuple[str, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = _DEFAULT
    masked: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Parameters that must not be sent, and why."""

    command: Command
    reason: CommandErrorReason
    parameters: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = _DEFAULT


@dataclass(frozen=True, slots=True)
class Read:
    """A message of a device, and what it yields; `source` is where the message was printed."""

    text: str
    source: str
    values: Mapping[str, Any] = field(default_factory=dict)
    answers: frozenset[Command] = frozenset()
    kind: ReadingKind = ReadingKind.REPLY
    error: AnswerError | None = None
    certain: bool = False
    incomplete: bool = False
    asked: Command | None = None
    settings: Settings = _DEFAULT


@dataclass(frozen=True, slots=True)
class Cases:
    """The tables of one family; `raw` are messages that it must not take for its own."""

    written: tuple[Written, ...]
    refused: tuple[Refused, ...]
    read: tuple[Read, ...]
    raw: tuple[str, ...]
    masked: tuple[tuple[str, str], ...] = ()

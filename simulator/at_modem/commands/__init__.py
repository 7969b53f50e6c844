"""The commands that the modem knows, one file per service."""

from . import (
    basic,
    call,
    identity,
    network,
    operator,
    packet,
    power_saving,
    sim,
    sms,
    storage,
    supplementary,
)
from .base import Access, Command

COMMANDS: dict[str, Command] = (
    basic.COMMANDS
    | identity.COMMANDS
    | sim.COMMANDS
    | network.COMMANDS
    | sms.COMMANDS
    | storage.COMMANDS
    | call.COMMANDS
    | supplementary.COMMANDS
    | operator.COMMANDS
    | packet.COMMANDS
    | power_saving.COMMANDS
)

__all__ = ["COMMANDS", "Access", "Command"]

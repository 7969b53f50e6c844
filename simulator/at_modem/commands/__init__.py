"""The commands that the modem knows, one file per service."""

from . import basic, call, identity, network, sim, sms, storage
from .base import Access, Command

COMMANDS: dict[str, Command] = (
    basic.COMMANDS
    | identity.COMMANDS
    | sim.COMMANDS
    | network.COMMANDS
    | sms.COMMANDS
    | storage.COMMANDS
    | call.COMMANDS
)

__all__ = ["COMMANDS", "Access", "Command"]

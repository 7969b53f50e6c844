"""What keeps a command from being written, before anything is sent."""

from enum import StrEnum


class CommandErrorReason(StrEnum):
    """Why a command cannot be written; the value is a translation key."""

    COMMAND_TOO_LONG = "command_too_long"
    COMMAND_UNKNOWN = "command_unknown"
    CREDENTIAL_INVALID = "credential_invalid"
    CREDENTIAL_MISSING = "credential_missing"
    OWN_NUMBER_UNKNOWN = "own_number_unknown"
    PARAMETER_FORBIDDEN = "parameter_forbidden"
    PARAMETER_INVALID = "parameter_invalid"
    PARAMETER_MISSING = "parameter_missing"
    PARAMETER_UNKNOWN = "parameter_unknown"


class CommandError(Exception):
    """A command that the family does not have, or a parameter that it cannot carry."""

    def __init__(self, reason: CommandErrorReason, name: str = "") -> None:
        """Keep the reason, and the key of the command, parameter or credential it is about."""
        super().__init__(f"{reason}: {name}" if name else str(reason))
        self.reason = reason
        self.name = name

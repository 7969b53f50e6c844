"""The one error that this package raises."""

from enum import StrEnum


class MessageErrorReason(StrEnum):
    """Why a message could not be read or built; each value is a translation key."""

    EMPTY_MESSAGE = "empty_message"
    INVALID_NUMBER = "invalid_number"
    INVALID_PATTERN = "invalid_pattern"
    INVALID_REFERENCE = "invalid_reference"
    INVALID_SOURCE_ADDRESS = "invalid_source_address"
    INVALID_VALIDITY = "invalid_validity"
    MALFORMED_PDU = "malformed_pdu"
    MESSAGE_TOO_LONG = "message_too_long"
    TEXT_NOT_ENCODABLE = "text_not_encodable"
    TOO_MANY_PARTS = "too_many_parts"
    UNEXPECTED_PDU_TYPE = "unexpected_pdu_type"


class MessageError(ValueError):
    """A message that cannot be read or built; never carries a text or a number of the message."""

    def __init__(self, reason: MessageErrorReason, detail: str = "") -> None:
        """Take the reason and, for the log, what was wrong in words without message content."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason

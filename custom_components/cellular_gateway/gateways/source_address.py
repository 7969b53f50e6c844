"""The sender that the other side sees, where it can be chosen."""

from enum import StrEnum

from ..sms.errors import MessageError, MessageErrorReason
from ..sms.numbers import NumberKind, normalize_number, number_kind


class SourceAddressType(StrEnum):
    """How a sender's address is written; nobody can answer an alphanumeric one."""

    INTERNATIONAL = "international"
    NATIONAL = "national"
    ALPHANUMERIC = "alphanumeric"


def source_address_type(address: str) -> SourceAddressType:
    """Tell the type of an address by how it is written; short codes count as national.

    Raises MessageError (invalid_number) for what can be no sender.
    """
    kind = number_kind(normalize_number(address, None))
    if kind is NumberKind.SERVICE:
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "a service code")
    if kind is NumberKind.ALPHANUMERIC:
        return SourceAddressType.ALPHANUMERIC
    if kind is NumberKind.INTERNATIONAL:
        return SourceAddressType.INTERNATIONAL
    return SourceAddressType.NATIONAL


def check_source_address(address: str, kind: SourceAddressType | None) -> None:
    """Refuse what can be no sender, also not of the type that was chosen.

    Raises MessageError (invalid_source_address).
    """
    try:
        told = source_address_type(address)
    except MessageError as error:
        raise MessageError(MessageErrorReason.INVALID_SOURCE_ADDRESS, "no sender") from error
    alphanumeric = SourceAddressType.ALPHANUMERIC
    if told is alphanumeric and kind not in (None, alphanumeric):
        raise MessageError(MessageErrorReason.INVALID_SOURCE_ADDRESS, "letters in a number")

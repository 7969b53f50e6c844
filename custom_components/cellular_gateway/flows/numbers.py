"""Numbers as a person types them into a form."""

from ..sms.errors import MessageError, MessageErrorReason
from ..sms.numbers import NumberKind, normalize_number, number_kind


def read_number(text: str, country: str | None, *, allowed: frozenset[NumberKind]) -> str:
    """Return a number in its normal form.

    Raises MessageError (invalid_number) when it is none, or none of an allowed kind.
    """
    number = normalize_number(text, country)
    if number_kind(number) not in allowed:
        raise MessageError(MessageErrorReason.INVALID_NUMBER, "of another kind")
    return number

"""What may stand in a command: every parameter and credential is checked before it is written."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
import re
from typing import TYPE_CHECKING, Final

from .errors import CommandError, CommandErrorReason
from .vocabulary import Credential, Parameter, ParameterKind

if TYPE_CHECKING:
    from .base import Settings

OWN_NUMBER: Final = "own_number"

# 3GPP TS 23.003 clause 9.1: labels of letters, digits and hyphens, as in a domain name.
_APN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PHONE: Final = re.compile(r"\+?[0-9*#]{2,20}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def check_parameters(
    parameters: Sequence[Parameter], given: Mapping[str, str], own_number: str | None, reserved: str
) -> Mapping[str, str]:
    """Return the value of every parameter as it is written; an own number is digits alone.

    What was left out has its default, or is empty. Raises CommandError.
    """
    known = {parameter.key for parameter in parameters}
    if unknown := given.keys() - known:
        raise CommandError(CommandErrorReason.PARAMETER_UNKNOWN, min(unknown))
    return {
        parameter.key: _check(parameter, given.get(parameter.key), own_number, reserved)
        for parameter in parameters
    }


def _check(parameter: Parameter, value: str | None, own_number: str | None, reserved: str) -> str:
    """Check one value."""
    if parameter.key == OWN_NUMBER:
        value = (value or own_number or "").removeprefix("+")
        if not value:
            raise CommandError(CommandErrorReason.OWN_NUMBER_UNKNOWN, parameter.key)
    if value is None or value == "":
        if parameter.required and parameter.default is None:
            raise CommandError(CommandErrorReason.PARAMETER_MISSING, parameter.key)
        return parameter.default or ""
    if _CONTROL.search(value) or (
        not parameter.free and any(character in reserved for character in value)
    ):
        raise CommandError(CommandErrorReason.PARAMETER_FORBIDDEN, parameter.key)
    if not _VALID[parameter.kind](parameter, value):
        raise CommandError(CommandErrorReason.PARAMETER_INVALID, parameter.key)
    return value


def _is_text(parameter: Parameter, value: str) -> bool:
    """Tell whether a text has an allowed length."""
    return _in_range(parameter, len(value))


def _is_number(parameter: Parameter, value: str) -> bool:
    """Tell whether it is a whole number in range."""
    return re.fullmatch(r"-?[0-9]{1,9}", value) is not None and _in_range(parameter, int(value))


def _is_decimal(parameter: Parameter, value: str) -> bool:
    """Tell whether it is a decimal number in range, with a point."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and _in_range(parameter, float(number))


def _in_range(parameter: Parameter, value: float) -> bool:
    """Tell whether a value is within the bounds."""
    lower = parameter.minimum is None or value >= parameter.minimum
    return lower and (parameter.maximum is None or value <= parameter.maximum)


_VALID: Final[Mapping[ParameterKind, Callable[[Parameter, str], bool]]] = {
    ParameterKind.TEXT: _is_text,
    ParameterKind.APN: lambda _, value: _APN.fullmatch(value) is not None,
    ParameterKind.NUMBER: _is_number,
    ParameterKind.DECIMAL: _is_decimal,
    ParameterKind.PHONE: lambda _, value: _PHONE.fullmatch(value) is not None,
    ParameterKind.HOST: lambda _, value: _HOST.fullmatch(value) is not None,
    ParameterKind.CHOICE: lambda parameter, value: value in parameter.choices,
    ParameterKind.BOOLEAN: lambda _, value: value in ("true", "false"),
}


def check_credentials(
    credentials: Sequence[Credential], settings: Settings, reserved: str
) -> Mapping[str, str]:
    """Return every credential as it is written, with the defaults of the works.

    Raises CommandError for one that is missing or that the family's language cannot carry.
    """
    return {
        credential.key: check_credential(
            credential, settings.credentials.get(credential.key), settings.model, reserved
        )
        for credential in credentials
    }


def check_credential(
    credential: Credential, given: str | None, model: str | None, reserved: str
) -> str:
    """Check one credential; what is not given has its default."""
    value = given or default_of(credential, model) or ""
    if not value:
        if credential.required:
            raise CommandError(CommandErrorReason.CREDENTIAL_MISSING, credential.key)
        return ""
    if (
        not credential.minimum <= len(value) <= credential.maximum
        or _CONTROL.search(value)
        or any(character in reserved or character.isspace() for character in value)
    ):
        raise CommandError(CommandErrorReason.CREDENTIAL_INVALID, credential.key)
    return value


def default_of(credential: Credential, model: str | None) -> str | None:
    """Return what a credential is until somebody changes it."""
    if credential.from_model and model:
        return model.lower()
    return credential.default

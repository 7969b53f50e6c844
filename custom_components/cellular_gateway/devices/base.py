"""A device family: the language that tracked devices of some makers share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
import re
from typing import Any, Final

from .checks import check_credentials, check_parameters, default_of
from .errors import CommandError, CommandErrorReason
from .reading import Alarm, Reading
from .vocabulary import LEADING_BLANKS, TEXT, Command, Credential, Option, Parameter

MASK = "•"
SINGLE_SMS = 160
# Longer texts are nobody's answer: what a decoder reads of anybody's text ends here.
MAX_ANSWER: Final = 2000
# A secret of fewer characters stands in other words and numbers by chance.
_LONG_SECRET: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person has set for one tracked device.

    `own_number` is that of the port which speaks to it, E.164. `zone` is that of the device's
    clock, where its answers name none.
    """

    variant: str = "standard"
    model: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    own_number: str | None = field(default=None, repr=False)
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Request:
    """A command with all that it is written from, checked; `names` is for `texts`."""

    settings: Settings
    parameters: Mapping[str, str] = field(repr=False)
    credentials: Mapping[str, str] = field(repr=False)
    options: Mapping[str, Any]

    @property
    def names(self) -> Mapping[str, str]:
        """Parameters and credentials by their keys, for a template."""
        return {**self.credentials, **self.parameters}


type Encoder = Callable[[Request], Sequence[str]]
type Decoder = Callable[[str, Settings, Command | None], Reading | None]


def texts(*templates: str) -> Encoder:
    """Write one message per template, in order; names in braces are parameters or credentials."""
    return lambda request: [template.format_map(request.names) for template in templates]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """How a family says one command.

    `replies` tells whether the device answers it at all. `maximum` is the most characters of one
    of its messages. With `needs_restart` it takes effect only once somebody has restarted the
    device.
    """

    encode: Encoder
    parameters: tuple[Parameter, ...] = ()
    replies: bool = True
    needs_restart: bool = False
    maximum: int = SINGLE_SMS


def _free_text(request: Request) -> Sequence[str]:
    """Write a text as it was typed, behind the blanks that were asked for."""
    return [" " * int(request.parameters["leading_blanks"]) + request.parameters["text"]]


CUSTOM_TEXT: Final = CommandSpec(encode=_free_text, parameters=(TEXT, LEADING_BLANKS), maximum=1002)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The devices of a family that take the same commands; a custom text is one of them always.

    `relays` is how many outputs can be switched, `inputs` how many inputs are told.
    """

    key: str = "standard"
    models: tuple[str, ...] = ()
    commands: Mapping[Command, CommandSpec]
    credentials: tuple[Credential, ...] = ()
    relays: int = 0
    inputs: int = 0

    def __post_init__(self) -> None:
        """Add the custom text."""
        commands = {**self.commands, Command.CUSTOM: CUSTOM_TEXT}
        object.__setattr__(self, "commands", commands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A device family; the first variant is the one to offer.

    `reserved` are the characters with a meaning in its language: no parameter or credential may
    hold one. `decoder` reads a message, told the settings and the command that waits for its
    answer; it returns None for what it does not know. `yields` names the fields of `Values` that
    its answers can fill, `alarms` the alarms that it can raise. `secrets` matches what an answer
    gives away beside the credentials, in the first of its groups that takes part.
    """

    key: str
    name: str
    variants: tuple[Variant, ...]
    options: tuple[Option, ...] = ()
    reserved: str = ""
    decoder: Decoder
    yields: frozenset[str]
    alarms: frozenset[Alarm] = frozenset()
    secrets: re.Pattern[str] | None = None

    def variant(self, key: str) -> Variant:
        """Return a variant by its key, or the first where there is no such any more."""
        return next((variant for variant in self.variants if variant.key == key), self.variants[0])

    def decode(self, text: str, settings: Settings, asked: Command | None) -> Reading | None:
        """Read a message, or the first 2,000 characters of a longer one."""
        return self.decoder(text[:MAX_ANSWER], settings, asked)


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """One message to a device: as it is sent, and as it may be shown."""

    text: str = field(repr=False)
    masked: str = field(repr=False)


def encode(
    family: Family, settings: Settings, command: Command, parameters: Mapping[str, str]
) -> tuple[DeviceMessage, ...]:
    """Write a command as the messages that say it, in the order in which they must arrive.

    Raises CommandError for whatever is unknown, missing, malformed or too long.
    """
    variant = family.variant(settings.variant)
    spec = variant.commands.get(command)
    if spec is None:
        raise CommandError(CommandErrorReason.COMMAND_UNKNOWN, command)
    request = Request(
        settings,
        check_parameters(spec.parameters, parameters, settings.own_number, family.reserved),
        check_credentials(variant.credentials, settings, family.reserved),
        {option.key: settings.options.get(option.key, option.default) for option in family.options},
    )
    written = spec.encode(request)
    if any(len(text) > spec.maximum for text in written):
        raise CommandError(CommandErrorReason.COMMAND_TOO_LONG, command)
    shown = [_hide_secrets(family, text) for text in spec.encode(_masked(request, spec.parameters))]
    return tuple(DeviceMessage(*pair) for pair in zip(written, shown, strict=True))


def mask(family: Family, settings: Settings, text: str) -> str:
    """Hide in a message of a device what nobody shall read there."""
    variant = family.variant(settings.variant)
    known = [
        settings.credentials.get(item.key) or default_of(item, settings.model)
        for item in variant.credentials
    ]
    for secret in sorted(filter(None, known), key=len, reverse=True):
        text = re.sub(_where(secret), MASK * len(secret), text)
    return _hide_secrets(family, text)


def _where(secret: str) -> str:
    """Return the pattern of a secret: a short one alone, a longer one also beside other letters.

    Makers write it right behind the word of a command. Digits within a longer number are that one.
    """
    if len(secret) < _LONG_SECRET:
        return rf"(?<!\w){re.escape(secret)}(?!\w)"
    before = r"(?<![\d.])" if secret[0].isdigit() else ""
    after = r"(?!\d)" if secret[-1].isdigit() else ""
    return f"{before}{re.escape(secret)}{after}"


def _hide_secrets(family: Family, text: str) -> str:
    """Hide what the family's pattern finds."""
    return text if family.secrets is None else family.secrets.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    """Hide the first group that took part in a match."""
    group = next(index for index in range(1, match.re.groups + 1) if match[index] is not None)
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + MASK * (end - start) + match[0][end:]


def _masked(request: Request, parameters: Sequence[Parameter]) -> Request:
    """Return the request with its secrets hidden, each as long as it was.

    A free text may hold a credential anywhere.
    """
    values = dict(request.parameters)
    for parameter in parameters:
        if parameter.secret:
            values[parameter.key] = MASK * len(values[parameter.key])
        elif parameter.free:
            values[parameter.key] = _without(request.credentials, values[parameter.key])
    return replace(
        request,
        credentials={key: MASK * len(value) for key, value in request.credentials.items()},
        parameters=values,
    )


def _without(credentials: Mapping[str, str], text: str) -> str:
    """Hide every credential in a text, wherever it stands; longer ones first."""
    for secret in sorted(filter(None, credentials.values()), key=len, reverse=True):
        text = text.replace(secret, MASK * len(secret))
    return text

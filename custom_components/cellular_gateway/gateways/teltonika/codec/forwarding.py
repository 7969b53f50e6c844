"""SMS forwarding to HTTP: what the router sends (RUT240 manual, "SMS Forwarding To HTTP")."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
import re
from typing import Final
from urllib.parse import parse_qsl

from ...push import Push, PushAnswer
from ..settings import Forwarding
from .messages import plain

# One SMS has 255 parts of 153 characters at most, and each may take nine octets in the URL.
MAX_BODY: Final = 400_000
_MAX_FIELDS: Final = 50

# An extra pair of this name tells from which modem a message is, by its port.
PORT_NAME: Final = "port"

# A "+" that was not escaped has become a blank on the way.
_PLUS_LOST: Final = re.compile(r"^ (?=\d)")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message as it was forwarded; it carries no time."""

    sender: str = field(repr=False)
    text: str = field(repr=False)
    port: str | None = None


def parse_forwarded(push: Push, forwarding: Forwarding) -> Forwarded | PushAnswer:
    """Read a forwarded message, or say what is wrong with it."""
    if len(push.body) > MAX_BODY:
        return PushAnswer(413, "too large")
    values = _values(push)
    if values is None:
        return PushAnswer(400, "not a form")
    if not _has_extra(values, forwarding):
        return PushAnswer(403, "an extra data pair is missing or differs")
    if forwarding.number_name not in values:
        return PushAnswer(400, "no value of the name that was set for the number")
    if forwarding.text_name not in values:
        return PushAnswer(400, "no value of the name that was set for the message")
    text = values[forwarding.text_name]
    return Forwarded(
        _PLUS_LOST.sub("+", values[forwarding.number_name]).strip(),
        decode_text(text) if forwarding.base64 else text,
        values.get(PORT_NAME),
    )


def _has_extra(values: Mapping[str, str], forwarding: Forwarding) -> bool:
    """Whether all extra pairs are there; how long that takes says nothing of them."""
    same = [
        name in values and compare_digest(values[name].encode(), value.encode())
        for name, value in forwarding.extra
    ]
    return all(same)


def _values(push: Push) -> Mapping[str, str] | None:
    """Return the pairs of a request, those of its body before those of its URL; None for noise."""
    try:
        pairs = parse_qsl(
            push.body.decode("utf-8", "replace").strip(),
            keep_blank_values=True,
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        return None
    return {name: plain(value) for name, value in {**push.query, **dict(pairs)}.items()}


def decode_text(encoded: str) -> str:
    """Decode a text in base64; one that is not is returned as it came.

    A "+" that was not escaped has become a blank on the way, and padding may be missing.
    """
    compact = encoded.strip().replace(" ", "+").replace("\r", "").replace("\n", "")
    try:
        padded = compact + "=" * (-len(compact) % 4)
        return b64decode(padded, validate=True).decode()
    except ValueError:
        return encoded

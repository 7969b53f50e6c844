"""What the network answers to USSD codes, and how a modem writes it (3GPP TS 27.007 7.15)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Self

from . import alphabet
from .fields import flag, integer, mapping, number

# <dcs> as cell broadcast has it (3GPP TS 23.038 clause 5): the default alphabet, and UCS2.
DCS_GSM7, DCS_UCS2 = 15, 72
CR_SEPTET = b"\r"


class UssdStatus(IntEnum):
    """The <m> of +CUSD."""

    DONE = 0
    FURTHER_ACTION = 1
    TERMINATED = 2
    OTHER_CLIENT = 3
    NOT_SUPPORTED = 4
    TIME_OUT = 5


class UssdCoding(StrEnum):
    """How a modem writes the string of +CUSD."""

    PLAIN = "plain"  # in the character set of +CSCS
    PACKED = "packed"  # hex of packed septets
    UCS2 = "ucs2"  # hex of UCS2


@dataclass(frozen=True, slots=True)
class UssdAnswer:
    """What the network says to a code.

    `answers` make it a menu: what the user may answer, and what comes then. `delay` is in
    seconds; `silent` never comes. `before_ok` lets it come before the OK of the code.
    `time_out` is how many seconds a menu waits. `status`, `coding` and `dcs` are what follows
    from the content and the modem unless they are given; `lines` are written as they are
    instead of all that.
    """

    text: str = ""
    answers: Mapping[str, UssdAnswer] = field(default_factory=dict)
    status: UssdStatus | None = None
    delay: float = 0.0
    silent: bool = False
    before_ok: bool = False
    time_out: float | None = None
    coding: UssdCoding | None = None
    dcs: int | None = None
    lines: tuple[str, ...] = ()

    @property
    def shown_status(self) -> UssdStatus:
        """Return the <m> that is shown: a menu wants further action."""
        if self.status is not None:
            return self.status
        return UssdStatus.FURTHER_ACTION if self.answers else UssdStatus.DONE

    @property
    def open(self) -> bool:
        """Tell whether the session goes on."""
        return self.shown_status is UssdStatus.FURTHER_ACTION

    @classmethod
    def from_json(cls, values: object) -> Self:
        """Return an answer from its fields or its text; ValueError or TypeError if wrong."""
        if isinstance(values, str):
            return cls(values)
        body = mapping(values)
        if unknown := set(body) - set(cls.__dataclass_fields__):
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        lines = body.get("lines", [])
        if not isinstance(lines, list):
            raise TypeError("lines is no list")
        status, coding, dcs, time_out = (
            body.get(name) for name in ("status", "coding", "dcs", "time_out")
        )
        return cls(
            text=str(body.get("text", "")),
            answers={
                key: cls.from_json(value) for key, value in mapping(body.get("answers", {})).items()
            },
            status=None if status is None else UssdStatus(integer(body, "status")),
            delay=number(body, "delay", 0.0),
            silent=flag(body, "silent"),
            before_ok=flag(body, "before_ok"),
            time_out=None if time_out is None else number(body, "time_out"),
            coding=None if coding is None else UssdCoding(str(coding)),
            dcs=None if dcs is None else integer(body, "dcs"),
            lines=tuple(str(line) for line in lines),
        )


def render(answer: UssdAnswer, *, packed: bool, character_set: str) -> list[str]:
    """Return the unsolicited lines of an answer, as the modem writes strings."""
    if answer.lines:
        return list(answer.lines)
    head = f"+CUSD: {answer.shown_status.value}"
    if not answer.text:
        return [head]
    coding = answer.coding or _coding(answer.text, packed=packed, character_set=character_set)
    dcs = answer.dcs
    if dcs is None:
        # Under +CSCS="UCS2" a Quectel M35 was captured with <dcs> 15 beside UCS2.
        dcs = DCS_GSM7 if alphabet.is_gsm7(answer.text) else DCS_UCS2
    return [f'{head},"{_string(answer.text, coding, character_set)}",{dcs}']


def decode_code(string: str, *, packed: bool) -> str:
    """Return the code that a host gave; ValueError when it is not what the modem takes."""
    if not packed:
        return string
    octets = bytes.fromhex(string)
    count = len(octets) * 8 // 7
    text = alphabet.decode(alphabet.unpack(octets, count)).rstrip("\r")
    # Seven spare bits read as one more character, the "@" of the code 0.
    return text[:-1] if count % 8 == 0 and text.endswith("@") else text


def pack(text: str) -> str:
    """Return a text as hex of packed septets, padded as TS 23.038 clause 6.1.2.3.1 has it."""
    septets = alphabet.encode(text)
    if len(septets) % 8 == 7 or (len(septets) % 8 == 0 and septets.endswith(CR_SEPTET)):
        septets += CR_SEPTET
    return alphabet.pack(septets).hex().upper()


def _coding(text: str, *, packed: bool, character_set: str) -> UssdCoding:
    """Return how a modem writes a text by itself."""
    if not alphabet.is_gsm7(text):
        return UssdCoding.UCS2
    if packed:
        return UssdCoding.PACKED
    return UssdCoding.UCS2 if character_set == "UCS2" else UssdCoding.PLAIN


def _string(text: str, coding: UssdCoding, character_set: str) -> str:
    """Return the string of +CUSD; under +CSCS="GSM" its characters are the alphabet's codes."""
    match coding:
        case UssdCoding.PACKED:
            return pack(text)
        case UssdCoding.UCS2:
            return text.encode("utf-16-be").hex().upper()
    if character_set == "GSM" and alphabet.is_gsm7(text):
        return alphabet.encode(text).decode("latin-1")
    return text

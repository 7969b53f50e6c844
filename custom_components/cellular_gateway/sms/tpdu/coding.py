"""The data coding scheme of a message (3GPP TS 23.038 clause 4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Alphabet(StrEnum):
    """How the user data holds its text."""

    GSM7 = "gsm7"
    DATA8 = "data8"
    UCS2 = "ucs2"


class WaitingKind(StrEnum):
    """What is waiting (bits 1 and 0 of a message waiting indication)."""

    VOICEMAIL = "voicemail"
    FAX = "fax"
    EMAIL = "email"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WaitingIndication:
    """A message waiting indication: whether something waits, and whether to keep the message."""

    kind: WaitingKind
    active: bool
    store: bool


@dataclass(frozen=True, slots=True)
class DataCoding:
    """A TP-DCS octet and what it says; message class 0 is a flash message."""

    octet: int
    alphabet: Alphabet
    message_class: int | None = None
    compressed: bool = False
    automatic_deletion: bool = False
    waiting: WaitingIndication | None = None

    @classmethod
    def from_octet(cls, octet: int) -> DataCoding:
        """Return the coding of an octet (0 to 255); every octet has one."""
        return _CODINGS[octet]

    @classmethod
    def build(cls, alphabet: Alphabet, message_class: int | None = None) -> DataCoding:
        """Return the coding of the general group for an alphabet and a class (0 to 3)."""
        octet = _ALPHABETS.index(alphabet) << 2
        return cls.from_octet(octet if message_class is None else octet | 0x10 | message_class)

    @property
    def has_text(self) -> bool:
        """Tell whether the user data is a text that can be read (compressed ones cannot)."""
        return self.alphabet is not Alphabet.DATA8 and not self.compressed


# A receiver takes reserved codings for the default alphabet (TS 23.038 clause 4).
_ALPHABETS: Final = (Alphabet.GSM7, Alphabet.DATA8, Alphabet.UCS2, Alphabet.GSM7)
_WAITING_KINDS: Final = tuple(WaitingKind)


def _general(octet: int) -> DataCoding:
    """Return a coding of the groups 00xx and 01xx."""
    return DataCoding(
        octet,
        _ALPHABETS[octet >> 2 & 3],
        message_class=octet & 3 if octet & 0x10 else None,
        compressed=bool(octet & 0x20),
        automatic_deletion=bool(octet & 0x40),
    )


def _waiting(octet: int) -> DataCoding:
    """Return a coding of the groups 1100, 1101 and 1110."""
    group = octet >> 4
    indication = WaitingIndication(
        _WAITING_KINDS[octet & 3], active=bool(octet & 8), store=group != 0b1100
    )
    alphabet = Alphabet.UCS2 if group == 0b1110 else Alphabet.GSM7
    return DataCoding(octet, alphabet, waiting=indication)


def _coding(octet: int) -> DataCoding:
    """Return what an octet says."""
    if octet < 0x80:
        return _general(octet)
    if octet < 0xC0:
        return DataCoding(octet, Alphabet.GSM7)
    if octet < 0xF0:
        return _waiting(octet)
    alphabet = Alphabet.DATA8 if octet & 4 else Alphabet.GSM7
    return DataCoding(octet, alphabet, message_class=octet & 3)


_CODINGS: Final = tuple(map(_coding, range(256)))

"""Puts other values in place of a person's: of the same length and look, the same for the same.

Which value became which cannot be found out from the result: it depends on a random key that is
thrown away.
"""

from collections.abc import Callable
import hashlib
import re
import secrets
from typing import Final

_RUN: Final = re.compile(r"\d+")
_NUMBER: Final = re.compile(r"\+?[\d*#]+")
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]+")
# Latin letters, digits and signs that a modem wrote as UCS-2 in hexadecimal.
_UCS2: Final = re.compile(r"(?:00[0-9A-Fa-f]{2}){2,}")
# The digits of a number in ASCII, in hexadecimal; the same form as `+CSCA` has under UCS2.
_ASCII: Final = re.compile(r"(?:2[Bb])?(?:3\d){7,}")

# None of these is a hexadecimal digit, so that a text never looks like a PDU or a number.
_LETTERS: Final = "ghijklmnopqrstuvwxyz"

# Shorter values occur by chance, so that finding one proves nothing.
_TELLING: Final = 6


def swapped(digits: str) -> str:
    """Swap the digits of each octet, as semi-octets are stored (TS 23.040 clause 9.1.2.3)."""
    even = digits if len(digits) % 2 == 0 else f"{digits}F"
    return "".join(even[at + 1] + even[at] for at in range(0, len(even), 2))


def check_digit(digits: str) -> int:
    """Return what makes an IMEI of 14 digits right (TS 23.003 annex B)."""
    doubled = (int(digit) * 2 for digit in digits[-1::-2])
    total = sum(map(int, digits[-2::-2])) + sum(value // 10 + value % 10 for value in doubled)
    return -total % 10


class Disguise:
    """Remembers what it has put in place of what."""

    def __init__(self) -> None:
        """Start with a key of its own."""
        self._key = secrets.token_bytes(32)
        self._fakes: dict[tuple[str, str], str] = {}

    @property
    def telling(self) -> tuple[str, ...]:
        """The numbers that were replaced and would tell who it was, if one was left."""
        return tuple(value for _, value in self._fakes if len(value) >= _TELLING)

    def known(self, text: str) -> str:
        """Replace what was replaced elsewhere."""
        for (_, value), fake in self._fakes.items():
            if len(value) >= _TELLING:
                text = text.replace(value, fake)
        return text

    def random(self, value: str, count: int, turn: int = 0) -> bytes:
        """Return octets that the value has and no other."""
        material = self._key + f"{turn}\0{value}".encode("utf-8", "surrogatepass")
        return hashlib.shake_256(material).digest(count)

    def _instead(self, kind: str, value: str, make: Callable[[bytes], str]) -> str:
        """Put another value of a kind in place of one, made of octets that only it has."""
        turn = 0
        while (kind, value) not in self._fakes:
            fake = make(self.random(value, 2 * len(value), turn))
            if fake != value:
                self._fakes[kind, value] = fake
            turn += 1
        return self._fakes[kind, value]

    def digits(self, digits: str) -> str:
        """Replace a number in digits; an IMEI stays one, and so does an ICCID."""
        zeros = len(digits) - len(digits.lstrip("0"))
        if len(digits) < 3 or zeros == len(digits):
            return digits

        def make(octets: bytes) -> str:
            rest = "".join(str(octet % 10) for octet in octets[zeros + 1 : len(digits)])
            fake = digits[:zeros] + str(octets[0] % 9 + 1) + rest
            if len(digits) >= 18 and digits.startswith("89"):
                return f"89{fake[2:]}"
            if len(digits) == 15 and check_digit(digits[:14]) == int(digits[14]):
                return f"{fake[:14]}{check_digit(fake[:14])}"
            return fake

        return self._instead("digits", digits, make)

    def hexadecimal(self, text: str) -> str:
        """Replace a number in hexadecimal digits, in the letters' case that it has."""

        def make(octets: bytes) -> str:
            return octets.hex().upper()[: len(text)]

        fake = self._instead("hexadecimal", text.upper(), make)
        return fake if text == text.upper() else fake.lower()

    def cell(self, text: str) -> str:
        """Replace an area or cell in hexadecimal; what says that there is none stays."""
        value = text.upper().lstrip("0")
        if not value or set(value) == {"F"}:
            return text

        def make(octets: bytes) -> str:
            first = "123456789ABCDE"[octets[-1] % 14]
            return first + octets.hex().upper()[: len(value) - 1]

        fake = self._instead("cell", value, make).rjust(len(text), "0")
        return fake if text == text.upper() else fake.lower()

    def letters(self, text: str) -> str:
        """Replace a text by small letters."""
        octets = self.random(text, len(text))
        return "".join(_LETTERS[octet % len(_LETTERS)] for octet in octets)

    def serial(self, text: str) -> str:
        """Replace a serial number, of which letters stay letters and signs stay."""
        if text.isdigit():
            return self.digits(text)

        def make(octets: bytes) -> str:
            return "".join(map(_of_class, text, octets))

        return self._instead("serial", text, make)

    def token(self, text: str) -> str:
        """Replace what stands alone or in quotes: a number, however it is written, or a text."""
        if (plain := _unswapped_iccid(text)) is not None:
            return swapped(self.digits(plain))[: len(text)]
        if _NUMBER.fullmatch(text):
            return self.numbers(text)
        if _UCS2.fullmatch(text):
            fake = self.token(bytes.fromhex(text).decode("utf-16-be"))
            return _in_case_of(text, fake.encode("utf-16-be").hex())
        if _ASCII.fullmatch(text):
            fake = self.numbers(bytes.fromhex(text).decode())
            return _in_case_of(text, fake.encode().hex())
        if text.upper().startswith("89") and text[:-1].isdigit() and text[-1] in "Ff":
            return self.digits(text[:-1]) + text[-1]
        if _HEXADECIMAL.fullmatch(text) and _RUN.search(text):
            return self.hexadecimal(text)
        return self.letters(text)

    def numbers(self, text: str) -> str:
        """Replace the digits in a text."""
        return _RUN.sub(lambda match: self.digits(match[0]), text)


def _of_class(character: str, octet: int) -> str:
    """Return another digit for a digit, another letter for a letter."""
    if character.isdigit():
        return str(octet % 10)
    if not character.isalpha():
        return character
    letter = _LETTERS[octet % len(_LETTERS)]
    return letter.upper() if character.isupper() else letter


def _unswapped_iccid(text: str) -> str | None:
    """Return the digits of an ICCID whose digits are swapped (TS 102 221 clause 13.2)."""
    if not re.fullmatch(r"98[0-9A-Fa-f]{16,18}", text) or len(text) % 2:
        return None
    plain = swapped(text.upper()).rstrip("F")
    return plain if plain.isdigit() and len(plain) >= 18 else None


def _in_case_of(text: str, fake: str) -> str:
    """Write hexadecimal digits as another text has them."""
    return fake.upper() if text == text.upper() else fake

"""The user data header (3GPP TS 23.040 clause 9.2.3.24)."""

from dataclasses import dataclass
from enum import IntEnum

from ..errors import MessageError, MessageErrorReason


class ElementIdentifier(IntEnum):
    """The information elements that are read and written here; others are kept as they are."""

    CONCATENATION = 0x00
    PORTS_8_BIT = 0x04
    PORTS_16_BIT = 0x05
    CONCATENATION_16_BIT = 0x08
    NATIONAL_SINGLE_SHIFT = 0x24
    NATIONAL_LOCKING_SHIFT = 0x25


@dataclass(frozen=True, slots=True)
class InformationElement:
    """One information element: identifier (0 to 255) and data."""

    identifier: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Concatenation:
    """Part `number` (from 1) of `total`; `wide` tells a 16-bit reference from an 8-bit one."""

    reference: int
    total: int
    number: int
    wide: bool = False

    def element(self) -> InformationElement:
        """Return the information element; raises MessageError (invalid_reference)."""
        limit = 0xFFFF if self.wide else 0xFF
        if not (0 <= self.reference <= limit and 1 <= self.number <= self.total <= 255):
            raise MessageError(MessageErrorReason.INVALID_REFERENCE, "out of range")
        reference = self.reference.to_bytes(2 if self.wide else 1)
        identifier = (
            ElementIdentifier.CONCATENATION_16_BIT if self.wide else ElementIdentifier.CONCATENATION
        )
        return InformationElement(identifier, reference + bytes((self.total, self.number)))


@dataclass(frozen=True, slots=True)
class Ports:
    """Application ports, 0 to 65535; those below 256 take the 8-bit form unless `wide`."""

    destination: int
    source: int = 0
    wide: bool = False

    def element(self) -> InformationElement:
        """Return the information element; raises MessageError (invalid_reference)."""
        highest = max(self.destination, self.source)
        if min(self.destination, self.source) < 0 or highest > 0xFFFF:
            raise MessageError(MessageErrorReason.INVALID_REFERENCE, "port out of range")
        wide = self.wide or highest > 0xFF
        octets = 2 if wide else 1
        return InformationElement(
            ElementIdentifier.PORTS_16_BIT if wide else ElementIdentifier.PORTS_8_BIT,
            self.destination.to_bytes(octets) + self.source.to_bytes(octets),
        )


@dataclass(frozen=True, slots=True)
class UserDataHeader:
    """The information elements of a message, in their order; of repeated ones the last counts."""

    elements: tuple[InformationElement, ...] = ()

    @property
    def concatenation(self) -> Concatenation | None:
        """Return which part of which message this is; impossible values are ignored."""
        for element in reversed(self.elements):
            data = element.data
            if element.identifier == ElementIdentifier.CONCATENATION and len(data) == 3:
                found = Concatenation(data[0], data[1], data[2])
            elif element.identifier == ElementIdentifier.CONCATENATION_16_BIT and len(data) == 4:
                found = Concatenation(data[0] << 8 | data[1], data[2], data[3], wide=True)
            else:
                continue
            if 1 <= found.number <= found.total:
                return found
        return None

    @property
    def ports(self) -> Ports | None:
        """Return the application ports."""
        for element in reversed(self.elements):
            data = element.data
            if element.identifier == ElementIdentifier.PORTS_8_BIT and len(data) == 2:
                return Ports(data[0], data[1])
            if element.identifier == ElementIdentifier.PORTS_16_BIT and len(data) == 4:
                return Ports(data[0] << 8 | data[1], data[2] << 8 | data[3], wide=True)
        return None

    @property
    def national_shifts(self) -> tuple[int, int]:
        """Return the language identifiers of the locking and the single shift table."""
        locking = single = 0
        for element in self.elements:
            if len(element.data) == 1:
                if element.identifier == ElementIdentifier.NATIONAL_LOCKING_SHIFT:
                    locking = element.data[0]
                elif element.identifier == ElementIdentifier.NATIONAL_SINGLE_SHIFT:
                    single = element.data[0]
        return locking, single

    def encode(self) -> bytes:
        """Return the header with its length octet; raises MessageError (message_too_long)."""
        octets = b"".join(
            bytes((element.identifier, len(element.data))) + element.data
            for element in self.elements
        )
        if len(octets) >= 140:
            raise MessageError(MessageErrorReason.MESSAGE_TOO_LONG, "header fills the message")
        return bytes((len(octets),)) + octets


def decode_header(octets: bytes) -> UserDataHeader:
    """Return the header of octets (without the length octet).

    Where the elements do not fill the header exactly, it is ignored as a whole
    (TS 23.040 clause 9.2.3.24).
    """
    elements = []
    position = 0
    while position + 2 <= len(octets):
        end = position + 2 + octets[position + 1]
        elements.append(InformationElement(octets[position], octets[position + 2 : end]))
        position = end
    return UserDataHeader(tuple(elements)) if position == len(octets) else UserDataHeader()

"""PDUs: header, bind, short message and optional parameters (SMPP 3.4 clauses 3.2, 4 and 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import struct
from typing import Final, NamedTuple

from .commands import INTERFACE_VERSION, RESPONSE, Command, Tag
from .status import INVALID_COMMAND_LENGTH, OK

HEADER_OCTETS: Final = 16
# A message_payload has at most 64 KiB; nothing that is longer with it is a PDU.
MAX_OCTETS: Final = 0x10000 + 0x1000
# A password longer than the specification has is common; what is not a text at all is not taken.
_MAX_TEXT: Final = 256
_MAX_SHORT_MESSAGE: Final = 254

_HEADER: Final = struct.Struct(">IIII")
_PARAMETER: Final = struct.Struct(">HH")


class PduError(ValueError):
    """What came is no PDU; `status` is what to answer. It holds nothing of what came."""

    def __init__(self, detail: str, status: int = INVALID_COMMAND_LENGTH) -> None:
        """Say in words what is wrong."""
        super().__init__(detail)
        self.status = status


class Header(NamedTuple):
    """The header of a PDU; `length` counts all of its octets."""

    length: int
    command: int
    status: int
    sequence: int


def decode_header(octets: bytes) -> Header:
    """Return the header in 16 octets; raises PduError for a length that no PDU has."""
    header = Header(*_HEADER.unpack(octets))
    if not HEADER_OCTETS <= header.length <= MAX_OCTETS:
        raise PduError("impossible length")
    return header


@dataclass(frozen=True, slots=True)
class Pdu:
    """One PDU; the body may hold a text or a password."""

    command: int
    sequence: int
    status: int = OK
    body: bytes = field(default=b"", repr=False)

    @property
    def is_response(self) -> bool:
        """Whether it answers a request, as generic_nack does too."""
        return bool(self.command & RESPONSE)

    def encode(self) -> bytes:
        """Return the octets."""
        length = HEADER_OCTETS + len(self.body)
        return _HEADER.pack(length, self.command, self.status, self.sequence) + self.body


class Reader:
    """Takes the fields of a body one after the other; raises PduError where they end too early."""

    def __init__(self, body: bytes) -> None:
        """Begin at the first field."""
        self._body = body
        self._position = 0

    def octet(self) -> int:
        """Take an integer of one octet."""
        return self.octets(1)[0]

    def octets(self, count: int) -> bytes:
        """Take so many octets."""
        end = self._position + count
        if end > len(self._body):
            raise PduError("shorter than its fields")
        octets = self._body[self._position : end]
        self._position = end
        return octets

    def text(self) -> str:
        """Take a C-octet string; one that never ends is none."""
        end = self._body.find(0, self._position, self._position + _MAX_TEXT)
        if end < 0:
            raise PduError("a text without its end")
        octets = self.octets(end - self._position)
        self._position += 1
        return octets.decode("latin-1")

    def parameters(self) -> dict[int, bytes]:
        """Take the optional parameters; some service centres leave an octet over at the end."""
        found: dict[int, bytes] = {}
        while self._position + _PARAMETER.size <= len(self._body):
            tag, length = _PARAMETER.unpack_from(self._body, self._position)
            start = self._position + _PARAMETER.size
            if start + length > len(self._body):
                break
            found[tag] = self._body[start : start + length]
            self._position = start + length
        return found


def c_octets(text: str) -> bytes:
    """Return a C-octet string; an octet that would end it early is left out.

    The specification has ASCII here, service centres have more. Raises UnicodeEncodeError.
    """
    return text.replace("\0", "").encode("latin-1") + b"\0"


def encode_parameters(parameters: Mapping[int, bytes]) -> bytes:
    """Return optional parameters."""
    return b"".join(_PARAMETER.pack(tag, len(value)) + value for tag, value in parameters.items())


@dataclass(frozen=True, slots=True)
class Address:
    """A number as SMPP has it: without "+", with its type and numbering plan (one octet each)."""

    number: str = field(default="", repr=False)
    ton: int = 0
    npi: int = 0

    def encode(self) -> bytes:
        """Return type of number, numbering plan and number."""
        return bytes((self.ton, self.npi)) + c_octets(self.number)


def _take_address(reader: Reader) -> Address:
    """Take type of number, numbering plan and number."""
    ton, npi = reader.octet(), reader.octet()
    return Address(reader.text(), ton, npi)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortMessage:
    """The body of submit_sm and deliver_sm (clauses 4.4.1 and 4.6.1), and what data_sm has of it.

    `data` is what is in short_message or, where that cannot hold it, in message_payload.
    """

    source: Address = Address()
    destination: Address = Address()
    service_type: str = ""
    esm_class: int = 0
    protocol_id: int = 0
    priority: int = 0
    validity: str = ""
    registered_delivery: int = 0
    data_coding: int = 0
    data: bytes = field(default=b"", repr=False)
    parameters: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def encode(self, *, payload: bool = False) -> bytes:
        """Return the body of a submit_sm, with the data as message_payload if that is wanted."""
        payload = payload or len(self.data) > _MAX_SHORT_MESSAGE
        short = b"" if payload else self.data
        parameters = dict(self.parameters)
        if payload:
            parameters[Tag.MESSAGE_PAYLOAD] = self.data
        return (
            c_octets(self.service_type)
            + self.source.encode()
            + self.destination.encode()
            + bytes((self.esm_class, self.protocol_id, self.priority))
            + c_octets("")
            + c_octets(self.validity)
            + bytes((self.registered_delivery, 0, self.data_coding, 0, len(short)))
            + short
            + encode_parameters(parameters)
        )


def decode_short_message(body: bytes) -> ShortMessage:
    """Return the body of a submit_sm or deliver_sm; raises PduError."""
    reader = Reader(body)
    service_type = reader.text()
    source, destination = _take_address(reader), _take_address(reader)
    esm_class, protocol_id, priority = reader.octet(), reader.octet(), reader.octet()
    reader.text()
    validity = reader.text()
    registered_delivery, _, data_coding, _ = reader.octets(4)
    short = reader.octets(reader.octet())
    parameters = reader.parameters()
    return ShortMessage(
        source=source,
        destination=destination,
        service_type=service_type,
        esm_class=esm_class,
        protocol_id=protocol_id,
        priority=priority,
        validity=validity,
        registered_delivery=registered_delivery,
        data_coding=data_coding,
        data=short or parameters.pop(Tag.MESSAGE_PAYLOAD, b""),
        parameters=parameters,
    )


def decode_data_sm(body: bytes) -> ShortMessage:
    """Return the body of a data_sm (clause 4.7.1), which some deliver by; raises PduError."""
    reader = Reader(body)
    service_type = reader.text()
    source, destination = _take_address(reader), _take_address(reader)
    esm_class, registered_delivery, data_coding = reader.octets(3)
    parameters = reader.parameters()
    return ShortMessage(
        source=source,
        destination=destination,
        service_type=service_type,
        esm_class=esm_class,
        registered_delivery=registered_delivery,
        data_coding=data_coding,
        data=parameters.pop(Tag.MESSAGE_PAYLOAD, b""),
        parameters=parameters,
    )


def encode_bind(system_id: str, password: str, system_type: str, served: Address) -> bytes:
    """Return the body of a bind (clause 4.1); `served` is the address range."""
    return (
        c_octets(system_id)
        + c_octets(password)
        + c_octets(system_type)
        + bytes((INTERFACE_VERSION,))
        + served.encode()
    )


def decode_bind_response(body: bytes) -> tuple[str, int | None]:
    """Return the service centre's name and the version it speaks; what is missing is not told."""
    reader = Reader(body)
    try:
        name = reader.text()
    except PduError:
        return "", None
    version = reader.parameters().get(Tag.INTERFACE_VERSION)
    return name, version[0] if version else None


def decode_message_id(body: bytes) -> str | None:
    """Return what a submit_sm_resp calls the message, None where it has no name."""
    try:
        return Reader(body).text().strip() or None
    except PduError:
        return None


def response_to(request: Pdu, status: int = OK) -> Pdu:
    """Return what answers a request; deliver_sm and data_sm are answered with an empty name."""
    named = request.command in (Command.DELIVER_SM, Command.DATA_SM)
    return Pdu(request.command | RESPONSE, request.sequence, status, b"\0" if named else b"")

"""PDUs as a service centre reads and writes them (SMPP 3.4 clauses 3 to 5)."""

import asyncio
from dataclasses import dataclass, field

BIND_RECEIVER = 0x01
BIND_TRANSMITTER = 0x02
QUERY_SM = 0x03
SUBMIT_SM = 0x04
DELIVER_SM = 0x05
UNBIND = 0x06
BIND_TRANSCEIVER = 0x09
ENQUIRE_LINK = 0x15
DATA_SM = 0x103
RESPONSE = 0x80000000
GENERIC_NACK = 0x80000000

NAMES = {
    BIND_RECEIVER: "BIND_RECEIVER",
    BIND_TRANSMITTER: "BIND_TRANSMITTER",
    QUERY_SM: "QUERY_SM",
    SUBMIT_SM: "SUBMIT_SM",
    DELIVER_SM: "DELIVER_SM",
    UNBIND: "UNBIND",
    BIND_TRANSCEIVER: "BIND_TRANSCEIVER",
    ENQUIRE_LINK: "ENQUIRE_LINK",
    DATA_SM: "DATA_SM",
}

# command_status (clause 5.1.3).
OK = 0x00
BAD_LENGTH = 0x02
UNKNOWN_COMMAND = 0x03
WRONG_STATE = 0x04
ALREADY_BOUND = 0x05
SYSTEM_ERROR = 0x08
BAD_SOURCE = 0x0A
BAD_DESTINATION = 0x0B
BIND_FAILED = 0x0D
BAD_PASSWORD = 0x0E
BAD_SYSTEM_ID = 0x0F
SUBMIT_FAILED = 0x45
THROTTLED = 0x58

# Optional parameters (clause 5.3.2).
DESTINATION_SUBUNIT = 0x0005
RECEIPTED_MESSAGE_ID = 0x001E
SAR_REFERENCE = 0x020C
SAR_TOTAL = 0x020E
SAR_NUMBER = 0x020F
INTERFACE_VERSION = 0x0210
PAYLOAD = 0x0424
MESSAGE_STATE = 0x0427

# esm_class (clause 5.2.12).
RECEIPT = 0x04
HEADER = 0x40

_LONGEST = 70_000


class WireError(ValueError):
    """What a customer sent cannot be read; `status` is the answer to it."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(f"status 0x{status:02X}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Frame:
    """One PDU: command_id, command_status, sequence_number and body."""

    command: int
    status: int
    number: int
    body: bytes = b""

    @property
    def name(self) -> str:
        """Return the name of its command, with _RESP for a response."""
        plain = NAMES.get(self.command & ~RESPONSE, f"0x{self.command:X}")
        return f"{plain}_RESP" if self.command & RESPONSE else plain

    def octets(self) -> bytes:
        """Return the octets, command_length first."""
        head = (16 + len(self.body), self.command, self.status, self.number)
        return b"".join(value.to_bytes(4) for value in head) + self.body


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """Read one PDU; WireError for an impossible length, IncompleteReadError at the end."""
    head = await reader.readexactly(16)
    length, command, status, number = (
        int.from_bytes(head[start : start + 4]) for start in range(0, 16, 4)
    )
    if not 16 <= length <= _LONGEST:
        raise WireError(BAD_LENGTH)
    return Frame(command, status, number, await reader.readexactly(length - 16))


class Fields:
    """Takes the fields off a body in order; WireError when there are too few octets."""

    def __init__(self, body: bytes) -> None:
        """Start at the first field."""
        self._rest = body

    def octets(self, count: int) -> bytes:
        """Return the next octets."""
        if count > len(self._rest):
            raise WireError(BAD_LENGTH)
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def number(self) -> int:
        """Return an integer of one octet."""
        return self.octets(1)[0]

    def string(self, longest: int) -> str:
        """Return a C-octet string of at most so many octets, NULL included."""
        value, null, rest = self._rest.partition(b"\0")
        if not null or len(value) >= longest:
            raise WireError(BAD_LENGTH)
        self._rest = rest
        return value.decode("latin-1")

    def options(self) -> dict[int, bytes]:
        """Return the optional parameters that make up the rest."""
        found: dict[int, bytes] = {}
        while self._rest:
            tag = int.from_bytes(self.octets(2))
            found[tag] = self.octets(int.from_bytes(self.octets(2)))
        return found


def string(value: str) -> bytes:
    """Return a C-octet string."""
    return value.encode("latin-1") + b"\0"


def options_octets(options: dict[int, bytes]) -> bytes:
    """Return optional parameters."""
    return b"".join(
        tag.to_bytes(2) + len(value).to_bytes(2) + value for tag, value in options.items()
    )


@dataclass(frozen=True, slots=True)
class Bind:
    """The body of a bind (clause 4.1); name and password may be longer than its 15 and 8."""

    system_id: str
    password: str
    system_type: str
    version: int
    ton: int
    npi: int
    address_range: str

    @classmethod
    def read(cls, body: bytes) -> Bind:
        """Read a body; WireError."""
        fields = Fields(body)
        names = (fields.string(65), fields.string(65), fields.string(13))
        numbers = (fields.number(), fields.number(), fields.number())
        return cls(*names, *numbers, fields.string(41))


@dataclass(frozen=True, slots=True)
class Message:
    """The body of a submit_sm or deliver_sm (clauses 4.4.1 and 4.6.1)."""

    source: str = ""
    destination: str = ""
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 0
    destination_npi: int = 0
    service_type: str = ""
    esm_class: int = 0
    protocol_id: int = 0
    priority: int = 0
    schedule: str = ""
    validity: str = ""
    registered_delivery: int = 0
    data_coding: int = 0
    octets: bytes = b""
    options: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, body: bytes) -> Message:
        """Read a body; WireError."""
        fields = Fields(body)
        service_type = fields.string(6)
        source_ton, source_npi, source = fields.number(), fields.number(), fields.string(21)
        ton, npi, destination = fields.number(), fields.number(), fields.string(21)
        esm_class, protocol_id, priority = fields.octets(3)
        schedule, validity = fields.string(17), fields.string(17)
        registered_delivery, _replace, data_coding, _default = fields.octets(4)
        return cls(
            source,
            destination,
            source_ton,
            source_npi,
            ton,
            npi,
            service_type,
            esm_class,
            protocol_id,
            priority,
            schedule,
            validity,
            registered_delivery,
            data_coding,
            fields.octets(fields.number()),
            fields.options(),
        )

    def body(self) -> bytes:
        """Return the body."""
        return (
            string(self.service_type)
            + bytes([self.source_ton, self.source_npi])
            + string(self.source)
            + bytes([self.destination_ton, self.destination_npi])
            + string(self.destination)
            + bytes([self.esm_class, self.protocol_id, self.priority])
            + string(self.schedule)
            + string(self.validity)
            + bytes([self.registered_delivery, 0, self.data_coding, 0, len(self.octets)])
            + self.octets
            + options_octets(self.options)
        )

    @property
    def content(self) -> bytes:
        """Return the user data, be it in short_message or in message_payload."""
        return self.octets or self.options.get(PAYLOAD, b"")


def number_of(address: str, ton: int) -> str:
    """Return an address in the form of the network: "+" before an international number."""
    return f"+{address}" if ton == 1 and not address.startswith("+") else address


def address_of(number: str) -> tuple[str, int, int]:
    """Return an address with type of number and numbering plan (clauses 5.2.5 and 5.2.6)."""
    if number.startswith("+"):
        return number[1:], 1, 1
    if number.isdigit():
        return number, 0, 1
    return number, 5, 0

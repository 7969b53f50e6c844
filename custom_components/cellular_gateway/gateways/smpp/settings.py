"""What a person decides about an SMPP account, and its clocks."""

from collections.abc import Awaitable, Callable, Mapping
import contextlib
from dataclasses import dataclass, field
from enum import StrEnum
import ssl
from typing import Final

from ...sms.errors import MessageError
from ...sms.numbers import NumberKind, normalize_number, normalize_sender, number_kind, sender_name
from ..source_address import SourceAddressType, source_address_type
from .codec.commands import Command, NumberingPlan, TypeOfNumber
from .codec.pdu import Address
from .codec.receipts import ReceiptIds
from .codec.text import DefaultAlphabet

# The account has no radios that could be told apart.
PORT: Final = "1"

# SMPP has no port of its own that everybody keeps to; this one is registered with IANA.
DEFAULT_PORT: Final = 2775

# How many messages may wait for their response.
WINDOW: Final = 10

# Every character differs between the alphabets that a data_coding of 0 may mean, and is in all.
TEST_TEXT: Final = "Test: @ £ $ _ Ä ö ñ é { }"

# Makes the context in a thread, since loading certificates blocks.
type TlsContext = Callable[[], Awaitable[ssl.SSLContext]]


class BindMode(StrEnum):
    """What a session is for (SMPP 3.4 clause 2.1): both directions, or one of them."""

    TRANSCEIVER = "transceiver"
    TRANSMITTER = "transmitter"
    RECEIVER = "receiver"

    @property
    def command(self) -> Command:
        """The request that opens the session."""
        return Command[f"BIND_{self.name}"]

    @property
    def sends(self) -> bool:
        """Whether texts can be sent."""
        return self is not BindMode.RECEIVER

    @property
    def receives(self) -> bool:
        """Whether texts and delivery receipts come in."""
        return self is not BindMode.TRANSMITTER


class LongText(StrEnum):
    """How a text that needs several parts is sent.

    `udh` puts the header of TS 23.040 in front of each part, `sar` tells the same by optional
    parameters, and `payload` leaves the cutting to the service centre.
    """

    UDH = "udh"
    SAR = "sar"
    PAYLOAD = "payload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How long is waited, and how often things are done, in seconds.

    `keepalive`: after so much silence the service centre is asked whether it lives. `throttled`:
    between the tries of a message that the service centre did not take because it came too fast.
    `redelivery`: within how much time after a lost link a message that comes again is taken for
    the one whose acknowledgement may have been lost. `patience`: how long a service centre surely
    waits for an acknowledgement. `repeating`: within how much time after it has read one that
    came later than that it may still repeat the message. `state`: between two states that are told.
    """

    opening: float = 10.0
    bind: float = 10.0
    response: float = 30.0
    keepalive: float = 30.0
    throttled: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0)
    redelivery: float = 300.0
    patience: float = 5.0
    repeating: float = 10.0
    closing: float = 5.0
    state: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmppSettings:
    """What a person decides.

    `source_address` is what recipients see: a number, a short code or a name of at most 11
    characters; without one the service centre puts its own. A type of number or numbering plan
    of None is chosen by the form of the number. `address_range` says for which of our numbers
    texts come in. `window` is how many messages may wait for their response (at least 1).
    `country` is ISO 3166-1 alpha-2, for senders without a country code.
    """

    host: str
    port: int = DEFAULT_PORT
    system_id: str = ""
    password: str = field(default="", repr=False)
    system_type: str = ""
    mode: BindMode = BindMode.TRANSCEIVER
    address_range: str = ""
    address_ton: TypeOfNumber = TypeOfNumber.UNKNOWN
    address_npi: NumberingPlan = NumberingPlan.UNKNOWN
    source_address: str | None = None
    source_ton: TypeOfNumber | None = None
    source_npi: NumberingPlan | None = None
    destination_ton: TypeOfNumber | None = None
    destination_npi: NumberingPlan | None = None
    service_type: str = ""
    default_alphabet: DefaultAlphabet = DefaultAlphabet.GSM7
    long_text: LongText = LongText.UDH
    receipt_ids: ReceiptIds = ReceiptIds.SAME
    window: int = WINDOW
    country: str | None = None
    clocks: Clocks = field(default_factory=Clocks)

    def source(self, number: str | None, kind: SourceAddressType | None) -> Address:
        """Return the address to send from: the one asked for, or else that of the settings.

        Raises MessageError (invalid_number) for what can be no sender.
        """
        if number:
            chosen = normalize_number(number, None)
            if kind is None:
                source_address_type(chosen)
                return address_of(chosen, None, None)
            is_name = kind is SourceAddressType.ALPHANUMERIC
            plan = NumberingPlan.UNKNOWN if is_name else NumberingPlan.ISDN
            return address_of(chosen, TypeOfNumber[kind.name], plan)
        if self.source_address:
            return address_of(self.source_address, self.source_ton, self.source_npi)
        return Address()

    def destination(self, number: str) -> Address:
        """Return the address to send to."""
        return address_of(number, self.destination_ton, self.destination_npi)

    def sender(self, address: Address) -> str:
        """Write who has sent something, as E.164 where that can be done.

        Many service centres leave the type of international numbers unknown; some call a number
        international that still has a prefix. What is a name by its type stays one.
        """
        number = address.number.strip()
        if address.ton == TypeOfNumber.ALPHANUMERIC or not number.isascii():
            return sender_name(number)
        is_international = address.ton == TypeOfNumber.INTERNATIONAL
        if is_international and number.isdecimal() and number[0] != "0":
            number = f"+{number}"
        if address.ton == TypeOfNumber.UNKNOWN and number.isdecimal() and number[0] != "0":
            with contextlib.suppress(MessageError):
                return normalize_number(int(number), self.country)
        return normalize_sender(number, self.country)


def address_of(number: str, ton: TypeOfNumber | None, npi: NumberingPlan | None) -> Address:
    """Return a number as SMPP has it, by its form where the types are not given."""
    kind = number_kind(number)
    form = _FORMS.get(kind, (TypeOfNumber.UNKNOWN, NumberingPlan.ISDN))
    return Address(
        number.removeprefix("+"), form[0] if ton is None else ton, form[1] if npi is None else npi
    )


_FORMS: Final = {
    NumberKind.INTERNATIONAL: (TypeOfNumber.INTERNATIONAL, NumberingPlan.ISDN),
    NumberKind.ALPHANUMERIC: (TypeOfNumber.ALPHANUMERIC, NumberingPlan.UNKNOWN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What a device that is an SMPP server itself is set to when it leaves the works."""

    port: int
    system_id: str
    password: str = field(repr=False)


# Teltonika's wiki, RUT240 Mobile Utilities, section SMPP.
PRESETS: Final[Mapping[str, Preset]] = {
    "teltonika_rut": Preset(port=7777, system_id="admin", password="admin01"),
}

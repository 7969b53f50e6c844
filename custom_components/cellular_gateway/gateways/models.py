"""What crosses the seam: frozen facts about gateways, ports and messages.

Who writes what to whom is left out of every `repr`, since Home Assistant logs the arguments of
whatever fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from ..sms.segments import EncodingPolicy
from ..sms.tpdu import Concatenation, DeliveryOutcome
from ..sms.ussd import UssdStatus
from .port_reports import (
    GatewayProblem,
    Period,
    PortStatus,
    SlotState,
    TrafficPeriod,
    Usage,
    UsageKind,
)
from .source_address import SourceAddressType

if TYPE_CHECKING:
    from .endpoints import EndpointState


class Registration(StrEnum):
    """Network registration, the values 0 to 10 of `+CREG` (3GPP TS 27.007 clause 7.2)."""

    NOT_REGISTERED = "not_registered"
    HOME = "home"
    SEARCHING = "searching"
    DENIED = "denied"
    UNKNOWN = "unknown"
    ROAMING = "roaming"
    SMS_ONLY_HOME = "sms_only_home"
    SMS_ONLY_ROAMING = "sms_only_roaming"
    EMERGENCY_ONLY = "emergency_only"
    CSFB_NOT_PREFERRED_HOME = "csfb_not_preferred_home"
    CSFB_NOT_PREFERRED_ROAMING = "csfb_not_preferred_roaming"

    @property
    def registered(self) -> bool:
        """Whether SMS can be sent and received."""
        return self in _HOME or self.roaming

    @property
    def roaming(self) -> bool:
        """Whether the serving network is not the home network."""
        return self in _ROAMING


_HOME = frozenset(
    {Registration.HOME, Registration.SMS_ONLY_HOME, Registration.CSFB_NOT_PREFERRED_HOME}
)
_ROAMING = frozenset(
    {
        Registration.ROAMING,
        Registration.SMS_ONLY_ROAMING,
        Registration.CSFB_NOT_PREFERRED_ROAMING,
    }
)


class SimState(StrEnum):
    """What the SIM of a port waits for (3GPP TS 27.007 clause 8.3, `+CPIN`)."""

    READY = "ready"
    MISSING = "missing"
    PIN_REQUIRED = "pin_required"
    PUK_REQUIRED = "puk_required"
    PIN2_REQUIRED = "pin2_required"
    PUK2_REQUIRED = "puk2_required"
    LOCKED = "locked"
    BUSY = "busy"
    FAILURE = "failure"


class AccessTechnology(StrEnum):
    """The access technology in use, the `<AcT>` of TS 27.007 clause 7.3."""

    GSM = "gsm"
    GSM_COMPACT = "gsm_compact"
    UTRAN = "utran"
    EGPRS = "egprs"
    HSDPA = "hsdpa"
    HSUPA = "hsupa"
    HSPA = "hspa"
    LTE = "lte"
    EC_GSM_IOT = "ec_gsm_iot"
    NB_IOT = "nb_iot"
    LTE_5GC = "lte_5gc"
    NR_5GC = "nr_5gc"
    NG_RAN = "ng_ran"
    EN_DC = "en_dc"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortState:
    """One port as it is now; None is "not known".

    `signal` and `rsrp` are in dBm, `rsrq` in dB; `operator_code` is MCC and MNC in digits;
    `network_time_offset` is how many seconds the network's clock is ahead of ours; `area_code` (LAC
    or TAC) and `cell_id` are hexadecimal as the network gives them. `balance` is in the currency
    of the SIM, `traffic` in MB. `active_slot` counts from 1; `remote_sim` names a SIM in a pool
    elsewhere that the port uses instead. `slots` are all SIMs of the port, the active one too.
    `sinr` is in dB, `temperature` that of the radio module in °C; `data_sent` and `data_received`
    are the octets that the port has moved. `queue_length` counts the parts of texts that wait to
    be sent or to be answered.
    """

    key: str
    sim_state: SimState | None = None
    registration: Registration | None = None
    operator_name: str | None = None
    operator_code: str | None = None
    access_technology: AccessTechnology | None = None
    area_code: str | None = None
    cell_id: str | None = None
    signal: int | None = None
    rsrp: float | None = None
    rsrq: float | None = None
    sinr: float | None = None
    temperature: float | None = None
    data_sent: int | None = None
    data_received: int | None = None
    storage_used: int | None = None
    storage_total: int | None = None
    network_time_offset: int | None = None
    imei: str | None = field(default=None, repr=False)
    imsi: str | None = field(default=None, repr=False)
    iccid: str | None = field(default=None, repr=False)
    own_number: str | None = field(default=None, repr=False)
    smsc: str | None = field(default=None, repr=False)
    status: PortStatus | None = None
    balance: Decimal | None = None
    active_slot: int | None = None
    remote_sim: str | None = None
    call_in_progress: bool | None = None
    usage: Mapping[tuple[UsageKind, Period], Usage] = field(default_factory=dict)
    traffic: Mapping[TrafficPeriod, Decimal] = field(default_factory=dict)
    last_url: str | None = field(default=None, repr=False)
    slots: Mapping[int, SlotState] = field(default_factory=dict)
    queue_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """All ports of a gateway by their keys, and the endpoints; None where it has no such thing.

    The state of an endpoint that does not differ is the same object as before. `last_report` is
    when the gateway last told its state without being asked, aware.
    """

    ports: Mapping[str, PortState] = field(default_factory=dict)
    endpoints: Mapping[str, EndpointState] | None = None
    firmware: str | None = None
    ip_address: str | None = None
    ports_registered: int | None = None
    ports_total: int | None = None
    last_report: datetime | None = None
    problems: frozenset[GatewayProblem] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayInfo:
    """Who the gateway is, as it answered when it was connected."""

    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial_number: str | None = field(default=None, repr=False)


class SmsKind(StrEnum):
    """What came: a text, user data that is no text, or a delivery report."""

    TEXT = "text"
    BINARY = "binary"
    STATUS_REPORT = "status_report"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a service centre says became of one part that was sent (TS 23.040 clause 9.2.2.3).

    `recipient` is the number as the wire has it; `message_id` or `reference` (TP-MR, 0 to 255) is
    what `PartReceipt` has too. Both are None where the wire names nothing but the number; an empty
    `message_id` says that the gateway knows that it is about none of our texts. `reason` is the
    name of TP-ST, or what comes nearest to it where the gateway has states of its own, in lower
    snake case. Both times are aware. `endpoint` is whom the part went to, where the gateway has
    such.
    """

    recipient: str = field(repr=False)
    reference: int | None = None
    message_id: str | None = None
    outcome: DeliveryOutcome
    reason: str
    sent_at: datetime | None = None
    discharged_at: datetime | None = None
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPart:
    """One received short message, which may be one part of a longer text.

    `identity` is the same whenever the same message is read again, and differs for every other
    one of the entry. `raw` is the PDU in hexadecimal as the gateway gave it, or empty where the
    gateway knows none. `sent_at` is the service centre's time stamp; both times are aware.
    `adopted` marks what lay in the gateway before the entry was first set up. `report` is what a
    `STATUS_REPORT` says, None for all other kinds. `endpoint` is whose it is where the gateway has
    such: that counts, and the sender may be unknown.
    """

    port: str
    identity: str
    kind: SmsKind
    sender: str = field(repr=False)
    text: str = field(default="", repr=False)
    received_at: datetime
    sent_at: datetime | None = None
    concatenation: Concatenation | None = None
    message_class: int | None = None
    raw: str = field(default="", repr=False)
    storage: str | None = None
    index: int | None = None
    adopted: bool = False
    report: DeliveryReport | None = None
    endpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessage:
    """One received text, joined from its parts, as it is announced.

    `sender` is E.164 where it is a telephone number. `parts` counts the short messages it came
    in. `partial` says that some never came within the hour; when they come after all, the whole
    is announced once more with `completes_partial`. `endpoint` is who sent it, where the gateway
    has such.
    """

    port: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    received_at: datetime
    sent_at: datetime | None = None
    parts: int = 1
    partial: bool = False
    completes_partial: bool = False
    flash: bool = False
    endpoint: str | None = None


class Kept(StrEnum):
    """What became of a part that was handed over; all three mean that it is safe with us."""

    NEW = "new"
    KNOWN = "known"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSms:
    """A text to one number, as long as `max_parts` short messages allow.

    `number` is E.164, a short code or a service code. `port` None leaves the choice to the
    gateway. `validity` is how long the service centre shall try. With `delivery_report` it tells
    what became of each part. `endpoint` is whom it goes to where the gateway has such; then it
    counts and the number does not. `source_address` is the sender that the other side sees, where
    it can be chosen; its type is told by how it is written unless it is given. `group` is a list of
    numbers that the gateway keeps under that name; like an endpoint it counts in place of the
    number, and has one receipt.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    port: str | None = None
    flash: bool = False
    validity: timedelta | None = None
    encoding: EncodingPolicy = EncodingPolicy.AUTO
    max_parts: int = 10
    delivery_report: bool = False
    endpoint: str | None = None
    group: str | None = field(default=None, repr=False)
    source_address: str | None = field(default=None, repr=False)
    source_address_type: SourceAddressType | None = None


class SendStatus(StrEnum):
    """What came of a send. `unknown` may have been sent and is never repeated by itself."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReceipt:
    """What came of one part: `reference` is TP-MR (0 to 255) where the gateway tells it.

    `message_id` is what a gateway calls the part that has names of its own for them. `reason` is
    a translation key, `code` what the gateway said, `meaning` the code in words.
    """

    number: int
    status: SendStatus
    reference: int | None = None
    message_id: str | None = None
    reason: str | None = None
    code: str | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of sending to one number, part by part."""

    port: str
    encoding: str
    parts: tuple[PartReceipt, ...]

    @property
    def status(self) -> SendStatus:
        """`unknown` as soon as one part is, else `failed` as soon as one part is, else `sent`."""
        statuses = {part.status for part in self.parts}
        for status in (SendStatus.UNKNOWN, SendStatus.FAILED):
            if status in statuses:
                return status
        return SendStatus.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdAnswer:
    """What a network says in a USSD session; with `more` it waits for an answer of ours."""

    text: str = field(default="", repr=False)
    status: UssdStatus

    @property
    def more(self) -> bool:
        """Whether the session goes on."""
        return self.status is UssdStatus.FURTHER_ACTION


class StoredStatus(StrEnum):
    """In which list a storage keeps a message, `<stat>` 0 to 3 of TS 27.005 clause 3.1."""

    RECEIVED_UNREAD = "received_unread"
    RECEIVED_READ = "received_read"
    UNSENT = "unsent"
    SENT = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSms:
    """One short message as it lies in a gateway, or one part of a longer one.

    `number` is the other side's, E.164 where that can be done. `status` is None where the gateway
    does not tell it.
    """

    port: str
    storage: str
    index: int
    kind: SmsKind
    status: StoredStatus | None = None
    number: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    sent_at: datetime | None = None
    concatenation: Concatenation | None = None

"""What crosses the seam: frozen facts about gateways, ports and messages.

Who writes what to whom is left out of every `repr`, since Home Assistant logs the arguments of
whatever fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..sms.segments import EncodingPolicy
from ..sms.tpdu import Concatenation, DeliveryOutcome
from ..sms.ussd import UssdStatus


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
    `area_code` (LAC or TAC) and `cell_id` are hexadecimal as the network gives them.
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
    storage_used: int | None = None
    storage_total: int | None = None
    imei: str | None = None
    imsi: str | None = None
    iccid: str | None = None
    own_number: str | None = None
    smsc: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """All ports of a gateway by their keys."""

    ports: Mapping[str, PortState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayInfo:
    """Who the gateway is, as it answered when it was connected."""

    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    serial_number: str | None = None


class SmsKind(StrEnum):
    """What came: a text, user data that is no text, or a delivery report."""

    TEXT = "text"
    BINARY = "binary"
    STATUS_REPORT = "status_report"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What a service centre says became of one part that was sent (TS 23.040 clause 9.2.2.3).

    `recipient` is the number as the wire has it, `reference` TP-MR (0 to 255) as `PartReceipt`
    has it, `reason` the name of TP-ST in lower snake case. Both times are aware.
    """

    recipient: str = field(repr=False)
    reference: int
    outcome: DeliveryOutcome
    reason: str
    sent_at: datetime | None = None
    discharged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPart:
    """One received short message, which may be one part of a longer text.

    `identity` is the same whenever the same message is read again, and differs for every other
    one of the entry. `raw` is the PDU in hexadecimal as the gateway gave it, or empty where the
    gateway knows none. `sent_at` is the service centre's time stamp; both times are aware.
    `adopted` marks what lay in the gateway before the entry was first set up. `report` is what a
    `STATUS_REPORT` says, None for all other kinds.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessage:
    """One received text, joined from its parts, as it is announced.

    `sender` is E.164 where it is a telephone number. `parts` counts the short messages it came
    in. `partial` says that some never came within the hour; when they come after all, the whole
    is announced once more with `completes_partial`.
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
    what became of each part.
    """

    number: str = field(repr=False)
    text: str = field(repr=False)
    port: str | None = None
    flash: bool = False
    validity: timedelta | None = None
    encoding: EncodingPolicy = EncodingPolicy.AUTO
    max_parts: int = 10
    delivery_report: bool = False


class SendStatus(StrEnum):
    """What came of a send. `unknown` may have been sent and is never repeated by itself."""

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReceipt:
    """What came of one part: `reference` is TP-MR (0 to 255) where the gateway tells it.

    `reason` is a translation key, `code` what the gateway said, `meaning` the code in words.
    """

    number: int
    status: SendStatus
    reference: int | None = None
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


class CallState(StrEnum):
    """What became of a call that came in; `rejected` is one that the gateway hung up."""

    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCall:
    """A call as far as it has come: told when it rings and whenever its state differs.

    `number` is E.164 where that can be done, None when it is withheld. Both times are aware.
    """

    port: str
    number: str | None = field(default=None, repr=False)
    started_at: datetime
    ended_at: datetime | None = None
    state: CallState = CallState.RINGING


class DialOutcome(StrEnum):
    """How a call of ours ended before it was hung up."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NO_CARRIER = "no_carrier"
    NO_DIALTONE = "no_dialtone"


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

"""What gateways of many ports report of each, beyond what a single modem tells."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class PortStatus(StrEnum):
    """What a port of a gateway is doing."""

    NO_SIM = "no_sim"
    IDLE_SIM = "idle_sim"
    REGISTERING = "registering"
    REGISTERED = "registered"
    CALL_CONNECTED = "call_connected"
    NO_BALANCE = "no_balance"
    REGISTRATION_FAILED = "registration_failed"
    LOCKED_BY_GATEWAY = "locked_by_gateway"
    LOCKED_BY_OPERATOR = "locked_by_operator"
    SIM_ERROR = "sim_error"
    CARD_DETECTED = "card_detected"
    LOCKED_BY_USER = "locked_by_user"
    CALLING_PORT = "calling_port"
    CALLING_PORT_HELD = "calling_port_held"
    MOBILE_DATA = "mobile_data"
    MODULE_TIMEOUT = "module_timeout"


class UsageKind(StrEnum):
    """What a gateway counts against an allowance; `talk_numbers` are the numbers called."""

    CALL_MINUTES = "call_minutes"
    CALLS = "calls"
    TALK_NUMBERS = "talk_numbers"
    SMS = "sms"


class Period(StrEnum):
    """Over what a gateway counts."""

    TOTAL = "total"
    MONTH = "month"
    DAY = "day"


class TrafficPeriod(StrEnum):
    """Over what a gateway counts mobile data; `last_access` is the latest use of it."""

    TOTAL = "total"
    DAY = "day"
    LAST_24_HOURS = "last_24_hours"
    LAST_HOUR = "last_hour"
    LAST_ACCESS = "last_access"


class StatisticsPeriod(StrEnum):
    """Over what a gateway is asked for statistics."""

    LAST_HOUR = "last_hour"
    LAST_TWO_HOURS = "last_two_hours"
    TODAY = "today"
    TOTAL = "total"


class CallDirection(StrEnum):
    """Who called: somebody us, or the gateway somebody."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class GatewayProblem(StrEnum):
    """What is wrong with a gateway that works otherwise; a person has to change it there.

    `other_gateway`: another gateway sends to the address of this one and is refused.
    `received_sms_not_pushed`: texts were found that should have been pushed.
    """

    OTHER_GATEWAY = "other_gateway"
    RECEIVED_SMS_NOT_PUSHED = "received_sms_not_pushed"


@dataclass(frozen=True, slots=True)
class Usage:
    """How much was used, and how much is allowed; `allowed` None is unlimited."""

    used: int
    allowed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """One SIM slot of a port; `balance` is in the currency of the SIM, None is "not known"."""

    iccid: str | None = field(default=None, repr=False)
    imsi: str | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)
    balance: Decimal | None = None
    status: PortStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStatistics:
    """What a port did in a period; None is "not told", `talk_time` is in minutes."""

    sms_received: int | None = None
    sms_sent: int | None = None
    sms_failed: int | None = None
    calls: int | None = None
    calls_connected: int | None = None
    talk_time: float | None = None

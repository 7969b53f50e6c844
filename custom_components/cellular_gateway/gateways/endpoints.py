"""Endpoints: far-end SIMs that a gateway itself can see, with what its operator knows of them.

The words are those of an IoT operator's glossary, where RX is what the device sent and TX what it
received.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .models import AccessTechnology


class Connectivity(StrEnum):
    """Whether an endpoint has a data session.

    `attached` does not mean that the device is powered on: one that loses its power tells nobody,
    and is shown as attached for a day or two. `blocked` has used up a limit.
    """

    ONLINE = "online"
    ATTACHED = "attached"
    OFFLINE = "offline"
    BLOCKED = "blocked"


class SimStatus(StrEnum):
    """How far a SIM is in its life; a `registered` (issued) one was not activated yet."""

    REGISTERED = "registered"
    ACTIVATED = "activated"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    FACTORY_TEST = "factory_test"


class QuotaStatus(StrEnum):
    """Whether a quota still lets its service be used."""

    ACTIVE = "active"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"


class Severity(StrEnum):
    """How bad an event is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class EndpointEventType(StrEnum):
    """What happened to an endpoint; the usual flow is the first four in this order."""

    UPDATE_LOCATION = "update_location"
    UPDATE_GPRS_LOCATION = "update_gprs_location"
    CREATE_PDP_CONTEXT = "create_pdp_context"
    DELETE_PDP_CONTEXT = "delete_pdp_context"
    PURGE_LOCATION = "purge_location"
    PURGE_GPRS_LOCATION = "purge_gprs_location"
    ENDPOINT_BLOCKED = "endpoint_blocked"
    ENDPOINT_ENABLED = "endpoint_enabled"
    ENDPOINT_DISABLED = "endpoint_disabled"
    SIM_ACTIVATED = "sim_activated"
    SIM_SUSPENDED = "sim_suspended"
    SIM_DELETED = "sim_deleted"
    SIM_REGISTERED = "sim_registered"
    SIM_ASSIGNED = "sim_assigned"
    SIM_RELEASED = "sim_released"
    DATA_QUOTA_THRESHOLD = "data_quota_threshold"
    DATA_QUOTA_USED_UP = "data_quota_used_up"
    SMS_QUOTA_THRESHOLD = "sms_quota_threshold"
    SMS_QUOTA_USED_UP = "sms_quota_used_up"
    QUOTA_CHANGED = "quota_changed"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PdpSession:
    """A data session: since when it is up, and its IP address."""

    since: datetime | None = None
    ip_address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What is left of a quota: MB of data, or messages; it ends at `expires_at` in any case."""

    status: QuotaStatus | None = None
    left: float | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointEvent:
    """One event in the log of an endpoint.

    `description` is in the operator's words, and of a rejected one says why. The volumes are in
    MB, told at the end of a data session.
    """

    endpoint: str
    identity: str
    type: EndpointEventType
    at: datetime
    severity: Severity = Severity.INFO
    rejected: bool = False
    description: str = field(default="", repr=False)
    operator: str | None = None
    country: str | None = None
    data_rx: float | None = None
    data_tx: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointState:
    """One endpoint as far as it is known; None is "not known".

    Each group has the time when it was learnt; two states that differ in nothing else are equal.
    `data_rx` (sent from the device) and `data_tx` (received by it) are the MB of this month,
    `sms_mo` and `sms_mt` the messages, `data_last_hour` the MB of the last 60 minutes both ways.
    `rejection` is the last refused step of the usual flow, until that step succeeds.
    """

    key: str
    name: str = ""
    enabled: bool | None = None
    tags: tuple[str, ...] = ()
    service_policy: str | None = None
    coverage_policy: str | None = None
    ip_address: str | None = field(default=None, repr=False)
    imei: str | None = field(default=None, repr=False)
    imei_lock: bool | None = None
    sim: str | None = None
    sim_status: SimStatus | None = None
    iccid: str | None = field(default=None, repr=False)
    imsi: str | None = field(default=None, repr=False)
    msisdn: str | None = field(default=None, repr=False)
    inventory_at: datetime | None = field(default=None, compare=False)

    connectivity: Connectivity | None = None
    operator: str | None = None
    country: str | None = None
    access_technology: AccessTechnology | None = None
    pdp_session: PdpSession | None = None
    connectivity_at: datetime | None = field(default=None, compare=False)

    data_rx: float | None = None
    data_tx: float | None = None
    data_last_hour: float | None = None
    sms_mo: int | None = None
    sms_mt: int | None = None
    usage_at: datetime | None = field(default=None, compare=False)

    data_quota: Quota | None = None
    data_quota_at: datetime | None = field(default=None, compare=False)
    sms_quota: Quota | None = None
    sms_quota_at: datetime | None = field(default=None, compare=False)

    last_event: EndpointEvent | None = None
    rejection: EndpointEvent | None = None


class Diagnosis(StrEnum):
    """What is wrong with an endpoint, each with its own list of what to check."""

    NOTHING_WRONG = "nothing_wrong"
    DISABLED = "disabled"
    SIM_NOT_ACTIVATED = "sim_not_activated"
    BLOCKED = "blocked"
    OFFLINE_REJECTED = "offline_rejected"
    OFFLINE = "offline"
    ATTACHED_REJECTED = "attached_rejected"
    ATTACHED_WITHOUT_DATA = "attached_without_data"
    ONLINE_WITH_WARNING = "online_with_warning"
    ONLINE_WITHOUT_DATA = "online_without_data"
    ONLINE_WITHOUT_DATA_NARROWBAND = "online_without_data_narrowband"


# A shorter session need not have sent anything yet.
_SILENT: Final = timedelta(hours=1)


def diagnose(state: EndpointState, now: datetime) -> Diagnosis | None:
    """Say what is wrong with an endpoint; None while its connectivity is not known."""
    if state.enabled is False:
        return Diagnosis.DISABLED
    if state.sim_status not in (None, SimStatus.ACTIVATED, SimStatus.FACTORY_TEST):
        return Diagnosis.SIM_NOT_ACTIVATED
    match state.connectivity:
        case Connectivity.BLOCKED:
            return Diagnosis.BLOCKED
        case Connectivity.OFFLINE:
            return Diagnosis.OFFLINE_REJECTED if state.rejection else Diagnosis.OFFLINE
        case Connectivity.ATTACHED if state.rejection:
            return Diagnosis.ATTACHED_REJECTED
        case Connectivity.ATTACHED if not state.data_last_hour:
            return Diagnosis.ATTACHED_WITHOUT_DATA
        case Connectivity.ONLINE if _is_silent(state, now):
            return _silence(state)
        case None:
            return None
    return Diagnosis.NOTHING_WRONG


def _is_silent(state: EndpointState, now: datetime) -> bool:
    """Whether a session has lasted an hour in which nothing was sent or received."""
    since = state.pdp_session.since if state.pdp_session else None
    return state.data_last_hour == 0 and since is not None and now - since >= _SILENT


def _silence(state: EndpointState) -> Diagnosis:
    """Say why an endpoint may be online and yet silent.

    Devices for NB-IoT and LTE-M may pick a network that does not serve them.
    """
    if state.last_event is not None and state.last_event.severity is not Severity.INFO:
        return Diagnosis.ONLINE_WITH_WARNING
    if state.access_technology in (AccessTechnology.NB_IOT, AccessTechnology.EC_GSM_IOT):
        return Diagnosis.ONLINE_WITHOUT_DATA_NARROWBAND
    return Diagnosis.ONLINE_WITHOUT_DATA

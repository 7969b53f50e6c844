"""The event log: what happened to which endpoint."""

from typing import Final

from ...endpoints import EndpointEvent, EndpointEventType, Severity
from .fields import Json, boolean, identity, inner, integer, moment, number, text

_TYPES: Final = {
    1: EndpointEventType.UPDATE_LOCATION,
    2: EndpointEventType.UPDATE_GPRS_LOCATION,
    3: EndpointEventType.CREATE_PDP_CONTEXT,
    5: EndpointEventType.DELETE_PDP_CONTEXT,
    8: EndpointEventType.SIM_ACTIVATED,
    9: EndpointEventType.SIM_SUSPENDED,
    10: EndpointEventType.SIM_DELETED,
    11: EndpointEventType.ENDPOINT_BLOCKED,
    15: EndpointEventType.PURGE_LOCATION,
    16: EndpointEventType.PURGE_GPRS_LOCATION,
    18: EndpointEventType.DATA_QUOTA_THRESHOLD,
    19: EndpointEventType.DATA_QUOTA_USED_UP,
    20: EndpointEventType.SMS_QUOTA_THRESHOLD,
    21: EndpointEventType.SMS_QUOTA_USED_UP,
    42: EndpointEventType.ENDPOINT_ENABLED,
    43: EndpointEventType.ENDPOINT_DISABLED,
    48: EndpointEventType.SIM_REGISTERED,
    50: EndpointEventType.SIM_RELEASED,
    51: EndpointEventType.SIM_ASSIGNED,
    **dict.fromkeys(range(52, 61), EndpointEventType.QUOTA_CHANGED),
}
_SEVERITIES: Final = {0: Severity.INFO, 1: Severity.WARNING, 2: Severity.CRITICAL}

# The steps of the usual flow; only they can be rejected.
STEPS: Final = frozenset(
    {
        EndpointEventType.UPDATE_LOCATION,
        EndpointEventType.UPDATE_GPRS_LOCATION,
        EndpointEventType.CREATE_PDP_CONTEXT,
    }
)
_LONGEST_DESCRIPTION: Final = 500


def is_event(item: Json) -> bool:
    """Tell an event record from a usage record."""
    return bool(inner(item, "event_type")) and moment(item, "timestamp") is not None


def event_id(item: Json) -> int | None:
    """Return the id of an event; later ones have greater ids."""
    return integer(item, "id")


def parse_event(item: Json) -> EndpointEvent | None:
    """Read an event; None for one that is about no endpoint.

    The API marks a rejected step by its severity and says why in the description.
    """
    number_of_event, at = event_id(item), moment(item, "timestamp")
    endpoint = identity(inner(item, "endpoint"))
    if number_of_event is None or at is None or endpoint is None:
        return None
    kind = _TYPES.get(integer(inner(item, "event_type"), "id") or 0, EndpointEventType.OTHER)
    severity = _SEVERITIES.get(integer(inner(item, "event_severity"), "id") or 0, Severity.WARNING)
    detail = inner(item, "detail")
    volume = inner(detail, "volume")
    is_bad = severity is not Severity.INFO or boolean(item, "alert") is True
    return EndpointEvent(
        endpoint=endpoint,
        identity=str(number_of_event),
        type=kind,
        at=at,
        severity=severity,
        rejected=kind in STEPS and is_bad,
        description=(text(item, "description") or "")[:_LONGEST_DESCRIPTION],
        operator=text(detail, "name"),
        country=text(inner(detail, "country"), "name"),
        data_rx=number(volume, "rx"),
        data_tx=number(volume, "tx"),
    )

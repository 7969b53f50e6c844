"""Endpoints and SIMs: inventory, connectivity, statistics and quotas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ...endpoint_control import EndpointSim, Policy, RoamingOperator
from ...endpoints import Connectivity, EndpointState, PdpSession, Quota, QuotaStatus, SimStatus
from ...models import AccessTechnology
from .fields import (
    Json,
    boolean,
    identity,
    inner,
    integer,
    moment,
    number,
    objects,
    phone_number,
    text,
)

ENABLED: Final = 0
DISABLED: Final = 1
_DELETED: Final = 2

SIM_STATUSES: Final = {
    0: SimStatus.REGISTERED,
    1: SimStatus.ACTIVATED,
    2: SimStatus.SUSPENDED,
    3: SimStatus.DELETED,
    4: SimStatus.FACTORY_TEST,
}
_QUOTA_STATUSES: Final = {
    1: QuotaStatus.ACTIVE,
    2: QuotaStatus.EXHAUSTED,
    3: QuotaStatus.EXPIRED,
}
# RAT types of GTP (3GPP TS 29.274 clause 8.17), and how descriptions name them.
_TECHNOLOGIES: Final = {
    1: AccessTechnology.UTRAN,
    2: AccessTechnology.GSM,
    5: AccessTechnology.HSPA,
    6: AccessTechnology.LTE,
    8: AccessTechnology.NB_IOT,
    9: AccessTechnology.LTE,
    10: AccessTechnology.NG_RAN,
}
_TECHNOLOGY_NAMES: Final = {
    "2G": AccessTechnology.GSM,
    "3G": AccessTechnology.UTRAN,
    "4G": AccessTechnology.LTE,
    "5G": AccessTechnology.NG_RAN,
    "LTE": AccessTechnology.LTE,
    "LTE-M": AccessTechnology.LTE,
    "NB-IOT": AccessTechnology.NB_IOT,
}

type Changes = Mapping[str, Any]


def is_endpoint(item: object) -> bool:
    """Whether an item of the endpoint list can be read, with its SIM or without one."""
    if not isinstance(item, dict) or identity(item) is None:
        return False
    sim = item.get("sim")
    has_status = integer(inner(item, "status"), "id") is not None
    return has_status and (sim is None or (isinstance(sim, dict) and identity(sim) is not None))


def parse_endpoint(item: Json, now: datetime) -> EndpointState | None:
    """Read an item of the endpoint list; None for one without id and for a deleted one."""
    key = identity(item)
    status = integer(inner(item, "status"), "id")
    if key is None or status == _DELETED:
        return None
    sim = inner(item, "sim")
    return EndpointState(
        key=key,
        name=text(item, "name") or key,
        enabled=None if status is None else status == ENABLED,
        tags=tuple(tag.strip() for tag in (text(item, "tags") or "").split(",") if tag.strip()),
        service_policy=text(inner(item, "service_profile"), "name"),
        coverage_policy=text(inner(item, "tariff_profile"), "name"),
        ip_address=text(item, "ip_address"),
        imei=text(item, "imei"),
        imei_lock=boolean(item, "imei_lock"),
        sim=identity(sim),
        sim_status=_sim_status(sim),
        iccid=text(sim, "iccid_with_luhn") or text(sim, "iccid"),
        imsi=text(sim, "imsi"),
        msisdn=phone_number(text(sim, "msisdn") or "") or None,
        inventory_at=now,
    )


def _sim_status(sim: Json) -> SimStatus | None:
    """Read the status of a SIM."""
    number_of_status = integer(inner(sim, "status"), "id")
    return None if number_of_status is None else SIM_STATUSES.get(number_of_status)


def parse_sims(body: object) -> tuple[EndpointSim, ...]:
    """Read the SIM list, or what was registered by a batch code."""
    return tuple(
        EndpointSim(
            key=key,
            iccid=text(item, "iccid_with_luhn") or text(item, "iccid"),
            status=_sim_status(item),
            endpoint=identity(inner(item, "endpoint")),
        )
        for item in objects(body)
        if (key := identity(item)) is not None
    )


def parse_connectivity(item: Json, now: datetime) -> Changes:
    """Read the connectivity of an endpoint."""
    try:
        status = Connectivity((text(inner(item, "status"), "description") or "").lower())
    except ValueError:
        return {}
    location = inner(item, "location")
    session = inner(item, "pdp_context")
    is_online = status is Connectivity.ONLINE
    country = inner(location, "country") or inner(inner(location, "operator"), "country")
    return {
        "connectivity": status,
        "operator": text(inner(location, "operator"), "name"),
        "country": text(country, "name"),
        "access_technology": parse_technology(session),
        "pdp_session": parse_session(session) if is_online else None,
        "connectivity_at": now,
    }


def parse_session(session: Json) -> PdpSession:
    """Read a data session."""
    since = moment(session, "created") or moment(session, "tunnel_created")
    return PdpSession(since=since, ip_address=text(session, "ue_ip_address"))


def parse_technology(session: Json) -> AccessTechnology | None:
    """Read how a data session is carried: a number, or an object with a description."""
    technology = inner(session, "rat_type")
    name = (text(technology, "description") or "").upper()
    number_of_type = integer(session, "rat_type") or integer(technology, "rat_type_id") or 0
    return _TECHNOLOGY_NAMES.get(name) or _TECHNOLOGIES.get(number_of_type)


def parse_statistics(item: Json, now: datetime) -> Changes:
    """Read the statistics of an endpoint; a month without any traffic is not in them.

    What is none of them must not read as such a month: the counters would begin anew.
    """
    groups = [item.get(name) for name in ("last_month", "current_month", "last_hour")]
    is_known = not item or any(isinstance(group, dict) for group in groups)
    if not is_known or not isinstance(item.get("current_month", {}), (dict, type(None))):
        return {}
    month = inner(item, "current_month")
    data, messages = inner(month, "data"), inner(month, "sms")
    return {
        "data_rx": number(data, "volume_rx") or 0.0,
        "data_tx": number(data, "volume_tx") or 0.0,
        "data_last_hour": _last_hour(inner(inner(item, "last_hour"), "data")),
        "sms_mo": round(number(messages, "volume_rx") or 0),
        "sms_mt": round(number(messages, "volume_tx") or 0),
        "usage_at": now,
    }


def _last_hour(data: Json) -> float | None:
    """Add up the minutes of the last hour, both ways; None where they are not told."""
    rows = [row for way in ("rx", "tx") if isinstance(rows := data.get(way), list) for row in rows]
    if not data:
        return None
    volumes = (row[1] for row in rows if isinstance(row, list) and len(row) > 1)
    return sum(number({"volume": volume}, "volume") or 0.0 for volume in volumes)


def parse_quota(item: Json) -> Quota | None:
    """Read a quota: MB of data, or messages; None for what is none."""
    found = Quota(
        status=_QUOTA_STATUSES.get(integer(inner(item, "status"), "id") or 0),
        left=number(item, "volume"),
        expires_at=moment(item, "expiry_date"),
    )
    return None if found == Quota() else found


def parse_policies(body: object) -> tuple[Policy, ...]:
    """Read a list of service or coverage policies (profiles, as the API calls them)."""
    return tuple(
        Policy(key=key, name=text(item, "name") or key)
        for item in objects(body)
        if (key := identity(item)) is not None
    )


def parse_operators(body: object) -> tuple[RoamingOperator, ...]:
    """Read a list of operators."""
    return tuple(
        RoamingOperator(
            key=key, name=text(item, "name") or key, country=text(inner(item, "country"), "name")
        )
        for item in objects(body)
        if (key := identity(item)) is not None
    )

"""The JSON of the API, field by field as documents and recorded answers show it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .device import Device, Quota, ShortMessage, SimCard

ENDPOINT_STATUSES = ("Enabled", "Disabled", "Deleted")
SIM_STATUSES = ("Issued", "Activated", "Suspended", "Deleted", "Factory Test")
SMS_STATUSES = {
    1: "DELIVERY ATTEMPT PENDING",
    2: "IN PROGRESS",
    3: "BUFFERED",
    4: "DELIVERED",
    5: "FAILED",
    6: "EXPIRED",
    7: "CANCELED",
}
QUOTA_STATUSES = {1: "ACTIVE", 2: "EXHAUSTED", 3: "EXPIRED"}
ADDRESS_TYPES = {145: "International", 161: "National", 208: "Alphanumeric"}
SEVERITIES = ("Info", "Warn", "Critical")
SOURCES = ("Network", "Policy Control", "API")
EVENTS = {
    0: "Generic",
    1: "Update location",
    2: "Update GPRS location",
    3: "Create PDP Context",
    5: "Delete PDP Context",
    8: "SIM activation",
    9: "SIM suspension",
    11: "Endpoint blocked",
    15: "Purge location",
    18: "Quota threshold reached",
    19: "Quota used up",
    42: "Endpoint enabled",
    43: "Endpoint disabled",
    48: "SIM registration",
    50: "SIM Released",
    51: "SIM Assigned",
}
PROFILES = {1: "Default", 2: "Europe only"}
OPERATORS = {
    3: ("Telekom", "Germany", "DE", "262", "01"),
    4: ("Vodafone", "Germany", "DE", "262", "02"),
    553: ("Proximus", "Belgium", "BE", "206", "01"),
}


def time(moment: datetime | None) -> str | None:
    """Write a time as most of the API does."""
    if moment is None:
        return None
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def moment(value: object) -> datetime | None:
    """Read a time that a body may have; ValueError for what is none."""
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def short_time(moment: datetime | None) -> str | None:
    """Write a time as the webhook does."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def sim(card: SimCard) -> dict[str, Any]:
    """Write a SIM."""
    found: dict[str, Any] = {
        "id": card.id,
        "iccid": card.iccid[:-1],
        "iccid_with_luhn": card.iccid,
        "imsi": card.imsi,
        "msisdn": card.msisdn,
        "status": {"id": card.status, "description": SIM_STATUSES[card.status]},
    }
    if card.device is not None:
        found["endpoint"] = {"id": card.device}
    return found


def endpoint(device: Device) -> dict[str, Any]:
    """Write an endpoint as the list has it."""
    found: dict[str, Any] = {
        "id": device.id,
        "name": device.name,
        "tags": device.tags or None,
        "created": time(device.created_at),
        "last_updated": time(device.created_at),
        "status": {"id": device.status, "description": ENDPOINT_STATUSES[device.status]},
        "service_profile": profile(device.service_profile),
        "tariff_profile": profile(device.tariff_profile),
        "imei": device.imei,
        "imei_lock": device.imei_lock,
        "ip_address": device.ip_address,
        "ip_address_space": {"id": 1},
    }
    if device.sim is not None:
        found["sim"] = {key: value for key, value in sim(device.sim).items() if key != "endpoint"}
    return found


def profile(number: int) -> dict[str, Any]:
    """Write a service or tariff profile."""
    return {"id": number, "name": PROFILES[number]}


def operator(number: int) -> dict[str, Any]:
    """Write an operator."""
    name, country, iso, mcc, mnc = OPERATORS[number]
    return {
        "id": number,
        "name": name,
        "country": {"country_id": number, "name": country, "iso_code": iso, "mcc": mcc},
        "mnc": [{"id": number, "mnc": mnc}],
    }


def connectivity(device: Device) -> dict[str, Any]:
    """Write the connectivity of an endpoint."""
    found: dict[str, Any] = {"status": {"description": device.connectivity}, "services": []}
    if device.operator is not None and device.sim is not None:
        place = operator(device.operator)
        found["services"] = ["SMS", "GPRS"]
        found["location"] = {
            "iccid": device.sim.iccid,
            "imsi": device.sim.imsi,
            "last_updated": time(device.located_at),
            "last_updated_gprs": time(device.located_at),
            "operator": place,
            "country": place["country"],
        }
    if device.session is not None:
        session = device.session
        number, description = session.technology
        found["pdp_context"] = {
            "pdp_context_id": session.id,
            "created": time(session.created_at),
            "ue_ip_address": session.ip_address,
            "rat_type": {"rat_type_id": number, "description": description},
            "duration": "00:00:04",
        }
    return found


def quota(found: Quota) -> dict[str, Any]:
    """Write a quota."""
    return {
        "status": {"id": found.status, "description": QUOTA_STATUSES[found.status]},
        "volume": found.volume,
        "expiry_date": time(found.expires_at),
        "auto_refill": 0,
        "threshold_percentage": 20,
        "last_volume_added": found.volume,
        "action_on_exhaustion": {"id": 1, "description": "Block"},
    }


def statistics(device: Device, now: datetime) -> dict[str, Any]:
    """Write the statistics of an endpoint; numbers are texts, and a month without traffic lacks."""
    usage = device.usage
    found: dict[str, Any] = {}
    if usage.data_rx or usage.data_tx or usage.sms_rx or usage.sms_tx:
        found["current_month"] = {
            "data": _volume(usage.data_rx, usage.data_tx),
            "sms": _volume(usage.sms_rx, usage.sms_tx),
        }
    stamp = int(now.timestamp() * 1000)
    minutes = [[stamp - 60000 * i, volume] for i, volume in enumerate(usage.last_hour)]
    empty: list[Any] = []
    found["last_hour"] = {
        "data": {"rx": minutes, "tx": [[at, 0] for at, _ in minutes]},
        "sms": {"rx": empty, "tx": empty},
    }
    return found


def _volume(rx: float, tx: float) -> dict[str, str]:
    """Write volumes in both directions."""
    return {
        "volume": f"{rx + tx:f}",
        "volume_rx": f"{rx:f}",
        "volume_tx": f"{tx:f}",
        "cost": "0.000000",
    }


def message(found: ShortMessage, device: Device) -> dict[str, Any]:
    """Write a message of the list."""
    card = device.sim
    kind = ("MO", 2) if found.is_mobile_originated else ("MT", 1)
    return {
        "id": found.id,
        "endpoint_id": device.id,
        "sim_id": card.id if card else None,
        "iccid": card.iccid if card else None,
        "msisdn": card.msisdn if card else None,
        "imsi": card.imsi if card else None,
        "submit_date": time(found.submitted_at),
        "final_date": time(found.final_at),
        "delivery_date": time(found.final_at),
        "expiry_date": time(found.expires_at),
        "retry_count": "0",
        "gsm_map_error": None,
        "dcs": str(found.dcs),
        "pid": "0",
        "udh": found.udh,
        "payload": found.payload,
        "source_address": found.source_address,
        "source_address_type": {
            "id": found.source_type,
            "description": ADDRESS_TYPES[found.source_type],
        },
        "dest_address": found.dest_address,
        "dlr_status_id": str(found.status),
        "status": {"id": found.status, "description": SMS_STATUSES[found.status]},
        "sms_type": {"id": kind[1], "description": kind[0]},
        "esme_interface_type": {"id": 1, "description": "RestAPI"},
    }


def pushed_message(found: ShortMessage, device: Device, organisation: int) -> dict[str, Any]:
    """Write a message from a device as the webhook has it."""
    number, total, identifier = found.part
    return {
        "id": found.id,
        "pid": 0,
        "dcs": found.dcs,
        "source_address": found.source_address,
        "dest_address": found.dest_address,
        "endpoint": {"id": device.id, "name": device.name},
        "multi_part_info": {"partno": number, "total": total, "identifier": identifier},
        "submit_date": short_time(found.submitted_at),
        "organisation": {"id": organisation},
        "payload": found.payload,
    }


def pushed_report(found: ShortMessage, device: Device, organisation: int) -> dict[str, Any]:
    """Write a delivery report as the webhook has it."""
    return {
        "status": {"id": found.status, "status": SMS_STATUSES[found.status]},
        "endpoint": {"id": device.id, "name": device.name},
        "id": found.id,
        "submit_date": short_time(found.submitted_at),
        "organisation": {"id": organisation},
        "final_date": short_time(found.final_at),
    }


def event(
    number: int,
    kind: int,
    at: datetime,
    description: str,
    *,
    severity: int = 0,
    source: int = 0,
    device: Device | None = None,
    card: SimCard | None = None,
    detail: Mapping[str, Any] | None = None,
    organisation: int,
) -> dict[str, Any]:
    """Write an event of the log."""
    found: dict[str, Any] = {
        "id": number,
        "timestamp": time(at),
        "alert": severity > 0,
        "description": description,
        "event_type": {"id": kind, "description": EVENTS[kind]},
        "event_source": {"id": source, "description": SOURCES[source]},
        "event_severity": {"id": severity, "description": SEVERITIES[severity]},
        "organisation": {"id": organisation, "name": "Simulated"},
        "detail": dict(detail or {}),
    }
    if device is not None:
        found["endpoint"] = {"id": device.id, "name": device.name}
    if card is not None:
        found["sim"] = {"id": card.id, "iccid": card.iccid}
        found["imsi"] = {"id": card.id, "imsi": card.imsi}
    return found

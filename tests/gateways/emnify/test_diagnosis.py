"""What is wrong with an endpoint, by what is known of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.endpoints import (
    Connectivity,
    Diagnosis,
    EndpointEvent,
    EndpointEventType,
    EndpointState,
    PdpSession,
    Severity,
    SimStatus,
    diagnose,
)
from custom_components.cellular_gateway.gateways.models import AccessTechnology

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
WELL = EndpointState(key="1", enabled=True, sim_status=SimStatus.ACTIVATED)
WARNING = EndpointEvent(
    endpoint="1",
    identity="1",
    type=EndpointEventType.CREATE_PDP_CONTEXT,
    at=NOW,
    severity=Severity.WARNING,
    rejected=True,
)
SILENT: dict[str, Any] = {
    "connectivity": Connectivity.ONLINE,
    "data_last_hour": 0.0,
    "pdp_session": PdpSession(since=NOW - timedelta(hours=2)),
}


@pytest.mark.parametrize(
    ("changes", "diagnosis"),
    [
        ({}, None),
        ({"enabled": False, "connectivity": Connectivity.OFFLINE}, Diagnosis.DISABLED),
        ({"sim_status": SimStatus.SUSPENDED}, Diagnosis.SIM_NOT_ACTIVATED),
        ({"sim_status": SimStatus.REGISTERED}, Diagnosis.SIM_NOT_ACTIVATED),
        ({"connectivity": Connectivity.BLOCKED}, Diagnosis.BLOCKED),
        ({"connectivity": Connectivity.OFFLINE}, Diagnosis.OFFLINE),
        (
            {"connectivity": Connectivity.OFFLINE, "rejection": WARNING},
            Diagnosis.OFFLINE_REJECTED,
        ),
        ({"connectivity": Connectivity.ATTACHED}, Diagnosis.ATTACHED_WITHOUT_DATA),
        (
            {"connectivity": Connectivity.ATTACHED, "data_last_hour": 1.5},
            Diagnosis.NOTHING_WRONG,
        ),
        (
            {"connectivity": Connectivity.ATTACHED, "rejection": WARNING, "data_last_hour": 1.5},
            Diagnosis.ATTACHED_REJECTED,
        ),
        ({"connectivity": Connectivity.ONLINE}, Diagnosis.NOTHING_WRONG),
        (SILENT, Diagnosis.ONLINE_WITHOUT_DATA),
        (SILENT | {"data_last_hour": 0.1}, Diagnosis.NOTHING_WRONG),
        (SILENT | {"pdp_session": PdpSession(since=NOW)}, Diagnosis.NOTHING_WRONG),
        (SILENT | {"last_event": WARNING}, Diagnosis.ONLINE_WITH_WARNING),
        (
            SILENT | {"access_technology": AccessTechnology.NB_IOT},
            Diagnosis.ONLINE_WITHOUT_DATA_NARROWBAND,
        ),
    ],
)
def test_diagnosis(changes: dict[str, Any], diagnosis: Diagnosis | None) -> None:
    """The first thing to look at comes first."""
    assert diagnose(replace(WELL, **changes), NOW) is diagnosis

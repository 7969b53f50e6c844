"""Answers as documents and recordings have them; texts and numbers are made up."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.emnify.codec import endpoints, events, messages
from custom_components.cellular_gateway.gateways.emnify.codec.fields import moment, number, written
from custom_components.cellular_gateway.gateways.endpoints import (
    Connectivity,
    EndpointEventType,
    PdpSession,
    Quota,
    QuotaStatus,
    Severity,
    SimStatus,
)
from custom_components.cellular_gateway.gateways.models import AccessTechnology
from custom_components.cellular_gateway.sms.tpdu import Concatenation

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

# Shapes of the recorded answers in emnify-sdk-python (tests/fixtures/cassettes).
ENDPOINT = {
    "id": 11380016,
    "name": "Charger",
    "tags": "arduino, meter",
    "created": "2021-11-18T08:25:53.000+0000",
    "status": {"id": 0, "description": "Enabled"},
    "service_profile": {"id": 1, "name": "Default"},
    "tariff_profile": {"id": 2, "name": "Europe"},
    "sim": {
        "id": 250,
        "iccid": "8988303000000000129",
        "iccid_with_luhn": "89883030000000001295",
        "imsi": "295050999900095",
        "msisdn": "423663920766251",
        "status": {"id": 2, "description": "Suspended"},
    },
    "imei": "3520140012345678",
    "ip_address": "10.1.2.3",
    "imei_lock": False,
}
EVENT = {
    "timestamp": "2022-03-27T23:20:49.298Z",
    "alert": False,
    "description": "Status of SIM changed from 'Issued' to 'Activated'",
    "id": 351732524384257,
    "event_type": {"id": 8, "description": "SIM activation"},
    "event_source": {"id": 2, "description": "API"},
    "event_severity": {"id": 0, "description": "Info"},
    "organisation": {"id": 13886, "name": "Example"},
    "endpoint": {"id": 11380016, "name": "Charger"},
    "detail": {},
}
# The examples of the SMS webhook's documentation.
MESSAGE = {
    "pid": 0,
    "id": 46638782,
    "dcs": 0,
    "source_address": "423663920766251",
    "dest_address": "12345",
    "endpoint": {"id": 10830095, "name": "Chargepoint Berlin"},
    "multi_part_info": {"partno": 1, "total": 1, "identifier": 46638782},
    "submit_date": "2021-10-29 07:16:45",
    "organisation": {"id": 11060},
    "payload": "hello",
}
REPORT = {
    "status": {"status": "DELIVERED", "id": 4},
    "endpoint": {"id": 10830095, "name": "Chargepoint Berlin"},
    "id": 46638644,
    "submit_date": "2021-10-29 07:16:45",
    "final_date": "2021-10-29 07:16:50",
}
NONSENSE: list[Any] = [None, 5, "x", [], {}, [[]], True, 1e400, "9" * 400]


def test_an_endpoint() -> None:
    """Of the list."""
    state = endpoints.parse_endpoint(ENDPOINT, NOW)
    assert state is not None
    assert (state.key, state.name, state.tags) == ("11380016", "Charger", ("arduino", "meter"))
    assert (state.enabled, state.sim, state.sim_status) == (True, "250", SimStatus.SUSPENDED)
    assert (state.iccid, state.msisdn) == ("89883030000000001295", "+423663920766251")
    assert endpoints.parse_endpoint(ENDPOINT | {"status": {"id": 2}}, NOW) is None


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        (
            {"status": {"description": "OFFLINE"}, "services": []},
            {"connectivity": Connectivity.OFFLINE, "operator": None, "pdp_session": None},
        ),
        (
            {
                "status": {"description": "ONLINE"},
                "location": {
                    "operator": {"id": 3, "name": "Telekom", "country": {"name": "Germany"}}
                },
                "pdp_context": {
                    "created": "2026-11-02T07:00:00.000+0000",
                    "ue_ip_address": "10.1.2.3",
                    "rat_type": {"rat_type_id": 1, "description": "3G"},
                },
            },
            {
                "connectivity": Connectivity.ONLINE,
                "operator": "Telekom",
                "country": "Germany",
                "access_technology": AccessTechnology.UTRAN,
                "pdp_session": PdpSession(
                    since=datetime(2026, 11, 2, 7, 0, tzinfo=UTC), ip_address="10.1.2.3"
                ),
            },
        ),
        ({"status": {"description": "SOMETHING NEW"}}, {}),
    ],
)
def test_connectivity(item: dict[str, Any], wanted: dict[str, Any]) -> None:
    """In the seam's words; a word that is new changes nothing."""
    found = endpoints.parse_connectivity(item, NOW)
    assert {name: found[name] for name in wanted} == wanted
    assert bool(found) is bool(wanted)


def test_statistics_are_written_as_texts() -> None:
    """And lack the month where there was no traffic."""
    item = {"current_month": {"data": {"volume_tx": "1.5", "volume_rx": "29.166235"}}}
    found = endpoints.parse_statistics(item, NOW)
    assert (found["data_rx"], found["data_tx"], found["sms_mt"]) == (29.166235, 1.5, 0)
    assert found["data_last_hour"] is None
    assert endpoints.parse_statistics({}, NOW)["data_rx"] == 0.0
    assert endpoints.parse_statistics({"last_hour": {}}, NOW)["data_rx"] == 0.0


@pytest.mark.parametrize(
    "item", [{"message": "later"}, {"current_month": "x", "last_hour": {}}, {"current_month": []}]
)
def test_what_is_no_statistics_is_no_month_without_traffic(item: dict[str, Any]) -> None:
    """The counters would begin anew."""
    assert not endpoints.parse_statistics(item, NOW)


@pytest.mark.parametrize("sim", [{"id": 250}, {"id": 250, "status": {"id": "x"}}])
def test_a_sim_whose_status_is_not_told(sim: dict[str, Any]) -> None:
    """Is not one that was never activated."""
    state = endpoints.parse_endpoint({**ENDPOINT, "sim": sim}, NOW)
    assert state is not None
    assert (state.sim, state.sim_status) == ("250", None)


def test_what_could_not_be_stored() -> None:
    """Half a character, an id beyond all others, a time beyond the calendar."""
    state = endpoints.parse_endpoint({**ENDPOINT, "name": "Bo\ud800at \U0001f6a4"}, NOW)
    assert state is not None
    assert state.name == "Bo\ufffdat \U0001f6a4"
    pushed = messages.parse_pushed({**MESSAGE, "payload": "\udc00 hello "})
    assert pushed is not None
    assert pushed.text == "\ufffd hello "
    assert events.event_id({"id": 10**30}) is None
    assert endpoints.parse_endpoint({**ENDPOINT, "id": -5}, NOW) is None
    for text in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-10:00"):
        assert moment({"at": text}, "at") is None


def test_a_quota() -> None:
    """What is left, and until when."""
    item = {"status": {"id": 2}, "volume": 0, "expiry_date": "2026-12-01T00:00:00.000+0000"}
    assert endpoints.parse_quota(item) == Quota(
        status=QuotaStatus.EXHAUSTED, left=0, expires_at=datetime(2026, 12, 1, tzinfo=UTC)
    )


def test_an_event() -> None:
    """With its endpoint; one of a SIM alone is none of ours."""
    event = events.parse_event(EVENT)
    assert event is not None
    assert (event.endpoint, event.type) == ("11380016", EndpointEventType.SIM_ACTIVATED)
    assert (event.severity, event.rejected) == (Severity.INFO, False)
    assert event.at == datetime(2022, 3, 27, 23, 20, 49, 298000, tzinfo=UTC)
    assert events.parse_event({**EVENT, "endpoint": None}) is None
    unknown = events.parse_event({**EVENT, "event_type": {"id": 4711}})
    assert unknown is not None
    assert unknown.type is EndpointEventType.OTHER


def test_a_pushed_message() -> None:
    """The webhook's own example."""
    found = messages.parse_pushed(MESSAGE)
    assert found is not None
    assert (found.id, found.endpoint, found.is_incoming) == (46638782, "10830095", True)
    assert (found.sender, found.text) == ("+423663920766251", "hello")
    assert found.sent_at == datetime(2021, 10, 29, 7, 16, 45, tzinfo=UTC)
    assert (found.concatenation, found.is_multipart) == (None, False)


def test_a_pushed_report() -> None:
    """It has a status and no payload."""
    found = messages.parse_pushed(REPORT)
    assert found is not None
    assert (found.name, found.is_incoming, found.status) == ("10830095/46638644", False, 4)
    assert found.finished_at == datetime(2021, 10, 29, 7, 16, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("udh", "wanted"),
    [
        ("050003CC0201", Concatenation(0xCC, 2, 1)),
        ("06080412340302", Concatenation(0x1234, 3, 2, wide=True)),
        ("0B0504158200000003CC0201", Concatenation(0xCC, 2, 1)),
        ("", None),
        ("05", None),
        ("0500", None),
        ("xyz", None),
        (None, None),
    ],
)
def test_headers(udh: str | None, wanted: Concatenation | None) -> None:
    """Of listed messages, in hexadecimal."""
    item = {"id": 1, "udh": udh, "sms_type": {"id": 2}, "payload": "x"}
    found = messages.parse_listed(item, "1")
    assert found is not None
    assert found.concatenation == wanted


def test_times() -> None:
    """Three ways to write one, and our own."""
    wanted = datetime(2026, 11, 2, 7, 16, 45, tzinfo=UTC)
    for text in (
        "2026-11-02T07:16:45.000+0000",
        "2026-11-02T07:16:45Z",
        "2026-11-02 07:16:45",
        written(wanted),
    ):
        assert moment({"at": text}, "at") == wanted
    assert moment({"at": "yesterday"}, "at") is None
    assert number({"volume": "nan"}, "volume") is None


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("item", [ENDPOINT, EVENT, MESSAGE, REPORT])
def test_nonsense_in_any_field(item: dict[str, Any], value: object) -> None:
    """Is left out, and never raises."""
    for name in item:
        broken = {**item, name: value}
        endpoints.parse_endpoint(broken, NOW)
        endpoints.parse_sims([broken])
        endpoints.parse_connectivity(broken, NOW)
        endpoints.parse_statistics({"current_month": broken, "last_hour": {"data": value}}, NOW)
        endpoints.parse_quota(broken)
        events.parse_event(broken)
        messages.parse_pushed(broken)
        found = messages.parse_listed(broken, "1")
        assert found is None or found.endpoint == "1"

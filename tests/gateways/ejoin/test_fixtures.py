"""Every message of the documents, sent over HTTP, and what comes of it."""

from collections.abc import Callable
from decimal import Decimal
import json
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.calls import CallState
from custom_components.cellular_gateway.gateways.ejoin.codec.lenient import fields, fold
from custom_components.cellular_gateway.gateways.ejoin.codec.outcomes import parse_task_reports
from custom_components.cellular_gateway.gateways.ejoin.codec.ports import KNOWN_FIELDS
from custom_components.cellular_gateway.gateways.ejoin.codec.requests import (
    inbox_page,
    statistics,
    task_status,
)
from custom_components.cellular_gateway.gateways.ejoin.codec.texts import Received
from custom_components.cellular_gateway.gateways.ejoin.gateway import EjoinGateway
from custom_components.cellular_gateway.gateways.models import Registration, SendStatus, SmsKind
from custom_components.cellular_gateway.gateways.port_reports import (
    CallDirection,
    Period,
    PortStatistics,
    PortStatus,
    TrafficPeriod,
    Usage,
    UsageKind,
)
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome

from .lab import FIXTURES, MAC, Lab, fixture

NOTIFICATIONS = fixture("notifications")
ANSWERS = fixture("answers")
DAMAGE = json.loads((FIXTURES / "print_damage.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "name", [name for name, each in NOTIFICATIONS.items() if "printed" in each]
)
def test_print_is_mended_by_the_table(name: str) -> None:
    """Nothing else was changed between the scan and the fixture."""
    text = "\n".join(NOTIFICATIONS[name]["printed"])
    for row in DAMAGE["texts"]:
        text = text.replace(row["printed"], row["meant"])
    assert json.loads(text) == NOTIFICATIONS[name]["body"]


def test_the_table_holds_nothing_idle() -> None:
    """Every row mends something, and the names that it means are read."""
    texts = ["\n".join(each["printed"]) for each in NOTIFICATIONS.values() if "printed" in each]
    for row in DAMAGE["texts"]:
        assert any(row["printed"] in text for text in texts), row
        texts = [text.replace(row["printed"], row["meant"]) for text in texts]
    read = KNOWN_FIELDS | {"gw_reason", "max_slots"}
    assert {fold(row["meant"]) for row in DAMAGE["names"]} <= read


def port_status(lab: Lab, gateway: EjoinGateway) -> None:
    """A card was detected: no network, so neither signal nor operator."""
    port = gateway.state.ports["1"]
    assert port.status is PortStatus.CARD_DETECTED
    assert (port.registration, port.signal, port.operator_name) == (None, None, None)
    assert (port.imei, port.iccid, port.active_slot) == ("353689530707903", None, 2)
    assert port.usage[UsageKind.CALL_MINUTES, Period.MONTH] == Usage(0)


def port_status_old(lab: Lab, gateway: EjoinGateway) -> None:
    """`2B` and `3 OK`."""
    port = gateway.state.ports["2"]
    assert (port.status, port.active_slot) == (PortStatus.REGISTERED, 2)
    assert (port.operator_code, port.operator_name) == ("46000", "China Mobile")
    assert (port.balance, port.own_number) == (Decimal("100.00"), "13900000001")
    assert port.signal is None


def port_status_controls(lab: Lab, gateway: EjoinGateway) -> None:
    """All controls are reported; 20 of CSQ is -73 dBm."""
    port = gateway.state.ports["3"]
    assert (port.status, port.call_in_progress) == (PortStatus.CALL_CONNECTED, True)
    assert port.signal == -73
    assert port.usage == {
        (UsageKind.CALL_MINUTES, Period.TOTAL): Usage(12, 100),
        (UsageKind.CALL_MINUTES, Period.MONTH): Usage(10, 50),
        (UsageKind.CALL_MINUTES, Period.DAY): Usage(1),
        (UsageKind.CALLS, Period.TOTAL): Usage(30),
        (UsageKind.CALLS, Period.MONTH): Usage(20, 40),
        (UsageKind.CALLS, Period.DAY): Usage(2, 5),
        (UsageKind.TALK_NUMBERS, Period.TOTAL): Usage(9),
        (UsageKind.TALK_NUMBERS, Period.MONTH): Usage(8, 10),
        (UsageKind.TALK_NUMBERS, Period.DAY): Usage(1, 3),
        (UsageKind.SMS, Period.TOTAL): Usage(400),
        (UsageKind.SMS, Period.MONTH): Usage(40, 100),
        (UsageKind.SMS, Period.DAY): Usage(4, 10),
    }
    assert port.traffic[TrafficPeriod.LAST_HOUR] == Decimal("0.5")
    assert port.traffic[TrafficPeriod.LAST_24_HOURS] == Decimal(4)
    assert port.last_url == "http://example.com/"


def port_status_remote(lab: Lab, gateway: EjoinGateway) -> None:
    """A SIM of a pool is in none of the port's slots."""
    port = gateway.state.ports["1"]
    assert (port.active_slot, port.remote_sim, port.slots) == (None, "sp128.016", {})


def dev_status(lab: Lab, gateway: EjoinGateway) -> None:
    """60000 is a minute in milliseconds; what the row does not say is not known."""
    state = gateway.state
    assert sorted(state.ports) == ["1", "2", "32"]
    assert (state.firmware, state.ip_address) == ("532-600-999-041-100-000", "192.168.1.44")
    assert (state.ports_registered, state.ports_total) == (1, 32)
    assert state.last_report is not None
    port = state.ports["1"]
    assert (port.registration, port.signal) == (Registration.HOME, -51)
    assert state.ports["2"].status is None


def dev_status_all_slots(lab: Lab, gateway: EjoinGateway) -> None:
    """Each port follows its active slot; the SIM beside it has a balance of its own."""
    state = gateway.state
    assert state.ports_total == 2
    port = state.ports["1"]
    assert (port.active_slot, port.balance) == (2, Decimal("0.00"))
    assert port.slots[1].balance == Decimal("5.00")
    assert port.slots[1].status is PortStatus.IDLE_SIM
    assert state.ports["2"].status is PortStatus.NO_SIM
    assert state.ports["2"].balance is None


def recv_sms(lab: Lab, gateway: EjoinGateway) -> None:
    """What is no base64 arrives as it was sent."""
    (part,) = lab.inbox.new
    assert part.text == NOTIFICATIONS["recv_sms"]["body"]["sms"][0][5]
    assert (part.port, part.kind, part.sender) == ("1", SmsKind.TEXT, "+8613715266978")


def recv_sms_head(lab: Lab, gateway: EjoinGateway) -> None:
    """The head is no part of the text, but its stamp tells when it was sent."""
    (part,) = lab.inbox.new
    assert part.text == "yaq"
    assert part.sent_at is not None
    assert part.sent_at.isoformat() == "2019-01-25T09:10:12+00:00"


def recv_sms_report(lab: Lab, gateway: EjoinGateway) -> None:
    """A report about a text that was not ours."""
    (part,) = lab.inbox.new
    assert part.kind is SmsKind.STATUS_REPORT
    assert part.report is not None
    assert part.report.outcome is DeliveryOutcome.DELIVERED
    assert (part.report.recipient, part.report.message_id) == ("10086", "")


def cdr(lab: Lab, gateway: EjoinGateway) -> None:
    """MT is a call of the gateway's."""
    (call,) = lab.listener.calls
    assert (call.direction, call.number) == (CallDirection.OUTGOING, "10086")
    assert (call.state, call.reason) == (CallState.ANSWERED, "201 Caller Hangup")
    assert call.key is not None
    assert call.key.startswith(f"{MAC}/1/YTk5")
    assert call.key.endswith("/1548407333")
    times = (call.started_at, call.alerted_at, call.answered_at, call.ended_at)
    seconds = [time.timestamp() - 1548407333 for time in times if time]
    assert seconds == [0, 3, 3, 10]
    assert call.network_reason is None


def sent_sms(lab: Lab, gateway: EjoinGateway) -> None:
    """Somebody else had a text sent."""
    (sms,) = lab.listener.sent
    assert (sms.port, sms.number, sms.text) == ("2", "+12122222222", "test sms")
    assert sms.status is SendStatus.SENT
    assert sms.sent_at.timestamp() == 1562235746


def nothing_of_ours(lab: Lab, gateway: EjoinGateway) -> None:
    """A task that we did not order is nobody's business."""
    assert not lab.listener.sent


def received_sms(lab: Lab, gateway: EjoinGateway) -> None:
    """The same text as older firmware tells with a row."""
    (part,) = lab.inbox.new
    assert (part.port, part.text, part.sender) == ("1", "newer", "+8613715266978")


def sms_to_http(lab: Lab, gateway: EjoinGateway) -> None:
    """A text that was posted as such."""
    (part,) = lab.inbox.new
    assert (part.port, part.text, part.sender) == ("61", "old way", "+491701234567")
    assert part.sent_at is not None
    assert part.sent_at.isoformat() == "2025-06-01T10:00:00+00:00"


EXPECTED: dict[str, Callable[[Lab, EjoinGateway], None]] = {
    "port_status": port_status,
    "port_status_old": port_status_old,
    "port_status_controls": port_status_controls,
    "port_status_remote": port_status_remote,
    "dev_status": dev_status,
    "dev_status_all_slots": dev_status_all_slots,
    "recv_sms": recv_sms,
    "recv_sms_head": recv_sms_head,
    "recv_sms_report": recv_sms_report,
    "cdr": cdr,
    "sent_sms": sent_sms,
    "status_report": nothing_of_ours,
    "sms_sent_status": nothing_of_ours,
    "received_sms": received_sms,
    "sms_to_http": sms_to_http,
}


@pytest.mark.parametrize("name", NOTIFICATIONS)
async def test_notification(lab: Lab, name: str) -> None:
    """It is acknowledged, and says what the documents mean by it."""
    gateway = await lab.heard()
    message = NOTIFICATIONS[name]
    body: Any = message.get("body") or message["text"].encode()
    await lab.post({"type": "dev-status", "mac": MAC, "status": []})
    assert await lab.post(body, **message.get("query", {})) == 200
    EXPECTED[name](lab, gateway)


@pytest.mark.parametrize("name", ["status_report", "sms_sent_status"])
def test_outcomes_of_a_task(name: str) -> None:
    """One number got it, the other did not; the network says why."""
    reports = parse_task_reports(fields(NOTIFICATIONS[name]["body"]))
    assert reports is not None
    sent, failed = reports
    assert (sent.task, sent.failed, sent.number) == (1223, False, "13686876620")
    assert (failed.failed, failed.code) == (True, 6)
    assert failed.cause.startswith("38")


def test_answers() -> None:
    """What the gateway answers, read."""
    bodies = {name: fields(each["body"]) for name, each in ANSWERS.items()}
    assert task_status(bodies["send"], 1223) == (0, "OK")
    assert task_status(bodies["no_tasks"], 1223) == (None, "")
    page = inbox_page(bodies["get_sms"])
    assert (page.source, page.following) == ("0123456789abcdef", 3)
    assert [x.text for x in page.items if isinstance(x, Received)] == ["first", "second"]
    told = statistics(bodies["sms_statistics"], bodies["call_statistics"])
    assert told == {
        "1": PortStatistics(
            sms_received=4,
            sms_sent=4,
            sms_failed=1,
            calls=20,
            calls_connected=15,
            talk_time=15.0,
        )
    }

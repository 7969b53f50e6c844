"""What a user learns of messages after they left."""

from dataclasses import replace

import pytest

from custom_components.cellular_gateway.gateways.models import DeliveryReport, SmsKind, SmsPart
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome
from simulator.at_modem import Sim
from simulator.profiles import PROFILES

from .lab import OWN, PEER, Lab, to_peer

LONG = "A text that is cut in three parts. " * 12


def report_of(part: SmsPart) -> DeliveryReport:
    """Return what a status report says."""
    assert part.kind is SmsKind.STATUS_REPORT
    assert part.report is not None
    return part.report


@pytest.mark.parametrize("profile", ["sim800l", "sim7600", "ec25", "e3372"])
async def test_each_part_is_reported(lab: Lab, profile: str) -> None:
    """With the reference of its receipt, stored or delivered directly."""
    _, gateway = await lab.connected(profile)
    assert gateway.capabilities.delivery_reports
    receipt = await gateway.send_sms(to_peer(LONG, delivery_report=True))
    reports = [report_of(part) for part in await lab.inbox.wait_new(3)]
    assert sorted(report.reference or 0 for report in reports) == sorted(
        part.reference or 0 for part in receipt.parts
    )
    for report in reports:
        assert report.outcome is DeliveryOutcome.DELIVERED
        assert (report.recipient, report.reason) == (PEER, "received_by_sme")
        assert report.sent_at is not None
        assert report.discharged_at is not None
        assert report.discharged_at >= report.sent_at


async def test_nobody_reports_what_was_not_asked_for(lab: Lab) -> None:
    """Reports cost something in some networks."""
    _, gateway = await lab.connected()
    await gateway.send_sms(to_peer("quiet"))
    (sent,) = await lab.network.wait_sent(1)
    assert not sent.submit.status_report_requested
    await lab.text("only this")
    assert [part.kind for part in await lab.inbox.wait_new()] == [SmsKind.TEXT]


async def test_a_message_that_waits_and_then_fails(lab: Lab) -> None:
    """Both reports come through, and so does one for a message that nobody sent."""
    _, gateway = await lab.connected()
    lab.network.plan_reports(PEER, 0x20, 0x46)
    await gateway.send_sms(to_peer("late", delivery_report=True))
    await lab.network.send_report(OWN, 250, PEER)
    reports = [report_of(part) for part in await lab.inbox.wait_new(3)]
    said = {(report.outcome, report.reason) for report in reports}
    assert said == {
        (DeliveryOutcome.PENDING, "congestion"),
        (DeliveryOutcome.FAILED, "validity_period_expired"),
        (DeliveryOutcome.DELIVERED, "received_by_sme"),
    }
    assert 250 in {report.reference for report in reports}


async def test_a_modem_that_cannot_tell_says_so(lab: Lab) -> None:
    """Then the receipt is the last word."""
    profile = replace(PROFILES["sim7600"], indications=((0, 1, 2), (0, 1), (0,), (0,), (0,)))
    _, device = await lab.modem(profile, sim=Sim(number=OWN))
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(device)
    await gateway.connect()
    assert not gateway.capabilities.delivery_reports

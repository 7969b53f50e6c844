"""Which of the texts that were sent a delivery report is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.cellular_gateway.gateways.models import DeliveryReport
from custom_components.cellular_gateway.messages.matching import (
    DeliveryStatus,
    PartState,
    SentPart,
    SentText,
    choose,
)
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANN = "+32470000001"
REPORT = DeliveryReport(
    recipient=ANN,
    reference=7,
    outcome=DeliveryOutcome.DELIVERED,
    reason="received_by_sme",
    sent_at=NOW,
)
PART = SentPart(
    send=1,
    number=1,
    recipient=ANN,
    started_at=NOW,
    state=PartState.SENT,
    reference=7,
    stamp=None,
)

# Of a gateway that names each part with a string of its own.
NAMED = {"reference": None, "message_id": "a"}
BY_NAME = replace(REPORT, reference=None, message_id="a")
NAMELESS = replace(REPORT, reference=None, sent_at=None)
# Of a gateway that has looked, and has sent no such text.
OTHERS = replace(REPORT, reference=None, message_id="", sent_at=None)
LONG_NAME = {"reference": None, "message_id": "00A0b0c"}


def part(send: int, **fields: object) -> SentPart:
    """Make a part of a send; `hours` is how long before now it was sent."""
    hours = fields.pop("hours", 0)
    assert isinstance(hours, (int, float))
    return replace(PART, send=send, started_at=NOW - timedelta(hours=hours), **fields)  # type: ignore[arg-type]


def spelled(message_id: str) -> DeliveryReport:
    """Make a report with a message id."""
    return replace(BY_NAME, message_id=message_id)


def stamped(hours: float | None) -> DeliveryReport:
    """Make a report for what was sent so many hours before now, by the service centre's clock."""
    return replace(REPORT, sent_at=None if hours is None else NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("spelling", "is_ours"),
    [
        ("+32470000001", True),
        ("0470000001", True),
        ("32470000001", True),
        ("0032470000001", True),
        ("+32470000002", False),
        ("+491710000001", False),
        ("1234", False),
        ("", False),
    ],
)
def test_numbers_are_compared_in_any_spelling(spelling: str, is_ours: bool) -> None:
    """The wire has the number as the network likes it."""
    report = replace(REPORT, recipient=spelling)
    assert (choose(report, [PART], "BE", NOW) is PART) is is_ours


@pytest.mark.parametrize(
    ("parts", "report", "send"),
    [
        pytest.param([part(1), part(2, reference=8)], REPORT, 1, id="by reference"),
        pytest.param([part(1), part(2)], stamped(None), 2, id="no stamp: the newest"),
        pytest.param([part(1, hours=5), part(2)], stamped(5), 1, id="the stamp decides"),
        pytest.param([part(1, hours=200), part(2)], stamped(-2), 2, id="a clock 2 h fast"),
        pytest.param([part(1, hours=200), part(2)], stamped(14), 2, id="a clock 14 h slow"),
        pytest.param([part(1, hours=200), part(2)], stamped(199), 1, id="late, and wrapped since"),
        pytest.param([part(1)], stamped(14), 1, id="the only one, a clock 14 h slow"),
        pytest.param([part(1, hours=500)], stamped(0), 1, id="our clock was slow"),
        pytest.param([part(1)], stamped(100), None, id="of a send long before ours"),
        pytest.param([part(1, state=PartState.FAILED)], REPORT, None, id="never left"),
        pytest.param([part(1, state=PartState.DELIVERED)], REPORT, None, id="closed"),
        pytest.param(
            [part(1, state=PartState.DELIVERED, stamp=NOW), part(2)], REPORT, 1, id="a repetition"
        ),
        pytest.param(
            [part(1, state=PartState.PENDING, stamp=NOW), part(2)], REPORT, 1, id="it goes on"
        ),
        pytest.param(
            [part(1, state=PartState.PENDING, stamp=NOW - timedelta(hours=1)), part(2, hours=2)],
            REPORT,
            2,
            id="another one goes on",
        ),
        pytest.param(
            [part(1, state=PartState.PENDING, stamp=NOW - timedelta(seconds=1))],
            REPORT,
            1,
            id="a service centre that stamps each report anew",
        ),
        pytest.param(
            [part(1), part(2, reference=None, state=PartState.UNKNOWN)], REPORT, 1, id="known first"
        ),
        pytest.param(
            [part(1, reference=8), part(2, reference=None, state=PartState.UNKNOWN)],
            REPORT,
            2,
            id="the modem had fallen silent",
        ),
        pytest.param([part(1, reference=None, state=PartState.FAILED)], REPORT, None, id="refused"),
        pytest.param(
            [part(1, **NAMED), part(2, reference=None, message_id="b")], BY_NAME, 1, id="by id"
        ),
        pytest.param(
            [part(1, **NAMED), part(2, reference=None)], BY_NAME, 1, id="by id, one unheard"
        ),
        pytest.param(
            [part(1, reference=None, message_id="b"), part(2, reference=None)],
            BY_NAME,
            2,
            id="the id was never heard",
        ),
        pytest.param([part(1, reference=None, message_id="b")], BY_NAME, None, id="another's id"),
        pytest.param([part(1, **NAMED)], REPORT, None, id="a reference is no id"),
        pytest.param([part(1)], BY_NAME, None, id="an id is no reference"),
        pytest.param(
            [part(1, **NAMED, state=PartState.DELIVERED)], BY_NAME, 1, id="its repetition by id"
        ),
        pytest.param(
            [part(1, **NAMED), part(2, **NAMED, state=PartState.DELIVERED), part(3, **NAMED)],
            BY_NAME,
            3,
            id="ids that begin anew",
        ),
        pytest.param(
            [part(1, **NAMED, recipient="7", endpoint="7")],
            replace(BY_NAME, endpoint="7"),
            1,
            id="an endpoint whose number was not known",
        ),
        pytest.param(
            [part(1, **NAMED, endpoint="7")],
            replace(BY_NAME, endpoint="8"),
            None,
            id="another endpoint with the same number",
        ),
        pytest.param(
            [part(1, **NAMED)], replace(BY_NAME, endpoint="7"), 1, id="an endpoint by its number"
        ),
        pytest.param(
            [part(1, **NAMED, recipient="20407")], BY_NAME, 1, id="by id, written otherwise"
        ),
        pytest.param(
            [part(1, **NAMED), part(2, **NAMED, recipient="20407")],
            BY_NAME,
            1,
            id="the number decides between equal ids",
        ),
        pytest.param([part(1, **NAMED)], NAMELESS, 1, id="nothing but the number"),
        pytest.param(
            [part(1, **NAMED), part(2, reference=None, message_id="b")],
            NAMELESS,
            None,
            id="nothing but the number, and two are open",
        ),
        pytest.param(
            [part(1, **NAMED), part(2, **NAMED, state=PartState.DELIVERED)],
            NAMELESS,
            1,
            id="nothing but the number, and one is open",
        ),
        pytest.param(
            [part(1, **NAMED, recipient="20407")], NAMELESS, None, id="nothing but another number"
        ),
        pytest.param([part(1, **NAMED, hours=160)], NAMELESS, 1, id="nothing but the number, late"),
        pytest.param(
            [part(1, **NAMED, hours=170)], NAMELESS, None, id="nothing but the number, too late"
        ),
        pytest.param(
            [part(1, **NAMED), part(2, **NAMED, hours=170)],
            NAMELESS,
            1,
            id="nothing but the number, and one was left open long ago",
        ),
        pytest.param(
            [part(1, **NAMED, hours=-1)], NAMELESS, None, id="nothing but the number, sent later"
        ),
        pytest.param(
            [part(1, **NAMED)],
            replace(NAMELESS, sent_at=NOW - timedelta(hours=30)),
            None,
            id="nothing but the number, of a send long before ours",
        ),
        pytest.param([part(1, **NAMED)], OTHERS, None, id="the gateway knows of none"),
        pytest.param(
            [part(1, reference=None, state=PartState.UNKNOWN)],
            OTHERS,
            None,
            id="the gateway knows of none, and one was unheard",
        ),
        pytest.param([part(1, **LONG_NAME)], spelled("A0B0C"), 1, id="an id in capitals"),
        pytest.param([part(1, **LONG_NAME)], spelled("a0b0c"), 1, id="an id without zeros"),
        pytest.param(
            [part(1, reference=None, message_id="0"), part(2, reference=None, message_id="b")],
            spelled("000"),
            1,
            id="an id of zeros",
        ),
        pytest.param(
            [part(1, **LONG_NAME, recipient="20407"), part(2, reference=None, message_id="a0B0c")],
            spelled("00A0b0c"),
            1,
            id="the same spelling goes before the number",
        ),
        pytest.param(
            [part(1, **LONG_NAME, state=PartState.DELIVERED), part(2, **NAMED)],
            spelled("a0B0C"),
            1,
            id="its repetition by an id without zeros",
        ),
        pytest.param([], REPORT, None, id="nothing was sent"),
    ],
)
def test_choice(parts: list[SentPart], report: DeliveryReport, send: int | None) -> None:
    """The order in which the journal has them says nothing."""
    for order in (parts, parts[::-1]):
        chosen = choose(report, order, "BE", NOW)
        assert (chosen.send if chosen else None) == send


@pytest.mark.parametrize(
    ("states", "told", "news"),
    [
        ("sent", None, None),
        ("delivered", None, "delivered"),
        ("delivered", "pending", "delivered"),
        ("delivered", "delivered", None),
        ("pending", None, "pending"),
        ("pending", "pending", None),
        ("undelivered", "pending", "undelivered"),
        ("delivered sent", None, None),
        ("delivered pending", None, "pending"),
        ("delivered delivered", None, "delivered"),
        ("delivered undelivered", None, "undelivered"),
        ("undelivered sent", None, "undelivered"),
        ("undelivered undelivered", "undelivered", None),
        ("delivered failed", None, None),
        ("delivered unknown", None, None),
    ],
)
def test_what_is_told_of_a_text(states: str, told: str | None, news: str | None) -> None:
    """Only what is new, and nothing after the end."""
    text = SentText(
        id=1,
        number=ANN,
        started_at=NOW,
        told=DeliveryStatus(told) if told else None,
        states={number: PartState(state) for number, state in enumerate(states.split(), 1)},
    )
    assert text.news == news

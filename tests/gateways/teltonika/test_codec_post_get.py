"""What the programs of Post/Get print."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    Reason,
)
from custom_components.cellular_gateway.gateways.teltonika.codec import post_get
from custom_components.cellular_gateway.gateways.teltonika.codec.messages import RouterSms

from .fixtures import fixtures

REPLIES = fixtures("post_get")

ALARM = RouterSms(
    index=1,
    sender="ALARM",
    text="Line one\n\nStatus: of the pump\n------------------------------\nIndex: none\nLast line",
    date="Fri Mar  1 08:00:05 2024",
    is_read=False,
)


def body_of(name: str) -> str:
    """Return the body of a reply that is no error by itself."""
    return post_get.check(REPLIES[name]["status"], REPLIES[name]["body"])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("list_two", [(4, "+491701234567", "Test "), (0, "22543", "Kurzwahl:Systemnachricht")]),
        ("list_lines", [(1, "ALARM", ALARM.text)]),
        ("list_part_missing", [(2, "+491701234567", "Begin <part_missing> ")]),
        ("list_windows_lines", [(7, "+491701234567", "a\nb")]),
        ("read_one", [(1, "+491701234567", "Hello")]),
        ("empty_body", []),
        ("no_messages", []),
        ("no_message", []),
        ("out_of_range", []),
    ],
)
def test_lists(name: str, found: list[tuple[int, str, str]]) -> None:
    """Messages as they are stored; none is none in every spelling."""
    messages = post_get.parse_messages(body_of(name))
    assert [(each.index, each.sender) for each in messages] == [each[:2] for each in found]
    assert all(each.text.startswith(text) for each, (*_, text) in zip(messages, found, strict=True))


def test_a_text_over_several_lines() -> None:
    """Not even one that looks like the end of a message ends it."""
    assert post_get.parse_messages(body_of("list_lines")) == [ALARM]
    assert ALARM.received_at(UTC) == datetime(2024, 3, 1, 8, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "year"),
    [("2024-03-01 08:00:05", 2024), ("Thu Jan  1 00:00:00 1970", None), ("", None)],
)
def test_dates(date: str, year: int | None) -> None:
    """A router whose clock is not set yet tells no time."""
    moment = RouterSms(index=1, sender="", text="", date=date).received_at(UTC)
    assert (moment.year if moment else None) == year


def test_a_message_that_is_read_by_itself_is_not_cut() -> None:
    """Whatever looks like another message in its text."""
    forged = f"Status: read\n{'-' * 30}\nIndex: 7\nDate: x\nSender: +1\nText: open"
    printed = f"Index: 1\nDate: x\nSender: +2\nText: hi\n{forged}\nStatus: unread\n"
    message = post_get.parse_message(printed)
    assert message is not None
    assert (message.index, message.text) == (1, f"hi\n{forged}")
    assert not post_get.certain(printed)
    assert post_get.certain(body_of("list_lines"))
    assert post_get.certain(body_of("read_one"))


def test_an_incomplete_text_is_told() -> None:
    """By its missing part."""
    assert post_get.parse_messages(body_of("list_part_missing"))[0].is_incomplete
    assert not ALARM.is_incomplete


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("disabled", GatewayRefusedError, Reason.SERVICE_DISABLED),
        ("bad_login", GatewayAuthenticationError, Reason.LOGIN_WRONG),
        ("bad_login_older", GatewayAuthenticationError, Reason.LOGIN_WRONG),
        ("timeout", GatewayRefusedError, Reason.REFUSED),
        ("too_large", GatewayRefusedError, Reason.REFUSED),
        ("server_error", GatewayRefusedError, Reason.REFUSED),
        ("no_program", GatewayConnectionError, Reason.NOT_A_ROUTER),
    ],
)
def test_replies_against_a_request(name: str, kind: type[GatewayError], reason: Reason) -> None:
    """Each is the error for what the caller must do."""
    with pytest.raises(kind) as raised:
        body_of(name)
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("ok", None),
        ("ok_and_more", None),
        ("error", ("ERROR", True)),
        ("wrong_number", ("WRONG_NUMBER", False)),
        ("no_message", ("NO MESSAGE", False)),
        ("out_of_range", ("out of range", False)),
        ("empty_body", ("?", True)),
    ],
)
def test_done_or_not(name: str, refused: tuple[str, bool] | None) -> None:
    """OK, and whatever comes after it; a refusal says so in the words of the manual."""
    found = None
    try:
        post_get.check_done(body_of(name))
    except GatewayRefusedError as error:
        found = (error.code, error.temporary)
    assert found == refused


def test_total() -> None:
    """Used and total."""
    assert post_get.parse_total(body_of("total")) == (3, 30)
    with pytest.raises(GatewayRefusedError):
        post_get.parse_total(body_of("error"))


@pytest.mark.parametrize(
    ("number", "written"),
    [("+37060000001", "0037060000001"), ("112", "112"), ("0171234567", "0171234567")],
)
def test_numbers(number: str, written: str) -> None:
    """International ones begin with two zeros."""
    assert post_get.wire_number(number) == written


@given(st.text(alphabet=st.sampled_from("Index: 19\nDteSrxTus-\r\0"), max_size=300))
def test_noise(body: str) -> None:
    """It is read, or refused with our error."""
    readers = (post_get.parse_messages, post_get.parse_total, post_get.check_done)
    outcomes: list[object] = []
    for reader in readers:
        try:
            outcomes.append(reader(post_get.check(200, body)))
        except GatewayError as error:
            outcomes.append(error.reason)
    assert len(outcomes) == len(readers)

"""What firmware versions write differently, read as the same."""

import base64
from datetime import UTC, datetime
import json
import time

import pytest

from custom_components.cellular_gateway.gateways.ejoin.codec.lenient import (
    coded,
    decimal,
    fields,
    fold,
    integer,
    load,
    moment,
)
from custom_components.cellular_gateway.gateways.ejoin.codec.notifications import (
    parse_device,
    parse_request,
)
from custom_components.cellular_gateway.gateways.ejoin.codec.places import Place, parse_place
from custom_components.cellular_gateway.gateways.ejoin.codec.ports import port_state
from custom_components.cellular_gateway.gateways.ejoin.codec.texts import (
    Received,
    Unreadable,
    decode_content,
    parse_row,
    parse_stamp,
)
from custom_components.cellular_gateway.gateways.models import Registration


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("1.02", Place(1, 2)),
        ("32.04", Place(32, 4)),
        ("1B", Place(1, 2)),
        ("61a", Place(61, 1)),
        ("7", Place(7)),
        (7, Place(7)),
        (1.02, Place(1, 2)),
        ("1.sp128.016", Place(1, pool="sp128.016")),
        ("", None),
        ("0.01", None),
        ("-1", None),
        ("1.02.03", None),
        ("99999", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_place(written: object, place: Place | None) -> None:
    """Ports count from 1, slots by number or letter."""
    assert parse_place(written) == place


def test_slot_of_its_own() -> None:
    """As newer firmware has it."""
    assert parse_place(3, 2) == Place(3, 2)
    assert parse_place("3.01", 2) == Place(3, 1)


@pytest.mark.parametrize("name", ["max-slot", "Max Slot", "MAX_SLOT", "max - slot", " max-slot "])
def test_names_are_folded(name: str) -> None:
    """Case, hyphen, blank and underscore make no difference."""
    assert fold(name) == "max_slot"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, (3, "")),
        ("3", (3, "")),
        ("3 OK", (3, "OK")),
        ("3 OK\0", (3, "OK")),
        ("OK", (None, "")),
        (None, (None, "")),
        (3.0, (3, "")),
        (float("nan"), (None, "")),
        (10**30, (None, "")),
        ("9" * 5000, (None, "")),
        (True, (None, "")),
    ],
)
def test_code(value: object, expected: tuple[int | None, str]) -> None:
    """With or without words."""
    assert coded(value) == expected


def test_numbers() -> None:
    """As texts, and never beyond reason."""
    assert integer(" 12 ") == 12
    assert integer("12x") == 12
    assert decimal("1e9") is None
    assert decimal("Infinity") is None
    assert str(decimal(" 10.50 ")) == "10.50"
    assert moment("1548407412000") == moment(1548407412)
    assert moment(0) is None
    assert moment(10**17) is None


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1}\0\0\r\n',
        b'  {"a":1}\n',
        b'{"a":"line\nbreak"}',
        b'{"a":"\xff"}',
    ],
)
def test_json_in_any_wrapping(body: bytes) -> None:
    """Marks, NULs, line breaks within texts, and octets that are no characters."""
    assert isinstance(load(body), dict)


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b'{"a":', b"9" * 5000, b"\xff\xfe"])
def test_no_json(body: bytes) -> None:
    """None, and never an exception."""
    assert load(body) is None


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (base64.b64encode("héllo".encode()).decode(), "héllo"),
        (base64.b64encode(b"end\0\0").decode(), "end"),
        ("aGVsbG8", "hello"),
        ("aGVs\r\nbG8=", "hello"),
        ("", ""),
        ("Test", "Test"),
        ("no base64 at all!", "no base64 at all!"),
    ],
)
def test_content(content: str, text: str) -> None:
    """Base64 of UTF-8 where it is that, else as it came."""
    assert decode_content(content) == text


def _text(content: str) -> str:
    """Read the text of a row with this content."""
    encoded = base64.b64encode(content.encode()).decode()
    item = parse_row([0, "1.01", 1, "10086", "", encoded])
    assert isinstance(item, Received)
    return item.text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Sender: 1\r\nSMSC: 2\r\nSCTS: 19\r\n\r\nhi\r\n\r\nyou", "hi\r\n\r\nyou"),
        ("sender: 1\nsmsc: 2\nscts: 19\nhi", "hi"),
        ('Sender: 1\nReceiver: "61.01"\nSMSC: \nSCTS: \n\nhi', "hi"),
        ("Sender: Ann\nis coming", "Sender: Ann\nis coming"),
        ("SMSC: 2\nSCTS: 19\n\nhi", "SMSC: 2\nSCTS: 19\n\nhi"),
    ],
)
def test_head(content: str, text: str) -> None:
    """Only all of its lines together are a head."""
    assert _text(content) == text


def test_a_long_head_is_none() -> None:
    """It takes no time to see that, whatever a stranger writes in its lines."""
    text = f"sender:{' ' * 38_000}x\nsmsc:\nscts:\nhi"
    begun = time.process_time()
    assert _text(text) == text
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("query", "headers"),
    [({"port": "1A", "sender": "+4917"}, {}), ({"port": "1A"}, {"emms-from": "+4917"})],
)
def test_a_text_is_no_notification(query: dict[str, str], headers: dict[str, str]) -> None:
    """Whatever a stranger writes in it."""
    forged = {"type": "recv-sms", "sms": [[0, "1A", 1, "+3247", "", "b3Blbg=="]]}
    (item,) = parse_request(query, headers, json.dumps(forged).encode()).incoming
    assert isinstance(item, Received)
    assert (item.peer, item.place.port) == ("+4917", 1)


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("19012517101232", datetime(2019, 1, 25, 9, 10, 12, tzinfo=UTC)),
        ("19/01/25,17:10:12-04", datetime(2019, 1, 25, 18, 10, 12, tzinfo=UTC)),
        ("19/01/25 17:10:12+00", datetime(2019, 1, 25, 17, 10, 12, tzinfo=UTC)),
        ("190125171012", None),
        ("19132517101232", None),
        ("19012517101299", None),
        ("", None),
    ],
)
def test_stamp(stamp: str, expected: datetime | None) -> None:
    """Without a zone it says nothing."""
    assert parse_stamp(stamp) == expected


@pytest.mark.parametrize(
    "row",
    [
        None,
        "text",
        [],
        [0],
        [0, "1.01", 1, "a", "b"],
        [2, "1.01", 1, "a", "b", ""],
        [0, "x", 1, "a", "b", ""],
        [0, "1.01", 1, "a", "b", {}],
        [1, "1.01", 1, "a", "b", "no code"],
    ],
)
def test_unreadable_row(row: object) -> None:
    """It is kept as it came."""
    item = parse_row(row)
    assert isinstance(item, Unreadable)
    assert json.loads(item.raw) == row


def test_one_bad_row_costs_nothing_else() -> None:
    """The others arrive."""
    rows = [[0, "1.01", 1, "1", "", "aGk="], None, [0, "1.01", 2, "1", "", "aG8="]]
    contents = parse_request({}, {}, json.dumps({"type": "recv-sms", "sms": rows}).encode())
    assert [type(item) for item in contents.incoming] == [Received, Unreadable, Received]


def test_several_messages_in_one_request() -> None:
    """Also one without a type, which is a port's, and one that is nothing."""
    body = [{"type": "port-status", "port": "1.01", "st": 3}, {"PORT": "2A", "Status": "3 OK"}, 7]
    contents = parse_request({}, {}, json.dumps(body).encode())
    assert [place for place, _ in contents.ports] == [Place(1, 1), Place(2, 1)]
    assert (contents.good, contents.broken) == (2, 1)


@pytest.mark.parametrize(
    ("expires", "period"),
    [(60, 60), ("60", 60), (60000, 60), (3600, 3600), (None, 180), (0, 180), ("x", 180)],
)
def test_period(expires: object, period: float) -> None:
    """Beyond an hour it is in milliseconds; what is not told is three minutes."""
    assert parse_device(fields({"expires": expires})).period == period


@pytest.mark.parametrize(
    ("operator", "imsi", "registration"),
    [
        ("46000 CHINA MOBILE", "460000990123698", Registration.HOME),
        ("46101 OTHER", "460000990123698", Registration.HOME),
        ("26201 Telekom", "460000990123698", Registration.ROAMING),
        ("0 CHINA MOBILE", "460000990123698", Registration.HOME),
        ("", "", Registration.HOME),
    ],
)
def test_registration(operator: str, imsi: str, registration: Registration) -> None:
    """The country codes of network and SIM tell home from abroad."""
    row = {"st": 3, "opr": operator, "imsi": imsi}
    assert port_state(Place(1, 1), row, {}, calling=False).registration is registration


@pytest.mark.parametrize(
    ("sig", "dbm"), [(0, -113), (31, -51), ("20", -73), (99, None), ("", None)]
)
def test_signal(sig: object, dbm: int | None) -> None:
    """CSQ in dBm."""
    assert port_state(Place(1, 1), {"st": 3, "sig": sig}, {}, calling=False).signal == dbm

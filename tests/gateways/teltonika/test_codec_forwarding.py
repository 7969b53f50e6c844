"""What SMS forwarding to HTTP sends."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.push import Push, PushAnswer
from custom_components.cellular_gateway.gateways.teltonika.codec.forwarding import (
    MAX_BODY,
    Forwarded,
    decode_text,
    parse_forwarded,
)
from custom_components.cellular_gateway.gateways.teltonika.settings import Forwarding

from .fixtures import fixtures

QUERIES = fixtures("forwarding")
MANUAL = Forwarding(
    number_name="Sender",
    text_name="Text",
    extra=(("Name", "RUT240"), ("Code", "RUT240 06E000")),
    base64=False,
)


def by_get(query: str) -> Push:
    """Forward by GET."""
    return Push(method="GET", query=dict(parse_qsl(query)))


def by_post(query: str) -> Push:
    """Forward by POST; the content type is not told by all."""
    return Push(method="POST", body=query.encode())


@pytest.mark.parametrize("forward", [by_get, by_post])
@pytest.mark.parametrize(("name", "text"), [("manual", "Hello!"), ("base64", "ąaĭĮ 😀")])
def test_forwarded(forward: Callable[[str], Push], name: str, text: str) -> None:
    """The example of the manual, by GET and POST, plain and in base64."""
    settings = replace(MANUAL, base64=name == "base64")
    found = parse_forwarded(forward(QUERIES[name]["query"]), settings)
    assert found == Forwarded("+370000000000", text)


@pytest.mark.parametrize("forward", [by_get, by_post])
@pytest.mark.parametrize(
    ("number", "sender"),
    [("+4917", "+4917"), ("%2B4917", "+4917"), ("4917", "4917"), ("%20Bank%20", "Bank")],
)
def test_a_plus_that_was_not_escaped(
    forward: Callable[[str], Push], number: str, sender: str
) -> None:
    """A blank before digits was one."""
    found = parse_forwarded(forward(f"number={number}&text=x"), Forwarding(base64=False))
    assert found == Forwarded(sender, "x")


@pytest.mark.parametrize(
    ("push", "status"),
    [
        (by_get("Text=a&Name=RUT240&Code=RUT240%2006E000"), 400),
        (by_get("Sender=1&Name=RUT240&Code=RUT240%2006E000"), 400),
        (by_get("Sender=1&Text=a&Name=RUT240"), 403),
        (by_get("Sender=1&Text=a&Name=RUT240&Code=other"), 403),
        (by_post("&".join(f"a{number}=1" for number in range(100))), 400),
        (Push(body=b"x" * (MAX_BODY + 1)), 413),
        (Push(), 403),
    ],
)
def test_what_is_malformed_or_not_ours(push: Push, status: int) -> None:
    """Is refused, and the answer repeats nothing of it."""
    answer = parse_forwarded(push, MANUAL)
    assert isinstance(answer, PushAnswer)
    assert answer.status == status
    assert "06E000" not in answer.text


@pytest.mark.parametrize(
    ("encoded", "text"),
    [
        ("SGVsbG8h", "Hello!"),
        ("SGVsbG8", "Hello"),
        ("4pyT 4pyT", "4pyT 4pyT"),
        ("8J+YgA==", "😀"),
        ("8J YgA==", "😀"),
        ("no base64 at all", "no base64 at all"),
        ("", ""),
    ],
)
def test_base64(encoded: str, text: str) -> None:
    """What is none comes as it is."""
    assert decode_text(encoded) == text


def test_an_empty_text_is_a_text() -> None:
    """People send them."""
    push = by_post("Sender=%2B370000000000&Text=")
    assert parse_forwarded(push, replace(MANUAL, extra=())) == Forwarded("+370000000000", "")


@given(st.binary(max_size=200))
def test_any_body(body: bytes) -> None:
    """It is read or refused."""
    found = parse_forwarded(Push(body=body), replace(MANUAL, base64=True))
    assert isinstance(found, (Forwarded, PushAnswer))


@given(st.text(max_size=50))
def test_base64_brings_every_text(text: str) -> None:
    """Whatever a person can write."""
    try:
        encoded = b64encode(text.encode()).decode()
    except UnicodeEncodeError:
        return
    assert decode_text(encoded) == text

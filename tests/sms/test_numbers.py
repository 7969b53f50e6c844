"""Numbers as people, templates and networks write them."""

from contextlib import suppress
import time

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.sms.numbers import (
    NumberKind,
    named_sender,
    normalize_number,
    normalize_sender,
    number_kind,
    same_number,
    sender_name,
    sender_spellings,
)


@pytest.mark.parametrize(
    ("number", "country", "normal"),
    [
        ("+49 (0) 170 123-4567", "DE", "+491701234567"),
        ("0170/1234567", "DE", "+491701234567"),
        ("0170 1234567", "de", "+491701234567"),
        ("0049 170 1234567", "DE", "+491701234567"),
        ("0049 170 1234567", "US", "+491701234567"),
        ("011 49 170 1234567", "US", "+491701234567"),
        ("\u202a+49 170 1234567\u202c", None, "+491701234567"),
        ("＋４９１７０１２３４５６７", None, "+491701234567"),
        ("(650) 253‐0000", "US", "+16502530000"),
        (32470000001, "DE", "+32470000001"),
        (1701234567, "DE", "+491701234567"),
        (6502530000, "US", "+16502530000"),
        (12345, "DE", "12345"),
        # An IoT number of 15 digits, which the number plans do not list.
        ("+423663920766251", "DE", "+423663920766251"),
        ("+882 16 1234 5678", None, "+8821612345678"),
        ("211234", "FO", "+298211234"),
        ("201234", "FO", "201234"),
        ("22922", "DE", "22922"),
        ("112", "DE", "112"),
        ("*100#", "DE", "*100#"),
        ("*#06#", None, "*#06#"),
        ("Vodafone", "DE", "Vodafone"),
        ("My Bank 24", "DE", "My Bank 24"),
        ("0170 1234567", None, "01701234567"),
        ("1234567890123456", "DE", "1234567890123456"),
    ],
)
def test_normal_form(number: str | int, country: str | None, normal: str) -> None:
    """Phone numbers become E.164 of the country, all else comes back as given."""
    assert normalize_number(number, country) == normal


@pytest.mark.parametrize(
    "number",
    [
        "", " ", "+", "+12", "+0123456789", "+49abc", "???", "5", "1" * 21, "+1" * 9,
        "a much longer name", -49170, True,
    ],
)  # fmt: skip
def test_garbage_is_refused(number: str | int) -> None:
    """What is no address raises the one error, which does not repeat it."""
    with pytest.raises(MessageError) as caught:
        normalize_number(number, "DE")
    assert caught.value.reason is MessageErrorReason.INVALID_NUMBER


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+491701234567", NumberKind.INTERNATIONAL),
        ("01701234567", NumberKind.NATIONAL),
        ("22922", NumberKind.SHORT),
        ("*100#", NumberKind.SERVICE),
        ("Vodafone", NumberKind.ALPHANUMERIC),
    ],
)
def test_kind(number: str, kind: NumberKind) -> None:
    """Every normal form has its kind."""
    assert number_kind(number) is kind


@pytest.mark.parametrize(
    ("one", "other", "country", "same"),
    [
        ("0170 1234567", "+491701234567", "DE", True),
        ("01701234567", "+491701234567", None, True),
        ("VODAFONE", "Vodafone", "DE", True),
        ("*100#", "*101#", "DE", False),
        ("12345", "+4912345", "DE", False),
        ("+491701234567", "+431701234567", "DE", False),
        ("unknown sender", "unknown sender", "DE", True),
    ],
)
def test_same_number(one: str, other: str, country: str | None, same: bool) -> None:
    """Two spellings of a number are one subscriber, both ways round."""
    assert same_number(one, other, country) is same
    assert same_number(other, one, country) is same


@given(st.text(max_size=12) | st.text(alphabet="+0123456789 -*#²７", max_size=11))
@pytest.mark.parametrize("country", ["DE", "BE", None])
def test_a_name_equals_no_number(country: str | None, name: str) -> None:
    """Whatever the name is, and however often it is normalised."""
    sender = sender_name(name)
    assert normalize_sender(sender, country) == sender
    assert number_kind(sender) is NumberKind.ALPHANUMERIC
    assert name.strip() in sender


@pytest.mark.parametrize(
    ("written", "normal", "spellings"),
    [
        ("4916", "4916", {"4916", '"4916"'}),
        (' "4916" ', "4916", {"4916", '"4916"'}),
        ('"WIND"', "WIND", {"WIND"}),
        ("0470 00 02 00", "+32470000200", {"+32470000200"}),
        ('"0470000200"', '"0470000200"', {'"0470000200"'}),
        ('"+12"', '"+12"', {'"+12"'}),
    ],
)
def test_a_sender_that_a_person_names(written: str, normal: str, spellings: set[str]) -> None:
    """A short code may come as a name too; the name of another number is never that number."""
    assert named_sender(written, "BE") == normal
    assert sender_spellings(normal, "BE") == spellings
    assert sender_name(written.strip(' "')) in spellings or normal.startswith("+")


@pytest.mark.parametrize("written", ['""', '"', '"twelve signs"', "+12", '"a"b"'])
def test_what_names_no_sender(written: str) -> None:
    """It is refused."""
    with pytest.raises(MessageError):
        named_sender(written, "BE")


@pytest.mark.parametrize("text", ["1*", "1", "+1", "a", " ", "00"])
def test_what_is_too_long_is_not_looked_at(text: str) -> None:
    """Anybody can write a number of 40 kB."""
    long = text * 20_000 + "x"
    begun = time.process_time()
    assert normalize_sender(long, "BE") == long
    assert not same_number(long, "+491701234567", "BE")
    assert number_kind(long) is NumberKind.ALPHANUMERIC
    assert time.process_time() - begun < 1


@given(st.text(max_size=30), st.sampled_from(["DE", "US", "ZZ", None]))
def test_senders_never_fail(address: str, country: str | None) -> None:
    """Whatever a network writes as the sender is kept, and its normal form is stable."""
    normal = normalize_sender(address, country)
    assert normalize_sender(normal, country) == normal


@given(st.text(max_size=30) | st.integers(), st.sampled_from(["DE", "US", None]))
def test_numbers_give_a_result_or_the_one_error(number: str | int, country: str | None) -> None:
    """Nothing but a MessageError comes out of the library behind it."""
    with suppress(MessageError):
        assert normalize_number(number, country)

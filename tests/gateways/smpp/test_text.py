"""Texts in short messages, in whatever alphabet was agreed."""

from hypothesis import assume, given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.errors import MessageError
from custom_components.cellular_gateway.gateways.models import OutgoingSms
from custom_components.cellular_gateway.gateways.smpp.codec.commands import HAS_HEADER
from custom_components.cellular_gateway.gateways.smpp.codec.pdu import decode_short_message
from custom_components.cellular_gateway.gateways.smpp.codec.text import (
    Content,
    DefaultAlphabet,
    decode,
)
from custom_components.cellular_gateway.gateways.smpp.send import encode
from custom_components.cellular_gateway.gateways.smpp.settings import (
    TEST_TEXT,
    LongText,
    SmppSettings,
)
from custom_components.cellular_gateway.sms.alphabet import encode_gsm7, pack
from custom_components.cellular_gateway.sms.segments import EncodingPolicy
from custom_components.cellular_gateway.sms.tables import LOCKING_SHIFT, SINGLE_SHIFT
from custom_components.cellular_gateway.sms.tpdu import Concatenation

GSM7, PACKED, LATIN1 = DefaultAlphabet
GSM_CHARACTERS = "".join(
    char for char in LOCKING_SHIFT[0] + SINGLE_SHIFT[0] if char not in "\x1b\r\x0c"
)


def contents(
    text: str, alphabet: DefaultAlphabet, long: LongText = LongText.UDH, **options: object
) -> list[Content]:
    """Send a text, and read the parts as the other side would."""
    settings = SmppSettings(host="h", default_alphabet=alphabet, long_text=long)
    message = OutgoingSms(number="+491701234567", text=text, **options)  # type: ignore[arg-type]
    parts = [decode_short_message(body) for body in encode(message, settings)[1]]
    return [
        decode(part.data, part.data_coding, alphabet, has_header=bool(part.esm_class & HAS_HEADER))
        for part in parts
    ]


@pytest.mark.parametrize(
    ("alphabet", "octets"),
    [
        (GSM7, "005f7f1b28"),
        (PACKED, "80ef7f8302"),
        (LATIN1, "40a7e07b"),
    ],
)
def test_what_data_coding_0_means(alphabet: DefaultAlphabet, octets: str) -> None:
    """The same text "@§à{", three times; each agreed on with another service centre."""
    settings = SmppSettings(host="h", default_alphabet=alphabet)
    encoding, (body,) = encode(OutgoingSms(number="12345", text="@§à{"), settings)
    part = decode_short_message(body)
    assert (encoding, part.data_coding, part.esm_class) == ("gsm7", 0, 0)
    assert part.data.hex() == octets
    assert decode(part.data, 0, alphabet, has_header=False).text == "@§à{"


def test_the_test_text_tells_them_apart() -> None:
    """Read in any other alphabet than it was written in, it is another text.

    But we read Latin-1 where GSM 7 bit was agreed on, since it can be nothing else.
    """
    for written in DefaultAlphabet:
        settings = SmppSettings(host="h", default_alphabet=written)
        _, (body,) = encode(OutgoingSms(number="12345", text=TEST_TEXT), settings)
        data = decode_short_message(body).data
        for read in DefaultAlphabet:
            text = decode(data, 0, read, has_header=False).text
            is_forgiven = (written, read) == (LATIN1, GSM7)
            assert (text == TEST_TEXT) is (read is written or is_forgiven)


@pytest.mark.parametrize("count", range(1, 18))
@pytest.mark.parametrize("text", ["@", "a"])
def test_packed_texts_of_any_length(count: int, text: str) -> None:
    """Seven bits over are no "@", so that one in their place is lost and no other."""
    is_lost = text == "@" and count % 8 == 0
    assert contents(text * count, PACKED)[0].text == text * (count - is_lost)


@pytest.mark.parametrize("text", ["status?", "ON", "heating", "0123456789abcde", "x" * 8])
def test_packed_texts_are_filled_with_zeros(text: str) -> None:
    """As short messages are on the air."""
    octets = pack(encode_gsm7(text))
    assert decode(octets, 0, PACKED, has_header=False).text == text


@pytest.mark.parametrize(
    ("text", "alphabet", "encoding"),
    [
        ("€", GSM7, "gsm7"),
        ("€", LATIN1, "ucs2"),
        ("Δ", LATIN1, "ucs2"),
        ("ê", LATIN1, "ucs2"),
        ("ê", GSM7, "ucs2"),
        ("é", LATIN1, "gsm7"),
        ("😀", GSM7, "ucs2"),
    ],
)
def test_what_an_alphabet_lacks(text: str, alphabet: DefaultAlphabet, encoding: str) -> None:
    """Goes out as UCS-2, and arrives."""
    settings = SmppSettings(host="h", default_alphabet=alphabet)
    assert encode(OutgoingSms(number="12345", text=text), settings)[0] == encoding
    assert contents(text, alphabet)[0].text == text


def test_what_may_not_be_ucs2() -> None:
    """Is refused before anything is sent."""
    with pytest.raises(MessageError):
        contents("€", LATIN1, encoding=EncodingPolicy.GSM7)
    with pytest.raises(MessageError):
        contents("😀", GSM7, encoding=EncodingPolicy.GSM7)


@pytest.mark.parametrize(
    ("coding", "octets", "text", "message_class"),
    [
        (0x01, b"plain", "plain", None),
        (0x03, "Grüße".encode("latin-1"), "Grüße", None),
        (0x06, "Привет".encode("iso8859_5"), "Привет", None),
        (0x07, "שלום".encode("iso8859_8"), "שלום", None),
        (0x08, "日本".encode("utf-16-be"), "日本", None),
        (0x0E, "한국".encode("euc_kr"), "한국", None),
        (0x10, b"now", "now", 0),
        (0x18, "日".encode("utf-16-be"), "日", 0),
        (0xF0, b"now", "now", 0),
        (0xF1, b"later", "later", 1),
        (0xF5, b"\x01\x02", None, 1),
        (0x02, b"\x01\x02", None, None),
        (0x04, b"\x01\x02", None, None),
        (0x09, b"\x01\x02", None, None),
        (0x00, b"", "", None),
        (0x00, "Grüße".encode("latin-1"), "Grüße", None),
    ],
)
def test_what_data_codings_mean(
    coding: int, octets: bytes, text: str | None, message_class: int | None
) -> None:
    """Clause 5.2.19, and what is left to GSM there; octets that are no septets are Latin-1."""
    assert decode(octets, coding, GSM7, has_header=False) == Content(text, None, message_class)


@pytest.mark.parametrize("alphabet", DefaultAlphabet)
def test_parts(alphabet: DefaultAlphabet) -> None:
    """Each with its place, and as long as a short message on the air may be."""
    text = "0123456789" * 40
    parts = contents(text, alphabet)
    assert [len(part.text or "") for part in parts] == [153, 153, 94]
    places = [part.concatenation for part in parts]
    assert [(place.number, place.total) for place in places if place] == [(1, 3), (2, 3), (3, 3)]
    assert "".join(part.text or "" for part in parts) == text


@pytest.mark.parametrize("alphabet", DefaultAlphabet)
@pytest.mark.parametrize("text", ["many {words} " * 60, "ж" * 300])
def test_a_payload_is_whole(alphabet: DefaultAlphabet, text: str) -> None:
    """However long it is."""
    assert contents(text, alphabet, LongText.PAYLOAD) == [Content(text, None, None)]


@pytest.mark.parametrize(
    ("data", "text", "place"),
    [
        (b"\x05\x00\x03\x07\x02\x01Hi", "Hi", Concatenation(7, 2, 1)),
        (b"\x06\x08\x04\x01\x00\x02\x02Hi", "Hi", Concatenation(256, 2, 2, wide=True)),
        (b"\x05\x00\x03\x07\x02\x03Hi", "Hi", None),
        (b"\x03\x24\x01\x01\x1b\x1b", " ", None),
        (b"\x40Hi", "@Hi".replace("@", "¡"), None),
        (b"\x00Hi", "Hi", None),
        (b"", "", None),
    ],
)
def test_headers(data: bytes, text: str, place: Concatenation | None) -> None:
    """Those that make no sense are taken for text, or for no header."""
    assert decode(data, 0, GSM7, has_header=True)[:2] == (text, place)


@given(st.text(GSM_CHARACTERS, min_size=1, max_size=500), st.sampled_from(DefaultAlphabet))
def test_gsm_texts_arrive(text: str, alphabet: DefaultAlphabet) -> None:
    """In any alphabet, in as many parts as it takes."""
    assume(alphabet is not PACKED or "@" not in text)
    assert "".join(part.text or "" for part in contents(text, alphabet)) == text


@given(st.text(min_size=1, max_size=200), st.sampled_from(DefaultAlphabet))
def test_any_text_arrives(text: str, alphabet: DefaultAlphabet) -> None:
    """What no encoding has is all that may change."""
    sent = text.encode("utf-16-be", "replace").decode("utf-16-be")
    parts = contents(text, alphabet, encoding=EncodingPolicy.UCS2, max_parts=255)
    assert "".join(part.text or "" for part in parts) == sent


@given(
    st.binary(max_size=300),
    st.integers(0, 255),
    st.sampled_from(DefaultAlphabet),
    st.booleans(),
)
def test_nothing_fails(
    data: bytes, coding: int, alphabet: DefaultAlphabet, has_header: bool
) -> None:
    """Whatever was sent, it is a text or it is none."""
    found = decode(data, coding, alphabet, has_header=has_header)
    assert found.text is None or isinstance(found.text, str)

"""How texts and data are cut for sending, and what a dry run tells."""

from datetime import timedelta
import unicodedata

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.alphabet import NationalLanguage, is_gsm7
from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.sms.graphemes import clusters
from custom_components.cellular_gateway.sms.segments import (
    EncodingPolicy,
    Segmentation,
    segment,
    segment_data,
    submits,
)
from custom_components.cellular_gateway.sms.tpdu import Concatenation, Ports, decode_outgoing

TURKISH = frozenset({NationalLanguage.TURKISH})
EVERY_LANGUAGE = frozenset(NationalLanguage)
FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇩🇪"


def texts(result: Segmentation) -> list[str]:
    """Return the texts of the parts."""
    return [part.text for part in result.parts]


def read_back(result: Segmentation) -> str:
    """Return what the recipient reads of what is sent."""
    messages = submits("+491701234567", result)
    return "".join(decode_outgoing(message.encode().pdu).text or "" for message in messages)


@pytest.mark.parametrize(
    ("text", "encoding", "lengths", "units_left"),
    [
        ("x" * 160, "gsm7", [160], 0),
        ("x" * 161, "gsm7", [153, 8], 145),
        ("x" * 306, "gsm7", [153, 153], 0),
        ("x" * 159 + "€", "gsm7", [153, 7], 145),
        ("x" * 152 + "€" + "x" * 20, "gsm7", [152, 21], 131),
        ("ж" * 70, "ucs2", [70], 0),
        ("ж" * 71, "ucs2", [67, 4], 63),
        ("😉" * 35, "ucs2", [35], 0),
        ("😉" * 36, "ucs2", [33, 3], 61),
        ("x", "gsm7", [1], 159),
    ],
)
def test_parts(text: str, encoding: str, lengths: list[int], units_left: int) -> None:
    """Where a text is cut, and what the last part still holds."""
    result = segment(text)
    assert result.encoding == encoding
    assert [len(part) for part in texts(result)] == lengths
    assert result.units_left == units_left
    assert read_back(result) == text


@pytest.mark.parametrize(
    ("wide", "ports", "lengths"),
    [
        (True, None, [152, 152, 2]),
        (False, Ports(5000), [146, 146, 14]),
        (True, Ports(5000), [145, 145, 16]),
        (False, Ports(240, 241), [148, 148, 10]),
    ],
)
def test_headers_take_room(wide: bool, ports: Ports | None, lengths: list[int]) -> None:
    """16-bit references and ports leave fewer septets."""
    result = segment("x" * 306, wide_reference=wide, ports=ports, reference=7)
    assert [len(part) for part in texts(result)] == lengths
    headers = [part.header for part in result.parts]
    assert [header and header.concatenation for header in headers] == [
        Concatenation(7, 3, number, wide) for number in (1, 2, 3)
    ]
    if ports:
        assert {header and header.ports and header.ports.destination for header in headers} == {
            ports.destination
        }
    assert read_back(result) == "x" * 306


def test_single_part_has_a_header_for_ports_only() -> None:
    """One part needs no reference."""
    assert segment("x" * 160).parts[0].header is None
    header = segment("x", ports=Ports(5000)).parts[0].header
    assert header is not None
    assert header.concatenation is None


@pytest.mark.parametrize(
    "unit",
    ["é\u0323\u0301", FAMILY, FLAG, "👍🏽", "1\ufe0f\u20e3", "क्षि", "\r\n", "각", "❤️", "ก็"],
)
@pytest.mark.parametrize("offset", range(8))
def test_characters_as_seen_are_not_cut(unit: str, offset: int) -> None:
    """A base keeps its marks, a joined emoji its people, a flag both letters."""
    text = "ж" * (66 - offset) + unit + "ж" * 30
    result = segment(text)
    assert len(result.parts) == 2
    assert sum(unit in part for part in texts(result)) == 1
    assert "".join(texts(result)) == text


def test_two_flags_are_two_characters() -> None:
    """Regional indicators pair from the left."""
    assert clusters(FLAG * 3 + "a") == [FLAG, FLAG, FLAG, "a"]


def test_character_larger_than_a_part() -> None:
    """More marks than a message holds are cut between code points, never lost."""
    text = "a" + "\u0323" * 100 + "\U0001d165" * 60
    assert "".join(texts(segment(text))) == text


@pytest.mark.parametrize(
    ("text", "policy", "encoding", "sent", "forcing"),
    [
        ("21 °C", EncodingPolicy.AUTO, "ucs2", None, ("°",)),
        ("21 °C", EncodingPolicy.TRANSLITERATE, "gsm7", "21 degC", ("°",)),
        ("21 °C", EncodingPolicy.GSM7, "gsm7", "21 degC", ("°",)),
        ("21 °C 😉", EncodingPolicy.TRANSLITERATE, "ucs2", None, ("°", "😉")),
        ("21 °C", EncodingPolicy.UCS2, "ucs2", None, ("°",)),
        ("21 C", EncodingPolicy.UCS2, "ucs2", None, ()),
        ("été", EncodingPolicy.AUTO, "gsm7", None, ()),
        ("e\u0301te\u0301", EncodingPolicy.AUTO, "gsm7", "été", ()),
        ("o\u0302", EncodingPolicy.AUTO, "ucs2", None, ("ô",)),
    ],
)
def test_policies(
    text: str, policy: EncodingPolicy, encoding: str, sent: str | None, forcing: tuple[str, ...]
) -> None:
    """A dry run tells the encoding, the text that goes out, and which characters ask for UCS-2."""
    result = segment(text, policy=policy)
    assert (result.encoding, result.transliterated, result.forcing) == (encoding, sent, forcing)
    assert "".join(texts(result)) == (sent or text)


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("", {}, MessageErrorReason.EMPTY_MESSAGE),
        ("😉", {"policy": EncodingPolicy.GSM7}, MessageErrorReason.TEXT_NOT_ENCODABLE),
        ("\u200b", {"policy": EncodingPolicy.GSM7}, MessageErrorReason.TEXT_NOT_ENCODABLE),
        ("x" * 1531, {}, MessageErrorReason.TOO_MANY_PARTS),
        ("x" * 161, {"max_parts": 1}, MessageErrorReason.TOO_MANY_PARTS),
        ("x" * 153 * 256, {"max_parts": 999}, MessageErrorReason.TOO_MANY_PARTS),
        ("x" * 161, {"reference": 256}, MessageErrorReason.INVALID_REFERENCE),
        ("x", {"ports": Ports(70000)}, MessageErrorReason.INVALID_REFERENCE),
    ],
)
def test_refusals(text: str, options: dict[str, object], reason: MessageErrorReason) -> None:
    """What cannot be sent is refused with its reason."""
    with pytest.raises(MessageError) as caught:
        segment(text, **options)  # type: ignore[arg-type]
    assert caught.value.reason is reason


def test_most_parts() -> None:
    """Ten parts by default, 255 at most."""
    assert len(segment("x" * 1530).parts) == 10
    assert len(segment("x" * 153 * 255, max_parts=255).parts) == 255


@pytest.mark.parametrize(
    ("text", "locking", "single", "left"),
    [
        ("Iğdır", NationalLanguage.TURKISH, NationalLanguage.DEFAULT, 155 - 5),
        ("ğ" + "è" * 20, NationalLanguage.DEFAULT, NationalLanguage.TURKISH, 155 - 22),
        ("plain", NationalLanguage.DEFAULT, NationalLanguage.DEFAULT, 160 - 5),
    ],
)
def test_national_tables(
    text: str, locking: NationalLanguage, single: NationalLanguage, left: int
) -> None:
    """An allowed language saves UCS-2, with the tables that cost least."""
    result = segment(text, national=TURKISH)
    assert result.encoding == "gsm7"
    assert result.forcing == ()
    assert read_back(result) == text
    assert (result.locking, result.single) == (locking, single)
    assert result.units_left == left
    assert segment(text).encoding == ("gsm7" if is_gsm7(text) else "ucs2")


def test_national_text_in_parts() -> None:
    """A long Hindi text takes half the parts, and conjuncts stay whole."""
    text = "नमस्ते दुनिया " * 30
    result = segment(text, national=frozenset({NationalLanguage.HINDI}), max_parts=20)
    assert result.encoding == "gsm7"
    assert len(result.parts) < len(segment(text, max_parts=20).parts)
    assert read_back(result) == text
    assert all(unicodedata.combining(part[0]) == 0 for part in texts(result))


def test_data() -> None:
    """Binary data goes out in 8-bit parts with its ports, and comes back."""
    data = bytes(range(256)) * 2
    result = segment_data(data, ports=Ports(2948, 9200), reference=1)
    assert (result.encoding, len(result.parts)) == ("data8", 4)
    sent = [decode_outgoing(message.encode().pdu) for message in submits("+491701234567", result)]
    assert b"".join(message.data for message in sent) == data
    assert {message.text for message in sent} == {None}
    assert len(segment_data(bytes(140)).parts) == 1
    with pytest.raises(MessageError):
        segment_data(b"")


def test_submits_carry_the_options() -> None:
    """Flash, validity and status report are in every part."""
    messages = submits(
        "*100#",
        "x" * 200,
        smsc="+491760000443",
        flash=True,
        validity=timedelta(hours=1),
        status_report=True,
    )
    assert len(messages) == 2
    for message in map(decode_outgoing, (message.encode().pdu for message in messages)):
        assert message.recipient.number == "*100#"
        assert message.coding.message_class == 0
        assert message.validity == timedelta(hours=1)
        assert message.status_report
        assert message.smsc == "+491760000443"


def test_submits_refuse_before_the_first_part() -> None:
    """A number without an address field is refused at once."""
    with pytest.raises(MessageError) as caught:
        submits("1" * 21, "hello")
    assert caught.value.reason is MessageErrorReason.INVALID_NUMBER


printable = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("€[]\u0301\u200d😉\u094d🇩"),
    min_size=1,
    max_size=400,
)


@given(printable, st.booleans(), st.sampled_from([frozenset(), TURKISH, EVERY_LANGUAGE]))
def test_what_is_sent_is_what_is_read(
    text: str, wide: bool, national: frozenset[NationalLanguage]
) -> None:
    """Any text arrives as it is (composed at most), in parts that fit."""
    result = segment(text, wide_reference=wide, national=national, max_parts=255)
    sent = result.transliterated or text
    assert unicodedata.normalize("NFC", sent) == unicodedata.normalize("NFC", text)
    assert read_back(result) == sent
    assert all(part.text for part in result.parts)
    assert result.units_left >= 0
    limit = 160 if result.encoding == "gsm7" else 140
    assert all(part.user_data_length <= limit for part in result.parts)


@given(printable, st.sampled_from([EncodingPolicy.TRANSLITERATE, EncodingPolicy.UCS2]))
def test_policies_never_fail_for_text(text: str, policy: EncodingPolicy) -> None:
    """These policies have a way for every text."""
    result = segment(text, policy=policy, max_parts=255)
    assert read_back(result) == (result.transliterated or text)

"""The alphabets, and septets in octets (3GPP TS 23.038)."""

import gsmcodecs
from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.alphabet import (
    decode_gsm7,
    decode_ucs2,
    encode_gsm7,
    encode_ucs2,
    is_gsm7,
    not_in_gsm7,
    pack,
    pack_ussd,
    transliterate,
    unpack,
    unpack_ussd,
)
from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.sms.tables import (
    LOCKING_SHIFT,
    SINGLE_SHIFT,
    NationalLanguage,
)

ESCAPE = 0x1B
# gsmcodecs 1.0.0 has an apostrophe for the comma of the Indic and Urdu locking tables, and Kannada
# PA twice instead of DDA (U+0CA1), which its neighbours show.
ERRATA: dict[tuple[int, int], str] = {
    **{(language, 0x2C): "," for language in range(NationalLanguage.BENGALI, 14)},
    (NationalLanguage.KANNADA, 0x24): "\u0ca1",
}

septets = st.binary(max_size=160).map(lambda data: bytes(octet & 0x7F for octet in data))
languages = st.sampled_from(list(NationalLanguage))


@pytest.mark.parametrize("language", LOCKING_SHIFT)
def test_locking_table_agrees_with_an_independent_one(language: int) -> None:
    """Every code of a locking shift table reads as gsmcodecs reads it."""
    codec = gsmcodecs.makeCodec(language, 0)
    for code in set(range(128)) - {ESCAPE}:
        theirs = codec.decode(bytes((code,)), "ignore")[0] or " "
        assert decode_gsm7(bytes((code,)), language) == ERRATA.get((language, code), theirs)


@pytest.mark.parametrize("language", SINGLE_SHIFT)
def test_single_shift_table_agrees_with_an_independent_one(language: int) -> None:
    """Every escape reads as gsmcodecs reads it, and as the main table where it has none."""
    codec = gsmcodecs.Codec(0, 0)
    codec._shiftDecode = gsmcodecs.GSMCHARMAPS[language]["singleShift"]["decode"]
    for code in range(128):
        theirs = codec.decode(bytes((ESCAPE, code)), "ignore")[0] or decode_gsm7(bytes((code,)))
        assert decode_gsm7(bytes((ESCAPE, code)), 0, language) == theirs


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ("1b65", "€"),
        ("1b0a", "\f"),
        ("411b", "A "),
        ("1b1b41", " A"),
        ("1b41", "A"),
        ("1b3c1b3e", "[]"),
    ],
)
def test_escapes(codes: str, text: str) -> None:
    """Unknown escapes show the main table's character, doubled and cut ones a space."""
    assert decode_gsm7(bytes.fromhex(codes)) == text


@pytest.mark.parametrize(
    ("text", "locking", "single", "codes"),
    [
        ("İyi geceler şimdi", 1, 0, "40796920676563656c6572201d696d6469"),
        ("ağ", 0, 1, "611b67"),
        ("Información", 0, 2, "496e666f726d6163691b6f6e"),
        ("Coração", 3, 0, "436f7261097b6f"),
        ("नमस्ते", 6, 0, "2f424c5f2759"),
    ],
)
def test_national_tables(text: str, locking: int, single: int, codes: str) -> None:
    """Words in their language's tables (TS 23.038 annex A), worked out by hand."""
    assert encode_gsm7(text, locking, single).hex() == codes
    assert decode_gsm7(bytes.fromhex(codes), locking, single) == text


@pytest.mark.parametrize(("locking", "single"), [(2, 0), (14, 0), (255, 255)])
def test_languages_without_a_table_take_the_default(locking: int, single: int) -> None:
    """A reserved language identifier does not make a text unreadable."""
    assert decode_gsm7(b"\x00\x1b\x65", locking, single) == "@€"


def test_characters_that_are_missing() -> None:
    """The refusal names its reason, and the characters can be asked for."""
    with pytest.raises(MessageError) as caught:
        encode_gsm7("1 ⁄ 2 ½")
    assert caught.value.reason is MessageErrorReason.TEXT_NOT_ENCODABLE
    assert "½" not in str(caught.value)
    assert not_in_gsm7("½ or ⅓ or ½") == ("½", "⅓")
    assert is_gsm7("{5 €}")


@given(septets, st.integers(0, 6))
def test_packing_is_undone_by_unpacking(data: bytes, fill_bits: int) -> None:
    """Septets survive being packed, behind any number of fill bits."""
    packed = pack(data, fill_bits)
    assert len(packed) == (len(data) * 7 + fill_bits + 7) // 8
    assert unpack(packed, len(data), fill_bits) == data


@given(septets)
def test_packing_is_the_bit_stream_of_the_standard(data: bytes) -> None:
    """Packed septets are the bits of TS 23.038 clause 6.1.2.1, lowest first."""
    bits = "".join(f"{septet:07b}"[::-1] for septet in data)
    bits += "0" * (-len(bits) % 8)
    octets = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    assert pack(data) == octets


@given(septets, languages, languages)
def test_every_septet_string_reads(data: bytes, locking: int, single: int) -> None:
    """Decoding never fails, and what it gives encodes again."""
    text = decode_gsm7(data, locking, single)
    assert decode_gsm7(encode_gsm7(text, locking, single), locking, single) == text


def test_unpack_refuses_what_is_not_there() -> None:
    """Twelve septets do not fit into ten octets."""
    with pytest.raises(MessageError):
        unpack(bytes(10), 12)


@given(st.text(alphabet="ab€@1", max_size=180))
def test_ussd_round_trip(text: str) -> None:
    """A USSD string comes back without the fill character."""
    assert unpack_ussd(pack_ussd(text)) == text


@given(st.text())
def test_ucs2_round_trip(text: str) -> None:
    """Every text, also beyond the basic plane, survives UCS-2."""
    assert decode_ucs2(encode_ucs2(text)) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [("d83dde09", "😉"), ("d83d", "\ufffd"), ("0041de09", "A\ufffd"), ("004100", "A"), ("", "")],
)
def test_broken_ucs2(octets: str, text: str) -> None:
    """Half a surrogate pair is replaced, an odd octet dropped."""
    assert decode_ucs2(bytes.fromhex(octets)) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zkouška sirén", "Zkouska sirén"),
        ("„Łódź“ – 21 °C…", '"Lódz" - 21 degC...'.replace("ó", "o")),
        ("Καλημέρα", "KAΛHMEPA"),
        ("Щука и Ёж", "Shchuka i Ezh"),
        ("ﬁn ½ № 5", "fin 1/2 No 5"),
        ("e\u0301te\u0301", "été"),
        ("50\u202f000\xa0€", "50 000 €"),
        ("漢字 😉", "漢字 😉"),
        ("नमस्ते", "नमस्ते"),
        ("plain {text}", "plain {text}"),
    ],
)
def test_transliteration(text: str, plain: str) -> None:
    """What GSM 7 bit lacks becomes what reads the same; what has no such thing stays."""
    assert transliterate(text) == plain


@given(st.text())
def test_transliteration_settles(text: str) -> None:
    """Doing it twice changes nothing, and it never adds what cannot be encoded."""
    once = transliterate(text)
    assert transliterate(once) == once

"""USSD strings in the dialects of modems (3GPP TS 27.007 clause 7.15, TS 23.038 clause 5)."""

import json
from pathlib import Path
import re
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.alphabet import (
    decode_ucs2,
    encode_gsm7,
    encode_ucs2,
    is_gsm7,
    pack,
    pack_ussd,
    unpack_ussd,
)
from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.sms.tpdu import Alphabet
from custom_components.cellular_gateway.sms.ussd import (
    CODING_GSM7,
    CODING_UCS2,
    UssdDialect,
    UssdStatus,
    UssdString,
    coding_alphabet,
    decode_ussd,
    encode_ussd,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "cusd.json"
REPORT = re.compile(r'\+CUSD: (\d)(?:, ?"?([^"]*)"?(?:,(\d+))?)?')

# The origin keeps the language indication of coding 0x11 as a Chinese character.
LANGUAGE_KEPT = {"gammu/at-ussd/issue377-HE910-D"}
LANGUAGE = decode_ucs2(pack(encode_gsm7("ar")))

TEXTS = [
    "Your balance is 12.34 EUR.",
    "Ihr Guthaben beträgt 5,78 Euro für die Nr. 4915783647410",
    "Votre crédit est épuisé. Rechargez-le !",
    "Su saldo es $10.00 y vence el 31/12/2026",
    "1.Balance\n2.Top up\n3.Exit",
    "TO YΠOΛOIΠO ΣAΣ EINAI 5.00",
    "Balance: 5€ [main]",
    "Баланс:2220,76р",
    "Для справки о балансе наберите *105#.",
    "رصيدك 107.93 د.ل",
    "יתרה: 5.00",
    "Το υπόλοιπό σας είναι 5€",
    "余额10元",
    "您的余额为 12.50 元",
    "残高は1,200円です",
    "잔액은 5,000원입니다",
    "ยอดเงินคงเหลือ 50 บาท",
    "आपका बैलेंस 10.50 रु",
    "Thank you 👍",
]
LATIN = [text for text in TEXTS if is_gsm7(text)]


def cases() -> list[Any]:
    """Return the reports that other implementations met, with what they read."""
    if not VECTORS.exists():
        return [pytest.param({}, marks=pytest.mark.skip("no vectors beside the repository"))]
    return [pytest.param(case, id=case["id"]) for case in json.loads(VECTORS.read_text())]


@pytest.mark.parametrize("case", cases())
def test_vector(case: dict[str, Any]) -> None:
    """A report reads as its origin says."""
    expected = case["expected"]
    lines = [case["reply"]] if "reply" in case else case["reply_lines"]
    reports = [match for line in lines if (match := REPORT.match(line))]
    found = [
        None if string is None else decode_ussd(string, int(coding) if coding else None)
        for _, string, coding in (report.groups() for report in reports)
    ]
    text = expected["text"]
    if case["id"] in LANGUAGE_KEPT:
        assert text.startswith(LANGUAGE)
        text = text.removeprefix(LANGUAGE)
    assert found[-1] == text
    assert UssdStatus(int(reports[-1][1])) == expected.get("m", int(reports[-1][1]))


@pytest.mark.parametrize("coding", [CODING_UCS2, 0x58, CODING_GSM7, 0, None, 300])
@pytest.mark.parametrize("text", TEXTS)
def test_ucs2(text: str, coding: int | None) -> None:
    """UCS-2 in hexadecimal is read, even where the coding is missing or says something else."""
    assert decode_ussd(encode_ucs2(text).hex().upper(), coding) == text
    assert decode_ussd(encode_ucs2(text).hex(), coding) == text


@pytest.mark.parametrize("coding", [CODING_GSM7, 0, 0xF1, 0x44, None])
@pytest.mark.parametrize("text", LATIN)
def test_packed(text: str, coding: int | None) -> None:
    """Packed septets in hexadecimal are read."""
    assert decode_ussd(pack_ussd(text).hex().upper(), coding) == text


@pytest.mark.parametrize("coding", [CODING_GSM7, 0, 0x44, 0xF4, None])
@pytest.mark.parametrize("text", ["PIN?", "Saldo: 3,20 EUR", "1.Balance\n2.Top up\n3.Exit"])
def test_octets(text: str, coding: int | None) -> None:
    """One octet in hexadecimal for each character, as the character set HEX has it, is read."""
    assert decode_ussd(encode_gsm7(text).hex(), coding) == text


@pytest.mark.parametrize("coding", [CODING_GSM7, CODING_UCS2, None])
@pytest.mark.parametrize("text", TEXTS)
def test_plain(text: str, coding: int | None) -> None:
    """A text in the modem's character set is left alone, whatever the coding."""
    assert decode_ussd(text, coding) == text


@pytest.mark.parametrize("coding", [CODING_GSM7, 0, None])
@pytest.mark.parametrize("text", ["1000", "25", "436601234567", "Added", "Face", "0"])
def test_plain_like_hexadecimal(text: str, coding: int | None) -> None:
    """A short answer that could be hexadecimal is left alone, unless a modem says it is."""
    assert decode_ussd(text, coding) == text


@pytest.mark.parametrize(
    ("string", "coding", "text"),
    [
        ("W{hlen Sie |ffnen: 3 M~nzen, sch|n", None, "Wählen Sie öffnen: 3 Münzen, schön"),
        ("5 \x1be f\x7fr Sie", 15, "5 € fàr Sie"),
        ("Pr\x05pay\x05", 15, "Prépayé"),
        ("Kosten {1} [2] ~3 a@b.de", 15, "Kosten {1} [2] ~3 a@b.de"),
        ("me_and{you}all", 15, "me_and{you}all"),
        ("Thanks\r", 15, "Thanks"),
        ("en\rYour balance", 0x10, "Your balance"),
        ("Your balance", 0x10, "Your balance"),
        (pack_ussd("de\rIhr Guthaben").hex(), 0x10, "Ihr Guthaben"),
        ("6139" + encode_ucs2("رصيدك 5").hex(), 0x11, "رصيدك 5"),
        (encode_ucs2("رصيدك 5").hex(), 0x11, "رصيدك 5"),
        (encode_ucs2("Saldo 5\0\uffff恱").hex(), 72, "Saldo 5"),
        ("C8329BFD06", 15, "Hello"),
        ("48656C6C6F", 15, "Hello"),
        ("C3A4C3B6", 0x44, "äö"),
        ("E4F6FC20E4", 0x44, "äöü ä"),
        # Modems of MTS, Tele2 and Indosat: obsy/sms_tool 4, wdoekes/asterisk-chan-dongle 38,
        # gammu/gammu 513.
        ("04110430043B0430043D0441003A0032003200320030002C003700360440", 72, "Баланс:2220,76р"),
        ("CE325C1EB6A7D9EE7C1AE47EB7CB72507DCEAE9FD3", 15, "Nepravilnyi nomer uslugi"),
        ("312E59410A322E43656B204B756F74610A332E4E656C706F6E", 0, "1.YA\n2.Cek Kuota\n3.Nelpon"),
        ("", None, ""),
    ],
)
def test_oddities(string: str, coding: int | None, text: str) -> None:
    """Character sets, languages and buffers that leak into a string are cleared away."""
    assert decode_ussd(string, coding) == text


@pytest.mark.parametrize("string", ["FFFF", "ABC", "0x12", "FFFFFFFFFFFF", "0G" * 5])
def test_unreadable_is_kept(string: str) -> None:
    """What is no text in any reading comes back as it is."""
    assert decode_ussd(string, 72) == string


@given(st.text() | st.from_regex("([0-9A-F]{2})+", fullmatch=True), st.none() | st.integers())
def test_never_fails(string: str, coding: int | None) -> None:
    """Whatever a modem writes, there is a text, and nothing is lost."""
    assert bool(decode_ussd(string, coding)) == bool(string.strip("\r\0"))


@pytest.mark.parametrize(
    ("coding", "alphabet"),
    [
        *((coding, Alphabet.GSM7) for coding in (0x00, 0x0F, 0x10, 0x20, 0x24, 0x3F)),
        *((coding, Alphabet.GSM7) for coding in (0x12, 0x40, 0x4C, 0x50, 0x90, 0xA8, 0xE4, 0xF0)),
        *((coding, Alphabet.DATA8) for coding in (0x44, 0x57, 0x64, 0x94, 0xF4, 0xF7)),
        *((coding, Alphabet.UCS2) for coding in (0x11, 0x48, 0x5A, 0x78, 0x98)),
        *((coding, Alphabet.GSM7) for coding in (-1, 256, 0x148, 10**9)),
    ],
)
def test_coding(coding: int, alphabet: Alphabet) -> None:
    """Coding groups name their alphabet; reserved ones are the default alphabet."""
    assert coding_alphabet(coding) is alphabet


@pytest.mark.parametrize(
    ("text", "dialect", "string", "coding"),
    [
        ("*100#", UssdDialect.PLAIN, "*100#", 15),
        # The packed string of 3GPP TS 23.038 has a carriage return for seven spare bits.
        ("*100#", UssdDialect.PACKED, "AA180C3602", 15),
        ("*101*4#", UssdDialect.PACKED, "AA182CA6A28D1A", 15),
        ("*100#", UssdDialect.UCS2, "002A0031003000300023", 15),
        ("saldo@x", UssdDialect.PLAIN, "00730061006C0064006F00400078", 72),
        ('say "1"', UssdDialect.PLAIN, "0073006100790020002200310022", 72),
        ("ä", UssdDialect.PACKED, "7B", 15),
        ("баланс", UssdDialect.PLAIN, "04310430043B0430043D0441", 72),
        ("баланс", UssdDialect.PACKED, "04310430043B0430043D0441", 72),
        ("баланс", UssdDialect.UCS2, "04310430043B0430043D0441", 72),
    ],
)
def test_request(text: str, dialect: UssdDialect, string: str, coding: int) -> None:
    """A request is written as the modem takes it; what the dialect lacks goes out as UCS-2."""
    assert encode_ussd(text, dialect) == UssdString(string, coding)


@pytest.mark.parametrize("dialect", UssdDialect)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", MessageErrorReason.EMPTY_MESSAGE),
        ("*100#\rAT+CFUN=0", MessageErrorReason.TEXT_NOT_ENCODABLE),
        ("\x1a", MessageErrorReason.TEXT_NOT_ENCODABLE),
        ("\ud800", MessageErrorReason.TEXT_NOT_ENCODABLE),
        ("a" * 183, MessageErrorReason.MESSAGE_TOO_LONG),
        ("a" * 5000, MessageErrorReason.MESSAGE_TOO_LONG),
        ("я" * 81, MessageErrorReason.MESSAGE_TOO_LONG),
        ("👍" * 41, MessageErrorReason.MESSAGE_TOO_LONG),
    ],
)
def test_request_is_refused(text: str, reason: MessageErrorReason, dialect: UssdDialect) -> None:
    """What does not fit or would end the command line is not sent."""
    with pytest.raises(MessageError) as error:
        encode_ussd(text, dialect)
    assert error.value.reason is reason


@pytest.mark.parametrize("dialect", UssdDialect)
@pytest.mark.parametrize("text", ["a" * 182, "я" * 80, "👍" * 40])
def test_longest_request(text: str, dialect: UssdDialect) -> None:
    """160 octets are sent."""
    assert encode_ussd(text, dialect).string


@given(st.text(min_size=1, max_size=80), st.sampled_from(UssdDialect))
def test_request_says_what_was_meant(text: str, dialect: UssdDialect) -> None:
    """A request has the text and nothing that ends a parameter or a command."""
    try:
        request = encode_ussd(text, dialect)
    except MessageError:
        assert not text.isprintable() or len(encode_ucs2(text)) > 160
        return
    string, coding = request.string, request.coding
    assert re.fullmatch(r"[ !#-\[\]-~]+", string)
    if coding == CODING_UCS2 or dialect is UssdDialect.UCS2:
        assert decode_ucs2(bytes.fromhex(string)) == text
    elif dialect is UssdDialect.PACKED:
        assert unpack_ussd(bytes.fromhex(string)) == text
    else:
        assert string == text

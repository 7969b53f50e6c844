"""The simulator's PDUs, checked with libraries that others wrote and with the standard."""

from datetime import UTC, datetime, timedelta, timezone
from io import StringIO

import gsmcodecs  # noqa: F401  (registers the codec gsm23.038)
import pytest
from smspdudecoder.fields import SMSDeliver

from simulator import alphabet, pdu
from simulator.pdu import Alphabet, PduError

WEST = timezone(-timedelta(hours=3, minutes=30))
SENT_AT = datetime(2026, 10, 1, 12, 30, 59, tzinfo=WEST)
SMSC = pdu.encode_smsc("+491710760000")


def deliver(sender: str, part: pdu.UserData) -> dict[str, object]:
    """Return an SMS-DELIVER of ours as the independent decoder reads it."""
    octets = SMSC + pdu.encode_deliver(sender, part, SENT_AT)
    decoded: dict[str, object] = SMSDeliver.decode(StringIO(octets.hex().upper()))
    return decoded


def test_default_alphabet_agrees_with_an_independent_codec() -> None:
    """Every code of the default alphabet and its extension reads as gsmcodecs reads it."""
    singles = bytes(code for code in range(128) if code != alphabet.ESCAPE)
    assert alphabet.decode(singles) == singles.decode("gsm23.038")
    for code, character in alphabet.EXTENSION_TABLE.items():
        assert bytes([alphabet.ESCAPE, code]).decode("gsm23.038") == character
        assert alphabet.encode(character) == character.encode("gsm23.038")


@pytest.mark.parametrize(
    ("sender", "text", "number"),
    [
        ("+4917139200042", "Hello €[x] wörld", "4917139200042"),
        ("12345", "é" * 160, "12345"),
        ("+4917139200042", "Grüße 👍 из Киева", "4917139200042"),
        ("Vodafone", "Your balance", "Vodafone"),
        ("+4917139200042", "seven..", "4917139200042"),
    ],
)
def test_deliver_reads_the_same_elsewhere(sender: str, text: str, number: str) -> None:
    """An independent decoder reads sender, text and time of what the network delivers."""
    (part,) = pdu.split_text(text)
    decoded = deliver(sender, part)
    assert decoded["user_data"]["data"] == text  # type: ignore[index]
    assert decoded["sender"]["number"] == number  # type: ignore[index]
    assert decoded["scts"] == SENT_AT


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("text", ["x" * 152 + "€" + "y" * 300, "ы" * 66 + "👍" + "ы" * 100])
def test_long_text_is_cut_between_characters(text: str, wide: bool) -> None:
    """The parts say which they are, and none ends within an escape or a surrogate pair."""
    parts = pdu.split_text(text, reference=200, wide=wide)
    decoded = [deliver("+4917139200042", part)["user_data"] for part in parts]
    assert "".join(part["data"] for part in decoded) == text  # type: ignore[index]
    elements = [part["header"]["elements"][0]["data"] for part in decoded]  # type: ignore[index]
    assert [(e["part_number"], e["parts_count"]) for e in elements] == [
        (number, len(parts)) for number in range(1, len(parts) + 1)
    ]
    assert all(element["reference"] == 200 for element in elements)
    assert all(len(part.octets) <= pdu.user_data.MAX_USER_DATA for part in parts)


# TP-VPF 10 (relative), SRR; +17012345678; "hellohello" packed as in TS 23.038 6.1.2.1.1.
SUBMIT = "31 05 0B 91 7110325476F8 00 10 A7 0A E8329BFD4697D9EC37"


def test_submit_is_read() -> None:
    """Recipient, text, flash, validity and the wish for a report are seen."""
    submit = pdu.decode_submit(bytes.fromhex(SUBMIT))
    assert (submit.recipient, submit.text) == ("+17012345678", "hellohello")
    assert (submit.reference, submit.flash, submit.status_report_requested) == (5, True, True)
    assert submit.validity == timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "field", "validity"),
    [
        ("01", "", None),
        ("11", "00", timedelta(minutes=5)),
        ("11", "8F", timedelta(hours=12)),
        ("11", "A7", timedelta(hours=24)),
        ("11", "C4", timedelta(days=30)),
        ("11", "FF", timedelta(weeks=63)),
        ("19", "62011021030000", datetime(2026, 10, 1, 12, 30, tzinfo=UTC)),
        ("09", "021E0000000000", timedelta(seconds=30)),
    ],
)
def test_validity_is_read_in_every_format(
    first: str, field: str, validity: timedelta | datetime | None
) -> None:
    """The values of TS 23.040 clause 9.2.3.12, at the edges of their ranges."""
    octets = bytes.fromhex(f"{first} 00 04 81 2143 00 00 {field} 01 41")
    assert pdu.decode_submit(octets).validity == validity


def test_submit_with_header_and_ports() -> None:
    """Concatenation and ports are read from one header, and the text behind its fill bits."""
    header = "0B 05 04 0B84 23F0 00 03 2A 02 01"
    octets = bytes.fromhex(f"41 00 04 81 2143 00 00 0F {header} A0 00")
    submit = pdu.decode_submit(octets)
    assert submit.ports == (0x0B84, 0x23F0)
    assert submit.concatenation == pdu.Concatenation(0x2A, 2, 1)
    assert submit.text is not None and len(submit.text) == 1


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "00",
        "31",
        SUBMIT[:-2],
        SUBMIT + "00",
        "01 00 FF 91 21 00 00 00",
        "41 00 00 81 00 00 01 FF",
    ],
)
def test_malformed_submit_is_one_clear_error(octets: str) -> None:
    """What is no SMS-SUBMIT raises PduError and nothing else."""
    with pytest.raises(PduError):
        pdu.decode_submit(bytes.fromhex(octets))


def test_every_cut_of_a_submit_is_an_error() -> None:
    """A TPDU that ends anywhere too early is refused."""
    whole = bytes.fromhex(SUBMIT)
    for length in range(len(whole)):
        with pytest.raises(PduError):
            pdu.decode_submit(whole[:length])


def test_binary_data_and_status_report() -> None:
    """8 bit data keeps its port; a report has the octets of TS 23.040 clause 9.2.2.3."""
    part = pdu.binary(b"\x01\x02", port=2948)
    assert pdu.alphabet_of(part.coding) is Alphabet.DATA8
    assert part.octets.hex() == "0605040b8400000102"
    report = pdu.encode_status_report(7, "+491713920", SENT_AT, SENT_AT, 0x43)
    stamp = "62011021039549"
    assert report.hex().upper() == f"0607099194713129F0{stamp}{stamp}43"
    assert pdu.is_status_report(report)

"""Cases collected from other SMS implementations, where they lie beside the repository.

Each case names its origin. Cases marked lenient are judgement calls on damaged PDUs, which are
refused here.
"""

from dataclasses import replace
from datetime import datetime, timedelta
import json
from pathlib import Path
from typing import Any

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
    unpack,
    unpack_ussd,
)
from custom_components.cellular_gateway.sms.errors import MessageError
from custom_components.cellular_gateway.sms.segments import (
    EncodingPolicy,
    segment,
    segment_data,
    split_text,
    submits,
)
from custom_components.cellular_gateway.sms.tpdu import (
    TYPE_NATIONAL,
    Address,
    Alphabet,
    Concatenation,
    DataCoding,
    Deliver,
    Ports,
    StatusReport,
    Submit,
    decode_incoming,
    decode_outgoing,
)
from custom_components.cellular_gateway.sms.tpdu.address import (
    decode_address,
    decode_smsc,
    encode_semi_octets,
    encode_smsc,
)
from custom_components.cellular_gateway.sms.tpdu.timestamp import (
    decode_relative_validity,
    decode_timestamp,
    encode_relative_validity,
    encode_timestamp,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"

type Case = dict[str, Any]

# The origin's test names its arguments in another order: what it calls flash sets TP-RD, what it
# calls reject_duplicates sets TP-SRR, as its first octets show.
MISNAMED = {
    "gsmmodem/test_encodeSmsSubmit/1": {"flash": False, "reject_duplicates": True},
    "gsmmodem/test_encodeSmsSubmit/3": {"reject_duplicates": False, "status_report": True},
}
# The origin takes local numbers for national ones (type of address 0xA1) and not for unknown.
NATIONAL = {"gsmmodem/test_encodeSmsSubmit/3"}
ENCODINGS = {"gsm7": "gsm7", "ucs2": "ucs2", "8bit": "data8"}


def cases(name: str, *, lenient: bool = False) -> list[Any]:
    """Return the cases of a file as parameters."""
    path = VECTORS / f"{name}.json"
    if not path.exists():
        return [pytest.param({}, marks=pytest.mark.skip("no vectors beside the repository"))]
    return [
        pytest.param(case, id=case["id"])
        for case in json.loads(path.read_text())
        if bool(case.get("lenient")) is lenient
    ]


def tpdu_length(pdu: str) -> int:
    """Return the length that a modem would announce."""
    return len(pdu) // 2 - 1 - int(pdu[:2], 16)


def check_common(message: Deliver | Submit | StatusReport, expected: Case) -> None:
    """Compare what all message types have."""
    address = message.originator if isinstance(message, Deliver) else message.recipient
    if "number" in expected:
        assert address.number == expected["number"]
    if "smsc" in expected:
        assert (message.smsc or None) == (expected["smsc"] or None)
    if "toa" in expected:
        assert address.type_of_address == expected["toa"]
    if "first_octet" in expected:
        assert message.first_octet == expected["first_octet"]


def check_user_data(message: Deliver | Submit, expected: Case) -> None:
    """Compare coding, header, text and data."""
    assert message.protocol_id == expected["pid"]
    assert message.coding.octet == expected["dcs"]
    assert message.coding.alphabet == ENCODINGS[expected["encoding"]]
    assert message.user_data_length == expected["udl"]
    if "text" in expected:
        assert message.text == expected["text"]
    if "data_hex" in expected:
        assert message.data.hex().upper() == expected["data_hex"]
    if "udh" in expected:
        assert message.header is not None
        assert [
            {"iei": element.identifier, "data_hex": element.data.hex().upper()}
            for element in message.header.elements
        ] == expected["udh"]
    if "concat" in expected:
        found = message.concatenation
        assert found is not None
        assert {
            "ref": found.reference,
            "total": found.total,
            "seq": found.number,
        } == expected["concat"]
    elif "multipart" in expected:
        assert (message.concatenation is not None) is expected["multipart"]


@pytest.mark.parametrize("case", cases("sms_deliver"))
def test_deliver(case: Case) -> None:
    """A received message reads as its origin says, and encodes to what it came from."""
    expected = case["expected"]
    message = decode_incoming(case["pdu"], length=expected.get("tpdu_length"))
    assert isinstance(message, Deliver)
    check_common(message, expected)
    check_user_data(message, expected)
    assert message.sent_at == datetime.fromisoformat(expected["timestamp"])
    assert message.sent_at.isoformat() == expected["timestamp"]
    assert decode_incoming(message.encode().pdu) == message


@pytest.mark.parametrize("case", cases("sms_submit_decode"))
def test_submit_decode(case: Case) -> None:
    """A stored message to be sent reads as its origin says."""
    expected = case["expected"]
    message = decode_outgoing(case["pdu"])
    check_common(message, expected)
    check_user_data(message, expected)
    assert message.reference == expected["reference"]
    if "vp_relative" in expected:
        assert message.validity == decode_relative_validity(expected["vp_relative"])
    if isinstance(expected.get("validity"), str):
        assert message.validity == datetime.fromisoformat(expected["validity"])
    elif "validity" in expected:
        assert message.validity == timedelta(seconds=expected["validity"])
    # An empty service centre is left out when sending.
    assert decode_outgoing(message.encode().pdu) == replace(message, smsc=message.smsc or None)


@pytest.mark.parametrize("case", cases("sms_status_report"))
def test_status_report(case: Case) -> None:
    """A status report reads as its origin says."""
    expected = case["expected"]
    report = decode_incoming(case["pdu"])
    assert isinstance(report, StatusReport)
    check_common(report, expected)
    assert report.reference == expected["reference"]
    assert report.sent_at is not None
    assert report.sent_at.isoformat() == expected["timestamp"]
    assert report.discharged_at is not None
    assert report.discharged_at.isoformat() == expected["discharge"]
    assert report.status == expected["status"]
    if "delivered" in expected:
        assert (report.outcome == "delivered") is expected["delivered"]
    assert decode_incoming(report.encode().pdu) == report


@pytest.mark.parametrize(
    "case",
    cases("sms_malformed")
    + cases("sms_deliver", lenient=True)
    + [
        case
        for case in cases("sms_submit_decode", lenient=True)
        # A coding of a reserved value is no damage: read as GSM 7 bit, as the standard says.
        if case.id != "gammu/at-sms/14"
    ],
)
@pytest.mark.parametrize("decode", [decode_incoming, decode_outgoing])
def test_malformed(case: Case, decode: Any) -> None:
    """Damaged PDUs are refused with the one error, whichever way they are read."""
    with pytest.raises(MessageError):
        decode(case["pdu"])


@pytest.mark.parametrize("case", cases("sms_submit"))
def test_submit_encode(case: Case) -> None:
    """A text becomes the PDUs that its origin makes of it."""
    args = case["args"] | MISNAMED.get(case["id"], {})
    policy = EncodingPolicy.AUTO
    if args.get("encoding") in ("gsm7", "ucs2"):
        policy = EncodingPolicy(args["encoding"])
    if args.get("encoding") == "8bit":
        segmentation = segment_data(args["text"].encode("latin-1"))
    else:
        segmentation = segment(
            args["text"],
            policy=policy,
            reference=args.get("concat_ref"),
            message_class=args.get("class"),
        )
    validity: timedelta | datetime | None = None
    if "validity_octet" in args:
        validity = decode_relative_validity(args["validity_octet"])
    elif "validity_minutes" in args:
        validity = timedelta(minutes=args["validity_minutes"])
    elif "validity_absolute" in args:
        validity = datetime.fromisoformat(args["validity_absolute"])
    messages = submits(
        args["number"],
        segmentation,
        smsc=args.get("smsc"),
        flash=args.get("flash", False),
        validity=validity,
        status_report=args.get("status_report", False),
        reject_duplicates=args.get("reject_duplicates", False),
        reference=args["mr"],
        type_of_address=TYPE_NATIONAL if case["id"] in NATIONAL else None,
    )
    encoded = [message.encode() for message in messages]
    pdus = [pdu.pdu for pdu in encoded]
    if case["id"] in NATIONAL:
        pdus = [pdu.replace("048121", "04A121", 1) for pdu in pdus]
    assert pdus == case["pdus"]
    assert [pdu.length for pdu in encoded] == case["tpdu_lengths"]
    assert [message.first_octet for message in messages] == case["first_octets"]
    assert [decode_outgoing(pdu) for pdu in pdus] == [
        decode_outgoing(pdu, length=length)
        for pdu, length in zip(case["pdus"], case["tpdu_lengths"], strict=True)
    ]


@pytest.mark.parametrize("case", cases("sms_multipart"))
def test_multipart(case: Case) -> None:
    """The parts of a message join to its text."""
    parts = [decode_incoming(pdu) for pdu in case["pdus"]]
    texts = [part.text or "" for part in parts if isinstance(part, Deliver)]
    assert "".join(texts) == case["expected"]["text"]
    assert len(texts) == case["expected"]["parts"]


@pytest.mark.parametrize("case", cases("sms_segmentation"))
def test_segmentation(case: Case) -> None:
    """A text is cut where its origin cuts it."""
    text, expected = case["text"], case["expected"]
    if case.get("force_encoding") == "gsm7":
        # These cut for concatenated messages even what fits into a single one.
        parts = split_text(text, 153, lambda piece: len(encode_gsm7(piece)))
    elif case.get("force_encoding") == "ucs2":
        parts = split_text(text, 67, lambda piece: len(encode_ucs2(piece)) // 2)
    else:
        result = segment(text)
        parts = tuple(part.text for part in result.parts)
        assert result.encoding == expected.get("encoding", result.encoding)
    assert list(parts) == expected.get("parts", list(parts))
    assert len(parts) == expected.get("num_parts", len(parts))
    assert "".join(parts) == text


@pytest.mark.parametrize("case", cases("sms_address"))
def test_address(case: Case) -> None:
    """Addresses encode and decode as their origin says."""
    number, octets = case["number"], bytes.fromhex(case["hex"])
    type_of_address = TYPE_NATIONAL if case.get("ton") == "national" else None
    if case["smsc_field"]:
        assert encode_smsc(number) == octets
    else:
        assert Address.from_number(number, type_of_address).encode() == octets
    if case["op"] != "both":
        return
    source = bytes.fromhex(case["decode_input_hex"])
    if case["smsc_field"]:
        assert decode_smsc(source) == (number, case["bytes_read"])
    else:
        address, end = decode_address(source, 0)
        assert (address.number, end) == (number, case["bytes_read"])


@pytest.mark.parametrize("case", cases("sms_fields"))
def test_field(case: Case) -> None:
    """Single fields encode as their origin says, and decode to what they were."""
    expected = case["expected"]
    octets = bytes.fromhex(expected.get("hex", ""))
    match case["op"]:
        case "validity_relative":
            period = timedelta(minutes=case["minutes"])
            assert encode_relative_validity(period) == expected["octet"]
            assert decode_relative_validity(expected["octet"]) == period
        case "timestamp":
            moment = datetime.fromisoformat(case["iso"])
            assert encode_timestamp(moment) == octets
            assert decode_timestamp(octets) == moment
        case "semioctets":
            assert encode_semi_octets(case["digits"]) == octets
        case "udh_concat":
            wide = case["ref"] > 0xFF
            element = Concatenation(case["ref"], case["total"], case["seq"], wide).element()
            assert bytes((element.identifier, len(element.data))) + element.data == octets
        case "udh_port":
            element = Ports(case["dst"], case["src"]).element()
            assert bytes((element.identifier, len(element.data))) + element.data == octets
        case other:
            pytest.fail(f"unknown case {other}")


@pytest.mark.parametrize("case", cases("charset_gsm7"))
def test_charset(case: Case) -> None:
    """Alphabets and packing give what their origin says."""
    expected = case["expected"]
    text = case.get("text", "")
    septets = bytes.fromhex(case.get("septets_hex", ""))
    offset = case.get("start_offset_bits", 0)
    match case["op"]:
        case "roundtrip":
            assert decode_gsm7(encode_gsm7(text)) == expected["text"]
        case "pack":
            packed = pack(septets, offset)
            assert packed.hex().upper() == expected.get("packed_hex", packed.hex().upper())
            assert len(packed) == expected.get("packed_length", len(packed))
        case "unpack":
            packed = bytes.fromhex(case["packed_hex"])
            found = unpack(packed, case["num_septets"], offset)
            assert found.hex().upper() == expected["septets_hex"]
        case "encode_pack":
            found = encode_gsm7(text)
            assert found.hex().upper() == expected.get("septets_hex", found.hex().upper())
            assert pack(found).hex().upper() == expected["packed_hex"]
        case "encode":
            with pytest.raises(MessageError):
                encode_gsm7(text)
        case "encode_discard_invalid":
            kept = "".join(char for char in text if char not in not_in_gsm7(text))
            assert encode_gsm7(kept).hex().upper() == expected["septets_hex"]
        case "encode_pack_ussd_cr_padding":
            found = pack_ussd(text.removesuffix("\r"))
            if text.endswith("\r"):
                found = pack(encode_gsm7(text))
            assert found.hex().upper() == expected["packed_hex"]
            assert unpack_ussd(found) == text
        case "ucs2":
            assert encode_ucs2(text).hex().upper() == expected["ucs2_hex"]
            assert decode_ucs2(encode_ucs2(text)) == text
        case "can_convert":
            assert is_gsm7(text) is expected["gsm7"]
            assert text.isascii() or not expected["ira"]
        case other:
            pytest.fail(f"unknown case {other}")


def test_reserved_coding_is_default_alphabet() -> None:
    """DCS 0xF9 has a reserved bit: GSM 7 bit, though such a modem may have meant UCS-2."""
    assert DataCoding.from_octet(0xF9).alphabet is Alphabet.GSM7

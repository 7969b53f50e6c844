"""PDUs of SMPP 3.4, octet by octet; checked against another implementation too."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st
import pytest
import smpp34

from custom_components.cellular_gateway.gateways.errors import MessageError
from custom_components.cellular_gateway.gateways.smpp.codec.commands import Command, Tag
from custom_components.cellular_gateway.gateways.smpp.codec.pdu import (
    MAX_OCTETS,
    Address,
    Pdu,
    PduError,
    ShortMessage,
    c_octets,
    decode_bind_response,
    decode_data_sm,
    decode_header,
    decode_message_id,
    decode_short_message,
    encode_bind,
    response_to,
)
from custom_components.cellular_gateway.gateways.smpp.codec.status import refusal
from custom_components.cellular_gateway.gateways.smpp.codec.times import encode_validity

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

# The sample of the specification (3.4 issue 1.2, clause 3.2), but for its interface_version of 0.
BIND = bytes.fromhex(
    "0000002F 00000002 00000000 00000001 534D50503354455354 00 7365637265743038 00"
    "5355424D495431 00 34 01 01 00"
)


def test_a_bind() -> None:
    """As the specification has it."""
    body = encode_bind("SMPP3TEST", "secret08", "SUBMIT1", Address("", 1, 1))
    assert Pdu(Command.BIND_TRANSMITTER, 1, body=body).encode() == BIND
    assert decode_header(BIND[:16]) == (47, Command.BIND_TRANSMITTER, 0, 1)


def test_other_pdus() -> None:
    """Those that have nothing but a header, and the response to a delivery (clause 4.6.2)."""
    enquiry = Pdu(Command.ENQUIRE_LINK, 7)
    assert enquiry.encode().hex() == "00000010000000150000000000000007"
    assert response_to(enquiry).encode().hex() == "00000010800000150000000000000007"
    delivery = Pdu(Command.DELIVER_SM, 0x7FFFFFFF, body=b"whatever")
    assert response_to(delivery, 0x64).encode().hex() == "000000118000000500000064" + "7fffffff00"


FIELDS: dict[str, Any] = {
    "service_type": "CMT",
    "esm_class": 0x40,
    "protocol_id": 1,
    "validity": "000000020000000R",
    "registered_delivery": 1,
    "data_coding": 8,
}
MESSAGE = ShortMessage(
    source=Address("Alarm", 5, 0),
    destination=Address("491701234567", 1, 1),
    priority=2,
    data=b"\x05\x00\x03\x07\x02\x01\x00h",
    parameters={Tag.USER_MESSAGE_REFERENCE: b"\x00\x2a"},
    **FIELDS,
)
SUBMIT = bytes.fromhex(
    "434d5400 0500416c61726d00 0101343931373031323334353637 00 40 01 02 00"
    "3030303030303032303030303030305200 01 00 08 00 08 0500030702010068 02040002002a"
)


def test_a_short_message() -> None:
    """Every field in its place (clause 4.4.1), with an optional parameter behind."""
    assert MESSAGE.encode() == SUBMIT
    assert decode_short_message(SUBMIT) == MESSAGE


def test_others_write_the_same() -> None:
    """What another implementation writes, and what it reads in ours."""
    theirs = smpp34.SubmitSm(
        source_addr="Alarm",
        destination_addr="491701234567",
        short_message=MESSAGE.data,
        source_addr_ton=5,
        dest_addr_ton=1,
        dest_addr_npi=1,
        priority_flag=2,
        service_type=FIELDS["service_type"],
        esm_class=FIELDS["esm_class"],
        protocol_id=FIELDS["protocol_id"],
        validity_period=FIELDS["validity"],
        registered_delivery=FIELDS["registered_delivery"],
        data_coding=FIELDS["data_coding"],
        tlvs=[smpp34.Tlv(Tag.USER_MESSAGE_REFERENCE, b"\x00\x2a")],
        sequence_number=9,
    )
    assert theirs.encode() == Pdu(Command.SUBMIT_SM, 9, body=SUBMIT).encode()


def test_a_payload() -> None:
    """What short_message cannot hold goes into message_payload by itself."""
    long = ShortMessage(data=b"x" * 255)
    body = long.encode()
    assert body[-260:] == b"\x00\x04\x24\x00\xff" + long.data
    assert decode_short_message(body) == long
    assert ShortMessage(data=b"x").encode(payload=True)[-6:] == b"\x00\x04\x24\x00\x01x"


def test_data_sm() -> None:
    """Some deliver by it (clause 4.7.1); the text is always a parameter."""
    body = b"\0\x01\x01491701234567\0\0\x0120407\0\x40\x00\x08" + b"\x04\x24\x00\x02\x00h"
    assert decode_data_sm(body) == ShortMessage(
        source=Address("491701234567", 1, 1),
        destination=Address("20407", 0, 1),
        esm_class=0x40,
        data_coding=8,
        data=b"\x00h",
    )


@pytest.mark.parametrize("rest", [b"\0", b"\x04", b"\x04\x27\x00", b"\x04\x27\x00\x05\x02"])
def test_what_is_over_behind_a_message(rest: bytes) -> None:
    """Is left alone: some service centres end short_message with an octet too many."""
    assert decode_short_message(SUBMIT + rest) == MESSAGE


@pytest.mark.parametrize("length", [*range(len(SUBMIT) - 6), 0])
def test_a_message_that_is_cut_off(length: int) -> None:
    """Has one clear error."""
    with pytest.raises(PduError):
        decode_short_message(SUBMIT[:length])


@pytest.mark.parametrize("length", [0, 15, MAX_OCTETS + 1, 0xFFFFFFFF, 0x48545450])
def test_impossible_lengths(length: int) -> None:
    """Before anything is waited for."""
    with pytest.raises(PduError):
        decode_header(length.to_bytes(4) + bytes(12))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"SMSC\0\x02\x10\x00\x01\x34", ("SMSC", 0x34)),
        (b"SMSC\0", ("SMSC", None)),
        (b"\0\x02\x10\x00\x00", ("", None)),
        (b"SMSC", ("", None)),
        (b"", ("", None)),
    ],
)
def test_bind_responses(body: bytes, expected: tuple[str, int | None]) -> None:
    """Some service centres leave most of it out."""
    assert decode_bind_response(body) == expected


@pytest.mark.parametrize(
    ("body", "message_id"),
    [(b"A1-b2\0", "A1-b2"), (b" 12 \0", "12"), (b"\0", None), (b"", None), (b"A1", None)],
)
def test_message_ids(body: bytes, message_id: str | None) -> None:
    """A message that was taken without a name was taken all the same."""
    assert decode_message_id(body) == message_id


def test_texts_do_not_end_early() -> None:
    """An octet of 0 in a setting would shift every field behind it."""
    assert c_octets("a\0b") == b"ab\0"
    assert c_octets("ä") == b"\xe4\0"


@pytest.mark.parametrize("text", ["zł€", "Łódź"])
def test_letters_that_the_wire_has_not(text: str) -> None:
    """Become no others in silence: a password would be wrong, a sender somebody else."""
    with pytest.raises(UnicodeEncodeError):
        c_octets(text)


@pytest.mark.parametrize(
    ("period", "written"),
    [
        (None, ""),
        (timedelta(seconds=0.2), "000000000001000R"),
        (timedelta(minutes=5), "000000000500000R"),
        (timedelta(hours=36, seconds=7), "000001120007000R"),
        (timedelta(days=28), "000028000000000R"),
        (timedelta(days=29), "261220120000000+"),
        (timedelta(weeks=63), "280205120000000+"),
    ],
)
def test_validity(period: timedelta | None, written: str) -> None:
    """Relative where months do not matter (clause 7.1.1)."""
    assert encode_validity(period, NOW) == written


@pytest.mark.parametrize("period", [timedelta(0), timedelta(-1), timedelta(weeks=63, seconds=1)])
def test_validity_out_of_range(period: timedelta) -> None:
    """As for the other kinds of gateway."""
    with pytest.raises(MessageError):
        encode_validity(period, NOW)


@pytest.mark.parametrize(
    ("status", "code", "temporary"),
    [
        (0x58, "ESME_RTHROTTLED", True),
        (0x0B, "ESME_RINVDSTADR", False),
        (0xFF, "ESME_RUNKNOWNERR", True),
        (0x4FF, "0x000004FF", False),
        (0x12345678, "0x12345678", False),
    ],
)
def test_errors_in_words(status: int, code: str, temporary: bool) -> None:
    """Known ones by their names, all in words."""
    error = refusal(status)
    assert (error.code, error.temporary) == (code, temporary)
    assert error.meaning[0].islower()


TEXTS = st.text(st.characters(codec="latin-1", exclude_characters="\0"), max_size=20)
ADDRESSES = st.builds(Address, TEXTS, st.integers(0, 255), st.integers(0, 255))
MESSAGES = st.builds(
    ShortMessage,
    source=ADDRESSES,
    destination=ADDRESSES,
    service_type=TEXTS,
    esm_class=st.integers(0, 255),
    data_coding=st.integers(0, 255),
    validity=TEXTS,
    data=st.binary(max_size=600),
    parameters=st.dictionaries(
        st.integers(0, 0xFFFF).filter(lambda tag: tag != Tag.MESSAGE_PAYLOAD),
        st.binary(max_size=30),
        max_size=5,
    ),
)


@given(MESSAGES, st.booleans())
def test_what_is_written_is_read(message: ShortMessage, payload: bool) -> None:
    """In short_message or in message_payload."""
    assert decode_short_message(message.encode(payload=payload)) == message


@given(st.binary(max_size=300))
def test_whatever_comes_has_one_error(body: bytes) -> None:
    """No body makes anything but a message or a PduError, which any other error would break."""
    for decode in (decode_short_message, decode_data_sm):
        with contextlib.suppress(PduError):
            assert isinstance(decode(body), ShortMessage)
    decode_bind_response(body)
    assert decode_message_id(body) != ""

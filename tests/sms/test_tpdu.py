"""PDUs worked out from the tables of 3GPP TS 23.040, read and written."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import assume, example, given, strategies as st
import pytest

from custom_components.cellular_gateway.sms.errors import MessageError, MessageErrorReason
from custom_components.cellular_gateway.sms.numbers import NumberKind
from custom_components.cellular_gateway.sms.tpdu import (
    TYPE_NATIONAL,
    Address,
    Alphabet,
    Concatenation,
    DataCoding,
    Deliver,
    DeliveryOutcome,
    InformationElement,
    Ports,
    StatusReport,
    Submit,
    UserDataHeader,
    WaitingIndication,
    WaitingKind,
    decode_incoming,
    decode_outgoing,
    join_text,
    status_name,
    status_outcome,
)
from custom_components.cellular_gateway.sms.tpdu.address import decode_address
from custom_components.cellular_gateway.sms.tpdu.timestamp import (
    decode_relative_validity,
    decode_timestamp,
    encode_relative_validity,
    encode_timestamp,
)

SMSC = "0791947106004034"
SENDER = "0C91947110325476"  # +491701234567
SENT = "62014021436580"  # 4 October 2026, 12:34:56 +02:00
SENT_AT = datetime(2026, 10, 4, 12, 34, 56, tzinfo=timezone(timedelta(hours=2)))


def deliver(
    user_data: str, *, first_octet: str = "04", coding: str = "00", sender: str = SENDER
) -> Deliver:
    """Return the message of these parts of a PDU."""
    message = decode_incoming(f"{SMSC}{first_octet}{sender}00{coding}{SENT}{user_data}")
    assert isinstance(message, Deliver)
    return message


def test_plain_message() -> None:
    """All fields of a message of the default alphabet."""
    message = deliver("05E8329BFD06")
    assert message.smsc == "+491760000443"
    assert message.originator == Address("+491701234567", 0x91)
    assert message.originator.kind is NumberKind.INTERNATIONAL
    assert message.text == "hello"
    assert message.sent_at == SENT_AT
    assert message.sent_at.utcoffset() == timedelta(hours=2)
    assert (message.coding.alphabet, message.coding.message_class) == (Alphabet.GSM7, None)
    assert message.header is None
    assert not message.more_messages
    assert not message.reply_path
    assert not message.status_report_indication
    assert not message.is_silent


def test_flags() -> None:
    """More messages, status report indication and reply path come from the first octet."""
    message = deliver("00", first_octet="A0")
    assert message.more_messages
    assert message.reply_path
    assert message.status_report_indication
    assert message.text == ""


def test_silent_message() -> None:
    """A type 0 message is told by its protocol identifier."""
    message = decode_incoming(f"0004{SENDER}4000{SENT}00")
    assert isinstance(message, Deliver)
    assert message.is_silent


@pytest.mark.parametrize(
    ("sender", "number", "kind"),
    [
        ("05812143F5", "12345", NumberKind.SHORT),
        ("05811A00FB", "*100#", NumberKind.SERVICE),
        ("0BA11067214365F7", "01761234567", NumberKind.NATIONAL),
        ("06D061F118", "abc", NumberKind.ALPHANUMERIC),
        ("0DD0D637396C7EBB01", "Vodafon", NumberKind.ALPHANUMERIC),
        # The network counted octets: eight septets, the last of them spare bits.
        ("0ED0D637396C7EBB01", "Vodafon", NumberKind.ALPHANUMERIC),
    ],
)
def test_senders(sender: str, number: str, kind: NumberKind) -> None:
    """Short, service, national and alphanumeric senders show as a person writes them."""
    address = deliver("00", sender=sender).originator
    assert (address.number, address.kind) == (number, kind)


@pytest.mark.parametrize(
    ("number", "type_of_address", "field"),
    [
        ("+491701234567", None, "0C91947110325476"),
        ("12345", None, "05812143F5"),
        ("*100#", None, "05811A00FB"),
        ("01701234567", TYPE_NATIONAL, "0BA11007214365F7"),
        ("Vodafon", None, "0DD0D637396C7EBB01"),
    ],
)
def test_recipients(number: str, type_of_address: int | None, field: str) -> None:
    """Numbers become address fields, and come back."""
    address = Address.from_number(number, type_of_address)
    assert address.encode().hex().upper() == field
    assert decode_address(bytes.fromhex(field), 0) == (address, len(field) // 2)


@pytest.mark.parametrize("number", ["1" * 21, "+4917 0", "Twelve chars", "漢字"])
def test_recipients_that_do_not_fit(number: str) -> None:
    """An address that has no field is refused."""
    with pytest.raises(MessageError) as caught:
        Address.from_number(number).encode()
    assert caught.value.reason is MessageErrorReason.INVALID_NUMBER


@pytest.mark.parametrize("smsc", ["Vodafone", "+" + "1" * 21, "+49 170"])
def test_service_centres_that_do_not_fit(smsc: str) -> None:
    """A service centre that is no number is refused before anything is sent."""
    with pytest.raises(MessageError) as caught:
        Submit(Address("1234"), DataCoding.from_octet(0), b"a", "a", smsc=smsc).encode()
    assert caught.value.reason is MessageErrorReason.INVALID_NUMBER


def test_header_that_fills_the_message() -> None:
    """A header leaves no message of more than 140 octets."""
    header = UserDataHeader((InformationElement(0x70, bytes(138)),))
    with pytest.raises(MessageError) as caught:
        Submit(Address("1234"), DataCoding.from_octet(4), b"a", None, header).encode()
    assert caught.value.reason is MessageErrorReason.MESSAGE_TOO_LONG


@pytest.mark.parametrize(
    ("octet", "alphabet", "message_class", "waiting"),
    [
        (0x00, Alphabet.GSM7, None, None),
        (0x04, Alphabet.DATA8, None, None),
        (0x08, Alphabet.UCS2, None, None),
        (0x0C, Alphabet.GSM7, None, None),
        (0x03, Alphabet.GSM7, None, None),
        (0x10, Alphabet.GSM7, 0, None),
        (0x18, Alphabet.UCS2, 0, None),
        (0x16, Alphabet.DATA8, 2, None),
        (0x58, Alphabet.UCS2, 0, None),
        (0x80, Alphabet.GSM7, None, None),
        (0xB4, Alphabet.GSM7, None, None),
        (0xC8, Alphabet.GSM7, None, WaitingIndication(WaitingKind.VOICEMAIL, True, False)),
        (0xD1, Alphabet.GSM7, None, WaitingIndication(WaitingKind.FAX, False, True)),
        (0xEA, Alphabet.UCS2, None, WaitingIndication(WaitingKind.EMAIL, True, True)),
        (0xCB, Alphabet.GSM7, None, WaitingIndication(WaitingKind.OTHER, True, False)),
        (0xF0, Alphabet.GSM7, 0, None),
        (0xF5, Alphabet.DATA8, 1, None),
    ],
)
def test_coding_groups(
    octet: int, alphabet: Alphabet, message_class: int | None, waiting: WaitingIndication | None
) -> None:
    """The groups of TS 23.038 clause 4; reserved ones read as the default alphabet."""
    coding = DataCoding.from_octet(octet)
    assert (coding.alphabet, coding.message_class) == (alphabet, message_class)
    assert coding.waiting == waiting
    assert coding.automatic_deletion is (0x40 <= octet < 0x80)


def test_compressed_text_is_kept_raw() -> None:
    """A compressed text is octets, whatever its alphabet, and no text."""
    message = deliver("03ABCDEF", coding="20")
    assert message.coding.compressed
    assert (message.text, message.data) == (None, b"\xab\xcd\xef")


def test_binary_message() -> None:
    """8-bit data has no text; ports and unknown elements are in its header."""
    message = deliver(
        "0F0B" + "05040B8423F0" + "7003AABBCC" + "010203", first_octet="44", coding="04"
    )
    assert message.text is None
    assert message.data == b"\x01\x02\x03"
    assert message.header is not None
    assert message.header.ports == Ports(2948, 9200, wide=True)
    assert message.header.elements[1] == InformationElement(0x70, b"\xaa\xbb\xcc")
    assert message.concatenation is None


@pytest.mark.parametrize(
    ("header", "concatenation"),
    [
        ("0003CC0302", Concatenation(0xCC, 3, 2)),
        ("0804ABCD0201", Concatenation(0xABCD, 2, 1, wide=True)),
        ("700100" + "0003CC0302", Concatenation(0xCC, 3, 2)),
        ("0003110101" + "0003CC0302", Concatenation(0xCC, 3, 2)),
        ("0003CC0300", None),
        ("0003CC0004", None),
        ("0003CC0304", None),
        ("0002CC03", None),
        ("04020102" + "0003CC0302", Concatenation(0xCC, 3, 2)),
        ("0003CC03", None),
        ("00", None),
        ("", None),
    ],
)
def test_concatenation(header: str, concatenation: Concatenation | None) -> None:
    """The last element with possible values counts; damaged headers are ignored as a whole."""
    octets = f"{len(header) // 2:02X}{header}"
    message = deliver(f"{len(octets) // 2 + 2:02X}{octets}0041", first_octet="44", coding="08")
    assert message.concatenation == concatenation
    assert message.text == "A"


@pytest.mark.parametrize("size", range(1, 10))
def test_text_after_header_begins_at_a_septet(size: int) -> None:
    """The fill bits after a header of any size are neither read nor forgotten."""
    header = UserDataHeader((InformationElement(0x70, bytes(size)),))
    coding = DataCoding.from_octet(0)
    message = Deliver(Address("1234"), coding, SENT_AT, b"hello", "hello", header, first_octet=0x44)
    assert decode_incoming(message.encode().pdu) == message
    assert message.user_data_length == ((size + 3) * 8 + 6) // 7 + 5


def test_message_without_a_date() -> None:
    """A service centre without a clock does not make its messages unreadable."""
    message = Deliver(Address("1234"), DataCoding.from_octet(0), None, b"hi", "hi")
    assert decode_incoming(message.encode().pdu) == message


def test_national_shift_in_a_message() -> None:
    """The tables that the header names are used (Turkish single shift)."""
    header = UserDataHeader((InformationElement(0x24, b"\x01"),))
    message = Deliver(Address("1234"), DataCoding.from_octet(0), SENT_AT, b"a\x1bg", "ağ", header)
    decoded = decode_incoming(message.encode().pdu)
    assert isinstance(decoded, Deliver)
    assert decoded.text == "ağ"


@pytest.mark.parametrize(
    ("octets", "moment"),
    [
        ("62014021436580", SENT_AT),
        ("6201402143658A", datetime(2026, 10, 4, 12, 34, 56, tzinfo=timezone(-timedelta(hours=7)))),
        ("62014021436500", datetime(2026, 10, 4, 12, 34, 56, tzinfo=UTC)),
        (
            "62014021436532",
            datetime(2026, 10, 4, 12, 34, 56, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        ),
        # Bit 3 is the sign: minus 11 quarters.
        (
            "62014021436519",
            datetime(2026, 10, 4, 12, 34, 56, tzinfo=timezone(-timedelta(minutes=165))),
        ),
        ("00000000000000", None),
        ("62314021436580", None),
        ("62010421436580", None),
        ("6201AB21436580", None),
        ("FFFFFFFFFFFFFF", None),
    ],
)
def test_timestamps(octets: str, moment: datetime | None) -> None:
    """Quarter-hour zones of both signs; what is no date is none, and never an error."""
    decoded = decode_timestamp(bytes.fromhex(octets))
    assert decoded == moment
    if moment:
        assert encode_timestamp(moment).hex().upper() == octets


@given(
    st.integers(946_684_800, 4_102_272_000),
    st.integers(-48, 56),
)
def test_timestamp_round_trip(seconds: int, quarters: int) -> None:
    """Every second of the century survives in every zone."""
    zone = timezone(timedelta(minutes=15 * quarters))
    moment = datetime.fromtimestamp(seconds, zone)
    assume(2000 <= moment.year < 2100)
    assert decode_timestamp(encode_timestamp(moment)) == moment


def test_zone_without_an_octet() -> None:
    """The same moment goes out in UTC where its zone cannot be written."""
    moment = SENT_AT.astimezone(timezone(timedelta(hours=22)))
    assert encode_timestamp(moment) == encode_timestamp(SENT_AT.astimezone(UTC))


@pytest.mark.parametrize("octet", range(256))
def test_relative_validity(octet: int) -> None:
    """Every octet's period encodes to itself, a minute more to the next longer one."""
    period = decode_relative_validity(octet)
    assert encode_relative_validity(period) == octet
    if octet < 255:
        assert encode_relative_validity(period + timedelta(minutes=1)) == octet + 1


@pytest.mark.parametrize("period", [timedelta(0), timedelta(days=-1), timedelta(weeks=64)])
def test_impossible_validity(period: timedelta) -> None:
    """A period that has no octet is refused."""
    with pytest.raises(MessageError) as caught:
        encode_relative_validity(period)
    assert caught.value.reason is MessageErrorReason.INVALID_VALIDITY


@pytest.mark.parametrize(
    ("first_octet", "validity", "period"),
    [
        ("01", "", None),
        ("11", "A7", timedelta(days=1)),
        ("19", SENT, SENT_AT),
        ("09", "0100" + "00" * 5, timedelta(minutes=5)),
        ("09", "021E" + "00" * 5, timedelta(seconds=30)),
        ("09", "03103254" + "00" * 3, timedelta(hours=1, minutes=23, seconds=45)),
        ("09", "00" * 7, None),
        ("09", "03FF" + "00" * 5, None),
    ],
)
def test_validity_formats(
    first_octet: str, validity: str, period: timedelta | datetime | None
) -> None:
    """None, relative, absolute and enhanced validity (TS 23.040 clause 9.2.3.3)."""
    message = decode_outgoing(f"00{first_octet}07{SENDER}0000{validity}05E8329BFD06")
    assert message.validity == period
    assert (message.reference, message.text) == (7, "hello")


def test_submit_with_everything() -> None:
    """Flags, validity and service centre of a message to be sent."""
    message = Submit(
        Address.from_number("+491701234567"),
        DataCoding.build(Alphabet.UCS2, 0),
        "A".encode("utf-16-be"),
        "A",
        smsc="+491760000443",
        reference=7,
        validity=timedelta(days=1),
        status_report=True,
        reject_duplicates=True,
        reply_path=True,
    )
    encoded = message.encode()
    assert encoded.pdu == f"{SMSC}B507{SENDER}0018A7020041"
    assert encoded.length == 16
    assert decode_outgoing(encoded.pdu) == message


def test_naive_validity_is_refused() -> None:
    """An absolute validity without a zone would be anybody's guess."""
    naive = SENT_AT.replace(tzinfo=None)
    message = Submit(Address("1234"), DataCoding.from_octet(0), b"a", "a", validity=naive)
    with pytest.raises(MessageError):
        message.encode()


def test_user_data_that_does_not_fit() -> None:
    """One septet more than 160 is refused."""
    message = Submit(Address("1234"), DataCoding.from_octet(0), b"a" * 161, "a" * 161)
    with pytest.raises(MessageError) as caught:
        message.encode()
    assert caught.value.reason is MessageErrorReason.MESSAGE_TOO_LONG


REPORT = f"0607{SENDER}{SENT}62014021536080"


@pytest.mark.parametrize(
    ("tail", "text"),
    [
        ("", None),
        ("00", None),
        ("07000005E8329BFD06", "hello"),
        ("06080200FC", "ü"),
        ("07", None),
        ("04FF", None),
        ("FFFFFF", None),
    ],
)
def test_status_report(tail: str, text: str | None) -> None:
    """The report is read whatever follows it; the optional text where it is whole."""
    report = decode_incoming(f"00{REPORT}00{tail}")
    assert isinstance(report, StatusReport)
    assert (report.reference, report.recipient.number) == (7, "+491701234567")
    assert report.sent_at == SENT_AT
    assert report.discharged_at == SENT_AT + timedelta(seconds=10)
    assert report.outcome is DeliveryOutcome.DELIVERED
    assert report.reason == "received_by_sme"
    assert report.text == text
    assert not report.for_command
    assert decode_incoming(report.encode().pdu) == report


@pytest.mark.parametrize(
    ("status", "outcome", "name"),
    [
        (0x00, "delivered", "received_by_sme"),
        (0x01, "forwarded", "forwarded_to_sme"),
        (0x02, "replaced", "replaced_by_service_centre"),
        (0x03, "failed", "service_rejected"),
        (0x1F, "forwarded", "service_centre_specific"),
        (0x20, "pending", "congestion"),
        (0x25, "pending", "error_in_sme"),
        (0x26, "failed", "service_rejected"),
        (0x30, "pending", "service_centre_specific"),
        (0x40, "failed", "remote_procedure_error"),
        (0x46, "failed", "validity_period_expired"),
        (0x49, "failed", "message_does_not_exist"),
        (0x50, "failed", "service_centre_specific"),
        (0x61, "failed", "sme_busy"),
        (0x80, "failed", "service_rejected"),
        (0xFF, "failed", "service_rejected"),
    ],
)
def test_status(status: int, outcome: str, name: str) -> None:
    """TS 23.040 clause 9.2.3.15: reserved values count as a rejected service."""
    assert (status_outcome(status), status_name(status)) == (outcome, name)


def test_dialect_without_service_centre() -> None:
    """Where the announced length is all there is, there is no service centre field."""
    pdu = f"04{SENDER}0000{SENT}05E8329BFD06"
    bare = decode_incoming(pdu, length=len(pdu) // 2)
    assert isinstance(bare, Deliver)
    assert (bare.smsc, bare.text) == (None, "hello")
    full = decode_incoming(SMSC + pdu, length=len(pdu) // 2)
    assert isinstance(full, Deliver)
    assert (full.smsc, full.text) == ("+491760000443", "hello")
    wrong = decode_incoming(SMSC + pdu, length=5)
    assert isinstance(wrong, Deliver)
    assert wrong.text == "hello"


@pytest.mark.parametrize(
    ("pdu", "reason"),
    [
        ("", MessageErrorReason.MALFORMED_PDU),
        ("0", MessageErrorReason.MALFORMED_PDU),
        ("zz", MessageErrorReason.MALFORMED_PDU),
        ("ä", MessageErrorReason.MALFORMED_PDU),
        ("00", MessageErrorReason.MALFORMED_PDU),
        ("0C" + "00" * 40, MessageErrorReason.MALFORMED_PDU),
        (f"0004{SENDER}", MessageErrorReason.MALFORMED_PDU),
        (f"000415{SENDER[2:]}" + "00" * 40, MessageErrorReason.MALFORMED_PDU),
        (f"0004{SENDER}0000{SENT}0AE8329BFD06", MessageErrorReason.MALFORMED_PDU),
        (f"0044{SENDER}0000{SENT}00", MessageErrorReason.MALFORMED_PDU),
        (f"0044{SENDER}0004{SENT}03FF0102", MessageErrorReason.MALFORMED_PDU),
        ("0003" + "00" * 40, MessageErrorReason.UNEXPECTED_PDU_TYPE),
        (f"000100{SENDER}000005E8329BFD06", MessageErrorReason.UNEXPECTED_PDU_TYPE),
    ],
)
def test_damaged_pdus(pdu: str, reason: MessageErrorReason) -> None:
    """Each damage has its reason, and the PDU is not in the words of the error."""
    with pytest.raises(MessageError) as caught:
        decode_incoming(pdu)
    assert caught.value.reason is reason
    assert not pdu or pdu not in str(caught.value)


def test_received_is_not_to_be_sent() -> None:
    """A received message is refused where one to be sent is wanted."""
    with pytest.raises(MessageError) as caught:
        decode_outgoing(f"0004{SENDER}0000{SENT}05E8329BFD06")
    assert caught.value.reason is MessageErrorReason.UNEXPECTED_PDU_TYPE


def part(alphabet: Alphabet, data: bytes, text: str | None) -> Deliver:
    """Return a part of a message."""
    return Deliver(Address("1234"), DataCoding.build(alphabet), SENT_AT, data, text)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([part(Alphabet.UCS2, b"\0A\xd8\x3d", "A�"), part(Alphabet.UCS2, b"\xde\x09", "�")], "A😉"),
        ([part(Alphabet.GSM7, b"5\x1b", "5 "), part(Alphabet.GSM7, b"e", "e")], "5€"),
        ([part(Alphabet.GSM7, b"5", "5"), part(Alphabet.UCS2, b"\0A", "A")], "5A"),
        ([part(Alphabet.DATA8, b"5", None)], ""),
        ([], ""),
    ],
)
def test_characters_cut_by_the_sender_are_joined(parts: list[Deliver], text: str) -> None:
    """A pair or an escape that was cut in two is whole again."""
    assert join_text([part.user_data for part in parts]) == text


@given(st.binary(max_size=200), st.none() | st.integers(0, 250))
@example(bytes.fromhex(f"0004{SENDER}0000{SENT}05E8329BFD06"), None)
def test_arbitrary_octets(octets: bytes, length: int | None) -> None:
    """Whatever comes, it is a message or the one error; a message writes and reads again."""
    for decode in (decode_incoming, decode_outgoing):
        with suppress(MessageError):
            message = decode(octets.hex(), length=length)
            with suppress(MessageError):
                assert message.encode().pdu


@given(st.text(max_size=60))
def test_arbitrary_text_as_pdu(pdu: str) -> None:
    """What is no hexadecimal is the one error."""
    octets = pdu.encode().hex()
    for written in (pdu, f"{octets[:-1]}g", f"{octets}0"):
        with pytest.raises(MessageError) as raised:
            decode_incoming(written)
        assert raised.value.reason is MessageErrorReason.MALFORMED_PDU


bodies = st.one_of(
    st.tuples(
        st.just(0x00), st.binary(max_size=153).map(lambda data: bytes(b & 0x7F for b in data))
    ),
    st.tuples(st.just(0x04), st.binary(max_size=130)),
    st.tuples(st.just(0x08), st.text(max_size=30).map(lambda text: text.encode("utf-16-be"))),
)
headers = st.none() | st.lists(
    st.tuples(st.integers(0x70, 0x7F), st.binary(max_size=3)), max_size=1
).map(lambda found: UserDataHeader(tuple(InformationElement(*element) for element in found)))


@given(
    bodies,
    headers,
    st.from_regex(r"\+?[0-9*#]{1,20}", fullmatch=True),
    st.none() | st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True),
    st.integers(0, 255),
)
def test_messages_round_trip(
    body: tuple[int, bytes],
    header: UserDataHeader | None,
    number: str,
    smsc: str | None,
    protocol_id: int,
) -> None:
    """Every field survives being written and read, in both directions."""
    coding, data = DataCoding.from_octet(body[0]), body[1]
    address = Address.from_number(number)
    received = Deliver(address, coding, SENT_AT, data, None, header, smsc, protocol_id)
    again = decode_incoming(received.encode().pdu)
    assert isinstance(again, Deliver)
    assert (again.originator, again.coding, again.sent_at) == (address, coding, SENT_AT)
    assert (again.data, again.header, again.smsc) == (data, header, smsc)
    assert again.protocol_id == protocol_id
    sent = Submit(address, coding, data, again.text, header, smsc, 7, protocol_id, SENT_AT)
    assert decode_outgoing(sent.encode().pdu) == sent

"""A recorded dialogue in which nobody can be recognised, and which can still be played."""

from datetime import UTC, datetime
import re

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec.network import parse_registration
from custom_components.cellular_gateway.gateways.at_modem.codec.sim import (
    parse_iccid,
    parse_imei,
    parse_imsi,
    parse_smsc,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.ussd import parse_ussd
from custom_components.cellular_gateway.sms.tpdu import (
    Deliver,
    Submit,
    decode_incoming,
    decode_outgoing,
)
from scripts.recording.disguise import Disguise, check_digit, swapped
from scripts.recording.pdu import disguised_pdu
from scripts.recording.redaction import leaks, redact
from scripts.recording.tape import Line
from simulator import pdu

STAMP = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
SMSC = "+491710760000"
PEER = "+4917139200042"
TEXT = "Please feed the cat at noon"


def delivered(text: str, sender: str = PEER) -> str:
    """Return the PDU of the first part of a text."""
    tpdu = pdu.encode_deliver(sender, pdu.split_text(text)[0], STAMP)
    return (pdu.encode_smsc(SMSC) + tpdu).hex().upper()


# A draft: TEXT to PEER, written by the integration's own encoder.
DRAFT = "0001000D91947131290040F200001B5076393C2F83CCE5321944479741E3301D14A683DCEFB71B"
REPORT = pdu.encode_smsc(SMSC) + pdu.encode_status_report(7, PEER, STAMP, STAMP, 0)

# What is secret in each line, and the line as a modem says it, after the command that it answers.
LINES = [
    ("490154203237518", "AT+CGSN", "490154203237518"),
    ("490154203237518", "AT+GSN", "+GSN: 490154203237518"),
    ("MP06A2010480", "AT+CGSN", "MP06A2010480"),
    ("490154203237518", "ATI", "IMEI: 490154203237518"),
    ("MP06A2010480", "ATI", "S/N: MP06A2010480"),
    ("490154203237518", "AT+CGMR", "V1.0 490154203237518"),
    ("262019876543210", "AT+CIMI", "262019876543210"),
    ("262019876543210", "AT+CIMI", "+CIMI: 262019876543210"),
    ("89490200001234567892", "AT+CCID", "89490200001234567892"),
    ("8949020000123456789", "AT+CCID", '+CCID: "8949020000123456789F"'),
    ("8949020000123456789", "AT^ICCID?", "^ICCID: 989420000021436587F9"),
    ("989420000021436587F9", "AT+CRSM=176,12258,0,0,10", '+CRSM: 144,0,"989420000021436587F9"'),
    ("4917139200001", "AT+CNUM", '+CNUM: "My number","+4917139200001",145'),
    ("My number", "AT+CNUM", '+CNUM: "My number","+4917139200001",145'),
    ("491710760000", "AT+CSCA?", '+CSCA: "+491710760000",145'),
    (
        "3137313037363030",
        "AT+CSCA?",
        '+CSCA: "002B003400390031003700310030003700360030003000300030",145',
    ),
    ("3439313731303736", "AT+CSCA?", '+CSCA: "2B343931373130373630303030",145'),
    ("1B2C3D4", "AT+CREG?", '+CREG: 2,1,"5E6F","01B2C3D4",7'),
    ("5E6F", "AT+CREG?", '+CREG: 2,1,"5E6F","01B2C3D4",7'),
    ("1b2c3d4", "", "+CEREG: 5,5e6f,1b2c3d4,7"),
    ("1B2C3D4", "", '+CGREG: 1,"5E6F,"01B2C3D4",7'),
    ("17139200042", "", '+CLIP: "+4917139200042",145,"",,"Grandmother",0'),
    ("Grandmother", "", '+CLIP: "+4917139200042",145,"",,"Grandmother",0'),
    ("17139200042", "AT+CMGF=0", "MISSED_CALL: 07:02AM 017139200042"),
    ("4711", "", '+CCWA: "4711",129,1'),
    ("10.64.3.2", "AT+CGDCONT?", '+CGDCONT: 1,"IP","boat.example","10.64.3.2",0,0'),
    ("boat", "AT+CGDCONT?", '+CGDCONT: 1,"IP","boat.example","10.64.3.2",0,0'),
    ("12.34", "", '+CUSD: 0,"Your credit is 12.34 EUR",15'),
    ("12,34", "", "+CUSD: 0,Your credit is 12,34"),
    ("D9775D0E", "", '+CUSD: 0,"D9775D0E12869D65727A5E06",15'),
    ("0059006F0075", "", '+CUSD: 1,"0059006F0075007200200063",72'),
    ("Grandmother", "AT+CMGL=4", '+CMGL: 1,1,"Grandmother",24'),
    ("cat", "", TEXT),
    ("4917139200042", "AT+CPBR=?", '+CLCC: 1,1,4,0,0,"+4917139200042",145,"Grandmother"'),
    ("A1B2C3D4", "AT+QENG?", '+QENG: "servingcell",A1B2C3D4,262,01,12345'),
    ("servingcell", "AT+QENG?", '+QENG: "servingcell",A1B2C3D4,262,01,12345'),
]


def said(command: str, *lines: str) -> list[Line]:
    """Make the lines of a dialogue of one command."""
    modem = [Line(1, "modem", f"\r\n{line}\r\n") for line in lines]
    return [Line(0, "host", f"{command}\r"), *modem]


def redacted(command: str, *lines: str) -> list[str]:
    """Return what a modem has said, redacted."""
    return [line.text.strip("\r\n") for line in redact(said(command, *lines))[0][1:]]


@pytest.mark.parametrize(("secret", "command", "line"), LINES)
def test_secret_goes(secret: str, command: str, line: str) -> None:
    """It is not in the line any more, which is as long as it was and of the same name."""
    (fake,) = redacted(command, line)
    assert secret.lower() not in fake.lower()
    assert swapped(secret) not in fake
    assert len(fake) == len(line)
    name, colon, _ = line.partition(":")
    assert not colon or line[0] not in "+^" or fake.startswith(f"{name}:")


def test_whole_dialogue() -> None:
    """No secret of one line is in another, and every octet of line ends is as it was.

    Four digits may come about by chance.
    """
    lines = [line for _, command, text in LINES for line in said(command, text)]
    fakes, _ = redact(lines)
    assert [(line.ms, line.speaker) for line in fakes] == [
        (line.ms, line.speaker) for line in lines
    ]
    assert [len(line.text) for line in fakes] == [len(line.text) for line in lines]
    secrets = [secret for secret, _, _ in LINES if len(secret) > 4]
    assert leaks(fakes, secrets) == []
    assert set(leaks(lines, secrets)) == set(secrets)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("AT", "OK"),
        ("AT+CGMI", "SIMCOM INCORPORATED"),
        ("AT+CGMR", "+CGMR: LE20B04SIM7600G22"),
        ("AT+CGMR", "Revision:1418B05SIM800L24"),
        ("AT+CGMR", "EC25EFAR06A06M4G_20190923"),
        ("ATE0", "ATE0"),
        ("AT+CPIN?", "+CPIN: READY"),
        ("AT+CPIN?", "+CME ERROR: SIM not inserted"),
        ("AT+CPMS=?", '+CPMS: ("SM","ME"),("SM","ME"),("SM")'),
        ("AT+CPMS?", '+CPMS: "SM",4,20,"SM",4,20,"SM",4,20'),
        ("AT+CNMI=?", "+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)"),
        ("AT+COPS?", '+COPS: 0,2,"26201",7'),
        ("AT+COPS?", '+COPS: 0,0,"0056006F006400610066006F006E0065",7'),
        ("AT+CSQ", "+CSQ: 20,99"),
        ("AT+CESQ", "+CESQ: 99,99,255,255,22,55"),
        ("AT+CREG?", '+CREG: 2,2,"0000","FFFFFFFF"'),
        ("", "+CREG: 1"),
        ("", '+CMTI: "SM",17'),
        ("", "RING"),
        ("", "^CEND:1,0,67,25"),
        ("", "+CUSD: 2"),
        ("AT+CGDCONT=?", '+CGDCONT: (1-16),"IP",,,(0-2),(0-4)'),
    ],
)
def test_what_tells_nothing_stays(command: str, line: str) -> None:
    """Else a recording would show nothing of the modem's dialect."""
    assert redacted(command, line) == [line]


def test_same_value_same_replacement() -> None:
    """A number is the same in every line and form, and another one in another recording."""
    dialogue = (
        '+CLIP: "+4917139200042",145',
        "RING",
        '+CCWA: "4917139200042",145,1',
        "+CMT: ,24",
        delivered("Hello"),
    )
    clip, _, waiting, _, message = redacted("AT", *dialogue)
    (number,) = re.findall(r"\d{13}", clip)
    assert number in waiting
    decoded = decode_incoming(message)
    assert isinstance(decoded, Deliver)
    assert decoded.originator.number == f"+{number}"
    assert redacted("AT", *dialogue)[0] != clip


def test_answers_are_still_understood() -> None:
    """The disguises are what the gateway takes for IMEI, ICCID, number and cell."""
    imei, imsi = redacted("AT+CGSN", "490154203237518")[0], redacted("AT+CIMI", "2620198765")[0]
    assert parse_imei(imei) == imei != "490154203237518"
    assert parse_imsi(imsi) == imsi
    plain, stored = redacted("AT+CCID", "8949020000123456789F", "989420000021436587F9")
    assert parse_iccid(plain) == parse_iccid(stored) is not None
    hexadecimal = '+CSCA: "002B003400390031003700310030003700360030003000300030",145'
    centre, same = redacted("AT+CSCA?", '+CSCA: "+491710760000",145', hexadecimal)
    assert parse_smsc(centre) == parse_smsc(same) is not None
    asked, pushed = redacted("", '+CREG: 2,1,"5E6F","01B2C3D4",7', "+CREG: 1,5e6f,1b2c3d4,7")
    answers = parse_registration(asked), parse_registration(pushed)
    assert answers[0] == answers[1]
    assert answers[0] is not None and answers[0].cell_id not in (None, "1B2C3D4")


def test_serial_number_in_a_harmless_line() -> None:
    """What one answer shows to be a serial number goes from all others too."""
    lines = said("AT+CGSN", "MP06A2010480") + said("AT+CGMR", "2.1 MP06A2010480")
    (first, second), _ = redact(lines)[0][1::2], None
    assert first.text.strip() in second.text
    assert "MP06A2010480" not in second.text


def test_text_of_several_lines() -> None:
    """A USSD text may have line ends, and what follows it is no part of it."""
    fakes = redacted("", '+CUSD: 1,"Menu 12,34', "1 Balance", 'Call 4711",15', "+CSQ: 20,99")
    assert not re.search("12,34|Balance|4711", "".join(fakes))
    assert fakes[0].startswith('+CUSD: 1,"')
    assert fakes[2].endswith('",15')
    assert fakes[3] == "+CSQ: 20,99"
    report = parse_ussd("\n".join(fakes[:3]))
    assert report is not None and len(report.text.splitlines()) == 3


def test_message_in_text_mode() -> None:
    """Before a modem is in PDU mode a text may come as it is, digits alone too."""
    fakes = redacted("AT", '+CMT: "+4917139200042",,"26/03/14,15:09:26+04"', "123456")
    assert fakes[1] not in ("123456", "")
    assert not re.search("17139200042|26/03/14|123456", "".join(fakes))


@given(
    text=st.text(st.characters(codec="utf-16"), min_size=4, max_size=60),
    sender=st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True)
    | st.sampled_from(["Carrier", "4711"]),
)
def test_message_stays_one(text: str, sender: str) -> None:
    """A message of any text is one of the same length, from somebody else."""
    original = delivered(text, sender)
    fake = disguised_pdu(original, None, Disguise())
    before, after = decode_incoming(original), decode_incoming(fake)
    assert isinstance(before, Deliver)
    assert isinstance(after, Deliver)
    assert len(fake) == len(original)
    assert (after.coding, len(after.data)) == (before.coding, len(before.data))
    assert re.fullmatch("[g-z]+", after.text or "")
    assert after.originator.type_of_address == before.originator.type_of_address
    assert after.originator.number != before.originator.number
    assert after.smsc not in (None, SMSC)
    assert after.sent_at is not None and after.sent_at.year == 2020


def test_parts_stay_parts() -> None:
    """The number of a part and the parts' common reference are no secrets."""
    long = pdu.split_text("a secret of mine, " * 20, reference=77)
    for number, data in enumerate(long, 1):
        tpdu = pdu.encode_deliver(PEER, data, STAMP).hex().upper()
        # A modem without the service centre's number in front, as the length tells.
        part = decode_incoming(
            disguised_pdu(tpdu, len(tpdu) // 2, Disguise()), length=len(tpdu) // 2
        )
        assert isinstance(part, Deliver) and part.header and part.header.concatenation
        concatenation = part.header.concatenation
        assert (concatenation.number, concatenation.total) == (number, len(long))
        assert re.fullmatch("[g-z]+", part.text or "")


@given(
    digits=st.from_regex("[1-9][0-9]{7,14}", fullmatch=True),
    text=st.from_regex("[A-Za-z][A-Za-z ]{6,20}[a-z]", fullmatch=True),
)
def test_whatever_the_secret_is(digits: str, text: str) -> None:
    """No number and no text of a person is left in any line that may hold one."""
    named = ("+CLIP: ", "+CNUM: ", "+CSCA: ", "+CPBR: 1,", "+CLCC: 1,0,4,0,0,", "+CMGL: 1,1,")
    answers = [
        f'{name}"{secret}",145,"{text}"' for name in named for secret in (digits, f"+{digits}")
    ]
    answers += [f"{name}{digits}" for name in ("+CCID: ", "^ICCID: ", "+XYZ: ", "+CMT: ")]
    answers += [f'+CUSD: 0,"{text} {digits}",15', f"+CUSD: 1,{text}", text, digits, "OK"]
    answers += [delivered(text, f"+{digits}")]
    fakes, _ = redact([line for answer in answers for line in said("AT+XYZ?", answer)])
    assert leaks(fakes, (digits, text)) == []
    assert fakes[-3].text.strip() == "OK"


def test_broken_text_hides_nothing_behind_it() -> None:
    """A USSD text that never ends, or a message that is empty, ends with the next result."""
    fakes = redacted("AT", '+CUSD: 0,"Menu', "RING", "+CMGR: 0,,0", "OK", "+CSQ: 1,2")
    assert fakes[1:] == ["RING", "+CMGR: 0,,0", "OK", "+CSQ: 1,2"]


@given(octets=st.binary(min_size=12, max_size=60))
def test_octets_that_are_no_message(octets: bytes) -> None:
    """Whatever a modem hands over keeps its length, and long runs of it are not left."""
    fake = bytes.fromhex(disguised_pdu(octets.hex(), None, Disguise()))
    assert len(fake) == len(octets)


def test_drafts_and_reports() -> None:
    """They have other fields before the number and the text."""
    draft = disguised_pdu(DRAFT, None, Disguise())
    before, after = decode_outgoing(DRAFT), decode_outgoing(draft)
    assert isinstance(after, Submit)
    assert after.recipient.number != before.recipient.number
    assert re.fullmatch("[g-z]{27}", after.text or "")
    report = REPORT.hex().upper()
    fake = decode_incoming(disguised_pdu(report, None, Disguise()))
    assert not isinstance(fake, Deliver)
    assert (fake.reference, fake.reason) == (7, "received_by_sme")
    assert fake.recipient.number != PEER


def test_check_digit() -> None:
    """The example of TS 23.003 annex B.2, an IMEI without its last digit, has the check digit 7."""
    assert check_digit("26053179311383") == 7

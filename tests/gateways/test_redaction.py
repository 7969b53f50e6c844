"""No number, text, PIN or PDU leaves by the log."""

import pytest

from custom_components.cellular_gateway.gateways.redaction import (
    redact_line,
    redact_pdu,
    redact_text,
)

PDU = "0791947101670000040C9194711032547600006211125035604003D4F29C0E"


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("AT+CSQ", "AT+CSQ"),
        ("+CSQ: 17,99", "+CSQ: 17,99"),
        ('+CMTI: "SM",3', '+CMTI: "SM",3'),
        ("+CMS ERROR: 500", "+CMS ERROR: 500"),
        ('AT+CPIN="4711"', "AT+CPIN=**"),
        ("AT^CPIN=4711", "AT^CPIN=**"),
        ("AT+CMEE=1;+CPIN=1234", "AT+CMEE=1;+CPIN=**"),
        ('AT+CLCK="SC",1,"1234"', "AT+CLCK=**"),
        ("AT+CMGD=3;+CSQ", "AT+CMGD=3;+CSQ"),
        ('+CLIP: "+491701234567",145', "+CLIP: **"),
        ("+CLIP: 4916,129", "+CLIP: **"),
        ("+CCWA: 4916,129,1", "+CCWA: **"),
        ("+CLCC: 1,1,4,0,0,4916,129", "+CLCC: 1,1,4,0,0, **"),
        ("AT+CLIP=1", "AT+CLIP=1"),
        ('+CNUM: "My line","491713920001",145', "+CNUM: **"),
        ('+CUSD: 0,"Your balance is 5 EUR",15', "+CUSD: 0,<26 characters>"),
        ("+CUSD: 0,Your balance is 5 EUR,15", "+CUSD: 0,<24 characters>"),
        ("+CUSD: Your PIN is 4711", "+CUSD: ,<16 characters>"),
        ("+CUSD: 4", "+CUSD: 4"),
        ('AT+CSCS="UCS2";+CUSD=1,"1",72', 'AT+CSCS="**";+CUSD=1,<6 characters>'),
        ("AT+CUSD=2", "AT+CUSD=2"),
        ('+CPMS: "SM",1,20,"ME",0,23', '+CPMS: "SM",1,20,"ME",0,23'),
        ('+CMGL: 1,"SM",2,"4711"', '+CMGL: 1,"SM",2,"**"'),
        ("+CIMI: 001010123456789", "+CIMI: **"),
        (PDU, f"<{len(PDU) // 2} octets>"),
        (f"+CMGR: 1,,23 {PDU}", f"+CMGR: 1,,23 <{len(PDU) // 2} octets>"),
        ("Meet me at noon", "<15 characters>"),
        ("OK my word is ours", "<18 characters>"),
        ("NO entry after eight", "<20 characters>"),
        ("ATTENTION Ann is ill", "<20 characters>"),
        ("+ hello", "<7 characters>"),
        ("RING me tonight", "<15 characters>"),
        ("ERROR in the boiler", "<19 characters>"),
        ("NO CARRIER", "NO CARRIER"),
        ("AT&F", "AT&F"),
        ("ATE0V1Q0", "ATE0V1Q0"),
        ("ATS0=0", "ATS0=0"),
        ("AT", "AT"),
        ("490154203237518", "<15 characters>"),
        ("ATD+491701234567;", "ATD**"),
        ("ATD404;", "ATD**"),
        ("ATH;D4916;", "ATH;D**"),
        ("ATE0V1D4916;", "ATE0V1D**"),
        ("AT+CMEE=1;D4916;", "AT+CMEE=1;D**"),
        ("+X: socket://user:word@host", "+X: socket://**@host"),
    ],
)
def test_lines(line: str, redacted: str) -> None:
    """What a log may show of a line."""
    assert redact_line(line) == redacted


def test_values() -> None:
    """They are counted."""
    assert redact_text("secret") == "<6 characters>"
    assert redact_pdu("00FF") == "<2 octets>"

"""No number, text, PIN or PDU leaves by the log."""

import pytest

from custom_components.cellular_gateway.gateways.redaction import (
    redact_line,
    redact_number,
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
        ('+CLIP: "+491701234567",145', '+CLIP: "**",145'),
        ('+CNUM: "My line","491713920001",145', '+CNUM: "**","**",145'),
        ('+CUSD: 0,"Your balance is 5 EUR",15', '+CUSD: 0,"**",15'),
        ("+CIMI: 001010123456789", "+CIMI: **"),
        (PDU, f"<{len(PDU) // 2} octets>"),
        (f"+CMGR: 1,,23 {PDU}", f"+CMGR: 1,,23 <{len(PDU) // 2} octets>"),
        ("Meet me at noon", "<15 characters>"),
        ("490154203237518", "<15 characters>"),
        ("ATD+491701234567;", "ATD**"),
        ("ATD404;", "ATD**"),
        ("+X: socket://user:word@host", "+X: socket://**@host"),
    ],
)
def test_lines(line: str, redacted: str) -> None:
    """What a log may show of a line."""
    assert redact_line(line) == redacted


def test_values() -> None:
    """Numbers can still be told apart, the rest is counted."""
    assert redact_number("+491701234567") == "**67"
    assert redact_number("4711") == "**"
    assert redact_text("secret") == "<6 characters>"
    assert redact_pdu("00FF") == "<2 octets>"

"""Lines in, facts out. The golden lines are examples of the standards and of makers' manuals."""

from collections.abc import Callable, Iterable
import re
from types import UnionType

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec import error_codes, fields
from custom_components.cellular_gateway.gateways.at_modem.codec.lines import PROMPT, LineBuffer
from custom_components.cellular_gateway.gateways.at_modem.codec.messages import (
    DirectHeader,
    Indication,
    StoredNotice,
    indications,
    message_type,
    parse_direct_header,
    parse_indication,
    parse_messages,
    parse_pdu,
    parse_reference,
    parse_storage_names,
    parse_storage_uses,
    parse_stored_notice,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.network import (
    Operator,
    RegistrationReport,
    Signal,
    is_registration_answer,
    parse_extended_signal,
    parse_operator,
    parse_registration,
    parse_signal,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.results import (
    FinalResult,
    ResultKind,
    parse_final,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.sim import (
    parse_iccid,
    parse_iccid_file,
    parse_imei,
    parse_imsi,
    parse_own_numbers,
    parse_sim_state,
    parse_smsc,
    sim_state_of,
)
from custom_components.cellular_gateway.gateways.at_modem.quirks import (
    looks_unsolicited,
    quirks_of,
    tells_of_readiness,
    tells_of_sim,
    tells_of_start,
)
from custom_components.cellular_gateway.gateways.models import Registration, SimState


def read(octets: bytes, *, prompt: bool = False) -> list[object]:
    """Cut octets into lines and prompts."""
    buffer = LineBuffer()
    buffer.feed(octets)
    return list(iter(lambda: buffer.next(prompt=prompt), None))


@pytest.mark.parametrize(
    ("octets", "lines"),
    [
        (b"\r\nOK\r\n", ["OK"]),
        (b"OK\r", ["OK"]),
        (b"OK\n", ["OK"]),
        (b"\r\n\r\n+CSQ: 17,99\r\r\n\nOK\r\n", ["+CSQ: 17,99", "OK"]),
        (b"AT+CSQ\r\r\n+CSQ: 17,99\r\n", ["AT+CSQ", "+CSQ: 17,99"]),
        (b"\x00\x00\r\nOK\r\n", ["OK"]),
        (b"\xff\xfe\x80OK\r\n\xff\xff\r\n", ["OK"]),
        (b"\x11\x13OK\x1b\r\n", ["OK"]),
        ('+COPS: 0,0,"Télécom"\r\n'.encode(), ['+COPS: 0,0,"Télécom"']),
        ('+COPS: 0,0,"Télécom"\r\n'.encode("latin-1"), ['+COPS: 0,0,"Télécom"']),
        (b"no end", []),
    ],
)
def test_lines(octets: bytes, lines: list[str]) -> None:
    """Whatever stands between lines is none of ours."""
    assert read(octets) == lines


@pytest.mark.parametrize("octets", [b"\r\n> ", b"\r\n>", b">", b"AT+CMGS=20\r\r\n> "])
def test_prompts(octets: bytes) -> None:
    """With and without a space; only where one is waited for."""
    assert read(octets, prompt=True)[-1] is PROMPT
    assert PROMPT not in read(octets)


@given(st.binary(max_size=300), st.integers(1, 7))
def test_pieces_make_no_difference(octets: bytes, size: int) -> None:
    """Any octets, cut anywhere."""
    buffer = LineBuffer()
    found: list[object] = []
    for start in range(0, len(octets), size):
        buffer.feed(octets[start : start + size])
        found += iter(lambda: buffer.next(prompt=False), None)
    assert found == read(octets)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    """Noise for ever, then a line."""
    buffer = LineBuffer()
    for _ in range(100):
        buffer.feed(b"x" * 1000)
        assert buffer.next(prompt=False) is None
    buffer.feed(b"\r\nOK\r\n")
    assert buffer.next(prompt=False) is not None
    assert buffer.next(prompt=False) in (None, "OK")


PARSERS: tuple[tuple[Callable[[str], object], type | UnionType], ...] = (
    (parse_final, FinalResult | None),
    (parse_stored_notice, StoredNotice | None),
    (parse_direct_header, DirectHeader | None),
    (parse_indication, Indication | None),
    (parse_storage_names, tuple),
    (parse_storage_uses, list),
    (parse_registration, RegistrationReport | None),
    (is_registration_answer, bool),
    (parse_operator, Operator | None),
    (parse_signal, Signal | None),
    (parse_extended_signal, Signal | None),
    (parse_sim_state, SimState | None),
    (parse_iccid, str | None),
    (parse_iccid_file, str | None),
    (parse_imei, str | None),
    (parse_imsi, str | None),
    (parse_smsc, str | None),
    (parse_pdu, str | None),
    (message_type, int | None),
    (indications, tuple),
    (looks_unsolicited, bool),
    (lambda line: list(parse_messages([line, line])), list),
    (lambda line: parse_own_numbers([line]), list),
    (lambda line: parse_reference([line]), int | None),
)
NAMES = ["", "CREG", "COPS", "CSQ", "CESQ", "CMGL", "CMGR", "CMTI", "CMT", "CPMS", "CNMI", "CPIN"]


@given(st.sampled_from(NAMES), st.text(alphabet='0123456789ABF,"(-) x+é', max_size=40))
def test_no_parser_falls_over_a_line(name: str, text: str) -> None:
    """Any line may come on a bad day; it is a fact of its sort, or none."""
    line = f"+{name}: {text}" if name else text
    for parse, kind in PARSERS:
        assert isinstance(parse(line), kind)


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        ("OK", ResultKind.OK, None),
        ("ERROR", ResultKind.ERROR, None),
        ("+CME ERROR: 10", ResultKind.CME, 10),
        ("+CMS ERROR:310", ResultKind.CMS, 310),
        ("+CME ERROR: SIM not inserted", ResultKind.CME, 10),
        ("+CMS ERROR: (U)SIM busy", ResultKind.CMS, 314),
        ("+CME ERROR: unheard of", ResultKind.CME, None),
        ("COMMAND NOT SUPPORT", ResultKind.ERROR, None),
        ("NO CARRIER", ResultKind.CALL, None),
    ],
)
def test_final_results(line: str, kind: ResultKind, code: int | None) -> None:
    """By number and in words."""
    result = parse_final(line)
    assert result is not None
    assert (result.kind, result.code) == (kind, code)
    assert result.ok is (kind is ResultKind.OK)


def test_the_tables_are_whole() -> None:
    """Every code of the standards has words, and what is repeated is in the tables."""
    assert set(range(300, 306)) <= set(error_codes.CMS_WORDS)
    assert {*range(8), *range(10, 19), 100} <= set(error_codes.CME_WORDS)
    assert set(error_codes.CMS_WORDS) >= error_codes.CMS_REPEATABLE
    assert set(error_codes.CME_WORDS) >= error_codes.CME_REPEATABLE
    for kind, words in (
        (ResultKind.CMS, error_codes.CMS_WORDS),
        (ResultKind.CME, error_codes.CME_WORDS),
    ):
        for code in words:
            error = FinalResult(kind, code).error()
            assert error.code == f"{kind}: {code}"
            assert error.meaning == words[code]
            assert not re.search(r"\d{5}", str(error))


@pytest.mark.parametrize(
    ("line", "registration", "area", "cell", "technology"),
    [
        ("+CREG: 0,1", Registration.HOME, None, None, None),
        ("+CREG: 5", Registration.ROAMING, None, None, None),
        ('+CREG: 2,1,"1A2B","00C3D4E5",7', Registration.HOME, "1A2B", "C3D4E5", "lte"),
        ('+CREG: 1,"1A2B","C3D4",0', Registration.HOME, "1A2B", "C3D4", "gsm"),
        ("+CEREG: 2,6", Registration.SMS_ONLY_HOME, None, None, None),
        ("+CREG: 0,7", Registration.SMS_ONLY_ROAMING, None, None, None),
        ("+CREG: 0,8", Registration.EMERGENCY_ONLY, None, None, None),
        ("+CREG: 0,10", Registration.CSFB_NOT_PREFERRED_ROAMING, None, None, None),
        ("+CREG: 0,11", Registration.UNKNOWN, None, None, None),
        ("+CREG: 2,4,FFFF,FFFFFFFF", Registration.UNKNOWN, "FFFF", None, None),
    ],
)
def test_registration(
    line: str,
    registration: Registration,
    area: str | None,
    cell: str | None,
    technology: str | None,
) -> None:
    """TS 27.007 clause 7.2, asked for or not."""
    report = parse_registration(line)
    assert report is not None
    assert (report.registration, report.area_code, report.cell_id) == (registration, area, cell)
    assert report.access_technology == technology


@pytest.mark.parametrize(
    ("line", "name", "code", "technology"),
    [
        ('+COPS: 0,0,"Vodafone.de",7', "Vodafone.de", None, "lte"),
        ('+COPS: 0,2,"26202",2', None, "26202", "utran"),
        ("+COPS: 0", None, None, None),
        ('+COPS: 0,0,""', None, None, None),
        ('+COPS: 0,0,"AT&T, Inc."', "AT&T, Inc.", None, None),
        ('+COPS: 0,0,"0054002D004D006F00620069006C0065"', "T-Mobile", None, None),
    ],
)
def test_operator(line: str, name: str | None, code: str | None, technology: str | None) -> None:
    """TS 27.007 clause 7.3."""
    operator = parse_operator(line)
    assert operator is not None
    assert (operator.name, operator.code, operator.access_technology) == (name, code, technology)


@pytest.mark.parametrize(
    ("line", "signal"),
    [("+CSQ: 0,0", -113), ("+CSQ: 31,99", -51), ("+CSQ: 99,99", None), ("+CSQ: 116,99", -100)],
)
def test_signal(line: str, signal: int | None) -> None:
    """TS 27.007 clause 8.5, and SIMCom's TD-SCDMA values."""
    parsed = parse_signal(line)
    assert parsed is not None
    assert parsed.signal == signal
    assert parse_signal("+CSQ:") is None


def test_extended_signal() -> None:
    """TS 27.007 clause 8.69."""
    signal = parse_extended_signal("+CESQ: 99,99,255,255,34,97")
    assert signal is not None
    assert (signal.signal, signal.rsrp, signal.rsrq) == (None, -44, -3)
    assert parse_extended_signal("+CESQ: 99,99") is None


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("+CPIN: READY", SimState.READY),
        ('+CPIN: "READY"', SimState.READY),
        ("+CPIN: SIM PIN", SimState.PIN_REQUIRED),
        ("+CPIN: SIM PUK", SimState.PUK_REQUIRED),
        ("+CPIN: SIM PIN2", SimState.PIN2_REQUIRED),
        ("+CPIN: SIM PUK2", SimState.PUK2_REQUIRED),
        ("+CPIN: PH-NET PIN", SimState.LOCKED),
        ("+CPIN: NOT INSERTED", SimState.MISSING),
        ("+CPIN: nonsense", None),
    ],
)
def test_sim_states(line: str, state: SimState | None) -> None:
    """TS 27.007 clause 8.3."""
    assert parse_sim_state(line) is state


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("+CME ERROR: 10", SimState.MISSING),
        ("+CME ERROR: 14", SimState.BUSY),
        ("+CME ERROR: 13", SimState.FAILURE),
        ("+CME ERROR: 11", SimState.PIN_REQUIRED),
        ("+CMS ERROR: 316", SimState.PUK_REQUIRED),
        ("+CME ERROR: 40", SimState.LOCKED),
        ("+CME ERROR: 3", None),
        ("ERROR", None),
    ],
)
def test_refusals_tell_the_state_of_the_sim(line: str, state: SimState | None) -> None:
    """TS 27.007 clause 9.2, TS 27.005 clause 3.2.5."""
    result = parse_final(line)
    assert result is not None
    assert sim_state_of(result) is state


@pytest.mark.parametrize(
    ("text", "iccid"),
    [
        ("89490200001234567892", "89490200001234567892"),
        ("8949020000123456789F", "8949020000123456789"),
        ("98942000002143658729", "89490200001234567892"),
        ("1234", None),
        ("12345678901234567890", None),
    ],
)
def test_iccid(text: str, iccid: str | None) -> None:
    """ITU-T E.118: it begins with 89."""
    assert parse_iccid(text) == iccid


def test_iccid_from_its_file() -> None:
    """TS 102 221 clause 13.2: the nibbles are swapped; 90 00 is the status of success."""
    assert parse_iccid_file('+CRSM: 144,0,"98942000002143658729"') == "89490200001234567892"
    assert parse_iccid_file("+CRSM: 106,130") is None


@pytest.mark.parametrize(
    ("line", "imei"),
    [
        ("490154203237518", "490154203237518"),
        ('+CGSN: "490154203237518"', "490154203237518"),
        ("490154203237519", None),
        ("111111111111111", None),
        ("0x9235EB52", None),
    ],
)
def test_imei(line: str, imei: str | None) -> None:
    """The example of TS 23.003 annex B has the check digit 8."""
    assert parse_imei(line) == imei


def test_own_number() -> None:
    """The type of address 145 is international, with or without the plus."""
    assert parse_own_numbers(['+CNUM: "","491713920001",145']) == ["+491713920001"]
    assert parse_own_numbers(['+CNUM: "Line 1","",129', "OK"]) == []


def test_smsc() -> None:
    """An empty one is none."""
    assert parse_smsc('+CSCA: "+491710760000",145') == "+491710760000"
    assert parse_smsc('+CSCA: "",129') is None
    assert parse_smsc("+CSCA:") is None
    assert parse_smsc("OK") is None


def test_fields() -> None:
    """Commas in quotes do not count, absent fields are empty."""
    assert fields.fields('1,"a,b",,(2,3), c ') == ["1", "a,b", "", "2,3", "c"]
    assert fields.fields("") == [""]
    assert fields.integers("0-2,5,x") == {0, 1, 2, 5}
    assert fields.quote('a"b') == '"a\\22b"'


@pytest.mark.parametrize(
    ("manufacturer", "model", "command"),
    [
        ("huawei", "E173", "AT^ICCID?"),
        ("SIMCOM INCORPORATED", "SIM7600", "AT+CICCID"),
        (None, "SIM800L", "AT+CICCID"),
        ("Quectel", "EC25", "AT+QCCID"),
        ("u-blox", "SARA-R4", "AT+CCID"),
        (None, None, "AT+CCID"),
    ],
)
def test_quirks(manufacturer: str | None, model: str | None, command: str) -> None:
    """By maker, else by model, else the usual."""
    assert quirks_of(manufacturer, model).iccid[0][0] == command


def test_unsolicited_lines() -> None:
    """By their form, and by the words of the makers."""
    told: Iterable[str] = ("+CRING: VOICE", "^RSSI:12", "RING", "*PSUTTZ: 1", "RDY", "Call Ready")
    assert all(map(looks_unsolicited, told))
    assert not any(map(looks_unsolicited, ("huawei", "Model: E173", "490154203237518")))
    assert tells_of_start("RDY")
    assert tells_of_readiness("SMS Ready")
    assert tells_of_sim("+CPIN: NOT INSERTED")

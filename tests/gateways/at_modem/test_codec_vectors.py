"""Lines of real modems, as other projects recorded them, and what they mean."""

import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.at_modem.codec import fields
from custom_components.cellular_gateway.gateways.at_modem.codec.calls import parse_caller
from custom_components.cellular_gateway.gateways.at_modem.codec.commands import free, query
from custom_components.cellular_gateway.gateways.at_modem.codec.lines import LineBuffer
from custom_components.cellular_gateway.gateways.at_modem.codec.messages import (
    indications,
    parse_direct_header,
    parse_messages,
    parse_pdu,
    parse_storage_names,
    parse_storage_uses,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.network import (
    is_registration_answer,
    parse_extended_signal,
    parse_found_operators,
    parse_operator,
    parse_registration,
    parse_signal,
)
from custom_components.cellular_gateway.gateways.at_modem.codec.results import parse_final
from custom_components.cellular_gateway.gateways.at_modem.codec.sim import (
    parse_iccid,
    parse_own_numbers,
    parse_sim_state,
    parse_smsc,
)
from custom_components.cellular_gateway.gateways.models import (
    AccessTechnology,
    Registration,
    SimState,
)

VECTORS = Path(__file__).parents[4] / "shared" / "vectors"
TECHNOLOGIES = {
    "gsm": AccessTechnology.GSM,
    "edge": AccessTechnology.EGPRS,
    "umts": AccessTechnology.UTRAN,
    "lte": AccessTechnology.LTE,
    "5gnr": AccessTechnology.NR_5GC,
}


def vectors(name: str, part: str | None = None) -> list[dict[str, Any]]:
    """Read the vectors of a file where they are at hand."""
    path = VECTORS / f"{name}.json"
    if not path.exists():
        return []
    values = json.loads(path.read_text())
    found: list[dict[str, Any]] = values[part] if part else values
    return found


def over(name: str, part: str | None = None) -> pytest.MarkDecorator:
    """Run a test over vectors, or skip it."""
    found = vectors(name, part)
    if not found:
        skip = pytest.mark.skip(reason="the vectors are not at hand")
        return pytest.mark.parametrize("vector", [pytest.param({}, marks=skip)])
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


def read(octets: bytes, *, prompt: bool = False) -> list[object]:
    """Cut octets into lines and prompts."""
    buffer = LineBuffer()
    buffer.feed(octets)
    return list(iter(lambda: buffer.next(prompt=prompt), None))


def lines_of(reply: str) -> list[str]:
    """Cut the reply of a vector into lines."""
    return [str(line) for line in read(f"{reply}\r\n".encode())]


@over("creg")
def test_registration_vectors(vector: dict[str, Any]) -> None:
    """Answers and pushes of real modems."""
    expected = vector["expected"]
    line = lines_of(vector["reply"])[0]
    report = parse_registration(line)
    if expected.get("error"):
        assert report is None
        return
    assert report is not None
    stat = expected.get("stat", expected.get("error_or_stat"))
    values = list(Registration)
    assert report.registration is (values[stat] if stat < len(values) else Registration.UNKNOWN)
    if vector.get("malformed") and "lac" not in expected:
        return
    assert is_registration_answer(line) or not vector["solicited"]
    lac, cell = expected["lac"], expected["ci"]
    assert report.domain == f"+{expected['domain'].upper()}"
    assert report.area_code == (None if lac is None else f"{lac:X}")
    assert report.cell_id == (None if cell is None else f"{cell:X}")
    assert report.access_technology == TECHNOLOGIES.get(expected["act"])


@over("cops")
def test_operator_vectors(vector: dict[str, Any]) -> None:
    """What modems answer to +COPS? and to +COPS=?."""
    if vector["kind"] == "normalize_operator":
        assert fields.from_ucs2(vector["input"]) == vector["expected"]
        return
    if vector["kind"] == "test":
        found = parse_found_operators(vector["reply"])
        expected = vector["expected"]["networks"]
        assert [each.code for each in found] == [network["plmn"] for network in expected]
        assert [each.status for each in found] == [network["availability"] for network in expected]
        return
    operator = parse_operator(lines_of(vector["reply"])[0])
    assert operator is not None
    if vector["kind"] == "read":
        expected = vector["expected"]
        assert expected["operator"] in (operator.name, operator.code)
        assert operator.access_technology == TECHNOLOGIES.get(expected["act"])


@over("at_misc", "clip")
def test_caller_vectors(vector: dict[str, Any]) -> None:
    """Who calls."""
    assert parse_caller(lines_of(vector["reply"])[0]) == vector["expected"]["number"]


@over("csq")
def test_signal_vectors(vector: dict[str, Any]) -> None:
    """RSSI in dBm."""
    line = next((line for line in lines_of(vector["reply"]) if line.startswith("+CSQ:")), "")
    signal = parse_signal(line)
    if vector["expected"].get("error"):
        assert signal is None
    else:
        assert signal is not None
        assert signal.signal == vector["expected"].get("dbm")


@over("cesq")
def test_extended_signal_vectors(vector: dict[str, Any]) -> None:
    """RSRP, RSRQ, and the level of the older networks."""
    expected = vector["expected"]
    signal = parse_extended_signal(lines_of(vector["reply"])[0])
    assert signal is not None
    assert signal.rsrp == expected.get("rsrp_dbm")
    assert signal.rsrq == expected.get("rsrq_db")
    assert signal.signal == expected.get("rssi_dbm", expected.get("rscp_dbm"))


@over("at_misc", "cpin")
def test_sim_state_vectors(vector: dict[str, Any]) -> None:
    """Locks of real modems."""
    names = {
        "SIM_PIN": SimState.PIN_REQUIRED,
        "SIM_PUK": SimState.PUK_REQUIRED,
        "SIM_PUK2": SimState.PUK2_REQUIRED,
        "PH_NET_PIN": SimState.LOCKED,
        "UNKNOWN": None,
    }
    assert parse_sim_state(vector["reply"]) is names[vector["expected"]["lock"]]


@over("at_misc", "iccid")
def test_iccid_vectors(vector: dict[str, Any]) -> None:
    """Swapped and not, with letters, and what is none."""
    assert parse_iccid(vector["input"]) == vector["expected"].get("iccid")


@over("at_misc", "cnum")
def test_own_number_vectors(vector: dict[str, Any]) -> None:
    """One number or several."""
    assert parse_own_numbers(lines_of(vector["reply"])) == vector["expected"]


@over("at_misc", "csca")
def test_smsc_vectors(vector: dict[str, Any]) -> None:
    """In plain digits, UCS-2 or hexadecimal letters."""
    assert parse_smsc(lines_of(vector["reply"])[0]) == vector["expected"].get("smsc")


@over("at_misc", "cpms_test")
def test_storage_name_vectors(vector: dict[str, Any]) -> None:
    """Which storages there are, in all spellings."""
    names = parse_storage_names(lines_of(vector["reply"])[0])
    expected = vector["expected"]
    if "mem1" in expected:
        assert [set(group) for group in names] == [
            set(expected[key]) for key in ("mem1", "mem2", "mem3")
        ]
    elif names:
        assert {name: name in names[0] for name in expected} == expected


@over("at_misc", "cpms_read")
def test_storage_use_vectors(vector: dict[str, Any]) -> None:
    """Which storages are chosen."""
    uses = [use.storage for use in parse_storage_uses(vector["reply"])]
    for found, key in zip(uses, ("mem1", "mem2"), strict=False):
        assert vector["expected"][key] in (found, None)


@over("at_misc", "split_groups")
def test_group_vectors(vector: dict[str, Any]) -> None:
    """Brackets, whole and broken."""
    assert fields.groups(vector["input"]) == vector["expected"]


@over("at_misc", "quote_string")
def test_quote_vectors(vector: dict[str, Any]) -> None:
    """What may not stand in a string parameter."""
    assert fields.quote(vector["input"]) == vector["expected"]


@over("at_misc", "final_result")
def test_final_result_vectors(vector: dict[str, Any]) -> None:
    """Which line ends an answer."""
    lines = [line for line in re.split(r"[\r\n]+", vector["input"]) if line]
    found = next(filter(None, map(parse_final, lines)), None)
    expected = vector["expected"]
    assert (found is not None) is expected["final_result_found"]
    assert (found is not None and not found.ok) is expected["is_error"]


@over("at_misc", "transcripts")
def test_transcript_vectors(vector: dict[str, Any]) -> None:
    """Echoes are no answers, and an answer has one final result at the most."""
    lines = lines_of(vector["transcript"])
    command = free(lines[0])
    answers = [line for line in lines if not command.echoes(line) and not parse_final(line)]
    results = [result for line in lines if (result := parse_final(line))]
    assert not any(line.startswith("AT+") for line in answers)
    errors = {"+CME ERROR: 515": True, "+CME ERROR: 132": False}
    for result in results:
        assert result.ok or result.busy is errors[result.line]


@over("at_misc", "echo_removal")
def test_echo_vectors(vector: dict[str, Any]) -> None:
    """What a modem sends back of a command is not taken for its answer."""
    before = lines_of(vector["input"])
    after = lines_of(vector["expected"])
    echoed = [line for line in before if line not in after]
    for line in echoed:
        assert query(line, "+X:").echoes(line)
    for line in set(after) - set(echoed):
        assert not query("AT+CSQ", "+CSQ:").echoes(line)


@over("cmgl_pdu")
def test_message_vectors(vector: dict[str, Any]) -> None:
    """Headers with and without a name, noise between header and PDU, a quote too much."""
    found = list(parse_messages(lines_of(vector["reply"])))
    if "expected" not in vector:
        assert len(found) == vector["expected_count"]
        return
    for message, expected in zip(found, vector["expected"], strict=True):
        assert message.pdu == expected["pdu"].upper()
        if vector["id"] != "gammu/at-sms-cmgr/26":
            assert message.status == expected["status"]
        assert message.index == expected.get("index")


@over("at_misc", "cds_urc")
def test_report_vectors(vector: dict[str, Any]) -> None:
    """A direct report is a header and a PDU."""
    header, pdu = lines_of(vector["urc"])
    direct = parse_direct_header(header)
    assert direct is not None
    expected = vector["expected"]
    if "pdu" in expected:
        assert (direct.name, direct.length) == ("+CDS", expected["length"])
        assert parse_pdu(pdu) == expected["pdu"]
    else:
        assert parse_pdu(pdu) is None


@over("at_misc", "cnmi_test")
def test_indication_vectors(vector: dict[str, Any]) -> None:
    """Stored delivery is found in all of them."""
    best = indications(vector["reply"])[0]
    assert (best.mode, best.delivery) == (2, 1)

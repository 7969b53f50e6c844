"""The API of RutOS 7 and JSON-RPC: envelopes, modems, messages."""

from contextlib import suppress
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayRefusedError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import (
    AccessTechnology,
    PortState,
    Registration,
    SimState,
)
from custom_components.cellular_gateway.gateways.teltonika.codec import rest, ubus
from custom_components.cellular_gateway.gateways.teltonika.codec.status import (
    ModemReport,
    access_technology,
    parse_gsmctl,
    parse_modem,
    registration,
    sim_state,
)

from .fixtures import fixtures

MODEMS = fixtures("modems")
UBUS = fixtures("ubus")

KEYS = ("success", "data", "errors", "code", "id", "modem_id", "message", "sender", "rssi")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def modems_of(name: str) -> list[ModemReport]:
    """Read the modems of a fixture."""
    envelope = rest.open_envelope(200, MODEMS[name]["document"])
    return [parse_modem(modem) for modem in rest.parse_modem_list(envelope.data)]


def test_a_modem_in_full() -> None:
    """Everything that it tells, in our units."""
    (report,) = modems_of("rut241")
    assert report == ModemReport(
        modem="1-1",
        is_primary=True,
        slots=1,
        state=PortState(
            key="",
            sim_state=SimState.READY,
            registration=Registration.HOME,
            operator_name="EE",
            operator_code="23430",
            access_technology=AccessTechnology.LTE,
            area_code="670C",
            cell_id="86C6712",
            signal=-84,
            rsrp=-107,
            rsrq=-13,
            sinr=2,
            temperature=32,
            data_sent=26064691191,
            data_received=13194370973,
            imei="862462030000001",
            imsi="234300000000001",
            iccid="8944300000000000001",
            active_slot=1,
        ),
    )


def test_a_modem_of_older_firmware() -> None:
    """By the names that the values had."""
    (report,) = modems_of("rut950")
    state = report.state
    assert (state.operator_name, state.signal, state.area_code) == ("Telstra Telstra", -60, "9071")
    assert state.registration is Registration.HOME
    assert (state.data_sent, state.data_received) == (1641289903812, 1730527777073)
    assert report.slots == 2


def test_modems_that_are_offline() -> None:
    """They are there, and nothing is known of them."""
    reports = modems_of("rutx12_starting")
    assert [(each.modem, each.is_primary) for each in reports] == [("3-1", True), ("1-1.2", False)]
    assert all(each.state == PortState(key="") for each in reports)


def test_words_that_nobody_knows_cost_no_others() -> None:
    """One unknown value is one unknown value."""
    (report,) = modems_of("unknown_words")
    assert report.state == PortState(
        key="", rsrp=-92.5, temperature=31, data_sent=1000, active_slot=2
    )


@pytest.mark.parametrize(
    ("text", "identity", "meaning"),
    [
        ("Registered, home", None, Registration.HOME),
        ("registered (roaming)", None, Registration.ROAMING),
        ("Not registered", None, Registration.NOT_REGISTERED),
        ("unregistered", None, Registration.NOT_REGISTERED),
        ("Not registered, searching", None, Registration.SEARCHING),
        ("Denied", None, Registration.DENIED),
        ("Unknown", None, Registration.UNKNOWN),
        (None, 5, Registration.ROAMING),
        ("N/A", "1", Registration.HOME),
        ("N/A", None, None),
        ("", 9, None),
    ],
)
def test_registrations(text: str | None, identity: object, meaning: Registration | None) -> None:
    """By words, else by number."""
    assert registration(text, identity) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("LTE", AccessTechnology.LTE),
        ("4G (LTE); VoLTE", AccessTechnology.LTE),
        ("FDD LTE", AccessTechnology.LTE),
        ("WCDMA", AccessTechnology.UTRAN),
        ("3G (WCDMA)", AccessTechnology.UTRAN),
        ("HSPA+", AccessTechnology.HSPA),
        ("HSDPA", AccessTechnology.HSDPA),
        ("EDGE", AccessTechnology.EGPRS),
        ("GPRS", AccessTechnology.GSM),
        ("5G-NSA", AccessTechnology.EN_DC),
        ("5G-SA", AccessTechnology.NR_5GC),
        ("CAT-NB1", AccessTechnology.NB_IOT),
        ("N/A", None),
    ],
)
def test_access_technologies(text: str, meaning: AccessTechnology | None) -> None:
    """In the words of 3GPP."""
    assert access_technology(text) is meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Inserted", SimState.READY),
        ("Not inserted", SimState.MISSING),
        ("Required PIN, 3 attempts left", SimState.PIN_REQUIRED),
        ("Required PUK, 10 attempts left", SimState.PUK_REQUIRED),
        ("PUK", SimState.PUK_REQUIRED),
        ("SIM failure", SimState.FAILURE),
        ("Busy", SimState.BUSY),
    ],
)
def test_sim_states(text: str, meaning: SimState) -> None:
    """As the API lists them."""
    assert sim_state(text) is meaning


@pytest.mark.parametrize(
    ("status", "codes", "is_session"),
    [(401, (120,), True), (200, (123,), True), (401, (), True), (404, (113,), False)],
)
def test_a_refused_session_is_told_from_other_refusals(
    status: int, codes: tuple[int, ...], is_session: bool
) -> None:
    """Only then another login helps."""
    errors = [{"code": code, "error": "x", "source": "y"} for code in codes]
    envelope = rest.open_envelope(status, {"success": False, "errors": errors})
    assert envelope.rejects_session is is_session
    assert isinstance(envelope.refusal(), GatewayRefusedError)


def test_no_answer_of_the_api() -> None:
    """What is none says that this is no router that we know."""
    with pytest.raises(GatewayConnectionError) as raised:
        rest.open_envelope(404, None)
    assert raised.value.reason is Reason.NOT_A_ROUTER


@given(JSON, JSON)
def test_any_json(document: Any, data: Any) -> None:
    """It is read as far as it can be, or refused with our error."""
    with suppress(GatewayConnectionError):
        rest.open_envelope(200, document)
    assert all(message.text is not None for message in rest.parse_messages(data))
    assert all(parse_modem(modem).modem for modem in rest.parse_modem_list(data))
    assert isinstance(rest.parse_storage(data), dict)
    assert rest.parse_info(data, document).manufacturer == "Teltonika"


def test_half_a_character() -> None:
    """Nothing could write it down, so that it must not come through."""
    (message,) = rest.parse_messages([{"id": "1", "sender": "A\ud800", "message": "x\udc00y😀"}])
    assert (message.sender, message.text) == ("A?", "x?y😀")


@pytest.mark.parametrize(
    ("name", "signal", "rsrp"), [("signal_one", -60, None), ("signal_lines", -57, -105)]
)
def test_gsmctl(name: str, signal: int, rsrp: float | None) -> None:
    """One number, or a line for each."""
    text = ubus.output(ubus.result(UBUS[name]["document"]))
    state = parse_gsmctl({"signal": text, "temperature": "310", "slot": "1", "operator": "N/A"})
    assert (state.signal, state.rsrp) == (signal, rsrp)
    assert (state.temperature, state.active_slot, state.operator_name) == (31.0, 1, None)


def test_json_rpc() -> None:
    """A session, its end, and what is not there."""
    session = ubus.session_of(ubus.result(UBUS["login"]["document"]))
    assert len(session) == 32
    assert ubus.denies_access(UBUS["denied"]["document"])
    assert not ubus.denies_access(UBUS["login"]["document"])
    with pytest.raises(GatewayRefusedError):
        ubus.result(UBUS["not_found"]["document"])
    call = ubus.call(session, "file", "exec", {"command": "gsmctl", "params": ["-q"]})
    assert json.loads(json.dumps(call))["params"][1:3] == ["file", "exec"]


@pytest.mark.parametrize("index", [-1, 10**9, 10**19, "1e30", None, {}])
def test_a_message_that_lies_nowhere(index: object) -> None:
    """It is read, and has no name by which it could be deleted."""
    (message,) = rest.parse_messages([{"id": index, "message": "odd", "sender": "1"}])
    assert (message.index, message.text) == (None, "odd")

"""A person adds a modem by hand."""

from contextlib import suppress
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState, FlowType
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
import pytest

from custom_components.cellular_gateway import kinds
from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.flows.base import form_error, gateway_name
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.gateways.models import GatewayInfo
from custom_components.cellular_gateway.kinds import at_modem
from simulator.faults import Fault, FaultKind

from .desk import IMEI, Desk, answer, entry_for, offered, outcome, start_user, usb_port


async def test_port_preferences_done(hass: HomeAssistant, desk: Desk) -> None:
    """Port, preferences, and there is a gateway; the form for the first recipient is next."""
    modem, device = await desk.modem()
    result = await start_user(hass)
    assert outcome(result) == "at_modem"
    result = await answer(hass, result, device=device)
    assert outcome(result) == "preferences"
    result = await answer(hass, result, show_texts=False, country="BE", delete_after_receipt=False)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.title == modem.profile.model
    assert entry.unique_id == IMEI
    assert entry.data == {"kind": "at_modem", "device": device, "baudrate": 115200}
    assert entry.options == {"show_texts": False, "country": "BE", "delete_after_receipt": False}
    assert entry.state is ConfigEntryState.LOADED
    flow_type, flow_id = result["next_flow"]
    assert flow_type is FlowType.CONFIG_SUBENTRIES_FLOW
    assert hass.config_entries.subentries.async_get(flow_id)["step_id"] == "user"


async def test_texts_are_shown_and_deleted_unless_one_says_otherwise(
    hass: HomeAssistant, desk: Desk
) -> None:
    """What is not answered is as the form offers it."""
    _, device = await desk.modem()
    result = await answer(hass, await start_user(hass), device=device)
    result = await answer(hass, result)
    assert result["result"].options == {"show_texts": True, "delete_after_receipt": True}


async def test_the_kinds(hass: HomeAssistant, desk: Desk) -> None:
    """A person is asked what carries the messages."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == list(kinds.KINDS)
    for kind in kinds.KINDS:
        assert outcome(await start_user(hass, kind)) == kind


async def test_the_speed_is_kept(hass: HomeAssistant, desk: Desk) -> None:
    """A speed that is set is used, and the one that was found is remembered."""
    _, device = await desk.modem("sim800l")
    result = await answer(
        hass, await start_user(hass), device=device, advanced={"baudrate": "57600"}
    )
    result = await answer(hass, result)
    assert result["result"].data["baudrate"] == 57600


async def test_a_port_is_kept_by_its_lasting_name(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any], tmp_path: Any
) -> None:
    """Of a port's names the one that outlasts a restart is stored, with the stick's descriptors."""
    _, device = await desk.modem()
    lasting = tmp_path / "by-id"
    lasting.symlink_to(device)
    usb_ports.append(usb_port(str(lasting), resolved_device=device))
    result = await answer(hass, await start_user(hass), device=device)
    result = await answer(hass, result)
    assert result["result"].data == {
        "kind": "at_modem",
        "device": str(lasting),
        "baudrate": 115200,
        "usb_vid": "1E0E",
        "usb_pid": "9001",
        "usb_serial": "0123456789ABCDEF",
        "usb_interface": 2,
    }


async def test_a_name_that_a_person_made_is_kept(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any], tmp_path: Any
) -> None:
    """A link of one's own stays, and still it is known which stick it leads to."""
    modem, _ = await desk.modem()
    device = await modem.serve_pty()
    own = tmp_path / "gsm"
    own.symlink_to(device)
    usb_ports.append(usb_port(device))
    result = await answer(hass, await start_user(hass), device=str(own))
    result = await answer(hass, result)
    assert result["result"].data["device"] == str(own)
    assert result["result"].data["usb_vid"] == "1E0E"


@pytest.mark.parametrize("is_usb", [True, False])
async def test_a_modem_without_a_number(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any], is_usb: bool
) -> None:
    """A modem that does not tell its IMEI is known by its USB serial, else by its path."""
    _, device = await desk.modem(imei="0")
    if is_usb:
        usb_ports.append(usb_port(device))
    result = await answer(hass, await start_user(hass), device=device)
    result = await answer(hass, result)
    expected = "1E0E:9001:0123456789ABCDEF" if is_usb else device
    assert result["result"].unique_id == expected


async def test_the_list_of_ports_may_fail(hass: HomeAssistant, desk: Desk) -> None:
    """A system that cannot list its ports can still use one."""
    _, device = await desk.modem()
    result = await start_user(hass)
    with patch("homeassistant.components.usb.scan_serial_ports", side_effect=OSError):
        result = await answer(hass, result, device=device)
    assert outcome(result) == "preferences"


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        ("/dev/no-such-port", "not_found"),
        ("/dev/null", "invalid_device"),
        ("gopher://host:70", "invalid_device"),
        # The part of the `usb` integration that stands in until ESPHome is set up says so.
        ("esphome-hass://esphome/01JD/port", "proxy_not_ready"),
    ],
)
async def test_why_a_port_is_not_opened(
    hass: HomeAssistant, desk: Desk, device: str, reason: str
) -> None:
    """The form says why, and keeps what was typed in."""
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == f"at_modem:{reason}"
    assert offered(result)["device"] == device


async def test_a_busy_port(hass: HomeAssistant, desk: Desk) -> None:
    """A port that another program holds is told from one that is not there."""
    _, device = await desk.modem()
    _, writer = await at_modem.open_serial(device, 115200)
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "at_modem:busy"
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    assert outcome(await answer(hass, result, device=device)) == "preferences"


@pytest.mark.usefixtures("hasty")
async def test_a_silent_port(hass: HomeAssistant, desk: Desk) -> None:
    """What does not answer is no modem."""
    device = await desk.silent_port()
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "at_modem:not_a_modem"


async def test_a_modem_without_messages(hass: HomeAssistant, desk: Desk) -> None:
    """A modem that knows no SMS is refused at once, not after it was set up."""
    modem, device = await desk.modem()
    for command in ("+CMGF", "+CSMS"):
        modem.faults.add(Fault(FaultKind.ERROR, command=command, text="ERROR", times=None))
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "at_modem:not_an_sms_modem"


@pytest.mark.usefixtures("socket_enabled")
async def test_an_address_in_the_network(hass: HomeAssistant, desk: Desk) -> None:
    """A modem behind a TCP port is set up by its URL, which is kept as it was given."""
    modem, _ = await desk.modem()
    url = f"socket://127.0.0.1:{await modem.serve_tcp()}"
    result = await answer(hass, await start_user(hass), device=url)
    result = await answer(hass, result)
    assert result["result"].data["device"] == url


async def test_the_same_port_twice(hass: HomeAssistant, desk: Desk) -> None:
    """A port that an entry has is not probed, since the entry holds it."""
    entry = entry_for(hass, "/dev/no-such-port")
    result = await answer(hass, await start_user(hass), device=entry.data["device"])
    assert outcome(result) == "already_configured"


async def test_the_same_modem_at_another_port(hass: HomeAssistant, desk: Desk) -> None:
    """A modem is known by its IMEI; while its own port is there, its entry stays with that."""
    _, device = await desk.modem()
    _, other = await desk.modem()
    entry = entry_for(hass, other)
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "already_configured"
    assert entry.data["device"] == other


async def test_a_modem_that_moved(hass: HomeAssistant, desk: Desk) -> None:
    """An entry whose port is gone follows its modem to where a person found it."""
    _, device = await desk.modem()
    entry = entry_for(hass, "/dev/no-such-port")
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "already_configured"
    assert entry.data["device"] == device
    assert entry.state is ConfigEntryState.LOADED


async def test_a_flow_that_was_left_open(hass: HomeAssistant, desk: Desk) -> None:
    """It hinders nobody, and ends when the modem has been set up in another one."""
    _, device = await desk.modem()
    left_open = await answer(hass, await start_user(hass), device=device)
    result = await answer(hass, await start_user(hass), device=device)
    assert (await answer(hass, result))["type"] is FlowResultType.CREATE_ENTRY
    with pytest.raises(UnknownFlow):
        await answer(hass, left_open)


async def test_taken_by_another_entry_meanwhile(hass: HomeAssistant, desk: Desk) -> None:
    """A modem that became that of an entry while the form was open is not set up twice."""
    _, device = await desk.modem()
    result = await answer(hass, await start_user(hass), device=device)
    entry_for(hass, device)
    assert outcome(await answer(hass, result)) == "already_configured"


async def test_without_a_sim(hass: HomeAssistant, desk: Desk) -> None:
    """A person may put the SIM in and look again, or go on without one."""
    modem, device = await desk.modem()
    sim = modem.sim
    assert sim is not None
    modem.remove_sim()
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "sim_missing"
    result = await answer(hass, result, next_step_id="sim_retry")
    assert outcome(result) == "sim_missing"
    modem.insert_sim(sim)
    assert outcome(await answer(hass, result, next_step_id="sim_retry")) == "preferences"


async def test_going_on_without_a_sim(hass: HomeAssistant, desk: Desk) -> None:
    """The modem is set up, and shows that it has no SIM."""
    modem, device = await desk.modem()
    modem.remove_sim()
    result = await answer(hass, await start_user(hass), device=device)
    result = await answer(hass, result, next_step_id="sim_skip")
    result = await answer(hass, result)
    assert result["result"].state is ConfigEntryState.LOADED


async def test_unplugged_while_the_sim_is_put_in(hass: HomeAssistant, desk: Desk) -> None:
    """Looking again at a modem that is gone leads back to the choice of the port."""
    modem, device = await desk.modem()
    modem.remove_sim()
    result = await answer(hass, await start_user(hass), device=device)
    modem.unplug()
    result = await answer(hass, result, next_step_id="sim_retry")
    assert outcome(result) == "at_modem:not_found"


@pytest.mark.parametrize(
    ("state", "reason"), [("SIM PUK", "puk_required"), ("PH-SIM PIN", "sim_locked")]
)
async def test_a_lock_that_no_pin_opens(
    hass: HomeAssistant, desk: Desk, state: str, reason: str
) -> None:
    """A SIM that wants its PUK, and a modem with an operator's lock, are explained."""
    modem, device = await desk.modem()
    fault = Fault(FaultKind.ERROR, command="+CPIN?", text=f"+CPIN: {state}\r\n\r\nOK", times=None)
    modem.faults.add(fault)
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == f"at_modem:{reason}"


def test_a_reason_without_words() -> None:
    """What no form has words for is called unexpected, and never an exception."""
    assert form_error(GatewayConnectionError(Reason.UNKNOWN_PORT)) == "unknown"


@pytest.mark.parametrize(
    ("manufacturer", "model", "name"),
    [
        ("Quectel", "EC25", "Quectel EC25"),
        ("huawei", "E173", "huawei E173"),
        ("SIMCOM_Ltd", "SIMCOM_SIM800L", "SIMCOM_SIM800L"),
        ("SIMCOM INCORPORATED", "SIMCOM_SIM7600E-H", "SIMCOM_SIM7600E-H"),
        (None, "MF190", "MF190"),
        ("u-blox", None, "u-blox"),
        ("_", "MF190", "_ MF190"),
        (None, None, "AT modem"),
    ],
)
def test_name(manufacturer: str | None, model: str | None, name: str) -> None:
    """An entry is called by maker and model, the maker once."""
    assert gateway_name(GatewayInfo(manufacturer=manufacturer, model=model), "AT modem") == name

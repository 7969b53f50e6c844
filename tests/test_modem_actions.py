"""What a user does to a modem by actions, and what he is told."""

from collections.abc import AsyncIterator
import logging
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.cellular_gateway.const import DOMAIN
from simulator.at_modem import AtModem, Sim
from simulator.calls import CallOutcome, Outcome
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network
from simulator.plans import PowerSaving
from simulator.ussd import UssdAnswer

from .actions import act, refusal
from .house import ANN, MODEM_NUMBER
from .waiting import until_state

pytestmark = pytest.mark.usefixtures("loaded")

MENU = UssdAnswer("1. Balance\n2. Nothing", {"1": UssdAnswer("You have 5 EUR.")})
KEEP_IN_MODEM = {"country": "BE", "delete_after_receipt": False}


@pytest.fixture
def profile() -> str:
    """Return the profile of the modem; a parameter of the tests."""
    return "sim7600"


@pytest.fixture
async def modem(network: Network, profile: str) -> AsyncIterator[AtModem]:
    """Return a simulated modem of the profile."""
    modem = AtModem(profile, network, sim=Sim(MODEM_NUMBER))
    yield modem
    await modem.close()


# USSD


async def test_a_menu(hass: HomeAssistant, network: Network, entry: MockConfigEntry) -> None:
    """A code, then the answer to its menu, which a template makes a number of."""
    network.ussd["*101#"] = MENU
    data = {"config_entry_id": entry.entry_id, "port": "1"}
    assert await act(hass, "send_ussd", code="*101#", **data) == {
        "text": MENU.text,
        "more": True,
        "status": "further_action",
    }
    assert await act(hass, "send_ussd", code=1, **data) == {
        "text": "You have 5 EUR.",
        "more": False,
        "status": "no_further_action",
    }


async def test_a_menu_that_is_left(hass: HomeAssistant, network: Network, modem: AtModem) -> None:
    """The session is ended, and a code begins a new one."""
    network.ussd["*101#"] = MENU
    await act(hass, "send_ussd", response=False, code="*101#")
    sessions = [modem.ussd.open]
    await act(hass, "cancel_ussd", response=False)
    assert [*sessions, modem.ussd.open] == [True, False]
    assert (await act(hass, "send_ussd", code="*100#"))["text"].startswith("Your balance")


# Calls


@pytest.mark.parametrize(
    ("planned", "outcome"), [(Outcome.ANSWERED, "answered"), (Outcome.BUSY, "busy")]
)
@pytest.mark.parametrize("number", [ANN, int(ANN[1:]), "0470 00 00 01"])
async def test_a_call(
    hass: HomeAssistant, network: Network, planned: Outcome, outcome: str, number: str | int
) -> None:
    """A telephone rings, however its number is written; a busy line is no error."""
    network.plan_call(ANN, CallOutcome(planned))
    assert await act(hass, "dial", number=number, seconds=5) == {"outcome": outcome}
    await act(hass, "dial", response=False, number=number, seconds="5")
    assert [call.number for call in network.calls] == [ANN, ANN]


async def test_a_call_that_nobody_answers(hass: HomeAssistant, network: Network) -> None:
    """Ends after the time that was given."""
    network.plan_call("1234", CallOutcome(Outcome.ANSWERED, after=60))
    assert await act(hass, "dial", number=1234, seconds=1) == {"outcome": "no_answer"}


# The module's own settings


@pytest.mark.parametrize("profile", ["ec25"])
async def test_an_access_point(hass: HomeAssistant, modem: AtModem) -> None:
    """It is set, and read back without the password.

    The IMSI is the one in use: a SIM of several operators changes it by itself.
    """
    assert modem.sim is not None
    modem.sim.imsi = "206200000000001"
    answer = await act(
        hass,
        "configure_apn",
        apn="em",
        username="me",
        password=123456,
        ip_type="ipv4v6",
        roaming=True,
    )
    assert answer == {"apn": "em", "ip_type": "ipv4v6", "imsi": "206200000000001"}
    context = modem.packet.contexts[1]
    assert (context.apn, context.user, context.password) == ("em", "me", "123456")
    assert modem.packet.configuration == {"roamservice": 2}


@pytest.mark.parametrize("profile", ["bg96"])
async def test_power_saving(hass: HomeAssistant, network: Network, modem: AtModem) -> None:
    """What was granted stands beside what was asked for, in seconds."""
    network.power_saving = PowerSaving(periodic_update="00100110", cycle="0101")
    answer = await act(
        hass,
        "configure_power_saving",
        enabled=True,
        periodic_update={"hours": 140},
        active_time=10,
        edrx_cycles={"lte_m": "143.36"},
        at_once=True,
        randomization_window="00:01:00",
    )
    asked = {
        "enabled": True,
        "periodic_update": 504000,
        "active_time": 10,
        "edrx_cycles": {"lte_m": 143.36},
        "at_once": True,
        "randomization_window": 60,
    }
    granted = {"periodic_update": 21600, "edrx_cycles": {"lte_m": 81.92}}
    assert answer == {"asked": asked, "granted": asked | granted}
    assert modem.packet.power_saving.periodic_update == "01001110"
    answer = await act(hass, "configure_power_saving", enabled="off", stop_edrx=True)
    assert (answer["granted"]["enabled"], answer["granted"]["edrx_cycles"]) == (False, {})
    assert (modem.packet.power_saving.on, modem.packet.cycles) == (False, {})


@pytest.mark.parametrize("operator", ["00102", "310410", 310410])
async def test_an_operator(hass: HomeAssistant, network: Network, operator: str | int) -> None:
    """One network only, and any network again."""
    network.operators[0] = type(network.operators[0])("Other Mobile", "Other", str(operator))
    chosen = await act(hass, "set_operator", operator=operator)
    assert chosen == {
        "automatic": False,
        "operator": str(operator),
        "name": "Other Mobile",
        "access_technology": "lte",
    }
    left_out: tuple[dict[str, Any], ...] = ({}, {"operator": ""}, {"operator": " "})
    for emptied in left_out:
        await act(hass, "set_operator", operator=operator)
        chosen = await act(hass, "set_operator", **emptied)
        assert (chosen["automatic"], chosen["operator"]) == (True, "00101")


async def test_operators_are_found(hass: HomeAssistant) -> None:
    """With what may be done with them."""
    found = (await act(hass, "scan_operators"))["operators"]
    assert [(each["operator"], each["status"]) for each in found] == [
        ("00101", "current"),
        ("00102", "available"),
        ("00103", "forbidden"),
    ]
    assert found[1] | {"status": None} == {
        "operator": "00102",
        "name": "Other Mobile",
        "status": None,
        "access_technology": "lte",
    }


# Stored messages


@pytest.mark.parametrize("options", [KEEP_IN_MODEM])
async def test_stored_messages(
    hass: HomeAssistant, network: Network, caplog: pytest.LogCaptureFixture
) -> None:
    """They are shown whole, deleted by name, and were announced all the same."""
    caplog.set_level(logging.DEBUG, f"custom_components.{DOMAIN}")
    await network.send(ANN, MODEM_NUMBER, "Mooring line is loose")
    await network.send("Bank", MODEM_NUMBER, "x" * 161)
    await until_state(hass, "event.boat_sms", lambda state: state.attributes.get("parts") == 2)
    first, *others = (await act(hass, "list_messages"))["messages"]
    assert first.pop("sent_at").startswith("20")
    assert first == {
        "message": f"{first['storage']}:{first['index']}",
        "storage": first["storage"],
        "index": first["index"],
        "status": "received_read",
        "kind": "text",
        "number": ANN,
        "text": "Mooring line is loose",
        "part": 1,
        "parts": 1,
    }
    assert [(other["number"], other["part"], other["parts"]) for other in others] == [
        ("Bank", 1, 2),
        ("Bank", 2, 2),
    ]
    names = [other["message"] for other in others]
    assert await act(hass, "delete_messages", messages=[*names, names[0].lower()]) == {"deleted": 2}
    left = (await act(hass, "list_messages"))["messages"]
    assert [message["message"] for message in left] == [first["message"]]
    assert await act(hass, "delete_messages", messages=first["message"]) == {"deleted": 1}
    for secret in ("Mooring", ANN[1:], "Bank"):
        assert secret not in "\n".join(
            record.getMessage() for record in caplog.records if DOMAIN in record.name
        )


@pytest.mark.parametrize("options", [KEEP_IN_MODEM])
async def test_a_storage_that_is_none(hass: HomeAssistant, network: Network) -> None:
    """Nothing is guessed at, and nothing deleted."""
    await network.send(ANN, MODEM_NUMBER, "still here")
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    assert (await refusal(hass, "delete_messages", messages=["XX:0"])).translation_key == "refused"
    assert len((await act(hass, "list_messages"))["messages"]) == 1


# AT commands


async def test_an_at_command(
    hass: HomeAssistant, modem: AtModem, caplog: pytest.LogCaptureFixture
) -> None:
    """Its answer is returned line by line; numbers and secrets are not logged."""
    caplog.set_level(logging.DEBUG, f"custom_components.{DOMAIN}")
    assert modem.sim is not None
    answer = await act(hass, "send_at_command", command="AT+CIMI", timeout="5")
    assert answer == {"lines": [modem.sim.imsi]}
    logged = "\n".join(record.getMessage() for record in caplog.records if DOMAIN in record.name)
    assert "AT+CIMI" in logged
    assert modem.sim.imsi not in logged


# Errors


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("send_ussd", {"code": "*100#", "port": "7"}, "unknown_port"),
        ("send_ussd", {"code": "☎" * 200}, "message_too_long"),
        ("dial", {"number": "12x34"}, "invalid_number"),
        ("dial", {"number": "Bank"}, "invalid_number"),
        ("configure_apn", {"apn": "two words"}, "invalid_value"),
        ("configure_power_saving", {"enabled": True}, "unsupported"),
        ("set_operator", {"operator": "Proximus"}, "invalid_value"),
        ("send_at_command", {"command": "+CSQ"}, "invalid_command"),
        ("send_at_command", {"command": "AT+CMGS=12"}, "invalid_command"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    hass: HomeAssistant, action: str, data: dict[str, Any], key: str
) -> None:
    """Whoever wrote it is told what is wrong with it."""
    error = await refusal(hass, action, **data)
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == key


@pytest.mark.parametrize(
    ("action", "data", "command"),
    [
        ("send_ussd", {"code": "*100#"}, "+CUSD"),
        ("configure_apn", {"apn": "em"}, "+CGDCONT="),
        ("set_operator", {"operator": "00102"}, "+COPS=1"),
        ("scan_operators", {"return_response": True}, "+COPS=?"),
        ("send_at_command", {"command": "AT+CSQ"}, "+CSQ"),
    ],
)
async def test_what_the_modem_refuses(
    hass: HomeAssistant, modem: AtModem, action: str, data: dict[str, Any], command: str
) -> None:
    """The error has the modem's code, and says what it means."""
    fault = Fault(FaultKind.ERROR, command, Position.COMMAND, None, text="+CME ERROR: 30")
    modem.faults.add(fault)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, action, response=bool(data.pop("return_response", False)), **data)
    assert not isinstance(raised.value, ServiceValidationError)
    assert raised.value.translation_key == "refused"
    assert raised.value.translation_placeholders == {
        "code": "+CME ERROR: 30",
        "meaning": "no network service",
    }


async def test_without_a_link(hass: HomeAssistant, modem: AtModem) -> None:
    """Everything says so."""
    modem.unplug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "off")
    for action, data in (
        ("send_ussd", {"code": "*100#"}),
        ("dial", {"number": ANN}),
        ("configure_apn", {"apn": "em"}),
        ("delete_messages", {"messages": "SM:1"}),
        ("send_at_command", {"command": "AT"}),
    ):
        assert (await refusal(hass, action, **data)).translation_key == "not_connected"


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("send_ussd", {"code": ""}),
        ("send_ussd", {"code": "*100#", "timeout": 1}),
        ("dial", {"number": ANN, "seconds": 0}),
        ("dial", {"number": ANN, "seconds": 121}),
        ("configure_apn", {"apn": "em", "ip_type": "ppp"}),
        ("configure_power_saving", {"enabled": True, "edrx_cycles": {"wifi": 5}}),
        ("configure_power_saving", {"enabled": True, "edrx_cycles": {"lte_m": 0}}),
        ("configure_power_saving", {"enabled": True, "edrx_cycles": {}, "stop_edrx": True}),
        ("configure_power_saving", {"enabled": True, "active_time": "soon"}),
        ("delete_messages", {"messages": ["3"]}),
        ("delete_messages", {"messages": [3]}),
        ("delete_messages", {"messages": ["SM"]}),
        ("send_at_command", {"command": "AT", "timeout": 999}),
    ],
)
async def test_malformed_data(hass: HomeAssistant, action: str, data: dict[str, Any]) -> None:
    """The schema refuses what cannot be meant."""
    with pytest.raises(vol.Invalid):
        await act(hass, action, response=False, **data)


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("delete_messages", {"messages": "ME:0"}),
        ("send_at_command", {"command": "AT+CFUN=0"}),
        ("list_messages", {}),
        ("configure_apn", {"apn": "em"}),
        ("set_operator", {"operator": "00102"}),
        ("configure_power_saving", {"enabled": True}),
    ],
)
async def test_what_only_administrators_may(
    hass: HomeAssistant, hass_read_only_user: User, action: str, data: dict[str, Any]
) -> None:
    """Nobody else, whatever he has found the way to."""
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
            return_response=action == "list_messages",
        )

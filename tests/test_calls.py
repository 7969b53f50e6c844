"""What a user is told of calls, and of what the network says by itself."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator.at_modem import AtModem, Sim
from simulator.calls import Ending
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .waiting import shown, until_state

pytestmark = pytest.mark.usefixtures("loaded")

CALL = "event.boat_call"
USSD = "event.boat_network_message"
STRANGER = "+32470000099"
REJECTING = {"country": "BE", "hang_up_calls": True}


@pytest.fixture
def lacking() -> str:
    """Return the name of a command that the modem does not know; a parameter of the tests."""
    return ""


@pytest.fixture
async def modem(network: Network, lacking: str) -> AsyncIterator[AtModem]:
    """Return a simulated modem, with voice and USSD unless it lacks them."""
    modem = AtModem("sim7600", network, sim=Sim(MODEM_NUMBER))
    if lacking:
        modem.faults.add(Fault(FaultKind.ERROR, lacking, Position.COMMAND, None, text="ERROR"))
    yield modem
    await modem.close()


@pytest.fixture
def events(hass: HomeAssistant, loaded: MockConfigEntry) -> list[dict[str, Any]]:
    """Collect the attributes of each event of a call."""
    found: list[dict[str, Any]] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if state := event.data["new_state"]:
            found.append(dict(state.attributes))

    async_track_state_change_event(hass, CALL, changed)
    return found


async def until_event(hass: HomeAssistant, event_type: str) -> dict[str, Any]:
    """Wait for an event of a call, and return its attributes."""
    state = await until_state(
        hass, CALL, lambda state: state.attributes.get("event_type") == event_type
    )
    return dict(state.attributes)


async def test_a_missed_call(
    hass: HomeAssistant, modem: AtModem, events: list[dict[str, Any]]
) -> None:
    """Who called, by name too, when it began and when it ended."""
    assert shown(hass, CALL).state == STATE_UNKNOWN
    assert modem.ring(ANN, 0.3)
    ringing = await until_event(hass, "ringing")
    assert (ringing["number"], ringing["recipient"], ringing["port"]) == (ANN, "Ann", "1")
    assert ringing["ended_at"] is None
    missed = await until_event(hass, "missed")
    assert (missed["number"], missed["recipient"]) == (ANN, "Ann")
    assert ringing["started_at"] == missed["started_at"] < missed["ended_at"]
    assert [event["event_type"] for event in events] == ["ringing", "missed"]


@pytest.mark.parametrize(("caller", "number"), [("", None), (STRANGER, STRANGER)])
async def test_a_caller_whom_nobody_knows(
    hass: HomeAssistant, modem: AtModem, caller: str, number: str | None
) -> None:
    """Has no name, and without a number he has none either."""
    modem.ring(caller, 0.3)
    ringing = await until_event(hass, "ringing")
    assert (ringing["number"], ringing["recipient"]) == (number, None)
    await until_event(hass, "missed")


async def test_a_call_that_is_answered_elsewhere(
    hass: HomeAssistant, modem: AtModem, events: list[dict[str, Any]]
) -> None:
    """Each step is told once; its end is no second answer."""
    modem.ring(ANN, 30)
    await until_event(hass, "ringing")
    modem.urc("VOICE CALL: BEGIN")
    await until_event(hass, "answered")
    modem.urc("VOICE CALL: END: 000017", "NO CARRIER")
    ended = await until_event(hass, "ended")
    assert ended["ended_at"] is not None
    assert [event["event_type"] for event in events] == ["ringing", "answered", "ended"]


@pytest.mark.parametrize("options", [REJECTING])
async def test_calls_are_rejected_when_that_is_wanted(
    hass: HomeAssistant, modem: AtModem, network: Network, events: list[dict[str, Any]]
) -> None:
    """At once, and messages still come."""
    modem.ring(STRANGER, 60)
    rejected = await until_event(hass, "rejected")
    assert rejected["number"] == STRANGER
    assert [event["event_type"] for event in events] == ["ringing", "rejected"]
    assert [call.ending for call in network.calls] == [Ending.HUNG_UP]
    await network.send(ANN, MODEM_NUMBER, "why?")
    await until_state(hass, "event.boat_sms", lambda state: state.attributes.get("text") == "why?")


async def test_the_option(hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem) -> None:
    """It is offered, and works from the moment that it is chosen."""
    flows = hass.config_entries.options
    result = await flows.async_init(loaded.entry_id)
    if result["type"] is FlowResultType.MENU:
        result = await flows.async_configure(result["flow_id"], {"next_step_id": "settings"})
    chosen = {"show_texts": True, "delete_after_receipt": True, "hang_up_calls": True}
    result = await flows.async_configure(result["flow_id"], chosen)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert loaded.options["hang_up_calls"] is True
    await hass.async_block_till_done()
    modem.ring(ANN, 60)
    await until_event(hass, "rejected")


@pytest.mark.parametrize("lacking", ["+CUSD"])
async def test_a_modem_without_ussd(hass: HomeAssistant) -> None:
    """Has an event for calls alone."""
    assert shown(hass, CALL).state == STATE_UNKNOWN
    assert hass.states.get(USSD) is None


@pytest.mark.parametrize("lacking", ["+CLIP"])
async def test_a_modem_without_calls(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Has no event and no option for them."""
    assert hass.states.get(CALL) is None
    flows = hass.config_entries.options
    result = await flows.async_init(loaded.entry_id)
    if result["type"] is FlowResultType.MENU:
        result = await flows.async_configure(result["flow_id"], {"next_step_id": "settings"})
    assert result["data_schema"] is not None
    assert "hang_up_calls" not in result["data_schema"].schema


async def test_what_the_network_says_by_itself(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """It is an event; its text is not recorded, and goes when texts are no longer shown."""
    modem.urc("+CUSD: 2")
    modem.urc('+CUSD: 0,"You have 5 EUR left.",15')
    state = await until_state(hass, USSD, lambda state: "text" in state.attributes)
    assert state.attributes["text"] == "You have 5 EUR left."
    assert (state.attributes["event_type"], state.attributes["more"]) == ("received", False)
    assert state.state_info is not None
    assert "text" in state.state_info["unrecorded_attributes"]
    hass.config_entries.async_update_entry(loaded, options={"show_texts": False})
    await hass.async_block_till_done()
    restored = shown(hass, USSD)
    assert restored.state == state.state
    assert "EUR" not in str(restored.as_dict())
    modem.urc('+CUSD: 1,"1. More",15')
    state = await until_state(hass, USSD, lambda state: state.attributes.get("more") is True)
    assert "text" not in state.attributes


async def test_no_event_is_missed_for_a_lost_link(hass: HomeAssistant, modem: AtModem) -> None:
    """A call that rings as the link goes is missed, and the entities stay."""
    modem.ring(ANN, 60)
    await until_event(hass, "ringing")
    modem.unplug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "off")
    assert (await until_event(hass, "missed"))["number"] == ANN
    assert shown(hass, USSD).state == STATE_UNKNOWN

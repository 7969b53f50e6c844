"""The main job in Home Assistant: bytes in become an event, an action becomes bytes."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .waiting import until_state

EVENT = "event.boat_sms"
LAST_SMS = "sensor.boat_last_sms"


async def test_a_message_becomes_an_event_and_runs_an_automation(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """An automation on `event.received` runs with the text, which the last SMS shows already."""
    ran = async_capture_events(hass, "alarm")
    automation: dict[str, Any] = {
        "automation": {
            "triggers": {
                "trigger": "event.received",
                "target": {"entity_id": EVENT},
                "options": {"event_type": "received"},
            },
            "actions": {
                "event": "alarm",
                "event_data": {
                    "text": f"{{{{ state_attr('{EVENT}', 'text') }}}}",
                    "shown": f"{{{{ states('{LAST_SMS}') }}}}",
                },
            },
        }
    }
    assert await async_setup_component(hass, "automation", automation)
    await hass.async_block_till_done()
    await network.send(ANN, MODEM_NUMBER, "Türe offen €5")
    state = await until_state(hass, EVENT, lambda state: state.attributes.get("text") is not None)
    await hass.async_block_till_done()
    assert state.attributes["event_type"] == "received"
    assert state.attributes["sender"] == ANN
    assert state.attributes["recipient"] == "Ann"
    assert [event.data for event in ran] == [{"text": "Türe offen €5", "shown": "Türe offen €5"}]


async def test_a_long_message_is_one_event(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """A text of several parts arrives whole; the state is cut where Home Assistant needs it."""
    text = "All is well on board. 🚤 " * 20
    await network.send(ANN, MODEM_NUMBER, text, order=[3, 1, 2, 5, 4, 7, 6, 8])
    state = await until_state(hass, LAST_SMS, lambda state: "text" in state.attributes)
    assert state.attributes["text"] == text
    assert state.attributes["parts"] == 8
    assert state.state == text[:255]


async def test_send_sms_leaves_as_a_pdu(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """The action sends, and returns a receipt with the reference of each part."""
    response = await hass.services.async_call(
        "cellular_gateway",
        "send_sms",
        {"numbers": [32470000002, "0470 00 00 03"], "text": "Grüße", "flash": True},
        blocking=True,
        return_response=True,
    )
    first, second = await network.wait_sent(2)
    assert (first.recipient, second.recipient) == ("+32470000002", "+32470000003")
    assert (first.text, first.flash) == ("Grüße", True)
    assert response is not None
    receipts: Any = response["receipts"]
    assert [receipt["status"] for receipt in receipts] == ["sent", "sent"]
    assert [part["reference"] for part in receipts[0]["parts"]] == [first.reference]


async def test_notify_leaves_as_a_pdu(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """A recipient's notify entity sends."""
    await hass.services.async_call(
        "notify",
        "send_message",
        {"entity_id": "notify.ann", "message": "Alarm"},
        blocking=True,
    )
    (sent,) = await network.wait_sent()
    assert (sent.recipient, sent.text) == (ANN, "Alarm")


async def test_what_came_while_home_assistant_was_down_fires_once(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """Unloaded, a message waits in the modem; loaded again it fires, and never again."""
    await network.send(ANN, MODEM_NUMBER, "first")
    await until_state(hass, EVENT, lambda state: state.attributes.get("text") == "first")
    changes = async_capture_events(hass, "state_changed")
    await hass.config_entries.async_unload(loaded.entry_id)
    await network.send(ANN, MODEM_NUMBER, "second")
    for _ in range(2):
        await hass.config_entries.async_setup(loaded.entry_id)
        await hass.async_block_till_done()
        await until_state(hass, EVENT, lambda state: state.attributes.get("text") == "second")
        await hass.config_entries.async_unload(loaded.entry_id)
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    fired = {
        event.data["new_state"].state
        for event in changes
        if event.data["entity_id"] == EVENT
        and event.data["new_state"] is not None
        and event.data["new_state"].attributes.get("text") == "second"
        and event.data["new_state"].state != "unavailable"
    }
    assert len(fired) == 1


@pytest.mark.parametrize("options", [{"show_texts": False}])
async def test_texts_can_be_hidden(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """Without "show texts" no text is in any state or attribute."""
    await network.send(ANN, MODEM_NUMBER, "a secret of mine")
    await until_state(hass, LAST_SMS, lambda state: "sender" in state.attributes)
    await until_state(hass, EVENT, lambda state: "sender" in state.attributes)
    assert "secret" not in str([state.as_dict() for state in hass.states.async_all()])


async def test_a_burst_loses_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """Fifty messages back to back are fifty events, in order."""
    changes = async_capture_events(hass, "state_changed")
    texts = [f"message {number}" for number in range(50)]
    for text in texts:
        await network.send(ANN, MODEM_NUMBER, text)
    await until_state(hass, EVENT, lambda state: state.attributes.get("text") == texts[-1])
    fired = [
        event.data["new_state"].attributes["text"]
        for event in changes
        if event.data["entity_id"] == EVENT
    ]
    assert fired == texts

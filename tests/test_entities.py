"""Every entity of a gateway, by snapshot, and what they show when the link is gone."""

from dataclasses import replace

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.cellular_gateway.const import DOMAIN
from simulator.at_modem import AtModem
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .waiting import shown, until_state

CONNECTED = "binary_sensor.boat_connected"
ALWAYS_AVAILABLE = {
    CONNECTED,
    "button.boat_restart_modem",
    "event.boat_call",
    "event.boat_network_message",
    "event.boat_sms",
    "notify.ann",
    "sensor.boat_last_sms",
    "sensor.boat_sms_failed_today",
    "sensor.boat_sms_failed_total",
    "sensor.boat_sms_received_today",
    "sensor.boat_sms_received_total",
    "sensor.boat_sms_sent_today",
    "sensor.boat_sms_sent_total",
}


@pytest.mark.usefixtures("all_enabled", "loaded")
async def test_every_entity(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """What a user sees of a modem: names, units, classes, values."""
    for registered in er.async_entries_for_config_entry(entity_registry, entry.entry_id):
        state = shown(hass, registered.entity_id)
        assert registered.unique_id.startswith(entry.entry_id)
        assert {
            "name": registered.original_name,
            "category": registered.entity_category,
            "state": state.state,
            **{
                key: value
                for key, value in state.attributes.items()
                if key not in ("friendly_name", "options")
            },
        } == snapshot(name=registered.entity_id)


@pytest.mark.usefixtures("loaded")
async def test_devices(
    device_registry: dr.DeviceRegistry, entry: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    """The modem is one device, a recipient another behind it."""
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    assert [
        (device.name, device.manufacturer, device.model, device.sw_version) for device in devices
    ] == snapshot
    modem, ann = devices
    assert ann.via_device_id == modem.id


@pytest.mark.usefixtures("loaded")
async def test_a_pulled_modem_and_its_return(
    hass: HomeAssistant,
    modem: AtModem,
    network: Network,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Pulled out, values go and the rest stays; plugged in again all is back without a reload."""
    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    available = {
        state.entity_id
        for state in hass.states.async_all()
        if state.state != STATE_UNAVAILABLE and state.domain != "zone"
    }
    assert available == ALWAYS_AVAILABLE
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "notify", "send_message", {"entity_id": "notify.ann", "message": "x"}, blocking=True
        )
    assert (raised.value.translation_domain, raised.value.translation_key) == (
        DOMAIN,
        "not_connected",
    )
    with pytest.raises(HomeAssistantError, match="not connected"):
        await hass.services.async_call(
            "button", "press", {"entity_id": "button.boat_restart_modem"}, blocking=True
        )
    await modem.plug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    await until_state(hass, "sensor.boat_signal", lambda state: state.state != STATE_UNAVAILABLE)
    await network.send(ANN, MODEM_NUMBER, "back")
    await until_state(hass, "event.boat_sms", lambda state: state.attributes.get("text") == "back")
    assert caplog.text.count("was lost") == 1
    assert caplog.text.count("is back") == 1


@pytest.mark.usefixtures("loaded")
async def test_registration_is_pushed(hass: HomeAssistant, modem: AtModem) -> None:
    """A change of registration shows at once, roaming with it."""
    modem.set_registration(5)
    await until_state(hass, "sensor.boat_registration", lambda state: state.state == "roaming")
    assert shown(hass, "binary_sensor.boat_roaming").state == STATE_ON
    modem.set_registration(2)
    await until_state(hass, "sensor.boat_registration", lambda state: state.state == "searching")
    await until_state(hass, "binary_sensor.boat_roaming", lambda state: state.state == "unknown")


@pytest.mark.usefixtures("loaded")
async def test_restart(hass: HomeAssistant, modem: AtModem) -> None:
    """The button restarts the modem, and the link comes back by itself."""
    starts = modem.starts
    await hass.services.async_call(
        "button", "press", {"entity_id": "button.boat_restart_modem"}, blocking=True
    )
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    assert modem.starts == starts + 1


@pytest.mark.usefixtures("loaded")
async def test_the_last_sms_survives_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, network: Network
) -> None:
    """Its text is there again; when texts are no longer to be shown, it is not."""
    await network.send(ANN, MODEM_NUMBER, "Mooring line is loose")
    last = "sensor.boat_last_sms"
    await until_state(hass, last, lambda state: state.state == "Mooring line is loose")
    await hass.config_entries.async_reload(entry.entry_id)
    state = shown(hass, last)
    assert (state.state, state.attributes["sender"]) == ("Mooring line is loose", ANN)
    hass.config_entries.async_update_entry(entry, options={"show_texts": False})
    await hass.async_block_till_done()
    event = shown(hass, "event.boat_sms")
    assert "Mooring" not in f"{shown(hass, last).as_dict()} {event.as_dict()}"
    assert shown(hass, last).state != "unknown"
    assert event.attributes["sender"] == ANN


@pytest.mark.usefixtures("loaded")
async def test_what_the_recorder_leaves_out(hass: HomeAssistant) -> None:
    """Texts and persons of an event, and everything about the last SMS but its state."""
    for entity_id, left_out in (
        ("event.boat_sms", {"text", "sender", "recipient", "number", "endpoint"}),
        ("event.boat_call", {"number", "recipient"}),
        ("sensor.boat_last_sms", {"text", "sender", "recipient", "sent_at", "received_at", "age"}),
    ):
        info = shown(hass, entity_id).state_info
        assert info is not None
        assert left_out <= info["unrecorded_attributes"]


@pytest.mark.usefixtures("loaded")
async def test_an_entity_is_updated_on_demand(hass: HomeAssistant, modem: AtModem) -> None:
    """A person can have the modem asked; without a link nothing old is shown as current."""
    assert await async_setup_component(hass, "homeassistant", {})

    async def update() -> None:
        await hass.services.async_call(
            "homeassistant", "update_entity", {"entity_id": "sensor.boat_signal"}, blocking=True
        )

    modem.radio.signal = replace(modem.radio.signal, rssi=10)
    await update()
    await until_state(hass, "sensor.boat_signal", lambda state: state.state == "-93")
    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    await update()
    assert shown(hass, "sensor.boat_signal").state == STATE_UNAVAILABLE

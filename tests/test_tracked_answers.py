"""Answers of tracked devices find their requests, whatever way they come."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator.devices import Device
from simulator.network import Network

from .actions import act
from .far_end import CAR, Install, UnhurriedClock, far, id_of, next_event, press, tracked, until
from .house import MODEM_NUMBER
from .waiting import shown

EVENT = "event.car_message"
STATUS = {"command": "request_status", "wait_for_reply": True}


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A radio network that takes its time."""
    network = Network(clock=UnhurriedClock())
    yield network
    await network.close()


async def ask(hass: HomeAssistant, device_id: str, **call: Any) -> dict[str, Any]:
    """Ask the device, and return its result."""
    data = {"device_id": device_id, **STATUS, **call}
    (result,) = (await act(hass, "send_config_sms", data))["devices"]
    assert isinstance(result, dict)
    return result


async def until_heard(device: Device, count: int) -> None:
    """Wait until the far end has heard so many texts."""
    async with asyncio.timeout(20):
        while len(device.texts) < count:
            await device.network.wait_sent(count)
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("shown_as", "data"),
    [
        ("0470000200", {}),
        ("0032470000200", {}),
        ("32470000200", {}),
        ("TRACKER", {"sender": "TRACKER"}),
        ("8850", {"sender": "8850"}),
        ('"8850"', {"sender": "8850"}),
    ],
)
async def test_any_spelling_of_the_sender(
    hass: HomeAssistant, network: Network, install: Install, shown_as: str, data: dict[str, Any]
) -> None:
    """National and international spelling, a name or a short code are one device."""
    device = far(network, "coban")
    device.shown_as = shown_as
    entry = await install(tracked("Car", "coban", **data))
    result = await ask(hass, id_of(hass, entry, "Car"), timeout=15)
    assert result["reply"]["values"]["battery"] == 80
    port = await until(hass, "sensor.boat_last_sms", shown(hass, "sensor.car_last_sms").state)
    assert port.attributes["recipient"] == "Car"


async def test_another_sender_is_not_the_device(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """The right words from another number answer nothing."""
    device = far(network, "coban")
    device.shown_as = "+32470000999"
    entry = await install(tracked("Car", "coban"))
    result = await ask(hass, id_of(hass, entry, "Car"), timeout=5)
    assert (result["error"], result["reply"]) == ("no_reply", None)
    assert shown(hass, "sensor.car_battery").state == "unknown"
    assert shown(hass, "sensor.car_contact").state == "silent"


async def test_answers_out_of_order(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Two questions without a wait; each answer is known by its words."""
    device = far(network, "coban")
    await install(tracked("Car", "coban"))
    device.hold()
    await press(hass, "button.car_request_status")
    await press(hass, "button.car_request_position")
    assert shown(hass, "sensor.car_contact").state == "waiting"
    before = hass.states.get(EVENT)
    device.release(backwards=True)
    first = await next_event(hass, EVENT, before)
    commands = {first.attributes["command"]}
    if len(commands) == 1:
        second = await next_event(hass, EVENT, first)
        commands.add(second.attributes["command"])
    assert commands == {"request_status", "request_position"}
    assert shown(hass, "sensor.car_contact").state == "answered"
    assert shown(hass, "sensor.car_battery").state == "80.0"
    assert shown(hass, "device_tracker.car").attributes["latitude"] == pytest.approx(48.137154)


async def test_late_answer(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Who waited has heard of the silence; the entities are updated, and the event says late."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    device_id = id_of(hass, entry, "Car")
    device.hold()
    result = await ask(hass, device_id, timeout=5)
    assert (result["error"], result["reply"]) == ("no_reply", None)
    assert shown(hass, "sensor.car_contact").state == "silent"
    before = hass.states.get(EVENT)
    # Another question is answered meanwhile.
    device.trouble.hold = False
    position = await ask(hass, device_id, command="request_position", timeout=15)
    assert position["error"] is None
    event = await next_event(hass, EVENT, before)
    assert (event.attributes["command"], event.attributes["late"]) == ("request_position", False)
    device.release()
    event = await next_event(hass, EVENT, event)
    assert event.attributes["event_type"] == "reply"
    assert (event.attributes["command"], event.attributes["late"]) == ("request_status", True)
    assert shown(hass, "sensor.car_battery").state == "80.0"
    assert shown(hass, "sensor.car_contact").state == "answered"


async def test_answer_in_two_messages(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Cut in two by nobody knows whom, it is whole for who waits."""
    device = far(network, "tell", variant="pager", authorised=[MODEM_NUMBER])
    device.change(apn="em")
    device.trouble.split = 1
    entry = await install(tracked("Car", "tell", variant="pager"))
    call = {"device_id": id_of(hass, entry, "Car"), "timeout": 15}
    cloud = await act(hass, "connect", call)
    assert (cloud["address"], cloud["identifier"]) == ("192.0.2.1", "ABC123")
    assert len(device.sent) == 2


async def test_one_in_flight(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Five wait behind it, the next is refused; a time-out lets the next one go."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    device_id = id_of(hass, entry, "Car")
    device.hold()
    asked = [hass.async_create_task(ask(hass, device_id, timeout=5))]
    await until_heard(device, 1)
    asked += [
        hass.async_create_task(ask(hass, device_id, command="request_position", timeout=15))
        for _ in range(5)
    ]
    await asyncio.sleep(0)
    refused = await ask(hass, device_id, timeout=15)
    assert (refused["error"], refused["receipts"]) == ("device_busy", [])
    with pytest.raises(HomeAssistantError):
        await press(hass, "button.car_request_status")
    assert len(device.texts) == 1
    # The first is silent; the others are answered, one after the other.
    device.trouble.hold = False
    results = await asyncio.gather(*asked)
    assert [result["error"] for result in results] == ["no_reply", *[None] * 5]
    assert len(device.texts) == 6
    assert (await ask(hass, device_id, timeout=15))["error"] is None


async def test_silence_after_a_press(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Nobody waits, but everybody sees that nothing came."""
    device = far(network, "coban")
    await install(tracked("Car", "coban"))
    assert shown(hass, "sensor.car_contact").state == "never_heard"
    device.hold()
    await press(hass, "button.car_request_status")
    assert shown(hass, "sensor.car_contact").state == "waiting"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=121))
    await until(hass, "sensor.car_contact", "silent")


async def test_unload_while_waiting(
    hass: HomeAssistant,
    network: Network,
    install: Install,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who waits hears that the gateway is shut down, and so does who waits behind."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    device_id = id_of(hass, entry, "Car")
    device.hold()
    asked = [hass.async_create_task(ask(hass, device_id)) for _ in range(2)]
    await until_heard(device, 1)
    await until(hass, "sensor.car_contact", "waiting")
    await hass.config_entries.async_unload(entry.entry_id)
    assert [result["error"] for result in await asyncio.gather(*asked)] == ["closed", "closed"]
    assert len(device.texts) == 1
    assert "ERROR" not in caplog.text
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.car_contact").state == "silent"


async def test_answer_of_a_request_that_was_not_sent(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Nothing was asked, so nothing is answered: the same words are news."""
    far(network, "coban")
    await install(tracked("Car", "coban"))
    network.refuse(1)
    with pytest.raises(HomeAssistantError):
        await press(hass, "button.car_request_status")
    assert shown(hass, "sensor.car_contact").state == "never_heard"
    before = hass.states.get(EVENT)
    await network.send(CAR, MODEM_NUMBER, "apn ok")
    event = await next_event(hass, EVENT, before)
    assert (event.attributes["command"], event.attributes["late"]) == (None, False)


async def test_unknown_words_are_kept(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """What the family does not know is shown as it came."""
    await install(tracked("Car", "coban"))
    before = hass.states.get(EVENT)
    await network.send(CAR, MODEM_NUMBER, "Frohe Ostern!")
    event = await next_event(hass, EVENT, before)
    assert event.attributes["event_type"] == "message"
    assert event.attributes["text"] == "Frohe Ostern!"
    assert shown(hass, "sensor.car_last_sms").state == "Frohe Ostern!"
    assert shown(hass, "sensor.car_contact").state == "answered"


async def test_texts_that_are_not_to_be_shown(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """The option of the gateway counts for devices too, also after a restart."""
    entry = await install(tracked("Car", "coban"))
    before = hass.states.get(EVENT)
    await network.send(CAR, MODEM_NUMBER, "Frohe Ostern!")
    await next_event(hass, EVENT, before)
    hass.config_entries.async_update_entry(entry, options={**entry.options, "show_texts": False})
    await hass.async_block_till_done()
    states = repr([state.as_dict() for state in hass.states.async_all()])
    assert "Ostern" not in states
    assert shown(hass, "sensor.car_last_sms").attributes["received_at"]

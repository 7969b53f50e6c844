"""What tracked devices show, and what is pressed, switched and armed: only what they confirmed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun import freeze_time
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.devices import FAMILIES
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from simulator.network import Network

from .far_end import CAR, VAN, Install, far, id_of, next_event, press, tracked, until, until_logged
from .house import MODEM_NUMBER
from .waiting import shown, until_state

TRACKER = "device_tracker.car"
EVENT = "event.car_message"
ELSEWHERE = {"latitude": 50.5, "longitude": 4.25}


def fix(at: datetime, latitude: float = 48.137154, longitude: float = 11.576124) -> str:
    """Word a position as a Coban does, by a clock that shows this time."""
    return (
        f"lat: {latitude:09.6f} long: {longitude:010.6f} speed: 000.0 "
        f"{at:%d/%m/%y %H:%M} \nbat:F signal:F imei:353976010139156"
    )


async def hear(hass: HomeAssistant, network: Network, text: str, number: str = CAR) -> None:
    """Let a text of the device arrive, and be announced."""
    before = hass.states.get(EVENT)
    await network.send(number, MODEM_NUMBER, text)
    await next_event(hass, EVENT, before)


def place(hass: HomeAssistant) -> tuple[float, float, str | None]:
    """Return where the car is shown, and since when."""
    attributes = shown(hass, TRACKER).attributes
    return attributes["latitude"], attributes["longitude"], attributes["fix_time"]


async def test_position(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A press, an SMS, a place on the map; the device's clock is that of its time zone."""
    device = far(network, "coban")
    device.move(**ELSEWHERE)
    await install(tracked("Car", "coban", time_zone="America/New_York"))
    assert shown(hass, TRACKER).state == "unknown"
    await press(hass, "button.car_request_position")
    await until(hass, TRACKER, "not_home")
    # A link tells no time.
    assert place(hass) == (50.5, 4.25, None)
    # Home Assistant's word for "not told".
    assert shown(hass, TRACKER).attributes["gps_accuracy"] == 0
    assert device.texts == ["smslink123456"]
    await hear(hass, network, fix(datetime(2026, 10, 1, 8, 4, tzinfo=UTC)))
    assert place(hass) == (48.137154, 11.576124, "2026-10-01T08:04:00-04:00")


async def test_what_moves_it(hass: HomeAssistant, network: Network, install: Install) -> None:
    """No fix, 0,0, a clock that was never set, an older fix: none of them moves it."""
    await install(tracked("Car", "coban"))
    first = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    await hear(hass, network, fix(first))
    before = place(hass)
    assert before[:2] == (48.137154, 11.576124)
    for text in (
        "lac:0115 cid:C5F6 mcc=262 mnc=01",
        fix(first + timedelta(hours=1), 0, 0),
        fix(datetime(1980, 1, 6, tzinfo=UTC), 50.5, 4.25),
        fix(first - timedelta(minutes=1), 50.5, 4.25),
    ):
        await hear(hass, network, text)
        assert place(hass) == before
    await hear(hass, network, fix(first + timedelta(minutes=1), 50.5, 4.25))
    assert place(hass) == (50.5, 4.25, "2026-10-01T12:01:00+00:00")


async def test_a_fix_from_the_future(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """A wrong time zone is put right, and the device moves again at once."""
    await install(tracked("Car", "coban"))
    now = dt_util.utcnow().replace(second=0, microsecond=0)
    await hear(hass, network, fix(now + timedelta(hours=8)))
    await hear(hass, network, fix(now, 50.5, 4.25))
    assert place(hass) == (50.5, 4.25, now.isoformat())


async def test_position_outlives_a_restart(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """A place in a map link is known again."""
    entry = await install(tracked("Car", "generic"))
    text = "Position: 50.500000,4.250000 https://maps.google.com/?q=50.500000,4.250000"
    await hear(hass, network, text)
    assert place(hass)[:2] == (50.5, 4.25)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert place(hass)[:2] == (50.5, 4.25)


async def test_unsolicited_alarm(hass: HomeAssistant, network: Network, install: Install) -> None:
    """An alarm comes unasked: event, binary sensor for ten minutes, and the place in it."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    before = hass.states.get(EVENT)
    device.alarm("sos", MODEM_NUMBER)
    event = await next_event(hass, EVENT, before)
    assert (event.attributes["event_type"], event.attributes["command"]) == ("alarm", None)
    assert event.attributes["values"]["alarms"] == {"sos": True}
    assert shown(hass, "binary_sensor.car_sos_alarm").state == "on"
    assert place(hass)[:2] == (48.137154, 11.576124)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, "binary_sensor.car_sos_alarm").state == "on"
    with freeze_time(dt_util.utcnow() + timedelta(minutes=11)):
        async_fire_time_changed(hass)
        await until(hass, "binary_sensor.car_sos_alarm", "off")
    assert network.sent == []


async def test_an_alarm_while_something_is_asked(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """It is no answer, and the answer is still awaited."""
    device = far(network, "coban")
    await install(tracked("Car", "coban"))
    device.hold()
    await press(hass, "button.car_request_status")
    await hear(hass, network, f"help me! {fix(dt_util.utcnow())}")
    assert shown(hass, EVENT).attributes["event_type"] == "alarm"
    before = hass.states.get(EVENT)
    device.release()
    event = await next_event(hass, EVENT, before)
    assert event.attributes["command"] == "request_status"


async def test_relays(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A relay shows what was confirmed; one that goes off by itself does so here too."""
    device = far(network, "tell", variant="pager", authorised=[MODEM_NUMBER])
    device.change(star=True)
    entry = await install(tracked("Car", "tell", variant="pager"))
    relay = "switch.car_relay_2"
    assert shown(hass, relay).state == "unknown"
    device.hold()
    await hass.services.async_call("switch", "turn_on", {"entity_id": relay}, blocking=True)
    assert shown(hass, relay).state == "unknown"
    device.release()
    await until(hass, relay, "on")
    await hass.services.async_call("switch", "turn_off", {"entity_id": relay}, blocking=True)
    await until(hass, relay, "off")
    assert device.texts == ["*R2=ON,CRQ#", "*R2=OFF,CRQ#"]
    assert shown(hass, "switch.car_relay_1").state == "unknown"
    call = {
        "device_id": id_of(hass, entry, "Car"),
        "command": "switch_relay",
        "parameters": {"relay": 2, "on": True, "seconds": 54},
    }
    await hass.services.async_call(DOMAIN, "send_config_sms", call, blocking=True)
    await until(hass, relay, "on")
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, relay).state == "on"
    with freeze_time(dt_util.utcnow() + timedelta(seconds=56)):
        async_fire_time_changed(hass)
        await until(hass, relay, "off")


async def test_arming(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Armed is what the device says, not what it was told."""
    device = far(network, "tell", variant="pager", authorised=[MODEM_NUMBER])
    device.change(star=True)
    await install(tracked("Car", "tell", variant="pager"))
    panel = "alarm_control_panel.car"

    async def ask(action: str) -> None:
        data = {"entity_id": panel}
        await hass.services.async_call("alarm_control_panel", action, data, blocking=True)

    assert shown(hass, panel).state == "unknown"
    device.hold()
    await ask("alarm_arm_away")
    assert shown(hass, panel).state == "unknown"
    device.release()
    await until(hass, panel, "armed_away")
    await ask("alarm_disarm")
    await until(hass, panel, "disarmed")
    device.change(arming_fails=True)
    before = hass.states.get(EVENT)
    await ask("alarm_arm_away")
    event = await next_event(hass, EVENT, before)
    assert event.attributes["error"] == "device_command_refused"
    assert shown(hass, panel).state == "disarmed"
    assert device.texts == ["*ARM,CRQ#", "*DISARM,CRQ#", "*ARM,CRQ#"]


async def test_notify(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A text goes out as it is; what cannot be sent is an error."""
    device = far(network, "generic")
    await install(tracked("Car", "generic"))
    notify = {"entity_id": "notify.car_text"}
    await hass.services.async_call(
        "notify", "send_message", notify | {"message": "where, please?"}, blocking=True
    )
    assert device.texts == ["where, please?"]
    network.refuse(1)
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            "notify", "send_message", notify | {"message": "where"}, blocking=True
        )


async def test_one_press_one_sms(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Each button sends one text; nothing was sent before."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban"))
    registry = er.async_get(hass)
    buttons = [
        registered.entity_id
        for registered in er.async_entries_for_config_entry(registry, entry.entry_id)
        if registered.domain == "button" and registered.config_subentry_id == "car"
    ]
    assert buttons
    assert network.sent == []
    for count, button in enumerate(buttons, 1):
        await press(hass, button)
        assert len(device.texts) == count


async def test_updating_an_entity_sends_nothing(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Home Assistant's own action for it finds what is known."""
    await async_setup_component(hass, "homeassistant", {})
    await install(tracked("Car", "coban"))
    data = {"entity_id": ["sensor.car_battery", TRACKER]}
    await hass.services.async_call("homeassistant", "update_entity", data, blocking=True)
    assert network.sent == []
    assert shown(hass, "sensor.car_battery").state == "unknown"


async def test_only_what_changed_is_written(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Of many devices only the one that wrote, and of its entities those that differ."""
    numbers = [f"+324700003{number:02}" for number in range(30)]
    cars = [tracked(f"Other{each[-2:]}", "coban", each) for each in numbers]
    await install(tracked("Car", "coban"), *cars)
    await hear(hass, network, "Battery: 50%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF")
    changes = async_capture_events(hass, "state_changed")
    await hear(hass, network, "Battery: 49%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF")
    await hass.async_block_till_done()
    written = {event.data["entity_id"] for event in changes}
    # The time of the last contact differs by less than a second, or by more.
    assert {name for name in written if "car" in name} - {"sensor.car_last_contact"} == {
        "event.car_message",
        "sensor.car_battery",
        "sensor.car_last_sms",
    }
    assert not {name for name in written if "other" in name}


SCHEDULE = {"schedule_command": "request_position", "schedule_hours": 24}


async def pass_hours(hass: HomeAssistant, network: Network, hours: float, sent: int) -> None:
    """Let hours pass for the schedules, and wait until so many texts were sent in all."""
    # Only the look at the clock: while time stands still nothing can be sent.
    with freeze_time(dt_util.utcnow() + timedelta(hours=hours)):
        async_fire_time_changed(hass)
    if sent:
        await network.wait_sent(sent)
    await hass.async_block_till_done(wait_background_tasks=False)


async def test_schedule(hass: HomeAssistant, network: Network, install: Install) -> None:
    """Only what a person set, not at once, and not again after a restart."""
    device = far(network, "coban")
    entry = await install(tracked("Car", "coban", schedule=SCHEDULE), tracked("Van", "coban", VAN))
    await pass_hours(hass, network, 23.5, 0)
    assert network.sent == []
    await pass_hours(hass, network, 24.1, 1)
    await until(hass, TRACKER, "not_home")
    assert device.texts == ["smslink123456"]
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await pass_hours(hass, network, 47.9, 1)
    assert [sent.recipient for sent in network.sent] == [CAR]
    await pass_hours(hass, network, 48.2, 2)
    assert [sent.recipient for sent in network.sent] == [CAR, CAR]


async def test_schedule_that_was_taken_away(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """Set again later, it begins anew; what the device no longer takes is never sent."""
    entry = await install(tracked("Car", "coban", schedule=SCHEDULE))
    journal = entry.runtime_data.journal
    assert await journal.get("device.car.scheduled")
    (car,) = entry.subentries.values()
    data = {key: value for key, value in car.data.items() if key != "schedule"}
    hass.config_entries.async_update_subentry(entry, car, data=data)
    await hass.async_block_till_done()
    assert await entry.runtime_data.journal.get("device.car.scheduled") is None
    data = {**data, "family": "tell", "variant": "pager", "schedule": SCHEDULE}
    hass.config_entries.async_update_subentry(entry, car, data=data)
    await hass.async_block_till_done()
    await pass_hours(hass, network, 25, 0)
    assert network.sent == []


async def test_schedule_that_could_not_be_sent(
    hass: HomeAssistant, network: Network, install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told in the log, and not repeated before the next time."""
    await install(tracked("Car", "coban", schedule=SCHEDULE))
    network.refuse(1)
    await pass_hours(hass, network, 24.1, 0)
    await until_logged(caplog, "could not be asked as scheduled")
    await pass_hours(hass, network, 24.2, 0)
    assert network.sent == []


def entities(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, str]:
    """Return the entities of the car by their ids."""
    registry = er.async_get(hass)
    return {
        registered.entity_id: registered.unique_id
        for registered in er.async_entries_for_config_entry(registry, entry.entry_id)
        if registered.config_subentry_id == "car"
    }


async def test_another_number(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A new SIM and a new name change no entity; what was known stays."""
    entry = await install(tracked("Car", "coban"))
    await hear(hass, network, "Battery: 50%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF")
    before = entities(hass, entry)
    (car,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(
        entry, car, title="Truck", unique_id=VAN, data={**car.data, "number": VAN}
    )
    await hass.async_block_till_done()
    assert entities(hass, entry) == before
    assert shown(hass, "sensor.car_battery").state == "50.0"
    last = hass.states.get(EVENT)
    await network.send(VAN, MODEM_NUMBER, "Battery: 40%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF")
    await next_event(hass, EVENT, last)


@pytest.mark.parametrize("family", FAMILIES)
async def test_another_family(hass: HomeAssistant, install: Install, family: str) -> None:
    """What the new family does not have is gone without leftovers; what both have keeps its id."""
    entry = await install(tracked("Car", "vimar_01913"))
    before = entities(hass, entry)
    assert "climate.car" in before
    (car,) = entry.subentries.values()
    hass.config_entries.async_update_subentry(entry, car, data={"number": CAR, "family": family})
    await hass.async_block_till_done()
    after = entities(hass, entry)
    assert ("climate.car" in after) is (family == "vimar_01913")
    assert {"sensor.car_contact", "sensor.car_last_sms", EVENT, "notify.car_text"} <= after.keys()
    for entity_id, unique_id in after.items():
        assert before.get(entity_id, unique_id) == unique_id
        registered = er.async_get(hass).async_get(entity_id)
        assert registered is not None
        # Nothing is left that nobody provides.
        assert registered.disabled or not hass.states.get(entity_id).attributes.get("restored")  # type: ignore[union-attr]


async def test_removal(hass: HomeAssistant, network: Network, install: Install) -> None:
    """A device that is removed leaves nothing behind, neither here nor in the journal."""
    entry = await install(tracked("Car", "coban", schedule=SCHEDULE), tracked("Van", "coban", VAN))
    await hear(hass, network, "Battery: 50%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF")
    car = id_of(hass, entry, "Car")
    assert await entry.runtime_data.journal.get("device.car")
    hass.config_entries.async_remove_subentry(entry, "car")
    await hass.async_block_till_done()
    journal = entry.runtime_data.journal
    for key in ("device.car", "device.car.scheduled"):
        assert await journal.get(key) is None
    assert entities(hass, entry) == {}
    assert dr.async_get(hass).async_get(car) is None
    assert id_of(hass, entry, "Van")


async def test_a_message_from_before_the_start(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """What waited in the network while Home Assistant was away is shown after the start."""
    entry = await install(tracked("Car", "coban"))
    await hass.config_entries.async_unload(entry.entry_id)
    await network.send(CAR, MODEM_NUMBER, fix(dt_util.utcnow(), 50.5, 4.25))
    await hass.config_entries.async_setup(entry.entry_id)
    await until_state(hass, TRACKER, lambda state: state.attributes.get("latitude") == 50.5)


async def test_automation_hears_of_an_alarm(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """When the event fires, the other entities of the device show its message already."""
    await install(tracked("Car", "coban"))
    seen: list[Any] = []

    @callback
    def look(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == EVENT:
            seen.append(shown(hass, "binary_sensor.car_sos_alarm").state)

    hass.bus.async_listen("state_changed", look)
    await hear(hass, network, f"help me! {fix(dt_util.utcnow())}")
    assert seen == ["on"]


async def test_inputs_and_relays_that_are_only_told(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """What cannot be switched by SMS is shown, not switched."""
    device = far(network, "tell", variant="gate_20", password="1234", authorised=[MODEM_NUMBER])
    await install(tracked("Car", "tell", variant="gate_20"))
    assert not [each for each in hass.states.async_entity_ids("switch") if "car" in each]
    assert shown(hass, "binary_sensor.car_input_1").state == "unknown"
    await press(hass, "button.car_request_status")
    await until(hass, "sensor.car_contact", "answered")
    assert device.texts == ["PWD=1234#STATUS?#"]
    for entity_id in ("input_1", "input_2", "relay_1", "relay_2"):
        assert shown(hass, f"binary_sensor.car_{entity_id}").state in ("on", "off")


async def test_a_memory_that_cannot_be_read(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """What another version wrote, or nobody, is not known; the device works."""
    entry = await install(tracked("Car", "coban"))
    for broken in ("{", "[]", '{"contact": "dancing"}', '{"alarms": {"sos": 1}}'):
        await entry.runtime_data.journal.set("device.car", broken)
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert shown(hass, "sensor.car_contact").state == "never_heard"
    await hear(hass, network, "Battery: 50%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF")
    assert shown(hass, "sensor.car_battery").state == "50.0"


async def test_schedule_without_a_journal(
    hass: HomeAssistant,
    network: Network,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What cannot be noted is not sent: it would be sent again after every restart."""
    entry = await install(tracked("Car", "coban", schedule=SCHEDULE))

    async def full(key: str, value: str) -> None:
        raise NotKeptError("disk full")

    monkeypatch.setattr(entry.runtime_data.journal, "set", full)
    await pass_hours(hass, network, 24.1, 0)
    await until_logged(caplog, "could not be kept")
    assert network.sent == []
    # What a device says is shown all the same.
    await hear(hass, network, "Battery: 50%\nPower: ON\nGPRS: ON\nGPS: OK\nACC: OFF\nDoor: OFF")
    assert shown(hass, "sensor.car_battery").state == "50.0"


async def test_a_family_that_there_is_no_more(
    hass: HomeAssistant, network: Network, install: Install
) -> None:
    """The gateway works; the device is understood as far as any is."""
    await install(tracked("Car", "gone"))
    await hear(hass, network, "https://maps.google.com/?q=50.500000,4.250000")
    assert place(hass)[:2] == (50.5, 4.25)

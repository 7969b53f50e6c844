"""What a gateway with several ports reports, and what Home Assistant makes of it."""

from collections.abc import Mapping
from functools import partial
import json
from pathlib import Path
from typing import Any

import aiohttp
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway import coordinator
from custom_components.cellular_gateway.gateways.ejoin.settings import Clocks, EjoinSettings
from custom_components.cellular_gateway.kinds import ejoin
from simulator.ejoin import Box, Firmware
from simulator.ejoin.sim import Status

from .issues import until_issues
from .waiting import shown, until_state

PEER_WIRE = "4915112345678"
FIXTURES = Path(__file__).parent / "fixtures" / "ejoin" / "notifications.json"
NOTIFICATIONS: dict[str, dict[str, Any]] = {
    each["name"]: each for each in json.loads(FIXTURES.read_text(encoding="utf-8"))
}
DAMAGED = NOTIFICATIONS["recv_sms"]["body"]["sms"][0][5]
SMS_1, SMS_2, CALL_1 = "event.box_port_1_sms", "event.box_port_2_sms", "event.box_port_1_call"
PORT_1, PORT_2, PORT_3 = (f"sensor.box_port_{number}_" for number in (1, 2, 3))

# The states, or attributes by their names, that show a message of the documents.
type Shown = Mapping[str, str | Mapping[str, Any]]
EXPECTED: dict[str, Shown] = {
    "port_status": {
        f"{PORT_1}status": "card_detected",
        f"{PORT_1}active_slot": "2",
        f"{PORT_1}imei": "353689530707903",
        f"{PORT_1}call_minutes_total": "0",
        f"{PORT_1}call_minutes_this_month": "0",
        f"{PORT_1}call_minutes_today": "0",
        f"{PORT_1}balance": "0.00",
        "sensor.box_ports_registered": "0",
    },
    "dev_status": {
        f"{PORT_1}status": "registered",
        f"{PORT_1}registration": "home",
        f"{PORT_1}signal": "-51",
        f"{PORT_1}operator": "CHINA MOBILE",
        f"{PORT_1}imsi": "460000990123698",
        f"{PORT_1}iccid": "89860042191782899541",
        f"{PORT_1}call_minutes_this_month": {"allowed": None, "unit_of_measurement": "min"},
        "sensor.box_ports_registered": {"total": 32},
        "sensor.box_firmware": "532-600-999-041-100-000",
        "sensor.box_ip_address": "192.168.1.44",
        "binary_sensor.box_connected": "on",
    },
    "recv_sms": {SMS_1: {"event_type": "received", "text": DAMAGED, "sender": "+8613715266978"}},
    "cdr": {
        CALL_1: {
            "event_type": "ended",
            "direction": "outgoing",
            "number": "10086",
            "started_at": "2019-01-25T09:08:53+00:00",
            "alerted_at": "2019-01-25T09:08:56+00:00",
            "answered_at": "2019-01-25T09:08:56+00:00",
            "ended_at": "2019-01-25T09:09:03+00:00",
            "reason": "201 Caller Hangup",
        },
        "binary_sensor.box_port_1_call_in_progress": "off",
    },
    "sent_sms": {
        SMS_2: {"event_type": "sent_by_others", "number": "+12122222222", "text": "test sms"}
    },
    "port_status_old": {
        f"{PORT_2}status": "registered",
        f"{PORT_2}active_slot": "2",
        f"{PORT_2}operator": "China Mobile",
        f"{PORT_2}balance": "100.00",
        f"{PORT_2}own_number": "13900000001",
    },
    "port_status_controls": {
        f"{PORT_3}status": "call_connected",
        f"{PORT_3}signal": "-73",
        f"{PORT_3}balance": "7.50",
        f"{PORT_3}call_minutes_total": {"allowed": 100},
        f"{PORT_3}calls_this_month": "20",
        f"{PORT_3}calls_today": {"allowed": 5},
        f"{PORT_3}numbers_called_total": {"allowed": None},
        f"{PORT_3}numbers_called_this_month": "8",
        f"{PORT_3}sms_used_total": "400",
        f"{PORT_3}sms_used_today": {"allowed": 10},
        f"{PORT_3}traffic_total": "120.5",
        f"{PORT_3}traffic_today": "3.25",
        f"{PORT_3}traffic_in_24_hours": "4",
        f"{PORT_3}traffic_in_the_last_hour": "0.5",
        f"{PORT_3}traffic_of_the_last_access": "0.1",
        f"{PORT_3}last_url": "http://example.com/",
        "binary_sensor.box_port_3_call_in_progress": "on",
    },
    "port_status_remote": {f"{PORT_1}status": {"remote_sim": "sp128.016"}},
    "dev_status_all_slots": {
        f"{PORT_1}active_slot": "2",
        f"{PORT_1}slot_1_status": "idle_sim",
        f"{PORT_1}slot_1_balance": "5.00",
        f"{PORT_1}balance": "0.00",
        f"{PORT_2}status": "no_sim",
    },
    "recv_sms_head": {SMS_1: {"text": "yaq", "sent_at": "2019-01-25T09:10:12+00:00"}},
    "recv_sms_report": {SMS_1: {"event_type": "delivered", "number": "10086"}},
    "status_report": {},
    "sms_sent_status": {},
    "received_sms": {SMS_1: {"text": "newer", "sender": "+8613715266978"}},
    "sms_to_http": {
        "event.box_port_61_sms": {"text": "old way", "sent_at": "2025-06-01T10:00:00+00:00"}
    },
}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the inbox read all the time, and pushes awaited for a moment only."""
    clocks = Clocks(inbox=0.05, push_grace=0.1)
    monkeypatch.setattr(ejoin, "EjoinSettings", partial(EjoinSettings, clocks=clocks))


def _shows(expected: str | Mapping[str, Any], state: State) -> bool:
    """Whether a state is the one that is expected, or has the attributes that are."""
    if isinstance(expected, str):
        return state.state == expected
    return expected.items() <= state.attributes.items()


async def _post(url: str, message: Mapping[str, Any]) -> int:
    """Post a message of the documents; some are texts, and say the rest in the URL."""
    body = json.dumps(message["body"]) if "body" in message else message["text"]
    query = message.get("query", {})
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body.encode(), params=query) as response,
    ):
        return response.status


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("name", NOTIFICATIONS)
async def test_messages_of_the_documents(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry, name: str
) -> None:
    """Each is acknowledged and shown by the right entities, be it the very first that comes."""
    assert await _post(box.push_url, NOTIFICATIONS[name]) == 200
    for entity_id, expected in EXPECTED[name].items():
        await until_state(hass, entity_id, partial(_shows, expected))
    if not EXPECTED[name]:
        await hass.async_block_till_done()
        assert hass.states.async_entity_ids("event") == []


@pytest.mark.parametrize(
    ("name", "entity_id", "event_type"),
    [("cdr", CALL_1, "ended"), ("sent_sms", SMS_2, "sent_by_others")],
)
async def test_the_first_news_of_a_port(
    hass: HomeAssistant,
    box: Box,
    pushing_box: MockConfigEntry,
    name: str,
    entity_id: str,
    event_type: str,
) -> None:
    """They change a state that was there before, as an automation needs it, and come once."""
    told: list[str | None] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        if (state := event.data["new_state"]) is not None:
            told.append(state.attributes["event_type"])

    async_track_state_change_event(hass, entity_id, note)
    assert await _post(box.push_url, NOTIFICATIONS[name]) == 200
    await until_state(
        hass, entity_id, lambda state: state.attributes.get("event_type") == event_type
    )
    await hass.async_block_till_done()
    assert told == [None, event_type]


async def test_a_damaged_row_costs_no_other(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry
) -> None:
    """What is no base64 comes as it is; what is no row at all is passed over."""
    good = [0, "2.01", 1548407413, "8613715266978", "", "Z29vZA=="]
    rows = [NOTIFICATIONS["recv_sms"]["body"]["sms"][0], [0, "?"], None, good]
    assert await box.push({"type": "recv-sms", "sms_num": 4, "sms": rows}) == 200
    await until_state(hass, SMS_1, lambda state: state.attributes.get("text") == DAMAGED)
    await until_state(hass, SMS_2, lambda state: state.attributes.get("text") == "good")


async def test_only_what_is_reported(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry
) -> None:
    """Old firmware knows no signal, and a SIM no number: there are no entities for them."""
    box.firmware = Firmware.OLD
    await box.report_device()
    await hass.async_block_till_done()
    assert shown(hass, f"{PORT_1}operator").state == "CHINA MOBILE"
    assert hass.states.get(f"{PORT_1}signal") is None
    box.firmware = Firmware.USUAL
    await box.report_port(1)
    await hass.async_block_till_done()
    assert shown(hass, f"{PORT_1}signal").state == "-51"
    assert hass.states.get(f"{PORT_2}signal") is None


async def test_a_status_that_nobody_knows(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """Is unknown, and logged once."""
    await box.report_device()
    for port in (1, 2, 1):
        await box.push(box.port_status(port) | {"st": 10})
    assert [shown(hass, f"{port}status").state for port in (PORT_1, PORT_2)] == ["unknown"] * 2
    assert caplog.text.count("port status 10") == 1


@pytest.mark.parametrize("box_size", [(32, 16)])
async def test_a_report_of_512_sims(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry
) -> None:
    """Only the port that differs writes states; the others do not even repeat theirs."""
    await box.report_device(all_slots=True)
    await hass.async_block_till_done()
    report = box.pushed[-1].message
    assert isinstance(report, dict)
    assert len(report["status"]) == 512
    assert shown(hass, "sensor.box_port_32_status").state == "registered"
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    hass.bus.async_listen(EVENT_STATE_REPORTED, note, event_filter=callback(lambda _: True))
    box.ports[7].signal = 20
    assert await box.report_device(all_slots=True) == 200
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_7_signal").state == "-73"
    of_ports = {name for name in written if "_port_" in name}
    assert of_ports == {name for name in of_ports if "box_port_7_" in name}
    of_gateway = set(written) - of_ports
    assert len(written) == len(of_ports) + len(of_gateway)
    assert len(of_gateway) < 10


@pytest.mark.usefixtures("pushing_box")
async def test_three_reports_that_do_not_come(
    hass: HomeAssistant, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway is taken to be gone; events stay, and it is back with the next report at once."""
    monkeypatch.setattr(coordinator, "RECONNECT_DELAYS", (3600.0,))
    box.expires = 1
    await box.report_device()
    assert shown(hass, f"{PORT_1}signal").state == "-51"
    await until_state(hass, f"{PORT_1}signal", lambda state: state.state == STATE_UNAVAILABLE)
    assert shown(hass, "binary_sensor.box_connected").state == "off"
    assert shown(hass, SMS_1).state == "unknown"
    box.expires = 60
    await box.report_device()
    await until_state(hass, f"{PORT_1}signal", lambda state: state.state == "-51")
    assert shown(hass, "binary_sensor.box_connected").state == "on"


@pytest.mark.usefixtures("quick")
async def test_received_sms_report_is_off(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """A person is told when the inbox has what push never brought, until push brings something."""
    box.switches.received_sms = False
    await box.receive(2, PEER_WIRE, "found")
    await until_state(hass, SMS_2, lambda state: state.attributes.get("text") == "found")
    await until_issues(hass, "received_sms_not_pushed")
    box.ports[1].status = Status.REGISTERING
    await box.report_port(1)
    await until_issues(hass, "received_sms_not_pushed")
    box.switches.received_sms = True
    assert await box.receive(2, PEER_WIRE, "pushed") == 200
    await until_issues(hass)
    await until_state(hass, SMS_2, lambda state: state.attributes.get("text") == "pushed")


@pytest.mark.usefixtures("quick")
async def test_another_gateway_is_told_to_go(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """A person is told as long as it pushes to our address, and for three reports after that."""
    stranger = Box(ports=1, slots=1, mac="00-30-f1-00-00-01")
    stranger.push_url = box.push_url
    box.expires = 1
    await box.report_device()
    assert await stranger.report_device() == 403
    await until_issues(hass, "other_gateway")
    assert await box.receive(1, PEER_WIRE, "ours") == 200
    await until_state(hass, SMS_1, lambda state: state.attributes.get("text") == "ours")
    await stranger.close()
    await until_issues(hass)


@pytest.mark.usefixtures("quick")
async def test_another_gateway_got_the_address(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """It is not used in place of ours, and the link is back when ours is."""
    box.mac, box.source = "00-30-f1-00-00-01", "another"
    box.switches.received_sms = False
    await box.receive(1, PEER_WIRE, "theirs")
    await until_state(hass, "binary_sensor.box_connected", lambda state: state.state == "off")
    box.mac = "00-30-f1-00-6d-b1"
    box.inbox.clear()
    await until_state(hass, "binary_sensor.box_connected", lambda state: state.state == "on")
    assert shown(hass, SMS_1).state == "unknown"

"""A gateway with several ports at work: orders, calls, others' texts, bursts, and its end."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import signal_sms
from custom_components.cellular_gateway.gateways.ejoin.settings import Clocks, EjoinSettings
from custom_components.cellular_gateway.gateways.port_reports import GatewayProblem
from custom_components.cellular_gateway.health import Ailment
from custom_components.cellular_gateway.kinds import ejoin
from custom_components.cellular_gateway.messages.inbox import Announcement
from simulator.ejoin import Box
from simulator.ejoin.box import Task
from simulator.ejoin.sending import report, sent_sms

from .actions import act
from .boxes import HOOK
from .house import ANN
from .issues import issues, until_issues
from .waiting import eventually, shown, until_state


async def _call(hass: HomeAssistant, service: str, entity_id: str, **data: Any) -> None:
    """Have an entity do something."""
    domain = entity_id.partition(".")[0]
    await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)


def _is(value: str) -> Callable[[State], bool]:
    """Wait for a state."""
    return lambda state: state.state == value


async def test_lock_and_unlock(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """The switch shows what the gateway has made of it."""
    name = "switch.box_port_2_sim_locked"
    await _call(hass, "turn_on", name)
    await until_state(hass, name, _is("on"))
    assert shown(hass, "sensor.box_port_2_status").state == "locked_by_user"
    await _call(hass, "turn_off", name)
    await until_state(hass, name, _is("off"))
    assert [command["op"] for command in box.commands] == ["lock", "unlock"]


async def test_choose_a_slot(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """The select offers the slots of the port and shows the one in use."""
    name = "select.box_port_2_sim_slot"
    assert shown(hass, name).attributes["options"] == ["1", "2"]
    await _call(hass, "select_option", name, option="2")
    await until_state(hass, name, _is("2"))
    assert box.ports[2].active == 2


async def test_restarts(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """A port, or all of the gateway."""
    await _call(hass, "press", "button.box_port_2_restart_modem")
    await _call(hass, "press", "button.box_restart_gateway")
    assert [command["op"] for command in box.commands] == ["reset", "reboot"]
    assert box.commands[0]["ports"].startswith("2")


@pytest.mark.parametrize(
    ("service", "name", "data"),
    [
        ("turn_on", "switch.box_port_2_sim_locked", {}),
        ("select_option", "select.box_port_2_sim_slot", {"option": "2"}),
        ("press", "button.box_port_2_restart_modem", {}),
        ("press", "button.box_restart_gateway", {}),
    ],
)
async def test_why_it_cannot_be_done(
    hass: HomeAssistant,
    box: Box,
    asked_box: MockConfigEntry,
    service: str,
    name: str,
    data: dict[str, str],
) -> None:
    """A person is told in words."""
    box.login = ("root", "changed")
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, service, name, **data)
    assert raised.value.translation_key == "login_wrong"


async def test_a_call(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """It is one call from its first record to its last, and the port shows that it goes on."""
    name = "event.box_port_1_call"
    call = {
        "cid": "YTk5",
        "cdir": "MT",
        "caller": "23",
        "callee": "4915112345678",
        "begin": 1548407333,
        "alert": 1548407336,
        "answer": 0,
        "update": 0,
        "end": 0,
        "reason": "",
        "gw_reason": "",
    }
    await box.call(1, **call)
    state = await until_state(hass, name, lambda state: state.attributes["event_type"] == "ringing")
    assert state.attributes["direction"] == "outgoing"
    assert state.attributes["number"] == "+4915112345678"
    assert shown(hass, "binary_sensor.box_port_1_call_in_progress").state == "on"
    await box.call(1, **call | {"answer": 1548407340})
    await until_state(hass, name, lambda state: state.attributes["event_type"] == "answered")
    before = shown(hass, name)
    await box.call(1, **call | {"answer": 1548407340, "update": 1548407400})
    assert shown(hass, name) is before
    ended = {"answer": 1548407340, "end": 1548407403, "reason": "201 Caller Hangup"}
    await box.call(1, **call | ended)
    state = await until_state(hass, name, lambda state: state.attributes["event_type"] == "ended")
    assert state.attributes["reason"] == "201 Caller Hangup"
    assert state.attributes["answered_at"] == "2019-01-25T09:09:00+00:00"
    assert shown(hass, "binary_sensor.box_port_1_call_in_progress").state == "off"


async def test_statistics(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """As the gateway counts them."""
    for _ in range(2):
        await box.receive(3, "4915112345678", "x")
    await box.call(3, cid="1", cdir="MO", begin=1548407333, answer=1548407340, end=1548407460)
    ports = (await act(hass, "read_statistics", {}))["ports"]
    assert [port["port"] for port in ports] == ["1", "2", "3", "4"]
    assert ports[2] == {
        "port": "3",
        "sms_received": 2,
        "sms_sent": 0,
        "sms_failed": 0,
        "calls": 1,
        "calls_connected": 1,
        "talk_time": 2.0,
    }


async def test_a_text_of_somebody_else(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """What others send through the gateway is told by the port that sent it."""
    task = Task(2, "4915112345678", "test sms", place="2")
    await box.push(sent_sms(box, task, box.ports[2], None))
    state = await until_state(
        hass,
        "event.box_port_2_sms",
        lambda state: state.attributes["event_type"] == "sent_by_others",
    )
    assert state.attributes["number"] == "+4915112345678"
    assert (state.attributes["status"], state.attributes["text"]) == ("sent", "test sms")
    assert shown(hass, "event.box_port_1_sms").state == "unknown"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the outcome of a text awaited for a moment only."""
    clocks = Clocks(task=60, outcome=-59.8)
    monkeypatch.setattr(ejoin, "EjoinSettings", partial(EjoinSettings, clocks=clocks))


@pytest.mark.usefixtures("impatient")
async def test_an_outcome_without_a_port(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """Nobody knows which it would have been: the first one tells."""
    box.faults.swallow = True
    await act(hass, "send_sms", {"numbers": [ANN], "text": "x"})
    (late,) = box.untold
    failure = [0, ANN, "", 1700000000, "5 SIM Unregistered", ""]
    await box.push({"type": "status-report", "rpts": [{"tid": late.number, "fdr": [failure]}]})
    state = await until_state(
        hass,
        "event.box_port_1_sms",
        lambda state: state.attributes["event_type"] == "outcome_known",
    )
    assert (state.attributes["status"], state.attributes["port"]) == ("failed", None)


@pytest.mark.usefixtures("impatient")
async def test_an_outcome_that_is_told_late(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """The text was sent, says the port, after its receipt was `unknown`."""
    box.faults.swallow = True
    sent = await act(hass, "send_sms", {"numbers": [ANN], "text": "x", "port": "2"})
    (receipt,) = sent["receipts"]
    assert receipt["status"] == "unknown"
    (late,) = box.untold
    await report(box, late, fail=None)
    state = await until_state(
        hass,
        "event.box_port_2_sms",
        lambda state: state.attributes["event_type"] == "outcome_known",
    )
    assert state.attributes["number"] == ANN
    assert (state.attributes["status"], "text" in state.attributes) == ("sent", False)


async def test_another_gateway_at_the_address(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """It is refused, and a person is told."""
    stranger = Box(ports=1, slots=1, mac="00-30-f1-00-00-01")
    stranger.push_url = box.push_url
    assert await stranger.report_device() == 403
    await stranger.close()
    await until_issues(hass, "other_gateway")
    assert shown(hass, "sensor.box_ports_registered").state == "4"


def test_every_problem_is_told() -> None:
    """Whatever a gateway has is an issue with words."""
    assert {problem.value for problem in GatewayProblem} <= {ailment.value for ailment in Ailment}


async def test_a_restart_in_a_burst(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """What comes while the entry is away is found in the inbox; each message fires once."""
    heard: list[str] = []

    @callback
    def hear(announcement: Announcement) -> None:
        heard.append(announcement.message.text or "")

    stop = async_dispatcher_connect(hass, signal_sms(asked_box.entry_id), hear)
    texts = [f"message {number}" for number in range(500)]
    reload: asyncio.Task[bool] | None = None
    statuses = []
    for number, text in enumerate(texts):
        if number == 200:
            reload = hass.async_create_task(hass.config_entries.async_reload(asked_box.entry_id))
        statuses.append(await box.receive(number % 4 + 1, "4915112345678", text))
    assert reload is not None
    assert await reload
    await hass.async_block_till_done()
    assert set(statuses) <= {200, 503}
    await eventually(lambda: len(heard) >= len(texts), 30)
    await hass.async_block_till_done()
    stop()
    assert sorted(heard) == sorted(texts)


async def test_it_is_told_to_push_no_more(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """With its entry the address goes, in the gateway too."""
    url = box.push_url
    assert url.endswith(f"/api/webhook/{HOOK}")
    assert await box.push(box.port_status(1), url) == 200
    await hass.config_entries.async_unload(asked_box.entry_id)
    assert await box.push(box.port_status(1), url) == 503
    await hass.config_entries.async_remove(asked_box.entry_id)
    assert box.push_url == ""
    assert not issues(hass)


async def test_a_gateway_that_is_off_can_be_removed(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """That it could not be told is said, and nothing else is kept from going."""
    box.login = ("root", "changed")
    await hass.config_entries.async_remove(asked_box.entry_id)
    assert hass.config_entries.async_get_entry(asked_box.entry_id) is None
    assert "could not be told to report no more: login_wrong" in caplog.text

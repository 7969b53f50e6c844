"""An entry that starts, stops and reconnects at an awkward moment: nothing is lost or left open."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
import threading
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import (
    EVENT_HOMEASSISTANT_STARTED,
    EVENT_HOMEASSISTANT_STOP,
    STATE_OFF,
    STATE_ON,
    STATE_UNKNOWN,
)
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.cellular_gateway import coordinator as coordinator_module
from custom_components.cellular_gateway.const import DOMAIN, POLL_INTERVAL
from custom_components.cellular_gateway.gateways.at_modem.gateway import AtModemGateway
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayTimeoutError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import GatewayInfo
from custom_components.cellular_gateway.messages.journal import Journal
from simulator.at_modem import AtModem
from simulator.ejoin import Box
from simulator.ejoin.box import Task
from simulator.ejoin.sending import report
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .test_interrupted_sends import journal_path
from .waiting import LIMIT, eventually, shown, until_state

pytestmark = pytest.mark.usefixtures("usb")

CONNECTED = "binary_sensor.boat_connected"
EVENT = "event.boat_sms"


async def kept(entry: MockConfigEntry, network: Network) -> None:
    """Have a text arrive, and wait until it is kept and not announced."""
    await network.send(ANN, MODEM_NUMBER, "late")
    journal: Journal = entry.runtime_data.journal
    async with asyncio.timeout(LIMIT):
        while [each.part.text for each in await journal.unfinished()] != ["late"]:
            pass
    # Had anybody begun to announce it, the journal would have served that first.
    assert await journal.unfinished()


def arriving(entry: MockConfigEntry, network: Network) -> Any:
    """Have a text arrive right before the gateway is closed."""
    gateway = entry.runtime_data.gateway
    close = gateway.close

    async def wrapped() -> None:
        await kept(entry, network)
        await close()

    return patch.object(gateway, "close", wrapped)


async def assert_fires_after(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Check that the late message has not fired yet, and does in the next set-up."""
    state = hass.states.get(EVENT)
    assert state is None or state.attributes.get("text") != "late"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_state(hass, EVENT, lambda state: state.attributes.get("text") == "late")


async def test_nothing_fires_before_home_assistant_has_started(
    hass: HomeAssistant, entry: MockConfigEntry, network: Network
) -> None:
    """What is kept earlier waits: no automation would hear it."""
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    await kept(entry, network)
    await hass.async_block_till_done()
    assert shown(hass, EVENT).state == STATE_UNKNOWN
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until_state(hass, EVENT, lambda state: state.attributes.get("text") == "late")
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("reloads", [False, True])
async def test_no_news_before_home_assistant_has_started(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry, reloads: bool
) -> None:
    """Calls, and what came of a text, wait too: after that it was not known what came of it."""
    await hass.config_entries.async_unload(asked_box.entry_id)
    send = {"number": 77, "to": ANN, "port": "1", "started_at": 1, "awaited": [], "is_open": True}
    journal = Journal(journal_path(hass, asked_box))
    await journal.open()
    await journal.begin_send(ANN, None, datetime.now(UTC), reports=0)
    await journal.set("tasks", json.dumps({"last": 77, "tasks": [send]}))
    await journal.close()
    heard = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and "event_type" in state.attributes:
            heard.append((state.attributes["event_type"], hass.state))

    async_track_state_change_event(hass, ["event.box_port_1_sms", "event.box_port_1_call"], changed)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(asked_box.entry_id)
    task = Task(77, ANN, "x", place="1", success_report=True, report_url=box.push_url)
    await report(box, task, fail=None)
    await box.call(1, cid="1", cdir="MO", caller="49171", callee="1", begin=1, end=0)
    await hass.async_block_till_done()
    if reloads:
        await hass.config_entries.async_reload(asked_box.entry_id)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await eventually(lambda: sum(kind is not None for kind, _ in heard) == 3)
    told = [(kind, state) for kind, state in heard if kind is not None]
    assert {state for _, state in told} == {CoreState.running}
    assert [kind for kind, _ in told] == ["outcome_unknown", "outcome_known", "ringing"]


async def test_what_comes_while_the_entities_go_fires_later(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """A message that arrives when its event entity is gone is not announced to nobody."""
    with arriving(loaded, network):
        assert await hass.config_entries.async_unload(loaded.entry_id)
    await assert_fires_after(hass, loaded)


async def test_a_failed_unload_goes_on_announcing(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """As long as the entities are there they hear of what comes."""
    with patch.object(hass.config_entries, "async_unload_platforms", return_value=False):
        assert not await hass.config_entries.async_unload(loaded.entry_id)
    await network.send(ANN, MODEM_NUMBER, "late")
    await until_state(hass, EVENT, lambda state: state.attributes.get("text") == "late")
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()


async def test_what_comes_while_home_assistant_stops_fires_later(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network
) -> None:
    """From the stop on no automation runs any more, so nothing is announced any more."""
    with arriving(loaded, network):
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await hass.async_block_till_done()
    assert shown(hass, EVENT).attributes.get("text") != "late"
    await hass.config_entries.async_unload(loaded.entry_id)
    await assert_fires_after(hass, loaded)


async def test_no_reconnecting_after_the_stop(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """A link that is being made when Home Assistant stops is given up, and none is made later."""
    entered, going_on = asyncio.Event(), asyncio.Event()
    connects: list[str] = []

    async def connect(self: AtModemGateway) -> None:
        connects.append("begun")
        entered.set()
        try:
            await going_on.wait()
        except asyncio.CancelledError:
            connects.append("given up")
            raise

    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    with patch.object(AtModemGateway, "connect", connect):
        await asyncio.wait_for(entered.wait(), 5)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await hass.async_block_till_done()
        going_on.set()
        loaded.runtime_data.coordinator.reachable()
        await hass.async_block_till_done(wait_background_tasks=True)
    assert connects == ["begun", "given up"]


@pytest.mark.parametrize(
    "broken",
    [
        "homeassistant.config_entries.ConfigEntries.async_forward_entry_setups",
        "custom_components.cellular_gateway._trust_pin",
        "custom_components.cellular_gateway.recipient_names",
    ],
)
async def test_a_failed_set_up_leaves_nothing_open(
    hass: HomeAssistant, entry: MockConfigEntry, broken: str
) -> None:
    """Whichever step fails, the journal and the port are free for the next try."""
    with patch(broken, side_effect=ValueError("broken")):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    for thread in threading.enumerate():
        if thread.name.startswith("journal"):
            await hass.async_add_executor_job(thread.join, 5)
            assert not thread.is_alive()
    await hass.config_entries.async_unload(entry.entry_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_an_option_changed_during_the_set_up_counts(
    hass: HomeAssistant, entry: MockConfigEntry, network: Network
) -> None:
    """What is changed while the link is made is set up too: numbers are read in that country."""
    connect = AtModemGateway.connect

    async def changed(gateway: AtModemGateway) -> GatewayInfo:
        hass.config_entries.async_update_entry(entry, options={"country": "FR"})
        return await connect(gateway)

    with patch.object(AtModemGateway, "connect", changed):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    data = {"config_entry_id": entry.entry_id, "numbers": ["0612345678"], "text": "hi"}
    await hass.services.async_call(DOMAIN, "send_sms", data, blocking=True)
    assert [sent.recipient for sent in await network.wait_sent()] == ["+33612345678"]
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_port_that_appears_is_tried_at_once_and_often(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A modem that was just plugged in needs a moment: the waits begin anew, short ones first."""
    monkeypatch.setattr(coordinator_module, "RECONNECT_DELAYS", (0.0, 0.1, 600.0))
    coordinator = loaded.runtime_data.coordinator
    appear: Any = coordinator._ports_changed
    real, tries = coordinator.gateway.connect, 0
    third = asyncio.Event()

    async def connect() -> Any:
        nonlocal tries
        tries += 1
        if tries == 3:
            third.set()
            # It appears in the very moment in which a try begins that comes too early for it.
            appear({object()}, set())
        if tries < 6:
            await asyncio.sleep(0)
            raise GatewayConnectionError(Reason.NOT_FOUND)
        return await real()

    monkeypatch.setattr(coordinator.gateway, "connect", connect)
    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    await eventually(lambda: tries >= 2)
    await modem.plug()
    appear({object()}, set())
    await asyncio.wait_for(third.wait(), 5)
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)


async def test_what_nobody_thought_of(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error of our own is logged once, with where it was, and does not end the healing."""
    monkeypatch.setattr(coordinator_module, "RECONNECT_DELAYS", (0.0, 0.1))
    gateway = loaded.runtime_data.gateway
    real, tries = gateway.connect, 0

    async def connect() -> Any:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise IndexError("tuple index out of range")
        return await real()

    monkeypatch.setattr(gateway, "connect", connect)
    gateway._session.lose("test")
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    assert tries == 3
    assert caplog.text.count("unexpected error while connecting") == 1
    assert caplog.text.count("Traceback") == 1


async def test_a_modem_that_comes_back_locked_asks_for_its_pin(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem, caplog: pytest.LogCaptureFixture
) -> None:
    """Another SIM is in it now: nothing is tried, a person is asked."""
    assert modem.sim is not None
    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    modem.sim.pin = "4321"
    modem.sim.power_up()
    await modem.plug()
    loaded.runtime_data.coordinator._ports_changed({object()}, set())
    await eventually(lambda: any(loaded.async_get_active_flows(hass, {SOURCE_REAUTH})))
    assert modem.sim.pin_tries == 3
    assert caplog.text.count("needs a person's help") == 1


async def test_what_no_modem_pushes_is_polled(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem, caplog: pytest.LogCaptureFixture
) -> None:
    """Once a minute a modem is asked; one that fails to answer is told of once."""
    modem.radio.signal = replace(modem.radio.signal, rssi=1)
    async_fire_time_changed(hass, dt_util.utcnow() + POLL_INTERVAL + timedelta(seconds=1))
    await until_state(hass, "sensor.boat_signal", lambda state: state.state == "-111")
    coordinator = loaded.runtime_data.coordinator
    with patch.object(AtModemGateway, "poll", side_effect=GatewayTimeoutError("AT+CSQ")):
        await coordinator.async_refresh()
        await coordinator.async_refresh()
    assert caplog.text.count("did not answer in time") == 1
    assert shown(hass, CONNECTED).state == STATE_ON

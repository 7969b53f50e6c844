"""Texts of which nobody heard what came of them: an event tells it, once, and nothing is resent."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import functools
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, State
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.gateways.at_modem.gateway import AtModemGateway
from custom_components.cellular_gateway.gateways.at_modem.settings import AtModemSettings, Clocks
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, Reason
from custom_components.cellular_gateway.gateways.models import OutgoingSms, SendStatus
from custom_components.cellular_gateway.kinds import at_modem
from custom_components.cellular_gateway.messages.journal import Journal
from simulator.at_modem import AtModem
from simulator.ejoin import Api, Box
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network

from .house import ANN, MODEM_NUMBER
from .waiting import until_state

EVENT = "event.boat_sms"

type Held = tuple[asyncio.Event, asyncio.Event]
ALARM = OutgoingSms(number=ANN, text="Alarm")


def journal_path(hass: HomeAssistant, entry: MockConfigEntry) -> Path:
    """Where the journal of the entry lies."""
    return Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}.db"))


async def cut_off(hass: HomeAssistant, entry: MockConfigEntry, *, reports: int = 0) -> str:
    """Leave a send on the wire, as a Home Assistant that dies does; return its id."""
    journal = Journal(journal_path(hass, entry))
    await journal.open()
    send = await journal.begin_send(ANN, None, datetime.now(UTC), reports=reports)
    await journal.close()
    return str(send)


async def until_unknown(hass: HomeAssistant) -> State:
    """Wait for the event."""
    return await until_state(
        hass, EVENT, lambda state: state.attributes.get("event_type") == "outcome_unknown"
    )


async def assert_nothing_is_left(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Check that the next start has nothing to tell."""
    await hass.config_entries.async_unload(entry.entry_id)
    journal = Journal(journal_path(hass, entry))
    await journal.open()
    assert await journal.interrupted_sends() == []
    await journal.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what is on the wire no longer than a test may take."""
    settings = functools.partial(AtModemSettings, clocks=Clocks(closing=0.2))
    monkeypatch.setattr(at_modem, "AtModemSettings", settings)


async def test_a_reload_after_the_caller_gave_up(
    hass: HomeAssistant,
    impatient: None,
    loaded: MockConfigEntry,
    network: Network,
    modem: AtModem,
) -> None:
    """The network has the text, its answer was lost: the next start says that nobody knows."""
    modem.faults.add(Fault(FaultKind.MUTE, "+CMGS", Position.ANSWER))
    send = asyncio.create_task(loaded.runtime_data.outbox.send([ALARM]))
    await network.wait_sent()
    send.cancel()
    await hass.config_entries.async_reload(loaded.entry_id)
    assert (await until_unknown(hass)).attributes["recipient"] == "Ann"
    assert len(network.sent) == 1
    await assert_nothing_is_left(hass, loaded)


async def test_a_caller_that_gave_up_is_told_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, modem: AtModem
) -> None:
    """Nothing has to be restarted for it: a script may just have begun anew."""
    modem.faults.add(Fault(FaultKind.UNPLUG, "+CMGS", Position.SUBMIT))
    send = asyncio.create_task(loaded.runtime_data.outbox.send([ALARM]))
    await asyncio.sleep(0)
    send.cancel()
    state = await until_unknown(hass)
    assert (state.attributes["number"], state.attributes["port"]) == (ANN, "1")
    await assert_nothing_is_left(hass, loaded)


@pytest.fixture
def held_second_text(
    loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch, modem: AtModem
) -> Held:
    """Lose the receipt of Ann's text, and hold whatever is sent after it.

    Returns what is set when that one is held, and what lets it go.
    """
    gateway = loaded.runtime_data.gateway
    real, second, goes_on = gateway.send_sms, asyncio.Event(), asyncio.Event()

    async def send_sms(message: OutgoingSms) -> Any:
        if message.number == ANN:
            return await real(message)
        second.set()
        await goes_on.wait()
        raise GatewayConnectionError(Reason.NOT_CONNECTED)

    monkeypatch.setattr(gateway, "send_sms", send_sms)
    modem.faults.add(Fault(FaultKind.UNPLUG, "+CMGS", Position.SUBMIT))
    return second, goes_on


async def test_the_outcome_before_the_one_that_was_waited_for(
    hass: HomeAssistant, loaded: MockConfigEntry, held_second_text: Held
) -> None:
    """Of two texts the first is `unknown`, and the caller is cancelled during the second."""
    second, goes_on = held_second_text
    messages = [ALARM, OutgoingSms(number="1234", text="Alarm")]
    send = asyncio.create_task(loaded.runtime_data.outbox.send(messages))
    await second.wait()
    send.cancel()
    assert (await until_unknown(hass)).attributes["number"] == ANN
    goes_on.set()
    await assert_nothing_is_left(hass, loaded)


async def test_a_caller_that_heard_it_is_not_told_again(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """Its receipt said `unknown`; no event repeats it, now or after a restart."""
    modem.faults.add(Fault(FaultKind.UNPLUG, "+CMGS", Position.SUBMIT))
    fired = async_capture_events(hass, "state_changed")
    (outcome,) = await loaded.runtime_data.outbox.send([ALARM])
    assert outcome.status is SendStatus.UNKNOWN
    await assert_nothing_is_left(hass, loaded)
    types = {
        state.attributes.get("event_type")
        for event in fired
        if (state := event.data["new_state"]) is not None
    }
    assert "outcome_unknown" not in types


async def test_a_gateway_that_breaks_down(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """An error that nobody thought of says nothing about the text: it may have been sent."""
    with (
        patch.object(AtModemGateway, "send_sms", side_effect=ValueError("broken")),
        pytest.raises(ValueError, match="broken"),
    ):
        await loaded.runtime_data.outbox.send([ALARM])
    assert (await until_unknown(hass)).attributes["number"] == ANN
    await assert_nothing_is_left(hass, loaded)


async def test_a_report_of_a_text_that_was_cut_off(
    hass: HomeAssistant, usb: None, entry: MockConfigEntry, network: Network
) -> None:
    """The event names the text, and what the network says later is about that text."""
    send = await cut_off(hass, entry, reports=1)
    await hass.config_entries.async_setup(entry.entry_id)
    assert (await until_unknown(hass)).attributes["id"] == send
    await network.send_report(MODEM_NUMBER, 77, ANN)
    state = await until_state(
        hass, EVENT, lambda state: state.attributes.get("event_type") == "delivered"
    )
    assert (state.attributes["id"], state.attributes["matched"]) == (send, True)
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def box(hass: HomeAssistant, home_url: str) -> AsyncIterator[MockConfigEntry]:
    """The entry of a gateway with four ports; not set up yet."""
    api = Api(Box(ports=4, slots=2))
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Boat",
        unique_id="00:30:f1:00:6d:b1",
        data={
            "kind": "ejoin",
            "webhook_id": "hook",
            "url": await api.serve(),
            "username": "root",
            "password": "root",
        },
        options={"show_texts": False, "push": {"local_only": True}},
    )
    entry.add_to_hass(hass)
    yield entry
    if entry.state.recoverable:
        await hass.config_entries.async_unload(entry.entry_id)
    await api.stop()
    await api.box.close()


async def test_one_of_many_ports_tells_it(hass: HomeAssistant, box: MockConfigEntry) -> None:
    """The gateway chose the port and nobody knows which: it was one text, so it is one event."""
    await cut_off(hass, box)
    fired = async_capture_events(hass, "state_changed")
    await hass.config_entries.async_setup(box.entry_id)
    await hass.async_block_till_done()
    assert box.state is ConfigEntryState.LOADED
    assert len(box.runtime_data.ports) == 4
    journal = box.runtime_data.journal
    while await journal.interrupted_sends():
        await asyncio.sleep(0)
    await hass.async_block_till_done()
    told = [
        event.data["entity_id"]
        for event in fired
        if (state := event.data["new_state"]) is not None
        and state.attributes.get("event_type") == "outcome_unknown"
    ]
    assert len(set(told)) == 1


async def test_the_unknown_before_the_last_of_an_action(
    hass: HomeAssistant, loaded: MockConfigEntry, held_second_text: Held
) -> None:
    """Who is cancelled during the second text of an action did not hear of the first either."""
    second, goes_on = held_second_text
    call = {"numbers": [ANN, "1234"], "text": "Alarm"}
    action = hass.services.async_call(DOMAIN, "send_sms", call, blocking=True)
    calling = asyncio.create_task(action)
    await second.wait()
    calling.cancel()
    assert (await until_unknown(hass)).attributes["number"] == ANN
    goes_on.set()
    await assert_nothing_is_left(hass, loaded)

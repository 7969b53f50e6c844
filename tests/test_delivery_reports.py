"""Delivery reports as a user of Home Assistant hears of them, over a modem in a network."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import (
    CONF_COUNTRY,
    CONF_DELIVERY_REPORTS,
    DOMAIN,
    SECTION_SENDING,
)
from simulator.at_modem import AtModem, Sim
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network

from .ears import Ear
from .house import ANN, MODEM_NUMBER
from .waiting import until_state

EVENT = "event.boat_sms"
LONG = "A text that is cut in three parts. " * 12
CONGESTION, EXPIRED, DELIVERED = 0x20, 0x46, 0x00


class ModemEar(Ear):
    """Hears every event of the modem's SMS entity, in order."""

    async def until_text(self, network: Network) -> list[str]:
        """Name the events that come before a text which comes now."""
        await network.send(ANN, MODEM_NUMBER, "the end")
        types = []
        while (event := await self.next())["event_type"] != "received":
            types.append(event["event_type"])
        return types


@pytest.fixture
def profile() -> str:
    """Which modem it is; most store a report and tell where it lies."""
    return "sim7600"


@pytest.fixture
async def modem(network: Network, profile: str) -> AsyncIterator[AtModem]:
    """A simulated modem with a SIM in the network."""
    modem = AtModem(profile, network, sim=Sim(MODEM_NUMBER))
    yield modem
    await modem.close()


@pytest.fixture
async def ear(hass: HomeAssistant, loaded: MockConfigEntry) -> AsyncIterator[ModemEar]:
    """Somebody who listens to the events of the modem."""
    ear = ModemEar(hass, EVENT)
    yield ear
    ear.stop()


async def send(hass: HomeAssistant, text: str = "Alarm", **data: Any) -> dict[str, Any]:
    """Send a text to Ann and return the receipt."""
    answer: Any = await hass.services.async_call(
        DOMAIN,
        "send_sms",
        {"recipients": "notify.ann", "text": text} | data,
        blocking=True,
        return_response=True,
    )
    (receipt,) = answer["receipts"]
    assert isinstance(receipt, dict)
    return receipt


async def test_delivered(hass: HomeAssistant, ear: ModemEar, network: Network) -> None:
    """The event names the receipt, the recipient and the times, and shows no text."""
    receipt = await send(hass, delivery_report=True)
    event = await ear.next()
    assert receipt["id"]
    assert event["sent_at"] <= event["discharged_at"]
    expected = {
        "event_type": "delivered",
        "id": receipt["id"],
        "number": ANN,
        "recipient": "Ann",
        "port": "1",
        "status": "delivered",
        "reason": "received_by_sme",
        "parts": 1,
        "parts_delivered": 1,
        "matched": True,
    }
    assert expected.items() <= event.items()
    assert "Alarm" not in str(event)
    assert await ear.until_text(network) == []


@pytest.mark.parametrize(
    ("statuses", "events"),
    [
        ((EXPIRED,), ["undelivered"]),
        ((CONGESTION, DELIVERED), ["delivery_pending", "delivered"]),
        ((CONGESTION,) * 4 + (EXPIRED,), ["delivery_pending", "undelivered"]),
    ],
)
async def test_what_becomes_of_a_text(
    hass: HomeAssistant,
    ear: ModemEar,
    network: Network,
    statuses: tuple[int, ...],
    events: list[str],
) -> None:
    """Only what is new is told: no storm while the network tries."""
    network.plan_reports(ANN, *statuses)
    await send(hass, delivery_report=True)
    heard = [await ear.next() for _ in events]
    assert [event["event_type"] for event in heard] == events
    assert [event["reason"] for event in heard] == [
        {CONGESTION: "congestion", EXPIRED: "validity_period_expired"}.get(
            status, "received_by_sme"
        )
        for status in dict.fromkeys(statuses)
    ]
    assert await ear.until_text(network) == []


async def test_a_long_text(hass: HomeAssistant, ear: ModemEar, network: Network) -> None:
    """It is delivered when all parts are, and told once."""
    receipt = await send(hass, LONG, delivery_report=True)
    event = await ear.next()
    assert (event["event_type"], event["id"]) == ("delivered", receipt["id"])
    assert (event["parts"], event["parts_delivered"]) == (3, 3)
    assert len(receipt["parts"]) == 3
    assert await ear.until_text(network) == []


async def test_a_long_text_that_is_lost(
    hass: HomeAssistant, ear: ModemEar, network: Network
) -> None:
    """It is undelivered as soon as one part is, and told once."""
    network.plan_reports(ANN, EXPIRED)
    await send(hass, LONG, delivery_report=True)
    event = await ear.next()
    assert (event["event_type"], event["parts"], event["parts_delivered"]) == ("undelivered", 3, 0)
    assert await ear.until_text(network) == []


async def test_late_after_a_reload_and_in_national_form(
    hass: HomeAssistant, ear: ModemEar, network: Network, loaded: MockConfigEntry
) -> None:
    """The journal remembers what was sent; the service centre writes the number as it likes."""
    network.plan_reports(ANN)
    receipt = await send(hass, delivery_report=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    reference = receipt["parts"][0]["reference"]
    await network.send_report(MODEM_NUMBER, reference, "0470000001")
    event = await ear.next()
    assert (event["event_type"], event["id"], event["number"], event["recipient"]) == (
        "delivered",
        receipt["id"],
        ANN,
        "Ann",
    )
    await hass.config_entries.async_reload(loaded.entry_id)
    assert await ear.until_text(network) == []


async def test_a_report_that_comes_while_the_entry_is_unloaded(
    hass: HomeAssistant, ear: ModemEar, network: Network, modem: AtModem, loaded: MockConfigEntry
) -> None:
    """The network keeps it until somebody takes it."""
    network.plan_reports(ANN)
    receipt = await send(hass, delivery_report=True)
    modem.set_registration(2)
    await network.send_report(MODEM_NUMBER, receipt["parts"][0]["reference"], ANN)
    await hass.config_entries.async_unload(loaded.entry_id)
    await hass.config_entries.async_setup(loaded.entry_id)
    modem.set_registration(1)
    assert (await ear.next())["id"] == receipt["id"]


async def test_foreign_reports(hass: HomeAssistant, ear: ModemEar, network: Network) -> None:
    """Of something that nobody here has sent: told, and marked so."""
    receipt = await send(hass, delivery_report=True)
    assert (await ear.next())["id"] == receipt["id"]
    await network.send_report(MODEM_NUMBER, 250, ANN)
    await network.send_report(MODEM_NUMBER, receipt["parts"][0]["reference"], "1234", CONGESTION)
    events = [await ear.next() for _ in range(2)]
    assert [(each["event_type"], each["number"], each["recipient"]) for each in events] == [
        ("delivered", ANN, "Ann"),
        ("delivery_pending", "1234", None),
    ]
    assert {(each["matched"], each["id"], each["parts"]) for each in events} == {
        (False, None, None)
    }


@pytest.mark.parametrize("profile", ["sim800l"])
async def test_a_report_outruns_the_receipt(
    hass: HomeAssistant, ear: ModemEar, modem: AtModem, loaded: MockConfigEntry, profile: str
) -> None:
    """A modem that passes reports on directly does so before its own answer is out."""
    modem.faults.late("+CMGS", 1.0)
    task = asyncio.create_task(send(hass, delivery_report=True))
    journal = loaded.runtime_data.journal
    while await journal.counts() != {"status_report kept": 1}:
        assert not task.done()
        await asyncio.sleep(0.01)
    receipt = await task
    event = await ear.next()
    assert (event["event_type"], event["id"], event["matched"]) == (
        "delivered",
        receipt["id"],
        True,
    )


async def test_an_unknown_outcome_is_resolved(
    hass: HomeAssistant, ear: ModemEar, network: Network, modem: AtModem
) -> None:
    """The modem was pulled out while it sent; the report tells what nobody knew."""
    modem.faults.add(Fault(FaultKind.UNPLUG, "+CMGS", Position.SUBMIT))
    network.plan_reports(ANN)
    receipt = await send(hass, delivery_report=True)
    assert receipt["status"] == "unknown"
    await modem.plug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "on")
    (sent,) = await network.wait_sent()
    await network.send_report(MODEM_NUMBER, sent.reference, ANN)
    event = await ear.next()
    assert (event["event_type"], event["id"], event["matched"]) == (
        "delivered",
        receipt["id"],
        True,
    )


@pytest.mark.parametrize("options", [{CONF_COUNTRY: "BE", CONF_DELIVERY_REPORTS: True}, {}])
@pytest.mark.parametrize("choice", [None, True, False])
@pytest.mark.usefixtures("loaded")
async def test_the_option_and_the_choice(
    hass: HomeAssistant, network: Network, options: dict[str, Any], choice: bool | None
) -> None:
    """The action decides, and where it says nothing the option does."""
    wanted = options.get(CONF_DELIVERY_REPORTS, False) if choice is None else choice
    data: dict[str, Any] = {} if choice is None else {"delivery_report": choice}
    receipt = await send(hass, **data)
    (sent,) = await network.wait_sent()
    assert sent.submit.status_report_requested is wanted
    assert (receipt["id"] is not None) is wanted


@pytest.mark.parametrize("options", [{CONF_COUNTRY: "BE", CONF_DELIVERY_REPORTS: True}])
async def test_a_notification_is_reported_by_the_option(
    hass: HomeAssistant, ear: ModemEar, options: dict[str, Any]
) -> None:
    """A recipient's notify entity has no choice of its own."""
    await hass.services.async_call(
        "notify", "send_message", {"entity_id": "notify.ann", "message": "x"}, blocking=True
    )
    assert (await ear.next())["event_type"] == "delivered"


async def test_the_option_is_offered(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """It is among those of sending, and taken up at once."""
    flows = hass.config_entries.options
    form: Any = await flows.async_init(loaded.entry_id)
    if form["type"] == "menu":
        form = await flows.async_configure(form["flow_id"], {"next_step_id": "settings"})
    values = {
        "show_texts": True,
        "delete_after_receipt": True,
        SECTION_SENDING: {CONF_DELIVERY_REPORTS: True},
    }
    await flows.async_configure(form["flow_id"], values)
    await hass.async_block_till_done()
    assert loaded.options[CONF_DELIVERY_REPORTS] is True
    assert (await send(hass))["id"] is not None


@pytest.mark.parametrize("options", [{CONF_COUNTRY: "BE", CONF_DELIVERY_REPORTS: True}])
async def test_a_modem_that_cannot_tell_is_not_asked(
    hass: HomeAssistant, loaded: MockConfigEntry, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would hear of them: the option asks in vain, and who asks for this text is told."""
    gateway = loaded.runtime_data.gateway
    capabilities = gateway.capabilities
    assert capabilities.delivery_reports
    monkeypatch.setattr(
        gateway, "_capabilities", type(capabilities)(send_sms=True, delivery_reports=False)
    )
    receipt = await send(hass)
    assert (receipt["status"], receipt["id"]) == ("sent", None)
    (sent,) = await network.wait_sent()
    assert not sent.submit.status_report_requested
    receipt = await send(hass, delivery_report=True)
    assert (receipt["status"], receipt["reason"]) == ("failed", "unsupported")

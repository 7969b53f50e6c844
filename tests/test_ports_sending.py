"""Texts through a chosen port of a gateway with several, and the balance of each port's SIM."""

import asyncio
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator.ejoin import Box

from .actions import act
from .far_end import id_of, press, tracked
from .flows.desk import offered
from .waiting import eventually, shown, until_state

ANN = "+4915112345678"
CAR = "+4915112345600"
CAR_WIRE = "4915112345600"
BALANCE = "sensor.box_port_1_balance"
CODE = {"method": "ussd", "number": "*100#", "currency": "EUR"}
BY_TEXT = {"method": "sms", "number": "4916", "text": "CREDIT", "currency": "EUR"}


@pytest.fixture
def subentries() -> list[ConfigSubentryDataWithId]:
    """A recipient and a tracked device, each with a port of its own."""
    ann = ConfigSubentryDataWithId(
        subentry_id="ann",
        subentry_type="recipient",
        title="Ann",
        unique_id=ANN,
        data={"number": ANN, "port": "3"},
    )
    return [ann, tracked("Car", "generic", CAR, port="4")]


def sent_by(box: Box) -> list[int]:
    """Name the ports that have sent something."""
    return [port.number for port in box.ports.values() if port.texts_sent]


async def test_the_action_names_the_port(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """It leaves there, and the receipt says so; of a port that is none, that is said."""
    answer = await act(hass, "send_sms", {"numbers": [ANN], "text": "x", "port": "2"})
    (receipt,) = answer["receipts"]
    assert (receipt["status"], receipt["port"]) == ("sent", "2")
    assert sent_by(box) == [2]
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "send_sms", {"numbers": [ANN], "text": "x", "port": "9"}, response=False)
    assert raised.value.translation_key == "unknown_port"


async def test_a_delivery_report_comes_back_to_its_port(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """Pushed by the gateway as a row of received messages."""
    text = {"numbers": [ANN], "text": "x", "port": "2", "delivery_report": True}
    await act(hass, "send_sms", text)
    state = await until_state(
        hass, "event.box_port_2_sms", lambda state: state.attributes["event_type"] == "delivered"
    )
    assert state.attributes["number"] == ANN


async def test_a_recipient_names_the_port(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """The action may name another one."""
    message = {"entity_id": "notify.ann", "message": "Hello"}
    await hass.services.async_call("notify", "send_message", message, blocking=True)
    assert sent_by(box) == [3]
    await act(hass, "send_sms", {"recipients": "notify.ann", "text": "x"}, response=False)
    assert box.ports[3].texts_sent == 2
    other = {"recipients": "notify.ann", "text": "x", "port": "1"}
    await act(hass, "send_sms", other, response=False)
    assert sent_by(box) == [1, 3]


async def test_a_tracked_device_names_the_port(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """Its answer is awaited there; what comes elsewhere is no answer."""
    order = {
        "device_id": id_of(hass, asked_box, "Car"),
        "command": "custom",
        "parameters": {"text": "WHERE"},
        "wait_for_reply": True,
    }
    answer = hass.async_create_task(act(hass, "send_config_sms", order))
    await eventually(lambda: box.air == ["WHERE"])
    assert sent_by(box) == [4]
    assert await box.receive(2, CAR_WIRE, "not here") == 200
    assert await box.receive(4, CAR_WIRE, "at home") == 200
    (result,) = (await answer)["devices"]
    assert result["reply"]["raw"] == "at home"


@pytest.mark.parametrize("kind", ["recipient", "tracked_device"])
async def test_the_ports_there_are(
    hass: HomeAssistant, asked_box: MockConfigEntry, kind: str
) -> None:
    """A form offers them in their order."""
    result = await hass.config_entries.subentries.async_init(
        (asked_box.entry_id, kind), context={"source": SOURCE_USER}
    )
    assert "port" in offered(result)
    assert result["data_schema"] is not None
    selector = result["data_schema"].schema["port"]
    assert selector.config["options"] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("options", [{"balance": {"1": CODE}}])
async def test_the_operator_is_asked(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """His word counts for more than what the gateway reports, as long as it is of this SIM."""
    cards = [box.ports[1].slots[slot] for slot in (1, 2)]
    for card, amount in zip(cards, ("3.20", "15.00"), strict=True):
        assert card is not None
        card.balance = amount
    await box.report_port(1)
    assert shown(hass, BALANCE).state == "3.20"
    await press(hass, "button.box_port_1_request_balance")
    state = shown(hass, BALANCE)
    assert (state.state, state.attributes["unit_of_measurement"]) == ("12.34", "EUR")
    await box.report_port(1)
    assert shown(hass, BALANCE).state == "12.34"
    box.ports[1].active = 2
    await box.report_port(1)
    assert shown(hass, BALANCE).state == "15.00"
    assert (
        len([name for name in hass.states.async_entity_ids("sensor") if "1_balance" in name]) == 2
    )
    assert shown(hass, "sensor.box_port_2_balance").state == "0.00"


@pytest.mark.parametrize("options", [{"balance": {"2": BY_TEXT}}])
async def test_the_operator_is_asked_by_text(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """By the port whose SIM it is about."""
    asked = {"config_entry_id": asked_box.entry_id, "port": "2"}
    answer = hass.async_create_task(act(hass, "request_credit", asked))
    await eventually(lambda: box.air == ["CREDIT"])
    assert sent_by(box) == [2]
    assert await box.receive(1, "4916", "Credit: 1.00 EUR") == 200
    assert await box.receive(2, "4916", "Credit: 7.50 EUR") == 200
    assert (await answer)["amount"] == 7.5
    await until_state(hass, "sensor.box_port_2_balance", lambda state: state.state == "7.50")


async def test_one_balance_whoever_tells_it(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """The entity stays the same when a person chooses to ask, and when that is taken back."""
    await box.report_device()
    registry = er.async_get(hass)
    before = registry.async_get(BALANCE)
    for balance in ({"1": CODE}, {}):
        options = {**asked_box.options, "balance": balance}
        hass.config_entries.async_update_entry(asked_box, options=options)
        await hass.async_block_till_done()
        await box.report_device()
        await hass.async_block_till_done()
        assert registry.async_get(BALANCE) == before
        assert shown(hass, BALANCE).state == "0.00"
    assert hass.states.get("sensor.box_port_1_balance_expiry") is None


async def test_ways_to_ask(hass: HomeAssistant, asked_box: MockConfigEntry) -> None:
    """The gateway cannot be told to call, so that is not offered; who tries is told so."""
    flows = hass.config_entries.options
    result = await flows.async_init(asked_box.entry_id)
    for answer in ({"next_step_id": "balance"}, {"port": "3"}, {"carrier": "other"}):
        result = await flows.async_configure(result["flow_id"], answer)
    assert result["step_id"] == "balance_request"
    assert result["data_schema"] is not None
    assert result["data_schema"].schema["method"].config["options"] == ["ussd", "sms"]
    dialled = {"config_entry_id": asked_box.entry_id, "port": "1", "number": ANN}
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "dial", dialled, response=False)
    assert raised.value.translation_key == "unsupported"


async def _settings(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Open the settings of a gateway."""
    flows = hass.config_entries.options
    menu = await flows.async_init(entry.entry_id)
    return await flows.async_configure(menu["flow_id"], {"next_step_id": "settings"})


@pytest.mark.parametrize("options", [{"smsc": "+491710760000", "national_languages": ["turkish"]}])
async def test_options_that_make_no_sense(hass: HomeAssistant, asked_box: MockConfigEntry) -> None:
    """They are not shown; what was stored of them stays."""
    before = dict(asked_box.options)
    form = await _settings(hass, asked_box)
    assert offered(form).keys() == {
        *("show_texts", "country", "delete_after_receipt", "delivery_reports"),
        *("journal_texts", "journal_days", "journal_count"),
    }
    values = {"show_texts": False, "country": "DE", "delete_after_receipt": False}
    await hass.config_entries.options.async_configure(form["flow_id"], values)
    await hass.async_block_till_done()
    assert dict(asked_box.options) == {**before, **values}


async def test_without_a_login_nothing_is_sent(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry
) -> None:
    """So there is nothing to choose about sending, and the action says why."""
    await box.report_device()
    assert "sending" not in (await _settings(hass, pushing_box))["data_schema"].schema
    async with asyncio.timeout(10):
        with pytest.raises(HomeAssistantError) as raised:
            await act(hass, "send_sms", {"numbers": [ANN], "text": "x"}, response=False)
    assert raised.value.translation_key == "unsupported"

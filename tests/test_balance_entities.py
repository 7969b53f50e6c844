"""The balance of the modem's own SIM, from the request to what a user sees of it."""

import asyncio
from datetime import UTC, datetime, timedelta
import json
from typing import Any
from unittest.mock import patch

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
import voluptuous as vol

from custom_components.cellular_gateway.balance import CHECK_INTERVAL, BalanceKeeper
from custom_components.cellular_gateway.const import DOMAIN, signal_ussd
from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import UssdAnswer
from custom_components.cellular_gateway.messages.journal import Journal
from custom_components.cellular_gateway.sms.tpdu import (
    TYPE_ALPHANUMERIC,
    TYPE_INTERNATIONAL,
    Address,
)
from simulator.at_modem import AtModem, Sim
from simulator.calls import CallOutcome, Outcome
from simulator.network import Network
from simulator.ussd import UssdAnswer as Said, UssdStatus

from .house import ANN, MODEM_NUMBER
from .waiting import LIMIT, eventually, shown, until_state

BALANCE = "sensor.boat_balance"
EXPIRY = "sensor.boat_balance_expiry"
CONNECTED = "binary_sensor.boat_connected"
OTHER_ICCID = "89390100001234567892"
BUTTON = "button.boat_request_balance"
ANSWER = "Il credito residuo e di 12,34 EUR, valido fino al 31/01/2027."
MENU = Said("Saldo: 5,00 EUR\n1. Bonus", {"1": Said("Bonus: 1 EUR")})

START = datetime(2027, 1, 1, tzinfo=UTC)

CODE = {"method": "ussd", "number": "*123#"}
TEXT = {"method": "sms", "number": "4916", "text": "PRE CRE SIN"}
CALL = {"method": "call", "number": "404", "currency": "EUR"}


@pytest.fixture
def asked() -> dict[str, Any]:
    """How the operator is asked."""
    return CODE


@pytest.fixture
def options(asked: dict[str, Any]) -> dict[str, Any]:
    """The options of the config entry."""
    return {"country": "IT", "show_texts": True, "balance": {"1": asked}}


@pytest.fixture
def keeper(loaded: MockConfigEntry) -> BalanceKeeper:
    """What keeps the balance."""
    found: BalanceKeeper = loaded.runtime_data.balances["1"]
    return found


by = pytest.mark.parametrize


async def press(hass: HomeAssistant) -> None:
    """Press the button."""
    await hass.services.async_call("button", "press", {"entity_id": BUTTON}, blocking=True)


async def request(hass: HomeAssistant, **data: Any) -> Any:
    """Call the action."""
    return await hass.services.async_call(
        DOMAIN, "request_credit", data, blocking=True, return_response=True
    )


@pytest.mark.usefixtures("loaded")
async def test_a_code_brings_the_balance(hass: HomeAssistant, network: Network) -> None:
    """At a press of the button: amount, currency, expiry, when, and in which words."""
    network.ussd["*123#"] = Said(ANSWER)
    assert shown(hass, BALANCE).state == shown(hass, EXPIRY).state == STATE_UNKNOWN
    await press(hass)
    state = shown(hass, BALANCE)
    assert (state.state, state.attributes["unit_of_measurement"]) == ("12.34", "EUR")
    assert state.attributes["device_class"] == SensorDeviceClass.MONETARY
    assert state.attributes["state_class"] == SensorStateClass.TOTAL
    assert state.attributes["raw"] == ANSWER
    assert state.attributes["received_at"]
    assert state.state_info is not None
    assert {"raw", "received_at"} <= state.state_info["unrecorded_attributes"]
    assert shown(hass, EXPIRY).state == "2027-01-31"


@pytest.mark.usefixtures("loaded")
async def test_a_menu_is_left(hass: HomeAssistant, network: Network, modem: AtModem) -> None:
    """Its text tells the balance; the session is ended, not left to the next who asks."""
    network.ussd["*123#"] = MENU
    await press(hass)
    assert shown(hass, BALANCE).state == "5.00"
    assert not modem.ussd.open


@by("asked", [TEXT])
async def test_a_text_is_answered_by_a_text(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """From the number asked; other texts do not disturb, and all are events as ever."""
    answer = hass.async_create_task(request(hass))
    (sent,) = await network.wait_sent()
    assert (sent.recipient, sent.text) == ("4916", "PRE CRE SIN")
    await network.send(ANN, MODEM_NUMBER, "Il tuo credito e 1,00 EUR")
    await network.send("4916", MODEM_NUMBER, "Richiesta ricevuta.")
    await network.send("4916", MODEM_NUMBER, ANSWER)
    assert await answer == {
        "amount": 12.34,
        "currency": "EUR",
        "expires": "2027-01-31",
        "raw": ANSWER,
    }
    await until_state(hass, "event.boat_sms", lambda state: state.attributes["text"] == ANSWER)
    assert shown(hass, BALANCE).state == "12.34"


@by("asked", [CALL])
@by("outcome", [Outcome.ANSWERED, Outcome.BUSY])
async def test_a_call_is_answered_by_a_text(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry, outcome: Outcome
) -> None:
    """Whether it was taken or not."""
    network.call_outcomes["404"] = CallOutcome(outcome)
    answer = hass.async_create_task(request(hass))
    await eventually(lambda: network.calls)
    assert network.calls[0].number == "404"
    await network.send("404", MODEM_NUMBER, "Credito residuo: 7,5")
    response = await answer
    assert (response["amount"], response["currency"], response["expires"]) == (7.5, "EUR", None)


@by("asked", [{**CODE, "sender": "WIND"}])
async def test_a_code_may_be_answered_by_a_text(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """When the user says from whom."""
    network.ussd["*123#"] = Said("Riceverai un SMS.")
    answer = hass.async_create_task(request(hass))
    await network.send("Wind", MODEM_NUMBER, ANSWER)
    assert (await answer)["amount"] == 12.34


@by(
    ("said", "key"),
    [
        (Said("Servizio non disponibile"), "balance_not_found"),
        (Said("", status=UssdStatus.NOT_SUPPORTED), "balance_refused"),
        (Said("", silent=True), "balance_no_answer"),
    ],
)
async def test_a_code_in_vain(
    hass: HomeAssistant, network: Network, keeper: BalanceKeeper, said: Said, key: str
) -> None:
    """The error says why, and the sensor shows nothing that is not known."""
    network.ussd["*123#"] = said
    with pytest.raises(HomeAssistantError) as raised:
        await keeper.request(0.5)
    assert raised.value.translation_key == key
    assert shown(hass, BALANCE).state == STATE_UNKNOWN


@by("asked", [TEXT])
@by(("text", "key"), [(None, "balance_no_answer"), ("Riprova domani", "balance_not_found")])
async def test_a_late_answer(
    hass: HomeAssistant, network: Network, keeper: BalanceKeeper, text: str | None, key: str
) -> None:
    """It is shown though nobody waits for it any more; nothing is asked again."""
    if text is not None:
        await network.send("4916", MODEM_NUMBER, "Il numero chiamato non e attivo")
        await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    asking = hass.async_create_task(keeper.request(1))
    await network.wait_sent()
    if text is not None:
        await network.send("4916", MODEM_NUMBER, text)
    with pytest.raises(HomeAssistantError) as raised:
        await asking
    assert raised.value.translation_key == key
    await network.send("4916", MODEM_NUMBER, ANSWER)
    await until_state(hass, BALANCE, lambda state: state.state == "12.34")
    assert len(network.sent) == 1


async def test_a_late_answer_to_a_code(
    hass: HomeAssistant,
    network: Network,
    modem: AtModem,
    entry: MockConfigEntry,
    keeper: BalanceKeeper,
) -> None:
    """The network's own words count only after a request, since it advertises too."""
    said: list[str] = []

    @callback
    def listen(_: str, answer: UssdAnswer) -> None:
        said.append(answer.text)

    stop = async_dispatcher_connect(hass, signal_ussd(entry.entry_id), listen)
    modem.urc('+CUSD: 0,"Bonus: credito 99,00 EUR",15')
    await eventually(lambda: said)
    stop()
    network.ussd["*123#"] = Said("", silent=True)
    with pytest.raises(HomeAssistantError):
        await keeper.request(0.3)
    assert shown(hass, BALANCE).state == STATE_UNKNOWN
    modem.urc('+CUSD: 0,"Saldo: 5,00 EUR",15')
    await until_state(hass, BALANCE, lambda state: state.state == "5.00")


@by("asked", [TEXT])
async def test_a_balance_that_nobody_asked_for(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """It is one too; the next answer replaces it, currency and all."""
    await network.send("4916", MODEM_NUMBER, ANSWER)
    await until_state(hass, BALANCE, lambda state: state.state == "12.34")
    await network.send("4916", MODEM_NUMBER, "Credit: 3.00 CHF")
    state = await until_state(hass, BALANCE, lambda state: state.state == "3.00")
    assert state.attributes["unit_of_measurement"] == "CHF"
    assert shown(hass, EXPIRY).state == STATE_UNKNOWN


@by("asked", [{**CODE, "sender": "4916"}])
async def test_a_short_code_that_is_called_a_name(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """The person named it, however the network does."""
    (tpdu,) = await network.send("+32499999999", "+32488888888", ANSWER)
    number, name = (
        Address(address, kind).encode().hex().upper()
        for address, kind in (("+32499999999", TYPE_INTERNATIONAL), ("4916", TYPE_ALPHANUMERIC))
    )
    await network.send("+32499999999", MODEM_NUMBER, [tpdu.replace(number, name, 1)])
    await until_state(hass, BALANCE, lambda state: state.state == "12.34")
    assert shown(hass, "event.boat_sms").attributes["sender"] == '"4916"'


@by("asked", [{**CODE, "sender": "4916"}])
async def test_a_balance_that_is_told_late(
    hass: HomeAssistant, usb: None, network: Network, entry: MockConfigEntry
) -> None:
    """What the operator said after it counts."""
    hass.set_state(CoreState.starting)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await network.send("4916", MODEM_NUMBER, "Credit: 1.00 CHF")
    async with asyncio.timeout(LIMIT):
        while not await entry.runtime_data.journal.unfinished():
            pass
    network.ussd["*123#"] = Said(ANSWER)
    await press(hass)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until_state(hass, "event.boat_sms", lambda state: "text" in state.attributes)
    await hass.async_block_till_done()
    assert shown(hass, BALANCE).state == "12.34"
    await hass.config_entries.async_unload(entry.entry_id)


@by("asked", [TEXT])
async def test_two_who_ask_share_one_request(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """The operator is paid once; who gives up takes nothing from the other."""
    first, second = (hass.async_create_task(request(hass)) for _ in range(2))
    third = hass.async_create_task(request(hass))
    await network.wait_sent()
    third.cancel()
    await network.send("4916", MODEM_NUMBER, ANSWER)
    assert await first == await second
    assert len(network.sent) == 1


@by("asked", [TEXT])
async def test_unloading_ends_the_wait(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """Who waits hears it at once."""
    waiting = hass.async_create_task(request(hass))
    await network.wait_sent()
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await waiting
    assert raised.value.translation_key == "closed"


@by("asked", [TEXT, CALL])
async def test_without_a_link(
    hass: HomeAssistant, network: Network, modem: AtModem, loaded: MockConfigEntry
) -> None:
    """What is known stays to be seen, and asking says what is wrong."""
    await network.send(loaded.options["balance"]["1"]["number"], MODEM_NUMBER, ANSWER)
    await until_state(hass, BALANCE, lambda state: state.state == "12.34")
    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    assert (shown(hass, BALANCE).state, shown(hass, EXPIRY).state) == ("12.34", "2027-01-31")
    with pytest.raises(HomeAssistantError) as raised:
        await press(hass)
    assert raised.value.translation_key == "not_connected"


@by("asked", [TEXT])
async def test_a_text_that_the_network_refuses(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """No answer is waited for."""
    network.refuse(1)
    with pytest.raises(HomeAssistantError) as raised:
        await request(hass)
    assert raised.value.translation_key == "refused"


async def test_a_restart_keeps_the_balance(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry
) -> None:
    """The words are not kept, and are not shown when texts are not to be."""
    network.ussd["*123#"] = Said(ANSWER)
    await press(hass)
    received_at = shown(hass, BALANCE).attributes["received_at"]
    await hass.config_entries.async_reload(loaded.entry_id)
    state = shown(hass, BALANCE)
    assert (state.state, state.attributes["unit_of_measurement"]) == ("12.34", "EUR")
    assert state.attributes["received_at"] == received_at
    assert "raw" not in state.attributes
    assert shown(hass, EXPIRY).state == "2027-01-31"
    kept = await loaded.runtime_data.journal.get("balance_1")
    assert "credito" not in kept
    options = {**loaded.options, "show_texts": False}
    hass.config_entries.async_update_entry(loaded, options=options)
    await hass.async_block_till_done()
    await press(hass)
    assert "raw" not in shown(hass, BALANCE).attributes


async def test_another_sim(
    hass: HomeAssistant, network: Network, modem: AtModem, loaded: MockConfigEntry
) -> None:
    """The balance of the one before says nothing about it; that one's is still known."""
    first = modem.sim
    assert first is not None
    network.ussd["*123#"] = Said(ANSWER)
    await press(hass)
    for sim, state in ((Sim(MODEM_NUMBER, iccid=OTHER_ICCID), STATE_UNKNOWN), (first, "12.34")):
        modem.unplug()
        await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
        modem.insert_sim(sim)
        await modem.plug()
        await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
        assert shown(hass, BALANCE).state == state


async def asks_at(hass: HomeAssistant, entry: MockConfigEntry, **elapsed: float) -> bool:
    """Tell whether it is asked so long after the start, and wait for what comes of it."""
    keeper: BalanceKeeper = entry.runtime_data.balances["1"]
    before = keeper._request
    with patch.object(dt_util, "utcnow", return_value=START + timedelta(**elapsed)):
        async_fire_time_changed(hass, datetime.now(UTC) + 2 * CHECK_INTERVAL)
        await hass.async_block_till_done()
        if keeper._request is None or keeper._request is before:
            return False
        await asyncio.wait([keeper._request])
    return True


@by("asked", [{**CODE, "interval": 24}])
async def test_the_schedule(
    hass: HomeAssistant, network: Network, modem: AtModem, loaded: MockConfigEntry
) -> None:
    """One request a day, over restarts too; what could not be asked is asked when it can be."""
    network.ussd["*123#"] = Said(ANSWER)
    assert await asks_at(hass, loaded, minutes=0)
    assert shown(hass, BALANCE).state == "12.34"
    assert not await asks_at(hass, loaded, hours=23)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert not await asks_at(hass, loaded, hours=23.9)
    modem.set_registration(2)
    await until_state(hass, "sensor.boat_registration", lambda state: state.state == "searching")
    assert not await asks_at(hass, loaded, hours=24.1)
    modem.set_registration(1)
    await until_state(hass, "sensor.boat_registration", lambda state: state.state == "home")
    assert await asks_at(hass, loaded, hours=24.2)
    assert modem.ussd.codes == ["*123#", "*123#"]


@by("asked", [{**CODE, "interval": 1}])
async def test_the_schedule_repeats_nothing(
    hass: HomeAssistant,
    network: Network,
    modem: AtModem,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A request in vain is a request, over restarts too; the log says that it was in vain."""
    network.ussd["*123#"] = Said("Riprova domani")
    assert await asks_at(hass, loaded, minutes=0)
    assert caplog.text.count("in vain: balance_not_found") == 1
    assert not await asks_at(hass, loaded, minutes=50)
    await hass.config_entries.async_reload(loaded.entry_id)
    assert not await asks_at(hass, loaded, minutes=55)
    assert await asks_at(hass, loaded, minutes=61)
    assert modem.ussd.codes == ["*123#", "*123#"]


@by("asked", [{**CODE, "interval": 24}])
async def test_the_schedule_waits_for_the_link(
    hass: HomeAssistant, modem: AtModem, loaded: MockConfigEntry
) -> None:
    """Without one nothing is asked, and nothing fails."""
    modem.unplug()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_OFF)
    assert not await asks_at(hass, loaded, minutes=0)


@by("asked", [{**CODE, "sender": "WIND"}])
async def test_removal(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    network: Network,
    loaded: MockConfigEntry,
) -> None:
    """What is asked for no more is forgotten, and its entities go."""
    await network.send("WIND", MODEM_NUMBER, ANSWER)
    await until_state(hass, BALANCE, lambda state: state.state == "12.34")
    hass.config_entries.async_update_entry(loaded, options={"country": "IT"})
    await hass.async_block_till_done()
    assert not {BALANCE, EXPIRY, BUTTON} & set(entity_registry.entities)
    assert "12.34" not in await loaded.runtime_data.journal.get("balance_1")
    with pytest.raises(ServiceValidationError) as raised:
        await request(hass)
    assert raised.value.translation_key == "balance_not_configured"


@pytest.mark.usefixtures("loaded")
async def test_the_time_out_of_the_action(hass: HomeAssistant) -> None:
    """It has its bounds."""
    for timeout in (9, 601, "soon"):
        with pytest.raises(vol.Invalid):
            await request(hass, timeout=timeout)


@by("asked", [{**TEXT, "sender": "+393200001234", "pattern": "secret (?P<amount>x)"}])
async def test_diagnostics_name_nobody(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """Neither who is asked, nor how, nor who answers."""
    told = json.dumps(await async_get_config_entry_diagnostics(hass, loaded))
    assert '"method": "sms"' in told
    assert not any(secret in told for secret in ("4916", "PRE CRE", "+39320", "secret"))


@pytest.mark.usefixtures("loaded")
async def test_a_journal_that_fails(
    hass: HomeAssistant, network: Network, loaded: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """The balance is shown all the same; the next start does without what was noted."""
    await loaded.runtime_data.journal.close()
    network.ussd["*123#"] = Said(ANSWER)
    await press(hass)
    assert shown(hass, BALANCE).state == "12.34"
    assert "could not note the balance" in caplog.text
    get = Journal.get

    async def failing(journal: Journal, key: str) -> str | None:
        if key == "balance_1":
            raise NotKeptError
        return await get(journal, key)

    with patch.object(Journal, "get", failing):
        await hass.config_entries.async_reload(loaded.entry_id)
    assert "does not tell the balance" in caplog.text
    assert shown(hass, BALANCE).state == STATE_UNKNOWN

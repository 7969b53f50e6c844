"""How a person sets up the balance of a SIM, and tries an answer out."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.flows.balance import CARRIER_CHOICES
from custom_components.cellular_gateway.gateways.models import PortState
from custom_components.cellular_gateway.ports import PortCoordinator
from custom_components.cellular_gateway.sms.balance import BalanceMethod

from ..sources import words
from .desk import Desk, entry_for, offered, placeholders, set_up

USSD = {"method": "ussd", "number": "*100#"}
ANSWER = "Il tuo credito e 12,34 EUR, valido fino al 31/01/2027."


class Person:
    """Somebody who opens the options of an entry and walks through the steps."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        """Look after the options of the entry."""
        self._hass = hass
        self._entry = entry

    async def choose(self, *values: str | dict[str, Any]) -> ConfigFlowResult:
        """Open the options and answer each step: menus by name, forms by values."""
        result = await self._hass.config_entries.options.async_init(self._entry.entry_id)
        for value in values:
            result = await self.go_on(result, value)
        return result

    async def go_on(
        self, result: ConfigFlowResult, value: str | dict[str, Any]
    ) -> ConfigFlowResult:
        """Answer one more step, and wait for what comes of it."""
        answer = value if isinstance(value, dict) else {"next_step_id": value}
        flows = self._hass.config_entries.options
        result = await flows.async_configure(result["flow_id"], answer)
        await self._hass.async_block_till_done()
        return result

    async def request(self, **values: Any) -> ConfigFlowResult:
        """Go to the form of a request for another operator, and submit it."""
        return await self.choose("balance", {"carrier": "other"}, values)


@pytest.fixture
async def entry(hass: HomeAssistant, desk: Desk) -> MockConfigEntry:
    """A gateway that is set up."""
    _, device = await desk.modem()
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    return entry


@pytest.fixture
def person(hass: HomeAssistant, entry: MockConfigEntry) -> Person:
    """Somebody at the options of the gateway."""
    return Person(hass, entry)


def suggested(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form suggests."""
    return {key: value for key, value in offered(form).items() if value is not None}


@pytest.mark.parametrize(
    ("carrier", "kept"),
    [
        (
            "tim_it",
            {"method": "sms", "number": "4916", "text": "PRE CRE SIN", "currency": "EUR"},
        ),
        ("vodafone_it", {"method": "call", "number": "404", "currency": "EUR"}),
        ("wind_it", {"method": "ussd", "number": "*123#", "currency": "EUR"}),
        ("other", {}),
    ],
)
async def test_a_preset_fills_the_form(
    person: Person, entry: MockConfigEntry, carrier: str, kept: dict[str, Any]
) -> None:
    """It can be kept as it is; for another operator the form is empty."""
    form = await person.choose("balance", {"carrier": carrier})
    assert form["step_id"] == "balance_request"
    assert suggested(form) == kept
    result = await person.go_on(form, kept or USSD)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["balance"] == {"1": kept or USSD}


async def test_an_answer_is_tried_out(person: Person, entry: MockConfigEntry) -> None:
    """What is found in it is shown before anything is saved, and can be gone back from."""
    pattern = r"credito e (?P<amount>[\d,]+) .*al (?P<expiry>[\d/]+)"
    entered = {**USSD, "pattern": pattern, "currency": "EUR", "interval": 24, "answer": ANSWER}
    found = await person.request(**entered)
    assert found["step_id"] == "balance_found"
    assert placeholders(found) == {"amount": "12.34", "currency": "EUR", "expiry": "2027-01-31"}
    assert "balance" not in entry.options
    form = await person.go_on(found, "balance_request")
    assert suggested(form) == entered
    found = await person.go_on(form, {**USSD, "answer": "Saldo: 5,00"})
    assert placeholders(found) == {"amount": "5.00", "currency": "–", "expiry": "–"}
    await person.go_on(found, "balance_save")
    assert entry.options["balance"] == {"1": USSD}


@pytest.mark.parametrize(
    ("values", "field", "error"),
    [
        ({"number": "0475 16 16 16"}, "number", "balance_number_invalid"),
        ({"number": " "}, "number", "balance_number_invalid"),
        ({"number": ""}, "number", "balance_number_invalid"),
        ({"method": "sms", "number": "*100#", "text": "?"}, "number", "balance_number_invalid"),
        ({"method": "call", "number": "*100#"}, "number", "balance_number_invalid"),
        ({"method": "sms", "number": "4916"}, "text", "balance_text_missing"),
        ({"sender": "+12"}, "sender", "balance_sender_invalid"),
        ({"pattern": "(?P<amount>"}, "pattern", "balance_pattern_invalid"),
        ({"pattern": "no group"}, "pattern", "balance_pattern_invalid"),
        ({"answer": "Come back tomorrow."}, "answer", "balance_not_found"),
        ({"answer": ANSWER, "pattern": "(?P<amount>x)"}, "answer", "balance_not_found"),
    ],
)
async def test_what_cannot_be(
    person: Person, entry: MockConfigEntry, values: dict[str, Any], field: str, error: str
) -> None:
    """It is said at its field, and what was entered is still there."""
    form = await person.request(**(USSD | values))
    assert form["errors"] == {field: error}
    entered = USSD | values
    assert {key: suggested(form)[key] for key in entered} == entered
    assert "balance" not in entry.options


async def test_numbers_are_brought_into_form(person: Person, entry: MockConfigEntry) -> None:
    """The country is the gateway's; the text goes only where one is sent."""
    await person.choose("settings", {"show_texts": True, "country": "BE"})
    call = {"method": "call", "number": "0475 16 16 16", "sender": "PROXIMUS", "text": "?"}
    await person.request(**call, interval=48)
    assert entry.options["balance"]["1"] == {
        "method": "call",
        "number": "+32475161616",
        "sender": "PROXIMUS",
        "interval": 48,
    }


@pytest.mark.parametrize("sender", ["4916", '"4916"'])
async def test_a_sender_as_it_is_shown(person: Person, entry: MockConfigEntry, sender: str) -> None:
    """Where the network calls a short code a name, its messages have it in quotation marks."""
    await person.request(**USSD | {"sender": sender})
    assert entry.options["balance"]["1"]["sender"] == "4916"


async def test_change_and_removal(person: Person, entry: MockConfigEntry) -> None:
    """What is set up can be changed, begun anew and removed; the settings leave it alone."""
    await person.request(**USSD)
    await person.choose("settings", {"show_texts": True, "delete_after_receipt": True})
    assert entry.options["balance"] == {"1": USSD}
    form = await person.choose("balance", "balance_request")
    assert suggested(form) == USSD
    await person.go_on(form, {**USSD, "number": "*101#"})
    assert entry.options["balance"]["1"]["number"] == "*101#"
    form = await person.choose("balance", "balance_carrier", {"carrier": "wind_it"})
    assert suggested(form)["number"] == "*123#"
    await person.choose("balance", "balance_remove")
    assert "balance" not in entry.options
    assert entry.options["show_texts"] is True


async def test_each_port_has_its_own(
    hass: HomeAssistant, person: Person, entry: MockConfigEntry
) -> None:
    """Where there are several, the port is chosen first."""
    state = PortState(key="2")
    entry.runtime_data.ports["2"] = PortCoordinator(hass, entry, state)
    form = await person.choose("balance")
    assert form["step_id"] == "balance"
    await person.choose("balance", {"port": "2"}, {"carrier": "other"}, USSD)
    assert entry.options["balance"] == {"2": USSD}


async def test_only_what_the_modem_can_do(hass: HomeAssistant, desk: Desk) -> None:
    """A module for data alone has no codes."""
    _, device = await desk.modem("bg96")
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    person = Person(hass, entry)
    form = await person.choose("balance")
    schema = form["data_schema"]
    assert schema is not None
    (selector,) = schema.schema.values()
    assert selector.config["options"] == ["tim_it", "vodafone_it", "other"]
    form = await person.go_on(form, {"carrier": "other"})
    assert form["data_schema"] is not None
    assert form["data_schema"].schema["method"].config["options"] == ["sms", "call"]


async def test_a_gateway_that_goes_meanwhile(
    hass: HomeAssistant, person: Person, entry: MockConfigEntry
) -> None:
    """Nothing is known about its ports then."""
    menu = await person.choose()
    await hass.config_entries.async_unload(entry.entry_id)
    result = await person.go_on(menu, "balance")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_set_up")
    assert (await person.choose())["step_id"] == "settings"


def test_choices_have_their_words() -> None:
    """Every operator and every way to ask."""
    selectors = words()["selector"]
    assert set(selectors["carrier"]["options"]) == set(CARRIER_CHOICES)
    assert set(selectors["balance_method"]["options"]) == set(BalanceMethod)

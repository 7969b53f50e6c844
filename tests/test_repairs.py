"""The PUK of a SIM that has locked itself: entered by a person only, and never by mistake."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.health import Ailment
from simulator.at_modem import AtModem, Sim

from .issues import issues, until_issues
from .waiting import until_state

pytestmark = pytest.mark.usefixtures("usb")

PUK = "12345678"
PIN = "2580"
SIM_STATE = "sensor.boat_sim_state"


class Desk:
    """A person in front of the repair."""

    def __init__(self, client: Any, issue_id: str) -> None:
        """Sit down."""
        self._client = client
        self._issue_id = issue_id
        self._url = "/api/repairs/issues/fix"

    async def open(self) -> dict[str, Any]:
        """Select the repair."""
        fix = {"handler": DOMAIN, "issue_id": self._issue_id}
        return await self._result(await self._client.post(self._url, json=fix))

    async def enter(self, flow: dict[str, Any], **values: Any) -> dict[str, Any]:
        """Fill in the form."""
        url = f"{self._url}/{flow['flow_id']}"
        return await self._result(await self._client.post(url, json=values))

    async def _result(self, response: Any) -> dict[str, Any]:
        """Return what is shown."""
        result: dict[str, Any] = await response.json()
        return result


@pytest.fixture
def sim(modem: AtModem) -> Sim:
    """A SIM that wants its PUK."""
    assert modem.sim is not None
    modem.sim.pin, modem.sim.pin_tries, modem.sim.locked = "4321", 0, True
    return modem.sim


@pytest.fixture
async def desk(
    hass: HomeAssistant, entry: MockConfigEntry, sim: Sim, hass_client: Any
) -> AsyncIterator[Desk]:
    """The entry of the locked SIM, and a person at its repair."""
    assert await async_setup_component(hass, "repairs", {})
    await hass.config_entries.async_setup(entry.entry_id)
    assert issues(hass) == {Ailment.PUK_REQUIRED}
    yield Desk(await hass_client(), f"{Ailment.PUK_REQUIRED}_{entry.entry_id}_1")
    await hass.async_block_till_done()
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


def shown(flow: dict[str, Any]) -> str:
    """Say in one word where the flow stands."""
    if errors := flow.get("errors"):
        return f"{flow['step_id']}:{','.join(errors.values())}"
    return str(flow.get("step_id") or flow.get("reason") or flow["type"])


async def test_a_puk_unlocks_the_sim(
    hass: HomeAssistant, desk: Desk, entry: MockConfigEntry, sim: Sim, caplog: Any
) -> None:
    """The SIM gets its new PIN, Home Assistant keeps it, and the issue is gone."""
    flow = await desk.open()
    assert flow["description_placeholders"] == {"title": "Boat", "tries": "10"}
    assert shown(await desk.enter(flow, puk=PUK, pin=PIN)) == "create_entry"
    await until_state(hass, SIM_STATE, lambda state: state.state == "ready")
    await hass.async_block_till_done()
    await until_issues(hass)
    assert (sim.pin, sim.locked) == (PIN, False)
    assert (entry.data["pin"], entry.data["pin_sim"]) == (PIN, sim.iccid)
    assert PUK not in caplog.text


async def test_the_new_pin_is_entered_after_a_power_cut(
    hass: HomeAssistant, desk: Desk, entry: MockConfigEntry, modem: AtModem, sim: Sim
) -> None:
    """It was accepted once, so nobody is asked again."""
    await desk.enter(await desk.open(), puk=PUK, pin=PIN)
    await hass.async_block_till_done()
    await hass.config_entries.async_unload(entry.entry_id)
    modem.power_off()
    modem.power_on()
    assert sim.locked
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert not sim.locked


@pytest.mark.parametrize(
    ("puk", "pin", "shows", "tries"),
    [
        ("1234567", PIN, "puk:puk_invalid", 10),
        ("123456789", PIN, "puk:puk_invalid", 10),
        (PUK, "12", "puk:pin_invalid", 10),
        (PUK, "12a4", "puk:pin_invalid", 10),
        ("87654321", PIN, "puk:puk_wrong", 9),
    ],
)
async def test_a_mistake(desk: Desk, sim: Sim, puk: str, pin: str, shows: str, tries: int) -> None:
    """What cannot be right is not entered; what is wrong costs one try."""
    flow = await desk.enter(await desk.open(), puk=puk, pin=pin)
    assert shown(flow) == shows
    assert sim.puk_tries == tries
    assert flow["description_placeholders"]["tries"] == str(tries)
    assert sim.needs_puk


async def test_the_last_try_wants_consent(
    hass: HomeAssistant, desk: Desk, entry: MockConfigEntry, sim: Sim
) -> None:
    """After it the SIM is dead, and the form says so."""
    sim.puk_tries = 1
    flow = await desk.open()
    assert shown(flow) == "puk_consent"
    flow = await desk.enter(flow, puk="87654321", pin=PIN, consent=False)
    assert shown(flow) == "puk_consent:consent_required"
    assert sim.puk_tries == 1
    assert shown(await desk.enter(flow, puk="87654321", pin=PIN, consent=True)) == "no_tries"
    assert sim.puk_tries == 0
    assert "pin" not in entry.data


async def test_a_last_try_that_shows_only_then(desk: Desk, sim: Sim) -> None:
    """The tries went down while the form was open: nothing is entered, consent is asked for."""
    flow = await desk.open()
    sim.puk_tries = 1
    flow = await desk.enter(flow, puk=PUK, pin=PIN)
    assert shown(flow) == "puk_consent"
    assert sim.puk_tries == 1
    assert shown(await desk.enter(flow, puk=PUK, pin=PIN, consent=True)) == "create_entry"


async def test_a_modem_that_does_not_tell_the_tries(desk: Desk, modem: AtModem, sim: Sim) -> None:
    """Then they are not shown."""
    modem.faults.error("+SPIC", times=None)
    modem.faults.error("+CPINR", times=None)
    flow = await desk.open()
    assert (shown(flow), flow["description_placeholders"]["tries"]) == ("puk", "?")
    assert shown(await desk.enter(flow, puk="87654321", pin=PIN)) == "puk:puk_wrong"


async def test_a_sim_that_is_busy(desk: Desk, modem: AtModem, sim: Sim) -> None:
    """It never saw the PUK."""
    flow = await desk.open()
    modem.faults.error("+CPIN=", "+CME ERROR: 14")
    assert shown(await desk.enter(flow, puk=PUK, pin=PIN)) == "puk:puk_not_entered"
    assert sim.puk_tries == 10


async def test_it_was_unlocked_elsewhere(
    hass: HomeAssistant, desk: Desk, modem: AtModem, sim: Sim
) -> None:
    """Nothing is entered any more."""
    flow = await desk.open()
    modem.insert_sim(Sim("+32470000101"))
    await until_state(hass, SIM_STATE, lambda state: state.state == "ready")
    assert shown(await desk.enter(flow, puk=PUK, pin=PIN)) == "not_wanted"
    assert sim.puk_tries == 10


async def test_the_gateway_is_not_there(hass: HomeAssistant, desk: Desk, modem: AtModem) -> None:
    """Without a modem there is nothing to enter, neither at first nor later."""
    flow = await desk.open()
    modem.unplug()
    await until_state(hass, "binary_sensor.boat_connected", lambda state: state.state == "off")
    assert shown(await desk.enter(flow, puk=PUK, pin=PIN)) == "not_connected"
    assert shown(await desk.open()) == "not_connected"

"""The PIN of a SIM, which no mistake of ours may lock."""

from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator.at_modem import AtModem
from simulator.faults import Fault, FaultKind

from .desk import (
    ICCID,
    IMEI,
    Desk,
    answer,
    entry_for,
    outcome,
    placeholders,
    set_up,
    sim_of,
    start_change,
    start_user,
)

PIN = "4711"
WRONG = "0000"


async def until_pin(
    hass: HomeAssistant, desk: Desk, profile: str, **sim: Any
) -> tuple[AtModem, ConfigFlowResult]:
    """Add a modem by hand, as far as the PIN; return the modem and the form."""
    modem, device = await desk.modem(profile, pin=PIN, **sim)
    return modem, await answer(hass, await start_user(hass), device=device)


# In a new entry


@pytest.mark.parametrize(
    ("refused", "owner"), [((), ICCID), (("+CICCID", "+CCID", "+CRSM"), f"modem:{IMEI}")]
)
async def test_the_pin_is_kept_with_its_sim(
    hass: HomeAssistant, desk: Desk, refused: tuple[str, ...], owner: str
) -> None:
    """The PIN goes with the name that its SIM has while it is locked, and works after a restart."""
    modem, device = await desk.modem(pin=PIN)
    for command in refused:
        modem.faults.add(Fault(FaultKind.ERROR, command=command, text="ERROR", times=None))
    result = await answer(hass, await start_user(hass), device=device)
    assert outcome(result) == "pin"
    result = await answer(hass, result, pin=PIN)
    assert outcome(result) == "preferences"
    entry = (await answer(hass, result))["result"]
    assert entry.data["pin"] == PIN
    assert entry.data["pin_sim"] == owner
    assert entry.data["pin_given"]
    await hass.config_entries.async_unload(entry.entry_id)
    modem.power_off()
    modem.power_on()
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert not sim_of(modem).locked


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４"])
async def test_what_is_no_pin_is_not_tried(hass: HomeAssistant, desk: Desk, pin: str) -> None:
    """A slip of the finger costs no try."""
    modem, result = await until_pin(hass, desk, "sim7600")
    result = await answer(hass, result, pin=pin)
    assert outcome(result) == "pin:pin_invalid"
    assert sim_of(modem).pin_tries == 3


async def test_a_wrong_pin_tells_the_tries_left(hass: HomeAssistant, desk: Desk) -> None:
    """Two wrong ones, then the last try only with consent; the right one then counts."""
    modem, result = await until_pin(hass, desk, "sim7600")
    result = await answer(hass, result, pin=WRONG)
    assert outcome(result) == "pin:pin_wrong"
    assert placeholders(result)["tries"] == "2"
    result = await answer(hass, result, pin=WRONG)
    assert outcome(result) == "pin_consent:pin_wrong"
    assert placeholders(result)["tries"] == "1"
    result = await answer(hass, result, pin=PIN, consent=False)
    assert outcome(result) == "pin_consent:consent_required"
    assert sim_of(modem).pin_tries == 1
    assert outcome(await answer(hass, result, pin=PIN, consent=True)) == "preferences"


async def test_the_last_try_fails(hass: HomeAssistant, desk: Desk) -> None:
    """A SIM that a person has locked with open eyes wants its PUK."""
    _, result = await until_pin(hass, desk, "sim7600", pin_tries=1)
    assert outcome(result) == "pin_consent"
    result = await answer(hass, result, pin=WRONG, consent=True)
    assert outcome(result) == "pin_consent:puk_required"


async def test_unknown_tries(hass: HomeAssistant, desk: Desk) -> None:
    """Where the modem cannot tell the tries, one is free, and every other one needs consent."""
    modem, result = await until_pin(hass, desk, "zte-mf190")
    assert outcome(result) == "pin"
    result = await answer(hass, result, pin=WRONG)
    assert outcome(result) == "pin_consent:pin_wrong_tries_unknown"
    assert sim_of(modem).pin_tries == 2
    assert outcome(await answer(hass, result, pin=PIN, consent=True)) == "preferences"


async def test_a_try_that_went_elsewhere(hass: HomeAssistant, desk: Desk) -> None:
    """Tries that were used up meanwhile are noticed before the last one is."""
    modem, result = await until_pin(hass, desk, "sim7600")
    sim_of(modem).pin_tries = 1
    result = await answer(hass, result, pin=PIN)
    assert outcome(result) == "pin_consent"
    assert sim_of(modem).pin_tries == 1
    assert outcome(await answer(hass, result, pin=PIN, consent=True)) == "preferences"


async def test_unlocked_meanwhile(hass: HomeAssistant, desk: Desk) -> None:
    """A SIM that is open already takes any PIN, so this one is not kept."""
    modem, result = await until_pin(hass, desk, "sim7600")
    sim_of(modem).enter_pin(PIN)
    result = await answer(hass, result, pin=WRONG)
    entry = (await answer(hass, result))["result"]
    assert "pin" not in entry.data


async def test_unlocked_after_a_refusal(hass: HomeAssistant, desk: Desk) -> None:
    """A SIM that somebody else opens after it refused a PIN wants none any more."""
    modem, result = await until_pin(hass, desk, "sim7600")
    link = modem.terminals[0].link
    hang_up = link.closed

    def unlock() -> None:
        hang_up()
        sim_of(modem).enter_pin(PIN)
        modem.unlocked()

    link.closed = unlock
    assert outcome(await answer(hass, result, pin=WRONG)) == "preferences"


async def test_unplugged_at_the_pin(hass: HomeAssistant, desk: Desk) -> None:
    """A modem that is gone is said to be gone; the PIN can be entered when it is back."""
    modem, result = await until_pin(hass, desk, "sim7600")
    modem.unplug()
    assert outcome(await answer(hass, result, pin=PIN)) == "pin:not_found"


async def test_an_outcome_that_nobody_knows(hass: HomeAssistant, desk: Desk) -> None:
    """A PIN after which the modem vanished may have cost a try."""
    modem, result = await until_pin(hass, desk, "zte-mf190")
    modem.faults.add(Fault(FaultKind.UNPLUG, command="+CPIN="))
    result = await answer(hass, result, pin=PIN)
    assert outcome(result).startswith("pin_consent:")


# In an entry that is set up


async def locked_entry(
    hass: HomeAssistant, desk: Desk, profile: str = "sim7600", **data: Any
) -> tuple[AtModem, MockConfigEntry]:
    """Set an entry up whose SIM wants its PIN; it waits for a person then."""
    modem, device = await desk.modem(profile, pin=PIN)
    entry = entry_for(hass, device, **data)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    return modem, entry


async def reauth(hass: HomeAssistant) -> ConfigFlowResult:
    """Return the form of the flow that Home Assistant has started by itself."""
    (flow,) = hass.config_entries.flow.async_progress()
    return await hass.config_entries.flow.async_configure(flow["flow_id"])


async def test_reauth_with_the_right_pin(hass: HomeAssistant, desk: Desk) -> None:
    """The PIN opens the SIM and the entry, though its update listener was gone."""
    _, entry = await locked_entry(hass, desk)
    result = await reauth(hass)
    assert outcome(result) == "reauth_confirm"
    assert placeholders(result)["name"] == "Boat"
    result = await answer(hass, result, pin=PIN)
    assert outcome(result) == "reauth_successful"
    assert entry.data["pin"] == PIN
    assert entry.data["pin_sim"] == ICCID
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == IMEI


async def test_reauth_with_a_wrong_pin(hass: HomeAssistant, desk: Desk) -> None:
    """The form comes back with the tries left; the entry never uses up another."""
    modem, entry = await locked_entry(hass, desk, pin=WRONG)
    assert sim_of(modem).pin_tries == 2
    result = await answer(hass, await reauth(hass), pin="9999")
    assert outcome(result) == "pin_consent:pin_wrong"
    assert sim_of(modem).pin_tries == 1
    result = await answer(hass, result, pin=PIN, consent=True)
    assert outcome(result) == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED


async def test_reauth_where_tries_are_unknown(hass: HomeAssistant, desk: Desk) -> None:
    """The PIN of the entry was refused, so the next try needs consent."""
    modem, entry = await locked_entry(hass, desk, "zte-mf190", pin=WRONG)
    result = await answer(hass, await reauth(hass), pin=PIN)
    assert outcome(result) == "pin_consent"
    assert sim_of(modem).pin_tries == 2
    result = await answer(hass, result, pin=PIN, consent=True)
    assert outcome(result) == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED


async def test_reauth_of_a_sim_that_is_open(hass: HomeAssistant, desk: Desk) -> None:
    """Somebody took the lock off: the entry is set up again, without a PIN."""
    modem, entry = await locked_entry(hass, desk)
    sim_of(modem).pin = None
    sim_of(modem).locked = False
    modem.power_off()
    modem.power_on()
    assert outcome(await answer(hass, await reauth(hass), pin=PIN)) == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED
    assert "pin" not in entry.data


async def test_reauth_without_the_modem(hass: HomeAssistant, desk: Desk) -> None:
    """The form says that the modem is gone, and the entry waits for it."""
    modem, entry = await locked_entry(hass, desk)
    modem.unplug()
    assert outcome(await answer(hass, await reauth(hass), pin=PIN)) == "reauth_confirm:not_found"
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_reauth_of_an_entry_that_works(hass: HomeAssistant, desk: Desk) -> None:
    """A link that was lost while the entry is loaded asks too; the entry lets go of the port."""
    modem, device = await desk.modem(pin=PIN)
    sim_of(modem).enter_pin(PIN)
    entry = entry_for(hass, device)
    await set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    result = await start_change(hass, entry, SOURCE_REAUTH)
    assert outcome(await answer(hass, result, pin=PIN)) == "reauth_successful"
    assert entry.state is ConfigEntryState.LOADED

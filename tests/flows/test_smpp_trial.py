"""A person has a text sent for trial, of which not every one goes out."""

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulator.faults import Fault, FaultKind
from simulator.smsc import Account, Default, Message, Smsc

from .desk import outcome

PEER = "+491701234567"


async def tried(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Have the texts sent."""
    options = hass.config_entries.options
    await hass.async_block_till_done()
    form = await options.async_init(entry.entry_id)
    form = await options.async_configure(form["flow_id"], {"next_step_id": "smpp_trial"})
    form = await options.async_configure(form["flow_id"], {"number": PEER})
    await hass.async_block_till_done()
    return form


async def test_an_alphabet_that_is_refused(
    hass: HomeAssistant, centre: Smsc, bound_centre: MockConfigEntry
) -> None:
    """The others are tried all the same."""
    centre.default = Default.LATIN1
    centre.faults.add(Fault(FaultKind.ERROR, "SUBMIT_SM", text="0x45"))
    assert outcome(await tried(hass, bound_centre)) == "smpp_seen"
    assert len(centre.account.submitted) == 2


async def test_a_login_that_is_refused_in_the_middle(
    hass: HomeAssistant,
    centre: Smsc,
    bound_centre: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What went out before is not hidden, and what comes after is tried all the same."""
    centre.default = Default.LATIN1
    submit = centre.submit

    def once(account: Account, message: Message) -> str:
        monkeypatch.setattr(centre, "submit", submit)
        centre.faults.add(Fault(FaultKind.ERROR, "BIND_TRANSCEIVER", text="0x0D"))
        return submit(account, message)

    monkeypatch.setattr(centre, "submit", once)
    assert outcome(await tried(hass, bound_centre)) == "smpp_seen"
    assert len(centre.account.submitted) == 2

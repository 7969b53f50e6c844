"""What a person is told of a gateway that cannot even be set up."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.health import Ailment
from simulator.at_modem import AtModem

from .issues import issues, pass_time, until, until_issues

pytestmark = pytest.mark.usefixtures("usb")


@pytest.fixture
async def in_vain(hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem) -> MockConfigEntry:
    """The entry of a modem that is not there when it is set up, and again when that is retried."""
    modem.unplug()
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, 14)
    await until(lambda: entry.state is ConfigEntryState.SETUP_RETRY)
    assert issues(hass) == set()
    return entry


async def test_a_port_that_was_never_there(
    hass: HomeAssistant, in_vain: MockConfigEntry, modem: AtModem
) -> None:
    """A person is told after as long as for one that went; it is over once the modem is there."""
    await pass_time(hass, 16)
    await until(lambda: in_vain.state is ConfigEntryState.SETUP_RETRY)
    assert issues(hass) == {Ailment.PORT_GONE}
    await modem.plug()
    await pass_time(hass, 30)
    await until(lambda: in_vain.state is ConfigEntryState.LOADED)
    assert issues(hass) == set()
    modem.remove_sim()
    await until_issues(hass, Ailment.SIM_MISSING)
    await hass.config_entries.async_unload(in_vain.entry_id)
    assert issues(hass) == set()


async def test_between_two_tries(hass: HomeAssistant, in_vain: MockConfigEntry) -> None:
    """A person is told in time also when the next try is minutes away; a reload counts anew."""
    in_vain.async_cancel_retry_setup()
    await pass_time(hass, 16)
    assert issues(hass) == {Ailment.PORT_GONE}
    await hass.config_entries.async_reload(in_vain.entry_id)
    assert in_vain.state is ConfigEntryState.SETUP_RETRY
    assert issues(hass) == set()
    await hass.config_entries.async_unload(in_vain.entry_id)

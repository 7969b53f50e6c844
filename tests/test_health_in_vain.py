"""What a person is told of a gateway that cannot even be set up, and what it is tried for again."""

from pathlib import Path
from typing import Any

from homeassistant.components.usb.const import DOMAIN as USB
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway.const import CONF_DEVICE, DOMAIN
from custom_components.cellular_gateway.health import Ailment
from simulator.at_modem import AtModem, Sim
from simulator.network import Network

from .flows.desk import entry_for, usb_port
from .issues import issues, pass_time, until_issues
from .waiting import eventually

IN_PROGRESS = ConfigEntryState.SETUP_IN_PROGRESS

pytestmark = pytest.mark.usefixtures("usb")


@pytest.fixture
async def in_vain(hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem) -> MockConfigEntry:
    """The entry of a modem that is not there when it is set up, and again when that is retried."""
    modem.unplug()
    await hass.config_entries.async_setup(entry.entry_id)
    await pass_time(hass, 14)
    await eventually(lambda: entry.state is ConfigEntryState.SETUP_RETRY)
    assert issues(hass) == set()
    return entry


async def test_a_port_that_was_never_there(
    hass: HomeAssistant, in_vain: MockConfigEntry, modem: AtModem
) -> None:
    """A person is told after as long as for one that went; it is over once the modem is there."""
    await pass_time(hass, 16)
    await eventually(lambda: in_vain.state is ConfigEntryState.SETUP_RETRY)
    assert issues(hass) == {Ailment.PORT_GONE}
    await modem.plug()
    await pass_time(hass, 30)
    await eventually(lambda: in_vain.state is ConfigEntryState.LOADED)
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


async def test_a_modem_that_is_plugged_in_at_last(
    hass: HomeAssistant, in_vain: MockConfigEntry, modem: AtModem, usb_ports: list[Any]
) -> None:
    """It is tried as soon as its port appears, however long the next try is away."""
    await modem.plug()
    usb_ports += [usb_port(modem.addresses[0], interface) for interface in (2, 3)]
    for port in usb_ports:
        await hass.data[USB]._async_process_ports([port])
    await eventually(lambda: in_vain.state is ConfigEntryState.LOADED)
    await hass.async_block_till_done()
    assert in_vain.state is ConfigEntryState.LOADED
    await hass.config_entries.async_unload(in_vain.entry_id)


async def test_another_device_that_comes_and_goes(
    hass: HomeAssistant, in_vain: MockConfigEntry
) -> None:
    """What a person was told stays while a port is tried in vain."""
    await pass_time(hass, 16)
    await eventually(lambda: in_vain.state is ConfigEntryState.SETUP_RETRY)
    tries: list[ConfigEntryState] = []
    stop = in_vain.async_on_state_change(lambda: tries.append(in_vain.state))
    await hass.data[USB]._async_process_ports([usb_port("/dev/ttyESP", serial_number="ESP")])
    await eventually(lambda: tries[-1:] == [ConfigEntryState.SETUP_RETRY])
    stop()
    assert IN_PROGRESS in tries
    assert issues(hass) == {Ailment.PORT_GONE}
    await hass.config_entries.async_unload(in_vain.entry_id)
    assert issues(hass) == set()


async def test_two_sticks_that_changed_places(
    hass: HomeAssistant, network: Network, usb_ports: list[Any], tmp_path: Path
) -> None:
    """Each is found where the other one was, while Home Assistant was off, by its IMEI."""
    paths = [str(tmp_path / f"ttyUSB{number}") for number in range(2)]
    usb_ports += [usb_port(path, serial_number=None) for path in paths]
    imeis = ("001010000000016", "490154203237518")
    modems = [
        AtModem("sim7600", network, sim=Sim(f"+3247000010{number}"), imei=imei)
        for number, imei in enumerate(imeis)
    ]
    entries = [
        entry_for(hass, path, imei, usb_vid="1E0E", usb_pid="9001")
        for path, imei in zip(paths, imeis, strict=True)
    ]
    for modem, path in zip(modems, reversed(paths), strict=True):
        await modem.serve_pty(path)
    assert await async_setup_component(hass, DOMAIN, {})
    for _ in range(10):
        await pass_time(hass, 11)
        await eventually(lambda: all(entry.state is not IN_PROGRESS for entry in entries))
        if all(entry.state is ConfigEntryState.LOADED for entry in entries):
            break
    assert [entry.state for entry in entries] == [ConfigEntryState.LOADED] * 2
    assert [entry.data[CONF_DEVICE] for entry in entries] == paths[::-1]
    for entry, modem in zip(entries, modems, strict=True):
        await hass.config_entries.async_unload(entry.entry_id)
        await modem.close()

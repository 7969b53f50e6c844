"""What a person is told to do something about, and what heals without anybody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway import coordinator as coordinator_module
from custom_components.cellular_gateway.const import CONF_DEVICE, DOMAIN
from custom_components.cellular_gateway.gateways.models import GatewayState, PortState, SimState
from custom_components.cellular_gateway.health import Ailment
from custom_components.cellular_gateway.serial_ports import async_candidates
from simulator.at_modem import AtModem, Sim
from simulator.at_modem.sim import MessageStatus, StoredMessage
from simulator.faults import Cure, Fault, FaultKind
from simulator.network import Network

from .flows.desk import usb_port
from .house import MODEM_NUMBER
from .issues import issues, pass_time, until_issues
from .waiting import eventually, shown, until_state

pytestmark = pytest.mark.usefixtures("usb")

CONNECTED = "binary_sensor.boat_connected"
PROBLEM = "binary_sensor.boat_sim_problem"
REGISTRATION = "sensor.boat_registration"
OFFSET = "sensor.boat_network_time_offset"
IMEI = "001010000000016"
OTHER_IMEI = "490154203237518"
STICK = {"usb_vid": "1E0E", "usb_pid": "9001", "usb_serial": "0123456789ABCDEF", "usb_interface": 2}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try to connect again at once."""
    monkeypatch.setattr(coordinator_module, "RECONNECT_DELAYS", (0.0, 0.1, 0.2))


def missing(modem: AtModem) -> None:
    """Take the SIM out."""
    modem.remove_sim()


def blocked(modem: AtModem) -> None:
    """Have the SIM want its PUK."""
    assert modem.sim is not None
    modem.sim.pin, modem.sim.pin_tries, modem.sim.locked = "4321", 0, True


@pytest.mark.parametrize(
    ("spoil", "state", "ailment"),
    [
        (missing, "missing", Ailment.SIM_MISSING),
        (blocked, "puk_required", Ailment.PUK_REQUIRED),
    ],
)
async def test_a_sim_that_cannot_be_used(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    modem: AtModem,
    spoil: Callable[[AtModem], None],
    state: str,
    ailment: str,
) -> None:
    """The entry loads and says so; another SIM cures it, and so does the end of the entry."""
    spoil(modem)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert shown(hass, "sensor.boat_sim_state").state == state
    assert shown(hass, PROBLEM).state == STATE_ON
    assert issues(hass) == {ailment}
    await hass.config_entries.async_unload(entry.entry_id)
    assert issues(hass) == set()
    await hass.config_entries.async_setup(entry.entry_id)
    assert issues(hass) == {ailment}
    modem.insert_sim(Sim(MODEM_NUMBER))
    await until_issues(hass)
    assert shown(hass, PROBLEM).state == STATE_OFF
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.usefixtures("loaded")
async def test_a_sim_that_is_taken_out(hass: HomeAssistant, modem: AtModem) -> None:
    """It is told at once, and taken back when a SIM is there."""
    modem.remove_sim()
    await until_issues(hass, Ailment.SIM_MISSING)
    modem.insert_sim(Sim(MODEM_NUMBER))
    await until_issues(hass)


@pytest.mark.usefixtures("loaded")
async def test_no_network_for_long(hass: HomeAssistant, modem: AtModem) -> None:
    """Not before half an hour; a network that refuses and one that is not there are two things."""
    modem.set_registration(3)
    await until_state(hass, REGISTRATION, lambda state: state.state == "denied")
    await pass_time(hass, 29)
    assert issues(hass) == set()
    await pass_time(hass, 31)
    assert issues(hass) == {Ailment.REGISTRATION_DENIED}
    modem.set_registration(2)
    await until_state(hass, REGISTRATION, lambda state: state.state == "searching")
    await pass_time(hass, 32)
    assert issues(hass) == {Ailment.NOT_REGISTERED}
    modem.set_registration(5)
    await until_issues(hass)


async def test_a_storage_that_stays_full(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """What is emptied soon is nobody's business; what is full for minutes stays told until 80 %."""
    (storage,) = modem.storage(modem.settings.storages[-1]).parts
    storage.capacity = 100

    async def full(places: int) -> None:
        """Have texts of others, which nobody reads, lie in so many places."""
        storage.messages = {
            place: StoredMessage(bytes(20), MessageStatus.STO_SENT) for place in range(places)
        }
        await loaded.runtime_data.coordinator.async_refresh()

    await full(90)
    assert issues(hass) == set()
    await full(10)
    await full(95)
    await pass_time(hass, 4)
    await full(95)
    assert issues(hass) == set()
    await pass_time(hass, 6)
    assert issues(hass) == {Ailment.STORAGE_FULL}
    await full(85)
    assert issues(hass) == {Ailment.STORAGE_FULL}
    await full(79)
    assert issues(hass) == set()
    await full(95)
    await pass_time(hass, 6)
    assert issues(hass) == {Ailment.STORAGE_FULL}
    modem.faults.add(Fault(FaultKind.ERROR, "+CPMS", times=None))
    await full(95)
    assert issues(hass) == set()


async def test_ports_that_come_and_go(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    """What was told of a port is taken back, however many ports there are by then."""
    coordinator = loaded.runtime_data.coordinator
    (port,) = coordinator.gateway.state.ports.values()

    def shows(*ports: PortState) -> None:
        state = GatewayState(ports={port.key: port for port in ports})
        with patch.object(type(coordinator.gateway), "state", state):
            coordinator.state_changed(state)

    without = replace(port, sim_state=SimState.MISSING)
    shows(without)
    assert issues(hass) == {Ailment.SIM_MISSING}
    shows(port, replace(without, key="2"))
    assert issues(hass) == {Ailment.SIM_MISSING}
    shows(port)
    assert issues(hass) == set()


async def test_a_port_that_is_gone(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """After a quarter of an hour a person is told; the modem may come back at any time."""
    modem.unplug()
    await eventually(lambda: loaded.runtime_data.coordinator.failure is not None)
    await pass_time(hass, 14)
    assert issues(hass) == set()
    await pass_time(hass, 16)
    assert issues(hass) == {Ailment.PORT_GONE}
    assert await hass.config_entries.async_remove(loaded.entry_id)
    assert issues(hass) == set()


async def test_a_modem_that_only_a_person_can_heal(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """It hangs for good: the link stays lost, and an issue says what to do."""
    modem.faults.hang(Cure.POWER)
    loaded.runtime_data.gateway._session.lose("test")
    await eventually(lambda: loaded.runtime_data.coordinator.failure is not None)
    await pass_time(hass, 16)
    await until_issues(hass, Ailment.MODEM_SILENT)
    modem.faults.clear()
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    assert issues(hass) == set()


# Elsewhere


@pytest.mark.parametrize("data", [STICK, {}])
async def test_plugged_in_elsewhere(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    modem: AtModem,
    usb_ports: list[Any],
    data: dict[str, Any],
    tmp_path: Path,
) -> None:
    """The same modem is found by its IMEI; nothing is set up anew, and the entry follows."""
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, **data})
    coordinator, gateway = loaded.runtime_data.coordinator, loaded.runtime_data.gateway
    path = str(tmp_path / "ttyUSB1")
    await modem.move(path)
    await eventually(lambda: coordinator.failure is not None)
    # A silent port of the same stick is passed over.
    usb_ports += [usb_port("/dev/null", 0), usb_port(path, 3)]
    coordinator._ports_changed(set(usb_ports), set())
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    await hass.async_block_till_done()
    assert loaded.runtime_data.gateway is gateway
    assert loaded.data[CONF_DEVICE] == path
    assert loaded.data["usb_interface"] == 3


async def test_the_port_of_another_entry_is_left_alone(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    modem: AtModem,
    usb_ports: list[Any],
    tmp_path: Path,
) -> None:
    """Whoever holds a port is not disturbed, of whatever integration it is."""
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, **STICK})
    coordinator = loaded.runtime_data.coordinator
    path = str(tmp_path / "ttyUSB1")
    await modem.move(path)
    await eventually(lambda: coordinator.failure is not None)
    other = MockConfigEntry(domain="zha", data={"device": {"path": path}}, unique_id="z")
    other.add_to_hass(hass)
    other.mock_state(hass, ConfigEntryState.LOADED)
    usb_ports.append(usb_port(path))
    assert not await coordinator._find()
    other.mock_state(hass, ConfigEntryState.NOT_LOADED)
    assert await coordinator._find()


async def test_the_port_of_another_of_ours(
    hass: HomeAssistant, loaded: MockConfigEntry, usb_ports: list[Any], tmp_path: Path
) -> None:
    """It is left alone between two tries too, unless that one is not there itself."""
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, **STICK})
    place = tmp_path / "ttyUSB1"
    usb_ports.append(usb_port(str(place)))
    data = {**loaded.data, CONF_DEVICE: str(place)}
    other = MockConfigEntry(domain=DOMAIN, data=data, unique_id=OTHER_IMEI)
    other.add_to_hass(hass)
    place.touch()
    for found in ([], [str(place)], []):
        await hass.config_entries.async_setup(other.entry_id)
        assert other.state is not ConfigEntryState.LOADED
        ports = await async_candidates(hass, loaded, set())
        assert [port.device for port in ports] == found
        await hass.config_entries.async_unload(other.entry_id)
        if place.exists():
            place.unlink()
        else:
            place.touch()


async def test_what_is_in_the_network_is_not_looked_for(
    hass: HomeAssistant, loaded: MockConfigEntry, usb_ports: list[Any]
) -> None:
    """An address is no port that could have moved; that of a proxy is none to move to."""
    usb_ports += [usb_port("/dev/null"), usb_port("esphome-hass://esphome/1?port_name=uart")]
    for device, found in (("/dev/gone", ["/dev/null"]), ("socket://127.0.0.1:1", [])):
        entry = MockConfigEntry(domain=DOMAIN, data={CONF_DEVICE: device, **STICK})
        assert [port.device for port in await async_candidates(hass, entry, set())] == found


async def test_found_elsewhere_while_it_is_set_up(
    hass: HomeAssistant, entry: MockConfigEntry, device: str, usb_ports: list[Any]
) -> None:
    """A stick that was moved while Home Assistant was off works at once."""
    data = {**entry.data, **STICK, CONF_DEVICE: "/dev/does-not-exist"}
    hass.config_entries.async_update_entry(entry, data=data, unique_id=IMEI)
    usb_ports.append(usb_port(device))
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data[CONF_DEVICE] == device
    await hass.config_entries.async_unload(entry.entry_id)


async def test_another_modem_at_the_port(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """It is not used, a person is told, and all is well once the right one is there."""
    hass.config_entries.async_update_entry(entry, unique_id=OTHER_IMEI)
    for _ in range(2):
        await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert entry.error_reason_translation_key == "other_modem"
        assert issues(hass) == {Ailment.OTHER_MODEM}
        await hass.config_entries.async_unload(entry.entry_id)
        assert issues(hass) == set()
    await hass.config_entries.async_setup(entry.entry_id)
    modem.imei = OTHER_IMEI
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert issues(hass) == set()
    await hass.config_entries.async_unload(entry.entry_id)


async def test_another_modem_comes_while_it_runs(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem, network: Network, tmp_path: Path
) -> None:
    """The same while the entry is loaded."""
    modem.unplug()
    await eventually(lambda: loaded.runtime_data.coordinator.failure is not None)
    modem.imei = OTHER_IMEI
    loaded.runtime_data.coordinator.relocate(await replugged(modem))
    await until_issues(hass, Ailment.OTHER_MODEM)
    modem.imei = IMEI
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    await until_issues(hass)


async def replugged(modem: AtModem) -> str:
    """Plug the modem in, and return where."""
    await modem.plug()
    return modem.addresses[0]


async def test_a_firmware_that_was_updated(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """The device shows what the modem says of itself after it has started anew."""
    registry = dr.async_get(hass)
    modem.unplug()
    await eventually(lambda: loaded.runtime_data.coordinator.failure is not None)
    modem.profile = replace(modem.profile, revision="LE20B05SIM7600M22")
    loaded.runtime_data.coordinator.relocate(await replugged(modem))
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    await hass.async_block_till_done()
    device = registry.async_get_device_by_identifier((DOMAIN, loaded.entry_id), loaded.entry_id)
    assert device is not None
    assert device.sw_version == "LE20B05SIM7600M22"


async def test_a_lock_that_a_person_took_off(
    hass: HomeAssistant, loaded: MockConfigEntry, modem: AtModem
) -> None:
    """While a PIN is asked for, it is tried to connect all the same: without entering any."""
    assert modem.sim is not None
    modem.unplug()
    modem.sim.pin = "4321"
    modem.sim.power_up()
    loaded.runtime_data.coordinator.relocate(await replugged(modem))
    await eventually(lambda: any(loaded.async_get_active_flows(hass, {SOURCE_REAUTH})))
    assert issues(hass) == set()
    modem.sim.enter_pin("4321")
    await until_state(hass, CONNECTED, lambda state: state.state == STATE_ON)
    assert modem.sim.pin_tries == 3
    await eventually(lambda: not any(loaded.async_get_active_flows(hass, {SOURCE_REAUTH})))


# The clock


async def test_the_clock_of_the_network(
    hass: HomeAssistant, entry: MockConfigEntry, modem: AtModem
) -> None:
    """How far it is from ours; the network tells when it has set it. One never set is unknown."""
    er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        f"{entry.entry_id}_1_network_time_offset",
        config_entry=entry,
        object_id_base="boat_network_time_offset",
    )
    await hass.config_entries.async_setup(entry.entry_id)
    assert abs(int(shown(hass, OFFSET).state)) <= 2
    modem.set_clock(datetime.now(UTC) + timedelta(hours=1))
    modem.urc("+CTZV: +04")
    await until_state(hass, OFFSET, lambda state: state.state.startswith(("359", "360")))
    modem.set_clock(datetime(1980, 1, 6, tzinfo=UTC))
    modem.urc('*PSUTTZ: 1980,1,6,0,0,0,"+4",0')
    await until_state(hass, OFFSET, lambda state: state.state == STATE_UNKNOWN)
    await hass.config_entries.async_unload(entry.entry_id)

"""A stick is plugged in, and Home Assistant offers to set it up."""

from pathlib import Path
from typing import Any

from homeassistant.components.usb import USBDevice
from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.flows import usb as sticks
from simulator.faults import Fault, FaultKind

from .desk import (
    Desk,
    answer,
    entry_for,
    outcome,
    placeholders,
    set_up,
    start_usb,
    start_user,
    state_of,
    usb_port,
)

SERIAL = "0123456789ABCDEF"
STICK: dict[str, Any] = {
    "usb_vid": "1E0E",
    "usb_pid": "9001",
    "usb_serial": SERIAL,
    "usb_interface": 2,
}


def flows(hass: HomeAssistant) -> list[str]:
    """Return the unique ids of the flows that wait for a person."""
    in_progress = hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    return [str(flow["context"].get("unique_id")) for flow in in_progress]


async def test_a_stick_is_offered_and_set_up(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """Of a stick's ports the one that answers is found, but only once a person has agreed."""
    modem, device = await desk.modem()
    mute = await desk.silent_port()
    usb_ports += [usb_port(mute, 0), usb_port(device, 2), usb_port("/dev/no-such-port", 3)]
    result = await start_usb(hass, usb_ports[0])
    assert outcome(result) == "usb_confirm"
    assert placeholders(result) == {"name": "SimTech, Incorporated"}
    assert flows(hass) == [f"usb:1E0E:9001:{SERIAL}"]
    assert not modem.terminals[0].link.is_open
    result = await answer(hass, result)
    assert outcome(result) == "preferences"
    result = await answer(hass, result)
    assert result["result"].data == {
        "kind": "at_modem",
        "device": device,
        "baudrate": 115200,
        **STICK,
    }
    assert result["result"].state is ConfigEntryState.LOADED


async def test_one_flow_for_all_ports(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """Each port of a stick is discovered, but the stick is offered once."""
    usb_ports += [usb_port(f"/dev/no-such-port{number}", number) for number in range(4)]
    results = [outcome(await start_usb(hass, port)) for port in usb_ports]
    assert results == ["usb_confirm", *["already_in_progress"] * 3]


async def test_an_ignored_stick_stays_ignored(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """A person who does not want a stick is not asked at every start."""
    usb_ports.append(usb_port("/dev/no-such-port"))
    await start_usb(hass, usb_ports[0])
    ignored = {"unique_id": flows(hass)[0], "title": "Stick"}
    await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_IGNORE}, data=ignored
    )
    assert not flows(hass)
    assert outcome(await start_usb(hass, usb_ports[0])) == "already_configured"


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("other", [None, "/dev/null"])
async def test_a_stick_that_does_not_answer(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any], other: str | None
) -> None:
    """The form says why, and another port can be chosen; a silent port is the least reason."""
    mute = await desk.silent_port()
    usb_ports.append(usb_port(mute))
    if other:
        usb_ports.append(usb_port(other, 3))
    result = await answer(hass, await start_usb(hass, usb_ports[0]))
    assert outcome(result) == f"at_modem:{'invalid_device' if other else 'not_a_modem'}"
    _, device = await desk.modem()
    assert outcome(await answer(hass, result, device=device)) == "preferences"


async def test_a_stick_whose_sim_is_locked(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """A SIM that wants its PUK is no reason to try the other ports."""
    _, device = await desk.modem(pin="4711", pin_tries=0)
    other, idle = await desk.modem()
    other.faults.add(Fault(FaultKind.UNPLUG))
    usb_ports += [usb_port(device, 2), usb_port(idle, 3)]
    result = await answer(hass, await start_usb(hass, usb_ports[0]))
    assert outcome(result) == "at_modem:puk_required"
    assert other.terminals[0].link.is_plugged


async def test_a_modem_that_is_set_up_elsewhere(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """An entry that knows its modem by IMEI only is found once the stick has answered."""
    _, device = await desk.modem()
    entry = entry_for(hass, "/dev/no-such-port")
    usb_ports.append(usb_port(device))
    result = await start_usb(hass, usb_ports[0])
    assert outcome(result) == "usb_confirm"
    assert outcome(await answer(hass, result)) == "already_configured"
    assert entry.data["device"] == device
    assert entry.data["usb_serial"] == SERIAL


async def test_set_up_by_hand_meanwhile(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """The offer goes when a person has added the stick by hand; those of other sticks stay."""
    _, device = await desk.modem()
    usb_ports += [usb_port(device), usb_port("/dev/no-such-port", serial_number="OTHER")]
    for port in usb_ports:
        assert outcome(await start_usb(hass, port)) == "usb_confirm"
    result = await answer(hass, await start_user(hass), device=device)
    await answer(hass, result)
    assert flows(hass) == ["usb:1E0E:9001:OTHER"]


# At every start, and whenever it is plugged in again


async def test_known_by_its_port(hass: HomeAssistant, desk: Desk, usb_ports: list[Any]) -> None:
    """A stick is recognised by the port of its entry, whatever name the entry has for it."""
    usb_ports.append(usb_port("/dev/serial/by-id/stick", resolved_device="/dev/no-such-port"))
    entry = entry_for(hass, "/dev/no-such-port")
    assert outcome(await start_usb(hass, usb_ports[0])) == "already_configured"
    assert entry.data["device"] == "/dev/no-such-port"


async def test_it_came_late(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any], tmp_path: Path
) -> None:
    """An entry that waits for its stick is set up at once when the stick appears."""
    link = tmp_path / "stick"
    entry = entry_for(hass, str(link), **STICK)
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    _, device = await desk.modem()
    link.symlink_to(device)
    usb_ports.append(usb_port(str(link), resolved_device=device))
    assert outcome(await start_usb(hass, usb_ports[0])) == "already_configured"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_it_moved(hass: HomeAssistant, desk: Desk, usb_ports: list[Any]) -> None:
    """An entry follows its stick to another path, on the interface that it uses."""
    _, device = await desk.modem()
    entry = entry_for(hass, "/dev/no-such-port", **STICK)
    await set_up(hass, entry)
    assert state_of(entry) is ConfigEntryState.SETUP_RETRY
    usb_ports += [usb_port("/dev/no-such-port1", 0), usb_port(device, 2)]
    assert outcome(await start_usb(hass, usb_ports[0])) == "already_configured"
    await hass.async_block_till_done()
    assert entry.data["device"] == device
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_it_moved_while_loaded(hass: HomeAssistant, desk: Desk, usb_ports: list[Any]) -> None:
    """The listener of an entry that is loaded reloads it, once."""
    first, device = await desk.modem()
    entry = entry_for(hass, device, **STICK)
    await set_up(hass, entry)
    first.unplug()
    _, moved = await desk.modem()
    usb_ports.append(usb_port(moved))
    assert outcome(await start_usb(hass, usb_ports[0])) == "already_configured"
    await hass.async_block_till_done()
    assert entry.data["device"] == moved
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_its_path_is_anothers(hass: HomeAssistant, desk: Desk, usb_ports: list[Any]) -> None:
    """A path that now leads to something else is no longer the stick's."""
    _, device = await desk.modem()
    entry = entry_for(hass, "/dev/null", **STICK | {"usb_interface": None})
    usb_ports += [usb_port(device), usb_port("/dev/null", vid="10C4", pid="EA60")]
    assert outcome(await start_usb(hass, usb_ports[0])) == "already_configured"
    assert entry.data["device"] == device
    await hass.async_block_till_done()


@pytest.mark.parametrize("serial", [SERIAL, None])
async def test_two_sticks_of_one_make(
    hass: HomeAssistant,
    desk: Desk,
    usb_ports: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    serial: str | None,
) -> None:
    """Sticks with one serial number, or none, are told apart by where they are plugged in."""
    monkeypatch.setattr(sticks, "SYSFS_TTYS", tmp_path)
    for name, location in (("null", "1-1.2"), ("full", "1-1.3")):
        folder = tmp_path / "devices" / "1-1" / location / f"{location}:1.2"
        folder.mkdir(parents=True)
        (tmp_path / name).mkdir()
        (tmp_path / name / "device").symlink_to(folder)
    usb_ports += [usb_port(f"/dev/{name}", serial_number=serial) for name in ("null", "full")]
    entry = entry_for(hass, "/dev/null", **STICK | {"usb_serial": serial})
    assert outcome(await start_usb(hass, usb_ports[1])) == "usb_confirm"
    assert flows(hass) == [f"usb:1E0E:9001:{serial or '1-1.3'}"]
    assert entry.data["device"] == "/dev/null"


async def test_entries_without_a_stick(
    hass: HomeAssistant, desk: Desk, usb_ports: list[Any]
) -> None:
    """An entry whose modem is in the network, or elsewhere, is not taken for a stick's."""
    entry_for(hass, "socket://127.0.0.1:1", unique_id="network")
    entry_for(hass, "/dev/null", unique_id="elsewhere")
    usb_ports.append(usb_port("/dev/no-such-port"))
    assert outcome(await start_usb(hass, usb_ports[0])) == "usb_confirm"


async def test_the_port_is_gone_already(hass: HomeAssistant, desk: Desk) -> None:
    """A stick that was pulled out at once is offered by what was said of it."""
    result = await start_usb(hass, usb_port("/dev/no-such-port", serial_number=None))
    assert outcome(result) == "usb_confirm"
    assert flows(hass) == ["usb:1E0E:9001:"]
    assert outcome(await answer(hass, result)) == "at_modem:not_found"


@pytest.mark.parametrize(
    ("ports", "first"),
    [
        ([(0, None), (1, None), (2, None), (3, None)], 2),
        ([(0, None), (1, None)], 0),
        ([(0, "Android Diag"), (1, "NMEA"), (3, "Modem")], 3),
        ([(2, "DIAG"), (4, "PC UI")], 4),
        ([(None, "GPS"), (None, "AT")], None),
    ],
)
def test_likeliest_port(ports: list[tuple[int | None, str | None]], first: int | None) -> None:
    """What an interface calls itself counts most, then its number."""
    listed = [usb_port("/dev/x", number, interface_description=text) for number, text in ports]
    stick = sticks._stick(listed, listed[0])
    assert stick.ports[0].interface_num == first
    assert not (stick.ports[0].interface_description or "").startswith("GPS")


@pytest.mark.parametrize(
    ("manufacturer", "description", "name"),
    [
        ("HUAWEI", "HUAWEI Mobile - modem", "HUAWEI Mobile"),
        ("Quectel", "EC25 - if02", "Quectel EC25"),
        (None, "EC25", "EC25"),
        (None, None, "1E0E:9001"),
    ],
)
def test_name(manufacturer: str | None, description: str | None, name: str) -> None:
    """A stick is called as it calls itself, else by its ids."""
    port = USBDevice(
        device="/dev/x",
        vid="1E0E",
        pid="9001",
        serial_number=None,
        manufacturer=manufacturer,
        description=description,
    )
    assert sticks._stick([], port).name == name

"""A gateway with several ports in Home Assistant: its devices and entities."""

import json

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import ExtendedJSONEncoder
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.cellular_gateway import async_remove_config_entry_device
from custom_components.cellular_gateway.const import DOMAIN
from custom_components.cellular_gateway.diagnostics import async_get_config_entry_diagnostics
from simulator.ejoin import Box, Port, SimCard
from simulator.ejoin.sim import Status

from .boxes import HOOK, MAC
from .waiting import shown, until_state


def _entities(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Name the entities of an entry that have a state."""
    registry = er.async_get(hass)
    found = er.async_entries_for_config_entry(registry, entry.entry_id)
    return {entity.entity_id for entity in found if hass.states.get(entity.entity_id)}


def _port_device(hass: HomeAssistant, entry: MockConfigEntry, port: str) -> dr.DeviceEntry | None:
    """Return the device of a port."""
    registry = dr.async_get(hass)
    return registry.async_get_device_by_identifier(
        (DOMAIN, f"{entry.entry_id}_{port}"), entry.entry_id
    )


async def test_devices(hass: HomeAssistant, asked_box: MockConfigEntry) -> None:
    """Each port is a device behind the gateway."""
    gateway, *ports = dr.async_entries_for_config_entry(dr.async_get(hass), asked_box.entry_id)
    assert (gateway.name, gateway.model, gateway.sw_version) == (
        "Box",
        "4 × 2 SIM",
        "532-600-999-041-100-000",
    )
    assert [port.name for port in ports] == [f"Box port {number}" for number in range(1, 5)]
    assert {port.via_device_id for port in ports} == {gateway.id}


async def test_the_gateway_as_a_whole(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """What it reports of itself; a value that is measured is gone with the link."""
    total = shown(hass, "sensor.box_ports_registered")
    assert (total.state, total.attributes["total"]) == ("4", 4)
    assert shown(hass, "sensor.box_ip_address").state == "192.168.1.44"
    assert hass.states.get("sensor.box_last_report") is None
    await box.report_device()
    assert shown(hass, "sensor.box_last_report").state > "2026"


async def test_a_message_comes_to_its_port(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """It is acknowledged, and shown by the port that received it and no other."""
    assert await box.receive(3, "4915112345678", "Füllstand 12 %") == 200
    state = await until_state(
        hass, "event.box_port_3_sms", lambda state: state.attributes.get("text") == "Füllstand 12 %"
    )
    assert state.attributes["sender"] == "+4915112345678"
    assert shown(hass, "sensor.box_port_3_last_sms").state == "Füllstand 12 %"
    assert shown(hass, "sensor.box_port_2_last_sms").state == "unknown"


async def test_only_the_port_that_changed_writes(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """The others keep the very states that they had."""
    before = {name: shown(hass, name) for name in _entities(hass, asked_box)}
    box.ports[2].status = Status.REGISTERING
    await box.report_port(2)
    changed = {name for name, state in before.items() if shown(hass, name) is not state}
    assert shown(hass, "sensor.box_port_2_status").state == "registering"
    # Signal, operator and registration are told only while the port is in a network.
    assert shown(hass, "sensor.box_port_2_signal").state == "unknown"
    assert changed == {
        "binary_sensor.box_port_2_roaming",
        "sensor.box_port_2_operator",
        "sensor.box_port_2_registration",
        "sensor.box_port_2_signal",
        "sensor.box_port_2_status",
        "sensor.box_ports_registered",
    }


async def test_what_is_told_later(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """What was not reported becomes an entity when it is, with what is allowed of it."""
    name = "sensor.box_port_1_sms_used_this_month"
    assert hass.states.get(name) is None
    assert shown(hass, "sensor.box_port_1_calls_this_month").attributes["allowed"] is None
    card = box.ports[1].card
    assert card is not None
    card.texts, card.megabytes = (7, 100), "12.50"
    box.switches.sms_control = box.switches.traffic_control = True
    await box.report_port(1)
    await hass.async_block_till_done()
    state = shown(hass, name)
    assert (state.state, state.attributes["allowed"]) == ("6", 100)
    traffic = shown(hass, "sensor.box_port_1_traffic_total")
    assert (traffic.state, traffic.attributes["unit_of_measurement"]) == ("12.50", "MB")
    assert hass.states.get("sensor.box_port_2_sms_used_this_month") is None


async def test_the_balance(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """It is that of the SIM in use, in the currency of the options; without a SIM it is unknown."""
    for slot, amount in ((1, "3.20"), (2, "15.00")):
        card = box.ports[1].slots[slot]
        assert card is not None
        card.balance = amount
    name = "sensor.box_port_1_balance"
    await box.report_port(1)
    balance = shown(hass, name)
    assert (balance.state, balance.attributes["unit_of_measurement"]) == ("3.20", "EUR")
    box.ports[1].active = 2
    await box.report_port(1)
    assert shown(hass, name).state == "15.00"
    box.ports[1].slots[2] = None
    box.ports[1].status = Status.NO_SIM
    await box.report_port(1)
    assert shown(hass, name).state == "unknown"
    assert shown(hass, "sensor.box_port_1_status").state == "no_sim"


@pytest.mark.usefixtures("all_enabled")
async def test_the_sims_of_other_slots(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """Each slot has its status and balance, off unless wanted."""
    assert shown(hass, "sensor.box_port_1_slot_1_status").state == "registered"
    assert shown(hass, "sensor.box_port_1_slot_2_status").state == "idle_sim"
    other = box.ports[1].slots[2]
    assert other is not None
    other.balance = "9.99"
    await box.report_device(all_slots=True)
    assert shown(hass, "sensor.box_port_1_slot_2_balance").state == "9.99"


@pytest.mark.usefixtures("all_enabled")
async def test_reports_of_the_slots_in_use(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """The periodic ones tell nothing of the other slots, which stay as they were told last."""
    other = box.ports[1].slots[2]
    assert other is not None
    other.balance = "9.99"
    await asked_box.runtime_data.coordinator.async_refresh()
    slot, balance = "select.box_port_1_sim_slot", "sensor.box_port_1_slot_2_balance"
    await box.report_device()
    report = box.pushed[-1].message
    assert isinstance(report, dict)
    assert len(report["status"]) == 4
    assert shown(hass, balance).state == "9.99"
    assert shown(hass, slot).attributes["options"] == ["1", "2"]
    box.ports[1].active = 2
    await box.report_device()
    assert shown(hass, slot).state == "2"
    assert shown(hass, "sensor.box_port_1_iccid").state == other.iccid
    assert shown(hass, "sensor.box_port_1_slot_1_status").state == "unknown"
    box.ports[1].slots[1] = None
    await asked_box.runtime_data.coordinator.async_refresh()
    assert shown(hass, "sensor.box_port_1_slot_1_status").state == "no_sim"


async def test_most_is_off_by_default(hass: HomeAssistant, asked_box: MockConfigEntry) -> None:
    """SIMs of other slots, identities and most counters are there only for whoever wants them."""
    names = _entities(hass, asked_box)
    assert not [name for name in names if "slot_" in name and name.startswith("sensor")]
    assert not [
        name
        for name in names
        if name.endswith(("_imei", "_imsi", "_iccid", "_today")) and "_sms_" not in name
    ]


async def test_a_port_that_comes_and_goes(
    hass: HomeAssistant, box: Box, asked_box: MockConfigEntry
) -> None:
    """It has its device and entities at once; when it is gone, values are not shown any more."""
    box.ports[5] = Port(5, imei="353689530000050", slots={1: SimCard("8986005", "460005")})
    await box.report_device()
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_5_status").state == "registered"
    device = _port_device(hass, asked_box, "5")
    assert device is not None
    assert not await async_remove_config_entry_device(hass, asked_box, device)
    del box.ports[5]
    await box.report_device()
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_5_status").state == STATE_UNAVAILABLE
    assert shown(hass, "event.box_port_5_sms").state == "unknown"
    assert await async_remove_config_entry_device(hass, asked_box, device)
    dr.async_get(hass).async_remove_device(device.id)
    await hass.async_block_till_done()
    await hass.config_entries.async_reload(asked_box.entry_id)
    await hass.async_block_till_done()
    assert "5" not in asked_box.runtime_data.ports
    box.ports[5] = Port(5, imei="353689530000050", slots={1: SimCard("8986005", "460005")})
    await box.report_device()
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_5_status").state == "registered"


async def test_other_devices_cannot_be_removed(
    hass: HomeAssistant, asked_box: MockConfigEntry
) -> None:
    """The gateway itself goes with its entry, and nothing goes while that is not loaded."""
    gateway, port, *_ = dr.async_entries_for_config_entry(dr.async_get(hass), asked_box.entry_id)
    assert not await async_remove_config_entry_device(hass, asked_box, gateway)
    await hass.config_entries.async_unload(asked_box.entry_id)
    assert not await async_remove_config_entry_device(hass, asked_box, port)


async def test_a_gateway_that_only_pushes(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry
) -> None:
    """Its ports come with its reports, and nothing is offered that needs its login."""
    assert _entities(hass, pushing_box) == {"binary_sensor.box_connected"}
    await box.report_port(2)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_2_signal").state == "-51"
    device = _port_device(hass, pushing_box, "2")
    assert device is not None
    assert device.name == "Box port 2"
    assert hass.states.get("sensor.box_port_1_signal") is None
    await box.report_device()
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_1_signal").state == "-51"
    assert not [
        name
        for name in _entities(hass, pushing_box)
        if name.startswith(("button", "select", "switch"))
    ]
    gateway = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, pushing_box.entry_id), pushing_box.entry_id
    )
    assert gateway is not None
    assert gateway.sw_version == "532-600-999-041-100-000"


async def test_a_message_before_any_report(
    hass: HomeAssistant, box: Box, pushing_box: MockConfigEntry
) -> None:
    """After a restart a port that was there before shows a message at once."""
    await box.report_device()
    await hass.async_block_till_done()
    await hass.config_entries.async_reload(pushing_box.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, "sensor.box_port_3_signal").state == STATE_UNAVAILABLE
    assert await box.receive(3, "4915112345678", "early") == 200
    await until_state(
        hass, "event.box_port_3_sms", lambda state: state.attributes.get("text") == "early"
    )


async def test_diagnostics(hass: HomeAssistant, box: Box, asked_box: MockConfigEntry) -> None:
    """They can be written to a file, and hold nothing by which the gateway could be reached."""
    diagnostics = await async_get_config_entry_diagnostics(hass, asked_box)
    written = json.dumps(diagnostics, cls=ExtendedJSONEncoder)
    assert len(diagnostics["ports"]) == len(box.ports)
    card = box.ports[1].card
    assert card is not None
    secrets = (HOOK, asked_box.data["url"], "root", MAC, card.iccid, card.imsi, box.ports[1].imei)
    assert not [secret for secret in secrets if secret in written]

"""The state of the port: pushed where the modem pushes it, asked for where it does not."""

import asyncio

from custom_components.cellular_gateway.gateways.models import AccessTechnology, Registration

from .lab import Lab, port_of


async def test_registration_and_operator_are_pushed(lab: Lab) -> None:
    """Without a poll."""
    modem, gateway = await lab.connected()
    modem.set_registration(5)
    await lab.watcher.until(lambda: port_of(gateway).registration is Registration.ROAMING)
    modem.set_registration(2)
    await lab.watcher.until(lambda: port_of(gateway).registration is Registration.SEARCHING)
    assert port_of(gateway).operator_name is None
    modem.set_registration(1)
    await lab.watcher.until(lambda: port_of(gateway).operator_name is not None)
    modem.set_cell(0x3C4D, 0x55AA, 7)
    await lab.watcher.until(lambda: port_of(gateway).area_code == "3C4D")
    assert port_of(gateway).access_technology is AccessTechnology.LTE
    states = lab.watcher.states
    assert all(one != other for one, other in zip(states, states[1:], strict=False))


async def test_a_signal_that_the_modem_reports_is_pushed(lab: Lab) -> None:
    """Huawei's ^RSSI has the scale of +CSQ."""
    modem, gateway = await lab.connected("e173")
    modem.urc("^RSSI:31")
    await lab.watcher.until(lambda: port_of(gateway).signal == -51)
    assert (await gateway.poll()).ports["1"].signal == -73


async def test_a_poll_tells_how_full_the_sim_is(lab: Lab) -> None:
    """And it changes nothing else."""
    _, gateway = await lab.connected(delete_after_receipt=False)
    await lab.text("one")
    await lab.inbox.wait_new()
    port = (await gateway.poll()).ports["1"]
    assert (port.storage_used, port.storage_total) == (1, 20)


async def test_a_poll_holds_up_no_message(lab: Lab) -> None:
    """A message that comes during a slow poll is read before the poll goes on."""
    modem, gateway = await lab.connected()
    modem.faults.late("+CSQ", 0.3)
    modem.faults.late("+CREG", 0.3)
    polling = asyncio.create_task(gateway.poll())
    await lab.text("urgent")
    await lab.inbox.wait_new()
    assert not polling.done()
    await polling


async def test_a_poll_survives_what_is_silent(lab: Lab) -> None:
    """One answer that never comes leaves the rest."""
    modem, gateway = await lab.connected()
    modem.faults.mute("+CSQ")
    modem.faults.mute("+COPS")
    port = (await gateway.poll()).ports["1"]
    assert port.registration is Registration.HOME
    assert (await gateway.poll()).ports["1"].signal == -73

"""Links that are lost, in every way, and made again by the same object."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayTimeoutError,
    Reason,
    UnsupportedError,
)
from simulator.at_modem import AtModem, Sim

from .lab import CLOCKS, OWN, Lab, statuses, to_peer


async def test_an_unplugged_modem_is_noticed_at_once(lab: Lab) -> None:
    """One word about it, and the same object connects again."""
    modem, gateway = await lab.connected()
    modem.unplug()
    await lab.watcher.wait_loss()
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.reason is Reason.NOT_FOUND
    assert len(lab.watcher.losses) == 1


async def test_the_same_object_connects_again(lab: Lab, tmp_path: Path) -> None:
    """After a loss, as often as it takes."""
    modem, device = await lab.modem()
    link = tmp_path / "modem"
    link.symlink_to(device)
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(str(link))
    await gateway.connect()
    for number in range(1, 4):
        modem.unplug()
        await lab.watcher.wait_loss(number)
        await modem.plug()
        link.unlink()
        link.symlink_to(modem.terminals[0].link.address)
        await gateway.connect()
        await lab.text(f"after {number}")
        await lab.inbox.wait_gone(number)
        assert statuses(await gateway.send_sms(to_peer("x"))) == ["sent"]
    assert len(lab.watcher.losses) == 3


async def test_a_modem_that_falls_silent_is_noticed(lab: Lab) -> None:
    """The link stands, but nobody answers."""
    modem, _ = await lab.connected()
    modem.faults.silence()
    await lab.watcher.wait_loss()
    assert lab.watcher.losses[0].reason is Reason.CONNECTION_LOST


@pytest.mark.parametrize("word", ["RDY", "^SYSSTART", "NORMAL POWER DOWN"])
async def test_a_modem_that_starts_anew_is_set_up_anew(lab: Lab, word: str) -> None:
    """It has forgotten everything, though the line stayed up."""
    modem, gateway = await lab.connected()
    modem.urc(word)
    await lab.watcher.wait_loss()
    modem.settings.indications = [0, 0, 0, 0, 0]
    await gateway.connect()
    assert modem.settings.indications[1] > 0
    await lab.text("after")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["after"]


async def test_settings_that_were_lost_without_a_word_are_made_again(lab: Lab) -> None:
    """A sweep looks whether the modem still tells of messages."""
    modem, device = await lab.modem()
    lab.notebook.values["adopted"] = "1"
    await lab.gateway(device, clocks=replace(CLOCKS, sweep=0.1)).connect()
    await lab.strikes(modem, "+CMGL", 2)
    modem.settings.indications[:] = [0, 0, 0, 0, 0]
    await lab.eventually(lambda: modem.settings.indications[1] == 1)
    modem.settings.indications[:] = [0, 0, 0, 0, 0]
    modem.urc("SMS Ready")
    await lab.eventually(lambda: modem.settings.indications[1] == 1)
    assert not lab.watcher.losses


async def test_a_restart_is_a_lost_link(lab: Lab) -> None:
    """The coordinator connects again when the modem is back."""
    modem, gateway = await lab.connected("sim800l")
    await gateway.restart_port("1")
    await lab.watcher.wait_loss()
    assert modem.starts >= 1
    with pytest.raises(GatewayConnectionError):
        await gateway.restart_port("1")


async def test_there_is_but_one_port(lab: Lab) -> None:
    """And it is not the second."""
    _, gateway = await lab.connected()
    with pytest.raises(UnsupportedError):
        await gateway.restart_port("2")


async def test_a_restart_that_is_refused(lab: Lab) -> None:
    """The reason comes through, the link stays."""
    modem, gateway = await lab.connected()
    modem.faults.error("+CFUN", "+CME ERROR: 3")
    with pytest.raises(GatewayError, match="operation not allowed"):
        await gateway.restart_port("1")
    assert not lab.watcher.losses


async def test_nobody_at_the_other_end(lab: Lab) -> None:
    """A port without a modem: to be tried again by the coordinator."""
    modem, device = await lab.modem()
    modem.faults.silence()
    gateway = lab.gateway(device)
    with pytest.raises(GatewayTimeoutError):
        await gateway.connect()
    with pytest.raises(GatewayConnectionError) as caught:
        await lab.probe(device)
    assert caught.value.reason is Reason.NOT_A_MODEM
    modem.faults.clear()
    await gateway.connect()
    assert not lab.watcher.losses


async def test_unplugged_while_it_is_set_up(lab: Lab) -> None:
    """The connection fails, without a word to the coordinator beside."""
    modem, device = await lab.modem()
    modem.faults.unplug("+CNMI")
    with pytest.raises(GatewayConnectionError):
        await lab.gateway(device).connect()
    assert not lab.watcher.losses


async def test_a_connection_that_is_given_up(lab: Lab) -> None:
    """Nothing stays behind, and the port is free again."""
    modem, device = await lab.modem()
    modem.faults.late("+CGMI", 0.8)
    gateway = lab.gateway(device)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.4):
            await gateway.connect()
    modem.faults.clear()
    result = await lab.probe(device)
    assert result.imei == "001010000000016"


async def test_a_scripted_modem_on_a_socket(lab: Lab, socket_enabled: None) -> None:
    """A modem behind a terminal server."""
    modem = AtModem("ec25", lab.network, sim=Sim(number=OWN))
    lab.stack.push_async_callback(modem.close)
    port = await modem.serve_tcp()
    lab.notebook.values["adopted"] = "1"
    gateway = lab.gateway(f"socket://127.0.0.1:{port}", baudrate=None)
    await gateway.connect()
    await lab.text("by wire")
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["by wire"]
    modem.unplug()
    await lab.watcher.wait_loss()


async def test_a_loss_while_the_first_messages_are_looked_through(lab: Lab) -> None:
    """Then `connect` fails, and nobody is told beside."""
    modem, device = await lab.modem()
    modem.faults.unplug("+CMGL")
    with pytest.raises(GatewayConnectionError):
        await lab.gateway(device).connect()
    assert not lab.watcher.losses


async def test_a_mistake_of_ours_does_not_leave_a_modem_unheard(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody thought of ends the session with a line in the log, and it begins anew."""
    _, gateway = await lab.connected()
    lab.inbox.failure = ZeroDivisionError("nobody thought of it")
    await lab.text("one")
    await lab.watcher.wait_loss()
    assert "Unexpected error" in caplog.text
    lab.inbox.failure = None
    await gateway.connect()
    await lab.inbox.wait_gone()
    assert lab.inbox.texts == ["one"]

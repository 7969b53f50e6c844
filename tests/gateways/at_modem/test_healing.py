"""Modems that hang, are exchanged, or find no network: what heals them, and what is left alone."""

import asyncio
from dataclasses import replace
import logging
from pathlib import Path
from typing import Any

import pytest

from custom_components.cellular_gateway.gateways.at_modem.gateway import AtModemGateway
from custom_components.cellular_gateway.gateways.at_modem.healing import Patience
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayTimeoutError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import Registration
from custom_components.cellular_gateway.gateways.network_settings import PowerSaving
from simulator.at_modem import AtModem, Sim
from simulator.faults import Cure, Fault, FaultKind, Position

from . import lab as lab_module
from .lab import CLOCKS, LIMITS, OWN, Lab, port_of, statuses, to_peer

IMEI = "001010000000016"
OTHER_IMEI = "490154203237518"
SLEEPS = f"sleeps:{IMEI}"


async def known(
    lab: Lab, tmp_path: Path, profile: str = "sim7600", **changes: Any
) -> tuple[AtModem, AtModemGateway]:
    """Plug a modem in at a path that stays, and make a gateway that has met it before."""
    modem = AtModem(profile, lab.network, sim=Sim(number=OWN))
    lab.stack.push_async_callback(modem.close)
    device = await modem.serve_pty(tmp_path / "modem")
    lab.notebook.values["adopted"] = "1"
    return modem, lab.gateway(device, identity=IMEI, **changes)


async def connected_again(gateway: AtModemGateway) -> None:
    """Try to connect as the coordinator does, until it works."""
    async with asyncio.timeout(20):
        while True:
            try:
                await gateway.connect()
            except GatewayError:
                await asyncio.sleep(0.05)
            else:
                return


@pytest.mark.parametrize(
    ("cure", "losses", "restarts"),
    [(Cure.AT, 0, 0), (Cure.FUNCTIONALITY, 1, 1), (Cure.REOPEN, 1, 0)],
)
async def test_a_modem_that_hangs_is_healed(
    lab: Lab, tmp_path: Path, cure: Cure, losses: int, restarts: int
) -> None:
    """By a mere AT, by a restart that is written in the blind, or by opening its port anew."""
    modem, gateway = await known(lab, tmp_path)
    await gateway.connect()
    starts = modem.starts
    modem.faults.hang(cure)
    if losses:
        await lab.watcher.wait_loss()
        await connected_again(gateway)
    else:
        await lab.eventually(lambda: not modem.faults.active)
    assert statuses(await gateway.send_sms(to_peer("well again"))) == ["sent"]
    assert len(lab.watcher.losses) == losses
    assert modem.starts - starts == restarts


async def test_what_only_a_person_can_heal(lab: Lab, tmp_path: Path) -> None:
    """The link stays lost, and is made again once the modem was unplugged and plugged in."""
    modem, gateway = await known(lab, tmp_path)
    await gateway.connect()
    modem.faults.hang(Cure.POWER)
    await lab.watcher.wait_loss()
    for _ in range(2):
        with pytest.raises(GatewayTimeoutError):
            await gateway.connect()
    modem.unplug()
    await modem.plug()
    await gateway.connect()
    assert len(lab.watcher.losses) == 1


@pytest.mark.parametrize("profile", ["sim7600", "sim800l"])
async def test_a_modem_that_answers_nothing_but_at(
    lab: Lab, tmp_path: Path, caplog: pytest.LogCaptureFixture, profile: str
) -> None:
    """Switching it off and on heals it; the link stays, and all is set up again."""
    caplog.set_level(logging.INFO)
    modem, gateway = await known(lab, tmp_path, profile)
    await gateway.connect()
    modem.faults.hang(Cure.FUNCTIONALITY, "+")
    modem.settings.indications = [0, 0, 0, 0, 0]
    await gateway.poll()
    assert not modem.faults.active
    assert caplog.text.count("answered nothing but AT") == 1
    await lab.eventually(lambda: modem.settings.indications[1] > 0)
    assert statuses(await gateway.send_sms(to_peer("well again"))) == ["sent"]
    assert not lab.watcher.losses
    assert modem.starts == 1


async def test_a_modem_that_answers_nothing_but_at_for_good(lab: Lab, tmp_path: Path) -> None:
    """When that does not help either, the link counts as lost."""
    modem, gateway = await known(lab, tmp_path)
    await gateway.connect()
    modem.faults.hang(Cure.POWER, "+")
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()
    await lab.watcher.wait_loss()
    assert lab.watcher.losses[0].reason is Reason.CONNECTION_LOST


async def test_gaps_are_no_hang(lab: Lab, tmp_path: Path) -> None:
    """A modem that swallows what it does not know is left alone."""
    modem, gateway = await known(lab, tmp_path)
    await gateway.connect()
    for command in ("+CESQ", "+CCLK", "+COPS"):
        modem.faults.hang(Cure.POWER, command)
    await gateway.poll()
    await gateway.poll()
    assert modem.settings.functionality == 1
    assert not lab.watcher.losses


@pytest.mark.parametrize("cure", [Cure.FUNCTIONALITY, Cure.REOPEN])
async def test_a_hang_in_the_middle_of_a_send(lab: Lab, tmp_path: Path, cure: Cure) -> None:
    """The outcome is unknown, and nothing is sent again when the modem is back."""
    modem, gateway = await known(lab, tmp_path)
    await gateway.connect()
    modem.faults.add(Fault(FaultKind.LATE, "+CMGS", Position.ANSWER, 1, seconds=1))
    sending = asyncio.create_task(gateway.send_sms(to_peer("once")))
    await lab.network.wait_sent(1)
    modem.faults.hang(cure)
    assert statuses(await sending) == ["unknown"]
    await lab.watcher.wait_loss()
    await connected_again(gateway)
    assert statuses(await gateway.send_sms(to_peer("then"))) == ["sent"]
    assert [sent.text for sent in lab.network.sent] == ["once", "then"]


async def test_a_modem_that_hangs_when_we_start(lab: Lab, tmp_path: Path) -> None:
    """One that was met before is restarted in the blind, once; a stranger is left alone."""
    modem, gateway = await known(lab, tmp_path)
    stranger = lab.gateway(modem.addresses[0])
    modem.faults.hang(Cure.FUNCTIONALITY)
    with pytest.raises(GatewayTimeoutError):
        await stranger.connect()
    assert modem.starts == 1
    with pytest.raises(GatewayError):
        await gateway.connect()
    await connected_again(gateway)
    assert modem.starts == 2


@pytest.mark.parametrize("by_command", [False, True])
async def test_a_module_that_sleeps_is_let_sleep(
    lab: Lab, tmp_path: Path, *, by_command: bool
) -> None:
    """Nothing is written in the blind to one that was told to save power, also after a restart."""
    modem, gateway = await known(lab, tmp_path, "bg96")
    await gateway.connect()
    if by_command:
        await gateway.send_at_command("1", 'AT+CPSMS=1,,,"00100110","00000101"', timeout=2)
        await lab.eventually(lambda: lab.notebook.values.get(SLEEPS) == "1")
    else:
        await gateway.configure_power_saving("1", PowerSaving(enabled=True))
    starts = modem.starts
    modem.faults.hang(Cure.FUNCTIONALITY)
    await lab.watcher.wait_loss()
    for sleeper in (gateway, lab.gateway(modem.addresses[0], identity=IMEI)):
        with pytest.raises(GatewayTimeoutError):
            await sleeper.connect()
    assert modem.starts == starts

    modem.faults.clear()
    await gateway.connect()
    await gateway.configure_power_saving("1", PowerSaving(enabled=False))
    await lab.eventually(lambda: lab.notebook.values[SLEEPS] == "0")
    modem.faults.hang(Cure.FUNCTIONALITY)
    await lab.watcher.wait_loss(2)
    await connected_again(gateway)
    assert modem.starts == starts + 1


async def test_a_radio_that_searches_in_vain(lab: Lab, tmp_path: Path) -> None:
    """It is switched off and on after a while, and finds its network."""
    clocks = replace(CLOCKS, unregistered=0.6, unregistered_longest=2.0)
    modem, gateway = await known(lab, tmp_path, clocks=clocks)
    await gateway.connect()
    modem.radio.stuck = True
    modem.refresh()
    await lab.watcher.until(lambda: port_of(gateway).registration is Registration.SEARCHING)
    await lab.watcher.until(lambda: port_of(gateway).registration is Registration.HOME)
    assert not modem.radio.stuck
    assert not lab.watcher.losses


async def test_a_radio_that_cannot_be_switched_on(lab: Lab, tmp_path: Path) -> None:
    """It must not stay off: the link counts as lost, and the next connection switches it on."""
    clocks = replace(CLOCKS, unregistered=0.3)
    modem, gateway = await known(lab, tmp_path, clocks=clocks)
    await gateway.connect()
    modem.faults.error("+CFUN=1")
    modem.radio.stuck = True
    modem.refresh()
    await lab.watcher.wait_loss()
    assert modem.settings.functionality == 4
    await gateway.connect()
    assert modem.settings.functionality == 1
    await lab.watcher.until(lambda: port_of(gateway).registration is Registration.HOME)


def test_patience_grows() -> None:
    """The radio is switched ever less often, and as before once there was a network."""
    patience = Patience(10, 30)
    times = [now for now in range(100) if patience.is_over(now, registered=False)]
    assert times == [10, 30, 60, 90]
    assert not patience.is_over(200, registered=True)
    assert [now for now in range(300, 315) if patience.is_over(now, registered=False)] == [310]


async def test_another_modem_at_the_port_is_not_used(lab: Lab, tmp_path: Path) -> None:
    """Neither its SIM nor its messages are touched; the right one is, wherever it is."""
    modem, gateway = await known(lab, tmp_path, pin="1234")
    await gateway.connect()
    path = modem.addresses[0]
    await modem.move(tmp_path / "elsewhere")
    await lab.watcher.wait_loss()
    stranger = AtModem(
        "sim7600", lab.network, sim=Sim("+4917139200009", pin="1234"), imei=OTHER_IMEI
    )
    lab.stack.push_async_callback(stranger.close)
    await stranger.serve_pty(path)
    with pytest.raises(GatewayConnectionError) as caught:
        await gateway.connect()
    assert caught.value.reason is Reason.OTHER_MODEM
    assert stranger.sim is not None and stranger.sim.locked
    assert [await gateway.is_at(at) for at in (path, str(tmp_path / "elsewhere"), "/dev/null")] == [
        False,
        True,
        False,
    ]
    gateway.relocate(str(tmp_path / "elsewhere"))
    await gateway.connect()
    assert port_of(gateway).imei == IMEI


async def test_the_first_modem_that_answers_is_remembered(lab: Lab, tmp_path: Path) -> None:
    """An entry that was made without an IMEI learns it, also over a restart of ours."""
    modem, _ = await known(lab, tmp_path)
    device = modem.addresses[0]
    assert not await lab.gateway(device, identity="usb").is_at(device)
    gateway = lab.gateway(device, identity="usb")
    await gateway.connect()
    await gateway.close()
    modem.imei = OTHER_IMEI
    with pytest.raises(GatewayConnectionError) as caught:
        await lab.gateway(device, identity="usb").connect()
    assert caught.value.reason is Reason.OTHER_MODEM
    await lab.gateway(device, identity="replaced").connect()


async def test_who_cannot_be_known_is_not_looked_for(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port of another modem is not opened in vain."""
    opened: list[str] = []

    async def open_serial(url: str, baudrate: int) -> tuple[Any, Any]:
        opened.append(url)
        raise OSError

    monkeypatch.setattr(lab_module, "open_serial", open_serial)
    modem, gateway = await known(lab, tmp_path)
    device = modem.addresses[0]
    assert not await lab.gateway(device, identity="usb").is_at(device)
    assert opened == []
    assert not await gateway.is_at(device)
    assert opened == [device]


async def test_a_silent_port_is_not_the_modem(lab: Lab, tmp_path: Path) -> None:
    """It is asked briefly, and nothing that restarts a modem is written to it."""
    modem, gateway = await known(lab, tmp_path, limits=LIMITS)
    modem.faults.hang(Cure.FUNCTIONALITY)
    assert not await gateway.is_at(modem.addresses[0])
    assert modem.starts == 1

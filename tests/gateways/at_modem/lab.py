"""A network, its modems, and gateways on our side of the wire."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import serialx

from custom_components.cellular_gateway.gateways.at_modem.exchange import Limits
from custom_components.cellular_gateway.gateways.at_modem.gateway import (
    AtModemGateway,
    AtModemSettings,
    ProbeResult,
    probe,
)
from custom_components.cellular_gateway.gateways.at_modem.settings import Clocks
from custom_components.cellular_gateway.gateways.models import (
    OutgoingSms,
    PortState,
    Receipt,
    SendStatus,
)
from simulator.at_modem import AtModem, Sim
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network
from simulator.profiles import Profile
from simulator.scripted import Script, ScriptedModem

from ...waiting import eventually
from ..consumers import Guard, Inbox, Listener, Notebook, Watcher

OWN = "+4917139200001"
PEER = "+491701234567"

# Short enough for tests, long enough for a busy machine.
LIMITS = Limits(
    greeting=0.2,
    command=0.4,
    sim=2.0,
    prompt=0.6,
    radio=1.0,
    send=0.8,
    late=0.5,
    alone=0.5,
    quiet=0.05,
)
CLOCKS = Clocks(
    keepalive=0.4,
    retry=0.1,
    recheck=0.05,
    closing=1.0,
    sim=0.1,
    resend=(0.02, 0.02),
    ussd_settling=0.1,
    caller=0.2,
    ringing=1.0,
    call=0.1,
)


async def open_serial(url: str, baudrate: int) -> tuple[Any, Any]:
    """Open a serial port as the integration does."""
    return await serialx.open_serial_connection(url, baudrate=baudrate)


class Lab:
    """What one test needs; everything that it makes ends with it."""

    def __init__(self) -> None:
        """Begin with a network and nobody in it."""
        self.stack = AsyncExitStack()
        self._desk = Path(self.stack.enter_context(TemporaryDirectory()))
        self._plugged = count()
        self.network = Network()
        self.stack.push_async_callback(self.network.close)
        self.inbox = Inbox()
        self.watcher = Watcher()
        self.listener = Listener()
        self.notebook = Notebook()
        self.guard = Guard()

    async def close(self) -> None:
        """End everything, in reverse order."""
        await self.stack.aclose()

    async def modem(
        self, profile: Profile | str = "sim7600", **options: Any
    ) -> tuple[AtModem, str]:
        """Plug a modem in, with a SIM unless told otherwise; return its path too."""
        options.setdefault("sim", Sim(number=OWN))
        modem = AtModem(profile, self.network, **options)
        self.stack.push_async_callback(modem.close)
        return modem, await modem.serve_pty(self.port())

    async def scripted(self, script: Script, **options: Any) -> tuple[ScriptedModem, str]:
        """Plug in a modem that plays a script."""
        modem = ScriptedModem(script, **options)
        self.stack.push_async_callback(modem.close)
        return modem, await modem.serve_pty(self.port())

    def port(self) -> Path:
        """Name a serial port that nothing else gets when it is pulled out."""
        return self._desk / f"ttyUSB{next(self._plugged)}"

    def settings(self, device: str, **changes: Any) -> AtModemSettings:
        """Make settings with the clocks of the tests."""
        usual = AtModemSettings(
            device=device, baudrate=115200, country="DE", limits=LIMITS, clocks=CLOCKS
        )
        return replace(usual, **changes)

    def gateway(self, device: str, *, subscribe: bool = True, **changes: Any) -> AtModemGateway:
        """Make a gateway that is not connected yet."""
        gateway = AtModemGateway(
            self.settings(device, **changes),
            open_serial=open_serial,
            pin_guard=self.guard,
            memory=self.notebook,
        )
        gateway.subscribe_state(self.watcher)
        gateway.subscribe_events(self.listener)
        if subscribe:
            gateway.subscribe_messages(self.inbox)
        self.stack.push_async_callback(gateway.close)
        return gateway

    async def connected(
        self, profile: str = "sim7600", *, adopted: bool = True, **changes: Any
    ) -> tuple[AtModem, AtModemGateway]:
        """Plug a modem in and connect a gateway to it, not for the first time if `adopted`."""
        modem, device = await self.modem(profile)
        if adopted:
            self.notebook.values["adopted"] = "1"
        gateway = self.gateway(device, **changes)
        await gateway.connect()
        return modem, gateway

    async def probe(self, device: str, **options: Any) -> ProbeResult:
        """Probe a device."""
        pin = options.pop("pin", None)
        consented = options.pop("consented", False)
        return await probe(
            self.settings(device, **options),
            open_serial=open_serial,
            pin=pin,
            consented=consented,
        )

    eventually = staticmethod(eventually)

    async def strikes(self, modem: AtModem, command: str, times: int) -> None:
        """Wait until a command was answered so many times from now on."""
        fault = Fault(FaultKind.LATE, command, Position.ANSWER, times)
        modem.faults.add(fault)
        await self.eventually(lambda: fault not in modem.faults.active)

    async def text(self, text: str, **options: Any) -> None:
        """Have somebody send us a text."""
        await self.network.send(PEER, OWN, text, **options)


def all_adopted(modem: AtModem) -> str:
    """Return what is remembered once all storages of a modem and its SIM were looked through."""
    assert modem.sim is not None
    return f":{modem.imei},:{modem.sim.iccid}"


def port_of(gateway: AtModemGateway) -> PortState:
    """Return the state of the one port."""
    return gateway.state.ports["1"]


def to_peer(text: str, **options: Any) -> OutgoingSms:
    """Write to somebody."""
    return OutgoingSms(number=PEER, text=text, **options)


def statuses(receipt: Receipt) -> list[SendStatus]:
    """Return what came of each part."""
    return [part.status for part in receipt.parts]


async def settle() -> None:
    """Let what is ready to run, run."""
    for _ in range(20):
        await asyncio.sleep(0)

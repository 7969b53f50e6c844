"""A network, a modem in it, and a host that talks to the modem."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from simulator.at_modem import AtModem, Sim
from simulator.control import Control
from simulator.network import Network

from .api import Api
from .host import Host

type MakeModem = Callable[..., AtModem]
type Connect = Callable[[AtModem], Awaitable[Host]]


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let the tests talk to the simulator over TCP."""


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """Return a network that tries a delivery again at once."""
    network = Network(retry_interval=0.01)
    yield network
    await network.close()


@pytest.fixture
async def make_modem(network: Network) -> AsyncIterator[MakeModem]:
    """Return a function that builds modems, which are taken away in the end."""
    modems: list[AtModem] = []

    def make(profile: str = "sim7600", **options: Any) -> AtModem:
        options.setdefault("sim", Sim())
        modems.append(AtModem(profile, network, **options))
        return modems[-1]

    yield make
    for modem in modems:
        await modem.close()


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Return a function that serves a modem over TCP and connects to it, echo off."""
    hosts: list[Host] = []

    async def connect(modem: AtModem) -> Host:
        host = await Host.tcp(await modem.serve_tcp())
        hosts.append(host)
        assert await host.command("ATE0") == ["OK"]
        return host

    yield connect
    for host in hosts:
        host.close()


@pytest.fixture
def modem(make_modem: MakeModem) -> AtModem:
    """Return a SIM7600 with an open card."""
    return make_modem()


@pytest.fixture
async def host(modem: AtModem, connect: Connect) -> Host:
    """Return a host of that modem, which wants to hear of stored messages."""
    host = await connect(modem)
    assert await host.command("AT+CMEE=1") == ["OK"]
    assert await host.command("AT+CNMI=2,1,0,0,0") == ["OK"]
    return host


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Return an HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def api(
    network: Network, modem: AtModem, session: aiohttp.ClientSession
) -> AsyncIterator[Api]:
    """Return a client of a control interface with one modem."""
    control = Control(network, modem)
    yield Api(session, await control.serve())
    for other in control.modems.values():
        await other.close()
    await control.close()

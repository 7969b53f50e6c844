"""Delivery reports: late, foreign, temporary and permanent failures."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator import pdu
from simulator.at_modem import AtModem, Sim
from simulator.clock import ManualClock
from simulator.network import Network

from .host import Host

PEER = "+4917139200042"
# SMS-SUBMIT with TP-SRR set (TS 23.040 clause 9.2.3.5): "hellohello" to the peer.
SUBMIT = "0021000D91947131290040F200000AE8329BFD4697D9EC37"
TEMPORARY, EXPIRED = 0x20, 0x46


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """Return a network whose clock stands still."""
    network = Network(clock=ManualClock())
    yield network
    await network.close()


@pytest.fixture
async def host(host: Host) -> Host:
    """Return a host that wants reports at once."""
    assert await host.command("AT+CNMI=1,1,0,1,0") == ["OK"]
    return host


async def report(host: Host) -> tuple[int, int]:
    """Return reference and status of the next report."""
    head = await host.line()
    assert head.startswith("+CDS: ")
    tpdu = pdu.split_smsc(bytes.fromhex(await host.line()))[1]
    assert pdu.is_status_report(tpdu)
    return tpdu[1], tpdu[-1]


async def advance(network: Network, seconds: float) -> None:
    """Move the clock on once all that waits for it does."""
    assert isinstance(network.clock, ManualClock)
    await asyncio.sleep(0.01)
    network.clock.advance(seconds)


async def test_late_report(network: Network, host: Host) -> None:
    """The message arrives at once, its report an hour later."""
    network.plan_reports(PEER, 0, delay=3600)
    assert await host.send(SUBMIT, len(SUBMIT) // 2 - 1) == ["+CMGS: 1", "OK"]
    assert (await network.phone(PEER).received()).text == "hellohello"
    assert await host.silent(0.03)
    await advance(network, 3600)
    assert await report(host) == (1, 0)


async def test_temporary_failure_then_delivered(network: Network, host: Host) -> None:
    """The service centre tells that it still tries, then that it is done."""
    network.plan_reports(PEER, TEMPORARY, 0, delay=60)
    await host.send(SUBMIT, len(SUBMIT) // 2 - 1)
    for status in (TEMPORARY, 0):
        await advance(network, 60)
        assert await report(host) == (1, status)


async def test_permanent_failure(network: Network, host: Host) -> None:
    """A message that expired is reported so and never arrives."""
    network.plan_reports(PEER, TEMPORARY, EXPIRED)
    await host.send(SUBMIT, len(SUBMIT) // 2 - 1)
    assert [await report(host) for _ in range(2)] == [(1, TEMPORARY), (1, EXPIRED)]
    assert not network.phone(PEER).inbox


async def test_no_report_at_all(network: Network, host: Host) -> None:
    """A network that never reports delivers all the same."""
    network.plan_reports(PEER)
    await host.send(SUBMIT, len(SUBMIT) // 2 - 1)
    assert (await network.phone(PEER).received()).text == "hellohello"
    assert await host.silent(0.03)


async def test_foreign_report(network: Network, host: Host) -> None:
    """A report comes for a reference that nobody sent."""
    await network.send_report(Sim().number, 200, PEER, EXPIRED)
    assert await report(host) == (200, EXPIRED)


async def test_report_waits_for_the_modem(network: Network, modem: AtModem, host: Host) -> None:
    """A report for a modem without network comes when it has one again."""
    modem.set_registration(2)
    await network.send_report(Sim().number, 7, PEER)
    assert await host.silent(0.03)
    modem.set_registration(1)
    assert await report(host) == (7, 0)

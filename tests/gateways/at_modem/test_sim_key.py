"""A SIM is the same SIM, also when the modem cannot read all of its numbers."""

import asyncio

import pytest

from custom_components.cellular_gateway.gateways.at_modem.questions import Sim
from custom_components.cellular_gateway.gateways.at_modem.sim_key import recognise_sim
from custom_components.cellular_gateway.gateways.errors import GatewayConnectionError, NotKeptError

from ..consumers import Notebook
from .lab import Lab

BOTH = Sim(iccid="8949", imsi="2620")


@pytest.mark.parametrize(
    "seen",
    [BOTH, Sim(iccid="8949"), Sim(imsi="2620"), Sim()],
    ids=["both", "iccid", "imsi", "none"],
)
async def test_the_key_stays(seen: Sim) -> None:
    """Whatever part of its numbers is read the next time."""
    memory = Notebook()
    key = await recognise_sim(memory, BOTH, "35")
    assert await recognise_sim(memory, seen, "35") == key


async def test_numbers_are_learned() -> None:
    """A number that is read only later belongs to the same SIM."""
    memory = Notebook()
    key = await recognise_sim(memory, Sim(imsi="2620"), "35")
    assert await recognise_sim(memory, BOTH, "35") == key
    assert await recognise_sim(memory, Sim(iccid="8949"), "35") == key


async def test_another_sim_has_another_key() -> None:
    """And the first is recognised when it comes back."""
    memory = Notebook()
    first = await recognise_sim(memory, BOTH, "35")
    second = await recognise_sim(memory, Sim(iccid="8932", imsi="2060"), "35")
    assert first != second
    assert await recognise_sim(memory, BOTH, "35") == first


async def test_without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that fails keeps nobody from connecting."""
    memory = Notebook()

    async def failing(key: str) -> str | None:
        raise NotKeptError("disk full")

    monkeypatch.setattr(memory, "get", failing)
    assert await recognise_sim(memory, BOTH, "35") == "8949"
    assert await recognise_sim(memory, Sim(), "35") == "35"


async def test_nothing_is_new_again_without_the_iccid(lab: Lab) -> None:
    """What stays on the SIM does not fire again."""
    modem, gateway = await lab.connected(delete_after_receipt=False)
    device = modem.addresses[0]
    await lab.text("one")
    await lab.inbox.wait_new()
    for command in ("+CICCID", "+CCID", "+ICCID", "+QCCID"):
        modem.faults.error(command, "ERROR", times=None)
    await gateway.close()
    offered = len(lab.inbox.offers)
    await lab.gateway(device, delete_after_receipt=False).connect()
    await lab.inbox.until(lambda: len(lab.inbox.offers) > offered)
    assert lab.inbox.texts == ["one"]


async def test_closing_while_connecting(lab: Lab) -> None:
    """Nothing stays open, and `connect` tells that it was closed."""
    modem, device = await lab.modem()
    gateway = lab.gateway(device)
    modem.faults.late("+CGMI", 0.5)
    connecting = asyncio.create_task(gateway.connect())
    await lab.eventually(lambda: modem.terminals[0].link.is_open)
    await gateway.close()
    with pytest.raises(GatewayConnectionError):
        await connecting
    with pytest.raises(GatewayConnectionError):
        await gateway.poll()

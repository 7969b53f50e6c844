"""The promises of the seam, asked of every kind of gateway over its simulator."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Protocol

import pytest

from custom_components.cellular_gateway.gateways.base import Gateway
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    MessageError,
    NotKeptError,
    UnsupportedError,
)
from custom_components.cellular_gateway.gateways.models import (
    GatewayInfo,
    OutgoingSms,
    Registration,
    SendStatus,
)
from custom_components.cellular_gateway.gateways.network_settings import AccessPoint, PowerSaving
from custom_components.cellular_gateway.gateways.teltonika.gateway import PRIMARY
from custom_components.cellular_gateway.sms.tpdu import DeliveryOutcome
from simulator.at_modem import AtModem, Sim
from simulator.ejoin import Box
from simulator.faults import Fault, FaultKind, Position
from simulator.teltonika import Router

from .at_modem.lab import OWN, PEER, Lab
from .consumers import Inbox, Watcher
from .ejoin.lab import PEER_WIRE, Lab as BoxLab
from .emnify.world import EmnifyWorld
from .smpp.world import SmppWorld
from .teltonika.lab import Lab as RouterLab


class World(Protocol):
    """What a kind's simulator must be able to do."""

    gateway: Gateway
    port: str
    inbox: Inbox
    watcher: Watcher

    @property
    def registration(self) -> Registration | None:
        """The registration of the port; None for a kind without a radio."""

    async def deliver(self, text: str) -> None:
        """Have somebody send a text to the gateway."""

    async def sent(self, number: int) -> list[str]:
        """Wait for so many texts that left, and return them."""

    @property
    def stored(self) -> int:
        """How many received messages the other side still keeps for us."""

    def lose(self) -> None:
        """Break the link."""

    async def restore(self) -> None:
        """Make the link possible again."""

    def disturb(self) -> None:
        """Say something that makes no sense."""

    def swallow_answer(self) -> None:
        """Take the next message that is sent, and say nothing to it."""

    def refuse(self) -> None:
        """Turn the next message that is sent down."""

    async def close(self) -> None:
        """End."""


class AtModemWorld:
    """A modem on a pty."""

    port = "1"
    registration = Registration.HOME

    def __init__(self, lab: Lab, modem: AtModem, gateway: Gateway) -> None:
        """Take a modem and the gateway to it."""
        self._lab = lab
        self._modem = modem
        self.gateway = gateway
        self.inbox = lab.inbox
        self.watcher = lab.watcher

    @classmethod
    async def build(cls, directory: str) -> AtModemWorld:
        """Plug a modem in, at a path that stays."""
        lab = Lab()
        lab.notebook.values["adopted"] = "1"
        modem = AtModem("sim7600", lab.network, sim=Sim(number=OWN))
        lab.stack.push_async_callback(modem.close)
        device = await modem.serve_pty(f"{directory}/modem")
        return cls(lab, modem, lab.gateway(device))

    async def deliver(self, text: str) -> None:
        """Have somebody send a text."""
        await self._lab.text(text)

    async def sent(self, number: int) -> list[str]:
        """Wait for what left."""
        return [sent.text or "" for sent in await self._lab.network.wait_sent(number)]

    @property
    def stored(self) -> int:
        """Count what lies on the SIM."""
        assert self._modem.sim is not None
        return self._modem.sim.storage.used

    def lose(self) -> None:
        """Pull the plug."""
        self._modem.unplug()

    async def restore(self) -> None:
        """Put the plug in."""
        await self._modem.plug()

    def disturb(self) -> None:
        """Make noise on the line."""
        self._modem.terminals[0].raw(b"\xff\x00~+CMT: \r\n+CREG: \r\nOK\r\n")

    def swallow_answer(self) -> None:
        """Lose the answer to +CMGS."""
        self._modem.faults.add(Fault(FaultKind.MUTE, "+CMGS", Position.ANSWER))

    def refuse(self) -> None:
        """Have the network refuse."""
        self._lab.network.refuse(21)

    async def close(self) -> None:
        """End."""
        await self._lab.close()


class TeltonikaWorld:
    """A router on loopback, over one of its interfaces."""

    port = PRIMARY
    registration = Registration.HOME

    def __init__(self, lab: RouterLab, router: Router, gateway: Gateway) -> None:
        """Take a router and the gateway to it."""
        self._lab = lab
        self._router = router
        self.gateway = gateway
        self.inbox = lab.inbox
        self.watcher = lab.watcher

    @classmethod
    async def build(cls, *, legacy: bool) -> TeltonikaWorld:
        """Switch a router on."""
        lab = RouterLab()
        lab.notebook.values["adopted"] = "1"
        router = await lab.router(legacy=legacy)
        return cls(lab, router, lab.gateway(router, delete_after_receipt=True))

    @classmethod
    async def build_post_get(cls, directory: str) -> TeltonikaWorld:
        """Use Post/Get with JSON-RPC."""
        return await cls.build(legacy=True)

    @classmethod
    async def build_rest(cls, directory: str) -> TeltonikaWorld:
        """Use the API of RutOS 7."""
        return await cls.build(legacy=False)

    async def deliver(self, text: str) -> None:
        """Have somebody send a text."""
        await self._lab.network.send(PEER, self._router.modem.sim.number, text)

    async def sent(self, number: int) -> list[str]:
        """Wait for what left."""
        return [sent.text or "" for sent in await self._lab.network.wait_sent(number)]

    @property
    def stored(self) -> int:
        """Count what the router stores."""
        return len(self._router.modem.stored)

    def lose(self) -> None:
        """Take the router from the network."""
        self._router.down()

    async def restore(self) -> None:
        """Bring it back."""
        await self._router.serve()

    def disturb(self) -> None:
        """Have it list nonsense."""
        self._router.trouble.garbage += 1

    def swallow_answer(self) -> None:
        """Have it say nothing to a send."""
        self._router.trouble.swallow += 1

    def refuse(self) -> None:
        """Have the network refuse."""
        self._lab.network.refuse(21)

    async def close(self) -> None:
        """End."""
        await self._lab.close()


class EjoinWorld:
    """A gateway with four ports on loopback, which pushes to a web server of ours."""

    port = "1"
    registration = Registration.HOME

    def __init__(self, lab: BoxLab, gateway: Gateway) -> None:
        """Take a simulated gateway, and ours to it."""
        self._lab = lab
        self.gateway = gateway
        self.inbox = lab.inbox
        self.watcher = lab.watcher

    @classmethod
    async def build(cls, directory: str) -> EjoinWorld:
        """Switch it on."""
        lab = await BoxLab.open(Box(ports=4, slots=2))
        return cls(lab, lab.gateway(delete_after_receipt=True, clocks={"inbox": 0.3}))

    async def deliver(self, text: str) -> None:
        """Have somebody send a text."""
        await self._lab.box.receive(1, PEER_WIRE, text)

    async def sent(self, number: int) -> list[str]:
        """Wait for what left."""
        await self._lab.eventually(lambda: len(self._lab.box.air) >= number)
        return self._lab.box.air

    @property
    def stored(self) -> int:
        """Count what its inbox holds."""
        return len(self._lab.box.inbox)

    def lose(self) -> None:
        """Take its power away."""
        self._lab.box.spawn(self._lab.api.stop())

    async def restore(self) -> None:
        """Give it back."""
        await self._lab.api.stop()
        await self._lab.api.serve()

    def disturb(self) -> None:
        """Have it push nonsense."""
        self._lab.box.spawn(self._lab.box.push(b"\xff\x00[{]", self._lab.hook_url))

    def swallow_answer(self) -> None:
        """Have it say nothing to a send."""
        self._lab.box.faults.swallow = True

    def refuse(self) -> None:
        """Have the network refuse."""
        self._lab.box.faults.fail = ("7 Server Error", "38 network out of order")

    async def close(self) -> None:
        """End."""
        await self._lab.close()


KINDS: dict[str, Callable[[str], Awaitable[World]]] = {
    "at_modem": AtModemWorld.build,
    "ejoin": EjoinWorld.build,
    "emnify": EmnifyWorld.build,
    "smpp": SmppWorld.build,
    "teltonika_post_get": TeltonikaWorld.build_post_get,
    "teltonika_rest": TeltonikaWorld.build_rest,
}


@pytest.fixture(params=sorted(KINDS))
async def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    socket_enabled: None,
) -> AsyncIterator[World]:
    """Return the world of each kind."""
    world = await KINDS[request.param](str(tmp_path_factory.mktemp("world")))
    yield world
    await world.close()


COMMAND = "  setparam 2001:em"


def to_peer(text: str, **options: str) -> OutgoingSms:
    """Write to somebody."""
    return OutgoingSms(number=PEER, text=text, port=options.get("port"))


async def test_connecting_tells_who_and_how(world: World) -> None:
    """Info, capabilities and state are there as soon as `connect` returns."""
    info = await world.gateway.connect()
    assert isinstance(info, GatewayInfo)
    assert info.model
    assert world.gateway.capabilities.send_sms
    state = world.gateway.state.ports[world.port]
    assert state.key == world.port
    assert state.registration is world.registration


async def test_a_poll_returns_the_state(world: World) -> None:
    """All of it, and the same again when nothing changes."""
    await world.gateway.connect()
    state = await world.gateway.poll()
    assert state == world.gateway.state
    assert await world.gateway.poll() == state


async def test_a_message_is_given_away_only_after_it_was_kept(world: World) -> None:
    """Received, kept, then removed over there."""
    stored: list[int] = []
    world.inbox.before_keeping = lambda: stored.append(world.stored)
    await world.gateway.connect()
    await world.deliver("one")
    await world.inbox.wait_gone()
    assert world.inbox.texts == ["one"]
    assert stored == [1]
    assert world.stored == 0


async def test_what_could_not_be_kept_is_offered_again(world: World) -> None:
    """Nothing is acknowledged meanwhile."""
    await world.gateway.connect()
    world.inbox.failure = NotKeptError("disk full")
    await world.deliver("one")
    await world.inbox.until(lambda: world.inbox.failures >= 2)
    assert world.stored == 1
    world.inbox.failure = None
    await world.inbox.wait_gone()
    assert world.inbox.texts == ["one"]


async def test_what_came_meanwhile_is_handed_over(world: World) -> None:
    """While there was no link."""
    await world.deliver("early")
    await world.gateway.connect()
    await world.inbox.wait_gone()
    assert world.inbox.texts == ["early"]


async def test_identities_stay(world: World) -> None:
    """What was kept but not acknowledged is the same message after a new link."""
    await world.gateway.connect()
    world.inbox.failure = NotKeptError("disk full")
    await world.deliver("one")
    await world.inbox.until(lambda: world.inbox.failures >= 1)
    await world.gateway.connect()
    await world.inbox.until(lambda: world.inbox.failures >= 2)
    assert len({part.identity for part in world.inbox.offers}) == 1


async def test_a_receipt_for_every_part(world: World) -> None:
    """In order, with one status for all."""
    await world.gateway.connect()
    receipt = await world.gateway.send_sms(to_peer("many words " * 30, port=world.port))
    assert [part.number for part in receipt.parts] == [1, 2, 3]
    assert receipt.status is SendStatus.SENT
    assert "".join(await world.sent(3)) == "many words " * 30


async def test_blanks_at_the_beginning_arrive(world: World) -> None:
    """Devices are told things by texts that begin with two blanks: no octet may be lost."""
    await world.gateway.connect()
    receipt = await world.gateway.send_sms(to_peer(COMMAND, port=world.port))
    assert receipt.status is SendStatus.SENT
    assert [text.encode() for text in await world.sent(1)] == [COMMAND.encode()]


async def test_a_refusal_is_a_receipt(world: World) -> None:
    """With the code and its words; nothing raises after the first octet."""
    await world.gateway.connect()
    world.refuse()
    receipt = await world.gateway.send_sms(to_peer("no"))
    assert receipt.status is SendStatus.FAILED
    assert receipt.parts[0].reason
    assert receipt.parts[0].code
    assert receipt.parts[0].meaning


async def test_no_answer_is_unknown_and_never_repeated(world: World) -> None:
    """It may have been sent."""
    await world.gateway.connect()
    world.swallow_answer()
    receipt = await world.gateway.send_sms(to_peer("perhaps"))
    assert receipt.status is SendStatus.UNKNOWN
    await world.gateway.send_sms(to_peer("next"))
    assert await world.sent(2) == ["perhaps", "next"]


async def test_what_cannot_be_sent_raises_before(world: World) -> None:
    """An empty text, a port that is none, no link."""
    with pytest.raises(GatewayConnectionError):
        await world.gateway.send_sms(to_peer("no link"))
    await world.gateway.connect()
    with pytest.raises(MessageError):
        await world.gateway.send_sms(to_peer(""))
    with pytest.raises(UnsupportedError):
        await world.gateway.send_sms(to_peer("x", port="no such port"))


async def test_a_lost_link_is_told_once(world: World) -> None:
    """And everything that needs it raises the errors of the seam."""
    await world.gateway.connect()
    world.lose()
    await world.watcher.wait_loss()
    with pytest.raises(GatewayError):
        await world.gateway.poll()
    with pytest.raises(GatewayConnectionError):
        await world.gateway.send_sms(to_peer("x"))
    with pytest.raises(GatewayError):
        await world.gateway.connect()
    assert len(world.watcher.losses) == 1
    assert world.watcher.losses[0].temporary


async def test_the_same_object_connects_again(world: World) -> None:
    """With all that came meanwhile."""
    await world.gateway.connect()
    world.lose()
    await world.watcher.wait_loss()
    await world.restore()
    await world.gateway.connect()
    await world.deliver("back")
    await world.inbox.wait_gone()
    assert world.inbox.texts == ["back"]
    assert (await world.gateway.send_sms(to_peer("x"))).status is SendStatus.SENT


async def test_a_closed_gateway_is_quiet(world: World) -> None:
    """No loss is told, nothing is taken; it may be connected again."""
    await world.gateway.connect()
    await world.gateway.close()
    await world.gateway.close()
    assert not world.watcher.losses
    with pytest.raises(GatewayConnectionError):
        await world.gateway.send_sms(to_peer("x"))
    with pytest.raises(GatewayConnectionError):
        await world.gateway.poll()
    await world.gateway.connect()
    assert (await world.gateway.send_sms(to_peer("x"))).status is SendStatus.SENT


OPTIONAL: dict[str, Callable[[Gateway, str], Coroutine[Any, Any, object]]] = {
    "ussd": lambda gateway, port: gateway.send_ussd(port, "*100#", timeout=5),
    "dial": lambda gateway, port: gateway.dial(port, PEER, 1),
    "stored_messages": lambda gateway, port: gateway.list_messages(port),
    "at_commands": lambda gateway, port: gateway.send_at_command(port, "AT", timeout=5),
    "apn": lambda gateway, port: gateway.configure_apn(port, AccessPoint(name="em")),
    "power_saving": lambda gateway, port: gateway.configure_power_saving(
        port, PowerSaving(enabled=False)
    ),
    "select_operator": lambda gateway, port: gateway.set_operator(port, None),
}


@pytest.mark.parametrize("capability", OPTIONAL)
async def test_what_is_offered_can_be_done(world: World, capability: str) -> None:
    """And what is not, or is asked of no port of the gateway's, raises the error for that."""
    do = OPTIONAL[capability]
    with pytest.raises(GatewayError):
        await do(world.gateway, world.port)
    await world.gateway.connect()
    if getattr(world.gateway.capabilities, capability):
        await do(world.gateway, world.port)
    else:
        with pytest.raises(UnsupportedError):
            await do(world.gateway, world.port)
    with pytest.raises(UnsupportedError):
        await do(world.gateway, "no such port")
    await world.deliver("after")
    await world.inbox.wait_gone()


async def test_a_report_for_every_part(world: World) -> None:
    """Where the gateway has them."""
    await world.gateway.connect()
    if not world.gateway.capabilities.delivery_reports:
        return
    message = replace(to_peer("many words " * 30), delivery_report=True)
    receipt = await world.gateway.send_sms(message)
    reports = [part.report for part in await world.inbox.wait_new(3)]
    assert {report.outcome for report in reports if report} == {DeliveryOutcome.DELIVERED}
    assert {(report.reference, report.message_id) for report in reports if report} == {
        (part.reference, part.message_id) for part in receipt.parts
    }


async def test_nonsense_is_survived(world: World) -> None:
    """And hides nothing."""
    await world.gateway.connect()
    for number in range(1, 4):
        world.disturb()
        await world.deliver(f"message {number}")
        await world.inbox.wait_gone(number)
        assert (await world.gateway.send_sms(to_peer("x"))).status is SendStatus.SENT
    assert len(world.inbox.texts) == 3
    assert not world.watcher.losses


async def test_a_caller_that_gives_up_breaks_nothing(world: World) -> None:
    """Polls and sends may be cancelled at any point."""
    await world.gateway.connect()
    for task in (
        asyncio.create_task(world.gateway.poll()),
        asyncio.create_task(world.gateway.send_sms(to_peer("x"))),
    ):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await world.deliver("one")
    await world.inbox.wait_gone()
    assert (await world.gateway.poll()).ports[world.port].registration is world.registration


async def test_state_is_pushed_only_when_it_differs(world: World) -> None:
    """A poll of what is known already pushes nothing."""
    await world.gateway.connect()
    await world.gateway.poll()
    world.watcher.states.clear()
    await world.gateway.poll()
    assert not world.watcher.states

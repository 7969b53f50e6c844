"""A network, a service centre in it, and gateways on our side of the wire."""

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from custom_components.cellular_gateway.gateways.models import (
    OutgoingSms,
    PartReceipt,
    Receipt,
    SendStatus,
)
from custom_components.cellular_gateway.gateways.smpp.gateway import SmppGateway, SmppSettings
from custom_components.cellular_gateway.gateways.smpp.settings import Clocks
from simulator.faults import Fault, FaultKind, Position
from simulator.network import Network
from simulator.smsc import Account, Message, Smsc

from ..consumers import Inbox, Notebook, Watcher

PEER = "+491701234567"

# Short enough for tests, long enough for a busy machine.
CLOCKS = Clocks(
    opening=2.0,
    bind=1.0,
    response=0.6,
    keepalive=0.3,
    throttled=(0.05, 0.1, 0.2),
    redelivery=60.0,
    patience=5.0,
    closing=0.5,
    state=0.02,
)


class Lab:
    """What one test needs; everything that it makes ends with it."""

    def __init__(self, network: Network, smsc: Smsc, port: int, stack: AsyncExitStack) -> None:
        """Take a service centre that listens."""
        self.network = network
        self.smsc = smsc
        self.port = port
        self._stack = stack
        self.inbox = Inbox()
        self.watcher = Watcher()
        self.notebook = Notebook()

    @classmethod
    async def build(cls, **options: Any) -> Lab:
        """Open a service centre with one account."""
        stack = AsyncExitStack()
        network = Network(retry_interval=0.02)
        stack.push_async_callback(network.close)
        smsc = Smsc(network, **{"patience": 1.0, **options})
        stack.push_async_callback(smsc.close)
        return cls(network, smsc, await smsc.serve(), stack)

    async def close(self) -> None:
        """End everything, in reverse order."""
        await self._stack.aclose()

    @property
    def account(self) -> Account:
        """Return the account of the gateways."""
        return self.smsc.account

    def settings(self, **changes: Any) -> SmppSettings:
        """Make settings with the clocks of the tests."""
        usual = SmppSettings(
            host="127.0.0.1",
            port=self.port,
            system_id=self.account.system_id,
            password=self.account.password,
            country="DE",
            clocks=CLOCKS,
        )
        return replace(usual, **changes)

    def gateway(self, *, subscribe: bool = True, **changes: Any) -> SmppGateway:
        """Make a gateway that is not connected yet."""
        tls_context = changes.pop("tls_context", None)
        gateway = SmppGateway(
            self.settings(**changes), memory=self.notebook, tls_context=tls_context
        )
        gateway.subscribe_state(self.watcher)
        if subscribe:
            gateway.subscribe_messages(self.inbox)
        self._stack.push_async_callback(gateway.close)
        return gateway

    async def connected(self, **changes: Any) -> SmppGateway:
        """Make a gateway and connect it."""
        gateway = self.gateway(**changes)
        await gateway.connect()
        return gateway

    async def text(self, text: str, **options: Any) -> None:
        """Have somebody send us a text."""
        await self.network.send(PEER, self.account.number, text, **options)

    def offer(self, message: Message) -> None:
        """Have the service centre deliver a message until it is acknowledged."""
        self.network.spawn(self.smsc.offer(message))

    def fault(
        self, kind: FaultKind, command: str, position: Position = Position.COMMAND, **more: Any
    ) -> Fault:
        """Have something go wrong at a command of SMPP."""
        fault = Fault(kind, command, position, **more)
        self.smsc.faults.add(fault)
        return fault

    @property
    def submitted(self) -> list[Message]:
        """Return what was submitted."""
        return [each.message for each in self.account.submitted]

    async def settled(self) -> None:
        """Wait until the service centre has surely read all acknowledgements so far."""
        asked = len(self.heard("ENQUIRE_LINK"))
        await self.smsc.until(lambda: len(self.heard("ENQUIRE_LINK")) >= asked + 2)

    def heard(self, name: str) -> list[bytes]:
        """Return the bodies of all PDUs of a name that the service centre has read."""
        return [frame.body for frame in self.smsc.heard_frames if frame.name == name]


def to_peer(text: str, **options: Any) -> OutgoingSms:
    """Write to somebody."""
    return OutgoingSms(number=PEER, text=text, **options)


def statuses(receipt: Receipt) -> list[SendStatus]:
    """Return what came of each part."""
    return [part.status for part in receipt.parts]


def only(receipt: Receipt) -> PartReceipt:
    """Return the receipt of the only part."""
    (part,) = receipt.parts
    return part

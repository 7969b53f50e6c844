"""An account as the contract test needs it."""

import asyncio
from typing import override

from custom_components.cellular_gateway.gateways.base import Gateway
from custom_components.cellular_gateway.gateways.emnify.gateway import PORT
from simulator.emnify import CUT, Device

from ..consumers import Inbox, Notebook
from .lab import LONG_AGO, PEER, Lab


class _Cursors(Notebook):
    """A memory that sees cursors committed: after that a message is not offered again."""

    def __init__(self, inbox: Inbox) -> None:
        """Tell the inbox what is not offered again."""
        super().__init__()
        self._inbox = inbox

    @override
    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""
        await super().set(key, value)
        if key.startswith("messages "):
            gone = {part.identity for part in self._inbox.gone}
            await self._inbox.removed(
                [part for part in self._inbox.new if part.identity not in gone]
            )


class EmnifyWorld:
    """A cloud with one device, whose number is the peer's."""

    port = PORT
    registration = None

    def __init__(self, lab: Lab, device: Device, gateway: Gateway) -> None:
        """Take a cloud and the gateway to it."""
        self._lab = lab
        self._device = device
        self.gateway = gateway
        self.inbox = lab.inbox
        self.watcher = lab.watcher

    @classmethod
    async def build(cls, directory: str) -> EmnifyWorld:
        """Serve a cloud."""
        lab = Lab()
        device = lab.cloud.add_device(msisdn=PEER.removeprefix("+"))
        lab.cloud.attach(device)
        lab.notebook = _Cursors(lab.inbox)
        lab.notebook.values["since"] = LONG_AGO
        return cls(lab, device, await lab.gateway())

    async def deliver(self, text: str) -> None:
        """Have the device send a text."""
        self._lab.cloud.text(self._device, text)

    async def sent(self, number: int) -> list[str]:
        """Wait for what left."""
        return [sent.payload for sent in await self._lab.cloud.wait_sent(number)]

    @property
    def stored(self) -> int:
        """Count what is beyond the cursor."""
        cursor = int(self._lab.notebook.values.get(f"messages {self._device.id}", "0"))
        return sum(
            message.is_mobile_originated and message.id > cursor
            for message in self._device.messages.values()
        )

    def lose(self) -> None:
        """Have nobody reach the cloud."""
        self._lab.server.down = True

    async def restore(self) -> None:
        """Let it be reached again."""
        self._lab.server.down = False
        await asyncio.sleep(0)

    def disturb(self) -> None:
        """Have a proxy answer in its place."""
        self._lab.server.nonsense.append("<html>")

    def swallow_answer(self) -> None:
        """Have it take a message and say nothing."""
        self._lab.server.send_faults.append(CUT)

    def refuse(self) -> None:
        """Have it refuse."""
        self._lab.server.send_faults.append(422)

    async def close(self) -> None:
        """End."""
        await self._lab.close()

"""Who speaks to a far-end device in a test, and hears its answers."""

import asyncio
from typing import Any

from simulator.devices import Device, make_device
from simulator.devices.inbound import Inbound
from simulator.network import Network

OWNER = "+447700900001"
STRANGER = "+447700900002"
DEVICE = "+447700900100"


class Listener:
    """Somebody who keeps the texts that reach a number."""

    reachable = True

    def __init__(self) -> None:
        """Begin without texts."""
        self.texts: list[str | None] = []
        self.senders: list[str] = []
        self._inbound = Inbound()

    async def deliver(self, tpdu: bytes, smsc: str) -> None:
        """Keep a message."""
        if (heard := self._inbound.take(tpdu)) is not None:
            self.texts.append(heard.text)
            self.senders.append(heard.sender)


async def settle(network: Network) -> None:
    """Let everything be done that does not wait for the clock."""
    for _ in range(50):
        await asyncio.sleep(0)


async def tell(device: Device, *texts: str, sender: str = OWNER) -> None:
    """Send texts to a device, and wait until it has answered."""
    for text in texts:
        await device.network.send(sender, device.number, text)
        await settle(device.network)


def placed(network: Network, family: str, variant: str | None, **options: Any) -> Device:
    """Return a device at a known place and time, west of Greenwich."""
    device = make_device(network, family, DEVICE, variant=variant, **options)
    device.move(
        latitude=54.71473,
        longitude=-25.30304,
        altitude=147,
        speed=38,
        at="2026-10-01T03:04:36+00:00",
    )
    return device

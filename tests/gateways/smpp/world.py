"""An account at a service centre, for the promises that every kind has to keep."""

from custom_components.cellular_gateway.gateways.base import Gateway
from custom_components.cellular_gateway.gateways.models import Registration
from simulator.faults import FaultKind
from simulator.smsc.wire import Frame

from .lab import Lab


class SmppWorld:
    """A service centre on loopback."""

    port = "1"
    registration: Registration | None = None

    def __init__(self, lab: Lab) -> None:
        """Take a service centre and make a gateway to it."""
        self._lab = lab
        self.gateway: Gateway = lab.gateway()
        self.inbox = lab.inbox
        self.watcher = lab.watcher

    @classmethod
    async def build(cls, directory: str) -> SmppWorld:
        """Open a service centre."""
        return cls(await Lab.build())

    async def deliver(self, text: str) -> None:
        """Have somebody send a text."""
        await self._lab.text(text)

    async def sent(self, number: int) -> list[str]:
        """Wait for what left."""
        return [sent.text or "" for sent in await self._lab.network.wait_sent(number)]

    @property
    def stored(self) -> int:
        """Count what the service centre keeps for us."""
        return self._lab.network.waiting(self._lab.account.number)

    def lose(self) -> None:
        """Switch the service centre off."""
        self._lab.network.spawn(self._lab.smsc.stop())

    async def restore(self) -> None:
        """Switch it on."""
        await self._lab.smsc.stop()
        await self._lab.smsc.serve(port=self._lab.port)

    def disturb(self) -> None:
        """Have it ask and answer what nobody knows."""
        for command in (0x0000ABCD, 0x8000ABCD, 0x80000004):
            self._lab.smsc.sessions[0].write(Frame(command, 0, 0xFFFF, b"nonsense"))

    def swallow_answer(self) -> None:
        """Have it say nothing to a submit_sm."""
        self._lab.fault(FaultKind.MUTE, "SUBMIT_SM")

    def refuse(self) -> None:
        """Have it take the next message not."""
        self._lab.fault(FaultKind.ERROR, "SUBMIT_SM", text="0x45")

    async def close(self) -> None:
        """End."""
        await self._lab.close()

"""USSD: one session at a time for each port, each step a request that waits for the network."""

import asyncio
from typing import Final

from ...sms.errors import MessageError, MessageErrorReason
from ...sms.ussd import UssdStatus
from ..errors import GatewayRefusedError, Reason
from ..models import UssdAnswer
from .client import EjoinClient
from .codec.lenient import Fields, text as read_text
from .codec.requests import USSD

# Networks take their time, and the gateway is asked for other things too.
_AT_ONCE: Final = 2


class Ussd:
    """The USSD sessions of one gateway."""

    def __init__(self) -> None:
        """Start without sessions."""
        self._steps: dict[int, asyncio.Task[Fields]] = {}
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def send(self, client: EjoinClient, port: int, text: str, timeout: float) -> UssdAnswer:
        """Send a code or an answer, and return what the network says; raises GatewayError.

        The gateway does not tell whether the network waits for more; an answer may follow anyway.
        """
        if not text or not text.isprintable():
            raise MessageError(MessageErrorReason.TEXT_NOT_ENCODABLE, "USSD")
        if port in self._steps:
            raise GatewayRefusedError("USSD", "another session", temporary=True, reason=Reason.BUSY)
        step = asyncio.create_task(self._ask(client, port, text, timeout), name="ejoin ussd")
        self._steps[port] = step
        try:
            await asyncio.wait([step])
        finally:
            step.cancel()
            del self._steps[port]
        if step.cancelled():
            raise GatewayRefusedError(
                "USSD", "the session was cancelled", temporary=True, reason=Reason.CANCELLED
            )
        answer = step.result()
        return UssdAnswer(
            text=read_text(answer.get("resp")).strip(), status=UssdStatus.NO_FURTHER_ACTION
        )

    async def _ask(self, client: EjoinClient, port: int, text: str, timeout: float) -> Fields:
        """Ask when it is this port's turn."""
        async with self._turn:
            return await client.order(USSD, {"port": str(port), "ussd": text}, timeout=timeout)

    def cancel(self, port: int | None = None) -> None:
        """Wait for no answer any more, of one port or of all."""
        for number, step in self._steps.items():
            if port in {None, number}:
                step.cancel()

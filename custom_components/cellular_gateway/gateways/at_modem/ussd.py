"""USSD sessions: one at a time, and never in the way of anything else."""

import asyncio
from collections.abc import Callable

from ...sms.ussd import UssdDialect, UssdStatus, UssdString, encode_ussd
from ..errors import GatewayError, GatewayRefusedError, GatewayTimeoutError, Reason
from ..models import UssdAnswer
from .client import AtClient, Priority
from .codec.commands import Command, setting
from .codec.ussd import parse_ussd, ussd_command
from .exchange import Exchange
from .settings import Clocks

_CANCEL = setting("AT+CUSD=2")

# IRA where the modem has it, otherwise what it took before, as at the start.
_USUAL_CHARACTER_SETS = (setting('AT+CSCS="GSM"'), setting('AT+CSCS="IRA"'))

# Some networks say these first, and then what they have to say.
_MAY_BE_FOLLOWED = frozenset({UssdStatus.TERMINATED_BY_NETWORK, UssdStatus.OTHER_CLIENT_RESPONDED})


class Ussd:
    """The USSD of one link."""

    def __init__(
        self, client: Callable[[], AtClient], push: Callable[[UssdAnswer], None], clocks: Clocks
    ) -> None:
        """Take the conversation, and who hears what nobody waits for."""
        self.dialects: tuple[UssdDialect, ...] = tuple(UssdDialect)
        self._client = client
        self._push = push
        self._clocks = clocks
        self._turn = asyncio.Lock()
        self._exchange: Exchange | None = None
        self._heard: asyncio.Queue[UssdAnswer | GatewayError] = asyncio.Queue()

    def unsolicited(self, line: str) -> bool:
        """Take `+CUSD`; tell whether it was one."""
        if not line.startswith("+CUSD:"):
            return False
        if report := parse_ussd(line):
            answer = UssdAnswer(text=report.text, status=report.status)
            if self._exchange is not None and self._exchange.started:
                self._heard.put_nowait(answer)
            else:
                self._push(answer)
        return True

    def end(self, error: GatewayError) -> None:
        """Tell who waits that nothing will come."""
        if self._exchange is not None:
            self._heard.put_nowait(error)

    async def send(self, text: str, limit: float) -> UssdAnswer:
        """Send a code or an answer, and return what the network says within the limit (s).

        Raises MessageError and the errors of the gateway.
        """
        requests = [(dialect, encode_ussd(text, dialect)) for dialect in self.dialects]
        try:
            async with asyncio.timeout(limit), self._turn:
                return await self._ask(requests)
        except TimeoutError as error:
            raise GatewayTimeoutError("+CUSD") from error

    async def _ask(self, requests: list[tuple[UssdDialect, UssdString]]) -> UssdAnswer:
        """Send in the first dialect that the modem takes, and wait; give up tidily."""
        self._heard = asyncio.Queue()
        try:
            await self._request(requests)
            return await self._hear()
        except GatewayRefusedError:
            raise
        except GatewayError, asyncio.CancelledError:
            # Otherwise the answer to this would be taken for that to the next.
            self._client().submit(_CANCEL, Priority.MESSAGE)
            raise
        finally:
            self._exchange = None

    async def _request(self, requests: list[tuple[UssdDialect, UssdString]]) -> None:
        """Send, again in another dialect only when the modem did not understand."""
        client = self._client()
        for position, (dialect, request) in enumerate(requests):
            text = ussd_command(request)
            is_ucs2 = dialect is UssdDialect.UCS2
            command = Command(
                text=f'AT+CSCS="UCS2";{text}' if is_ucs2 else f"AT{text}", limit=client.limits.sim
            )
            self._exchange = client.submit(command, Priority.MESSAGE)
            try:
                answer = await self._exchange.answer()
            finally:
                if is_ucs2:
                    for usual in _USUAL_CHARACTER_SETS:
                        client.submit(usual, Priority.MESSAGE)
            if answer.ok or not self._heard.empty():
                others = tuple(other for other in self.dialects if other is not dialect)
                self.dialects = (dialect, *others)
                return
            if position == len(requests) - 1 or not answer.result.unknown_command:
                raise answer.result.error()

    async def _hear(self) -> UssdAnswer:
        """Wait for what the network says; the last word counts."""
        answer = await self._heard.get()
        try:
            while isinstance(answer, UssdAnswer) and answer.status in _MAY_BE_FOLLOWED:
                async with asyncio.timeout(self._clocks.ussd_settling):
                    answer = await self._heard.get()
        except TimeoutError:
            pass
        if isinstance(answer, GatewayError):
            raise answer
        return answer

    async def cancel(self) -> None:
        """End the session there may be; raise GatewayTimeoutError or GatewayConnectionError."""
        self.end(
            GatewayRefusedError(
                "AT+CUSD=2", "the session was cancelled", temporary=True, reason=Reason.CANCELLED
            )
        )
        await self._client().run(_CANCEL, Priority.MESSAGE)

"""What goes out: numbers brought into form, each recipient tried, one outcome for each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..gateways.base import Gateway
from ..gateways.errors import GatewayError, MessageError, NotKeptError
from ..gateways.models import OutgoingSms, Receipt, SendStatus
from ..sms.errors import MessageErrorReason
from ..sms.numbers import NumberKind, normalize_number, number_kind
from .journal import Journal

# The gateway has bounded its own end by then; what is left is to commit it.
CLOSING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending to one number: a receipt, or the error that kept it from starting."""

    number: str
    result: Receipt | GatewayError | MessageError

    @property
    def status(self) -> SendStatus:
        """The receipt's status; an error before the first octet is a failure."""
        return self.result.status if isinstance(self.result, Receipt) else SendStatus.FAILED


class Outbox:
    """Sends texts through one gateway, and keeps what is on the wire in the journal."""

    def __init__(self, gateway: Gateway, journal: Journal, country: str | None) -> None:
        """Read national numbers as those of the country (ISO 3166-1 alpha-2)."""
        self._gateway = gateway
        self._journal = journal
        self._sends: set[asyncio.Task[Receipt | GatewayError | MessageError]] = set()
        self.country = country

    def number(self, number: str | int) -> str:
        """Bring a number into the form that is sent; `MessageError` when it is none.

        A name may have sent a text, but nothing can be sent to one.
        """
        normalized = normalize_number(number, self.country)
        if number_kind(normalized) is NumberKind.ALPHANUMERIC:
            raise MessageError(MessageErrorReason.INVALID_NUMBER, "a name")
        return normalized

    async def send(self, messages: Sequence[OutgoingSms]) -> list[Outcome]:
        """Try every message in turn, whatever came of the one before."""
        return [Outcome(message.number, await self._shielded(message)) for message in messages]

    async def close(self) -> None:
        """Let what the gateway has ended be committed."""
        if self._sends:
            await asyncio.wait(set(self._sends), timeout=CLOSING_SECONDS)

    async def _shielded(self, message: OutgoingSms) -> Receipt | GatewayError | MessageError:
        """Send one message to its end, also when nobody waits for the outcome any more."""
        task = asyncio.create_task(self._try(message), name=f"{__package__} send")
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)
        return await asyncio.shield(task)

    async def _try(self, message: OutgoingSms) -> Receipt | GatewayError | MessageError:
        """Send one message, with the error as the outcome where nothing left."""
        try:
            message = replace(message, number=self.number(message.number))
        except MessageError as err:
            return err
        send = await self._begin(message)
        try:
            return await self._gateway.send_sms(message)
        except (GatewayError, MessageError) as err:
            return err
        finally:
            await self._end(send)

    async def _begin(self, message: OutgoingSms) -> int | None:
        """Commit that the message goes on the wire; an alarm goes out also when that fails."""
        try:
            return await self._journal.begin_send(message.number, message.port, dt_util.utcnow())
        except NotKeptError as err:
            LOGGER.error("A text is sent that the journal could not note: %s", err)
            return None

    async def _end(self, send: int | None) -> None:
        """Commit that the outcome is known."""
        if send is None:
            return
        try:
            await self._journal.end_send(send)
        except NotKeptError as err:
            LOGGER.error("The journal could not note what came of a text: %s", err)

"""What goes out: numbers brought into form, each recipient tried, one outcome for each."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..gateways.base import Gateway
from ..gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    MessageError,
    NotKeptError,
    Reason,
    UnsupportedError,
)
from ..gateways.models import OutgoingSms, Receipt, SendStatus
from ..gateways.source_address import check_source_address
from ..sms.errors import MessageErrorReason
from ..sms.numbers import NumberKind, normalize_number, number_kind
from .journal import Journal
from .limits import SendLimit

# The gateway has bounded its own end by then; what is left is to commit it.
CLOSING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending to one number: a receipt, or the error that kept it from starting.

    `id` is what delivery reports of the text will carry, None where none were asked for.
    """

    number: str = field(repr=False)
    result: Receipt | GatewayError | MessageError
    id: str | None = None

    @property
    def status(self) -> SendStatus:
        """The receipt's status; an error before the first octet is a failure."""
        return self.result.status if isinstance(self.result, Receipt) else SendStatus.FAILED


@dataclass(slots=True, eq=False)
class _Try:
    """A message on its way.

    `send` is its number in the journal, where it is open until somebody knows what came of it; it
    `is_left` when who wanted it sent is gone.
    """

    message: OutgoingSms
    send: int | None = None
    is_open: bool = False
    is_over: bool = False
    is_left: bool = False


@dataclass(slots=True, eq=False)
class Hearing:
    """Sends of which somebody hears together, when he has tried all of them."""

    tries: list[_Try] = field(default_factory=list)


class Outbox:
    """Sends texts through one gateway, and keeps what is on the wire in the journal."""

    def __init__(
        self,
        gateway: Gateway,
        journal: Journal,
        country: str | None,
        *,
        delivery_reports: bool = False,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Read national numbers as those of the country (ISO 3166-1 alpha-2).

        `delivery_reports` is what the user wants where nothing else is said; `ended` is called
        after the end of each send was committed.
        """
        self._gateway = gateway
        self._journal = journal
        self._delivery_reports = delivery_reports
        self._ended = ended
        self._tasks: set[asyncio.Task[Any]] = set()
        self._hearings: set[asyncio.Future[None]] = set()
        self._closed = False
        self.country = country

    def number(self, number: str | int) -> str:
        """Bring a number into the form that is sent; `MessageError` when it is none.

        A name may have sent a text, but nothing can be sent to one.
        """
        normalized = normalize_number(number, self.country)
        if number_kind(normalized) is NumberKind.ALPHANUMERIC:
            raise MessageError(MessageErrorReason.INVALID_NUMBER, "a name")
        return normalized

    def number_of(self, endpoint: str) -> str:
        """Return the number of an endpoint, or its key where none is known."""
        state = (self._gateway.state.endpoints or {}).get(endpoint)
        return (state.msisdn if state else None) or endpoint

    def can_reply(self, message: OutgoingSms) -> bool:
        """Whether who gets this text could answer it."""
        return self._gateway.can_reply(message)

    def answerable(self, message: OutgoingSms) -> OutgoingSms:
        """Have a text come from no name, which nobody can answer, unless somebody chose that.

        A number stays: a device may obey it alone, whoever gets the answer.
        """
        is_chosen = message.source_address is not None or message.source_address_type is not None
        if is_chosen or self.sender(message) is not None:
            return message
        return replace(message, source_address=self._gateway.reply_address)

    def sender(self, message: OutgoingSms) -> str | None:
        """Return the number that a text will come from, where that can be chosen."""
        return self._gateway.sender(message)

    def check(self, message: OutgoingSms) -> None:
        """Refuse what nobody can be sent through this gateway.

        Raises UnsupportedError (unsupported, unknown_endpoint, sender_fixed) or MessageError
        (invalid_source_address).
        """
        can = self._gateway.capabilities
        for is_wanted, is_there, detail in (
            (message.flash, can.flash, "send a flash SMS"),
            (message.validity is not None, can.validity, "limit how long a text is valid"),
            (message.delivery_report, can.delivery_reports, "ask for delivery reports"),
        ):
            if is_wanted and not is_there:
                raise UnsupportedError(detail=detail)
        if message.group is not None and not can.groups:
            raise UnsupportedError(detail="groups")
        if message.endpoint is not None and not can.endpoints:
            raise UnsupportedError(Reason.UNKNOWN_ENDPOINT)
        address, kind = message.source_address, message.source_address_type
        if (address is not None or kind is not None) and not can.source_address:
            raise UnsupportedError(Reason.SENDER_FIXED)
        if address is None and kind is not None:
            raise MessageError(MessageErrorReason.INVALID_SOURCE_ADDRESS, "a type of no sender")
        if address is not None:
            check_source_address(address, kind)

    async def take_limited(self, number: str, limit: SendLimit) -> bool:
        """Count a text to a number, and tell whether the limit lets it go.

        What cannot be counted is not let go either: two machines may be answering each other.
        """
        try:
            return await self._journal.take_limited(number, limit, dt_util.utcnow())
        except NotKeptError as err:
            LOGGER.error("A text is not sent, since the journal could not count it: %s", err)
            return False

    @contextmanager
    def hearing(self) -> Iterator[Hearing]:
        """Send within to hear of all of it afterwards.

        Unknown outcomes of which the caller does not hear, because it was cancelled or failed
        before the end, are told as `Interruption`s.
        """
        hearing = Hearing()
        with self._until_heard():
            with ExitStack() as unheard:
                unheard.callback(self._leave, hearing.tries)
                yield hearing
                unheard.pop_all()
            for each in hearing.tries:
                if each.is_open and each.send is not None:
                    self._start(self._heard(each.send))

    @contextmanager
    def _until_heard(self) -> Iterator[None]:
        """Have `close` wait until somebody has heard what came of his sends."""
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hearings.add(end)
        try:
            yield
        finally:
            self._hearings.discard(end)
            end.set_result(None)

    async def send(
        self,
        messages: Sequence[OutgoingSms],
        *,
        delivery_report: bool | None = None,
        hearing: Hearing | None = None,
    ) -> list[Outcome]:
        """Try every message in turn, whatever came of the one before.

        Without a `hearing` the caller hears of them when this returns. `delivery_report` None
        leaves it to the message, and then to what the user wants.
        """
        if hearing is None:
            with self.hearing() as own:
                return await self.send(messages, delivery_report=delivery_report, hearing=own)
        outcomes = []
        for message in messages:
            wants_report = self._wants_report(message, delivery_report)
            attempt = _Try(replace(message, delivery_report=wants_report))
            hearing.tries.append(attempt)
            outcomes.append(await asyncio.shield(self._start(self._send(attempt))))
        return outcomes

    async def close(self) -> None:
        """Let what the gateway has ended be heard and committed; nothing more is begun."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                while waited := {*self._tasks, *self._hearings}:
                    await asyncio.wait(waited)

    def _wants_report(self, message: OutgoingSms, choice: bool | None) -> bool:
        """Whether to ask for reports; where the gateway could not tell of them, only by choice."""
        if choice is not None:
            return choice
        wanted = message.delivery_report or self._delivery_reports
        return wanted and self._gateway.capabilities.delivery_reports

    def _start[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do something to its end, also when nobody waits for it any more."""
        task = asyncio.create_task(work, name=f"{__package__} send")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _send(self, attempt: _Try) -> Outcome:
        """Send one message, with the error as the outcome where nothing left."""
        try:
            return await self._try(attempt)
        finally:
            attempt.is_over = True
            if attempt.is_left:
                self._leave([attempt])

    async def _try(self, attempt: _Try) -> Outcome:
        """Send one message; an end that nobody knows stays open in the journal."""
        message, given = attempt.message, self._called(attempt.message)
        try:
            self.check(message)
            if message.endpoint is None and message.group is None:
                message = replace(message, number=self.number(given))
        except (UnsupportedError, MessageError) as err:
            return Outcome(given, err)
        if self._closed:
            return Outcome(given, GatewayConnectionError(Reason.CLOSED))
        attempt.send = send = await self._begin(message)
        attempt.is_open = send is not None
        try:
            receipt = await self._gateway.send_sms(message)
        except (GatewayError, MessageError) as err:
            await self._end(attempt, None)
            return Outcome(given, err)
        await self._end(attempt, receipt)
        return Outcome(given, receipt, str(send) if send and message.delivery_report else None)

    def _called(self, message: OutgoingSms) -> str:
        """Say to whom a message goes."""
        if message.endpoint is None:
            return message.group or message.number
        return self.number_of(message.endpoint)

    async def _begin(self, message: OutgoingSms) -> int | None:
        """Commit that the message goes on the wire; an alarm goes out also when that fails."""
        try:
            return await self._journal.begin_send(
                self._called(message),
                message.port,
                dt_util.utcnow(),
                reports=self._reports(message),
                endpoint=message.endpoint,
            )
        except NotKeptError as err:
            LOGGER.error("A text is sent that the journal could not note: %s", err)
            return None

    def _reports(self, message: OutgoingSms) -> int:
        """Return how many reports are asked for, one for each part; what cannot be sent has one."""
        if not message.delivery_report:
            return 0
        try:
            return self._gateway.count_parts(message)
        except MessageError:
            return 1

    async def _end(self, attempt: _Try, receipt: Receipt | None) -> None:
        """Commit what came of it."""
        if attempt.send is None:
            return
        attempt.is_open = receipt is not None and receipt.status is SendStatus.UNKNOWN
        with self._committing():
            await self._journal.end_send(attempt.send, receipt, port=self._port(attempt.message))
        self._ended()

    def _port(self, message: OutgoingSms) -> str | None:
        """Return the port that a message is for, None where the gateway chooses one of several."""
        ports = list(self._gateway.state.ports)
        return ports[0] if message.port is None and len(ports) == 1 else message.port

    async def _heard(self, send: int) -> None:
        """Commit that the caller hears of an unknown outcome."""
        with self._committing():
            await self._journal.end_unknown(send)

    def _leave(self, tries: Iterable[_Try]) -> None:
        """Have unknown outcomes told, now or as soon as they are known: the caller is gone."""
        for attempt in tries:
            attempt.is_left = True
            if attempt.is_over and attempt.is_open and attempt.send is not None:
                self._journal.leave_open(attempt.send)
                self._ended()

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Log what keeps the journal from noting the end of a send."""
        try:
            yield
        except NotKeptError as err:
            LOGGER.error("The journal could not note what came of a text: %s", err)

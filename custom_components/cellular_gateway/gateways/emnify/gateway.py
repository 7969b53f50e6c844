"""An EMnify account as a gateway: its endpoints, and their messages."""

import asyncio
from dataclasses import dataclass, replace
import logging
import traceback
from typing import Final, override

import aiohttp

from ..base import Gateway
from ..capabilities import Capabilities
from ..consumers import Memory
from ..errors import GatewayConnectionError, GatewayError, NotKeptError, Reason, UnsupportedError
from ..models import (
    GatewayInfo,
    GatewayState,
    OutgoingSms,
    PartReceipt,
    PortState,
    Receipt,
    SendStatus,
)
from ..ongoing import OngoingSends
from ..push import Push, PushAnswer
from ..receipts import unanswered
from ..source_address import SourceAddressType
from .budget import Pace
from .client import EmnifyClient
from .clock import Clock, SystemClock
from .codec.endpoints import parse_endpoint
from .codec.fields import integer, objects
from .control import EmnifyControl
from .event_log import EventLog
from .fleet import Fleet
from .pushes import LONGEST_PUSH, PushReceiver
from .receive import Receiver
from .rejections import Rejections
from .rounds import Topic
from .send import Submission, prepare, send_parts, source_of
from .settings import BASE_URL, PORT, SOURCE_ADDRESS, Clocks, EmnifySettings
from .watch import Watch

__all__ = [
    "BASE_URL",
    "PORT",
    "Clocks",
    "EmnifyGateway",
    "EmnifySettings",
    "ProbeResult",
    "probe",
]

_LOGGER = logging.getLogger(__name__)

_CAPABILITIES: Final = Capabilities(
    send_sms=True,
    registration=False,
    validity=True,
    delivery_reports=True,
    push=True,
    source_address=True,
    cancel_sms=True,
    endpoints=True,
    endpoint_operators=True,
)
_STATE: Final = GatewayState(ports={PORT: PortState(key=PORT)})

# Enough endpoints to have most tags among them, and few enough for one quick answer.
_PROBED: Final = "100"
# EMnify, SMS interface: messages to a number of at most seven digits go to the account.
_LONGEST_SHORT_CODE: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """Which account a token belongs to, how many endpoints it has, and tags of some of them."""

    info: GatewayInfo
    organisation: str | None
    name: str | None
    endpoints: int | None
    tags: tuple[str, ...] = ()


async def probe(settings: EmnifySettings, *, session: aiohttp.ClientSession) -> ProbeResult:
    """Log in and look whose account it is; raises GatewayError."""
    clock = SystemClock()
    client = EmnifyClient(settings, session=session, clock=clock)
    await client.log_in()
    answer = await client.get("/endpoint", pace=Pace.LIST, per_page=_PROBED)
    found = [parse_endpoint(item, clock.now()) for item in objects(answer.body)]
    return ProbeResult(
        info=_info(client),
        organisation=client.organisation,
        name=client.organisation_name,
        endpoints=integer({"count": answer.headers.get("X-Total-Count")}, "count"),
        tags=tuple(sorted({tag for state in found if state is not None for tag in state.tags})),
    )


def _info(client: EmnifyClient) -> GatewayInfo:
    """Say who answers."""
    return GatewayInfo(manufacturer="EMnify", model="Account", serial_number=client.organisation)


class EmnifyGateway(EmnifyControl, Gateway):
    """An account; its only port is `PORT`, its endpoints are in the state.

    There is no link to lose: it counts as lost when calls fail several times in a row, or when
    the token is refused.
    """

    longest_push = LONGEST_PUSH

    def __init__(
        self,
        settings: EmnifySettings,
        *,
        session: aiohttp.ClientSession,
        memory: Memory,
        clock: Clock | None = None,
    ) -> None:
        """Take what comes from outside; nothing is asked yet."""
        super().__init__()
        self._settings = settings
        self._clock = clock or SystemClock()
        self._client = EmnifyClient(settings, session=session, clock=self._clock)
        self._fleet = Fleet(settings, self._clock)
        self._receiver = Receiver(
            self._client,
            self._fleet,
            memory,
            lambda: self._message_consumer,
            clock=self._clock,
            clocks=settings.clocks,
        )
        self._watch = Watch(
            self._client,
            self._fleet,
            self._receiver,
            EventLog(self._client, memory, self._clock),
            Rejections(memory),
            clock=self._clock,
            clocks=settings.clocks,
            publish=self._publish,
            events=lambda: self._event_consumer,
        )
        self._pushes = PushReceiver(
            settings.webhook_secret, self._fleet, self._receiver, self._watch
        )
        self._connecting = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        self._sends = OngoingSends("emnify")
        self._connected = False
        self._closed = False

    @property
    @override
    def capabilities(self) -> Capabilities:
        return _CAPABILITIES

    @property
    @override
    def state(self) -> GatewayState:
        return replace(_STATE, endpoints=self._fleet.shown)

    @override
    def _publish(self) -> None:
        """Push the state where it differs, while the link is up."""
        if self._fleet.changed and self._connected:
            self._fleet.changed = False
            if self._state_consumer is not None:
                self._state_consumer.state_changed(self.state)

    @override
    async def connect(self) -> GatewayInfo:
        async with self._connecting:
            await self._stop()
            self._closed = False
            await self._client.log_in()
            try:
                await self._receiver.begin()
                await self._watch.begin()
            except NotKeptError as error:
                raise GatewayConnectionError(Reason.CLOSED, "the memory") from error
            if self._closed:
                raise GatewayConnectionError(Reason.CLOSED)
            self._connected = True
            self._fleet.changed = False
            self._watching = asyncio.create_task(self._run(), name="emnify watch")
            self._watching.add_done_callback(self._ended)
            return _info(self._client)

    async def _run(self) -> None:
        """Watch the account until the link counts as lost."""
        self._lose(await self._watch.run())

    def _ended(self, watching: asyncio.Task[None]) -> None:
        """Make a mistake of ours a lost link, after which everything begins anew."""
        if not watching.cancelled() and (error := watching.exception()) is not None:
            # What it says may hold a text.
            where = "".join(traceback.format_tb(error.__traceback__))
            _LOGGER.error("Unexpected %s while watching\n%s", type(error).__name__, where)
            if watching is self._watching:
                self._lose(GatewayConnectionError(Reason.CONNECTION_LOST, type(error).__name__))

    def _lose(self, error: GatewayError) -> None:
        """Tell of a lost link, once."""
        if not self._connected:
            return
        self._connected = False
        if self._state_consumer is not None:
            self._state_consumer.link_lost(error)

    async def _stop(self) -> None:
        """Watch no more."""
        self._connected = False
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.wait([watching])

    @override
    async def close(self) -> None:
        self._closed = True
        await self._stop()
        await self._sends.wait(self._settings.clocks.closing)
        self._sends.cancel()

    @override
    def _require_link(self) -> None:
        """Raise GatewayConnectionError unless there is a link."""
        if self._closed:
            raise GatewayConnectionError(Reason.CLOSED)
        if not self._connected:
            raise GatewayConnectionError(Reason.NOT_CONNECTED)

    @override
    async def poll(self) -> GatewayState:
        self._require_link()
        try:
            await self._watch.read_events()
        except GatewayError as error:
            if self._watch.is_lost(error):
                self._lose(error)
            # What is known is still the best there is while calls are held back.
            if error.reason is not Reason.RATE_LIMITED:
                raise
        self._publish()
        return self.state

    @override
    async def receive_push(self, push: Push) -> PushAnswer:
        return await self._pushes.receive(push)

    @override
    def can_reply(self, message: OutgoingSms) -> bool:
        sender = self.sender(message) or ""
        return sender.isascii() and sender.isdigit() and len(sender) <= _LONGEST_SHORT_CODE

    @override
    def sender(self, message: OutgoingSms) -> str | None:
        address, kind = source_of(message, self._settings)
        return None if kind is SourceAddressType.ALPHANUMERIC else address

    @property
    @override
    def reply_address(self) -> str | None:
        return SOURCE_ADDRESS

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        self._require_link()
        if message.port not in (None, PORT):
            raise UnsupportedError(Reason.UNKNOWN_PORT)
        if message.flash:
            raise UnsupportedError(detail="flash SMS")
        endpoint = self._endpoint_of(message)
        text = prepare(message, endpoint, self._settings, self._client.server_time)
        parts = await self._sends.finish(self._send(text, reports=message.delivery_report))
        return Receipt(port=PORT, encoding=text.encoding, parts=parts)

    async def _send(self, text: Submission, *, reports: bool) -> tuple[PartReceipt, ...]:
        """Send a text, and wait for its reports where they are wanted; only `close` cancels it."""
        try:
            parts = await send_parts(self._client, self._clock, text)
            names = [part.message_id for part in parts if part.message_id is not None]
            if reports and names:
                await self._receiver.expect(names)
                delay = self._settings.clocks.reports[0]
                self._watch.rounds.freshen(Topic.MESSAGES, text.endpoint, delay)
        except asyncio.CancelledError:
            return tuple(
                unanswered(number, SendStatus.UNKNOWN, Reason.CLOSED)
                for number in range(1, len(text.parts) + 1)
            )
        return parts

    def _endpoint_of(self, message: OutgoingSms) -> str:
        """Return whom a message goes to, by its endpoint or else by the number of a SIM."""
        shown = self._fleet.shown
        key = message.endpoint
        if key is None and (found := self._fleet.find_number(message.number)) is not None:
            key = found.key
        if key is None or key not in shown:
            raise UnsupportedError(Reason.UNKNOWN_ENDPOINT)
        return key

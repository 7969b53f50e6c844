"""An account at a service centre, or a router that speaks SMPP, as a gateway."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
from typing import override

from ...sms.numbers import NumberKind, number_kind
from ..base import Gateway
from ..capabilities import Capabilities
from ..consumers import Memory, MessageConsumer
from ..errors import GatewayConnectionError, GatewayError, Reason, UnsupportedError
from ..models import GatewayInfo, GatewayState, OutgoingSms, PortState, Receipt
from ..source_address import SourceAddressType
from .codec.receipts import ReceiptIds
from .codec.text import DefaultAlphabet
from .receive import Receiver
from .send import encode
from .session import Session
from .settings import (
    DEFAULT_PORT,
    PORT,
    PRESETS,
    TEST_TEXT,
    BindMode,
    LongText,
    SmppSettings,
    TlsContext,
)

__all__ = [
    "DEFAULT_PORT",
    "PORT",
    "PRESETS",
    "TEST_TEXT",
    "BindMode",
    "DefaultAlphabet",
    "LongText",
    "ProbeResult",
    "ReceiptIds",
    "SmppGateway",
    "SmppSettings",
    "TlsContext",
    "probe",
]

_LOGGER = logging.getLogger(__name__)


class SmppGateway(Gateway):
    """A session of SMPP 3.4; its only port is `PORT`, since radios are not seen through it."""

    def __init__(
        self, settings: SmppSettings, *, memory: Memory, tls_context: TlsContext | None = None
    ) -> None:
        """Take what comes from outside; with `tls_context` the link is encrypted."""
        super().__init__()
        self._settings = settings
        self._tls_context = tls_context
        self._receiver = Receiver(settings, memory, lambda: self._message_consumer)
        self._session: Session | None = None
        self._opening: Session | None = None
        self._told = self.state
        self._telling: asyncio.TimerHandle | None = None
        self._connecting = asyncio.Lock()
        self._sends: set[asyncio.Task[Receipt]] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    @override
    def capabilities(self) -> Capabilities:
        mode = self._settings.mode
        return Capabilities(
            send_sms=mode.sends,
            flash=mode.sends,
            validity=mode.sends,
            source_address=mode.sends,
            delivery_reports=mode is BindMode.TRANSCEIVER,
            queue=mode.sends,
        )

    @property
    @override
    def state(self) -> GatewayState:
        queued = self._session.queued if self._session is not None else None
        length = queued if self._settings.mode.sends else None
        return GatewayState(ports={PORT: PortState(key=PORT, queue_length=length)})

    @override
    def subscribe_messages(self, consumer: MessageConsumer) -> Callable[[], None]:
        unsubscribe = super().subscribe_messages(consumer)
        self._receiver.wake()
        return unsubscribe

    @override
    async def connect(self) -> GatewayInfo:
        async with self._connecting:
            await self._drop()
            self._closed = False
            session = Session(
                self._settings,
                self._receiver,
                ended=self._session_ended,
                changed=self._queue_changed,
            )
            self._opening = session
            try:
                info = await session.open(self._tls_context)
            except BaseException:
                await session.close()
                raise
            finally:
                self._opening = None
            if self._closed:
                await session.close()
                raise GatewayConnectionError(Reason.CLOSED)
            self._session = session
            self._told = self.state
            return info

    def _queue_changed(self) -> None:
        """Tell the length of the queue soon; it may change many times within a second."""
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(self._settings.clocks.state, self._tell)

    def _tell(self) -> None:
        """Push the state where it differs from what was told last."""
        self._telling = None
        state = self.state
        if self._session is None or self._state_consumer is None or state == self._told:
            return
        self._told = state
        self._state_consumer.state_changed(state)

    def _session_ended(self, session: Session, error: GatewayError) -> None:
        """Tell of a lost link, once, and put its remains away; while connecting it is an error."""
        if session is not self._session:
            return
        self._session = None
        ending = asyncio.create_task(session.close(), name="smpp ending")
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        _LOGGER.debug("link lost: %s", error)
        if self._state_consumer is not None:
            self._state_consumer.link_lost(error)

    async def _drop(self) -> None:
        """Put away the session that is, and those that were."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        if self._endings:
            await asyncio.wait(set(self._endings))

    @override
    async def close(self) -> None:
        self._closed = True
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        if self._sends:
            await asyncio.wait(set(self._sends), timeout=self._settings.clocks.closing)
        if self._opening is not None:
            await self._opening.close()
        await self._drop()
        if self._sends:
            # Their requests have failed with the link, so that their receipts are written now.
            await asyncio.wait(set(self._sends), timeout=1)

    def _connected(self) -> Session:
        """Return the session, or raise GatewayConnectionError."""
        if self._closed:
            raise GatewayConnectionError(Reason.CLOSED)
        if self._session is None:
            raise GatewayConnectionError(Reason.NOT_CONNECTED)
        return self._session

    @override
    async def poll(self) -> GatewayState:
        self._connected()
        self._told = self.state
        return self._told

    @override
    def can_reply(self, message: OutgoingSms) -> bool:
        if message.source_address_type is SourceAddressType.ALPHANUMERIC:
            return False
        address = message.source_address or self._settings.source_address
        is_name = bool(address) and number_kind(address or "") is NumberKind.ALPHANUMERIC
        return self._settings.mode.receives and not is_name

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        session = self._connected()
        if message.port not in (None, PORT):
            raise UnsupportedError(Reason.UNKNOWN_PORT)
        if not self.capabilities.send_sms or message.endpoint or message.group:
            raise UnsupportedError(detail="sending to this")
        encoding, bodies = encode(message, self._settings)
        return await self._shielded(session, encoding, bodies)

    async def _shielded(self, session: Session, encoding: str, bodies: list[bytes]) -> Receipt:
        """Send to the end, also when nobody waits for the receipt any more."""

        async def send() -> Receipt:
            return Receipt(port=PORT, encoding=encoding, parts=await session.sender.send(bodies))

        task = asyncio.create_task(send(), name="smpp send")
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)
        return await asyncio.shield(task)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """Who answered, and what came of the text that was to be sent for a trial."""

    info: GatewayInfo
    receipt: Receipt | None = None


async def probe(
    settings: SmppSettings,
    *,
    tls_context: TlsContext | None = None,
    message: OutgoingSms | None = None,
) -> ProbeResult:
    """Log in, send a text if one is given, and log out.

    What comes in meanwhile is not acknowledged, so that the service centre offers it again. Raises
    GatewayError, MessageError.
    """
    gateway = SmppGateway(settings, memory=_NoMemory(), tls_context=tls_context)
    try:
        info = await gateway.connect()
        receipt = None if message is None else await gateway.send_sms(message)
    finally:
        await gateway.close()
    return ProbeResult(info=info, receipt=receipt)


class _NoMemory:
    """Remembers nothing, for who receives nothing."""

    async def get(self, key: str) -> str | None:
        """Return that nothing was committed."""
        return None

    async def set(self, key: str, value: str) -> None:
        """Commit nothing."""

"""An account at a service centre, or a router that speaks SMPP, as a gateway."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from ...sms.numbers import NumberKind, number_kind
from ...sms.segments import Segmentation
from ...sms.tpdu import UserData
from ..capabilities import Capabilities
from ..consumers import Memory, MessageConsumer, NoMemory
from ..errors import Reason, UnsupportedError
from ..models import GatewayInfo, GatewayState, OutgoingSms, PortState, Receipt, SmsPart
from ..session_gateway import SessionGateway
from ..source_address import SourceAddressType
from .codec.receipts import ReceiptIds
from .codec.text import DefaultAlphabet
from .parts import user_data_of
from .receive import Receiver
from .send import cut, encode
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


class SmppGateway(SessionGateway[Session]):
    """A session of SMPP 3.4; its only port is `PORT`, since radios are not seen through it."""

    def __init__(
        self, settings: SmppSettings, *, memory: Memory, tls_context: TlsContext | None = None
    ) -> None:
        """Take what comes from outside; with `tls_context` the link is encrypted."""
        super().__init__("smpp", settings.clocks.closing)
        self._settings = settings
        self._tls_context = tls_context
        self._receiver = Receiver(settings, memory, lambda: self._message_consumer)
        self._told = self.state
        self._telling: asyncio.TimerHandle | None = None

    @property
    @override
    def capabilities(self) -> Capabilities:
        mode = self._settings.mode
        return Capabilities(
            send_sms=mode.sends,
            receive_sms=mode.receives,
            registration=False,
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
    async def _make_session(self) -> Session:
        return Session(
            self._settings,
            self._receiver,
            ended=self._session_ended,
            changed=self._queue_changed,
        )

    @override
    async def _open(self, session: Session) -> GatewayInfo:
        return await session.open(self._tls_context)

    @override
    def _session_began(self, session: Session) -> None:
        self._told = self.state

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

    @override
    async def close(self) -> None:
        await super().close()
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    @override
    async def poll(self) -> GatewayState:
        self._connected()
        self._told = self.state
        return self._told

    @override
    def segment(self, message: OutgoingSms) -> Segmentation:
        return cut(message, self._settings)

    @override
    def count_parts(self, message: OutgoingSms) -> int:
        parts = super().count_parts(message)
        return 1 if self._settings.long_text is LongText.PAYLOAD else parts

    @override
    def user_data(self, part: SmsPart) -> UserData | None:
        return user_data_of(part, self._settings)

    @override
    def can_reply(self, message: OutgoingSms) -> bool:
        is_left_to_centre = not (message.source_address or self._settings.source_address)
        can_answer = is_left_to_centre or self.sender(message) is not None
        return self._settings.mode.receives and can_answer

    @override
    def sender(self, message: OutgoingSms) -> str | None:
        address = message.source_address or self._settings.source_address
        is_name = message.source_address_type is SourceAddressType.ALPHANUMERIC
        if not address or is_name or number_kind(address) is NumberKind.ALPHANUMERIC:
            return None
        return address

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        session = self._connected()
        if message.port not in (None, PORT):
            raise UnsupportedError(Reason.UNKNOWN_PORT)
        if not self.capabilities.send_sms or message.endpoint or message.group:
            raise UnsupportedError(detail="send to this")
        encoding, bodies = encode(message, self._settings)
        parts = await self._sends.finish(session.sender.send(bodies))
        return Receipt(port=PORT, encoding=encoding, parts=parts)


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
    gateway = SmppGateway(settings, memory=NoMemory(), tls_context=tls_context)
    try:
        info = await gateway.connect()
        receipt = None if message is None else await gateway.send_sms(message)
    finally:
        await gateway.close()
    return ProbeResult(info=info, receipt=receipt)

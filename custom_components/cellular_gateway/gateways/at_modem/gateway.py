"""The AT modem as a gateway."""

import asyncio
from collections.abc import Callable
import logging
from typing import Any, override

from ...sms.segments import segment, submits
from ..base import Gateway, Memory, MessageConsumer, PinGuard
from ..capabilities import Capabilities
from ..errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayTimeoutError,
    Reason,
    UnsupportedError,
)
from ..models import GatewayInfo, GatewayState, OutgoingSms, Receipt, SimState
from .codec.commands import setting
from .opening import SerialOpener
from .probe import ProbeResult, probe
from .questions import USABLE
from .receive import Receiver
from .send import send_parts
from .session import Session
from .settings import PORT, AtModemSettings
from .status import Status

__all__ = [
    "PORT",
    "AtModemGateway",
    "AtModemSettings",
    "ProbeResult",
    "SerialOpener",
    "probe",
]

_LOGGER = logging.getLogger(__name__)

_SIM_REASONS = {
    SimState.MISSING: Reason.SIM_MISSING,
    SimState.PIN_REQUIRED: Reason.PIN_REQUIRED,
    SimState.PUK_REQUIRED: Reason.PUK_REQUIRED,
}


class AtModemGateway(Gateway):
    """A modem with one SIM, spoken to by AT commands; its only port is `PORT`."""

    def __init__(
        self,
        settings: AtModemSettings,
        *,
        open_serial: SerialOpener,
        pin_guard: PinGuard,
        memory: Memory,
    ) -> None:
        """Take what comes from outside; nothing is opened yet."""
        super().__init__()
        self._settings = settings
        self._open_serial = open_serial
        self._pin_guard = pin_guard
        self._memory = memory
        self._receiver = Receiver(settings, memory, lambda: self._message_consumer)
        self._status = Status(self._publish)
        self._capabilities: Capabilities | None = None
        self._session: Session | None = None
        self._opening: Session | None = None
        self._speed: int | None = None
        self._connecting = asyncio.Lock()
        self._sends: set[asyncio.Task[Any]] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._capabilities or Capabilities(send_sms=True, flash=True, validity=True)

    @property
    @override
    def state(self) -> GatewayState:
        return GatewayState(ports={PORT: self._status.port})

    def _publish(self) -> None:
        """Push the state to whoever wants it, while a link is up."""
        if self._state_consumer is not None and self._session is not None:
            self._state_consumer.state_changed(self.state)

    @override
    def subscribe_messages(self, consumer: MessageConsumer) -> Callable[[], None]:
        unsubscribe = super().subscribe_messages(consumer)
        if self._session is not None:
            self._receiver.sweep_soon()
        return unsubscribe

    @override
    async def connect(self) -> GatewayInfo:
        async with self._connecting:
            await self._drop()
            self._closed = False
            session = Session(
                self._settings,
                open_serial=self._open_serial,
                pin_guard=self._pin_guard,
                memory=self._memory,
                receiver=self._receiver,
                status=self._status,
                ended=self._session_ended,
            )
            self._opening = session
            try:
                info = await session.open(self._speed)
                await session.start()
            except BaseException:
                await session.close()
                raise
            finally:
                self._opening = None
            if self._closed:
                await session.close()
                raise GatewayConnectionError(Reason.CLOSED)
            self._speed = session.speed
            self._capabilities = self._capabilities or self._status.capabilities()
            self._session = session
            return info

    def _session_ended(self, session: Session, error: GatewayError) -> None:
        """Tell of a lost link, once, and put its remains away; while connecting it is an error."""
        if session is not self._session:
            return
        self._session = None
        ending = asyncio.create_task(session.close(), name="at_modem ending")
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
        if self._sends:
            await asyncio.wait(set(self._sends), timeout=self._settings.clocks.closing)
        if self._opening is not None:
            await self._opening.close()
        await self._drop()
        if self._sends:
            # Their commands have failed with the link, so that their receipts are written now.
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
        await self._connected().refresh()
        return self.state

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        session = self._connected()
        _require_port(message.port)
        sim_state = self._status.port.sim_state
        if sim_state not in USABLE:
            raise GatewayConnectionError(
                _SIM_REASONS.get(sim_state, Reason.SIM_LOCKED) if sim_state else Reason.SIM_LOCKED
            )
        segmentation = segment(
            message.text,
            policy=message.encoding,
            national=self._settings.languages,
            max_parts=message.max_parts,
        )
        pdus = [
            submit.encode()
            for submit in submits(
                message.number,
                segmentation,
                smsc=self._settings.smsc,
                flash=message.flash,
                validity=message.validity,
            )
        ]
        task = asyncio.create_task(
            send_parts(session.client, pdus, self._settings.clocks.resend), name="at_modem send"
        )
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)
        parts = await asyncio.shield(task)
        return Receipt(port=PORT, encoding=segmentation.encoding, parts=parts)

    @override
    async def restart_port(self, port: str) -> None:
        session = self._connected()
        _require_port(port)
        try:
            answer = await session.client.run(setting(session.restart_command))
        except GatewayTimeoutError, GatewayConnectionError:
            # It restarts without a word, or takes its port away before the word is out.
            answer = None
        if answer is not None and not answer.ok:
            raise answer.result.error()
        session.lose("the modem was restarted")


def _require_port(port: str | None) -> None:
    """Raise UnsupportedError unless the port is ours, or left to us."""
    if port not in (None, PORT):
        raise UnsupportedError(Reason.UNKNOWN_PORT)

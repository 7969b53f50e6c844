"""What gateways have in common that hold a link: one session after the other, and their sends."""

from abc import abstractmethod
import asyncio
import logging
from typing import Protocol, override

from .base import Gateway
from .errors import GatewayConnectionError, GatewayError, Reason
from .models import GatewayInfo
from .ongoing import OngoingSends

_LOGGER = logging.getLogger(__name__)


class GatewaySession(Protocol):
    """A link from its making to its loss; then it is of no more use."""

    async def close(self) -> None:
        """Drop the link, without a word to the gateway; whoever waits hears why."""


class SessionGateway[SessionT: GatewaySession](Gateway):
    """Makes one session at a time, tells of its loss once, and lets sends end before it closes.

    A session is given `_session_ended`, to be called when it is lost and was not closed.
    """

    def __init__(self, kind: str, closing: float) -> None:
        """Start without a session; `closing` is how long (s) `close` waits for sends."""
        super().__init__()
        self._kind = kind
        self._closing = closing
        self._session: SessionT | None = None
        self._opening: SessionT | None = None
        self._lost_early: GatewayError | None = None
        self._connecting = asyncio.Lock()
        self._sends = OngoingSends(kind)
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    @abstractmethod
    async def _make_session(self) -> SessionT:
        """Make a session; nothing is opened yet."""

    @abstractmethod
    async def _open(self, session: SessionT) -> GatewayInfo:
        """Make the link; when that raises the session is closed."""

    def _session_began(self, session: SessionT) -> None:
        """Note what was found out about the gateway, now that there is a session."""

    async def _leave(self, session: SessionT) -> None:
        """End what is under way beside the sends, bounded, because the gateway is closed."""

    @override
    async def connect(self) -> GatewayInfo:
        async with self._connecting:
            await self._drop()
            self._closed = False
            self._opening = session = await self._make_session()
            self._lost_early = None
            try:
                info = await self._open(session)
            except BaseException:
                await self._put_away(session)
                raise
            finally:
                self._opening = None
            error = GatewayConnectionError(Reason.CLOSED) if self._closed else self._lost_early
            if error is not None:
                await self._put_away(session)
                raise error
            self._session = session
            self._session_began(session)
            return info

    def _session_ended(self, session: SessionT, error: GatewayError) -> None:
        """Tell of a lost link, once, and put its remains away; while connecting it is an error."""
        if session is self._opening:
            self._lost_early = error
        if session is not self._session:
            return
        self._session = None
        self._end(session)
        _LOGGER.debug("%s link lost: %s", self._kind, error)
        if self._state_consumer is not None:
            self._state_consumer.link_lost(error)

    def _end(self, session: SessionT) -> asyncio.Task[None]:
        """End a session in a task of its own, which goes on when nobody waits for it."""
        ending = asyncio.create_task(session.close(), name=f"{self._kind} ending")
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return ending

    async def _put_away(self, session: SessionT) -> None:
        """End a session that was never told of."""
        await asyncio.wait([self._end(session)])

    async def _drop(self) -> None:
        """Put away the session that is, and those that were."""
        session, self._session = self._session, None
        if session is not None:
            self._end(session)
        if self._endings:
            await asyncio.wait(set(self._endings))

    @override
    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._leave(self._session)
        await self._sends.wait(self._closing)
        if self._opening is not None:
            await self._opening.close()
        await self._drop()
        # What still waited has failed with the link, so that its receipt is written now.
        await self._sends.wait(1)

    def _connected(self) -> SessionT:
        """Return the session, or raise GatewayConnectionError."""
        if self._closed:
            raise GatewayConnectionError(Reason.CLOSED)
        if self._session is None:
            raise GatewayConnectionError(Reason.NOT_CONNECTED)
        return self._session

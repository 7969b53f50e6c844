"""The Ejoin multi-port gateway as a gateway."""

import asyncio
from collections.abc import Callable, Mapping
import contextlib
import logging
import traceback
from typing import override

from aiohttp import ClientSession

from ..base import Gateway
from ..calls import IncomingCall
from ..capabilities import Capabilities
from ..consumers import Memory, MessageConsumer
from ..errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
    UnsupportedError,
)
from ..models import GatewayInfo, GatewayState, OutgoingSms, Receipt, UssdAnswer
from ..port_reports import GatewayProblem, PortStatistics, StatisticsPeriod
from ..push import Push, PushAnswer
from ..sent import SentSms
from .calls import Calls
from .client import EjoinClient
from .codec.codes import IN_NETWORK
from .codec.notifications import DeviceReport
from .codec.places import Place, parse_port_key
from .codec.requests import (
    CALL_STATISTICS,
    COMMAND,
    SMS_STATISTICS,
    STATUS,
    command_body,
    statistics,
    statistics_query,
)
from .identity import Identity
from .ledger import Ledger
from .probe import EjoinProbe, ask_device, probe
from .push_desk import PushDesk
from .receive import Receiver
from .sends import Sends
from .settings import EjoinSettings
from .state import StateBook
from .unknown import Unknown
from .ussd import Ussd

__all__ = ["EjoinGateway", "EjoinProbe", "EjoinSettings", "probe"]

_LOGGER = logging.getLogger(__name__)


class EjoinGateway(Gateway):
    """A gateway with many ports, whose keys are their numbers, counted from 1.

    It pushes what happens to us. With its login it can be asked as well, and obeys.
    """

    def __init__(self, settings: EjoinSettings, *, session: ClientSession, memory: Memory) -> None:
        """Take what comes from outside; nothing is asked yet."""
        super().__init__()
        self._settings = settings
        self._client = EjoinClient(session, settings)
        self._unknown = Unknown()
        self._book = StateBook(self._unknown)
        self._identity = Identity(memory, settings.identity)
        self._ledger = Ledger(memory, settings.country)
        self._sends = Sends(settings, self._ledger, self._sms_sent, self._any_port)
        self._receiver = Receiver(
            settings,
            memory,
            self._sends,
            consumer=lambda: self._message_consumer,
            restarted=self._ask_and_configure,
        )
        self._calls = Calls(settings, memory, self._call_changed, self._port_calling)
        self._wake = asyncio.Event()
        self._desk = PushDesk(
            book=self._book,
            identity=self._identity,
            receiver=self._receiver,
            sends=self._sends,
            calls=self._calls,
            unknown=self._unknown,
            publish=self._publish,
            look_soon=self._wake.set,
            heard=self._heard,
        )
        self._ussd = Ussd()
        self._connecting = asyncio.Lock()
        self._runner: asyncio.Task[None] | None = None
        self._is_linked = False
        self._was_lost = False
        self._was_heard = False
        self._is_closed = False

    @property
    @override
    def capabilities(self) -> Capabilities:
        asks = self._settings.url is not None
        return Capabilities(
            push=True,
            signal=True,
            operator=True,
            own_number=True,
            balance=True,
            reports_vary=True,
            incoming_calls=True,
            send_sms=asks,
            delivery_reports=asks,
            ussd=asks,
            restart_port=asks,
            restart_gateway=asks,
            lock_port=asks,
            select_slot=asks and self._book.slots > 1,
            statistics=asks,
            configure_push=asks,
        )

    @property
    @override
    def state(self) -> GatewayState:
        return self._book.state

    @override
    def diagnostics(self) -> Mapping[str, object]:
        return {"unknown": self._unknown.counts}

    @override
    def subscribe_messages(self, consumer: MessageConsumer) -> Callable[[], None]:
        unsubscribe = super().subscribe_messages(consumer)
        self._wake.set()
        return unsubscribe

    def _publish(self, changed: bool) -> None:
        """Tell of the state where it differs, while the link is up."""
        if changed and self._is_linked and self._state_consumer is not None:
            self._state_consumer.state_changed(self._book.state)

    @override
    async def connect(self) -> GatewayInfo:
        async with self._connecting:
            await self._stop()
            self._is_closed = False
            with contextlib.suppress(NotKeptError):
                await self._ledger.load()
                await self._calls.load()
            if self._settings.url is not None:
                await self._ask_first()
            elif self._was_lost and self._desk.is_silent:
                raise GatewayTimeoutError("a report")
            if self._is_closed:
                raise GatewayConnectionError(Reason.CLOSED)
            if not self._was_lost:
                self._desk.listen()
            self._was_lost = False
            self._is_linked = True
            self._runner = asyncio.create_task(self._run(), name="ejoin look")
            self._runner.add_done_callback(self._ended)
            return self._book.info

    async def _ask_first(self) -> None:
        """Ask who is there, have it push to us, and read its inbox."""
        self._desk.take_device(await self._ask_and_configure())
        self._receiver.link_made()
        with contextlib.suppress(NotKeptError, GatewayRefusedError):
            await self._receiver.pull(self._client)

    async def _ask_and_configure(self) -> DeviceReport:
        """Ask who is there, and have it push to us where that is ours to say."""
        report = await self._ask_device()
        if self._settings.push_url is not None:
            await self.configure_push(self._settings.push_url)
        return report

    async def _ask_device(self) -> DeviceReport:
        """Ask for all ports; raises GatewayError, also where another gateway has this address."""
        report = await ask_device(self._client)
        if not await self._identity.accepts(report.mac):
            raise GatewayConnectionError(Reason.OTHER_GATEWAY)
        return report

    async def _run(self) -> None:
        """Look after the link and the inbox, until the link is lost."""
        delay = self._settings.clocks.inbox
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._wake.wait()
            self._wake.clear()
            try:
                delay = await self._look()
            except GatewayError as error:
                self._lose(error)
                return

    def _ended(self, runner: asyncio.Task[None]) -> None:
        """Make a mistake of ours a lost link, after which everything begins anew."""
        if not runner.cancelled() and (error := runner.exception()) is not None:
            # What it says may hold the login.
            where = "".join(traceback.format_tb(error.__traceback__))
            _LOGGER.error("Unexpected %s while looking\n%s", type(error).__name__, where)
            if runner is self._runner:
                self._lose(GatewayConnectionError(Reason.CONNECTION_LOST, type(error).__name__))

    async def _look(self) -> float:
        """Look once; return when to look again (s). Raises GatewayError where the link is lost."""
        clocks = self._settings.clocks
        self._calls.expire()
        self._desk.look()
        if self._settings.url is None:
            if self._desk.is_silent:
                raise GatewayTimeoutError("a report")
            return min(clocks.inbox, self._desk.period)
        try:
            await self._receiver.pull(self._client)
        except NotKeptError:
            return clocks.retry
        except GatewayRefusedError as error:
            _LOGGER.debug("the inbox cannot be read: %s", error)
        if self._receiver.never_pushed():
            problem = GatewayProblem.RECEIVED_SMS_NOT_PUSHED
            self._publish(self._book.set_problem(problem, present=True))
        return clocks.inbox

    def _lose(self, error: GatewayError) -> None:
        """Tell of a lost link, once."""
        if not self._is_linked:
            return
        self._is_linked = False
        self._was_lost = True
        self._was_heard = False
        _LOGGER.debug("link lost: %s", error)
        if self._state_consumer is not None:
            self._state_consumer.link_lost(error)

    async def _stop(self) -> None:
        """Look no more."""
        self._is_linked = False
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.cancel()
            await asyncio.wait([runner])

    @override
    async def close(self) -> None:
        self._is_closed = True
        await self._sends.close()
        self._ussd.cancel()
        await self._stop()
        await self._receiver.close()

    @override
    async def receive_push(self, push: Push) -> PushAnswer:
        return await self._desk.take(push)

    def _heard(self) -> None:
        """Say that the gateway is there again, once for each loss: it may not answer us yet."""
        if self._was_lost and not (self._is_linked or self._was_heard or self._is_closed):
            self._was_heard = True
            if self._state_consumer is not None:
                self._state_consumer.reachable()

    def _call_changed(self, call: IncomingCall) -> None:
        """Tell of a call."""
        if self._event_consumer is not None:
            self._event_consumer.call_changed(call)

    def _sms_sent(self, sms: SentSms) -> None:
        """Tell of a text that somebody else sent."""
        if self._event_consumer is not None:
            self._event_consumer.sms_sent(sms)

    def _port_calling(self, port: int, calling: bool) -> None:
        """Note whether a call goes on at a port."""
        self._publish(self._book.set_calling(port, calling=calling))

    def _require_link(self) -> None:
        """Raise GatewayConnectionError while the gateway cannot be heard."""
        if self._is_closed:
            raise GatewayConnectionError(Reason.CLOSED)
        if not self._is_linked:
            raise GatewayConnectionError(Reason.NOT_CONNECTED)

    def _asked(self) -> EjoinClient:
        """Return the client, or raise why nothing can be asked."""
        if self._settings.url is None:
            raise UnsupportedError(detail="what needs its login")
        self._require_link()
        return self._client

    def _port(self, port: str) -> int:
        """Return the number of a port; raise UnsupportedError for one that is none."""
        number = parse_port_key(port)
        if number is None or port not in self._book.state.ports:
            raise UnsupportedError(Reason.UNKNOWN_PORT)
        return number

    def _any_port(self) -> int | None:
        """Return a port that is in a network."""
        ports = self._book.state.ports
        return next((int(key) for key, port in ports.items() if port.status in IN_NETWORK), None)

    @override
    async def poll(self) -> GatewayState:
        self._require_link()
        if self._settings.url is None:
            return self._book.state
        try:
            report = await self._ask_device()
        except GatewayConnectionError as error:
            if error.reason is Reason.OTHER_GATEWAY:
                self._lose(error)
            self._wake.set()
            raise
        except GatewayTimeoutError:
            self._wake.set()
            raise
        self._publish(self._desk.take_device(report))
        return self._book.state

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        client = self._asked()
        port = None if message.port is None else self._port(message.port)
        return await self._sends.send(client, message, port)

    @override
    async def configure_push(self, url: str | None) -> None:
        if self._settings.url is None:
            raise UnsupportedError(detail="what needs its login")
        period = str(self._settings.period) if url else "0"
        await self._client.get(STATUS, {"url": url or "", "period": period})

    async def _order(self, operation: str, place: Place | None = None) -> None:
        """Have the gateway do something."""
        await self._asked().post(COMMAND, command_body(operation, place))

    @override
    async def restart_port(self, port: str) -> None:
        self._asked()
        await self._order("reset", Place(self._port(port)))

    @override
    async def restart_gateway(self) -> None:
        with contextlib.suppress(GatewayTimeoutError):
            await self._order("reboot")
        self._wake.set()

    @override
    async def lock_port(self, port: str, *, locked: bool) -> None:
        self._asked()
        await self._order("lock" if locked else "unlock", Place(self._port(port)))

    @override
    async def select_slot(self, port: str, slot: int) -> None:
        self._asked()
        number = self._port(port)
        if not 0 < slot <= self._book.slots:
            raise UnsupportedError(Reason.INVALID_VALUE)
        await self._order("switch", Place(number, slot))

    @override
    async def read_statistics(self, period: StatisticsPeriod) -> Mapping[str, PortStatistics]:
        client = self._asked()
        query = statistics_query(period)
        texts = await client.get(SMS_STATISTICS, query)
        return statistics(texts, await client.get(CALL_STATISTICS, query))

    @override
    async def send_ussd(self, port: str, text: str, *, timeout: float) -> UssdAnswer:
        client = self._asked()
        number = self._port(port)
        return await self._ussd.send(client, number, text, timeout)

    @override
    async def cancel_ussd(self, port: str) -> None:
        self._asked()
        self._ussd.cancel(self._port(port))

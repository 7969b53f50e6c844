"""A Teltonika router as a gateway."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
import logging
from typing import override

import aiohttp

from ...sms.encodings import EncodingPolicy
from ...sms.segments import Segmentation
from ..base import Gateway
from ..capabilities import Capabilities
from ..consumers import Memory, MessageConsumer
from ..errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
    UnsupportedError,
)
from ..models import (
    GatewayInfo,
    GatewayState,
    OutgoingSms,
    PartReceipt,
    PortState,
    Receipt,
    StoredSms,
)
from ..ongoing import OngoingSends
from ..push import Push, PushAnswer
from .acquaintance import Acquaintance
from .codec.status import ModemReport
from .probe import ProbeResult, find_api, probe
from .receive import Receiver
from .router import make_router, with_keys
from .send import send_text
from .settings import PRIMARY, STORAGE, Api, Clocks, Forwarding, Login, TeltonikaSettings

__all__ = [
    "PRIMARY",
    "Api",
    "Clocks",
    "Forwarding",
    "Login",
    "ProbeResult",
    "TeltonikaGateway",
    "TeltonikaSettings",
    "find_api",
    "probe",
]

_LOGGER = logging.getLogger(__name__)

# One late answer happens; a router that gives none to two questions in a row is gone.
_MOST_LATE = 2


class TeltonikaGateway(Gateway):
    """A router with one modem or more, each of which is a port.

    After a login that was refused nothing is sent any more: the routers count failed logins and
    lock out who has too many. Another password makes another gateway.
    """

    def __init__(
        self, settings: TeltonikaSettings, *, session: aiohttp.ClientSession, memory: Memory
    ) -> None:
        """Take what comes from outside; nothing is sent yet."""
        super().__init__()
        self._settings = settings
        self._router = make_router(settings, session)
        self._acquaintance = Acquaintance(memory)
        self._receiver = Receiver(
            settings, memory, self._acquaintance, lambda: self._message_consumer
        )
        self._capabilities: Capabilities | None = None
        self._modems: dict[str, ModemReport] = {}
        self._state = GatewayState()
        self._connecting = asyncio.Lock()
        self._refreshing = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._sends = OngoingSends("teltonika")
        self._refused: GatewayAuthenticationError | None = None
        self._late = 0
        self._closed = False

    @property
    @override
    def capabilities(self) -> Capabilities:
        return self._capabilities or Capabilities(send_sms=True, push=True)

    @property
    @override
    def state(self) -> GatewayState:
        return self._state

    @property
    def _ports(self) -> Mapping[str, str]:
        """The ports by the names that their modems have on the wire."""
        return {report.modem: key for key, report in self._modems.items()}

    @override
    def subscribe_messages(self, consumer: MessageConsumer) -> Callable[[], None]:
        unsubscribe = super().subscribe_messages(consumer)
        self._wake.set()
        return unsubscribe

    @override
    async def connect(self) -> GatewayInfo:
        async with self._connecting:
            await self._drop()
            self._closed = False
            if self._refused is not None:
                raise GatewayAuthenticationError(self._refused.reason, self._refused.detail)
            try:
                identity = await self._router.identify()
                self._acquaintance.greet(mac=identity.mac, serial=identity.info.serial_number)
                await self._read_state()
                await self._receiver.adopt(self._router, self._ports)
            except GatewayAuthenticationError as error:
                self._refused = error
                raise
            if self._closed:
                raise GatewayConnectionError(Reason.CLOSED)
            self._capabilities = self._capabilities or self._router.capabilities(
                list(self._modems.values())
            )
            if not self._modems:
                raise GatewayConnectionError(Reason.NOT_FOUND, "no modem")
            self._late = 0
            self._task = asyncio.create_task(self._run(), name="teltonika")
            self._task.add_done_callback(self._ended)
            return identity.info

    async def _read_state(self) -> None:
        """Ask for the state of all modems; those that were there before and are not told stay."""
        async with self._refreshing:
            modems = await self._router.modems()
            reports = await self._keyed(modems)
            listed = {report.modem for report in modems}
            self._modems = {
                key: report for key, report in self._modems.items() if report.modem not in listed
            } | reports
            self._state = GatewayState(
                ports={
                    key: reports[key].state if key in reports else PortState(key=key)
                    for key in self._modems
                }
            )

    async def _keyed(self, modems: list[ModemReport]) -> dict[str, ModemReport]:
        """Give every modem its port, and remember which is the primary one."""
        try:
            primary = await self._acquaintance.primary([modem.modem for modem in modems])
            reports = with_keys(modems, primary)
            if (chosen := reports.get(PRIMARY)) is None:
                if primary is not None and reports:
                    absent = ModemReport(modem=primary, state=PortState(key=PRIMARY))
                    self._modems.setdefault(PRIMARY, absent)
            elif chosen.modem:
                await self._acquaintance.name_primary(chosen.modem, len(modems))
        except NotKeptError as error:
            _LOGGER.debug("It is not known which modem was the primary one: %s", error)
            return with_keys(modems)
        return reports

    async def _run(self) -> None:
        """List messages and ask for the state, in turn, until the link is lost."""
        clocks = self._settings.clocks
        loop = asyncio.get_running_loop()
        status_at = loop.time() + clocks.status
        while True:
            self._wake.clear()
            pause = clocks.list
            try:
                await self._receiver.sweep(self._router, self._ports)
                if loop.time() >= status_at:
                    status_at = loop.time() + clocks.status
                    await self._refresh()
                self._late = 0
            except NotKeptError:
                pause = clocks.retry
            except GatewayError as error:
                if self._ends_link(error):
                    return
            await self._sleep(pause)

    async def _sleep(self, seconds: float) -> None:
        """Wait until it is time, or something else to do."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _ends_link(self, error: GatewayError) -> bool:
        """Say that the link is lost when an error means that; a modem may just be busy."""
        if isinstance(error, GatewayTimeoutError):
            self._late += 1
            if self._late < _MOST_LATE:
                return False
        elif error.reason is not Reason.SERVICE_DISABLED and not isinstance(
            error, (GatewayConnectionError, GatewayAuthenticationError)
        ):
            _LOGGER.debug("the router did not tell: %s", error)
            return False
        self._lose(error)
        return True

    def _lose(self, error: GatewayError) -> None:
        """Tell of a lost link, once."""
        if isinstance(error, GatewayAuthenticationError):
            self._refused = error
        task, self._task = self._task, None
        if task is None:
            return
        if task is not asyncio.current_task():
            task.cancel()
            self._endings.add(task)
            task.add_done_callback(self._endings.discard)
        _LOGGER.debug("link lost: %s", error)
        if self._state_consumer is not None:
            self._state_consumer.link_lost(error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Make a mistake of ours a lost link, after which everything begins anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("The router is no longer listened to", exc_info=error)
            if task is self._task:
                self._lose(GatewayConnectionError(Reason.CONNECTION_LOST, type(error).__name__))

    async def _refresh(self) -> None:
        """Ask for the state, and push it when it differs."""
        before = self._state
        await self._read_state()
        if self._state != before and self._state_consumer is not None and self._task is not None:
            self._state_consumer.state_changed(self._state)

    async def _drop(self) -> None:
        """Let go of the router without a word."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self._endings.add(task)
            task.add_done_callback(self._endings.discard)
        if self._endings:
            await asyncio.wait(set(self._endings))

    @override
    async def close(self) -> None:
        self._closed = True
        await self._sends.wait(self._settings.clocks.closing)
        self._sends.cancel()
        await self._sends.wait(1)
        await self._drop()

    def _require_link(self) -> None:
        """Raise GatewayConnectionError unless there is a link."""
        if self._closed:
            raise GatewayConnectionError(Reason.CLOSED)
        if self._task is None:
            raise GatewayConnectionError(Reason.NOT_CONNECTED)

    def _modem(self, port: str | None) -> ModemReport:
        """Return the modem of a port, the primary one when it is left to us."""
        self._require_link()
        report = self._modems.get(PRIMARY if port is None else port)
        if report is None:
            raise UnsupportedError(Reason.UNKNOWN_PORT)
        return report

    async def _asked[Result](self, question: Awaitable[Result]) -> Result:
        """Wait for an answer, and see by its error whether the link is lost."""
        try:
            return await question
        except GatewayError as error:
            self._ends_link(error)
            raise

    @override
    async def poll(self) -> GatewayState:
        self._require_link()
        await self._asked(self._refresh())
        return self.state

    @override
    def segment(self, message: OutgoingSms) -> Segmentation:
        return super().segment(replace(message, encoding=_policy(message.encoding)))

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        modem = self._modem(message.port)
        if message.flash:
            raise UnsupportedError(detail="flash SMS")
        if message.group is not None and not self.capabilities.groups:
            raise UnsupportedError(detail="send to a group")
        segmentation = self.segment(message)
        if segmentation.transliterated is not None:
            message = replace(message, text=segmentation.transliterated)
        parts = await self._sends.finish(self._send(modem.modem, message, len(segmentation.parts)))
        return Receipt(port=modem.state.key, encoding=segmentation.encoding, parts=parts)

    async def _send(self, modem: str, message: OutgoingSms, parts: int) -> tuple[PartReceipt, ...]:
        """Send one text when those before it have ended; only `close` cancels this."""
        try:
            await self._sending.acquire()
        except asyncio.CancelledError:
            raise GatewayConnectionError(Reason.CLOSED) from None
        try:
            self._require_link()
            return await send_text(self._router, modem, message, parts)
        except GatewayError as error:
            self._ends_link(error)
            raise
        finally:
            self._sending.release()

    @override
    async def receive_push(self, push: Push) -> PushAnswer:
        return await self._receiver.take_push(push, self._modems.keys(), self._sweep)

    async def _sweep(self) -> None:
        """List messages at once; raises GatewayError and NotKeptError."""
        self._require_link()
        await self._asked(self._receiver.sweep(self._router, self._ports))

    @override
    async def restart_port(self, port: str) -> None:
        modem = self._modem(port)
        await self._asked(self._router.restart_modem(modem.modem))

    @override
    async def restart_connection(self, port: str) -> None:
        modem = self._modem(port)
        await self._asked(self._router.restart_connection(modem.modem))

    @override
    async def select_slot(self, port: str, slot: int) -> None:
        modem = self._modem(port)
        active = modem.state.active_slot
        if not 1 <= slot <= modem.slots or modem.slots == 1 or active is None:
            raise UnsupportedError(detail="choose the SIM slot")
        for _ in range((slot - active) % modem.slots):
            await self._asked(self._router.switch_sim(modem.modem))
        await self._asked(self._refresh())

    @override
    async def list_messages(self, port: str) -> tuple[StoredSms, ...]:
        self._modem(port)
        listed = await self._asked(self._router.list_messages())
        zone = await self._settings.time_zone()
        return tuple(
            stored
            for message in listed
            if (stored := self._receiver.show(message, self._ports, zone)) and stored.port == port
        )

    @override
    async def delete_messages(self, port: str, places: Sequence[tuple[str, int]]) -> None:
        self._modem(port)
        indexes = [index for storage, index in places if storage == STORAGE]
        await self._asked(self._receiver.delete(self._router, self._ports, port, indexes))


def _policy(wanted: EncodingPolicy) -> EncodingPolicy:
    """Return how the router encodes, which the receipt tells: it cannot be asked for UCS-2."""
    return EncodingPolicy.AUTO if wanted is EncodingPolicy.UCS2 else wanted

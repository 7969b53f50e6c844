"""The AT modem as a gateway."""

import asyncio
from collections.abc import Callable, Sequence
import contextlib
from dataclasses import replace
import math
from typing import override

from ...sms.segments import Segmentation
from ..calls import DialOutcome, IncomingCall
from ..capabilities import Capabilities
from ..consumers import Memory, MessageConsumer, PinGuard
from ..errors import GatewayConnectionError, Reason, UnsupportedError
from ..models import (
    GatewayInfo,
    GatewayState,
    OutgoingSms,
    Receipt,
    SimState,
    StoredSms,
    UssdAnswer,
)
from ..network_settings import AccessPoint, FoundOperator, OperatorSelection, PowerSaving
from ..session_gateway import SessionGateway
from .client import Priority
from .codec.users import parse_user_command
from .modem_key import known_imei
from .network_settings import choose_operator, find_operators, set_access_point, set_power_saving
from .opening import SerialOpener
from .probe import ProbeResult, find_imei, probe
from .questions import USABLE, ask_tries
from .quirks import quirks_of
from .receive import Receiver
from .remedies import Remedies
from .send import cut, encode, send_parts
from .session import Session
from .settings import PORT, AtModemSettings
from .sleep import may_sleep
from .status import Status
from .stored import list_stored

__all__ = [
    "PORT",
    "AtModemGateway",
    "AtModemSettings",
    "ProbeResult",
    "SerialOpener",
    "probe",
]

_SIM_REASONS = {
    SimState.MISSING: Reason.SIM_MISSING,
    SimState.PIN_REQUIRED: Reason.PIN_REQUIRED,
    SimState.PUK_REQUIRED: Reason.PUK_REQUIRED,
}


class AtModemGateway(SessionGateway[Session]):
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
        super().__init__("at_modem", settings.clocks.closing)
        self._settings = settings
        self._open_serial = open_serial
        self._pin_guard = pin_guard
        self._memory = memory
        self._receiver = Receiver(settings, memory, lambda: self._message_consumer)
        self._status = Status(self._publish)
        self._capabilities: Capabilities | None = None
        self._speed: int | None = None
        self._remedies = Remedies()
        self._revived_at = -math.inf

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
    async def _make_session(self) -> Session:
        return Session(
            self._settings,
            open_serial=self._open_serial,
            pin_guard=self._pin_guard,
            memory=self._memory,
            receiver=self._receiver,
            status=self._status,
            remedies=await self._known_remedies(),
            ended=self._session_ended,
            call_changed=self._call_changed,
            ussd_received=self._ussd_received,
        )

    @override
    async def _open(self, session: Session) -> GatewayInfo:
        info = await session.open(self._speed)
        await session.start()
        return info

    @override
    def _session_began(self, session: Session) -> None:
        self._speed = session.speed
        self._remedies, self._revived_at = Remedies.of(session.quirks), -math.inf
        self._capabilities = self._capabilities or self._found_capabilities(session)

    async def _known_remedies(self) -> Remedies:
        """Choose what may be written in the blind, only to a modem that was met before.

        To restart it with every try would keep one from starting that takes its time for that, and
        one that sleeps would be torn from its network as it wakes up.
        """
        remedies = self._remedies
        if not remedies.radio and await known_imei(self._memory, self._settings):
            remedies = Remedies.of(quirks_of(None, None))
        now = asyncio.get_running_loop().time()
        is_due = now - self._revived_at >= self._settings.clocks.revival
        is_due &= not await may_sleep(self._memory, self._settings)
        self._revived_at = now if is_due else self._revived_at
        return remedies if is_due else replace(remedies, restart=())

    @override
    def relocate(self, device: str) -> None:
        if device != self._settings.device:
            self._settings = replace(self._settings, device=device)
            self._revived_at = -math.inf

    @override
    async def is_at(self, device: str) -> bool:
        if (known := await known_imei(self._memory, self._settings)) is None:
            return False
        settings = replace(self._settings, device=device)
        return await find_imei(settings, open_serial=self._open_serial) == known

    def _found_capabilities(self, session: Session) -> Capabilities:
        """Tell what was found out about the modem; a locked SIM hides some of it."""
        is_hidden = not session.receives
        return replace(
            self._status.capabilities(),
            delivery_reports=session.reports,
            ussd=session.services.ussd or is_hidden,
            incoming_calls=session.services.calls or is_hidden,
            dial=session.services.calls or is_hidden,
            stored_messages=True,
            at_commands=True,
            apn=session.services.access_point or is_hidden,
            power_saving=session.services.power_saving or is_hidden,
            select_operator=self._status.capabilities().operator,
            unblock_sim=True,
            choose_smsc=True,
            national_languages=True,
        )

    def _call_changed(self, call: IncomingCall) -> None:
        """Tell of a call that comes in."""
        if self._event_consumer is not None:
            self._event_consumer.call_changed(call)

    def _ussd_received(self, answer: UssdAnswer) -> None:
        """Tell what the network says without having been asked."""
        if self._event_consumer is not None:
            self._event_consumer.ussd_received(PORT, answer)

    @override
    async def _leave(self, session: Session) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.clocks.closing):
                await session.calls.close(GatewayConnectionError(Reason.CLOSED))

    def _with_sim(self, port: str | None) -> Session:
        """Return the session for what needs a SIM, or raise why there is none."""
        session = self._connected()
        _require_port(port)
        sim_state = self._status.port.sim_state
        if sim_state not in USABLE:
            raise GatewayConnectionError(
                _SIM_REASONS.get(sim_state, Reason.SIM_LOCKED) if sim_state else Reason.SIM_LOCKED
            )
        return session

    @override
    async def poll(self) -> GatewayState:
        await self._connected().refresh()
        return self.state

    @override
    def segment(self, message: OutgoingSms) -> Segmentation:
        return cut(message, self._settings)

    @override
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        session = self._with_sim(message.port)
        encoding, pdus = encode(message, self._settings)
        parts = await self._sends.finish(
            send_parts(session.client, pdus, self._settings.clocks.resend)
        )
        return Receipt(port=PORT, encoding=encoding, parts=parts)

    @override
    async def restart_port(self, port: str) -> None:
        session = self._connected()
        _require_port(port)
        await session.restart()

    @override
    async def send_ussd(self, port: str, text: str, *, timeout: float) -> UssdAnswer:
        session = self._with_sim(port)
        _require(self.capabilities.ussd, "USSD")
        return await session.ussd.send(text, timeout)

    @override
    async def cancel_ussd(self, port: str) -> None:
        session = self._with_sim(port)
        _require(self.capabilities.ussd, "USSD")
        await session.ussd.cancel()

    @override
    async def dial(self, port: str, number: str, seconds: float) -> DialOutcome:
        session = self._with_sim(port)
        _require(self.capabilities.dial, "call a number")
        return await session.calls.dial(number, seconds)

    @override
    async def puk_tries(self, port: str) -> int | None:
        session = self._connected()
        _require_port(port)
        return await ask_tries(session.client, session.quirks.puk_counters)

    @override
    async def unblock_sim(self, port: str, puk: str, pin: str, *, consented: bool = False) -> str:
        session = self._connected()
        _require_port(port)
        if self._status.port.sim_state is not SimState.PUK_REQUIRED:
            raise UnsupportedError(detail="take a PUK that nobody asked for")
        return await session.unblock(puk, pin, consented=consented)

    def _with_messages(self, port: str) -> Session:
        """Return the session for what needs messages, or raise why there are none."""
        session = self._with_sim(port)
        if not session.receives:
            raise GatewayConnectionError(Reason.SIM_LOCKED)
        return session

    @override
    async def list_messages(self, port: str) -> tuple[StoredSms, ...]:
        self._with_messages(port)
        return await self._receiver.with_storages(
            lambda storages: list_stored(storages, self._settings)
        )

    @override
    async def delete_messages(self, port: str, places: Sequence[tuple[str, int]]) -> None:
        self._with_messages(port)
        wanted = tuple(places)
        await self._receiver.with_storages(lambda storages: self._receiver.delete(storages, wanted))

    @override
    async def send_at_command(self, port: str, command: str, *, timeout: float) -> tuple[str, ...]:
        session = self._connected()
        _require_port(port)
        parsed = parse_user_command(command, timeout)
        if parsed is None:
            raise UnsupportedError(Reason.INVALID_COMMAND)
        try:
            if session.receives:
                answer = await self._receiver.with_storages(lambda storages: storages.obey(parsed))
            else:
                answer = await session.client.run(parsed, Priority.MESSAGE)
        finally:
            # A question changes nothing.
            if not parsed.text.endswith("?"):
                session.doubt_settings()
        if not answer.ok:
            raise answer.result.error()
        return answer.lines

    @override
    async def configure_apn(
        self, port: str, access_point: AccessPoint, *, roaming: bool | None = None
    ) -> AccessPoint:
        session = self._with_sim(port)
        _require(self.capabilities.apn, "set the APN")
        client, quirks = session.client, session.quirks
        now = await set_access_point(client, quirks, access_point, roaming=roaming)
        await self._status.refresh_imsi(client)
        return now

    @override
    async def configure_power_saving(self, port: str, wanted: PowerSaving) -> PowerSaving:
        session = self._with_sim(port)
        _require(self.capabilities.power_saving, "power saving")
        if wanted.enabled:
            # It may fall asleep at once.
            await session.expect_sleep(expected=True)
        try:
            return await set_power_saving(session.client, session.quirks, wanted)
        finally:
            session.doubt_settings()

    @override
    async def set_operator(self, port: str, code: str | None) -> OperatorSelection:
        session = self._with_sim(port)
        _require(self.capabilities.select_operator, "choose the operator")
        return await choose_operator(session.client, code)

    @override
    async def scan_operators(self, port: str) -> tuple[FoundOperator, ...]:
        session = self._with_sim(port)
        _require(self.capabilities.select_operator, "search for operators")
        return await find_operators(session.client)


def _require(capability: bool, detail: str) -> None:
    """Raise UnsupportedError unless the modem can do it."""
    if not capability:
        raise UnsupportedError(detail=detail)


def _require_port(port: str | None) -> None:
    """Raise UnsupportedError unless the port is ours, or left to us."""
    if port not in (None, PORT):
        raise UnsupportedError(Reason.UNKNOWN_PORT)

"""One tracked device: what is asked of it, one request at a time, and what it says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later, async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER, signal_device_heard
from ..devices.base import CommandSpec, DeviceMessage, encode
from ..devices.conversation import Conversation, Exchange, Heard
from ..devices.errors import CommandError
from ..devices.vocabulary import CLOUD_ALWAYS_ON, Command
from ..errors import action_error, command_error, device_busy_error
from ..gateways.errors import (
    GatewayConnectionError,
    MessageError,
    NotKeptError,
    Reason,
    UnsupportedError,
)
from ..gateways.models import OutgoingSms, Receipt, SendStatus, SmsMessage
from ..messages.journal import Journal
from ..messages.outbox import Outbox, Outcome
from ..messages.routing import Correspondent, Sending, outgoing
from .memory import state_key
from .request import PLAIN, Answered, Manner
from .state import Contact, DeviceState, read_state, write_state

# How many requests wait behind the one in flight.
QUEUE: Final = 5

# TELL's manual: who has no answer after one or two minutes shall look for the fault.
REPLY_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class _Awaited:
    """An answer that somebody waits for, and what gives it up in time."""

    future: asyncio.Future[None]
    cancel: CALLBACK_TYPE

    def end(self) -> None:
        """Wait no more."""
        self.cancel()
        if not self.future.done():
            self.future.set_result(None)


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One message of a device, for its event entity."""

    heard: Heard
    message: SmsMessage


class TrackedDevice(DataUpdateCoordinator[DeviceState]):
    """One tracked device; it is only ever pushed to, and sends only what it is told to."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        correspondent: Correspondent,
        *,
        own_number: Callable[[], str | None],
        journal: Journal,
        outbox: Outbox,
    ) -> None:
        """Speak to the device of a subentry in its family's language.

        `own_number` tells the number of the port which speaks to it, where that is known.
        """
        self.subentry = correspondent.subentry
        self.family = correspondent.family
        self.settings = correspondent.settings
        super().__init__(
            hass, LOGGER, config_entry=entry, name=self.subentry.title, always_update=False
        )
        self.data = DeviceState()
        self._own_number = own_number
        self._journal = journal
        self._outbox = outbox
        self._conversation = Conversation(self.family, self.settings)
        self._turn = asyncio.Lock()
        self._queued = 0
        self._closed = False
        self._awaited: dict[Exchange, _Awaited] = {}
        self._timer: CALLBACK_TYPE | None = None

    @property
    def commands(self) -> Mapping[Command, CommandSpec]:
        """What can be asked of the device."""
        return self.family.variant(self.settings.variant).commands

    @property
    def always_connected(self) -> bool:
        """Whether it needs no request to connect to its cloud, so that none is ever sent."""
        return bool(self.settings.options.get(CLOUD_ALWAYS_ON))

    async def restore(self) -> None:
        """Know again what was known before a restart."""
        with suppress(NotKeptError):
            self.data = read_state(await self._journal.get(self._memory))
        self._expire()

    @callback
    def close(self) -> None:
        """Wait for nothing more; who waits for an answer hears that."""
        self._closed = True
        if self._timer is not None:
            self._timer()
            self._timer = None
        for awaited in self._awaited.values():
            awaited.end()
        self._awaited.clear()

    @override
    async def _async_update_data(self) -> DeviceState:
        """Return what is known: whoever wants an entity updated must not cause an SMS."""
        return self.data

    def check(
        self,
        command: Command,
        parameters: Mapping[str, str],
        *,
        wait: bool,
        sending: Sending = PLAIN.sending,
    ) -> tuple[DeviceMessage, ...]:
        """Write a command; `ServiceValidationError` for what cannot be said, sent or waited for."""
        if command is Command.CONNECT and self.always_connected:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="connect_not_needed"
            )
        probe = self._outgoing("", sending)
        self._check_sender(probe)
        own_number = self._own_number() or self._outbox.sender(probe)
        settings = replace(self.settings, own_number=own_number)
        try:
            messages = encode(self.family, settings, command, parameters)
        except CommandError as err:
            raise command_error(err) from err
        if wait and not self.commands[command].replies:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="no_reply_expected"
            )
        if wait and not self._may_reply(sending):
            raise action_error(UnsupportedError(Reason.NO_REPLY_POSSIBLE))
        return messages

    def _check_sender(self, message: OutgoingSms) -> None:
        """Refuse a sender that there cannot be."""
        try:
            self._outbox.check(message)
        except (MessageError, UnsupportedError) as err:
            raise action_error(err) from err

    async def request(
        self,
        command: Command,
        parameters: Mapping[str, str],
        wait: float | None = None,
        manner: Manner = PLAIN,
    ) -> Answered:
        """Send a command, and wait so many seconds for its answer, or not at all.

        Raises `ServiceValidationError` before anything is sent, and `HomeAssistantError` when too
        many requests wait, or when the gateway is being shut down.
        """
        messages = self.check(command, parameters, wait=wait is not None, sending=manner.sending)
        with nullcontext(manner.among) if manner.among else self._outbox.hearing() as hearing:
            async with self._turn_of_mine():
                return await self._ask(command, messages, wait, replace(manner, among=hearing))

    async def send(self, command: Command, parameters: Mapping[str, str] | None = None) -> None:
        """Send a command and wait for no answer; raises what kept it from being sent."""
        answered = await self.request(command, parameters or {})
        if (error := answered.error()) is not None:
            raise error

    @asynccontextmanager
    async def _turn_of_mine(self) -> AsyncIterator[None]:
        """Wait behind the requests that came before."""
        if self._queued > QUEUE:
            raise device_busy_error()
        self._queued += 1
        try:
            async with self._turn:
                yield
        finally:
            self._queued -= 1

    async def _ask(
        self,
        command: Command,
        messages: Sequence[DeviceMessage],
        wait: float | None,
        manner: Manner,
    ) -> Answered:
        """Send the messages in order, each after the one before was sent, and wait."""
        exchange = None
        async with manner.pace:
            self._refuse_when_closed()
            if self.commands[command].replies and self._may_reply(manner.sending):
                # The answer may be here before the receipt is.
                exchange = self._conversation.ask(command, dt_util.utcnow(), len(messages))
            outcomes = await self._send(messages, exchange, manner)
        result = Answered(messages=tuple(messages), outcomes=outcomes)
        if exchange is None or not self._may_be_answered(exchange, outcomes) or not result.sent:
            return result
        answered = self._expect(exchange, REPLY_SECONDS if wait is None else wait)
        if wait is None:
            return result
        await answered
        return replace(
            result,
            heard=tuple(exchange.heard),
            timed_out=not exchange.answered and not self._closed,
            was_closed=not exchange.answered and self._closed,
        )

    async def _send(
        self, messages: Sequence[DeviceMessage], exchange: Exchange | None, manner: Manner
    ) -> tuple[Outcome, ...]:
        """Send over one port until something is not surely sent; the answer comes back to it."""
        outcomes: list[Outcome] = []
        port = None
        for message in messages:
            text = self._outgoing(message.text, manner.sending)
            text = replace(text, port=port or text.port)
            if exchange is not None:
                exchange.port = text.port
            outcomes += await self._outbox.send([text], hearing=manner.among)
            # Not every gateway tells which port it chose; then an answer may come to any.
            if isinstance(receipt := outcomes[-1].result, Receipt) and receipt.port:
                port = receipt.port
                if exchange is not None:
                    exchange.port = port
            if outcomes[-1].status is not SendStatus.SENT:
                break
        return tuple(outcomes)

    def _outgoing(self, text: str, sending: Sending) -> OutgoingSms:
        """Address a text to the device, so that it can answer."""
        return self._outbox.answerable(outgoing(self.subentry, text, sending))

    def _may_reply(self, sending: Sending) -> bool:
        """Whether the device can answer what is sent so."""
        return self._outbox.can_reply(self._outgoing("", sending))

    def _may_be_answered(self, exchange: Exchange, outcomes: Sequence[Outcome]) -> bool:
        """Have as many answers expected as messages may have left."""
        exchange.messages = sum(outcome.status is not SendStatus.FAILED for outcome in outcomes)
        if not exchange.messages:
            self._conversation.withdraw(exchange)
        return exchange.messages > 0

    def _expect(self, exchange: Exchange, seconds: float) -> asyncio.Future[None]:
        """Show that an answer is awaited; the future ends with it, or when it is given up."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if exchange.answered or self._closed:
            future.set_result(None)
            return future
        give_up = HassJob(partial(self._give_up, exchange), cancel_on_shutdown=True)
        cancel = async_call_later(self.hass, seconds, give_up)
        self._awaited[exchange] = _Awaited(future, cancel)
        self._change(contact=Contact.WAITING)
        return future

    @callback
    def _give_up(self, exchange: Exchange, _: datetime) -> None:
        """Show silence; a late answer is still understood."""
        self._conversation.give_up(exchange)
        self._awaited.pop(exchange).end()
        if self.data.contact is Contact.WAITING and not self._awaited:
            self._change(contact=Contact.SILENT)

    def _refuse_when_closed(self) -> None:
        """Raise for whoever still wants something when the entry is being unloaded."""
        if self._closed:
            raise action_error(GatewayConnectionError(Reason.CLOSED))

    @callback
    def hear(self, message: SmsMessage) -> None:
        """Take a message of the device."""
        now = dt_util.utcnow()
        heard = self._conversation.hear(message.text, now, message.port)
        since = message.received_at
        if message.sent_at is not None and (heard.exchange is None or heard.late):
            # It may have lain somewhere; while it is awaited the service centre's clock is not
            # asked, as some are hours out.
            since = min(since, message.sent_at)
        self.data = self.data.heard(heard.values, message.received_at, since)
        self._expire()
        self._tell()
        report = DeviceReport(heard, message)
        async_dispatcher_send(self.hass, signal_device_heard(self.subentry.subentry_id), report)
        exchange = heard.exchange
        if exchange is not None and exchange.answered and exchange in self._awaited:
            self._awaited.pop(exchange).end()

    @callback
    def _change(self, **changes: Any) -> None:
        """Change the state, and tell of it."""
        self.data = replace(self.data, **changes)
        self._tell()

    @callback
    def _tell(self) -> None:
        """Tell the entities, and keep the state."""
        self.async_update_listeners()
        self.config_entry.async_create_background_task(
            self.hass, self._keep(write_state(self.data)), f"{self.name} state"
        )

    async def _keep(self, state: str) -> None:
        """Commit the state."""
        try:
            await self._journal.set(self._memory, state)
        except NotKeptError as err:
            LOGGER.error("What is known of %s could not be kept: %s", self.name, err)

    @property
    def _memory(self) -> str:
        """Where the journal keeps the state."""
        return state_key(self.subentry.subentry_id)

    @callback
    def _expire(self) -> None:
        """End what is over, and come back when the next thing is."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        self.data = self.data.at(dt_util.utcnow())
        if (ends := self.data.ends) is not None:
            self._timer = async_track_point_in_utc_time(self.hass, self._over, ends)

    @callback
    def _over(self, _: datetime) -> None:
        """Show that something has ended."""
        self._timer = None
        self._expire()
        self._tell()

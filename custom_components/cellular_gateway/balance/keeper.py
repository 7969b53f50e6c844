"""Asks for the balance of a SIM, hears of it, remembers it, and asks again in time.

Every request may be charged by the operator. It goes out once, is noted in the journal before it
does, and is never repeated by itself: also a request that came to nothing counts for the schedule.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.util import dt as dt_util

from ..const import CONF_BALANCE, DOMAIN, LOGGER, signal_balance, signal_sms_shown, signal_ussd
from ..errors import action_error, receipt_error
from ..gateways.base import Gateway
from ..gateways.errors import GatewayConnectionError, GatewayError, MessageError, Reason
from ..gateways.models import OutgoingSms, PortState, Receipt, SendStatus, UssdAnswer
from ..gateways.port_reports import PortStatus
from ..messages.inbox import Announcement
from ..messages.journal import Journal
from ..messages.outbox import Outbox
from ..sms.balance import BalanceMethod, find_balance
from ..sms.numbers import same_number, sender_spellings
from ..sms.ussd import UssdStatus
from .credit import BalanceSettings, Credit
from .memory import read_memory, write_memory

# A text takes seconds as a rule, and minutes on a busy evening.
ANSWER_SECONDS: Final = 180.0
RING_SECONDS: Final = 20.0
CHECK_INTERVAL: Final = timedelta(minutes=1)
# What the network says by itself is taken for the late answer to a code no longer than this.
LATE_ANSWER: Final = timedelta(hours=24)


class BalanceKeeper:
    """Asks for the balance of one port's SIM, and knows what was last told.

    A text from the answering sender that tells a balance is taken whenever it comes, asked for or
    not: the user has named this sender for nothing else. What the network says by USSD without
    being asked is taken only within a day of a request, since it advertises in this way too.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        port: str,
        *,
        gateway: Gateway,
        outbox: Outbox,
        journal: Journal,
        is_connected: Callable[[], bool],
    ) -> None:
        """Keep the balance of a port in the way that the entry's options say."""
        self.settings = BalanceSettings.from_options(entry.options[CONF_BALANCE][port])
        self._hass = hass
        self._entry = entry
        self._port = port
        self._gateway = gateway
        self._outbox = outbox
        self._journal = journal
        self._is_connected = is_connected
        self._credit: Credit | None = None
        self._asked_at: datetime | None = None
        self._request: asyncio.Task[Credit] | None = None
        self._answer: asyncio.Future[Credit] | None = None
        self._is_misread = False
        self._stops: list[Callable[[], None]] = []

    @property
    def credit(self) -> Credit | None:
        """What was last told of the SIM that is in the port; of another one it says nothing."""
        credit, port = self._credit, self._state
        if port is not None and port.status is PortStatus.NO_SIM:
            return None
        if credit is None or port is None or None in (credit.iccid, port.iccid):
            return credit
        return credit if credit.iccid == port.iccid else None

    @property
    def _state(self) -> PortState | None:
        """The port as the gateway knows it."""
        return self._gateway.state.ports.get(self._port)

    async def start(self) -> None:
        """Remember what was known, and begin to listen and to ask in time."""
        await self._remember()
        hass, entry_id = self._hass, self._entry.entry_id
        self._stops += [
            async_dispatcher_connect(hass, signal_sms_shown(entry_id), self._announced),
            async_dispatcher_connect(hass, signal_ussd(entry_id), self._ussd_received),
        ]
        if self.settings.interval is not None:
            self._stops.append(
                async_track_time_interval(
                    hass, self._check_schedule, CHECK_INTERVAL, cancel_on_shutdown=True
                )
            )

    async def close(self) -> None:
        """Listen and ask no more; who waits for an answer hears that."""
        while self._stops:
            self._stops.pop()()
        if self._request is not None:
            self._request.cancel()
            await asyncio.wait([self._request])

    async def request(self, limit: float = ANSWER_SECONDS) -> Credit:
        """Ask the operator, and return what it answers within the limit (s).

        Who comes while a request is under way shares it, its limit too. Raises
        `HomeAssistantError` in words for a person.
        """
        if self._request is None or self._request.done():
            self._request = self._entry.async_create_background_task(
                self._hass, self._ask(limit), f"{DOMAIN} balance"
            )
            self._request.add_done_callback(_retrieve)
        request = self._request
        await asyncio.wait([request])
        if request.cancelled():
            raise action_error(GatewayConnectionError(Reason.CLOSED))
        return request.result()

    async def _ask(self, limit: float) -> Credit:
        """Ask once, and wait for the answer."""
        self._asked_at = dt_util.utcnow()
        self._answer = asyncio.get_running_loop().create_future()
        self._is_misread = False
        await self._commit()
        try:
            async with asyncio.timeout(limit):
                await self._send(limit)
                return await self._answer
        except TimeoutError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="balance_not_found" if self._is_misread else "balance_no_answer",
            ) from err
        except (GatewayError, MessageError) as err:
            raise action_error(err) from err
        finally:
            self._answer = None

    async def _send(self, limit: float) -> None:
        """Send the code or the text, or call; what comes of a call matters to nobody."""
        match self.settings.method:
            case BalanceMethod.USSD:
                await self._send_code(limit)
            case BalanceMethod.SMS:
                await self._send_text()
            case BalanceMethod.CALL:
                await self._gateway.dial(self._port, self.settings.number, RING_SECONDS)

    async def _send_code(self, limit: float) -> None:
        """Send the code and read its answer, unless the operator answers by text."""
        answer = await self._gateway.send_ussd(self._port, self.settings.number, timeout=limit)
        if answer.more:
            with suppress(GatewayError):
                await self._gateway.cancel_ussd(self._port)
        if self._hear(answer.text, dt_util.utcnow()):
            return
        if answer.status is UssdStatus.NOT_SUPPORTED or self.settings.sender is None:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="balance_not_found" if answer.text else "balance_refused",
            )

    async def _send_text(self) -> None:
        """Send the text; one that has perhaps left may be answered too."""
        message = OutgoingSms(number=self.settings.number, text=self.settings.text, port=self._port)
        (outcome,) = await self._outbox.send([message])
        if not isinstance(outcome.result, Receipt):
            raise outcome.result
        if outcome.result.status is SendStatus.FAILED:
            raise receipt_error(outcome.result)

    @callback
    def _announced(self, announcement: Announcement) -> None:
        """Look for a balance in a text from who answers; half a text may have half an amount."""
        message, sender = announcement.message, self.settings.sender
        if (
            message.port == self._port
            and not message.partial
            and sender is not None
            and self._is_from(message.sender, sender)
        ):
            self._hear(message.text, message.received_at)

    def _is_from(self, number: str, sender: str) -> bool:
        """Tell whether a number is who answers, however the network calls that one."""
        country = self._outbox.country
        return any(same_number(number, each, country) for each in sender_spellings(sender, country))

    @callback
    def _ussd_received(self, port: str, answer: UssdAnswer) -> None:
        """Look for a balance in what the network says by itself."""
        is_ours = port == self._port and self.settings.method is BalanceMethod.USSD
        if is_ours and self._asked_at and dt_util.utcnow() - self._asked_at < LATE_ANSWER:
            self._hear(answer.text, dt_util.utcnow())

    @callback
    def _hear(self, text: str, received_at: datetime) -> bool:
        """Take the balance that a text tells, for who waits too; tell whether there is one."""
        balance = find_balance(text, self.settings.pattern, default_currency=self.settings.currency)
        is_answer = self._asked_at is not None and received_at >= self._asked_at
        if balance is None:
            self._is_misread |= is_answer
            return False
        iccid = self._state.iccid if self._state else None
        credit = Credit(balance=balance, received_at=received_at, iccid=iccid, raw=text)
        if is_answer and self._answer is not None and not self._answer.done():
            self._answer.set_result(credit)
        if self.credit is None or received_at >= self.credit.received_at:
            self._credit = credit
            async_dispatcher_send(self._hass, signal_balance(self._entry.entry_id), self._port)
            self._entry.async_create_task(self._hass, self._commit(), f"{DOMAIN} keep balance")
        return True

    @callback
    def _check_schedule(self, _: datetime) -> None:
        """Ask when it is time; a port that cannot ask now does so when it can, and once."""
        if self._is_due() and self._can_ask():
            self._entry.async_create_background_task(
                self._hass, self._ask_scheduled(), f"{DOMAIN} scheduled balance"
            )

    def _is_due(self) -> bool:
        """Tell whether the last request, and the last balance, are an interval ago."""
        known = [self._asked_at, self.credit.received_at if self.credit else None]
        last = max((time for time in known if time is not None), default=None)
        interval = self.settings.interval
        return interval is not None and (last is None or dt_util.utcnow() - last >= interval)

    def _can_ask(self) -> bool:
        """Tell whether a request would leave, as far as is known."""
        registration = self._state.registration if self._state else None
        return self._is_connected() and (registration is None or registration.registered)

    async def _ask_scheduled(self) -> None:
        """Ask, and leave why it came to nothing in the log."""
        try:
            await self.request()
        except HomeAssistantError as err:
            LOGGER.warning(
                "The balance of %s was asked for in vain: %s",
                self._entry.title,
                err.translation_key,
            )

    async def _commit(self) -> None:
        """Keep what is known."""
        memory = self._credit.memory() if self._credit is not None else {}
        if self._asked_at is not None:
            memory["asked_at"] = self._asked_at.isoformat()
        await write_memory(self._journal, self._port, memory)

    async def _remember(self) -> None:
        """Read what was known before the start."""
        memory = await read_memory(self._journal, self._port)
        self._credit = Credit.from_memory(memory)
        if "asked_at" in memory:
            self._asked_at = datetime.fromisoformat(memory["asked_at"])


def _retrieve(request: asyncio.Task[Credit]) -> None:
    """Take note of an error that nobody may be waiting for any more."""
    if not request.cancelled():
        request.exception()

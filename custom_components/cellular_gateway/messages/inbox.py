"""What comes in: kept first, announced later, each once.

`Inbox` is the gateway's consumer; it commits and returns, and returning is the acknowledgement.
`Announcer` is a task of its own that starts when Home Assistant has started, since an automation
hears nothing earlier. It takes what was kept in order, joins the parts and announces the text. A
message is marked after it was announced: dying between the two announces it once more. It also
sends what else goes up from here: sends that were cut off, delivery reports, counts.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from ..const import (
    LOGGER,
    signal_counted,
    signal_device_found,
    signal_device_sms,
    signal_send_interrupted,
    signal_sms,
    signal_sms_shown,
)
from ..gateways.errors import NotKeptError
from ..gateways.models import Kept, SmsMessage, SmsPart
from ..gateways.user_data import deliver_user_data
from ..sms.numbers import normalize_sender
from ..sms.reassembly import Assembly, Part, Reassembler
from ..sms.tpdu import UserData, join_text
from .journal import Journal
from .parts import Entry, Progress
from .reports import Reporter, endpoint_attribute
from .routing import Address, Correspondent, recognised_family, whose

FLASH_CLASS = 0

# A full disk does not empty by asking often; what is not marked yet waits in memory meanwhile.
RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message for the entities: what came, which recipient sent it, and when it is announced."""

    message: SmsMessage
    recipient: str | None = field(repr=False)
    announced_at: datetime

    def attributes(self) -> dict[str, Any]:
        """Return the message as attributes of an entity; times are ISO 8601.

        `age` is in seconds, from the service centre's time stamp to the announcement: an
        automation that obeys texts can leave old ones alone.
        """
        message, sent_at = self.message, self.message.sent_at
        return endpoint_attribute(message.endpoint) | {
            "text": message.text,
            "sender": message.sender,
            "recipient": self.recipient,
            "sent_at": sent_at.isoformat() if sent_at else None,
            "received_at": message.received_at.isoformat(),
            "age": round((self.announced_at - sent_at).total_seconds()) if sent_at else None,
            "parts": message.parts,
            "flash": message.flash,
            "partial": message.partial,
            "completes_partial": message.completes_partial,
            "port": message.port,
        }


@dataclass(frozen=True, slots=True)
class Interruption:
    """A text that was sent, or was not: Home Assistant died, or who sent it was gone.

    `id` is what delivery reports of it will carry, None where none were asked for.
    """

    id: str | None
    number: str = field(repr=False)
    recipient: str | None = field(repr=False)
    port: str | None
    started_at: datetime
    endpoint: str | None = None

    def attributes(self) -> dict[str, Any]:
        """Return the interruption as attributes of an entity; the time is ISO 8601."""
        return endpoint_attribute(self.endpoint) | {
            "id": self.id,
            "number": self.number,
            "recipient": self.recipient,
            "started_at": self.started_at.isoformat(),
            "port": self.port,
        }


@dataclass(frozen=True, slots=True)
class Stranger:
    """An unknown sender of a text that hardly anything but a device of one family writes."""

    number: str = field(repr=False)
    family: str
    endpoint: str | None = None


class Inbox:
    """Keeps what a gateway hands over."""

    def __init__(self, journal: Journal) -> None:
        """Keep parts in this journal."""
        self._journal = journal
        self.arrived = asyncio.Event()

    async def keep(self, parts: Sequence[SmsPart]) -> Sequence[Kept]:
        """Commit the parts; `NotKeptError` leaves them to the gateway, which offers them again.

        A gateway that is cut short does not hear of the commit, but the announcer does.
        """
        try:
            return await self._journal.keep(parts)
        finally:
            self.arrived.set()

    async def removed(self, parts: Sequence[SmsPart]) -> None:
        """Note that the gateway no longer stores these parts."""
        await self._journal.removed(parts)


class Announcer:
    """Announces every kept text and report of one entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        journal: Journal,
        inbox: Inbox,
        *,
        country: str | None,
        recipients: Mapping[Address, str],
        correspondents: Mapping[Address, Correspondent],
        user_data: Callable[[SmsPart], UserData | None] = deliver_user_data,
        interruptions_told: Callable[[], None] = lambda: None,
    ) -> None:
        """Announce what the inbox kept in the journal.

        `recipients` maps addresses to names, `correspondents` those of tracked devices to these;
        `user_data` reads again what the gateway handed over. `interruptions_told` is called when it
        is known, or cannot be, which sends were cut off: what came of one is told only then.
        """
        self._hass = hass
        self._name = f"{entry.title} announcer"
        self._signals = (signal_sms_shown(entry.entry_id), signal_sms(entry.entry_id))
        self._interrupted = signal_send_interrupted(entry.entry_id)
        self._counted = signal_counted(entry.entry_id)
        self._journal = journal
        self._inbox = inbox
        self._country = country
        self._recipients = recipients
        self._correspondents = correspondents
        self._user_data = user_data
        self._interruptions_told = interruptions_told
        self._found = signal_device_found(entry.entry_id)
        self._reporter = Reporter(
            hass, entry.entry_id, journal, country=country, recipients=recipients
        )
        self._reassembler = Reassembler()
        self._parts: dict[int, SmsPart] = {}
        self._last_id = 0
        self._unmarked: dict[int, Progress] = {}
        self._uncounted: set[int] = set()
        self._told: set[int] = set()
        self._task: asyncio.Task[None] | None = None
        self._midnights: CALLBACK_TYPE | None = None

    @callback
    def start(self, hass: HomeAssistant) -> None:
        """Begin to announce, or go on."""
        if self._task is None:
            self._task = hass.async_create_background_task(self._run(), self._name)
            self._midnights = async_track_time_change(
                hass, self._show_counts, hour=0, minute=0, second=0
            )

    async def stop(self) -> None:
        """Announce no more; what was announced but not marked yet is marked first."""
        if self._midnights is not None:
            self._midnights()
            self._midnights = None
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
            with suppress(NotKeptError):
                await self._mark()
                await self._reporter.mark()

    async def _run(self) -> None:
        """Announce until stopped; a failing journal is asked again later and loses nothing."""
        failed = False
        while True:
            self._inbox.arrived.clear()
            try:
                await self._announce_kept()
            except NotKeptError as err:
                if not failed:
                    LOGGER.error("The message journal does not work: %s", err)
                failed = True
                self._interruptions_told()
                await asyncio.sleep(RETRY_SECONDS)
                continue
            failed = False
            await self._wait()

    async def _wait(self) -> None:
        """Wait until a part arrives or the oldest incomplete text has waited long enough."""
        expiry = self._reassembler.next_expiry()
        seconds = None if expiry is None else (expiry - dt_util.utcnow()).total_seconds()
        try:
            async with asyncio.timeout(None if seconds is None else max(seconds, 0)):
                await self._inbox.arrived.wait()
        except TimeoutError:
            return

    async def _announce_kept(self) -> None:
        """Announce what has come since the last time, and what has waited too long."""
        await self._mark()
        await self._tell_interrupted()
        self._interruptions_told()
        await self._reporter.announce()
        for entry in await self._journal.unfinished(self._last_id):
            self._last_id = entry.id
            await self._take(entry)
        for assembly in self._reassembler.expire(dt_util.utcnow()):
            self._publish(assembly)
        self._unmarked |= dict.fromkeys(self._reassembler.take_settled(), Progress.DONE)
        await self._mark()
        if self._journal.counters.take_changed():
            self._show_counts()

    @callback
    def _show_counts(self, _: datetime | None = None) -> None:
        """Have the counts shown anew: there are more, or the day is over."""
        async_dispatcher_send(self._hass, self._counted)

    async def _tell_interrupted(self) -> None:
        """Tell of the sends whose end nobody heard; none is sent again."""
        for send in await self._journal.interrupted_sends():
            if send.id not in self._told:
                self._told.add(send.id)
                interruption = Interruption(
                    str(send.id) if send.reports else None,
                    send.number,
                    whose(self._recipients, send.number, send.endpoint),
                    send.port,
                    send.started_at,
                    send.endpoint,
                )
                async_dispatcher_send(self._hass, self._interrupted, interruption)
            await self._journal.end_unknown(send.id)

    async def _take(self, entry: Entry) -> None:
        """Announce what is whole, and mark it."""
        if entry.part.report is None:
            self._take_text(entry)
            await self._mark()
        else:
            self._reporter.take(entry)
            await self._reporter.announce()

    def _take_text(self, entry: Entry) -> None:
        """Announce a text that is whole, or put the part to the others of its text."""
        part = entry.part
        concatenation = part.concatenation
        if concatenation is None:
            self._announce(
                SmsMessage(
                    port=part.port,
                    sender=normalize_sender(part.sender, self._country),
                    text=part.text,
                    received_at=part.received_at,
                    sent_at=part.sent_at,
                    flash=part.message_class == FLASH_CLASS,
                    endpoint=part.endpoint,
                )
            )
            self._unmarked[entry.id] = Progress.DONE
            self._uncounted.add(entry.id)
            return
        self._parts[entry.id] = part
        waiting = Part(
            key=entry.id,
            port=part.port,
            sender=part.endpoint or part.sender,
            reference=concatenation.reference,
            wide=concatenation.wide,
            total=concatenation.total,
            number=concatenation.number,
            text=part.text,
            received_at=part.received_at,
            sent_at=part.sent_at,
        )
        published = entry.progress is Progress.PARTIAL
        for assembly in self._reassembler.add(waiting, dt_util.utcnow(), published=published):
            self._publish(assembly)

    def _publish(self, assembly: Assembly) -> None:
        """Announce a joined text; all the parts that it used up are to be marked."""
        parts = [self._parts[part.key] for part in assembly.parts]
        self._announce(
            SmsMessage(
                port=parts[0].port,
                sender=normalize_sender(parts[0].sender, self._country),
                text=self._joined(parts, complete=assembly.complete),
                received_at=max(part.received_at for part in parts),
                sent_at=parts[0].sent_at,
                parts=assembly.total,
                partial=not assembly.complete,
                completes_partial=assembly.completes_partial,
                flash=parts[0].message_class == FLASH_CLASS,
                endpoint=parts[0].endpoint,
            )
        )
        progress = Progress.DONE if assembly.complete else Progress.PARTIAL
        self._unmarked |= dict.fromkeys(assembly.keys, progress)
        if not assembly.was_published:
            self._uncounted.add(assembly.parts[0].key)

    def _joined(self, parts: Sequence[SmsPart], *, complete: bool) -> str:
        """Join the texts of parts.

        Some senders cut a character in two; only the octets of both parts have it whole.
        """
        data = [found for part in parts if (found := self._user_data(part)) is not None]
        if not complete or len(data) < len(parts):
            return "".join(part.text for part in parts)
        return join_text(data)

    def _announce(self, message: SmsMessage) -> None:
        """Tell the entities; those that only show it first, as automations may look at them.

        A tracked device reads its message as it is; all others see it without the secrets.
        """
        sender, endpoint = message.sender, message.endpoint
        recipient = whose(self._recipients, sender, endpoint)
        if (device := whose(self._correspondents, sender, endpoint)) is not None:
            signal = signal_device_sms(device.subentry.subentry_id)
            async_dispatcher_send(self._hass, signal, message)
            message = replace(message, text=device.mask(message.text))
        elif recipient is None and (family := recognised_family(message.text)):
            async_dispatcher_send(self._hass, self._found, Stranger(sender, family.key, endpoint))
        announcement = Announcement(message, recipient, dt_util.utcnow())
        for signal in self._signals:
            async_dispatcher_send(self._hass, signal, announcement)

    async def _mark(self) -> None:
        """Commit how far parts have come."""
        for value in set(self._unmarked.values()):
            ids = [key for key, wanted in self._unmarked.items() if wanted is value]
            await self._journal.mark(ids, value, self._uncounted.intersection(ids))
            self._uncounted.difference_update(ids)
            for key in ids:
                del self._unmarked[key]
                if value is Progress.DONE:
                    self._parts.pop(key, None)

"""Receive messages and reports: pushed, and from the lists for what no push brought."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import json
import logging
from typing import Final

from ...sms.tpdu import DeliveryOutcome
from ..consumers import Memory, MessageConsumer
from ..errors import GatewayRefusedError, NotKeptError
from ..keeping import KeepingTrouble
from ..models import DeliveryReport, SmsKind, SmsPart
from .budget import Pace
from .client import EmnifyClient
from .clock import Clock
from .codec.fields import objects
from .codec.messages import ShortMessage, listed, parse_listed
from .fleet import Fleet
from .places import Places
from .settings import PORT, Clocks

_LOGGER = logging.getLogger(__name__)

_SINCE: Final = "since"
_LEFT_OUT: Final = "left out"
_CHOSEN_AT: Final = "chosen at"
_REPORTS: Final = "reports"
_FORGOTTEN: Final = "reports forgotten"
_MOST_REPORTS: Final = 2000
_MOST_FORGOTTEN: Final = 5000
_MOST_LOOKS: Final = 20


@dataclass(slots=True)
class _Awaited:
    """A message whose report is waited for: how often it was looked for, and what was told."""

    looks: int = 0
    told: int | None = None


class Receiver:
    """Hands messages over, each once; an endpoint's cursor moves only behind what was kept.

    What is in the lists from before the entry was first set up is left alone, and of an endpoint
    that was left out before, what is from before it was chosen.
    """

    def __init__(
        self,
        client: EmnifyClient,
        fleet: Fleet,
        memory: Memory,
        consumer: Callable[[], MessageConsumer | None],
        *,
        clock: Clock,
        clocks: Clocks,
    ) -> None:
        """Start with nothing known of the lists."""
        self._client = client
        self._fleet = fleet
        self._memory = memory
        self._consumer = consumer
        self._clock = clock
        self._clocks = clocks
        self._places = Places(memory)
        self._since: datetime | None = None
        self._left_out: frozenset[str] = frozenset()
        self._chosen_at: dict[str, str] = {}
        self._read_to: dict[str, int] = {}
        self._awaited: dict[str, _Awaited] = {}
        self._forgotten: dict[str, None] = {}
        self._trouble = KeepingTrouble()

    async def begin(self) -> None:
        """Remember since when messages are ours, and which reports are waited for."""
        if self._since is not None:
            return
        since = await self._memory.get(_SINCE)
        if since is None:
            since = self._client.server_time.astimezone(UTC).isoformat()
            await self._memory.set(_SINCE, since)
        self._left_out = frozenset(json.loads(await self._memory.get(_LEFT_OUT) or "[]"))
        self._chosen_at = json.loads(await self._memory.get(_CHOSEN_AT) or "{}")
        forgotten = json.loads(await self._memory.get(_FORGOTTEN) or "[]")
        # A version before noted only that there are some.
        self._forgotten |= dict.fromkeys(forgotten if isinstance(forgotten, list) else ())
        names = json.loads(await self._memory.get(_REPORTS) or "[]")
        self._awaited |= {name: _Awaited() for name in names if name not in self._awaited}
        self._since = datetime.fromisoformat(since)

    async def expect(self, names: Sequence[str]) -> None:
        """Wait for the reports of messages that were sent, also after a restart."""
        self._awaited |= {name: _Awaited() for name in names}
        if len(self._awaited) > _MOST_REPORTS:
            await self._forget(list(self._awaited)[: len(self._awaited) - _MOST_REPORTS])
        await self._note(_REPORTS, list(self._awaited))

    async def _forget(self, names: Iterable[str]) -> None:
        """Look no more for reports; those that are pushed are still taken, of the newest names."""
        for name in names:
            del self._awaited[name]
            self._forgotten[name] = None
        while len(self._forgotten) > _MOST_FORGOTTEN:
            del self._forgotten[next(iter(self._forgotten))]
        await self._note(_FORGOTTEN, list(self._forgotten))

    async def note_left_out(self) -> None:
        """Remember which endpoints are left out, and since when others are not any more."""
        left_out = self._fleet.left_out
        chosen = [key for key in self._left_out - left_out if self._fleet.find(key) is not None]
        if chosen:
            now = self._client.server_time.astimezone(UTC).isoformat()
            self._chosen_at |= dict.fromkeys(chosen, now)
            await self._note(_CHOSEN_AT, self._chosen_at)
        if left_out != self._left_out:
            self._left_out = left_out
            await self._note(_LEFT_OUT, sorted(left_out))

    def next_look(self, endpoint: str) -> float | None:
        """Return in how many seconds reports of an endpoint are to be looked for, if any are."""
        looks = [
            awaited.looks
            for name, awaited in self._awaited.items()
            if name.startswith(f"{endpoint}/")
        ]
        if not looks:
            return None
        return self._clocks.reports[min(*looks, len(self._clocks.reports) - 1)]

    async def read(self, endpoint: str) -> None:
        """Read the list of an endpoint, and hand over what is new in it; raises NotKeptError."""
        place = await self._places.find(endpoint)
        messages = await self._listed(endpoint, self._floor(endpoint, place.cursor))
        await self._count_look(endpoint, {message.name for message in messages})
        incoming = [message for message in messages if message.is_incoming]
        now = self._client.server_time
        await self._hand_over(
            [
                message
                for message in incoming
                if place.is_new(message, now) and self._is_ours(message, place.cursor)
            ]
            + [message for message in messages if self._is_awaited(message)]
        )
        await self._places.move(endpoint, max((message.id for message in incoming), default=0))
        await self._places.note_kept(endpoint, incoming, now)
        if messages:
            self._read_to[endpoint] = messages[-1].id

    def _floor(self, endpoint: str, cursor: int | None) -> int:
        """Return the id down to which a list is read: nothing new is expected below.

        The cursor stands still while a device sends nothing; what is sent to it is beyond.
        """
        known = max(cursor or 0, self._read_to.get(endpoint, 0))
        awaited = (
            int(name.rpartition("/")[2])
            for name in self._awaited
            if name.startswith(f"{endpoint}/")
        )
        return min([known, *awaited])

    async def _listed(self, endpoint: str, floor: int) -> list[ShortMessage]:
        """Read a list down to an id; on which of its pages the newest are is not documented.

        Raises GatewayError.
        """
        items, pages = await self._page(endpoint, 1)
        is_rising = len(items) > 1 and items[0].id < items[-1].id
        others = range(pages, 1, -1) if is_rising else range(2, pages + 1)
        for number in others:
            page, _ = await self._page(endpoint, number)
            items += page
            if any(message.id <= floor for message in page):
                break
        return sorted(items, key=lambda message: message.id)

    async def _page(self, endpoint: str, number: int) -> tuple[list[ShortMessage], int]:
        """Read a page in its own order, and say how many there are; raises GatewayError."""
        params = {} if number == 1 else {"page": str(number)}
        path = f"/endpoint/{endpoint}/sms"
        answer = await self._client.get(path, pace=Pace.LIST, watching=True, **params)
        return listed(objects(answer.listed()), endpoint), answer.pages

    async def _count_look(self, endpoint: str, listed_names: Collection[str]) -> None:
        """Note that messages were looked for, and give up those that are long not in the list."""
        names = [name for name in self._awaited if name.startswith(f"{endpoint}/")]
        for name in names:
            self._awaited[name].looks += 1
        missing = [name for name in names if name not in listed_names]
        if gone := [name for name in missing if self._awaited[name].looks > _MOST_LOOKS]:
            await self._forget(gone)

    async def take(self, messages: Sequence[ShortMessage]) -> None:
        """Hand over what was pushed; raises NotKeptError.

        Raises GatewayError where the header of a part had to be asked for and was not answered.
        """
        wanted = []
        for message in messages:
            if not message.is_incoming:
                if self._is_awaited(message) or message.name in self._forgotten:
                    wanted.append(message)
            elif message.id not in ((await self._places.find(message.endpoint)).kept or {}):
                wanted.append(await self._with_header(message))
        await self._hand_over(wanted)
        for message in wanted:
            if message.is_incoming:
                await self._note_pushed(message)

    async def _note_pushed(self, message: ShortMessage) -> None:
        """Note that a pushed message was kept; without that the journal alone knows it."""
        try:
            await self._places.note_kept(message.endpoint, [message], self._client.server_time)
        except NotKeptError:
            _LOGGER.debug("a pushed message could not be noted")

    async def _with_header(self, message: ShortMessage) -> ShortMessage:
        """Ask for the header of a part: another one may come by the list, which has only that."""
        if not message.is_multipart:
            return message
        try:
            answer = await self._client.get(f"/endpoint/{message.name.replace('/', '/sms/')}")
        except GatewayRefusedError as error:
            if error.temporary:
                raise
            return message
        body = answer.body if isinstance(answer.body, dict) else {}
        found = parse_listed(body, message.endpoint)
        if found is None or found.concatenation is None:
            return message
        return replace(message, concatenation=found.concatenation)

    def _is_ours(self, message: ShortMessage, cursor: int | None) -> bool:
        """Whether a message of the list is not from before our time."""
        chosen_at = self._chosen_at.get(message.endpoint)
        if chosen_at is None and cursor is not None and message.id > cursor:
            return True
        since = self._since if chosen_at is None else datetime.fromisoformat(chosen_at)
        return message.sent_at is None or since is None or message.sent_at >= since

    async def _hand_over(self, messages: Sequence[ShortMessage]) -> None:
        """Have messages and reports committed."""
        reports = [message for message in messages if not message.is_incoming]
        parts = [self._part(message) for message in messages if message.is_incoming]
        parts += [report for message in reports if (report := self._report(message)) is not None]
        if not parts:
            return
        if (consumer := self._consumer()) is None:
            raise NotKeptError("nobody takes messages")
        with self._trouble.told():
            await consumer.keep(parts)
        self._trouble.over()
        await self._settle(reports)

    def _is_awaited(self, message: ShortMessage) -> bool:
        """Whether this says something new of a message whose report is waited for."""
        awaited = self._awaited.get(message.name)
        is_report = not message.is_incoming and message.outcome is not None
        return is_report and awaited is not None and awaited.told != message.status

    async def _settle(self, reports: Sequence[ShortMessage]) -> None:
        """Note what was told of messages, and forget those that have come to their end."""
        ended = set()
        for message in reports:
            if message.outcome is not None and message.outcome[0] is not DeliveryOutcome.PENDING:
                ended.add(message.name)
            elif awaited := self._awaited.get(message.name):
                awaited.told = message.status
        for key, names in ((_REPORTS, self._awaited), (_FORGOTTEN, self._forgotten)):
            if has_ended := ended & names.keys():
                for name in has_ended:
                    del names[name]
                await self._note(key, list(names))

    async def _note(self, key: str, value: object) -> None:
        """Commit what is known; without that a restart forgets some of it."""
        try:
            await self._memory.set(key, json.dumps(value))
        except NotKeptError:
            _LOGGER.debug("the %s could not be noted", key)

    def _number(self, endpoint: str) -> str:
        """Return the number of an endpoint, or what it is called where it has none."""
        found = self._fleet.find(endpoint)
        return (found.msisdn if found else None) or endpoint

    def _part(self, message: ShortMessage) -> SmsPart:
        """Make a part of a message that a device sent; its id names it."""
        return SmsPart(
            port=PORT,
            identity=f"emnify:{message.id}",
            kind=SmsKind.TEXT if message.is_text else SmsKind.BINARY,
            sender=message.sender or self._number(message.endpoint),
            text=message.text if message.is_text else "",
            received_at=self._clock.now(),
            sent_at=message.sent_at,
            concatenation=message.concatenation,
            raw="" if message.is_text else message.text,
            endpoint=message.endpoint,
        )

    def _report(self, message: ShortMessage) -> SmsPart | None:
        """Make a part of what became of a message."""
        if message.outcome is None:
            return None
        outcome, reason = message.outcome
        recipient = self._number(message.endpoint)
        return SmsPart(
            port=PORT,
            identity=f"emnify:{message.name}:{message.status}",
            kind=SmsKind.STATUS_REPORT,
            sender=recipient,
            received_at=self._clock.now(),
            sent_at=message.sent_at,
            report=DeliveryReport(
                recipient=recipient,
                message_id=message.name,
                outcome=outcome,
                reason=reason,
                sent_at=message.sent_at,
                discharged_at=message.finished_at,
                endpoint=message.endpoint,
            ),
            endpoint=message.endpoint,
        )

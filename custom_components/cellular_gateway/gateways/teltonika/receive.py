"""Receive messages: by push at once, by list what no push brought, and each of them once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, tzinfo
import logging
import time
from typing import Final

from ..consumers import Memory, MessageConsumer
from ..errors import GatewayError, GatewayRefusedError, NotKeptError, Reason
from ..keeping import KeepingTrouble
from ..models import Kept, SmsKind, SmsPart, StoredSms, StoredStatus
from ..push import Push, PushAnswer
from .acquaintance import Acquaintance
from .codec.forwarding import Forwarded, parse_forwarded
from .codec.messages import Likeness, RouterSms
from .deletions import Deletions, Listed
from .matching import Ledger
from .router import Router
from .settings import PRIMARY, STORAGE, TeltonikaSettings

_LOGGER = logging.getLogger(__name__)

_LEDGER: Final = "received"
# How often it is looked whether what was forwarded is in the list.
_LOOKS: Final = 10


class Receiver:
    """Takes the messages of one router, over any number of links."""

    def __init__(
        self,
        settings: TeltonikaSettings,
        memory: Memory,
        acquaintance: Acquaintance,
        consumer: Callable[[], MessageConsumer | None],
    ) -> None:
        """Start with nothing known."""
        self._settings = settings
        self._memory = memory
        self._acquaintance = acquaintance
        self._consumer = consumer
        self._ledger: Ledger | None = None
        self._ledger_lock = asyncio.Lock()
        self._sweep_lock = asyncio.Lock()
        self._incomplete: dict[str, float] = {}
        self._kept: dict[str, Kept] = {}
        self._deletions = Deletions(settings.clocks.starting)
        self._trouble = KeepingTrouble()

    async def take_push(
        self, push: Push, ports: Collection[str], sweep: Callable[[], Awaitable[None]]
    ) -> PushAnswer:
        """Take what was forwarded to us; 200 when it is kept.

        Only the list tells from which of several modems it is when the push does not.
        """
        if self._settings.forwarding is None:
            return PushAnswer(404, "forwarding is not set up here")
        forwarded = parse_forwarded(push, self._settings.forwarding)
        if isinstance(forwarded, PushAnswer):
            return forwarded
        port = forwarded.port if forwarded.port in ports else None
        try:
            if port is None and len(ports) > 1 and await self._is_listed(forwarded, push, sweep):
                return PushAnswer(200)
            await self._keep_forwarded(forwarded, port or PRIMARY, push)
        except NotKeptError:
            return PushAnswer(503, "cannot be kept now")
        return PushAnswer(200)

    async def _is_listed(
        self, forwarded: Forwarded, push: Push, sweep: Callable[[], Awaitable[None]]
    ) -> bool:
        """Whether a forwarded message is in the list by the time that it has to be there.

        It was kept then. Raises NotKeptError.
        """
        likeness = self._likeness(forwarded.sender, forwarded.text)
        for _ in range(_LOOKS):
            try:
                await sweep()
            except GatewayError as error:
                _LOGGER.debug("The router does not tell whose message it is: %s", error)
                return False
            async with self._open_ledger() as ledger:
                if (identity := ledger.take_listed(likeness, time.time())) is not None:
                    if not push.is_waiting():
                        ledger.expect_push(identity, likeness, time.time())
                    await self._save(ledger)
                    return True
            await asyncio.sleep(self._settings.clocks.settling / _LOOKS)
        return False

    def _likeness(self, sender: str, text: str) -> Likeness:
        """Make the likeness of a message."""
        return Likeness.of(self._settings.sender(sender), text)

    async def _keep_forwarded(self, forwarded: Forwarded, port: str, push: Push) -> None:
        """Name a forwarded message and have it committed; raises NotKeptError.

        What cannot be kept comes once more, or is listed. Where nobody is waiting for the answer
        any more, the same may be forwarded again.
        """
        if (consumer := self._consumer()) is None:
            raise NotKeptError
        likeness = self._likeness(forwarded.sender, forwarded.text)
        async with self._open_ledger() as ledger:
            before = ledger.dump()
            identity = ledger.take_push(likeness, time.time())
            await self._save(ledger)
            part = SmsPart(
                port=port,
                identity=identity,
                kind=SmsKind.TEXT,
                sender=self._settings.sender(forwarded.sender),
                text=forwarded.text,
                received_at=datetime.now(UTC),
            )
            try:
                with self._trouble.told():
                    await consumer.keep([part])
            except NotKeptError:
                ledger.load(before)
                raise
            self._trouble.over()
            if not push.is_waiting():
                ledger.expect_push(identity, likeness, time.time())

    async def adopt(self, router: Router, ports: Mapping[str, str]) -> None:
        """Look through what the router stored before it was set up, unless that was done.

        What cannot be committed or listed now is left to the next sweep.
        """
        if self._consumer() is not None:
            try:
                if await self._is_adopting():
                    await self.sweep(router, ports)
            except NotKeptError:
                return
            except GatewayRefusedError as error:
                if error.reason is not Reason.REFUSED:
                    raise
                _LOGGER.debug("What is stored cannot be listed yet: %s", error)

    async def sweep(self, router: Router, ports: Mapping[str, str]) -> None:
        """Hand over what is new in the list, and delete what is kept if that is wanted.

        `ports` are the ports by the modems' names. Raises NotKeptError when it is all to be offered
        again, and GatewayError.
        """
        async with self._sweep_lock:
            if self._consumer() is None:
                return
            started = time.time()
            messages = await self._list(router)
            unfinished = () if await self._is_adopting() else self._unfinished(messages)
            listed = await self._name(messages, ports, started, unfinished)
            await self._hand_over(listed)
            await self._delete_kept(router, listed)

    async def _list(self, router: Router) -> list[RouterSms]:
        """List messages, and see what is gone."""
        messages = await router.list_messages()
        await self._forget_deleted(messages)
        return messages

    async def _name(
        self,
        messages: Sequence[RouterSms],
        ports: Mapping[str, str],
        started: float,
        unfinished: Collection[str] = (),
    ) -> list[Listed]:
        """Make parts of messages, by the names of those that came by push.

        The `unfinished` are left out, unless they did, and what is not certain, unless it has its
        name. In the first look that is named too: it would be new when it can be read at last.
        """
        adopting, zone = await self._is_adopting(), await self._settings.time_zone()
        async with self._open_ledger() as ledger:

            def is_left_out(message: RouterSms) -> bool:
                is_known = adopting or message.identity in ledger.names
                return not (message.is_certain or is_known)

            doubtful = [each for each in messages if is_left_out(each)]
            messages = [each for each in messages if not is_left_out(each)]
            before = ledger.dump()
            names = ledger.take_list(
                [(each, self._likeness(each.sender, each.text)) for each in messages],
                started=started,
                now=time.time(),
                awaits_push=self._settings.forwarding is not None and not adopting,
                unfinished=unfinished,
                zone=zone,
                modems=ports.keys(),
                doubtful={self._likeness(each.sender, each.text).exact for each in doubtful},
            )
            if ledger.dump() != before:
                await self._save(ledger)
        return [
            Listed(message, self._part(message, name, ports, zone, adopted=adopting))
            for message, name in zip(messages, names, strict=True)
            if name is not None
        ]

    def _unfinished(self, messages: Sequence[RouterSms]) -> set[str]:
        """Return the messages that are to be left until the rest has come, within reason."""
        now = time.monotonic()
        self._incomplete = {
            message.identity: self._incomplete.get(message.identity, now)
            for message in messages
            if message.is_incomplete
        }
        limit = self._settings.clocks.incomplete
        return {name for name, since in self._incomplete.items() if now - since < limit}

    def _part(
        self,
        message: RouterSms,
        identity: str,
        ports: Mapping[str, str],
        zone: tzinfo,
        *,
        adopted: bool,
    ) -> SmsPart:
        """Make the part of a listed message."""
        return SmsPart(
            port=ports.get(message.modem, PRIMARY),
            identity=identity,
            kind=SmsKind.TEXT,
            sender=self._settings.sender(message.sender),
            text=message.text,
            received_at=datetime.now(UTC),
            sent_at=message.received_at(zone),
            storage=STORAGE,
            index=message.index,
            adopted=adopted,
        )

    async def _is_adopting(self) -> bool:
        """Whether this is the first look into the router."""
        with self._trouble.told():
            return await self._acquaintance.is_new()

    async def _hand_over(self, listed: Sequence[Listed]) -> None:
        """Have what was not handed over yet committed."""
        fresh = [each for each in listed if each.part.identity not in self._kept]
        if fresh:
            await self._keep(fresh)
        self._kept = {
            each.part.identity: self._kept[each.part.identity]
            for each in listed
            if each.part.identity in self._kept
        }
        with self._trouble.told():
            await self._acquaintance.adopted()

    async def _keep(self, listed: Sequence[Listed]) -> None:
        """Have parts committed; raises NotKeptError."""
        if (consumer := self._consumer()) is None:
            raise NotKeptError
        with self._trouble.told():
            outcomes = await consumer.keep([each.part for each in listed])
        self._trouble.over()
        for each, outcome in zip(listed, outcomes, strict=True):
            self._kept[each.part.identity] = outcome

    async def _delete_kept(self, router: Router, listed: Sequence[Listed]) -> None:
        """Delete what is kept, if the user chose so; what lay there before stays.

        One that cannot be deleted is tried again, and keeps no other.
        """
        if not self._settings.delete_after_receipt:
            return
        for each in listed:
            if self._kept.get(each.part.identity) not in (Kept.NEW, Kept.KNOWN):
                continue
            try:
                await self._delete(router, each)
            except GatewayRefusedError as error:
                _LOGGER.debug("A message cannot be deleted: %s", error)
                if error.reason is not Reason.REFUSED:
                    return
        await self._look_for_deleted(router)

    async def _delete(self, router: Router, listed: Listed) -> None:
        """Delete one message, if it is still the one that was kept."""
        if listed.message.index is None or not await router.is_stored(listed.message):
            return
        await router.delete(listed.message)
        self._deletions.add(listed)

    async def _look_for_deleted(self, router: Router) -> None:
        """Make sure that what was deleted is gone, whatever the router said; else later."""
        if not self._deletions.are_shown:
            return
        try:
            await self._list(router)
        except GatewayRefusedError as error:
            _LOGGER.debug("What is left cannot be listed yet: %s", error)

    async def _forget_deleted(self, messages: Sequence[RouterSms]) -> None:
        """Say what was deleted and is listed no more; once it is gone for good, forget its name."""
        if missing := self._deletions.look(messages):
            await self._change_ledger(Ledger.miss, missing)
            if (consumer := self._consumer()) is not None:
                with self._trouble.told():
                    await consumer.removed([each.part for each in missing])
            self._deletions.miss(missing)
        if gone := self._deletions.gone():
            await self._change_ledger(Ledger.forget, gone)
            self._deletions.forget(gone)

    def show(self, message: RouterSms, ports: Mapping[str, str], zone: tzinfo) -> StoredSms | None:
        """Show a stored message to a person; None for one that is not certain, or has no index."""
        if message.index is None or not message.is_certain:
            return None
        read = StoredStatus.RECEIVED_READ if message.is_read else StoredStatus.RECEIVED_UNREAD
        return StoredSms(
            port=ports.get(message.modem, PRIMARY),
            storage=STORAGE,
            index=message.index,
            kind=SmsKind.TEXT,
            status=None if message.is_read is None else read,
            number=self._settings.sender(message.sender),
            text=message.text,
            sent_at=message.received_at(zone),
        )

    async def delete(
        self, router: Router, ports: Mapping[str, str], port: str, indexes: Sequence[int]
    ) -> None:
        """Delete messages because a person wants it, after all that is listed was handed over.

        Raises GatewayError.
        """
        async with self._sweep_lock:
            try:
                messages = await self._list(router)
                listed = await self._name(messages, ports, time.time())
                await self._hand_over(listed)
                for each in listed:
                    if each.part.port == port and each.message.index in indexes:
                        await self._delete(router, each)
                await self._look_for_deleted(router)
                named = {each.message.identity for each in listed}
                if any(each.index in indexes and each.identity not in named for each in messages):
                    raise GatewayRefusedError("sms_read", "it cannot be read now", temporary=True)
            except NotKeptError as error:
                raise GatewayRefusedError(
                    "sms_delete", "the message could not be kept", temporary=True
                ) from error

    @asynccontextmanager
    async def _open_ledger(self) -> AsyncIterator[Ledger]:
        """Have the ledger for oneself; raises NotKeptError when it cannot be read."""
        async with self._ledger_lock:
            yield await self._read_ledger()

    async def _read_ledger(self) -> Ledger:
        """Return the ledger, as it was written down last when it was not read yet."""
        if self._ledger is None:
            clocks = self._settings.clocks
            settling = clocks.settling + clocks.request
            ledger = Ledger(settling=settling, forwarding=clocks.forwarding)
            with self._trouble.told():
                written = await self._memory.get(_LEDGER)
            if written is not None:
                try:
                    ledger.load(written)
                except ValueError:
                    _LOGGER.warning("What was noted of received messages cannot be read")
            self._ledger = ledger
        return self._ledger

    async def _change_ledger(
        self, change: Callable[[Ledger, RouterSms], None], listed: Sequence[Listed]
    ) -> None:
        """Commit a change for each of these messages."""
        async with self._open_ledger() as ledger:
            for each in listed:
                change(ledger, each.message)
            await self._save(ledger)

    async def _save(self, ledger: Ledger) -> None:
        """Commit the ledger; when that fails it is read again, as it was before."""
        try:
            with self._trouble.told():
                await self._memory.set(_LEDGER, ledger.dump())
        except BaseException:
            self._ledger = None
            raise

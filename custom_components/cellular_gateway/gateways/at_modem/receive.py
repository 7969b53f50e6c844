"""Receive messages: read what the modem tells of, hand it over, and only then acknowledge."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
import logging
from typing import Any, Final

from ..consumers import Memory, MessageConsumer
from ..errors import (
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    NotKeptError,
    Reason,
)
from ..keeping import KeepingTrouble
from ..models import Kept, SmsPart
from .adoption import Adoption
from .codec.messages import DirectMessage, StoredNotice
from .parts import Place, RawMessage, part_of, received
from .settings import AtModemSettings
from .storages import Storages

_LOGGER = logging.getLogger(__name__)

# A list of n messages saves n - 1 commands and final results; the messages cost the same.
_WORTH_A_LIST: Final = 2

type _Errand = tuple[Callable[[Storages], Awaitable[Any]], asyncio.Future[Any]]


class Receiver:
    """Takes messages from a modem, for one gateway, over any number of links.

    Everything that reads, selects a storage or deletes runs in the one task of `run`, so that
    nothing of it can come between two steps of another.
    """

    def __init__(
        self,
        settings: AtModemSettings,
        memory: Memory,
        consumer: Callable[[], MessageConsumer | None],
    ) -> None:
        """Start with nothing announced."""
        self._settings = settings
        self._adoption = Adoption(memory)
        self._consumer = consumer
        self._wake = asyncio.Event()
        self._announced: dict[Place, None] = {}
        self._announced_ever: set[Place] = set()
        self._errands: deque[_Errand] = deque()
        self._direct: deque[DirectMessage] = deque()
        self._held: deque[DirectMessage] = deque()
        self._retained: dict[Place, SmsPart] = {}
        self._deletions: dict[Place, SmsPart] = {}
        self._sim = ""
        self._sweep_at = 0.0
        self._swept = False
        self._refusals = 0
        self._trouble = KeepingTrouble()
        self._stopped = False

    def announce(self, notice: StoredNotice) -> None:
        """Take the notice that a message lies in a storage."""
        place = (notice.storage, notice.index)
        self._announced[place] = None
        self._announced_ever.add(place)
        self._wake.set()

    def deliver(self, message: DirectMessage) -> None:
        """Take a message that lies in no storage; cell broadcasts are not for us."""
        if message.name != "+CBM":
            self._direct.append(message)
            self._wake.set()

    async def with_storages[Result](self, work: Callable[[Storages], Awaitable[Result]]) -> Result:
        """Do something with the storages between two steps, after what was just received.

        Raises GatewayError.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._errands.append((work, future))
        self._wake.set()
        return await future

    def end_errands(self, error: GatewayError) -> None:
        """Tell those who want to do something with the storages that there are none now."""
        while self._errands:
            future = self._errands.popleft()[1]
            if not future.done():
                future.set_exception(error)

    async def _do_errand(self, storages: Storages) -> None:
        """Do what somebody waits for, unless he has gone; what goes wrong there is his to hear.

        Only the loss of the link is everybody's: GatewayConnectionError is raised here too.
        """
        work, future = self._errands.popleft()
        if future.cancelled():
            return
        try:
            result = await work(storages)
        except Exception as error:
            if not future.done():
                future.set_exception(error)
            if isinstance(error, GatewayConnectionError):
                raise
        else:
            if not future.done():
                future.set_result(result)
        finally:
            if not future.done():
                future.set_exception(GatewayConnectionError(Reason.CLOSED))

    def sweep_soon(self, delay: float = 0.0) -> None:
        """Have the storages looked through after a delay in seconds, or sooner."""
        self._sweep_at = min(self._sweep_at, asyncio.get_running_loop().time() + delay)
        self._wake.set()

    async def run(self, storages: Storages, sim: str, modem: str) -> None:
        """Receive, beginning with a sweep, until `stop`, or until the modem has forgotten us.

        It has when it no longer tells of messages as it was set up to. `sim` and `modem` are their
        keys. Raises GatewayConnectionError when the link is lost.
        """
        self._stopped = False
        self._deletions.clear()
        self._swept = False
        self._adoption.meet(sim, modem)
        if sim != self._sim:
            self._retained.clear()
            self._announced_ever = set(self._announced)
            self._sim = sim
        self._sweep_at = asyncio.get_running_loop().time()
        while not self._stopped:
            try:
                if self._sweep_is_due() and self._swept and await storages.are_forgotten():
                    return
                if not await self._step(storages):
                    await self._sleep()
            except GatewayTimeoutError, GatewayRefusedError:
                self.sweep_soon(self._settings.clocks.recheck)
            except NotKeptError:
                self.sweep_soon(self._settings.clocks.retry)

    async def adopted(self) -> None:
        """Wait until what lay in the storages before the first set-up has been looked through.

        Whatever is found later on this SIM is new. It is waited for a while: a journal that cannot
        be written must not keep the modem from being used.
        """
        if self._consumer() is None:
            return
        with suppress(NotKeptError, TimeoutError):
            async with asyncio.timeout(self._settings.clocks.adoption):
                await self._adoption.wait()

    def stop(self) -> None:
        """Have `run` return before its next step, because the SIM is gone."""
        self._stopped = True
        self._wake.set()
        self.end_errands(GatewayConnectionError(Reason.SIM_LOCKED))

    def _sweep_is_due(self) -> bool:
        """Whether it is time for a sweep, and there is nothing more urgent."""
        is_time = asyncio.get_running_loop().time() >= self._sweep_at
        is_idle = not (self._direct or self._announced or self._deletions)
        return is_time and is_idle and self._consumer() is not None

    async def _sleep(self) -> None:
        """Wait for something to do; the sweep has its own clock."""
        self._wake.clear()
        delay = self._sweep_at - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(delay, 0) if self._consumer() else None):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _step(self, storages: Storages) -> bool:
        """Do the most urgent thing; tell whether there was any. Without a consumer there is none.

        What was announced comes before deletions, so that no message waits for another's end.
        """
        if self._errands and not (self._direct or self._announced):
            await self._do_errand(storages)
            return True
        if self._consumer() is None:
            return False
        if self._direct:
            await self._take_direct(storages, self._direct.popleft())
        elif self._announced:
            await self._take_announced(storages)
        elif self._deletions:
            await self._delete(storages)
        elif self._sweep_is_due():
            await self._sweep(storages)
        else:
            return False
        return True

    async def _take_direct(self, storages: Storages, message: DirectMessage) -> None:
        """Hand over a directly delivered message, then tell the network that it arrived.

        What could not be kept is held here as well as by the network, which sends it once more.
        """
        try:
            await self._keep([RawMessage(pdu=message.pdu, length=message.length)])
        except NotKeptError:
            self._held.append(message)
            raise
        if not await storages.acknowledge():
            self.sweep_soon()

    async def _take_announced(self, storages: Storages) -> None:
        """Read what was announced in one storage: one message by its index, several by a list.

        What the list does not show, because somebody has read it already, is read singly; what
        cannot be read is left to a sweep.
        """
        storage = next(iter(self._announced))[0]
        places = [place for place in self._announced if place[0] == storage]
        for place in places:
            del self._announced[place]
        try:
            is_list = len(places) >= _WORTH_A_LIST
            listed = await self._take_unread(storages, storage) if is_list else set()
            for place in places:
                if place not in listed:
                    await self._take_single(storages, place)
        except GatewayTimeoutError:
            self.sweep_soon(self._settings.clocks.recheck)

    async def _take_unread(self, storages: Storages, storage: str) -> set[Place | None]:
        """Hand over what nobody has read; return where it lies, nothing if that is not shown."""
        try:
            messages = await storages.list_unread(storage)
        except GatewayRefusedError:
            return set()
        raws = received(messages or (), storage)
        await self._hand_over(raws)
        return {raw.place for raw in raws}

    async def _take_single(self, storages: Storages, place: Place) -> None:
        """Hand over the message at a place."""
        try:
            found = await storages.read(*place)
        except GatewayRefusedError as error:
            _LOGGER.debug("a message cannot be read yet: %s", error)
            self.sweep_soon(self._settings.clocks.recheck)
        else:
            await self._hand_over(received(found, *place))

    async def _sweep(self, storages: Storages) -> None:
        """Look through all storages, for what no notice told of.

        One that refuses is asked again, ever less often, and keeps no other from being listed.
        """
        clocks = self._settings.clocks
        indicates = storages.delivery.indication is not None
        interval = clocks.sweep if indicates else clocks.sweep_unindicated
        self._sweep_at = asyncio.get_running_loop().time() + interval
        while self._held:
            held = self._held[0]
            await self._keep([RawMessage(pdu=held.pdu, length=held.length)])
            self._held.popleft()
        names = storages.delivery.storages or ("",)
        with self._trouble.told():
            missing = await self._adoption.missing(names)
        listed = []
        for storage in names:
            try:
                await self._sweep_storage(storages, storage, adopting=storage in missing)
            except GatewayRefusedError as error:
                _LOGGER.debug("%s cannot be listed: %s", storage, error)
            else:
                listed.append(storage)
        with self._trouble.told():
            await self._adoption.commit(names, missing, listed)
        self._swept = True
        self._refusals = 0 if len(listed) == len(names) else self._refusals + 1
        if self._refusals:
            self.sweep_soon(min(clocks.recheck * 2 ** min(self._refusals, 10), interval))

    async def _sweep_storage(self, storages: Storages, storage: str, *, adopting: bool) -> None:
        """Hand over what is new in a storage."""
        if (messages := await storages.list_all(storage)) is None:
            return
        if adopting:
            # The notice of a message that came during the list is held back until its end.
            await storages.pass_by()
        raws = received(messages, storage, news=self._announced_ever if adopting else None)
        there = {raw.place: raw.pdu for raw in raws}
        await self._forget(
            place
            for place, part in self._retained.items()
            if place[0] == storage and there.get(place) != part.raw
        )
        await self._hand_over([raw for raw in raws if raw.place not in self._retained])

    async def _forget(self, places: Iterable[Place]) -> None:
        """Say that messages which were meant to stay are gone: somebody else has deleted them."""
        gone = {place: self._retained[place] for place in places}
        if not gone or (consumer := self._consumer()) is None:
            return
        # Networks repeat themselves: the same message may lie in another place as well.
        there = {part.identity for place, part in self._retained.items() if place not in gone}
        with self._trouble.told():
            await consumer.removed([part for part in gone.values() if part.identity not in there])
        for place in gone:
            del self._retained[place]

    async def _hand_over(self, raws: Sequence[RawMessage]) -> None:
        """Hand over stored messages, and note which of them are to be deleted.

        A notice of one that a list has shown meanwhile needs no reading any more.
        """
        for raw in raws:
            if raw.place is not None:
                self._announced.pop(raw.place, None)
        for raw, (part, outcome) in zip(raws, await self._keep(raws), strict=True):
            if raw.place is None:
                continue
            if outcome is not Kept.ADOPTED and self._settings.delete_after_receipt:
                self._deletions.setdefault(raw.place, part)
            else:
                self._retained[raw.place] = part

    async def _keep(self, raws: Sequence[RawMessage]) -> list[tuple[SmsPart, Kept]]:
        """Have messages committed; raise NotKeptError when they are to be offered again."""
        if not raws:
            return []
        if (consumer := self._consumer()) is None:
            raise NotKeptError
        parts = [part_of(raw, self._sim, self._settings) for raw in raws]
        with self._trouble.told():
            outcomes = await consumer.keep(parts)
        self._trouble.over()
        return list(zip(parts, outcomes, strict=True))

    async def delete(self, storages: Storages, places: Iterable[Place]) -> None:
        """Delete messages because a person wants it; what was received is handed over before.

        So nothing is lost that has come to a place since the person looked. Raises GatewayError.
        """
        for place in places:
            raws = received(await storages.read(*place), *place)
            try:
                kept = await self._keep(raws)
                if not await storages.delete(*place):
                    raise GatewayRefusedError("AT+CMGD", "not deleted", temporary=True)
                self._announced.pop(place, None)
                self._deletions.pop(place, None)
                self._retained.pop(place, None)
                if (consumer := self._consumer()) is not None and kept:
                    await consumer.removed([part for part, _ in kept])
            except NotKeptError as error:
                raise GatewayRefusedError(
                    "AT+CMGD", "the message could not be kept", temporary=True
                ) from error

    async def _delete(self, storages: Storages) -> None:
        """Delete one message that is safe with us, and say so."""
        place = next(iter(self._deletions))
        part = self._deletions.pop(place)
        if not await storages.delete(*place):
            self.sweep_soon(self._settings.clocks.retry)
        elif (consumer := self._consumer()) is not None:
            with self._trouble.told():
                await consumer.removed([part])

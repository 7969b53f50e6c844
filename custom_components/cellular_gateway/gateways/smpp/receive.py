"""Receive messages: hand them over, and acknowledge what was kept."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import logging
from typing import Final

from ..consumers import Memory, MessageConsumer
from ..errors import NotKeptError
from ..keeping import KeepingTrouble
from ..models import SmsPart
from .client import SmppClient
from .codec.pdu import Pdu
from .codec.status import NOT_KEPT, OK, QUEUE_FULL
from .ledger import Ledger, Offer
from .parts import content_of, part_of
from .settings import SmppSettings

_LOGGER = logging.getLogger(__name__)

# More than any service centre sends without waiting for an acknowledgement.
_MOST_WAITING: Final = 200


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A delivery that waits to be kept."""

    pdu: Pdu
    offer: Offer


class Receiver:
    """Takes deliveries for one gateway, over any number of links; one link at a time."""

    def __init__(
        self,
        settings: SmppSettings,
        memory: Memory,
        consumer: Callable[[], MessageConsumer | None],
    ) -> None:
        """Start with nothing delivered."""
        self._settings = settings
        self._consumer = consumer
        self._ledger = Ledger(memory, settings.clocks)
        self._waiting: deque[_Delivery] = deque()
        self._wake = asyncio.Event()
        self._gone: list[SmsPart] = []
        self._is_settling = False
        self._trouble = KeepingTrouble()

    def wake(self) -> None:
        """Look again whether somebody takes what was delivered."""
        self._wake.set()

    def deliver(self, client: SmppClient, pdu: Pdu) -> None:
        """Take a delivery; what is too much is to be offered again later."""
        if len(self._waiting) >= _MOST_WAITING or self._ledger.is_full:
            client.respond(pdu, QUEUE_FULL)
            return
        offer = Offer(content_of(pdu), asyncio.get_running_loop().time(), pdu.sequence)
        self._waiting.append(_Delivery(pdu, offer))
        self._wake.set()

    def answered(self, number: int) -> None:
        """Take that our request of this number was answered."""
        sure = self._ledger.answered(number)
        self._gone += [offer.part for offer in sure if offer.part is not None]
        self._is_settling = self._ledger.is_settled
        if self._gone or self._is_settling:
            self._wake.set()

    def begin(self) -> None:
        """Be ready for a new link."""
        self._waiting.clear()
        self._ledger.bound()

    def end(self) -> None:
        """Note that the link is gone; what waits was not acknowledged and will come again."""
        self._waiting.clear()
        self._ledger.lost()

    async def run(self, client: SmppClient) -> None:
        """Keep and acknowledge what is delivered, until cancelled."""
        while True:
            self._wake.clear()
            consumer = self._consumer()
            if self._waiting and consumer is not None:
                await self._take(client, consumer)
            elif self._gone and consumer is not None:
                await self._tell_gone(consumer)
            elif self._is_settling:
                await self.settle()
            else:
                await self._wake.wait()

    async def settle(self) -> None:
        """Note that all acknowledgements so far have surely arrived, if they have."""
        self._is_settling = False
        try:
            await self._ledger.settle()
        except NotKeptError as error:
            _LOGGER.debug("the memory does not work: %s", error)

    async def _take(self, client: SmppClient, consumer: MessageConsumer) -> None:
        """Have all that waits committed at once, and answer each delivery."""
        deliveries = list(self._waiting)
        self._waiting.clear()
        try:
            with self._trouble.told():
                await self._ledger.name([delivery.offer for delivery in deliveries])
                parts = [
                    part_of(delivery.pdu, delivery.offer.identity, self._settings)
                    for delivery in deliveries
                ]
                await consumer.keep(parts)
        except NotKeptError:
            self._refuse(client, deliveries)
            return
        self._trouble.over()
        is_late = False
        for delivery, part in zip(deliveries, parts, strict=True):
            client.respond(delivery.pdu, OK)
            delivery.offer.part = part
            is_late |= self._ledger.acknowledged(delivery.offer, client.requests_sent)
        if is_late or self._ledger.is_pressed:
            client.ask_soon()

    def _refuse(self, client: SmppClient, deliveries: list[_Delivery]) -> None:
        """Have the service centre offer again what could not be kept."""
        for delivery in deliveries:
            client.respond(delivery.pdu, NOT_KEPT)
            self._ledger.refused(delivery.offer)

    async def _tell_gone(self, consumer: MessageConsumer) -> None:
        """Say which parts the service centre keeps no more, since it has read that we do."""
        gone, self._gone = self._gone, []
        try:
            await consumer.removed(gone)
        except NotKeptError as error:
            _LOGGER.debug("the journal does not work: %s", error)

"""Names for received messages, which SMPP gives none: the same again for what is offered again.

A deliver_sm that comes once more because our acknowledgement was lost is, octet for octet, the one
that comes because somebody sent the same text once more. What tells them apart is whether the
service centre has read the acknowledgement: it surely has when it answers a request of ours that
was written after it. Until then the name of the message stays ready for its repetition, and is
used up by one; so after a lost link, a refusal, or an acknowledgement that came late. The doubt
about a late one ends soon after it was read. What came again before it, under the same sequence
number or after so long that the service centre may have given up waiting, is that message too.

A name is made of the content, of an epoch, and of how often the content came in that epoch. An
epoch ends when nothing is in doubt any more, and which one it is survives in the memory: so a
message that was kept but not acknowledged when Home Assistant died has the same name afterwards.

Three windows stay open. Of two equal texts, the second of which comes over a new link while the
first is in doubt, one is taken for a repetition; so within seconds after a late acknowledgement.
And what is in doubt when a link is lost is told twice if it is repeated after Home Assistant died
as well.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
import math
from typing import Final

from ..consumers import Memory
from ..identity import digest
from ..models import SmsPart
from .settings import Clocks

_KEY: Final = "deliveries"
_OPEN: Final = "open"

# A service centre that never offers again what it was refused must not fill the memory.
_MOST_DOUBTFUL: Final = 1000
# So many acknowledgements are enough to ask whether they were read; of twice as many the names
# could be forgotten at a lost link, together with what is being kept at the moment.
_ENOUGH_OFFERED: Final = 250
# A service centre that never pauses lets no epoch end. Each name has about 150 octets.
_MOST_NAMED: Final = 50_000


@dataclass(slots=True, eq=False)
class Offer:
    """One delivery of a message; times are those of the event loop.

    `requests` is how many requests of ours had been written when it was acknowledged, over the
    link that is. `ended_at` is when it was answered, or its link lost; until `doubted_until` it may
    be repeated.
    """

    content: str
    received_at: float
    sequence: int
    identity: str = ""
    part: SmsPart | None = None
    requests: int | None = None
    ended_at: float = math.inf
    doubted_until: float = math.inf

    def was_acknowledged_before(self, number: int) -> bool:
        """Whether our acknowledgement went out before our request of this number did."""
        return self.requests is not None and self.requests < number

    def is_repeated_by(self, other: Offer, patience: float) -> bool:
        """Whether another delivery came in place of this one, which had no answer yet."""
        has_waited = other.received_at - self.received_at > patience
        return (
            self.content == other.content
            and self.received_at <= other.received_at < self.ended_at
            and (has_waited or self.sequence == other.sequence)
        )


class Ledger:
    """Knows which deliveries are in doubt, for one gateway over any number of links."""

    def __init__(self, memory: Memory, clocks: Clocks) -> None:
        """Start with nothing in doubt but what the memory says."""
        self._memory = memory
        self._clocks = clocks
        self._epoch: int | None = None
        self._is_open = False
        self._times: Counter[str] = Counter()
        self._offers: list[Offer] = []
        self._doubtful: deque[Offer] = deque(maxlen=_MOST_DOUBTFUL)
        self._settled_at = 0.0

    async def name(self, offers: Iterable[Offer]) -> None:
        """Give deliveries their names; raises NotKeptError, and then none has one.

        That the epoch has begun is committed before its first name is used.
        """
        await self._load()
        if not self._is_open:
            await self._memory.set(_KEY, f"{self._epoch} {_OPEN}")
            self._is_open = True
        for offer in offers:
            offer.identity = self._repeated(offer) or self._next(offer.content)
            self._offers.append(offer)

    async def _load(self) -> None:
        """Read where an earlier run stopped; one that was cut off left deliveries in doubt."""
        if self._epoch is not None:
            return
        number, _, state = (await self._memory.get(_KEY) or "0").partition(" ")
        self._is_open = state == _OPEN
        if self._is_open:
            self._settled_at = asyncio.get_running_loop().time() + self._clocks.redelivery
        else:
            self._times.clear()
        self._epoch = int(number)

    def _next(self, content: str) -> str:
        """Make the name of a message that was not offered before."""
        number = self._times[content]
        self._times[content] += 1
        return digest("smpp", str(self._epoch), content, str(number))

    def _repeated(self, offer: Offer) -> str | None:
        """Return the name of an earlier delivery that was this one; what only may be uses it up."""
        self._forget_doubts()
        for earlier in (*self._offers, *self._doubtful):
            if earlier.is_repeated_by(offer, self._clocks.patience):
                return earlier.identity
        for earlier in self._doubtful:
            if earlier.content == offer.content:
                self._doubtful.remove(earlier)
                return earlier.identity
        return None

    def acknowledged(self, offer: Offer, requests: int) -> bool:
        """Note that a message was acknowledged; return whether that may have been too late."""
        offer.requests = requests
        offer.ended_at = asyncio.get_running_loop().time()
        is_late = offer.ended_at - offer.received_at > self._clocks.patience
        if is_late:
            self._expect(offer)
        return is_late

    def refused(self, offer: Offer) -> None:
        """Note that a message was refused for now, so that it will be offered again."""
        if offer in self._offers:
            self._offers.remove(offer)
            offer.ended_at = asyncio.get_running_loop().time()
            offer.doubted_until = offer.ended_at + self._clocks.redelivery
            self._expect(offer)

    def _expect(self, offer: Offer) -> None:
        """Expect a message once more, once."""
        if all(offer.identity != doubtful.identity for doubtful in self._doubtful):
            self._doubtful.append(offer)

    def _forget_doubts(self) -> None:
        """Expect no more what was not repeated in its time."""
        now = asyncio.get_running_loop().time()
        if any(offer.doubted_until < now for offer in self._doubtful):
            kept = [offer for offer in self._doubtful if offer.doubted_until >= now]
            self._doubtful = deque(kept, self._doubtful.maxlen)

    def bound(self) -> None:
        """Begin to wait for what may be repeated over a new link."""
        until = asyncio.get_running_loop().time() + self._clocks.redelivery
        for offer in self._doubtful:
            offer.doubted_until = min(offer.doubted_until, until)

    def lost(self) -> None:
        """Note that the link is gone: whatever is not surely acknowledged may be repeated."""
        self._forget_doubts()
        for offer in self._offers:
            offer.ended_at = min(offer.ended_at, asyncio.get_running_loop().time())
            self._expect(offer)
        self._offers.clear()
        for offer in self._doubtful:
            if offer.requests is None or offer.doubted_until == math.inf:
                offer.requests, offer.doubted_until = None, math.inf

    @property
    def is_settled(self) -> bool:
        """Whether nothing of this epoch is in doubt any more, so that `settle` may end it."""
        return self._is_open and not self._offers

    @property
    def is_pressed(self) -> bool:
        """Whether so much is in doubt that an answer of the service centre is wanted soon."""
        return len(self._offers) >= _ENOUGH_OFFERED or len(self._times) >= _MOST_NAMED

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be taken before an answer of the service centre."""
        return len(self._offers) >= 2 * _ENOUGH_OFFERED or len(self._times) >= _MOST_NAMED

    def answered(self, number: int) -> list[Offer]:
        """Take that our request of this number was answered; return what surely was too."""
        until = asyncio.get_running_loop().time() + self._clocks.repeating
        for offer in self._doubtful:
            if offer.was_acknowledged_before(number):
                offer.doubted_until = min(offer.doubted_until, until)
        sure: list[Offer] = []
        doubtful: list[Offer] = []
        for offer in self._offers:
            (sure if offer.was_acknowledged_before(number) else doubtful).append(offer)
        self._offers = doubtful
        return sure

    async def settle(self) -> None:
        """End the epoch if nothing of it is in doubt; raises NotKeptError.

        What was committed is read again if this is cut short.
        """
        is_early = asyncio.get_running_loop().time() < self._settled_at
        if self._epoch is None or not self._is_open or self._offers or is_early:
            return
        following, self._epoch = self._epoch + 1, None
        await self._memory.set(_KEY, str(following))
        self._epoch = following
        self._is_open = False
        self._times.clear()

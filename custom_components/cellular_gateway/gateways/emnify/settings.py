"""What a person decides about an EMnify account, and its clocks."""

from dataclasses import dataclass, field
from typing import Final

from ..source_address import SourceAddressType, source_address_type

# The account has no radio of its own; this is what its messages come through.
PORT: Final = "1"
BASE_URL: Final = "https://cdn.emnify.net/api/v1"
# A device can answer a short code: it is handed to the account, whichever it is.
SOURCE_ADDRESS: Final = "12345"
# Of 2,000 calls in 5 minutes; the rest is left to people, to sends, and to others at this address.
CALLS: Final = 1000
MOST_CALLS: Final = 1800
LEAST_CALLS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How often things are done, in seconds.

    `tick`: between two looks at what is due. `events`, `inventory`: the event log and the lists
    of endpoints and SIMs. `connectivity`, `messages`, `usage`, `quota`: per endpoint, where the
    budget allows. `reports`: between the looks for what became of a message, as long as it is open.
    `retry`: after a failed commit or call. `refused`: a refused token is not tried again, since a
    few failures lock the account. `patience`: how long a person waits when calls are held back.
    """

    tick: float = 5.0
    events: float = 15.0
    inventory: float = 900.0
    inventory_soon: float = 60.0
    connectivity: float = 60.0
    messages: float = 60.0
    usage: float = 900.0
    quota: float = 900.0
    reports: tuple[float, ...] = (15.0, 30.0, 60.0, 120.0, 300.0)
    retry: float = 30.0
    refused: float = 3600.0
    patience: float = 15.0
    request: float = 30.0
    closing: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmnifySettings:
    """What a person decides.

    Of the endpoints those are taken that carry one of `tags` (all, where there are none) and have
    `search` in their name, a tag or one of their numbers. `calls` is how many calls in 5 minutes
    may be made to watch them (60 to 1,800). `source_address` is the sender of what is sent, unless
    a message has its own; `webhook_secret` is what pushes are signed with, or carry.
    """

    token: str = field(repr=False)
    base_url: str = BASE_URL
    tags: frozenset[str] = frozenset()
    search: str = ""
    calls: int = CALLS
    source_address: str = field(default=SOURCE_ADDRESS, repr=False)
    source_address_type: SourceAddressType | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    clocks: Clocks = field(default_factory=Clocks)

    @property
    def budget(self) -> int:
        """Return how many calls in 5 minutes watching may take, within the limits."""
        return min(max(self.calls, LEAST_CALLS), MOST_CALLS)

    @property
    def source_type(self) -> SourceAddressType:
        """Return the type of the source address; raises MessageError for what can be none."""
        return self.source_address_type or source_address_type(self.source_address)

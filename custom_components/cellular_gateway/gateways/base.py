"""The seam: what every kind of gateway offers, and what it is given."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol

from .capabilities import Capabilities
from .errors import GatewayError, UnsupportedError
from .models import GatewayInfo, GatewayState, Kept, OutgoingSms, Receipt, SmsPart


class MessageConsumer(Protocol):
    """Who takes the messages of a gateway: the inbox."""

    async def keep(self, parts: Sequence[SmsPart]) -> Sequence[Kept]:
        """Commit the parts in one go and tell of each what it was; returning acknowledges them.

        Raises `NotKeptError` when nothing was committed; then nothing may be acknowledged.
        """

    async def removed(self, parts: Sequence[SmsPart]) -> None:
        """Hear that the gateway no longer stores these parts."""


class StateConsumer(Protocol):
    """Who hears of a gateway's state: the coordinator. Both calls are made in the event loop."""

    def state_changed(self, state: GatewayState) -> None:
        """Take the state of all ports; called when at least one of them differs."""

    def link_lost(self, error: GatewayError) -> None:
        """Hear, once, that a link that `connect` had made is gone; `connect` makes a new one."""


class Memory(Protocol):
    """What a gateway wants to know again after a restart: small strings by key."""

    async def get(self, key: str) -> str | None:
        """Return what was last committed under the key."""

    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""


class PinGuard(Protocol):
    """Who decides whether a PIN may be entered without asking a person."""

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Commit the attempt and return True, or return False when a person has to consent.

        A PIN that the SIM (ICCID) once accepted may be entered; one never tried may be, once.
        """

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Commit what the SIM said to the PIN."""


class Gateway(ABC):
    """A thing that carries SMS for us; it lives as long as its config entry.

    Methods raise the errors of `gateways.errors` and no others. After `link_lost` was heard, or
    a `connect` failed, `connect` may be called again, as often as it takes.
    """

    def __init__(self) -> None:
        """Start without consumers."""
        self._message_consumer: MessageConsumer | None = None
        self._state_consumer: StateConsumer | None = None

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What it can do, final after the first `connect`."""

    @property
    @abstractmethod
    def state(self) -> GatewayState:
        """The newest known state of all ports, with no word to the gateway."""

    @abstractmethod
    async def connect(self) -> GatewayInfo:
        """Make the link, prepare the gateway, and start to hand over messages and state."""

    @abstractmethod
    async def close(self) -> None:
        """Take no more sends, let the one on the wire end (bounded), and drop the link."""

    @abstractmethod
    async def poll(self) -> GatewayState:
        """Ask for the state that no push brings, as a safety net; return all of it."""

    @abstractmethod
    async def send_sms(self, message: OutgoingSms) -> Receipt:
        """Send all parts of a text; raise only while no octet of it can have left.

        From the first octet on the outcome is in the receipt, cancelled or not.
        """

    async def restart_port(self, port: str) -> None:
        """Start the radio of a port anew; the link may be lost meanwhile."""
        raise UnsupportedError(detail="restart")

    def subscribe_messages(self, consumer: MessageConsumer) -> Callable[[], None]:
        """Hand every received part to the consumer until the returned function is called."""
        self._message_consumer = consumer

        def unsubscribe() -> None:
            self._message_consumer = None

        return unsubscribe

    def subscribe_state(self, consumer: StateConsumer) -> Callable[[], None]:
        """Tell the consumer of states and lost links until the returned function is called."""
        self._state_consumer = consumer

        def unsubscribe() -> None:
            self._state_consumer = None

        return unsubscribe

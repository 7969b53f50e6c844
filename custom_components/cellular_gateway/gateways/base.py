"""The seam: what every kind of gateway offers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from .capabilities import Capabilities
from .consumers import EventConsumer, MessageConsumer, StateConsumer
from .errors import UnsupportedError
from .models import (
    DialOutcome,
    GatewayInfo,
    GatewayState,
    OutgoingSms,
    Receipt,
    StoredSms,
    UssdAnswer,
)
from .network_settings import AccessPoint, FoundOperator, OperatorSelection, PowerSaving


class Gateway(ABC):
    """A thing that carries SMS for us; it lives as long as its config entry.

    Methods raise the errors of `gateways.errors` and no others. After `link_lost` was heard, or
    a `connect` failed, `connect` may be called again, as often as it takes.
    """

    def __init__(self) -> None:
        """Start without consumers."""
        self._message_consumer: MessageConsumer | None = None
        self._state_consumer: StateConsumer | None = None
        self._event_consumer: EventConsumer | None = None

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

    async def send_ussd(self, port: str, text: str, *, timeout: float) -> UssdAnswer:
        """Send a USSD code, or the answer to a menu, and return what the network says to it.

        `timeout` is in seconds; a session that is late or that nobody waits for is ended.
        """
        raise UnsupportedError(detail="USSD")

    async def cancel_ussd(self, port: str) -> None:
        """End the USSD session there may be; who waits in it hears `cancelled`."""
        raise UnsupportedError(detail="USSD")

    async def dial(self, port: str, number: str, seconds: float) -> DialOutcome:
        """Call a number for so many seconds, or until it is answered, and hang up in any case."""
        raise UnsupportedError(detail="dial")

    async def list_messages(self, port: str) -> tuple[StoredSms, ...]:
        """List all that lies in the storages of a port, drafts too."""
        raise UnsupportedError(detail="stored messages")

    async def delete_messages(self, port: str, places: Sequence[tuple[str, int]]) -> None:
        """Delete by storage and index; what was received is handed over before it goes.

        A place that is empty is no error.
        """
        raise UnsupportedError(detail="stored messages")

    async def send_at_command(self, port: str, command: str, *, timeout: float) -> tuple[str, ...]:
        """Send one AT command line, and return the lines of its answer without the final result.

        `timeout` is in seconds. Raises GatewayRefusedError for another result than OK.
        """
        raise UnsupportedError(detail="AT commands")

    async def configure_apn(
        self, port: str, access_point: AccessPoint, *, roaming: bool | None = None
    ) -> AccessPoint:
        """Set where data goes, and whether abroad too; return what the module has now."""
        raise UnsupportedError(detail="APN")

    async def configure_power_saving(self, port: str, wanted: PowerSaving) -> PowerSaving:
        """Ask for power saving, and return what the network has granted by now."""
        raise UnsupportedError(detail="power saving")

    async def set_operator(self, port: str, code: str | None) -> OperatorSelection:
        """Use the network with this MCC and MNC, or (None) let the module choose."""
        raise UnsupportedError(detail="operators")

    async def scan_operators(self, port: str) -> tuple[FoundOperator, ...]:
        """Search for networks; it may take minutes, in which nothing is sent."""
        raise UnsupportedError(detail="operators")

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

    def subscribe_events(self, consumer: EventConsumer) -> Callable[[], None]:
        """Tell the consumer of calls and of USSD until the returned function is called."""
        self._event_consumer = consumer

        def unsubscribe() -> None:
            self._event_consumer = None

        return unsubscribe

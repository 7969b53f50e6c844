"""The seam: what every kind of gateway offers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from ..sms.segments import Segmentation, segment
from ..sms.tpdu import UserData
from .calls import DialOutcome
from .capabilities import Capabilities
from .consumers import EventConsumer, MessageConsumer, StateConsumer
from .endpoint_control import EndpointControl
from .errors import UnsupportedError
from .models import GatewayInfo, GatewayState, OutgoingSms, Receipt, SmsPart, StoredSms, UssdAnswer
from .network_settings import AccessPoint, FoundOperator, OperatorSelection, PowerSaving
from .port_reports import PortStatistics, StatisticsPeriod
from .push import Push, PushAnswer
from .user_data import deliver_user_data


class Gateway(EndpointControl, ABC):
    """A thing that carries SMS for us; it lives as long as its config entry.

    Methods raise the errors of `gateways.errors` and no others. After `link_lost` was heard, or
    a `connect` failed, `connect` may be called again, as often as it takes.
    """

    # In octets. A report of 512 SIMs takes less than 400 kB.
    longest_push: ClassVar[int] = 1024 * 1024

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

    def segment(self, message: OutgoingSms) -> Segmentation:
        """Cut a text as `send_sms` would, without sending it; raises MessageError."""
        return segment(message.text, policy=message.encoding, max_parts=message.max_parts)

    def count_parts(self, message: OutgoingSms) -> int:
        """Return how many receipts a text would have; raises MessageError."""
        return len(self.segment(message).parts)

    def user_data(self, part: SmsPart) -> UserData | None:
        """Return what a part that was handed over has of its text, None where it does not tell."""
        return deliver_user_data(part)

    def can_reply(self, message: OutgoingSms) -> bool:
        """Whether who gets this text could answer it, as it will be sent."""
        return True

    def sender(self, message: OutgoingSms) -> str | None:
        """Return the number a text will come from; None for a name, or where nobody chose one."""
        return None

    @property
    def reply_address(self) -> str | None:
        """What stands in for a name that is the settings' sender, so that it can be answered."""
        return None

    async def receive_push(self, push: Push) -> PushAnswer:
        """Take what the gateway sends by itself over HTTP; never raises.

        200 only when all messages in it are kept, 503 when they cannot be kept now, 4xx for what
        is malformed or not ours.
        """
        return PushAnswer(404, "this gateway pushes nothing")

    def diagnostics(self) -> Mapping[str, object]:
        """Return what may help to understand the gateway: no number, text or secret."""
        return {}

    async def configure_push(self, url: str | None) -> None:
        """Have the gateway push to a URL of ours, or (None) no more; needs no `connect`."""
        raise UnsupportedError(detail="have its push set up")

    async def restart_port(self, port: str) -> None:
        """Start the radio of a port anew; the link may be lost meanwhile."""
        raise UnsupportedError(detail="restart the modem")

    async def restart_connection(self, port: str) -> None:
        """Have a port leave the network and come back, so that its data connection is made anew."""
        raise UnsupportedError(detail="restart the connection")

    async def restart_gateway(self) -> None:
        """Start all of the gateway anew; the link is lost meanwhile."""
        raise UnsupportedError(detail="restart the gateway")

    async def lock_port(self, port: str, *, locked: bool) -> None:
        """Keep the SIM of a port from the network, or let it go there again."""
        raise UnsupportedError(detail="lock a port")

    async def select_slot(self, port: str, slot: int) -> None:
        """Have a port use the SIM in another of its slots, counted from 1."""
        raise UnsupportedError(detail="choose the SIM slot")

    async def read_statistics(self, period: StatisticsPeriod) -> Mapping[str, PortStatistics]:
        """Ask what each port did in a period."""
        raise UnsupportedError(detail="statistics")

    def relocate(self, device: str) -> None:
        """Use another path or URL from the next `connect` on."""
        raise UnsupportedError(detail="be found at another port")

    async def is_at(self, device: str) -> bool:
        """Look whether the very same gateway answers at another path; never raises for that."""
        return False

    async def puk_tries(self, port: str) -> int | None:
        """Return how many tries the PUK of a SIM has left, None where that is not told."""
        raise UnsupportedError(detail="unblock a SIM by its PUK")

    async def unblock_sim(self, port: str, puk: str, pin: str, *, consented: bool = False) -> str:
        """Give the SIM of a port a new PIN with its PUK, once; return the SIM's name for the PIN.

        Raises GatewayAuthenticationError: PUK_LAST_TRY where only one try is left and the person
        did not consent to that; PUK_WRONG.
        """
        raise UnsupportedError(detail="unblock a SIM by its PUK")

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
        raise UnsupportedError(detail="call a number")

    async def list_messages(self, port: str) -> tuple[StoredSms, ...]:
        """List all that lies in the storages of a port, drafts too."""
        raise UnsupportedError(detail="list stored messages")

    async def delete_messages(self, port: str, places: Sequence[tuple[str, int]]) -> None:
        """Delete by storage and index; what was received is handed over before it goes.

        A place that is empty is no error.
        """
        raise UnsupportedError(detail="delete stored messages")

    async def send_at_command(self, port: str, command: str, *, timeout: float) -> tuple[str, ...]:
        """Send one AT command line, and return the lines of its answer without the final result.

        `timeout` is in seconds. Raises GatewayRefusedError for another result than OK.
        """
        raise UnsupportedError(detail="AT commands")

    async def configure_apn(
        self, port: str, access_point: AccessPoint, *, roaming: bool | None = None
    ) -> AccessPoint:
        """Set where data goes, and whether abroad too; return what the module has now."""
        raise UnsupportedError(detail="set the APN")

    async def configure_power_saving(self, port: str, wanted: PowerSaving) -> PowerSaving:
        """Ask for power saving, and return what the network has granted by now."""
        raise UnsupportedError(detail="power saving")

    async def set_operator(self, port: str, code: str | None) -> OperatorSelection:
        """Use the network with this MCC and MNC, or (None) let the module choose."""
        raise UnsupportedError(detail="choose the operator")

    async def scan_operators(self, port: str) -> tuple[FoundOperator, ...]:
        """Search for networks; it may take minutes, in which nothing is sent."""
        raise UnsupportedError(detail="search for operators")

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

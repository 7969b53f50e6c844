"""A customer of the service centre: his number, his messages, his session."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..network import NoAcknowledgementError, RpError
from ..pdu import PduError, is_status_report
from .content import decode_status_report
from .wire import Message

if TYPE_CHECKING:
    from .session import Session

CAUSE_TEMPORARY = 41
MODES = frozenset({"transceiver", "transmitter", "receiver"})


@dataclass(frozen=True, slots=True)
class Submitted:
    """A message that the customer handed over, and the name that it was given."""

    message: Message
    message_id: str


@dataclass(slots=True)
class Account:
    """Who may open a session, and what came of it.

    `modes` are the sessions that are allowed; `system_type` None allows any. `refused` are the
    statuses that deliveries were answered with.
    """

    system_id: str = "ha"
    password: str = "secret08"
    number: str = "20407"
    system_type: str | None = None
    modes: frozenset[str] = MODES
    submitted: list[Submitted] = field(default_factory=list)
    acknowledged: list[Message] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)


class Customer:
    """An account as a subscriber of the network; parts that come are delivered one at a time."""

    def __init__(
        self,
        account: Account,
        content: Callable[[bytes], Message],
        receipt: Callable[[str, int, bytes], Message | None],
    ) -> None:
        """Deliver what `content` makes of user data, and `receipt` of a status report."""
        self.account = account
        self._content = content
        self._receipt = receipt

    @property
    def receiving(self) -> Session | None:
        """Return the session that takes deliveries."""
        return next((each for each in self.account.sessions if each.receives), None)

    @property
    def reachable(self) -> bool:
        """Tell whether anything can be delivered."""
        return self.receiving is not None

    async def deliver(self, tpdu: bytes, smsc: str) -> None:
        """Deliver a TPDU; RpError for a refusal, NoAcknowledgementError where nothing is heard."""
        message = self._message(tpdu)
        if message is not None:
            await self.hand_over(message)

    def _message(self, tpdu: bytes) -> Message | None:
        """Return the deliver_sm for a TPDU, None for what nobody asked for."""
        try:
            if not is_status_report(tpdu):
                return self._content(tpdu)
            reference, recipient, *_ = decode_status_report(tpdu)
        except PduError:
            return None
        return self._receipt(recipient, reference, tpdu)

    async def hand_over(self, message: Message) -> None:
        """Deliver a finished message, and note how it was answered."""
        session = self.receiving
        if session is None:
            raise NoAcknowledgementError
        status = await session.deliver(message)
        if status is None:
            raise NoAcknowledgementError
        if status:
            self.account.refused.append(status)
            raise RpError(CAUSE_TEMPORARY)
        self.account.acknowledged.append(message)

"""How a tracked device is asked something, and what came of it."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field

from homeassistant.exceptions import HomeAssistantError

from ..devices.base import DeviceMessage
from ..devices.conversation import Heard
from ..errors import action_error, answer_error, no_reply_error, receipt_error
from ..gateways.errors import GatewayConnectionError, Reason
from ..gateways.models import Receipt, SendStatus
from ..messages.outbox import Hearing, Outcome
from ..messages.routing import Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """In which way a device is asked.

    Who asks many devices hears of them together, `among` whatever else was sent, and sends to each
    while `pace` is held.
    """

    sending: Sending = field(default_factory=Sending)
    among: Hearing | None = None
    pace: AbstractAsyncContextManager[object] = field(default_factory=nullcontext)


PLAIN = Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a request: what was sent of it, and what the device said.

    `outcomes` has one for each message that was tried; the sequence ends with the first that was
    not surely sent. `heard` is empty when nobody waited, or nothing came. Nothing more comes where
    the gateway `was_closed`.
    """

    messages: tuple[DeviceMessage, ...]
    outcomes: tuple[Outcome, ...] = ()
    heard: tuple[Heard, ...] = ()
    timed_out: bool = False
    was_closed: bool = False

    @property
    def sent(self) -> bool:
        """Whether all of it was sent."""
        return len(self.outcomes) == len(self.messages) and all(
            outcome.status is SendStatus.SENT for outcome in self.outcomes
        )

    @property
    def silent(self) -> bool:
        """Whether nothing came in time."""
        return self.timed_out and not self.heard

    def error(self) -> HomeAssistantError | None:
        """Return what a person hears of a request that did not go well."""
        if not self.sent:
            last = self.outcomes[-1].result
            return receipt_error(last) if isinstance(last, Receipt) else action_error(last)
        for heard in self.heard:
            if heard.reading and heard.reading.error:
                return answer_error(heard.reading.error)
        if self.was_closed:
            return action_error(GatewayConnectionError(Reason.CLOSED))
        return no_reply_error() if self.timed_out else None

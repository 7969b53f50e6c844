"""Whom a gateway talks to, and what it is given: inbox, coordinator, memory and PIN guard."""

from collections.abc import Sequence
from typing import Protocol

from .calls import IncomingCall
from .endpoints import EndpointEvent
from .errors import GatewayError
from .models import GatewayState, Kept, SmsPart, UssdAnswer
from .sent import SentSms


class MessageConsumer(Protocol):
    """Who takes the messages of a gateway: the inbox."""

    async def keep(self, parts: Sequence[SmsPart]) -> Sequence[Kept]:
        """Commit the parts in one go and tell of each what it was; returning acknowledges them.

        Raises `NotKeptError` when nothing was committed; then nothing may be acknowledged.
        """

    async def removed(self, parts: Sequence[SmsPart]) -> None:
        """Hear that the gateway no longer stores these parts."""


class StateConsumer(Protocol):
    """Who hears of a gateway's state: the coordinator. The calls are made in the event loop."""

    def state_changed(self, state: GatewayState) -> None:
        """Take the state of all ports; called when at least one of them differs."""

    def link_lost(self, error: GatewayError) -> None:
        """Hear, once, that a link that `connect` had made is gone; `connect` makes a new one."""

    def reachable(self) -> None:
        """Hear, while the link is lost, that a `connect` may well succeed now."""


class EventConsumer(Protocol):
    """Who hears of what is no message and no state. The calls are made in the event loop."""

    def call_changed(self, call: IncomingCall) -> None:
        """Take a call that begins, and the same again when it has become something else."""

    def ussd_received(self, port: str, answer: UssdAnswer) -> None:
        """Take what a network says in a USSD session that `send_ussd` does not wait for."""

    def sms_sent(self, sms: SentSms) -> None:
        """Take a text that was sent for somebody else, or one of ours that nobody waits for."""

    @property
    def hears_endpoints(self) -> bool:
        """Whether `endpoint_event` may be called yet: what nobody hears stays with the gateway."""

    def hears_endpoint(self, key: str) -> bool:
        """Whether it may be called for an endpoint: not for one that was shown only just now."""

    def endpoint_event(self, event: EndpointEvent) -> None:
        """Take what happened to an endpoint; each event once, in their order."""


class Memory(Protocol):
    """What a gateway wants to know again after a restart: small strings by key."""

    async def get(self, key: str) -> str | None:
        """Return what was last committed under the key."""

    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""


class NoMemory:
    """The memory of a gateway that is asked for one thing and then forgotten."""

    async def get(self, key: str) -> str | None:
        """Know nothing."""
        return None

    async def set(self, key: str, value: str) -> None:
        """Keep nothing."""


class PinGuard(Protocol):
    """Who decides whether a PIN may be entered without asking a person."""

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Commit the attempt and return True, or return False when a person has to consent.

        A PIN that the SIM (ICCID) once accepted may be entered; one never tried may be, once.
        """

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Commit what the SIM said to the PIN."""

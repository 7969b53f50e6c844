"""Who stands on our side of the seam: an inbox, a coordinator, a memory, a PIN guard."""

import asyncio
from collections.abc import Callable, Sequence

from custom_components.cellular_gateway.gateways.calls import IncomingCall
from custom_components.cellular_gateway.gateways.endpoints import EndpointEvent
from custom_components.cellular_gateway.gateways.errors import GatewayError
from custom_components.cellular_gateway.gateways.models import (
    GatewayState,
    Kept,
    SmsPart,
    UssdAnswer,
)
from custom_components.cellular_gateway.gateways.sent import SentSms

WAIT = 10.0


class Changing:
    """Something that a test waits for."""

    def __init__(self) -> None:
        """Start with nothing changed."""
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Wake who waits."""
        self._changed.set()

    async def until(self, condition: Callable[[], bool], limit: float = WAIT) -> None:
        """Wait until the condition holds; fail after the limit in seconds."""
        async with asyncio.timeout(limit):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


class Inbox(Changing):
    """Keeps messages as the journal does: every identity once, what was adopted stays so."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.parts: dict[str, SmsPart] = {}
        self.offers: list[SmsPart] = []
        self.gone: list[SmsPart] = []
        self.failure: Exception | None = None
        self.failures = 0
        self.before_keeping: Callable[[], None] = lambda: None

    async def keep(self, parts: Sequence[SmsPart]) -> Sequence[Kept]:
        """Commit the parts, or fail as a full disk does."""
        self.before_keeping()
        self.offers += parts
        if self.failure is not None:
            self.failures += 1
            self.changed()
            raise self.failure
        outcomes = [self._keep(part) for part in parts]
        self.changed()
        return outcomes

    def _keep(self, part: SmsPart) -> Kept:
        """Commit one part."""
        if (known := self.parts.get(part.identity)) is not None:
            return Kept.ADOPTED if known.adopted else Kept.KNOWN
        self.parts[part.identity] = part
        return Kept.ADOPTED if part.adopted else Kept.NEW

    async def removed(self, parts: Sequence[SmsPart]) -> None:
        """Note what the gateway no longer stores."""
        self.gone += parts
        self.changed()

    @property
    def new(self) -> list[SmsPart]:
        """Return what would be announced."""
        return [part for part in self.parts.values() if not part.adopted]

    @property
    def texts(self) -> list[str]:
        """Return the texts of what would be announced."""
        return [part.text for part in self.new]

    async def wait_new(self, number: int = 1) -> list[SmsPart]:
        """Wait for so many messages that would be announced."""
        await self.until(lambda: len(self.new) >= number)
        return self.new

    async def wait_gone(self, number: int = 1) -> None:
        """Wait until so many messages were removed from the gateway."""
        await self.until(lambda: len(self.gone) >= number)


class Watcher(Changing):
    """Hears states and lost links."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        super().__init__()
        self.states: list[GatewayState] = []
        self.losses: list[GatewayError] = []
        self.calls_back = 0

    def state_changed(self, state: GatewayState) -> None:
        """Take a state."""
        self.states.append(state)
        self.changed()

    def link_lost(self, error: GatewayError) -> None:
        """Take the loss of a link."""
        self.losses.append(error)
        self.changed()

    def reachable(self) -> None:
        """Hear that the gateway may be there again."""
        self.calls_back += 1
        self.changed()

    async def wait_loss(self, number: int = 1) -> None:
        """Wait until the link was lost so many times."""
        await self.until(lambda: len(self.losses) >= number, 30)


class Listener(Changing):
    """Hears calls, and what networks say by themselves."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        super().__init__()
        self.calls: list[IncomingCall] = []
        self.answers: list[UssdAnswer] = []
        self.events: list[EndpointEvent] = []
        self.hears_endpoints = True
        self.unheard: set[str] = set()
        self.sent: list[SentSms] = []

    def call_changed(self, call: IncomingCall) -> None:
        """Take a call."""
        self.calls.append(call)
        self.changed()

    def ussd_received(self, port: str, answer: UssdAnswer) -> None:
        """Take what a network says."""
        self.answers.append(answer)
        self.changed()

    def sms_sent(self, sms: SentSms) -> None:
        """Take a text that the gateway sent for somebody else."""
        self.sent.append(sms)
        self.changed()

    def hears_endpoint(self, key: str) -> bool:
        """Whether anybody hears of an endpoint yet."""
        return key not in self.unheard

    def endpoint_event(self, event: EndpointEvent) -> None:
        """Take what happened to an endpoint."""
        self.events.append(event)
        self.changed()


class Notebook:
    """Remembers small strings."""

    def __init__(self) -> None:
        """Start empty."""
        self.values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """Return what was last committed under the key."""
        return self.values.get(key)

    async def set(self, key: str, value: str) -> None:
        """Commit the value under the key."""
        self.values[key] = value


class Guard:
    """Lets a PIN be entered as the integration does: an untried one once, an accepted one again."""

    def __init__(self) -> None:
        """Start with no PIN ever tried."""
        self.attempts: list[tuple[str, str]] = []
        self.accepted: set[tuple[str, str]] = set()

    async def may_enter(self, sim: str, pin: str) -> bool:
        """Note the attempt and allow it, or do not."""
        if (sim, pin) in self.attempts and (sim, pin) not in self.accepted:
            return False
        self.attempts.append((sim, pin))
        return True

    async def entered(self, sim: str, pin: str, *, accepted: bool) -> None:
        """Note what the SIM said."""
        if accepted:
            self.accepted.add((sim, pin))
        else:
            self.accepted.discard((sim, pin))

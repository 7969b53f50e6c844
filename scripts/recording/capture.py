"""Lets the integration's own gateway connect to a real modem, and notes what is said."""

import asyncio
from collections.abc import Awaitable, Sequence
import contextlib
from dataclasses import dataclass, field
from typing import Any, Final

# Home Assistant comes first: it provides voluptuous.
import homeassistant  # noqa: F401
import serialx

from custom_components.cellular_gateway.gateways.at_modem.gateway import (
    PORT,
    AtModemGateway,
    AtModemSettings,
)
from custom_components.cellular_gateway.gateways.at_modem.settings import Clocks
from custom_components.cellular_gateway.gateways.errors import (
    GatewayConnectionError,
    GatewayError,
    NotKeptError,
    Reason,
)
from custom_components.cellular_gateway.gateways.models import (
    GatewayInfo,
    GatewayState,
    Kept,
    PortState,
    SmsKind,
    SmsPart,
)
from custom_components.cellular_gateway.kinds.at_modem import open_serial
from scripts.lib.consumers import NoPin, Notes

from .relay import Relay
from .tape import Tape

# Nothing is to be asked by the clock: it would only be there as often as one waits.
_NEVER: Final = 1e6
# A search for networks takes minutes; the usual question does not.
_QUESTION_SECONDS: Final = 180.0

CONNECTED: Final = "connected"


@dataclass(slots=True, kw_only=True)
class Captured:
    """What was said, and what the gateway found out; `error` is why it did not connect."""

    tape: Tape
    info: GatewayInfo = field(default_factory=GatewayInfo)
    port: PortState | None = None
    messages: dict[str, int] = field(default_factory=dict)
    error: GatewayError | None = None


class _Reader:
    """Looks at messages and keeps none, so that none is deleted or acknowledged."""

    def __init__(self) -> None:
        """Start with none seen."""
        self.seen: dict[str, SmsKind] = {}

    async def keep(self, parts: Sequence[SmsPart]) -> Sequence[Kept]:
        """Leave stored messages where they are, and do not take the others."""
        if any(part.storage is None for part in parts):
            raise NotKeptError("only recording")
        self.seen |= {part.identity: part.kind for part in parts}
        return [Kept.ADOPTED] * len(parts)

    async def removed(self, parts: Sequence[SmsPart]) -> None:
        """Hear that messages are gone, which here none can be."""

    def counts(self) -> dict[str, int]:
        """Count the messages by kind."""
        kinds = [str(kind) for kind in self.seen.values()]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


class _Link:
    """Hears when the link is lost."""

    def __init__(self) -> None:
        """Start with a link."""
        self.over = asyncio.Event()

    def state_changed(self, state: GatewayState) -> None:
        """Take a state; the last one is with the gateway."""

    def link_lost(self, error: GatewayError) -> None:
        """Stop waiting."""
        self.over.set()

    def reachable(self) -> None:
        """Nobody connects again."""


async def capture(
    device: str,
    *,
    baudrate: int | None = None,
    questions: Sequence[str] = (),
    seconds: float,
    stop: asyncio.Event,
) -> Captured:
    """Connect, put the questions, and listen for so many seconds or until told to stop."""
    tape = Tape()
    relay = Relay(open_serial, tape, (OSError, EOFError, serialx.SerialException))
    clocks = Clocks(keepalive=_NEVER, sweep=_NEVER, sweep_unindicated=_NEVER)
    settings = AtModemSettings(
        device=device, baudrate=baudrate, delete_after_receipt=False, clocks=clocks
    )
    gateway = AtModemGateway(
        settings, open_serial=relay.open_serial, pin_guard=NoPin(), memory=Notes()
    )
    reader, link = _Reader(), _Link()
    gateway.subscribe_messages(reader)
    gateway.subscribe_state(link)
    captured = Captured(tape=tape)
    try:
        captured.info = await _connected(gateway, stop)
        tape.mark(CONNECTED)
        captured.port = gateway.state.ports[PORT]
        captured.messages = reader.counts()
        await _ask(gateway, questions)
        await _first_of(link.over.wait(), stop.wait(), seconds=seconds)
    except GatewayError as error:
        captured.error = error
    finally:
        await gateway.close()
        await relay.close()
    return captured


async def _connected(gateway: AtModemGateway, stop: asyncio.Event) -> GatewayInfo:
    """Connect, unless told to stop before that is done; raise GatewayError."""
    connecting = asyncio.create_task(gateway.connect())
    await _first_of(connecting, stop.wait())
    if connecting.cancelled():
        raise GatewayConnectionError(Reason.CANCELLED)
    return connecting.result()


async def _first_of(*waits: Awaitable[Any], seconds: float | None = None) -> None:
    """Wait for the first of several, but no longer than so many seconds; end the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(gateway: AtModemGateway, questions: Sequence[str]) -> None:
    """Put further questions; an answer that is an error is an answer."""
    for question in questions:
        with contextlib.suppress(GatewayError):
            await gateway.send_at_command(PORT, question, timeout=_QUESTION_SECONDS)


def is_silent(captured: Captured) -> bool:
    """Whether nothing was heard that would be worth a file: no modem, or none that answers."""
    reasons = (Reason.NO_ANSWER, Reason.NOT_A_MODEM, Reason.WRONG_SPEED)
    error = captured.error
    return not captured.tape.heard or (error is not None and error.reason in reasons)

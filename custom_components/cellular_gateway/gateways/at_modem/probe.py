"""Find out whether a device is a modem for short messages, and leave it as it was."""

from dataclasses import dataclass, field
import logging

from ..errors import GatewayConnectionError, GatewayError, GatewayTimeoutError, Reason
from ..models import GatewayInfo, SimState
from .client import AtClient, Unsolicited
from .codec.sim import parse_imei
from .opening import SPEEDS, Dialer, SerialOpener, speeds_for
from .pin import try_pin
from .preparation import prepare_line, require_messages
from .questions import (
    USABLE,
    ask_iccid,
    ask_identity,
    ask_serial_number,
    ask_sim,
    ask_tries,
    settled_sim_state,
)
from .settings import AtModemSettings

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """What was found: the modem, its SIM as far as it can be read, and its speed in bit/s.

    `pin_tries` is how many tries the PIN has left, None where the modem cannot tell.
    """

    info: GatewayInfo
    imei: str | None = field(repr=False)
    iccid: str | None = field(repr=False)
    imsi: str | None = field(repr=False)
    own_number: str | None = field(repr=False)
    baudrate: int
    sim_state: SimState
    pin_accepted: bool
    pin_tries: int | None


async def probe(
    settings: AtModemSettings,
    *,
    open_serial: SerialOpener,
    pin: str | None = None,
    consented: bool = False,
) -> ProbeResult:
    """Look at the device; with `pin`, enter it once if the SIM wants one.

    No message is read, and nothing is set that outlasts a restart of the modem. Raises
    GatewayError with the reason; a SIM that is missing or locked is none, it is in the result.
    GatewayAuthenticationError is raised for a wrong PIN, and for the last try without consent.
    """
    client, speed = await _dial(settings, open_serial)
    try:
        return await _examine(client, speed, pin, consented=consented)
    finally:
        await client.close()


async def _examine(
    client: AtClient, speed: int, pin: str | None, *, consented: bool
) -> ProbeResult:
    """Ask the modem about itself and its SIM."""
    await prepare_line(client)
    identity = await ask_identity(client)
    client.gap = identity.quirks.gap
    state = await settled_sim_state(client)
    if state in USABLE:
        await require_messages(client)
    is_locked = state is SimState.PIN_REQUIRED
    tries = await ask_tries(client, identity.quirks.counters) if is_locked else None
    accepted = False
    if is_locked and pin is not None:
        state, tries = await try_pin(client, identity, pin, consented=consented)
        accepted = True
    sim = await ask_sim(client, identity.quirks) if state in USABLE else None
    iccid = sim.iccid if sim else await ask_iccid(client, identity.quirks)
    return ProbeResult(
        info=identity.info,
        imei=identity.imei,
        iccid=iccid,
        imsi=sim.imsi if sim else None,
        own_number=sim.own_number if sim else None,
        baudrate=speed,
        # A modem that does not know +CPIN and yet knows messages has a SIM that it can use.
        sim_state=state or SimState.READY,
        pin_accepted=accepted,
        pin_tries=tries,
    )


async def find_imei(settings: AtModemSettings, *, open_serial: SerialOpener) -> str | None:
    """Ask who is at the device for its IMEI and for nothing else; None when nobody tells one."""
    dialer = _dialer(settings, open_serial)
    try:
        client, _ = await dialer.dial(speeds_for(settings.device, settings.baudrate)[:1])
    except GatewayError as error:
        _LOGGER.debug("no modem there: %s", error)
        return None
    try:
        await prepare_line(client)
        return parse_imei(await ask_serial_number(client) or "")
    except GatewayError:
        return None
    finally:
        await client.close()


def _ignore(what: Unsolicited | GatewayError) -> None:
    """Let messages lie where they are."""


def _dialer(settings: AtModemSettings, open_serial: SerialOpener) -> Dialer:
    """Make what opens the device, for a conversation in which nothing is received."""
    return Dialer(
        settings.device,
        open_serial,
        unsolicited=_ignore,
        lost=_ignore,
        limits=settings.limits,
    )


async def _dial(settings: AtModemSettings, open_serial: SerialOpener) -> tuple[AtClient, int]:
    """Find the modem, or tell why there is none."""
    dialer = _dialer(settings, open_serial)
    try:
        return await dialer.dial(speeds_for(settings.device, settings.baudrate))
    except GatewayTimeoutError as error:
        if await _answers_elsewhere(dialer, settings) or _is_noise(dialer.octets):
            raise GatewayConnectionError(Reason.WRONG_SPEED) from error
        raise GatewayConnectionError(Reason.NOT_A_MODEM) from error


async def _answers_elsewhere(dialer: Dialer, settings: AtModemSettings) -> bool:
    """Whether a modem answers at another speed than the one it was said to have."""
    if settings.baudrate is None or len(speeds_for(settings.device, None)) == 1:
        return False
    others = tuple(speed for speed in SPEEDS if speed != settings.baudrate)
    try:
        client, _ = await dialer.dial(others)
    except GatewayError:
        return False
    await client.close()
    return True


def _is_noise(octets: bytes) -> bool:
    """Whether most of what came is no text, as it is when two speeds differ."""
    text = sum(octet in b"\r\n\t" or 0x20 <= octet < 0x7F for octet in octets)
    return len(octets) >= 3 and text < len(octets) / 2

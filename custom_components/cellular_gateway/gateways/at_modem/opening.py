"""Open the link to a modem, find its speed, and tell why it failed."""

import asyncio
from collections.abc import Awaitable, Callable
import errno
import logging
import socket
from typing import Final

from ..errors import GatewayConnectionError, GatewayError, GatewayTimeoutError, Reason
from .client import LINK_ERRORS, AtClient, Unsolicited
from .exchange import Limits
from .remedies import Remedies

_LOGGER = logging.getLogger(__name__)

type SerialOpener = Callable[
    [str, int], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
]

# By how often modems are set to them: SIMCom, Quectel and u-blox leave the works with 115200 or
# find the speed themselves, older Siemens and Wavecom with 9600 or 57600. USB modems take any.
SPEEDS: Final = (115200, 9600, 57600, 38400, 19200, 460800, 230400, 921600)

# A TCP socket carries no speed; the device at its other end has one of its own.
_WITHOUT_SPEED: Final = ("socket://", "tcp://")

_REASONS: Final = {
    errno.ENOENT: Reason.NOT_FOUND,
    errno.ENODEV: Reason.NOT_FOUND,
    errno.ENXIO: Reason.NOT_FOUND,
    errno.EIO: Reason.NOT_FOUND,
    errno.EBUSY: Reason.BUSY,
    errno.EAGAIN: Reason.BUSY,
    errno.EACCES: Reason.NO_PERMISSION,
    errno.EPERM: Reason.NO_PERMISSION,
    errno.ENOTTY: Reason.INVALID_DEVICE,
    errno.EINVAL: Reason.INVALID_DEVICE,
    errno.EISDIR: Reason.INVALID_DEVICE,
    errno.ENOTDIR: Reason.NOT_FOUND,
    errno.ECONNREFUSED: Reason.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Reason.HOST_UNREACHABLE,
    errno.ENETUNREACH: Reason.HOST_UNREACHABLE,
    errno.EHOSTDOWN: Reason.HOST_UNREACHABLE,
    errno.ETIMEDOUT: Reason.HOST_UNREACHABLE,
}


def opening_error(error: BaseException) -> GatewayConnectionError:
    """Say in our terms why a link could not be opened."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (TimeoutError, socket.gaierror)):
            return GatewayConnectionError(Reason.HOST_UNREACHABLE, type(cause).__name__)
        if isinstance(cause, OSError) and cause.errno in _REASONS:
            return GatewayConnectionError(_REASONS[cause.errno], type(cause).__name__)
        if isinstance(cause, ConnectionRefusedError):
            return GatewayConnectionError(Reason.CONNECTION_REFUSED, type(cause).__name__)
        cause = cause.__cause__
    reason = Reason.CONNECTION_LOST if isinstance(error, OSError) else Reason.INVALID_DEVICE
    return GatewayConnectionError(reason, type(error).__name__)


def speeds_for(device: str, baudrate: int | None, known: int | None = None) -> tuple[int, ...]:
    """List the speeds at which a modem is to be looked for, in bit/s."""
    if baudrate is not None:
        return (baudrate,)
    if device.startswith(_WITHOUT_SPEED):
        return SPEEDS[:1]
    return tuple(dict.fromkeys((known, *SPEEDS) if known else SPEEDS))


class Dialer:
    """Opens the same device again and again, as the search for its speed needs."""

    def __init__(
        self,
        device: str,
        open_serial: SerialOpener,
        *,
        unsolicited: Callable[[Unsolicited], None],
        lost: Callable[[GatewayError], None],
        limits: Limits,
        remedies: Remedies | None = None,
    ) -> None:
        """Take what the clients that it makes will be given."""
        self._device = device
        self._open_serial = open_serial
        self._unsolicited = unsolicited
        self._lost = lost
        self._limits = limits
        self._remedies = remedies or Remedies()
        self.octets = b""

    async def dial(self, speeds: tuple[int, ...]) -> tuple[AtClient, int]:
        """Return a client to which a modem answers, and its speed in bit/s.

        Raises GatewayConnectionError when the link cannot be opened, GatewayTimeoutError when it
        can, but nothing on it answers as a modem.
        """
        for attempt, speed in enumerate(speeds):
            client = await self.open(speed)
            try:
                # A modem that finds the speed itself needs an AT or two before it has it.
                attempts = 2 if attempt else 3
                if await client.start(self._limits.greeting, attempts):
                    return client, speed
                error = client.error
                self.octets += client.octets_read
                if error is None and not attempt:
                    await client.revive()
            except BaseException:
                await client.close()
                raise
            await client.close()
            if error is not None:
                raise error
        raise GatewayTimeoutError("AT")

    async def open(self, speed: int) -> AtClient:
        """Open the device."""
        _LOGGER.debug("opening at %d bit/s", speed)
        try:
            async with asyncio.timeout(self._limits.opening):
                reader, writer = await self._open_serial(self._device, speed)
        except (*LINK_ERRORS, ValueError) as error:
            raise opening_error(error) from error
        client = AtClient(
            reader, writer, unsolicited=self._unsolicited, lost=self._lost, limits=self._limits
        )
        client.remedies = self._remedies
        return client

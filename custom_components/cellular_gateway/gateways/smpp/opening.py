"""Open the link to a service centre, and tell why it failed."""

import asyncio
import errno
import socket
import ssl
from typing import Final

from ..errors import GatewayConnectionError, Reason
from .settings import SmppSettings, TlsContext

type Link = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_REASONS: Final = {
    errno.ECONNREFUSED: Reason.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Reason.HOST_UNREACHABLE,
    errno.ENETUNREACH: Reason.HOST_UNREACHABLE,
    errno.EHOSTDOWN: Reason.HOST_UNREACHABLE,
    errno.ETIMEDOUT: Reason.HOST_UNREACHABLE,
}


async def open_link(settings: SmppSettings, tls_context: TlsContext | None) -> Link:
    """Connect by TCP, with TLS where a context is given; raises GatewayConnectionError."""
    try:
        async with asyncio.timeout(settings.clocks.opening):
            context = await tls_context() if tls_context is not None else None
            return await asyncio.open_connection(settings.host, settings.port, ssl=context)
    except (OSError, TimeoutError, ValueError, OverflowError) as error:
        raise GatewayConnectionError(_reason(error), type(error).__name__) from error


def _reason(error: Exception) -> Reason:
    """Say in our terms why a link could not be opened; a host that is no name is no OSError."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Reason.CERTIFICATE_UNTRUSTED
    if isinstance(error, (TimeoutError, socket.gaierror, ValueError, OverflowError)):
        return Reason.HOST_UNREACHABLE
    if isinstance(error, OSError) and error.errno in _REASONS:
        return _REASONS[error.errno]
    # Several addresses of a host that were tried in vain come as one error without a number.
    is_refused = isinstance(error, ConnectionRefusedError)
    return Reason.CONNECTION_REFUSED if is_refused else Reason.CONNECTION_LOST

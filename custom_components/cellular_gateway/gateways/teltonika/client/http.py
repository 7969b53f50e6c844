"""One request after another over the HTTP session that we are given, with our errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
import logging
from typing import Any, Final

import aiohttp

from ...errors import GatewayConnectionError, GatewayRefusedError, GatewayTimeoutError, Reason

_LOGGER = logging.getLogger(__name__)

# A list of a few hundred long messages; whatever is longer is not for us.
_MAX_BODY: Final = 2_000_000
ENDLESS: Final = "endless"


class NotSentError(GatewayConnectionError):
    """No connection could be made, so that no octet of the request has left."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; `location` is where it redirects to."""

    status: int
    text: str = field(repr=False)
    location: str | None = None

    def document(self) -> object:
        """Return the JSON of the body; None when it is none."""
        try:
            return json.loads(self.text)
        except ValueError, RecursionError:
            return None


class Http:
    """Requests to one router. Nothing of what they carry is in their errors or in the log."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, verify_tls: bool, connect: float
    ) -> None:
        """Speak to the router at a URL; `connect` is in seconds.

        The session uses no connection twice.
        """
        self._session = session
        self._url = url.rstrip("/")
        self._verify_tls = verify_tls
        self._connect = connect

    async def request(
        self,
        method: str,
        path: str,
        *,
        limit: float,
        form: Mapping[str, str] | None = None,
        document: Any = None,
        token: str | None = None,
    ) -> Reply:
        """Send a form or a JSON document, once, and return what comes back within `limit` s.

        Raises NotSentError, GatewayConnectionError, GatewayTimeoutError and, for an endless reply,
        GatewayRefusedError. Redirections are not followed: they would get the login too.
        """
        headers = None if token is None else {"Authorization": f"Bearer {token}"}
        try:
            async with self._session.request(
                method,
                f"{self._url}{path}",
                data=form,
                json=document,
                headers=headers,
                ssl=self._verify_tls,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=limit, connect=self._connect, sock_connect=self._connect
                ),
            ) as response:
                reply = Reply(
                    response.status, await _read(response), response.headers.get("Location")
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _translated(error, path) from None
        _LOGGER.debug("%s %s: %d, %d characters", method, path, reply.status, len(reply.text))
        return reply


async def _read(response: aiohttp.ClientResponse) -> str:
    """Return the body, in which no octet is an error."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MAX_BODY:
            raise GatewayRefusedError(ENDLESS, "an endless answer", temporary=True)
    return body.decode("utf-8", "replace")


def _translated(error: Exception, path: str) -> GatewayConnectionError | GatewayTimeoutError:
    """Return our error; those of the library may show the whole request, so none is kept."""
    kind = type(error).__name__
    match error:
        case aiohttp.InvalidURL():
            return NotSentError(Reason.INVALID_DEVICE, kind)
        case aiohttp.ClientConnectorCertificateError():
            return NotSentError(Reason.CERTIFICATE_UNTRUSTED, kind)
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, ConnectionRefusedError):
            return NotSentError(Reason.CONNECTION_REFUSED, kind)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return NotSentError(Reason.HOST_UNREACHABLE, kind)
        case TimeoutError():
            return GatewayTimeoutError(path)
    return GatewayConnectionError(Reason.CONNECTION_LOST, kind)

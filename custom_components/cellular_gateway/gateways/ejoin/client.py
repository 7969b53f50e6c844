"""Requests to the gateway.

The login travels in the query string, as the gateway wants it. The errors of the HTTP library hold
the URL, so that none of them is let out, logged or chained.
"""

import asyncio
from collections.abc import Mapping, Sequence
import logging
from typing import Any, Final

from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientMiddlewareType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    InvalidURL,
    ServerDisconnectedError,
)

from ..errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
)
from .codec.codes import LOGIN_REFUSED, SUCCESS, is_temporary, task_meaning, task_reason
from .codec.lenient import Fields, coded, fields, integer, load, text
from .settings import EjoinSettings

_LOGGER = logging.getLogger(__name__)

# 512 SIMs with all their fields take less than 400 kB.
_LARGEST_ANSWER: Final = 4 * 1024 * 1024
# A text is not to wait for a USSD session, but the gateway's web server is a small one.
_AT_ONCE: Final = 3
_UNAUTHORIZED: Final = frozenset({401, 403})
_REDIRECTS: Final = range(300, 400)
_QUERY_SIGNS: Final = frozenset("?=&%")


class NotSentError(GatewayConnectionError):
    """The gateway cannot be reached: the request has surely not come to it."""


class EjoinClient:
    """Asks one gateway."""

    def __init__(self, session: ClientSession, settings: EjoinSettings) -> None:
        """Take the session, which stays its owner's, and uses no connection twice."""
        self._session = session
        self._settings = settings
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def get(
        self, path: str, query: Mapping[str, str] | None = None, *, timeout: float | None = None
    ) -> Fields:
        """Ask, perhaps twice, and return the answer of success."""
        return _checked(await self._request("GET", path, query or {}, timeout=timeout))

    async def order(
        self, path: str, query: Mapping[str, str], *, timeout: float | None = None
    ) -> Fields:
        """Order once what the gateway takes by GET, and return the answer of success."""
        return _checked(await self._request("GET", path, query, timeout=timeout, only_once=True))

    async def post(
        self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None
    ) -> Fields:
        """Order something, and return the answer of success."""
        return _checked(await self._request("POST", path, query or {}, body))

    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        only_once: bool = False,
    ) -> Fields:
        """Make one request; every failure becomes an error of the seam that names no URL."""
        middlewares = [_only_once] if only_once else None
        limit = timeout or self._settings.clocks.request
        async with self._turn:
            try:
                async with asyncio.timeout(limit):
                    status, content = await self._exchange(method, path, query, body, middlewares)
            except (ClientError, OSError, ValueError, TimeoutError) as error:
                failure = _failure(error, path)
            else:
                _LOGGER.debug("%s %s: HTTP %d, %d octets", method, path, status, len(content))
                return _answer(status, content)
        # Outside of the handler, so that the library's error is not chained to it.
        raise failure

    async def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        middlewares: Sequence[ClientMiddlewareType] | None,
    ) -> tuple[int, bytes]:
        """Send a request and read its answer."""
        settings = self._settings
        login = {"username": settings.username, "password": settings.password}
        async with self._session.request(
            method,
            f"{(settings.url or '').rstrip('/')}{path}",
            params={**query, **login},
            json=body,
            middlewares=middlewares,
            ssl=settings.verify_tls,
            allow_redirects=False,
            timeout=ClientTimeout(total=None),
        ) as response:
            content = await response.content.read(_LARGEST_ANSWER)
            while not response.content.at_eof() and len(content) < _LARGEST_ANSWER:
                content += await response.content.read(_LARGEST_ANSWER - len(content))
            return response.status, content


async def _only_once(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """Send a request once; the library repeats a GET by itself when the connection breaks off.

    Where there was no connection nothing has left, and the library does not repeat it.
    """
    try:
        return await send(request)
    except ClientConnectorError:
        raise
    except (ClientOSError, ServerDisconnectedError) as error:
        raise ClientConnectionError(type(error).__name__) from None


def _failure(error: Exception, path: str) -> GatewayError:
    """Return the error of the seam for one of the HTTP library."""
    if isinstance(error, InvalidURL):
        return NotSentError(Reason.INVALID_DEVICE)
    if isinstance(error, ClientSSLError):
        return NotSentError(Reason.CERTIFICATE_UNTRUSTED, path)
    if isinstance(error, ClientConnectorError):
        is_refused = isinstance(error.os_error, ConnectionRefusedError)
        reason = Reason.CONNECTION_REFUSED if is_refused else Reason.HOST_UNREACHABLE
        return NotSentError(reason, path)
    if isinstance(error, TimeoutError):
        return GatewayTimeoutError(path)
    return GatewayConnectionError(Reason.CONNECTION_LOST, f"{path}: {type(error).__name__}")


def _answer(status: int, content: bytes) -> Fields:
    """Read an answer; raise for what the web server says before the gateway is asked."""
    if status in _UNAUTHORIZED or status in _REDIRECTS:
        raise GatewayAuthenticationError(Reason.LOGIN_WRONG, f"HTTP {status}")
    loaded = load(content)
    if status >= 400 or not isinstance(loaded, dict):
        meaning = "no such page" if status == 404 else "no answer of this gateway"
        raise GatewayRefusedError(f"HTTP {status}", meaning, temporary=status >= 500)
    return fields(loaded)


def _checked(answer: Fields) -> Fields:
    """Return an answer of success; raise what another one means."""
    code, words = coded(answer.get("code", 0))
    if code in SUCCESS:
        return answer
    if code in LOGIN_REFUSED:
        raise GatewayAuthenticationError(Reason.LOGIN_WRONG, f"code {code}")
    meaning = task_meaning(code, words or _words(answer))
    raise GatewayRefusedError(
        f"code {code}", meaning, temporary=is_temporary(code), reason=task_reason(code)
    )


def _words(answer: Fields) -> str:
    """Return the gateway's reason, if it is short enough to be one and no text of anybody's.

    One that repeats the query would show the login.
    """
    words = text(answer.get("reason")).strip()
    is_reason = len(words) < 60 and integer(words) is None and not _QUERY_SIGNS.intersection(words)
    return words if is_reason else ""

"""The API of RutOS 7: a session, and what it lets us ask.

The library `teltasync` (0.4) was tried for this. It knows neither messages nor their storage; a
modem of which it does not know one word (a new operator state) looks offline to it, with all its
values gone; it tries a login that was refused again with every request, which runs into the
router's fail2ban; and it does not tell whether a request that failed had left, without which a
text may be sent twice. What is left of it, a token and its renewal, is small.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from ...errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
)
from ..codec import rest
from ..codec.messages import RouterSms
from ..settings import Clocks, Login
from .http import Http, NotSentError, Reply

# A token is renewed before it ends, since a request takes its time.
_RENEWAL_SECONDS: Final = 15.0
_SHORTEST_SECONDS: Final = 30.0
_SERVER_ERROR: Final = 500
_UNAUTHORISED: Final = (401, 403)


class RestClient:
    """Asks the API; logs in when there is no token, and again, once, when the token is refused.

    A login that is refused is the caller's to give up on: a few of them have the router lock us
    out.
    """

    def __init__(self, http: Http, login: Login, clocks: Clocks) -> None:
        """Use the login of the router's web interface."""
        self._http = http
        self._login = login
        self._clocks = clocks
        self._token: str | None = None
        self._token_until = 0.0
        self._logging_in = asyncio.Lock()

    async def get(self, path: str) -> Any:
        """Return the data of an answer; raises GatewayError."""
        return await self._ask("GET", path)

    async def post(self, path: str, data: Mapping[str, Any] | None = None) -> Any:
        """Do something and return the data of the answer; raises GatewayError."""
        return await self._ask("POST", path, {"data": data or {}})

    async def public_status(self) -> Any:
        """Return what the router tells without a login."""
        reply = await self._http.request(
            "GET", "/api/unauthorized/status", limit=self._clocks.request
        )
        return rest.open_envelope(reply.status, reply.document()).data

    async def list_messages(self) -> list[RouterSms]:
        """List the stored messages of all modems."""
        return rest.parse_messages(await self.get("/messages/status"))

    async def delete(self, modem: str, index: int) -> None:
        """Delete one message."""
        data = {"modem_id": modem, "sms_id": [str(index)]}
        await self.post("/messages/actions/remove_messages", data)

    async def act(self, modem: str, action: str) -> None:
        """Have a modem do something: reboot, restart_connection, switch_sim."""
        await self.post(f"/modems/{quote(modem, safe='')}/actions/{action}")

    async def send(self, modem: str, number: str, text: str) -> None:
        """Send a text.

        Raises GatewayTimeoutError also when an error of the router's web server, or an answer that
        is none of the known, leaves it open whether the text was sent.
        """
        token = await self._token_for_send()
        document = {"data": {"number": number, "message": text, "modem": modem}}
        envelope = await self._post_send(token, document)
        if envelope.rejects_session:
            token = await self._token_for_send(refused=token)
            envelope = await self._post_send(token, document)
        if not envelope.is_success:
            raise envelope.refusal()

    async def _post_send(self, token: str, document: Any) -> rest.Envelope:
        """Send a text, once."""
        path = "/messages/actions/send"
        try:
            reply = await self._request("POST", path, token, document, self._clocks.send)
        except GatewayRefusedError as error:
            raise GatewayTimeoutError(error.code) from None
        return _of_send(reply)

    async def _ask(self, method: str, path: str, document: Any = None) -> Any:
        """Send a request with a token, again with a new one when the token is refused."""
        token = await self._valid_token()
        envelope = _opened(await self._request(method, path, token, document))
        if envelope.rejects_session:
            token = await self._valid_token(refused=token)
            envelope = _opened(await self._request(method, path, token, document))
        if not envelope.is_success:
            raise envelope.refusal()
        return envelope.data

    async def _request(
        self,
        method: str,
        path: str,
        token: str | None,
        document: Any = None,
        limit: float | None = None,
    ) -> Reply:
        """Send one request below /api."""
        return await self._http.request(
            method,
            f"/api{path}",
            limit=limit or self._clocks.request,
            document=document,
            token=token,
        )

    async def _token_for_send(self, *, refused: str | None = None) -> str:
        """Return a good token; raises NotSentError when there is no word of the router's to it."""
        try:
            return await self._valid_token(refused=refused)
        except (GatewayConnectionError, GatewayTimeoutError) as error:
            raise NotSentError(error.reason, error.detail) from None

    async def _valid_token(self, *, refused: str | None = None) -> str:
        """Return a token that is still good, and is not the one that was refused."""
        async with self._logging_in:
            is_late = asyncio.get_running_loop().time() >= self._token_until
            if self._token is None or self._token == refused or is_late:
                self._token = None
                self._token = await self._log_in()
            return self._token

    async def _log_in(self) -> str:
        """Log in; GatewayAuthenticationError only when the router says that the login is wrong."""
        started = asyncio.get_running_loop().time()
        login = {"username": self._login.username, "password": self._login.password}
        reply = await self._request("POST", "/login", None, login)
        envelope = _opened(reply)
        if not envelope.is_success:
            if rest.LOGIN_FAILED in envelope.codes or envelope.status in _UNAUTHORISED:
                raise GatewayAuthenticationError(Reason.LOGIN_WRONG, "the API")
            raise envelope.refusal()
        token, seconds = rest.parse_token(envelope.data)
        lifetime = max(seconds - _RENEWAL_SECONDS, _SHORTEST_SECONDS / 2)
        self._token_until = started + lifetime
        return token


def _opened(reply: Reply) -> rest.Envelope:
    """Read an answer."""
    return rest.open_envelope(reply.status, reply.document())


def _of_send(reply: Reply) -> rest.Envelope:
    """Read the answer to a send; one that says nothing leaves open what became of the text."""
    try:
        envelope = _opened(reply)
    except GatewayConnectionError as error:
        raise _uncertain(reply, error) from None
    if not envelope.is_success and not envelope.codes and reply.status >= _SERVER_ERROR:
        raise GatewayTimeoutError(f"HTTP {reply.status}")
    return envelope


def _uncertain(reply: Reply, error: GatewayError) -> GatewayError:
    """Return the error for an answer that is none of the API's."""
    is_open = reply.status >= _SERVER_ERROR or reply.status in range(200, 300)
    return GatewayTimeoutError(f"HTTP {reply.status}") if is_open else error

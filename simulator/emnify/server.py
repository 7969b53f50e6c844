"""The REST API on a port of this machine: who may call, how often, and what goes wrong."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Final

from aiohttp import web

from .api import Api, ApiError, Handler
from .cloud import Cloud
from .limits import Limits
from .tokens import encode

# In place of a status: the connection is closed without an answer.
CUT: Final = 0
# The connection is kept, without an answer.
HANG: Final = -1

_WORDS: Final = {
    400: (1000, "BadRequest"),
    404: (1401, "InvalidReference"),
    409: (1405, "Duplicated"),
    422: (1400, "InputValidationFailed"),
}


class CloudServer:
    """Serves a cloud; `base_url` is there once it is served.

    `faults` are the statuses with which the next calls but logins are answered instead, and
    `send_faults` those of the next messages that are sent; of these `CUT` and `HANG`
    take the message first.
    While it is `down` every connection is closed. `nonsense` is what the next calls are answered
    with, as a proxy does. `broken` are paths below the base URL that are always answered with a
    status, and `blocked` those that a firewall answers with one. Every answer takes `delay` seconds
    and says what time it is by `date`. `calls` counts by method and route.
    """

    def __init__(
        self, cloud: Cloud, *, limits: Limits | None = None, lifetime: int = 604800
    ) -> None:
        """Take the cloud, the limits it keeps, and how long a session token is good (s)."""
        self.cloud = cloud
        self.limits = limits
        self.lifetime = lifetime
        self.calls: Counter[str] = Counter()
        self.faults: deque[int] = deque()
        self.send_faults: deque[int] = deque()
        self.nonsense: deque[str] = deque()
        self.broken: dict[str, int] = {}
        self.blocked: dict[str, int] = {}
        self.delay = 0.0
        self.date: Callable[[datetime], str] = partial(format_datetime, usegmt=True)
        self.retry_after = 1
        self.down = False
        self.base_url = ""
        self._tokens: dict[str, float] = {}
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._stopping = asyncio.Event()

    async def serve(self, port: int = 0) -> str:
        """Listen, at the same port again after `stop`; return the base URL."""
        self._port = port or self._port
        self._stopping.clear()
        app = web.Application(middlewares=[self._guard])
        app.add_routes([web.route(*route) for route in Api(self.cloud).routes()])
        app.add_routes([web.post("/api/v1/authenticate", self.authenticate)])
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = int(self._runner.addresses[0][1])
        self.base_url = f"http://127.0.0.1:{self._port}/api/v1"
        return self.base_url

    async def stop(self) -> None:
        """Be out of reach."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def forget_tokens(self) -> None:
        """Accept no session token that was given out."""
        self._tokens.clear()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep the limits, ask for the token, and play the faults."""
        resource = request.match_info.route.resource
        pattern = (resource.canonical if resource else request.path).removeprefix("/api/v1")
        name = f"{request.method} {pattern}"
        self.calls[name] += 1
        await asyncio.sleep(self.delay)
        response = self._refusal(request, name)
        if response is None:
            response = await self._answered(request, handler)
            if name == "POST /endpoint/{endpoint}/sms" and self.send_faults:
                if self.send_faults.popleft() == HANG:
                    await self._stopping.wait()
                _cut(request)
        response.headers["Date"] = self.date(self.cloud.clock.now())
        return response

    def _refusal(self, request: web.Request, name: str) -> web.StreamResponse | None:
        """Return what is answered instead, if anything is."""
        if self.down:
            return self._fault(request, CUT)
        if self.nonsense:
            return web.Response(text=self.nonsense.popleft(), content_type="text/html")
        if status := self.blocked.get(request.path.removeprefix("/api/v1")):
            return web.Response(text="<html>", status=status, content_type="text/html")
        if status := self.broken.get(request.path.removeprefix("/api/v1")):
            return self._fault(request, status)
        is_login = name == "POST /authenticate"
        is_list = name.startswith("GET") and not name.endswith(
            ("{endpoint}", "/connectivity", "{sms}", "{kind}", "blacklist")
        )
        if self.limits is not None:
            seconds = self.limits.check(is_login=is_login, is_list=is_list)
            if seconds is not None:
                return _too_many(seconds)
        if is_login:
            return None
        if not self._may_enter(request):
            message = {"message": "token contains an invalid number of segments"}
            return web.json_response(message, status=401)
        if self.faults:
            return self._fault(request, self.faults.popleft())
        if name == "POST /endpoint/{endpoint}/sms" and self.send_faults and self.send_faults[0] > 0:
            return self._fault(request, self.send_faults.popleft())
        return None

    def _may_enter(self, request: web.Request) -> bool:
        """Whether a request has a session token that is still good."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._tokens.get(token, 0.0) > self.cloud.clock.now().timestamp()

    def _fault(self, request: web.Request, status: int) -> web.StreamResponse:
        """Answer as a broken service does."""
        if status == CUT:
            _cut(request)
        if status == 429:
            return _too_many(self.retry_after)
        code, token = _WORDS.get(status, (status, "Simulated"))
        body = {"error_code": code, "error_token": token, "message": "simulated"}
        return web.json_response(body, status=status or 500)

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer, with errors as the API writes them."""
        try:
            return await handler(request)
        except ApiError as error:
            status, message = error.status, str(error)
        except (ValueError, KeyError, TypeError) as error:
            status, message = 400, repr(error)
        code, token = _WORDS[status]
        body = {"error_code": code, "error_token": token, "message": message}
        return web.json_response(body, status=status)

    async def authenticate(self, request: web.Request) -> web.Response:
        """Give a session token for the application token."""
        body = await request.json()
        if body.get("application_token") != self.cloud.application_token:
            return web.Response(status=401)
        now = self.cloud.clock.now().timestamp()
        claims = {
            "esc.org": self.cloud.organisation,
            "esc.orgName": "Simulated",
            "iat": int(now),
            "exp": int(now) + self.lifetime,
            "jti": self.calls.total(),
        }
        token = encode(claims, "cloud")
        self._tokens[token] = now + self.lifetime
        return web.json_response({"auth_token": token})


def _too_many(seconds: int) -> web.StreamResponse:
    """Answer 429."""
    message = {"message": "Too Many Requests"}
    return web.json_response(message, status=429, headers={"Retry-After": str(seconds)})


def _cut(request: web.Request) -> None:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()

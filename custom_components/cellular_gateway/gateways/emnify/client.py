"""HTTP to EMnify: log in, keep the token fresh, keep the limits, and turn failures into errors."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import json
import logging
import math
import re
from typing import Any, Final

import aiohttp

from ..errors import (
    GatewayAuthenticationError,
    GatewayConnectionError,
    GatewayRefusedError,
    GatewayTimeoutError,
    Reason,
)
from .budget import Budget, Pace, limited
from .clock import Clock
from .codec.fields import Json, integer, number, text
from .settings import EmnifySettings

_LOGGER = logging.getLogger(__name__)

# A token of a week is renewed hours before its end, one of minutes a little before.
_FRESH: Final = 0.9
# A service that says 429 without saying how long.
_RETRY_AFTER: Final = 30.0
_LONGEST_RETRY_AFTER: Final = 900.0
_LONGEST_MEANING: Final = 200
# So often a list is read that changes meanwhile.
_TRIES: Final = 3
# A million endpoints; more is nonsense, and would use up all calls.
_MOST_PAGES: Final = 1000
# What may stand in a header as a token (RFC 6750 clause 2.1).
_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
# How a login may be refused besides 401, where it is the API that says so: a proxy or a firewall
# says it too, and knows nothing of tokens.
_MAY_REFUSE: Final = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}
)


class UnreadableError(GatewayRefusedError):
    """A list was answered with something else, such as the page of a proxy, or did not hold still.

    What it says is no reason to believe that anything is gone.
    """

    def __init__(self, meaning: str) -> None:
        """Say what is wrong with it."""
        super().__init__(str(HTTPStatus.OK), meaning, temporary=True)


class UnreachableError(GatewayConnectionError):
    """There was no connection, or no login over it: of the call itself nothing has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request; the path is below the base URL."""

    method: str
    path: str
    body: Json | None = field(default=None, repr=False)
    params: Mapping[str, str] = field(default_factory=dict)
    pace: Pace = Pace.ENDPOINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered: JSON in `body`, None where there was none that can be read."""

    status: int
    body: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_our_fault(self) -> bool:
        """Whether it was surely not done, because of what was asked."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def location_id(self) -> str | None:
        """Return the id of what was made, the end of the Location header."""
        last = self.headers.get("Location", "").rstrip("/").rpartition("/")[2]
        return last if last.isascii() and last.isdigit() else None

    @property
    def total(self) -> int | None:
        """Return how many items a list has, on all its pages."""
        return integer({"count": self.headers.get("X-Total-Count")}, "count")

    def listed(self) -> list[Any]:
        """Return the items of a list; raises UnreadableError for anything else."""
        if not isinstance(self.body, list):
            raise UnreadableError("no list")
        return self.body

    @property
    def pages(self) -> int:
        """Return how many pages a list has."""
        names = ("X-Total-Pages", "X-Pages")
        told = (integer({"pages": self.headers.get(name)}, "pages") or 1 for name in names)
        return min(max(told), _MOST_PAGES)

    @property
    def refuses_login(self) -> bool:
        """Whether a token was refused by the service itself, which an unknown address cannot do."""
        body = self.body if isinstance(self.body, dict) else {}
        is_ours = "error_code" in body or "error_token" in body
        return self.status == HTTPStatus.UNAUTHORIZED or (self.status in _MAY_REFUSE and is_ours)

    def error(self) -> GatewayRefusedError:
        """Return the refusal in the service's own words."""
        body = self.body if isinstance(self.body, dict) else {}
        code = text(body, "error_code") or str(self.status)
        meaning = text(body, "message") or text(body, "error_token") or _phrase(self.status)
        is_missing = self.status == HTTPStatus.NOT_FOUND
        return GatewayRefusedError(
            code,
            meaning[:_LONGEST_MEANING],
            temporary=self.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
            reason=Reason.UNKNOWN_ENDPOINT if is_missing else Reason.REFUSED,
        )


def _phrase(status: int) -> str:
    """Return the name of an HTTP status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


class EmnifyClient:
    """One account over one HTTP session."""

    def __init__(
        self, settings: EmnifySettings, *, session: aiohttp.ClientSession, clock: Clock
    ) -> None:
        """Start without a token."""
        self._settings = settings
        self._session = session
        self._clock = clock
        self._token: str | None = None
        self._renew_at = math.inf
        self._refused_until = 0.0
        self._logging_in = asyncio.Lock()
        self.budget = Budget(clock, settings.budget, settings.clocks.patience)
        self._ahead = timedelta()
        self.organisation: str | None = None
        self.organisation_name: str | None = None

    @property
    def server_time(self) -> datetime:
        """Return the time that the service has, which need not be ours."""
        return self._clock.now() + self._ahead

    async def call(self, call: Call, *, watching: bool = False) -> Answer:
        """Make a call and return its answer, whatever it says.

        A token that is not accepted is renewed once. Raises GatewayError: for a token that is
        refused, for too many calls, and where no answer comes.
        """
        answer, token = await self._with_token(call)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            _LOGGER.debug("the session token was not accepted")
            if self._token == token:
                self._token = None
            answer, _ = await self._with_token(call)
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise GatewayAuthenticationError(Reason.TOKEN_REFUSED, "twice")
        if watching:
            self.budget.watched()
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise self._limited(answer)
        return answer

    async def get(
        self,
        path: str,
        *,
        pace: Pace = Pace.ENDPOINT,
        watching: bool = False,
        **params: str,
    ) -> Answer:
        """Ask for something, and raise GatewayRefusedError when that is refused."""
        answer = await self.call(
            Call(method="GET", path=path, params=params, pace=pace), watching=watching
        )
        if not answer.ok:
            raise answer.error()
        return answer

    async def do(self, method: str, path: str, body: Json | None = None) -> Answer:
        """Have something done, and raise GatewayRefusedError when that is refused."""
        answer = await self.call(Call(method=method, path=path, body=body))
        if not answer.ok:
            raise answer.error()
        return answer

    async def pages(self, path: str, *, watching: bool = False) -> list[Any]:
        """Return all the items of a list.

        What is not in it counts as gone, so one that changed while it was read, where items move to
        pages that were read before, is read again. Raises GatewayError.
        """
        for _ in range(_TRIES):
            answers = [await self.get(path, pace=Pace.LIST, watching=watching)]
            answers += [
                await self.get(path, pace=Pace.LIST, watching=watching, page=str(page))
                for page in range(2, answers[0].pages + 1)
            ]
            items = [item for answer in answers for item in answer.listed()]
            totals = {answer.total for answer in answers}
            if totals in ({None}, {len(items)}):
                return items
        raise UnreadableError("a list that does not hold still")

    async def log_in(self) -> None:
        """Get a session token for the application token.

        Raises GatewayAuthenticationError; a refused one is not shown again for an hour, since a
        few failures lock the account.
        """
        if self._clock.time() < self._refused_until:
            raise GatewayAuthenticationError(Reason.TOKEN_REFUSED, "a while ago")
        if not self._settings.base_url.lower().startswith(("http://", "https://")):
            raise UnreachableError(Reason.INVALID_DEVICE, "the URL")
        await self.budget.login()
        call = Call(
            method="POST",
            path="/authenticate",
            body={"application_token": self._settings.token},
        )
        try:
            answer = await self._exchange(call, {})
        except (GatewayConnectionError, GatewayTimeoutError) as error:
            raise UnreachableError(error.reason, "while logging in") from error
        body = answer.body if isinstance(answer.body, dict) else {}
        token = text(body, "auth_token")
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise self._limited(answer)
        if answer.ok and token is not None and _CREDENTIAL.fullmatch(token):
            self._take_token(token)
        elif answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise answer.error()
        elif not answer.refuses_login:
            raise UnreachableError(Reason.INVALID_DEVICE, f"no login there: {answer.status}")
        else:
            self._refused_until = self._clock.time() + self._settings.clocks.refused
            raise GatewayAuthenticationError(Reason.TOKEN_REFUSED, str(answer.status))

    def _take_token(self, token: str) -> None:
        """Use a token, and plan its renewal by what it says of itself."""
        self._token = token
        claims = _claims(token)
        ends, began = number(claims, "exp"), number(claims, "iat")
        self.organisation = text(claims, "esc.org")
        self.organisation_name = text(claims, "esc.orgName")
        # By its own two times, or the service's, so that our clock may be wrong.
        lifetime = (ends or 0.0) - (self.server_time.timestamp() if began is None else began)
        self._renew_at = self._clock.time() + (lifetime * _FRESH if lifetime > 0 else math.inf)

    async def _with_token(self, call: Call) -> tuple[Answer, str | None]:
        """Make a call with a token that is not about to end; return the token too."""
        async with self._logging_in:
            if self._token is None or self._clock.time() >= self._renew_at:
                await self.log_in()
            token = self._token
        await self.budget.take(call.pace)
        return await self._exchange(call, {"Authorization": f"Bearer {token}"}), token

    async def _exchange(self, call: Call, headers: Mapping[str, str]) -> Answer:
        """Send one request and read its answer."""
        clocks = self._settings.clocks
        timeout = aiohttp.ClientTimeout(total=clocks.request, sock_connect=clocks.request / 2)
        try:
            async with self._session.request(
                call.method,
                f"{self._settings.base_url.rstrip('/')}{call.path}",
                json=call.body,
                params=call.params,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                content = await response.read()
                answer = Answer(
                    status=response.status, body=_json(content), headers=response.headers
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachableError(Reason.HOST_UNREACHABLE, type(error).__name__) from error
        except aiohttp.InvalidURL as error:
            raise UnreachableError(Reason.INVALID_DEVICE, "the URL") from error
        except TimeoutError as error:
            raise GatewayTimeoutError(f"{call.method} {_shape(call.path)}") from error
        except aiohttp.ClientError as error:
            raise GatewayConnectionError(Reason.CONNECTION_LOST, type(error).__name__) from error
        self._note_time(answer)
        _LOGGER.debug("%s %s: %d", call.method, _shape(call.path), answer.status)
        return answer

    def _note_time(self, answer: Answer) -> None:
        """Note how far the clock of the service is ahead of ours."""
        try:
            found = parsedate_to_datetime(answer.headers.get("Date", ""))
            there = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
            self._ahead = there - self._clock.now()
        except ValueError, OverflowError:
            return

    def _limited(self, answer: Answer) -> GatewayRefusedError:
        """Hold all calls back as long as the service wants."""
        seconds = _retry_after(answer.headers.get("Retry-After", ""))
        self.budget.pause(seconds)
        _LOGGER.debug("no calls for %.0f s", seconds)
        return limited(f"for {seconds:.0f} s")


def _json(content: bytes) -> Any:
    """Read JSON, None for what is none."""
    try:
        return json.loads(content) if content else None
    except ValueError, RecursionError:
        return None


def _retry_after(value: str) -> float:
    """Read the header, which is in seconds."""
    seconds = float(value) if value.isascii() and value.isdigit() else _RETRY_AFTER
    return min(seconds, _LONGEST_RETRY_AFTER)


def _claims(token: str) -> Json:
    """Return what a JWT says (RFC 7519), without a look at who signed it: it came from him."""
    try:
        payload = token.split(".")[1]
        claims = _json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except IndexError, ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _shape(path: str) -> str:
    """Return a path without ids and codes, for the log."""
    steps = path.strip("/").split("/")
    return "/" + "/".join(
        step if step.islower() and step.replace("_", "").isalpha() else "*" for step in steps
    )

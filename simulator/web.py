"""What the control interfaces of all simulators share: HTTP with JSON, on loopback."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
import contextlib
from json import JSONDecodeError

from aiohttp import web

from .fields import mapping

MAX_WAIT = 60.0

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ControlServer(ABC):
    """A small HTTP server by which another process works a simulator."""

    def __init__(self) -> None:
        """Listen nowhere yet; `port` is where, once it does."""
        self.port = 0
        self._runner: web.AppRunner | None = None

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Return what is offered."""

    async def serve(self, port: int = 0, host: str = "127.0.0.1") -> int:
        """Listen and return the port."""
        app = web.Application(middlewares=[explain_errors])
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = int(self._runner.addresses[0][1])
        return self.port

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what cannot be done with 400 and a sentence."""
    try:
        return await handler(request)
    except KeyError as error:
        return web.json_response({"error": f"there is no {error}"}, status=400)
    except (ValueError, TypeError, ArithmeticError) as error:
        return web.json_response({"error": str(error)}, status=400)


async def body_of(request: web.Request) -> dict[str, object]:
    """Return the JSON object of a request, empty without a body."""
    if not request.can_read_body:
        return {}
    try:
        body = await request.json()
    except JSONDecodeError as error:
        raise ValueError("the body is no JSON") from error
    return mapping(body)


async def sent_after[T](
    request: web.Request,
    sent: Sequence[T],
    wait: Callable[[int, float], Awaitable[object]],
    describe: Callable[[T], dict[str, object]],
) -> web.Response:
    """Answer with what was sent after the first `after`; wait up to `timeout` seconds for it.

    `wait` waits until so many were sent, for so many seconds; TimeoutError.
    """
    after = int(request.query.get("after", 0))
    if after < 0:
        raise ValueError("after is negative")
    timeout = min(float(request.query.get("timeout", 0)), MAX_WAIT)
    if timeout > 0 and len(sent) <= after:
        with contextlib.suppress(TimeoutError):
            await wait(after + 1, timeout)
    messages = [describe(each) for each in sent[after:]]
    return web.json_response({"sent": messages, "total": len(sent)})


def done() -> web.Response:
    """Answer that it is done."""
    return web.json_response({"ok": True})

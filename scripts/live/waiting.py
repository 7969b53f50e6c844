"""Waiting for what another process does: ask until it is so, or until a deadline."""

import asyncio
from collections.abc import Awaitable, Callable
import socket

import aiohttp

# Short beside what is waited for, long beside what one question costs on a busy machine.
_PAUSE = 0.05

# What a server that is starting, stopping or being killed does to its clients.
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError)


class CheckError(Exception):
    """Something is not as it has to be; the message says what, for a person."""


async def eventually[T](
    question: Callable[[], Awaitable[T | None]],
    what: str,
    within: float = 30.0,
    pause: float = _PAUSE,
) -> T:
    """Ask until the answer is neither None nor false, and return it.

    `within` and `pause` are in seconds; after `within`, `CheckError` says that `what` did not
    happen. A server that cannot be reached is asked again.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + within
    reason = ""
    while clock() < deadline:
        try:
            async with asyncio.timeout_at(deadline):
                if answer := await question():
                    return answer
        except UNREACHABLE as error:
            reason = f" ({type(error).__name__}: {error})"
        await asyncio.sleep(pause)
    raise CheckError(f"not within {within:.0f} s: {what}{reason}")


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def distinct_ports() -> Callable[[int], int]:
    """Return what gives a free port for each one that is wished for, never the same twice."""
    given: set[int] = set()

    def give(wish: int) -> int:
        while (port := free_port()) in given:
            continue
        given.add(port)
        return port

    return give


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the TCP port of this machine."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

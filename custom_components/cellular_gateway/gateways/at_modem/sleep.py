"""Whether silence may be sleep: a module in power saving mode answers nothing until it wakes up."""

import contextlib
from typing import Final

from ..consumers import Memory
from ..errors import NotKeptError
from .settings import AtModemSettings

_SLEEPS: Final = "sleeps"


async def may_sleep(memory: Memory, settings: AtModemSettings) -> bool:
    """Whether the modem was told to sleep, as far as it is remembered."""
    with contextlib.suppress(NotKeptError):
        return await memory.get(_key(settings)) == "1"
    return False


async def note_sleep(memory: Memory, settings: AtModemSettings, *, sleeps: bool) -> None:
    """Commit whether the modem was told to sleep, where that is news; it keeps that itself."""
    if await may_sleep(memory, settings) is not sleeps:
        with contextlib.suppress(NotKeptError):
            await memory.set(_key(settings), "1" if sleeps else "0")


def _key(settings: AtModemSettings) -> str:
    """Name what is remembered; a modem that a person had replaced has another identity."""
    return f"{_SLEEPS}:{settings.identity or ''}"

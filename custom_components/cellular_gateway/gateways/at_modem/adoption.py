"""What lay in the storages before the first set-up, and is no news."""

import asyncio
from collections.abc import Collection
from typing import Final

from ..consumers import Memory

_KEY: Final = "adopted"
_ALL: Final = "1"

# Who waits for the first sweep waits for so many, when a storage refuses to be listed.
_MOST_SWEEPS: Final = 3


class Adoption:
    """Knows which storages were looked through; what is found there later is new.

    All that asks or changes the memory raises NotKeptError.
    """

    def __init__(self, memory: Memory) -> None:
        """Remember in `memory`, so that it ends once for each gateway."""
        self._memory = memory
        self._sweeps = 0
        self._waited_enough = asyncio.Event()

    async def missing(self, storages: Collection[str]) -> list[str]:
        """Return those of the storages that were never looked through."""
        known = await self._memory.get(_KEY)
        if known == _ALL:
            return []
        seen = known.split(",") if known else []
        return [name for name in storages if name not in seen]

    async def commit(self, missing: Collection[str], listed: Collection[str]) -> None:
        """Note that of the storages that were missing some have been listed now."""
        self._sweeps += 1
        left = [name for name in missing if name not in listed]
        if missing and not left:
            await self._memory.set(_KEY, _ALL)
        elif new := [name for name in missing if name in listed]:
            known = await self._memory.get(_KEY)
            await self._memory.set(_KEY, ",".join([known, *new] if known else new))
        if not left or self._sweeps >= _MOST_SWEEPS:
            self._waited_enough.set()

    async def wait(self) -> None:
        """Wait for the first sweep, unless there was one in an earlier run."""
        if await self._memory.get(_KEY) != _ALL:
            await self._waited_enough.wait()

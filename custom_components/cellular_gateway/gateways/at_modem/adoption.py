"""What lay in a storage before we met it, and is no news."""

import asyncio
from collections.abc import Collection, Iterator
from typing import Final

from ..consumers import Memory

_KEY: Final = "adopted"
# An earlier version noted it of the gateway as a whole, or of storages by their bare names.
_ALL: Final = "1"

# TS 27.005 clause 3.2.2: what lies here goes with the modem, all else with the SIM.
_IN_MODEM: Final = "ME"

# Who waits for the first sweep waits for so many, when a storage refuses to be listed.
_MOST_SWEEPS: Final = 3


class Adoption:
    """Knows which storages were looked through; what is found there later is new.

    It is noted of what holds the storage: another SIM may have years of texts on it. All that asks
    or changes the memory raises NotKeptError.
    """

    def __init__(self, memory: Memory) -> None:
        """Remember in `memory`, so that it ends once for each SIM and modem."""
        self._memory = memory
        self._sim = ""
        self._modem = ""
        self._sweeps = 0
        self._waited_enough = asyncio.Event()

    def meet(self, sim: str, modem: str) -> None:
        """Take a SIM and a modem, by their keys, for those whose storages are asked for."""
        self._sim, self._modem = sim, modem

    async def missing(self, storages: Collection[str]) -> list[str]:
        """Return those of the storages that were never looked through."""
        seen = await self._seen()
        return [name for name in storages if not self._notes_of(name) & seen]

    async def commit(
        self, storages: Collection[str], missing: Collection[str], listed: Collection[str]
    ) -> None:
        """Note that of the storages that were missing some have been listed now."""
        self._sweeps += 1
        left = [name for name in missing if name not in listed]
        seen = await self._seen()
        notes = {note for note in seen if ":" in note} | set(self._new_notes(storages, left))
        if _ALL in seen:
            notes |= {f":{self._sim}", f":{self._modem}"}
        notes = {note for note in notes if note[0] == ":" or note[note.index(":") :] not in notes}
        if notes != seen:
            await self._memory.set(_KEY, ",".join(sorted(notes)))
        if not left or self._sweeps >= _MOST_SWEEPS:
            self._waited_enough.set()

    async def wait(self) -> None:
        """Wait for the first sweep, unless there was one in an earlier run."""
        if not await self._memory.get(_KEY):
            await self._waited_enough.wait()

    async def _seen(self) -> set[str]:
        """Return what is noted."""
        known = await self._memory.get(_KEY)
        return set(known.split(",")) if known else set()

    def _holder(self, storage: str) -> str:
        """Return the key of what holds a storage."""
        return self._modem if storage == _IN_MODEM else self._sim

    def _notes_of(self, storage: str) -> set[str]:
        """Name each note that says that a storage was looked through.

        The one without a key is of a modem that told no IMEI then, and may have since.
        """
        holder = self._holder(storage)
        notes = {_ALL, storage, f":{holder}", f"{storage}:{holder}"}
        return notes | {":"} if storage == _IN_MODEM else notes

    def _new_notes(self, storages: Collection[str], left: Collection[str]) -> Iterator[str]:
        """Note the storages that are not left; of all that one holder has, the holder alone."""
        unfinished = {self._holder(name) for name in left}
        for name in storages:
            holder = self._holder(name)
            if holder not in unfinished:
                yield f":{holder}"
            elif name not in left:
                yield f"{name}:{holder}"

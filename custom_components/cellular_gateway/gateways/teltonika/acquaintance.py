"""The router that we know: whether it is still the same, and what has to be known again of it."""

import asyncio
from collections.abc import Mapping, Sequence
import json
from typing import Any, Final

from ..consumers import Memory

_ROUTER: Final = "router"
# All that was noted before it was noted of which router.
_ADOPTED: Final = "adopted"
_NAMES: Final = ("mac", "serial")


class Acquaintance:
    """What is noted of a router: what tells it from others, and that its old messages are known.

    A router that names itself otherwise begins anew: what lies in that one nobody has asked for.
    Another API or address makes no other router, and one that does not tell who it is counts as
    the same: rather old texts of another one are told than new ones of this one lost. All methods
    but `greet` raise NotKeptError.
    """

    def __init__(self, memory: Memory) -> None:
        """Know nobody yet."""
        self._memory = memory
        self._facts: dict[str, Any] = {}
        self._known: dict[str, Any] | None = None
        self._lock = asyncio.Lock()

    def greet(self, *, mac: str | None, serial: str | None) -> None:
        """Hear who the router is that we are connected to."""
        told = {"mac": mac, "serial": serial}
        self._facts = {name: value for name, value in told.items() if value}
        self._known = None

    async def is_new(self) -> bool:
        """Whether what it had stored before us has not been looked through yet."""
        async with self._lock:
            return not (await self._read()).get(_ADOPTED)

    async def adopted(self) -> None:
        """Note that it has been."""
        await self._note(adopted=True)

    async def primary(self, modems: Sequence[str]) -> str | None:
        """Return the name on the wire of the modem that is the primary port, None where none is.

        Where there never was but one, the only one of these `modems` is it, whatever its name.
        """
        async with self._lock:
            known = await self._read()
        if len(modems) == known.get("modems") == 1:
            return modems[0]
        found = known.get("primary")
        return found if isinstance(found, str) else None

    async def name_primary(self, modem: str, number: int) -> None:
        """Note which modem is the primary port, and what number of modems there is."""
        async with self._lock:
            most = (await self._read()).get("modems")
        await self._note(primary=modem, modems=max(number, most or 0))

    async def _note(self, **changes: Any) -> None:
        """Commit what has changed."""
        async with self._lock:
            before = await self._read()
            if (known := before | changes) != before:
                await self._memory.set(_ROUTER, json.dumps(known))
                self._known = known

    async def _read(self) -> dict[str, Any]:
        """Return what is known of this router; of another one that is nothing."""
        if self._known is None:
            written = _parsed(await self._memory.get(_ROUTER))
            if not written and await self._memory.get(_ADOPTED) is not None:
                written = {_ADOPTED: True}
            known = (written if _is_same(written, self._facts) else {}) | self._facts
            if known != written:
                await self._memory.set(_ROUTER, json.dumps(known))
            self._known = known
        return self._known


def _parsed(written: str | None) -> dict[str, Any]:
    """Read what was committed, nothing where that is broken."""
    try:
        found = json.loads(written or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_same(known: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether it is the router that was known, which it is unless it names itself otherwise."""
    for name in _NAMES:
        if name in known and name in told:
            return bool(known[name] == told[name])
    return True

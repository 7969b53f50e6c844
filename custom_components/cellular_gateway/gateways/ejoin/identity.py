"""Which gateway is ours: two may have been given the same address to push to."""

from collections.abc import Callable
import contextlib
import time
from typing import Final

from ..consumers import Memory
from ..errors import NotKeptError
from .codec.calls import normalize_mac

_MEMORY: Final = "mac"
# Three reports of a gateway that reports as rarely as can be set; then ours may have its address.
_REMEMBERED: Final = 3 * 3600.0
_MOST_OTHERS: Final = 100


class Identity:
    """The MAC address of the gateway; where none was given it is the first that was heard.

    Some notifications carry none. They are refused where they come from an address from which
    only another gateway was heard.
    """

    def __init__(
        self, memory: Memory, mac: str | None, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the address that the entry knows its gateway by; `now` counts seconds."""
        self._memory = memory
        self._now = now
        self._mac = normalize_mac(mac)
        self._ours: set[str] = set()
        self._others: dict[str, float] = {}

    @property
    def mac(self) -> str:
        """The address, empty while none is known."""
        return self._mac

    async def accepts(self, *macs: str, remote: str | None = None) -> bool:
        """Whether all of these are our gateway's address."""
        heard = {mac for mac in macs if mac}
        if not heard:
            return not self._is_of_another(remote)
        with contextlib.suppress(NotKeptError):
            await self._learn(min(heard))
        is_ours = heard == {self._mac or min(heard)}
        if remote is not None:
            self._note(remote, is_ours=is_ours)
        return is_ours

    async def _learn(self, mac: str) -> None:
        """Take the address that was heard first for the gateway's, if none is known."""
        if not self._mac:
            self._mac = await self._memory.get(_MEMORY) or ""
        if not self._mac:
            await self._memory.set(_MEMORY, mac)
            self._mac = mac

    def _is_of_another(self, remote: str | None) -> bool:
        """Whether only another gateway was heard from an address, and not too long ago."""
        heard_at = None if remote is None else self._others.get(remote)
        return heard_at is not None and self._now() - heard_at < _REMEMBERED

    def _note(self, remote: str, *, is_ours: bool) -> None:
        """Remember who is at an address; both are where a router stands between."""
        if is_ours:
            self._ours.add(remote)
            self._others.pop(remote, None)
        elif remote not in self._ours:
            self._others.pop(remote, None)
            self._others[remote] = self._now()
            if len(self._others) > _MOST_OTHERS:
                del self._others[next(iter(self._others))]

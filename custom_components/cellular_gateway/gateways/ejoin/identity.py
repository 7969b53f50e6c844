"""Which gateway is ours: two may have been given the same address to push to."""

import contextlib
from typing import Final

from ..consumers import Memory
from ..errors import NotKeptError
from .codec.calls import normalize_mac

_MEMORY: Final = "mac"


class Identity:
    """The MAC address of the gateway; where none was given it is the first that was heard.

    Some notifications carry none. They are refused where they come from an address from which
    only another gateway was heard.
    """

    def __init__(self, memory: Memory, mac: str | None) -> None:
        """Take the address that the entry knows its gateway by."""
        self._memory = memory
        self._mac = normalize_mac(mac)
        self._ours: set[str] = set()
        self._others: set[str] = set()

    @property
    def mac(self) -> str:
        """The address, empty while none is known."""
        return self._mac

    async def accepts(self, *macs: str, remote: str | None = None) -> bool:
        """Whether all of these are our gateway's address."""
        heard = {mac for mac in macs if mac}
        if not heard:
            return remote not in self._others
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

    def forget_others(self) -> None:
        """Let addresses go from which only another gateway was heard: ours may get them."""
        self._others.clear()

    def _note(self, remote: str, *, is_ours: bool) -> None:
        """Remember who is at an address; both are where a router stands between."""
        if is_ours:
            self._ours.add(remote)
            self._others.discard(remote)
        elif remote not in self._ours and len(self._others) < 100:
            self._others.add(remote)

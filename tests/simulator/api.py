"""A client of the simulator's control interface."""

from typing import Any

import aiohttp


class Api:
    """A client of the control interface."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        """Talk to a port."""
        self._session = session
        self._base = f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> Any:
        """Return what a GET answers."""
        async with self._session.get(self._base + path) as response:
            return await response.json()

    async def post(self, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        """Return what a POST answers."""
        async with self._session.post(self._base + path, json=body or {}) as response:
            assert response.status == status
            return await response.json()

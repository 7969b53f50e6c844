"""What the cloud pushes: messages, delivery reports, and the event stream."""

import asyncio
from typing import Any

import aiohttp

from .tokens import encode


class Webhooks:
    """Posts to the callback URLs, each push again until it is answered with 200.

    `sms_url` takes messages and reports, `stream_url` events; None pushes nothing. `secret` signs
    each push. `refused` counts what was not taken.
    """

    def __init__(self, organisation: int) -> None:
        """Start with no URLs."""
        self.sms_url: str | None = None
        self.stream_url: str | None = None
        self.secret: str | None = None
        self.retry = 0.1
        self.refused = 0
        self._organisation = organisation
        self._pushing: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> int:
        """Return how many pushes were not taken yet."""
        return len(self._pushing)

    def message(self, body: dict[str, Any]) -> None:
        """Push a message of a device."""
        self._push(self.sms_url, body)

    def report(self, body: dict[str, Any]) -> None:
        """Push a delivery report."""
        self._push(self.sms_url, body)

    def stream(self, event: dict[str, Any]) -> None:
        """Push an event."""
        self._push(self.stream_url, event)

    async def close(self) -> None:
        """Give up what was not taken."""
        for task in self._pushing:
            task.cancel()
        if self._pushing:
            await asyncio.wait(set(self._pushing))

    def headers(self) -> dict[str, str]:
        """Return what tells who pushes."""
        if self.secret is None:
            return {}
        token = encode({"esc.org": self._organisation}, self.secret, "HS256")
        return {"Authorization": f"Bearer {token}"}

    def _push(self, url: str | None, body: dict[str, Any]) -> None:
        """Push in a task of its own."""
        if url is not None:
            task = asyncio.get_running_loop().create_task(self._deliver(url, body))
            self._pushing.add(task)
            task.add_done_callback(self._pushing.discard)

    async def _deliver(self, url: str, body: dict[str, Any]) -> None:
        """Push until it is taken, or refused for good."""
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.post(url, json=body, headers=self.headers()) as response:
                        if response.status == 200:
                            return
                        self.refused += 1
                except aiohttp.ClientError:
                    self.refused += 1
                await asyncio.sleep(self.retry)

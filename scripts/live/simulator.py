"""A simulator as a process, and the HTTP interface by which it is worked."""

from collections.abc import Mapping
from pathlib import Path
import sys
from typing import Any

import aiohttp

from .process import ManagedProcess
from .waiting import CheckError, eventually


class Simulator:
    """A process of `python -m simulator`, and its control interface."""

    def __init__(self, name: str, folder: Path, control_port: int, *arguments: str) -> None:
        """Take a name, unique in the house, the folder of the log, and the command line."""
        self.name = name
        self.control_url = f"http://127.0.0.1:{control_port}"
        self.process = ManagedProcess(
            f"the simulator of the {name.replace('_', ' ')}",
            [sys.executable, "-m", "simulator", *arguments, "--control", str(control_port)],
            folder / f"simulated_{name}.log",
        )

    async def start(self) -> None:
        """Start it, unless it runs, and wait until it answers."""
        if self.process.running:
            return
        await self.process.start()

        async def answers() -> bool:
            self.process.ensure_running()
            await self.look("faults")
            return True

        await eventually(answers, f"{self.process.name} to answer", within=60)

    async def stop(self) -> None:
        """Stop it."""
        if self.process.running:
            await self.process.stop(within=10)

    async def work(self, path: str, **data: Any) -> Any:
        """Work the simulator: POST to a path of its control interface."""
        return await self._request("POST", path, data)

    async def look(self, path: str) -> Any:
        """GET from a path of its control interface."""
        return await self._request("GET", path)

    async def sent_total(self) -> int:
        """Return how many messages were sent so far."""
        return int((await self.look("sent"))["total"])

    async def sent_since(
        self, total: int, count: int = 1, within: float = 60.0
    ) -> list[dict[str, Any]]:
        """Return the messages that were sent after the first `total`, `count` of them at least."""

        async def sent() -> list[dict[str, Any]] | None:
            messages: list[dict[str, Any]]
            messages = (await self.look(f"sent?after={total}&timeout=1"))["sent"]
            return messages if len(messages) >= count else None

        return await eventually(sent, f"{count} messages to be sent", within)

    async def _request(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.control_url}/{path}", json=data) as response,
        ):
            answer = await response.json()
            if response.status != 200:
                raise CheckError(f"{self.process.name} refused {path}: {answer}")
            return answer

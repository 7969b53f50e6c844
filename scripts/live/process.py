"""Processes that we start: each with a group of its own, so that nothing of it outlives us."""

import asyncio
from collections.abc import Mapping, Sequence
import contextlib
import os
from pathlib import Path
import signal
from typing import Final

from .waiting import CheckError

REPOSITORY: Final = Path(__file__).resolve().parents[2]


class ManagedProcess:
    """One child process; what it prints is appended to a log file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Take the command, to be run in the repository; nothing runs before `start`.

        `environment` is added to ours.
        """
        self.name = name
        self.log = log
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self._process: asyncio.subprocess.Process | None = None
        self._group: int | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C in the terminal reaches only us."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                cwd=REPOSITORY,
                env=self._environment,
                start_new_session=True,
            )
        self._group = self._process.pid

    async def wait(self) -> int:
        """Wait for its end, end what it left behind, and return its exit status."""
        if self._process is None:
            raise CheckError(f"{self.name} was not started")
        status = await self._process.wait()
        self.kill_soon()
        return status

    async def stop(self, within: float = 60.0) -> int:
        """Ask it to end (SIGTERM) and return its exit status; `CheckError` when it takes longer."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within):
                return await self.wait()
        except TimeoutError:
            raise CheckError(f"{self.name} did not end within {within:.0f} s") from None
        finally:
            await self.kill()

    async def kill(self) -> None:
        """End it and all that it started at once (SIGKILL)."""
        self.kill_soon()
        if self._process is not None:
            await self._process.wait()

    def kill_soon(self) -> None:
        """Send SIGKILL to it and all that it started, once: its number may be another's later."""
        if self._group is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._group, signal.SIGKILL)
            self._group = None

    def ensure_running(self) -> None:
        """Raise `CheckError` with the end of its log when it has ended by itself."""
        if self._process is not None and self._process.returncode is not None:
            last = " ".join(self.text().splitlines()[-3:])
            raise CheckError(f"{self.name} ended with {self._process.returncode}: {last}")

    def text(self) -> str:
        """Return its log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

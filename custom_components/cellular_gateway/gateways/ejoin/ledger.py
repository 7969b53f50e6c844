"""The texts that we had the gateway send: their numbers, and what may still be reported of them."""

from collections.abc import Iterable
import contextlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
import json
import time
from typing import Final

from ...sms.numbers import same_number
from ..consumers import Memory
from ..errors import NotKeptError
from .codec.lenient import Fields, fields, integer, rows, text
from .codec.texts import Received

_MEMORY: Final = "tasks"
_MOST: Final = 200

# A service centre may stamp local time as UTC or with the wrong sign; UTC+14:00 is the farthest.
_ZONE_MISTAKE: Final = 28 * 3600.0


@dataclass(slots=True, kw_only=True)
class SentTask:
    """A text of ours, which `is_open` until somebody heard what came of it.

    `awaited` are the parts of which no final delivery report came yet.
    """

    number: int
    to: str = field(repr=False)
    port: str | None
    started_at: float
    awaited: list[int]
    is_open: bool = True


class Ledger:
    """What we had sent, also before a restart; the numbers of tasks are never used twice."""

    def __init__(self, memory: Memory, country: str | None) -> None:
        """Remember by `memory`; read national numbers as those of the country."""
        self._memory = memory
        self._country = country
        self._tasks: dict[int, SentTask] = {}
        self._last = 0

    async def load(self) -> None:
        """Take up what an earlier run knew; raises NotKeptError."""
        if self._last:
            return
        try:
            loaded = json.loads(await self._memory.get(_MEMORY) or "{}")
        except ValueError:
            loaded = {}
        known = fields(loaded)
        tasks = [task for item in rows(known.get("tasks")) if (task := _read(fields(item)))]
        self._tasks = {task.number: task for task in tasks}
        self._last = max([integer(known.get("last")) or 0, *self._tasks])

    async def begin(self, to: str, port: str | None, awaited: int) -> SentTask:
        """Note a text before it is ordered, under a number of its own.

        Numbers follow the clock, so that they are new even where the memory was lost.
        """
        self._last = max(self._last + 1, int(time.time()))
        task = SentTask(
            number=self._last,
            to=to,
            port=port,
            started_at=time.time(),
            awaited=list(range(1, awaited + 1)),
        )
        self._tasks[task.number] = task
        while len(self._tasks) > _MOST:
            del self._tasks[min(self._tasks)]
        await self.save()
        return task

    async def save(self) -> None:
        """Commit what is known; a text goes out also where that fails."""
        values = {"last": self._last, "tasks": [_written(task) for task in self._tasks.values()]}
        with contextlib.suppress(NotKeptError):
            await self._memory.set(_MEMORY, json.dumps(values))

    def is_ours(self, number: int | None) -> bool:
        """Whether a task is one that we had ordered."""
        return number in self._tasks

    async def end(self, number: int | None) -> bool:
        """Note that what came of a task of ours is known; False where it was before."""
        task = self._tasks.get(number or 0)
        if task is None or not task.is_open:
            return False
        task.is_open = False
        await self.save()
        return True

    def port(self, number: int | None) -> str | None:
        """Return the port that a task of ours went to, where that is known."""
        task = self._tasks.get(number or 0)
        return task.port if task else None

    def find(self, report: Received, taken: set[str]) -> str | None:
        """Name the part that a delivery report is about, None where it is none of ours.

        The gateway tells port, recipient and the service centre's stamp: of the parts to this
        recipient it is one of the text that was sent nearest to the stamp, else of the oldest. The
        parts in `taken` are meant by others, and the one found is added.
        """
        stamp = report.sent_at or report.at
        found = [
            task
            for task in self._tasks.values()
            if task.port in {None, report.place.key}
            and _open_part(task, taken)
            and _may_be(task, stamp)
            and same_number(task.to, report.peer, self._country)
        ]
        task = min(found, key=lambda task: _distance(task, report.sent_at), default=None)
        if task is None:
            return None
        name = part_name(task.number, _open_part(task, taken))
        taken.add(name)
        return name

    async def settle(self, names: Iterable[str]) -> None:
        """Note the parts of which nothing more will be reported."""
        settled = False
        for name in names:
            number, _, part = name.partition("/")
            if (task := self._tasks.get(int(number))) and int(part) in task.awaited:
                task.awaited.remove(int(part))
                settled = True
        if settled:
            await self.save()


def part_name(task: int, part: int) -> str:
    """Return the `message_id` of a part."""
    return f"{task}/{part}"


def _open_part(task: SentTask, taken: set[str]) -> int:
    """Return the first part of which no report came, 0 where there is none."""
    return next((part for part in task.awaited if part_name(task.number, part) not in taken), 0)


def _may_be(task: SentTask, stamp: datetime | None) -> bool:
    """Whether a report can be about a text: not where it was sent a day after the stamp."""
    return stamp is None or task.started_at - stamp.timestamp() <= _ZONE_MISTAKE


def _distance(task: SentTask, stamp: datetime | None) -> tuple[float, int]:
    """Order by the nearest time, else by age."""
    return (abs(task.started_at - stamp.timestamp()) if stamp else 0.0, task.number)


def _written(task: SentTask) -> dict[str, object]:
    """Write a task for the memory."""
    return {**asdict(task), "started_at": round(task.started_at)}


def _read(values: Fields) -> SentTask | None:
    """Read a task back."""
    number = integer(values.get("number"))
    if number is None:
        return None
    return SentTask(
        number=number,
        to=text(values.get("to")),
        port=text(values.get("port")) or None,
        started_at=float(integer(values.get("started_at")) or 0),
        awaited=[part for item in rows(values.get("awaited")) if (part := integer(item))],
        # An earlier version did not note it; then somebody heard.
        is_open=values.get("is_open") is True,
    )

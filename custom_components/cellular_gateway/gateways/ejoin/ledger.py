"""Which text of ours a word of the gateway's is about, before and after a restart."""

from collections.abc import Collection, Iterable
from datetime import datetime
import time
from typing import Final

from ...sms.numbers import normalize_sender, same_number
from ...sms.tpdu import DeliveryOutcome
from ..consumers import Memory
from ..models import SmsPart
from .codec.outcomes import SentReport
from .codec.texts import Received
from .tasks import SentTask, TaskPages

# So many of which nothing more is awaited are known again when something is told once more.
_SETTLED: Final = 1000
_MOST: Final = 10_000
# While a network tries it may report any number of times.
_MOST_REPORTS: Final = 50

# A service centre may stamp local time as UTC or with the wrong sign; UTC+14:00 is the farthest.
_ZONE_MISTAKE: Final = 28 * 3600.0
# How far the gateway's clock may be from ours where it tells when it sent a text, and how long
# a text may have waited in it.
_CLOCK_MISTAKE: Final = 3600.0

# Numbers that are the same end in the same digits.
_TAIL: Final = 4


class Ledger:
    """What we had sent, also before a restart; the numbers of tasks are never used twice."""

    def __init__(self, memory: Memory, country: str | None) -> None:
        """Remember by `memory`; read national numbers as those of the country."""
        self._pages = TaskPages(memory)
        self._country = country
        self._tasks: dict[int, SentTask] = {}
        self._by_tail: dict[str, dict[int, SentTask]] = {}
        self._last = 0

    async def load(self) -> None:
        """Take up what an earlier run knew; raises NotKeptError."""
        if self._last:
            return
        tasks, self._last = await self._pages.load()
        for task in tasks:
            self._note(task)

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
        self._note(task)
        if self._pages.add(task):
            self._forget()
        await self.save(task)
        return task

    async def save(self, *tasks: SentTask) -> None:
        """Commit what is known of these tasks; a text goes out also where that fails."""
        await self._pages.save(tasks)

    def _note(self, task: SentTask) -> None:
        """Know a task."""
        self._tasks[task.number] = task
        self._by_tail.setdefault(self._tail(task.to), {})[task.number] = task

    def _forget(self) -> None:
        """Forget the oldest tasks: first those of which nothing more is to be told."""
        over = [task for task in self._tasks.values() if not (task.is_open or task.awaited)]
        gone = over[:-_SETTLED]
        if (excess := len(self._tasks) - len(gone) - _MOST) > 0:
            named = {task.number for task in gone}
            gone += [task for task in self._tasks.values() if task.number not in named][:excess]
        for task in gone:
            del self._tasks[task.number]
            tail = self._tail(task.to)
            del self._by_tail[tail][task.number]
            if not self._by_tail[tail]:
                del self._by_tail[tail]
        self._pages.drop(task.number for task in gone)

    def _tail(self, number: str) -> str:
        """Return how a number ends, in whatever spelling."""
        return normalize_sender(number, self._country)[-_TAIL:].casefold()

    def _to(self, number: str) -> list[SentTask]:
        """Return the tasks to a number, oldest first."""
        tasks = self._by_tail.get(self._tail(number), {}).values()
        return [task for task in tasks if is_to(task.to, number, self._country)]

    def task(self, number: int | None) -> SentTask | None:
        """Return the task of ours with a number."""
        return self._tasks.get(number or 0)

    def legacy(self, report: SentReport, awaited: Collection[int]) -> SentTask | None:
        """Return the open task without a number that a late word is about, by port and time.

        The `awaited` are known by their texts.
        """
        if report.place is None or not report.text:
            return None
        at = report.at.timestamp() if report.at else time.time()
        found = [
            task
            for task in self._to(report.number)
            if task.is_legacy
            and task.is_open
            and task.number not in awaited
            and task.port == report.place.key
            and abs(task.started_at - at) <= _CLOCK_MISTAKE
        ]
        return min(found, key=lambda task: abs(task.started_at - at), default=None)

    async def end(self, task: SentTask, *, failed: bool) -> bool:
        """Note that what came of a task is known; False where it was before."""
        if not task.is_open:
            return False
        task.is_open = False
        if failed:
            task.awaited.clear()
        await self.save(task)
        return True

    def find(self, report: Received, identity: str, taken: set[str]) -> str | None:
        """Name the part that a delivery report is about, None where it is none of ours.

        The gateway tells port, recipient and the service centre's stamp: of the parts to this
        recipient it is one of the text that was sent nearest to the stamp, else of the oldest. The
        parts in `taken` are meant by others, and the one found is added. A report that was settled
        before is about the same part again, and takes none.
        """
        tasks = self._to(report.peer)
        for task in tasks:
            if part := task.reported.get(identity):
                return part_name(task.number, part)
        stamp = report.sent_at or report.at
        found = [
            task
            for task in tasks
            if task.port in {None, report.place.key}
            and _open_part(task, taken)
            and _may_be(task, stamp)
        ]
        nearest = min(found, key=lambda task: _distance(task, report.sent_at), default=None)
        if nearest is None:
            return None
        name = part_name(nearest.number, _open_part(nearest, taken))
        taken.add(name)
        return name

    async def settle(self, reports: Iterable[SmsPart]) -> None:
        """Note delivery reports that are kept; while the network tries, another will come."""
        settled: dict[int, SentTask] = {}
        for each in reports:
            if each.report is None or not each.report.message_id:
                continue
            number, _, name = each.report.message_id.partition("/")
            if (task := self._tasks.get(int(number))) is None:
                continue
            part = int(name)
            task.reported[each.identity] = part
            if len(task.reported) > _MOST_REPORTS:
                del task.reported[next(iter(task.reported))]
            if each.report.outcome is not DeliveryOutcome.PENDING and part in task.awaited:
                task.awaited.remove(part)
            settled[task.number] = task
        if settled:
            await self.save(*settled.values())


def is_to(number: str, told: str, country: str | None) -> bool:
    """Whether a number is the one that the gateway tells; it may leave out the plus sign."""
    return any(same_number(number, each, country) for each in (told, f"+{told}"))


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

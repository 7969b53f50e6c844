"""The texts that we had the gateway send, and how the memory keeps them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
import itertools
import json
from typing import Final

from ..consumers import Memory
from ..errors import NotKeptError
from .codec.lenient import Fields, fields, integer, load, rows, text

_MEMORY: Final = "tasks"
_PAGE: Final = 100
# As if it were a page behind all others: it is written last.
_NEWEST: Final = -1


@dataclass(slots=True, kw_only=True)
class SentTask:
    """A text of ours, which `is_open` until somebody heard what came of it.

    `awaited` are the parts of which no final delivery report came yet, `reported` the parts by the
    identities of the reports that came. `is_legacy` where it was ordered without its number, so
    that no word on it has that.
    """

    number: int
    to: str = field(repr=False)
    port: str | None
    started_at: float
    awaited: list[int]
    reported: dict[str, int] = field(default_factory=dict)
    is_open: bool = True
    is_legacy: bool = False


class TaskPages:
    """The memory of tasks, in pages, so that each text costs no more than the writing of one.

    The newest page lies with the list of the others, each of which has a key of its own.
    """

    def __init__(self, memory: Memory) -> None:
        """Start with none."""
        self._memory = memory
        self._newest: dict[int, SentTask] = {}
        self._others: dict[int, dict[int, SentTask]] = {}
        self._page_of: dict[int, int] = {}
        self._unsaved: set[int] = set()
        self._last = 0

    async def load(self) -> tuple[list[SentTask], int]:
        """Return what an earlier run knew, and the last number; raises NotKeptError."""
        known = fields(await self._loaded(_MEMORY))
        self._newest = _page(known.get("tasks"))
        self._last = integer(known.get("last")) or 0
        for item in rows(known.get("pages")):
            if (page := integer(item)) is not None and page >= 0:
                self._put(page, _page(await self._loaded(_key(page))))
        tasks = [*self._newest.values()]
        tasks += [task for page in self._others.values() for task in page.values()]
        self._last = max([self._last, *(task.number for task in tasks)])
        return sorted(tasks, key=lambda task: task.number), self._last

    async def _loaded(self, key: str) -> object:
        """Return the JSON under a key, None where it is none."""
        return load((await self._memory.get(key) or "").encode())

    def _put(self, page: int, tasks: dict[int, SentTask]) -> None:
        """Make tasks a page that is not the newest any more."""
        self._others[page] = tasks
        self._page_of |= dict.fromkeys(tasks, page)

    def add(self, task: SentTask) -> bool:
        """Add a task with a higher number than all; tell whether a new page had to begin."""
        is_full = len(self._newest) >= _PAGE
        if is_full:
            page = next(page for page in itertools.count() if page not in self._others)
            self._put(page, self._newest)
            self._unsaved.add(page)
            self._newest = {}
        self._newest[task.number] = task
        self._last = task.number
        return is_full

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget tasks; they go from the memory with whatever is saved next."""
        for number in numbers:
            page = self._page_of.pop(number, _NEWEST)
            self._unsaved |= {page, _NEWEST}
            tasks = self._others.get(page, self._newest)
            del tasks[number]
            if not tasks:
                self._others.pop(page, None)

    async def save(self, tasks: Iterable[SentTask]) -> None:
        """Commit these tasks as they are now; a text goes out also where that fails."""
        self._unsaved |= {self._page_of.get(task.number, _NEWEST) for task in tasks}
        for page in sorted(self._unsaved, reverse=True):
            self._unsaved.discard(page)
            try:
                await self._memory.set(_key(page), json.dumps(self._written(page)))
            except NotKeptError:
                self._unsaved.add(page)

    def _written(self, page: int) -> object:
        """Write a page."""
        tasks = self._newest if page == _NEWEST else self._others.get(page, {})
        written = [_written(task) for task in tasks.values()]
        if page != _NEWEST:
            return written
        return {"last": self._last, "pages": list(self._others), "tasks": written}


def _key(page: int) -> str:
    """Name a page in the memory."""
    return _MEMORY if page == _NEWEST else f"{_MEMORY}/{page}"


def _page(written: object) -> dict[int, SentTask]:
    """Read a page back."""
    tasks = [task for item in rows(written) if (task := _read(item))]
    return {task.number: task for task in tasks}


def _written(task: SentTask) -> dict[str, object]:
    """Write a task for the memory."""
    return {**asdict(task), "started_at": round(task.started_at)}


def _read(written: object) -> SentTask | None:
    """Read a task back."""
    values: Fields = fields(written)
    number = integer(values.get("number"))
    if number is None:
        return None
    reported = values.get("reported")
    return SentTask(
        number=number,
        to=text(values.get("to")),
        port=text(values.get("port")) or None,
        started_at=float(integer(values.get("started_at")) or 0),
        awaited=[part for item in rows(values.get("awaited")) if (part := integer(item))],
        reported={
            str(name): part
            for name, item in (reported.items() if isinstance(reported, dict) else ())
            if (part := integer(item))
        },
        # An earlier version did not note it; then somebody heard.
        is_open=values.get("is_open") is True,
        is_legacy=values.get("is_legacy") is True,
    )

"""The gateway's inbox, read on from where we were: what push did not bring is found here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import json
import time
from typing import Final

from ..consumers import Memory
from ..errors import GatewayRefusedError
from .client import EjoinClient
from .codec.lenient import Fields, decimal, integer, rows, text
from .codec.requests import INBOX, InboxPage, inbox_page
from .codec.texts import Incoming, Received
from .sightings import Sighting, Timeless, base_of

_MEMORY: Final = "inbox"
# Equal rows lie within a second of each other, which is less far apart.
_TAIL: Final = 100
_LEFT: Final = 20
_WAITING: Final = 200
# 2020: what is older comes of a clock that was not set yet.
_CLOCK_IS_SET: Final = 1577836800.0
_DAY: Final = 86400.0
# A gateway that was started anew may list what we have long forgotten to have seen.
_LONG_AGO: Final = 7 * _DAY

# How many texts are asked for at once, so that an answer stays small.
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the inbox was read.

    `source` changes when the gateway starts anew, `following` is the number of the text to go on
    with, `tail` the names of the last rows before it, `newest` the latest time of the gateway's
    that was seen, in Unix time. `adopting` until all was read that lay there at first, `relisted`
    as many rows of what follows lay there before the gateway started anew, and were recognised by
    what was known `before`; the first of them are `staying`. What lies between `undeleted` and
    `following` is still to be deleted, and `timeless` was pushed and is to come. `left` names the
    last rows that we leave there.
    """

    source: str | None = None
    following: int = 1
    tail: tuple[str, ...] = ()
    newest: float = 0.0
    adopting: bool = True
    relisted: int = 0
    undeleted: int = 1
    timeless: tuple[Timeless, ...] = ()
    left: tuple[str, ...] = ()
    staying: int = 0
    before: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """The names by which a row is recognised in a list that is read again."""
        return self.before if self.relisted else (*self.left, *self.tail)

    def is_behind(self, page: InboxPage) -> bool:
        """Whether the gateway counts from 1 again."""
        return page.following is not None and page.following < self.following

    def is_old(self, page: InboxPage, item: Incoming) -> bool:
        """Whether an item is no news: all at first, later what a gateway lists again, if long ago.

        The time alone says nothing: a gateway that lost its power may begin with any.
        """
        at = _time(item)
        is_long_ago = _CLOCK_IS_SET < at < self.newest - _LONG_AGO
        return self.adopting or (is_long_ago and item in page.items[: self.relisted])

    def after(
        self, page: InboxPage, sightings: Sequence[Sighting], *, deletes: bool, since: float
    ) -> Cursor:
        """Go on behind a page; at the end nothing waits for it that was pushed before `since`."""
        following = _behind(page, self.following)
        is_end = is_last(page, self.following)
        shown = {sighting.pushed_as for sighting in sightings}
        bases = tuple(sighting.base for sighting in sightings)
        relisted = max(self.relisted - len(page.items), 0)
        staying = max(self.staying - len(bases), 0)
        is_left = self.adopting or not deletes
        stays = len(bases) if is_left else min(self.staying, len(bases))
        undeleted = self.undeleted
        if is_left or stays:
            undeleted = following if stays == len(bases) else self.following + stays
        # A clock that was once ahead would make everything long ago.
        newest = min(max(map(_time, page.items), default=0.0), time.time() + _DAY)
        return replace(
            self,
            source=page.source,
            following=following,
            tail=(*self.tail, *bases)[-_TAIL:],
            newest=max(self.newest, newest),
            adopting=self.adopting and not is_end,
            relisted=relisted,
            undeleted=undeleted,
            left=self.left if staying else (*self.left, *bases[:stays])[-_LEFT:],
            staying=staying,
            before=self.before if relisted else (),
            timeless=tuple(
                pushed
                for pushed in self.timeless
                if pushed.identity not in shown and not (is_end and pushed.since < since)
            ),
        )

    def restarted(self, source: str | None, relisted: int, staying: int) -> Cursor:
        """Begin with the first text of a gateway that was started anew."""
        return replace(
            self,
            source=source,
            following=1,
            tail=(),
            before=self.known,
            relisted=relisted,
            staying=staying,
            undeleted=1,
        )

    def awaiting(self, pushed: Sequence[Timeless]) -> Cursor:
        """Wait for the rows of texts that were pushed, each once."""
        known = {each.identity for each in self.timeless}
        fresh = [each for each in pushed if each.identity not in known]
        return replace(self, timeless=(*self.timeless, *fresh)[-_WAITING:])

    def read_of(self, page: InboxPage) -> list[Incoming]:
        """Return the rows of a page that were surely read: those behind the cursor are its last."""
        beyond = max(_behind(page, self.undeleted) - self.following, 0)
        return page.items[: max(len(page.items) - beyond, 0)]

    def deleted(self, page: InboxPage) -> Cursor:
        """Go on with the deletion behind a page, of which all that was read is gone now."""
        behind = _behind(page, self.undeleted) if self.read_of(page) else self.following
        return replace(self, undeleted=min(behind, self.following))


def _behind(page: InboxPage, first: int) -> int:
    """Return the number to go on with behind a page that begins with a number."""
    return max(page.following or 0, first + len(page.items))


def is_last(page: InboxPage, first: int) -> bool:
    """Whether a page ends the list; how long pages are is only known where it is not told."""
    if page.following is None:
        return len(page.items) < PAGE
    return not page.items or page.following <= first


def _time(item: Incoming) -> float:
    """Return the gateway's time of a row in Unix time, 0 without one."""
    return item.at.timestamp() if isinstance(item, Received) and item.at is not None else 0.0


async def load_cursor(memory: Memory) -> Cursor:
    """Return how far the inbox was read; raises NotKeptError."""
    try:
        loaded = json.loads(await memory.get(_MEMORY) or "{}")
    except ValueError:
        loaded = {}
    values: Fields = loaded if isinstance(loaded, dict) else {}
    timeless = tuple(
        Timeless(text(row[0]), text(row[1]), float(decimal(row[2]) or 0))
        for item in rows(values.get("timeless"))
        if len(row := rows(item)) == 3
    )
    if not isinstance(values.get("source"), str):
        return Cursor(timeless=timeless)
    following = max(integer(values.get("following")) or 1, 1)
    return Cursor(
        source=text(values["source"]),
        following=following,
        tail=tuple(text(base) for base in rows(values.get("tail"))),
        newest=float(integer(values.get("newest")) or 0),
        adopting=values.get("adopting") is True,
        relisted=max(integer(values.get("relisted")) or 0, 0),
        undeleted=min(integer(values.get("undeleted")) or following, following),
        timeless=timeless,
        left=tuple(text(base) for base in rows(values.get("left"))),
        staying=max(integer(values.get("staying")) or 0, 0),
        before=tuple(text(base) for base in rows(values.get("before"))),
    )


async def save_cursor(memory: Memory, cursor: Cursor) -> None:
    """Commit how far the inbox was read; raises NotKeptError."""
    values = {
        "source": cursor.source,
        "following": cursor.following,
        "tail": list(cursor.tail),
        "newest": round(cursor.newest),
        "adopting": cursor.adopting,
        "relisted": cursor.relisted,
        "undeleted": cursor.undeleted,
        "left": list(cursor.left),
        "staying": cursor.staying,
        "before": list(cursor.before),
        "timeless": [[each.identity, each.content, each.since] for each in cursor.timeless],
    }
    await memory.set(_MEMORY, json.dumps(values))


async def ask_page(
    client: EjoinClient, first: int, number: int = PAGE, *, delete: bool = False
) -> InboxPage:
    """Ask for so many texts from one on, and have them deleted; raises GatewayError.

    Of an empty list some firmware says 404, and not where it comes from.
    """
    query = {"sms_id": str(first), "sms_num": str(number), "sms_del": str(int(delete))}
    try:
        return inbox_page(await (client.order if delete else client.get)(INBOX, query))
    except GatewayRefusedError as error:
        if error.code != "code 404":
            raise
        return InboxPage(None, None, [])


async def read_on(client: EjoinClient, cursor: Cursor) -> InboxPage:
    """Ask for the texts from the cursor on; raises GatewayError."""
    page = await ask_page(client, cursor.following)
    if page.source is not None:
        return page
    # Of a gateway that has started anew its numbers may not have come so far.
    beginning = await ask_page(client, 1, 1) if cursor.following > 1 else page
    source = cursor.source or "" if beginning.source is None else beginning.source
    return replace(page, source=source)


async def count_relisted(client: EjoinClient, cursor: Cursor) -> tuple[int, int]:
    """Count what is listed up to the last row that is known, and that we left; raises GatewayError.

    What we left comes first, since nothing is deleted below it.
    """
    following, listed, relisted, staying = 1, 0, 0, 0
    is_end = not cursor.known
    while not is_end:
        page = await ask_page(client, following)
        for listed, item in enumerate(page.items, listed + 1):
            base = base_of(item)
            relisted = listed if base in cursor.known else relisted
            staying = listed if base in cursor.left else staying
        is_end = is_last(page, following)
        following = _behind(page, following)
    return max(relisted, staying), staying

"""The gateway's inbox, read on from where we were: what push did not bring is found here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
import json
from typing import Final

from ..consumers import Memory
from .client import EjoinClient
from .codec.lenient import Fields, integer, rows, text
from .codec.requests import INBOX, InboxPage, inbox_page

_MEMORY: Final = "inbox"
# Equal rows lie within a second of each other, which is less far apart.
_TAIL: Final = 100

# How many texts are asked for at once, so that an answer stays small.
PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the inbox was read.

    `source` changes when the gateway starts anew, `following` is the number of the text to go on
    with, `tail` the names of the last rows before it, `newest` the latest time of the gateway's
    that was seen, in Unix time. `adopting` until all was read that lay there at first.
    """

    source: str | None = None
    following: int = 1
    tail: tuple[str, ...] = ()
    newest: float = 0.0
    adopting: bool = True

    def after(self, page: InboxPage, bases: Iterable[str], newest: float) -> Cursor:
        """Go on behind a page."""
        behind = self.following + len(page.items)
        following = page.following if page.following is not None else behind
        return replace(
            self,
            source=page.source,
            following=max(following, behind),
            tail=(*self.tail, *bases)[-_TAIL:],
            newest=max(self.newest, newest),
            adopting=self.adopting and len(page.items) >= PAGE,
        )

    def restarted(self, source: str) -> Cursor:
        """Begin with the first text of a gateway that was started anew."""
        return Cursor(source=source, newest=self.newest, adopting=self.adopting)


async def load_cursor(memory: Memory) -> Cursor:
    """Return how far the inbox was read; raises NotKeptError."""
    try:
        loaded = json.loads(await memory.get(_MEMORY) or "{}")
    except ValueError:
        loaded = {}
    values: Fields = loaded if isinstance(loaded, dict) else {}
    if not isinstance(values.get("source"), str):
        return Cursor()
    return Cursor(
        source=text(values["source"]),
        following=max(integer(values.get("following")) or 1, 1),
        tail=tuple(text(base) for base in rows(values.get("tail"))),
        newest=float(integer(values.get("newest")) or 0),
        adopting=values.get("adopting") is True,
    )


async def save_cursor(memory: Memory, cursor: Cursor) -> None:
    """Commit how far the inbox was read; raises NotKeptError."""
    values = {
        "source": cursor.source,
        "following": cursor.following,
        "tail": list(cursor.tail),
        "newest": round(cursor.newest),
        "adopting": cursor.adopting,
    }
    await memory.set(_MEMORY, json.dumps(values))


async def ask_page(
    client: EjoinClient, first: int, number: int = PAGE, *, delete: bool = False
) -> InboxPage:
    """Ask for so many texts from one on, and have them deleted; raises GatewayError."""
    query = {"sms_id": str(first), "sms_num": str(number), "sms_del": str(int(delete))}
    return inbox_page(await client.get(INBOX, query))

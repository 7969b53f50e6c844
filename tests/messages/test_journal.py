"""The journal: what it was given survives, and it hands back exactly that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.cellular_gateway.const import JournalTexts
from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import Kept, SmsKind, SmsPart
from custom_components.cellular_gateway.messages import database as database_module
from custom_components.cellular_gateway.messages.journal import Journal
from custom_components.cellular_gateway.messages.parts import Progress
from custom_components.cellular_gateway.sms.tpdu import Concatenation

from .house import damage

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

PART = SmsPart(
    port="1",
    identity="a",
    kind=SmsKind.TEXT,
    sender="+32470000001",
    text="Alarm in the kitchen ☎",
    received_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
    sent_at=datetime.fromisoformat("2026-11-21T12:59:58+01:00"),
    concatenation=Concatenation(reference=7, total=3, number=2, wide=True),
    message_class=0,
    raw="07917283",
    storage="SM",
    index=4,
    endpoint="11223344",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / ".storage" / "journal.db"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[Journal]:
    """An open, empty journal."""
    journal = Journal(path)
    await journal.open()
    yield journal
    await journal.close()


def texts_left(path: Path) -> list[tuple[str, str]]:
    """Read the text and the PDU of every part in a closed journal."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT text, raw FROM part ORDER BY id").fetchall()


async def reopened(journal: Journal, path: Path) -> Journal:
    """Close the journal and open its file again, as a restart does."""
    await journal.close()
    journal = Journal(path)
    await journal.open()
    return journal


async def test_a_part_survives_with_every_field(journal: Journal, path: Path) -> None:
    """What was kept is there after a restart, field by field."""
    assert await journal.keep([PART]) == [Kept.NEW]
    journal = await reopened(journal, path)
    (entry,) = await journal.unfinished()
    assert entry.part == PART
    assert entry.progress is Progress.KEPT
    await journal.close()


async def test_the_same_message_is_kept_once(journal: Journal) -> None:
    """A message that is read again, perhaps from another place, is known."""
    await journal.keep([PART])
    moved = replace(PART, storage="ME", index=9)
    other = replace(PART, identity="b")
    assert await journal.keep([moved, other]) == [Kept.KNOWN, Kept.NEW]
    first, second = await journal.unfinished()
    assert (first.part.storage, first.part.index) == ("ME", 9)
    assert second.part.identity == "b"


async def test_an_adopted_message_stays_adopted_and_silent(journal: Journal) -> None:
    """What lay on the SIM at first is never announced, and never taken for new later."""
    assert await journal.keep([replace(PART, adopted=True)]) == [Kept.ADOPTED]
    assert await journal.keep([PART]) == [Kept.ADOPTED]
    assert await journal.unfinished() == []


@pytest.mark.parametrize("kind", [SmsKind.BINARY, SmsKind.STATUS_REPORT, SmsKind.UNREADABLE])
async def test_what_is_no_text_is_kept_without_being_announced(
    journal: Journal, kind: SmsKind
) -> None:
    """Binary messages and reports are new, and wait for nobody."""
    assert await journal.keep([replace(PART, kind=kind)]) == [Kept.NEW]
    assert await journal.unfinished() == []
    assert await journal.counts() == {f"{kind} done": 1}


async def test_progress_survives(journal: Journal, path: Path) -> None:
    """Only what is not done is offered again, from a given number on, in order."""
    await journal.keep([replace(PART, identity=name) for name in "abc"])
    first, second, third = await journal.unfinished()
    await journal.mark([first.id], Progress.DONE)
    await journal.mark([second.id], Progress.PARTIAL)
    journal = await reopened(journal, path)
    assert [(entry.id, entry.progress) for entry in await journal.unfinished()] == [
        (second.id, Progress.PARTIAL),
        (third.id, Progress.KEPT),
    ]
    assert [entry.id for entry in await journal.unfinished(second.id)] == [third.id]
    await journal.close()


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (JournalTexts.KEEP, {"Alarm in the kitchen ☎", "07917283"}),
        (JournalTexts.MASK, {"•••", ""}),
        (JournalTexts.DROP, {""}),
    ],
)
async def test_texts_after_they_were_announced(
    path: Path, texts: JournalTexts, left: set[str]
) -> None:
    """They stay as the user wants it, but not a moment less than they are needed."""
    journal = Journal(path, texts)
    await journal.open()
    await journal.keep([PART])
    (entry,) = await journal.unfinished()
    await journal.mark([entry.id], Progress.PARTIAL)
    (entry,) = await journal.unfinished()
    assert entry.part.text == PART.text
    await journal.mark([entry.id], Progress.DONE)
    assert await journal.keep([PART]) == [Kept.KNOWN]
    await journal.close()
    with closing(sqlite3.connect(path)) as database:
        assert set(database.execute("SELECT text, raw FROM part").fetchone()) == left


@pytest.mark.parametrize(
    "part",
    [
        replace(PART, adopted=True),
        replace(PART, kind=SmsKind.BINARY),
        replace(PART, kind=SmsKind.UNREADABLE),
        replace(PART, kind=SmsKind.STATUS_REPORT),
    ],
)
@pytest.mark.parametrize(
    ("texts", "left"), [(JournalTexts.MASK, ("•••", "")), (JournalTexts.DROP, ("", ""))]
)
async def test_what_is_never_announced_leaves_no_text(
    path: Path, part: SmsPart, texts: JournalTexts, left: tuple[str, str]
) -> None:
    """Nobody waits for its text, so it is never written; the message itself is known."""
    journal = Journal(path, texts)
    await journal.open()
    await journal.keep([part])
    assert await journal.keep([part]) != [Kept.NEW]
    await journal.close()
    assert texts_left(path) == [left]


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (JournalTexts.KEEP, (PART.text, PART.raw)),
        (JournalTexts.MASK, ("•••", "")),
        (JournalTexts.DROP, ("", "")),
    ],
)
async def test_texts_from_before_the_choice(
    journal: Journal, path: Path, texts: JournalTexts, left: tuple[str, str]
) -> None:
    """Who wants no texts kept means the old ones too; what waits still needs its own."""
    await journal.keep([PART, replace(PART, identity="waiting")])
    (entry, _) = await journal.unfinished()
    await journal.mark([entry.id], Progress.DONE)
    await journal.close()
    journal = Journal(path, texts)
    await journal.open()
    assert [entry.part.text for entry in await journal.unfinished()] == [PART.text]
    await journal.close()
    assert texts_left(path)[0] == left


@pytest.mark.parametrize("texts", [JournalTexts.MASK, JournalTexts.DROP])
async def test_no_octet_of_a_finished_text_is_left(
    path: Path, texts: JournalTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the file, and soon not in the log beside it either."""
    monkeypatch.setattr(database_module, "_IN_LOG", 0.0)
    journal = Journal(path, texts)
    await journal.open()
    parts = [
        replace(PART, identity=str(number), text=f"secret {number}" * 400, index=number)
        for number in range(5)
    ]
    await journal.keep(parts)
    ids = [entry.id for entry in await journal.unfinished()]
    await journal.mark(ids, Progress.DONE)
    log = path.with_name("journal.db-wal")
    while log.stat().st_size:
        await asyncio.sleep(0.01)
    assert b"secret" not in path.read_bytes()
    await journal.begin_copy()
    await journal.keep([replace(PART, identity="copied")])
    await journal.end_copy()
    await journal.close()


async def test_nobody_else_reads_it(path: Path) -> None:
    """Neither the file nor the log, nor those of an earlier version, nor what was set aside."""
    path.parent.mkdir()
    names = ("journal.db", "journal.db-wal", "journal.db-shm", "journal.db.broken-1")
    for name in names[:1] + names[3:]:
        path.with_name(name).touch(0o644)
    journal = Journal(path)
    await journal.open()
    await journal.keep([PART])
    modes = {name: path.with_name(name).stat().st_mode & 0o777 for name in names}
    await journal.close()
    assert modes == dict.fromkeys(names, 0o600)


async def test_a_place_that_is_used_again(journal: Journal) -> None:
    """What lay there is stored no more, and is forgotten like anything that is not."""
    await journal.keep([PART, replace(PART, identity="b", index=5), replace(PART, port="2")])
    other_port = replace(PART, identity="c", port="2")
    await journal.keep([other_port])
    await journal.keep([replace(PART, identity="d")])
    entries = await journal.unfinished()
    assert {entry.part.identity: entry.part.index for entry in entries} == {
        "a": None,
        "b": 5,
        "c": 4,
        "d": 4,
    }
    await journal.mark([entry.id for entry in entries], Progress.DONE)
    assert await journal.prune(NOW + timedelta(days=1), 100) == 1


async def test_removal_forgets_the_place(journal: Journal) -> None:
    """A message that the gateway deleted is stored nowhere any more."""
    await journal.keep([PART])
    await journal.removed([PART])
    (entry,) = await journal.unfinished()
    assert (entry.part.storage, entry.part.index) == (None, None)


async def test_memory_survives(journal: Journal, path: Path) -> None:
    """A gateway finds again what it wanted to remember."""
    assert await journal.get("adopted") is None
    await journal.set("adopted", "1")
    await journal.set("adopted", "2")
    journal = await reopened(journal, path)
    assert await journal.get("adopted") == "2"
    await journal.close()


async def test_a_pin_never_accepted_is_tried_once(journal: Journal, path: Path) -> None:
    """The attempt is committed before it is made: dying right after it makes no second one."""
    assert await journal.pins.may_enter("sim", "1234")
    journal = await reopened(journal, path)
    assert not await journal.pins.may_enter("sim", "1234")
    assert await journal.pins.may_enter("sim", "4321")
    assert await journal.pins.may_enter("other sim", "1234")
    await journal.close()


async def test_an_accepted_pin_is_entered_again_and_a_refused_one_never(journal: Journal) -> None:
    """Each acceptance clears the count; two attempts of unknown outcome leave the SIM a try."""
    await journal.pins.may_enter("sim", "1234")
    await journal.pins.entered("sim", "1234", accepted=True)
    assert [await journal.pins.may_enter("sim", "1234") for _ in range(3)] == [True, True, False]
    await journal.pins.entered("sim", "1234", accepted=True)
    assert await journal.pins.may_enter("sim", "1234")
    await journal.pins.entered("sim", "1234", accepted=False)
    assert not await journal.pins.may_enter("sim", "1234")


async def test_no_pin_is_in_the_file(journal: Journal, path: Path) -> None:
    """The PIN itself is not written a second time."""
    await journal.pins.may_enter("sim", "86420975")
    await journal.close()
    assert b"86420975" not in path.read_bytes()


async def test_all_or_nothing(journal: Journal) -> None:
    """When one part cannot be committed none is, and the caller hears it."""
    broken = replace(PART, identity="b", storage=object())  # type: ignore[arg-type]
    with pytest.raises(NotKeptError):
        await journal.keep([PART, broken])
    assert await journal.unfinished() == []
    assert await journal.keep([PART]) == [Kept.NEW]


async def test_a_closed_journal_keeps_nothing(path: Path) -> None:
    """Before it is opened nothing is acknowledged."""
    journal = Journal(path)
    with pytest.raises(NotKeptError):
        await journal.keep([PART])
    await journal.close()
    with pytest.raises(NotKeptError):
        await journal.keep([PART])


async def test_a_broken_file_is_set_aside(path: Path) -> None:
    """A file that is no database is kept under another name, and a new journal begun."""
    content = b"this is no database, but it is long enough for one" * 99
    path.parent.mkdir()
    path.write_bytes(content)
    journal = Journal(path)
    aside = await journal.open()
    assert aside is not None
    assert aside.read_bytes() == content
    assert await journal.keep([PART]) == [Kept.NEW]
    await journal.close()


async def test_a_damaged_page_is_found(journal: Journal, path: Path) -> None:
    """A disk that broke a part of the file is noticed at the start, not in the middle."""
    await journal.keep(
        [replace(PART, identity=str(number), text="x" * 900) for number in range(99)]
    )
    await journal.close()
    octets = bytearray(path.read_bytes())
    octets[8192:16384] = b"\xff" * 8192
    path.write_bytes(octets)
    journal = Journal(path)
    assert await journal.open() is not None
    assert await journal.unfinished() == []
    await journal.close()


async def test_a_file_without_a_table_is_set_aside(journal: Journal, path: Path) -> None:
    """Its version says that the table is there; every message would fail."""
    await journal.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE memory")
    journal = Journal(path)
    assert await journal.open() is not None
    await journal.set("adopted", "1")
    await journal.close()


async def test_damage_that_shows_while_it_is_open(path: Path) -> None:
    """It is told once, so that the file is opened anew; what is no damage is not told."""
    told: list[None] = []
    journal = Journal(path, broken=lambda: told.append(None))
    await journal.open()
    broken = replace(PART, storage=object())  # type: ignore[arg-type]
    with pytest.raises(NotKeptError):
        await journal.keep([broken])
    assert told == []
    await damage(journal, path)
    for _ in range(2):
        with pytest.raises(NotKeptError):
            await journal.unfinished()
    assert told == [None]
    await journal.close()
    journal = Journal(path)
    assert await journal.open() is not None
    await journal.close()


async def test_a_disk_that_fails_sets_nothing_aside(path: Path) -> None:
    """A file that cannot be opened for the moment may be whole."""
    path.mkdir(parents=True)
    journal = Journal(path)
    with pytest.raises(NotKeptError):
        await journal.open()
    assert path.is_dir()
    await journal.close()


async def test_a_newer_file_is_reported(journal: Journal, path: Path) -> None:
    """A downgrade does not write into what it does not understand."""
    await journal.close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    journal = Journal(path)
    with pytest.raises(NotKeptError, match="newer"):
        await journal.open()
    await journal.close()


async def test_it_is_durable(journal: Journal, path: Path) -> None:
    """A power cut after the commit loses nothing: write-ahead log, synchronised in full."""
    assert path.with_name("journal.db-wal").exists()
    database = journal._database
    cursor = await database.run(lambda: database.connection.execute("PRAGMA synchronous"))
    assert await database.run(cursor.fetchone) == (2,)


async def test_sends_of_an_earlier_run(journal: Journal, path: Path) -> None:
    """What was on the wire when we died is known afterwards, until its end is told."""
    number = await journal.begin_send("+32470000001", "1", NOW)
    await journal.end_send(await journal.begin_send("+32470000002", None, NOW))
    assert await journal.interrupted_sends() == []
    journal = await reopened(journal, path)
    await journal.begin_send("+32470000003", None, NOW)
    (send,) = await journal.interrupted_sends()
    assert (send.id, send.number, send.port, send.started_at) == (number, "+32470000001", "1", NOW)
    await journal.end_send(send.id)
    assert await journal.interrupted_sends() == []
    await journal.close()


async def test_pruning(journal: Journal) -> None:
    """By age and by count; what is unfinished or still stored in the gateway is kept."""
    gone = replace(PART, storage=None, index=None, concatenation=None)
    old = NOW - timedelta(days=100)
    parts = [
        replace(gone, identity="old", received_at=old),
        replace(PART, identity="old, stored", received_at=old),
        replace(gone, identity="old, not announced", received_at=old),
        *(replace(gone, identity=str(number), received_at=NOW) for number in range(10)),
    ]
    await journal.keep(parts)
    entries = await journal.unfinished()
    await journal.mark(
        [entry.id for entry in entries if "not announced" not in entry.part.identity],
        Progress.DONE,
    )
    assert await journal.prune(NOW - timedelta(days=90), 100) == 1
    assert await journal.prune(NOW - timedelta(days=90), 4) == 6
    kept = [part.identity for part in parts if await journal.keep([part]) == [Kept.KNOWN]]
    assert kept == ["old, stored", "old, not announced", "6", "7", "8", "9"]


async def test_a_copy_fits_together_however_long_it_takes(journal: Journal, path: Path) -> None:
    """What is committed meanwhile goes to the log alone, more than SQLite leaves there else."""
    await journal.keep([PART])
    await journal.begin_copy()
    before = path.read_bytes()
    long = replace(PART, storage=None, index=None, text="x" * 6_000_000)
    await journal.keep([replace(long, identity="b")])
    assert path.read_bytes() == before
    await journal.end_copy()
    await journal.keep([replace(long, identity="c")])
    assert path.stat().st_size > 6_000_000


async def test_a_checkpoint_makes_a_copy_whole(journal: Journal, path: Path) -> None:
    """The file alone, without its log, holds everything."""
    await journal.keep([PART])
    await journal.begin_copy()
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    restored = Journal(copy)
    assert await restored.open() is None
    assert [entry.part for entry in await restored.unfinished()] == [PART]
    await restored.close()

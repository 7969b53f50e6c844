"""A journal that an older version wrote: everything in it is still there."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.cellular_gateway.gateways.errors import NotKeptError
from custom_components.cellular_gateway.gateways.models import (
    DeliveryReport,
    Kept,
    PartReceipt,
    Receipt,
    SendStatus,
    SmsKind,
    SmsPart,
)
from custom_components.cellular_gateway.messages.journal import Journal
from custom_components.cellular_gateway.messages.limits import SendLimit
from custom_components.cellular_gateway.messages.schema import VERSIONS
from custom_components.cellular_gateway.sms.tpdu import Concatenation, DeliveryOutcome

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANN = "+32470000001"

# As the first release made it, and what it then wrote.
VERSION_1 = """
CREATE TABLE part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL UNIQUE,
    progress TEXT NOT NULL,
    adopted INTEGER NOT NULL,
    port TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    received_at TEXT NOT NULL,
    sent_at TEXT,
    reference INTEGER,
    total INTEGER,
    number INTEGER,
    wide INTEGER,
    message_class INTEGER,
    raw TEXT NOT NULL,
    storage TEXT,
    storage_index INTEGER
) STRICT;
CREATE INDEX part_unfinished ON part (id) WHERE progress != 'done';
CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE send (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL,
    port TEXT,
    started_at TEXT NOT NULL
) STRICT;
CREATE TABLE pin (
    sim TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    verdict TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (sim, fingerprint)
) STRICT;
PRAGMA user_version = 1;
INSERT INTO part VALUES (3, 'kept', 'kept', 0, '1', 'text', '+32470000001', 'Good ',
    '2026-11-21T12:00:00+00:00', '2026-11-21T12:59:58+01:00', 7, 2, 1, 0, NULL, '0791', 'SM', 4);
INSERT INTO part VALUES (4, 'report', 'done', 0, '1', 'status_report', '+32470000001', '',
    '2026-11-21T12:00:00+00:00', NULL, NULL, NULL, NULL, NULL, NULL, '0791', NULL, NULL);
INSERT INTO memory VALUES ('adopted', '1');
INSERT INTO send VALUES (9, '+32470000001', NULL, '2026-11-21T12:00:00+00:00');
INSERT INTO pin VALUES ('sim', 'fingerprint', 'accepted', 1);
"""

# What the later versions wrote besides, each into what the one before had.
ROWS = {
    2: """
INSERT INTO send VALUES (10, '+32470000001', '1', '2026-11-21T12:00:00+00:00', 'sent', NULL);
INSERT INTO send_part VALUES (10, 1, 'sent', 5, NULL, NULL);
INSERT INTO part VALUES (5, 'told', 'kept', 0, '1', 'status_report', '+32470000001', '',
    '2026-11-21T12:00:00+00:00', NULL, NULL, NULL, NULL, NULL, NULL, '0791', NULL, NULL);
INSERT INTO report VALUES (5, '+32470000001', 5, NULL, 'delivered', 'received_by_sme', NULL, NULL);
INSERT INTO counter VALUES ('1', 'sent', '2026-11-20', 2, 7);
""",
    3: """
INSERT INTO send VALUES (11, '+32470000001', '1', '2026-11-21T12:00:00+00:00', NULL, NULL, 1);
""",
    4: """
UPDATE send SET endpoint = '77' WHERE id = 11;
UPDATE part SET endpoint = '77' WHERE id = 3;
""",
    5: """
INSERT INTO limited_send VALUES ('+32470000002', '2026-11-21T12:00:00+00:00');
""",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of version 1."""
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(VERSION_1)
    return path


def structure(path: Path) -> set[tuple[str, ...]]:
    """Return all columns and indexes of a file, with the version."""
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT type, name FROM sqlite_master").fetchall()
        columns = {
            (str(table), *map(str, column[1:]))
            for _, table in tables
            for column in database.execute(f"PRAGMA table_info({table})")
        }
        return columns | set(tables) | {database.execute("PRAGMA user_version").fetchone()}


async def test_what_version_1_kept(path: Path) -> None:
    """Messages, memory, PINs and what was on the wire; and nothing was set aside."""
    journal = Journal(path)
    assert await journal.open() is None
    (entry,) = await journal.unfinished()
    assert (entry.id, entry.part) == (
        3,
        SmsPart(
            port="1",
            identity="kept",
            kind=SmsKind.TEXT,
            sender=ANN,
            text="Good ",
            received_at=NOW,
            sent_at=datetime.fromisoformat("2026-11-21T12:59:58+01:00"),
            concatenation=Concatenation(reference=7, total=2, number=1, wide=False),
            raw="0791",
            storage="SM",
            index=4,
        ),
    )
    assert await journal.keep([entry.part]) == [Kept.KNOWN]
    assert await journal.counts() == {"status_report done": 1, "text kept": 1}
    assert await journal.get("adopted") == "1"
    (send,) = await journal.interrupted_sends()
    assert (send.id, send.number, send.port, send.started_at) == (9, ANN, None, NOW)
    await journal.close()
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT * FROM pin").fetchall() == [
            ("sim", "fingerprint", "accepted", 1)
        ]


async def test_it_does_all_that_a_new_one_does(path: Path, tmp_path: Path) -> None:
    """Its tables are those of a new file, and a send counts."""
    new = tmp_path / "new.db"
    for each in (path, new):
        journal = Journal(each)
        await journal.open()
        send = await journal.begin_send(ANN, None, NOW, reports=True)
        parts = (PartReceipt(number=1, status=SendStatus.SENT, reference=5),)
        await journal.end_send(send, Receipt(port="1", encoding="gsm7", parts=parts))
        assert journal.counters.total("1", "sent") == 1
        await journal.close()
    assert structure(path) == structure(new)


async def test_dying_in_the_middle_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it or nothing: the next start begins again with the old file."""
    before = structure(path)
    broken = (VERSIONS[0], VERSIONS[1] + "DROP TABLE nowhere;")
    journal = Journal(path)
    monkeypatch.setattr(journal._database, "_versions", broken)
    with pytest.raises(NotKeptError):
        await journal.open()
    await journal.close()
    assert structure(path) == before
    await test_what_version_1_kept(path)


@pytest.mark.parametrize("version", [2, 3, 4, 5])
async def test_what_later_versions_kept(path: Path, tmp_path: Path, version: int) -> None:
    """Sends with their reports and counts too: none is lost, and none is told anew."""
    steps = [f"{VERSIONS[each - 1]} {ROWS[each]}" for each in range(2, version + 1)]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(f"{' '.join(steps)} PRAGMA user_version = {version};")
    journal = Journal(path)
    assert await journal.open() is None
    text, told = await journal.unfinished()
    endpoint = "77" if version > 3 else None
    assert (text.part.text, text.part.endpoint) == ("Good ", endpoint)
    report = told.part.report
    assert report == DeliveryReport(
        recipient=ANN,
        reference=5,
        outcome=DeliveryOutcome.DELIVERED,
        reason="received_by_sme",
        sent_at=None,
        discharged_at=None,
    )
    match = await journal.match("1", report, None, NOW)
    assert match is not None
    assert (match.part.send, match.text.endpoint) == (10, None)
    interrupted = [
        (send.id, send.reports, send.endpoint) for send in await journal.interrupted_sends()
    ]
    assert interrupted == [(9, False, None), (11, True, endpoint)][: 1 if version < 3 else 2]
    assert journal.counters.total("1", "sent") == 7
    assert await journal.keep([text.part]) == [Kept.KNOWN]
    assert await journal.take_limited(ANN, SendLimit(1, timedelta(days=1)), NOW)
    await journal.close()
    new = Journal(tmp_path / "new.db")
    await new.open()
    await new.close()
    assert structure(path) == structure(tmp_path / "new.db")

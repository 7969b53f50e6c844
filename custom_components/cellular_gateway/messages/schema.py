"""The tables of the journal, version by version.

A new file goes through all versions, an old one through those that it lacks: so a version that
was released is never changed, another one is added.
"""

from typing import Final

_VERSION_1: Final = """
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
"""

# `outcome` is empty while a send is on the wire, `told` as long as no report was told of it. A
# `report` is what its `part` says, until that was told. `stamp` is the service centre's.
_VERSION_2: Final = """
ALTER TABLE send ADD COLUMN outcome TEXT;
ALTER TABLE send ADD COLUMN told TEXT;
CREATE TABLE send_part (
    send INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    reference INTEGER,
    message_id TEXT,
    stamp TEXT,
    PRIMARY KEY (send, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX send_part_reference ON send_part (reference);
CREATE INDEX send_part_message_id ON send_part (message_id);
CREATE TABLE report (
    part INTEGER PRIMARY KEY,
    recipient TEXT NOT NULL,
    reference INTEGER,
    message_id TEXT,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    sent_at TEXT,
    discharged_at TEXT
) STRICT;
CREATE TABLE counter (
    port TEXT NOT NULL,
    counted TEXT NOT NULL,
    day TEXT NOT NULL,
    today INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (port, counted)
) STRICT, WITHOUT ROWID;
"""

# `reports` is how many parts of a send were asked a delivery report for, 0 where none were.
_VERSION_3: Final = """
ALTER TABLE send ADD COLUMN reports INTEGER NOT NULL DEFAULT 0;
CREATE INDEX part_place ON part (storage, storage_index) WHERE storage IS NOT NULL;
"""

# `endpoint` is whom a text is from or for, where the gateway sees its far ends itself.
_VERSION_4: Final = """
ALTER TABLE part ADD COLUMN endpoint TEXT;
ALTER TABLE send ADD COLUMN endpoint TEXT;
"""

# The texts that counted for a limit, by number.
_VERSION_5: Final = """
CREATE TABLE limited_send (number TEXT NOT NULL, sent_at TEXT NOT NULL) STRICT;
CREATE INDEX limited_send_number ON limited_send (number, sent_at);
"""

# Message ids without what their spellings differ in.
_VERSION_6: Final = """
CREATE INDEX send_part_spelling ON send_part (ltrim(lower(trim(message_id, '"'',;.')), '0'));
"""

VERSIONS: Final = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5, _VERSION_6)

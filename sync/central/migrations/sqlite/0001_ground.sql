-- The ground of a centre: who it is, who may speak to it, what was said, and what holds now.

CREATE TABLE epochs (
    id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL
) STRICT;

CREATE TABLE centre (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE centre_keys (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    use TEXT NOT NULL CHECK (use IN ('sign', 'box')),
    public TEXT NOT NULL,
    secret TEXT NOT NULL,
    by_key TEXT REFERENCES centre_keys (id),
    signature TEXT,
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    label TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('field', 'coordination')),
    region TEXT NOT NULL,
    sign_key TEXT NOT NULL,
    box_key TEXT NOT NULL,
    certificate TEXT NOT NULL,
    status TEXT NOT NULL,
    enrolled_at TEXT NOT NULL
) STRICT;

CREATE TABLE codes (
    id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    region TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('field', 'coordination')),
    expires_at TEXT NOT NULL,
    device TEXT REFERENCES devices (id)
) STRICT;

CREATE TABLE feeds (
    region TEXT PRIMARY KEY,
    last_change INTEGER NOT NULL
) STRICT;

CREATE TABLE streams (
    id TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    link TEXT NOT NULL
) STRICT;

-- A batch as it came, compressed, without the private values; `hashes` are 32 bytes an op, in order.
CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    stream TEXT NOT NULL REFERENCES streams (id),
    first_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    region TEXT NOT NULL,
    device TEXT NOT NULL,
    route TEXT NOT NULL CHECK (route IN ('network', 'bundle', 'central')),
    received_at TEXT NOT NULL,
    prev TEXT NOT NULL,
    hashes BLOB NOT NULL,
    ops BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX batches_by_stream ON batches (stream, first_seq);

-- One row an op, for ever: its first answer, or that of its release or rejection.
CREATE TABLE ops (
    batch INTEGER NOT NULL REFERENCES batches (id),
    place INTEGER NOT NULL,
    id TEXT NOT NULL,
    hash BLOB NOT NULL,
    kind TEXT,
    record TEXT,
    status TEXT NOT NULL CHECK (status IN ('applied', 'agreed', 'conflict', 'quarantined', 'rejected')),
    change INTEGER NOT NULL,
    conflicts TEXT,
    reason TEXT,
    PRIMARY KEY (batch, place)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX ops_by_id ON ops (id);

CREATE INDEX ops_by_record ON ops (record);

-- Apart from the batches, so that a person's data can be erased while every chain still verifies.
CREATE TABLE private_values (
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (batch, place),
    FOREIGN KEY (batch, place) REFERENCES ops (batch, place)
) STRICT, WITHOUT ROWID;

-- `writer` is the op behind most fields, `writers` those of the others; `private` holds the live private values.
CREATE TABLE records (
    place INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    region TEXT NOT NULL,
    change INTEGER NOT NULL,
    schema INTEGER NOT NULL,
    fields TEXT NOT NULL,
    private TEXT,
    writer TEXT NOT NULL,
    writers TEXT,
    made_by TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    contested INTEGER NOT NULL CHECK (contested IN (0, 1)),
    erased INTEGER NOT NULL CHECK (erased IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX records_by_id ON records (id, kind);

CREATE UNIQUE INDEX records_by_change ON records (region, change);

-- `moved` is the record's change at which the conflict last changed its state.
CREATE TABLE conflicts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'superseded')),
    moved INTEGER NOT NULL,
    other_device TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX conflicts_by_record ON conflicts (record, kind);

CREATE TABLE settlements (
    conflict TEXT NOT NULL,
    op TEXT NOT NULL,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    device TEXT NOT NULL,
    coordination INTEGER NOT NULL CHECK (coordination IN (0, 1)),
    PRIMARY KEY (conflict, op)
) STRICT, WITHOUT ROWID;

CREATE INDEX settlements_by_record ON settlements (record, kind);

CREATE TABLE quarantine (
    op TEXT PRIMARY KEY,
    batch INTEGER NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT,
    record TEXT,
    region TEXT NOT NULL,
    device TEXT NOT NULL,
    coordination INTEGER NOT NULL CHECK (coordination IN (0, 1)),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'released', 'rejected')),
    forgiven INTEGER NOT NULL CHECK (forgiven IN (0, 1)),
    held_at TEXT NOT NULL,
    FOREIGN KEY (batch, place) REFERENCES ops (batch, place)
) STRICT;

CREATE INDEX quarantine_waiting ON quarantine (region, record) WHERE state = 'waiting';

CREATE INDEX quarantine_by_device ON quarantine (device, held_at);

-- Every receipt that was ever signed, with the results it covers (compressed).
CREATE TABLE receipts (
    id INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    root TEXT NOT NULL,
    receipt TEXT NOT NULL,
    results BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX receipts_by_root ON receipts (stream, first_seq, root);

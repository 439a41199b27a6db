-- The ground of a centre: who it is, who may speak to it, what was said, and what holds now.
--
-- Texts that are looked up or put in order are compared by their bytes ("C"), as they are everywhere else. JSON is kept
-- as text: pulls join it as it is. Rows of the hot tables (`ops`, `private_values`, `records`) name no foreign keys: they
-- are written by the thousand in one transaction together with what they point to, and a check a row costs more than
-- the row. `nth` is the order in which rows were written, where no column of the tables' own tells it.

CREATE TABLE epochs (
    id TEXT COLLATE "C" PRIMARY KEY,
    started_at TEXT NOT NULL,
    nth BIGINT GENERATED ALWAYS AS IDENTITY
);

CREATE TABLE centre (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE centre_keys (
    place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    use TEXT NOT NULL CHECK (use IN ('sign', 'box')),
    public TEXT NOT NULL,
    secret TEXT NOT NULL,
    by_key TEXT COLLATE "C" REFERENCES centre_keys (id),
    signature TEXT,
    made_at TEXT NOT NULL
);

CREATE TABLE devices (
    id TEXT COLLATE "C" PRIMARY KEY,
    label TEXT COLLATE "C" NOT NULL CONSTRAINT devices_by_label UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('field', 'coordination')),
    region TEXT COLLATE "C" NOT NULL,
    sign_key TEXT NOT NULL,
    box_key TEXT NOT NULL,
    certificate TEXT NOT NULL,
    status TEXT NOT NULL,
    enrolled_at TEXT NOT NULL
);

CREATE TABLE codes (
    id TEXT COLLATE "C" PRIMARY KEY,
    secret TEXT NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('field', 'coordination')),
    expires_at TEXT NOT NULL,
    device TEXT COLLATE "C" REFERENCES devices (id)
);

-- The row of a region is taken before anything else, so that what writes into it follows one after the other.
CREATE TABLE feeds (
    region TEXT COLLATE "C" PRIMARY KEY,
    last_change BIGINT NOT NULL
);

CREATE TABLE streams (
    id TEXT COLLATE "C" PRIMARY KEY,
    device TEXT COLLATE "C" NOT NULL,
    last_seq BIGINT NOT NULL,
    link TEXT NOT NULL
);

-- A batch as it came, compressed, without the private values; `hashes` are 32 bytes an op, in order.
CREATE TABLE batches (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL REFERENCES streams (id),
    first_seq BIGINT NOT NULL,
    count INTEGER NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    route TEXT NOT NULL CHECK (route IN ('network', 'bundle', 'central')),
    received_at TEXT NOT NULL,
    prev TEXT NOT NULL,
    hashes BYTEA NOT NULL,
    ops BYTEA NOT NULL
);

-- Neither gets smaller by being compressed again.
ALTER TABLE batches ALTER COLUMN hashes SET STORAGE EXTERNAL, ALTER COLUMN ops SET STORAGE EXTERNAL;

CREATE UNIQUE INDEX batches_by_stream ON batches (stream, first_seq);

-- One row an op, for ever: its first answer, or that of its release or rejection.
CREATE TABLE ops (
    batch BIGINT NOT NULL,
    place INTEGER NOT NULL,
    change BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL,
    kind TEXT COLLATE "C",
    record TEXT COLLATE "C",
    status TEXT NOT NULL CHECK (status IN ('applied', 'agreed', 'conflict', 'quarantined', 'rejected')),
    conflicts TEXT,
    reason TEXT
);

CREATE UNIQUE INDEX ops_by_id ON ops (id);

CREATE INDEX ops_by_record ON ops (record);

-- Apart from the batches, so that a person's data can be erased while every chain still verifies.
CREATE TABLE private_values (
    batch BIGINT NOT NULL,
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (batch, place)
);

-- `writer` is the op behind most fields, `writers` those of the others; `private` holds the live private values.
-- A row of an ordinary length stays whole in its page, uncompressed.
CREATE TABLE records (
    place BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    change BIGINT NOT NULL,
    schema INTEGER NOT NULL,
    fields TEXT NOT NULL,
    private TEXT,
    writer TEXT COLLATE "C" NOT NULL,
    writers TEXT,
    made_by TEXT COLLATE "C" NOT NULL,
    accepted_at TEXT COLLATE "C" NOT NULL,
    contested BOOLEAN NOT NULL,
    erased BOOLEAN NOT NULL
) WITH (toast_tuple_target = 8160);

CREATE UNIQUE INDEX records_by_id ON records (id, kind);

CREATE UNIQUE INDEX records_by_change ON records (region, change);

-- `moved` is the record's change at which the conflict last changed its state.
CREATE TABLE conflicts (
    id TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'superseded')),
    moved BIGINT NOT NULL,
    other_device TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    nth BIGINT GENERATED ALWAYS AS IDENTITY
);

CREATE INDEX conflicts_by_record ON conflicts (record, kind);

CREATE TABLE settlements (
    conflict TEXT COLLATE "C" NOT NULL,
    op TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    coordination BOOLEAN NOT NULL,
    PRIMARY KEY (conflict, op)
);

CREATE INDEX settlements_by_record ON settlements (record, kind);

CREATE TABLE quarantine (
    op TEXT COLLATE "C" PRIMARY KEY,
    batch BIGINT NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT COLLATE "C",
    record TEXT COLLATE "C",
    region TEXT COLLATE "C" NOT NULL,
    device TEXT COLLATE "C" NOT NULL,
    coordination BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'released', 'rejected')),
    forgiven BOOLEAN NOT NULL,
    held_at TEXT COLLATE "C" NOT NULL
);

CREATE INDEX quarantine_waiting ON quarantine (region, record) WHERE state = 'waiting';

CREATE INDEX quarantine_by_record ON quarantine (record);

CREATE INDEX quarantine_by_device ON quarantine (device, held_at);

-- Every receipt that was ever signed, with the results it covers (compressed).
CREATE TABLE receipts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    count INTEGER NOT NULL,
    root TEXT COLLATE "C" NOT NULL,
    receipt TEXT NOT NULL,
    results BYTEA NOT NULL
);

CREATE UNIQUE INDEX receipts_by_root ON receipts (stream, first_seq, root);

ALTER TABLE receipts ALTER COLUMN results SET STORAGE EXTERNAL;

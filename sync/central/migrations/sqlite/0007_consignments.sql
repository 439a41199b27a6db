-- Bundles that a carrier brings part by part, and the answers that are taken home so. They end after some days, and no
-- copy holds them. Once there is an answer, the parts are those of the answer; `place` is the byte at which one begins.

CREATE TABLE consignments (
    carrier TEXT NOT NULL REFERENCES devices (id),
    bundle TEXT NOT NULL,
    held INTEGER NOT NULL,
    moved_at TEXT NOT NULL,
    answer TEXT,
    batches INTEGER,
    ops INTEGER,
    PRIMARY KEY (carrier, bundle)
) STRICT;

CREATE TABLE consignment_parts (
    carrier TEXT NOT NULL,
    bundle TEXT NOT NULL,
    place INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (carrier, bundle, place),
    FOREIGN KEY (carrier, bundle) REFERENCES consignments (carrier, bundle) ON DELETE CASCADE
) STRICT;

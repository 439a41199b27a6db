-- Bundles that a carrier brings part by part, and the answers that are taken home so. They end after some days, and no
-- copy holds them. Once there is an answer, the parts are those of the answer; `place` is the byte at which one begins.

CREATE TABLE consignments (
    carrier TEXT COLLATE "C" NOT NULL REFERENCES devices (id),
    bundle TEXT COLLATE "C" NOT NULL,
    held BIGINT NOT NULL,
    moved_at TEXT COLLATE "C" NOT NULL,
    answer TEXT,
    batches BIGINT,
    ops BIGINT,
    PRIMARY KEY (carrier, bundle)
);

CREATE TABLE consignment_parts (
    carrier TEXT COLLATE "C" NOT NULL,
    bundle TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (carrier, bundle, place),
    FOREIGN KEY (carrier, bundle) REFERENCES consignments (carrier, bundle) ON DELETE CASCADE
);
-- Sealed bytes do not compress.
ALTER TABLE consignment_parts ALTER COLUMN body SET STORAGE EXTERNAL;

-- What outlives a lost history: labels after a fork, devices that wait for a coordinator, ops that the centre vouches for.

ALTER TABLE devices ADD COLUMN confirmation TEXT;

-- The certificate that a device was given for a stream that it begins after a fork: the same one for ever.
CREATE TABLE stream_certificates (
    stream TEXT PRIMARY KEY,
    device TEXT NOT NULL REFERENCES devices (id),
    certificate TEXT NOT NULL
) STRICT;

-- Erasures and decisions of the centre itself, with its signature over their hash; `told` is what a page carries.
CREATE TABLE vouched (
    op TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    record TEXT NOT NULL,
    region TEXT NOT NULL,
    change INTEGER NOT NULL,
    erase INTEGER NOT NULL CHECK (erase IN (0, 1)),
    told TEXT NOT NULL
) STRICT;

CREATE INDEX vouched_decisions ON vouched (region, change) WHERE erase = 0;

CREATE INDEX vouched_erasures ON vouched (record, kind) WHERE erase = 1;

-- What outlives a lost history: labels after a fork, devices that wait for a coordinator, ops that the centre vouches for.

ALTER TABLE devices ADD COLUMN confirmation TEXT;

-- The certificate that a device was given for a stream that it begins after a fork: the same one for ever.
CREATE TABLE stream_certificates (
    stream TEXT COLLATE "C" PRIMARY KEY,
    device TEXT COLLATE "C" NOT NULL REFERENCES devices (id),
    certificate TEXT NOT NULL
);

-- Erasures and decisions of the centre itself, with its signature over their hash; `told` is what a page carries.
CREATE TABLE vouched (
    op TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    record TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    change BIGINT NOT NULL,
    erase BOOLEAN NOT NULL,
    told TEXT NOT NULL
);

CREATE INDEX vouched_decisions ON vouched (region, change) WHERE NOT erase;

CREATE INDEX vouched_erasures ON vouched (record, kind) WHERE erase;

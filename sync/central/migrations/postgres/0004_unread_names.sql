-- What an op that cannot be read names stands in its row, so that an erasure of that record takes its values too.

UPDATE ops
SET kind = quarantine.kind, record = quarantine.record
FROM quarantine
WHERE quarantine.op = ops.id AND ops.kind IS NULL AND ops.record IS NULL;

DELETE FROM private_values
WHERE (batch, place) IN (
    SELECT ops.batch, ops.place
    FROM ops
    JOIN records ON records.id = ops.record AND (records.kind = ops.kind OR ops.kind IS NULL)
    WHERE records.erased
);

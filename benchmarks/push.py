"""How fast does a centre take in a first push? 10,000 records like attentions, in batches of 1,000, durable.

On each database: what the database alone would allow, the centre from the bytes of a body to its signed receipt in one
process, and over loopback HTTP as a device sends it (compressed, its receipt checked), with and without signatures. One
device sends, so a batch is answered before the next one leaves; device and centre take turns on the cores.
"""

from __future__ import annotations

import time

import orjson

from benchmarks import told
from benchmarks.attentions import an_attention, batches, body
from benchmarks.centres import Connection, Database, databases, enrolled, opened, serving
from benchmarks.limits import bare_http_ms, raw_insert
from sync.client.codec import compress
from sync.core.ops import Op
from sync.core.protocol import MAX_OPS, Batch

RECORDS = 10_000
ROUNDS = 3
TARGETS = {"SQLite": 12_000, "PostgreSQL": 10_000}
TARGET_BYTES = 400


def main() -> None:
    """Measure and print."""
    made = [an_attention(number) for number in range(RECORDS)]
    rows = [(op.record, orjson.dumps([op.to_wire(), dict(beside.fields)]).decode()) for op, beside in made]
    packed = [len(compress(body(batch))) for batch in batches("s", "e", made)]
    bare = RECORDS / bare_http_ms([(size, 60_000) for size in packed]) * 1_000
    told.rate("the same bytes over bare HTTP", bare)
    with databases() as kinds:
        for database in kinds:
            raw = told.middle([raw_insert(database, rows, MAX_OPS) for _ in range(ROUNDS)])
            told.rate(f"{database.name}: bare insert, nothing looked at", raw)
            _tell(database, made, raw)
    told.amount("on the wire", sum(packed) / RECORDS, "B a record    ", at_most=TARGET_BYTES)


def _tell(database: Database, made: list[tuple[Op, object]], raw: float) -> None:
    inside, plain, signed = [], [], []
    for _ in range(ROUNDS):
        inside.append(_in_process(database, made))
        plain.append(_over_http(database, made, signed=False))
        signed.append(_over_http(database, made, signed=True))
    told.rate(f"{database.name}: body to receipt, in one process", told.middle(inside), limit=raw)
    rate = told.middle(plain)
    told.rate(f"{database.name}: first push over HTTP", rate, at_least=TARGETS[database.name], limit=raw)
    with_them = told.middle(signed)
    told.rate(f"{database.name}: the same, signed ({rate / with_them - 1:+.0%} time)", with_them, limit=raw)


def _in_process(database: Database, made: list[tuple[Op, object]]) -> float:
    with opened(database.new()) as (_, centre):
        sender = enrolled(centre)
        bodies = [body(batch) for batch in batches(sender.stream, sender.epoch, made)]
        began = time.perf_counter()
        for one in bodies:
            answer = centre.push(sender.device, Batch.from_wire(orjson.loads(one)), sender.stream)
            orjson.dumps(answer.to_wire())
        return RECORDS / (time.perf_counter() - began)


def _over_http(database: Database, made: list[tuple[Op, object]], *, signed: bool) -> float:
    url = database.new()
    with opened(url) as (_, centre):
        sender = enrolled(centre)
    bodies = [body(batch) for batch in batches(sender.stream, sender.epoch, made)]
    with serving(url, signed=signed) as server:
        line = Connection(server, sender)
        line.pull("CL", 0)
        began = time.perf_counter()
        for one in bodies:
            line.push(one)
        took = time.perf_counter() - began
        line.close()
    return RECORDS / took


if __name__ == "__main__":
    main()

"""How fast does a centre give out everything it has? 10,000 records in pages of 1,000, compressed, read as JSON.

On each database: what reading the rows alone would allow, and over loopback HTTP with and without signatures. Then the
same pull by a real laptop, which keeps it: each page in one durable transaction of its encrypted store.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import orjson

from benchmarks import told
from benchmarks.attentions import an_attention, batches
from benchmarks.centres import Connection, Database, Sender, Server, databases, enrolled, opened, serving
from benchmarks.laptops import laptop
from benchmarks.limits import Rows, raw_select
from sync.core.protocol import MAX_OPS

RECORDS = 10_000
ROUNDS = 3
TARGET = 20_000


def main() -> None:
    """Measure and print."""
    made = [an_attention(number) for number in range(RECORDS)]
    rows = [(op.record, orjson.dumps({**op.fields, **beside.fields}).decode()) for op, beside in made]
    with databases() as kinds:
        for database in kinds:
            url = database.new()
            with opened(url) as (_, centre):
                sender = enrolled(centre)
                for batch in batches(sender.stream, sender.epoch, made):
                    centre.push(sender.device, batch, sender.stream)
                readers = [enrolled(centre, role="coordination") for _ in range(1 + 2 * ROUNDS)]
            _tell(database, url, rows, readers)


def _tell(database: Database, url: str, rows: Rows, readers: list[Sender]) -> None:
    raw = told.middle([raw_select(database, rows, MAX_OPS) for _ in range(ROUNDS)])
    told.rate(f"{database.name}: bare rows, nothing sent", raw)
    read: dict[bool, float] = {}
    kept: dict[bool, float] = {}
    for signed in (False, True):
        with serving(url, signed=signed) as server:
            read[signed] = told.middle([_read(server, readers[0]) for _ in range(ROUNDS)])
            kept[signed] = told.middle([_kept(server, readers.pop()) for _ in range(ROUNDS)])
    told.rate(f"{database.name}: full pull over HTTP", read[False], at_least=TARGET, limit=raw)
    told.rate(f"{database.name}: the same, signed ({read[False] / read[True] - 1:+.0%} time)", read[True], limit=raw)
    told.rate(f"{database.name}: full pull into a laptop's store", kept[False], limit=raw)
    told.rate(f"{database.name}: the same, signed", kept[True], limit=raw)


def _read(server: Server, reader: Sender) -> float:
    line = Connection(server, reader)
    line.pull("CL", 0)
    cursor, more, found = 0, True, 0
    began = time.perf_counter()
    while more:
        page = line.pull("13", cursor, MAX_OPS)
        cursor, more, found = page["cursor"], page["more"], found + len(page["records"])
    took = time.perf_counter() - began
    line.close()
    if found < RECORDS:  # the devices themselves are records too
        raise SystemExit("not every record was pulled")
    return found / took


def _kept(server: Server, reader: Sender) -> float:
    with tempfile.TemporaryDirectory() as folder, laptop(Path(folder), server, reader) as one:
        began = time.perf_counter()
        outcome = one.synchronise()
        return outcome.received / (time.perf_counter() - began)


if __name__ == "__main__":
    main()

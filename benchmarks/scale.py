"""Does the cost of a record stay the same as the centre fills? 1,000, 10,000 and 100,000 records, on both databases.

The same way as `push` and `pull` over HTTP, unsigned; beside it the most memory that the centre has held.
"""

from __future__ import annotations

import time

from benchmarks import told
from benchmarks.attentions import an_attention, batches, body
from benchmarks.centres import Connection, Database, databases, enrolled, opened, serving

SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    """Measure and print."""
    with databases() as kinds:
        for database in kinds:
            for size in SIZES:
                _tell(database, size)


def _tell(database: Database, size: int) -> None:
    url = database.new()
    with opened(url) as (_, centre):
        sender, reader = enrolled(centre), enrolled(centre, "13", "coordination")
    made = (an_attention(number) for number in range(size))
    bodies = [body(batch) for batch in batches(sender.stream, sender.epoch, list(made))]
    with serving(url, signed=False) as server:
        line = Connection(server, sender)
        began = time.perf_counter()
        for one in bodies:
            line.push(one)
        pushed = time.perf_counter() - began
        line.close()
        line = Connection(server, reader)
        began = time.perf_counter()
        cursor, more = 0, True
        while more:
            page = line.pull("13", cursor)
            cursor, more = page["cursor"], page["more"]
        pulled = time.perf_counter() - began
        line.close()
        told.rate(f"{database.name}: push {size:,} records", size / pushed)
        told.rate(f"{database.name}: pull {size:,} records", size / pulled)
        told.amount(f"{database.name}: most memory of the centre", server.peak_mb(), "MB")


if __name__ == "__main__":
    main()

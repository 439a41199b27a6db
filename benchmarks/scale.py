"""Does the cost of a record stay the same as the centre fills? 1,000, 10,000 and 100,000 records, on both databases.

The same way as `push` and `pull` over HTTP, unsigned; then a real laptop, in a process of its own, pulls all of it into
its store. Beside it the most memory that the centre and the laptop have held.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import told
from benchmarks.attentions import an_attention, batches, body
from benchmarks.centres import Connection, Database, Sender, Server, databases, enrolled, opened, peak_mb, serving
from benchmarks.laptops import laptop

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
        sender, reader, keeper = enrolled(centre), *(enrolled(centre, role="coordination") for _ in range(2))
    made = (an_attention(number) for number in range(size))
    bodies = [body(batch) for batch in batches(sender.stream, sender.epoch, list(made))]
    with serving(url, signed=False) as server:
        line = Connection(server, sender)
        line.pull("CL", 0)  # the first request of a process waits for more than its answer
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
        kept, peak = _in_its_own_process(server, keeper)
        told.rate(f"{database.name}: pull {size:,} into a laptop's store", kept)
        told.amount(f"{database.name}: most memory of the centre", server.peak_mb(), "MB")
        told.amount(f"{database.name}: most memory of the laptop", peak, "MB")


def _in_its_own_process(server: Server, keeper: Sender) -> tuple[float, float]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_kept, server, keeper).result()


def _kept(server: Server, keeper: Sender) -> tuple[float, float]:
    """Pull everything into a new laptop; records a second, and the most memory that its process has held, in MB."""
    with tempfile.TemporaryDirectory() as folder, laptop(Path(folder), server, keeper) as one:
        began = time.perf_counter()
        outcome = one.synchronise()
        return outcome.received / (time.perf_counter() - began), peak_mb()


if __name__ == "__main__":
    main()

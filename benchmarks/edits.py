"""100 records edited on two laptops at once: the whole cycle until both show all 100 conflicts and nothing is lost.

The first laptop synchronises, then the second, then the first again: real laptops with their encrypted stores, a real
centre over loopback HTTP, durable on both sides, every receipt checked.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import told
from benchmarks.attentions import an_attention, an_edit, batches
from benchmarks.centres import Database, Sender, Server, databases, enrolled, opened, serving
from benchmarks.laptops import Laptop, laptop

EDITED = 100
ROUNDS = 7
TARGET_MS = 60


def main() -> None:
    """Measure and print."""
    with databases() as kinds:
        for database in kinds:
            for signed in (False, True):
                _measure(database, signed=signed)


def _measure(database: Database, *, signed: bool) -> None:
    url = database.new()
    with opened(url) as (_, centre):
        maker = enrolled(centre)
        for batch in batches(maker.stream, maker.epoch, [an_attention(number) for number in range(EDITED * ROUNDS)]):
            centre.push(maker.device, batch, maker.stream)
        pair = enrolled(centre, role="coordination"), enrolled(centre, role="coordination")
    with serving(url, signed=signed) as server:
        taken = told.middle(_cycles(server, pair))
    how = ", signed" if signed else ""
    label = f"{database.name}: {EDITED} edited on two laptops, whole cycle{how}"
    told.ms(label, taken, at_most=None if signed else TARGET_MS)


def _cycles(server: Server, pair: tuple[Sender, Sender]) -> list[float]:
    taken = []
    with (
        tempfile.TemporaryDirectory() as folder,
        laptop(Path(folder), server, pair[0]) as first,
        laptop(Path(folder), server, pair[1]) as second,
    ):
        for one in (first, second):
            one.synchronise()
        for turn in range(ROUNDS):
            numbers = range(turn * EDITED, (turn + 1) * EDITED)
            first.save([(an_edit(number, turn=1), None) for number in numbers])
            second.save([(an_edit(number, turn=2), None) for number in numbers])
            began = time.perf_counter()
            first.synchronise()
            second.synchronise()
            first.synchronise()
            taken.append((time.perf_counter() - began) * 1_000)
            for one in (first, second):
                _check(one, numbers)
    return taken


def _check(one: Laptop, numbers: range) -> None:
    """Both values of every record are there: one live, the other in a conflict that is shown."""
    records = {an_attention(number)[0].record: number for number in numbers}
    shown = {}
    for conflict in one.store.conflicts():
        live = one.store.shown("attention", conflict.record)
        if conflict.record in records and live is not None:
            shown[conflict.record] = {conflict.other["duration_s"], live.fields["duration_s"]}
    if len(shown) != len(records) or any(len(values) != 2 for values in shown.values()) or one.store.pending():  # noqa: PLR2004
        raise SystemExit(f"of {len(records)} conflicts {len(shown)} are shown")


if __name__ == "__main__":
    main()

"""Where the time of a first push goes at the centre, from the bytes of a body to its signed receipt, stage by stage.

In one process and without HTTP, 1,000 records like attentions a batch; the median batch of a few.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import orjson

from benchmarks import told
from benchmarks.attentions import an_attention, batches, body
from benchmarks.centres import Database, databases, enrolled, opened
from sync.central import accept
from sync.central.columns import Columns
from sync.core.protocol import Batch

RECORDS = 8_000
WHOLE = "from body to receipt"
READ = "  JSON read"
STAGES = {
    "  hashes, links, ops read": (accept.Delivered, "__init__"),
    "    of it types and private values": (Columns, "good"),
    "  merge, one op after the other": (accept.Acceptance, "_answered"),
    "  history written": (accept.Acceptance, "_stored"),
    "  records written": (accept.Acceptance, "_finish"),
    "  receipt signed and kept": (accept, "receipt"),
}


def main() -> None:
    """Measure and print."""
    made = [an_attention(number) for number in range(RECORDS)]
    with databases() as kinds:
        for database in kinds:
            taken = _measured(database, made)
            for label in (WHOLE, READ, *STAGES):
                told.amount(f"{database.name}: {label}", told.middle(taken[label]), "µs a record")


def _measured(database: Database, made: list[Any]) -> dict[str, list[float]]:
    taken: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def timed(label: str, records: int) -> Iterator[None]:
        began = time.perf_counter()
        yield
        taken[label].append((time.perf_counter() - began) * 1_000_000 / records)

    def watched(label: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            with timed(label, size):
                return stage(*args, **named)

        return run

    with opened(database.new()) as (_, centre), ExitStack() as stack:
        sender = enrolled(centre)
        bodies = [body(batch) for batch in batches(sender.stream, sender.epoch, made)]
        size = RECORDS // len(bodies)
        for label, (owner, name) in STAGES.items():
            stack.enter_context(patch.object(owner, name, watched(label, getattr(owner, name))))
        for one in bodies:
            with timed(WHOLE, size):
                with timed(READ, size):
                    wire = orjson.loads(one)
                answer = centre.push(sender.device, Batch.from_wire(wire), sender.stream)
                orjson.dumps(answer.to_wire())
    return taken


if __name__ == "__main__":
    main()

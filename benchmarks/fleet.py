"""A whole fleet in the evening: 200 laptops hand in a day of 120 records each at once, to a centre on PostgreSQL.

Spread over the sixteen regions, and then all in one; to a centre of one process, and of one for each core. Each laptop
is a thread with a prepared, signed request; a reader polls every feed meanwhile, and at the end it must have seen every
record once it counted as received. The laptops, the reader, the centre and PostgreSQL share the cores of this machine.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle

from benchmarks import postgres, told
from benchmarks.attentions import an_attention, batches, body
from benchmarks.centres import Connection, Sender, Server, enrolled, opened, serving

LAPTOPS = 200
DAY = 120
REGIONS = tuple(f"{number:02}" for number in range(1, 17))
SPREAD_MS, TOGETHER_MS = 2_000, 4_000
_PAUSE_S = 0.05


def main() -> None:
    """Measure and print."""
    with postgres.running() as server:
        for processes in sorted({1, os.cpu_count() or 1}):
            print(f"a centre of {processes} {'process' if processes == 1 else 'processes'}")
            _tell("spread over the 16 regions", server.new(), processes, REGIONS, SPREAD_MS)
            _tell("all in one region", server.new(), processes, REGIONS[-1:], TOGETHER_MS)


def _tell(label: str, url: str, processes: int, regions: Sequence[str], at_most_ms: float) -> None:
    places = [regions[number % len(regions)] for number in range(LAPTOPS)]
    with opened(url) as (_, centre):
        senders = [enrolled(centre, region) for region in places]
        reader = enrolled(centre, "CL", "coordination")
    bodies = [_day(number, region, sender) for number, (region, sender) in enumerate(zip(places, senders, strict=True))]
    with ExitStack() as stack:
        centres = [stack.enter_context(serving(url)) for _ in range(processes)]
        watch = _Watch(centres[0], reader, regions)
        began = time.perf_counter()
        with ThreadPoolExecutor(LAPTOPS) as fleet, watch:
            taken = sorted(fleet.map(_pushed_ms, cycle(centres), senders, bodies))
        took = time.perf_counter() - began
        missed = LAPTOPS * DAY - watch.seen()
    told.rate(f"{LAPTOPS} laptops at once, {label}", LAPTOPS * DAY / took)
    told.ms("  a batch of a day, median", taken[len(taken) // 2])
    told.ms("  a batch of a day, p95", taken[len(taken) * 95 // 100], at_most=at_most_ms)
    told.amount("  records that a reader missed", missed, "", at_most=0)


def _day(number: int, region: str, sender: Sender) -> bytes:
    made = [an_attention(number * DAY + one, region) for one in range(DAY)]
    (batch,) = batches(sender.stream, sender.epoch, made)
    return body(batch)


def _pushed_ms(server: Server, sender: Sender, day: bytes) -> float:
    line = Connection(server, sender)
    began = time.perf_counter()
    line.push(day)
    took = time.perf_counter() - began
    line.close()
    return took * 1_000


class _Watch:
    """A reader that polls the feeds while others write, from each one's cursor on; a record may not slip behind it."""

    def __init__(self, server: Server, sender: Sender, feeds: Sequence[str]) -> None:
        self._line = Connection(server, sender)
        self._cursors = dict.fromkeys(feeds, 0)
        self._seen: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._read()
        self._line.close()

    def seen(self) -> int:
        """How many attentions it has met."""
        return len(self._seen)

    def _poll(self) -> None:
        while not self._stop.wait(_PAUSE_S):
            self._read()

    def _read(self) -> None:
        for feed in self._cursors:
            self._seen.update(self._new(feed))

    def _new(self, feed: str) -> Iterator[str]:
        more = True
        while more:
            page = self._line.pull(feed, self._cursors[feed])
            yield from (one["record"] for one in page["records"] if one["kind"] == "attention")
            self._cursors[feed], more = page["cursor"], page["more"]


if __name__ == "__main__":
    main()

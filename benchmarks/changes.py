"""What it costs when 100 of 10,000 records changed: handing the changes in, and pulling them.

One device edits 100 records of the 10,000 that are at the centre and pushes them as one batch; then another, which
has everything else, pulls. Over loopback HTTP, durable; what a device does before and after is no part of it. Beside it
the same bytes over HTTP with a server that does nothing.
"""

from __future__ import annotations

import time
from itertools import count

from benchmarks import told
from benchmarks.attentions import an_attention, an_edit, batches, body
from benchmarks.centres import Connection, Database, Sender, Server, databases, enrolled, opened, serving
from benchmarks.limits import bare_http_ms
from sync.client.codec import compress
from sync.core.merge import Outcome
from sync.core.protocol import MAX_OPS

RECORDS = 10_000
CHANGED = 100
ROUNDS = 15
PUSH_MS = 10
PULL_MS = 8


def main() -> None:
    """Measure and print."""
    with databases() as kinds:
        for database in kinds:
            _measure(database)


def _measure(database: Database) -> None:
    url = database.new()
    made = [an_attention(number) for number in range(RECORDS)]
    with opened(url) as (_, centre):
        first, reader = enrolled(centre), enrolled(centre, role="coordination")
        for batch in batches(first.stream, first.epoch, made):
            centre.push(first.device, batch, first.stream)
        editors = [enrolled(centre) for _ in range(2)]
    turns = count(1)
    for signed, editor in zip((False, True), editors, strict=True):
        with serving(url, signed=signed) as server:
            _tell(database.name, server, editor, reader, [next(turns) for _ in range(ROUNDS)])


def _tell(name: str, server: Server, editor: Sender, reader: Sender, turns: list[int]) -> None:
    writing, reading = Connection(server, editor), Connection(server, reader)
    ops = [(an_edit(number * 97, turn=turn, seen=turn - 1), None) for turn in turns for number in range(CHANGED)]
    cursor = _end(reading)
    pushes, pulls, sizes = [], [], []
    for batch in batches(editor.stream, editor.epoch, ops, CHANGED):
        one = body(batch)
        began = time.perf_counter()
        answer, _ = writing.push(one)
        pushes.append((time.perf_counter() - began) * 1_000)
        if any(result.status is not Outcome.APPLIED for result in answer.results):
            raise SystemExit("an edit of what was seen was not applied")
        began = time.perf_counter()
        page = reading.pull("13", cursor)
        pulls.append((time.perf_counter() - began) * 1_000)
        if len(page["records"]) != CHANGED:
            raise SystemExit("not every change was pulled")
        cursor = page["cursor"]
        sizes.append(len(compress(one)))
    bare = bare_http_ms([(size, 6_000) for size in sizes]) / len(sizes)
    how, targets = (", signed", (None, None)) if server.signed else ("", (PUSH_MS, PULL_MS))
    told.ms(f"{name}: {CHANGED} changed of {RECORDS:,}, push{how}", told.middle(pushes), at_most=targets[0], limit=bare)
    told.ms(f"{name}: {CHANGED} changed of {RECORDS:,}, pull{how}", told.middle(pulls), at_most=targets[1], limit=bare)
    writing.close()
    reading.close()


def _end(line: Connection) -> int:
    cursor, more = 0, True
    while more:
        page = line.pull("13", cursor, MAX_OPS)
        cursor, more = page["cursor"], page["more"]
    return int(cursor)


if __name__ == "__main__":
    main()

"""What one durable, encrypted save of an attention costs, beside a raw SQLCipher commit of the same row.

The two alternate in one run, so that a busy disk slows both. Target: at most three raw commits.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sync.client.compose import Edit, PrivateValues, compose
from sync.client.ports import DeviceIdentity
from sync.core.ops import Op, canonical
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.storage.connection import open_database
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.resources import load_catalogues

TARGET = 3
SAVES = 1_000
WARM_UP = 50
FIELDS = {
    "space": "oirs_terreno",
    "outing": "01990000-0000-7000-8000-000000000001",
    "received_at": "2026-11-21T15:04:05.123Z",
    "type": "enquiry",
    "topic": "vivienda",
    "answer_owed": False,
    "outcome": "informed",
    "status": "registered",
    "persons_count": 1,
    "user_type": "citizen",
    "sex": "F",
    "age_band": "45-59",
    "nationality": "CL",
    "residence_comuna": "13101",
    "education": "media",
    "privacy_notice": "2026-1",
    "description": "Consulta por el estado de su postulación al subsidio de arriendo. " * 10,
}


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        raw, saved = measure(Path(folder))
    ratio = statistics.median(saved) / statistics.median(raw)
    print(f"{'one durable save':32s} {described(saved)}")
    print(f"{'one raw SQLCipher commit':32s} {described(raw)}")
    print(f"{'ratio of the medians':32s} {ratio:.2f} (target ≤ {TARGET}, {'met' if ratio <= TARGET else 'MISSED'})")


def measure(folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds of each raw commit and of each save."""
    kinds = schema(load_catalogues(resources()))
    attention = kinds.by_name["attention"]
    key = os.urandom(32)
    raw = open_database(folder / "raw.db", key)
    raw.execute(
        "CREATE TABLE saves (place INTEGER PRIMARY KEY, op TEXT NOT NULL UNIQUE, wire BLOB, fields TEXT) STRICT"
    )
    numbers = itertools.count(1)

    def composed() -> tuple[Op, PrivateValues | None]:
        edit = Edit(
            name(numbers), "13", {**FIELDS, "folio": f"T07-2026-{next(numbers):06}-1"}, "officer", FIELDS_AT, {}, {}
        )
        return compose(edit, op_id=name(numbers), salt=os.urandom(16), kind=attention, schema_version=kinds.version)

    def raw_commit(op: Op, values: PrivateValues | None) -> None:
        wire, fields = canonical(op.to_wire()), canonical(dict(values.fields) if values else {}).decode()
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO saves (op, wire, fields) VALUES (?, ?, ?)", (op.id, wire, fields))
        raw.execute("COMMIT")

    with LaptopStore(folder, key, kinds) as store:

        def save(op: Op, values: PrivateValues | None) -> None:
            with store.transaction() as write:
                write.take_counter("folio/T07/2026")
                write.append(op, values)

        with store.transaction() as write:
            write.put_identity(DeviceIdentity(name(numbers), "T07", "13", "field", name(numbers), "e", "", {}, {}))
        raws, saves = [], []
        for _ in range(SAVES + WARM_UP):
            raws.append(timed(raw_commit, *composed()))
            saves.append(timed(save, *composed()))
    raw.close()
    return raws[WARM_UP:], saves[WARM_UP:]


FIELDS_AT = "2026-11-21T15:04:05.123Z"


def name(numbers: itertools.count[int]) -> str:
    """A UUIDv7-like id that grows."""
    return f"01990000-0000-7000-8000-{next(numbers):012x}"


def timed(work: Callable[[Op, PrivateValues | None], None], op: Op, values: PrivateValues | None) -> float:
    """Milliseconds that the work takes; composing the op is not part of it."""
    begun = time.perf_counter()
    work(op, values)
    return (time.perf_counter() - begun) * 1000


def described(times: list[float]) -> str:
    """Median and tail."""
    ordered = sorted(times)
    return f"median {statistics.median(ordered):6.2f} ms   p99 {ordered[len(ordered) * 99 // 100]:6.2f} ms"


if __name__ == "__main__":
    main()

"""The part of a table of facts that holds a year, filled before it has indexes: each is then made in one go.

It is written without a log, as it lives no longer than the measurement: what a centre does itself is durable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from sync.central.figure_facts import Shape

_FOR_LOADING = "SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2"


@contextmanager
def filled_apart(url: str, shape: Shape, year: int) -> Iterator[str]:
    """A bare table in place of the part of a year, which joins the others when the block ends.

    Args:
        url: The database.
        shape: The table; the part of the year is there, empty.
        year: The year.

    Yields:
        Its name.
    """
    name = f"{shape.name}_{year}"
    with psycopg.connect(url) as connection:
        bounds = connection.execute(
            "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = %s", (name,)
        ).fetchone()
        if bounds is None:
            raise SystemExit(f"{name} is missing")
        connection.execute(f"DROP TABLE {name}; CREATE UNLOGGED TABLE {name} (LIKE {shape.name})")
    yield name
    with psycopg.connect(url) as connection:
        connection.execute(f"{_FOR_LOADING}; ALTER TABLE {shape.name} ATTACH PARTITION {name} {bounds[0]}")

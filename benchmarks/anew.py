"""How soon figures come back when a centre counts something else, or was restored: made anew from the records alone.

The records are those that the facts of a measured period would be of, with nothing in them but what is counted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import psycopg

from benchmarks import told
from sync.central.figure_facts import FactTable
from sync.central.figure_fold import Folding
from sync.central.figure_layout import Layout
from sync.central.store_postgres import PostgresStore
from sync.core.counted import Dimension

_OF = ("attention", "referral", "survey_response")
_CHANGE = "(SELECT COUNT(*) FROM records) + row_number() OVER ()"


def tell(url: str, store: PostgresStore, layout: Layout, records: int) -> None:
    """Make figures anew from so many attentions at most, and what led to these; what the database held is lost.

    Args:
        url: The database.
        store: The same.
        layout: Its figures.
        records: How many attentions.
    """
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM records")
        for kind in _OF:
            within = "" if kind == "attention" else " WHERE {0} IN (SELECT id FROM records)"
            path = "v_attention" if kind == "referral" else "id"
            _written(connection, layout.facts[kind], within.format(path), records)
        connection.execute(
            "UPDATE feeds SET last_change = told.last"
            " FROM (SELECT region, MAX(change) AS last FROM records GROUP BY region) AS told"
            " WHERE told.region = feeds.region"
        )
        counted = connection.execute("SELECT COUNT(*) FROM records").fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE records")
    with store.writing() as tx:
        tx.make_figures(layout)
    folding = Folding(store, layout)
    began = time.perf_counter()
    folding.catch_up(lambda: False, patience_s=1)  # who waits for an answer fills no cube
    made = time.perf_counter()
    folding.catch_up(lambda: False)
    whole = time.perf_counter()
    number = 0 if counted is None else int(counted[0])
    told.rate(f"anew: facts of {number:,} records", number / (made - began))
    told.rate("anew: facts and cubes", number / (whole - began))


def _written(connection: psycopg.Connection, facts: FactTable, within: str, most: int) -> None:
    """Records whose facts are those of a kind."""
    public, private = (
        [(one.path.split("."), column, one.listed or one.mixed) for one, column in _columns(facts) if one.private is of]
        for of in (False, True)
    )
    connection.execute(
        "INSERT INTO records (kind, id, region, change, schema, fields, private, writer, made_by, accepted_at,"
        f" contested, erased) SELECT '{facts.kind}', id, region, {_CHANGE}, 1,"
        f" {_object(public)}::text, {f'{_object(private)}::text' if private else 'NULL'}, '', '', '', FALSE, FALSE"
        f" FROM {facts.shape.name}{within} LIMIT {most}"
    )


def _columns(facts: FactTable) -> list[tuple[Dimension, str]]:
    return [(one, facts.columns[one.path].name) for one in facts.counted.dimensions]


def _object(values: Iterable[tuple[list[str], str, bool]]) -> str:
    inner: dict[str, list[tuple[list[str], str, bool]]] = {}
    for parts, column, as_json in values:
        inner.setdefault(parts[0], []).append((parts[1:], column, as_json))
    members = [
        f"'{name}', {_object(found) if found[0][0] else found[0][1] + ('::json' if found[0][2] else '')}"
        for name, found in inner.items()
    ]
    return f"json_strip_nulls(json_build_object({', '.join(members)}))"

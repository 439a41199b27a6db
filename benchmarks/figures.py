"""What the country's figures cost at volume: the monthly summary from the cubes, from the facts, and in DuckDB.

A period is drawn into the facts of a PostgreSQL of its own, the cubes are counted from them, and every count of the
report is asked in each way; the answers have to be the same. DuckDB, which is made for nothing else, holds the same
rows and is the limit. Then a second year is drawn, to see whether a month still costs the same. Nothing of it stays.

    make bench-scale ROWS=10800000
"""

from __future__ import annotations

import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import period, postgres, told
from sync.central.figure_layout import Layout, layout_of
from sync.central.figure_question import Question
from sync.central.figure_sql import Planner
from sync.central.operate.recount import mend_cubes
from sync.central.store_postgres import PostgresStore
from sync.central.tallies import opening
from sync.core.grouping import Count, parse
from sync.core.schema import Schema
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports import annual, monthly_summary
from terreno_app.domain.reports.spec import ReportSpec
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.storage.resources import load_catalogues

ROWS = 1_000_000
YEAR = 2026
MONTH = f"{YEAR}-06"
MONTH_MS, YEAR_MS, OF_LIMIT = 100, 500, 6
_TURNS = 5
_MB = 1024 * 1024
_ORDER = {"attention": "month"}
"""A column store leaves out what a month does not touch, if months lie together: the limit is to be a good one."""

Answers = dict[str, list[str]]
Ask = Callable[[Question], list[tuple[Any, ...]]]


def main() -> None:
    """Measure and print; `ROWS` in the environment says how many attentions a year has."""
    with postgres.running() as server, tempfile.TemporaryDirectory(prefix="terreno-figures-") as folder:
        measure(server.new(), int(os.environ.get("ROWS", ROWS)), Path(folder))


def measure(url: str, rows: int, folder: Path, years: int = 2) -> None:
    """Load a year, measure; load the year before, measure again.

    Args:
        url: An empty database.
        rows: Attentions of a year.
        folder: Where rows may lie on their way to DuckDB.
        years: Of how many years; the limit is that of one.
    """
    layout = layout_of(_schema())
    store = PostgresStore(url)
    with ExitStack() as stack:
        stack.callback(store.close)
        _make(store, layout)
        for held in range(1, years + 1):
            _load(url, store, layout, YEAR + 1 - held, rows)
            limit = _limit(stack, url, layout, folder) if held == 1 else None
            name = f"{held} year{'s' if held > 1 else ''}"
            _tell(store, layout, f"monthly, {name}", monthly_summary.spec(MONTH, None, None), MONTH_MS, limit)
            _tell(store, layout, f"annual, {name}", annual.spec(str(YEAR), None, None), YEAR_MS, limit)


def _make(store: PostgresStore, layout: Layout) -> None:
    with store.writing() as tx:
        for feed in _feeds():
            tx.put_feed(feed, tx.take_feed(feed))
        tx.make_figures(layout)


@cache
def _catalogues() -> Catalogues:
    return load_catalogues(resources())


@cache
def _schema() -> Schema:
    return schema(_catalogues())


def _feeds() -> list[str]:
    """Those of the country."""
    return [region.code for region in _catalogues().regions]


def _load(url: str, store: PostgresStore, layout: Layout, year: int, rows: int) -> None:
    with store.writing() as tx:
        for facts in layout.facts.values():
            tx.keep_years_apart(facts.shape, (year, year + 1))
    began = time.perf_counter()
    with psycopg.connect(url) as connection:
        period.load(connection, layout, _catalogues(), year, rows)
    loaded = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    swept = time.perf_counter()
    for feed in _feeds():
        mend_cubes(store, layout, feed, lambda _: None)
    counted = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    told.rate(f"{year}: facts of {rows:,} attentions", rows / (loaded - began))
    told.rate(f"{year}: cubes, counted from the facts", rows / (counted - swept))
    told.amount("size of the database", 0 if size is None else size[0] / _MB, "MB", at_most=20 * 1024)


def _counts(asked: ReportSpec) -> list[Count]:
    return [opening(count, _schema()) for count in parse([count.to_wire() for count in asked.counts])]


def _questions(layout: Layout, asked: ReportSpec, *, facts: bool) -> list[Question]:
    """The counts of a report that figures answer; what an office writes in words is read from the records."""
    planner = Planner(layout)
    ask = planner.over_facts if facts else planner.question
    found = [ask(count, _feeds()) for count in _counts(asked) if planner.kinds(count) is not None]
    return [one for one in found if one is not None]


def _tell(store: PostgresStore, layout: Layout, name: str, asked: ReportSpec, at_most: int, limit: Ask | None) -> None:
    def ask(question: Question) -> list[tuple[Any, ...]]:
        return tx.ask(question.sql, question.params)

    cubes, facts = _questions(layout, asked, facts=False), _questions(layout, asked, facts=True)
    by_name = {one.asked.name for one in cubes}
    rest = [count for count in _counts(asked) if count.name not in by_name]
    told.note(f"{name}: {len(cubes)} of {len(asked.counts)} counts are answered from figures, {len(rest)} from records")
    with store.reading() as tx:
        process = int(tx.ask("SELECT pg_backend_pid()", ())[0][0])
        tx.ask("SELECT set_config('max_parallel_workers_per_gather', '0', TRUE)", ())
        plain_ms, plain_cpu, plain = _asked(facts, ask, 1, lambda: _cpu_s(process))
        cube_ms, cube_cpu, found = _asked(cubes, ask, _TURNS, lambda: _cpu_s(process), lambda: tx.tallies(rest))
    if found != plain:
        raise SystemExit(f"{name}: the cubes and the facts differ")
    limit_ms = limit_cpu = None
    if limit is not None:
        limit_ms, limit_cpu, same = _asked(facts, limit, _TURNS, time.process_time)
        if same != plain:
            raise SystemExit(f"{name}: DuckDB and the facts differ")
        told.ms(f"{name}: DuckDB", limit_ms)
        told.ms(f"{name}: DuckDB, of a processor", limit_cpu)
    told.ms(f"{name}: facts, plain SQL", plain_ms, limit=limit_ms)
    told.ms(f"{name}: facts, of a processor", plain_cpu, limit=limit_cpu)
    told.ms(f"{name}: cubes", cube_ms, at_most=at_most, limit=limit_ms)
    told.ms(f"{name}: cubes, of a processor", cube_cpu, at_most=at_most, limit=limit_cpu)
    if limit_cpu is not None:
        told.note(f"target ≤ {OF_LIMIT} × the limit: {'met' if cube_cpu <= OF_LIMIT * limit_cpu else 'missed'}")


def _cpu_s(process: int) -> float:
    """How long a process has had a processor, in seconds: on a machine that others use too, the figure that stands."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _asked(
    questions: Sequence[Question],
    ask: Ask,
    turns: int,
    cpu_s: Callable[[], float],
    besides: Callable[[], object] = lambda: None,
) -> tuple[float, float, Answers]:
    """What all questions together cost, in milliseconds, and what they answer; what two have in common is read once.

    Args:
        questions: The questions.
        ask: Reads from the database.
        turns: How often.
        cpu_s: How long who answers had a processor until now, in seconds.
        besides: What else a turn has to do.

    Returns:
        The middle of the turns by the clock, and what a turn took of a processor.
    """
    taken: list[float] = []
    answers: Answers = {}
    of_processor = 0.0
    for _ in range(turns):
        cpu_before = cpu_s()
        began = time.perf_counter()
        read = {one.read: one for one in questions}
        returned = {statement: ask(one) for statement, one in read.items()}
        besides()
        taken.append((time.perf_counter() - began) * 1_000)
        of_processor += (cpu_s() - cpu_before) * 1_000
        answers = {
            question.asked.name: sorted(
                json.dumps(row, sort_keys=True) for row in question.rows(returned[question.read])
            )
            for question in questions
        }
    return told.middle(taken), of_processor / turns, answers


def _limit(stack: ExitStack, url: str, layout: Layout, folder: Path) -> Ask | None:
    """The same rows in DuckDB; `None` where it is not installed."""
    if importlib.util.find_spec("duckdb") is None:
        told.note("DuckDB is not here: no limit (make bench-scale installs it)")
        return None
    duckdb = importlib.import_module("duckdb")
    database = stack.enter_context(
        duckdb.connect(str(folder / "limit.duckdb"), config={"threads": os.cpu_count() or 1})
    )
    for facts in layout.facts.values():
        shape, file = facts.shape, folder / "rows.csv"
        types = {column.name: "BIGINT" if column.number else "VARCHAR" for column in shape.columns}
        database.execute(f"CREATE TABLE {shape.name} ({', '.join(f'{name} {kind}' for name, kind in types.items())})")
        copied = f"COPY (SELECT * FROM {shape.name} ORDER BY {_ORDER.get(facts.kind, 'id')}) TO STDOUT (FORMAT csv)"
        with psycopg.connect(url) as connection, file.open("wb") as sink, connection.cursor().copy(copied) as copy:
            for piece in copy:
                sink.write(piece)
        if file.stat().st_size:
            database.execute(f"COPY {shape.name} FROM '{file}' (FORMAT csv, HEADER false, DELIMITER ',')")
        file.unlink()
    return lambda question: database.execute(question.sql, question.params).fetchall()


if __name__ == "__main__":
    main()

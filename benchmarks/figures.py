"""What the country's figures cost at volume: each report from the cubes, from the facts, and in DuckDB.

A period is drawn into the facts of a PostgreSQL of its own, the cubes are filled from them, and every count of each
report is asked in each way; the answers have to be the same. DuckDB, which is made for nothing else, holds the same
rows and is the limit. Then a second year is drawn, to see whether the first still costs, and says, the same. Nothing of
it stays.

    make bench-scale ROWS=10800000
"""

from __future__ import annotations

import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from benchmarks import anew, period, postgres, told
from sync.central.figure_facts import CUBE_PREFIX, FACT_PREFIX, MONTH
from sync.central.figure_fold import fill
from sync.central.figure_layout import CubeTable, Layout, layout_of
from sync.central.figure_planner import Planner
from sync.central.figure_question import Question
from sync.central.figure_sql import added_up, contribution
from sync.central.ports import Transaction
from sync.central.store_postgres import PostgresStore
from sync.central.tallies import opening
from sync.core.count import Count, parse
from sync.core.schema import Schema
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports import annual, coverage, diagnosis, monthly_summary, pmg, satisfaction
from terreno_app.domain.reports.spec import ReportSpec
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.storage.resources import load_catalogues

ROWS, YEARS = 1_000_000, 2
YEAR = 2026
MONTH_MS, YEAR_MS, OF_LIMIT = 100, 500, 6
_TURNS = 3
_ANEW = 100_000
_LIMIT_MEMORY = "8GB"
_MB = 1024 * 1024
_MOST_MB = 20 * 1024
_ORDER = {"attention": "month"}
"""A column store leaves out what a month does not touch, if months lie together: the limit is to be a good one."""

Answers = dict[str, list[str]]
Ask = Callable[[Question], list[tuple[Any, ...]]]


class Reported(NamedTuple):
    """A report that is asked for, and how long it may take, in milliseconds."""

    name: str
    spec: ReportSpec
    at_most: int | None


class Taken(NamedTuple):
    """What asking for all counts took: milliseconds by the clock and of a processor, and the answers."""

    ms: float
    busy_ms: float
    answers: Answers


def main() -> None:
    """Measure and print; the environment says how many attentions a year has (`ROWS`), and how many `YEARS`."""
    rows, years = int(os.environ.get("ROWS", ROWS)), int(os.environ.get("YEARS", YEARS))
    with postgres.running() as server, tempfile.TemporaryDirectory(prefix="terreno-figures-") as folder:
        measure(server.new(), rows, Path(folder), years)


def measure(url: str, rows: int, folder: Path, years: int = YEARS) -> None:
    """Load a year, measure; load the year before, measure again.

    Args:
        url: An empty database.
        rows: Attentions of a year.
        folder: Where rows may lie on their way to DuckDB.
        years: Of how many years; the limit is that of one.
    """
    layout = layout_of(_schema())
    store = PostgresStore(url)
    first: dict[str, Taken] = {}
    with ExitStack() as stack:
        stack.callback(store.close)
        with store.writing() as tx:
            for feed in _feeds():
                tx.put_feed(feed, tx.take_feed(feed))
            tx.make_figures(layout)
        for held in range(1, years + 1):
            _load(url, store, layout, YEAR + 1 - held, rows)
            if held == 1:
                limit = _limit(stack, url, layout, folder)
                first = {one.name: _tell(store, layout, one, limit) for one in _reports()}
                _tell_plain(store, layout, first)
            else:
                for one in _reports():
                    _tell_again(store, layout, one, first[one.name], f"{held} years")
        anew.tell(url, store, layout, min(rows, _ANEW))


def _reports() -> list[Reported]:
    year = str(YEAR)
    return [
        Reported("monthly", monthly_summary.spec(f"{YEAR}-06", None, None), MONTH_MS),
        Reported("annual", annual.spec(year, None, None), YEAR_MS),
        Reported("coverage, a year", coverage.spec(year, None, None), None),
        Reported("satisfaction, a year", satisfaction.spec(year, None, None), None),
        Reported("pmg, a month", pmg.spec(f"{YEAR}-06", None, None), None),
        Reported("diagnosis", diagnosis.spec(year, None, None), None),
    ]


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
            tx.keep_years_apart(facts.shape, (year,))
    began = time.perf_counter()
    period.load(url, layout, _catalogues(), year, rows)
    loaded = time.perf_counter()
    _sweep(url)
    swept = time.perf_counter()
    for cube in layout.folded:
        with store.writing() as tx:
            if year == YEAR:
                fill(tx, layout, cube)
            else:
                _fill_year(tx, layout, cube, year)
    filled = time.perf_counter()
    _sweep(url)
    told.rate(f"{year}: facts of {rows:,} attentions", rows / (loaded - began))
    told.rate(f"{year}: cubes, filled from the facts", rows / (filled - swept))
    with psycopg.connect(url) as connection:
        for name, prefix in (("facts", FACT_PREFIX), ("cubes", CUBE_PREFIX)):
            size = connection.execute(
                "SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE starts_with(relname, %s)"
                " AND relkind = 'r'",
                (prefix,),
            ).fetchone()
            told.amount(f"  {name}", 0 if size is None else float(size[0]) / _MB, "MB")
        whole = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        told.amount("size of the database", 0 if whole is None else whole[0] / _MB, "MB", at_most=_MOST_MB)


def _fill_year(tx: Transaction, layout: Layout, cube: CubeTable, year: int) -> None:
    """Add what the facts of a further year contribute, as if they had been folded: its ids and months are its own."""
    heads = [datetime(one, 1, 1, tzinfo=UTC).timestamp() for one in (year, year + 1)]
    begins = [f"{digits[:8]}-{digits[8:]}" for digits in (f"{int(head * 1000):012x}" for head in heads)]
    tx.fill_cube(cube, contribution(cube, "record.id >= ? AND record.id < ?"), begins)
    for coarse, finer in layout.coarser(cube):
        within = f"record.{MONTH} >= ? AND record.{MONTH} < ?"
        tx.fill_cube(coarse, added_up(coarse, finer, within), (year * 100, (year + 1) * 100))


def _sweep(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _counts(asked: ReportSpec) -> list[Count]:
    return [opening(count, _schema()) for count in parse([count.to_wire() for count in asked.counts])]


def _questions(layout: Layout, asked: ReportSpec, *, facts: bool) -> list[Question]:
    """The counts of a report that figures answer; what an office writes in words is read from the records."""
    planner = Planner(layout)
    ask = planner.over_facts if facts else planner.question
    found = [ask(count, _feeds()) for count in _counts(asked) if planner.kinds(count) is not None]
    return [one for one in found if one is not None]


def _rest(asked: ReportSpec, questions: Sequence[Question]) -> list[Count]:
    """The counts of a report that the records answer."""
    by_name = {one.asked.name for one in questions}
    return [count for count in _counts(asked) if count.name not in by_name]


def _tell(store: PostgresStore, layout: Layout, one: Reported, limit: Ask | None) -> Taken:
    """Ask for a report from the cubes and of DuckDB, and compare the answers."""
    cubes, facts = _questions(layout, one.spec, facts=False), _questions(layout, one.spec, facts=True)
    _tell_where(layout, one, cubes)
    taken = _from_cubes(store, layout, one.spec)
    limit_ms = limit_busy = None
    if limit is not None and facts:
        limit_ms, limit_busy, same = _asked(facts, limit, _TURNS, time.process_time)
        if same != taken.answers:
            raise SystemExit(f"{one.name}: the cubes and DuckDB differ")
        told.ms(f"{one.name}: DuckDB", limit_ms, busy_ms=limit_busy)
    told.ms(f"{one.name}: cubes", taken.ms, busy_ms=taken.busy_ms, at_most=one.at_most, limit=limit_ms)
    if limit_ms is not None and limit_busy is not None and one.at_most is not None:
        met = taken.ms <= OF_LIMIT * limit_ms and taken.busy_ms <= OF_LIMIT * limit_busy
        told.note(f"target ≤ {OF_LIMIT} × the limit: {'met' if met else 'missed'}")
    return taken


def _tell_plain(store: PostgresStore, layout: Layout, first: Mapping[str, Taken]) -> None:
    """Ask the facts, and compare; what reports have in common is asked once and counts for each of them.

    With as many processes as the server gives to a statement.
    """
    held: dict[tuple[str, tuple[Any, ...]], tuple[float, list[tuple[Any, ...]]]] = {}
    for one in _reports():
        facts = _questions(layout, one.spec, facts=True)
        for question in facts:
            if question.read not in held:
                with store.reading() as tx:
                    began = time.perf_counter()
                    rows = tx.ask(*question.read)
                    held[question.read] = (time.perf_counter() - began) * 1_000, rows
        if {question.asked.name: _told(question, held[question.read][1]) for question in facts} != first[
            one.name
        ].answers:
            raise SystemExit(f"{one.name}: the cubes and the facts differ")
        if facts:
            told.ms(f"{one.name}: facts, plain SQL", sum(held[read][0] for read in {one.read for one in facts}))


def _told(question: Question, returned: Sequence[tuple[Any, ...]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in question.rows(returned))


def _tell_where(layout: Layout, one: Reported, cubes: Sequence[Question]) -> None:
    """Say how many counts of a report each source answers, and which of them no cube does."""
    planner = Planner(layout.without({cube.shape.name for cube in layout.cubes}))
    plain = [question for question in cubes if planner.question(question.asked, _feeds()) == question]
    rest = _rest(one.spec, cubes)
    told.note(
        f"{one.name}: of {len(one.spec.counts)} counts {len(cubes) - len(plain)} from cubes,"
        f" {len(plain)} from facts{_named([question.asked for question in plain])},"
        f" {len(rest)} from records{_named(rest)}"
    )


def _named(counts: Sequence[Count]) -> str:
    return f" ({', '.join(count.name for count in counts)})" if counts else ""


def _tell_again(store: PostgresStore, layout: Layout, one: Reported, before: Taken, name: str) -> None:
    """Ask for a report once more, with more in the same tables.

    What it says is to be what it said, but where it reaches into the year before: then what the facts say now.
    """
    taken = _from_cubes(store, layout, one.spec)
    others = {name for name, rows in taken.answers.items() if rows != before.answers[name]}
    reaching = [question for question in _questions(layout, one.spec, facts=True) if question.asked.name in others]
    with store.reading() as tx:
        plain = _asked(reaching, lambda question: tx.ask(question.sql, question.params), 1, time.process_time)
    if {name: taken.answers[name] for name in others} != plain.answers:
        raise SystemExit(f"{one.name}: the cubes and the facts differ with {name}")
    told.ms(f"{one.name}: cubes, {name}", taken.ms, busy_ms=taken.busy_ms, at_most=one.at_most)
    told.note(
        f"{taken.ms / before.ms:.2f} × of one year; of a processor {taken.busy_ms / max(before.busy_ms, 1):.2f} ×"
    )


def _from_cubes(store: PostgresStore, layout: Layout, asked: ReportSpec) -> Taken:
    """A report as the centre answers it; in one process, so that what a processor did is known."""
    cubes = _questions(layout, asked, facts=False)
    rest = _rest(asked, cubes)
    with store.reading() as tx:
        process = int(tx.ask("SELECT pg_backend_pid()", ())[0][0])
        tx.ask("SELECT set_config('max_parallel_workers_per_gather', '0', TRUE)", ())
        return _asked(
            cubes,
            lambda question: tx.ask(question.sql, question.params),
            _TURNS,
            lambda: _cpu_s(process),
            lambda: tx.tallies(rest),
        )


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
) -> Taken:
    """What all questions together cost, and what they answer; what two have in common is read once.

    Args:
        questions: The questions.
        ask: Reads from the database.
        turns: How often; the middle by the clock is told, and what a turn took of a processor.
        cpu_s: How long who answers had a processor until now, in seconds.
        besides: What else a turn has to do.
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
        answers = {question.asked.name: _told(question, returned[question.read]) for question in questions}
    return Taken(told.middle(taken), of_processor / turns, answers)


def _limit(stack: ExitStack, url: str, layout: Layout, folder: Path) -> Ask | None:
    """The same rows in DuckDB; `None` where it is not installed."""
    if importlib.util.find_spec("duckdb") is None:
        told.note("DuckDB is not here: no limit (make bench-scale installs it)")
        return None
    duckdb = importlib.import_module("duckdb")
    settings = {"threads": os.cpu_count() or 1, "memory_limit": _LIMIT_MEMORY}
    database = stack.enter_context(duckdb.connect(str(folder / "limit.duckdb"), config=settings))
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

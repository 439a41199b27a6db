"""What the counts of the reports read at the centre: cubes, or the few facts with what is sought; never a period."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central.figure_layout import layout_of
from sync.central.figure_planner import Planner
from sync.central.figure_question import Question
from sync.central.store_sqlite import SqliteStore
from sync.core.count import parse
from terreno_app.domain.reports import forms
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.reconciliation import schema
from tests.domain.reports.records import catalogues

DATABASES = ("sqlite",)
LAYOUT = layout_of(schema(catalogues()))
OF_ATTENTIONS = f"{LAYOUT.facts['attention'].shape.name} AS record"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "centre.sqlite")
    with store.writing() as tx:
        tx.make_figures(LAYOUT)
    yield store
    store.close()


def over_attentions(report: str) -> list[Question]:
    """The counts of a report that figures answer from the facts of attentions."""
    planner = Planner(LAYOUT)
    asked = REPORTS[report].spec("2026", None, None)
    beside = forms.count_of(asked)
    counts = parse([count.to_wire() for count in (*asked.counts, *([beside] if beside else []))])
    found = [planner.question(count, ["05", "13"]) for count in counts if planner.kinds(count) is not None]
    return [one for one in found if one is not None and OF_ATTENTIONS in one.sql]


@pytest.mark.parametrize("report", REPORTS)
def test_no_count_reads_all_attentions_of_its_period(store: SqliteStore, report: str) -> None:
    questions = over_attentions(report)

    with store.reading() as tx:
        steps = {one.asked.name: str(tx.ask(f"EXPLAIN QUERY PLAN {one.sql}", one.params)[0]) for one in questions}

    assert {name: step for name, step in steps.items() if "region=? AND v_" not in step} == {}

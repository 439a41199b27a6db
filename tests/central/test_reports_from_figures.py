"""Every report is the same from the figures of a centre as counted record by record, whatever was written before."""

import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.central.figure_layout import layout_of
from sync.central.held import Device
from sync.central.scope import COORDINATION
from sync.central.tallies import asked, tallies
from sync.core.schema import SHARED_FEED
from terreno_app.domain.records import kind_named
from terreno_app.domain.reports import comparison, trend
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.reports.spec import ReportSpec, Tallies, tally
from terreno_app.reconciliation import schema
from tests.central.figured import Figured
from tests.central.speaking import place_in
from tests.domain.reports.drawn import Record, towns
from tests.domain.reports.records import CUT_OFF
from tests.factories import catalogues

OFTEN = 0.05
COMPARED = ("attentions", "persons", "informed", "outings_done", "outings_planned", "comunas_visited")
SCHEMA = schema(catalogues())
LAYOUT = layout_of(SCHEMA)
DRAWN = {
    "town": towns(30, 30),
    "seed": st.integers(0, 99),
    "home": st.sampled_from([SHARED_FEED, "13"]),
    "region": st.sampled_from([None, "13"]),
    "space": st.sampled_from([None, "oirs"]),
}


def asked_of(space: str | None, region: str | None) -> list[ReportSpec]:
    """What all reports ask, and what stands beside them."""
    of_reports = [one.spec("2026" if name == "annual" else "2026-11", space, region) for name, one in REPORTS.items()]
    return [*of_reports, comparison.spec("2026-11", space, region), trend.spec("2026-11", space, region)]


def told(spec: ReportSpec, found: Tallies) -> Any:
    """What is made of the answers."""
    if spec.report == comparison.NAME:
        return comparison.assemble(spec, found, dict.fromkeys(COMPARED, 0), CUT_OFF)
    if spec.report == trend.NAME:
        return trend.assemble(spec, found)
    return REPORTS[spec.report].assemble(spec, found, CUT_OFF, catalogues()).to_json()


def write_down(figured: Figured, town: Sequence[Record], seed: int) -> None:
    """Every record, after what others of its kind say was written in its place now and then, and folded in between."""
    chance = random.Random(seed)  # noqa: S311 - the order of a test
    before = [(one, says) for one in town for says in town if one["kind"] == says["kind"] and chance.random() < OFTEN]
    for one, says in (*before, *((one, one) for one in town)):
        fields = {name: value for name, value in says.items() if name not in {"id", "kind", "region"}}
        private = {name: fields.pop(name) for name in kind_named(one["kind"]).private & fields.keys()}
        figured.write(one["region"], one["kind"], one["id"], fields, private)
        if chance.random() < OFTEN:
            figured.fold()
    figured.fold()


def hold(folder: Path, town: list[Record], seed: int, home: str, region: str | None, space: str | None) -> None:
    """Every report, made from figures, says what it says of the plain records."""
    with closing(place_in(folder).open(busy_s=10)) as store:
        figured = Figured(store, LAYOUT)
        figured.empty()
        write_down(figured, town, seed)
        who = Device("", "", COORDINATION, home, "", "", {}, "active")
        seen = [one for one in town if home == SHARED_FEED or one["region"] in {home, SHARED_FEED}]

        for spec in asked_of(space, region):
            with store.reading() as tx:
                found = tallies(tx, asked(SCHEMA, who, spec.to_wire()), LAYOUT)["tallies"]
            plain = {count.name: tally(seen, count) for count in spec.counts}
            assert told(spec, found) == told(spec, plain), spec.report
        assert figured.differences() == []


@pytest.mark.uncounted
@pytest.mark.parametrize(("kept_by", "times"), [("sqlite", 4), ("postgres", 2)], indirect=["kept_by"])
def test_every_report_is_the_same_from_figures(tmp_path: Path, times: int) -> None:
    drawn = settings(settings.get_profile("brief"), max_examples=times)(given(**DRAWN)(hold))

    drawn(tmp_path)

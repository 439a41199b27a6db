"""Every count of every report is answered alike by both databases and by the plain records, private values included."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.core.count import Count, parse
from terreno_app.domain.records import kind_named
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.reports.spec import LINK_PREFIX, tally
from tests.domain.reports.drawn import Record, towns
from tests.sync.tables import AnyTable, in_order


def opened(count: Count) -> Count:
    linked = () if count.link is None else kind_named(count.link[1]).counted
    return count.opening({*kind_named(count.kind).counted, *(f"{LINK_PREFIX}{path}" for path in linked)})


@pytest.mark.uncounted
@pytest.mark.parametrize(("name", "period"), [(name, "2026" if name == "annual" else "2026-11") for name in REPORTS])
@settings(max_examples=6)
@given(town=towns(0, 6), region=st.sampled_from([None, "13"]), space=st.sampled_from([None, "oirs"]))
def test_every_count_is_answered_alike(
    table: AnyTable, name: str, period: str, town: list[Record], region: str | None, space: str | None
) -> None:
    asked = REPORTS[name].spec(period, space, region).counts

    found = table.ask(tuple(opened(count) for count in parse([count.to_wire() for count in asked])), town)

    for count in asked:
        assert in_order(found[count.name]) == in_order(tally(town, count)), count.name

from typing import Any

import pytest

from terreno_app.domain.reports import opinions
from terreno_app.domain.reports.spec import tally


def said(**fields: Any) -> dict[str, Any]:
    name = "-".join(map(str, fields.values()))
    return {"kind": "monthly_opinions", "id": name, "region": "13", "period": "2026-11"} | fields


def told(records: list[dict[str, Any]], period: str = "2026-11", space: str | None = None) -> list[dict[str, Any]]:
    asked = opinions.spec(period, space, "13")
    return opinions.assemble({count.name: tally(records, count) for count in asked.counts})


def test_what_coordination_wrote_stands_with_its_quotes() -> None:
    found = told([said(demands="Más buses", opinions="Buen trato", quotes=["Esperé poco", 7, "Falta sombra"])])

    assert found == [
        {
            "period": "2026-11",
            "space": None,
            "demands": "Más buses",
            "opinions": "Buen trato",
            "quotes": ["Esperé poco", "Falta sombra"],
        }
    ]


@pytest.mark.parametrize(
    ("space", "demands"),
    [(None, ["a", "b", "c"]), ("tic", ["a", "c"]), ("oirs", ["a", "b"]), ("buzon", ["a"])],
    ids=["all", "one", "with the stand", "none of its own"],
)
def test_a_report_of_a_space_has_what_was_written_of_it_and_of_all(space: str | None, demands: list[str]) -> None:
    records = [said(demands="a"), said(demands="b", space="oirs_terreno"), said(demands="c", space="tic")]

    assert sorted(row["demands"] for row in told(records, space=space)) == demands


def test_a_longer_period_has_those_within_it() -> None:
    records = [said(period=period) for period in ("2026", "2026-Q4", "2026-11", "2026-12", "2027-01", "2025")]

    assert [row["period"] for row in told(records, "2026")] == ["2026", "2026-11", "2026-12", "2026-Q4"]
    assert [row["period"] for row in told(records, "2026-Q4")] == ["2026-11", "2026-12", "2026-Q4"]
    assert told([said(region="05")]) == []

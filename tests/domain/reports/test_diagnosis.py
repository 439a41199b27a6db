from itertools import count
from typing import Any

import pytest

from terreno_app.domain.reports import diagnosis
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import SpecError
from terreno_app.domain.reports.suppression import for_the_public
from tests.domain.reports.records import a_report

_numbers = count()
WHOLE = dict.fromkeys(diagnosis.ITEMS, "yes")


def a_diagnosis(region: str, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "regional_diagnosis",
        "id": f"diagnosis-{next(_numbers)}",
        "region": region,
        "diagnosed_on": "2026-05-10",
    } | fields


def the_diagnosis(records: list[dict[str, Any]], region: str | None = None) -> Report:
    return a_report(diagnosis, records, "2026", None, region)


def test_two_regions_by_hand() -> None:
    north = a_diagnosis("15", **WHOLE, score=90)
    south = a_diagnosis("12", office="yes", signage="no", manual="partial", gaps="Sin letrero", commitments="Marzo")

    report = the_diagnosis([south, north])

    assert report.totals == {"regions": 16, "regions_diagnosed": 2, "items_in_place": 10, "items_missing": 1}
    assert report.tables["regions"] == [
        {
            "region": "15",
            "diagnosed_on": "2026-05-10",
            "in_place": 9,
            "in_part": 0,
            "missing": 0,
            "not_looked_at": 0,
            "percent": "100.0",
            "light": "green",
            "score": 90,
            "gaps": None,
            "commitments": None,
        },
        {
            "region": "12",
            "diagnosed_on": "2026-05-10",
            "in_place": 1,
            "in_part": 1,
            "missing": 1,
            "not_looked_at": 6,
            "percent": "33.3",
            "light": "red",
            "score": None,
            "gaps": "Sin letrero",
            "commitments": "Marzo",
        },
    ]
    assert {"item": "signage", "in_place": 1, "in_part": 0, "missing": 1, "percent": "50.0"} in report.tables["items"]
    assert {"region": "12", "item": "manual", "found": "partial"} in report.tables["checklist"]
    assert len(report.tables["checklist"]) == 12
    assert len(report.tables["not_diagnosed"]) == 14


def test_the_last_diagnosis_of_the_period_counts() -> None:
    records = [
        a_diagnosis("13", diagnosed_on="2026-03-01", office="no"),
        a_diagnosis("13", diagnosed_on="2026-09-01", office="yes"),
        a_diagnosis("13", diagnosed_on="2027-01-01", office="no"),
    ]

    report = the_diagnosis(records, "13")

    assert [(row["diagnosed_on"], row["in_place"]) for row in report.tables["regions"]] == [("2026-09-01", 1)]
    assert report.totals["regions"] == 1


def test_a_diagnosis_that_looked_at_nothing_has_no_light() -> None:
    (row,) = the_diagnosis([a_diagnosis("13")]).tables["regions"]

    assert (row["light"], row["percent"], row["not_looked_at"]) == (None, None, 9)


def test_the_public_sees_all_of_it() -> None:
    report = the_diagnosis([a_diagnosis("13", **WHOLE)])

    assert for_the_public(report).to_json() == report.to_json() | {"suppressed": True}


def test_a_space_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SpecError):
        diagnosis.spec("2026", "office", None)

"""On a real store: what stands behind a figure is what the figure counts."""

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.services import drilling
from tests.factories import OFFICER
from tests.services.conftest import Enrol


@pytest.fixture
def office(enrol: Enrol) -> OpenLaptop:
    laptop = enrol("coordination")
    for fields in ({"sex": "F"}, {"sex": "M"}, {"topic": "pensiones"}, {"type": "guidance", "occupation": "works"}):
        draft = {"type": "enquiry", "topic": "salud", "space": "oirs", "persons_count": 1}
        laptop.attentions.register(AttentionDraft(draft | fields), OFFICER)
    return laptop


@pytest.mark.parametrize("table", ["type_by_sex", "topic_by_sex", "occupation", "spaces"])
def test_the_rows_behind_a_figure_are_as_many_as_it_says(office: OpenLaptop, table: str) -> None:
    report = office.reports.build("monthly_summary", "2026-11")
    figures: dict[str, int] = {}
    for row in report.tables[table]:
        code = next(iter(row.values()))
        figures[code] = figures.get(code, 0) + row["n"]

    found = {code: office.drilling.of(report, table, code) for code in figures}

    assert {code: one.total for code, one in found.items()} == figures
    assert {code: len(one.rows) for code, one in found.items()} == figures


def test_a_voided_attention_stands_behind_no_figure(office: OpenLaptop) -> None:
    newest, *_ = office.attentions.rows()
    office.attentions.void(newest.id, "De prueba", office.attentions.open(newest.id).seen, OFFICER)
    report = office.reports.build("monthly_summary", "2026-11")

    assert office.drilling.of(report, "spaces", "oirs").total == 3


def test_of_many_the_newest_are_listed_and_all_are_counted(office: OpenLaptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drilling, "LISTED", 2)
    report = office.reports.build("monthly_summary", "2026-11")

    found = office.drilling.of(report, "spaces", "oirs")

    assert (found.total, len(found.rows)) == (4, 2)

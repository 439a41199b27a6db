"""On a real store: what stands behind a figure is what the figure counts."""

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.reports.drill import Figure
from terreno_app.services import drilling
from tests.domain.reports.test_drill import figures
from tests.factories import OFFICER
from tests.services.conftest import Enrol

OFFICE = Figure("spaces", "n", (("space", ("oirs",)),))


@pytest.fixture
def office(enrol: Enrol) -> OpenLaptop:
    laptop = enrol("coordination")
    complaint = {"type": "complaint", "own_service": True, "sex": "M", "topic": "salud", "description": "Esperó mucho"}
    for fields in ({"sex": "F"}, {"topic": "pensiones"}, {"type": "guidance", "occupation": "works"}, complaint):
        draft = {"type": "enquiry", "topic": "salud", "space": "oirs", "persons_count": 1}
        laptop.attentions.register(AttentionDraft(draft | fields), OFFICER)
    return laptop


@pytest.mark.parametrize("table", ["type_by_sex", "topic_by_sex", "occupation", "spaces", "hours"])
def test_the_rows_behind_a_figure_are_as_many_as_it_says(office: OpenLaptop, table: str) -> None:
    report = office.reports.build("monthly_summary", "2026-11")
    held = {
        Figure(table, "n", tuple((name, (value,)) for name, value in row.items() if name != "n")): row["n"]
        for row in report.tables[table]
    }

    found = {figure: office.drilling.of(report, figure) for figure in held}

    assert {figure: one.total for figure, one in found.items()} == held
    assert {figure: len(one.rows) for figure, one in found.items()} == held


@pytest.mark.parametrize(("name", "period"), [("coverage", "2026-11"), ("pmg", "2026-11"), ("annual", "2026")])
def test_every_figure_of_attentions_of_a_report_is_found_again_in_the_store(
    office: OpenLaptop, name: str, period: str
) -> None:
    report = office.reports.build(name, period)
    held = dict(figures(report))

    found = {figure: office.drilling.of(report, figure).total for figure in held}

    assert any(held.values())
    assert found == held


def test_a_voided_attention_stands_behind_no_figure(office: OpenLaptop) -> None:
    newest, *_ = office.attentions.rows()
    office.attentions.void(newest.id, "De prueba", office.attentions.open(newest.id).seen, OFFICER)
    report = office.reports.build("monthly_summary", "2026-11")

    assert office.drilling.of(report, OFFICE).total == 3


def test_of_many_the_newest_are_listed_and_all_are_counted(office: OpenLaptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drilling, "LISTED", 2)
    report = office.reports.build("monthly_summary", "2026-11")

    found = office.drilling.of(report, OFFICE)

    assert (found.total, len(found.rows)) == (4, 2)

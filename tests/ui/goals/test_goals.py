"""Metas by keyboard: what is aimed at, how far it is, and what coordination does with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from terreno_app.domain.errors import Problem
from terreno_app.domain.reports import coverage
from terreno_app.domain.reports.report import Report
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.goals import ShownGoal, ShownRemark
from terreno_app.services.laptop import Laptop
from terreno_app.ui.idle import IdleWatch
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.screens.goals.edit_form import EditForm
from terreno_app.ui.screens.goals.form import GoalsForm
from terreno_app.ui.screens.goals.offered import goals_offered
from terreno_app.ui.screens.goals.pages import GoalsPages
from terreno_app.ui.screens.goals.presenter import GoalsPresenter, years_offered
from terreno_app.ui.screens.goals.wording import GoalWords
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import Select
from tests.domain.reports import records
from tests.ui.office import FakeGoals, FakeReports, FakeSession, PatientRunner, StoppedClock
from tests.ui.stand import ALT, CTRL, Hands, let_click, put_on_screen
from tests.ui.views import PAULA, PEOPLE, a_laptop, catalogues

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
GOAL = {
    "year": 2026,
    "period_type": "month",
    "period": "2026-11",
    "space": "oirs_terreno",
    "comuna": None,
    "metric": "attentions",
    "target": 10,
    "approved_on": None,
}


def a_goal(name: str, **fields: Any) -> ShownGoal:
    return ShownGoal(name, fields.pop("region", "13"), {**GOAL, **fields}, {})


@cache
def measured() -> Report:
    """Six attentions in November, two of them of a guidance, and three goals."""
    held = [records.an_attention(sex="F") for _ in range(6)]
    goals = [
        records.a_goal(**{**GOAL, "id": "month"}),
        records.a_goal(**{**GOAL, "id": "year", "period_type": "year", "period": "2026", "target": 600}),
        records.a_goal(**{**GOAL, "id": "term", "metric": "complaints_in_term", "target": 90}),
    ]
    return records.a_report(coverage, [*held, *goals], "2026-11", region="13")


@dataclass
class Desk:
    pages: GoalsPages
    presenter: GoalsPresenter
    goals: FakeGoals
    reports: FakeReports
    tasks: PatientRunner
    hands: Hands

    def begin(self) -> None:
        self.presenter.begin()
        self.tasks.let_run()

    def press(self, key: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.hands.press(key, held=held)
        let_click()
        self.tasks.let_run()

    def rows(self) -> list[list[str]]:
        return [[cell.words for cell in row.cells] for row in self.pages.listed.table.rows]


def a_desk(theme: Theme, *goals: ShownGoal, laptop: Laptop | None = None) -> Iterator[Desk]:
    clock, tasks, service, reports = StoppedClock(), PatientRunner(), FakeGoals(*goals), FakeReports()
    reports.others["coverage"] = measured()
    offered = goals_offered(catalogues(), laptop or a_laptop())
    listed = GoalsForm(theme, years_offered(clock), offered.spaces, offered.metrics)
    pages = GoalsPages(listed, EditForm(theme, offered))
    presenter = GoalsPresenter(
        pages, service, reports, GoalWords(catalogues(), (laptop or a_laptop()).region), clock, PAULA, tasks
    )
    put_on_screen(pages)
    yield Desk(pages, presenter, service, reports, tasks, Hands())
    pages.close()
    pages.deleteLater()


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    yield from a_desk(theme, a_goal("month"), a_goal("year", period_type="year", period="2026", target=600))


def test_a_goal_stands_with_its_figures_its_pace_and_its_light(desk: Desk) -> None:
    desk.begin()

    first = desk.rows()[0]

    assert first[:3] == ["Atenciones", "OIRS en Terreno", "Noviembre de 2026"]
    assert first[3:8] == ["rojo", "10", "6", "60,0 %", "10"]
    assert first[9] == "sin aprobar"
    assert desk.reports.asked == [("coverage", "2026-11", None)]
    assert desk.pages.listed.eyebrow == "Metas de 2026 · avance hasta el 21 de noviembre de 2026"


def test_the_pace_of_the_selected_goal_is_drawn_and_told(desk: Desk) -> None:
    desk.begin()

    desk.press(Qt.Key.Key_Down)

    told = desk.pages.listed._paces.accessibleDescription()
    assert told == "OIRS en Terreno: 1,0 % · se esperaba 91,7 %"
    assert desk.pages.listed._about.text().startswith("Atenciones · Año 2026 · OIRS en Terreno · ")


def test_the_year_is_projected_beside_its_goals(desk: Desk) -> None:
    desk.begin()

    projection = measured().tables["progress"][0]["projection"]

    assert [row[8] for row in desk.rows()] == [str(round(float(projection)))] * 2


def test_a_percentage_says_that_it_is_one_and_what_nobody_measured_says_so(theme: Theme) -> None:
    for desk in a_desk(theme, a_goal("term", metric="complaints_in_term", target=90), a_goal("other", region="05")):
        desk.begin()

        (term, other) = desk.rows()

        assert term[4] == "90 %"
        assert term[3] == "sin datos"
        assert other[1:4:2] == ["OIRS en Terreno · Región de Valparaíso", "aún no se mide"]


def test_what_somebody_said_of_a_goal_that_is_not_here_is_not_lost_to_sight(desk: Desk) -> None:
    desk.goals.of_none = 2

    desk.begin()

    assert desk.pages.listed.eyebrow.endswith(" · 2 motivos de metas que no están aquí: véalo en Cobertura")


def test_on_its_first_day_a_goal_is_not_measured_yet(desk: Desk) -> None:
    begun = records.a_goal(**{**GOAL, "id": "month"})
    first_day = "2026-11-01T15:00:00.000Z"
    desk.reports.others["coverage"] = records.a_report(
        coverage, [begun], "2026-11", region="13", generated_at=first_day
    )

    desk.begin()

    assert [desk.rows()[0][place] for place in (3, 5, 7)] == ["aún no se mide", "0", "0"]


def test_goals_of_a_year_to_come_are_not_measured(desk: Desk) -> None:
    desk.goals.held = [a_goal("next", year=2027, period="2027-01")]
    desk.begin()

    select = desk.pages.listed.findChild(Select, "year")
    select.set_code("2027")
    select.picked.emit("2027")
    desk.tasks.let_run()

    assert desk.rows()[0][3] == "aún no se mide"
    assert desk.reports.asked == []
    assert desk.pages.listed.eyebrow == "Metas de 2027"


def test_goals_of_a_year_that_is_over_are_measured_to_its_end(desk: Desk) -> None:
    desk.goals.held = [a_goal("old", year=2025, period="2025-03")]

    desk.pages.listed.findChild(Select, "year").set_code("2025")
    desk.begin()

    assert desk.reports.asked == [("coverage", "2025-12", None)]


def test_without_goals_the_page_tells_what_to_do(desk: Desk) -> None:
    desk.goals.held = []

    desk.begin()

    assert "Todavía no hay metas de 2026" in desk.pages.listed.message
    assert "Ctrl+N" in desk.pages.listed.message


def test_a_filter_that_nothing_passes_says_so(desk: Desk) -> None:
    desk.begin()

    select = desk.pages.listed.findChild(Select, "goal_space")
    select.set_code("tic")
    select.picked.emit("tic")

    assert desk.pages.listed.shown == ()
    assert "Ninguna meta es de ese espacio e indicador" in desk.pages.listed.message


def test_a_goal_is_defined_by_keyboard(desk: Desk) -> None:
    desk.begin()
    desk.press("n", CTRL)
    desk.press("m", ALT)
    desk.hands.type("250")

    desk.press("g", CTRL)

    (what, (fields, author, region)) = desk.goals.done[0]
    assert (what, author, region) == ("define", PAULA.id, None)
    assert fields == {
        "year": 2026,
        "metric": "attentions",
        "space": None,
        "comuna": None,
        "period_type": "month",
        "period": "2026-11",
        "target": 250,
    }
    assert "Meta guardada" in desk.pages.listed.message
    assert desk.pages.listed.shown[desk.pages.listed.table.current].goal.id == "made"


def test_a_goal_without_a_figure_is_told_beside_its_field(desk: Desk) -> None:
    desk.begin()
    desk.press("n", CTRL)

    desk.press("g", CTRL)

    assert desk.goals.done == []
    assert desk.pages.edit.fields["target"].error == "Escriba cuánto se quiere alcanzar."


def test_what_the_rules_refuse_is_told_beside_its_field_and_nothing_is_lost(desk: Desk) -> None:
    desk.goals.error = RejectedDraftError([Problem("period", "already_there", "Ya hay una meta para lo mismo.")])
    desk.begin()
    desk.press("n", CTRL)
    desk.press("m", ALT)
    desk.hands.type("250")

    desk.press("g", CTRL)

    assert desk.pages.edit.fields["period"].error == "Ya hay una meta para lo mismo."
    assert desk.pages.edit.target == 250


def test_a_problem_without_a_field_in_sight_is_told_over_the_page(desk: Desk) -> None:
    desk.goals.error = RejectedDraftError([Problem("year", "required", "Falta el año.")])
    desk.begin()
    desk.press(ENTER)
    desk.hands.type("12")

    desk.press("g", CTRL)

    assert "Falta el año." in desk.pages.edit.message


def test_trouble_is_told_on_the_page_that_is_written(desk: Desk) -> None:
    desk.goals.error = ServiceError("only_coordination")
    desk.begin()
    desk.press(ENTER)
    desk.hands.type("12")

    desk.press("g", CTRL)

    assert "Eso lo decide la coordinación." in desk.pages.edit.message


def test_enter_puts_another_target_in_the_place_of_a_goal(desk: Desk) -> None:
    desk.begin()
    desk.press(ENTER)
    desk.hands.type("12")

    desk.press("g", CTRL)

    assert desk.goals.done == [("supersede", ("month", 12, PAULA.id))]
    assert "Meta reemplazada" in desk.pages.listed.message
    assert desk.pages.listed.shown[desk.pages.listed.table.current].goal.id == "month-2"


def test_a_goal_is_approved_by_name(desk: Desk) -> None:
    desk.begin()
    asked = QSignalSpy(desk.pages.listed.approve_asked)
    desk.hands.press("a", held=ALT)
    assert asked.count() or asked.wait(5000)
    desk.hands.type("Jefatura DOS")

    desk.press("g", CTRL)

    assert desk.goals.done == [("approve", ("month", "Jefatura DOS", PAULA.id))]
    assert desk.rows()[0][9] == "21-11-2026"
    assert desk.pages.listed._about.text().endswith("aprobada el 21-11-2026 por Jefatura DOS")
    assert not desk.pages.listed._approve.isEnabled()


def test_why_a_goal_was_missed_is_written_down_and_found_again(desk: Desk) -> None:
    desk.begin()
    desk.press("m", ALT)
    desk.hands.type("Mucha lluvia")
    desk.press(Qt.Key.Key_Tab)
    desk.hands.type("Ferias techadas")

    desk.press("g", CTRL)
    there = desk.pages.listed.message
    desk.press("m", ALT)

    assert desk.goals.done == [("explain", ("month", "2026-11", "Mucha lluvia", "Ferias techadas", PAULA.id))]
    assert "Motivo y medida guardados" in there
    assert (desk.pages.edit.reason, desk.pages.edit.measure) == ("Mucha lluvia", "Ferias techadas")


def test_personal_data_in_what_is_said_of_a_goal_are_pointed_out_and_taken_all_the_same(desk: Desk) -> None:
    desk.begin()
    desk.press("m", ALT)

    desk.hands.type("Lo pidió 12.345.678-5")
    desk.press(Qt.Key.Key_Tab)
    desk.hands.type("Llamar al 961234587")
    told = [desk.pages.edit.fields[name].widget.accessibleDescription() for name in ("reason", "measure")]
    desk.press("g", CTRL)

    assert told == ["Parece haber un RUN: no va en este texto.", "Parece haber un teléfono: no va en este texto."]
    assert len(desk.goals.done) == 1


def test_what_was_being_said_of_a_goal_comes_back_with_what_was_on_screen(desk: Desk) -> None:
    desk.goals.remarks["month", "2026-11"] = ShownRemark("month", "2026-11", "Lluvia", "", {"reason": "op"})
    desk.begin()
    desk.press("m", ALT)
    desk.hands.type(", mucha")
    (left,) = desk.presenter.half_written
    desk.press(ESC)

    desk.presenter.come_back(left)
    desk.tasks.let_run()
    desk.press("g", CTRL)

    assert desk.goals.done == [("explain", ("month", "2026-11", "Lluvia, mucha", "", PAULA.id))]


def test_of_a_goal_that_nobody_measures_there_is_nothing_to_explain(desk: Desk) -> None:
    desk.goals.held = [a_goal("later", year=2027, period="2027-01")]
    desk.begin()
    desk.pages.listed.set_year(2027)
    desk.begin()

    assert not desk.pages.listed._explain.isEnabled()


def test_esc_leaves_a_goal_unwritten(desk: Desk) -> None:
    desk.begin()
    desk.press("n", CTRL)

    desk.press(ESC)

    assert desk.pages.currentWidget() is desk.pages.listed
    assert desk.goals.done == []


def test_a_goal_that_is_written_stays_when_the_person_comes_back(desk: Desk) -> None:
    desk.begin()
    desk.press("n", CTRL)

    desk.begin()

    assert desk.pages.currentWidget() is desk.pages.edit


def test_goals_that_cannot_be_read_say_why(desk: Desk) -> None:
    desk.reports.error = ServiceError("bad_answer")

    desk.begin()

    assert desk.pages.listed.message.startswith(ServiceError("bad_answer").happened)


def test_the_country_aims_at_any_of_its_regions_and_their_comunas(theme: Theme) -> None:
    for desk in a_desk(theme, laptop=replace(a_laptop(), region="CL")):
        desk.presenter._define()
        select = desk.pages.edit.findChild(Select, "region")
        select.set_code("05")
        select.picked.emit("05")

        assert desk.pages.edit.region == "05"
        assert desk.pages.edit.findChild(Select, "comuna").findData("05101") > 0


@pytest.mark.parametrize(("role", "there"), [("coordination", True), ("field", False)])
def test_only_coordination_has_the_screen(theme: Theme, role: str, *, there: bool) -> None:
    session, tasks = FakeSession(), PatientRunner()
    session.laptop = a_laptop(role)
    around = Surroundings(theme, tasks, IdleWatch(3, session.clock), PEOPLE, lambda: "id")
    window = MainWindow(session, around)
    put_on_screen(window, 1366, 768)

    QTest.keyClick(window, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)

    assert (window.place == "goals") is there
    tasks.waiting.clear()
    window.close()
    window.deleteLater()


@pytest.mark.parametrize(
    ("period_type", "present"),
    [
        pytest.param("month", "2026-11", id="month"),
        pytest.param("quarter", "2026-Q4", id="quarter"),
        pytest.param("year", "2026", id="year"),
    ],
)
def test_a_new_goal_begins_in_the_present_period(desk: Desk, period_type: str, present: str) -> None:
    desk.begin()
    desk.press("n", held=CTRL)

    kind = desk.pages.edit.fields["period_type"].widget
    assert isinstance(kind, Select)
    kind.set_code(period_type)
    kind.picked.emit(period_type)

    assert desk.pages.edit.values["period"] == present


def test_a_goal_of_another_year_begins_with_its_first_month(desk: Desk) -> None:
    desk.begin()
    year = desk.pages.listed._year
    year.set_code("2027")
    year.picked.emit("2027")
    desk.tasks.let_run()

    desk.press("n", held=CTRL)

    assert desk.pages.edit.values["period"] == "2027-01"


def test_a_reason_that_comes_back_is_gone_on_with_at_its_end(desk: Desk) -> None:
    edit = desk.pages.edit

    edit.say_remark("La feria cerró", "Ir otro día")
    edit._reason.insertPlainText(" temprano")

    assert (edit.reason, edit.measure) == ("La feria cerró temprano", "Ir otro día")

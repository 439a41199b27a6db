"""Conflicts on a table: the page with its presenter, a service with memory, and hands on the keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from terreno_app.services.conflicts import ConflictView
from terreno_app.ui.screens.conflicts.form import ConflictsForm
from terreno_app.ui.screens.conflicts.presenter import ConflictsPresenter
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeConflicts, PatientRunner
from tests.ui.stand import CTRL, Hands, let_click, put_on_screen
from tests.ui.views import PAULA, PEOPLE, a_conflict, a_laptop, catalogues

OUTCOME = a_conflict(
    id="1/outcome",
    group=("outcome", "oriented_institution"),
    before={"outcome": "informed", "oriented_institution": None},
    kept={"outcome": "guided", "oriented_institution": "IPS"},
    other={"outcome": "referred", "oriented_institution": "SERVIU"},
)
PROGRAMME = a_conflict(id="1/programme")
ANSWER = a_conflict(
    id="1/answer_given",
    group=("answer_given",),
    before={},
    kept={"answer_given": "Debe pedirlo en su municipalidad"},
    other={"answer_given": "Se envía por correo"},
)
SAME_ELSEWHERE = a_conflict(id="2/programme", record="r2", folio="T07-2026-000118-2", title="Consulta · Otra")
GOAL = a_conflict(
    id="3/goal_attentions",
    kind="outing",
    record="r3",
    folio="S-T07-2026-003",
    title="Feria Libre Lo Valledor",
    group=("goal_attentions",),
    before={"goal_attentions": 60},
    kept={"goal_attentions": 80},
    other={"goal_attentions": 90},
    kept_author=None,
    kept_author_name="",
    kept_at=None,
    mine=True,
)
SESSION = a_conflict(
    id="4/kit_checklist",
    kind="outing_session",
    record="r4",
    folio="",
    group=("kit_checklist",),
    before={},
    kept={"kit_checklist": {"a": True}},
    other={"kit_checklist": {"a": False}},
)


@dataclass
class Table:
    form: ConflictsForm
    presenter: ConflictsPresenter
    conflicts: FakeConflicts
    tasks: PatientRunner
    hands: Hands
    told: list[tuple[str, Any]]

    def show(self, *views: ConflictView) -> None:
        self.conflicts.views = list(views)
        self.presenter.refresh()
        self.tasks.let_run()
        self.form.begin()
        QApplication.processEvents()

    def save(self) -> None:
        self.hands.press(Qt.Key.Key_G, held=CTRL)
        let_click()
        self.tasks.let_run()

    @property
    def now(self) -> str:
        return self.form.rows[self.form.now].id


def a_table(theme: Theme, role: str = "coordination") -> Iterator[Table]:
    form, conflicts, tasks, told = ConflictsForm(theme), FakeConflicts(), PatientRunner(), []
    presenter = ConflictsPresenter(form, conflicts, catalogues(), a_laptop(role), PAULA, PEOPLE, tasks)
    presenter.counted.connect(lambda n: told.append(("counted", n)))
    presenter.resolved.connect(lambda n: told.append(("resolved", n)))
    put_on_screen(form)
    yield Table(form, presenter, conflicts, tasks, Hands(), told)
    form.close()
    form.deleteLater()

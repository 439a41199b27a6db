"""Settling conflicts by keyboard: real keys, a service with memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from terreno_app.services.conflicts import ConflictView, History
from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.conflicts.cards import FieldRow, Side, ValueCard
from terreno_app.ui.screens.conflicts.form import ConflictsForm
from terreno_app.ui.screens.conflicts.own_value import OwnValue
from terreno_app.ui.screens.conflicts.presenter import ConflictsPresenter
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import Field, Select
from tests.ui.office import (
    MARCELA,
    PAULA,
    PEOPLE,
    FakeConflicts,
    PatientRunner,
    a_conflict,
    a_laptop,
    a_theme,
    catalogues,
)
from tests.ui.stand import ALT, CTRL, Hands, focused, put_on_screen

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
        QTest.qWait(150)
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


@pytest.fixture
def table(theme: Theme) -> Iterator[Table]:
    yield from a_table(theme)


@pytest.fixture
def field_table(theme: Theme) -> Iterator[Table]:
    yield from a_table(theme, "field")


def test_three_conflicts_are_settled_with_four_keys(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME, GOAL)

    table.hands.press("1", "2", "1")
    table.save()

    assert table.conflicts.decided == [
        ("1/outcome", "kept", None, PAULA.id),
        ("1/programme", "other", None, PAULA.id),
        ("3/goal_attentions", "kept", None, PAULA.id),
    ]
    assert "3 decisiones guardadas" in table.form.message
    assert ("resolved", 3) in table.told
    assert table.told[-1] == ("counted", 0)


def test_both_values_stand_with_who_and_when_and_in_words(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME)

    outcome, programme = table.form.rows

    assert outcome.name == "Resultado"
    assert outcome.before.words == "Resultado: Informada\nInstitución a la que se orienta: Vacío"
    assert outcome.kept.words.startswith("Resultado: Orientada")
    assert programme.kept.words == "Pensión Garantizada Universal"
    assert programme.other.words == "Subsidio Familiar (SUF)"
    assert [words.text() for words in table.form._authors] == [
        "lo que vio quien escribió",
        "Marcela Soto · 21 nov., 13:05",
        "Iván Cárdenas · 21 nov., 16:05",
    ]


def test_fields_that_different_people_wrote_say_so_one_by_one(table: Table) -> None:
    by_paula = a_conflict(id="1/topic", group=("topic",), before={}, other_author_name="", mine=False)

    table.show(OUTCOME, by_paula)

    assert [row.other.origin for row in table.form.rows] == [
        "Iván Cárdenas · 21 nov., 16:05",
        "escrito en otro equipo · 21 nov., 16:05",
    ]
    assert table.form._authors[1].text() == "según el campo"


def test_an_unknown_author_is_not_invented(table: Table) -> None:
    table.show(GOAL)

    (row,) = table.form.rows

    assert table.form._authors[1].text() == "lo que hoy muestran los equipos"
    assert (row.before.words, row.kept.words, row.other.words) == ("60", "80", "90")


def test_only_the_fields_that_differ_are_put_before_a_person(table: Table) -> None:
    half = a_conflict(
        id="1/outcome",
        group=("outcome", "oriented_institution"),
        before={},
        kept={"outcome": "guided", "oriented_institution": "IPS"},
        other={"outcome": "guided", "oriented_institution": "SERVIU"},
    )

    table.show(half)

    (row,) = table.form.rows
    assert row.name == "Institución a la que se orienta"
    assert "Orientada" not in row.kept.words
    assert row.before.words == "No se sabe"


def test_j_and_k_move_through_the_fields_of_all_records(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME, GOAL)
    seen = [table.now]

    for key in ("j", "j", "j", Qt.Key.Key_Up, "k", "k"):
        table.hands.press(key)
        seen.append(table.now)

    assert seen == [
        "1/outcome",
        "1/programme",
        "3/goal_attentions",
        "3/goal_attentions",
        "1/programme",
        "1/outcome",
        "1/outcome",
    ]


def test_a_decision_goes_on_to_the_next_field_and_comes_back_for_those_left_out(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME, GOAL)
    table.hands.press("j")

    table.hands.press("1", "2")

    assert table.now == "1/outcome"
    assert [record.decided for record in table.form.records] == [1, 1]
    assert table.form._missing.text() == "Falta 1 campo"


def test_ctrl_z_takes_the_last_decision_back_and_returns_to_it(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME, GOAL)
    table.hands.press("1", "2")
    offered = table.form.offer

    table.hands.press(Qt.Key.Key_Z, held=CTRL)

    assert "Programa: se conserva Subsidio Familiar (SUF)" in offered
    assert table.now == "1/programme"
    assert table.presenter.unsaved == 1
    assert table.form.offer == ""


def test_ctrl_z_still_works_when_the_bar_is_gone_and_stops_at_the_first(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME)
    table.hands.press("1", "2")
    table.form.end_undo()

    table.hands.press(Qt.Key.Key_Z, Qt.Key.Key_Z, Qt.Key.Key_Z, held=CTRL)

    assert table.presenter.unsaved == 0
    assert table.now == "1/outcome"


def test_a_changed_mind_is_one_step_back(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("1", "2")

    table.hands.press(Qt.Key.Key_Z, held=CTRL)
    table.save()

    assert table.conflicts.decided == [("1/programme", "kept", None, PAULA.id)]


def test_nothing_is_saved_without_a_decision(table: Table) -> None:
    table.show(PROGRAMME)

    table.save()

    assert table.conflicts.decided == []
    assert not table.form._save.isEnabled()


def test_a_repeats_the_decision_in_the_equal_ones_as_one_step(table: Table) -> None:
    table.show(PROGRAMME, SAME_ELSEWHERE)
    table.hands.press("2", "k", "a")
    offered = table.presenter.unsaved

    table.hands.press(Qt.Key.Key_Z, held=CTRL)
    after = table.presenter.unsaved
    table.hands.press("k", "a")
    table.save()

    assert (offered, after) == (2, 1)
    assert [(conflict, keep) for conflict, keep, _, _ in table.conflicts.decided] == [
        ("1/programme", "other"),
        ("2/programme", "other"),
    ]


def test_a_without_a_decision_says_what_to_do_first(table: Table) -> None:
    table.show(PROGRAMME, SAME_ELSEWHERE)

    table.hands.press("a")

    assert "Decida primero este campo" in table.form.message
    assert "Otro registro tiene el mismo desacuerdo en Programa." in table.form._equal_words.text()


def test_a_with_no_equal_ones_changes_nothing(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("1")

    table.hands.press("a")

    assert table.presenter.unsaved == 1


def test_many_equal_ones_are_counted(table: Table) -> None:
    table.show(PROGRAMME, SAME_ELSEWHERE, a_conflict(id="5/programme", record="r5"))

    button = table.form.findChild(QPushButton, "apply_to_equal")

    assert button.text() == "Aplicar a las 2 iguales"
    assert "Otros 2 registros tienen" in table.form._equal_words.text()


def test_3_writes_a_third_value(table: Table) -> None:
    table.show(ANSWER)
    table.hands.press("3")
    text = focused()
    assert isinstance(text, QPlainTextEdit)
    text.selectAll()

    table.hands.type("Vaya a la OIRS")
    table.hands.press(Qt.Key.Key_Return, held=CTRL)
    QTest.qWait(150)
    table.save()

    assert table.conflicts.decided == [("1/answer_given", None, {"answer_given": "Vaya a la OIRS"}, PAULA.id)]


def test_a_third_value_of_a_group_is_chosen_by_its_labels(table: Table) -> None:
    table.show(OUTCOME)
    table.hands.press("3")
    outcome = table.form.findChild(Select, "own_outcome")
    shown = outcome.currentText()

    outcome.set_code("withdrawn")
    outcome.setFocus()
    table.hands.press(Qt.Key.Key_Return)

    (row,) = table.form.rows
    assert shown == "Orientada"
    assert row.choice == "own"
    assert "La persona desiste" in row.own_words


def test_esc_leaves_the_third_value_and_gives_the_keys_back(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("3")

    table.hands.press(Qt.Key.Key_Escape)
    table.hands.press("1")

    assert table.form.findChild(OwnValue) is None or not table.form.findChild(OwnValue).isVisible()
    assert table.presenter.unsaved == 1


def test_letters_typed_into_the_third_value_decide_nothing(table: Table) -> None:
    table.show(GOAL)
    table.hands.press("3")

    table.hands.type("12jka")
    table.hands.press(Qt.Key.Key_F2)

    assert table.presenter.unsaved == 0
    assert table.form.findChild(QLineEdit, "own_goal_attentions").text().endswith("12")


def test_what_cannot_be_read_is_said_beside_the_field(table: Table) -> None:
    day = a_conflict(
        id="3/planned_on",
        kind="outing",
        record="r3",
        group=("planned_on",),
        before={},
        kept={"planned_on": "2026-11-21"},
        other={"planned_on": "2026-11-22"},
    )
    table.show(day)
    table.hands.press("3")
    focused().setText("21 de noviembre")

    table.hands.press(Qt.Key.Key_Return)

    (field,) = table.form.findChildren(Field)
    assert field.error == "Escriba el día como 2026-11-21."
    assert table.presenter.unsaved == 0
    focused().setText("2026-11-23")
    table.hands.press(Qt.Key.Key_Return)
    assert table.form.rows[0].own_words == "23 de noviembre de 2026"


@pytest.mark.parametrize(
    ("field", "kept", "kind", "written", "words"),
    [
        pytest.param("accessible", True, "outing", "no", "No", id="yes or no"),
        pytest.param("accessible", None, "outing", "yes", "Sí", id="not said before"),
    ],
)
def test_a_yes_or_no_is_chosen(table: Table, field: str, kept: Any, kind: str, written: str, words: str) -> None:
    view = a_conflict(
        id="x", kind=kind, record="r", group=(field,), before={}, kept={field: kept}, other={field: False}
    )
    table.show(view)
    table.hands.press("3")
    table.form.findChild(Select, f"own_{field}").set_code(written)

    table.form.findChild(QPushButton, "use_own_value").click()

    assert table.form.rows[0].own_words == words


def test_a_number_is_not_guessed(table: Table) -> None:
    table.show(GOAL)
    table.hands.press("3")
    table.form.findChild(QLineEdit, "own_goal_attentions").setText("-")

    table.form.findChild(QPushButton, "use_own_value").click()

    assert table.form.findChildren(Field)[0].error == "Escriba un número."


def test_what_has_a_form_of_its_own_is_not_written_here(table: Table) -> None:
    table.show(SESSION)

    table.hands.press("3")

    assert "Este dato no se escribe aquí" in table.form.message


def test_a_click_chooses_too(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME)
    rows = table.form.findChildren(FieldRow)

    QTest.mouseClick(rows[1].findChild(ValueCard, "value_other"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(rows[0].findChild(ValueCard, "value_kept"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(rows[0], Qt.MouseButton.LeftButton)
    table.save()

    assert [(conflict, keep) for conflict, keep, _, _ in table.conflicts.decided] == [
        ("1/outcome", "kept"),
        ("1/programme", "other"),
    ]


def test_the_list_goes_to_a_record_and_its_letters_act_on_the_fields(table: Table) -> None:
    table.show(OUTCOME, GOAL)
    table.form._records.setFocus()

    table.hands.press(Qt.Key.Key_Down)
    there = table.now
    table.hands.press("2")
    table.form._records.setFocus()
    table.hands.press(Qt.Key.Key_Return)

    assert there == "3/goal_attentions"
    assert table.presenter.unsaved == 1
    assert focused() is table.form._grid


def test_a_refused_decision_says_why_and_stays_decided(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME)
    table.conflicts.refuses["1/outcome"] = ServiceError("unknown_conflict")
    table.hands.press("1", "2")

    table.save()

    assert "no tiene ese conflicto abierto" in table.form.message
    assert [conflict for conflict, *_ in table.conflicts.decided] == ["1/programme"]
    assert table.presenter.unsaved == 1


def test_trouble_while_saving_is_told_and_loses_no_decision(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("1")
    table.conflicts.resolve = lambda *_a, **_k: (_ for _ in ()).throw(OSError(28, "x"))  # type: ignore[method-assign]

    table.save()

    assert "El disco está lleno" in table.form.message
    assert table.presenter.unsaved == 1


def test_saving_twice_writes_once(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("1")

    table.presenter.save()
    table.presenter.save()
    table.tasks.let_run()

    assert len(table.conflicts.decided) == 1


def test_a_field_laptop_is_told_at_once_that_coordination_decides(field_table: Table) -> None:
    field_table.show(PROGRAMME, GOAL)

    field_table.hands.press("1", "3")
    refused = field_table.form.message
    field_table.hands.press("j", "1")

    assert "Lo decide la coordinación" in refused
    assert field_table.presenter.unsaved == 1


def test_a_value_that_is_not_here_cannot_be_decided_blindly(table: Table) -> None:
    hidden = a_conflict(id="1/answer_given", group=("answer_given",), kept={"answer_given": "x"}, other={})
    table.show(hidden)

    table.hands.press("2")

    assert table.form.rows[0].other.words == "No está en este equipo"
    assert "no está en este equipo" in table.form.message
    assert table.presenter.unsaved == 0


def test_h_tells_what_happened_and_h_again_comes_back(table: Table) -> None:
    table.conflicts.told = History(
        (
            {
                "op": "a",
                "author": MARCELA,
                "captured_at": "2026-11-21T15:22:00.000Z",
                "route": "online",
                "status": "applied",
                "fields": {"programme": "PGU"},
            },
            {"op": "b", "author": "unknown-4f2a", "route": "pigeon", "status": "conflict", "fields": None},
            {"op": "c"},
        ),
        complete=True,
    )
    table.show(PROGRAMME)

    table.hands.press("h")
    table.tasks.let_run()
    first, second, _ = table.form._history_model.rows
    note = table.form._history_note.text()
    table.form._history_button.click()

    assert (first.who, first.status, first.what) == (
        "Marcela Soto Henríquez",
        "Rige",
        "Programa: Pensión Garantizada Universal",
    )
    assert (second.who, second.route) == ("persona …4f2a", "pigeon")
    assert note == "Historia completa, según el centro."
    assert table.form._stack.currentIndex() == 0


def test_history_offline_says_that_it_is_not_whole(table: Table) -> None:
    table.show(PROGRAMME, GOAL)
    table.hands.press("h")
    table.tasks.let_run()
    note = table.form._history_note.text()

    table.form.record_chosen.emit(1)

    assert "solo lo escrito en este equipo" in note
    assert table.form._stack.currentIndex() == 0


def test_history_that_cannot_be_had_is_told(table: Table) -> None:
    table.show(PROGRAMME)
    table.conflicts.history = lambda *_a: (_ for _ in ()).throw(ServiceError("unknown_record"))  # type: ignore[method-assign]

    table.hands.press("h")
    table.tasks.let_run()

    assert "no tiene ese registro" in table.form.message
    assert not table.presenter._history_open


def test_an_answer_that_comes_after_the_person_left_the_history_is_dropped(table: Table) -> None:
    table.show(PROGRAMME)
    table.hands.press("h", "h")

    table.tasks.let_run()

    assert table.form._stack.currentIndex() == 0


def test_no_conflicts_says_so_and_takes_every_key_calmly(table: Table) -> None:
    table.show()

    table.form.begin()
    for signal in (table.form.own_asked, table.form.apply_asked, table.form.history_asked):
        signal.emit()
    table.form.stepped.emit(1)
    table.form.decided.emit("kept")
    table.form.own_written.emit({})
    table.presenter._go_on()

    assert table.form._empty.isVisibleTo(table.form)
    assert "No hay conflictos" in table.form._empty.accessibleName()
    assert table.told == [("counted", 0)]


def test_decisions_stay_when_the_list_is_read_again_and_go_when_the_conflict_went(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME, GOAL)
    table.hands.press("1", "2")

    table.show(PROGRAMME, GOAL)

    assert table.presenter.unsaved == 1
    assert table.now == "3/goal_attentions"


def test_a_list_that_cannot_be_read_is_said(table: Table) -> None:
    table.conflicts.open = lambda: (_ for _ in ()).throw(ServiceError("damaged_database"))  # type: ignore[method-assign]

    table.presenter.refresh()
    table.tasks.let_run()

    assert "El archivo de datos está dañado" in table.form.message


def test_alt_letters_do_what_they_say(table: Table) -> None:
    table.show(PROGRAMME)

    table.hands.press(Qt.Key.Key_H, held=ALT)
    QTest.qWait(150)
    table.tasks.let_run()

    assert table.form._stack.currentIndex() == 1


def test_a_long_decision_is_shortened_in_the_bar(table: Table) -> None:
    table.show(
        a_conflict(
            id="1/answer_given", group=("answer_given",), kept={"answer_given": "m" * 90}, other={"answer_given": "x"}
        )
    )

    table.hands.press("1")

    assert table.form.offer.count("m") < 60
    assert "…" in table.form.offer


def test_unknown_keys_go_their_way(table: Table) -> None:
    table.show(PROGRAMME)

    table.hands.press("q")
    table.hands.press("1", held=ALT)

    assert table.presenter.unsaved == 0


def test_large_text_grows_the_cards_with_their_words(qapp: QApplication) -> None:
    card = ValueCard(a_theme(scale=1.5), "1", "value")
    short = card.heightForWidth(200)

    card.show_side(Side("x", "palabra " * 60), "open")

    assert card.heightForWidth(200) > short
    assert card.words.startswith("palabra")


def test_high_contrast_draws_the_chosen_one(qapp: QApplication) -> None:
    for table in a_table(a_theme("high_contrast")):
        table.show(OUTCOME, PROGRAMME, GOAL)
        table.hands.press("1", "1", "1")
        picture = table.form.grab()

        assert not picture.isNull()
        assert all(record.all_decided for record in table.form.records)


def test_a_record_without_a_folio_is_named_by_its_subject_alone(table: Table) -> None:
    table.show(SESSION)

    (record,) = table.form.records

    assert record.under == "1 campo"


def test_a_decision_about_a_conflict_that_went_meanwhile_is_not_written(table: Table) -> None:
    table.show(PROGRAMME, GOAL)
    table.hands.press("1", "1")
    table.conflicts.refuses = {
        "1/programme": ServiceError("unknown_conflict"),
        GOAL.id: ServiceError("may_not_resolve"),
    }

    table.save()

    assert table.conflicts.decided == []
    assert "resolved" not in [what for what, _ in table.told]

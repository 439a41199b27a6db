"""A third value, written by whoever decides: chosen, typed, given up, or told why it cannot be read."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton

from terreno_app.ui.screens.conflicts.own_value import OwnValue
from terreno_app.ui.widgets.fields import Field, Select
from tests.ui.conflicts.table import ANSWER, GOAL, OUTCOME, PROGRAMME, SESSION, Table
from tests.ui.stand import CTRL, focused, let_click
from tests.ui.views import PAULA, a_conflict


def test_3_writes_a_third_value(table: Table) -> None:
    table.show(ANSWER)
    table.hands.press("3")
    text = focused()
    assert isinstance(text, QPlainTextEdit)
    text.selectAll()

    table.hands.type("Vaya a la OIRS")
    table.hands.press(Qt.Key.Key_Return, held=CTRL)
    let_click()
    table.save()

    assert table.conflicts.decided == [("1/answer_given", None, {"answer_given": "Vaya a la OIRS"}, PAULA.id)]


def test_personal_data_in_a_text_of_ones_own_are_pointed_out(table: Table) -> None:
    table.show(ANSWER)
    table.hands.press("3")
    text = focused()

    table.hands.type(" y avise al 961234587")

    assert text.accessibleDescription() == "Parece haber un teléfono: no va en este texto."


def test_what_others_settle_while_one_writes_is_told_with_the_words_that_were_written(table: Table) -> None:
    table.show(ANSWER, PROGRAMME)
    table.hands.press("3")
    table.hands.type(" y vuelva el lunes")

    table.conflicts.views = [PROGRAMME]
    table.presenter.refresh()
    table.tasks.let_run()

    assert "Otra persona ya decidió" in table.form.message
    assert "«Debe pedirlo en su municipalidad y vuelva el lunes»" in table.form.message


def test_what_was_written_before_a_cut_is_told_where_others_settled_it_since(table: Table) -> None:
    table.show(ANSWER, PROGRAMME)
    table.hands.press("3")
    table.hands.type(" y vuelva el lunes")
    (left,) = table.presenter.half_written
    table.hands.press(Qt.Key.Key_Escape)
    table.conflicts.views = [PROGRAMME]

    table.presenter.come_back(left)
    table.tasks.let_run()

    assert "«Debe pedirlo en su municipalidad y vuelva el lunes»" in table.form.message
    assert table.presenter.half_written == ()


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


def test_words_left_for_another_field_are_there_when_the_person_writes_again(table: Table) -> None:
    table.show(ANSWER, PROGRAMME)
    table.hands.press("3")
    table.hands.type(" hoy")

    table.form.field_entered.emit(PROGRAMME.id)
    open_elsewhere = table.form.writing
    table.hands.press("k", "3")

    assert not open_elsewhere
    assert focused().toPlainText().endswith(" hoy")


def test_words_being_written_outlive_a_conflict_more_in_the_same_record(table: Table) -> None:
    table.show(ANSWER)
    table.hands.press("3")
    table.hands.type(" hoy")

    table.conflicts.views = [PROGRAMME, ANSWER]
    table.presenter.refresh()
    table.tasks.let_run()
    table.hands.type(" mismo")

    assert table.now == ANSWER.id
    assert focused().toPlainText().endswith(" hoy mismo")


def test_words_that_were_given_up_are_not_offered_again(table: Table) -> None:
    table.show(ANSWER)
    table.hands.press("3")
    table.hands.type(" hoy")

    table.hands.press(Qt.Key.Key_Escape)
    table.hands.press("3")

    assert focused().toPlainText() == ANSWER.kept["answer_given"]
    assert table.presenter.half_written == ()


def test_a_long_value_is_gone_on_with_at_its_end_and_begins_at_the_edge(table: Table) -> None:
    long = a_conflict(
        id="1/answer_given", group=("answer_given",), before={}, kept={"answer_given": "vuelva mañana, " * 200}
    )
    table.show(replace(long, other=ANSWER.other))

    table.hands.press("3")
    QApplication.processEvents()

    area = focused()
    assert area.horizontalScrollBar().value() == 0
    assert area.verticalScrollBar().value() == area.verticalScrollBar().maximum() > 0

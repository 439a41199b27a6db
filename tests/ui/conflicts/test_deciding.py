"""Settling conflicts by keyboard: real keys, a service with memory."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.conflicts.cards import FieldRow, ValueCard
from tests.ui.conflicts.table import ANSWER, GOAL, OUTCOME, PROGRAMME, SAME_ELSEWHERE, Table
from tests.ui.stand import ALT, CTRL, focused
from tests.ui.views import PAULA, a_conflict


def test_what_others_settle_before_it_is_saved_is_told(table: Table) -> None:
    table.show(ANSWER, PROGRAMME)
    table.hands.press("1")

    table.conflicts.views = [PROGRAMME]
    table.presenter.refresh()
    table.tasks.let_run()

    assert "Otra persona ya decidió" in table.form.message
    assert table.presenter.unsaved == 0


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


def test_what_a_newer_version_wrote_is_not_decided_here(table: Table) -> None:
    table.show(a_conflict(id="1/nickname", group=("nickname",), newer=True))

    table.hands.press("1")

    assert "versión más nueva" in table.form.message
    assert table.presenter.unsaved == 0


def test_decisions_stay_when_the_list_is_read_again_and_go_when_the_conflict_went(table: Table) -> None:
    table.show(OUTCOME, PROGRAMME, GOAL)
    table.hands.press("1", "2")

    table.show(PROGRAMME, GOAL)

    assert table.presenter.unsaved == 1
    assert table.now == "3/goal_attentions"


def test_unknown_keys_go_their_way(table: Table) -> None:
    table.show(PROGRAMME)

    table.hands.press("q")
    table.hands.press("1", held=ALT)

    assert table.presenter.unsaved == 0


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


def test_a_decision_on_what_has_changed_since_is_taken_anew(table: Table) -> None:
    table.show(PROGRAMME, ANSWER)
    table.hands.press("1", "2")

    changed = replace(PROGRAMME, kept={"programme": "BONO_INVIERNO"}, seen={"programme": "op-9"})
    table.conflicts.views = [changed, ANSWER]
    table.presenter.refresh()
    table.tasks.let_run()

    assert [row.choice for row in table.form.rows] == ["", "other"]
    assert "cambió después" in table.form.message

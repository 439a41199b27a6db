"""What was half written beside an attention is there again after a lock, where the person was."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from terreno_app.domain.reports import coverage
from terreno_app.services.attentions import OpenedAttention
from terreno_app.services.goals import ShownGoal
from terreno_app.ui.application import Desktop
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.screens.today.table_model import Asked
from terreno_app.ui.theme import Theme
from tests.domain.reports import records
from tests.factories import an_attention
from tests.ui.conflicts.table import ANSWER, PROGRAMME
from tests.ui.conflicts.table import GOAL as GOAL_IN_CONFLICT
from tests.ui.office import FakeComposition, FakeSession
from tests.ui.stand import CTRL, Hands, a_row, focused
from tests.ui.views import PAULA, a_laptop

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


class Room:
    """A laptop that is locked and opened again and again, with one memory."""

    def __init__(self, desktop: Desktop, closed: FakeComposition, qtbot: QtBot) -> None:
        self.desktop, self.closed, self.qtbot, self.hands = desktop, closed, qtbot, Hands()
        self.session = FakeSession(closed.clock)

    @property
    def main(self) -> MainWindow:
        assert self.desktop.main is not None
        return self.desktop.main

    def unlock(self) -> None:
        self.closed.prepared = self.session
        self.wait(lambda: self.desktop._unlock_form.officer != "")
        self.desktop._unlock_form.submitted.emit(PAULA.id, FakeComposition.PHRASE)
        self.wait(lambda: self.desktop.main is not None)
        self.desktop._choose_form.skipped.emit()
        self.desktop.window.activateWindow()
        self.wait(self.desktop.window.isActiveWindow)
        self.wait(lambda: self.main._stand.today._view is not None)

    def lock_and_unlock(self) -> None:
        self.desktop.lock_whole()
        self.unlock()

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=5000)

    def input(self, page: str, name: str) -> Any:
        found = self.main.page(page).findChild(QWidget, name)
        assert found is not None
        return found


@pytest.fixture
def room(qapp: QApplication, theme: Theme, qtbot: QtBot) -> Iterator[Room]:
    closed = FakeComposition()
    desktop = Desktop(qapp, closed, theme)
    desktop.start()
    yield Room(desktop, closed, qtbot)
    desktop.window.close()
    desktop.window.deleteLater()


def plan(room: Room) -> None:
    room.unlock()
    room.main.go_to("outings")
    room.hands.press("n", held=CTRL)
    room.wait(lambda: focused().objectName() == "comuna")
    room.hands.type("san")


def test_an_outing_that_was_being_planned_is_there_after_a_suspend(room: Room) -> None:
    plan(room)

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "outings")

    assert focused() is room.input("outings", "comuna")
    assert focused().text() == "san"
    assert focused().selectedText() == ""


def test_a_plan_that_comes_back_behind_the_pin_page_is_gone_on_with(room: Room) -> None:
    plan(room)
    room.desktop.lock_whole()
    room.closed.prepared = room.session
    room.desktop._unlock_form.submitted.emit(PAULA.id, FakeComposition.PHRASE)
    room.wait(lambda: room.desktop.main is not None and room.main.place == "outings")

    room.desktop._choose_form.skipped.emit()
    room.desktop.window.activateWindow()
    room.wait(room.desktop.window.isActiveWindow)
    room.hands.type("t")

    assert focused() is room.input("outings", "comuna")
    assert focused().text() == "sant"


def test_who_looks_at_another_screen_goes_on_with_the_plan_in_the_very_place(room: Room) -> None:
    plan(room)
    room.hands.press("1", held=CTRL)
    room.hands.press("4", held=CTRL)
    room.hands.type("t")
    comuna = focused().text()
    room.hands.press(Qt.Key.Key_Tab)
    room.hands.type("Feria")

    room.hands.press("1", held=CTRL)
    room.hands.press("4", held=CTRL)
    room.hands.type(" libre")

    assert comuna == "sant"
    assert focused() is room.input("outings", "place_name")
    assert focused().text() == "Feria libre"


def test_words_of_a_plan_that_are_no_comuna_yet_are_gone_on_with_after_a_look_at_the_list(room: Room) -> None:
    plan(room)
    room.hands.press(Qt.Key.Key_Escape)
    room.hands.press(Qt.Key.Key_Escape)
    room.wait(lambda: focused().objectName() != "comuna")

    room.hands.press("n", held=CTRL)
    room.hands.type("t")

    assert focused() is room.input("outings", "comuna")
    assert focused().text() == "sant"


def test_a_plan_that_comes_back_takes_no_key_from_the_attention_that_does(room: Room) -> None:
    room.session.outings.open("a", PAULA.id)
    plan(room)
    room.hands.press(Qt.Key.Key_F2)
    room.wait(lambda: room.main.place == "attention")
    room.hands.type("r")
    room.hands.press("l", held=Qt.KeyboardModifier.AltModifier)
    room.hands.type("esperé")

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "attention")
    room.hands.type(" tres")

    assert room.input("outings", "comuna").text() == "san"
    assert room.main._stand.attention_form.draft().fields["description"] == "esperé tres"


def test_a_value_of_ones_own_that_comes_back_takes_no_key_from_the_attention_that_does(room: Room) -> None:
    room.session.outings.open("a", PAULA.id)
    room.session.conflicts.views = [ANSWER]
    room.session.laptop = a_laptop(role="coordination")
    room.unlock()
    room.main.go_to("conflicts")
    room.wait(lambda: bool(room.main._office.conflicts_form.rows))
    room.hands.press(Qt.Key.Key_3)
    room.hands.type(" hoy")
    room.hands.press(Qt.Key.Key_F2)
    room.wait(lambda: room.main.place == "attention")
    room.hands.type("r")
    room.hands.press("l", held=Qt.KeyboardModifier.AltModifier)
    room.hands.type("esperé")

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "attention" and room.main._office.conflicts_form.writing)
    room.hands.type(" tres")

    assert room.main._stand.attention_form.draft().fields["description"] == "esperé tres"


def test_a_comuna_that_was_chosen_is_chosen_after_the_lock(room: Room) -> None:
    plan(room)
    room.hands.press(Qt.Key.Key_Return)
    room.hands.type("Plaza")
    chosen = room.input("outings", "comuna").code

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "outings")

    assert chosen != ""
    assert room.input("outings", "comuna").code == chosen
    assert focused() is room.input("outings", "place_name")
    assert focused().text() == "Plaza"


def test_who_went_elsewhere_stays_elsewhere_and_the_plan_waits(room: Room) -> None:
    plan(room)
    room.main.go_to("sync")

    room.lock_and_unlock()
    room.wait(lambda: room.session.unfinished.pages["outings"].field is None)
    room.wait(lambda: "outings" in room.main._pages)

    assert room.main.place == "today"
    assert room.input("outings", "comuna").text() == "san"


def test_an_outing_that_was_saved_does_not_come_back(room: Room) -> None:
    plan(room)
    room.hands.press(Qt.Key.Key_Return)
    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "outings")

    room.hands.press("g", held=CTRL)

    room.wait(lambda: room.session.unfinished.pages == {})


def test_nothing_is_kept_where_nothing_was_written(room: Room) -> None:
    room.unlock()
    room.main.go_to("outings")

    room.desktop.lock_whole()

    assert room.session.unfinished.pages == {}


def test_a_goal_that_was_being_written_is_there_after_the_lock(room: Room) -> None:
    room.session.laptop = a_laptop(role="coordination")
    room.unlock()
    room.main.go_to("goals")
    room.wait(lambda: room.main._office.goals_pages.listed.eyebrow == "Metas de 2026")
    room.hands.press("n", held=CTRL)
    edit = room.main._office.goals_pages.edit
    edit.fields["period_type"].widget.set_code("quarter")
    edit.fields["period_type"].widget.picked.emit("quarter")
    edit.fields["period"].widget.set_code("2026-Q3")
    edit.fields["target"].widget.setFocus()
    room.hands.type("250")
    before = edit.typed

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "goals")

    assert room.main._office.goals_pages.edit.typed == before
    assert before["period"] == "2026-Q3"
    assert focused() is room.input("goals", "target")
    assert focused().text() == "250"


def test_an_approval_that_was_being_written_still_names_what_was_seen(room: Room) -> None:
    goal = ShownGoal("month", "13", GOAL, {"target": "op-1"})
    room.session.laptop = a_laptop(role="coordination")
    room.session.goals.held = [goal]
    held = [records.a_goal(**{**GOAL, "id": "month"})]
    room.session.reports.others["coverage"] = records.a_report(coverage, held, "2026-11", region="13")
    room.unlock()
    room.main.go_to("goals")
    room.wait(lambda: len(room.main._office.goals_pages.listed.shown) == 1)
    room.main._office.goals_pages.listed.approve_asked.emit(room.main._office.goals_pages.listed.shown[0])
    room.hands.type("SEREMI")

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "goals")

    assert room.input("goals", "approved_by").text() == "SEREMI"
    assert room.main._office.goals._goal == goal


def test_a_goal_that_was_left_does_not_come_back(room: Room) -> None:
    room.session.laptop = a_laptop(role="coordination")
    room.unlock()
    room.main.go_to("goals")
    room.hands.press("n", held=CTRL)
    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "goals")
    kept = set(room.session.unfinished.pages)

    room.hands.press(Qt.Key.Key_Escape)

    assert kept == {"goals"}
    room.wait(lambda: room.session.unfinished.pages == {})


def test_the_reason_of_a_void_is_there_after_the_lock(room: Room) -> None:
    room.session.attentions.day = (a_row(1), a_row(2))
    room.session.outings.open("a", PAULA.id)
    room.unlock()
    room.wait(lambda: bool(room.main._stand.today_form._model.rows))
    room.main._stand.today_form._table.go_to(1)
    room.main._stand.today_form._table.setFocus()
    room.hands.press(Qt.Key.Key_Delete)
    room.hands.type("repetida")

    room.lock_and_unlock()
    room.wait(lambda: room.main._stand.today_form.reason_typed[1] != "")

    asked = Asked("record-2", "¿Por qué se anula 000002-8?", {"status": "op-1"})
    assert room.main._stand.today_form.reason_typed == (asked, "repetida")
    assert isinstance(focused(), QLineEdit)
    assert focused().objectName() == "void_reason"


def test_what_cannot_be_kept_of_one_page_does_not_keep_the_screen_from_locking(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(room)

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(room.session.unfinished, "save_draft", full)
    room.desktop.lock_whole()

    assert room.desktop.main is None
    assert room.session.closed == 1


def test_what_is_typed_is_kept_while_it_is_typed(room: Room) -> None:
    plan(room)

    room.wait(lambda: any(left.values["comuna_text"] == "san" for left in room.session.unfinished.kept))

    (left,) = room.session.unfinished.kept
    assert (left.page, left.field) == ("outings", "comuna")


def test_a_goal_is_kept_while_it_is_typed(room: Room) -> None:
    room.session.laptop = a_laptop(role="coordination")
    room.unlock()
    room.main.go_to("goals")
    room.hands.press("n", held=CTRL)
    room.main._office.goals_pages.edit.fields["target"].widget.setFocus()

    room.hands.type("250")

    room.wait(lambda: [left.values["target"] for left in room.session.unfinished.kept] == ["250"])


def test_a_reason_is_kept_while_it_is_typed_and_forgotten_once_it_is_given(room: Room) -> None:
    room.session.attentions.day = (a_row(1),)
    room.session.attentions.opened["record-1"] = OpenedAttention("record-1", an_attention(), {}, None, {}, "local")
    room.unlock()
    room.wait(lambda: bool(room.main._stand.today_form._model.rows))
    room.main._stand.today_form._table.setFocus()
    room.hands.press(Qt.Key.Key_Delete)

    room.hands.type("repetida")
    room.wait(lambda: [left.values["void_reason"] for left in room.session.unfinished.kept] == ["repetida"])
    room.hands.press(Qt.Key.Key_Return)

    room.wait(lambda: room.session.unfinished.kept == ())


def test_where_the_person_went_is_kept_without_a_lock(room: Room) -> None:
    plan(room)
    room.wait(lambda: "outings" in room.session.unfinished.pages)

    room.main.go_to("sync")

    room.wait(lambda: room.session.unfinished.pages["outings"].field is None)


def test_what_could_not_be_read_is_not_overwritten_by_an_empty_page(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(room)
    room.desktop.lock_whole()
    kept = room.session.unfinished.kept

    def torn() -> None:
        raise OSError

    monkeypatch.setattr(room.session.unfinished, "drafts", torn)
    room.unlock()
    room.desktop.lock_whole()

    assert kept != ()
    assert room.session.unfinished.kept == kept


def test_decisions_and_a_value_being_written_are_there_after_the_lock(room: Room) -> None:
    room.session.laptop = a_laptop(role="coordination")
    room.session.conflicts.views = [PROGRAMME, ANSWER, GOAL_IN_CONFLICT]
    room.unlock()
    room.main.go_to("conflicts")
    room.wait(lambda: len(room.main._office.conflicts_form.rows) == 2)
    room.hands.press("2", "3")
    room.hands.type(" y lleve su cédula")
    room.wait(lambda: len(room.session.unfinished.kept) == 1)

    room.lock_and_unlock()
    room.wait(lambda: room.main.place == "conflicts" and room.main._office.conflicts_form.writing)
    room.hands.type(" hoy")

    assert room.main._office.conflicts.unsaved == 1
    assert [row.choice for row in room.main._office.conflicts_form.rows] == ["other", ""]
    assert focused().objectName() == "own_answer_given"
    assert focused().toPlainText().endswith("y lleve su cédula hoy")


def test_decisions_that_were_saved_do_not_come_back(room: Room) -> None:
    room.session.laptop = a_laptop(role="coordination")
    room.session.conflicts.views = [PROGRAMME, GOAL_IN_CONFLICT]
    room.unlock()
    room.main.go_to("conflicts")
    room.wait(lambda: len(room.main._office.conflicts_form.records) == 2)
    room.hands.press("2")
    room.wait(lambda: len(room.session.unfinished.kept) == 1)

    room.hands.press("g", held=CTRL)

    room.wait(lambda: room.session.unfinished.kept == ())


def test_material_and_incidents_in_mid_typing_are_there_after_a_kill(room: Room) -> None:
    room.session.outings.open("a", PAULA.id)
    room.unlock()
    room.main.go_to("outings")
    room.wait(lambda: bool(room.main._stand.outings_pages.listed._model.rows))
    room.hands.press(Qt.Key.Key_Return)
    room.wait(lambda: room.main._stand.outings_pages.day.loaded)
    room.input("outings", "material_item").setFocus()
    room.hands.type("Cartill")
    room.input("outings", "incidents").setFocus()
    room.hands.type("Llovi")
    room.wait(lambda: [left.values.get("incidents") for left in room.session.unfinished.kept] == ["Llovi"])

    killed = room.session.unfinished.kept
    room.desktop.lock_whole()
    room.session.unfinished.kept = killed
    room.session.outings.session = replace(room.session.outings.session, incidents="")
    room.unlock()
    room.wait(lambda: room.main.place == "outings" and room.main._stand.outings_pages.day.loaded)
    room.hands.type("ó")

    assert room.input("outings", "material_item").text() == "Cartill"
    assert focused().toPlainText() == "Llovió"
    room.hands.press("g", held=CTRL)
    room.wait(lambda: room.main._stand.outings_pages.currentWidget() is room.main._stand.outings_pages.closing)

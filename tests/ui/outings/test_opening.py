"""Opening the outing of the day, and closing it by a person who was asked twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.outings.form import OutingsForm
from terreno_app.ui.screens.outings.presenter import OutingsPresenter
from terreno_app.ui.theme import Theme
from tests.ui.office import FakeDay, PatientRunner
from tests.ui.stand import ALT, CTRL, MARCELA, Hands, put_on_screen
from tests.ui.views import a_laptop, a_theme, an_outing


@dataclass
class Desk:
    form: OutingsForm
    presenter: OutingsPresenter
    outings: FakeDay
    tasks: PatientRunner
    hands: Hands
    told: list[tuple[str, Any]]

    def show(self, *rows: Any) -> None:
        self.outings.known = list(rows)
        self.presenter.refresh()
        self.tasks.let_run()
        self.form.begin()


def a_desk(theme: Theme) -> Iterator[Desk]:
    form, outings, tasks, told = OutingsForm(theme), FakeDay(), PatientRunner(), []
    presenter = OutingsPresenter(form, outings, a_laptop("field"), MARCELA, tasks)
    presenter.opened.connect(lambda session: told.append(("opened", session.outing)))
    presenter.closed.connect(lambda session: told.append(("closed", session.outing)))
    put_on_screen(form)
    yield Desk(form, presenter, outings, tasks, Hands(), told)
    form.close()
    form.deleteLater()


@pytest.fixture
def desk(theme: Theme) -> Iterator[Desk]:
    yield from a_desk(theme)


def test_enter_opens_the_selected_outing(desk: Desk) -> None:
    desk.show(an_outing("a"), an_outing("b"))
    desk.hands.press(Qt.Key.Key_Down)

    desk.hands.press(Qt.Key.Key_Return)
    desk.tasks.let_run()

    assert desk.told == [("opened", "b")]
    assert "La salida está abierta en este equipo" in desk.form.message
    assert [row.open_here for row in desk.form.rows] == [False, True]
    assert desk.form.selected is not None
    assert desk.form.selected.id == "b"


def test_an_outing_of_another_day_is_opened_with_a_warning(desk: Desk) -> None:
    desk.show(an_outing("a", planned_on="2026-11-28"))

    desk.hands.press(Qt.Key.Key_A, held=ALT)
    QTest.qWait(150)
    desk.tasks.let_run()

    assert "Estaba planificada para el sábado 28 de noviembre" in desk.form.message


def test_a_second_outing_cannot_be_opened_while_one_is(desk: Desk) -> None:
    desk.show(an_outing("a"), an_outing("b"))
    desk.hands.press(Qt.Key.Key_Return)
    desk.tasks.let_run()

    desk.hands.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    desk.tasks.let_run()

    assert desk.told == [("opened", "a")]
    assert not desk.form._open.isEnabled()


def test_closing_is_asked_twice(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.hands.press(Qt.Key.Key_Return)
    desk.tasks.let_run()

    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    QTest.qWait(150)
    question, waiting = desk.form.message, list(desk.tasks.waiting)
    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    QTest.qWait(150)
    desk.tasks.let_run()

    assert "no se puede deshacer" in question
    assert waiting == []
    assert desk.told[-1] == ("closed", "a")
    assert "su acta firmada" in desk.form.message
    assert desk.form.rows[0].closed_here
    assert not desk.form._open.isEnabled()


def test_esc_keeps_the_outing_open(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.hands.press(Qt.Key.Key_Return)
    desk.tasks.let_run()
    desk.form.close_asked.emit("a")

    desk.hands.press(Qt.Key.Key_Escape)
    desk.form.close_asked.emit("a")

    assert desk.told == [("opened", "a")]
    assert desk.tasks.waiting == []


def test_two_presses_open_once(desk: Desk) -> None:
    desk.show(an_outing("a"))

    desk.hands.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    desk.tasks.let_run()

    assert desk.told == [("opened", "a")]


def test_an_outing_that_cannot_be_opened_says_why(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.outings.error = ServiceError("session_closed")

    desk.hands.press(Qt.Key.Key_Return)
    desk.tasks.let_run()

    assert "su semilla se reveló" in desk.form.message
    desk.outings.error = None
    desk.hands.press(Qt.Key.Key_Return)
    desk.tasks.let_run()
    assert desk.told == [("opened", "a")]


def test_a_laptop_that_knows_no_outing_says_where_they_come_from(desk: Desk) -> None:
    desk.show()

    desk.form._ask_open()
    desk.form._ask_close()

    assert desk.form._empty.isVisibleTo(desk.form)
    assert "F5" in desk.form._empty.accessibleName()
    assert desk.tasks.waiting == []


def test_what_an_outing_lacks_is_said(desk: Desk) -> None:
    desk.show(an_outing("a", planned_on="", place_name=""))

    (row,) = desk.form.rows

    assert (row.day, row.place) == ("Sin fecha", "Sin lugar")


def test_large_text_keeps_day_place_and_state(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=1.5)):
        desk.show(an_outing("a"))

        hidden = [desk.form._table.isColumnHidden(place) for place in range(5)]

        assert hidden == [False, True, False, True, False]

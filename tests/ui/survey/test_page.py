"""The officer's page of Encuesta: who waits, handing over by key, and why somebody did not answer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from terreno_app.services.errors import ServiceError
from tests.ui.stand import ALT, CTRL, focused
from tests.ui.survey.conftest import ENTER, ESC, Stall

F4 = Qt.Key.Key_F4


def test_f4_in_hoy_shows_who_waits(stall: Stall) -> None:
    stall.window.start()
    stall.tasks.let_run()

    stall.press(F4)

    assert stall.window.place == "survey"
    assert stall.form._head.title == "2 personas esperan la encuesta"
    assert [(one.hour, one.topic, one.wait) for one in stall.form.rows] == [
        ("18:30", "Pensión Garantizada Universal", "hace 12 min"),
        ("18:30", "Vivienda y subsidios habitacionales", "hace 12 min"),
    ]


def test_f4_works_on_every_screen(stall: Stall) -> None:
    stall.window.start()
    stall.tasks.let_run()
    stall.press("8", held=CTRL)

    stall.press(F4)

    assert stall.window.place == "survey"


def test_enter_hands_the_laptop_to_the_person_of_the_row(stall: Stall) -> None:
    stall.go()
    stall.press(Qt.Key.Key_Down)

    stall.press(ENTER)

    assert stall.handed_over
    assert stall.kiosk.page is stall.kiosk.welcome
    assert stall.handing.sitting._offer.person.id == "record-2"
    assert stall.handing.sitting._offer.mode == "on_screen"


@pytest.mark.parametrize(("letter", "mode"), [("p", "on_screen"), ("y", "assisted"), ("t", "paper")])
def test_a_letter_with_alt_says_how_it_is_answered(stall: Stall, qtbot: QtBot, letter: str, mode: str) -> None:
    stall.go()

    stall.press(letter, held=ALT)
    qtbot.waitUntil(lambda: stall.handed_over, timeout=5000)

    assert stall.sitting._offer.mode == mode


def test_a_number_and_ctrl_g_keep_why_somebody_did_not_answer(stall: Stall) -> None:
    stall.go()
    stall.form.ask_reason()

    stall.press("2")
    stall.press("g", held=CTRL)

    assert stall.stored == [("record-1", "on_screen", "no_time", None)]
    assert [one.id for one in stall.form.rows] == ["record-2"]
    assert stall.form.message.startswith("Motivo guardado: Sin tiempo")
    assert stall.form._reasons.value == ""


def test_without_a_reason_ctrl_g_asks_for_one(stall: Stall) -> None:
    stall.go()

    stall.press("g", held=CTRL)

    assert stall.stored == []
    assert stall.form._reasons.isAncestorOf(stall.focus)


def test_a_reason_that_could_not_be_kept_says_so_and_the_person_still_waits(stall: Stall) -> None:
    stall.go()
    stall.session.survey.breaks = ServiceError("disk_full")
    stall.form.ask_reason()

    stall.press("1")
    stall.press("g", held=CTRL)

    assert stall.form.message == " ".join(_words("disk_full"))
    assert len(stall.form.rows) == 2


def test_with_nobody_there_the_page_says_what_to_do(quiet: Stall) -> None:
    quiet.go()

    assert quiet.form._empty.isVisibleTo(quiet.form)
    assert "Nadie espera la encuesta" in quiet.form._empty.accessibleName()
    assert not quiet.form._hand_over.isEnabled()
    quiet.press("g", held=CTRL)
    assert quiet.stored == []


def test_esc_goes_back_to_hoy(stall: Stall) -> None:
    stall.go()

    stall.press(ESC)

    assert stall.window.place == "today"


def test_people_who_could_not_be_read_are_told(stall: Stall) -> None:
    def broken() -> None:
        raise ServiceError("database_damaged")

    stall.session.survey.waiting = broken

    stall.go()

    assert stall.form.message


def _words(code: str) -> tuple[str, str, str]:
    error = ServiceError(code)
    return error.happened, error.safe, error.next


def test_after_what_was_handed_in_hoy_says_that_nobody_here_can_read_it(stall: Stall) -> None:
    stall.go()
    stall.press(ENTER)
    stall.press("0")

    stall.open_door()

    assert stall.window.place == "today"
    assert "en este equipo nadie puede leerla" in stall.window._stand.today_form.message


def test_after_what_was_not_handed_in_the_page_asks_why(stall: Stall) -> None:
    stall.go()
    stall.press(Qt.Key.Key_Down, ENTER)

    stall.open_door()
    stall.tasks.let_run()

    assert stall.window.place == "survey"
    assert stall.form.selected == "record-2"
    assert "La encuesta no se entregó" in stall.form.message
    assert stall.form._reasons.isAncestorOf(stall.focus)


def test_while_nobody_waits_esc_still_leads_to_today(quiet: Stall) -> None:
    quiet.go()

    QTest.keyClick(focused(), ESC)
    quiet.tasks.let_run()

    assert quiet.window.place == "today"

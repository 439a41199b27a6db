"""One person at the kiosk, by real keys: answering, declining, going back, and handing in."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QRadioButton

from terreno_app.domain.questionnaires import LONGEST_OPTION, LONGEST_QUESTION, read_questionnaire
from terreno_app.domain.survey import COMMENT_LIMIT
from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.survey.targets import TARGET
from terreno_app.ui.widgets.roles import teach_roles
from tests.factories import a_question, a_questionnaire
from tests.ui.speaking import mute
from tests.ui.stand import CTRL, SHIFT
from tests.ui.survey.conftest import BACKSPACE, CORE, ENTER, ESC, Booth, a_booth, answer_all
from tests.ui.views import NOW, a_theme


def test_a_person_answers_with_a_number_and_enter_and_hands_in(booth: Booth) -> None:
    booth.begin()
    booth.session.clock.pass_by(70)

    answer_all(booth)
    booth.type("más sombra")
    booth.press(ENTER)

    assert booth.stored == [("record-1", "on_screen", {**CORE, "P7": "más sombra"}, NOW)]
    assert booth.kiosk.page is booth.kiosk.thanks
    assert "Gracias por responder" in booth.words()


def test_one_question_stands_on_each_page_with_how_far_it_is(booth: Booth) -> None:
    booth.begin()
    first = booth.words()

    booth.press("3", ENTER)

    assert "Pregunta 1 de 11" in first
    assert "Considerando toda la atención" in first
    assert "Pésimo" in first
    assert "Excelente" in first
    assert "Pregunta 2 de 11" in booth.words()
    assert "Considerando" not in booth.words()


def test_a_question_that_an_earlier_answer_calls_for_appears(booth: Booth) -> None:
    booth.begin()
    for number in ("6", "7", "5", "6", "6", "4", "2", "1"):
        booth.press(number, ENTER)

    booth.press("1", ENTER)

    assert booth.asks == "P5b"
    assert "Pregunta 10 de 12" in booth.words()


def test_backspace_goes_back_and_finds_the_answer(booth: Booth) -> None:
    booth.begin()
    booth.press("3", ENTER)

    booth.press(BACKSPACE)

    assert booth.asks == "P1"
    assert booth.button("answer_3").isChecked()
    booth.press(BACKSPACE)
    assert booth.asks == "P1"


def test_zero_declines_the_question_and_goes_on(booth: Booth) -> None:
    booth.begin()

    booth.press("0")

    assert booth.asks == "P2a"
    assert booth.sitting._answering.given == {"P1": "NR"}


@pytest.mark.parametrize("language", ["es-CL", "en"])
def test_every_page_tells_a_screen_reader_what_its_controls_are(booth: Booth, language: str) -> None:
    teach_roles()
    booth.hand_over()
    booth.button(f"language_{language}").click()
    pages = [mute(booth.kiosk)]

    booth.press(ENTER)
    for number in ("6", "7", "5", "6", "6", "4", "2", "1", "2", "4"):
        pages.append(mute(booth.kiosk))
        booth.press(number, ENTER)
    pages.append(mute(booth.kiosk))
    booth.press(ENTER)
    pages.append(mute(booth.kiosk))
    booth.press(ESC)
    pages.append(mute(booth.kiosk))

    assert [page for page in pages if page] == []
    assert booth.kiosk.page is booth.kiosk.door


def test_nothing_is_passed_over_by_oversight(booth: Booth) -> None:
    booth.begin()

    booth.press(ENTER)

    assert booth.asks == "P1"
    assert "Elija una respuesta" in booth.kiosk.asking.message
    booth.press("8", "9")
    assert booth.sitting._answering.given == {}


def test_zero_on_the_first_page_is_a_refusal(booth: Booth) -> None:
    booth.hand_over()

    booth.press("0")

    assert booth.stored == [("record-1", "on_screen", "refused", NOW)]
    assert "Gracias de todos modos" in booth.words()


def test_who_stops_half_way_hands_in_what_there_is_if_they_want(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)

    booth.button("finish_here").click()
    asked = booth.words()
    booth.button("hand_in_so_far").click()
    booth.tasks.let_run()

    assert "¿Terminar aquí?" in asked
    assert booth.stored == [("record-1", "on_screen", {"P1": 6}, NOW)]


def test_who_stops_half_way_may_hand_in_nothing(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)
    booth.button("finish_here").click()

    booth.press("0")

    assert booth.stored == [("record-1", "on_screen", "refused", NOW)]


def test_who_stops_by_mistake_goes_on_where_they_were(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)
    booth.button("finish_here").click()

    booth.press(ENTER)

    assert booth.asks == "P2a"
    assert booth.stored == []


def test_who_stops_before_any_answer_refuses(booth: Booth) -> None:
    booth.begin()

    booth.button("finish_here").click()
    booth.tasks.let_run()

    assert [what for _, _, what, _ in booth.stored] == ["refused"]


def test_everything_can_be_said_in_english_half_way_without_losing_an_answer(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER, BACKSPACE)

    booth.button("language_en").click()

    told = booth.words()
    assert "Question 1 of 11" in told
    assert "what score do you give it?" in told
    assert booth.button("answer_6").isChecked()
    spanish = ("Considerando", "Siguiente", "Volver", "confidencial", "Terminar")
    shown = [one.text() for one in booth.kiosk.findChildren(QAbstractButton) if one.isVisibleTo(booth.kiosk)]
    assert not [word for word in spanish if word in told + " ".join(shown)]


def test_the_promise_says_confidential_and_with_help_it_says_who_sees(booth: Booth) -> None:
    booth.hand_over()
    alone = booth.words()
    booth.handing.put_down()
    booth.hand_over("assisted")

    assert "Su respuesta es confidencial. La persona que le atendió no puede verla" in alone
    assert "anónim" not in alone
    assert "quien le ayuda ve lo que se marca" in booth.words()
    assert "no puede verla" not in booth.words()


def test_a_run_or_a_mail_in_the_own_words_is_gently_told(booth: Booth) -> None:
    booth.begin()
    answer_all(booth)

    booth.type("escriba a ana@example.cl")
    warned = booth.kiosk.asking.message
    booth.own_words().clear()

    assert "Por favor, bórrelo" in warned
    assert booth.kiosk.asking.message == ""


def test_own_words_end_at_their_limit_and_shift_enter_begins_a_line(booth: Booth) -> None:
    booth.begin()
    answer_all(booth)
    booth.own_words().setPlainText("a" * (COMMENT_LIMIT - 1))
    booth.own_words().moveCursor(booth.own_words().textCursor().MoveOperation.End)

    booth.press(ENTER, held=SHIFT)
    booth.type("bc")

    assert booth.own_words().toPlainText() == "a" * (COMMENT_LIMIT - 1) + "\n"


def test_what_the_officer_copied_cannot_be_pasted(booth: Booth) -> None:
    QApplication.clipboard().setText("12.531.909-2")
    booth.begin()
    answer_all(booth)

    booth.press("v", held=CTRL)
    dropped = QMimeData()
    dropped.setText("12.531.909-2")

    assert booth.own_words().toPlainText() == ""
    assert not booth.own_words().canInsertFromMimeData(dropped)
    QApplication.clipboard().clear()


def test_a_full_disk_loses_no_answer_and_enter_tries_again(booth: Booth) -> None:
    booth.begin()
    answer_all(booth)
    booth.session.survey.breaks = ServiceError("disk_full")
    booth.press(ENTER)
    told = booth.kiosk.asking.message
    booth.session.survey.breaks = None

    booth.press(ENTER)

    assert told.startswith("No se pudo guardar. Sus respuestas siguen en pantalla")
    assert booth.stored == [("record-1", "on_screen", CORE, NOW)]


@pytest.mark.parametrize("stop", ["finish_here", "welcome"])
def test_what_could_not_be_stored_is_told_wherever_the_person_is(booth: Booth, stop: str) -> None:
    booth.session.survey.breaks = ServiceError("disk_full")
    if stop == "welcome":
        booth.hand_over()
        booth.press("0")
    else:
        booth.begin()
        booth.press("6", ENTER)
        booth.button("finish_here").click()
        booth.press("0")

    assert "No se pudo guardar" in booth.words()
    assert booth.stored == []


def test_two_presses_hand_in_once(booth: Booth) -> None:
    booth.begin()
    answer_all(booth)

    QTest.keyClick(booth.focus, ENTER)
    QTest.keyClick(booth.focus, ENTER)
    booth.tasks.let_run()

    assert len(booth.stored) == 1


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_targets_are_large_and_words_never_small(scale: float, qapp: QApplication) -> None:
    theme = a_theme("light", scale)
    theme.apply(qapp)
    opened = a_booth(theme)
    booth = next(opened)
    booth.hand_over()
    pages = ["welcome"]
    try:
        booth.press(ENTER)
        for number in ("6", "7", "5", "6", "6", "4", "2", "1", "2", "4", ""):
            small = [
                (pages[-1], one.objectName(), one.width(), one.height())
                for one in booth.kiosk.findChildren(QAbstractButton)
                if one.isVisibleTo(booth.kiosk) and (one.height() < TARGET or one.width() < TARGET)
            ]
            letters = [
                one.text()
                for one in booth.kiosk.findChildren(QLabel)
                if one.isVisibleTo(booth.kiosk) and one.text() and one.property("role") in {"small", "label", "body"}
            ]
            assert small == []
            assert letters == []
            if number:
                booth.press(number, ENTER)
    finally:
        next(opened, None)


def test_a_screen_reader_hears_every_answer_with_its_role(booth: Booth) -> None:
    booth.begin()

    heard = [one.accessibleName() for one in booth.kiosk.findChildren(QRadioButton) if one.isVisibleTo(booth.kiosk)]
    nameless = [
        one.objectName()
        for one in booth.kiosk.findChildren(QAbstractButton)
        if one.isVisibleTo(booth.kiosk) and not (one.objectName() and one.accessibleName())
    ]

    assert [name for name in heard if name.isdigit()] == list("1234567")
    assert nameless == []
    assert booth.kiosk.findChild(QLineEdit, "kiosk_passphrase").accessibleName().startswith("Frase de paso")


def test_tab_goes_from_the_answers_to_the_way_on_and_enter_presses_what_has_the_focus(booth: Booth) -> None:
    booth.begin()
    booth.press("6", ENTER)
    booth.press("5")

    booth.press(Qt.Key.Key_Tab)
    first = booth.focus.objectName()
    booth.press(Qt.Key.Key_Tab)
    second = booth.focus.objectName()
    booth.press(ENTER)

    assert (first, second) == ("next", "back")
    assert booth.asks == "P1"


def test_a_click_anywhere_on_a_tile_chooses_it(booth: Booth) -> None:
    booth.begin()
    tile = booth.button("answer_4")

    QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=tile.rect().bottomRight() - tile.rect().topLeft() / 2)
    corner = tile.rect().adjusted(3, 3, -3, -3).bottomRight()
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton, pos=corner)

    assert booth.sitting._answering.given == {"P1": 4}


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_longest_question_that_may_be_published_is_seen_whole(scale: float, qapp: QApplication) -> None:
    theme = a_theme("light", scale)
    theme.apply(qapp)
    long = "¿" + "Cuánto le sirvió lo que aquí le explicaron " * 5
    options = " | ".join(
        f"{n} " + "municipalidad u organización social o vecinal "[: LONGEST_OPTION - 2] for n in range(8)
    )
    asked = a_question(id="Q1", tipo="opcion", texto=f"{long[: LONGEST_QUESTION - 1]}? ({options})")
    opened = a_booth(theme)
    booth = next(opened)
    booth.session.survey.questionnaire = read_questionnaire(a_questionnaire(2, asked))
    booth.hand_over()
    try:
        booth.kiosk.resize(1366, 768)
        booth.press(ENTER)
        booth.press("8")
        QApplication.processEvents()

        area = booth.kiosk.asking._area
        chosen = booth.button(f"answer_{booth.sitting._answering.given['Q1']}")
        seen = chosen.mapTo(area.viewport(), QPoint(0, 0)).y()
        assert area.widget().width() <= area.viewport().width()
        assert 0 <= seen <= area.viewport().height() - chosen.height()
    finally:
        next(opened, None)

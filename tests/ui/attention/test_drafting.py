"""What a person types survives, and is thrown away only on purpose."""

import pytest

from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import ServiceError
from tests.ui.desk import ENTER, ESC, TAB, Desk, widget
from tests.ui.stand import CTRL, a_session


def test_a_wrong_run_is_told_on_leaving_the_field_and_not_while_typing(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("r")
    number = widget(desk, "doc_number")
    number.setFocus()

    desk.hands.type("12531909-3")
    while_typing = desk.form.frames()["doc_number"].error
    desk.hands.press(TAB)

    assert while_typing == ""
    assert "RUN" in desk.form.frames()["doc_number"].error
    assert number.property("invalid") is True


def test_the_draft_is_kept_while_the_person_types(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")

    desk.wait_for_draft()

    assert desk.attentions.kept["new-1"].fields["type"] == "enquiry"
    assert desk.form._head.draft == "Borrador guardado 12:04:05"


def test_a_draft_that_could_not_be_kept_says_so(desk: Desk) -> None:
    desk.begin()
    desk.attentions.breaks = ServiceError("disk_full")
    desk.hands.press("c")

    desk.wait_for_draft()

    assert "El disco está lleno" in desk.form.message
    assert desk.form._head.draft == ""


def test_a_save_waits_for_the_draft_that_is_being_written(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.wait_for_timer()

    desk.hands.press("g", held=CTRL)
    before = len(desk.tasks.waiting)
    desk.tasks.let_run()

    assert before == 1
    assert len(desk.attentions.registered) == 1
    assert desk.attentions.kept == {}


def test_changes_while_a_draft_is_written_are_kept_after_it(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.wait_for_timer()
    widget(desk, "answer_given").setFocus()
    desk.hands.type("Debe ir")
    desk.wait_for_timer()

    desk.wait_for_draft()
    first = desk.attentions.kept["new-1"].fields
    desk.wait_for_draft()

    assert "answer_given" not in first or first["answer_given"] == "Debe ir"
    assert desk.attentions.kept["new-1"].fields["answer_given"] == "Debe ir"


def test_a_draft_is_taken_up_again(desk: Desk) -> None:
    draft = AttentionDraft({"type": "complaint", "topic": "identidad", "programme": "CEDULA", "own_service": True})

    desk.presenter.resume("new-7", draft, a_session())

    assert desk.form.type == "complaint"
    assert desk.form.draft().fields["programme"] == "CEDULA"
    assert desk.presenter.writing


def test_leaving_asks_once_and_then_throws_the_draft_away(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.wait_for_draft()
    desk.form.subject.types.setFocus()

    desk.hands.press(ESC)
    asked, kept = desk.form.message, dict(desk.attentions.kept)
    desk.hands.press(ESC)
    desk.tasks.let_run()

    assert "¿Descartar" in asked
    assert kept
    assert desk.attentions.kept == {}
    assert desk.told == [("left", None)]


def test_leaving_an_untouched_page_asks_nothing(desk: Desk) -> None:
    desk.begin()

    desk.hands.press(ESC)
    desk.form.left.emit()

    assert desk.told == [("left", None), ("left", None)]


def test_typing_after_the_question_stays(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.form.subject.types.setFocus()
    desk.hands.press(ESC)

    desk.hands.press("o")
    desk.form.subject.types.setFocus()
    desk.hands.press(ESC)

    assert desk.told == []


@pytest.mark.parametrize("going_on", ["tab", "letter"])
def test_the_question_goes_when_the_person_goes_on(desk: Desk, going_on: str) -> None:
    desk.begin()
    desk.hands.press("c")
    widget(desk, "topic").setFocus()
    desk.hands.press(ESC)
    asked = desk.form.message

    desk.hands.press(TAB if going_on == "tab" else "p")
    after = desk.form.message
    if going_on == "letter":
        desk.hands.press(ESC)  # closes what the search found
    desk.hands.press(ESC)

    assert "¿Descartar" in asked
    assert after == ""
    assert "¿Descartar" in desk.form.message
    assert desk.told == []


def test_what_the_lock_keeps_is_not_written_over_by_what_waited_for_a_thread(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.wait_for_timer()
    widget(desk, "answer_given").setFocus()
    desk.hands.type("Debe ir al IPS")

    desk.presenter.keep_draft()
    desk.tasks.let_run()

    assert desk.attentions.kept["new-1"].fields["answer_given"] == "Debe ir al IPS"


def test_a_lock_at_the_moment_of_a_save_leaves_no_draft_of_what_is_saved(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.hands.press("g", held=CTRL)
    [(register, told, _)] = desk.tasks.waiting
    registered = register()  # in its thread; the screen has not been told yet

    desk.presenter.keep_draft()
    told(registered)

    assert len(desk.attentions.registered) == 1
    assert desk.attentions.kept == {}


def test_after_a_save_that_failed_the_last_letters_are_kept(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.attentions.breaks = ServiceError("disk_full")
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()
    desk.attentions.breaks = None

    desk.wait_for_draft()

    assert desk.attentions.kept["new-1"].fields["topic"] == "pensiones"

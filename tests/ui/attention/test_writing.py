"""Registering an attention by keyboard: real keys, the domain's own rules, a service with memory."""

import pytest
from PySide6.QtWidgets import QApplication

from terreno_app.domain.errors import Problem
from terreno_app.services.attentions import Registered
from terreno_app.storage.errors import DiskFullError
from terreno_app.ui.screens.attention.presenter import registered_notice
from tests.factories import OFFICER, an_attention
from tests.ui.desk import ENTER, TAB, Desk, widget
from tests.ui.stand import CTRL, MARCELA, a_row, a_session, focused


def test_a_plain_enquiry_takes_at_most_twenty_keys(desk: Desk) -> None:
    desk.begin()

    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    desk.hands.press("f", TAB)
    desk.hands.type("65")
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [draft] = desk.attentions.registered
    assert desk.hands.pressed + 1 <= 20
    assert draft.fields["type"] == "enquiry"
    assert draft.fields["programme"] == "PGU"
    assert draft.fields["topic"] == "pensiones"
    assert (draft.fields["sex"], draft.fields["age_band"]) == ("F", "T65_74")
    assert draft.fields["residence_comuna"] == "13121"
    assert draft.identity is None
    assert [name for name, _ in desk.told] == ["saved"]


def test_the_profile_begins_with_what_the_outing_says_and_looks_inherited(desk: Desk) -> None:
    desk.begin()

    nationality = widget(desk, "nationality")

    assert desk.form.profile.read("nationality") == "CL"
    assert nationality.property("inherited") is True
    assert "En gris" in desk.form.profile._hint.text()


def test_a_field_that_a_person_touches_is_no_longer_inherited(desk: Desk) -> None:
    desk.begin()
    nationality = widget(desk, "nationality")

    nationality.setFocus()
    desk.hands.type("peru")
    desk.hands.press(ENTER)

    assert desk.form.profile.read("nationality") == "PE"
    assert nationality.property("inherited") is False


def test_the_duration_is_counted_by_itself(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)

    desk.clock.move(seconds=47)
    desk.presenter._tick()
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert desk.form._head._elapsed.text() == "0:47"
    assert desk.attentions.registered[0].fields["duration_s"] == 47


def test_a_complaint_is_registered_with_its_identity(desk: Desk) -> None:
    desk.begin()

    desk.hands.press("r")
    desk.hands.type("cedula")
    desk.hands.press(ENTER)
    widget(desk, "concerned_institution").setFocus()
    desk.hands.type("srcei")
    desk.hands.press(ENTER)
    widget(desk, "own_service").setFocus()
    desk.hands.press("n")
    widget(desk, "doc_number").setFocus()
    desk.hands.type("12531909-2")
    desk.hands.press(TAB)
    desk.hands.type("Rosa Ñuñez")
    widget(desk, "email").setFocus()
    desk.hands.type("rosa@correo.cl")
    widget(desk, "phone").setFocus()
    desk.hands.type("9 6123 4587")
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [draft] = desk.attentions.registered
    assert draft.fields["own_service"] is False
    assert draft.fields["concerned_institution"] == "SRCEI"
    assert draft.identity is not None
    assert draft.identity["doc_number"] == "12531909-2"
    assert draft.identity["names"] == "Rosa Ñuñez"
    assert draft.identity["phone"] == "+56961234587"


def test_words_that_are_no_answer_of_the_list_are_not_saved(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)
    widget(desk, "residence").setFocus()
    desk.hands.type("zzzz")

    desk.hands.press("g", held=CTRL)

    assert desk.attentions.registered == []
    assert desk.form.frames()["residence"].error == "Elija una respuesta de la lista."


def test_an_owed_answer_without_identity_is_saved_at_the_second_time(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("s")
    desk.hands.type("cedula")
    desk.hands.press(ENTER)

    desk.hands.press("g", held=CTRL)
    first = list(desk.attentions.registered)
    asked, there = desk.form.message, desk.form.field
    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    assert first == []
    assert "no hay datos de la persona" in asked
    assert there == "doc_type"
    assert len(desk.attentions.registered) == 1


def test_an_identity_without_a_way_to_answer_is_asked_about(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("s")
    desk.hands.type("cedula")
    desk.hands.press(ENTER)
    widget(desk, "doc_number").setFocus()
    desk.hands.type("12531909-2")

    desk.hands.press("g", held=CTRL)

    assert "no hay cómo contactar" in desk.form.message


def test_another_follows_with_an_empty_page(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)

    desk.hands.press(ENTER, held=CTRL)
    desk.tasks.let_run()

    assert [name for name, _ in desk.told] == ["another"]
    assert desk.form.type == ""
    assert "Guardada con el folio 000148-6" in desk.form.message
    assert focused().objectName().startswith("type")


def test_what_is_typed_while_the_disk_still_saves_is_for_the_next_person(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pgu")
    desk.hands.press(ENTER)
    desk.hands.press(ENTER, held=CTRL)

    desk.hands.type("rcedu")
    desk.hands.press(ENTER)
    desk.tasks.let_run()

    first, second = desk.attentions.registered[0].fields, desk.form.draft().fields
    assert (first["type"], first["programme"]) == ("enquiry", "PGU")
    assert (second["type"], second["programme"]) == ("complaint", "CEDULA")


def test_what_is_typed_while_a_save_fails_stays_in_the_form(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pgu")
    desk.hands.press(ENTER)
    desk.attentions.breaks = DiskFullError("full")
    desk.hands.press("g", held=CTRL)

    desk.hands.press("f")
    desk.tasks.let_run()

    assert desk.form.draft().fields["sex"] == "F"


def test_what_is_typed_while_the_last_one_is_saved_alone_is_for_nobody(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pgu")
    desk.hands.press(ENTER)
    desk.hands.press("g", held=CTRL)

    desk.hands.press("f")
    desk.tasks.let_run()
    desk.begin()

    assert "sex" not in desk.form.draft().fields
    assert desk.form.type == ""


def test_a_person_who_was_drawn_is_told_of_the_survey() -> None:
    registered = Registered("a", "T07-2026-000148-6", None, {"selected": True})

    notice = registered_notice(registered)

    assert "la encuesta (F4)" in notice.next


def test_the_programmes_of_the_day_come_first(desk: Desk) -> None:
    voided = a_row(9, programme="DS1", status="voided")
    desk.attentions.day = (a_row(1, programme="PBSI"), a_row(2, programme="PBSI"), voided, a_row(3, programme=None))
    desk.begin()

    desk.hands.press("c")
    desk.hands.type("pe")

    topic = desk.form.subject.topic
    assert topic._rows[0].code == "programme:PBSI"
    assert topic._rows[0].why == "2 veces hoy"


def test_a_copy_begins_with_the_fields_of_another_but_not_with_its_name(desk: Desk) -> None:
    other = an_attention(folio="T07-2026-000001-2", programme="DS49", sex="F", nationality="VE")

    desk.presenter.begin(a_session(), other)
    desk.tasks.let_run()

    fields = desk.form.draft().fields
    assert (fields["programme"], fields["sex"], fields["nationality"]) == ("DS49", "F", "VE")
    assert "folio" not in fields


def test_what_is_wrong_with_the_whole_is_told_in_the_bar(desk: Desk) -> None:
    desk.begin()
    problem = Problem("folio", "required", "Falta el folio.")

    desk.form.show_problems([problem], everywhere=True, touched=frozenset())

    assert "Falta el folio." in desk.form._foot.missing


def test_author_and_record_are_those_of_the_page(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pe")
    desk.hands.press(ENTER)

    desk.hands.press("g", held=CTRL)
    desk.tasks.let_run()

    [draft] = desk.attentions.registered
    assert draft.fields["id"] == "new-1"
    assert MARCELA.id == OFFICER


@pytest.mark.parametrize("typed", ["no tiene", "912345678 de su hija", "()-"])
def test_words_where_a_telephone_belongs_are_told_and_never_dropped(desk: Desk, typed: str) -> None:
    desk.begin()
    desk.hands.press("r")
    widget(desk, "phone").setFocus()

    desk.hands.type(typed)
    desk.hands.press(TAB)
    desk.wait_for_draft()

    (kept,) = desk.attentions.kept.values()
    assert "«Teléfono» debe tener" in desk.form.frames()["phone"].error
    assert kept.identity is not None
    assert kept.identity["phone"].replace(" ", "") == typed.replace(" ", "")
    assert widget(desk, "phone").text() == typed


def test_a_long_answer_that_is_pasted_is_told_and_not_cut(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    given = widget(desk, "answer_given")
    given.setFocus()
    QApplication.clipboard().setText("a" * 4_500)

    desk.hands.press("v", held=CTRL)
    desk.hands.press(TAB)

    assert len(given.text()) == 4_500
    assert "supera los 4000 caracteres" in desk.form.frames()["answer_given"].error


def test_what_nobody_knows_says_what_to_write_and_shows_no_other_programme(desk: Desk) -> None:
    desk.begin()
    desk.hands.press("c")
    desk.hands.type("pgu")
    shown = desk.form.guide._title.text()

    desk.hands.type("zzzzz")

    assert shown.startswith("Pensión")
    assert desk.form.guide._nothing.isVisibleTo(desk.form)
    assert "otro tema" in desk.form.subject.topic.accessibleDescription()

"""Información from an attention and other screens, and back to the very place, over services in memory."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tests.ui.asked import FakeSurvey, a_person
from tests.ui.shell.house import House
from tests.ui.shell.looking import ENTER, ESC, F2, F3, begin_attention, given, look_up, said
from tests.ui.stand import ALT, CTRL, focused, let_click


@pytest.mark.parametrize("back", [F3, ESC], ids=["F3", "Esc"])
def test_looking_something_up_leads_back_to_the_very_place(house: House, back: Qt.Key) -> None:
    begin_attention(house)
    house.window._stand.attention_form.go_to_field("answer_given")
    house.window._stand.attention_form.go_to_field("persons_count")
    persons = focused()
    assert isinstance(persons, QLineEdit)
    persons.setText("1234")
    persons.setCursorPosition(2)

    house.press(F3)
    there = house.window.place
    house.press(back)

    assert there == "information"
    assert house.window.place == "attention"
    assert focused() is persons
    assert persons.cursorPosition() == 2
    assert not persons.hasSelectedText()


@pytest.mark.parametrize("back", [F3, ESC], ids=["F3", "Esc"])
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("outings", "volver a Salidas"),
        ("sync", "volver a Sincronización"),
        ("conflicts", "volver a Conflictos"),
        ("reports", "volver a Informes"),
        ("administration", "volver a Administración"),
        ("survey", "volver a la encuesta"),
    ],
)
def test_from_every_screen_it_leads_back_there(house: House, place: str, words: str, back: Qt.Key) -> None:
    house.session.survey = FakeSurvey(a_person())
    house.start()
    house.window.go_to(place)
    house.tasks.let_run()
    before = focused()

    house.press(F3)
    there, told = house.window.place, house.window._stand.information_form._back_words.text()
    house.press(back)

    assert (there, told) == ("information", words)
    assert house.window.place == place
    assert focused() is before


def test_a_receipt_is_still_there_after_looking_something_up(house: House) -> None:
    house.start()
    house.window.show_receipt("record-1")
    house.tasks.let_run()

    house.press(F3, ESC)

    assert house.window.place == "receipt"


def test_half_an_attention_waits_while_something_is_looked_up_from_salidas(house: House) -> None:
    begin_attention(house)
    field = focused()
    house.press("4", held=CTRL)
    look_up(house, "garantizada")

    house.press("m", held=CTRL)
    house.press(F3)
    back = house.window.place
    house.press("1", held=CTRL)

    assert back == "outings"
    assert given(house) == ["PGU"]
    assert house.window.place == "attention"
    assert field.isVisible()


def test_what_was_marked_in_a_field_is_marked_again(house: House) -> None:
    begin_attention(house)
    house.window._stand.attention_form.go_to_field("persons_count")
    persons = focused()
    persons.setText("1234")
    persons.setSelection(1, 2)

    house.press(F3, F3)

    assert persons.selectedText() == "23"


def test_a_sheet_is_noted_as_given_in_the_attention_that_is_being_typed(house: House) -> None:
    begin_attention(house)

    look_up(house, "garantizada")
    house.press("m", held=CTRL)
    stayed, told = house.window.place, said(house)
    house.press("m", held=CTRL)
    again = said(house)

    assert given(house) == ["PGU"]
    assert stayed == "information"
    assert "Registrada como entregada: Pensión Garantizada Universal" in told
    assert "Ya estaba registrada" in again


def test_alt_m_notes_it_too(house: House) -> None:
    begin_attention(house)
    look_up(house, "garantizada")

    house.press("m", held=ALT)
    let_click()

    assert given(house) == ["PGU"]


def test_what_was_noted_is_kept_in_the_draft(house: House) -> None:
    begin_attention(house)
    look_up(house, "garantizada")
    house.press("m", held=CTRL)

    house.window._stand.attention.keep_draft()

    (kept,) = house.session.attentions.kept.values()
    assert kept.fields["information_items"] == ["PGU"]


@pytest.mark.parametrize("key", [F2, ENTER], ids=["F2", "Enter"])
def test_using_a_sheet_notes_it_and_goes_back_to_the_attention(house: House, key: Qt.Key) -> None:
    begin_attention(house)
    look_up(house, "garantizada")

    house.press(key)

    assert house.window.place == "attention"
    assert given(house) == ["PGU"]


def test_an_attention_without_a_letter_yet_takes_it_too(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    look_up(house, "garantizada")

    house.press("m", held=CTRL)

    assert house.window.place == "information"
    assert given(house) == ["PGU"]
    assert house.window._stand.attention.writing


@pytest.mark.parametrize("key", [F2, "m"], ids=["used", "noted as given"])
def test_without_an_attention_a_sheet_begins_one_about_its_programme(house: House, key: Qt.Key | str) -> None:
    house.open_outing()
    house.start()
    look_up(house, "garantizada")

    house.press(key, held=CTRL if key == "m" else Qt.KeyboardModifier.NoModifier)

    fields = house.window._stand.attention_form.draft().fields
    assert house.window.place == "attention"
    assert (fields["programme"], fields["topic"]) == ("PGU", "pensiones")
    assert fields["information_items"] == ["PGU"]


def test_without_an_open_outing_it_is_said_what_to_do(house: House) -> None:
    house.start()
    look_up(house, "garantizada")

    house.press("m", held=CTRL)

    assert house.window.place == "today"
    assert "No hay una salida abierta" in house.window._stand.today_form.message


def test_an_institution_is_not_noted_as_given_but_leads_to_the_attention(house: House) -> None:
    begin_attention(house)
    look_up(house, "sernac")
    house.press(Qt.Key.Key_Up)
    place = next(n for n, row in enumerate(house.window._stand.information_form.rows) if row.key.startswith("inst"))
    house.press(*[Qt.Key.Key_Down] * place)

    house.press("m", held=CTRL)
    told = said(house)
    house.press(F2)

    assert "Una institución no se registra" in told
    assert house.window.place == "attention"
    assert given(house) is None


def test_an_institution_begins_an_attention_about_nothing_yet(house: House) -> None:
    house.open_outing()
    house.start()
    look_up(house, "consumidor")

    house.press(F2)

    fields = house.window._stand.attention_form.draft().fields
    assert house.window.place == "attention"
    assert "programme" not in fields


def test_an_attention_that_was_only_begun_and_left_is_no_place_to_go_back_to(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.press("1", held=CTRL)

    house.press(F3)
    house.press(ESC)

    assert house.window.place == "today"


def test_an_attention_that_a_sheet_began_is_not_lost_by_going_elsewhere(house: House) -> None:
    house.open_outing()
    house.start()
    look_up(house, "garantizada")
    house.press("m", held=CTRL)

    house.window.survey()
    house.tasks.let_run()
    house.press(F2)

    assert house.window.place == "attention"
    assert given(house) == ["PGU"]

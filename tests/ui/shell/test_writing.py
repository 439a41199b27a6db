"""An attention in the whole window: begun, left, come back to, saved, corrected."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.attentions import OpenedAttention
from terreno_app.services.errors import ServiceError
from tests.factories import ATTENTION, OFFICER, an_attention
from tests.ui.shell.house import A_DRAFT, House
from tests.ui.stand import ALT, CTRL, a_row, let_click
from tests.ui.views import a_problem


def test_f2_from_another_screen_begins_an_attention(house: House) -> None:
    house.open_outing()
    house.start()
    house.press("6", held=CTRL)

    house.press(Qt.Key.Key_F2)

    assert house.window.place == "attention"
    assert house.window._rail.item("today").isChecked()


def test_f2_on_today_begins_an_attention_once(house: House) -> None:
    house.open_outing()
    house.start()

    house.press(Qt.Key.Key_F2)
    let_click()

    assert house.window.place == "attention"


def test_an_attention_that_is_being_written_waits_while_the_person_looks_elsewhere(house: House) -> None:
    house.open_outing()
    house.start()
    house.press(Qt.Key.Key_F2)
    let_click()
    house.press("c")

    house.press("6", held=CTRL)
    there = house.window.place
    house.press("1", held=CTRL)
    back = house.window.place
    house.press(Qt.Key.Key_F2)

    assert (there, back) == ("sync", "attention")
    assert house.window.place == "attention"
    assert "Aquí sigue la atención que estaba escribiendo" in house.window._stand.attention_form.message


def test_leaving_an_attention_comes_back_to_today(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()

    house.press(Qt.Key.Key_Escape)

    assert house.window.place == "today"


def test_what_was_thrown_away_comes_back_to_the_very_field(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.tasks.let_run()
    house.press("r")
    house.window._stand.attention_form.frames()["description"].widget.setFocus()
    house.hands.type("Esperó dos horas")
    house.press(Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    gone, place, offered = house.session.attentions.drafts(), house.window.place, house.window._stand.today_form._undo

    said = offered.accessibleName()
    house.press("z", held=CTRL)
    house.hands.type(" de pie")

    form = house.window._stand.attention_form
    assert (gone, place) == ({}, "today")
    assert said == "Borrador descartado. Ctrl+Z deshace"
    assert house.window.place == "attention"
    assert form.type == "complaint"
    assert form.draft().fields["description"] == "Esperó dos horas de pie"
    assert [draft.fields["type"] for draft in house.session.attentions.drafts().values()] == ["complaint"]
    house.press("z", held=CTRL)
    assert house.window.place == "attention"


def test_a_saved_attention_comes_back_to_today_with_its_folio(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.begin_attention(house.session.outings.current())
    saved = house.session.attentions.register

    house.window._stand.attention.saved.emit(saved(A_DRAFT, OFFICER), False)
    house.tasks.let_run()

    assert house.window.place == "today"
    assert "000148-6" in house.window._stand.today_form._notice.text


def test_saving_and_going_on_stays_in_the_form(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.begin_attention(house.session.outings.current())

    house.window._stand.attention.saved.emit(house.session.attentions.register(A_DRAFT, OFFICER), True)

    assert house.window.place == "attention"


def test_a_record_in_quarantine_is_mended_in_its_form(house: House) -> None:
    fields = an_attention(folio="T07-2026-000142-7")
    house.session.attentions.opened[ATTENTION] = OpenedAttention(ATTENTION, fields, {}, None, {}, "quarantined")
    house.session.sync_day.quarantine = [a_problem(record=ATTENTION)]
    house.start()
    house.press("6", held=CTRL)

    house.window.findChild(QPushButton, "problem_open").click()
    house.tasks.let_run()
    place = house.window.place
    house.window._stand.attention.corrected.emit(ATTENTION)
    house.window._connections._mend("outing", "x")

    assert place == "attention"
    assert house.window.place == "today"


def test_enter_on_a_row_opens_it(house: House) -> None:
    fields = an_attention(folio="T07-2026-000142-7")
    house.session.attentions.opened["record-1"] = OpenedAttention("record-1", fields, {}, None, {}, "local")
    house.session.attentions.day = (a_row(1),)
    house.start()

    house.window._stand.today.attention_opened.emit("record-1")
    house.tasks.let_run()

    assert house.window.place == "attention"


def test_a_form_that_was_left_comes_back(house: House) -> None:
    house.open_outing()
    draft = A_DRAFT
    house.session.attentions.kept = {"edit/other": draft, "01990000-0000-7000-8000-000000000009": draft}

    house.start()

    assert house.window.place == "attention"
    assert house.window._stand.attention.writing


def test_drafts_that_cannot_be_read_are_said(house: House) -> None:
    house.window.start()
    house.session.attentions.breaks = ServiceError("damaged_database")

    house.tasks.let_run()

    assert "El archivo de datos está dañado" in house.window._stand.today_form._notice.text


def test_putting_down_keeps_the_form_and_closes_the_store(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.hands.press("c")

    house.window.put_down()

    assert [draft.fields["type"] for draft in house.session.attentions.kept.values()] == ["enquiry"]
    assert house.session.closed == 1
    assert house.tasks.closed
    assert house.network.closed


def test_a_draft_that_cannot_be_kept_does_not_keep_the_screen_open(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.hands.press("c")
    house.session.attentions.breaks = OSError(28, "no space")

    house.window.put_down()

    assert house.session.closed == 1


def test_an_attention_that_is_being_written_is_not_swept_away_by_another(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.press("c")

    house.window._connections._mend("attention", ATTENTION)

    assert house.window.place == "attention"
    assert "a medio escribir" in house.window._stand.attention_form.message
    assert house.window._stand.attention_form.type == "enquiry"


def test_a_correction_is_confirmed_and_gone_when_the_person_comes_back(house: House) -> None:
    house.start()
    house.window._stand.attention.corrected.emit(ATTENTION)
    house.tasks.let_run()
    told = house.window._stand.today_form.message

    house.press("8", held=CTRL)
    house.press("1", held=CTRL)

    assert "Corrección guardada" in told
    assert house.window._stand.today_form.message == ""


def test_a_correction_that_was_left_half_done_is_there_again(house: House) -> None:
    fields = an_attention(folio="T07-2026-000142-7")
    house.session.attentions.opened[ATTENTION] = OpenedAttention(ATTENTION, fields, {}, None, {}, "local")
    house.session.attentions.kept = {f"edit/{ATTENTION}": AttentionDraft({**fields, "sex": "F"})}

    house.window.start("sex")
    house.tasks.let_run()

    assert house.window.place == "attention"
    assert house.window.field == "sex"
    assert house.window._stand.attention_form.draft().fields["sex"] == "F"


def test_who_is_interrupted_puts_an_attention_aside_and_goes_on_with_it_later(house: House) -> None:
    house.open_outing()
    house.start()
    form, hoy = house.window._stand.attention_form, house.window._stand.today_form
    house.press(Qt.Key.Key_F2, "r")
    house.press("l", held=ALT)
    let_click()
    house.press(*"se corta")

    house.press(Qt.Key.Key_F2, Qt.Key.Key_F2)
    second, kept = form.draft().fields, dict(house.session.attentions.kept)
    house.press(Qt.Key.Key_Escape)
    offered = hoy.findChild(QPushButton, "drafts")
    there, said = offered.isVisible(), offered.text()
    house.press("b", held=CTRL)
    house.press(*" el agua")

    assert "type" not in second
    assert [draft.fields["description"] for draft in kept.values()] == ["se corta"]
    assert (there, said) == (True, "Seguir &borrador: 1")
    assert form.draft().fields["description"] == "se corta el agua"


def test_typing_on_after_the_question_puts_nothing_aside(house: House) -> None:
    house.open_outing()
    house.start()
    house.press(Qt.Key.Key_F2, "c", Qt.Key.Key_F2)

    house.window._stand.attention_form.subject.types.setFocus()
    house.press("o", Qt.Key.Key_F2)

    assert house.window._stand.attention_form.type == "guidance"
    assert "F2 otra vez la deja aparte" in house.window._stand.attention_form.message


def test_what_could_not_be_put_aside_stays_on_the_page(house: House) -> None:
    house.open_outing()
    house.start()
    house.press(Qt.Key.Key_F2, "c")
    house.session.attentions.breaks = ServiceError("disk_full")

    house.press(Qt.Key.Key_F2, Qt.Key.Key_F2)

    assert house.window._stand.attention.writing
    assert "El disco está lleno" in house.window._stand.attention_form.message


def test_who_comes_back_to_an_attention_goes_on_in_the_field_where_they_were(house: House) -> None:
    house.open_outing()
    house.start()
    house.press(Qt.Key.Key_F2, "r")
    house.press("l", held=ALT)
    let_click()
    house.press(*"se corta")

    house.press("6", held=CTRL)
    house.press("1", held=CTRL)
    house.press(*" el")
    house.press(Qt.Key.Key_F2)
    house.press(*" agua")

    assert house.window._stand.attention_form.draft().fields["description"] == "se corta el agua"

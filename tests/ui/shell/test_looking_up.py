"""Información from the attention and back, by keyboard, over services in memory."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from terreno_app.domain.information import Information
from terreno_app.domain.qr import qr_rows
from terreno_app.publish.printer import NoPrinterError, PrinterRefusedError
from terreno_app.ui.screens.information import sheet as module
from terreno_app.ui.widgets.qr import QrCode
from tests.ui.asked import FakeSurvey, a_person
from tests.ui.shell.house import House
from tests.ui.stand import ALT, CTRL, a_row, focused

F2, F3, ESC, ENTER = Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_Escape, Qt.Key.Key_Return


def begin_attention(house: House, *, letter: str = "c") -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.press(letter)


def look_up(house: House, typed: str) -> None:
    house.press(F3)
    house.hands.type(typed)
    house.tasks.let_run()


def given(house: House) -> object:
    return house.window._stand.attention_form.draft().fields.get("information_items")


def lit(house: House) -> str:
    return house.window._stand.information_form.lit_key


def said(house: House) -> str:
    return house.window._stand.information_form.message


def test_what_is_typed_is_searched_at_once_and_the_best_is_told(house: House) -> None:
    house.start()

    look_up(house, "garantizada")

    form = house.window._stand.information_form
    assert lit(house) == "programme:PGU"
    assert "Pensión estatal mensual" in form.told
    assert "Verificada en su fuente" in form.told
    assert "Fuente: radiopolar.com 26-10-2025" in form.told


def test_a_sheet_that_nobody_verified_says_so_in_list_and_detail(house: House) -> None:
    house.start()

    look_up(house, "bono hijo")

    form = house.window._stand.information_form
    assert form.rows[0].under.endswith("sin verificar")
    assert "Sin verificar" in form.told


def test_arrows_move_in_the_list_while_the_focus_stays_in_the_search(house: House) -> None:
    house.start()
    look_up(house, "subsidio")
    first = lit(house)

    house.press(Qt.Key.Key_Down)
    second = lit(house)
    house.press(Qt.Key.Key_Up)
    house.press(Qt.Key.Key_Up)

    assert second == house.window._stand.information_form.rows[1].key
    assert lit(house) == first
    assert focused().objectName() == "search"


def test_a_page_at_a_time_ends_at_the_last(house: House) -> None:
    house.start()
    house.press(F3)

    house.press(*[Qt.Key.Key_PageDown] * 30)

    assert lit(house) == house.window._stand.information_form.rows[-1].key


def test_filters_count_what_matches_and_keep_it(house: House) -> None:
    house.start()
    look_up(house, "organizaciones")
    form = house.window._stand.information_form
    total = len(form.rows)

    form._filters.setFocus()
    house.press(Qt.Key.Key_Right, Qt.Key.Key_Right)

    assert 0 < len(form.rows) < total
    assert len(form.rows) == form._filters._counts["dos_product"]
    assert form._filters._counts["all"] == total


def test_nothing_that_matches_says_what_to_do_and_esc_shows_everything_again(house: House) -> None:
    house.start()
    look_up(house, "zzzz")
    form = house.window._stand.information_form
    nothing = (form.rows, form.told, form._mark.isEnabled())

    house.press(ENTER)
    house.press("m", held=CTRL)
    house.press("p", held=CTRL)
    stayed = house.window.place
    house.press(ESC)

    assert nothing == ((), "", False)
    assert stayed == "information"
    assert house.session.printer.printed == []
    assert len(form.rows) > 100


def test_how_often_a_programme_was_asked_for_today_stands_beside_it(house: House) -> None:
    house.open_outing()
    house.session.attentions.day = (a_row(1), a_row(2), a_row(3, status="voided"))
    house.start()

    look_up(house, "pgu")

    assert "2 veces hoy" in house.window._stand.information_form.rows[0].under


def test_trouble_with_the_store_is_told_and_the_catalogue_stays(house: House) -> None:
    house.open_outing()
    house.start()
    house.session.attentions.breaks = OSError(28, "no space")

    look_up(house, "")

    assert said(house)
    assert len(house.window._stand.information_form.rows) > 100


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
    QTest.qWait(150)

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


def test_ctrl_p_prints_the_sheet_in_sight(house: House) -> None:
    house.start()
    look_up(house, "garantizada")

    house.press("p", held=CTRL)

    ((pdf, title, media),) = house.session.printer.printed
    assert pdf == "Pensión Garantizada Universal 2026-11-21T21:42:10.000Z".encode()
    assert (title, media) == ("Hoja informativa", "A4")
    assert "Enviada a la impresora" in said(house)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [(NoPrinterError(), "No hay una impresora"), (PrinterRefusedError(), "La impresora no recibió la hoja")],
    ids=["no printer", "refused"],
)
def test_without_a_printer_the_pdf_is_offered(house: House, trouble: Exception, words: str) -> None:
    house.start()
    house.session.printer.error = trouble
    look_up(house, "garantizada")

    house.press("p", held=CTRL)

    assert words in said(house)
    assert "uarde el PDF" in said(house)
    assert "sigue guardado" in said(house)


def test_alt_d_saves_the_sheet_where_the_person_says(house: House, tmp_path: Path) -> None:
    names: list[str] = []
    house.window._stand.information._desk._ask_path = lambda name: names.append(name) or tmp_path / "hoja.pdf"
    house.start()
    look_up(house, "garantizada")

    house.press("d", held=ALT)
    QTest.qWait(150)
    house.tasks.let_run()

    assert names == ["hoja-pgu.pdf"]
    assert house.session.publisher.saved[0][1] == tmp_path / "hoja.pdf"
    assert "PDF guardado" in said(house)


def test_thinking_better_of_it_saves_nothing(house: House) -> None:
    house.start()
    look_up(house, "garantizada")

    house.window.findChild(QPushButton, "save_sheet").click()
    house.tasks.let_run()

    assert house.session.publisher.saved == []
    assert said(house) == ""


def test_ctrl_p_in_the_attention_prints_the_sheet_of_its_programme(house: House) -> None:
    begin_attention(house)
    house.hands.type("pgu")
    house.press(ENTER)

    house.press("p", held=CTRL)

    assert house.session.printer.printed[0][0].startswith("Pensión Garantizada".encode())
    assert "Enviada a la impresora" in house.window._stand.attention_form.message


def test_a_programme_that_is_no_longer_offered_prints_nothing(house: House) -> None:
    house.start()

    house.window._connections.looking_up.print_sheet("GONE")
    house.tasks.let_run()

    assert house.session.printer.printed == []


def rest(house: House) -> None:
    """Until the code of the lit sheet is drawn: on a slow machine that may be already."""
    sheet = house.window._stand.information_form._sheet
    if sheet._rest.isActive():
        assert QSignalSpy(sheet.rested).wait(5000)


def code_in_sight(house: House) -> tuple[str, ...]:
    code = house.window._stand.information_form.findChild(QrCode)
    assert isinstance(code, QrCode)
    return code.rows


def code_of(house: House) -> tuple[str, ...]:
    sheet = Information(house.session.catalogues).sheet(lit(house))
    assert sheet is not None
    return qr_rows(sheet.to_scan)


def test_the_code_on_the_screen_is_that_of_the_lit_sheet_once_the_person_rests_on_it(house: House) -> None:
    house.start()
    look_up(house, "garantizada")
    rest(house)
    one, its_own = code_in_sight(house), code_of(house)

    house.press(ESC)
    house.hands.type("sernac")
    rest(house)

    assert one == its_own
    assert code_in_sight(house) == code_of(house) != one


def test_the_code_of_the_sheet_before_is_gone_with_the_first_key(house: House) -> None:
    house.start()
    look_up(house, "subsidio")
    rest(house)

    house.press(Qt.Key.Key_Down)

    assert code_in_sight(house) == ()


def test_no_code_is_drawn_while_the_person_types(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(module, "qr_rows", lambda text: drawn.append(text) or qr_rows(text))
    house.start()
    house.press(F3)
    form = house.window._stand.information_form
    form._sheet._rest.setInterval(60_000)

    house.hands.type("subsidio familiar")
    form._sheet._rest.timeout.emit()

    assert len(drawn) == 1
    assert code_in_sight(house) == code_of(house)


def test_a_sheet_that_is_lit_again_keeps_its_code(house: House) -> None:
    house.start()
    look_up(house, "garantizada")
    rest(house)

    house.window._stand.information.refresh()
    house.tasks.let_run()

    assert code_in_sight(house) == code_of(house)

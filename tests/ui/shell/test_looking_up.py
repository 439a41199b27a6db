"""Información by keyboard, over services in memory: what is found, and what a person takes away."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton

from terreno_app.domain.information import Information
from terreno_app.domain.qr import qr_rows
from terreno_app.publish.printer import NoPrinterError, PrinterRefusedError
from terreno_app.ui.screens.information import sheet as module
from terreno_app.ui.widgets.qr import QrCode
from tests.ui.shell.house import House
from tests.ui.shell.looking import ENTER, ESC, F3, begin_attention, lit, look_up, said
from tests.ui.stand import ALT, CTRL, a_row, focused, let_click


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
    let_click()
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

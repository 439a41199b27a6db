"""The receipt after a save and from Hoy, by keyboard, over services in memory."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel

from terreno_app.domain.catalogues import ContactFact
from terreno_app.publish.printer import NoPrinterError
from terreno_app.services.attentions import Registered
from terreno_app.services.errors import ServiceError
from terreno_app.ui.widgets.qr import QrCode
from tests.factories import ATTENTION
from tests.ui.shell.house import House
from tests.ui.stand import ALT, CTRL, a_row, let_click

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
OWED = Registered(ATTENTION, "T07-2026-000148-6", "2026-12-04", None)
CLOSED = replace(OWED, due_on=None)
DRAWN = replace(OWED, draw={"selected": True})


def save(house: House, registered: Registered = OWED, *, another: bool = False) -> None:
    house.open_outing()
    house.start()
    house.window.begin_attention(house.session.outings.current())
    house.window._stand.attention.saved.emit(registered, another)
    house.tasks.let_run()


def said(house: House) -> str:
    return house.window._stand.receipt_form.said


def told(house: House) -> str:
    return house.window._stand.receipt_form.message


def test_a_saved_attention_that_is_owed_an_answer_shows_its_receipt(house: House) -> None:
    save(house)

    assert house.window.place == "receipt"
    assert house.session.receipts.asked == [(ATTENTION, house.session.person.id)]
    for words in ("T07-2026-000148-6", "Viernes 4 de diciembre de 2026", "10 días hábiles", "600 301 7000"):
        assert words in said(house)
    assert "Ramón Quilodrán" in said(house)
    assert "Sus datos se usan solo" in said(house)
    assert house.window._stand.receipt_form.findChild(QrCode).rows


def test_one_that_was_answered_on_the_spot_goes_on_without_a_receipt(house: House) -> None:
    save(house, CLOSED)

    assert house.window.place == "today"
    assert house.session.receipts.asked == []


@pytest.mark.parametrize("key", [ENTER, ESC], ids=["Enter", "Esc"])
def test_one_key_goes_on_to_today_that_tells_the_folio(house: House, key: Qt.Key) -> None:
    save(house)

    house.press(key)

    assert house.window.place == "today"
    assert "000148-6" in house.window._stand.today_form.message


def test_after_save_and_another_it_goes_on_to_the_next_attention(house: House) -> None:
    save(house, DRAWN, another=True)
    there = house.window.place

    house.press(ENTER)

    assert (there, house.window.place) == ("receipt", "attention")
    assert not house.window._stand.attention.writing
    assert "000148-6" in house.window._stand.attention_form.message
    assert "sorteo" in house.window._stand.attention_form.message


def test_who_types_on_before_the_receipt_is_there_is_not_interrupted(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.begin_attention(house.session.outings.current())
    house.window._stand.attention.saved.emit(OWED, True)

    house.hands.press("c")
    house.tasks.let_run()

    assert house.window.place == "attention"
    assert house.window._stand.attention_form.type == "enquiry"
    assert house.window._stand.attention.writing


def test_ctrl_p_on_a_row_of_today_shows_its_receipt_and_comes_back_to_the_row(house: House) -> None:
    house.open_outing()
    house.session.attentions.day = (a_row(1), a_row(2))
    house.start()
    house.press(Qt.Key.Key_Down)

    house.press("p", held=CTRL)
    there = house.window.place
    house.press(ESC)

    assert there == "receipt"
    assert house.session.receipts.asked[0][0] == "record-2"
    assert house.window.place == "today"
    assert house.window._stand.today_form.selected == "record-2"


def test_a_receipt_that_cannot_be_made_is_told_where_the_person_is(house: House) -> None:
    house.open_outing()
    house.session.attentions.day = (a_row(1),)
    house.session.receipts.error = ServiceError("voided_receipt")
    house.start()

    house.press("p", held=CTRL)

    assert house.window.place == "today"
    assert "anulada" in house.window._stand.today_form.message


def test_a_receipt_that_cannot_be_read_after_a_save_does_not_hide_that_it_is_saved(house: House) -> None:
    house.session.receipts.error = ServiceError("unknown_record")

    save(house)

    assert house.window.place == "today"
    assert house.window._stand.today_form.message


@pytest.mark.parametrize(
    ("key", "held", "size", "media"), [("p", CTRL, "a4", "A4"), ("a", ALT, "a4", "A4"), ("8", ALT, "80mm", "")]
)
def test_it_is_printed_on_a_page_or_on_a_roll(
    house: House, key: str, held: Qt.KeyboardModifier, size: str, media: str
) -> None:
    save(house)

    house.press(key, held=held)
    let_click()
    house.tasks.let_run()

    ((pdf, title, paper),) = house.session.printer.printed
    assert pdf.decode().startswith(f"T07-2026-000148-6 {size}")
    assert (title, paper) == ("Comprobante", media)
    assert "Enviada a la impresora" in told(house)


def test_one_key_says_it_in_english_and_back_and_so_does_its_paper(house: House) -> None:
    save(house)

    house.press("e", held=ALT)
    let_click()
    in_english = said(house)
    house.press("p", held=CTRL)
    house.tasks.let_run()
    house.press("e", held=ALT)
    let_click()

    assert "Friday, 4 December 2026" in in_english
    assert "Sus datos" not in in_english
    assert house.session.publisher.languages == ["en"]
    assert "Viernes 4 de diciembre de 2026" in said(house)
    assert house.session.receipts.asked == [(ATTENTION, house.session.person.id)]


def test_where_one_language_is_offered_there_is_nothing_to_choose(house: House) -> None:
    house.session.receipts.languages = house.session.receipts.languages[:1]

    save(house)

    assert not house.window._stand.receipt_form._language.isVisible()


def test_without_a_printer_the_pdf_is_offered_and_its_name_names_nobody(house: House, tmp_path: Path) -> None:
    names: list[str] = []
    folder = tmp_path / "Documentos"
    folder.mkdir()
    house.window._stand.receipt._desk._ask_path = lambda name: names.append(name) or folder / "c.pdf"
    house.session.printer.error = NoPrinterError()
    save(house)

    house.press("p", held=CTRL)
    trouble = told(house)
    house.press("d", held=ALT)
    let_click()
    house.tasks.let_run()

    assert "No hay una impresora" in trouble
    assert names == ["comprobante-T07-2026-000148-6.pdf"]
    assert house.session.publisher.saved[0][1] == folder / "c.pdf"
    assert "PDF guardado" in told(house)
    assert "Está en la carpeta Documentos: c.pdf." in told(house)


def test_a_receipt_without_a_due_date_promises_none(house: House) -> None:
    house.session.receipts.receipt_kept = replace(
        house.session.receipts.receipt_kept, due_on=None, business_days=None, answer_by=None
    )

    save(house)

    assert "Viernes" not in said(house)
    assert not house.window._stand.receipt_form._due_name.isVisible()


@pytest.mark.parametrize(
    "name", ["Oficina de Informaciones, Reclamos y Sugerencias " * 3, "x" * 120], ids=["words", "unbroken"]
)
def test_a_very_long_name_of_a_contact_is_read_whole(house: House, name: str) -> None:
    receipt = house.session.receipts.receipt_kept
    house.session.receipts.receipt_kept = replace(receipt, contacts=(ContactFact("long", name, "600 301 7000"),))

    save(house)
    for _ in range(3):
        QApplication.processEvents()

    form = house.window._stand.receipt_form
    texts = {one.text().replace("\u200b", ""): one for one in form._follow.findChildren(QLabel)}
    for words in (name, "600 301 7000"):
        shown = texts[words]
        breaks = Qt.TextFlag.TextWordWrap if shown.wordWrap() else Qt.TextFlag.TextSingleLine
        room = QRect(0, 0, shown.width(), 10_000)
        assert shown.rect().contains(shown.fontMetrics().boundingRect(room, int(breaks), shown.text()))

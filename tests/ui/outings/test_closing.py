"""Closing the outing: what is looked at, incidents said, signed by passphrase, and the acta on paper."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.errors import ServiceError
from tests.ui.office import FakeKeys
from tests.ui.outings.salidas import Desk, a_desk
from tests.ui.stand import CTRL, focused, let_click
from tests.ui.views import IVAN, PEOPLE, a_theme, an_outing


@pytest.fixture
def close(desk: Desk) -> Desk:
    """The page of the close, reached from the list."""
    desk.show(an_outing("a"))
    desk.open()
    press(desk, "g")
    return desk


def press(desk: Desk, letter: str) -> None:
    desk.hands.press(letter, held=CTRL)
    let_click()
    desk.tasks.let_run()


def sign(desk: Desk, phrase: str = FakeKeys.PHRASE) -> None:
    desk.pages.closing._phrase.setFocus()
    desk.pages.closing._phrase.selectAll()
    desk.hands.type(phrase)
    press(desk, "g")


def test_the_page_says_how_the_day_stands_and_shows_the_paper(close: Desk) -> None:
    form = close.pages.closing

    assert form.words("attentions") == "Atenciones: Listo. 83 registradas, 1 anulada con motivo"
    assert form.words("informed").endswith("112: con material 100, en charlas 0, de otro modo 12")
    assert form.words("surveys") == "Encuestas del sorteo: Aviso. 17 sorteadas de 79 elegibles, 3 sin respuesta"
    assert form.words("receipts") == "Recibos del centro: Aviso. 50 registros sin recibo todavía; salen al sincronizar"
    assert form.words("incidents").startswith("Incidentes: Falta.")
    assert form._sheet.filled
    assert "83 registradas" in form._sheet.accessibleName()


def test_what_is_ready_is_counted_without_what_warns_or_is_missing(close: Desk) -> None:
    at_first = close.pages.closing._told.text()

    press(close, "n")

    assert at_first == "4 de 7 listos · 2 avisos · falta 1"
    assert close.pages.closing._told.text() == "5 de 7 listos · 2 avisos"


def test_nobody_signs_before_incidents_are_said(close: Desk) -> None:
    at_first = focused().objectName()
    sign(close)
    before, goes_to = list(close.told), focused().objectName()
    close.pages.closing._phrase.setFocus()
    close.hands.press(Qt.Key.Key_F8)

    press(close, "n")
    sign(close)

    assert before == [("opened", "a")]
    assert (at_first, goes_to) == ("no_incidents", "no_incidents")
    assert close.outings.noted == ["Sin incidentes."]
    assert close.told[-1] == ("closed", "a")


def test_nobody_signs_while_a_person_is_half_written(close: Desk) -> None:
    press(close, "n")
    close.session.attentions.kept = {"a": AttentionDraft({"type": "complaint"}), "edit/b": AttentionDraft({})}

    close.presenter.begin()
    close.tasks.let_run()
    said, may_sign, goes_to = close.pages.closing.words("attentions"), close.pages.closing.can_sign, focused()
    press(close, "b")
    close.session.attentions.kept = {}
    close.presenter.begin()
    close.tasks.let_run()

    assert said.startswith("Atenciones: Falta. 1 a medio escribir: guárdela o descártela")
    assert not may_sign
    assert goes_to.objectName() == "close_drafts"
    assert close.told[-1] == ("drafts", "")
    assert close.pages.closing.words("attentions").startswith("Atenciones: Listo.")
    assert close.pages.closing.can_sign


def test_what_another_officer_left_half_written_is_told_and_a_second_press_closes(close: Desk) -> None:
    press(close, "n")
    close.session.attentions.of_others = {IVAN: 2}
    close.presenter.begin()
    close.tasks.let_run()
    line = close.pages.closing.words("attentions")

    sign(close)
    asked, open_still = close.pages.closing.message, list(close.told)
    press(close, "g")

    assert line == f"Atenciones: Aviso. A medio escribir: 2 de {PEOPLE[IVAN]}. 83 registradas, 1 anulada con motivo"
    assert PEOPLE[IVAN] in asked
    assert "podrá guardarla todavía en esta salida" in asked
    assert open_still == [("opened", "a")]
    assert close.told[-1] == ("closed", "a")


def test_coming_back_to_the_close_asks_again_about_what_others_left(close: Desk) -> None:
    press(close, "n")
    close.session.attentions.of_others = {IVAN: 1}
    close.presenter._closing.begin("a")
    close.tasks.let_run()
    sign(close)

    close.presenter._closing.begin("a")
    close.tasks.let_run()
    sign(close)

    assert close.told == [("opened", "a")]


def test_with_nothing_missing_f8_goes_to_the_signature(close: Desk) -> None:
    press(close, "n")
    close.pages.closing._print.setFocus()

    close.hands.press(Qt.Key.Key_F8)

    assert focused().objectName() == "sign_passphrase"


def test_f8_leads_on_from_the_signature_through_what_only_warns(close: Desk) -> None:
    press(close, "n")
    close.pages.closing._phrase.setFocus()

    led_to = []
    for _ in range(3):
        close.hands.press(Qt.Key.Key_F8)
        led_to.append(focused().accessibleName().partition(":")[0] or focused().objectName())

    assert led_to[:2] == ["Encuestas del sorteo", "Recibos del centro"]
    assert focused() is close.pages.closing._phrase


def test_a_phrase_that_is_typed_on_a_warning_is_not_lost(close: Desk) -> None:
    press(close, "n")
    close.pages.closing._phrase.setFocus()
    close.hands.press(Qt.Key.Key_F8)

    close.hands.type("abeja brasa")

    assert close.pages.closing._phrase.text() == "abeja brasa"


def test_a_signed_acta_asks_for_nothing_any_more(close: Desk) -> None:
    close.session.actas.changes = {"incidents": ""}
    close.outings.close("a", "x")

    close.show(*close.outings.known)
    close.press(Qt.Key.Key_Return)

    assert close.pages.closing.words("incidents") == "Incidentes: Aviso. Se firmó sin decir si hubo"
    assert not close.pages.closing._nothing.isVisible()


def test_a_signed_acta_says_so_and_is_kept_as_a_file(close: Desk) -> None:
    press(close, "n")
    assert focused().objectName() == "sign_passphrase"
    close.hands.type(FakeKeys.PHRASE)
    close.press(Qt.Key.Key_Return)
    let_click()
    close.tasks.let_run()
    told = close.pages.closing.message

    press(close, "p")

    assert "La salida está cerrada y su acta firmada" in told
    assert not close.pages.closing.can_sign
    assert close.files == ["acta-S-T07-2026-003-T07.pdf"]
    ((sheet, _path),) = close.session.publisher.saved
    assert sheet.signed
    assert "guardada en PDF" in close.pages.closing.message


def test_a_wrong_phrase_closes_nothing_and_the_third_waits(close: Desk) -> None:
    press(close, "n")

    for _ in range(3):
        sign(close, "otra frase")

    form = close.pages.closing
    assert close.told == [("opened", "a")]
    assert form.phrase_error == "Esa no es su frase de paso: nada se cerró"
    assert not form.can_sign
    form_waits = form._sign.text()
    closing = close.presenter._closing
    closing._waits.tick()
    closing._waits.tick()
    assert form_waits == "Espere 2 s"
    assert form.can_sign


def test_an_empty_phrase_is_asked_for_beside_the_field(close: Desk) -> None:
    press(close, "n")

    press(close, "g")
    close.press(Qt.Key.Key_PageUp)
    said = close.pages.closing.phrase_error
    close.hands.type("a")

    assert said == "Escriba su frase de paso: es su firma"
    assert close.pages.closing.phrase_error == ""


def test_the_close_that_fails_says_what_is_safe(close: Desk) -> None:
    press(close, "n")
    close.session.keys.check = lambda _: (_ for _ in ()).throw(ServiceError("disk_full"))

    sign(close)

    assert "El disco está lleno" in close.pages.closing.message
    assert close.told == [("opened", "a")]


def test_a_paper_that_cannot_be_written_says_so(close: Desk) -> None:
    close.session.publisher.error = OSError(28, "no room")

    press(close, "p")

    assert "El disco está lleno" in close.pages.closing.message


def test_esc_goes_back_without_closing(close: Desk) -> None:
    close.press(Qt.Key.Key_Escape)

    assert close.pages.currentWidget() is close.form
    assert close.told == [("opened", "a")]


def test_enter_on_a_closed_outing_shows_its_acta_again(close: Desk) -> None:
    press(close, "n")
    sign(close)
    close.press(Qt.Key.Key_Escape)

    close.press(Qt.Key.Key_Return)

    assert close.pages.currentWidget() is close.pages.closing
    assert not close.pages.closing.can_sign
    assert close.pages.closing._head.title == "Acta de jornada firmada"


def test_what_is_noted_on_the_way_is_read_again(close: Desk) -> None:
    close.press(Qt.Key.Key_Escape)
    close.press(Qt.Key.Key_Return)
    close.pages.day._incidents.setFocus()
    close.hands.type("Llovió")

    press(close, "g")

    assert close.pages.closing.words("incidents") == "Incidentes: Listo. Llovió"


def test_a_draw_that_does_not_hold_and_a_day_all_received_are_told(close: Desk) -> None:
    close.session.actas.changes = {"seed_held": False, "without_receipt": 0}

    close.presenter._closing.refresh()
    close.tasks.let_run()

    assert close.pages.closing.words("seed").startswith("Semilla del sorteo: Aviso. No coincide")
    assert close.pages.closing.words("receipts") == "Recibos del centro: Listo. Todos con recibo"


def test_large_text_leaves_the_paper_to_the_file(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=1.5)):
        desk.show(an_outing("a"))
        desk.open()
        press(desk, "g")

        assert not desk.pages.closing._sheet.isVisible()
        assert desk.pages.closing.words("attentions").startswith("Atenciones: Listo")


def test_long_incidents_leave_the_signature_in_reach(desk: Desk) -> None:
    text = "Se cortó la luz en la plaza y hubo que mover el puesto. " * 70
    desk.show(an_outing("a"))
    desk.open()
    desk.outings.note_incidents(text, "")

    press(desk, "g")

    said = desk.pages.closing.words("incidents")
    assert said.startswith("Incidentes: Listo. Se cortó la luz")
    assert len(said) < 200
    assert said.endswith("…")

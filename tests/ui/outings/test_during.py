"""While an outing is open: people counted by keys, material, incidents; each at once, and each can be taken back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QPushButton

from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.outings.day_form import MaterialLine
from tests.ui.outings.salidas import Desk
from tests.ui.stand import CTRL, focused, let_click
from tests.ui.views import an_outing


@pytest.fixture
def day(desk: Desk) -> Desk:
    """The page of the open outing, the keys on its first count."""
    desk.show(an_outing("a"))
    desk.open()
    desk.press(Qt.Key.Key_Return)
    return desk


def counts(day: Desk) -> dict[str, int]:
    return {kind: tally.count for kind, tally in day.pages.day._tallies.items()}


def test_enter_on_the_open_outing_shows_its_day(day: Desk) -> None:
    assert day.pages.currentWidget() is day.pages.day
    assert focused().objectName() == "tally_material"
    assert counts(day) == {"material": 100, "talk": 0, "other": 12}
    assert day.pages.day._total.text() == "112 personas"


def test_one_key_counts_one_and_a_number_counts_many(day: Desk) -> None:
    day.press("+")
    day.press(Qt.Key.Key_Down)
    day.press("3", "2", Qt.Key.Key_Return)
    day.press("5", "0", Qt.Key.Key_Backspace, "-")

    assert counts(day) == {"material": 101, "talk": 27, "other": 12}


def test_no_more_is_taken_back_than_there_is(day: Desk) -> None:
    day.press(Qt.Key.Key_Down)

    day.press("9", "-")

    assert day.outings.counted == []


def test_ctrl_i_counts_where_the_keys_are(day: Desk) -> None:
    day.press("i", held=CTRL)
    day.pages.day._incidents.setFocus()
    day.press("i", held=CTRL)

    assert day.outings.counted == [("material", 1), ("other", 1)]


def test_a_number_that_was_not_given_is_nothing(day: Desk) -> None:
    day.press("4", "4", Qt.Key.Key_Tab)
    day.press(Qt.Key.Key_Up)

    day.press("+")

    assert day.outings.counted == [("material", 1)]


def test_the_mouse_counts_too(day: Desk) -> None:
    tally = day.pages.day._tallies["talk"]

    for name in ("tally_talk_more", "tally_talk_more", "tally_talk_fewer"):
        tally.findChild(QPushButton, name).click()
        day.tasks.let_run()

    assert counts(day)["talk"] == 1


def test_the_last_count_is_taken_back_once(day: Desk) -> None:
    day.press("7", "+")

    day.press("z", held=CTRL)
    day.press("z", held=CTRL)

    assert day.outings.counted == [("material", 7), ("material", -7)]


def test_keys_that_come_faster_than_the_disk_are_all_counted(day: Desk) -> None:
    day.hands.press("+", "+", "+")

    day.tasks.let_run()

    assert counts(day)["material"] == 103
    assert day.outings.counted == [("material", 1)] * 3


def test_material_is_noted_by_its_name_and_added_up(day: Desk) -> None:
    day.pages.day._item.setFocus()

    for typed, many in (("Folleto", "150"), ("folleto", "50"), ("Cartilla PGU", "40")):
        day.hands.type(typed)
        day.press(Qt.Key.Key_Return)
        day.hands.type(many)
        day.press(Qt.Key.Key_Return)

    assert day.pages.day.materials == (MaterialLine("Folleto", 200), MaterialLine("Cartilla PGU", 40))
    assert focused().objectName() == "material_item"


def test_material_without_a_name_or_a_number_goes_where_it_is_missing(day: Desk) -> None:
    day.pages.day._quantity.setFocus()
    day.press(Qt.Key.Key_Return)
    without_name = focused().objectName()
    day.hands.type("Afiche")

    day.pages.day._note.click()

    assert (without_name, focused().objectName()) == ("material_item", "material_quantity")
    assert day.pages.day.materials == ()


def test_a_line_of_material_is_taken_out_and_comes_back(day: Desk) -> None:
    day.pages.day.handed_out.emit("Folleto", 30)
    day.tasks.let_run()
    day.pages.day._table.setFocus()

    day.press(Qt.Key.Key_Delete)
    gone = day.pages.day.materials
    day.press(Qt.Key.Key_Delete)
    day.press("z", held=CTRL)

    assert gone == ()
    assert day.pages.day.materials == (MaterialLine("Folleto", 30),)


def test_what_happened_is_kept_after_a_pause(day: Desk) -> None:
    form = day.pages.day
    form._incidents.setFocus()

    day.hands.type("Lluvia")
    while_writing = form.kept
    assert QSignalSpy(form._pause.timeout).wait(4000)
    day.tasks.let_run()

    assert while_writing == "Escribiendo…"
    assert day.outings.noted == ["Lluvia"]
    assert form.kept == "Guardado en este equipo"


def test_leaving_the_page_keeps_what_happened(day: Desk) -> None:
    day.pages.day._incidents.setFocus()
    day.hands.type("Sin luz")

    day.press(Qt.Key.Key_Escape)

    assert day.pages.currentWidget() is day.form
    assert day.outings.session.incidents == "Sin luz"


def test_the_lock_keeps_what_happened_before_it_locks(day: Desk) -> None:
    day.pages.day._incidents.setFocus()
    day.hands.type("Sin luz")

    day.presenter.put_down()

    assert day.outings.session.incidents == "Sin luz"


def test_a_lock_with_nothing_new_writes_nothing(day: Desk) -> None:
    day.presenter.put_down()

    assert day.outings.noted == []


def test_words_that_could_not_be_kept_stay_and_are_kept_later(day: Desk) -> None:
    day.pages.day._incidents.setFocus()
    day.hands.type("Sin luz")
    day.outings.breaks = ServiceError("disk_full")
    day.pages.day.keep_incidents()
    day.tasks.let_run()
    told, kept = day.pages.day.message, day.pages.day.kept

    day.outings.breaks = None
    day.pages.day.keep_incidents()
    day.tasks.let_run()

    assert "El disco está lleno" in told
    assert kept == "Sin guardar todavía"
    assert day.outings.session.incidents == "Sin luz"


def test_a_count_does_not_touch_what_is_being_written(day: Desk) -> None:
    day.pages.day._incidents.setFocus()
    day.hands.type("Llue")

    day.press("i", held=CTRL)
    day.hands.type("ve")

    assert day.pages.day.incidents == "Llueve"


def test_the_close_is_asked_from_the_day_too(day: Desk) -> None:
    day.hands.press("g", held=CTRL)
    let_click()
    day.tasks.let_run()

    assert day.pages.currentWidget() is day.pages.closing
    assert day.told == [("opened", "a")]


def test_coming_back_to_the_screen_shows_the_day_as_it_stands(day: Desk) -> None:
    day.outings.add_informed("talk", 5, "x")

    day.presenter.begin()
    day.tasks.let_run()

    assert counts(day)["talk"] == 5


def test_personal_data_among_the_incidents_are_pointed_out(day: Desk) -> None:
    form = day.pages.day
    form._incidents.setFocus()

    day.hands.type("Se desmayo Rosa, 987 654 321")
    day.hands.press(Qt.Key.Key_Tab)
    hint = form._words._hint.text()
    form._incidents.setPlainText("Se desmayo una persona")
    form.keep_incidents()

    assert hint == "Parece haber un teléfono: no va en este texto."
    assert form._words._hint.text() == ""


def test_who_writes_without_a_pause_has_it_kept_all_the_same(day: Desk) -> None:
    form = day.pages.day
    form._without_pause.setInterval(50)
    form._incidents.setFocus()
    kept = QSignalSpy(form.incidents_written)

    day.hands.type("Llueve")

    assert kept.count() or kept.wait(form._pause.interval() - 500)
    assert not form._pause.isActive()


def test_material_that_could_not_be_counted_stands_in_its_fields_again(day: Desk) -> None:
    day.pages.day._item.setFocus()
    day.hands.type("Folleto")
    day.press(Qt.Key.Key_Return)
    day.hands.type("40")
    day.outings.breaks = ServiceError("disk_full")

    day.press(Qt.Key.Key_Return)

    assert "El disco está lleno" in day.pages.day.message
    assert (day.pages.day._item.text(), day.pages.day._quantity.text()) == ("Folleto", "40")

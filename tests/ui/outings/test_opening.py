"""Opening the outing of the day after a look at everything it needs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from terreno_app.services.doctor import Check
from terreno_app.services.errors import ServiceError
from terreno_app.ui.screens.outings.plan_presenter import Comunas
from tests.ui.outings.salidas import Desk, a_desk
from tests.ui.stand import ALT, CTRL, SHIFT, let_click
from tests.ui.views import a_theme, an_outing

A_FULL_DISK = Check("disk", "Espacio en disco", ok=False, detail="12 MB libres", next="Libere espacio.", blocks=True)
NO_PRINTER = Check("printer", "Impresora", ok=False, detail="Ninguna", next="Anote el folio a mano.")


def test_enter_looks_at_everything_and_enter_again_opens(desk: Desk) -> None:
    desk.show(an_outing("a"), an_outing("b"))
    desk.hands.press(Qt.Key.Key_Down)

    desk.press(Qt.Key.Key_Return)
    looked, told_before = list(desk.session.readiness.examined), list(desk.told)
    desk.press(Qt.Key.Key_Return)

    assert looked == [("b", ("Térmica 80 mm",))]
    assert told_before == []
    assert desk.told == [("opened", "b")]
    assert "La salida está abierta en este equipo" in desk.ready.message
    assert desk.ready.words("seed") == "Semilla del sorteo: Listo. Comprometida a las 09:34"
    assert [row.open_here for row in desk.form.rows] == [False, True]


def test_after_opening_enter_goes_on_to_today(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)

    desk.press(Qt.Key.Key_Return)

    assert desk.told == [("opened", "a"), ("today", "")]


def test_what_is_amiss_warns_and_does_not_stand_in_the_way(desk: Desk) -> None:
    desk.session.readiness.amiss["printer"] = NO_PRINTER
    desk.show(an_outing("a"))

    desk.press(Qt.Key.Key_Return)
    words, message = desk.ready.words("printer"), desk.ready.message
    desk.press(Qt.Key.Key_Return)

    assert words == "Impresora: Aviso. Ninguna. Anote el folio a mano."
    assert "1 aviso: la salida se puede abrir igual" in message
    assert desk.told == [("opened", "a")]


def test_what_makes_registering_unsafe_keeps_the_outing_closed_until_it_is_mended(desk: Desk) -> None:
    desk.session.readiness.amiss["disk"] = A_FULL_DISK
    desk.show(an_outing("a"))

    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)
    blocked, message = list(desk.told), desk.ready.message
    desk.session.readiness.amiss.clear()
    desk.hands.press(Qt.Key.Key_R, held=ALT)
    let_click()
    desk.tasks.let_run()
    desk.press(Qt.Key.Key_Return)

    assert blocked == []
    assert "Registrar en este equipo no sería seguro" in message
    assert desk.told == [("opened", "a")]


def test_nothing_opens_while_it_is_still_looked_at(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.hands.press(Qt.Key.Key_Return)

    desk.hands.press(Qt.Key.Key_Return)

    assert desk.ready.words("clock") == "Reloj: Revisando."
    assert desk.ready.words("seed") == "Semilla del sorteo: Por revisar."
    assert len(desk.tasks.waiting) == 1


def test_esc_leaves_the_look_and_what_comes_later_is_told_nobody(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.hands.press(Qt.Key.Key_Return)

    desk.press(Qt.Key.Key_Escape)

    assert desk.pages.currentWidget() is desk.form
    assert desk.ready.words("disk") == "Espacio en disco: Por revisar."
    assert desk.told == []


def test_an_outing_of_another_day_is_opened_with_a_warning(desk: Desk) -> None:
    desk.show(an_outing("a", planned_on="2026-11-28"))

    desk.hands.press(Qt.Key.Key_A, held=ALT)
    let_click()
    desk.tasks.let_run()
    desk.press(Qt.Key.Key_Return)

    assert "Estaba planificada para el sábado 28 de noviembre" in desk.ready.message


def test_a_second_outing_cannot_be_opened_while_one_is(desk: Desk) -> None:
    desk.show(an_outing("a"), an_outing("b"))
    desk.open()

    desk.press(Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert desk.told == [("opened", "a")]
    assert desk.pages.currentWidget() is desk.form
    assert not desk.form._open.isEnabled()


def test_two_presses_open_once(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.press(Qt.Key.Key_Return)

    desk.hands.press(Qt.Key.Key_Return, Qt.Key.Key_Return)
    desk.tasks.let_run()

    assert desk.told == [("opened", "a")]


def test_an_outing_that_cannot_be_opened_says_why(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.outings.error = ServiceError("session_closed")
    desk.press(Qt.Key.Key_Return)

    desk.press(Qt.Key.Key_Return)

    assert "su semilla se reveló" in desk.ready.message
    desk.outings.error = None
    desk.press(Qt.Key.Key_Return)
    assert desk.told == [("opened", "a")]


def test_a_laptop_that_knows_no_outing_says_where_they_come_from(desk: Desk) -> None:
    desk.show()

    desk.form._ask_open()
    desk.form.ask_close()

    assert desk.form._empty.isVisibleTo(desk.form)
    assert "F5" in desk.form._empty.accessibleName()
    assert desk.tasks.waiting == []


def test_what_an_outing_lacks_is_said(desk: Desk) -> None:
    desk.show(an_outing("a", planned_on="", place_name=""))

    (row,) = desk.form.rows

    assert (row.day, row.place) == ("Sin fecha", "Sin lugar")


def test_large_text_keeps_day_place_and_state(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=1.5)):
        desk.show(an_outing("a"))

        hidden = [desk.form._table.isColumnHidden(place) for place in range(5)]

        assert hidden == [False, True, False, True, False]


def test_large_text_says_the_day_short_and_leaves_its_room_to_the_place(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=2.0)):
        desk.show(an_outing("a", planned_on="2026-09-23", place_name="Feria libre Santa Amalia"))

        table = desk.form._table
        day = table.model().index(0, 0).data()

        assert day == "23-09-2026"
        assert table.columnWidth(2) > a_theme(scale=2.0).width_of("Feria libre Santa Amalia")


def test_an_outing_is_made_at_the_stand_and_looked_at_at_once(desk: Desk) -> None:
    desk.show()
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()

    desk.hands.type("maipu")
    desk.press(Qt.Key.Key_Return)
    desk.hands.type("Plaza")
    desk.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    desk.hands.type("80")
    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    let_click()
    desk.tasks.let_run()

    (made,) = desk.session.paper.made
    assert (made["comuna"], made["place_name"], made["goal_attentions"]) == ("13119", "Plaza", 80)
    assert made["planned_on"] == "2026-11-21"
    assert "place_type" not in made
    assert desk.session.readiness.examined[0][0] == "new-1"


def test_an_outing_without_a_comuna_is_not_saved_and_says_so_beside_it(desk: Desk) -> None:
    desk.show()
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()

    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    let_click()
    nothing = desk.pages.plan.comuna_error
    desk.hands.type("xyz")
    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    let_click()

    assert nothing == "Falta la comuna"
    assert desk.pages.plan.comuna_error == "Elija una comuna de la lista"
    assert desk.session.paper.made == []


def test_what_was_typed_stays_when_it_could_not_be_saved(desk: Desk) -> None:
    desk.session.paper.error = ServiceError("disk_full")
    desk.show()
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()
    desk.hands.type("maipu")
    desk.press(Qt.Key.Key_Return)

    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    let_click()
    desk.tasks.let_run()

    assert "El disco está lleno" in desk.pages.plan.message
    assert desk.pages.plan._comuna.text() == "Maipú"


def test_an_outing_made_while_another_is_open_waits_in_the_list(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.open()
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()
    desk.hands.type("maipu")
    desk.press(Qt.Key.Key_Return)

    desk.hands.press(Qt.Key.Key_G, held=CTRL)
    let_click()
    desk.tasks.let_run()

    assert desk.pages.currentWidget() is desk.form
    assert "La nueva salida está guardada" in desk.form.message
    assert desk.form.selected.id == "new-1"


def test_esc_in_a_new_outing_keeps_what_was_typed(desk: Desk) -> None:
    desk.show()
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()
    desk.hands.type("maipu")
    desk.press(Qt.Key.Key_Return)

    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()

    assert desk.pages.plan._comuna.code == "13119"


def test_the_page_keys_reach_every_line_where_text_is_large(qapp: QApplication) -> None:
    for desk in a_desk(a_theme(scale=2.0)):
        desk.show(an_outing("a"))
        desk.press(Qt.Key.Key_Return)
        bar = desk.ready._scroll.verticalScrollBar()

        desk.press(Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
        lowest = bar.value()
        desk.press(Qt.Key.Key_PageUp)

        assert lowest == bar.maximum() > 0
        assert bar.value() < lowest


def test_the_first_outings_that_arrive_take_the_keys(desk: Desk) -> None:
    desk.show()
    desk.press(Qt.Key.Key_Tab)
    desk.form.begin()

    desk.outings.known = [an_outing("a")]
    desk.presenter.refresh()
    desk.tasks.let_run()
    desk.press(Qt.Key.Key_Return)

    assert desk.session.readiness.examined[0][0] == "a"


def test_who_comes_back_to_salidas_after_opening_finds_the_list_and_not_the_look_of_the_morning(desk: Desk) -> None:
    desk.show(an_outing("a"))
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return)

    desk.presenter.begin()
    desk.tasks.let_run()
    there = desk.pages.currentWidget()
    desk.press(Qt.Key.Key_Return)

    assert there is desk.form
    assert desk.pages.currentWidget() is desk.pages.day


def test_a_comuna_of_the_region_stands_before_one_that_only_begins_like_what_was_typed(desk: Desk) -> None:
    comunas = Comunas(desk.session.catalogues, "13")

    found = [one.text for one in comunas.search("florid")]
    far = [one.text for one in comunas.search("chillan")]

    assert found == ["La Florida", "Florida"]
    assert far[0] == "Chillán"


def test_a_comuna_that_is_no_answer_is_said_beside_it_as_the_officer_leaves_it(desk: Desk) -> None:
    desk.show()
    desk.press(Qt.Key.Key_N, held=CTRL)
    let_click()
    desk.hands.type("san")
    before = desk.pages.plan.comuna_error

    desk.hands.press(Qt.Key.Key_Tab)
    left = desk.pages.plan.comuna_error
    desk.hands.press(Qt.Key.Key_Backtab, held=SHIFT)
    desk.hands.type("maipu")
    desk.hands.press(Qt.Key.Key_Tab)

    assert before == ""
    assert left == "Elija una comuna de la lista"
    assert desk.pages.plan._comuna.text() == "Maipú"
    assert desk.pages.plan.comuna_error == ""

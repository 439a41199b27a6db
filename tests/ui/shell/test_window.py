"""The whole window by keyboard, over services in memory."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Person
from terreno_app.ui.theme import Theme
from tests.ui.shell.house import House, a_house
from tests.ui.stand import CTRL, NONE, SHIFT, focused, let_click
from tests.ui.views import IVAN, PEOPLE, a_conflict, a_status, a_theme

IVAN_AT_WORK = Person(IVAN, PEOPLE[IVAN])
LABELS = (QFileDialog.DialogLabel.LookIn, QFileDialog.DialogLabel.FileName, QFileDialog.DialogLabel.FileType)


def test_the_window_opens_on_today_with_its_three_truths(house: House) -> None:
    house.start()
    house.network.let_run()
    house.window.show_time_left(161)

    assert house.window.place == "today"
    assert house.truth("receipts") == "58 de 84 recibidas con recibo · 26 por enviar"
    assert house.truth("network") == "Con red el centro responde"
    assert house.truth("lock") == "Se bloquea en 2 min 41 s"


def test_whose_name_comes_with_a_synchronisation_is_called_by_it(house: House) -> None:
    house.start()
    house.session.person = IVAN_AT_WORK

    house.window._office.sync.counted.emit(a_status())

    assert house.window._status._who.text() == IVAN_AT_WORK.name


def test_the_last_minute_is_told_in_seconds(house: House) -> None:
    house.window.show_time_left(41)

    assert house.truth("lock") == "Se bloquea en 41 s"


def test_a_network_that_was_not_tried_is_not_called_missing(house: House) -> None:
    assert house.truth("network") == "Red sin probar"


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("1", "today"),
        ("2", "information"),
        ("4", "outings"),
        ("6", "sync"),
        ("7", "conflicts"),
        ("8", "reports"),
        ("9", "administration"),
    ],
)
def test_ctrl_and_a_number_go_to_a_screen(house: House, key: str, place: str) -> None:
    house.start()

    house.press(key, held=CTRL)

    assert house.window.place == place
    assert house.window._rail.item(place).isChecked()
    assert house.window.page(place).isVisibleTo(house.window)


def test_only_screens_that_exist_stand_in_the_rail(house: House) -> None:
    names = [item.place.name for item in house.window._rail._items.values()]

    assert names == ["today", "information", "outings", "goals", "sync", "conflicts", "reports", "administration"]


def test_a_click_in_the_rail_goes_there_too(house: House) -> None:
    house.start()

    house.window._rail.item("reports").click()
    house.tasks.let_run()

    assert house.window.place == "reports"


def test_f5_delivers_from_anywhere_and_holds_the_lock_off(house: House) -> None:
    house.start()
    house.idle.start()
    house.hands.press(Qt.Key.Key_F5)
    house.idle.look()
    during = house.truth("lock")

    house.tasks.let_run()

    assert house.window.place == "sync"
    assert during == "No se bloquea mientras entrega"
    assert house.session.sync_day.runs == 1
    assert house.truth("lock").startswith("Se bloquea en")
    assert house.truth("network").startswith("Con red")


@pytest.mark.parametrize("place", ["today", "outings", "goals", "sync", "conflicts", "reports", "administration"])
@pytest.mark.parametrize("ends", [None, ServiceError("no_network")], ids=["well", "badly"])
def test_f5_leaves_the_keys_on_the_page_and_never_in_the_rail(
    house: House, place: str, ends: ServiceError | None
) -> None:
    house.session.conflicts.views = [a_conflict()]
    house.session.sync_day.ends = ends or house.session.sync_day.ends
    house.start()
    house.window.go_to(place)
    house.tasks.let_run()
    page = house.window.page("sync")

    house.hands.press(Qt.Key.Key_F5)
    during = focused()
    house.tasks.let_run()

    assert page.isAncestorOf(during)
    assert page.isAncestorOf(focused())
    assert focused().objectName() == "start_sync"


def test_f5_pressed_again_in_the_list_of_deliveries_leaves_the_person_there(house: House) -> None:
    house.start()
    house.window.go_to("sync")
    house.tasks.let_run()
    here = house.window.page("sync").findChild(QWidget, "deliveries")
    here.setFocus()

    house.press(Qt.Key.Key_F5)

    assert focused() is here


def test_a_delivery_that_met_no_network_says_so_at_the_foot(house: House) -> None:
    house.start()
    house.session.sync_day.ends = ServiceError("no_network")

    house.press(Qt.Key.Key_F5)

    assert house.truth("network") == "Sin red todo queda guardado en este equipo"


def test_trouble_that_says_nothing_of_the_network_changes_nothing_there(house: House) -> None:
    house.start()
    house.network.let_run()
    house.session.sync_day.ends = ServiceError("bad_receipt")

    house.press(Qt.Key.Key_F5)

    assert house.truth("network").startswith("Con red")


def test_conflicts_are_counted_in_the_rail_until_they_are_settled(house: House) -> None:
    house.session.conflicts.views = [a_conflict()]
    house.session.status.view = a_status(conflicts=1)
    house.start()
    before = house.window._rail.item("conflicts").accessibleName()
    house.session.status.view = a_status(conflicts=0)

    house.press("7", held=CTRL)
    house.press("1")
    house.press(Qt.Key.Key_G, held=CTRL)
    let_click()
    house.tasks.let_run()

    assert before == "Conflictos, Ctrl+7, 1 por resolver"
    assert house.window._rail.item("conflicts").accessibleName() == "Conflictos, Ctrl+7"
    assert len(house.session.conflicts.decided) == 1


def test_a_screen_with_nothing_to_press_does_not_leave_the_focus_in_the_rail(house: House) -> None:
    house.start()

    house.press("7", held=CTRL)

    assert not house.window._rail.isAncestorOf(focused())
    assert "No hay conflictos" in house.window._office.conflicts_form._empty.accessibleName()


def test_an_outing_is_opened_from_its_screen_and_today_knows(house: House) -> None:
    house.start()
    house.window._stand.today_form.outings_asked.emit()
    house.tasks.let_run()

    house.press(Qt.Key.Key_Return)
    house.press(Qt.Key.Key_Return)
    house.press("1", held=CTRL)

    assert house.session.outings.current() is not None
    assert "Feria Libre Lo Valledor" in house.window._stand.today_form._head.title


def test_whoever_opens_an_outing_with_people_waiting_is_one_key_from_the_first(house: House) -> None:
    house.start()
    house.window._stand.today_form.outings_asked.emit()
    house.tasks.let_run()
    house.press(Qt.Key.Key_Return)
    house.press(Qt.Key.Key_Return)
    house.tasks.let_run()

    house.press(Qt.Key.Key_F2)

    assert house.window.place == "attention"
    assert focused().objectName().startswith("type")


def test_f1_shows_the_keys_of_the_screen(house: House) -> None:
    house.start()
    house.press("7", held=CTRL)
    house.window.show_keys()

    sheet = house.window.findChild(QDialog)
    said = " ".join(label.text() for label in sheet.findChildren(QWidget) if hasattr(label, "text"))

    assert sheet.isVisible()
    assert "queda lo que rige" in said
    assert "sincronizar" in said
    sheet.reject()
    assert not sheet.isVisible()


def test_the_keys_of_a_screen_without_its_own_are_those_of_everywhere(house: House) -> None:
    house.window.show_keys()

    assert house.window.findChild(QDialog) is not None


@pytest.mark.parametrize("held", [NONE, SHIFT], ids=["F6", "Shift+F6"])
def test_f6_goes_to_the_rail_and_back_to_the_very_field(house: House, held: Qt.KeyboardModifier) -> None:
    house.start()
    house.window.begin_attention(None)
    house.press("c")
    house.hands.type("pe")

    house.press(Qt.Key.Key_F6, held=held)
    rail = focused().objectName()
    house.press(Qt.Key.Key_F6, held=held)
    house.hands.type("n")

    assert rail == "nav_today"
    assert focused().objectName() == "topic"
    assert house.window._stand.attention_form.subject.topic.text() == "pen"


def test_f12_locks(house: House) -> None:
    house.start()

    house.press(Qt.Key.Key_F12)

    assert house.locks == [True]


def test_f12_during_a_delivery_locks_when_it_has_ended(house: House) -> None:
    house.start()
    house.hands.press(Qt.Key.Key_F5)
    house.hands.press(Qt.Key.Key_F12)
    house.window.show_time_left(-1)
    during, said = list(house.locks), house.truth("lock")

    house.tasks.let_run()

    assert during == []
    assert said == "Se bloquea al terminar la entrega"
    assert house.locks == [True]


def test_a_narrow_window_keeps_the_icons_of_the_rail(theme: Theme) -> None:
    for house in a_house(theme, width=1100):
        house.start()
        QApplication.processEvents()

        assert house.window._rail.width() == 60
        assert house.truth("receipts") == "58 de 84 con recibo"


def test_large_text_draws_every_screen(qapp: QApplication) -> None:
    for house in a_house(a_theme(scale=1.5)):
        house.start()
        for place in ("today", "outings", "sync", "conflicts", "reports"):
            house.window.go_to(place)
            house.tasks.let_run()

            assert not house.window.grab().isNull()


@pytest.mark.parametrize(
    ("name", "title", "kinds"),
    [
        pytest.param("resumen.pdf", "Guardar el PDF", "PDF (*.pdf)", id="a report"),
        pytest.param("T07.terreno", "Guardar en pendrive", "Paquetes de Terreno (*.terreno)", id="a bundle"),
    ],
)
def test_the_systems_dialog_asks_for_files(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str, title: str, kinds: str
) -> None:
    asked: list[tuple[object, ...]] = []

    def answer(dialog: QFileDialog) -> bool:
        asked.append((dialog.windowTitle(), dialog.directory().path(), dialog.nameFilters(), dialog.acceptMode()))
        assert [dialog.labelText(which) for which in LABELS] == [
            "&Buscar en:",
            "&Nombre del archivo:",
            "&Tipo de archivo:",
        ]
        return len(asked) < 3

    monkeypatch.setattr(QFileDialog, "exec", answer)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _: [str(Path.home() / name)])

    chosen = house.window._ask_path(name), house.window._office._ask_file(), house.window._office._ask_questionnaire()

    assert chosen == (Path.home() / name, Path.home() / name, None)
    assert asked[0] == (title, str(Path.home()), [kinds], QFileDialog.AcceptMode.AcceptSave)
    everything = "Todos (*)"
    assert asked[1][0::2] == ("Recibir de pendrive", ["Paquetes de Terreno (*.terreno)", everything])
    assert asked[2][0::2] == ("Publicar un cuestionario", ["Cuestionarios (*.json *.jsonl)", everything])


def test_on_a_day_without_attentions_the_page_has_the_keys(house: House) -> None:
    house.open_outing()
    house.start()

    house.window._rail.item("today").setFocus()
    house.window.take_keys()

    assert house.window.page("today").isAncestorOf(focused())


def test_the_keys_of_a_page_work_from_the_rail_too(house: House) -> None:
    house.open_outing()
    house.start()
    house.window._rail.item("sync").setFocus()

    house.press(Qt.Key.Key_F2)

    assert house.window.place == "attention"

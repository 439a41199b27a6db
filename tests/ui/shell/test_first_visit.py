"""A screen comes to be when somebody goes there: until then it costs nothing, and nothing waits for it."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget

from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.screens.survey.kiosk import Kiosk
from terreno_app.ui.widgets.notices import EmptyState
from terreno_app.ui.widgets.page import PageFoot
from tests.ui.shell.house import House, a_house
from tests.ui.stand import CTRL, focused
from tests.ui.views import a_conflict, a_status, a_theme

LATER = ("information", "receipt", "outings", "survey", "conflicts", "reports", "administration")


def made(house: House) -> set[str]:
    return set(house.window._pages)


def test_a_laptop_that_was_just_opened_has_only_what_the_person_needs_at_once(house: House) -> None:
    house.start()

    assert made(house) == {"today", "attention", "sync"}
    assert house.window._stack.count() == 3


@pytest.mark.parametrize("place", LATER)
def test_a_screen_is_made_once_and_heard_once_however_often_somebody_goes_there(
    house: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    heard: list[object] = []
    connections = house.window._connections
    hear = connections.hear
    monkeypatch.setattr(connections, "hear", lambda presenter: (heard.append(presenter), hear(presenter)))
    house.start()

    first = house.window.page(place)
    house.window.show_place(place)
    house.window.go_to("today")
    house.window.show_place(place)

    assert house.window.page(place) is first
    assert len(heard) == 1
    assert house.window._stack.currentWidget() is first


def test_conflicts_are_counted_in_the_rail_though_nobody_went_there(house: House) -> None:
    house.session.conflicts.views = [a_conflict()]
    house.session.status.view = a_status(conflicts=1)

    house.start()

    assert house.window._rail.item("conflicts").accessibleName() == "Conflictos, Ctrl+7, 1 por resolver"
    assert "conflicts" not in made(house)


def test_a_delivery_counts_conflicts_that_nobody_has_looked_at_yet(house: House) -> None:
    house.session.status.view = a_status(conflicts=0)
    house.start()
    house.session.status.view = a_status(conflicts=2)

    house.press(Qt.Key.Key_F5)

    assert house.window._rail.item("conflicts").accessibleName() == "Conflictos, Ctrl+7, 2 por resolver"


def test_conflicts_in_sight_are_read_again_after_a_delivery(house: House) -> None:
    house.start()
    house.press("7", held=CTRL)
    house.session.conflicts.views = [a_conflict()]

    house.press(Qt.Key.Key_F5)

    assert house.window._office.conflicts_form._empty_page.isHidden()


def test_an_outing_opened_on_the_first_visit_is_told_to_today_once(house: House) -> None:
    house.start()
    told = QSignalSpy(house.window._office.sync.counted)

    house.press("4", held=CTRL)
    house.press(Qt.Key.Key_Return)
    before = told.count()
    house.press(Qt.Key.Key_Return)

    assert house.window._stand.today.session is not None
    assert told.count() == before + 1


def test_the_screen_locks_before_anybody_went_to_salidas_and_keeps_the_form(house: House) -> None:
    house.open_outing()
    house.start()
    house.window.new_attention()
    house.press("c")

    house.window.keep()

    (kept,) = house.session.attentions.kept.values()
    assert kept.fields["type"] == "enquiry"
    assert "outings" not in made(house)


def test_what_is_written_in_salidas_is_kept_when_the_screen_locks(house: House) -> None:
    house.open_outing()
    house.start()
    house.press("4", held=CTRL)
    house.press(Qt.Key.Key_Return)
    day = house.window._stand.outings_pages.day
    day._incidents.setFocus()
    house.hands.type("Viento")

    house.window.keep()
    house.tasks.let_run()

    assert house.session.outings.noted[-1:] == ["Viento"]


class Flashes(QObject):
    """Notices widgets that are shown as windows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  the name is of Qt
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_no_part_of_a_screen_flashes_as_a_window_while_it_is_made(qapp: QApplication, scale: float) -> None:
    flashes = Flashes()
    for house in a_house(a_theme(scale=scale)):
        house.start()
        qapp.installEventFilter(flashes)
        for place in LATER:
            house.window.page(place)
        again = MainWindow(house.session, house.window._around)
        kiosk = Kiosk(house.window._around.theme, house.session.survey.languages)
        qapp.removeEventFilter(flashes)
        for one in (again, kiosk):
            one.deleteLater()

    assert flashes.seen == []


def test_the_first_visit_leaves_the_keys_in_the_screen(house: House) -> None:
    house.start()

    for key, place in (("2", "information"), ("4", "outings"), ("8", "reports"), ("9", "administration")):
        house.press(key, held=CTRL)
        QApplication.processEvents()

        assert house.window.page(place).isAncestorOf(focused())


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_what_takes_the_keys_on_the_first_visit_is_in_sight(qapp: QApplication, scale: float) -> None:
    theme = a_theme(scale=scale)
    theme.apply(qapp)
    for house in a_house(theme):
        house.open_outing()
        house.start()
        for place in ("information", "outings", "sync", "reports", "administration"):
            house.window.go_to(place)
            house.tasks.let_run()
            QApplication.processEvents()

            assert not focused().visibleRegion().isEmpty(), place


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_foot_of_informacion_is_not_cut_wherever_the_person_came_from(qapp: QApplication, scale: float) -> None:
    theme = a_theme(scale=scale)
    theme.apply(qapp)
    for house in a_house(theme):
        house.start()
        house.window.go_to("administration")
        house.window.go_to("information")
        house.tasks.let_run()
        QApplication.processEvents()

        foot = house.window.page("information").findChild(PageFoot)
        assert foot.minimumSizeHint().width() <= foot.width()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_an_empty_day_is_told_whole_also_under_a_notice(qapp: QApplication, scale: float) -> None:
    theme = a_theme(scale=scale)
    theme.apply(qapp)
    for house in a_house(theme):
        house.start()
        house.session.shelf.full = True
        house.window._backups.look()
        house.tasks.let_run()
        QApplication.processEvents()

        empty = house.window.page("today").findChild(EmptyState)
        assert empty.height() >= empty.heightForWidth(empty.width())

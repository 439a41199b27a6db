"""F1 tells the truth: every key that a screen listens to stands on its sheet, and the sheet can be read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QTextEdit

from terreno_app.paths import manual
from terreno_app.ui.keys_help import BY_SCREEN, EVERYWHERE, KeysHelp
from terreno_app.ui.manual import ManualPart, part_of
from tests.ui.shell.house import House, a_house
from tests.ui.views import a_theme

CAPS = {"Del": "Supr", "Return": "Enter"}


def listened_to(house: House, place: str) -> set[str]:
    """The keys of the shortcuts of a page, as its key caps are written."""
    found = [one.key().toString(QKeySequence.SequenceFormat.PortableText) for one in shortcuts(house, place)]
    return {"|".join(CAPS.get(part, part) for part in keys.split("+")) for keys in found}


def shortcuts(house: House, place: str) -> list[QShortcut]:
    return [one for one in house.window.page(place).findChildren(QShortcut) if one.isEnabled()]


@pytest.mark.parametrize("place", BY_SCREEN)
def test_every_key_of_a_screen_stands_on_its_sheet(house: House, place: str) -> None:
    _, lines = BY_SCREEN[place]
    told = {caps for caps, _ in (*EVERYWHERE, *lines)} | {one for caps, _ in lines for one in caps.split("|")}

    missing = listened_to(house, place) - told

    assert missing == set()


def test_every_screen_has_a_sheet(house: House) -> None:
    assert set(BY_SCREEN) == set(house.window._makers)


@pytest.mark.parametrize("scale", [1.0, 1.2, 1.3, 1.5, 2.0])
def test_the_longest_sheet_can_be_read_on_a_small_laptop(qapp: QApplication, scale: float) -> None:
    theme = a_theme(scale=scale)
    theme.apply(qapp)
    for house in a_house(theme):
        longest = max(BY_SCREEN, key=lambda place: len(BY_SCREEN[place][1]))
        sheet = KeysHelp(theme, house.window, longest, manual().read_text(encoding="utf-8"))
        sheet.open()
        QApplication.processEvents()

        assert sheet.width() <= 1366
        assert sheet.height() <= 768
        area = sheet.findChild(QScrollArea)
        assert area.widget().minimumSizeHint().width() <= area.viewport().width()
        text = sheet.findChild(QTextEdit, "manual")
        assert text.viewport().height() >= 3 * theme.metrics("body").lineSpacing()
        assert text.document().size().width() <= text.viewport().width()
        assert text.verticalScrollBar().value() == 0
        sheet.reject()


def sheet_at(house: House, place: str) -> QDialog:
    house.start()
    house.window.go_to(place)
    house.press(Qt.Key.Key_F1)
    [sheet] = house.window.findChildren(KeysHelp)
    return sheet


@pytest.mark.parametrize("place", ["today", "outings", "sync"])
def test_f1_shows_the_part_of_the_manual_of_the_screen(house: House, place: str) -> None:
    title, _ = BY_SCREEN[place]

    text = sheet_at(house, place).findChild(QTextEdit, "manual")

    begins = part_of(manual().read_text(encoding="utf-8"), title).replace("*", "").split()[:4]
    assert text.toPlainText().split()[:4] == begins
    assert text.accessibleName() == f"Manual: {title}"
    assert text.isReadOnly()
    assert text.hasFocus()


def test_the_manual_is_scrolled_by_the_arrows_and_left_with_esc(house: House) -> None:
    sheet = sheet_at(house, "outings")
    text = sheet.findChild(QTextEdit, "manual")
    text.setFixedHeight(60)
    QApplication.processEvents()

    house.press(Qt.Key.Key_Down)
    scrolled = text.verticalScrollBar().value()
    house.press(Qt.Key.Key_Escape)

    assert scrolled > 0
    assert not sheet.isVisible()


@pytest.mark.parametrize("title", ["Desbloqueo", *(title for title, _ in BY_SCREEN.values())])
def test_every_screen_has_a_short_part_of_the_manual(title: str) -> None:
    part = part_of(manual().read_text(encoding="utf-8"), title)

    assert 1 <= len([line for line in part.splitlines() if line.strip()]) <= 10


def test_a_part_ends_where_the_next_begins() -> None:
    text = "# Libro\n\n## Uno (F2)\nprimero\n\n### Más\ndel primero\n\n## Uno más\nsegundo\n"

    assert part_of(text, "Uno") == "primero\n\n### Más\ndel primero"
    assert part_of(text, "Uno más") == "segundo"
    assert part_of(text, "Otro") == ""


def test_markup_in_the_manual_is_words_and_not_drawn(qapp: QApplication) -> None:
    text = ManualPart("<b>no</b> **sí** <img src='x'>", "Hoy")

    assert text.toPlainText() == "<b>no</b> sí <img src='x'>"

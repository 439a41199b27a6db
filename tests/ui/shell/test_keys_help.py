"""F1 tells the truth: every key that a screen listens to stands on its sheet, and the sheet can be read."""

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QScrollArea

from terreno_app.ui.keys_help import BY_SCREEN, EVERYWHERE, KeysHelp
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


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_longest_sheet_can_be_read_on_a_small_laptop(qapp: QApplication, scale: float) -> None:
    theme = a_theme(scale=scale)
    theme.apply(qapp)
    for house in a_house(theme):
        longest = max(BY_SCREEN, key=lambda place: len(BY_SCREEN[place][1]))
        sheet = KeysHelp(theme, house.window, longest)
        sheet.open()
        QApplication.processEvents()

        assert sheet.width() <= 1366
        assert sheet.height() <= 768
        area = sheet.findChild(QScrollArea)
        assert area.widget().minimumSizeHint().width() <= area.viewport().width()
        sheet.reject()

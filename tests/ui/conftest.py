"""Qt without a screen, and one look for the tests of widgets and screens."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from terreno_app.paths import resources
from terreno_app.ui.theme import Theme, load_fonts, load_theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme, put on."""
    qapp.setStyle("Fusion")
    load_fonts(resources())
    made = load_theme(resources())
    made.apply(qapp)
    return made


@pytest.fixture(autouse=True)
def widgets_that_go(qapp: QApplication) -> Iterator[None]:
    """Widgets end with their test: those left behind would be styled again by each test that follows."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)

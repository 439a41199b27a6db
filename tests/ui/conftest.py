"""Qt without a screen, and one look for the tests of widgets and screens."""

import gc
import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from terreno_app.paths import resources
from terreno_app.ui.collecting import Collector
from terreno_app.ui.theme import Theme, load_fonts, load_theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> Theme:
    """The light theme, read once. What there is by now is never garbage: looking there in each test takes long."""
    load_fonts(resources())
    gc.collect()
    gc.freeze()
    return load_theme(resources())


@pytest.fixture
def theme(qapp: QApplication, dressed: Theme) -> Theme:
    """The light theme, put on."""
    qapp.setStyle("Fusion")
    dressed.apply(qapp)
    return dressed


@pytest.fixture(autouse=True)
def widgets_that_go(qapp: QApplication) -> Iterator[None]:
    """Widgets end with their test: those left behind would be styled again by each test that follows.

    As in the application nothing is collected in the midst of Qt's work.
    """
    collector = Collector()
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    collector.close()

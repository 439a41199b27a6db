"""What a key costs in the search of Información: from the key to the painted screen, and the search alone.

The page is the application's own over the shipped catalogue, drawn without a display. Words are typed letter by letter;
the code of the lit sheet is not part of it, for it comes when the person rests. Target: at most 30 ms a key.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks import told
from terreno_app.domain.information import Information
from terreno_app.machine import THIS_MACHINE
from terreno_app.paths import resources
from terreno_app.storage.resources import load_catalogues
from terreno_app.ui.application import application
from terreno_app.ui.screens.information.form import InformationForm
from terreno_app.ui.screens.information.presenter import InformationPresenter
from terreno_app.ui.theme import load_fonts, load_theme

TARGET_MS = 30
WORDS = ("subsidio familiar", "garantizada", "sernac", "bono hijo", "organizaciones", "pension", "vivienda", "zzzz")
ROOM = (1166, 732)


class Idle:
    """No work behind the page: nothing of it belongs to a key."""

    def run(self, work: Callable[[], Any], done: Callable[[Any], Any], failed: Callable[[BaseException], Any]) -> None:
        """Leave it."""


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    load_fonts(resources())
    theme = load_theme(resources())
    theme.apply(app)
    information = Information(load_catalogues(resources()))
    form = InformationForm(theme)
    nobody = cast("Any", None)
    presenter = InformationPresenter(form, information, nobody, nobody, nobody, THIS_MACHINE.clock, cast("Any", Idle()))
    form.resize(*ROOM)
    form.show()
    form.activateWindow()
    presenter.refresh()
    form.begin()
    app.processEvents()
    typed(app, form)  # the first letters of a page also make its fonts
    shown = typed(app, form)
    parts = [word[:n] for word in WORDS for n in range(1, len(word) + 1)]
    searched = sorted(timed(partial(information.search, part)) for part in parts)
    told.ms("a key in Información, median", told.middle(shown))
    told.ms("a key in Información, p95", p95(shown), at_most=TARGET_MS, limit=p95(searched))
    told.ms("  the search alone, p95", p95(searched))
    form.close()


def typed(app: QApplication, form: InformationForm) -> list[float]:
    """Milliseconds of each key, in order."""
    taken: list[float] = []
    for word in WORDS:
        QTest.keyClick(form.focusWidget(), "a")
        form.begin()
        app.processEvents()
        taken += [timed(partial(press, app, form, letter)) for letter in word]
    return sorted(taken)


def press(app: QApplication, form: InformationForm, letter: str) -> None:
    """A key, and everything that is drawn for it."""
    QTest.keyClick(form.focusWidget(), letter)
    app.processEvents()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def p95(values: list[float]) -> float:
    """The slowest but the twentieth part."""
    return values[int(len(values) * 0.95)]


if __name__ == "__main__":
    main()

"""The page of Atención with its presenter, a service with memory, and hands on the keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget

from terreno_app.services.attentions import OpenedAttention
from terreno_app.ui.screens.attention.form import AttentionForm
from terreno_app.ui.screens.attention.presenter import AttentionPresenter
from terreno_app.ui.theme import Theme
from tests.factories import ATTENTION, NOON, FixedClock, an_attention, catalogues
from tests.ui.office import PatientRunner
from tests.ui.stand import CALENDAR, MARCELA, FakeAttentions, Hands, a_session, put_on_screen, undressed

ENTER, TAB, ESC = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape


@dataclass
class Desk:
    """The page, its presenter, and everything around it."""

    form: AttentionForm
    presenter: AttentionPresenter
    attentions: FakeAttentions
    tasks: PatientRunner
    clock: FixedClock
    hands: Hands
    told: list[tuple[str, Any]]

    def begin(self, **session: Any) -> None:
        self.presenter.begin(a_session(**session))
        self.tasks.let_run()

    def wait_for_timer(self) -> None:
        """Until the draft is due."""
        if self.presenter._drafts._timer.isActive():
            assert QSignalSpy(self.presenter._drafts._timer.timeout).wait(2000)

    def wait_for_draft(self) -> None:
        """Until all that was typed is kept; on a slow machine the hands may have gone on behind the first letters."""
        self.wait_for_timer()
        self.tasks.let_run()
        while self.presenter._drafts._timer.isActive():
            self.wait_for_timer()
            self.tasks.let_run()

    def open(self, **fields: Any) -> None:
        whole = an_attention(folio="T07-2026-000123-9", **fields)
        identity = whole.pop("identity", None)
        seen = dict.fromkeys(whole, "op-1")
        identity_seen = dict.fromkeys(identity or {}, "op-2")
        self.attentions.opened[ATTENTION] = OpenedAttention(ATTENTION, whole, seen, identity, identity_seen, "local")
        self.presenter.open(ATTENTION)
        self.tasks.let_run()


def a_desk(theme: Theme, width: int = 1166) -> Iterator[Desk]:
    clock = FixedClock(NOON)
    with undressed(theme):
        form = AttentionForm(theme, catalogues())
    attentions, tasks, numbers = FakeAttentions(clock), PatientRunner(), count(1)
    presenter = AttentionPresenter(
        form, attentions, catalogues(), CALENDAR, clock, lambda: f"new-{next(numbers)}", tasks, MARCELA
    )
    told: list[tuple[str, Any]] = []
    presenter.saved.connect(lambda registered, another: told.append(("another" if another else "saved", registered)))
    presenter.corrected.connect(lambda record: told.append(("corrected", record)))
    presenter.left.connect(lambda: told.append(("left", None)))
    put_on_screen(form, width)
    yield Desk(form, presenter, attentions, tasks, clock, Hands(), told)
    form.close()
    form.deleteLater()
    QApplication.processEvents()


def widget(desk: Desk, name: str) -> QWidget:
    return desk.form.frames()[name].widget

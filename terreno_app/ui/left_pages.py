"""Pages beside Atención on which something is half written: kept when the screen locks, given back when it opens."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from terreno_app.services.unfinished import HalfWritten, Unfinished
from terreno_app.ui.assembly import Office, Stand
from terreno_app.ui.bookmark import go_on_in
from terreno_app.ui.screens.attention.draft_keeper import DraftKeeper
from terreno_app.ui.screens.goals.presenter import GoalsPresenter
from terreno_app.ui.screens.outings.pages import OutingsDesk
from terreno_app.ui.screens.today.presenter import TodayPresenter
from terreno_app.ui.surroundings import Surroundings

logger = logging.getLogger(__name__)

_KEY: Final = "pages"


class Window(Protocol):
    """What is needed of the window."""

    @property
    def place(self) -> str:
        """Name of the screen in sight."""
        ...

    def page(self, name: str) -> QWidget:
        """A screen."""
        ...

    def show_place(self, place: str) -> None:
        """Show a screen as it is."""
        ...


class LeftPages(QObject):
    """Keeps what is half written there, and puts it back.

    Args:
        stand: The screens of the square.
        office: The screens of the evening.
        unfinished: Where it is kept.
        around: Who writes in a thread.
        window: Shows screens.
        parent: Who owns it.
    """

    def __init__(
        self,
        stand: Stand,
        office: Office,
        unfinished: Unfinished,
        around: Surroundings,
        window: Window,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._stand, self._office, self._window = stand, office, window
        self._keeper = DraftKeeper(unfinished, around.runner, self._read, self)
        self._keeper.follow(_KEY)
        self._keeper.failed.connect(self._failed)

    def hear(self, presenter: QObject) -> None:
        """From now on forget what was saved or thrown away on this screen, if anything is ever half written there."""
        if isinstance(presenter, TodayPresenter | OutingsDesk | GoalsPresenter):
            presenter.settled.connect(self._keeper.touch)

    def keep_now(self) -> None:
        """Keep it before this returns: the screen is about to lock."""
        self._keeper.keep_now()

    def give_back(self, pages: Mapping[str, HalfWritten]) -> None:
        """Put back what was left; the page that was in sight comes into sight, in the input where the person was."""
        writable = {**self._stand.writable(), **self._office.writable()}
        for name, left in pages.items():
            if name in writable:
                writable[name]().come_back(left)
        for name, left in pages.items():
            if name in writable and left.field is not None:
                self._window.show_place(name)
                page = self._window.page(name)
                here = page.findChild(QWidget, left.field) if left.field else None
                if here is not None and here.isVisibleTo(page):
                    go_on_in(here)

    def _read(self) -> dict[str, HalfWritten]:
        found = {}
        for name, presenter in {**self._stand.written(), **self._office.written()}.items():
            left = presenter.half_written
            if left is not None:
                found[name] = replace(left, field=self._field_of(name))
        return found

    def _field_of(self, name: str) -> str | None:
        if name != self._window.place:
            return None
        here = self._window.page(name).focusWidget()
        return here.objectName() if here is not None else ""

    def _failed(self, error: BaseException) -> None:
        """A page that was saved may come back once more; nothing is lost."""
        logger.warning("half written pages were not kept: %s", type(error).__name__)

"""Pages beside Atención on which something is half written: kept as it is typed, given back when the laptop opens."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol, cast

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from terreno_app.services.unfinished import HalfWritten, Unfinished
from terreno_app.ui.assembly import Office, Stand, Writable
from terreno_app.ui.bookmark import go_on_in
from terreno_app.ui.screens.attention.draft_keeper import DraftKeeper
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

    def focusWidget(self) -> QWidget | None:
        """Where the next key goes."""
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
        self._writable = {**stand.writable(), **office.writable()}
        self._given_back = False
        self._keeper = DraftKeeper(unfinished, around.runner, self._read, self)
        self._keeper.follow(_KEY)
        self._keeper.failed.connect(self._failed)

    def hear(self, name: str, presenter: QObject) -> None:
        """From now on keep what is typed on this screen, and forget what is saved or thrown away there."""
        if name in self._writable:
            cast("Writable", presenter).half_written_changed.connect(self.keep_soon)

    @Slot()
    def keep_soon(self) -> None:
        """Something was typed, saved or thrown away, or the person went to another screen."""
        if self._given_back:
            self._keeper.touch()

    def half_written_on(self, name: str) -> bool:
        """Whether something is half written on a screen."""
        written = {**self._stand.written(), **self._office.written()}
        return name in written and bool(written[name].half_written)

    def keep_now(self) -> None:
        """Keep it before this returns: the screen is about to lock."""
        if self._given_back:
            self._keeper.keep_now()

    def give_back(self, pages: Sequence[HalfWritten]) -> None:
        """Put back what was left; the page that was in sight comes into sight, in the input where the person was.

        Before this nothing is kept: it would take the place of what is still to be given back.
        """
        known, writing = [left for left in pages if left.page in self._writable], self._window.focusWidget()
        for left in known:
            self._writable[left.page]().come_back(left)
        self._given_back = True
        if known and writing is not None:
            go_on_in(writing)  # a page that is not in sight takes no keys
        for left in known:
            if left.field is not None:
                self._window.show_place(left.page)
                page = self._window.page(left.page)
                here = page.findChild(QWidget, left.field) if left.field else None
                if here is not None and here.isVisibleTo(page):
                    go_on_in(here)

    def _read(self) -> tuple[HalfWritten, ...]:
        return tuple(
            replace(left, page=name, field=self._field_of(name))
            for name, presenter in {**self._stand.written(), **self._office.written()}.items()
            for left in presenter.half_written
        )

    def _field_of(self, name: str) -> str | None:
        if name != self._window.place:
            return None
        here = self._window.page(name).focusWidget()
        return here.objectName() if here is not None else ""

    def _failed(self, error: BaseException) -> None:
        """A page that was saved may come back once more; nothing is lost."""
        logger.warning("half written pages were not kept: %s", type(error).__name__)

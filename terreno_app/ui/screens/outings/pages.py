"""Salidas as one place: the list, and the pages that a person goes through from it. They come and go here."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from terreno_app.services.outings import SessionView
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui.screens.outings.close_form import CloseForm
from terreno_app.ui.screens.outings.close_presenter import ClosePresenter
from terreno_app.ui.screens.outings.day_form import DayForm
from terreno_app.ui.screens.outings.day_presenter import DayPresenter
from terreno_app.ui.screens.outings.form import OutingsForm
from terreno_app.ui.screens.outings.plan_form import PlanForm
from terreno_app.ui.screens.outings.plan_presenter import PlanPresenter
from terreno_app.ui.screens.outings.presenter import OutingsPresenter
from terreno_app.ui.screens.outings.ready_form import ReadyForm
from terreno_app.ui.screens.outings.ready_presenter import ReadyPresenter
from terreno_app.ui.screens.outings.table_model import OutingLine


class OutingsPages(QStackedWidget):
    """The list, and what it leads to."""

    def __init__(self, listed: OutingsForm, ready: ReadyForm, plan: PlanForm, day: DayForm, close: CloseForm) -> None:
        super().__init__()
        self.listed, self.ready, self.plan, self.day, self.closing = listed, ready, plan, day, close
        for page in (listed, ready, plan, day, close):
            self.addWidget(page)
        self.setFocusProxy(listed)

    def show_page(self, page: QWidget) -> None:
        """Bring a page into sight; the keys go to it."""
        self.setFocusProxy(page)
        self.setCurrentWidget(page)


class OutingsDesk(QObject):
    """Leads from page to page.

    Signals:
        opened: An outing is open on this laptop; carries its session.
        closed: It was closed; carries its session.
        today_asked: The person goes on to attend people.
        drafts_asked: The person goes on with what is half written, before the outing is closed.
        changed: Something was counted in the open outing; carries its session.
        half_written_changed: What is half written grew, or is saved.
    """

    opened = Signal(object)
    closed = Signal(object)
    today_asked = Signal()
    drafts_asked = Signal()
    changed = Signal(object)
    half_written_changed = Signal()

    def __init__(
        self,
        pages: OutingsPages,
        listed: OutingsPresenter,
        ready: ReadyPresenter,
        plan: PlanPresenter,
        day: DayPresenter,
        close: ClosePresenter,
    ) -> None:
        super().__init__(pages)
        self._pages, self._listed, self._ready, self._plan = pages, listed, ready, plan
        self._day, self._closing = day, close
        listed.open_asked.connect(self._go_into)
        listed.close_asked.connect(self._close)
        close.closed.connect(self._closed)
        ready.opened.connect(self._opened)
        ready.went_on.connect(self._go_on)
        plan.planned.connect(self._planned)
        pages.listed.plan_asked.connect(self.make_one)
        pages.plan.written.connect(self.half_written_changed)
        pages.day.written.connect(self.half_written_changed)
        day.changed.connect(self._changed)
        pages.day.close_asked.connect(self._close_day)
        pages.closing.drafts_asked.connect(self.drafts_asked)
        for form in (pages.ready, pages.plan, pages.day, pages.closing):
            form.leave_asked.connect(self.back)

    def begin(self) -> None:
        """Show the list, or the page on which the person was, read anew; what was looked at to open is over then."""
        if self._pages.currentWidget() is self._pages.ready and self._ready.done:
            self._pages.show_page(self._pages.listed)
        self._listed.refresh()
        if self._pages.currentWidget() is self._pages.listed:
            self._pages.listed.begin()
        elif self._pages.currentWidget() is self._pages.day:
            self._day.begin()
        elif self._pages.currentWidget() is self._pages.closing:
            self._closing.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read the list again."""
        self._listed.refresh()

    @Slot()
    def back(self) -> None:
        """Back to the list."""
        self._ready.leave()
        self._pages.show_page(self._pages.listed)
        self.half_written_changed.emit()
        self._listed.refresh()
        self._pages.listed.begin()

    @Slot()
    def make_one(self) -> None:
        """A new outing is made here."""
        self._pages.show_page(self._pages.plan)
        self.half_written_changed.emit()
        self._plan.begin()

    def put_down(self) -> None:
        """The screen locks: keep what is written."""
        self._day.put_down()

    @property
    def half_written(self) -> tuple[HalfWritten, ...]:
        """A new outing that is being planned, what is noted of the open one, and which of them is in sight."""
        found = ((self._pages.plan, "", self._pages.plan.typed), (self._pages.day, *self._day.written))
        here = self._pages.currentWidget()
        return tuple(HalfWritten({**typed, "on_page": page is here}, outing) for page, outing, typed in found if typed)

    def come_back(self, left: HalfWritten) -> None:
        """Put back the outing that was being planned, or what was being noted of the open one."""
        on_page = bool(left.values.get("on_page"))
        if left.record:
            self._day.come_back(left.record, left.values)
            if on_page:
                self._pages.show_page(self._pages.day)
                self._day.begin()
            return
        self._pages.plan.come_back(left.values)
        if on_page:
            self.make_one()

    def _go_into(self, outing: OutingLine) -> None:
        if outing.open_here:
            self._pages.show_page(self._pages.day)
            self._day.begin()
        elif outing.closed_here:
            self._close(outing.id)
        else:
            self._look(outing)

    def _close(self, outing: str) -> None:
        self._pages.show_page(self._pages.closing)
        self._closing.begin(outing)

    @Slot()
    def _close_day(self) -> None:
        """The outing of the page, whatever the list says: after a lock it is not read yet."""
        outing, _ = self._day.written
        if outing:
            self._close(outing)

    def _closed(self, session: SessionView) -> None:
        self._listed.refresh()
        self.closed.emit(session)

    def _changed(self, session: SessionView) -> None:
        if self._pages.currentWidget() is self._pages.closing:
            self._closing.refresh()
        self.changed.emit(session)

    def _look(self, outing: OutingLine) -> None:
        self._pages.show_page(self._pages.ready)
        self._ready.begin(outing)
        self._pages.ready.setFocus(Qt.FocusReason.OtherFocusReason)

    def _planned(self, outing: str) -> None:
        self.half_written_changed.emit()
        self._pages.show_page(self._pages.listed)
        self._pages.listed.begin()
        self._listed.go_on_with(outing)

    def _opened(self, session: SessionView) -> None:
        self._listed.refresh()
        self.opened.emit(session)

    def _go_on(self, _outing: str) -> None:
        self._pages.show_page(self._pages.listed)
        self.today_asked.emit()

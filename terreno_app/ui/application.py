"""The desktop from its first window to its last: closed, opened by a person, locked when nobody is there.

In: a `Composition`, which knows every concrete class. Out: the exit status. Nothing else of Qt's application is made
anywhere.
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, cast

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTimer, QTranslator, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLayout, QStackedLayout, QWidget
from shiboken6 import isValid

from terreno_app import __version__
from terreno_app.domain.clock import Clock
from terreno_app.paths import manual, resources
from terreno_app.settings import Look, Settings
from terreno_app.ui import keys
from terreno_app.ui.collecting import Collector
from terreno_app.ui.idle import IdleWatch, SleepWatch
from terreno_app.ui.keys_help import KeysHelp
from terreno_app.ui.look import LookSheet
from terreno_app.ui.messages import notice_of, warning
from terreno_app.ui.screens.lock.form import AskPinForm, BlankForm, ChoosePinForm
from terreno_app.ui.screens.lock.habit import HabitualEnter
from terreno_app.ui.screens.lock.presenter import PinPresenter
from terreno_app.ui.screens.unlock.form import UnlockForm
from terreno_app.ui.screens.unlock.presenter import Door, UnlockPresenter
from terreno_app.ui.surroundings import Surroundings
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.theme import Theme, ThemeName, load_fonts, load_theme
from terreno_app.ui.widgets.roles import teach_roles

if TYPE_CHECKING:  # what only an open laptop needs is not loaded before the closed one is in sight
    from terreno_app.ui.main_window import MainWindow
    from terreno_app.ui.session import Session

SIZE: Final = (1366, 768)
SMALLEST: Final = (1024, 600)
_DELIVERING: Final = warning(
    "Este equipo está entregando al centro.", "Nada se pierde.", "Cambie el aspecto cuando termine la entrega."
)
TITLE: Final = "Terreno"
PACKAGE: Final = "terreno"
"""What the entry of the menu is called, so that a desktop shows its icon on the window."""
_IN_SIGHT_MS: Final = 100
_ONE_WORD_MS: Final = 1500
"""Letters within this time of each other are one word of a closed list: who types slowly is not misread."""


class Composition(Door, Protocol):
    """This laptop, closed, and what the desktop needs before it is opened. `unlock` gives a `Session`."""

    @property
    def clock(self) -> Clock:
        """Where the hour comes from."""
        ...

    @property
    def settings(self) -> Settings:
        """What the people of this laptop chose."""
        ...

    def keep_look(self, theme: Look, scale: int) -> Settings:
        """Keep another look for this laptop. An error of the services says why it was not kept."""
        ...

    def new_id(self) -> str:
        """A name for a new record."""
        ...

    def random(self, count: int) -> bytes:
        """So many random bytes."""
        ...

    def warm_up(self) -> None:
        """Load what only an open laptop needs; it is called in a thread while the person types."""
        ...

    def window(self, session: "Session", around: Surroundings) -> "MainWindow":
        """The window of the opened laptop."""
        ...


class Window(QWidget):
    """The only window; what is in it changes."""

    def __init__(self, closed: Callable[[], object]) -> None:
        super().__init__()
        self._closed = closed
        self.handed_over = False
        self.setWindowTitle(TITLE)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.layers = QStackedLayout(self)
        self.layers.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(*SMALLEST)
        self.resize(*SIZE)

    def appear(self) -> None:
        """Show it; where a frame around it would push the foot off the screen, it takes all the screen gives."""
        # Not `self.screen()`: PySide holds what that returns for a part of the window, and may free it with the window.
        room = QGuiApplication.primaryScreen().availableSize()
        if room.width() <= SIZE[0] or room.height() <= SIZE[1]:
            self.showMaximized()
        else:
            self.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put everything down; out of sight, for what still runs may take a moment. Not while somebody else has it."""
        if self.handed_over:
            event.ignore()
            return
        self.hide()
        self._closed()
        super().closeEvent(event)


class Desktop(QObject):
    """Unlock, work, lock, and again.

    Signals:
        touched: A key or the pointer moved.
    """

    touched = Signal()

    def __init__(self, app: QApplication, composition: Composition, theme: Theme | None = None) -> None:
        super().__init__()
        self._app, self._composition = app, composition
        self._settings = composition.settings
        self.main: MainWindow | None = None
        self._fields: dict[str, str] = {}
        load_fonts(resources())
        self._theme = theme or _theme(app, composition.settings)
        self._door_runner = TaskRunner(1)
        self._idle = IdleWatch(composition.settings.lock_minutes, composition.clock, self)
        self._idle.expired.connect(self.lock)
        self._idle.touched.connect(self.touched)
        self._sleep = SleepWatch(composition.clock, self)
        self._sleep.woke.connect(self.lock_whole)
        app.installEventFilter(self._idle)
        app.applicationStateChanged.connect(self._state_changed)
        self.window = Window(self.put_down)
        self._enter = HabitualEnter(app, composition.clock, self)
        self._dress()
        keys.shortcut(self.window, keys.LOOK, self.ask_look)
        app.focusChanged.connect(self._focus_moved)

    @property
    def ready(self) -> bool:
        """The officers of this laptop are in sight and can be chosen."""
        return bool(self._unlock_form.officer)

    def start(self) -> None:
        """Show the closed laptop."""
        self._unlock.start()
        self.window.appear()
        QTimer.singleShot(_IN_SIGHT_MS, self._warm_up)  # loading would slow down the showing of who can open it

    @Slot()
    def lock(self) -> None:
        """Nothing is seen any more, and the open form is a draft. With a PIN of the day the key stays in memory."""
        if self.main is None or self._pin.pin is None:
            self.lock_whole()
            return
        self._idle.stop()
        self.main.keep()
        self.window.layers.setCurrentWidget(self._ask_form)
        self._reappear()
        self._pin.ask(self.main.who)

    @Slot()
    def lock_whole(self) -> None:
        """Back to the closed laptop: only a passphrase opens it."""
        if self._leave_session():
            self._unlock.lock()

    @Slot()
    def blank(self) -> None:
        """Nothing is seen, at once; the lock counts on."""
        self.window.layers.setCurrentWidget(self._blank)
        self._blank.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def ask_look(self) -> None:
        """Ask for another theme or size of text: over the closed laptop or over the work, not over what is locked."""
        main, page = self.main, self._page
        if self.window.layers.currentWidget() is not page or (main is None and self._unlock_form.busy):
            return
        sheet = LookSheet(self._theme, page, self._settings)
        sheet.chosen.connect(partial(self._choose_look, sheet))
        if main is not None and main.delivering:
            sheet.hold(_DELIVERING)
        sheet.open()

    def _show_help(self, page: QWidget) -> None:
        """The keys of a closed or locked laptop, and what the manual says of opening it."""
        KeysHelp(self._theme, page, "", manual().read_text(encoding="utf-8")).open()

    @Slot()
    def put_down(self) -> None:
        """The window closes: nothing runs after this."""
        self._leave_session()
        self._app.removeEventFilter(self._idle)
        self._app.focusChanged.disconnect(self._focus_moved)
        self._door_runner.close()

    def _warm_up(self) -> None:
        self._door_runner.run(self._composition.warm_up, _nothing, _nothing)

    def _dress(self) -> None:
        """Put the look on, and make in it what does not belong to an open laptop."""
        self._theme.apply(self._app)
        composition = self._composition
        self._unlock_form = UnlockForm(self._theme, __version__)
        self._unlock = UnlockPresenter(self._unlock_form, composition, composition.clock, self._door_runner)
        self._unlock.opened.connect(self._opened)
        choose, self._ask_form = ChoosePinForm(self._theme), AskPinForm(self._theme)
        self._choose_form = choose
        for page in (self._unlock_form, choose, self._ask_form):
            page.help_asked.connect(partial(self._show_help, page))
        self._blank = BlankForm(self._theme)
        self._pin = PinPresenter(choose, self._ask_form, composition.random)
        self._pin.settled.connect(self._go_to_work)
        self._pin.opened.connect(self._open_by_pin)
        self._pin.given_up.connect(self.lock_whole)
        self._blank.back_asked.connect(self._show_work)
        self._blank.lock_asked.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        for layer in self._layers():
            self.window.layers.addWidget(layer)

    @property
    def _page(self) -> QWidget:
        """What is in sight while nothing is locked, hidden or handed over: the work, or the closed laptop."""
        return self._unlock_form if self.main is None else self.main

    def _layers(self) -> tuple[QWidget, ...]:
        return self._unlock_form, self._choose_form, self._ask_form, self._blank

    def _choose_look(self, sheet: LookSheet, theme: Look, scale: int) -> None:
        keep = partial(self._composition.keep_look, theme, scale)
        self._door_runner.run(keep, partial(self._wear, sheet), partial(_say_why, sheet))

    def _wear(self, sheet: LookSheet, settings: Settings) -> None:
        """Make everything anew in another look: widgets never change theirs. An open laptop stays open, where it was.

        Where the laptop was locked meanwhile, the next start shows it.
        """
        self._settings = settings
        main, pin = self.main, self._pin.pin
        if isValid(sheet):
            sheet.reject()
        if self.window.layers.currentWidget() is not self._page:
            return
        old = self._layers()
        self.main = None
        if main is not None:
            where = main.field, main.place, main.writing
            main.leave()
            old = (*old, main)
        self._theme = _theme(self._app, settings)
        self._dress()
        if main is not None:
            self._pin.hold(pin)
            field, place, writing = where
            self._open_window(main.session).start(field, place, resume=writing)
            self._show_work()
        else:
            self.window.layers.setCurrentWidget(self._unlock_form)
            self._unlock.start()
        for layer in old:
            self.window.layers.removeWidget(layer)
            layer.deleteLater()
        self.window.activateWindow()

    def _opened(self, session: object) -> None:
        opened = cast("Session", session)
        self._open_window(opened).start(self._fields.pop(opened.person.id, ""))
        self.window.layers.setCurrentWidget(self._choose_form)
        self._pin.begin()
        self._idle.start()
        self._sleep.start()

    def _open_window(self, opened: "Session") -> "MainWindow":
        names = {slot.officer: slot.name for slot in self._composition.officers()}
        around = Surroundings(
            theme=self._theme,
            runner=TaskRunner(),
            idle=self._idle,
            people={**names, opened.person.id: opened.person.name},
            new_id=self._composition.new_id,
            network_runner=TaskRunner(1),
            pin=lambda: self._pin.pin,
        )
        self.main = self._composition.window(opened, around)
        self.main.lock_asked.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        self.main.blank_asked.connect(self.blank)
        self.main.handed_over.connect(self._hand_over)
        self.main.taken_back.connect(self._take_back)
        self.main.look_asked.connect(self.ask_look)
        self.window.layers.addWidget(self.main)
        return self.main

    @Slot()
    def _go_to_work(self) -> None:
        self._show_work()
        self._idle.start()

    @Slot()
    def _open_by_pin(self) -> None:
        self._enter.expect()
        self._go_to_work()

    @Slot()
    def _show_work(self) -> None:
        if self.main is not None:
            self.window.layers.setCurrentWidget(self.main)
            self.main.take_keys()

    @Slot()
    def _hand_over(self) -> None:
        """Somebody else has the laptop: the window is away, and were it seen, it would be seen closed."""
        self.window.handed_over = True
        self.window.setEnabled(False)  # nor pressed by a program that reads and presses for its person
        self.window.layers.setCurrentWidget(self._unlock_form)
        self.window.hide()

    @Slot()
    def _take_back(self) -> None:
        self._enter.expect()
        self._show_work()
        self._reappear()

    def _reappear(self) -> None:
        if self.window.handed_over:
            self.window.handed_over = False
            self.window.setEnabled(True)
            self.window.appear()
            self.window.activateWindow()

    def _leave_session(self) -> bool:
        main, self.main = self.main, None
        if main is None:
            return False
        self._idle.stop()
        self._sleep.stop()
        self._pin.forget()
        self._fields[main.officer] = main.field
        self.window.layers.setCurrentWidget(self._unlock_form)
        self.window.layers.removeWidget(main)
        self._reappear()
        main.put_down()
        main.deleteLater()
        return True

    @Slot(QWidget, QWidget)
    def _focus_moved(self, old: QWidget | None, now: QWidget | None) -> None:
        """What ends behind the lock may move the focus there: the keys stay with what is in sight.

        A PIN would be typed into a form that nobody sees. Where the focus went is where it is after the lock.
        """
        seen = self.window.layers.currentWidget()
        if self.main is None or seen is None or seen is self.main or now is None or not self.main.isAncestorOf(now):
            return
        (old if old is not None and seen.isAncestorOf(old) else seen).setFocus(Qt.FocusReason.OtherFocusReason)

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationSuspended:
            self.lock_whole()


def _nothing(_result: object) -> None:
    """Warming up has no result, and its errors come again when the thing itself is done."""


def _say_why(sheet: LookSheet, error: BaseException) -> None:
    if isValid(sheet):
        sheet.tell(notice_of(error))


def run(composition: Composition) -> int:
    """Open the desktop and stay until its window is closed.

    Returns:
        The exit status.
    """
    app = application()
    collector = Collector()
    desktop = Desktop(app, composition)
    desktop.touched.connect(collector.put_off)
    desktop.start()
    status = app.exec()
    collector.close()
    return status


def application() -> QApplication:
    """The one application of this process, dressed by nobody yet."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    teach_roles()
    app.setApplicationName(TITLE)
    app.setDesktopFileName(PACKAGE)
    app.setStyle("Fusion")
    app.setKeyboardInputInterval(_ONE_WORD_MS)
    _speak_spanish(app)
    return app


def _speak_spanish(app: QApplication) -> None:
    """What Qt itself says (the file dialog, the menu of a field) in Spanish too."""
    if app.findChild(QTranslator) is None:
        translator = QTranslator(app)
        if translator.load("qtbase_es", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(translator)


def _theme(app: QApplication, settings: Settings) -> Theme:
    name: ThemeName
    if settings.theme == "system":
        name = "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    else:
        name = settings.theme
    ratio = app.primaryScreen().devicePixelRatio()
    return load_theme(resources(), name, scale=settings.scale / 100, ratio=ratio)

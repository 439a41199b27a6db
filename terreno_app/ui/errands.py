"""Errands: what takes a person away from an attention for a moment, and leads them back to where they were.

The window shows screens; where an errand begins, what it brings along and where it ends is told here.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Protocol

from PySide6.QtWidgets import QWidget

from terreno_app.domain.fields import Json
from terreno_app.domain.information import Sheet
from terreno_app.services.attentions import Registered
from terreno_app.services.outings import SessionView
from terreno_app.ui.assembly import Stand
from terreno_app.ui.bookmark import Bookmark
from terreno_app.ui.messages import Notice
from terreno_app.ui.screens.attention.notices import registered_notice
from terreno_app.ui.screens.information.presenter import InformationPresenter
from terreno_app.ui.screens.receipt.presenter import ReceiptPresenter

ATTENTION: Final = "attention"
INFORMATION: Final = "information"
RECEIPT: Final = "receipt"
TODAY: Final = "today"
_BACK: Final = {
    ATTENTION: "a la atención",
    RECEIPT: "al comprobante",
    "survey": "a la encuesta",
    "outings": "a Salidas",
    "sync": "a Sincronización",
    "conflicts": "a Conflictos",
    "reports": "a Informes",
    "administration": "a Administración",
}


class Window(Protocol):
    """What an errand needs of the window."""

    @property
    def place(self) -> str:
        """Name of the screen in sight."""
        ...

    def show_place(self, place: str, at: Bookmark | None = None) -> None:
        """Show a screen as it is, perhaps at the very input where the person was."""
        ...

    def go_to(self, place: str) -> None:
        """Show a screen with what it tells read anew."""
        ...

    def back_to_today(self, record: str) -> None:
        """Show today, on the row of a record."""
        ...

    def begin_attention(self, session: SessionView | None, fields: Mapping[str, Json] | None = None) -> None:
        """Show an empty attention, or one that begins with some fields."""
        ...


class LookingUp:
    """Información, from any screen and back to the very input."""

    def __init__(self, stand: Stand, window: Window) -> None:
        self._stand, self._window = stand, window
        self._came_from = ""
        self._left_at = self._attention_left_at = Bookmark()

    def hear(self, information: InformationPresenter) -> None:
        """Do what is asked for on the page of Información."""
        information.given.connect(self._give)
        information.used.connect(self._use)
        information.left.connect(self.leave)

    @property
    def attention_waits(self) -> bool:
        """An attention was on the page when the person went to look something up, or is half written."""
        return self._stand.attention.writing or (self._came_from == ATTENTION and self._stand.attention.begun)

    @property
    def attention_left_at(self) -> Bookmark:
        """The input of the attention that had the keys when the person went elsewhere."""
        return self._attention_left_at

    @property
    def way_back(self) -> str:
        """What leaving does, in words; nothing where it only leads to Hoy."""
        place = self._back_to
        return "" if place == TODAY else f"volver {_BACK.get(place, 'donde estaba')}"

    def passes(self, here: str, there: str, focus: QWidget | None) -> None:
        """The person goes from one screen to another; `focus` had the keys in the first."""
        if here == there:
            return
        if here == ATTENTION:
            self._attention_left_at = Bookmark(focus)
        if there == INFORMATION:
            self._came_from, self._left_at = here, Bookmark(focus)

    def leave(self) -> None:
        """Go back to where the person was."""
        match self._back_to:
            case "today":
                self._window.go_to(TODAY)
            case "attention":
                self._window.show_place(ATTENTION, self._attention_left_at)
            case place:
                self._window.show_place(place, self._left_at)

    @property
    def _back_to(self) -> str:
        if self._came_from not in ("", TODAY, ATTENTION):
            return self._came_from
        return ATTENTION if self.attention_waits else TODAY

    def print_sheet(self, programme: str) -> None:
        """Print the sheet of the programme that is lit in the attention."""
        self._stand.information.print_programme(programme, self._stand.attention_desk)

    def _give(self, sheet: Sheet) -> None:
        if self.attention_waits:
            new = self._stand.attention.give_information(sheet.code)
            self._stand.information.tell_given(sheet, new=new)
        else:
            self._begin_with(sheet)

    def _use(self, sheet: Sheet | None) -> None:
        if not self.attention_waits:
            self._begin_with(sheet)
            return
        if sheet is not None:
            self._stand.attention.give_information(sheet.code)
        self._window.show_place(ATTENTION, self._attention_left_at)

    def _begin_with(self, sheet: Sheet | None) -> None:
        """Begin an attention about a programme whose sheet the person was given; without an open outing, say so."""
        self._window.go_to("today")
        if sheet is None:
            self._stand.today.ask_new()
        else:
            code = sheet.code
            self._stand.today.ask_new({"topic": sheet.topic_code, "programme": code, "information_items": [code]})


class GivingReceipts:
    """The receipt, after a save or from a row of today, and on to what comes next."""

    def __init__(self, stand: Stand, window: Window) -> None:
        self._stand, self._window = stand, window
        self._then: Callable[[], None] = partial(window.back_to_today, "")

    def hear(self, receipt: ReceiptPresenter) -> None:
        """Do what is asked for on the page of Comprobante."""
        receipt.ready.connect(self._show)
        receipt.left.connect(self._leave)

    def of_row(self, record: str) -> None:
        """Show the receipt of an attention of today, and come back to its row."""
        self._then = partial(self._window.back_to_today, record)
        self._stand.receipt.open(record, self._stand.today.tell)

    def after_save(self, registered: Registered, *, another: bool) -> None:
        """The person leaves with their receipt; then the next is attended, or the day is seen."""
        self._then = partial(self.go_on, registered, another=another)
        self._stand.receipt.open(registered.id, partial(self._there_is_none, registered, another=another))

    def go_on(self, registered: Registered, *, another: bool) -> None:
        """What comes after a save: the next attention, or the row of the saved one."""
        if not another:
            self._window.back_to_today(registered.id)
            self._stand.today.tell(registered_notice(registered))
            return
        if not self._stand.attention.writing:
            self._window.begin_attention(self._stand.today.session)  # its clock starts with the next person
        self._stand.attention.tell(registered_notice(registered))

    def _there_is_none(self, registered: Registered, why: Notice, *, another: bool) -> None:
        self.go_on(registered, another=another)
        (self._stand.attention if another else self._stand.today).tell(why)

    def _show(self) -> None:
        if not (self._window.place == ATTENTION and self._stand.attention.writing):  # who types on is not interrupted
            self._window.show_place(RECEIPT)

    def _leave(self) -> None:
        self._then()

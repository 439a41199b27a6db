"""What one screen says to the others: connected when a screen is made, so that none has to be there before its time.

Screens do not know each other. A screen that speaks is heard here, and what it says ends at another screen or at the
window.
"""

from functools import partial, singledispatchmethod
from typing import Final, Protocol

from PySide6.QtCore import QObject

from terreno_app.domain.attention import AttentionDraft
from terreno_app.services.attentions import Registered
from terreno_app.services.outings import SessionView
from terreno_app.ui import errands
from terreno_app.ui.assembly import Office, Stand
from terreno_app.ui.bookmark import Bookmark
from terreno_app.ui.errands import ATTENTION, GivingReceipts, LookingUp
from terreno_app.ui.handing_over import HandingOver
from terreno_app.ui.messages import good_news, warning
from terreno_app.ui.screens.administration.presenter import AdministrationPresenter
from terreno_app.ui.screens.attention.presenter import AttentionPresenter
from terreno_app.ui.screens.conflicts.presenter import ConflictsPresenter
from terreno_app.ui.screens.information.presenter import InformationPresenter
from terreno_app.ui.screens.outings.pages import OutingsDesk
from terreno_app.ui.screens.receipt.presenter import ReceiptPresenter
from terreno_app.ui.screens.reports.presenter import ReportsPresenter
from terreno_app.ui.screens.survey.presenter import SurveyPresenter
from terreno_app.ui.screens.sync.presenter import SyncPresenter
from terreno_app.ui.screens.today.presenter import TodayPresenter

SURVEY: Final = "survey"
REPORTS: Final = "reports"
_ONE_AT_A_TIME: Final = warning(
    "Hay una atención a medio escribir", "", "Guárdela o descártela; después se abre la otra.", "pencil"
)
_THROWN_AWAY: Final = "Borrador descartado"
_CORRECTED: Final = good_news("Corrección guardada", "Está en este equipo; viaja en la próxima entrega.")
_SURVEY_STORED: Final = good_news(
    "La encuesta quedó guardada", "Va sellada al centro: en este equipo nadie puede leerla."
)


class Window(errands.Window, Protocol):
    """What the screens that speak need of the window."""

    def show_conflicts(self, waiting: int) -> None:
        """Say how many conflicts wait for a person."""
        ...

    def resume_draft(self) -> None:
        """Go on with what was left half written."""
        ...

    def ask_look(self) -> None:
        """Another theme or size of text is wanted."""
        ...


class Connections:
    """Hears every screen.

    Args:
        stand: The screens of the square.
        office: The screens of the evening.
        handing: The survey's kiosk.
        window: Shows screens.
    """

    def __init__(self, stand: Stand, office: Office, handing: HandingOver, window: Window) -> None:
        self._stand, self._office, self._handing, self._window = stand, office, handing, window
        self._from_figure = False
        self.looking_up = LookingUp(stand, window)
        self.giving_receipts = GivingReceipts(stand, window)

    @singledispatchmethod
    def hear(self, presenter: QObject) -> None:
        """From now on do what this screen asks for; one that says nothing to the others asks for nothing."""

    @hear.register
    def _(self, today: TodayPresenter) -> None:
        window = self._window
        today.attention_asked.connect(self._forget_figure)
        today.duplicate_asked.connect(self._forget_figure)
        today.attention_asked.connect(window.begin_attention)
        today.attention_opened.connect(self._open_attention)
        today.duplicate_asked.connect(window.begin_attention)
        today.changed.connect(self._recount)
        today.receipt_asked.connect(self.giving_receipts.of_row)
        today.survey_asked.connect(partial(window.go_to, SURVEY))
        today.outings_asked.connect(partial(window.go_to, "outings"))
        today.drafts_asked.connect(self._forget_figure)
        today.drafts_asked.connect(window.resume_draft)

    @hear.register
    def _(self, attention: AttentionPresenter) -> None:
        attention.saved.connect(self._attention_saved)
        attention.corrected.connect(self._attention_corrected)
        attention.left.connect(self._attention_left)
        attention.thrown_away.connect(self._offer_back)
        self._stand.attention_form.sheet_asked.connect(self.looking_up.print_sheet)

    @hear.register
    def _(self, information: InformationPresenter) -> None:
        self.looking_up.hear(information)

    @hear.register
    def _(self, receipt: ReceiptPresenter) -> None:
        self.giving_receipts.hear(receipt)

    @hear.register
    def _(self, outings: OutingsDesk) -> None:
        for said in (outings.opened, outings.closed, outings.changed):
            said.connect(self._outing_changed)
        outings.today_asked.connect(partial(self._window.go_to, "today"))
        outings.drafts_asked.connect(self._go_on_with_draft)

    @hear.register
    def _(self, survey: SurveyPresenter) -> None:
        survey.kiosk_asked.connect(self._handing.offer)
        survey.stored.connect(self._recount)
        survey.left.connect(self._back_to_today)

    @hear.register
    def _(self, sync: SyncPresenter) -> None:
        sync.open_asked.connect(self._mend)

    @hear.register
    def _(self, reports: ReportsPresenter) -> None:
        reports.attention_opened.connect(self._open_from_figure)

    @hear.register
    def _(self, conflicts: ConflictsPresenter) -> None:
        conflicts.counted.connect(self._window.show_conflicts)
        conflicts.resolved.connect(self._recount)

    @hear.register
    def _(self, administration: AdministrationPresenter) -> None:
        administration.look_asked.connect(self._window.ask_look)

    # ------------------------------------------------------------------ what is done

    def _recount(self, _how_many: int = 0) -> None:
        self._office.sync.refresh()

    def _back_to_today(self) -> None:
        self._window.back_to_today("")

    def _forget_figure(self, *_begun: object) -> None:
        self._from_figure = False

    def _attention_left(self) -> None:
        if self._from_figure:
            self._back_to_figure()
        else:
            self._back_to_today()

    def _offer_back(self, key: str, draft: AttentionDraft, session: SessionView | None) -> None:
        """What was thrown away can be had back where the person now is, as long as every other thing that is undone."""
        at_figure = self._window.place == REPORTS
        desk = self._office.reports if at_figure else self._stand.today
        desk.offer_back(_THROWN_AWAY, partial(self._bring_back, key, draft, session, at_figure=at_figure))

    def _bring_back(self, key: str, draft: AttentionDraft, session: SessionView | None, *, at_figure: bool) -> None:
        self._from_figure = at_figure
        self._window.show_place(ATTENTION)
        self._stand.attention.bring_back(key, draft, session)

    def _back_to_figure(self) -> None:
        """Show the attentions of the figure, as the person left them."""
        self._forget_figure()
        self._window.show_place(REPORTS, Bookmark(self._office.reports_form.drill_page.table))

    def _open_from_figure(self, record: str) -> None:
        is_free = not self._stand.attention.writing
        self._mend(ATTENTION, record)
        self._from_figure = is_free

    def _open_attention(self, record: str) -> None:
        self._forget_figure()
        self._stand.attention.open(record)
        self._window.show_place(ATTENTION)

    def _mend(self, kind: str, record: str) -> None:
        if kind != "attention":
            return
        if self._stand.attention.writing:
            self._window.show_place(ATTENTION)
            self._stand.attention.tell(_ONE_AT_A_TIME)
        else:
            self._open_attention(record)

    def _attention_saved(self, registered: Registered, another: bool) -> None:  # noqa: FBT001  the signal's argument
        self._recount()
        if registered.due_on is not None:
            self.giving_receipts.after_save(registered, another=another)
        elif not another:
            self.giving_receipts.go_on(registered, another=False)

    def _attention_corrected(self, record: str) -> None:
        self._recount()
        if self._from_figure:
            self._back_to_figure()
            self._office.reports_form.tell(_CORRECTED)
        else:
            self._window.back_to_today(record)
            self._stand.today.tell(_CORRECTED)

    def _go_on_with_draft(self) -> None:
        if self._stand.attention.writing:
            self._window.show_place(ATTENTION)
        else:
            self._window.resume_draft()

    def _outing_changed(self, _session: SessionView) -> None:
        self._stand.today.refresh()
        self._recount()

    def survey_ended(self, attention: str, *, stored: bool) -> None:
        """The officer has the laptop again; without an answer they say why there is none."""
        if stored:
            self._window.back_to_today(attention)
            self._stand.today.tell(_SURVEY_STORED)
        else:
            self._window.show_place(SURVEY)
            self._stand.survey.not_handed_in(attention)

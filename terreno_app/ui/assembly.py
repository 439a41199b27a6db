"""Every screen of an open laptop: made with its presenter when it is first asked for, and introduced to the others.

How they work together is told by whoever they are introduced to.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QWidget

from terreno_app.domain.clock import santiago_day
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.information import Information
from terreno_app.services.readiness import LOOKED_AT
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui.messages import Notice
from terreno_app.ui.printers import installed
from terreno_app.ui.printing import PaperDesk
from terreno_app.ui.screens.administration.form import AdministrationForm
from terreno_app.ui.screens.administration.presenter import AdministrationPresenter
from terreno_app.ui.screens.administration.published_presenter import PublishedPresenter
from terreno_app.ui.screens.attention.form import AttentionForm
from terreno_app.ui.screens.attention.presenter import AttentionPresenter
from terreno_app.ui.screens.conflicts.form import ConflictsForm
from terreno_app.ui.screens.conflicts.presenter import ConflictsPresenter
from terreno_app.ui.screens.goals.edit_form import EditForm
from terreno_app.ui.screens.goals.form import GoalsForm
from terreno_app.ui.screens.goals.offered import goals_offered
from terreno_app.ui.screens.goals.pages import GoalsPages
from terreno_app.ui.screens.goals.presenter import GoalsPresenter, years_offered
from terreno_app.ui.screens.goals.wording import GoalWords
from terreno_app.ui.screens.information.form import InformationForm
from terreno_app.ui.screens.information.presenter import InformationPresenter
from terreno_app.ui.screens.outings.close_form import CloseForm
from terreno_app.ui.screens.outings.close_presenter import ClosePresenter
from terreno_app.ui.screens.outings.day_form import DayForm
from terreno_app.ui.screens.outings.day_presenter import DayPresenter
from terreno_app.ui.screens.outings.form import OutingsForm
from terreno_app.ui.screens.outings.pages import OutingsDesk, OutingsPages
from terreno_app.ui.screens.outings.plan_form import PlanForm
from terreno_app.ui.screens.outings.plan_presenter import Comunas, PlanPresenter
from terreno_app.ui.screens.outings.presenter import OutingsPresenter
from terreno_app.ui.screens.outings.ready_form import ReadyForm
from terreno_app.ui.screens.outings.ready_presenter import ReadyPresenter
from terreno_app.ui.screens.receipt.form import ReceiptForm
from terreno_app.ui.screens.receipt.presenter import ReceiptPresenter
from terreno_app.ui.screens.reports.asked import offer, periods_of
from terreno_app.ui.screens.reports.form import ReportsForm
from terreno_app.ui.screens.reports.presenter import Desk, ReportsPresenter
from terreno_app.ui.screens.reports.wording import ReportWords
from terreno_app.ui.screens.survey.form import SurveyForm
from terreno_app.ui.screens.survey.presenter import SurveyPresenter, reasons_offered
from terreno_app.ui.screens.sync.form import SyncForm
from terreno_app.ui.screens.sync.presenter import SyncPresenter
from terreno_app.ui.screens.sync.stick import StickPresenter
from terreno_app.ui.screens.today.form import TodayForm
from terreno_app.ui.screens.today.presenter import TodayPresenter
from terreno_app.ui.session import Session
from terreno_app.ui.surroundings import Surroundings

P = TypeVar("P", bound=QObject)
AskPath: TypeAlias = Callable[[str], Path | None]
Introduce: TypeAlias = Callable[[str, QWidget, QObject], None]
"""Takes in a screen that was just made: its name, its page and its presenter."""


class Writable(Protocol):
    """A screen on which something may be half written that is no attention.

    Signals:
        half_written_changed: Some of it was typed, chosen, saved or thrown away.
    """

    half_written_changed: SignalInstance

    @property
    def half_written(self) -> Sequence[HalfWritten]:
        """What stands there and is saved nowhere, for each record that it is about."""
        ...

    def come_back(self, left: HalfWritten) -> None:
        """Put back what was left there."""
        ...


class Screens:
    """What the screens of the square and those of the evening have in common.

    Args:
        session: The open laptop.
        around: What else the window is given.
        ask_path: Asks where a file goes.
        introduce: Called once for each screen, when it is made.
    """

    def __init__(self, session: Session, around: Surroundings, ask_path: AskPath, introduce: Introduce) -> None:
        self._session, self._around = session, around
        self._ask_path, self._introduce = ask_path, introduce

    def writable(self) -> dict[str, Callable[[], Writable]]:
        """What makes each screen on which something may be half written, by its name."""
        return {}

    def written(self) -> dict[str, Writable]:
        """Those of them that are made; a screen that nobody asked for holds nothing."""
        return {name: made() for name, made in self.writable().items() if self._is_made(name)}

    def _introduced(self, name: str, page: QWidget, presenter: P) -> P:
        self._introduce(name, page, presenter)
        return presenter

    def _is_made(self, name: str) -> bool:
        return name in vars(self)

    def _desk(self, tell: Callable[[Notice], None]) -> PaperDesk:
        session = self._session
        return PaperDesk(session.publisher, session.printer, self._ask_path, tell, self._around.runner)


class Stand(Screens):
    """The screens of the square."""

    def makers(self) -> dict[str, Callable[[], QObject]]:
        """What makes each screen, by its name."""
        return {
            "today": lambda: self.today,
            "attention": lambda: self.attention,
            "information": lambda: self.information,
            "receipt": lambda: self.receipt,
            "outings": lambda: self.outings,
            "survey": lambda: self.survey,
        }

    def writable(self) -> dict[str, Callable[[], Writable]]:
        """What makes each screen on which something may be half written, by its name."""
        return {"today": lambda: self.today, "outings": lambda: self.outings}

    def put_down(self) -> None:
        """Keep what is being written; a screen that nobody asked for holds nothing."""
        self.attention.keep_draft()
        if self._is_made("outings"):
            self.outings.put_down()

    @cached_property
    def today(self) -> TodayPresenter:
        """Hoy."""
        session, form = self._session, self.today_form
        made = TodayPresenter(
            form,
            session.attentions,
            session.outings,
            session.catalogues,
            session.clock,
            self._around.runner,
            session.person,
        )
        return self._introduced("today", form, made)

    @cached_property
    def today_form(self) -> TodayForm:
        """Its page."""
        return TodayForm(self._around.theme)

    @cached_property
    def attention(self) -> AttentionPresenter:
        """Atención."""
        session, form = self._session, self.attention_form
        made = AttentionPresenter(
            form,
            session.attentions,
            session.catalogues,
            BusinessCalendar(session.catalogues.holidays),
            session.clock,
            self._around.new_id,
            self._around.runner,
            session.person,
        )
        return self._introduced("attention", form, made)

    @cached_property
    def attention_form(self) -> AttentionForm:
        """Its page."""
        return AttentionForm(self._around.theme, self._session.catalogues, self._session.laptop.region)

    @cached_property
    def attention_desk(self) -> PaperDesk:
        """Where it takes its pages."""
        return self._desk(self.attention_form.tell)

    @cached_property
    def information(self) -> InformationPresenter:
        """Información."""
        session, form = self._session, self.information_form
        made = InformationPresenter(
            form,
            Information(session.catalogues),
            session.attentions,
            session.outings,
            self._desk(form.tell),
            session.clock,
            self._around.runner,
        )
        return self._introduced("information", form, made)

    @cached_property
    def information_form(self) -> InformationForm:
        """Its page."""
        return InformationForm(self._around.theme)

    @cached_property
    def receipt(self) -> ReceiptPresenter:
        """Comprobante."""
        session, form = self._session, self.receipt_form
        runner, desk = self._around.runner, self._desk(form.tell)
        made = ReceiptPresenter(form, session.receipts, desk, session.clock, runner, session.person)
        return self._introduced("receipt", form, made)

    @cached_property
    def receipt_form(self) -> ReceiptForm:
        """Its page."""
        return ReceiptForm(self._around.theme)

    @cached_property
    def outings(self) -> OutingsDesk:
        """Salidas."""
        session, around, pages = self._session, self._around, self.outings_pages
        laptop, person, runner = session.laptop, session.person, around.runner
        printers = around.printers or installed
        made = OutingsDesk(
            pages,
            OutingsPresenter(pages.listed, session.outings, laptop, runner),
            ReadyPresenter(pages.ready, session.readiness, session.outings, person, runner, printers),
            PlanPresenter(pages.plan, session.paper, laptop, session.clock, person, runner),
            DayPresenter(pages.day, session.outings, person, runner),
            ClosePresenter(
                pages.closing,
                session.outings,
                session.actas,
                session.attentions,
                session.keys,
                session.publisher,
                person,
                runner,
                self._ask_path,
            ),
        )
        return self._introduced("outings", pages, made)

    @cached_property
    def outings_pages(self) -> OutingsPages:
        """Its pages."""
        theme, catalogues = self._around.theme, self._session.catalogues
        place_types = [(one.code, one.label) for one in catalogues.lists["place_type"]]
        comunas = Comunas(catalogues, self._session.laptop.region)
        return OutingsPages(
            OutingsForm(theme),
            ReadyForm(theme, LOOKED_AT),
            PlanForm(theme, comunas.search, place_types),
            DayForm(theme),
            CloseForm(theme),
        )

    @cached_property
    def survey(self) -> SurveyPresenter:
        """Encuesta, the officer's side."""
        session, form = self._session, self.survey_form
        runner, catalogues = self._around.runner, session.catalogues
        made = SurveyPresenter(form, session.survey, catalogues, session.clock, runner, session.person)
        return self._introduced("survey", form, made)

    @cached_property
    def survey_form(self) -> SurveyForm:
        """Its page."""
        return SurveyForm(self._around.theme, reasons_offered(self._session.catalogues))


class Office(Screens):
    """The screens of the evening.

    Args:
        session: The open laptop.
        around: What else the window is given.
        ask_path: Asks where a file goes.
        ask_file: Asks which file of a stick to open.
        ask_questionnaire: Asks which questionnaire to publish.
        introduce: Called once for each screen, when it is made.
    """

    def __init__(
        self,
        session: Session,
        around: Surroundings,
        ask_path: AskPath,
        ask_file: Callable[[], Path | None],
        ask_questionnaire: Callable[[], Path | None],
        introduce: Introduce,
    ) -> None:
        super().__init__(session, around, ask_path, introduce)
        self._ask_file, self._ask_questionnaire = ask_file, ask_questionnaire

    def makers(self) -> dict[str, Callable[[], QObject]]:
        """What makes each screen, by its name; goals are for coordination."""
        goals: dict[str, Callable[[], QObject]] = {"goals": lambda: self.goals}
        return {
            **(goals if self._session.laptop.coordinates else {}),
            "sync": lambda: self.sync,
            "conflicts": lambda: self.conflicts,
            "reports": lambda: self.reports,
            "administration": lambda: self.administration,
        }

    def writable(self) -> dict[str, Callable[[], Writable]]:
        """What makes each screen on which something may be half written, by its name."""
        goals: dict[str, Callable[[], Writable]] = {"goals": lambda: self.goals}
        return {**(goals if self._session.laptop.coordinates else {}), "conflicts": lambda: self.conflicts}

    def read_conflicts(self) -> None:
        """Read again what waits, where it was shown; a page that was never asked for reads it when it is."""
        if self._is_made("conflicts"):
            self.conflicts.refresh()

    @cached_property
    def sync(self) -> SyncPresenter:
        """Sincronización, by the network and by stick."""
        session, form, runner = self._session, self.sync_form, self._around.runner
        laptop, clock = session.laptop, session.clock
        made = SyncPresenter(form, session.sync_day, session.status, laptop, clock, runner)
        StickPresenter(form, made, session.bundles, laptop, clock, runner, self._ask_path, self._ask_file)
        return self._introduced("sync", form, made)

    @cached_property
    def sync_form(self) -> SyncForm:
        """Its page."""
        return SyncForm(self._around.theme)

    @cached_property
    def conflicts(self) -> ConflictsPresenter:
        """Conflictos."""
        session, form, around = self._session, self.conflicts_form, self._around
        laptop, person = session.laptop, session.person
        made = ConflictsPresenter(
            form, session.conflicts, session.catalogues, laptop, person, around.people, around.runner
        )
        return self._introduced("conflicts", form, made)

    @cached_property
    def conflicts_form(self) -> ConflictsForm:
        """Its page."""
        return ConflictsForm(self._around.theme)

    @cached_property
    def reports(self) -> ReportsPresenter:
        """Informes."""
        session, form = self._session, self.reports_form
        desk = Desk(session.laptop, session.person, session.clock, self._ask_path)
        words = ReportWords(session.catalogues)
        made = ReportsPresenter(
            form,
            session.reports,
            session.closes,
            session.drilling,
            session.publisher,
            words,
            desk,
            self._around.runner,
        )
        return self._introduced("reports", form, made)

    @cached_property
    def reports_form(self) -> ReportsForm:
        """Its page."""
        session = self._session
        today = santiago_day(session.clock.now()).isoformat()
        offered = offer(session.catalogues, session.laptop)
        return ReportsForm(self._around.theme, offered, partial(periods_of, today=today))

    @cached_property
    def goals(self) -> GoalsPresenter:
        """Metas."""
        session, pages = self._session, self.goals_pages
        words = GoalWords(session.catalogues, session.laptop.region)
        made = GoalsPresenter(
            pages, session.goals, session.reports, words, session.clock, session.person, self._around.runner
        )
        return self._introduced("goals", pages, made)

    @cached_property
    def goals_pages(self) -> GoalsPages:
        """Its pages."""
        session, theme = self._session, self._around.theme
        offered = goals_offered(session.catalogues, session.laptop)
        listed = GoalsForm(theme, years_offered(session.clock), offered.spaces, offered.metrics)
        return GoalsPages(listed, EditForm(theme, offered))

    @cached_property
    def administration(self) -> AdministrationPresenter:
        """Administración."""
        session, form, runner = self._session, self.administration_form, self._around.runner
        laptop, person = session.laptop, session.person
        made = AdministrationPresenter(form, session.keys, laptop, person, runner)
        listed = PublishedPresenter(
            form.published, session.paper, session.catalogues, laptop, person, runner, self._ask_questionnaire
        )
        made.refreshed.connect(listed.refresh)
        return self._introduced("administration", form, made)

    @cached_property
    def administration_form(self) -> AdministrationForm:
        """Its page."""
        return AdministrationForm(self._around.theme)

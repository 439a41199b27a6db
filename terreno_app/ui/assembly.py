"""Makes every screen of an open laptop, each with its presenter. How they work together is told by the window."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.information import Information
from terreno_app.services.readiness import LOOKED_AT
from terreno_app.ui.messages import Notice
from terreno_app.ui.printers import installed
from terreno_app.ui.printing import PaperDesk
from terreno_app.ui.screens.administration.form import AdministrationForm
from terreno_app.ui.screens.administration.presenter import AdministrationPresenter
from terreno_app.ui.screens.attention.form import AttentionForm
from terreno_app.ui.screens.attention.presenter import AttentionPresenter
from terreno_app.ui.screens.conflicts.form import ConflictsForm
from terreno_app.ui.screens.conflicts.presenter import ConflictsPresenter
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
from terreno_app.ui.screens.reports.form import ReportsForm
from terreno_app.ui.screens.reports.presenter import SPACES, ReportsPresenter, periods_offered
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


@dataclass(frozen=True, slots=True)
class Stand:
    """The screens of the square."""

    today_form: TodayForm
    today: TodayPresenter
    attention_form: AttentionForm
    attention: AttentionPresenter
    information_form: InformationForm
    information: InformationPresenter
    receipt_form: ReceiptForm
    receipt: ReceiptPresenter
    outings_pages: OutingsPages
    outings: OutingsDesk
    attention_desk: PaperDesk
    survey_form: SurveyForm
    survey: SurveyPresenter

    def pages(self) -> dict[str, QWidget]:
        """The pages by name."""
        return {
            "today": self.today_form,
            "attention": self.attention_form,
            "information": self.information_form,
            "receipt": self.receipt_form,
            "outings": self.outings_pages,
            "survey": self.survey_form,
        }


@dataclass(frozen=True, slots=True)
class Office:
    """The screens of the evening."""

    sync_form: SyncForm
    sync: SyncPresenter
    stick: StickPresenter
    conflicts_form: ConflictsForm
    conflicts: ConflictsPresenter
    reports_form: ReportsForm
    reports: ReportsPresenter
    administration_form: AdministrationForm
    administration: AdministrationPresenter

    def pages(self) -> dict[str, QWidget]:
        """The pages by name."""
        return {
            "sync": self.sync_form,
            "conflicts": self.conflicts_form,
            "reports": self.reports_form,
            "administration": self.administration_form,
        }


def stand(session: Session, around: Surroundings, ask_path: Callable[[str], Path | None]) -> Stand:
    """Make the screens of the square; `ask_path` asks where a file goes."""
    catalogues, clock, runner, person = session.catalogues, session.clock, around.runner, session.person
    today_form = TodayForm(around.theme)
    attention_form = AttentionForm(around.theme, catalogues, session.laptop.region)
    information_form = InformationForm(around.theme)
    receipt_form = ReceiptForm(around.theme)
    outings_pages, outings = _outings(session, around, ask_path)
    survey_form = SurveyForm(around.theme, reasons_offered(catalogues))

    def desk(tell: Callable[[Notice], None]) -> PaperDesk:
        return PaperDesk(session.publisher, session.printer, ask_path, tell, runner)

    calendar = BusinessCalendar(catalogues.holidays)
    return Stand(
        today_form,
        TodayPresenter(today_form, session.attentions, session.outings, catalogues, clock, runner, person),
        attention_form,
        AttentionPresenter(
            attention_form, session.attentions, catalogues, calendar, clock, around.new_id, runner, person
        ),
        information_form,
        InformationPresenter(
            information_form,
            Information(catalogues),
            session.attentions,
            session.outings,
            desk(information_form.tell),
            clock,
            runner,
        ),
        receipt_form,
        ReceiptPresenter(receipt_form, session.receipts, desk(receipt_form.tell), clock, runner, person),
        outings_pages,
        outings,
        desk(attention_form.tell),
        survey_form,
        SurveyPresenter(survey_form, session.survey, catalogues, clock, runner, person),
    )


def _outings(
    session: Session, around: Surroundings, ask_path: Callable[[str], Path | None]
) -> tuple[OutingsPages, OutingsDesk]:
    laptop, person, runner = session.laptop, session.person, around.runner
    place_types = [(one.code, one.label) for one in session.catalogues.lists["place_type"]]
    comunas = Comunas(session.catalogues, laptop.region)
    pages = OutingsPages(
        OutingsForm(around.theme),
        ReadyForm(around.theme, LOOKED_AT),
        PlanForm(around.theme, comunas.search, place_types),
        DayForm(around.theme),
        CloseForm(around.theme),
    )
    desk = OutingsDesk(
        pages,
        OutingsPresenter(pages.listed, session.outings, laptop, runner),
        ReadyPresenter(pages.ready, session.readiness, session.outings, person, runner, around.printers or installed),
        PlanPresenter(pages.plan, session.paper, laptop, session.clock, person, runner),
        DayPresenter(pages.day, session.outings, person, runner),
        ClosePresenter(
            pages.closing,
            session.outings,
            session.actas,
            session.keys,
            session.publisher,
            person,
            runner,
            ask_path,
        ),
    )
    return pages, desk


def office(
    session: Session,
    around: Surroundings,
    ask_path: Callable[[str], Path | None],
    ask_file: Callable[[], Path | None],
) -> Office:
    """Make the screens of the evening; `ask_path` asks where a file goes, `ask_file` which one to open."""
    catalogues, clock, runner = session.catalogues, session.clock, around.runner
    sync_form = SyncForm(around.theme)
    conflicts_form = ConflictsForm(around.theme)
    words = ReportWords(catalogues)
    reports_form = ReportsForm(around.theme, periods_offered(clock), words.spaces(SPACES))
    administration_form = AdministrationForm(around.theme)
    sync = SyncPresenter(sync_form, session.sync_day, session.status, session.laptop, clock, runner)
    return Office(
        sync_form,
        sync,
        StickPresenter(sync_form, sync, session.bundles, session.laptop, clock, runner, ask_path, ask_file),
        conflicts_form,
        ConflictsPresenter(
            conflicts_form, session.conflicts, catalogues, session.laptop, session.person, around.people, runner
        ),
        reports_form,
        ReportsPresenter(reports_form, session.reports, session.publisher, words, clock, runner, ask_path),
        administration_form,
        AdministrationPresenter(administration_form, session.keys, session.laptop, session.person, runner),
    )

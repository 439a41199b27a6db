"""Small services with memory for the screens of the office, and builders of the values they give."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.outlines import Outlines
from terreno_app.domain.receipt import Receipt, Term
from terreno_app.domain.reports.closing import Addendum
from terreno_app.domain.reports.drill import Figure
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.suppression import for_the_public
from terreno_app.domain.reports.trend import MonthFigure
from terreno_app.paths import resources
from terreno_app.services.attentions import AttentionRow
from terreno_app.services.bundles import Exported
from terreno_app.services.closes import Closed
from terreno_app.services.conflicts import ConflictView, History
from terreno_app.services.drilling import Drilled
from terreno_app.services.errors import ServiceError
from terreno_app.services.goals import ShownGoal, ShownRemark
from terreno_app.services.laptop import Person
from terreno_app.services.status import StatusView
from terreno_app.services.sync_day import Delivery, SyncProblem
from terreno_app.services.unfinished import HalfWritten
from terreno_app.services.updates import UpdateStatus
from terreno_app.settings import Settings
from terreno_app.storage.errors import DiskFullError
from terreno_app.storage.public_languages import load_public_languages
from terreno_app.ui.main_window import MainWindow
from terreno_app.ui.surroundings import Surroundings
from tests.ui.asked import FakeSurvey
from tests.ui.outing_day import FakeActas, FakeDay, FakePaper, FakeReadiness
from tests.ui.stand import FakeAttentions
from tests.ui.views import (
    A_PAGE,
    IVAN,
    MARCELA,
    NOW,
    PAULA,
    PEOPLE,
    a_laptop,
    a_report,
    a_status,
    an_outing,
    catalogues,
)


class StoppedClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def pass_by(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class PatientRunner(QObject):
    """Keeps work until the test lets it run; then it answers at once."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], Any], Callable[[BaseException], Any]]] = []
        self.closed = False

    def run(self, work: Callable[[], Any], done: Callable[[Any], Any], failed: Callable[[BaseException], Any]) -> None:
        self.waiting.append((work, done, failed))

    def let_run(self) -> None:
        while self.waiting:
            self.let_one_run()

    def let_one_run(self) -> None:
        work, done, failed = self.waiting.pop(0)
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001  handed over, as the real one does
            failed(error)
            return
        done(answer)

    def close(self, *, wait: bool = True) -> None:
        self.closed = True
        self.waiting.clear()


@dataclass
class FakeStatus:
    view: StatusView

    def now(self) -> StatusView:
        return self.view


@dataclass(frozen=True)
class Step:
    step: str
    done: int = 0
    total: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Told:
    code: str
    message: str = ""


@dataclass(frozen=True)
class Outcome:
    sent: int = 0
    conflicts: int = 0
    received: int = 0
    own: int = 0
    pending: int = 0
    warnings: tuple[Told, ...] = ()


class FakeSyncDay:
    """Tells its steps and ends as it was told to."""

    def __init__(self, ends: Outcome | Exception | None = None, steps: Iterable[Step] = ()) -> None:
        self.ends: Outcome | Exception = ends or Outcome(sent=26, received=12)
        self.steps = tuple(steps)
        self.runs = 0
        self.receipts: list[Delivery] = []
        self.quarantine: list[SyncProblem] = []

    def run(self, progress: Callable[[Any], None], should_stop: Callable[[], bool]) -> Outcome:
        self.runs += 1
        for step in self.steps:
            if should_stop():
                return Outcome(warnings=(Told("stopped"),))
            progress(step)
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends

    def deliveries(self) -> tuple[Delivery, ...]:
        return tuple(self.receipts)

    def problems(self) -> tuple[SyncProblem, ...]:
        return tuple(self.quarantine)


class FakeBundles:
    """Saves and receives as it was told to, and remembers the files."""

    def __init__(self) -> None:
        self.ends: Outcome | Exception = Outcome(sent=26, received=12)
        self.left = 0
        self.steps: tuple[Step, ...] = ()
        self.files: list[tuple[str, Path]] = []

    def export(
        self, file: Path, progress: Callable[[Any], None], should_stop: Callable[[], bool], *, replace: bool
    ) -> Exported:
        assert replace
        self._do("save", file, progress, should_stop)
        return Exported(file, 2, 26, 4_000, self.left)

    def receive(self, file: Path, progress: Callable[[Any], None], should_stop: Callable[[], bool]) -> Outcome:
        self._do("receive", file, progress, should_stop)
        assert isinstance(self.ends, Outcome)
        return self.ends

    def _do(self, what: str, file: Path, progress: Callable[[Any], None], should_stop: Callable[[], bool]) -> None:
        self.files.append((what, file))
        for step in self.steps:
            progress(step)
        if should_stop():
            raise ServiceError("stopped")
        if isinstance(self.ends, Exception):
            raise self.ends


class FakeConflicts:
    """Holds conflicts; a resolved one is open no longer."""

    def __init__(self, *open_ones: ConflictView) -> None:
        self.views = list(open_ones)
        self.decided: list[tuple[str, str | None, dict[str, Any] | None, str]] = []
        self.refuses: dict[str, ServiceError] = {}
        self.told = History((), complete=False)

    def open(self) -> tuple[ConflictView, ...]:
        return tuple(self.views)

    def resolve(
        self,
        conflict: ConflictView,
        author: str,
        *,
        keep: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> str:
        if conflict.id in self.refuses:
            raise self.refuses[conflict.id]
        self.decided.append((conflict.id, keep, dict(values) if values else None, author))
        self.views = [view for view in self.views if view.id != conflict.id]
        return f"op-of-{conflict.id}"

    def history(self, kind: str, record: str) -> History:
        return self.told


class FakePublisher:
    """Remembers what it printed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.saved: list[tuple[Any, Path]] = []
        self.forms: list[str] = []
        self.languages: list[str] = []
        self.land: Outlines = {}
        self.error = error

    def outlines(self, region: str | None) -> Outlines:
        return self.land if region == "13" else {}

    def save(self, report: Any, path: Path, form: str, trend: Sequence[MonthFigure] = ()) -> None:
        self.forms.append(form)
        self._keep(report, path)

    def _keep(self, what: Any, path: Path) -> None:
        if self.error is not None:
            raise self.error
        self.saved.append((what, path))

    def save_acta(self, sheet: Any, path: Path) -> None:
        self._keep(sheet, path)

    def acta_pictures(self, sheet: Any) -> tuple[bytes, ...]:
        return (A_PAGE,)

    def sheet_pdf(self, sheet: Any, printed_at: str) -> bytes:
        return f"{sheet.title} {printed_at}".encode()

    def receipt_pdf(self, receipt: Any, size: str, printed_at: str) -> bytes:
        self.languages.append(receipt.language.code)
        return f"{receipt.folio} {size} {printed_at}".encode()

    def write(self, pdf: bytes, path: Path) -> None:
        self._keep(pdf, path)


class FakeReceipts:
    """Gives the receipt that it keeps, or says why there is none."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.languages = tuple(one.receipt for one in load_public_languages(resources()))
        self.receipt_kept = Receipt(
            language=self.languages[0],
            folio="T07-2026-000148-6",
            received_at="2026-11-21T16:21:00.000Z",
            place="Feria Libre Lo Valledor, Pedro Aguirre Cerda",
            type=Term("complaint", "Reclamo"),
            about="Cédula de identidad. Servicio de Registro Civil e Identificación",
            person="Ramón Quilodrán Vera",
            due_on="2026-12-04",
            business_days=10,
            answer_by=("by_email", {"address": "ra•••@correo.cl"}),
            attended_by="Marcela Soto Henríquez",
            contacts=catalogues().contact_facts.entries,
            privacy=Term(catalogues().privacy_notice, catalogues().privacy_words),
        )

    def receipt(self, attention: str, officer: str) -> Receipt:
        self.asked.append((attention, officer))
        if self.error is not None:
            raise self.error
        return self.receipt_kept


class FakePrinter:
    """Remembers what it printed, or says why it did not."""

    def __init__(self) -> None:
        self.printed: list[tuple[bytes, str, str]] = []
        self.error: Exception | None = None

    def print_pdf(self, pdf: bytes, title: str, media: str = "") -> str:
        if self.error is not None:
            raise self.error
        self.printed.append((pdf, title, media))
        return "Oficina"


class FakeReports:
    """Answers each month with the report it was given for it, and other reports by their name."""

    def __init__(self, *reports: Any) -> None:
        self.reports = {report.period: report for report in reports}
        self.others: dict[str, Report] = {}
        self.asked: list[tuple[str, str, str | None]] = []
        self.regions: list[str | None] = []
        self.months: tuple[MonthFigure, ...] = ()
        self.error: Exception | None = None

    def build(
        self,
        name: str,
        period: str,
        space: str | None = None,
        region: str | None = "device",
        source: str = "local",
        *,
        public: bool = False,
    ) -> Report:
        self.asked.append((name, period, space))
        self.regions.append(region)
        if self.error is not None:
            raise self.error
        found = self.others.get(name) or self.reports.get(period) or a_report(period=period, empty=True)
        return for_the_public(found) if public else found

    def trend(self, report: Report) -> tuple[MonthFigure, ...]:
        return self.months


class FakeCloses:
    """Closes a month of the reports beside it, once."""

    def __init__(self, reports: FakeReports) -> None:
        self._reports = reports
        self.closed: list[tuple[str, str, str | None]] = []
        self.late = 0
        self.told: Addendum | None = None

    def close(self, period: str, author: str, region: str | None = "device", source: str = "local") -> Closed:
        report = self._reports.reports[period]
        told = {"at": "2026-12-01T12:00:00.000Z", "digest": report.digest, "agrees": True}
        self._reports.reports[period] = replace(report, cut_off={**report.cut_off, "closed": told})
        self.closed.append((period, author, region))
        return Closed("close-1", report.digest, self.late)

    def addendum(self, period: str, region: str | None = "device", source: str = "local") -> Addendum:
        assert self.told is not None
        return self.told


class FakeDrilling:
    """Gives the attentions that it was given for any figure."""

    def __init__(self, *rows: AttentionRow) -> None:
        self.rows = rows
        self.asked: list[Figure] = []

    def of(self, report: Report, figure: Figure) -> Drilled:
        self.asked.append(figure)
        return Drilled(len(self.rows), self.rows)


class FakeGoals:
    """Goals in memory; one superseded is in force no longer."""

    def __init__(self, *held: ShownGoal) -> None:
        self.held = list(held)
        self.remarks: dict[tuple[str, str], ShownRemark] = {}
        self.of_none = 0
        self.done: list[tuple[str, Any]] = []
        self.error: Exception | None = None

    def of_year(self, year: int) -> tuple[ShownGoal, ...]:
        return tuple(goal for goal in self.held if goal.fields["year"] == year)

    def define(self, fields: Mapping[str, Any], author: str, region: str | None = None) -> str:
        self._do("define", (dict(fields), author, region))
        self.held.append(ShownGoal("made", region or "13", dict(fields), {}))
        return "made"

    def supersede(self, goal: str, target: int, author: str) -> str:
        self._do("supersede", (goal, target, author))
        (old,) = (one for one in self.held if one.id == goal)
        self.held.remove(old)
        self.held.append(ShownGoal(f"{goal}-2", old.region, {**old.fields, "target": target}, {}))
        return f"{goal}-2"

    def approve(self, goal: ShownGoal, approved_by: str, author: str) -> str:
        self._do("approve", (goal.id, approved_by, author))
        told = {"approved_by": approved_by, "approved_on": "2026-11-21"}
        self.held[self.held.index(goal)] = ShownGoal(goal.id, goal.region, {**goal.fields, **told}, {})
        return "op"

    def remark(self, goal: str, period: str) -> ShownRemark:
        return self.remarks.get((goal, period), ShownRemark(goal, period))

    def said_of_none(self, year: int) -> int:
        return self.of_none

    def explain(self, remark: ShownRemark, reason: str, measure: str, author: str) -> str:
        self._do("explain", (remark.goal, remark.period, reason, measure, author))
        told = replace(remark, reason=reason, measure=measure, seen={"reason": "op", "measure": "op"})
        self.remarks[remark.goal, remark.period] = told
        return remark.goal

    def _do(self, what: str, how: Any) -> None:
        if self.error is not None:
            raise self.error
        self.done.append((what, how))


class FakeKeys:
    """One phrase signs; others are counted."""

    PHRASE = "cinco palabras de prueba hoy"

    def __init__(self) -> None:
        self.failures = 0
        self.holding = [PAULA, Person(MARCELA, PEOPLE[MARCELA])]
        self.waiting = [Person(IVAN, PEOPLE[IVAN])]
        self.proposed = 0
        self.error: Exception | None = None

    def holders(self) -> tuple[Person, ...]:
        return tuple(self.holding)

    def without(self) -> tuple[Person, ...]:
        return tuple(self.waiting)

    def person(self, officer: str) -> Person:
        return Person(officer, PEOPLE.get(officer, officer))

    def propose(self) -> str:
        self.proposed += 1
        return f"abeja brasa cielo dedo {self.proposed}"

    def add(self, officer: str, passphrase: str) -> Person:
        if self.error is not None:
            raise self.error
        (person,) = (one for one in self.waiting if one.id == officer)
        self.waiting.remove(person)
        self.holding.append(person)
        return person

    def check(self, passphrase: str) -> None:
        if passphrase != self.PHRASE:
            self.failures += 1
            raise ServiceError("wrong_passphrase")

    def delay_s(self) -> int:
        return 2 if self.failures > 2 else 0


class KeptAttentions(FakeAttentions):
    """Attentions whose drafts can be read again."""

    def drafts(self) -> dict[str, AttentionDraft]:
        self._break()
        return dict(self.kept)


class FakeUnfinished:
    """Half written pages in memory."""

    def __init__(self) -> None:
        self.kept: tuple[HalfWritten, ...] = ()

    @property
    def pages(self) -> dict[str, HalfWritten]:
        return {left.page: left for left in self.kept}

    def save_draft(self, key: str, pages: Sequence[HalfWritten]) -> None:
        self.kept = tuple(pages)

    def drafts(self) -> tuple[HalfWritten, ...]:
        return self.kept


class FakeCentre:
    """Answers or does not."""

    def __init__(self) -> None:
        self.online: bool | Exception = True

    def answers(self) -> bool:
        if isinstance(self.online, Exception):
            raise self.online
        return self.online


class FakeShelf:
    """Backups in memory."""

    def __init__(self) -> None:
        self.asked = 0
        self.full = False

    def put_if_due(self) -> None:
        self.asked += 1
        if self.full:
            raise DiskFullError


class FakeUpdates:
    """Versions in memory."""

    def __init__(self) -> None:
        self.now = UpdateStatus("1.0.0", None, None, None, untold=False, checked_at=None, warning="", attending=False)
        self.looks = 0
        self.dismissed = 0
        self.refusal: Exception | None = None

    def check_if_due(self, should_stop: Callable[[], bool]) -> UpdateStatus:
        self.looks += 1
        return self.now

    def get(self, told: Callable[[int, int], object], should_stop: Callable[[], bool]) -> UpdateStatus:
        for done in range(0, 10_000_001, 50_000):
            told(done, 10_000_000)
        if self.refusal is not None:
            raise self.refusal
        assert self.now.offer is not None
        self.now = replace(self.now, ready=self.now.offer.version, offer=None)
        return self.now

    def dismiss(self) -> None:
        self.dismissed += 1


class FakeSession:
    """An open laptop in memory."""

    def __init__(self, clock: StoppedClock | None = None) -> None:
        self.person = PAULA
        self.laptop = a_laptop()
        self.catalogues = catalogues()
        self.clock = clock or StoppedClock()
        self.central = FakeCentre()
        self.attentions = KeptAttentions(self.clock)
        self.unfinished = FakeUnfinished()
        self.outings = FakeDay(an_outing("a"))
        self.readiness = FakeReadiness()
        self.actas = FakeActas(self.outings)
        self.keys = FakeKeys()
        self.paper = FakePaper(self.outings)
        self.sync_day = FakeSyncDay()
        self.bundles = FakeBundles()
        self.conflicts = FakeConflicts()
        self.status = FakeStatus(a_status())
        self.survey = FakeSurvey()
        self.reports = FakeReports(a_report())
        self.closes = FakeCloses(self.reports)
        self.drilling = FakeDrilling()
        self.goals = FakeGoals()
        self.publisher = FakePublisher()
        self.printer = FakePrinter()
        self.receipts = FakeReceipts()
        self.shelf = FakeShelf()
        self.updates = FakeUpdates()
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@dataclass(frozen=True)
class ASlot:
    officer: str
    name: str


class FakeComposition:
    """A closed laptop that one phrase opens, again and again."""

    PHRASE = "cinco palabras de prueba hoy"

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.settings = Settings()
        self.sessions: list[FakeSession] = []
        self.prepared: FakeSession | None = None
        self.breaks: Exception | None = None
        self._made = 0
        self.warm = False

    def officers(self) -> tuple[ASlot, ...]:
        return (ASlot(PAULA.id, PAULA.name), ASlot(MARCELA, PEOPLE[MARCELA]))

    def delay_s(self) -> int:
        return 0

    def keep_look(self, theme: Any, scale: int) -> Settings:
        if self.breaks is not None:
            raise self.breaks
        self.settings = replace(self.settings, theme=theme, scale=scale)
        return self.settings

    def unlock(self, officer: str, passphrase: str) -> FakeSession:
        if passphrase != self.PHRASE:
            raise ServiceError("wrong_passphrase")
        session = self.prepared or FakeSession(self.clock)
        self.prepared = None
        self.sessions.append(session)
        return session

    def warm_up(self) -> None:
        self.warm = True

    def window(self, session: Any, around: Surroundings) -> MainWindow:
        return MainWindow(session, around)

    def random(self, count: int) -> bytes:
        return bytes(count)

    def new_id(self) -> str:
        self._made += 1
        return f"01990000-0000-7000-8000-{self._made:012d}"

"""Hoy: between the page and the use cases. It reads the day, tells it in words, and does what the person asks of a row.

In: the session, the counts and the rows of this laptop. Out: words for the page, and signals for what belongs to
another screen. Whatever touches the disk goes through the task runner.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, cast

from PySide6.QtCore import QObject, QTimer, Signal

from terreno_app.domain.catalogues import UNSAID, Catalogues
from terreno_app.domain.clock import Clock, parse_instant, santiago_day
from terreno_app.domain.deadlines import duty_deadline
from terreno_app.domain.fields import Json
from terreno_app.domain.spanish import number, sentence
from terreno_app.services.attentions import AttentionRow, Attentions, DayCounts, OpenedAttention
from terreno_app.services.laptop import Person
from terreno_app.services.outings import Outings, SessionView
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui.labels import TYPES, day, hour, plural, relative_day, span
from terreno_app.ui.messages import Notice, notice_of, warning
from terreno_app.ui.screens.today.form import FigureWords, GoalWords, TodayForm
from terreno_app.ui.screens.today.table_model import Asked, DayRow
from terreno_app.ui.tasks import TaskRunner

REFRESH_MS: Final = 30_000
_NO_OUTING: Final = warning(
    "No hay una salida abierta en este equipo", "", "Ctrl+4 va a Salidas: abra la de hoy y registre.", "calendar-days"
)
_LEAST_TO_SEEK: Final = 2
_CLOSE_S: Final = 4 * 3600
_SOON_TO_COUNT_S: Final = 1800


@dataclass(frozen=True, slots=True)
class DayView:
    """All that the page shows, as read at one moment."""

    session: SessionView | None
    counts: DayCounts
    rows: tuple[AttentionRow, ...]
    drafts: int


@dataclass(frozen=True, slots=True)
class _Voided:
    """What was voided: its status before, and what taking it back has to carry."""

    record: str
    before: str
    folio: str
    seen: Mapping[str, str]


class TodayPresenter(QObject):
    """Moves between the page and the services.

    Signals:
        attention_asked: A new attention; carries the open session.
        attention_opened: Carries the id.
        duplicate_asked: The open session, and the fields of the attention to begin with.
        receipt_asked: Carries the id.
        survey_asked: The next drawn survey.
        outings_asked: The person wants to open an outing.
        drafts_asked: The person wants to go on with what was left half written.
        half_written_changed: The reason that is being written grew, is saved, or the person left it.
        changed: An attention was voided or brought back: what the rest of the window tells may be stale.
    """

    attention_asked = Signal(object)
    attention_opened = Signal(str)
    duplicate_asked = Signal(object, object)
    receipt_asked = Signal(str)
    survey_asked = Signal()
    outings_asked = Signal()
    drafts_asked = Signal()
    half_written_changed = Signal()
    changed = Signal()

    def __init__(
        self,
        form: TodayForm,
        attentions: Attentions,
        outings: Outings,
        catalogues: Catalogues,
        clock: Clock,
        tasks: TaskRunner,
        author: Person,
    ) -> None:
        super().__init__(form)
        self._form = form
        self._attentions = attentions
        self._outings = outings
        self._catalogues = catalogues
        self._clock = clock
        self._tasks = tasks
        self._author = author
        self._view: DayView | None = None
        self._take_back: Callable[[], object] | None = None
        self._voiding: dict[str, HalfWritten] = {}
        self._select = ""
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._tell)
        self._timer.start()
        form.new_asked.connect(self._ask_empty)
        form.opened.connect(self.attention_opened)
        form.duplicated.connect(self._duplicate)
        form.receipt_asked.connect(self.receipt_asked)
        form.survey_asked.connect(self.survey_asked)
        form.outings_asked.connect(self.outings_asked)
        form.drafts_asked.connect(self.drafts_asked)
        form.voided.connect(self._void)
        form.reason_left.connect(self.half_written_changed)
        form.reason_written.connect(self.half_written_changed)
        form.sought.connect(self._seek)
        form.undo_asked.connect(self._undo)
        form.informed.connect(self._inform)

    def refresh(self, select: str = "") -> None:
        """Read the day again; `select` is the id of the row to go to."""
        self._select = select
        self._tasks.run(self._read, self._show, self._failed)

    @property
    def half_written(self) -> tuple[HalfWritten, ...]:
        """Why an attention is voided, while that is being written and until it is saved."""
        asked, typed = self._form.reason_typed
        return (*self._voiding.values(), *((_half_written(asked, typed),) if typed else ()))

    def come_back(self, left: HalfWritten) -> None:
        """Ask again why, with what was written."""
        typed = str(left.values.get("void_reason") or "")
        if typed:
            seen = cast("Mapping[str, str]", left.values.get("seen") or {})
            self._form.ask_reason(Asked(left.record, str(left.values["question"]), seen), typed)

    def tell(self, notice: Notice) -> None:
        """Show a message on the page."""
        self._form.tell(notice)

    def offer_back(self, said: str, take_back: Callable[[], object], icon: str = "trash-2") -> None:
        """Say what was just done, and that Ctrl+Z takes it back while the bar is in sight."""
        self._take_back = take_back
        self._form.offer_undo(said, icon)

    @property
    def session(self) -> SessionView | None:
        """The open session, as last read."""
        return self._view.session if self._view else None

    # ------------------------------------------------------------------ reading and telling

    def _read(self) -> DayView:
        session = self._outings.current()
        counts = self._attentions.counts(session)
        rows = self._attentions.rows(session.outing if session else None)
        if session is None:
            today = santiago_day(self._clock.now())
            rows = tuple(row for row in rows if santiago_day(row.received_at) == today)
            standing = [row for row in rows if row.status != "voided"]
            persons = sum(row.persons_count for row in standing)
            counts = replace(counts, attentions=len(standing), persons=persons)
        return DayView(session, counts, rows, len(self._attentions.drafts()))

    def _show(self, view: DayView) -> None:
        self._view = view
        self._form.allow_new(allowed=view.session is not None)
        self._form.offer_drafts(view.drafts)
        if view.session is None:
            text = "Sin una salida abierta no se registran atenciones. Abra la de hoy en Salidas."
            self._form.show_empty("No hay una salida abierta en este equipo", text, offer_outing=True)
        else:
            text = "Enter o F2 registra la primera: una letra para el tipo, dos del tema y Enter."
            self._form.show_empty("Todavía no hay atenciones en esta salida", text)
        self._form.show_rows([self._row(row) for row in view.rows])
        self._seek(self._form.words)
        if self._select:
            self._form.select(self._select)
            self._select = ""
        self._tell()

    def _seek(self, words: str) -> None:
        """Look among all attentions of this laptop for what the search of the list may not have."""
        if len(words.strip()) < _LEAST_TO_SEEK:
            self._form.show_found(())
            return
        self._tasks.run(lambda: (words, self._attentions.find(words)), self._found, self._failed)

    def _found(self, found: tuple[str, tuple[AttentionRow, ...]]) -> None:
        words, rows = found
        if words == self._form.words:  # else the person has typed on
            self._form.show_found([replace(self._row(row), hour=_short_day(row.received_at)) for row in rows])

    def _tell(self) -> None:
        """Say what depends on the hour."""
        view = self._view
        if view is None:
            return
        now = self._clock.now()
        counts, session = view.counts, view.session
        today = sentence(day(santiago_day(now)))
        if session is None:
            self._form.show_head(today, "Hoy")
        else:
            comuna = self._catalogues.comunas.get(session.comuna)
            opened = hour(parse_instant(session.opened_at))
            self._form.show_head(
                f"{today} · salida {session.code} · abierta a las {opened}",
                ", ".join(part for part in (session.place_name, comuna.label if comuna else "") if part),
            )
        self._form.show_goal(_goal(counts, session, now))
        self._form.offer_survey(counts.waiting_surveys)
        done = counts.drawn - counts.waiting_surveys
        surveys = FigureWords(
            f"{number(done)} de {number(counts.drawn)}",
            plural(counts.waiting_surveys, "persona espera", "personas esperan")
            if counts.waiting_surveys
            else "nadie espera",
        )
        self._form.show_figures(
            FigureWords(
                number(counts.persons),
                f"en {plural(counts.attentions, 'atención', 'atenciones')}",
                word="persona atendida" if counts.persons == 1 else "personas atendidas",
            ),
            FigureWords(
                number(counts.informed),
                "conteo · Ctrl+I suma" if session else "conteo de la salida",
                word="persona informada" if counts.informed == 1 else "personas informadas",
            ),
            surveys,
            _duty(counts.oldest_unsent_at, now),
        )

    def _row(self, row: AttentionRow) -> DayRow:
        catalogues = self._catalogues
        programme = catalogues.programmes.get(row.programme)
        topic = catalogues.topics.get(row.topic)
        institution = catalogues.institutions.get(programme.institution) if programme else None
        words = TYPES.get(row.type)
        return DayRow(
            id=row.id,
            hour=hour(parse_instant(row.received_at)),
            folio=row.folio,
            type=words.short if words else row.type,
            topic=programme.label if programme else topic.label if topic else row.topic,
            institution=institution.acronym.split("/")[0].strip() if institution else "",
            profile=self._profile(row),
            state=row.state,
            detail=_detail(row),
            voided=row.status == "voided",
            seen=row.seen,
        )

    def _profile(self, row: AttentionRow) -> str:
        band = self._catalogues.age_bands.get(row.age_band)
        comuna = self._catalogues.comunas.get(row.residence_comuna)
        age = ""
        if band is not None and band.first_age is not None:
            age = f"{band.first_age} a {band.last_age}" if band.last_age is not None else f"{band.first_age} y más"
        sex = "" if row.sex in UNSAID else row.sex
        group = plural(row.persons_count, "persona", "personas") if row.persons_count > 1 else ""
        return " · ".join(part for part in (group, sex, age, comuna.label if comuna else "") if part) or "Sin perfil"

    # ------------------------------------------------------------------ doing

    def ask_new(self, fields: Mapping[str, Json] | None = None) -> None:
        """Begin an attention, perhaps with some fields; without an open outing say what to do."""
        if self.session is None:
            self._form.tell(_NO_OUTING)
            return
        self._form.clear_notice()
        if fields is None:
            self.attention_asked.emit(self.session)
        else:
            self.duplicate_asked.emit(self.session, fields)

    def _ask_empty(self) -> None:
        self.ask_new()

    def _duplicate(self, record: str) -> None:
        if self.session is None:
            self._form.tell(_NO_OUTING)
            return
        self._tasks.run(lambda: self._attentions.open(record), self._duplicated, self._failed)

    def _duplicated(self, opened: OpenedAttention) -> None:
        # What one person said or was told is not said of the next.
        said = ("description", "answer_given", "answer_text", "persons_count", "void_reason")
        fields = {name: value for name, value in opened.fields.items() if name not in said}
        self.duplicate_asked.emit(self.session, fields)

    def _void(self, asked: Asked, reason: str) -> None:
        author, record = self._author.id, asked.record
        self._voiding[record] = _half_written(asked, reason)

        def work() -> _Voided:
            before = self._attentions.open(record).fields
            self._attentions.void(record, reason, asked.seen, author)
            status, folio = str(before.get("status") or "registered"), str(before.get("folio") or "")
            return _Voided(record, status, folio, self._attentions.open(record).seen)

        self._tasks.run(work, self._was_voided, partial(self._not_voided, record))

    def _not_voided(self, record: str, error: BaseException) -> None:
        """Say why, and ask again with the reason that was written: nobody types it twice."""
        self._failed(error)
        self.come_back(self._voiding.pop(record))

    def _was_voided(self, voided: _Voided) -> None:
        del self._voiding[voided.record]
        self.half_written_changed.emit()
        tail = "-".join(voided.folio.rsplit("-", 2)[1:])
        self.offer_back(f"Atención {tail} anulada", partial(self._bring_back, voided))
        self.changed.emit()
        self.refresh(voided.record)

    def _undo(self) -> None:
        take_back, self._take_back = self._take_back, None
        if take_back is not None:
            take_back()

    def _bring_back(self, voided: _Voided) -> None:
        author, before = self._author.id, {"status": voided.before, "void_reason": None}

        def work() -> str:
            self._attentions.edit(voided.record, before, voided.seen, author)
            return voided.record

        self._tasks.run(work, self._was_brought_back, self._failed)

    def _was_brought_back(self, record: str) -> None:
        self.changed.emit()
        self.refresh(record)

    def _inform(self) -> None:
        if self.session is None:
            return
        self._count(1)
        self.offer_back("1 persona informada más", partial(self._count, -1), "check")

    def _count(self, people: int) -> None:
        author = self._author.id
        self._tasks.run(lambda: self._outings.add_informed("other", people, author), self._informed, self._failed)

    def _informed(self, _session: SessionView) -> None:
        self.changed.emit()
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(error))


def _half_written(asked: Asked, reason: str) -> HalfWritten:
    return HalfWritten({"question": asked.question, "seen": dict(asked.seen), "void_reason": reason}, asked.record)


def _short_day(received_at: str) -> str:
    return santiago_day(received_at).strftime("%d-%m")


def _detail(row: AttentionRow) -> str:
    if row.state == "received":
        return row.proof or ""
    return {"sent": "sin recibo aún", "conflict": "con la oficina"}.get(row.state, "")


def _goal(counts: DayCounts, session: SessionView | None, now: datetime) -> GoalWords:
    if session is None:
        return GoalWords(counts.attentions, 0, "en este equipo, hoy")
    open_s = max(0.0, (now - parse_instant(session.opened_at)).total_seconds())
    pace = f"van {round(counts.attentions * 3600 / open_s)} por hora" if open_s >= _SOON_TO_COUNT_S else ""
    goal = counts.goal or 0
    if not goal:
        return GoalWords(counts.attentions, 0, "salida sin meta", "", pace)
    left = goal - counts.attentions
    missing = f"Falta{'' if left == 1 else 'n'} {number(left)}" if left > 0 else "Meta cumplida"
    return GoalWords(counts.attentions, goal, "meta de la salida", missing, pace)


def _duty(oldest_unsent_at: str | None, now: datetime) -> FigureWords:
    """The duty to deliver within 24 hours (Ley 19.880, art. 24)."""
    if oldest_unsent_at is None:
        return FigureWords("Al día", "nada espera recibo")
    deadline = parse_instant(duty_deadline(oldest_unsent_at))
    left_s = (deadline - now.astimezone(UTC)).total_seconds()
    if left_s <= 0:
        return FigureWords("Vencido", f"venció {relative_day(deadline, now)}", "bad")
    tone = "copper" if left_s < _CLOSE_S else "ink"
    return FigureWords(span(left_s), f"vence {relative_day(deadline, now)}", tone)

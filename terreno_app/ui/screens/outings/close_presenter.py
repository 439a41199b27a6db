"""Between the page of the close and the use cases: the acta is read, signed by passphrase, and put on paper."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.acta import NO_INCIDENTS, ActaSheet
from terreno_app.domain.clock import parse_instant
from terreno_app.domain.spanish import number
from terreno_app.services.actas import Actas
from terreno_app.services.attentions import EDIT, Attentions
from terreno_app.services.errors import explain
from terreno_app.services.keys import Keys
from terreno_app.services.laptop import Person
from terreno_app.services.outings import Outings, SessionView
from terreno_app.ui.countdown import Countdown
from terreno_app.ui.labels import hour, plural
from terreno_app.ui.messages import Notice, good_news, notice_of, warning
from terreno_app.ui.screens.outings.close_form import CloseForm
from terreno_app.ui.session import Publisher
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.widgets.checklist import Standing

_SIGNED: Final = good_news(
    "La salida está cerrada y su acta firmada", "Ctrl+P la guarda en PDF; sincronice (F5) con red."
)
_SHOWN: Final = 160
"""Characters of a text that a line of the list tells."""
_HOW: Final = (("material", "con material"), ("talk", "en charlas"), ("other", "de otro modo"))


@dataclass(frozen=True, slots=True)
class Unsaved:
    """New attentions that are not saved yet.

    Attributes:
        own: Of who closes.
        others: Of other officers of this laptop, by name.
    """

    own: int = 0
    others: Mapping[str, int] = field(default_factory=dict)


class ClosePresenter(QObject):
    """Reads, signs and prints.

    Signals:
        closed: The outing was closed; carries its session.
    """

    closed = Signal(object)

    def __init__(
        self,
        form: CloseForm,
        outings: Outings,
        actas: Actas,
        attentions: Attentions,
        keys: Keys,
        publisher: Publisher,
        person: Person,
        runner: TaskRunner,
        ask_path: Callable[[str], Path | None],
    ) -> None:
        super().__init__(form)
        self._form, self._outings, self._actas, self._attentions = form, outings, actas, attentions
        self._keys = keys
        self._publisher, self._person, self._runner, self._ask_path = publisher, person, runner, ask_path
        self._outing = ""
        self._sheet: ActaSheet | None = None
        self._of_others: Mapping[str, int] = {}
        self._asked = False
        self._waits = Countdown(self)
        self._waits.ticked.connect(form.show_wait)
        form.name_signer(person.name)
        form.signed.connect(self._sign)
        form.nothing_happened.connect(self._nothing_happened)
        form.paper_asked.connect(self._save)

    def begin(self, outing: str) -> None:
        """Show the acta of an outing: signed, or as it would be signed now."""
        self._outing = outing
        self._sheet = None
        self._asked = False
        self._form.begin("")
        self._read()

    def refresh(self) -> None:
        """Read the acta again: something was counted or noted."""
        self._read()

    def _read(self) -> None:
        self._runner.run(self._work, self._show, self._failed)

    def _work(self) -> tuple[ActaSheet, bytes, Unsaved]:
        sheet = self._actas.sheet(self._outing)
        half_written = Unsaved() if sheet.signed else self._half_written()
        return sheet, self._publisher.acta_pictures(sheet)[0], half_written

    def _half_written(self) -> Unsaved:
        drafts = self._attentions.drafts().items()
        own = sum(not key.startswith(EDIT) and (draft.outing or self._outing) == self._outing for key, draft in drafts)
        others = self._attentions.half_written_by_others(self._outing)
        return Unsaved(own, {self._keys.person(officer).name: count for officer, count in others.items()})

    def _show(self, read: tuple[ActaSheet, bytes, Unsaved]) -> None:
        sheet, page, half_written = read
        self._sheet, self._of_others = sheet, half_written.others
        opened = hour(parse_instant(sheet.opened_at))
        until = f" a {hour(parse_instant(sheet.closed_at))}" if sheet.closed_at else ""
        eyebrow = f"Salida {sheet.code} · {sheet.place} · {'' if until else 'desde las '}{opened}{until}"
        lines = _lines(sheet, half_written)
        for name, standing, detail in lines:
            self._form.show_line(name, standing, detail)
        said = ". ".join(f"{name}: {detail}" for name, _, detail in lines)
        self._form.show_sheet(page, f"Acta de jornada, salida {sheet.code}. {said}")
        if sheet.signed:
            self._form.show_signed(eyebrow, None)
        else:
            self._form.say_head(eyebrow)
            self._form.let_sign()

    # ------------------------------------------------------------------ signing

    def _nothing_happened(self) -> None:
        if self._sheet is not None and not self._sheet.incidents:
            work = partial(self._outings.note_incidents, NO_INCIDENTS, self._person.id)
            self._runner.run(work, self._noted, self._failed)

    def _noted(self, _session: SessionView) -> None:
        self._read()

    def _sign(self, passphrase: str) -> None:
        if self._of_others and not self._asked:
            self._asked = True
            self._form.tell(_left_by_others(self._of_others))
            return
        self._form.set_busy(busy=True)
        self._runner.run(partial(self._close, passphrase), self._was_closed, self._not_signed)

    def _close(self, passphrase: str) -> SessionView:
        self._keys.check(passphrase)
        return self._outings.close(self._outing, self._person.id)

    def _was_closed(self, session: SessionView) -> None:
        self._form.set_busy(busy=False)
        self._form.tell(_SIGNED)
        self._read()
        self.closed.emit(session)

    def _not_signed(self, error: BaseException) -> None:
        self._form.set_busy(busy=False)
        told = explain(error)
        if told.code == "wrong_passphrase":
            self._form.refuse("Esa no es su frase de paso: nada se cerró")
            self._runner.run(self._keys.delay_s, self._wait, self._failed)
        else:
            self._form.tell(notice_of(error))

    def _wait(self, seconds: int) -> None:
        self._waits.start(seconds)
        self._form.show_wait(seconds)

    # ------------------------------------------------------------------ paper

    def _save(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        path = self._ask_path(f"acta-{sheet.code}-{sheet.label}.pdf")
        if path is not None:
            self._runner.run(partial(self._publisher.save_acta, sheet, path), self._saved, self._failed)

    def _saved(self, _none: None) -> None:
        self._form.tell(good_news("El acta quedó guardada en PDF", "Puede llevar nombres: guárdela donde corresponde."))

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(error))


def _beginning(text: str) -> str:
    """Enough to recognise what was written: the whole of it stands in the acta beside the list."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"


def _left_by_others(others: Mapping[str, int]) -> Notice:
    """What stays half written by others; nobody has to come back for the outing to be closed."""
    return warning(
        f"Queda a medio escribir: {_by_name(others)}.",
        "Lo escrito sigue en este equipo.",
        "F12: que entre, la termine o la descarte. O firme otra vez (Ctrl+G): al entrar podrá guardarla todavía en "
        "esta salida, fuera del acta.",
    )


def _by_name(others: Mapping[str, int]) -> str:
    return "; ".join(f"{number(count)} de {name}" for name, count in others.items())


def _lines(sheet: ActaSheet, half_written: Unsaved) -> tuple[tuple[str, Standing, str], ...]:
    done = sheet.figures
    own, others = half_written.own, half_written.others
    first = "guárdela o descártela" if own == 1 else "guárdelas o descártelas"
    registered = plural(done.attentions, "registrada", "registradas")
    unsaved = f"{number(own)} a medio escribir: {first} antes de firmar. " if own else ""
    theirs = f"A medio escribir: {_by_name(others)}. " if others else ""
    saved: Standing = "todo" if own else "warn" if others else "ok"
    voided = f", {plural(done.voided, 'anulada', 'anuladas')} con motivo" if done.voided else ""
    informed = ", ".join(f"{words} {number(sheet.informed.get(kind, 0))}" for kind, words in _HOW)
    materials = "; ".join(f"{number(one.quantity)} {one.item}" for one in sheet.materials)
    open_surveys = done.drawn - done.answered
    waiting = f", {plural(open_surveys, 'sin respuesta', 'sin respuesta')}" if open_surveys else ""
    surveys = (
        f"{plural(done.drawn, 'sorteada', 'sorteadas')} de {plural(done.eligible, 'elegible', 'elegibles')}{waiting}"
    )
    held = "Revelada" if sheet.signed else "Se revela al firmar"
    seed = (
        f"{held}; coincide con su compromiso"
        if sheet.seed_held
        else "No coincide con su compromiso: avise a coordinación"
    )
    missing = plural(sheet.without_receipt, "registro sin recibo", "registros sin recibo")
    receipts = f"{missing} todavía; salen al sincronizar" if sheet.without_receipt else "Todos con recibo"
    incidents: Standing = "ok" if sheet.incidents else "warn" if sheet.signed else "todo"
    unsaid = "Se firmó sin decir si hubo" if sheet.signed else "Escríbalos en la jornada, o diga que no hubo"
    return (
        ("attentions", saved, f"{unsaved}{theirs}{registered}{voided}"),
        ("informed", "ok", f"{number(sheet.informed_total)}: {informed}"),
        ("surveys", "warn" if open_surveys else "ok", surveys),
        ("materials", "ok", _beginning(materials) or "Nada anotado"),
        ("seed", "ok" if sheet.seed_held else "warn", seed),
        ("receipts", "warn" if sheet.without_receipt else "ok", receipts),
        ("incidents", incidents, _beginning(sheet.incidents) or unsaid),
    )

"""Between the page of Conflictos and the service: which field is in turn, what is decided, what can be taken back.

A decision is kept here until it is saved; saving writes one op for each conflict, and one that fails stays decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from PySide6.QtCore import QObject, Signal, Slot

from terreno_app.domain.catalogues import Catalogues
from terreno_app.services.conflicts import Conflicts, ConflictView, History
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.unfinished import HalfWritten
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice, good_news, notice_of, warning
from terreno_app.ui.screens.conflicts.decisions import Decision, Decisions, by_record, equal_to
from terreno_app.ui.screens.conflicts.form import ConflictsForm
from terreno_app.ui.screens.conflicts.table_model import ConflictedRecord
from terreno_app.ui.screens.conflicts.wording import ConflictWords
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.values import ValueWords

_TRAVELS: Final = "Viajan con la próxima sincronización (F5)."
_CHANGED: Final = warning(
    "Un campo que usted decidió cambió después",
    "De esa decisión nada se guardó; las demás siguen.",
    "Mire los valores de ahora y decídalo de nuevo.",
    "info",
)
_OWN_OPS_ONLY: Final = "El centro no responde o no entrega la historia: esto es solo lo escrito en este equipo."
_WHOLE: Final = "Historia completa, según el centro."


@dataclass(frozen=True, slots=True)
class _Saved:
    """Which conflicts were saved, and the first error of the others."""

    done: tuple[str, ...]
    error: ServiceError | None


class ConflictsPresenter(QObject):
    """Shows, decides, takes back and saves.

    Signals:
        counted: How many conflicts wait for a person.
        resolved: Decisions were saved; carries how many.
        half_written_changed: Something was typed or decided, taken back or saved.
    """

    counted = Signal(int)
    resolved = Signal(int)
    half_written_changed = Signal()

    def __init__(
        self,
        form: ConflictsForm,
        conflicts: Conflicts,
        catalogues: Catalogues,
        laptop: Laptop,
        person: Person,
        people: Mapping[str, str],
        runner: TaskRunner,
    ) -> None:
        super().__init__(form)
        self._form, self._conflicts, self._runner = form, conflicts, runner
        self._laptop, self._person = laptop, person
        self._words = ConflictWords(ValueWords(catalogues, people))
        self._decisions = Decisions()
        self._records: tuple[tuple[ConflictView, ...], ...] = ()
        self._record, self._field = 0, 0
        self._left: list[HalfWritten] = []
        self._written = ""
        self._history_open = False
        self._saving = False
        for signal, slot in (
            (form.record_chosen, self._choose_record),
            (form.field_entered, self._enter_field),
            (form.stepped, self._step),
            (form.decided, self._decide),
            (form.picked, self._pick),
            (form.own_asked, self._ask_own),
            (form.own_written, self._take_own),
            (form.own_typed, self._keep_own),
            (form.own_left, self._give_up_own),
            (form.apply_asked, self._apply_to_equal),
            (form.history_asked, self._toggle_history),
            (form.undo_asked, self.take_back),
            (form.save_asked, self.save),
        ):
            signal.connect(slot)
        self._show()

    @Slot()
    def refresh(self) -> None:
        """Read what waits again; decisions that were not saved stay."""
        self._runner.run(self._conflicts.open, self._show_open, self._not_read)

    @Slot()
    def take_back(self) -> None:
        """Undo the last decision and go to it."""
        gone = self._decisions.take_back()
        if gone:
            self._go_to(gone[0])
            self._form.end_undo()
            self._show()
            self.half_written_changed.emit()

    @Slot()
    def save(self) -> None:
        """Save every decision."""
        decided = [(c, self._decisions.taken[c.id]) for c in self._all() if c.id in self._decisions.taken]
        if decided and not self._saving:
            self._saving = True
            self._form.end_undo()
            self._runner.run(partial(self._resolve, decided), self._saved, self._not_saved)

    @property
    def half_written(self) -> tuple[HalfWritten, ...]:
        """What is decided or being written and not saved, by record; also what came back and was not read yet."""
        here, found = self._here(), []
        for record in self._records:
            kept = self._decisions.kept(record)
            if kept:
                at = here.id if here in record else ""
                own = self._written if self._form.writing and self._written == at else ""
                found.append(HalfWritten({**kept, "at": at, "writing": own}, record[0].record))
        return (*self._left, *found)

    def come_back(self, left: HalfWritten) -> None:
        """Put back what was decided and being written, once the conflicts are read."""
        self._left.append(left)
        self.refresh()

    @property
    def unsaved(self) -> int:
        """Decisions that were taken and not saved."""
        return len(self._decisions.taken)

    def _resolve(self, decided: Sequence[tuple[ConflictView, Decision]]) -> _Saved:
        done, error = [], None
        for conflict, decision in decided:
            try:
                self._resolve_one(conflict, decision)
                done.append(conflict.id)
            except ServiceError as refused:
                error = error or refused
        return _Saved(tuple(done), error)

    def _resolve_one(self, conflict: ConflictView, decision: Decision) -> None:
        author = self._person.id
        if decision.choice == "own":
            self._conflicts.resolve(conflict, author, values=dict(decision.values))
            return
        keep: Literal["kept", "other"] = "other" if decision.choice == "other" else "kept"
        self._conflicts.resolve(conflict, author, keep=keep)

    def _saved(self, saved: _Saved) -> None:
        self._saving = False
        self._decisions.forget(saved.done)
        if saved.error is not None:
            self._form.tell(notice_of(saved.error))
        else:
            how_many = plural(len(saved.done), "decisión guardada", "decisiones guardadas")
            self._form.tell(good_news(how_many, _TRAVELS))
        if saved.done:
            gone = set(saved.done)
            self._show_open(tuple(c for c in self._all() if c.id not in gone))
            self.resolved.emit(len(saved.done))
        self.refresh()

    def _not_saved(self, error: BaseException) -> None:
        self._saving = False
        self._form.tell(notice_of(explain(error)))

    def _not_read(self, error: BaseException) -> None:
        self._form.tell(notice_of(explain(error)))

    def _show_open(self, found: tuple[ConflictView, ...]) -> None:
        here, writing, field = self._here(), self._written if self._form.writing else "", ""
        in_sight = any(left.field is not None for left in self._left)
        self._records = by_record(found)
        self._record = min(self._record, max(0, len(self._records) - 1))
        self._field = 0
        if here is not None:
            self._go_to(here.id)
        for left in self._left:
            self._decisions.come_back(left)
            self._go_to(str(left.values["at"]))
            if left.values["writing"]:
                writing, field = str(left.values["writing"]), left.field or ""
        self._left = []
        settled = self._decisions.settled(found)
        if self._decisions.look_at(found):
            self._form.tell(_CHANGED)
        elif settled is not None:
            self._form.tell(_settled(settled))
        self._show()
        if in_sight:
            self._form.begin()
        self._go_on_writing(writing, field)
        self.half_written_changed.emit()
        self.counted.emit(len(found))

    def _go_on_writing(self, conflict: str, field: str) -> None:
        """Open again what was being written where the fields had to be shown anew."""
        here = self._here()
        if here is not None and here.id == conflict in self._decisions.typed and not self._form.writing:
            self._ask_own(field)

    def _show(self) -> None:
        form, taken = self._form, self._decisions.taken
        form.show_records([self._listed(record) for record in self._records], self._record)
        conflict = self._here()
        if conflict is None:
            return
        record = self._records[self._record]
        everything = self._all()
        form.show_count(
            self._record + 1,
            len(self._records),
            sum(one.id not in taken for one in everything),
            sum(one.id in taken for one in everything),
        )
        authors = self._words.authors(record)
        form.show_authors(*(authors or ("según el campo", "según el campo")))
        rows = [self._words.row(one, taken.get(one.id), authors=authors is None) for one in record]
        form.show_record(conflict.title, self._words.under(conflict), rows, self._field)
        equal = equal_to(conflict, everything)
        name = rows[self._field].name
        others = "Otro registro tiene" if len(equal) == 1 else f"Otros {len(equal)} registros tienen"
        form.show_equal(len(equal), f"{others} el mismo desacuerdo en {name}.")

    def _listed(self, record: tuple[ConflictView, ...]) -> ConflictedRecord:
        decided = sum(one.id in self._decisions.taken for one in record)
        subject = record[0].title.rpartition(" · ")[2]
        return ConflictedRecord(subject, record[0].folio, len(record), decided)

    def _all(self) -> tuple[ConflictView, ...]:
        return tuple(one for record in self._records for one in record)

    def _here(self) -> ConflictView | None:
        return self._records[self._record][self._field] if self._records else None

    def _go_to(self, conflict: str) -> None:
        for place, record in enumerate(self._records):
            for field, one in enumerate(record):
                if one.id == conflict:
                    self._record, self._field = place, field

    def _choose_record(self, place: int) -> None:
        if 0 <= place < len(self._records) and place != self._record:
            self._record, self._field = place, 0
            self._leave_history()
            self._show()

    def _enter_field(self, conflict: str) -> None:
        self._go_to(conflict)
        self._show()
        self._form.begin()

    def _step(self, step: int) -> None:
        everything, here = self._all(), self._here()
        if here is None:
            return
        place = everything.index(here) + step
        if 0 <= place < len(everything):
            self._go_to(everything[place].id)
            self._show()

    def _decide(self, choice: str) -> None:
        here = self._here()
        if here is not None:
            self._take((here,), Decision("other" if choice == "other" else "kept"))

    def _pick(self, conflict: str, choice: str) -> None:
        self._go_to(conflict)
        self._decide(choice)
        self._form.begin()

    def _ask_own(self, field: str = "") -> None:
        here = self._here()
        if here is None or self._refused(here):
            return
        fields = self._words.writable(here)
        if fields:
            self._written = here.id
            self._form.ask_own(fields, self._decisions.typed.get(here.id), field)
        else:
            then = "Elija uno de los dos con 1 o 2, o cambie el registro en su formulario."
            self._form.tell(warning("Este dato no se escribe aquí", "", then, "info"))

    def _take_own(self, values: dict[str, Any]) -> None:
        here = self._here()
        if here is not None:
            self._decisions.typed.pop(here.id, None)
            self._take((here,), Decision("own", values))

    def _keep_own(self, typed: dict[str, str]) -> None:
        self._decisions.typed[self._written] = typed
        self.half_written_changed.emit()

    def _give_up_own(self) -> None:
        self._decisions.typed.pop(self._written, None)
        self.half_written_changed.emit()

    def _apply_to_equal(self) -> None:
        here = self._here()
        decision = self._decisions.taken.get(here.id) if here else None
        if here is None or decision is None:
            self._form.tell(warning("Decida primero este campo", "", "Con 1, 2 o 3; después A lo repite.", "info"))
            return
        equal = equal_to(here, self._all())
        if equal:
            self._take(equal, decision)

    def _take(self, conflicts: tuple[ConflictView, ...], decision: Decision) -> None:
        if self._refused(conflicts[0]):
            return
        self._decisions.take(conflicts, decision)
        self.half_written_changed.emit()
        self._form.tell(None)
        self._leave_history()
        said = self._words.chosen(conflicts[0], decision)
        self._form.offer_undo(said if len(conflicts) == 1 else f"{said}, en {len(conflicts)} registros")
        self._go_on()
        self._show()

    def _refused(self, conflict: ConflictView) -> bool:
        """Say at once why this laptop may not decide, instead of after the saving."""
        if conflict.newer:
            self._form.tell(notice_of(ServiceError("newer_conflict")))
            return True
        if not (self._laptop.coordinates or conflict.mine):
            self._form.tell(notice_of(ServiceError("may_not_resolve")))
            return True
        if not set(conflict.group) <= conflict.other.keys():
            safe = "Los dos valores siguen guardados en el centro."
            then = "Decídalo en un equipo que tenga ese dato, o pídalo a la coordinación."
            self._form.tell(warning("Un valor de este campo no está en este equipo", safe, then, "info"))
            return True
        return False

    def _go_on(self) -> None:
        """To the next field without a decision, first in this record; with none left, stay."""
        everything, here = self._all(), self._here()
        if here is None:
            return
        place = everything.index(here)
        for one in (*everything[place + 1 :], *everything[:place]):
            if one.id not in self._decisions.taken:
                self._go_to(one.id)
                return

    def _toggle_history(self) -> None:
        here = self._here()
        if self._history_open or here is None:
            self._leave_history()
            return
        self._history_open = True
        work = partial(self._conflicts.history, here.kind, here.record)
        self._runner.run(work, partial(self._show_history, here.kind, here.record), self._no_history)

    def _show_history(self, kind: str, record: str, history: History) -> None:
        here = self._here()
        if self._history_open and here is not None and here.record == record:
            rows = [self._words.history(kind, op) for op in history.ops]
            self._form.show_history(rows, _WHOLE if history.complete else _OWN_OPS_ONLY)

    def _no_history(self, error: BaseException) -> None:
        self._history_open = False
        self._form.tell(notice_of(explain(error)))

    def _leave_history(self) -> None:
        if self._history_open:
            self._history_open = False
            self._form.show_history(None)


def _settled(texts: Sequence[str]) -> Notice:
    """Somebody else was faster; what the person wrote themselves can still be read."""
    said = "".join(f" Usted escribía: «{text}»" for text in texts)
    return warning(
        "Otra persona ya decidió un campo que usted tenía a medias",
        f"Lo que usted había elegido o escrito ahí no se guardó.{said}",
        "Si hace falta, corrija el registro.",
        "info",
    )

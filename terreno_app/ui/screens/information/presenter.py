"""Información: between the page and the catalogue. It searches while the person types, and tells the lit sheet.

In: what is typed and pressed. Out: rows and a sheet for the page, and signals for what belongs to the attention that is
being typed. The search stays in memory and takes milliseconds; what prints or reads the store goes through the runner.
"""

from collections import Counter
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.clock import Clock, instant
from terreno_app.domain.information import Information, Sheet
from terreno_app.domain.search import spans
from terreno_app.services.attentions import AttentionRow, Attentions
from terreno_app.services.outings import Outings
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import Notice, good_news, notice_of, warning
from terreno_app.ui.printing import A4, PaperDesk
from terreno_app.ui.screens.information.form import EVERYTHING, InformationForm
from terreno_app.ui.screens.information.list import SheetRow
from terreno_app.ui.screens.information.sheet import KINDS
from terreno_app.ui.tasks import TaskRunner

_TITLE: Final = "Hoja informativa"
_NOT_GIVEN: Final = warning(
    "Una institución no se registra como información entregada",
    "",
    "Registre el programa o trámite por el que la persona irá allí; la institución va en el resultado.",
    "info",
)


class InformationPresenter(QObject):
    """Moves between the page and the catalogue.

    Signals:
        given: The person was given this; carries the sheet.
        used: The same, and the attention is wanted; carries the sheet, or None when an institution is lit.
        left: The person wants to go back.
    """

    given = Signal(object)
    used = Signal(object)
    left = Signal()

    def __init__(
        self,
        form: InformationForm,
        information: Information,
        attentions: Attentions,
        outings: Outings,
        desk: PaperDesk,
        clock: Clock,
        tasks: TaskRunner,
    ) -> None:
        super().__init__(form)
        self._form = form
        self._information = information
        self._attentions = attentions
        self._outings = outings
        self._desk = desk
        self._clock = clock
        self._tasks = tasks
        self._typed = ""
        self._kind = EVERYTHING
        self._lit = ""
        self._uses: Counter[str] = Counter()
        form.typed.connect(self._type)
        form.kind_chosen.connect(self._choose_kind)
        form.lit.connect(self._light)
        form.marked.connect(self._give)
        form.used.connect(self._use)
        form.print_asked.connect(self._print)
        form.pdf_asked.connect(self._save)
        form.left.connect(self.left)

    def refresh(self, way_back: str = "") -> None:
        """Show the catalogue as it was left, and count again how often each programme was asked for today.

        Args:
            way_back: What leaving does, in words.
        """
        self._form.clear_notice()
        self._form.offer_way_back(way_back)
        kinds = Counter(sheet.kind for sheet in self._information.sheets)
        programmes = plural(kinds["programme"] + kinds["dos_product"], "programa", "programas")
        institutions = plural(kinds["institution"], "institución", "instituciones")
        self._form.show_facts(f"{programmes} y {institutions} en este equipo, sin red")
        self._look()
        self._tasks.run(self._read, self._count, self._failed)

    def tell(self, notice: Notice) -> None:
        """Show a message on the page."""
        self._form.tell(notice)

    def tell_given(self, sheet: Sheet, *, new: bool) -> None:
        """Say that the attention that is being typed now says what was given."""
        happened = f"Registrada como entregada: {sheet.title}" if new else f"Ya estaba registrada: {sheet.title}"
        self._form.tell(good_news(happened, "Quedó en la atención que está escribiendo; F2 vuelve a ella."))

    def print_programme(self, code: str, desk: PaperDesk) -> None:
        """Print the sheet of a programme that lies on another page; `desk` tells there how it went."""
        sheet = self._information.programme(code)
        if sheet is not None:
            desk.print_pages(partial(self._desk.papers.sheet_pdf, sheet, instant(self._clock.now())), _TITLE, A4)

    # ------------------------------------------------------------------ searching

    def _type(self, typed: str) -> None:
        self._typed = typed
        self._lit = ""  # what is likeliest is lit, not what was
        self._form.clear_notice()
        self._look()

    def _choose_kind(self, kind: str) -> None:
        self._kind = kind
        self._look()

    def _look(self) -> None:
        found = self._information.search(self._typed)
        counts: Counter[str] = Counter(sheet.kind for sheet in found)
        shown = [sheet for sheet in found if self._kind in (EVERYTHING, sheet.kind)]
        rows = [self._row(sheet) for sheet in shown]
        self._form.show_rows(rows, {EVERYTHING: len(found), **{kind: counts[kind] for kind in KINDS}}, self._lit)

    def _row(self, sheet: Sheet) -> SheetRow:
        asked = self._uses[sheet.code] if sheet.given_out else 0
        under = (
            sheet.short_body,
            sheet.topic.lower() if sheet.given_out else KINDS["institution"],
            f"{plural(asked, 'vez', 'veces')} hoy" if asked else "",
            "" if sheet.verified else "sin verificar",
        )
        return SheetRow(
            sheet.key,
            sheet.title,
            " · ".join(part for part in under if part and part != sheet.title),
            spans(sheet.title, self._typed),
        )

    def _light(self, key: str) -> None:
        self._lit = key
        sheet = self._sheet
        if sheet is not None:
            self._form.show_sheet(sheet)

    @property
    def _sheet(self) -> Sheet | None:
        return self._information.sheet(self._lit)

    def _read(self) -> tuple[AttentionRow, ...]:
        session = self._outings.current()
        return self._attentions.rows(session.outing) if session else ()

    def _count(self, rows: tuple[AttentionRow, ...]) -> None:
        self._uses = Counter(row.programme for row in rows if row.programme and row.status != "voided")
        self._look()

    # ------------------------------------------------------------------ doing

    def _give(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if sheet.given_out:
            self.given.emit(sheet)
        else:
            self._form.tell(_NOT_GIVEN)

    def _use(self) -> None:
        sheet = self._sheet
        self.used.emit(sheet if sheet is not None and sheet.given_out else None)

    def _print(self) -> None:
        sheet = self._sheet
        if sheet is not None:
            self._desk.print_pages(partial(self._desk.papers.sheet_pdf, sheet, instant(self._clock.now())), _TITLE, A4)

    def _save(self) -> None:
        sheet = self._sheet
        if sheet is not None:
            name = f"hoja-{sheet.code.lower().replace('_', '-')}.pdf"
            self._desk.save_pages(partial(self._desk.papers.sheet_pdf, sheet, instant(self._clock.now())), name)

    def _failed(self, error: BaseException) -> None:
        self._form.tell(notice_of(error))

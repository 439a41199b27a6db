"""The page on which a goal is defined, replaced, approved or explained: what is wrong is said beside its field."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.domain.coverage import PERIODS_OF_A_YEAR, period_of, periods
from terreno_app.domain.errors import Problem
from terreno_app.domain.fields import Json
from terreno_app.domain.spanish import period_name, sentence
from terreno_app.ui import keys
from terreno_app.ui.free_text import personal_data_words
from terreno_app.ui.messages import Notice, warning
from terreno_app.ui.screens.goals.offered import Offered, Options
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.fields import Field, NumberField, Select, TextArea, TextField
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled, turn_page
from terreno_app.ui.widgets.notices import NoticeBar
from terreno_app.ui.widgets.page import MARGIN, PageFoot, PageHead
from terreno_app.ui.widgets.text import label

DEFINE, REPLACE, APPROVE, EXPLAIN = "define", "replace", "approve", "explain"
_MOST: Final = 99_999_999
_TITLES: Final = {
    DEFINE: "Nueva meta",
    REPLACE: "Reemplazar la meta",
    APPROVE: "Aprobar la meta",
    EXPLAIN: "Motivo y medida",
}
_NOTES: Final = {
    DEFINE: "Una meta no se borra ni se edita: si se equivoca, reemplácela.",
    REPLACE: "La anterior queda en la historia; la nueva espera su propia aprobación.",
    APPROVE: "Queda con la fecha de hoy.",
    EXPLAIN: "Aparece en el informe de cobertura y en el anual. Las cifras no cambian.",
}
_TARGET_HINT: Final = "Un número entero; en los indicadores con %, hasta 100."
_APPROVER_HINT: Final = "Nombre y cargo, o la resolución."
_FIELDS: Final = {
    DEFINE: ("metric", "space", "region", "comuna", "period_type", "period", "target"),
    REPLACE: ("target",),
    APPROVE: ("approved_by",),
    EXPLAIN: ("reason", "measure"),
}


class EditForm(QWidget):
    """The page.

    Signals:
        submitted: A person wants it saved.
        left: A person changed their mind.
        written: Something was typed or chosen.
    """

    submitted = Signal()
    left = Signal()
    written = Signal()

    def __init__(self, theme: Theme, offered: Offered) -> None:
        super().__init__()
        ground(self, "page")
        self._offered = offered
        self._mode, self._year, self._today = DEFINE, 0, date.min
        self._metric = _chosen(theme, "metric", offered.metrics)
        self._space = Select(theme, offered.spaces, empty="Todos los espacios", name="space")
        self._region = _chosen(theme, "region", offered.regions or (("", ""),))
        self._comuna = Select(theme, offered.comunas_of(self._region.code), empty="Todas", name="comuna")
        self._period_type = _chosen(theme, "period_type", offered.period_types)
        self._period = _chosen(theme, "period", (("", ""),))
        self._target = NumberField(theme, 1, _MOST, name="target")
        self._approved_by = TextField(theme, name="approved_by")
        lines = 2 if theme.compact else 5
        self._reason, self._measure = (TextArea(theme, lines=lines, name=name) for name in _FIELDS[EXPLAIN])
        for area in (self._reason, self._measure):
            area.setFixedHeight(area.minimumHeight())
        self._rows: tuple[QWidget, ...] = ()
        self.fields = {
            "metric": Field(theme, "&Indicador", self._metric),
            "space": Field(theme, "&Espacio", self._space),
            "region": Field(theme, "&Región", self._region),
            "comuna": Field(theme, "&Comuna", self._comuna),
            "period_type": Field(theme, "&Tipo de período", self._period_type),
            "period": Field(theme, "&Período", self._period),
            "target": Field(theme, "&Meta", self._target, hint=_TARGET_HINT),
            "approved_by": Field(theme, "&Quién la aprueba", self._approved_by, hint=_APPROVER_HINT),
            "reason": Field(theme, "&Motivo: por qué no se alcanzó", self._reason),
            "measure": Field(theme, "Medida: &qué se hace", self._measure),
        }
        self._about = label(theme, "", "strong", wrap=True)
        self._note = label(theme, "", "small", "ink2", wrap=True)
        self._notice = NoticeBar(theme)
        self._head = PageHead(theme, "", "")
        self._leave = Button(theme, "&Dejar", "quiet", key=keys.LEAVE, name="leave_goal")
        self._save = Button(theme, "&Guardar", "primary", key=keys.SAVE, icon="save", name="save_goal")
        self._lay_out(theme)
        self._region.picked.connect(self._offer_comunas)
        self._period_type.picked.connect(self._offer_periods)
        for select in (self._metric, self._space, self._region, self._comuna, self._period_type, self._period):
            select.picked.connect(self.written)
        for line in (self._target, self._approved_by, self._reason, self._measure):
            line.textChanged.connect(self.written)
        for area in (self._reason, self._measure):
            area.textChanged.connect(partial(self._warn, area))
        self._leave.clicked.connect(self.left)
        self._save.clicked.connect(self.submitted)
        keys.shortcut(self, keys.SAVE, self._save.click)
        inputs = (*(field.widget for field in self.fields.values()), self._leave, self._save)
        for before, after in pairwise(inputs):
            self.setTabOrder(before, after)

    @property
    def mode(self) -> str:
        """What is done: `define`, `replace`, `approve` or `explain`."""
        return self._mode

    @property
    def region(self) -> str:
        """The region of a new goal; empty for this laptop's."""
        return self._region.code

    @property
    def target(self) -> int | None:
        """How much is aimed at."""
        return self._target.number

    @property
    def approved_by(self) -> str:
        """Who approves."""
        return self._approved_by.text()

    @property
    def reason(self) -> str:
        """Why the goal was missed."""
        return self._reason.toPlainText()

    @property
    def measure(self) -> str:
        """What is done about it."""
        return self._measure.toPlainText()

    @property
    def values(self) -> Mapping[str, Json]:
        """The fields of a new goal."""
        return {
            "year": self._year,
            "metric": self._metric.code,
            "space": self._space.code or None,
            "comuna": self._comuna.code or None,
            "period_type": self._period_type.code,
            "period": self._period.code,
            "target": self._target.number,
        }

    @property
    def message(self) -> str:
        """What the message says."""
        return self._notice.text

    @property
    def typed(self) -> dict[str, Json]:
        """What is chosen and typed, as it stands there."""
        chosen = (self._metric, self._space, self._region, self._comuna, self._period_type, self._period)
        return {
            "mode": self._mode,
            "year": self._year,
            "about": self._about.text(),
            **{one.objectName(): one.code for one in chosen},
            "target": self._target.text(),
            "approved_by": self._approved_by.text(),
            "reason": self.reason,
            "measure": self.measure,
        }

    def come_back(self, typed: Mapping[str, Json], today: date) -> None:
        """Ask again for what was asked, with what was chosen and typed."""
        texts = {name: str(text) for name, text in typed.items()}
        self.start(texts["mode"], int(texts["year"]), today, texts["about"])
        for first, offer, second in (
            (self._region, self._offer_comunas, self._comuna),
            (self._period_type, self._offer_periods, self._period),
        ):
            first.set_code(texts[first.objectName()])
            offer(first.code)
            second.set_code(texts[second.objectName()])
        self._metric.set_code(texts["metric"])
        self._space.set_code(texts["space"])
        self._target.setText(texts["target"])
        self._approved_by.setText(texts.get("approved_by", ""))
        self.say_remark(texts.get("reason", ""), texts.get("measure", ""))

    def start(self, mode: str, year: int, today: date, about: str = "") -> None:
        """Ask for what `mode` needs, with nothing written yet; a goal of this year begins in the present period."""
        self._mode, self._year, self._today = mode, year, today
        self._head.say(f"Metas de {year}", _TITLES[mode])
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self._note.setText(_NOTES[mode])
        for name, field in self.fields.items():
            field.setVisible(name in _FIELDS[mode] and (name != "region" or bool(self._offered.regions)))
            field.set_error("")
        for rowed in self._rows:
            rowed.setVisible(any(not field.isHidden() for field in rowed.findChildren(Field)))
        self._target.clear()
        self._approved_by.clear()
        self.say_remark("", "")
        self._notice.clear()
        self._offer_periods(self._period_type.code)
        self.fields[_FIELDS[mode][0]].widget.setFocus()

    def say_remark(self, reason: str, measure: str) -> None:
        """What was said before, or was being said: the next letter goes on behind it."""
        for area, words in ((self._reason, reason), (self._measure, measure)):
            area.setPlainText(words)
            area.moveCursor(QTextCursor.MoveOperation.End)

    def _warn(self, area: TextArea) -> None:
        self.fields[area.objectName()].set_hint(personal_data_words(area.toPlainText()), "copper")  # reports print it

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong beside each field, and go to the first."""
        told = {problem.field: problem.message for problem in problems}
        for name, field in self.fields.items():
            field.set_error(told.get(name, "") if not field.isHidden() else "")
        wrong = [name for name in self.fields if name in told and not self.fields[name].isHidden()]
        if wrong:
            self.fields[wrong[0]].widget.setFocus()
        else:
            self._notice.tell(warning(" ".join(told.values()), "Nada se guardó.", "", "info"))

    def tell(self, notice: Notice) -> None:
        """Say what went wrong."""
        self._notice.tell(notice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves; pages are turned where large text needs more room than there is."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif not turn_page(self._body, event.key()):
            super().keyPressEvent(event)

    def _offer_comunas(self, region: str) -> None:
        self._comuna.clear()
        self._comuna.addItem("Todas", "")
        for code, text in self._offered.comunas_of(region):
            self._comuna.addItem(text, code)

    def _offer_periods(self, period_type: str) -> None:
        names = periods(self._year, period_type) if period_type in PERIODS_OF_A_YEAR else ()
        self._period.offer([(name, sentence(period_name(name))) for name in names])
        if period_type in PERIODS_OF_A_YEAR:
            self._period.set_code(period_of(self._today, period_type))

    def _lay_out(self, theme: Theme) -> None:
        fields = self.fields
        rows: tuple[QWidget, ...] = tuple(fields.values())
        if not theme.compact:
            self._rows = (
                row(theme, (fields["metric"], 3), (fields["space"], 2), gap=16),
                row(theme, (fields["region"], 1), (fields["comuna"], 1), gap=16),
                row(theme, (fields["period_type"], 1), (fields["period"], 1), (fields["target"], 1), gap=16),
            )
            rows = (*self._rows, fields["approved_by"], fields["reason"], fields["measure"])
        inside = column(
            theme,
            self._notice,
            self._about,
            *rows,
            self._note,
            STRETCH,
            margins=(MARGIN, 16, MARGIN, 10),
            gap=14,
            name="scrolled",
        )
        if not theme.compact:
            inside.setMaximumWidth(theme.px(860))
        self._body = scrolled(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = row(theme, (self._head, 1), margins=(MARGIN, 14, MARGIN, 10))
        foot = PageFoot(theme, label(theme, "", "small"), self._leave, self._save)
        for part, stretch in ((head, 0), (rule(theme), 0), (self._body, 1), (foot, 0)):
            layout.addWidget(part, stretch)


def _chosen(theme: Theme, name: str, options: Options) -> Select:
    made = Select(theme, (), name=name)
    made.offer(options)
    return made

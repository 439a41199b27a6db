"""The choices over the page of Informes: which report, of when, where, and for whom."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terreno_app.services.reports import DEVICE_REGION
from terreno_app.ui.screens.reports.asked import WITHOUT_SPACE, Asked, Offer, Options
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.fields import Field, Select
from terreno_app.ui.widgets.layout import add, column, row

_INTERNAL, _PUBLIC = "internal", "public"
_VERSIONS: Final = ((_INTERNAL, "Interna"), (_PUBLIC, "Pública"))

PeriodsOf = Callable[[str], Options]


class Choices(QWidget):
    """The row of choices; the periods follow the report.

    Signals:
        changed: A person chose; carries what is now asked.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, offer: Offer, periods_of: PeriodsOf) -> None:
        super().__init__()
        self._periods_of = periods_of
        self.report = _select(theme, "report", offer.reports)
        self.period = _select(theme, "period", periods_of(self.report.code))
        self.space = Select(theme, offer.spaces, empty="Todos los espacios", name="space")
        self.region = _select(theme, "region", offer.regions or ((DEVICE_REGION, ""),))
        self.version = _select(theme, "version", _VERSIONS)
        fields = [
            Field(theme, "&Informe", self.report),
            Field(theme, "&Período", self.period),
            Field(theme, "&Espacio", self.space),
            Field(theme, "&Región", self.region),
            Field(theme, "&Versión", self.version),
        ]
        report, period, space, region, version = fields
        where = (region, 4) if offer.regions else None
        if not offer.regions:
            region.setParent(self)
            region.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        if theme.compact:
            first = row(theme, (report, 6), (period, 5), gap=12)
            add(theme, layout, column(theme, first, row(theme, (space, 5), where, (version, 3), gap=12)))
        else:
            add(theme, layout, row(theme, (report, 6), (period, 5), (space, 4), where, (version, 2), gap=12))
        self.inputs = tuple(field.widget for field in fields if field is not region or offer.regions)
        self.report.picked.connect(self._pick_report)
        for select in (self.period, self.space, self.region, self.version):
            select.picked.connect(self._pick)

    @property
    def asked(self) -> Asked:
        """What is chosen now."""
        space = "" if self.report.code in WITHOUT_SPACE else self.space.code
        public = self.version.code == _PUBLIC
        return Asked(self.report.code, self.period.code, space, self.region.code, public)

    def _pick_report(self, report: str) -> None:
        before = self.period.code
        self.period.offer(self._periods_of(report))
        self.period.set_code(before if self.period.findData(before) >= 0 else before[:4])
        self.space.setEnabled(report not in WITHOUT_SPACE)
        self._pick(report)

    def _pick(self, _code: str) -> None:
        self.changed.emit(self.asked)


def _select(theme: Theme, name: str, options: Options) -> Select:
    made = Select(theme, (), name=name)
    made.offer(options)
    return made

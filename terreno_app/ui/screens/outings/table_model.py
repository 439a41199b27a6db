"""The table of outings that this laptop knows."""

from dataclasses import dataclass

from terreno_app.ui.widgets.tables import Cell, Column, MarkCell, RowsModel


@dataclass(frozen=True, slots=True)
class OutingLine:
    """An outing: when, which, where, and how it stands here."""

    id: str
    day: str
    short_day: str
    code: str
    place: str
    comuna: str
    state: str
    open_here: bool
    closed_here: bool


def day_width(*, compact: bool) -> int:
    """How wide the day is, at 100 %."""
    return 110 if compact else 230


class OutingsModel(RowsModel[OutingLine]):
    """Outings, the newest first.

    Args:
        compact: There is so little room that the day is said short, to leave its room to the place.
    """

    def __init__(self, *, compact: bool = False) -> None:
        self._compact = compact
        columns = (
            Column("Día", day_width(compact=compact)),
            Column("Código", 170),
            Column("Lugar"),
            Column("Comuna", 190),
        )
        super().__init__((*columns, Column("Estado", 220)))

    def set_compact(self, *, compact: bool) -> None:
        """Say the days short or whole."""
        self._compact = compact
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))

    def cells(self, row: OutingLine) -> tuple[Cell, ...]:
        """The cells of an outing."""
        icon, tone = ("circle", "ink2")
        if row.open_here:
            icon, tone = "lock-open", "primary"
        elif row.closed_here:
            icon, tone = "signature", "ok"
        return (
            Cell(row.short_day if self._compact else row.day, "strong" if row.open_here else "body"),
            Cell(row.code, "small", "ink2"),
            Cell(row.place),
            Cell(row.comuna),
            MarkCell(row.state, "smallstrong", tone, icon),
        )

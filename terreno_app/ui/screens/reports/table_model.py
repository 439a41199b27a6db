"""The tables of a report: where people live, and the outings of the month."""

from dataclasses import dataclass

from terreno_app.domain.spanish import number
from terreno_app.ui.widgets.tables import Cell, Column, NumberCell, RowsModel


@dataclass(frozen=True, slots=True)
class ComunaRow:
    """People of one comuna: how many attentions, and their share in words."""

    name: str
    attentions: int
    share: str


class ComunasModel(RowsModel[ComunaRow]):
    """Comunas of residence, those with most attentions first."""

    def __init__(self) -> None:
        super().__init__(
            (Column("Comuna"), Column("Atenciones", 110, at_right=True), Column("Del total", 100, at_right=True))
        )

    def cells(self, row: ComunaRow) -> tuple[Cell, ...]:
        """The cells of a comuna."""
        return Cell(row.name), NumberCell(number(row.attentions)), NumberCell(row.share, "body", "ink2")


@dataclass(frozen=True, slots=True)
class OutingLine:
    """One outing of the month."""

    day: str
    comuna: str
    attentions: int
    informed: int


class OutingsModel(RowsModel[OutingLine]):
    """Outings of the month, in order of their day."""

    def __init__(self) -> None:
        figures = (Column("Atenciones", 110, at_right=True), Column("Informadas", 110, at_right=True))
        super().__init__((Column("Día", 150), Column("Comuna"), *figures))

    def cells(self, row: OutingLine) -> tuple[Cell, ...]:
        """The cells of an outing."""
        return Cell(row.day), Cell(row.comuna), NumberCell(number(row.attentions)), NumberCell(number(row.informed))

"""The people whom the draw selected and who wait. Nothing in a row says who they are."""

from dataclasses import dataclass

from terreno_app.ui.widgets.tables import Cell, Column, FolioCell, RowsModel, TwoCell


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody who waits: when they were attended, the folio, and what it was about."""

    id: str
    hour: str
    folio: str
    topic: str
    wait: str


class WaitingModel(RowsModel[WaitingLine]):
    """Who waits, the longest wait first."""

    def __init__(self) -> None:
        super().__init__((Column("Hora", 90), Column("Folio", 190), Column("Tema y programa")))

    def cells(self, row: WaitingLine) -> tuple[Cell, ...]:
        """The cells of a person."""
        return (Cell(row.hour), FolioCell(row.folio), TwoCell(row.topic, second=row.wait))

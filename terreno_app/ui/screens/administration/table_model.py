"""The table of those who can open this laptop."""

from dataclasses import dataclass

from terreno_app.ui.widgets.tables import Cell, Column, RowsModel


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """Somebody with a key."""

    id: str
    name: str
    here: bool


class OfficersModel(RowsModel[OfficerLine]):
    """Those with a key, in the order in which they got it."""

    def __init__(self) -> None:
        super().__init__((Column("Nombre"), Column("", 150)))

    def cells(self, row: OfficerLine) -> tuple[Cell, ...]:
        """The cells of a person."""
        return Cell(row.name, "strong" if row.here else "body"), Cell(
            "está aquí ahora" if row.here else "", "small", "ink2"
        )

"""A table of every kind of cell, as the tests of tables and of their look put it up."""

from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.tables import (
    Cell,
    Column,
    FolioCell,
    NumberCell,
    RowsModel,
    Table,
    TwoCell,
    state_cell,
)


class Rows(RowsModel[tuple[Cell, ...]]):
    def cells(self, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return row


def a_table(theme: Theme, rows: int = 2) -> tuple[Rows, Table]:
    columns = (
        Column("Folio", 150),
        Column("Tema"),
        Column("n", 60, at_right=True),
        Column("Estado", 220),
        Column("Tipo", 90),
    )
    model = Rows(columns)
    cells = (
        FolioCell("T07-2026-000147-8"),
        TwoCell("Pensión", second="IPS"),
        NumberCell("12"),
        state_cell("received", "R-018 823"),
        Cell("Consulta"),
    )
    model.show_rows([cells] * rows)
    return model, Table(theme, model, "table", "Atenciones")
